"""Search: every operator, its limits, its pages, and that it knows less than a read does."""

from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.clock import epoch_ms
from sandbox.hubspot.simulator import HubSpot
from sandbox.mounts import Transport


class Account:
    """A HubSpot account whose searches never come too fast."""

    def __init__(self, **switches: str) -> None:
        self.hubspot = HubSpot(switches={"search_lag": "0"} | switches)
        self.client = httpx.Client(
            transport=Transport(self.hubspot),
            base_url="https://api.hubapi.com",
            headers={"Authorization": f"Bearer {self.hubspot.app.token}"},
        )

    def create(self, object_type: str = "contacts", **values: str) -> str:
        return str(self.hubspot.actions["create"](object_type, values)["id"])

    def post(self, object_type: str = "contacts", /, **body: Any) -> httpx.Response:
        self.hubspot.clock.advance(0.25)
        return self.client.post(f"/crm/objects/2026-09/{object_type}/search", json=body)

    def search(self, object_type: str = "contacts", /, **body: Any) -> Any:
        response = self.post(object_type, **body)
        assert response.status_code == 200, response.text
        return response.json()

    def ids(self, object_type: str = "contacts", /, **body: Any) -> list[str]:
        return [result["id"] for result in self.search(object_type, **body)["results"]]

    def found(self, name: str, operator: str, object_type: str = "contacts", /, **values: Any) -> list[str]:
        return self.ids(object_type, **only(name, operator, **values))

    def refused(self, object_type: str = "contacts", /, **body: Any) -> str:
        response = self.post(object_type, **body)
        assert response.status_code == 400, response.text
        assert response.json()["category"] == "VALIDATION_ERROR"
        return str(response.json()["message"])


def only(name: str, operator: str, **values: Any) -> dict[str, Any]:
    return {"filterGroups": [{"filters": [{"propertyName": name, "operator": operator, **values}]}]}


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


@pytest.mark.parametrize(
    ("operator", "values", "found"),
    [
        ("EQ", {"value": "10"}, "b"),
        ("EQ", {"value": "10.00"}, "b"),
        ("NEQ", {"value": "10"}, "ac"),
        ("LT", {"value": "10"}, "a"),
        ("LTE", {"value": "10"}, "ab"),
        ("GT", {"value": "9.99"}, "bc"),
        ("GTE", {"value": "10"}, "bc"),
        ("BETWEEN", {"value": "9", "highValue": "10"}, "ab"),
        ("IN", {"values": ["9", "100.0"]}, "ac"),
        ("NOT_IN", {"values": ["9"]}, "bc"),
        ("HAS_PROPERTY", {}, "abc"),
        ("NOT_HAS_PROPERTY", {}, "d"),
    ],
)
def test_numbers_are_compared_as_numbers(account: Account, operator: str, values: dict[str, Any], found: str) -> None:
    made = {
        account.create("companies", name=name, **({"numberofemployees": number} if number else {})): name
        for name, number in (("a", "9"), ("b", "10"), ("c", "100"), ("d", ""))
    }
    ids = account.found("numberofemployees", operator, "companies", **values)
    assert "".join(made[id_] for id_ in ids) == found


@pytest.mark.parametrize(
    ("operator", "values", "found"),
    [
        ("EQ", {"value": "bonn"}, "a"),
        ("EQ", {"value": "BONN"}, "a"),
        ("NEQ", {"value": "Bonn"}, "b"),
        ("IN", {"values": ["bonn"]}, "a"),
        ("IN", {"values": ["Bonn"]}, ""),
        ("NOT_IN", {"values": ["bonn"]}, "b"),
        ("NOT_IN", {"values": ["Bonn"]}, "ab"),
        ("CONTAINS_TOKEN", {"value": "bonn"}, "a"),
        ("CONTAINS_TOKEN", {"value": "Fr*"}, "b"),
        ("CONTAINS_TOKEN", {"value": "main frankfurt"}, "b"),
        ("CONTAINS_TOKEN", {"value": "frank"}, ""),
        ("NOT_CONTAINS_TOKEN", {"value": "main"}, "a"),
        ("HAS_PROPERTY", {}, "ab"),
        ("NOT_HAS_PROPERTY", {}, "c"),
    ],
)
def test_text_is_compared_whatever_its_case_but_in_wants_lower(
    account: Account, operator: str, values: dict[str, Any], found: str
) -> None:
    made = {
        account.create(firstname=name, **({"city": city} if city else {})): name
        for name, city in (("a", "Bonn"), ("b", "Frankfurt am Main"), ("c", ""))
    }
    assert "".join(made[id_] for id_ in account.found("city", operator, **values)) == found


