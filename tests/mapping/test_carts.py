"""What HubSpot should hold for a checkout, by docs/mapping.md, "Carts"."""

from decimal import Decimal
from typing import Any

import pytest

from tandem.mapping.cart_life import ABANDONED, EXPIRED, OPEN, RECOVERED
from tandem.mapping.carts import CART_FIELDS, CART_LINE_FIELDS, cart, lived
from tandem.mapping.orders import OrderTarget
from tandem.portal import Portal, Property
from tandem.recovery_link import token_of
from tests.mapping.samples import Node, account, address, customer, money
from tests.mapping.samples import order as an_order

TOKEN = "c1-7f3e9a"


def checkout(**changes: Any) -> Node:
    """Checkout #14500 in euros, of customer 31, with one line, left behind in francs."""
    return {
        "id": "gid://shopify/AbandonedCheckout/14500",
        "name": "#14500",
        "abandonedCheckoutUrl": f"https://acme.example/55/checkouts/ac/{TOKEN}/recover?key=k",
        "createdAt": "2026-11-02T09:00:00Z",
        "updatedAt": "2026-11-02T09:20:30.75Z",
        "completedAt": None,
        "note": " Ring twice ",
        "discountCodes": ["TEN", "TEN", "VIP"],
        "customAttributes": [{"key": "gift", "value": "yes"}],
        "taxesIncluded": True,
        "totalPriceSet": money("54.00", "58.1"),
        "subtotalPriceSet": money("45.00"),
        "totalDiscountSet": money("15.00"),
        "totalTaxSet": money(None),
        "shippingAddress": address(),
        "billingAddress": None,
        "customer": {**customer(), "companyContactProfiles": []},
        "lineItems": {"nodes": [line()]},
        **changes,
    }


def line(**changes: Any) -> Node:
    return {
        "id": "gid://shopify/AbandonedCheckoutLineItem/9001?checkout=14500",
        "title": "Mug",
        "variantTitle": "Blue",
        "sku": " MUG-B ",
        "quantity": 3,
        "product": {"id": "gid://shopify/Product/81"},
        "variant": {"id": "gid://shopify/ProductVariant/82"},
        "customAttributes": [],
        "originalUnitPriceSet": money("20.0", "21.50"),
        "originalTotalPriceSet": money("60.0"),
        "discountedTotalPriceWithCodeDiscount": money("50.0"),
        **changes,
    }


def mapped(node: Node, portal: Portal | None = None, token: str = TOKEN, order: str | None = None) -> OrderTarget:
    return cart(node, token, {"hs_external_status": OPEN}, order, portal or account())


def test_a_cart_says_what_its_checkout_says() -> None:
    properties = mapped(checkout()).properties
    expected = {
        "hs_cart_name": "#14500",
        "hs_external_cart_id": "14500",
        "hs_external_token": TOKEN,
        "hs_external_status": "open",
        "hs_source_store": "acme.myshopify.com",
        "hs_external_created_date": "2026-11-02T09:00:00Z",
        "hs_external_modified_date": "2026-11-02T09:20:30Z",
        "hs_currency_code": "EUR",
        "hs_total_price": "54",
        "hs_subtotal_price": "45",
        "hs_cart_discount": "15",
        "hs_tax": "",
        "hs_discount_codes": "TEN, VIP",
        "hs_shipping_address_name": "Ada Quill",
        "hs_shipping_address_street": "1 Long Lane, Floor 2",
        "hs_billing_address_name": "",
        "tandem_presentment_currency": "CHF",
        "tandem_presentment_total_price": "58.1",
        "tandem_taxes_included": "true",
        "tandem_quantity": "3",
        "tandem_note": "Ring twice",
        "tandem_custom_attributes": "gift: yes",
    }
    assert {name: properties[name] for name in expected} == expected
    assert properties["hs_cart_url"] == checkout()["abandonedCheckoutUrl"]


def test_a_line_says_what_it_costs() -> None:
    [(id_, target)] = mapped(checkout()).lines.items()
    assert (id_, target.sku, target.product_id, target.variant_id) == ("9001", "MUG-B", "81", "82")
    expected = {
        "name": "Mug - Blue",
        "quantity": "3",
        "price": "20",
        "discount": "3.333333",
        "hs_sku": "MUG-B",
        "hs_line_item_currency_code": "EUR",
        "tandem_kind": "product",
        "tandem_total_discount": "10",
        "tandem_unit_price": "20",
        "tandem_presentment_currency": "CHF",
        "tandem_presentment_unit_price": "21.5",
    }
    assert {name: target.properties[name] for name in expected} == expected


def test_a_line_without_goods_is_custom() -> None:
    bare = line(product=None, variant=None, sku=None, variantTitle=None, quantity=0)
    [target] = mapped(checkout(lineItems={"nodes": [bare]})).lines.values()
    assert (target.sku, target.product_id, target.variant_id) == ("", None, None)
    names = ("name", "tandem_kind", "tandem_product_id", "discount")
    assert [target.properties[name] for name in names] == ["Mug", "custom", "", "0"]


def test_an_empty_checkout_is_a_cart_with_nothing_in_it() -> None:
    target = mapped(checkout(lineItems={"nodes": []}, name=None, customer=None))
    assert target.properties["tandem_quantity"] == "0"
    assert "hs_cart_name" not in target.properties
    assert (target.lines, target.contact, target.company) == ({}, None, None)


