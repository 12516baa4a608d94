"""What a search finds: every operator, groups, associations, text; and what it refuses."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.clock import epoch_ms
from tests.sandbox.hubspot.searching import Account, only


@pytest.fixture
def account() -> Iterator[Account]:
    made = Account()
    with made.client:
        yield made


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
    ("query", "inside", "start"),
    [
        ("jane", "a", "a"),
        ("JA", "a", "a"),
        ("example", "ab", "ab"),
        ("jane doe", "a", "a"),
        ("jane roe", "", ""),
        ("bonn", "", ""),
        ("jd@", "a", "a"),
        ("an", "ab", ""),
    ],
)
def test_query_looks_for_each_word(query: str, inside: str, start: str) -> None:
    for setting, found in (("inside", inside), ("start", start)):
        account = Account(query_matches=setting)
        made = {
            account.create(firstname="Jane", lastname="Doe", email="jd@example.com", city="Bonn"): "a",
            account.create(firstname="Joan", lastname="Roe", email="jr@example.com", city="Kiel"): "b",
        }
        assert "".join(made[id_] for id_ in account.ids(query=query)) == found


def test_query_and_filters_must_both_hold(account: Account) -> None:
    account.create(firstname="Jane", city="Bonn")
    kiel = account.create(firstname="Jane", city="Kiel")
    assert account.ids(query="jane", **only("city", "EQ", value="Kiel")) == [kiel]


def test_where_query_looks_for_orders_nobody_wrote_down(account: Account) -> None:
    assert account.post("orders", query="x").status_code == 501
    assert account.search("orders", query="")["total"] == 0


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


def test_filters_outside_of_groups_are_one_group(account: Account) -> None:
    account.create(email="jane@example.com", city="Bonn")
    kiel = account.create(email="joan@example.com", city="Kiel")
    filters = [
        {"propertyName": "city", "operator": "EQ", "value": "Kiel"},
        {"propertyName": "email", "operator": "HAS_PROPERTY"},
    ]
    assert account.ids(filters=filters) == [kiel]
    assert account.post(filters=filters, filterGroups=[{"filters": filters}]).status_code == 501


@pytest.mark.parametrize(
    ("kind", "name"),
    [("contacts", "hs_searchable_calculated_phone_number"), ("orders", "hs_is_canceled"), ("line_items", "hs_arr")],
)
def test_what_hubspot_alone_fills_cannot_be_searched_by(account: Account, kind: str, name: str) -> None:
    """Such a search would find nothing, and look as if there were nothing."""
    assert account.post(kind, **only(name, "HAS_PROPERTY")).status_code == 501
    assert account.post(kind, sorts=[name]).status_code == 501


def test_links_to_objects_that_are_not_there_cannot_be_searched_by(account: Account) -> None:
    assert account.post(**only("associations.deal", "EQ", value="1")).status_code == 501
    assert "does not exist" in account.refused(**only("associations.unicorn", "EQ", value="1"))


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
