"""Which topics orders fire, in which order, with bodies shaped as in the samples (reference §7.7, §8)."""

import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from sandbox.shopify import customers
from sandbox.shopify.fulfillment_model import FulfillmentOrder
from sandbox.shopify.model import Company, CompanyLocation, MailingAddress
from sandbox.shopify.money import Rate
from sandbox.shopify.order_cancel import cancel, close, delete, reopen
from sandbox.shopify.order_changes import set_tags, update_order
from sandbox.shopify.order_create import NewLine, NewShipping, place_order
from sandbox.shopify.order_discounts import NewDiscount
from sandbox.shopify.order_edit import commit
from sandbox.shopify.order_edit_session import begin, set_quantity
from sandbox.shopify.order_model import Order, PaymentTerms
from sandbox.shopify.order_table import orders_of
from sandbox.shopify.payments import NewTransaction, authorize, pay
from sandbox.shopify.refunds import NewRefundLine, NewRefundTransaction, refund
from sandbox.shopify.shop import Shop
from sandbox.shopify.simulator import Shopify
from sandbox.shopify.sums import Sum
from tests.sandbox.shopify.goods import variant

Told = list[tuple[str, dict[str, Any]]]


@pytest.fixture
def shop() -> Shop:
    return Shopify().shop


@pytest.fixture
def told(shop: Shop) -> Told:
    """Every topic published from now on, with its body as JSON has it."""
    heard: Told = []
    shop.listeners.append(lambda topic, body: heard.append((topic, json.loads(json.dumps(body())))))
    return heard


def topics(told: Told, *, of: str = "") -> list[str]:
    return [topic for topic, _ in told if topic.startswith(of)]


def address(shop: Shop) -> MailingAddress:
    return MailingAddress(
        shop.new_id(),
        first_name="Mira",
        last_name="Okonjo",
        address1="48 Harbour Lane",
        address2="Flat 3",
        city="Portland",
        province_code="OR",
        country_code="US",
        zip="97205",
        phone="+15035550142",
    )


def autumn(shop: Shop, **about: Any) -> Order:
    """The order of the sample orders_create: two lines, a code, shipping, tax."""
    given = {"address1": "48 Harbour Lane", "address2": "Flat 3", "city": "Portland", "zip": "97205"}
    given |= {"first_name": "Mira", "last_name": "Okonjo"}
    mira = customers.create(
        shop,
        first_name="Mira",
        last_name="Okonjo",
        email="mira.okonjo@example.com",
        phone="+15035550142",
        addresses=[{**given, "country_code": "US", "province_code": "OR", "phone": "+15035550142"}],
    )
    notebook = variant(shop, sku="CQ-NB-LIN-A5", tracked=True, quantity=9, weight=Decimal("0.24"))
    case = variant(shop, "38.50", "Brass Pencil Case", sku="CQ-PC-BRS", tracked=True, quantity=9)
    return place_order(
        shop,
        [NewLine(notebook, 2, variant_title="A5 / Moss", attributes=(("Engraving", "M.O."),)), NewLine(case, 1)],
        customer=mira,
        shipping=[NewShipping("Standard", Decimal("7.50"), "STD")],
        discounts=[NewDiscount("AUTUMN10", percentage=Decimal(10))],
        taxes=[("Oregon Demo Tax", Decimal("0.085"))],
        shipping_address=address(shop),
        billing_address=address(shop),
        attributes=(("gift_message", "Happy birthday!"),),
        tags=("newsletter",),
        landing_site="/collections/notebooks?utm_source=newsletter",
        referring_site="https://mail.example.org/",
        browser_ip="203.0.113.24",
        locale="en-US",
        cart_token="hWN1demo0CartToken4x7",
        checkout_token="3b9e7c41d05a4f1c8e62aa7190b4cd55",
        **about,
    )


def b2b(shop: Shop) -> Order:
    """Pending until its terms run out, with a line that is in no catalogue."""
    now = shop.now
    company = Company(shop.new_id(), now, now, "Fernhill Schools Trust", now)
    buyer = customers.create(shop, first_name="Tomas", last_name="Varga", email="t.varga@example.com")
    terms = PaymentTerms(shop.new_id(), shop.new_id(), "Net 30", "NET", 30, now, now)
    return place_order(
        shop,
        [
            NewLine(variant(shop, "18.00", tracked=True, quantity=90, sku="NB"), 40, variant_title="A5 / Moss"),
            NewLine(title="Logo embossing (one-off)", price=Decimal(120)),
        ],
        customer=buyer,
        transactions=(),
        given_status="PENDING",
        company_location=CompanyLocation(shop.new_id(), company, now, now, "Main"),
        payment_terms=terms,
        source_name="shopify_draft_order",
        po_number="PO-7781",
        tags=("wholesale",),
        shipping=[NewShipping("Freight", Decimal(0), "FRT")],
        shipping_address=address(shop),
        billing_address=address(shop),
        checkout_token="77aa0d9be5c14d4f8f0b9a6b7f1e2c30",
        locale="en-US",
        user_id="91234500007",
    )


