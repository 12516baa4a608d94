"""How a search is sorted and paged, and how large it may be."""

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.sandbox.hubspot.searching import Account, only


@pytest.fixture
def account() -> Iterator[Account]:
    made = Account()
    with made.client:
        yield made


def test_nothing_asked_finds_everything_ten_a_page(account: Account) -> None:
    ids = [account.create(email=f"u{n}@example.com") for n in range(25)]
    first = account.search()
    assert (first["total"], [each["id"] for each in first["results"]]) == (25, ids[:10])
    assert first["paging"] == {"next": {"after": "10"}}
    last = account.search(after="20")
    assert [each["id"] for each in last["results"]] == ids[20:]
    assert "paging" not in last


def test_sorting(account: Account) -> None:
    made = {
        account.create("companies", name=name, **({"numberofemployees": number} if number else {})): name
        for name, number in (("a", "100"), ("b", ""), ("c", "9"), ("d", "9"))
    }

    def order(*sorts: Any) -> str:
        return "".join(made[id_] for id_ in account.ids("companies", sorts=list(sorts)))

    up = {"propertyName": "numberofemployees", "direction": "ASCENDING"}
    down = up | {"direction": "DESCENDING"}
    assert order() == "abcd"
    assert order(up) == order("numberofemployees") == order({"propertyName": "numberofemployees"}) == "cdab"
    assert order(down) == order("-numberofemployees") == "acdb"
    assert order('{"propertyName": "numberofemployees", "direction": "DESCENDING"}') == "acdb"
    assert "at most one sort" in account.refused("companies", sorts=[up, down])
    assert "does not exist" in account.refused("companies", sorts=["no_such_thing"])
    for wrong in ({"direction": "ASCENDING"}, up | {"direction": "UP"}, 5, "{broken", None):
        assert account.refused("companies", sorts=[wrong])


def test_sorted_pages_join_without_gap(account: Account) -> None:
    for number in range(57):
        account.create(email=f"u{number}@example.com", city=f"{number % 5}")
    for sort in ("city", "-city", "hs_object_id", "-lastmodifieddate"):
        walked, after = [], "0"
        while after:
            page = account.search(sorts=[sort], limit=13, after=after)
            walked += [each["id"] for each in page["results"]]
            after = page.get("paging", {}).get("next", {}).get("after", "")
        assert len(walked) == len(set(walked)) == 57
        assert walked == account.ids(sorts=[sort], limit=57)


def filters(count: int) -> list[dict[str, Any]]:
    return [{"propertyName": "city", "operator": "HAS_PROPERTY"}] * count


@pytest.mark.parametrize(
    ("groups", "passes"),
    [
        ([6, 6, 6], True),
        ([1] * 5, True),
        ([1] * 6, False),
        ([7], False),
        ([6, 6, 6, 1], False),
        ([4, 4, 4, 3, 3], True),
    ],
)
def test_how_many_filters_there_may_be(account: Account, groups: list[int], passes: bool) -> None:
    body = {"filterGroups": [{"filters": filters(count)} for count in groups]}
    assert account.post(**body).status_code == (200 if passes else 400)


@pytest.mark.parametrize(
    ("page", "status"),
    [
        ({"limit": 200}, 200),
        ({"limit": 201}, 400),
        ({"limit": -1}, 400),
        ({"limit": 0}, 501),
        ({"limit": "20"}, 200),
        ({"limit": "many"}, 400),
        ({"limit": True}, 400),
        ({"limit": 1.5}, 400),
        ({"after": "9990"}, 200),
        ({"after": 9_990}, 200),
        ({"after": "9991"}, 400),
        ({"after": "9800", "limit": 200}, 200),
        ({"after": "9801", "limit": 200}, 400),
        ({"after": "cursor"}, 400),
        ({"after": "٣"}, 400),
        ({"after": ""}, 200),
    ],
)
def test_pages(account: Account, page: dict[str, Any], status: int) -> None:
    assert account.post(**page).status_code == status


def test_the_ten_thousandth_result_is_the_last(account: Account) -> None:
    store, source = account.hubspot.portal.store("contacts"), account.hubspot.app.source
    for number in range(10_050):
        account.hubspot.portal.create(store, {"email": f"u{number}@example.com"}, source)
    last = account.search(limit=200, after="9800")
    assert (last["total"], len(last["results"])) == (10_050, 200)
    assert last["paging"]["next"]["after"] == "10000"
    assert "10000 results" in account.refused(limit=200, after="10000")


def test_a_request_has_at_most_3000_characters(account: Account) -> None:
    def of_length(length: int) -> bytes:
        body = b'{"limit":1,"query":""}'
        return body.ljust(length)

    path = "/crm/objects/2026-09/contacts/search"
    assert account.client.post(path, content=of_length(3_000)).status_code == 200
    refused = account.client.post(path, content=of_length(3_001))
    assert (refused.status_code, refused.json()["category"]) == (400, "VALIDATION_ERROR")
    umlauts = '{"query":"%s"}' % ("ü" * 2_900)
    assert len(umlauts.encode()) > 3_000
    assert account.client.post(path, content=umlauts.encode()).status_code == 200


@settings(max_examples=30, deadline=None)
@given(st.lists(st.floats(0.001, 20), min_size=5, max_size=40))
def test_a_walk_by_time_sees_every_record(gaps: list[float]) -> None:
    """Keyset paging on the modified date, from the last time seen on, that time included."""
    account = Account()
    made = []
    for number, gap in enumerate(gaps):
        account.hubspot.clock.advance(gap)
        made.append(account.create(email=f"u{number}@example.com"))
    seen: dict[str, None] = {}
    since, before = "2026-11-02T00:00:00Z", -1
    while len(seen) > before:
        before = len(seen)
        page = account.search(limit=3, sorts=["lastmodifieddate"], **only("lastmodifieddate", "GTE", value=since))[
            "results"
        ]
        for result in page:
            seen[result["id"]] = None
            since = result["properties"]["lastmodifieddate"]
    assert list(seen) == made
