"""Two records become one: ids, values, addresses, keys, links, and what listeners hear."""

from typing import Any

import pytest

from sandbox.hubspot.model import Change
from tests.sandbox.hubspot.account import Account

CONTACTS = "/crm/objects/2026-09/contacts"
COMPANIES = "/crm/objects/2026-09/companies"
ORDERS = "/crm/objects/2026-09/orders"
PRODUCTS = "/crm/objects/2026-09/products"


@pytest.fixture(params=["new", "primary"])
def account(request: pytest.FixtureRequest) -> Account:
    return Account(merged_id=request.param)


def merge(account: Account, path: str, primary: str, other: str, status: int = 200) -> Any:
    return account.post(f"{path}/merge", {"primaryObjectId": primary, "objectIdToMerge": other}, status=status)


def link(account: Account, pair: str, from_id: str, to_id: str, type_id: int) -> None:
    source, target = pair.split("/")
    body = [{"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": type_id}]
    account.put(f"/crm/objects/2026-09/{source}/{from_id}/associations/{target}/{to_id}", body, status=201)


def linked(account: Account, path: str, id_: str, target: str) -> set[tuple[str, str]]:
    found = account.get(f"{path}/{id_}?associations={target}").get("associations", {})
    return {(row["id"], row["type"]) for row in found.get(target, {}).get("results", [])}


def test_every_old_id_leads_to_the_survivor(account: Account) -> None:
    first, second = (account.record("contacts", firstname=name) for name in ("Jane", "Jan"))
    survivor = merge(account, CONTACTS, first, second)["id"]
    assert (survivor == first) is (account.hubspot.switches["merged_id"] == "primary")
    for id_ in (first, second, survivor):
        assert account.get(f"{CONTACTS}/{id_}")["id"] == survivor
    account.patch(f"{CONTACTS}/{second}", {"properties": {"lastname": "Doe"}})
    assert account.get(f"{CONTACTS}/{survivor}")["properties"]["lastname"] == "Doe"
    batch = account.post(f"{CONTACTS}/batch/read", {"inputs": [{"id": first}, {"id": second}]}, status=200)
    assert [r["id"] for r in batch["results"]] == [survivor]
    assert [r["id"] for r in account.get(CONTACTS)["results"]] == [survivor]
    merged = account.get(f"{CONTACTS}/{survivor}?properties=hs_merged_object_ids")["properties"]["hs_merged_object_ids"]
    assert set(merged.split(";")) == {first, second} - {survivor}


def test_ids_of_earlier_merges_go_along(account: Account) -> None:
    ids = [account.record("companies", name=f"Acme {n}") for n in range(4)]
    left, right = merge(account, COMPANIES, ids[0], ids[1])["id"], merge(account, COMPANIES, ids[2], ids[3])["id"]
    survivor = merge(account, COMPANIES, left, right)["id"]
    assert {account.get(f"{COMPANIES}/{id_}")["id"] for id_ in (*ids, left, right)} == {survivor}


def test_the_primarys_values_stay_and_the_others_fill_the_gaps(account: Account) -> None:
    first = account.record("contacts", firstname="Jane", lifecyclestage="lead")
    second = account.record("contacts", firstname="Jan", lastname="Doe", lifecyclestage="customer")
    read = merge(account, CONTACTS, first, second)["properties"]
    assert (read["firstname"], read["lastname"], read["lifecyclestage"]) == ("Jane", "Doe", "customer")


def test_the_survivor_has_the_history_of_both(account: Account) -> None:
    """A value keeps its time and its writer; of two at one moment the primary's is left."""
    first = account.record("contacts", firstname="Jan", city="Bonn")
    second = account.record("contacts", firstname="Jane")
    steps = [(second, {"lastname": "Doe"}), (first, {"firstname": "Jana"}), (second, {"firstname": "Joan"})]
    for id_, values in steps:
        account.hubspot.clock.advance(1)
        account.hubspot.actions["edit"]("contacts", id_, values)
    account.hubspot.clock.advance(1)
    survivor = merge(account, CONTACTS, first, second)["id"]
    names = "firstname,lastname,city"
    history = account.get(f"{CONTACTS}/{survivor}?propertiesWithHistory={names}")["propertiesWithHistory"]
    told = {
        name: [(v["value"], v["timestamp"][-3:-1], v["sourceType"]) for v in versions]
        for name, versions in history.items()
    }
    assert told == {
        "firstname": [("Jana", "02", "CRM_UI"), ("Joan", "03", "CRM_UI"), ("Jan", "00", "INTEGRATION")],
        "lastname": [("Doe", "01", "CRM_UI")],
        "city": [("Bonn", "00", "INTEGRATION")],
    }


def test_the_others_addresses_become_additional(account: Account) -> None:
    first = account.record("contacts", email="a@example.com", hs_additional_emails="b@example.com")
    second = account.record("contacts", email="c@example.com", hs_additional_emails="d@example.com")
    read = merge(account, CONTACTS, first, second)["properties"]
    assert read["email"] == "a@example.com"
    assert read["hs_additional_emails"] == "b@example.com;c@example.com;d@example.com"
    refused = account.post(CONTACTS, {"properties": {"email": "c@example.com"}}, status=409)
    assert refused["message"].endswith(f"Existing ID: {read['hs_object_id']}")


