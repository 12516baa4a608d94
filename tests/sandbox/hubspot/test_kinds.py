"""Rules of single kinds: stages, lifecycle, products behind lines, and what HubSpot works out itself."""

from decimal import Decimal
from typing import Any

import pytest

from sandbox.hubspot.model import Change
from sandbox.hubspot.schema.native_orders import PIPELINE, STAGES
from tests.sandbox.hubspot.account import Account

ORDERS = "/crm/objects/2026-09/orders"
CARTS = "/crm/objects/2026-09/carts"
CONTACTS = "/crm/objects/2026-09/contacts"
COMPANIES = "/crm/objects/2026-09/companies"
LINES = "/crm/objects/2026-09/line_items"
PRODUCTS = "/crm/objects/2026-09/products"
OPEN, PROCESSED, _, DELIVERED, _ = (stage[0] for stage in STAGES)
STAGE = "hs_pipeline,hs_pipeline_stage,hs_is_closed,hs_closed_date"
AMOUNTS = "amount,hs_pre_discount_amount,hs_total_discount"


def make(account: Account, path: str, **properties: str) -> str:
    found: str = account.post(path, {"properties": properties})["id"]
    return found


def values(account: Account, path: str, id_: str, names: str) -> list[Any]:
    read = account.get(f"{path}/{id_}?properties={names}")["properties"]
    return [read[name] for name in names.split(",")]


def second_pipeline(account: Account) -> None:
    stages = [{"label": "Open", "displayOrder": 0, "stageId": "shop_open", "metadata": {"state": "OPEN"}}]
    body = {"label": "Shop", "displayOrder": 1, "pipelineId": "shop", "stages": stages}
    account.post("/crm/pipelines/2026-09/orders", body)


def test_an_order_starts_in_the_first_stage_of_the_first_pipeline() -> None:
    account = Account()
    id_ = make(account, ORDERS, hs_order_name="#1")
    assert values(account, ORDERS, id_, STAGE) == [PIPELINE[0], OPEN, "false", None]


def test_a_stage_must_belong_to_the_pipeline() -> None:
    account = Account()
    second_pipeline(account)
    order = {"hs_order_name": "#1", "hs_pipeline": "shop", "hs_pipeline_stage": OPEN}
    refused = account.post(ORDERS, {"properties": order}, status=400)
    assert refused["errors"][0]["code"] == "INVALID_OPTION"
    assert refused["errors"][0]["context"]["propertyName"] == ["hs_pipeline_stage"]
    account.post(ORDERS, {"properties": {**order, "hs_pipeline": "nowhere"}}, status=400)
    account.post(ORDERS, {"properties": {"hs_order_name": "#1", "hs_pipeline_stage": "shop_open"}}, status=400)
    id_ = make(account, ORDERS, hs_order_name="#1", hs_pipeline="shop")
    assert values(account, ORDERS, id_, STAGE)[:2] == ["shop", "shop_open"]
    account.patch(f"{ORDERS}/{id_}", {"properties": {"hs_pipeline_stage": PROCESSED}}, status=400)
    account.patch(f"{ORDERS}/{id_}", {"properties": {"hs_pipeline": PIPELINE[0]}}, status=400)
    account.patch(f"{ORDERS}/{id_}", {"properties": {"hs_pipeline": PIPELINE[0], "hs_pipeline_stage": PROCESSED}})
    account.patch(f"{ORDERS}/{id_}", {"properties": {"hs_pipeline_stage": ""}}, status=400)


def test_an_account_without_a_pipeline_has_no_stages() -> None:
    account = Account(order_pipeline="none")
    id_ = make(account, ORDERS, hs_order_name="#1")
    assert values(account, ORDERS, id_, STAGE) == [None] * 4
    account.post(ORDERS, {"properties": {"hs_order_name": "#1", "hs_pipeline_stage": OPEN}}, status=400)


