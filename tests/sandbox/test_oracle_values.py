"""What the oracle works out, held to figures done by hand, to the page it is written from, and to served accounts."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from sandbox.hubspot.simulator import HubSpot
from sandbox.oracle import contacts, orders
from sandbox.oracle.__main__ import main
from sandbox.oracle.judge import judge
from sandbox.oracle.stages import stage
from sandbox.oracle.values import fit, lets_currency_through, same
from sandbox.oracle.views import crm, here, served, store
from sandbox.seed import Size, fill
from sandbox.shopify.simulator import Shopify
from sandbox.simulator import Simulator
from tests.sandbox.judged import fresh

PAGE = Path("docs/mapping.md").read_text()
ROW = re.compile(r"^\| `(\w+)` \| `.+` \| (.+) \| (?:native|own) \|$", re.MULTILINE)


def section(title: str) -> dict[str, str]:
    """Property and form of each row of a section's table."""
    text = PAGE.partition(f"\n## {title}\n")[2].partition("\n## ")[0]
    return dict(ROW.findall(text))


@pytest.fixture
def shopify() -> Shopify:
    """One order abroad with a discount and a tax; one line leaves it, some money goes back, it is sent and arrives."""
    shopify = Shopify()
    act = shopify.actions
    made = act["place_order"](
        lines=[{"title": "Box", "price": "10", "quantity": 4}, {"title": "Card", "price": "5"}],
        email="ada@example.com",
        shipping="6",
        discount_code="TEN",
        tax_rate="0.2",
        currency="EUR",
        rate="0.5",
        note="  Ring twice ",
        tags=["rush", "gift"],
    )
    box = made["lines"][0]["id"]
    act["refund_order"](order=made["name"], lines={box: 1}, amount="5.40", restock=True, note="One\nbroken")
    act["fulfill_order"](order=made["name"], numbers=["1Z999"], company="UPS", urls=["https://ups.example.com/1Z999"])
    act["add_fulfillment_event"](fulfillment=f"{made['name']}.1", status="DELIVERED")
    return shopify


def test_an_order_done_by_hand(shopify: Shopify) -> None:
    [order] = store(here(shopify))["orders"]
    values = orders.order_values(order)
    # 4 x 10 + 5 = 45, less 10 % = 40.50, 20 % tax = 8.10, shipping 6: 54.60; back goes 1 x 9 and its 1.80 tax
    assert {name: values[name] for name in values if name.startswith("tandem_") and name.endswith("_price")} == {
        "tandem_total_price": "43.8",
        "tandem_subtotal_price": "31.5",
        "tandem_original_total_price": "54.6",
        "tandem_presentment_total_price": "21.9",
        "tandem_presentment_subtotal_price": "15.75",
    }
    assert values["hs_total_price"] == "43.8"
    assert (values["hs_tax"], values["hs_order_discount"], values["hs_shipping_cost"]) == ("6.3", "3.5", "6")
    assert (values["hs_refund_amount"], values["tandem_presentment_refund_amount"]) == ("10.8", "5.4")
    assert (values["tandem_net_payment"], values["tandem_outstanding"]) == ("43.8", "0")
    assert (values["hs_payment_status"], values["hs_fulfillment_status"]) == ("Partially refunded", "Fulfilled")
    assert (values["hs_order_note"], values["hs_tags"]) == ("Ring twice", "rush, gift")
    assert (values["tandem_discounts"], values["hs_discount_codes"]) == ("TEN: 10%", "TEN")
    assert values["tandem_tax_lines"] == "Tax 20%: 8.1"
    assert values["tandem_refunds"] == "2026-11-02T09:00:00Z 10.8 USD: One broken"
    parcel = "#1001.1: Delivered, 2026-11-02T09:00:00Z | UPS 1Z999 https://ups.example.com/1Z999"
    assert values["tandem_parcels"] == parcel
    assert (values["tandem_shipment_status"], values["tandem_delivered_date"]) == ("Delivered", "2026-11-02T09:00:00Z")
    assert (values["tandem_currency"], values["tandem_presentment_currency"]) == ("USD", "EUR")
    assert stage(order) == "delivered"


def test_its_lines_done_by_hand(shopify: Shopify) -> None:
    [order] = store(here(shopify))["orders"]
    box, card = (orders.line_values(order, line, kind) for line, kind in orders.kept_lines(order))
    # the discount of 4.50 falls on 40 and 5 as 4 and 0.50; taxes are 20 % of 36 and of 4.50
    assert (box["quantity"], box["tandem_ordered_quantity"]) == ("3", "4")
    assert (box["price"], box["discount"], box["tax"]) == ("10", "1", "5.4")
    assert (box["tandem_total_discount"], box["tandem_total_tax"]) == ("4", "7.2")
    assert (card["quantity"], card["price"], card["discount"], card["tax"]) == ("1", "5", "0.5", "0.9")
    assert (box["tandem_presentment_unit_price"], box["tandem_kind"]) == ("5", "custom")


