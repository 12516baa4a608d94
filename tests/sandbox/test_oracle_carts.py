"""The oracle's word on carts: held to figures done by hand and to the page; and that it sees each fault."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from sandbox.hubspot.simulator import HubSpot
from sandbox.oracle import carts
from sandbox.oracle.cart_life import CartRules, fits, states
from sandbox.oracle.judge import judge
from sandbox.oracle.one import judge_cart
from sandbox.oracle.views import here, store
from sandbox.shopify.simulator import Shopify
from tests.sandbox.carted import fresh, shop
from tests.sandbox.judged import Judged
from tests.sandbox.test_oracle_values import section

OTHER = {"number": "123456.78", "datetime": "2001-02-03T04:05:06Z", "enumeration": "zz"}
"""A value that nothing in the store has, by type of property."""
LIFE = ("hs_source_store", "hs_external_token")
RULES = CartRules()


@pytest.fixture
def judged() -> Judged:
    return fresh()


def checkout_of(judged: Judged, email: str) -> Any:
    """By its customer's e-mail: the first."""
    buyer = next(one["id"] for one in judged.books["customers"] if one["email"] == email)
    return next(one for one in judged.books["checkouts"] if one["customer"] == buyer)


def cart_of(judged: Judged, email: str) -> Any:
    name = checkout_of(judged, email)["name"]
    return next(one for one in judged.now.live("carts") if one["properties"].get("hs_cart_name") == name)


def test_an_account_in_step_has_no_difference(judged: Judged) -> None:
    verdict = judged.verdict()
    assert [str(one) for one in verdict.differences] == []
    assert (verdict.compared["carts"], verdict.compared["cart_lines"]) == (5, 8)
    assert "5 carts" in verdict.summary()


def test_a_checkout_done_by_hand() -> None:
    books = store(here(shop()))
    ada = books["checkouts"][1]
    values = carts.cart_values(ada)
    # 2 x 100 + 12.50 = 212.50, less 10 % = 191.25, 20 % tax = 38.25: 229.50, which are 91.80 euros
    assert {name: values[name] for name in values if name.startswith("tandem_")} == {
        "tandem_currency": "USD",
        "tandem_total_price": "229.5",
        "tandem_subtotal_price": "191.25",
        "tandem_discount": "21.25",
        "tandem_tax": "38.25",
        "tandem_presentment_currency": "EUR",
        "tandem_presentment_total_price": "91.8",
        "tandem_taxes_included": "false",
        "tandem_quantity": "3",
        "tandem_note": "Ring twice",
        "tandem_custom_attributes": "gift: yes",
    }
    told = ("hs_discount_codes", "hs_shipping_address_street", "hs_billing_address_country", "hs_total_price")
    assert [values[name] for name in told] == ["TEN", "1 Way, Left", "United Kingdom", "229.5"]
    assert carts.told_token(ada) == ada["token"] != ""
    desk, lamp = (carts.cart_line_values(ada, line) for line in ada["lines"])
    assert (desk["name"], desk["quantity"], desk["price"], desk["discount"]) == ("Desk - L", "2", "100", "10")
    assert (lamp["name"], lamp["tandem_total_discount"], lamp["discount"]) == ("Lamp", "1.25", "1.25")
    assert (lamp["tandem_kind"], lamp["tandem_presentment_unit_price"]) == ("product", "5")


def test_the_tables_are_those_of_the_page() -> None:
    ada = fresh().books["checkouts"][1]
    page = section("Carts")
    cart, line = carts.cart_values(ada), carts.cart_line_values(ada, ada["lines"][0])
    assert set(cart) | set(line) == set(page)
    kept, guarded = ({name for name, form in page.items() if f"*{word}*" in form} for word in ("kept", "guarded"))
    assert kept == carts.CART_KEPT | carts.CART_LINE_KEPT
    assert guarded == carts.CART_GUARDED | carts.CART_LINE_GUARDED


