"""The status words of orders (reference §9): payment, shipping and returns, each on its own."""

from collections.abc import Callable
from decimal import Decimal

import pytest

from sandbox.shopify.fulfillments.fulfillment_model import FulfillmentOrder
from sandbox.shopify.orders.order_cancel import cancel
from sandbox.shopify.orders.order_create import NewLine, place_order
from sandbox.shopify.orders.order_edit import commit
from sandbox.shopify.orders.order_edit_session import add_line, begin, custom_line, set_quantity
from sandbox.shopify.orders.order_model import Order
from sandbox.shopify.orders.order_status import display_financial_status, display_fulfillment_status, return_status
from sandbox.shopify.orders.order_table import orders_of
from sandbox.shopify.orders.payments import NewTransaction, authorize, capture, expire, pay, pending_payment, void
from sandbox.shopify.orders.refunds import NewRefundLine, NewRefundTransaction, refund
from sandbox.shopify.orders.sums import Sum
from sandbox.shopify.returns.return_model import Return
from sandbox.shopify.shop import Shop
from sandbox.shopify.simulator import Shopify
from tests.sandbox.shopify.goods import variant

TEN = Sum(Decimal(10), Decimal(10))
HELD = NewTransaction("AUTHORIZATION")


@pytest.fixture
def shop() -> Shop:
    return Shopify().shop


def ordered(shop: Shop, *transactions: NewTransaction, quantity: int = 2) -> Order:
    """Two units at 10.00."""
    return place_order(shop, [NewLine(variant(shop, "10.00"), quantity)], transactions=transactions)


def give_back(shop: Shop, order: Order, amount: int) -> None:
    refund(shop, order, transactions=[NewRefundTransaction(Decimal(amount), "shopify_payments", order.transactions[0])])


def give_five(shop: Shop, order: Order) -> None:
    give_back(shop, order, 5)


def give_all(shop: Shop, order: Order) -> None:
    give_back(shop, order, 20)


def capture_half(shop: Shop, order: Order) -> None:
    capture(shop, order.transactions[0], Decimal(10))


def capture_all(shop: Shop, order: Order) -> None:
    capture(shop, order.transactions[0])


def void_it(shop: Shop, order: Order) -> None:
    void(shop, order.transactions[0])


def run_out(shop: Shop, order: Order) -> None:
    expire(shop, order.transactions[0])


def cancel_unrefunded(shop: Shop, order: Order) -> None:
    cancel(shop, order, refund=False)


def add_unpaid(shop: Shop, order: Order) -> None:
    edit = begin(shop, order)
    add_line(shop, edit, custom_line(shop, edit, "Gift wrap", 1, TEN))
    orders_of(shop).edits[edit.legacy_resource_id] = edit
    commit(shop, edit)


Act = Callable[[Shop, Order], object]

SALE = NewTransaction()
HALF = NewTransaction(amount=TEN)
FAILED = NewTransaction(status="FAILURE")