@pytest.mark.parametrize(
    ("payment", "done", "expected"),
    [
        ("paid", (), "processed"),
        ("pending", (), "open"),
        ("authorized", (), "open"),
        ("3", (), "open"),
        ("paid", ("fulfill_order",), "shipped"),
        ("pending", ("fulfill_order",), "shipped"),
        ("paid", ("fulfill_order", "cancel_order"), "shipped"),
        ("paid", ("cancel_order",), "cancelled"),
        ("paid", ("refund_order",), "processed"),
        ("paid", ("hold_order",), "processed"),
    ],
)
def test_stages_done_by_hand(payment: str, done: tuple[str, ...], expected: str) -> None:
    shopify = Shopify()
    lines = [{"title": "Box", "price": "10"}]
    made = shopify.actions["place_order"](lines=lines, email="ada@example.com", payment=payment)
    for act in done:
        if act == "cancel_order" and "fulfill_order" in done:
            with pytest.raises(ValueError):
                shopify.actions[act](order=made["name"])
        else:
            shopify.actions[act](order=made["name"])
    [order] = store(here(shopify))["orders"]
    assert stage(order) == expected


def test_the_oracle_reads_the_whole_page() -> None:
    books = fresh().books
    order = books["orders"][0]
    for title, values, kept, guarded in (
        ("Orders", orders.order_values(order), orders.ORDER_KEPT, orders.ORDER_GUARDED),
        ("Line items", orders.line_values(order, order["lines"][0], ""), orders.LINE_KEPT, orders.LINE_GUARDED),
        ("Contacts", contacts.contact_values(books["customers"][0], "USD"), contacts.CONTACT_KEPT, frozenset()),
    ):
        rows = section(title)
        assert set(values) == set(rows)
        assert kept == {name for name, form in rows.items() if "*kept*" in form}
        assert guarded == {name for name, form in rows.items() if "*guarded*" in form}


def test_values_fit_the_property_they_go_into() -> None:
    language = {"type": "enumeration", "options": ["en-gb", "de"]}
    assert fit("en_GB", language) == "en-gb"
    assert fit("fr", language) is None
    assert fit("fr", {"type": "enumeration", "options": []}) == "fr"
    assert fit("2026-11-02T09:00:00Z", {"type": "date"}) == "2026-11-02"
    assert fit("many", {"type": "number"}) is None
    assert fit("", {"type": "number"}) == ""


def test_values_that_are_the_same() -> None:
    assert same("10", "10.00", "number")
    assert not same("10", "10.01", "number")
    assert same("2026-11-02T09:00:00Z", "2026-11-02T09:00:00.000Z", "datetime")
    assert same("2026-11-02T09:00:00Z", "1793610000000", "datetime")
    assert not same("10", "10.00", "string")
    assert not same("0", "", "number")


def test_the_currency_guard() -> None:
    account = {"currency": "USD", "currencies": ["USD", "EUR"]}
    schema = {"code": {"writable": True, "options": ["USD", "EUR", "CAD"]}, "fixed": {"writable": False, "options": []}}
    assert lets_currency_through("EUR", "code", account, schema)
    assert not lets_currency_through("CAD", "code", account, schema)  # an option, but no currency of the account
    assert lets_currency_through("USD", "fixed", account, schema)
    assert not lets_currency_through("EUR", "missing", account, schema)


def test_served_accounts_are_judged_as_those_in_process(serve: Callable[[Simulator], str]) -> None:
    shopify, hubspot = Shopify(), HubSpot()
    fill(shopify, Size(customers=5, products=5, orders=5, companies=1, checkouts=1), days=5)
    near = judge(store(here(shopify)), crm(here(hubspot)))
    far = judge(store(served(serve(shopify))), crm(served(serve(hubspot))))
    assert far.differences == near.differences
    assert len(near.differences) >= 5


def test_the_command_ends_with_the_verdict(
    serve: Callable[[Simulator], str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shopify = Shopify()
    monkeypatch.setattr("sys.argv", ["oracle", serve(shopify), serve(HubSpot())])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 0
    shopify.actions["place_order"](lines=[{"title": "Box", "price": "10"}], email="ada@example.com")
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 1
    assert "order #1001: is missing" in capsys.readouterr().out