def _mapped() -> Iterable[tuple[str, str]]:
    checkout = fresh().books["checkouts"][1]
    yield from (("carts", name) for name in (*carts.cart_values(checkout), *LIFE))
    yield from (("line_items", name) for name in carts.cart_line_values(checkout, checkout["lines"][0]))


def _ours(judged: Judged, name: str) -> list[Any]:
    """Records that a checkout which is still there has."""
    kind = ":cart:" if name == "carts" else ":cartline:"
    found = [one for one in judged.now.live(name) if kind in one["properties"]["tandem_key"]]
    return [one for one in found if len(one["properties"]) > 2]


@pytest.mark.parametrize(("name", "property_name"), list(_mapped()))
def test_each_property_is_compared_on_each_record(judged: Judged, name: str, property_name: str) -> None:
    other = OTHER.get(judged.now.account["properties"][name][property_name]["type"], "spoilt")
    ours = _ours(judged, name)
    for record in ours:
        record["properties"][property_name] = other
    told = {d.id for d in judged.verdict().differences if f": {property_name} is {other}, should be " in d.text}
    assert told == {record["id"] for record in ours}
    assert len(ours) >= 4


@pytest.mark.parametrize(("name", "property_name"), list(_mapped()))
def test_a_property_that_was_not_written_is_told(judged: Judged, name: str, property_name: str) -> None:
    filled = {one["id"] for one in _ours(judged, name) if one["properties"].pop(property_name, None)}
    told = {d.id for d in judged.verdict().differences if f": {property_name} is empty, should be " in d.text}
    assert told == filled


Spoil = Callable[[Judged], str]
"""Spoils one thing; what must be told of it."""


def cart_gone(judged: Judged) -> str:
    cart_of(judged, "ada@example.com")["archived"] = True
    return f"cart {checkout_of(judged, 'ada@example.com')['name']}: is missing"


def recovered_cart_gone(judged: Judged) -> str:
    cart_of(judged, "bo@example.com")["archived"] = True
    return f"cart {checkout_of(judged, 'bo@example.com')['name']}: is missing"


def cart_doubled(judged: Judged) -> str:
    cart = cart_of(judged, "ada@example.com")
    judged.add("carts", {**cart, "associations": {}})
    return f"is a duplicate of carts {cart['id']}"


def cart_known_by_number_too(judged: Judged) -> str:
    """The recovery link tells no token, and the number was taken for another checkout."""
    checkout, cart = checkout_of(judged, "ada@example.com"), cart_of(judged, "ada@example.com")
    checkout["url"] = "https://shop.example.com/1/checkouts/recover?key=5"
    cart["properties"]["hs_cart_url"] = checkout["url"]
    values = {**cart["properties"], "tandem_key": f"{judged.books['domain']}:cart:{checkout['id']}"}
    judged.add("carts", {**cart, "properties": values, "associations": {}})
    return f"cart {checkout['name']}: is a duplicate of carts {cart['id']}"


def cart_of_nothing(judged: Judged) -> str:
    values = {"tandem_key": f"{judged.books['domain']}:cart:7"}
    judged.add("carts", {**cart_of(judged, "ada@example.com"), "properties": values, "associations": {}})
    return "cart 7: no checkout that is listed, should not be there"


def cart_not_listed(judged: Judged) -> str:
    token = next(one["token"] for one in judged.books["checkouts"] if not one["abandoned_at"])
    values = {"tandem_key": f"{judged.books['domain']}:cart:{token}", "hs_external_status": "open"}
    judged.add("carts", {**cart_of(judged, "ada@example.com"), "properties": values, "associations": {}})
    return f"cart {token}: no checkout that is listed, should not be there"


def cart_of_nobody(judged: Judged) -> str:
    checkout = next(one for one in judged.books["checkouts"] if not one["ever_known"])
    values = {"tandem_key": f"{judged.books['domain']}:cart:{checkout['token']}", "hs_external_status": "abandoned"}
    judged.add("carts", {**cart_of(judged, "ada@example.com"), "properties": values, "associations": {}})
    return f"cart {checkout['name']}: nobody is behind it, should not be there"


