"""Orders over GraphQL: changed, handed over, cancelled, closed, deleted."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from sandbox.shopify.customers import customers
from sandbox.shopify.model import Customer
from sandbox.shopify.orders.order_create import NewLine, NewShipping, place_order
from sandbox.shopify.orders.order_model import Order
from sandbox.shopify.orders.payments import NewTransaction
from tests.sandbox.shopify.front import Front
from tests.sandbox.shopify.goods import variant

UPDATE = """mutation($input: OrderInput!) { orderUpdate(input: $input) {
  order { note email phone poNumber tags customAttributes { key value } shippingAddress { city province } }
  userErrors { field message }
} }"""
CANCEL = """mutation($id: ID!, $refund: Boolean) {
  orderCancel(orderId: $id, reason: CUSTOMER, restock: true, refund: $refund, staffNote: "Changed their mind") {
    job { id done } orderCancelUserErrors { field message code }
  }
}"""
DELETE = "mutation($id: ID!) { orderDelete(orderId: $id) { deletedId userErrors { field message code } } }"


def test_an_update_changes_what_is_given_and_nothing_else(front: Front) -> None:
    order = place_order(front.shop, [NewLine(variant(front.shop))], note="old", tags=("b", "a"), email="a@example.com")
    given = {
        "tags": ["vip, repeat", "VIP"],
        "poNumber": " PO-1 ",
        "customAttributes": [{"key": "gift", "value": "yes"}],
        "phone": "(503) 555-0142",
        "shippingAddress": {"city": "Portland", "countryCode": "US", "provinceCode": "OR"},
    }
    updated = front.ask(UPDATE, {"input": {"id": order.id, **given}})["orderUpdate"]
    assert updated["userErrors"] == []
    assert updated["order"] == {
        "note": "old",
        "email": "a@example.com",
        "phone": "+15035550142",
        "poNumber": "PO-1",
        "tags": ["repeat", "vip"],
        "customAttributes": [{"key": "gift", "value": "yes"}],
        "shippingAddress": {"city": "Portland", "province": "Oregon"},
    }


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"email": "nowhere"}, ["email"]),
        ({"note": "x" * 5001}, ["note"]),
        ({"phone": "12"}, ["phone"]),
        (
            {"shippingAddress": {"city": "Here", "countryCode": "US", "provinceCode": "QQ"}},
            ["shippingAddress", "provinceCode"],
        ),
    ],
)
def test_an_update_that_cannot_be_changes_nothing(front: Front, given: dict[str, Any], field: list[str]) -> None:
    order = place_order(front.shop, [NewLine(variant(front.shop))], tags=("kept",))
    refused = front.ask(UPDATE, {"input": {"id": order.id, "tags": ["lost"], **given}})["orderUpdate"]
    assert [error["field"] for error in refused["userErrors"]] == [field]
    assert refused["order"]["tags"] == ["kept"]


def test_tags_are_added_to_orders_as_to_anything(front: Front) -> None:
    order = place_order(front.shop, [NewLine(variant(front.shop))], tags=("b",))
    query = """mutation($id: ID!, $tags: [String!]!) {
      tagsAdd(id: $id, tags: $tags) { node { id ... on Order { tags } } userErrors { message } }
    }"""
    assert front.ask(query, {"id": order.id, "tags": ["a"]})["tagsAdd"]["node"] == {"id": order.id, "tags": ["a", "b"]}


def test_an_order_changes_hands_and_the_counts_go_with_it(front: Front) -> None:
    shop = front.shop
    one, two = (customers.create(shop, email=f"{name}@example.com") for name in ("one", "two"))
    first, second = (place_order(shop, [NewLine(variant(shop, price))], customer=one) for price in ("10.00", "5.00"))
    move = """mutation($order: ID!, $customer: ID!) {
      orderCustomerSet(orderId: $order, customerId: $customer) { order { customer { id } } userErrors { code } }
    }"""
    moved = front.ask(move, {"order": second.id, "customer": two.id})["orderCustomerSet"]
    assert moved["order"]["customer"]["id"] == two.id
    assert counts(one) == (1, Decimal("10.00"), first.id)
    assert counts(two) == (1, Decimal("5.00"), second.id)
    drop = "mutation($order: ID!) { orderCustomerRemove(orderId: $order) { order { customer { id } } } }"
    assert front.ask(drop, {"order": second.id})["orderCustomerRemove"]["order"]["customer"] is None
    assert counts(two) == (0, Decimal(0), None)
    unknown = {"order": second.id, "customer": "gid://shopify/Customer/1"}
    assert front.ask(move, unknown)["orderCustomerSet"]["userErrors"] == [{"code": "NOT_FOUND"}]


def counts(customer: Customer) -> tuple[int, Decimal, str | None]:
    return customer.number_of_orders, customer.amount_spent, customer.last_order_id


# Ended


def test_cancelling_is_answered_with_a_job_and_done_right_after(front: Front) -> None:
    order = place_order(front.shop, [NewLine(variant(front.shop))], shipping=[NewShipping("Standard", Decimal(5))])
    answer = front.ask(CANCEL, {"id": order.id, "refund": True})["orderCancel"]
    assert answer["job"]["done"] is False
    assert answer["orderCancelUserErrors"] == []
    query = """query($id: ID!) { order(id: $id) {
      cancelledAt closedAt cancelReason cancellation { staffNote } displayFinancialStatus
      currentTotalPriceSet { shopMoney { amount } } totalOutstandingSet { shopMoney { amount } }
      lineItems(first: 1) { nodes { quantity currentQuantity } }
    } }"""
    after = front.ask(query, {"id": order.id})["order"]
    assert after.pop("cancelledAt") == after.pop("closedAt") is not None
    assert after == {
        "cancelReason": "CUSTOMER",
        "cancellation": {"staffNote": "Changed their mind"},
        "displayFinancialStatus": "REFUNDED",
        "currentTotalPriceSet": {"shopMoney": {"amount": "0.0"}},
        "totalOutstandingSet": {"shopMoney": {"amount": "0.0"}},
        "lineItems": {"nodes": [{"quantity": 1, "currentQuantity": 0}]},
    }


def test_cancelling_may_take_its_time() -> None:
    front = Front({"order_cancel_seconds": "5"})
    order = place_order(front.shop, [NewLine(variant(front.shop))])
    front.ask(CANCEL, {"id": order.id})
    assert order.cancelled_at is None
    front.wait(5)
    assert order.cancelled_at is not None


def send(order: Order) -> None:
    order.lines[0].fulfilled_quantity, order.lines[0].unfulfilled_quantity = 1, 0


def nothing(_order: Order) -> None: ...


@pytest.mark.parametrize(
    ("transactions", "before", "message"),
    [
        ((NewTransaction(),), send, "Cannot cancel an order that has outstanding fulfillments"),
        ((), send, None),
        ((NewTransaction(),), nothing, None),
    ],
)
def test_a_paid_order_that_was_sent_cannot_be_cancelled_an_unpaid_one_can(
    front: Front, transactions: tuple[NewTransaction, ...], before: Callable[[Order], None], message: str | None
) -> None:
    """Captures fulfillment-multi-tracking-info and order-return-status-lifecycle."""
    order = place_order(front.shop, [NewLine(variant(front.shop))], transactions=transactions)
    before(order)
    answer = front.ask(CANCEL, {"id": order.id})["orderCancel"]
    errors = [{"field": ["orderId"], "message": message, "code": "INVALID"}] if message else []
    assert answer["orderCancelUserErrors"] == errors
    assert (answer["job"] is None) is (message is not None)
    assert (order.cancelled_at is None) is (message is not None)


def test_nothing_is_cancelled_twice(front: Front) -> None:
    order = place_order(front.shop, [NewLine(variant(front.shop))])
    front.ask(CANCEL, {"id": order.id})
    codes = [
        front.ask(CANCEL, {"id": gid})["orderCancel"]["orderCancelUserErrors"][0]["code"]
        for gid in (order.id, "gid://shopify/Order/1")
    ]
    assert codes == ["INVALID", "NOT_FOUND"]


def test_a_cancelled_order_that_was_paid_and_not_refunded_owes_its_money(front: Front) -> None:
    order = place_order(front.shop, [NewLine(variant(front.shop))])
    front.ask(CANCEL, {"id": order.id, "refund": False})
    query = "query($id: ID!) { order(id: $id) { displayFinancialStatus totalOutstandingSet { shopMoney { amount } } } }"
    assert front.ask(query, {"id": order.id})["order"] == {
        "displayFinancialStatus": "PAID",
        "totalOutstandingSet": {"shopMoney": {"amount": "-24.0"}},
    }


def test_an_order_is_closed_and_opened_again(front: Front) -> None:
    order = place_order(front.shop, [NewLine(variant(front.shop))])
    answers = [
        front.ask(
            f"mutation($id: ID!) {{ {name}(input: {{id: $id}}) {{ order {{ closed }} userErrors {{ message }} }} }}",
            {"id": order.id},
        )[name]["order"]["closed"]
        for name in ("orderClose", "orderClose", "orderOpen", "orderOpen")
    ]
    assert answers == [True, True, False, False]


def test_a_deleted_order_is_gone_and_no_longer_counts(front: Front) -> None:
    buyer = customers.create(front.shop, email="ada@example.com")
    order = place_order(front.shop, [NewLine(variant(front.shop))], customer=buyer, transactions=())
    assert front.ask(DELETE, {"id": order.id})["orderDelete"] == {"deletedId": order.id, "userErrors": []}
    assert front.ask("query($id: ID!) { order(id: $id) { id } }", {"id": order.id})["order"] is None
    assert counts(buyer) == (0, Decimal(0), None)
    assert front.ask(DELETE, {"id": order.id})["orderDelete"]["userErrors"][0]["code"] == "NOT_FOUND"


def test_an_order_paid_in_earnest_by_card_cannot_be_deleted(front: Front) -> None:
    shop = front.shop
    card, manual, tried = (
        place_order(shop, [NewLine(variant(shop))], **about)
        for about in ({}, {"transactions": [NewTransaction(gateway="manual")]}, {"test": True})
    )
    deleted = [front.ask(DELETE, {"id": one.id})["orderDelete"]["deletedId"] for one in (card, manual, tried)]
    assert deleted == [None, manual.id, tried.id]