def test_options_are_case_sensitive(account: Account) -> None:
    id_ = account.create(email="jane@example.com", lifecyclestage="lead")
    assert account.found("lifecyclestage", "EQ", value="lead") == [id_]
    assert account.found("lifecyclestage", "IN", values=["lead", "customer"]) == [id_]
    assert account.found("lifecyclestage", "EQ", value="Lead") == []
    assert account.found("lifecyclestage", "IN", values=["Lead"]) == []


@pytest.mark.parametrize(
    ("operator", "value", "found"),
    [
        ("GTE", "2026-11-02T10:00:00Z", True),
        ("GT", "2026-11-02T10:00:00Z", False),
        ("LTE", "2026-11-02T11:00:00+01:00", True),
        ("EQ", "2026-11-02T10:00:00.000Z", True),
        ("GTE", "2026-11-02", True),
        ("LT", "2026-11-03", True),
        ("GTE", "2026-11-03", False),
    ],
)
def test_moments_are_compared_as_moments(account: Account, operator: str, value: str, found: bool) -> None:
    account.create("orders", hs_order_name="#1", hs_processed_date="2026-11-02T10:00:00Z")
    assert bool(account.found("hs_processed_date", operator, "orders", value=value)) is found


def test_moments_may_be_given_in_milliseconds(account: Account) -> None:
    id_ = account.create(email="jane@example.com")
    at = epoch_ms(account.hubspot.clock.now)
    assert account.found("lastmodifieddate", "EQ", value=str(at)) == [id_]
    assert account.found("lastmodifieddate", "GTE", value=str(at + 1)) == []
    assert account.found("lastmodifieddate", "BETWEEN", value=str(at - 5), highValue=str(at)) == [id_]


@pytest.mark.parametrize("setting", ["no", "yes"])
def test_whether_a_negation_finds_what_has_no_value_is_a_switch(setting: str) -> None:
    account = Account(search_negation_sees_empty=setting)
    account.create(firstname="a", city="Bonn")
    empty = account.create(firstname="b")
    for operator, values in (
        ("NEQ", {"value": "Bonn"}),
        ("NOT_IN", {"values": ["bonn"]}),
        ("NOT_CONTAINS_TOKEN", {"value": "Bonn"}),
    ):
        assert account.found("city", operator, **values) == ([empty] if setting == "yes" else [])


def test_filters_of_a_group_must_all_hold_and_any_group_will_do(account: Account) -> None:
    both = account.create(firstname="Jane", city="Bonn")
    other = account.create(firstname="Joan", city="Bonn")
    account.create(firstname="Jane", city="Kiel")
    jane = {"propertyName": "firstname", "operator": "EQ", "value": "Jane"}
    bonn = {"propertyName": "city", "operator": "EQ", "value": "Bonn"}
    joan = {"propertyName": "firstname", "operator": "EQ", "value": "Joan"}
    assert account.ids(filterGroups=[{"filters": [jane, bonn]}]) == [both]
    assert account.ids(filterGroups=[{"filters": [jane, bonn]}, {"filters": [joan]}]) == [both, other]


def test_associated_records_can_be_asked_for(account: Account) -> None:
    person = account.create(email="jane@example.com")
    theirs = account.create("orders", hs_order_name="#1")
    loose = account.create("orders", hs_order_name="#2")
    account.hubspot.actions["associate"]("orders", theirs, "contacts", person)
    assert account.found("associations.contact", "EQ", "orders", value=person) == [theirs]
    assert account.found("associations.contact", "IN", "orders", values=[person, "1"]) == [theirs]
    assert account.found("associations.contact", "NEQ", "orders", value=person) == [loose]
    assert account.found("associations.contact", "HAS_PROPERTY", "orders") == [theirs]
    assert account.found("associations.contact", "NOT_HAS_PROPERTY", "orders") == [loose]
    assert account.found("associations.contact", "EQ", "orders", value="1") == []
    assert "does not exist" in account.refused("orders", **only("associations.unicorn", "HAS_PROPERTY"))
    assert account.refused("orders", **only("associations.contact", "GT", value=person))