def test_hubspot_closes_an_order_that_reaches_a_closed_stage() -> None:
    account = Account()
    id_ = make(account, ORDERS, hs_order_name="#1")
    account.hubspot.clock.advance(60)
    account.patch(f"{ORDERS}/{id_}", {"properties": {"hs_pipeline_stage": DELIVERED}})
    assert values(account, ORDERS, id_, STAGE)[2:] == ["true", "2026-11-02T09:01:00Z"]
    account.hubspot.clock.advance(60)
    account.patch(f"{ORDERS}/{id_}", {"properties": {"hs_tags": "x"}})
    assert values(account, ORDERS, id_, STAGE)[3] == "2026-11-02T09:01:00Z"
    account.patch(f"{ORDERS}/{id_}", {"properties": {"hs_pipeline_stage": OPEN}})
    assert values(account, ORDERS, id_, STAGE)[2] == "false"


@pytest.mark.parametrize(("path", "name"), [(ORDERS, "hs_order_name"), (CARTS, "hs_cart_name")])
def test_the_home_amount_is_known_in_the_home_currency_alone(path: str, name: str) -> None:
    account = Account()
    names = "hs_exchange_rate,hs_homecurrency_amount"
    sent = {name: "#1", "hs_total_price": "119.90"}
    id_ = make(account, path, **sent, hs_currency_code="USD")
    assert values(account, path, id_, names) == ["1", "119.90"]
    account.patch(f"{path}/{id_}", {"properties": {"hs_total_price": "99.90"}})
    assert values(account, path, id_, names) == ["1", "99.90"]
    account.patch(f"{path}/{id_}", {"properties": {"hs_currency_code": "EUR"}})
    assert values(account, path, id_, names) == [None, None]
    assert values(account, path, make(account, path, **sent), names) == [None, None]


@pytest.mark.parametrize("path", [CONTACTS, COMPANIES])
@pytest.mark.parametrize("setting", ["kept", "400"])
def test_the_lifecycle_stage_only_moves_forward(path: str, setting: str) -> None:
    account = Account(lifecycle_backward=setting)
    named = {"firstname": "Jane"} if path == CONTACTS else {"name": "Acme"}
    id_ = make(account, path, **named, lifecyclestage="opportunity")
    account.patch(f"{path}/{id_}", {"properties": {"lifecyclestage": "customer"}})
    body = {"properties": {"lifecyclestage": "lead", "city": "Bonn"}}
    account.patch(f"{path}/{id_}", body, status=200 if setting == "kept" else 400)
    city = "Bonn" if setting == "kept" else None
    assert values(account, path, id_, "lifecyclestage,city") == ["customer", city]
    account.patch(f"{path}/{id_}", {"properties": {"lifecyclestage": ""}})
    account.patch(f"{path}/{id_}", {"properties": {"lifecyclestage": "lead"}})
    assert values(account, path, id_, "lifecyclestage") == ["lead"]


@pytest.mark.parametrize(("setting", "stage"), [("lead", "lead"), ("none", None)])
def test_the_lifecycle_stage_of_a_new_contact(setting: str, stage: str | None) -> None:
    account = Account(default_lifecyclestage=setting)
    assert values(account, CONTACTS, make(account, CONTACTS, firstname="Jane"), "lifecyclestage") == [stage]
    id_ = make(account, CONTACTS, firstname="Jane", lifecyclestage="subscriber")
    assert values(account, CONTACTS, id_, "lifecyclestage") == ["subscriber"]


@pytest.mark.parametrize(
    ("sent", "amounts"),
    [
        ({"price": "19.99", "quantity": "3"}, ["59.97", "59.97", "0"]),
        ({"price": "19.99", "quantity": "3", "discount": "1.50"}, ["55.47", "59.97", "4.50"]),
        ({"price": "10", "quantity": "2", "hs_discount_percentage": "25"}, ["15.0", "20", "5.0"]),
        ({"price": "0.1", "quantity": "0.2"}, ["0.02", "0.02", "0.0"]),
        ({"price": "0", "quantity": "1"}, ["0", "0", "0"]),
        ({"price": "19.99"}, [None, None, None]),
    ],
)
def test_amounts_of_a_line_are_worked_out(sent: dict[str, str], amounts: list[str | None]) -> None:
    account = Account()
    found = values(account, LINES, make(account, LINES, name="Mug", **sent), AMOUNTS)
    assert [a and Decimal(a) for a in found] == [a and Decimal(a) for a in amounts]


