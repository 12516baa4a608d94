"""Values: which are taken, which refused and how, and what is stored of them."""

from typing import Any

import pytest

from tests.sandbox.hubspot.account import Account

ORDERS = "/crm/objects/2026-09/orders"
CONTACTS = "/crm/objects/2026-09/contacts"
COMPANIES = "/crm/objects/2026-09/companies"
LINES = "/crm/objects/2026-09/line_items"
COLOURS = [{"label": c.title(), "value": c, "displayOrder": n, "hidden": False} for n, c in enumerate(("red", "blue"))]


def account_with_properties(**switches: str) -> Account:
    """An account whose orders have a day, two choices and a yes or no."""
    account = Account(**switches)
    for name, type_, field_type, options in (
        ("day", "date", "date", []),
        ("colour", "enumeration", "select", COLOURS),
        ("colours", "enumeration", "checkbox", COLOURS),
    ):
        body = {"name": name, "label": name, "type": type_, "fieldType": field_type, "options": options}
        account.post("/crm/properties/2026-09/orders", {**body, "groupName": "order_information"})
    return account


@pytest.fixture
def account() -> Account:
    return account_with_properties()


def written(account: Account, name: str, value: Any) -> Any:
    """What is read of a value after it was written."""
    id_ = account.post(ORDERS, {"properties": {"hs_order_name": "#1", name: value}})["id"]
    return account.get(f"{ORDERS}/{id_}?properties={name}")["properties"][name]


def fault(account: Account, name: str, value: Any) -> tuple[str, str]:
    """Code and text of the one fault that a value has."""
    refused = account.post(ORDERS, {"properties": {"hs_order_name": "#1", name: value}}, status=400)
    assert refused["category"] == "VALIDATION_ERROR"
    assert refused["message"].startswith('Property values were not valid: [{"isValid":false,')
    [error] = refused["errors"]
    assert error["context"]["propertyName"] == [name]
    return error["code"], error["message"]


@pytest.mark.parametrize(
    ("name", "sent", "stored"),
    [
        ("hs_order_name", " #1\0 ", "#1"),
        ("hs_tags", "", None),
        ("hs_tags", "  ", None),
        ("hs_tags", "é 漢字 👋", "é 漢字 👋"),
        ("hs_tags", 12, "12"),
        ("hs_tags", True, "true"),
        ("hs_total_price", "119.90", "119.90"),
        ("hs_total_price", "-3", "-3"),
        ("hs_total_price", 19.9, "19.9"),
        ("hs_total_price", "1e3", "1e3"),
        ("hs_buyer_accepts_marketing", "true", "true"),
        ("hs_buyer_accepts_marketing", False, "false"),
        ("day", "2026-11-02", "2026-11-02"),
        ("day", "1793577600000", "2026-11-02"),
        ("hs_processed_date", "2026-11-02T09:00:00.000Z", "2026-11-02T09:00:00Z"),
        ("hs_processed_date", "2026-11-02T10:00:00.250+01:00", "2026-11-02T09:00:00.250Z"),
        ("hs_processed_date", "2026-11-02T09:00:00.2509Z", "2026-11-02T09:00:00.250Z"),
        ("hs_processed_date", "2026-11-02 09:00:00Z", "2026-11-02T09:00:00Z"),
        ("hs_processed_date", "2026-W45-1T09:00:00Z", "2026-11-02T09:00:00Z"),
        ("hs_processed_date", "2026-11-02T09:00:00,250Z", "2026-11-02T09:00:00.250Z"),
        ("hs_processed_date", "1793610000000", "2026-11-02T09:00:00Z"),
        ("hs_processed_date", 1793610000001, "2026-11-02T09:00:00.001Z"),
        ("hs_processed_date", "-1", "1969-12-31T23:59:59.999Z"),
        ("colour", "red", "red"),
        ("colours", "red;blue;red", "red;blue"),
        ("hs_currency_code", "EUR", "EUR"),
        ("hubspot_owner_id", "70000001", "70000001"),
        ("hs_order_note", "x" * 65_536, "x" * 65_536),
    ],
)
def test_what_is_stored_of_a_value(account: Account, name: str, sent: Any, stored: str | None) -> None:
    assert written(account, name, sent) == stored


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("nonsense", "x", "PROPERTY_DOESNT_EXIST"),
        ("hs_object_id", "1", "READ_ONLY_VALUE"),
        ("hs_lastmodifieddate", "2026-11-02T09:00:00Z", "READ_ONLY_VALUE"),
        ("hs_closed_date", "2026-11-02T09:00:00Z", "READ_ONLY_VALUE"),
        ("hs_is_closed", "true", "READ_ONLY_VALUE"),
        ("hs_is_closed", "", "READ_ONLY_VALUE"),
        ("hs_total_price", "1,000.00", "INVALID_LONG"),
        ("hs_total_price", "ten", "INVALID_LONG"),
        ("hs_total_price", "1_0", "INVALID_LONG"),
        ("hs_total_price", "NaN", "INVALID_LONG"),
        ("hs_total_price", "1e999", "INVALID_LONG"),
        ("hs_total_price", "٣", "INVALID_LONG"),
        ("hs_buyer_accepts_marketing", "True", "INVALID_BOOLEAN"),
        ("day", "2026-13-01", "INVALID_DATE"),
        ("day", "1606768561954", "INVALID_DATE"),
        ("day", "2026-11-02T09:00:00Z", "INVALID_DATE"),
        ("hs_processed_date", "2026-11-02", "INVALID_DATE"),
        ("hs_processed_date", "2026-11-02T09:00:00", "INVALID_DATE"),
        ("hs_processed_date", "2026-11-32T09:00:00Z", "INVALID_DATE"),
        ("hs_processed_date", "9" * 30, "INVALID_DATE"),
        ("colour", "Red", "INVALID_OPTION"),
        ("colour", "red;blue", "INVALID_OPTION"),
        ("colours", "red;green", "INVALID_OPTION"),
        ("hs_currency_code", "JPY", "INVALID_OPTION"),
        ("hs_currency_code", "eur", "INVALID_OPTION"),
        ("hubspot_owner_id", "jane", "INVALID_INTEGER"),
        ("hubspot_owner_id", "1", "INVALID_OPTION"),
        ("hs_order_note", "x" * 65_537, "PROPERTY_VALUE_TOO_LONG"),
    ],
)
def test_a_value_that_is_refused(account: Account, name: str, value: str, code: str) -> None:
    assert fault(account, name, value)[0] == code