def abroad(shop: Shop) -> Order:
    """Priced in euros."""
    case = variant(shop, "38.50", "Brass Pencil Case", sku="CQ-PC-BRS", tracked=True, quantity=9)
    return place_order(
        shop,
        [NewLine(case, 2)],
        customer=customers.create(shop, first_name="Lena", last_name="Brandt", email="l.brandt@example.com"),
        rate=Rate("USD", "EUR", Decimal("0.92")),
        shipping=[NewShipping("International", Decimal(12), "INTL")],
        shipping_address=address(shop),
        billing_address=address(shop),
        landing_site="/collections/notebooks",
        referring_site="https://mail.example.org/",
        browser_ip="203.0.113.24",
        locale="en-US",
        cart_token="hWN1demo0CartToken4x7",
        checkout_token="3b9e7c41d05a4f1c8e62aa7190b4cd55",
    )


def till(shop: Shop) -> Order:
    """A walk-in with a gift card and a tip."""
    card = variant(shop, "50.00", "Gift Card", is_gift_card=True, tracked=True, taxable=False)
    return place_order(
        shop,
        [NewLine(card, variant_title="$50.00"), NewLine(variant(shop, "29.00", "Wax Seal Kit", tracked=True, sku="W"))],
        source_name="pos",
        phone="+15035550199",
        taxes=[("Oregon Demo Tax", Decimal("0.085"))],
        tip=Sum(Decimal(3), Decimal(3)),
        transactions=[NewTransaction(gateway="cash")],
        location_id="61234500001",
        user_id="91234500007",
        locale="en-US",
    )


def one_back(shop: Shop) -> Order:
    order = autumn(shop)
    for line in order.lines:
        line.fulfilled_quantity, line.unfulfilled_quantity = line.quantity, 0
    money = NewRefundTransaction(Decimal("23.44"), "shopify_payments", order.transactions[0])
    lines = [NewRefundLine(order.lines[0], 1, "RETURN", "61234500001")]
    refund(shop, order, lines=lines, transactions=[money], note="Damaged in transit", user_id="91234500007")
    return order


def cancelled(shop: Shop) -> Order:
    order = autumn(shop)
    cancel(shop, order, "CUSTOMER")
    return order


FREE = {"address2", "company", "latitude", "longitude", "location_id", "note", "phone", "province", "province_code"}
FREE |= {"fulfillment_status", "source_name", "user_id", "vendor"}
"""Where null or not depends on the order, not on the shape of the body."""


def shape(value: Any, name: str = "") -> Any:
    """Keys and JSON types; lists by their first entry, so that an empty one says nothing."""
    if isinstance(value, dict):
        return {key: shape(inner, key) for key, inner in value.items()}
    if isinstance(value, list):
        return [shape(value[0])] if value else []
    return "any" if name in FREE else type(value).__name__


def unlike(ours: Any, theirs: Any, path: str = "") -> list[str]:
    if isinstance(ours, dict) and isinstance(theirs, dict):
        apart = [
            f"{path}.{key}: {'ours' if key in ours else 'theirs'} only" for key in sorted(ours.keys() ^ theirs.keys())
        ]
        return apart + [
            line for key in ours.keys() & theirs.keys() for line in unlike(ours[key], theirs[key], f"{path}.{key}")
        ]
    if isinstance(ours, list) and isinstance(theirs, list):
        return unlike(ours[0], theirs[0], f"{path}[]") if ours and theirs else []
    return [] if ours == theirs else [f"{path}: {ours}, sample {theirs}"]


@pytest.mark.parametrize(
    ("sample", "make", "topic"),
    [
        ("orders_create", autumn, "orders/create"),
        ("orders_create__b2b_payment_terms", b2b, "orders/create"),
        ("orders_create__multi_currency", abroad, "orders/create"),
        ("orders_create__pos_guest_gift_card", till, "orders/create"),
        ("orders_paid", autumn, "orders/paid"),
        ("orders_updated", autumn, "orders/updated"),
        ("orders_updated__partially_refunded", one_back, "orders/updated"),
        ("orders_cancelled", cancelled, "orders/cancelled"),
        ("refunds_create", one_back, "refunds/create"),
        ("order_transactions_create", autumn, "order_transactions/create"),
        ("tender_transactions_create", autumn, "tender_transactions/create"),
    ],
)
def test_bodies_have_the_keys_and_types_of_the_samples(
    shop: Shop, told: Told, shared: Path, sample: str, make: Callable[[Shop], Order], topic: str
) -> None:
    make(shop)
    theirs = json.loads((shared / f"specs/shopify/webhook-samples/{sample}.json").read_text())
    ours = [body for published, body in told if published == topic][-1]
    if theirs.get("fulfillments"):
        theirs["fulfillments"] = []  # compared where parcels are sent
    assert unlike(shape(ours), shape(theirs)) == []


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
    assert topics(told).count("products/update") == 2