@pytest.mark.parametrize(("setting", "found"), [("freed", 404), ("resolves", 200)])
def test_the_key_of_the_merged_record(account: Account, setting: str, found: int) -> None:
    account.hubspot.switches.set("merged_key", setting)
    first, second = (account.record("products", name="Mug", hs_sku=sku) for sku in ("A", "B"))
    survivor = merge(account, PRODUCTS, first, second)
    assert survivor["properties"]["hs_sku"] == "A"
    assert account.get(f"{PRODUCTS}/A?idProperty=hs_sku")["id"] == survivor["id"]
    account.get(f"{PRODUCTS}/B?idProperty=hs_sku", status=found)
    status = 201 if found == 404 else 400
    account.post(PRODUCTS, {"properties": {"name": "Cup", "hs_sku": "B"}}, status=status)


def test_a_key_that_only_the_merged_record_had_lives_on(account: Account) -> None:
    first, second = account.record("products", name="Mug"), account.record("products", name="Cup", hs_sku="B")
    survivor = merge(account, PRODUCTS, first, second)["id"]
    assert account.get(f"{PRODUCTS}/B?idProperty=hs_sku")["id"] == survivor


def test_links_of_both_lead_to_the_survivor(account: Account) -> None:
    first, second = (account.record("contacts", firstname=name) for name in ("Jane", "Jan"))
    orders = [account.record("orders", hs_order_name=f"#{n}") for n in range(3)]
    for contact, number in ((first, 0), (second, 1), (first, 2), (second, 2)):
        link(account, "orders/contacts", orders[number], contact, 507)
    survivor = merge(account, CONTACTS, first, second)["id"]
    assert linked(account, CONTACTS, survivor, "orders") == {(id_, "contact_to_order") for id_ in orders}
    for order in orders:
        assert linked(account, ORDERS, order, "contacts") == {(survivor, "order_to_contact")}


def test_the_survivor_keeps_the_primarys_primary_company(account: Account) -> None:
    first, second = (account.record("contacts", firstname=name) for name in ("Jane", "Jan"))
    acme, bolt = (account.record("companies", name=name) for name in ("Acme", "Bolt"))
    link(account, "contacts/companies", first, acme, 1)
    link(account, "contacts/companies", second, bolt, 1)
    survivor = merge(account, CONTACTS, first, second)["id"]
    found = linked(account, CONTACTS, survivor, "companies")
    assert {id_ for id_, name in found if name == "contact_to_company"} == {acme}
    assert {id_ for id_, _ in found} == {acme, bolt}


def test_contacts_of_a_merged_company_have_it_as_primary_still(account: Account) -> None:
    acme, bolt = (account.record("companies", name=name) for name in ("Acme", "Bolt"))
    contacts = [account.record("contacts", firstname=name) for name in ("Jane", "Jan")]
    link(account, "contacts/companies", contacts[0], acme, 1)
    link(account, "contacts/companies", contacts[1], bolt, 1)
    survivor = merge(account, COMPANIES, acme, bolt)["id"]
    for contact in contacts:
        assert (survivor, "contact_to_company") in linked(account, CONTACTS, contact, "companies")


def test_listeners_hear_which_records_became_one(account: Account) -> None:
    told: list[Change] = []
    account.portal.listeners.append(told.append)
    first = account.record("contacts", firstname="Jane")
    second = account.record("contacts", firstname="Jan", lastname="Doe", phone="1")
    survivor = merge(account, CONTACTS, first, second)["id"]
    [change] = [change for change in told if change.what == "merge"]
    assert change.record.id == survivor
    assert change.details == {
        "primaryObjectId": int(first),
        "mergedObjectIds": [int(second)],
        "newObjectId": int(survivor),
        "numberOfPropertiesMoved": 2,
    }
    assert "deletion" not in {change.what for change in told}


def test_search_forgets_the_merged_records() -> None:
    account = Account(search_lag="0")
    first, second = (account.record("contacts", firstname=name) for name in ("Jane", "Jan"))
    survivor = merge(account, CONTACTS, first, second)["id"]
    found = account.post(f"{CONTACTS}/search", {"limit": 10}, status=200)
    assert [r["id"] for r in found["results"]] == [survivor]


def test_what_cannot_be_merged(account: Account) -> None:
    first, second = (account.record("contacts", firstname=name) for name in ("Jane", "Jan"))
    merge(account, CONTACTS, first, first, status=400)
    merge(account, CONTACTS, first, "999", status=404)
    refused = account.post(f"{CONTACTS}/merge", {"primaryObjectId": first}, status=400)
    assert "objectIdToMerge" in refused["message"]
    account.delete(f"{CONTACTS}/{second}")
    merge(account, CONTACTS, first, second, status=404)
    account.post("/crm/objects/2026-09/carts/merge", {"primaryObjectId": "1", "objectIdToMerge": "2"}, status=501)


def test_a_record_takes_in_at_most_250_others() -> None:
    account = Account(merged_id="primary")
    first = account.record("companies", name="Acme")
    for _ in range(250):
        merge(account, COMPANIES, first, account.record("companies", name="Acme"))
        account.hubspot.clock.advance(1)
    late = account.record("companies", name="Acme")
    merge(account, COMPANIES, first, late, status=414)
    assert account.get(f"{COMPANIES}/{late}")["id"] == late