def test_what_one_property_takes_another_need_not(account: Account) -> None:
    """The same text, good as an amount, is no option and no day."""
    sent = {"hs_order_name": "#1", "hs_total_price": "10", "hs_tax": "10", "colour": "10", "day": "10"}
    refused = account.post(ORDERS, {"properties": sent}, status=400)
    assert [error["context"]["propertyName"] for error in refused["errors"]] == [["colour"], ["day"]]


def test_refusals_say_what_was_wrong(account: Account) -> None:
    assert fault(account, "day", "1606768561954")[1] == "1606768561954 is at 20:36:1.954 UTC, not midnight!"
    assert fault(account, "hs_is_closed", "true")[1] == (
        '"hs_is_closed" is a calculated property; its value cannot be set.'
    )
    assert fault(account, "hs_closed_date", "1")[1] == (
        '"hs_closed_date" is a read only property; its value cannot be set.'
    )
    assert fault(account, "colour", "Red")[1].startswith(
        'Red was not one of the allowed options: [label: "Red"\nvalue: "red"\n'
    )


def test_all_faults_of_a_write_are_named_at_once(account: Account) -> None:
    sent = {"nonsense": "x", "hs_total_price": "ten", "colour": "green", "hs_is_closed": "true"}
    refused = account.post(ORDERS, {"properties": sent}, status=400)
    assert [(e["context"]["propertyName"][0], e["code"]) for e in refused["errors"]] == [
        ("nonsense", "PROPERTY_DOESNT_EXIST"),
        ("hs_total_price", "INVALID_LONG"),
        ("colour", "INVALID_OPTION"),
        ("hs_is_closed", "READ_ONLY_VALUE"),
        ("hs_order_name", "REQUIRED_FIELD"),
    ]


def test_a_leading_semicolon_adds_to_a_choice_of_several(account: Account) -> None:
    id_ = account.post(ORDERS, {"properties": {"hs_order_name": "#1", "colours": "red"}})["id"]
    added = account.patch(f"{ORDERS}/{id_}", {"properties": {"colours": ";blue"}})
    assert added["properties"]["colours"] == "red;blue"
    account.patch(f"{ORDERS}/{id_}", {"properties": {"colours": ";red"}})
    assert account.get(f"{ORDERS}/{id_}?properties=colours")["properties"]["colours"] == "red;blue"
    account.patch(f"{ORDERS}/{id_}", {"properties": {"colours": ";green"}}, status=400)
    replaced = account.patch(f"{ORDERS}/{id_}", {"properties": {"colours": "blue"}})
    assert replaced["properties"]["colours"] == "blue"


def test_adding_to_two_records_in_one_batch_keeps_them_apart(account: Account) -> None:
    ids = [account.record("orders", hs_order_name="#1", colours=colour) for colour in ("red", "blue")]
    inputs = [{"id": id_, "properties": {"colours": ";blue"}} for id_ in ids]
    account.post(f"{ORDERS}/batch/update", {"inputs": inputs}, status=200)
    found = [account.get(f"{ORDERS}/{id_}?properties=colours")["properties"]["colours"] for id_ in ids]
    assert found == ["red;blue", "blue"]


def test_lists_that_hubspot_keeps_elsewhere_take_any_value_and_others_do_not(account: Account) -> None:
    products = "/crm/objects/2026-09/products"
    account.post(products, {"properties": {"hs_tax_category": "books"}})
    refused = account.post(products, {"properties": {"hs_status": "gone"}}, status=400)
    assert refused["errors"][0]["code"] == "INVALID_OPTION"
    account.portal.store("orders").schema["colour"].options = []
    assert fault(account, "colour", "red")[0] == "INVALID_OPTION"