def by_its_number(judged: Judged) -> str:
    """Though the link tells the token."""
    checkout, cart = checkout_of(judged, "ada@example.com"), cart_of(judged, "ada@example.com")
    cart["properties"]["tandem_key"] = f"{judged.books['domain']}:cart:{checkout['id']}"
    return f"cart {checkout['name']}: is missing"


def _state(judged: Judged, email: str, state: str) -> str:
    cart_of(judged, email)["properties"]["hs_external_status"] = state
    return f"cart {checkout_of(judged, email)['name']}: state is {state}, should be "


def recovered_left_abandoned(judged: Judged) -> str:
    return _state(judged, "bo@example.com", "abandoned") + "recovered"


def recovered_left_open(judged: Judged) -> str:
    return _state(judged, "bo@example.com", "open") + "recovered"


def completed_left_open(judged: Judged) -> str:
    """Its order was deleted."""
    return _state(judged, "cy@example.com", "open") + "recovered"


def abandoned_left_open(judged: Judged) -> str:
    return _state(judged, "ada@example.com", "open") + "abandoned"


def abandoned_said_recovered(judged: Judged) -> str:
    return _state(judged, "ada@example.com", "recovered") + "abandoned"


def abandoned_said_expired(judged: Judged) -> str:
    return _state(judged, "ada@example.com", "expired") + "abandoned"


def old_left_abandoned(judged: Judged) -> str:
    return _state(judged, "old@example.com", "abandoned") + "expired"


def without_state(judged: Judged) -> str:
    del cart_of(judged, "ada@example.com")["properties"]["hs_external_status"]
    return "state is empty, should be abandoned"


def deleted_left_abandoned(judged: Judged) -> str:
    [gone] = judged.books["deleted_checkouts"]
    key = f"{judged.books['domain']}:cart:{gone['token']}"
    cart = next(one for one in judged.now.live("carts") if one["properties"]["tandem_key"] == key)
    cart["properties"]["hs_external_status"] = "abandoned"
    return f"cart {gone['token']}: state is abandoned, should be expired"


def abandoned_at_another_time(judged: Judged) -> str:
    cart_of(judged, "ada@example.com")["properties"]["tandem_abandoned_date"] = "2026-11-02T09:00:00Z"
    return "tandem_abandoned_date is 2026-11-02T09:00:00Z, should be "


def recovered_but_abandoned_later(judged: Judged) -> str:
    cart_of(judged, "bo@example.com")["properties"]["tandem_abandoned_date"] = "2027-11-02T09:00:00Z"
    return "tandem_abandoned_date is 2027-11-02T09:00:00Z, should be while the buyer was there"


def recovered_without_time(judged: Judged) -> str:
    del cart_of(judged, "bo@example.com")["properties"]["tandem_recovered_date"]
    return "tandem_recovered_date is empty, should be "


def recovered_amount_wrong(judged: Judged) -> str:
    cart_of(judged, "bo@example.com")["properties"]["tandem_recovered_amount"] = "1"
    return "tandem_recovered_amount is 1, should be 212.5"


def abandoned_with_an_amount(judged: Judged) -> str:
    cart_of(judged, "ada@example.com")["properties"]["tandem_recovered_amount"] = "1"
    return "tandem_recovered_amount is 1, should be empty"


def order_unlinked(judged: Judged) -> str:
    cart = cart_of(judged, "bo@example.com")
    [order] = cart["associations"]["orders"]
    judged.unlink("carts", cart, "orders", order)
    return f"not associated with orders {order}"


def order_of_another(judged: Judged) -> str:
    order = next(iter(judged.now.live("orders")))
    cart_of(judged, "ada@example.com")["associations"]["orders"] = {order["id"]: (592,)}
    return f"associated with orders {order['id']}, should not be"


