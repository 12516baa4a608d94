"""Returns: who may give what back, what becomes of it, what is told."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from sandbox.shopify.api.problems import Refused
from sandbox.shopify.fulfillments.fulfillment_model import Fulfillment
from sandbox.shopify.fulfillments.sending import cancel_fulfillment, fulfil
from sandbox.shopify.orders.order_create import NewLine, place_order
from sandbox.shopify.orders.order_status import return_status
from sandbox.shopify.orders.refunds import NewRefundLine, NewRefundTransaction, refund
from sandbox.shopify.returns.return_model import Return
from sandbox.shopify.returns.returning import (
    NewReturnLine,
    approve_return,
    cancel_return,
    close_return,
    create_return,
    decline_return,
    process_return,
    remove_from_return,
    reopen_return,
    request_return,
    returnable_lines,
)
from sandbox.shopify.shop import Shop
from tests.sandbox.shopify.front import Front
from tests.sandbox.shopify.goods import variant
from tests.sandbox.shopify.told import Told


@pytest.fixture
def parcel(shop: Shop) -> Fulfillment:
    """Three units at 10.00, paid and sent."""
    return fulfil(shop, place_order(shop, [NewLine(variant(shop, "10.00"), 3)]))


def asked(shop: Shop, parcel: Fulfillment, quantity: int = 1) -> Return:
    return request_return(shop, parcel.order, [NewReturnLine(parcel.lines[0], quantity)])


def left(parcel: Fulfillment) -> int:
    """How many units may still be returned."""
    return sum(quantity for _, quantity in returnable_lines(parcel))


def test_names_count_up_within_an_order(shop: Shop, parcel: Fulfillment) -> None:
    assert [asked(shop, parcel).name for _ in range(2)] == [f"{parcel.order.name}-R1", f"{parcel.order.name}-R2"]


def test_what_was_never_sent_or_is_on_its_way_back_cannot_be_returned(shop: Shop, parcel: Fulfillment) -> None:
    assert left(parcel) == 3
    asked(shop, parcel, 2)
    assert left(parcel) == 1
    with pytest.raises(Refused, match="not available"):
        asked(shop, parcel, 2)
    assert len(parcel.order.returns) == 1


@pytest.mark.parametrize("end", [decline_return, cancel_return])
def test_units_of_a_return_that_came_to_nothing_may_be_returned_again(
    shop: Shop, parcel: Fulfillment, end: Any
) -> None:
    end(shop, asked(shop, parcel, 3))
    assert left(parcel) == 3


def test_refunded_units_cannot_be_returned_too(shop: Shop, parcel: Fulfillment) -> None:
    refund(shop, parcel.order, lines=[NewRefundLine(parcel.order.lines[0], 2, "RETURN")])
    assert left(parcel) == 1


def test_a_refund_for_a_return_counts_once(shop: Shop, parcel: Fulfillment) -> None:
    order = parcel.order
    back = create_return(shop, order, [NewReturnLine(parcel.lines[0], 2)])
    money = NewRefundTransaction(Decimal(20), "shopify_payments", order.transactions[0])
    made = refund(shop, order, lines=[NewRefundLine(order.lines[0], 2, "RETURN")], transactions=[money], return_=back)
    assert (back.refunds, back.lines[0].refunded_quantity, back.lines[0].refundable_quantity) == ([made], 2, 0)
    assert left(parcel) == 1


def test_a_cancelled_parcel_cannot_be_returned(shop: Shop, parcel: Fulfillment) -> None:
    cancel_fulfillment(shop, parcel)
    assert left(parcel) == 0


def test_quantities_to_process_go_by_the_state(shop: Shop, parcel: Fulfillment) -> None:
    back = asked(shop, parcel, 2)
    [line] = back.lines
    seen = []
    for turn in (lambda *_: None, approve_return, lambda s, b: process_return(s, b, [(line, 1)]), close_return):
        turn(shop, back)
        seen.append((line.processable_quantity, line.processed_quantity, line.unprocessed_quantity))
    assert seen == [(0, 0, 2), (2, 0, 2), (1, 1, 1), (0, 1, 1)]


def test_a_return_lives_and_its_goods_with_it(shop: Shop, parcel: Fulfillment) -> None:
    back = asked(shop, parcel)
    assert (back.status, back.reverse_fulfillment_orders, back.request_approved_at) == ("REQUESTED", [], None)
    words = [return_status(parcel.order)]
    shop.clock.advance(60)
    for turn in (approve_return, close_return, reopen_return, cancel_return):
        turn(shop, back)
        words.append(return_status(parcel.order))
        assert [one.status for one in back.reverse_fulfillment_orders] == [back.status]
    assert words == ["RETURN_REQUESTED", "IN_PROGRESS", "RETURNED", "IN_PROGRESS", "NO_RETURN"]
    assert back.request_approved_at == back.created_at + timedelta(seconds=60)


def test_a_new_return_takes_its_order_out_of_the_archive(shop: Shop, parcel: Fulfillment) -> None:
    assert parcel.order.closed_at is not None
    asked(shop, parcel)
    assert parcel.order.closed_at is not None
    create_return(shop, parcel.order, [NewReturnLine(parcel.lines[0])])
    assert parcel.order.closed_at is None


def test_what_is_told_of_a_return(shop: Shop, parcel: Fulfillment) -> None:
    told = Told(shop)
    first = asked(shop, parcel)
    second = asked(shop, parcel, 2)
    decline_return(shop, first, "FINAL_SALE", "No")
    approve_return(shop, second)
    remove_from_return(shop, second, [(second.lines[0], 1)])
    close_return(shop, second)
    reopen_return(shop, second)
    cancel_return(shop, second)
    heard = [topic for topic in told.topics if topic != "orders/updated"]
    verbs = ["request", "request", "decline", "approve", "update", "close", "reopen", "cancel"]
    assert heard == [f"returns/{verb}" for verb in verbs]
    assert told.topics.count("orders/updated") == len(verbs)
    assert told.body("returns/decline")["decline"] == {"reason": "final_sale", "note": "No"}
    assert told.body("returns/update")["return_line_items"]["removals"][0]["delta"] == 1
    assert told.body("returns/cancel")["status"] == "canceled"
    assert [one["status"] for one in told.body("orders/updated")["returns"]] == ["declined", "canceled"]


def test_without_lines_left_a_return_is_closed(shop: Shop, parcel: Fulfillment) -> None:
    told = Told(shop)
    back = create_return(shop, parcel.order, [NewReturnLine(parcel.lines[0], 2)])
    remove_from_return(shop, back, [(back.lines[0], 1)])
    assert (back.status, back.total_quantity, back.reverse_fulfillment_orders[0].lines[0].total_quantity) == (
        "OPEN",
        1,
        1,
    )
    remove_from_return(shop, back, [(back.lines[0], 1)])
    assert (back.status, back.closed_at, back.lines) == ("CLOSED", shop.now, [])
    assert [topic for topic in told.topics if topic.startswith("returns/")] == [
        "returns/approve",
        "returns/update",
        "returns/update",
        "returns/close",
    ]


REQUEST = """mutation($input: ReturnRequestInput!) { returnRequest(input: $input) {
  return { id } userErrors { field code } } }"""


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"quantity": 4}, {"field": ["input", "returnLineItems", "0", "quantity"], "code": "INVALID"}),
        ({"quantity": 0}, {"field": ["input", "returnLineItems", "0", "quantity"], "code": "GREATER_THAN"}),
        (
            {"fulfillmentLineItemId": "gid://shopify/FulfillmentLineItem/1"},
            {"field": ["input", "returnLineItems", "0", "fulfillmentLineItemId"], "code": "NOT_FOUND"},
        ),
        (
            {"customerNote": "x" * 301},
            {"field": ["input", "returnLineItems", "0", "customerNote"], "code": "TOO_LONG"},
        ),
    ],
)
def test_a_request_that_is_refused(
    front: Front, parcel: Fulfillment, change: dict[str, Any], error: dict[str, Any]
) -> None:
    line = {"fulfillmentLineItemId": parcel.lines[0].id, "quantity": 1, "returnReason": "OTHER", **change}
    given = {"orderId": parcel.order.id, "returnLineItems": [line]}
    assert front.ask(REQUEST, {"input": given})["returnRequest"] == {"return": None, "userErrors": [error]}
    assert parcel.order.returns == []


def test_a_line_of_another_order_is_not_found(front: Front, parcel: Fulfillment) -> None:
    other = fulfil(front.shop, place_order(front.shop, [NewLine(variant(front.shop))]))
    line = {"fulfillmentLineItemId": other.lines[0].id, "quantity": 1}
    answer = front.ask(REQUEST, {"input": {"orderId": parcel.order.id, "returnLineItems": [line]}})
    assert answer["returnRequest"]["userErrors"][0]["code"] == "NOT_FOUND"


TURNS = {
    # mutation: how it is asked for, where it may start from
    "returnApproveRequest": ("input: {id: $id}", {"REQUESTED"}),
    "returnDeclineRequest": ("input: {id: $id, declineReason: OTHER}", {"REQUESTED"}),
    "returnCancel": ("id: $id", {"REQUESTED", "OPEN"}),
    "returnClose": ("id: $id", {"OPEN"}),
    "returnReopen": ("id: $id", {"CLOSED"}),
}


@pytest.mark.parametrize("state", ["REQUESTED", "OPEN", "CLOSED", "DECLINED", "CANCELED"])
@pytest.mark.parametrize("mutation", TURNS)
def test_a_return_turns_only_where_it_may(front: Front, parcel: Fulfillment, mutation: str, state: str) -> None:
    back = asked(front.shop, parcel)
    if state in {"OPEN", "CLOSED"}:
        approve_return(front.shop, back)
    back.status = state
    given, states = TURNS[mutation]
    query = f"mutation($id: ID!) {{ {mutation}({given}) {{ return {{ status }} userErrors {{ code }} }} }}"
    answer = front.ask(query, {"id": back.id})[mutation]
    if state in states:
        assert answer["userErrors"] == []
        assert answer["return"]["status"] == back.status != state
    else:
        assert answer == {"return": None, "userErrors": [{"code": "INVALID_STATE"}]}
        assert back.status == state


def test_a_return_that_was_worked_on_cannot_be_cancelled(front: Front, parcel: Fulfillment) -> None:
    back = create_return(front.shop, parcel.order, [NewReturnLine(parcel.lines[0])])
    process_return(front.shop, back, [(back.lines[0], 1)])
    query = "mutation($id: ID!) { returnCancel(id: $id) { userErrors { code } } }"
    assert front.ask(query, {"id": back.id})["returnCancel"]["userErrors"] == [{"code": "INVALID_STATE"}]


def test_no_more_is_processed_than_is_there(front: Front, parcel: Fulfillment) -> None:
    back = create_return(front.shop, parcel.order, [NewReturnLine(parcel.lines[0])])
    query = """mutation($id: ID!, $lines: [ReturnProcessReturnLineItemInput!]) {
      returnProcess(input: {returnId: $id, returnLineItems: $lines}) { userErrors { field code } } }"""
    answer = front.ask(query, {"id": back.id, "lines": [{"id": back.lines[0].id, "quantity": 2}]})
    assert answer["returnProcess"]["userErrors"] == [
        {"field": ["input", "returnLineItems", "0", "quantity"], "code": "INVALID"}
    ]
    assert back.lines[0].processed_quantity == 0


def test_what_may_be_returned_is_listed(front: Front, parcel: Fulfillment) -> None:
    query = """query($id: ID!) { returnableFulfillments(orderId: $id, first: 5) { nodes {
      fulfillment { id } returnableFulfillmentLineItems(first: 5) { nodes { quantity } } } } }"""
    asked(front.shop, parcel)
    [node] = front.ask(query, {"id": parcel.order.id})["returnableFulfillments"]["nodes"]
    lines = {"nodes": [{"quantity": 2}]}
    assert node == {"fulfillment": {"id": parcel.id}, "returnableFulfillmentLineItems": lines}
    asked(front.shop, parcel, 2)
    assert front.ask(query, {"id": parcel.order.id})["returnableFulfillments"]["nodes"] == []


def test_returns_need_their_own_scope_but_not_their_status(front: Front, parcel: Fulfillment) -> None:
    asked(front.shop, parcel)
    front.act("grant_scopes", scopes=["read_orders"])
    front.act("create_static_token", token="shpat_orders")
    front.http.headers["X-Shopify-Access-Token"] = "shpat_orders"
    query = "query($id: ID!) { order(id: $id) { returnStatus fulfillments { id } } }"
    seen = front.ask(query, {"id": parcel.order.id})["order"]
    assert seen == {"returnStatus": "RETURN_REQUESTED", "fulfillments": [{"id": parcel.id}]}
    query = "query($id: ID!) { order(id: $id) { id returns(first: 1) { nodes { id } } } }"
    answer = front.post(query, {"id": parcel.order.id}).json()
    assert answer["errors"][0]["extensions"]["code"] == "ACCESS_DENIED"


def test_a_person_handles_a_return(front: Front) -> None:
    front.act("create_product", title="Mug", price="10", sku="MUG", quantity=5)
    name = front.act("place_order", lines=[{"variant": "MUG", "quantity": 3}])["name"]
    front.act("fulfill_order", order=name, lines={"MUG": 1})
    front.act("fulfill_order", order=name)
    made = front.act("request_return", order=name, lines={"MUG": 2}, note="Too small")
    assert len(made["lines"]) == 2  # one unit of each parcel
    verbs = ["approve", "close", "reopen", "cancel"]
    states = [front.act(f"{verb}_return", return_name=f"{name}-R1")["status"] for verb in verbs]
    assert states == ["OPEN", "CLOSED", "OPEN", "CANCELED"]
    refused = front.http.post("/__sandbox/actions/approve_return", json={"return_name": f"{name}-R1"})
    assert refused.status_code == 400
