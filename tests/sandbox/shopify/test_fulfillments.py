"""Parcels and fulfillment orders: what is sent, what waits, what the order makes of it, what is told."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from sandbox.shopify.api.problems import Refused
from sandbox.shopify.fulfillments.fulfillment_model import FulfillmentOrder
from sandbox.shopify.fulfillments.fulfillment_orders import (
    fulfillment_orders_of,
    hold,
    move,
    open_again,
    release,
    report_progress,
    schedule,
)
from sandbox.shopify.fulfillments.sending import add_event, cancel_fulfillment, fulfil
from sandbox.shopify.fulfillments.tracking import tracking
from sandbox.shopify.orders.order_cancel import cancel, cannot_cancel
from sandbox.shopify.orders.order_create import NewLine, place_order
from sandbox.shopify.orders.order_edit import commit
from sandbox.shopify.orders.order_edit_session import begin, set_quantity
from sandbox.shopify.orders.order_model import Order
from sandbox.shopify.orders.order_status import display_fulfillment_status
from sandbox.shopify.orders.order_table import orders_of
from sandbox.shopify.orders.refunds import NewRefundLine, refund
from sandbox.shopify.products.product_model import Location
from sandbox.shopify.shop import Shop
from tests.sandbox.shopify.front import Front
from tests.sandbox.shopify.goods import variant
from tests.sandbox.shopify.told import Told


def ordered(shop: Shop, *quantities: int, **about: Any) -> Order:
    """One line for each quantity, of tracked goods."""
    goods = [variant(shop, "10.00", tracked=True, quantity=10) for _ in quantities]
    lines = [NewLine(one, quantity) for one, quantity in zip(goods, quantities, strict=True)]
    return place_order(shop, lines, **about)


def status(shop: Shop, order: Order) -> str:
    return display_fulfillment_status(shop, order)


def waits(shop: Shop, order: Order) -> list[tuple[str, list[tuple[int, int]]]]:
    """Each fulfillment order: its status, and total and remaining units of its lines."""
    found = fulfillment_orders_of(shop, order)
    return [(one.status, [(line.total_quantity, line.remaining_quantity) for line in one.lines]) for one in found]


def second_place(shop: Shop) -> Location:
    place = Location(shop.new_id(), "Warehouse", shop.now, shop.now)
    shop.save(place)
    return place


def test_an_order_nobody_looks_at_has_no_fulfillment_order_yet(shop: Shop) -> None:
    order = ordered(shop, 2, 1)
    assert order.fulfillment_orders == []
    assert waits(shop, order) == [("OPEN", [(2, 2), (1, 1)])]
    assert fulfillment_orders_of(shop, order) is order.fulfillment_orders


def test_sending_in_two_parcels(shop: Shop) -> None:
    order = ordered(shop, 2)
    words = [status(shop, order)]
    names = []
    for _ in range(2):
        names.append(fulfil(shop, order, [(order.lines[0], 1)]).name)
        words.append(status(shop, order))
    assert words == ["UNFULFILLED", "PARTIALLY_FULFILLED", "FULFILLED"]
    assert names == [f"{order.name}.1", f"{order.name}.2"]
    assert (order.lines[0].fulfilled_quantity, order.lines[0].unfulfilled_quantity) == (2, 0)


@pytest.mark.parametrize("looked_before", [True, False])
def test_fulfillment_orders_follow_parcels_whether_or_not_they_were_there_before(
    shop: Shop, *, looked_before: bool
) -> None:
    order = ordered(shop, 2, 1)
    if looked_before:
        fulfillment_orders_of(shop, order)
    fulfil(shop, order, [(order.lines[0], 1)])
    assert waits(shop, order) == [("IN_PROGRESS", [(2, 1), (1, 1)])]
    fulfil(shop, order)
    assert waits(shop, order) == [("CLOSED", [(2, 0), (1, 0)])]


def test_a_cancelled_parcel_takes_an_order_back_to_unfulfilled(shop: Shop) -> None:
    order = ordered(shop, 2)
    fulfillment_orders_of(shop, order)
    parcel = fulfil(shop, order)
    assert cannot_cancel(order) is not None
    cancel_fulfillment(shop, parcel)
    assert (parcel.status, parcel.display_status) == ("CANCELLED", "CANCELED")
    assert status(shop, order) == "UNFULFILLED"
    assert waits(shop, order) == [("CLOSED", [(2, 0)]), ("OPEN", [(2, 2)])]
    assert cannot_cancel(order) is None


def test_of_a_partly_sent_fulfillment_order_the_units_go_back_where_they_were(shop: Shop) -> None:
    order = ordered(shop, 3)
    fulfillment_orders_of(shop, order)
    cancel_fulfillment(shop, fulfil(shop, order, [(order.lines[0], 1)]))
    assert waits(shop, order) == [("OPEN", [(3, 3)])]


def test_units_refunded_after_they_were_sent_do_not_wait_again(shop: Shop) -> None:
    order = ordered(shop, 2)
    parcel = fulfil(shop, order)
    refund(shop, order, lines=[NewRefundLine(order.lines[0], 1, "RETURN")])
    cancel_fulfillment(shop, parcel)
    assert (order.lines[0].current_quantity, order.lines[0].unfulfilled_quantity) == (1, 1)


def test_stock_is_committed_until_it_leaves(shop: Shop) -> None:
    order = ordered(shop, 2)
    stock = shop.variants.rows[order.lines[0].variant_id or ""].stock[0]
    seen = [(stock.available, stock.committed)]
    parcel = fulfil(shop, order)
    seen.append((stock.available, stock.committed))
    cancel_fulfillment(shop, parcel)
    seen.append((stock.available, stock.committed))
    assert seen == [(8, 2), (8, 0), (8, 2)]


def test_removed_refunded_and_cancelled_units_wait_no_more(shop: Shop) -> None:
    order = ordered(shop, 3, 2)
    fulfillment_orders_of(shop, order)
    refund(shop, order, lines=[NewRefundLine(order.lines[0], 1, "CANCEL")])
    assert waits(shop, order) == [("OPEN", [(2, 2), (2, 2)])]
    edit = begin(shop, order)
    orders_of(shop).edits[edit.legacy_resource_id] = edit
    set_quantity(edit, next(iter(edit.lines)), 4, restock=True)
    commit(shop, edit)
    assert waits(shop, order) == [("OPEN", [(4, 4), (2, 2)])]
    cancel(shop, order)
    assert waits(shop, order) == [("CLOSED", [(0, 0), (0, 0)])]


def test_a_sent_and_paid_order_is_archived_if_the_merchant_has_that_done(shop: Shop) -> None:
    paid, owed, kept = ordered(shop, 1), ordered(shop, 1, transactions=()), ordered(shop, 1)
    fulfil(shop, paid)
    fulfil(shop, owed)
    orders_of(shop).auto_close = False
    fulfil(shop, kept)
    assert (paid.closed_at, owed.closed_at, kept.closed_at) == (shop.now, None, None)


def test_gift_cards_leave_in_a_parcel_of_their_own(shop: Shop) -> None:
    told = Told(shop)
    card = variant(shop, "50.00", "Gift Card", is_gift_card=True, requires_shipping=False)
    order = place_order(shop, [NewLine(card), NewLine(variant(shop))])
    [parcel] = order.fulfillments
    assert (parcel.service, parcel.total_quantity, parcel.requires_shipping) == ("gift_card", 1, False)
    assert waits(shop, order) == [("OPEN", [(1, 1)]), ("CLOSED", [(1, 0)])]
    assert told.topics.index("orders/create") < told.topics.index("fulfillments/create")


WAYS = ["LABEL_PRINTED", "IN_TRANSIT", "OUT_FOR_DELIVERY", "ATTEMPTED_DELIVERY", "FAILURE", "DELIVERED"]


@pytest.mark.parametrize("event", WAYS)
def test_a_parcel_shows_the_event_that_happened_last(shop: Shop, event: str) -> None:
    parcel = fulfil(shop, ordered(shop, 1))
    assert parcel.display_status == "FULFILLED"
    add_event(shop, parcel, event)
    assert parcel.display_status == event
    add_event(shop, parcel, "CONFIRMED", shop.now - timedelta(hours=1))
    assert parcel.display_status == event


def test_times_of_a_parcel_are_those_of_its_events(shop: Shop) -> None:
    parcel = fulfil(shop, ordered(shop, 1))
    left, came = shop.now + timedelta(days=1), shop.now + timedelta(days=3)
    assert (parcel.in_transit_at, parcel.delivered_at, parcel.estimated_delivery_at) == (None, None, None)
    add_event(shop, parcel, "IN_TRANSIT", left, estimated_delivery_at=came)
    add_event(shop, parcel, "IN_TRANSIT", left + timedelta(hours=5))
    add_event(shop, parcel, "DELIVERED", came + timedelta(hours=1))
    assert (parcel.in_transit_at, parcel.delivered_at) == (left, came + timedelta(hours=1))
    assert parcel.estimated_delivery_at == came


def test_what_waits_shows_in_the_order(shop: Shop) -> None:
    order = ordered(shop, 2)
    [one] = fulfillment_orders_of(shop, order)
    words = []
    for turn in (hold, release, report_progress, open_again):
        turn(shop, one)
        words.append(status(shop, order))
    assert words == ["ON_HOLD", "UNFULFILLED", "IN_PROGRESS", "UNFULFILLED"]


def test_a_scheduled_fulfillment_order_opens_on_its_day(shop: Shop) -> None:
    order = ordered(shop, 1)
    [one] = fulfillment_orders_of(shop, order)
    schedule(shop, one, shop.now + timedelta(days=2))
    shop.clock.advance(2 * 86_400 - 1)
    assert status(shop, order) == "SCHEDULED"
    shop.clock.advance(1)
    assert (status(shop, order), one.status) == ("UNFULFILLED", "OPEN")


def test_what_is_on_hold_cannot_be_sent(shop: Shop) -> None:
    order = ordered(shop, 1)
    [one] = fulfillment_orders_of(shop, order)
    held = hold(shop, one)
    with pytest.raises(Refused, match="on hold"):
        fulfil(shop, order)
    assert order.fulfillments == []
    release(shop, one, [held])
    fulfil(shop, order)
    assert status(shop, order) == "FULFILLED"


def test_the_whole_of_a_fulfillment_order_moves_itself(shop: Shop) -> None:
    [one] = fulfillment_orders_of(shop, ordered(shop, 2))
    place = second_place(shop)
    assert move(shop, one, place) is one
    assert one.location is place
    parcel = fulfil(shop, one.order, [(one.lines[0].line_item, 1)], location=place)
    first = shop.table("Location").rows[next(iter(shop.table("Location").rows))]
    moved = move(shop, one, first)
    assert moved is not one
    assert waits(shop, one.order) == [("CLOSED", [(1, 0)]), ("OPEN", [(1, 1)])]
    assert parcel.location is place


def test_known_carriers_get_an_address() -> None:
    [one] = tracking(["1Z 9"], "UPS")
    assert one.url == "https://www.ups.com/WebTracking?loc=en_US&requester=ST&trackNums=1Z%209"
    assert tracking(["1"], "UPS", ["https://example.com/1"])[0].url == "https://example.com/1"
    assert tracking(["1"], "Hermes")[0].url is None


def test_what_is_told_of_a_parcel(shop: Shop) -> None:
    order = ordered(shop, 2)
    told = Told(shop)
    parcel = fulfil(shop, order, [(order.lines[0], 1)])
    assert told.topics == ["fulfillments/create", "orders/partially_fulfilled", "orders/updated"]
    told.clear()
    fulfil(shop, order)
    assert told.topics == ["fulfillments/create", "orders/fulfilled", "orders/updated"]
    body = told.body("orders/fulfilled")
    assert (body["fulfillment_status"], body["closed_at"] is None, len(body["fulfillments"])) == ("fulfilled", False, 2)
    told.clear()
    add_event(shop, parcel, "DELIVERED")
    assert told.topics == ["fulfillment_events/create", "fulfillments/update", "orders/updated"]
    assert told.body("fulfillments/update")["shipment_status"] == "delivered"
    told.clear()
    cancel_fulfillment(shop, parcel)
    assert told.topics == ["fulfillments/update", "orders/updated"]
    assert told.body("fulfillments/update")["status"] == "cancelled"


CREATE = """mutation($fulfillment: FulfillmentInput!) { fulfillmentCreate(fulfillment: $fulfillment) {
  fulfillment { id name trackingInfo { number company url } } userErrors { field message } } }"""


def create(front: Front, one: FulfillmentOrder, **given: Any) -> Any:
    fulfillment = {"lineItemsByFulfillmentOrder": [{"fulfillmentOrderId": one.id}], **given}
    return front.ask(CREATE, {"fulfillment": fulfillment})["fulfillmentCreate"]


@pytest.mark.parametrize("turn", [hold, lambda shop, one: fulfil(shop, one.order)], ids=["on_hold", "closed"])
def test_a_fulfillment_order_that_is_held_or_closed_cannot_be_fulfilled(front: Front, turn: Any) -> None:
    [one] = fulfillment_orders_of(front.shop, ordered(front.shop, 1))
    turn(front.shop, one)
    message = f"Fulfillment order {one.legacy_resource_id} has an unfulfillable status= {one.status.lower()}."
    assert create(front, one)["userErrors"] == [{"field": ["fulfillment"], "message": message}]


def test_the_same_line_twice_is_counted_together(front: Front) -> None:
    [one] = fulfillment_orders_of(front.shop, ordered(front.shop, 2))
    twice = [{"id": one.lines[0].id, "quantity": quantity} for quantity in (1, 2)]
    groups = [{"fulfillmentOrderId": one.id, "fulfillmentOrderLineItems": twice}]
    answer = create(front, one, lineItemsByFulfillmentOrder=groups)
    assert answer["userErrors"][0]["message"] == "Invalid fulfillment order line item quantity requested."
    assert one.order.fulfillments == []


def test_cancelling_over_graphql(front: Front) -> None:
    [one] = fulfillment_orders_of(front.shop, ordered(front.shop, 1))
    made = create(front, one)["fulfillment"]["id"]
    query = """mutation($id: ID!) { fulfillmentCancel(id: $id) {
      fulfillment { status displayStatus order { displayFulfillmentStatus } } userErrors { field } } }"""
    seen = {"status": "CANCELLED", "displayStatus": "CANCELED", "order": {"displayFulfillmentStatus": "UNFULFILLED"}}
    assert front.ask(query, {"id": made})["fulfillmentCancel"] == {"fulfillment": seen, "userErrors": []}
    assert front.ask(query, {"id": made})["fulfillmentCancel"]["userErrors"] == [{"field": ["id"]}]
    stranger = "gid://shopify/Fulfillment/1"
    assert front.ask(query, {"id": stranger})["fulfillmentCancel"] == {
        "fulfillment": None,
        "userErrors": [{"field": ["id"]}],
    }


HOLD = """mutation($id: ID!, $hold: FulfillmentOrderHoldInput!) {
  fulfillmentOrderHold(id: $id, fulfillmentHold: $hold) {
  fulfillmentHold { id heldByRequestingApp heldByApp { title } }
  remainingFulfillmentOrder { status lineItems(first: 5) { nodes { totalQuantity } } }
  userErrors { field code } } }"""


def test_each_app_holds_under_each_handle_once_and_ten_times_at_most(front: Front) -> None:
    [one] = fulfillment_orders_of(front.shop, ordered(front.shop, 1))
    for number in range(10):
        answer = front.ask(HOLD, {"id": one.id, "hold": {"reason": "OTHER", "handle": str(number)}})
        assert answer["fulfillmentOrderHold"]["userErrors"] == []
        assert answer["fulfillmentOrderHold"]["fulfillmentHold"]["heldByRequestingApp"] is True
    again = front.ask(HOLD, {"id": one.id, "hold": {"reason": "OTHER", "handle": "3"}})["fulfillmentOrderHold"]
    assert again["userErrors"] == [
        {"field": ["fulfillmentHold", "handle"], "code": "DUPLICATE_FULFILLMENT_HOLD_HANDLE"}
    ]
    many = front.ask(HOLD, {"id": one.id, "hold": {"reason": "OTHER", "handle": "11"}})["fulfillmentOrderHold"]
    assert many["userErrors"] == [{"field": ["id"], "code": "FULFILLMENT_ORDER_HOLD_LIMIT_REACHED"}]


def test_some_units_are_held_the_others_go_on(front: Front) -> None:
    order = ordered(front.shop, 3)
    [one] = fulfillment_orders_of(front.shop, order)
    lines = [{"id": one.lines[0].id, "quantity": 1}]
    given = {"reason": "INVENTORY_OUT_OF_STOCK", "fulfillmentOrderLineItems": lines}
    answer = front.ask(HOLD, {"id": one.id, "hold": given})["fulfillmentOrderHold"]
    assert answer["remainingFulfillmentOrder"] == {"status": "OPEN", "lineItems": {"nodes": [{"totalQuantity": 2}]}}
    assert waits(front.shop, order) == [("ON_HOLD", [(1, 1)]), ("OPEN", [(2, 2)])]
    assert status(front.shop, order) == "UNFULFILLED"


@pytest.mark.parametrize(("switch", "left", "new"), [("named", 2, 1), ("rest", 1, 2)])
def test_which_units_a_split_moves_is_a_switch(switch: str, left: int, new: int) -> None:
    front = Front({"split_moves": switch})
    order = ordered(front.shop, 3)
    [one] = fulfillment_orders_of(front.shop, order)
    query = """mutation($splits: [FulfillmentOrderSplitInput!]!) {
      fulfillmentOrderSplit(fulfillmentOrderSplits: $splits) { userErrors { code } } }"""
    lines = [{"id": one.lines[0].id, "quantity": 1}]
    splits = [{"fulfillmentOrderId": one.id, "fulfillmentOrderLineItems": lines}]
    assert front.ask(query, {"splits": splits}) == {"fulfillmentOrderSplit": {"userErrors": []}}
    assert waits(front.shop, order) == [("OPEN", [(left, left)]), ("OPEN", [(new, new)])]


@pytest.mark.parametrize(
    ("turn", "actions"),
    [
        (None, ["CREATE_FULFILLMENT", "REPORT_PROGRESS", "MOVE", "HOLD", "SPLIT"]),
        (hold, ["RELEASE_HOLD", "HOLD", "MOVE"]),
        (report_progress, ["CREATE_FULFILLMENT", "REPORT_PROGRESS", "MARK_AS_OPEN", "HOLD", "SPLIT"]),
        (lambda shop, one: fulfil(shop, one.order), []),
    ],
    ids=["open", "held", "begun", "closed"],
)
def test_supported_actions_go_by_the_status(front: Front, turn: Any, actions: list[str]) -> None:
    [one] = fulfillment_orders_of(front.shop, ordered(front.shop, 2))
    if turn:
        turn(front.shop, one)
    query = "query($id: ID!) { fulfillmentOrder(id: $id) { supportedActions { action } } }"
    found = front.ask(query, {"id": one.id})["fulfillmentOrder"]["supportedActions"]
    assert [entry["action"] for entry in found] == actions


def test_parts_of_a_deleted_order_are_gone(front: Front) -> None:
    order = ordered(front.shop, 1, test=True)
    parcel = fulfil(front.shop, order)
    query = "query($id: ID!) { node(id: $id) { id } fulfillment(id: $id) { id } }"
    assert front.ask(query, {"id": parcel.id}) == {"node": {"id": parcel.id}, "fulfillment": {"id": parcel.id}}
    front.act("delete_order", order=order.name)
    assert front.ask(query, {"id": parcel.id}) == {"node": None, "fulfillment": None}


def test_an_order_shows_all_its_parcels(front: Front) -> None:
    order = ordered(front.shop, 2)
    cancel_fulfillment(front.shop, fulfil(front.shop, order, [(order.lines[0], 1)]))
    fulfil(front.shop, order, [(order.lines[0], 1)], tracking=tracking(["1", "2"], "FedEx"))
    query = """query($id: ID!) { order(id: $id) { fulfillmentsCount { count precision }
      one: fulfillments(first: 1) { status } fulfillments { status trackingInfo(first: 1) { number } } } }"""
    found = front.ask(query, {"id": order.id})["order"]
    assert found == {
        "fulfillmentsCount": {"count": 2, "precision": "EXACT"},
        "one": [{"status": "CANCELLED"}],
        "fulfillments": [
            {"status": "CANCELLED", "trackingInfo": []},
            {"status": "SUCCESS", "trackingInfo": [{"number": "1"}]},
        ],
    }


def test_a_person_follows_a_parcel(front: Front) -> None:
    order = ordered(front.shop, 2)
    sent = front.act("fulfill_order", order=order.name, numbers=["Z1"], company="USPS")
    name = f"{order.name}.{sent['number']}"
    assert front.act("track_fulfillment", fulfillment=name, numbers=["Z2"])["tracking"][0]["number"] == "Z2"
    front.act("add_fulfillment_event", fulfillment=name, status="DELIVERED")
    assert datetime.fromisoformat(front.act("cancel_fulfillment", fulfillment=name)["updated_at"]) == front.shop.now
    assert front.act("hold_order", order=order.name)[-1]["status"] == "ON_HOLD"
    assert front.act("release_order", order=order.name)[-1]["status"] == "OPEN"


@pytest.mark.parametrize("scopes", [["read_orders"], ["read_orders", "read_all_orders"]])
def test_parcels_of_old_orders_are_as_hidden_as_the_orders(front: Front, scopes: list[str]) -> None:
    parcel = fulfil(front.shop, ordered(front.shop, 1))
    front.shop.clock.advance(61 * 86_400)
    front.act("grant_scopes", scopes=scopes)
    front.act("create_static_token", token="shpat_short")
    front.http.headers["X-Shopify-Access-Token"] = "shpat_short"
    query = "query($id: ID!) { node(id: $id) { id } fulfillment(id: $id) { id order { id } } }"
    found = front.ask(query, {"id": parcel.id})
    if len(scopes) == 1:
        assert found == {"node": None, "fulfillment": None}
    else:
        assert found["fulfillment"] == {"id": parcel.id, "order": {"id": parcel.order.id}}