def test_an_unpaid_order_is_not_told_as_paid_until_it_is(shop: Shop, told: Told) -> None:
    order = place_order(shop, [NewLine(variant(shop))], transactions=())
    pay(shop, order, Decimal(4))
    assert "orders/paid" not in topics(told)
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
    assert topics(told) == ["orders/updated"] * 4
    assert [body["tags"] for _, body in told] == ["", "vip", "vip", "vip"]
    assert [body["closed_at"] is None for _, body in told] == [True, True, False, True]


def test_what_does_not_change_is_not_told(shop: Shop, told: Told) -> None:
    order = place_order(shop, [NewLine(variant(shop))], tags=("vip",))
    told.clear()
    set_tags(shop, order, ("vip",))
    reopen(shop, order)
    assert told == []


def test_a_refund_is_told_with_its_money(shop: Shop, told: Told) -> None:
    order = autumn(shop)
    told.clear()
    refund(shop, order, transactions=[NewRefundTransaction(Decimal(5), "shopify_payments", order.transactions[0])])
    assert topics(told, of="order") == ["orders/updated", "order_transactions/create"]
    [tender] = [body for topic, body in told if topic == "tender_transactions/create"]
    assert tender["amount"] == "-5.00"
    [body] = [body for topic, body in told if topic == "refunds/create"]
    assert body["order_adjustments"][0]["amount"] == "-5.00"


def test_a_cancelled_order_says_so_last(shop: Shop, told: Told) -> None:
    order = autumn(shop)
    told.clear()
    cancel(shop, order, "FRAUD")
    assert topics(told, of="orders/")[-2:] == ["orders/cancelled", "orders/updated"]
    body = told[-1][1]
    assert (body["cancel_reason"], body["financial_status"], body["current_total_price"]) == (
        "fraud",
        "refunded",
        "0.00",
    )
    assert "refunds/create" in topics(told)


def test_an_edit_has_a_body_of_its_own(shop: Shop, told: Told, shared: Path) -> None:
    order = autumn(shop)
    edit = begin(shop, order)
    orders_of(shop).edits[edit.legacy_resource_id] = edit
    first, second = edit.lines
    set_quantity(edit, first, 1, restock=False)
    set_quantity(edit, second, 3, restock=False)
    told.clear()
    commit(shop, edit, note="Swapped size", app_id="1354745")
    [body] = [body for topic, body in told if topic == "orders/edited"]
    theirs = json.loads((shared / "specs/shopify/webhook-samples/orders_edited.json").read_text())
    assert unlike(shape(body), shape(theirs)) == []
    lines = [int(line.legacy_resource_id) for line in order.lines]
    assert body["order_edit"]["line_items"] == {
        "additions": [{"id": lines[1], "delta": 2}],
        "removals": [{"id": lines[0], "delta": 1}],
    }
    assert "orders/updated" in topics(told)


def test_a_deleted_order_leaves_its_id_and_an_event(shop: Shop, told: Told) -> None:
    order = place_order(shop, [NewLine(variant(shop))], transactions=())
    told.clear()
    delete(shop, order)
    assert told == [("orders/delete", {"id": int(order.legacy_resource_id)})]
    event = shop.events[-1]
    assert (event.action, event.subject_type, event.subject_id) == ("destroy", "ORDER", order.id)


def test_plain_sums_are_in_shop_currency_and_times_in_the_shops_zone(shop: Shop, told: Told) -> None:
    abroad(shop)
    body = told[-1][1]
    assert body["total_price"] == body["total_price_set"]["shop_money"]["amount"]
    assert body["total_price_set"]["presentment_money"]["currency_code"] == "EUR"
    assert body["created_at"].endswith("-08:00")


def test_a_body_tells_the_state_at_its_moment(shop: Shop, told: Told) -> None:
    order = place_order(shop, [NewLine(variant(shop))], transactions=(), note="first")
    update_order(shop, order, note="second")
    notes = [body["note"] for topic, body in told if topic == "orders/updated"]
    assert (notes[0], notes[-1]) == ("first", "second")


def test_a_guest_has_no_customer_and_an_empty_email(shop: Shop, told: Told) -> None:
    till(shop)
    body = dict(told)["orders/create"]
    assert (body["customer"], body["email"], body["contact_email"], body["phone"]) == (None, "", None, "+15035550199")
    assert body["total_tip_received"] == "3.00"


def test_hold_and_schedule_read_null_in_webhooks(shop: Shop, told: Told) -> None:
    order = place_order(shop, [NewLine(variant(shop))])
    order.fulfillment_orders = [FulfillmentOrder("1", order, "ON_HOLD")]
    update_order(shop, order, note="waits")
    assert told[-1][1]["fulfillment_status"] is None
