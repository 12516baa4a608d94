"""Which topics orders fire, and in which order (reference §7.7, §8)."""

from decimal import Decimal
from pathlib import Path

import pytest

from sandbox.shopify.fulfillments.fulfillment_model import FulfillmentOrder
from sandbox.shopify.orders.order_cancel import cancel, close, delete, reopen
from sandbox.shopify.orders.order_changes import set_tags, update_order
from sandbox.shopify.orders.order_create import NewLine, place_order
from sandbox.shopify.orders.order_edit import commit
from sandbox.shopify.orders.order_edit_session import begin, set_quantity
from sandbox.shopify.orders.order_table import orders_of
from sandbox.shopify.orders.payments import authorize, pay
from sandbox.shopify.orders.refunds import NewRefundTransaction, refund
from sandbox.shopify.shop import Shop
from sandbox.shopify.simulator import Shopify
from tests.sandbox.shopify.goods import variant
from tests.sandbox.shopify.order_samples import abroad, autumn, till
from tests.sandbox.shopify.told import Told, alike, sample


@pytest.fixture
def shop() -> Shop:
    return Shopify().shop


@pytest.fixture
def told(shop: Shop) -> Told:
    return Told(shop)


def topics(told: Told, *, of: str) -> list[str]:
    """Those that begin so."""
    return [topic for topic in told.topics if topic.startswith(of)]


def test_a_paid_order_is_created_updated_and_paid_within_the_second(shop: Shop, told: Told) -> None:
    autumn(shop)
    assert topics(told, of="order") == [
        "orders/create",
        "orders/updated",
        "order_transactions/create",
        "orders/paid",
        "orders/updated",
    ]
    assert topics(told, of="tender") == ["tender_transactions/create"]
    assert topics(told, of="customers/purchasing") == ["customers/purchasing_summary"]
    assert told.topics.count("products/update") == 2


def test_an_unpaid_order_is_not_told_as_paid_until_it_is(shop: Shop, told: Told) -> None:
    order = place_order(shop, [NewLine(variant(shop))], transactions=())
    pay(shop, order, Decimal(4))
    assert "orders/paid" not in told.topics
    pay(shop, order)
    assert topics(told, of="orders/")[-2:] == ["orders/paid", "orders/updated"]


def test_a_hold_moves_no_money(shop: Shop, told: Told) -> None:
    authorize(shop, place_order(shop, [NewLine(variant(shop))], transactions=()))
    assert topics(told, of="order_transactions") == ["order_transactions/create"]
    assert topics(told, of="tender") == []


def test_every_change_is_told_as_updated(shop: Shop, told: Told) -> None:
    order = place_order(shop, [NewLine(variant(shop))])
    told.clear()
    update_order(shop, order, note="Gift")
    set_tags(shop, order, ("vip",))
    close(shop, order)
    reopen(shop, order)
    assert told.topics == ["orders/updated"] * 4
    assert [body["tags"] for _, body in told.messages] == ["", "vip", "vip", "vip"]
    assert [body["closed_at"] is None for _, body in told.messages] == [True, True, False, True]


def test_what_does_not_change_is_not_told(shop: Shop, told: Told) -> None:
    order = place_order(shop, [NewLine(variant(shop))], tags=("vip",))
    told.clear()
    set_tags(shop, order, ("vip",))
    reopen(shop, order)
    assert told.messages == []


def test_a_refund_is_told_with_its_money(shop: Shop, told: Told) -> None:
    order = autumn(shop)
    told.clear()
    refund(shop, order, transactions=[NewRefundTransaction(Decimal(5), "shopify_payments", order.transactions[0])])
    assert topics(told, of="order") == ["orders/updated", "order_transactions/create"]
    assert told.body("tender_transactions/create")["amount"] == "-5.00"
    assert told.body("refunds/create")["order_adjustments"][0]["amount"] == "-5.00"


def test_a_cancelled_order_says_so_last(shop: Shop, told: Told) -> None:
    order = autumn(shop)
    told.clear()
    cancel(shop, order, "FRAUD")
    assert topics(told, of="orders/")[-2:] == ["orders/cancelled", "orders/updated"]
    body = told.messages[-1][1]
    assert (body["cancel_reason"], body["financial_status"], body["current_total_price"]) == (
        "fraud",
        "refunded",
        "0.00",
    )
    assert "refunds/create" in told.topics


def test_an_edit_has_a_body_of_its_own(shop: Shop, told: Told, shared: Path) -> None:
    order = autumn(shop)
    edit = begin(shop, order)
    orders_of(shop).edits[edit.legacy_resource_id] = edit
    first, second = edit.lines
    set_quantity(edit, first, 1, restock=False)
    set_quantity(edit, second, 3, restock=False)
    told.clear()
    commit(shop, edit, note="Swapped size", app_id="1354745")
    body = told.body("orders/edited")
    assert alike(body, sample(shared, "orders_edited"))
    lines = [int(line.legacy_resource_id) for line in order.lines]
    assert body["order_edit"]["line_items"] == {
        "additions": [{"id": lines[1], "delta": 2}],
        "removals": [{"id": lines[0], "delta": 1}],
    }
    assert "orders/updated" in told.topics


def test_a_deleted_order_leaves_its_id_and_an_event(shop: Shop, told: Told) -> None:
    order = place_order(shop, [NewLine(variant(shop))], transactions=())
    told.clear()
    delete(shop, order)
    assert told.messages == [("orders/delete", {"id": int(order.legacy_resource_id)})]
    event = shop.events[-1]
    assert (event.action, event.subject_type, event.subject_id) == ("destroy", "ORDER", order.id)


def test_plain_sums_are_in_shop_currency_and_times_in_the_shops_zone(shop: Shop, told: Told) -> None:
    abroad(shop)
    body = told.messages[-1][1]
    assert body["total_price"] == body["total_price_set"]["shop_money"]["amount"]
    assert body["total_price_set"]["presentment_money"]["currency_code"] == "EUR"
    assert body["created_at"].endswith("-08:00")


def test_a_body_tells_the_state_at_its_moment(shop: Shop, told: Told) -> None:
    order = place_order(shop, [NewLine(variant(shop))], transactions=(), note="first")
    update_order(shop, order, note="second")
    notes = [body["note"] for topic, body in told.messages if topic == "orders/updated"]
    assert (notes[0], notes[-1]) == ("first", "second")


def test_a_guest_has_no_customer_and_an_empty_email(shop: Shop, told: Told) -> None:
    till(shop)
    body = told.body("orders/create")
    assert (body["customer"], body["email"], body["contact_email"], body["phone"]) == (None, "", None, "+15035550199")
    assert body["total_tip_received"] == "3.00"


def test_hold_and_schedule_read_null_in_webhooks(shop: Shop, told: Told) -> None:
    order = place_order(shop, [NewLine(variant(shop))])
    order.fulfillment_orders = [FulfillmentOrder("1", order, "ON_HOLD")]
    update_order(shop, order, note="waits")
    assert told.messages[-1][1]["fulfillment_status"] is None