def order_linked_otherwise(judged: Judged) -> str:
    cart = cart_of(judged, "bo@example.com")
    [order] = cart["associations"]["orders"]
    cart["associations"]["orders"][order] = (99,)
    return f"association with orders {order} is of type 99, should be 592"


def contact_unlinked(judged: Judged) -> str:
    cart = cart_of(judged, "ada@example.com")
    [contact] = cart["associations"]["contacts"]
    judged.unlink("carts", cart, "contacts", contact)
    return f"not associated with contacts {contact}"


def contact_of_another(judged: Judged) -> str:
    [contact] = cart_of(judged, "bo@example.com")["associations"]["contacts"]
    cart_of(judged, "ada@example.com")["associations"]["contacts"][contact] = (586,)
    return f"associated with contacts {contact}, should not be"


def company_unlinked(judged: Judged) -> str:
    cart = cart_of(judged, "ada@example.com")
    [company] = cart["associations"]["companies"]
    judged.unlink("carts", cart, "companies", company)
    return f"not associated with companies {company}"


def company_linked_otherwise(judged: Judged) -> str:
    cart = cart_of(judged, "ada@example.com")
    [company] = cart["associations"]["companies"]
    cart["associations"]["companies"][company] = (760,)
    return f"association with companies {company} is of type 760, should be 936"


def _line(judged: Judged) -> Any:
    return judged.others(cart_of(judged, "ada@example.com"), "line_items")[0]


def line_gone(judged: Judged) -> str:
    line = _line(judged)
    line["archived"] = True
    return f"line {line['properties']['tandem_key'].rpartition(':')[2]} is missing"


def line_doubled(judged: Judged) -> str:
    new = judged.add("line_items", {**_line(judged), "properties": {"name": "Twin"}})
    return f"associated with line_items {new['id']}, should not be"


def line_with_one_key(judged: Judged) -> str:
    line = _line(judged)
    judged.add("line_items", {**line, "associations": {}})
    return f"is a duplicate of line_items {line['id']}"


def line_that_left(judged: Judged) -> str:
    """The buyer took it out, and it stayed."""
    removed = checkout_of(judged, "ada@example.com")["lines"].pop()
    return f"line {removed['id']}: no checkout that is listed has it, should not be there"


def line_unlinked(judged: Judged) -> str:
    line = _line(judged)
    judged.unlink("carts", cart_of(judged, "ada@example.com"), "line_items", line["id"])
    return f"not associated with line_items {line['id']}"


def line_an_orphan(judged: Judged) -> str:
    judged.unlink("carts", cart_of(judged, "ada@example.com"), "line_items", _line(judged)["id"])
    return "an orphan: associated with no order"


def line_of_two_carts(judged: Judged) -> str:
    other = cart_of(judged, "bo@example.com")
    _line(judged)["associations"]["carts"][other["id"]] = (591,)
    return f"associated with carts {other['id']}, should not be"


def line_at_an_order(judged: Judged) -> str:
    order = next(iter(judged.now.live("orders")))
    _line(judged)["associations"]["orders"] = {order["id"]: (514,)}
    return f"associated with orders {order['id']}, should not be"


def line_of_the_order_at_the_cart(judged: Judged) -> str:
    cart = cart_of(judged, "bo@example.com")
    [order] = judged.others(cart, "orders")
    line = judged.others(order, "line_items")[0]
    line["associations"]["carts"] = {cart["id"]: (591,)}
    cart["associations"]["line_items"][line["id"]] = (590,)
    return f"of an order, associated with carts {cart['id']}"


def line_shared_with_the_order(judged: Judged) -> str:
    """One set of lines for both."""
    cart = cart_of(judged, "bo@example.com")
    [order] = judged.others(cart, "orders")
    line = judged.others(cart, "line_items")[0]
    order["associations"]["line_items"][line["id"]] = (513,)
    return f"associated with line_items {line['id']}, should not be"


