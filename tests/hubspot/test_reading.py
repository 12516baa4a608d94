"""Reads by id and by key, linked records, and search: under which key a record is found, and in how many calls."""

from typing import Any

import pytest

from tandem.errors import Misconfigured, Rejected, Unavailable
from tandem.model import Found
from tests.hubspot.account import KEY, Account, behind


@pytest.mark.parametrize(("count", "calls"), [(0, 0), (1, 1), (100, 1), (101, 2), (250, 3)])
def test_a_read_takes_a_call_for_each_hundred(count: int, calls: int) -> None:
    account = Account()
    ids = [account.record("orders", hs_order_name=f"#{n}") for n in range(count)]
    found = account.run(account.client.read("orders", [*ids, *ids], ["hs_order_name", "hs_order_note"]))
    assert found == {id_: Found(id_, {"hs_order_name": f"#{n}", "hs_order_note": None}) for n, id_ in enumerate(ids)}
    assert account.calls().get("batch/read", 0) == calls


def test_what_is_not_there_and_what_is_archived_is_left_out() -> None:
    account = Account()
    there, gone = (account.record("orders", hs_order_name=name) for name in "ab")
    account.hubspot.actions["archive"]("orders", gone)
    assert set(account.run(account.client.read("orders", [there, gone, "987654321", "no id", ""], []))) == {there}


def test_a_property_that_the_account_lacks_is_left_out() -> None:
    account = Account()
    id_ = account.record("orders", hs_order_name="#1")
    found = account.run(account.client.read("orders", [id_], ["hs_order_name", "nonsense"]))
    assert found[id_].properties == {"hs_order_name": "#1"}


def test_records_are_read_by_our_key() -> None:
    account = Account()
    ids = {f"acme:order:{n}": account.record("orders", tandem_key=f"acme:order:{n}") for n in range(120)}
    found = account.run(account.client.read("orders", [*ids, "acme:order:none"], [], by=KEY))
    assert {key: one.id for key, one in found.items()} == ids
    assert account.calls() == {"batch/read": 2}


@pytest.mark.parametrize("merged_id", ["new", "primary"])
def test_every_id_of_a_merge_finds_the_survivor(merged_id: str) -> None:
    account = Account(merged_id=merged_id)
    first, second, third, other = (account.record("companies", name=name) for name in "abcd")
    once = account.hubspot.actions["merge"]("companies", first, second)["id"]
    survivor = account.hubspot.actions["merge"]("companies", third, once)["id"]
    found = account.run(account.client.read("companies", [first, second, third, survivor, other], ["name"]))
    assert {id_: one.id for id_, one in found.items()} == {
        **dict.fromkeys((first, second, third, survivor), survivor),
        other: other,
    }
    assert set(found[first].properties) == {"name"}


def test_contacts_are_read_by_address_whatever_its_case() -> None:
    account = Account()
    id_ = account.record("contacts", email="jane@example.com")
    asked = ["Jane@Example.com", "jane@example.com ", "joe@example.com"]
    found = account.run(account.client.read("contacts", asked, ["email"], by="email"))
    assert found == dict.fromkeys(asked[:2], Found(id_, {"email": "jane@example.com"}))


@pytest.mark.parametrize("lookup", ["primary", "any"])
def test_an_additional_address_finds_its_contact_where_hubspot_says_so(lookup: str) -> None:
    account = Account(email_lookup=lookup)
    id_ = account.record("contacts", email="jane@example.com", hs_additional_emails="j@example.com;k@example.com")
    found = account.run(account.client.read("contacts", ["K@example.com"], ["firstname"], by="email"))
    assert found == ({"K@example.com": Found(id_, {"firstname": None})} if lookup == "any" else {})


def test_a_key_that_is_not_unique_is_for_setup_to_mend() -> None:
    account = Account()
    with pytest.raises(Misconfigured, match="setup"):
        account.run(account.client.read("orders", ["#1"], [], by="hs_order_name"))