FINANCIAL: list[tuple[str, tuple[NewTransaction, ...], tuple[Act, ...], str | None]] = [
    # what happened,             at birth,  then,                 the word
    ("nobody tried",             (),        (),                   None),
    ("paid",                     (SALE,),   (),                   "PAID"),
    ("paid in part",             (HALF,),   (),                   "PARTIALLY_PAID"),
    ("then the rest",            (HALF,),   (pay,),               "PAID"),
    ("a payment on its way",     (),        (pending_payment,),   "PENDING"),
    ("a payment that failed",    (FAILED,), (),                   None),
    ("held",                     (HELD,),   (),                   "AUTHORIZED"),
    ("held later",               (),        (authorize,),         "AUTHORIZED"),
    ("captured in part",         (HELD,),   (capture_half,),      "PARTIALLY_PAID"),
    ("captured",                 (HELD,),   (capture_all,),       "PAID"),
    ("voided",                   (HELD,),   (void_it,),           "VOIDED"),
    ("ran out",                  (HELD,),   (run_out,),           "EXPIRED"),
    ("voided, then paid",        (HELD,),   (void_it, pay),       "PAID"),
    ("given back in part",       (SALE,),   (give_five,),         "PARTIALLY_REFUNDED"),
    ("given back",               (SALE,),   (give_all,),          "REFUNDED"),
    ("grew after it was paid",   (SALE,),   (add_unpaid,),        "PARTIALLY_PAID"),
    ("and was paid again",       (SALE,),   (add_unpaid, pay),    "PAID"),
    ("cancelled with its money", (SALE,),   (cancel,),            "REFUNDED"),
    ("cancelled, money kept",    (SALE,),   (cancel_unrefunded,), "PAID"),
    ("cancelled while held",     (HELD,),   (cancel,),            "VOIDED"),
    ("cancelled unpaid",         (),        (cancel,),            None),
    ("cancelled while pending",  (),        (pending_payment, cancel), "VOIDED"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("transactions", "acts", "word"), [row[1:] for row in FINANCIAL], ids=[row[0] for row in FINANCIAL]
)
def test_payment(shop: Shop, transactions: tuple[NewTransaction, ...], acts: tuple[Act, ...], word: str | None) -> None:
    order = ordered(shop, *transactions)
    for act in acts:
        act(shop, order)
    assert display_financial_status(order) == word


def test_a_status_given_without_transactions_stands_until_the_next_one(shop: Shop) -> None:
    order = place_order(shop, [NewLine(variant(shop))], transactions=(), given_status="PENDING")
    assert display_financial_status(order) == "PENDING"
    pay(shop, order, Decimal(1))
    assert display_financial_status(order) == "PARTIALLY_PAID"


def test_an_order_of_no_value_is_paid_without_any_transaction(shop: Shop) -> None:
    order = place_order(shop, [NewLine(variant(shop, "0.00"))])
    assert order.transactions == []
    assert display_financial_status(order) == "PAID"


def test_an_authorisation_runs_out_after_seven_days(shop: Shop) -> None:
    order = ordered(shop, HELD)
    shop.clock.advance(7 * 86_400 - 1)
    assert display_financial_status(order) == "AUTHORIZED"
    shop.clock.advance(1)
    assert display_financial_status(order) == "EXPIRED"


def test_what_was_captured_in_time_does_not_run_out(shop: Shop) -> None:
    order = ordered(shop, HELD)
    capture(shop, order.transactions[0])
    shop.clock.advance(8 * 86_400)
    assert display_financial_status(order) == "PAID"


def send(order: Order, quantity: int) -> None:
    [line] = order.lines
    line.fulfilled_quantity += quantity
    line.unfulfilled_quantity -= quantity


def test_shipping_goes_from_unfulfilled_through_partly_to_fulfilled(shop: Shop) -> None:
    order = ordered(shop)
    words = [display_fulfillment_status(shop, order)]
    for _ in range(2):
        send(order, 1)
        words.append(display_fulfillment_status(shop, order))
    assert words == ["UNFULFILLED", "PARTIALLY_FULFILLED", "FULFILLED"]


@pytest.mark.parametrize(
    ("status", "word"),
    [
        ("OPEN", "UNFULFILLED"),
        ("ON_HOLD", "ON_HOLD"),
        ("SCHEDULED", "SCHEDULED"),
        ("IN_PROGRESS", "IN_PROGRESS"),
        ("CLOSED", "UNFULFILLED"),
    ],
)
def test_what_waits_shows_what_it_waits_for(shop: Shop, status: str, word: str) -> None:
    order = ordered(shop)
    order.fulfillment_orders = [FulfillmentOrder("1", order, status), FulfillmentOrder("2", order, "CLOSED")]
    assert display_fulfillment_status(shop, order) == word


def test_on_hold_is_said_only_when_all_that_waits_is_on_hold(shop: Shop) -> None:
    order = ordered(shop)
    order.fulfillment_orders = [FulfillmentOrder("1", order, "ON_HOLD"), FulfillmentOrder("2", order, "OPEN")]
    assert display_fulfillment_status(shop, order) == "UNFULFILLED"


def test_a_declined_request_shows(shop: Shop) -> None:
    order = ordered(shop)
    order.fulfillment_orders = [FulfillmentOrder("1", order, "OPEN", "REJECTED")]
    assert display_fulfillment_status(shop, order) == "REQUEST_DECLINED"


def test_units_that_came_back_do_not_unfulfil_an_order(shop: Shop) -> None:
    order = ordered(shop, NewTransaction())
    send(order, 2)
    refund(shop, order, lines=[NewRefundLine(order.lines[0], 2, "RETURN")])
    assert order.lines[0].current_quantity == 0
    assert display_fulfillment_status(shop, order) == "FULFILLED"


@pytest.mark.parametrize("word", ["FULFILLMENT_NOT_REQUIRED", "UNFULFILLED"])
def test_an_open_order_with_nothing_left_to_send(word: str) -> None:
    shop = Shopify(switches={"nothing_to_fulfill": word}).shop
    order = ordered(shop)
    edit = begin(shop, order)
    orders_of(shop).edits[edit.legacy_resource_id] = edit
    set_quantity(edit, next(iter(edit.lines)), 0, restock=True)
    commit(shop, edit)
    assert display_fulfillment_status(shop, order) == word


def test_a_cancelled_order_stays_unfulfilled(shop: Shop) -> None:
    """Recorded: REFUNDED/UNFULFILLED and PAID/UNFULFILLED of cancelled orders."""
    order = ordered(shop, NewTransaction())
    cancel(shop, order)
    assert display_fulfillment_status(shop, order) == "UNFULFILLED"


def test_a_gift_card_is_sent_once_it_is_paid(shop: Shop) -> None:
    card = variant(shop, "50.00", "Gift Card", is_gift_card=True, requires_shipping=False)
    lines = [NewLine(card), NewLine(variant(shop))]
    assert display_fulfillment_status(shop, place_order(shop, lines)) == "PARTIALLY_FULFILLED"
    waiting = place_order(shop, lines, transactions=())
    assert display_fulfillment_status(shop, waiting) == "UNFULFILLED"
    pay(shop, waiting)
    assert display_fulfillment_status(shop, waiting) == "PARTIALLY_FULFILLED"


def test_a_paid_order_of_gift_cards_alone_is_archived_at_birth_if_the_merchant_wants_so(shop: Shop) -> None:
    card = NewLine(variant(shop, "50.00", "Gift Card", is_gift_card=True))
    assert place_order(shop, [card]).closed_at == shop.now
    orders_of(shop).auto_close = False
    assert place_order(shop, [card]).closed_at is None


@pytest.mark.parametrize(
    ("states", "word"),
    [
        ((), "NO_RETURN"),
        (("DECLINED", "CANCELED"), "NO_RETURN"),
        (("CLOSED", "DECLINED"), "RETURNED"),
        (("CLOSED", "OPEN"), "IN_PROGRESS"),
        (("OPEN", "CLOSED", "REQUESTED"), "RETURN_REQUESTED"),
    ],
)
def test_of_several_returns_the_most_pressing_is_shown(shop: Shop, states: tuple[str, ...], word: str) -> None:
    order = ordered(shop)
    order.returns = [Return(str(n), order, state, shop.now) for n, state in enumerate(states)]
    assert return_status(order) == word
