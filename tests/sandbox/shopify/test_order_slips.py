"""Money and units of orders where a slip is easy: what is voided, given back, exchanged, committed late."""

from decimal import Decimal
from typing import Any

import pytest

from sandbox.shopify.money import Rate
from sandbox.shopify.orders.order_create import NewLine, NewShipping, place_order
from sandbox.shopify.orders.order_model import Order, TaxLine
from sandbox.shopify.orders.order_money import (
    current_tax,
    current_total,
    net_payment,
    outstanding,
)
from sandbox.shopify.orders.order_status import display_financial_status
from sandbox.shopify.orders.payments import NewTransaction
from sandbox.shopify.orders.sums import Sum
from tests.sandbox.shopify.front import Front

DOLLARS = Rate("USD", "USD")


def order_of(front: Front, *, rate: Rate = DOLLARS, **about: Any) -> Order:
    lines = [NewLine(title="Engraving", price=Decimal("20.00"), quantity=2)]
    return place_order(front.shop, lines, rate=rate, shipping=[NewShipping("Post", Decimal("5.00"))], **about)


def test_what_was_captured_whole_is_not_voided_when_the_order_is_cancelled() -> None:
    front = Front()
    order = order_of(front, transactions=[NewTransaction("AUTHORIZATION")])
    front.act("capture_payment", order=order.name)
    front.act("cancel_order", order=order.name)
    assert [one.kind for one in order.transactions] == ["AUTHORIZATION", "CAPTURE", "REFUND"]


def test_a_cancelled_order_costs_nothing_although_money_went_back_before() -> None:
    front = Front()
    order = order_of(front)
    front.act("refund_order", order=order.name, amount="10")
    front.act("cancel_order", order=order.name)
    assert [bool(sums(order)) for sums in (current_total, outstanding, net_payment)] == [False] * 3


def test_an_amount_goes_back_out_of_as_many_payments_as_it_takes() -> None:
    front = Front()
    order = order_of(front, transactions=[NewTransaction(amount=Sum(Decimal(15), Decimal(15)))])
    front.act("pay_order", order=order.name)
    front.act("refund_order", order=order.name, amount="40")
    first, second = order.transactions[:2]
    back = [(one.parent, one.amount.shop) for one in order.transactions[2:]]
    assert back == [(first, Decimal(15)), (second, Decimal(25))]


def test_the_tax_of_shipping_goes_back_whole_however_it_is_divided() -> None:
    front = Front()
    order = order_of(front)
    order.shipping_lines[0].tax_lines = (TaxLine("Tax", None, Sum(Decimal("0.55"), Decimal("0.55"))),)
    for amount in ("1.67", "1.67", "1.66"):
        front.act("refund_order", order=order.name, amount="0", shipping=amount)
    assert not current_tax(order)


@pytest.mark.parametrize("amount", ["0", "-1", "45.01"])
def test_nobody_pays_nothing_or_too_much(amount: str) -> None:
    front = Front()
    order = order_of(front, transactions=())
    response = front.http.post("/__sandbox/actions/pay_order", json={"order": order.name, "amount": amount})
    assert response.status_code == 400
    assert order.transactions == []


def test_a_line_added_by_hand_costs_the_buyer_what_it_costs_the_shop_exchanged() -> None:
    front = Front()
    order = order_of(front, rate=Rate("USD", "JPY", Decimal("151.37")))
    front.act("edit_order", order=order.name, add=[{"title": "Wrap", "price": "2.00"}])
    assert order.lines[-1].price == Sum(Decimal("2.00"), Decimal(303))


def test_a_free_order_that_gains_a_price_is_no_longer_paid() -> None:
    front = Front()
    order = place_order(front.shop, [NewLine(title="Sample", price=Decimal(0))])
    assert display_financial_status(order) == "PAID"
    front.act("edit_order", order=order.name, add=[{"title": "Wrap", "price": "2.00"}])
    assert (display_financial_status(order), outstanding(order).shop) == ("PENDING", Decimal("2.00"))