def test_a_cart_is_its_buyers_and_their_first_companys() -> None:
    firms = [{"company": {"id": f"gid://shopify/Company/{number}"}} for number in (7, 8)]
    target = mapped(checkout(customer={**customer(), "companyContactProfiles": firms}), order="901")
    assert (target.contact, target.company, target.facts) == ("31", "7", {"order": "901"})


@pytest.mark.parametrize(
    ("portal", "let_through"),
    [
        (account(), True),
        (account(currencies=frozenset({"USD"})), False),
        (account({"carts": {"hs_currency_code": None}}, currencies=frozenset({"USD"})), False),
        (account({"carts": {"hs_currency_code": None}}, home_currency="EUR"), True),
        (account({"carts": {"hs_currency_code": Property(type="enumeration", options=frozenset({"USD"}))}}), False),
    ],
)
def test_amounts_are_hubspots_own_only_in_money_it_knows(portal: Portal, let_through: bool) -> None:
    properties = mapped(checkout(), portal).properties
    guarded = {field.property for field in CART_FIELDS if field.guarded} & portal.properties["carts"].keys()
    assert guarded & properties.keys() == (guarded if let_through else set())
    assert (properties["tandem_currency"], properties["tandem_total_price"]) == ("EUR", "54")


def test_lines_have_a_guard_of_their_own() -> None:
    portal = account(
        {"line_items": {"hs_line_item_currency_code": Property(type="enumeration", options=frozenset({"USD"}))}}
    )
    target = mapped(checkout(), portal)
    [one] = target.lines.values()
    guarded = {field.property for field in CART_LINE_FIELDS if field.guarded}
    assert not guarded & one.properties.keys()
    assert "hs_total_price" in target.properties


def test_what_an_account_does_not_have_is_left_out() -> None:
    portal = account({"carts": {"hs_external_token": None, "tandem_note": None}})
    assert not {"hs_external_token", "tandem_note"} & mapped(checkout(), portal).properties.keys()


LEFT, PAID, NOTHING = "tandem_abandoned_date", "tandem_recovered_date", {"tandem_recovered_amount": ""}
LAST_STEP = "2026-11-02T09:20:30Z"
COMPLETED = {"completedAt": "2026-11-03T10:00:00Z"}
WORTH = {PAID: "2026-11-02T09:00:00Z", "tandem_recovered_amount": "120"}


@pytest.mark.parametrize(
    ("state", "node", "order", "known", "expected"),
    [
        (OPEN, checkout(), None, False, {PAID: "", **NOTHING}),
        (ABANDONED, checkout(), None, False, {LEFT: LAST_STEP, PAID: "", **NOTHING}),
        (EXPIRED, checkout(), None, False, {PAID: "", **NOTHING}),
        (EXPIRED, None, None, False, {PAID: "", **NOTHING}),
        (RECOVERED, checkout(**COMPLETED), an_order(), True, WORTH),
        (RECOVERED, None, an_order(), True, WORTH),
        (RECOVERED, checkout(**COMPLETED), None, False, {PAID: COMPLETED["completedAt"], **NOTHING}),
        (RECOVERED, checkout(**COMPLETED), None, True, {}),
        (RECOVERED, None, None, True, {}),
    ],
)
def test_what_a_state_writes(
    state: str, node: Node | None, order: Node | None, known: bool, expected: dict[str, str]
) -> None:
    assert lived(state, node, order, known=known) == {"hs_external_status": state, **expected}


@pytest.mark.parametrize(
    ("link", "token"),
    [
        ("https://acme.example/55/checkouts/ac/c1-7f/recover?key=k&locale=en", "c1-7f"),
        ("https://acme.example/55/checkouts/ac/c1-7f", "c1-7f"),
        ("https://acme.example/checkouts/ac/A.b_c-9?key=k", "A.b_c-9"),
        ("https://acme.example/checkouts/ac/12345678901234567890/recover", "12345678901234567890"),
        ("https://acme.example/checkouts/ac/1234567890123456789/recover", None),
        ("https://acme.example/checkouts/ac/12-34/recover", "12-34"),
        ("https://acme.example/checkouts/ac/" + "a" * 200, "a" * 200),
        ("https://acme.example/checkouts/ac/" + "a" * 201, None),
        ("https://acme.example/checkouts/ac/a%20b/recover", None),
        ("https://acme.example/checkouts/ac/\u00e9t\u00e9/recover", None),
        ("https://acme.example/checkouts/ac//recover", None),
        ("https://acme.example/55/checkouts/cn/c1-7f/recover", None),
        ("https://acme.example/recover?next=/checkouts/ac/c1-7f/recover", None),
        ("https://acme.example/recover#/checkouts/ac/c1-7f", None),
        ("", None),
        (None, None),
    ],
)
def test_the_token_that_a_recovery_link_tells(link: str | None, token: str | None) -> None:
    assert token_of(link) == token


def test_unit_discounts_add_up_to_what_is_off() -> None:
    [one] = mapped(checkout()).lines.values()
    off = Decimal(one.properties["discount"]) * Decimal(one.properties["quantity"])
    assert abs(off - Decimal(one.properties["tandem_total_discount"])) < Decimal("0.00001")