def test_a_secondary_address_is_found_by_its_own_property_only(account: Account) -> None:
    id_ = account.create(email="jane@example.com", hs_additional_emails="j.doe@example.org;jd@example.net")
    assert account.found("email", "EQ", value="jane@example.com") == [id_]
    assert account.found("email", "EQ", value="j.doe@example.org") == []
    assert account.found("hs_additional_emails", "CONTAINS_TOKEN", value="j.doe@example.org") == [id_]
    assert account.found("hs_additional_emails", "CONTAINS_TOKEN", value="*@example.net") == [id_]
    assert account.found("hs_additional_emails", "CONTAINS_TOKEN", value="doe@example.org") == []


@pytest.mark.parametrize(
    ("query", "found"),
    [("jane", "a"), ("JA", "a"), ("example", "ab"), ("jane doe", "a"), ("jane roe", ""), ("bonn", ""), ("jd@", "")],
)
def test_query_looks_for_words_that_begin_so(account: Account, query: str, found: str) -> None:
    made = {
        account.create(firstname="Jane", lastname="Doe", email="jd@example.com", city="Bonn"): "a",
        account.create(firstname="Joan", lastname="Roe", email="jr@example.com", city="Kiel"): "b",
    }
    expected = "a" if query == "jd@" else found
    assert "".join(made[id_] for id_ in account.ids(query=query)) == expected


def test_query_and_filters_must_both_hold(account: Account) -> None:
    account.create(firstname="Jane", city="Bonn")
    kiel = account.create(firstname="Jane", city="Kiel")
    assert account.ids(query="jane", **only("city", "EQ", value="Kiel")) == [kiel]


def test_where_query_looks_for_orders_nobody_wrote_down(account: Account) -> None:
    assert account.post("orders", query="x").status_code == 501
    assert account.search("orders", query="")["total"] == 0


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


@pytest.mark.parametrize(
    "filter_",
    [
        {"propertyName": "no_such_thing", "operator": "EQ", "value": "x"},
        {"operator": "EQ", "value": "x"},
        {"propertyName": "city", "value": "x"},
        {"propertyName": "city", "operator": "LIKE", "value": "x"},
        {"propertyName": "city", "operator": "EQ"},
        {"propertyName": "city", "operator": "EQ", "values": ["x"]},
        {"propertyName": "city", "operator": "IN", "value": "x"},
        {"propertyName": "city", "operator": "IN", "values": []},
        {"propertyName": "lastmodifieddate", "operator": "BETWEEN", "value": "1"},
        {"propertyName": "lastmodifieddate", "operator": "GTE", "value": "yesterday"},
        {"propertyName": "lastmodifieddate", "operator": "GTE", "value": "9" * 30},
        {"propertyName": "hs_object_id", "operator": "GT", "value": "x"},
        {"propertyName": "hs_object_id", "operator": "GT", "value": "NaN"},
        {"propertyName": "city", "operator": "EQ", "value": {"x": 1}},
        {"propertyName": "city", "operator": "EQ", "value": True},
    ],
)
def test_a_filter_that_cannot_be_is_refused(account: Account, filter_: dict[str, Any]) -> None:
    account.create(email="jane@example.com", city="Bonn")
    assert account.refused(filterGroups=[{"filters": [filter_]}])


def test_an_unknown_property_is_named(account: Account) -> None:
    response = account.post(**only("no_such_thing", "HAS_PROPERTY"))
    assert response.json()["errors"][0]["context"]["propertyName"] == ["no_such_thing"]


def test_unknown_keys_are_ignored_and_then_everything_is_found(account: Account) -> None:
    id_ = account.create(email="jane@example.com")
    assert account.ids(filterGroup=[{"filters": [{"propertyName": "email", "operator": "EQ", "value": "x"}]}]) == [id_]


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


def test_an_unknown_object_type_is_400(account: Account) -> None:
    assert "Unable to infer object type" in account.refused("unicorns")


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(-5, 5), min_size=1, max_size=12), st.integers(-6, 6))
def test_operators_agree_with_arithmetic(numbers: list[int], bound: int) -> None:
    account = Account()
    made = {account.create("companies", name="x", numberofemployees=str(n)): n for n in numbers}
    expected: dict[str, Callable[[int], bool]] = {
        "EQ": lambda n: n == bound,
        "NEQ": lambda n: n != bound,
        "LT": lambda n: n < bound,
        "LTE": lambda n: n <= bound,
        "GT": lambda n: n > bound,
        "GTE": lambda n: n >= bound,
    }
    for operator, holds in expected.items():
        found = account.ids("companies", limit=100, **only("numberofemployees", operator, value=str(bound)))
        assert found == [id_ for id_, n in made.items() if holds(n)], operator


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