def test_a_read_that_is_refused_is_not_taken_for_nothing_found() -> None:
    account = Account()
    account.fault("status", status=400)
    with pytest.raises(Rejected):
        account.run(account.client.read("orders", ["1"], []))
    with pytest.raises(Rejected):
        account.run(account.client.associated("orders", "contacts", ["1"]))


def test_an_answer_without_results_is_not_taken_for_nothing_found() -> None:
    account, between = behind()
    between.rewrite = lambda body: {"status": "COMPLETE"}
    with pytest.raises(Unavailable):
        account.run(account.client.read("orders", ["1"], []))
    with pytest.raises(Unavailable):
        account.run(account.client.associated("orders", "contacts", ["1"]))
    with pytest.raises(Unavailable):
        account.run(account.client.search("orders", [], []))


def test_a_fault_of_another_kind_among_the_errors_is_not_taken_for_nothing_found() -> None:
    account, between = behind()
    between.rewrite = lambda body: {**body, "errors": [{"status": "error", "category": "INTERNAL_ERROR"}]}
    with pytest.raises(Rejected, match="INTERNAL_ERROR"):
        account.run(account.client.read("orders", ["1"], []))


def test_a_search_pages_by_two_hundred_from_the_oldest_change_on() -> None:
    account = Account(search_lag="0")
    ids = []
    for n in range(450):
        account.hubspot.clock.advance(0.1)
        ids.append(account.record("contacts", lastname=f"name {n}"))
    filters = [{"propertyName": "lastname", "operator": "HAS_PROPERTY"}]
    found: list[str] = []
    after: str | None = None
    sizes = []
    while True:
        page, after = account.run(account.client.search("contacts", filters, ["lastname"], after))
        sizes.append(len(page))
        found += [one.id for one in page]
        if after is None:
            break
    assert (found, sizes) == (ids, [200, 200, 50])
    assert dict(account.drawn) == {"searches": 3}


def test_a_search_takes_every_filter() -> None:
    account = Account(search_lag="0")
    wanted = account.record("orders", hs_external_order_id="1")
    account.record("orders", hs_external_order_id="1", tandem_key="acme:order:1")
    account.record("orders", hs_external_order_id="2")
    filters: list[dict[str, Any]] = [
        {"propertyName": "hs_external_order_id", "operator": "IN", "values": ["1", "3"]},
        {"propertyName": KEY, "operator": "NOT_HAS_PROPERTY"},
    ]
    page, after = account.run(account.client.search("orders", filters, ["hs_external_order_id"]))
    assert (page, after) == ([Found(wanted, {"hs_external_order_id": "1"})], None)


def test_other_paths_can_be_called() -> None:
    account = Account()
    made = account.run(account.client.post("/crm/objects/2026-09/orders", {"properties": {"hs_order_name": "#1"}}))
    path = f"/crm/objects/2026-09/orders/{made['id']}"
    account.run(account.client.patch(path, {"properties": {"hs_order_name": "#2"}}))
    read = account.run(account.client.get(path, {"properties": "hs_order_name"}))
    assert read["properties"]["hs_order_name"] == "#2"


@pytest.mark.parametrize(
    ("path", "code"), [("/crm/objects/2026-09/orders/1", "gone"), ("/crm/pipelines/2026-09/orders/none", "gone")]
)
def test_what_is_not_there_is_rejected_as_gone(path: str, code: str) -> None:
    account = Account()
    with pytest.raises(Rejected) as error:
        account.run(account.client.get(path))
    assert error.value.code == code
    assert sum(account.calls().values()) == 1


def test_what_is_there_already_is_rejected_as_a_conflict() -> None:
    account = Account()
    body = {"name": "note", "label": "Note", "type": "string", "fieldType": "text", "groupName": "tandem"}
    account.run(account.client.post("/crm/properties/2026-09/orders", body))
    with pytest.raises(Rejected) as error:
        account.run(account.client.post("/crm/properties/2026-09/orders", body))
    assert error.value.code == "conflict"