def line_without_its_product(judged: Judged) -> str:
    lines = judged.others(cart_of(judged, "ada@example.com"), "line_items")
    product = next(line for line in lines if line["properties"]["hs_product_id"])["properties"].pop("hs_product_id")
    return f"hs_product_id is empty, should be {product}"


def property_missing(judged: Judged) -> str:
    del judged.now.account["properties"]["carts"]["tandem_quantity"]
    return "tandem_quantity is no property of the account, should be 3"


SPOILED: tuple[Spoil, ...] = (
    cart_gone,
    recovered_cart_gone,
    cart_doubled,
    cart_known_by_number_too,
    cart_of_nothing,
    cart_not_listed,
    cart_of_nobody,
    by_its_number,
    recovered_left_abandoned,
    recovered_left_open,
    completed_left_open,
    abandoned_left_open,
    abandoned_said_recovered,
    abandoned_said_expired,
    old_left_abandoned,
    without_state,
    deleted_left_abandoned,
    abandoned_at_another_time,
    recovered_but_abandoned_later,
    recovered_without_time,
    recovered_amount_wrong,
    abandoned_with_an_amount,
    order_unlinked,
    order_of_another,
    order_linked_otherwise,
    contact_unlinked,
    contact_of_another,
    company_unlinked,
    company_linked_otherwise,
    line_gone,
    line_doubled,
    line_with_one_key,
    line_that_left,
    line_unlinked,
    line_an_orphan,
    line_of_two_carts,
    line_at_an_order,
    line_of_the_order_at_the_cart,
    line_shared_with_the_order,
    line_without_its_product,
    property_missing,
)


@pytest.mark.parametrize("spoil", SPOILED, ids=lambda spoil: spoil.__name__)
def test_whatever_is_spoilt_is_told(judged: Judged, spoil: Spoil) -> None:
    told = spoil(judged)
    assert any(told in one for one in judged.said()), judged.said()


# What is no fault


def test_an_old_cart_that_nobody_knew_need_not_be_there(judged: Judged) -> None:
    cart = cart_of(judged, "old@example.com")
    for line in [cart, *judged.others(cart, "line_items")]:
        line["archived"] = True
    assert judged.said() == []


def test_a_cart_that_was_first_seen_recovered_was_never_abandoned(judged: Judged) -> None:
    del cart_of(judged, "bo@example.com")["properties"]["tandem_abandoned_date"]
    assert judged.said() == []


def test_a_cart_may_be_known_by_number_where_no_link_tells_the_token(judged: Judged) -> None:
    checkout, cart = checkout_of(judged, "ada@example.com"), cart_of(judged, "ada@example.com")
    checkout["url"] = cart["properties"]["hs_cart_url"] = "https://shop.example.com/1/checkouts/recover?key=5"
    assert judged.said() == []
    cart["properties"]["tandem_key"] = f"{judged.books['domain']}:cart:{checkout['id']}"
    assert judged.said() == []
    cart["properties"]["hs_external_token"] = ""
    assert judged.said() == []
    cart["properties"]["hs_external_token"] = "another"
    assert [one.rpartition(" (")[0] for one in judged.said()] == [
        f"cart {checkout['name']}: hs_external_token is another, should be {checkout['token']}"
    ]


def test_amounts_in_a_currency_that_the_account_lacks_are_not_asked_for(judged: Judged) -> None:
    judged.now.account["currencies"].remove("USD")
    for name, guarded in (("carts", carts.CART_GUARDED), ("line_items", carts.CART_LINE_GUARDED)):
        for record in _ours(judged, name):
            for property_name in guarded:
                record["properties"].pop(property_name, None)
    assert [one for one in judged.said() if "cart" in one] == []


def test_a_cart_that_no_longer_fits_may_stay_or_not_have_been_made(judged: Judged) -> None:
    rules = CartRules(minimum=Decimal(1000))
    assert judge(judged.books, judged.now, None, rules).agrees
    for record in (*judged.now.live("carts"), *_ours(judged, "line_items")):
        record["archived"] = True
    assert judge(judged.books, judged.now, None, rules).agrees
    assert not judge(judged.books, judged.now, None, CartRules(minimum=Decimal(200))).agrees


