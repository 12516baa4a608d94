"""Create or update by a unique property: what is new, what is refused, what no document says."""

from typing import Any

import pytest

from tests.sandbox.hubspot.account import Account

ORDERS = "/crm/objects/2026-09/orders"
CONTACTS = "/crm/objects/2026-09/contacts"
PRODUCTS = "/crm/objects/2026-09/products"


def account_with_key(*kinds: str, **switches: str) -> Account:
    """An account whose `kinds` have the unique property `shop_key`."""
    account = Account(**switches)
    groups = {"orders": "order_information", "contacts": "contactinformation", "products": "productinformation"}
    for kind in kinds or ("orders",):
        body = {"name": "shop_key", "label": "Shop key", "type": "string", "fieldType": "text"}
        account.post(f"/crm/properties/2026-09/{kind}", {**body, "groupName": groups[kind], "hasUniqueValue": True})
    return account


def wish(key: str, **properties: str) -> dict[str, Any]:
    return {"idProperty": "shop_key", "id": key, "properties": properties}


def upsert(account: Account, *wishes: dict[str, Any], path: str = ORDERS, status: int = 200) -> Any:
    return account.post(f"{path}/batch/upsert", {"inputs": list(wishes)}, status=status)


def order_ids(account: Account, query: str = "") -> list[str]:
    return [r["id"] for r in account.get(f"{ORDERS}?limit=100{query}")["results"]]


def test_upsert_creates_then_updates() -> None:
    account = account_with_key()
    first = upsert(account, wish("k1", hs_order_name="#1", hs_tags="vip"))["results"][0]
    assert first["new"] is True
    assert first["properties"]["shop_key"] == "k1"
    both = upsert(account, wish("k1", hs_order_name="#1b"), wish("k2", hs_order_name="#2"))["results"]
    assert {(r["properties"]["shop_key"], r["new"]) for r in both} == {("k1", False), ("k2", True)}
    read = account.get(f"{ORDERS}/k1?idProperty=shop_key&properties=hs_order_name,hs_tags")
    assert read["id"] == first["id"]
    assert (read["properties"]["hs_order_name"], read["properties"]["hs_tags"]) == ("#1b", "vip")


@pytest.mark.parametrize(("setting", "found"), [("yes", 200), ("no", 404)])
def test_a_created_record_gets_its_key_from_the_id(setting: str, found: int) -> None:
    account = account_with_key(upsert_fills_key=setting)
    upsert(account, wish("k1", hs_order_name="#1"))
    account.get(f"{ORDERS}/k1?idProperty=shop_key", status=found)
    upsert(account, wish("k2", hs_order_name="#2", shop_key="k2"))
    account.get(f"{ORDERS}/k2?idProperty=shop_key")


@pytest.mark.parametrize("name", ["hs_object_id", "hs_external_order_id", "nonsense"])
def test_upsert_needs_a_unique_property(name: str) -> None:
    account = account_with_key()
    refused = upsert(account, {"idProperty": name, "id": "1", "properties": {}}, status=400)
    assert refused["message"].startswith(f"Unable to perform update/upsert by non-unique 0-123 property {name}")


def test_every_input_names_the_same_property() -> None:
    account = account_with_key("products")
    by_sku = {"idProperty": "hs_sku", "id": "MUG", "properties": {}}
    upsert(account, wish("k1", name="Mug"), by_sku, path=PRODUCTS, status=400)
    upsert(account, {"id": "k1", "properties": {}}, path=PRODUCTS, status=400)
    upsert(account, wish(" ", name="Mug"), path=PRODUCTS, status=400)


def test_one_key_twice_refuses_the_batch_trace_ids_or_not() -> None:
    account = account_with_key()
    wishes = [{**wish(f"k{n % 2}", hs_order_name=f"#{n}"), "objectWriteTraceId": str(n)} for n in (0, 1, 3)]
    refused = upsert(account, *wishes, status=400)
    assert refused["message"] == "Duplicate IDs found in batch input: [k1]. IDs must be unique"
    assert refused["context"] == {"ids": ["k1"]}
    assert order_ids(account) == []


