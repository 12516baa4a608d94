"""Money of an order over GraphQL: paid at once or in parts, held, captured, voided."""

from decimal import Decimal
from typing import Any

import pytest

from sandbox.shopify.money import Rate
from sandbox.shopify.orders.order_create import NewLine, place_order
from sandbox.shopify.orders.order_model import Order
from sandbox.shopify.orders.payments import NewTransaction, authorize
from tests.sandbox.shopify.front import Front
from tests.sandbox.shopify.goods import variant

MARK = """mutation($id: ID!) { orderMarkAsPaid(input: {id: $id}) {
  order { displayFinancialStatus canMarkAsPaid transactions { kind status gateway amountSet { shopMoney { amount } } } }
  userErrors { field message }
} }"""
PART = """mutation($id: ID!, $amount: MoneyInput, $method: String, $at: DateTime) {
  orderCreateManualPayment(id: $id, amount: $amount, paymentMethodName: $method, processedAt: $at) {
    order { displayFinancialStatus totalOutstandingSet { shopMoney { amount } } paymentGatewayNames }
    userErrors { field code }
  }
}"""
CAPTURE = """mutation($input: OrderCaptureInput!) { orderCapture(input: $input) {
  transaction { id kind status amountSet { presentmentMoney { amount } } parentTransaction { id kind } }
  userErrors { field message }
} }"""
VOID = """mutation($id: ID!) { transactionVoid(parentTransactionId: $id) {
  transaction { kind status amountSet { shopMoney { amount } } parentTransaction { kind } }
  userErrors { field code }
} }"""


def unpaid(front: Front, price: str = "100.00", **about: Any) -> Order:
    return place_order(front.shop, [NewLine(variant(front.shop, price))], transactions=(), **about)


def usd(amount: str) -> dict[str, str]:
    return {"amount": amount, "currencyCode": "USD"}


def test_marking_as_paid_records_one_manual_sale_of_all_that_is_due(front: Front) -> None:
    marked = front.ask(MARK, {"id": unpaid(front).id})["orderMarkAsPaid"]
    assert marked["userErrors"] == []
    assert marked["order"]["canMarkAsPaid"] is False
    sale = {"kind": "SALE", "status": "SUCCESS", "gateway": "manual", "amountSet": {"shopMoney": {"amount": "100.0"}}}
    assert marked["order"]["transactions"] == [sale]


def test_marking_as_paid_captures_what_is_held(front: Front) -> None:
    order = unpaid(front)
    authorize(front.shop, order, Decimal(60))
    transactions = front.ask(MARK, {"id": order.id})["orderMarkAsPaid"]["order"]["transactions"]
    assert [(one["kind"], one["amountSet"]["shopMoney"]["amount"]) for one in transactions] == [
        ("AUTHORIZATION", "60.0"),
        ("CAPTURE", "60.0"),
        ("SALE", "40.0"),
    ]


def test_an_unknown_order_cannot_be_marked_as_paid(front: Front) -> None:
    marked = front.ask(MARK, {"id": "gid://shopify/Order/1"})["orderMarkAsPaid"]
    assert marked == {"order": None, "userErrors": [{"field": ["id"], "message": "Order does not exist"}]}


def test_an_order_is_paid_in_parts_by_several_methods(front: Front) -> None:
    order = unpaid(front)
    first = front.ask(PART, {"id": order.id, "amount": usd("30.00"), "method": "Bank transfer"})
    assert first["orderCreateManualPayment"]["order"] == {
        "displayFinancialStatus": "PARTIALLY_PAID",
        "totalOutstandingSet": {"shopMoney": {"amount": "70.0"}},
        "paymentGatewayNames": ["Bank transfer"],
    }
    rest = front.ask(PART, {"id": order.id})["orderCreateManualPayment"]["order"]
    assert rest["displayFinancialStatus"] == "PAID"
    assert rest["paymentGatewayNames"] == ["Bank transfer", "manual"]


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"amount": usd("100.01")}, "AMOUNT_EXCEEDS_BALANCE"),
        ({"amount": usd("0")}, "AMOUNT_NOT_POSITIVE"),
        ({"amount": {"amount": "1", "currencyCode": "EUR"}}, "CURRENCY_MISMATCH"),
        ({"at": "2099-01-01T00:00:00Z"}, "PROCESSED_AT_INVALID"),
    ],
)
def test_a_payment_that_cannot_be_is_refused_and_changes_nothing(
    front: Front, given: dict[str, Any], code: str
) -> None:
    order = unpaid(front)
    [error] = front.ask(PART, {"id": order.id, **given})["orderCreateManualPayment"]["userErrors"]
    assert error["code"] == code
    assert order.transactions == []