def test_amounts_of_a_line_follow_its_price_and_cannot_be_sent() -> None:
    account = Account()
    id_ = make(account, LINES, name="Mug", price="10.00", quantity="2")
    account.patch(f"{LINES}/{id_}", {"properties": {"quantity": "3"}})
    assert values(account, LINES, id_, "amount") == ["30.00"]
    account.patch(f"{LINES}/{id_}", {"properties": {"price": ""}})
    assert values(account, LINES, id_, AMOUNTS) == [None, None, None]
    refused = account.patch(f"{LINES}/{id_}", {"properties": {"amount": "1"}}, status=400)
    assert refused["errors"][0]["code"] == "READ_ONLY_VALUE"


def test_two_kinds_of_discount_at_once_are_not_modelled() -> None:
    account = Account()
    both = {"price": "10", "quantity": "1", "discount": "1", "hs_discount_percentage": "5"}
    answer = account.post(LINES, {"properties": both}, status=501)
    assert "hs_discount_percentage" in answer["missing"]
    assert account.get(LINES)["results"] == []


def test_a_line_takes_over_what_it_does_not_send_from_its_product() -> None:
    account = Account()
    product = make(account, PRODUCTS, name="Mug", price="9.95", hs_sku="MUG", description="Blue")
    id_ = make(account, LINES, hs_product_id=product, quantity="2", price="8.00", description="")
    assert values(account, LINES, id_, "name,price,hs_sku,description,amount") == [
        "Mug",
        "8.00",
        "MUG",
        None,
        "16.00",
    ]


@pytest.mark.parametrize(("setting", "status"), [("accepted", 201), ("400", 400)])
def test_a_line_of_an_unknown_product(setting: str, status: int) -> None:
    account = Account(unknown_product=setting)
    account.post(LINES, {"properties": {"name": "Mug", "hs_product_id": "999"}}, status=status)
    gone = make(account, PRODUCTS, name="Mug")
    account.delete(f"{PRODUCTS}/{gone}")
    account.post(LINES, {"properties": {"name": "Mug", "hs_product_id": gone}}, status=status)


def test_the_external_id_of_a_line_is_swallowed() -> None:
    account = Account()
    made = account.post(LINES, {"properties": {"name": "Mug", "hs_external_id": "77"}})
    assert values(account, LINES, made["id"], "hs_external_id") == [None]
    changed = account.patch(f"{LINES}/{made['id']}", {"properties": {"hs_external_id": "78"}})
    assert changed["properties"]["hs_external_id"] is None


def test_the_create_date_of_a_line_can_be_set() -> None:
    account = Account()
    id_ = make(account, LINES, name="Mug", createdate="2026-01-02T03:04:05Z")
    assert values(account, LINES, id_, "createdate") == ["2026-01-02T03:04:05Z"]
    assert account.get(f"{LINES}/{id_}")["createdAt"] == "2026-11-02T09:00:00Z"


def test_lines_outlive_their_order() -> None:
    account = Account()
    parent = make(account, ORDERS, hs_order_name="#1")
    types = [{"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 514}]
    line = account.post(
        LINES, {"properties": {"name": "Mug"}, "associations": [{"to": {"id": parent}, "types": types}]}
    )
    account.delete(f"{ORDERS}/{parent}")
    assert account.get(f"{LINES}/{line['id']}")["archived"] is False


def test_what_hubspot_works_out_is_told_as_its_own_change() -> None:
    account = Account()
    told: list[Change] = []
    account.portal.listeners.append(told.append)
    account.portal.watched["0-8"] = {"amount", "price"}
    id_ = make(account, LINES, name="Mug", price="10.00", quantity="2")
    account.patch(f"{LINES}/{id_}", {"properties": {"price": "5.00"}})
    changes = [
        (c.details["propertyName"], c.details["propertyValue"], c.source.kind)
        for c in told
        if c.what == "propertyChange"
    ]
    assert changes == [
        ("price", "10.00", "INTEGRATION"),
        ("amount", "20.00", "CALCULATED"),
        ("price", "5.00", "INTEGRATION"),
        ("amount", "10.00", "CALCULATED"),
    ]