def test_addresses_that_differ_in_case_are_one_key() -> None:
    account = Account()
    wishes: list[dict[str, Any]] = [
        {"idProperty": "email", "id": a, "properties": {}} for a in ("a@example.com", "A@example.com")
    ]
    upsert(account, *wishes, path=CONTACTS, status=400)


def test_keys_that_differ_in_case_are_two_keys() -> None:
    account = account_with_key("contacts")
    wishes = [wish(key, firstname="Jane") for key in ("k1", "K1")]
    assert len(upsert(account, *wishes, path=CONTACTS)["results"]) == 2
    assert [r["new"] for r in upsert(account, wishes[1], path=CONTACTS)["results"]] == [False]


def test_upsert_takes_no_associations() -> None:
    account = account_with_key()
    upsert(account, {**wish("k1", hs_order_name="#1"), "associations": []}, status=400)


def test_one_bad_input_fails_all_unless_every_input_is_traced() -> None:
    account = account_with_key()
    wishes = [wish("k1", hs_order_name="#1"), wish("k2", hs_order_name="#2", hs_currency_code="XXX")]
    refused = upsert(account, *wishes, status=400)
    assert refused["errors"][0]["code"] == "INVALID_OPTION"
    assert order_ids(account) == []
    answer = upsert(account, *({**w, "objectWriteTraceId": w["id"]} for w in wishes), status=207)
    assert [r["objectWriteTraceId"] for r in answer["results"]] == ["k1"]
    assert answer["errors"][0]["context"]["objectWriteTraceId"] == ["k2"]
    assert answer["errors"][0]["errors"][0]["context"]["propertyName"] == ["hs_currency_code"]


@pytest.mark.parametrize("status", [400, 409])
def test_another_records_unique_value_refuses_the_batch(status: int) -> None:
    account = account_with_key("products", unique_conflict=str(status))
    holder = account.record("products", name="Mug", hs_sku="MUG")
    refused = upsert(account, wish("k1", name="Cup", hs_sku="MUG"), path=PRODUCTS, status=status)
    assert refused["message"].endswith(f"{holder} already has that value.")
    assert "legacyObjectType=PRODUCT" in refused["message"]
    assert "propertyName=hs_sku, value=MUG" in refused["message"]


def test_a_key_of_contacts_is_as_unique_as_any() -> None:
    account = account_with_key("contacts")
    holder = upsert(account, wish("k1", firstname="Jane"), path=CONTACTS)["results"][0]["id"]
    refused = account.post(CONTACTS, {"properties": {"firstname": "Jan", "shop_key": "k1"}}, status=400)
    assert refused["message"].endswith(f"{holder} already has that value.")
    other = account.record("contacts", firstname="Jan")
    account.patch(f"{CONTACTS}/{other}", {"properties": {"shop_key": "k1"}}, status=400)


def test_a_batch_cannot_give_one_unique_value_to_two_records() -> None:
    account = account_with_key("products")
    wishes = [{**wish(f"k{n}", name="Mug", hs_sku="MUG"), "objectWriteTraceId": str(n)} for n in range(3)]
    answer = upsert(account, *wishes, path=PRODUCTS, status=207)
    assert len(answer["results"]) == 1
    assert {e["context"]["existingId"][0] for e in answer["errors"]} == {answer["results"][0]["id"]}


@pytest.mark.parametrize(
    ("setting", "status", "live", "archived"),
    [("conflict", 409, 0, 1), ("restore", 200, 1, 0), ("write", 200, 0, 1)],
)
def test_upsert_on_a_key_that_an_archived_record_keeps(setting: str, status: int, live: int, archived: int) -> None:
    account = account_with_key(archived_key_upsert=setting)
    id_ = upsert(account, wish("k1", hs_order_name="#1"))["results"][0]["id"]
    account.delete(f"{ORDERS}/{id_}")
    answer = upsert(account, wish("k1", hs_order_name="#2"), status=status)
    assert (len(order_ids(account)), len(order_ids(account, "&archived=true"))) == (live, archived)
    if status == 409:
        assert id_ in answer["message"]
    else:
        [result] = answer["results"]
        assert (result["id"], result["new"], result["archived"]) == (id_, False, setting == "write")
        assert result["properties"]["hs_order_name"] == "#2"


