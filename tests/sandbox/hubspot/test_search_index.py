"""What search shows of a record, and that it knows less than a read does."""

from collections.abc import Iterator

import pytest

from tests.sandbox.hubspot.searching import Account


@pytest.fixture
def account() -> Iterator[Account]:
    made = Account()
    with made.client:
        yield made


def test_a_result_looks_like_a_read(account: Account) -> None:
    id_ = account.create(email="jane@example.com", firstname="Jane", city="Bonn")
    [result] = account.search(properties=["city", "no_such_thing"])["results"]
    read = account.client.get(f"/crm/objects/2026-09/contacts/{id_}?properties=city,no_such_thing").json()
    assert result == read
    assert result["properties"]["city"] == "Bonn"
    [result] = account.search()["results"]
    assert {"email", "firstname", "lastname", "createdate", "lastmodifieddate", "hs_object_id"} == set(
        result["properties"]
    )


def test_search_lags_while_a_read_does_not() -> None:
    account = Account(search_lag="0-30")
    id_ = account.create(email="jane@example.com", city="Bonn")
    read = f"/crm/objects/2026-09/contacts/{id_}?properties=city"
    assert account.client.get(read).status_code == 200
    account.hubspot.clock.advance(30)
    assert account.ids() == [id_]
    account.hubspot.actions["edit"]("contacts", id_, {"city": "Kiel"})
    account.hubspot.switches.set("search_lag", "0-300")
    assert account.client.get(read).json()["properties"]["city"] == "Kiel"
    account.hubspot.clock.advance(30)
    assert account.found("city", "EQ", value="Kiel") == [id_]


def test_a_result_shows_what_search_knows_not_what_is() -> None:
    account = Account()
    id_ = account.create(email="jane@example.com", city="Bonn")
    [before] = account.search(properties=["city"])["results"]
    account.hubspot.switches.set("search_lag", "0-300")
    account.hubspot.actions["edit"]("contacts", id_, {"city": "Kiel"})
    [stale] = account.search(properties=["city"])["results"]
    assert stale == before
    account.hubspot.clock.advance(300)
    [fresh] = account.search(properties=["city"])["results"]
    assert fresh["properties"]["city"] == "Kiel"
    assert fresh["updatedAt"] != stale["updatedAt"]


def test_what_search_knows_never_goes_back() -> None:
    account = Account()
    id_ = account.create(email="jane@example.com", city="Bonn")
    account.hubspot.switches.set("search_lag", "0-300")
    account.hubspot.actions["edit"]("contacts", id_, {"city": "Kiel"})
    account.hubspot.switches.set("search_lag", "0")
    account.hubspot.actions["edit"]("contacts", id_, {"city": "Linz"})
    account.hubspot.clock.advance(300)
    [found] = account.search(properties=["city"])["results"]
    assert found["properties"]["city"] == "Linz"


def test_new_records_are_not_found_at_once() -> None:
    account = Account(search_lag="0-300")
    created = [account.create(email=f"u{n}@example.com") for n in range(40)]
    assert set(account.ids(limit=100)) < set(created)
    account.hubspot.clock.advance(300)
    assert account.ids(limit=100) == created


def test_archived_records_leave_the_index(account: Account) -> None:
    id_ = account.create(email="jane@example.com")
    account.hubspot.actions["archive"]("contacts", id_)
    assert account.ids() == []
    account.hubspot.actions["restore"]("contacts", id_)
    assert account.ids() == [id_]


def test_a_merged_record_is_found_under_its_new_id_only(account: Account) -> None:
    first, second = account.create(email="jane@example.com"), account.create(email="joan@example.com")
    survivor = account.hubspot.actions["merge"]("contacts", first, second)["id"]
    assert account.ids() == [survivor]