def test_a_cart_may_be_as_late_as_the_slack(judged: Judged) -> None:
    ada, cart = checkout_of(judged, "ada@example.com"), cart_of(judged, "ada@example.com")
    for record in (cart, *judged.others(cart, "line_items")):
        record["archived"] = True
    judged.books["now"] = ada["abandoned_at"]
    [late] = [one for one in judged.said() if "is missing" in one]
    assert ada["name"] in late
    told = [
        str(one) for one in judge(judged.books, judged.now, None, CartRules(slack=timedelta(minutes=1))).differences
    ]
    assert not any("is missing" in one for one in told)


def test_where_carts_are_off_there_is_none_of_ours(judged: Judged) -> None:
    told = judge(judged.books, judged.now, None, None).differences
    assert len(told) == len(list(judged.now.live("carts"))) == 5
    assert "carts are off, should not be there" in told[0].text


# The life of a cart

BEGUN = datetime(2026, 11, 2, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("rested", "waited", "rules", "wanted"),
    [
        # minutes from the first to the last step, and since then
        (0, 10, RULES, {"abandoned"}),
        (0, 0, RULES, {"abandoned"}),  # it is listed, and that is what Shopify calls abandoned
        (0, 59, CartRules(abandon_minutes=60), {"open"}),
        (0, 60, CartRules(abandon_minutes=60), {"abandoned"}),
        (30, 59, CartRules(abandon_minutes=60), {"open"}),
        (60, 59, CartRules(abandon_minutes=60), {"open", "abandoned"}),  # it may have been abandoned before
        (0, 30 * 1440 - 1, RULES, {"abandoned"}),
        (0, 30 * 1440, RULES, {"expired"}),
        (30 * 1440, 5, RULES, {"abandoned", "expired"}),  # it may have been expired before
        (0, 1440, CartRules(expire_days=1), {"expired"}),
        (0, 1442, CartRules(expire_days=1, slack=timedelta(minutes=5)), {"expired", "abandoned"}),
        (0, 1446, CartRules(expire_days=1, slack=timedelta(minutes=5)), {"expired"}),
    ],
)
def test_the_states_of_a_checkout(rested: int, waited: int, rules: CartRules, wanted: set[str]) -> None:
    last = BEGUN + timedelta(minutes=rested)
    checkout = {"created_at": BEGUN.isoformat(), "updated_at": last.isoformat()}
    assert states(checkout, True, last + timedelta(minutes=waited), rules) == wanted


def test_one_that_does_not_fit_goes_on_or_expires_as_the_rules_say() -> None:
    checkout = {"created_at": BEGUN.isoformat(), "updated_at": BEGUN.isoformat()}
    assert states(checkout, False, BEGUN, RULES) == {"abandoned"}
    assert states(checkout, False, BEGUN, CartRules(unfit="expire")) == {"expired"}


def test_what_fits() -> None:
    checkout = {"sums": {"total": ["20.00", "10.00"]}}
    assert fits(checkout, "ada@example.com", RULES)
    assert not fits(checkout, "", RULES)
    assert fits(checkout, "", CartRules(email_only=False))
    assert fits(checkout, "ada@example.com", CartRules(minimum=Decimal(20)))
    assert not fits(checkout, "ada@example.com", CartRules(minimum=Decimal("20.01")))


def test_one_cart_is_judged_alone() -> None:
    shopify: Shopify = shop()
    checkout = next(one for one in store(here(shopify))["checkouts"] if one["completed_at"] and one["abandoned_at"])
    told = [str(one) for one in judge_cart(shopify, HubSpot(), checkout["token"], RULES).differences]
    assert f"cart {checkout['name']}: is missing" in told
    assert any(one.startswith("order #1001: is missing") for one in told)
