"""Refunds over GraphQL: lines, shipping, money, in parts; what is refused (reference §10 trap 23)."""

from decimal import Decimal
from typing import Any

import pytest

from sandbox.shopify.money import Rate
from sandbox.shopify.orders.order_create import NewLine, NewShipping, place_order
from sandbox.shopify.orders.order_model import Order
from sandbox.shopify.orders.order_money import current_total, net_payment, outstanding
from sandbox.shopify.orders.order_table import orders_of
from tests.sandbox.shopify.front import Front
from tests.sandbox.shopify.goods import variant

REFUND = """mutation($input: RefundInput!, $key: String!) { refundCreate(input: $input) @idempotent(key: $key) {
  refund {
    id note processedAt
    totalRefundedSet { presentmentMoney { amount } }
    refundLineItems(first: 9) { nodes {
      quantity restockType restocked lineItem { sku }
      subtotalSet { shopMoney { amount } } totalTaxSet { shopMoney { amount } }
    } }
    refundShippingLines(first: 9) { nodes { subtotalAmountSet { shopMoney { amount } } shippingLine { title } } }
    orderAdjustments(first: 9) { nodes { reason amountSet { shopMoney { amount } } } }
    transactions(first: 9) { nodes { kind gateway parentTransaction { id } } }
  }
  order { displayFinancialStatus currentTotalPriceSet { shopMoney { amount } } refunds { id } }
  userErrors { field message }
} }"""


def paid(front: Front, **about: Any) -> Order:
    """Three notebooks at 24.00 with 10 % tax, and 7.50 of shipping: 86.70."""
    return place_order(
        front.shop,
        [NewLine(variant(front.shop, sku="NB", tracked=True, quantity=10), 3)],
        shipping=[NewShipping("Standard", Decimal("7.50"))],
        taxes=[("Tax", Decimal("0.1"))],
        **about,
    )


def ask(front: Front, order: Order, key: str = "k1", **given: Any) -> Any:
    return front.ask(REFUND, {"input": {"orderId": order.id, **given}, "key": key})["refundCreate"]


def units(order: Order, quantity: int, restock: str = "CANCEL") -> list[dict[str, Any]]:
    return [{"lineItemId": order.lines[0].id, "quantity": quantity, "restockType": restock}]


def money(order: Order, amount: str) -> list[dict[str, Any]]:
    sale = order.transactions[0]
    return [{"orderId": order.id, "parentId": sale.id, "kind": "REFUND", "gateway": sale.gateway, "amount": amount}]


def test_lines_are_refunded_in_parts_until_nothing_is_left(front: Front) -> None:
    order = paid(front)
    first = ask(front, order, refundLineItems=units(order, 1), transactions=money(order, "26.40"))
    assert first["userErrors"] == []
    [line] = first["refund"]["refundLineItems"]["nodes"]
    assert (line["subtotalSet"]["shopMoney"]["amount"], line["totalTaxSet"]["shopMoney"]["amount"]) == ("24.0", "2.4")
    assert first["refund"]["orderAdjustments"]["nodes"] == []
    assert first["order"]["displayFinancialStatus"] == "PARTIALLY_REFUNDED"
    assert first["order"]["currentTotalPriceSet"]["shopMoney"]["amount"] == "60.3"
    rest = ask(
        front,
        order,
        "k2",
        refundLineItems=units(order, 2),
        shipping={"fullRefund": True},
        transactions=money(order, "60.30"),
    )
    assert rest["order"]["displayFinancialStatus"] == "REFUNDED"
    assert rest["order"]["currentTotalPriceSet"]["shopMoney"]["amount"] == "0.0"
    assert len(rest["order"]["refunds"]) == 2
    assert (order.lines[0].current_quantity, order.lines[0].unfulfilled_quantity) == (0, 0)


def test_shipping_alone_is_refunded_up_to_what_it_cost(front: Front) -> None:
    order = paid(front)
    some = ask(front, order, shipping={"amount": "2.50"}, transactions=money(order, "2.50"))["refund"]
    [line] = some["refundShippingLines"]["nodes"]
    assert line == {"subtotalAmountSet": {"shopMoney": {"amount": "2.5"}}, "shippingLine": {"title": "Standard"}}
    assert some["orderAdjustments"]["nodes"] == []
    [error] = ask(front, order, "k2", shipping={"amount": "5.01"})["userErrors"]
    assert error["field"] == ["shipping"]
    query = """query($id: ID!) { order(id: $id) {
      currentShippingPriceSet { shopMoney { amount } } totalRefundedShippingSet { shopMoney { amount } }
    } }"""
    assert front.ask(query, {"id": order.id})["order"] == {
        "currentShippingPriceSet": {"shopMoney": {"amount": "5.0"}},
        "totalRefundedShippingSet": {"shopMoney": {"amount": "2.5"}},
    }


def test_money_alone_becomes_an_adjustment_in_the_customers_favour(front: Front) -> None:
    order = paid(front)
    made = ask(front, order, note="Sorry", transactions=money(order, "10.00"))
    assert made["refund"]["refundLineItems"]["nodes"] == []
    [adjustment] = made["refund"]["orderAdjustments"]["nodes"]
    assert adjustment == {"reason": "REFUND_DISCREPANCY", "amountSet": {"shopMoney": {"amount": "-10.0"}}}
    assert made["order"]["currentTotalPriceSet"]["shopMoney"]["amount"] == "76.7"
    assert order.lines[0].current_quantity == 3


def test_less_money_than_the_lines_are_worth_is_an_adjustment_in_the_merchants_favour(front: Front) -> None:
    order = paid(front)
    made = ask(
        front, order, refundLineItems=units(order, 1), transactions=money(order, "20.00"), discrepancyReason="DAMAGE"
    )
    [adjustment] = made["refund"]["orderAdjustments"]["nodes"]
    assert adjustment == {"reason": "DAMAGE", "amountSet": {"shopMoney": {"amount": "6.4"}}}
    assert current_total(order) == net_payment(order)