def test_a_hold_is_captured_in_parts_up_to_its_amount(front: Front) -> None:
    order = unpaid(front)
    hold = authorize(front.shop, order)
    asked = {"id": order.id, "parentTransactionId": hold.id, "amount": "40.00"}
    captured = front.ask(CAPTURE, {"input": asked})["orderCapture"]
    assert captured["userErrors"] == []
    assert captured["transaction"]["parentTransaction"] == {"id": hold.id, "kind": "AUTHORIZATION"}
    [error] = front.ask(CAPTURE, {"input": {**asked, "amount": "60.01"}})["orderCapture"]["userErrors"]
    assert error["field"] == ["amount"]
    front.ask(CAPTURE, {"input": {**asked, "amount": "60.00"}})
    assert [one.kind for one in order.transactions] == ["AUTHORIZATION", "CAPTURE", "CAPTURE"]


def test_capturing_in_a_buyers_currency_names_it(front: Front) -> None:
    order = unpaid(front, rate=Rate("USD", "EUR", Decimal("0.92")))
    hold = authorize(front.shop, order)
    asked = {"id": order.id, "parentTransactionId": hold.id, "amount": "92.00"}
    [error] = front.ask(CAPTURE, {"input": asked})["orderCapture"]["userErrors"]
    assert error["field"] == ["currency"]
    captured = front.ask(CAPTURE, {"input": {**asked, "currency": "EUR"}})["orderCapture"]["transaction"]
    assert captured["amountSet"]["presentmentMoney"] == {"amount": "92.0"}


def test_a_void_has_no_amount_and_the_sum_is_owed_again(front: Front) -> None:
    order = unpaid(front)
    hold = authorize(front.shop, order)
    voided = front.ask(VOID, {"id": hold.id})["transactionVoid"]
    assert voided["userErrors"] == []
    assert voided["transaction"] == {
        "kind": "VOID",
        "status": "SUCCESS",
        "amountSet": {"shopMoney": {"amount": "0.0"}},
        "parentTransaction": {"kind": "AUTHORIZATION"},
    }
    query = "query($id: ID!) { order(id: $id) { displayFinancialStatus totalOutstandingSet { shopMoney { amount } } } }"
    assert front.ask(query, {"id": order.id})["order"] == {
        "displayFinancialStatus": "VOIDED",
        "totalOutstandingSet": {"shopMoney": {"amount": "100.0"}},
    }


def test_only_an_open_untouched_hold_can_be_voided(front: Front) -> None:
    order = unpaid(front)
    hold = authorize(front.shop, order)
    front.ask(CAPTURE, {"input": {"id": order.id, "parentTransactionId": hold.id, "amount": "1.00"}})
    codes = [
        front.ask(VOID, {"id": gid})["transactionVoid"]["userErrors"][0]["code"]
        for gid in (hold.id, order.transactions[1].id, "gid://shopify/OrderTransaction/1")
    ]
    assert codes == ["AUTH_NOT_VOIDABLE", "AUTH_NOT_SUCCESSFUL", "TRANSACTION_NOT_FOUND"]


def test_a_customers_purchases_count_what_was_paid(front: Front) -> None:
    query = "query($id: ID!) { customer(id: $id) { numberOfOrders amountSpent { amount } lastOrder { id } } }"
    order = unpaid(front)
    made = front.ask(
        """mutation($order: OrderCreateOrderInput!) { orderCreate(order: $order) { order { id customer { id } } } }""",
        {
            "order": {
                "email": "ada@example.com",
                "lineItems": [{"title": "Book", "quantity": 1, "priceSet": {"shopMoney": usd("15.00")}}],
            }
        },
    )["orderCreate"]["order"]
    assert order.customer is None
    customer = {"id": made["customer"]["id"]}
    assert front.ask(query, customer)["customer"]["amountSpent"] == {"amount": "0.0"}
    front.ask(MARK, {"id": made["id"]})
    assert front.ask(query, customer)["customer"] == {
        "numberOfOrders": "1",
        "amountSpent": {"amount": "15.0"},
        "lastOrder": {"id": made["id"]},
    }


def test_a_failed_transaction_moves_no_money(front: Front) -> None:
    failed = NewTransaction(status="FAILURE")
    order = place_order(front.shop, [NewLine(variant(front.shop, "9.00"))], transactions=[failed])
    query = "query($id: ID!) { order(id: $id) { totalReceivedSet { shopMoney { amount } } unpaid fullyPaid } }"
    assert front.ask(query, {"id": order.id})["order"] == {
        "totalReceivedSet": {"shopMoney": {"amount": "0.0"}},
        "unpaid": True,
        "fullyPaid": False,
    }