def test_an_option_that_is_taken_away_is_refused_from_then_on(account: Account) -> None:
    assert written(account, "colour", "blue") == "blue"
    account.patch("/crm/properties/2026-09/orders/colour", {"options": COLOURS[:1]})
    assert fault(account, "colour", "blue")[0] == "INVALID_OPTION"


@pytest.mark.parametrize(("setting", "stored"), [("ignored", "vip"), ("clears", None)])
def test_null(setting: str, stored: str | None) -> None:
    account = account_with_properties(null_value=setting)
    id_ = account.post(ORDERS, {"properties": {"hs_order_name": "#1", "hs_tags": "vip"}})["id"]
    account.patch(f"{ORDERS}/{id_}", {"properties": {"hs_tags": None, "hs_order_note": "x"}})
    assert account.get(f"{ORDERS}/{id_}?properties=hs_tags")["properties"]["hs_tags"] == stored


@pytest.mark.parametrize(
    ("setting", "sent", "stored"),
    [("kept", "10.00", "10.00"), ("plain", "10.00", "10"), ("plain", "100", "100"), ("plain", "-0.0", "0")],
)
def test_number_format(setting: str, sent: str, stored: str) -> None:
    assert written(account_with_properties(number_format=setting), "hs_total_price", sent) == stored


@pytest.mark.parametrize(
    ("setting", "sent", "stored"),
    [
        ("kept", "+1 (415) 555-0100", "+1 (415) 555-0100"),
        ("digits", "+1 (415) 555-0100", "+14155550100"),
        ("digits", "030/1234", "0301234"),
        ("digits", "ask Jane", "ask Jane"),
    ],
)
def test_phone_format(setting: str, sent: str, stored: str) -> None:
    account = Account(phone_format=setting)
    made = account.post(CONTACTS, {"properties": {"firstname": "Jane", "phone": sent}})
    assert made["properties"]["phone"] == stored


@pytest.mark.parametrize(
    ("setting", "sent", "stored"),
    [
        ("kept", "https://www.Example.com/about", "https://www.Example.com/about"),
        ("bare", "https://www.Example.com/about", "example.com"),
        ("bare", "shop.example.com?utm=1", "shop.example.com"),
        ("bare", "example.com", "example.com"),
        ("bare", "/", "/"),
    ],
)
def test_domain_format(setting: str, sent: str, stored: str) -> None:
    made = Account(domain_format=setting).post(COMPANIES, {"properties": {"domain": sent}})
    assert made["properties"]["domain"] == stored


@pytest.mark.parametrize(("setting", "status"), [("400", 400), ("accepted", 201)])
def test_an_owner_must_be_one_of_the_account(setting: str, status: int) -> None:
    """Here the id is that of the owner's user."""
    account = Account(unknown_owner=setting)
    owner = account.portal.owners[0]
    account.post(COMPANIES, {"properties": {"name": "Acme", "hubspot_owner_id": owner.user_id}}, status=status)
    account.post(COMPANIES, {"properties": {"name": "Acme", "hubspot_owner_id": owner.id}})


@pytest.mark.parametrize(
    ("path", "properties", "missing"),
    [
        (CONTACTS, {"phone": "1"}, ["email", "firstname", "lastname"]),
        (CONTACTS, {"email": ""}, ["email", "firstname", "lastname"]),
        (COMPANIES, {"city": "Bonn"}, ["name", "domain"]),
        (ORDERS, {"hs_tags": "x"}, ["hs_order_name"]),
    ],
)
def test_what_a_create_cannot_do_without(path: str, properties: dict[str, str], missing: list[str]) -> None:
    refused = Account().post(path, {"properties": properties}, status=400)
    assert refused["context"] == {"properties": missing}
    assert refused["message"].endswith("Some required properties were not set.")


def test_goods_and_carts_need_nothing() -> None:
    account = Account()
    for kind in ("products", "line_items", "carts"):
        account.post(f"/crm/objects/2026-09/{kind}", {"properties": {}})


def test_what_an_admin_requires_is_refused_by_the_newest_version_only() -> None:
    account = Account()
    account.portal.store("orders").schema["hs_source_store"].required = True
    body = {"properties": {"hs_order_name": "#1"}}
    refused = account.post(ORDERS, body, status=400)
    assert refused["context"] == {"properties": ["hs_source_store"]}
    for version in ("2026-03", "v3"):
        account.post(f"/crm/objects/{version}/orders", body)
    made = account.post(ORDERS, {"properties": {"hs_order_name": "#1", "hs_source_store": "acme"}})["id"]
    account.patch(f"{ORDERS}/{made}", {"properties": {"hs_tags": "x"}})
    account.patch(f"{ORDERS}/{made}", {"properties": {"hs_source_store": ""}}, status=400)


def test_a_negative_price_is_refused_on_lines_alone() -> None:
    account = Account()
    account.post(LINES, {"properties": {"price": "-1"}}, status=400)
    account.post(LINES, {"properties": {"price": "0"}})
    account.post("/crm/objects/2026-09/products", {"properties": {"price": "-1"}})