def test_lines_given_back_without_money_leave_a_debt_to_the_customer(front: Front) -> None:
    order = paid(front)
    ask(front, order, refundLineItems=units(order, 1))
    assert outstanding(order).shop == Decimal("-26.40")


def test_no_more_money_goes_back_than_came_in_unless_that_is_allowed(front: Front) -> None:
    order = paid(front)
    refused = ask(front, order, transactions=money(order, "86.71"))
    message = "Refund amount $86.71 is greater than net payment received $86.70"
    assert refused["userErrors"] == [{"field": None, "message": message}]
    assert refused["refund"] is None
    assert order.refunds == []
    assert ask(front, order, transactions=money(order, "86.71"), allowOverRefunding=True)["userErrors"] == []


@pytest.mark.parametrize("quantities", [(4,), (2, 2), (0,)])
def test_no_more_units_are_refunded_than_are_left(front: Front, quantities: tuple[int, ...]) -> None:
    order = paid(front)
    given = [one for quantity in quantities for one in units(order, quantity)]
    [error] = ask(front, order, refundLineItems=given)["userErrors"]
    last = str(len(quantities) - 1)
    assert error == {
        "field": ["refundLineItems", last, "quantity"],
        "message": "Quantity cannot refund more items than were purchased",
    }
    assert order.lines[0].refundable_quantity == 3


def test_a_line_of_another_order_is_refused(front: Front) -> None:
    order, other = paid(front), paid(front)
    [error] = ask(front, order, refundLineItems=units(other, 1))["userErrors"]
    assert error["field"] == ["refundLineItems", "0", "lineItemId"]


def test_an_unknown_order_has_nothing_to_refund(front: Front) -> None:
    given = {"input": {"orderId": "gid://shopify/Order/1"}, "key": "k"}
    refused = front.ask(REFUND, given)["refundCreate"]
    assert refused["userErrors"] == [{"field": ["orderId"], "message": "Order does not exist"}]


def test_a_second_currency_must_be_named(front: Front) -> None:
    order = paid(front, rate=Rate("USD", "EUR", Decimal("0.92")))
    [error] = ask(front, order, transactions=money(order, "10.00"))["userErrors"]
    assert error["field"] == ["currency"]
    made = ask(front, order, currency="EUR", transactions=money(order, "10.00"))
    assert made["refund"]["totalRefundedSet"]["presentmentMoney"]["amount"] == "10.0"


def test_cancelled_units_go_back_to_stock_others_only_when_they_return(front: Front) -> None:
    order = paid(front)
    goods = front.shop.variants.rows[order.lines[0].variant_id or ""]
    assert goods.inventory_quantity == 7
    ask(front, order, refundLineItems=units(order, 1, "CANCEL"))
    assert goods.inventory_quantity == 8
    ask(front, order, "k2", refundLineItems=units(order, 1, "NO_RESTOCK"))
    assert goods.inventory_quantity == 8


def test_sent_units_are_taken_back_before_unsent_ones(front: Front) -> None:
    """Seen by third parties for every type but CANCEL."""
    order = paid(front)
    [line] = order.lines
    line.fulfilled_quantity, line.unfulfilled_quantity = 1, 2
    ask(front, order, refundLineItems=units(order, 2, "RETURN"))
    assert (line.current_quantity, line.unfulfilled_quantity) == (1, 1)


@pytest.mark.parametrize(
    ("switch", "current", "subtotal", "adjustment"), [("stays", 3, "0.0", ["-24.0"]), ("leaves", 2, "24.0", [])]
)
def test_an_unsent_unit_that_is_not_restocked(switch: str, current: int, subtotal: str, adjustment: list[str]) -> None:
    """It stays on the order and is worth nothing, or leaves it; the money comes out the same."""
    front = Front({"unsent_no_restock": switch})
    order = place_order(front.shop, [NewLine(variant(front.shop), 3)])
    made = ask(front, order, refundLineItems=units(order, 1, "NO_RESTOCK"), transactions=money(order, "24.00"))
    [line] = made["refund"]["refundLineItems"]["nodes"]
    assert line["subtotalSet"]["shopMoney"]["amount"] == subtotal
    found = [one["amountSet"]["shopMoney"]["amount"] for one in made["refund"]["orderAdjustments"]["nodes"]]
    assert found == adjustment
    assert order.lines[0].current_quantity == current
    assert order.lines[0].refundable_quantity == 2
    assert current_total(order).shop == Decimal("48.00")


def test_the_same_key_again_makes_no_second_refund(front: Front) -> None:
    order = paid(front)
    once = ask(front, order, transactions=money(order, "5.00"))
    again = ask(front, order, transactions=money(order, "5.00"))
    assert again["refund"]["id"] == once["refund"]["id"]
    assert len(order.refunds) == 1
    ask(front, order, "another", transactions=money(order, "5.00"))
    assert len(order.refunds) == 2


def test_since_2026_04_a_refund_needs_a_key(front: Front) -> None:
    order = paid(front)
    bare = "mutation($input: RefundInput!) { refundCreate(input: $input) { refund { id } userErrors { message } } }"
    given = {"input": {"orderId": order.id, "transactions": money(order, "5.00")}}
    answer = front.post(bare, given).json()
    assert answer["data"] == {"refundCreate": None}
    assert "@idempotent" in answer["errors"][0]["message"]
    front.graphql = "/admin/api/2026-01/graphql.json"
    assert front.ask(bare, given)["refundCreate"]["refund"] is not None
    assert orders_of(front.shop).refunds_by_key == {}