def test_an_edit_is_not_committed_over_what_happened_since_it_began() -> None:
    front = Front()
    order = order_of(front)
    begun = front.ask("mutation($id: ID!) { orderEditBegin(id: $id) { calculatedOrder { id } } }", {"id": order.id})
    edit = {"id": begun["orderEditBegin"]["calculatedOrder"]["id"], "line": order.lines[0].legacy_resource_id}
    edit["line"] = f"gid://shopify/CalculatedLineItem/{edit['line']}"
    change = """mutation($id: ID!, $line: ID!) {
      orderEditSetQuantity(id: $id, lineItemId: $line, quantity: 1) { userErrors { message } }
    }"""
    assert front.ask(change, edit)["orderEditSetQuantity"]["userErrors"] == []
    front.act("fulfill_order", order=order.name)
    commit = front.post(
        "mutation($id: ID!) { orderEditCommit(id: $id) { userErrors { message } } }", {"id": edit["id"]}
    )
    assert commit.status_code == 501
    assert order.lines[0].unfulfilled_quantity == 0


REFUND = """mutation($input: RefundInput!) {
  refundCreate(input: $input) @idempotent(key: "k") { refund { id } userErrors { field } }
}"""


def test_a_refund_is_never_below_zero_nor_of_a_payment_of_nobody() -> None:
    front = Front()
    order = order_of(front)
    wrong = {"orderId": order.id, "kind": "REFUND", "gateway": "manual", "amount": "-3.00"}
    nobody = {**wrong, "amount": "3.00", "parentId": "gid://shopify/OrderTransaction/1"}
    made = front.ask(REFUND, {"input": {"orderId": order.id, "transactions": [wrong, nobody]}})["refundCreate"]
    fields = [error["field"] for error in made["userErrors"]]
    assert fields == [["transactions", "0", "amount"], ["transactions", "1", "parentId"]]
    assert order.refunds == []


PLACE = """mutation($order: OrderCreateOrderInput!) {
  orderCreate(order: $order) { order { totalPriceSet { shopMoney { amount } } } userErrors { field } }
}"""


def dollars(amount: str, currency: str = "USD") -> dict[str, Any]:
    return {"shopMoney": {"amount": amount, "currencyCode": currency}}


def test_an_order_is_not_made_of_sums_below_zero() -> None:
    given = {
        "lineItems": [{"title": "Mug", "quantity": 1, "priceSet": dollars("-1")}],
        "shippingLines": [{"title": "Post", "priceSet": dollars("-5")}],
        "transactions": [{"kind": "SALE", "amountSet": dollars("-5")}],
        "discountCode": {"itemPercentageDiscountCode": {"code": "X", "percentage": 150}},
    }
    made = Front().ask(PLACE, {"order": given})["orderCreate"]
    assert made["order"] is None
    assert [error["field"][1] for error in made["userErrors"]] == [
        "lineItems",
        "shippingLines",
        "transactions",
        "discountCode",
    ]


def test_an_order_in_one_currency_takes_no_other() -> None:
    given = {"lineItems": [{"title": "Mug", "quantity": 1, "priceSet": dollars("1", "EUR")}]}
    assert Front().post(PLACE, {"order": given}).status_code == 501


def test_prices_are_whole_cents() -> None:
    given = {"lineItems": [{"title": "Mug", "quantity": 2, "priceSet": dollars("1.239")}]}
    made = Front().ask(PLACE, {"order": given})["orderCreate"]
    assert made["order"]["totalPriceSet"]["shopMoney"]["amount"] == "2.48"


@pytest.mark.parametrize("line", [{"quantity": 0}, {"quantity": -2}, {"price": "-4"}])
def test_a_person_orders_something(line: dict[str, Any]) -> None:
    front = Front()
    given = {"lines": [{"title": "Mug", "price": "3", **line}]}
    assert front.http.post("/__sandbox/actions/place_order", json=given).status_code == 400
