"""Search: the syntax, how each kind of field matches, what is ignored with a warning, and the index that lags."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from graphql import GraphQLError
from hypothesis import given
from hypothesis import strategies as st

from sandbox.shopify.api.search import Exact, Filters, Flag, Id, Instant, Number, Text
from sandbox.shopify.api.search_syntax import parse
from sandbox.shopify.api.searching import Search, prepare
from sandbox.shopify.shop import Table
from sandbox.shopify.simulator import Shopify
from tests.sandbox.shopify.front import Front

FILTERS: Filters = {
    "default": Text(),
    "id": Id(),
    "created_at": Instant(),
    "email": Text(),
    "name": Exact(),
    "orders_count": Number(),
    "tag": Exact(),
    "test": Flag(),
    "updated_at": Instant(days="customer_updated_at"),
}
ADA = {
    "default": ["Ada Lovelace", "ada@example.com"],
    "created_at": datetime(2026, 10, 5, 6, 30, tzinfo=UTC),  # the evening before in Los Angeles
    "email": "ada.lovelace@mail.example.com",
    "name": "#1042",
    "orders_count": 3,
    "tag": ("VIP", "early bird"),
    "test": False,
    "updated_at": datetime(2026, 10, 5, 6, 30, tzinfo=UTC),
}
NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)
GID = "gid://shopify/Customer/77"


SHOP = Shopify().shop


def prepared(query: str, switches: Mapping[str, str] | None = None, *, strict: bool = False) -> Search:
    found = prepare(query, FILTERS, Shopify(switches=switches).shop, strict=strict)
    assert found is not None
    return found


def matches(query: str, **switches: str) -> bool:
    return prepared(query, switches).matches("77", ADA)


@pytest.mark.parametrize(
    ("query", "parsed"),
    [
        ("VIP", {"field": "default", "match_all": "VIP"}),
        ('"sale shopper"', {"field": "default", "match_phrase": "sale shopper"}),
        ("a b", {"and": [{"field": "default", "match_all": "a"}, {"field": "default", "match_all": "b"}]}),
        ("a AND b", {"and": [{"field": "default", "match_all": "a"}, {"field": "default", "match_all": "b"}]}),
        ("-a", {"not": {"field": "default", "match_all": "a"}}),
        ("NOT a", {"not": {"field": "default", "match_all": "a"}}),
        ("state:x OR tag:y", {"or": [{"field": "state", "match_all": "x"}, {"field": "tag", "match_all": "y"}]}),
        ("n:>=4", {"field": "n", "range": {"gte": "4"}}),
        ("n: <'2024-01-01'", {"field": "n", "range": {"lt": "2024-01-01"}}),
        ("email:*", {"field": "email", "exists": True}),
        ("How*", {"field": "default", "prefix": "How"}),
        (r"tag:a\:b", {"field": "tag", "match_all": "a:b"}),
        (r"tag:'it\'s'", {"field": "tag", "match_phrase": "it's"}),
        (
            "(a OR b) -c",
            {
                "and": [
                    {"or": [{"field": "default", "match_all": "a"}, {"field": "default", "match_all": "b"}]},
                    {"not": {"field": "default", "match_all": "c"}},
                ]
            },
        ),
        (
            "a b OR c",
            {
                "or": [
                    {"and": [{"field": "default", "match_all": "a"}, {"field": "default", "match_all": "b"}]},
                    {"field": "default", "match_all": "c"},
                ]
            },
        ),
    ],
)
def test_syntax(query: str, parsed: dict[str, Any]) -> None:
    tree = parse(query)
    assert tree is not None
    assert tree.parsed() == parsed


@pytest.mark.parametrize("query", ["", "   ", "()", "AND OR", "tag:", "-", "((("])
def test_what_cannot_be_read_does_no_harm(query: str) -> None:
    tree = parse(query)
    assert tree is None or tree.parsed() == {"field": "default", "match_all": "-"}


@given(st.text(st.sampled_from("ab:<>=-*()'\"\\ ,.ORNTAD0123456789T@"), max_size=60))
def test_any_text_is_a_query(text: str) -> None:
    search = prepare(text, FILTERS, SHOP)
    assert search is None or search.matches("77", ADA) in {True, False}


@given(
    st.sampled_from(sorted(FILTERS)),
    st.sampled_from(["", ">", ">=", "<", "<="]),
    st.text(st.characters(exclude_characters="'\\"), max_size=12)
    | st.from_regex(r"[0-9]{4}(-[0-9]{2}(-[0-9]{2}(T[0-9]{2}(:[0-9]{2})?(\+14:00)?)?)?)?", fullmatch=True)
    | st.sampled_from(["nan", "-inf", "1e999999", "9999", "0001-01-01T00:00:00+14:00", "9" * 5_000, "9999-12-31"]),
)
def test_any_value_of_any_field_is_compared_or_warned_of(field: str, comparator: str, value: str) -> None:
    search = prepared(f"{field}:{comparator}'{value}'")
    assert search.warnings or search.matches("77", ADA) in {True, False}


@pytest.mark.parametrize("opening", ["(", "-(", "NOT "])
def test_a_query_nested_beyond_measure_is_read_as_far_as_may_be(opening: str) -> None:
    assert prepared(opening * 5_000 + "tag:vip").matches("77", ADA) in {True, False}


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("lovelace ada", True),  # words of the default fields, in any order
        ("ada AND nobody", False),
        ("ada OR nobody", True),
        ('"ada lovelace"', True),
        ('"lovelace ada"', False),
        ("Love*", True),
        ("-ada", False),
        ("NOT nobody", True),
        ("tag:vip", True),  # letter case does not count
        ("tag:early", False),  # the whole tag
        ("tag:'early bird'", True),
        ("tag:ear*", True),
        ("tag:gold,VIP", True),  # any of
        ("tag:'gold,VIP'", False),  # a quoted comma is a comma
        ("tag_not:vip", False),
        ("tag_not:gold", True),
        ("-(tag:vip OR tag:gold)", False),
        ("name:1042", False),
        ("name:'#1042'", True),
        ("email:example.com", True),  # tokenised: unquoted words, wherever they stand
        ("email:com.example", True),
        ("email:'example.com'", True),
        ("email:'com.example'", False),  # quoted: one after another, still not the whole address
        ("email:lovelace@mail.example.com", True),
        ("email:*", True),
        ("orders_count:3", True),
        ("orders_count:>3", False),
        ("orders_count:>=3 orders_count:<4", True),
        ("test:false", True),
        ("test:true", False),
        ("id:77", True),
        (f"id:'{GID}'", True),
        ("id:>76", True),
        ("id:1,77", True),
        ("id:<77", False),
        ("created_at:'2026-10-05T06:30:00Z'", True),
        ("created_at:>'2026-10-05T06:30:00Z'", False),
        ("created_at:>='2026-10-05T06:30:00Z'", True),
        ("created_at:<='2026-10-05T08:30:00+02:00'", True),
        ("created_at:'2026-10-04T23:30:00'", True),  # without a zone: shop time
        ("created_at:2026-10-04", True),  # the shop's day
        ("created_at:>2026-10-04", False),  # after that day
        ("created_at:<=2026-10-04", True),
        ("created_at:2026-10", True),
        ("created_at:<=2026", True),
        ("created_at:<now", True),
        ("created_at:*", True),
    ],
)
def test_matching(query: str, found: bool) -> None:
    assert matches(query) is found


def test_a_date_may_stand_for_its_first_moment() -> None:
    assert not matches("created_at:<=2026-10-04", search_day="midnight")
    assert matches("created_at:>2026-10-04", search_day="midnight")


@pytest.mark.parametrize(
    ("query", "by_day", "by_instant"),
    [
        ("updated_at:>='2026-10-05T06:59:00Z'", True, False),
        ("updated_at:>'2026-10-05T06:29:00Z'", False, True),
        ("updated_at:<'2026-10-05T06:59:00Z'", False, True),
    ],
)
def test_customers_are_filtered_by_day_or_by_instant(query: str, by_day: bool, by_instant: bool) -> None:
    assert matches(query, customer_updated_at="day") is by_day
    assert matches(query, customer_updated_at="instant") is by_instant


def test_a_missing_value_matches_no_term_but_its_denial() -> None:
    bare: dict[str, Any] = {"email": None, "tag": ()}
    for query, found in (("email:*", False), ("-email:*", True), ("tag:vip", False), ("tag_not:vip", True)):
        assert prepared(query).matches("1", bare) is found


def test_an_unknown_field_is_ignored_with_a_warning_so_that_all_match() -> None:
    search = prepared("moon:full")
    assert search.matches("1", {})
    assert search.warnings == [
        {"field": "moon", "message": "Invalid search field for this query.", "code": "invalid_field"}
    ]


def test_an_unknown_field_takes_only_itself_out() -> None:
    assert not prepared("moon:full tag:gold").matches("77", ADA)
    assert prepared("moon:full OR tag:vip").matches("77", ADA)
    assert not prepared("moon:full OR tag:gold").matches("77", ADA)
    assert prepared("-moon:full").matches("77", ADA)


def test_an_unquoted_time_of_day_falls_apart() -> None:
    """The colons end the value; what follows is read as a field that nobody knows (seen live by third parties)."""
    search = prepared("updated_at:>=2026-09-25T02:45:22Z")
    assert [warning["field"] for warning in search.warnings] == ["45"]
    assert search.matches("77", ADA)


def test_a_value_that_cannot_be_read_is_a_warning_in_the_index_and_an_error_in_the_database() -> None:
    assert prepared("created_at:>=soon").warnings[0]["field"] == "created_at"
    with pytest.raises(GraphQLError) as refused:
        prepared("created_at:>=not-a-date", strict=True)
    assert refused.value.message == "Invalid timestamp for query filter `created_at`."  # captured
    assert refused.value.extensions == {"code": "BAD_REQUEST"}


def test_a_metafield_that_is_not_filterable_is_an_error() -> None:
    with pytest.raises(GraphQLError, match="not filterable"):
        prepared("metafields.custom.tier:gold")


CUSTOMER = (
    "mutation($input: CustomerInput!) { customerCreate(input: $input) { customer { id } userErrors { message } } }"
)
LIST = "query($query: String) { customers(first: 5, query: $query) { nodes { id email } } }"


def made(front: Front, **given: Any) -> str:
    return str(front.ask(CUSTOMER, {"input": given})["customerCreate"]["customer"]["id"])


def found(front: Front, query: str | None) -> list[str]:
    return [node["id"] for node in front.ask(LIST, {"query": query})["customers"]["nodes"]]


def test_search_lags_behind_writes_and_plain_lists_do_not() -> None:
    front = Front({"search_lag": "1-20"})
    one = made(front, email="lag@example.com", tags=["fresh"])
    assert found(front, None) == [one]
    assert found(front, "tag:fresh") == []
    assert found(front, f"id:{one.rpartition('/')[2]}") == [one]  # ids are looked up, not searched for (captured)
    front.wait(20)
    assert found(front, "tag:fresh") == [one]


def test_a_slow_index_write_does_not_undo_a_quick_later_one() -> None:
    table: Table[Any] = Table(lambda row: {"tag": row.tags})
    first, later = (
        SimpleNamespace(legacy_resource_id="1", tags=("a",)),
        SimpleNamespace(legacy_resource_id="1", tags=()),
    )
    table.put(first, NOON, NOON + timedelta(seconds=20))
    table.put(later, NOON, NOON + timedelta(seconds=5))
    assert table.searchable(NOON) == {}
    assert table.searchable(NOON + timedelta(seconds=5)) == {"1": {"tag": ()}}
    assert table.searchable(NOON + timedelta(seconds=30)) == {"1": {"tag": ()}}


def test_what_search_finds_is_shown_as_it_is_now() -> None:
    front = Front({"search_lag": "1-20"})
    one = made(front, email="before@example.com", tags=["kept"])
    front.wait(20)
    update = "mutation($input: CustomerInput!) { customerUpdate(input: $input) { userErrors { message } } }"
    front.ask(update, {"input": {"id": one, "email": "after@example.com"}})
    assert front.ask(LIST, {"query": "email:'before@example.com'"})["customers"]["nodes"] == [
        {"id": one, "email": "after@example.com"}
    ]


def test_a_deleted_record_is_skipped_though_the_index_still_names_it() -> None:
    front = Front({"search_lag": "0"})
    one = made(front, email="gone@example.com", tags=["gone"])
    front.shopify.switches.set("search_lag", "1-20")
    delete = "mutation($id: ID!) { customerDelete(input: {id: $id}) { userErrors { message } } }"
    front.ask(delete, {"id": one})
    assert found(front, "tag:gone") == []


def test_warnings_are_told_in_the_answer() -> None:
    answer = Front().post('{ all: customers(first: 1, query: "moon:full") { nodes { id } } }').json()
    assert answer["extensions"]["search"] == [
        {
            "path": ["all"],
            "query": "moon:full",
            "parsed": {"field": "moon", "match_all": "full"},
            "warnings": [{"field": "moon", "message": "Invalid search field for this query.", "code": "invalid_field"}],
        }
    ]


def test_how_a_query_was_read_is_told_on_request() -> None:
    query = '{ customers(first: 1, query: "tag:vip") { nodes { id } } }'
    assert "search" not in Front().post(query).json()["extensions"]
    answer = Front().post(query, headers={"Shopify-Search-Query-Debug": "1"}).json()
    assert answer["extensions"]["search"] == [
        {"path": ["customers"], "query": "tag:vip", "parsed": {"field": "tag", "match_all": "vip"}}
    ]