def test_upsert_on_a_key_that_an_archived_record_lost() -> None:
    account = account_with_key(archived_keeps_key="no")
    first = upsert(account, wish("k1", hs_order_name="#1"))["results"][0]["id"]
    account.delete(f"{ORDERS}/{first}")
    [result] = upsert(account, wish("k1", hs_order_name="#1"))["results"]
    assert result["new"] is True
    assert result["id"] != first
    account.hubspot.actions["restore"](object_type="orders", record_id=first)
    assert account.get(f"{ORDERS}/k1?idProperty=shop_key")["id"] == result["id"]
    account.delete(f"{ORDERS}/{result['id']}")
    assert account.get(f"{ORDERS}/k1?idProperty=shop_key")["id"] == first


@pytest.mark.parametrize(("setting", "records"), [("atomic", 1), ("racy", 2)])
def test_two_upserts_within_a_second_of_one_new_key(setting: str, records: int) -> None:
    account = account_with_key(unique_check=setting)
    upsert(account, wish("k1", hs_order_name="#1"))
    account.get(f"{ORDERS}/k1?idProperty=shop_key")
    account.hubspot.clock.advance(0.9)
    upsert(account, wish("k1", hs_order_name="#1"))
    account.hubspot.clock.advance(1.1)
    upsert(account, wish("k1", hs_order_name="#1"))
    assert len(order_ids(account)) == records


@pytest.mark.parametrize(("setting", "lastname"), [("clears", None), ("keeps", "Doe")])
def test_upsert_of_a_contact_by_email_and_what_it_does_not_send(setting: str, lastname: str | None) -> None:
    account = account_with_key("contacts", email_upsert=setting)
    id_ = account.post(CONTACTS, {"properties": {"email": "jane@example.com", "lastname": "Doe"}})["id"]
    by_email = {"idProperty": "email", "id": "Jane@Example.com", "properties": {"firstname": "Jane"}}
    [result] = upsert(account, by_email, path=CONTACTS)["results"]
    assert (result["id"], result["new"]) == (id_, False)
    read = account.get(f"{CONTACTS}/{id_}")["properties"]
    assert (read["email"], read["firstname"], read["lastname"]) == ("jane@example.com", "Jane", lastname)


def test_upsert_of_a_contact_by_a_key_of_its_own_is_partial() -> None:
    account = account_with_key("contacts")
    upsert(account, wish("k1", email="jane@example.com", lastname="Doe"), path=CONTACTS)
    upsert(account, wish("k1", firstname="Jane"), path=CONTACTS)
    read = account.get(f"{CONTACTS}/k1?idProperty=shop_key")["properties"]
    assert (read["firstname"], read["lastname"]) == ("Jane", "Doe")


def test_upsert_of_a_contact_by_email_creates_with_the_address() -> None:
    account = Account()
    [result] = upsert(account, {"idProperty": "email", "id": "A@example.com", "properties": {}}, path=CONTACTS)[
        "results"
    ]
    assert result["new"] is True
    assert result["properties"]["email"] == "a@example.com"


@pytest.mark.parametrize(("setting", "status"), [("primary", 409), ("any", 200)])
def test_upsert_by_an_additional_address(setting: str, status: int) -> None:
    account = Account(email_lookup=setting)
    id_ = account.record("contacts", email="jane@example.com", hs_additional_emails="j@example.com")
    wish_ = {"idProperty": "email", "id": "j@example.com", "properties": {"firstname": "Jane"}}
    answer = upsert(account, wish_, path=CONTACTS, status=status)
    if status == 409:
        assert answer["message"] == f"Contact already exists. Existing ID: {id_}"
    else:
        assert answer["results"][0]["id"] == id_
        assert account.get(f"{CONTACTS}/{id_}")["properties"]["email"] == "jane@example.com"


def test_an_upsert_may_change_the_key_itself() -> None:
    account = account_with_key()
    id_ = upsert(account, wish("k1", hs_order_name="#1"))["results"][0]["id"]
    upsert(account, wish("k1", shop_key="k2"))
    assert account.get(f"{ORDERS}/k2?idProperty=shop_key")["id"] == id_
    account.get(f"{ORDERS}/k1?idProperty=shop_key", status=404)
