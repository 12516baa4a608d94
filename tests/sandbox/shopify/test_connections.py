"""Cursor paging: cursors as Shopify writes them, pages by position, refusals."""

import base64
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from graphql import GraphQLError
from hypothesis import given
from hypothesis import strategies as st

from sandbox.shopify.api.connections import (
    Connection,
    Order,
    by_id,
    by_indexed_instant,
    by_instant,
    by_number,
    by_position,
    by_text,
    by_words,
    connection,
)

NOON = datetime(2026, 7, 3, 12, tzinfo=UTC)


@dataclass
class Row:
    legacy_resource_id: str
    value: Any = None


def rows(*values: Any) -> list[Row]:
    return [Row(str(number), value) for number, value in enumerate(values, 1)]


def ids(found: Connection) -> list[int]:
    return [int(row.legacy_resource_id) for row in found.nodes]


def own_value(row: Row) -> Any:
    return row.value


@pytest.mark.parametrize(
    ("order", "row", "text"),
    [
        # each as recorded: customers-sort-keys, webhook-subscription-list-connection, order-catalog-count-read, …
        (by_id(), Row("9522206933298"), '{"last_id":9522206933298,"last_value":"9522206933298"}'),
        (
            by_number(lambda row: int(row.legacy_resource_id)),
            Row("19924909883698"),
            '{"last_id":19924909883698,"last_value":19924909883698}',
        ),
        (
            by_instant(own_value),
            Row("8837991727410", datetime(2026, 6, 22, 22, 34, 0, 609_599, tzinfo=UTC)),
            '{"last_id":8837991727410,"last_value":"2026-06-22 22:34:00.609599"}',
        ),
        (
            by_indexed_instant(own_value),
            Row("8837991727410", datetime(2026, 6, 22, 22, 34, 0, 609_599, tzinfo=UTC)),
            '{"last_id":8837991727410,"last_value":1782167640000}',
        ),
        (by_text(own_value), Row("10540713410866", ", "), '{"last_id":10540713410866,"last_value":", "}'),
        (
            by_words(own_value),
            Row("10540294046002", ["canada", "ontario", "ottawa"]),
            '{"last_id":10540294046002,"last_value":["canada","ontario","ottawa"]}',
        ),
        (by_position(own_value), Row("51488193315122", 1), '{"last_id":51488193315122,"last_value":"1"}'),
    ],
)
def test_cursors_are_written_as_recorded(order: Order, row: Row, text: str) -> None:
    [edge] = connection([row], order, first=1).edges
    assert base64.b64decode(edge.cursor).decode() == text


def test_pages_follow_one_another_both_ways() -> None:
    twelve = rows(*range(12))
    first = connection(twelve, first=5)
    assert ids(first) == [1, 2, 3, 4, 5]
    assert (first.page_info.has_next_page, first.page_info.has_previous_page) == (True, False)
    second = connection(twelve, first=5, after=first.page_info.end_cursor)
    assert ids(second) == [6, 7, 8, 9, 10]
    assert (second.page_info.has_next_page, second.page_info.has_previous_page) == (True, True)
    back = connection(twelve, last=3, before=second.page_info.start_cursor)
    assert ids(back) == [3, 4, 5]
    assert (back.page_info.has_next_page, back.page_info.has_previous_page) == (True, True)
    end = connection(twelve, last=2)
    assert ids(end) == [11, 12]
    assert (end.page_info.has_next_page, end.page_info.has_previous_page) == (False, True)


def test_reverse_turns_the_list_and_what_after_means() -> None:
    twelve = rows(*range(12))
    page = connection(twelve, first=2, reverse=True)
    assert ids(page) == [12, 11]
    assert ids(connection(twelve, first=2, after=page.page_info.end_cursor, reverse=True)) == [10, 9]
    assert ids(connection(twelve, last=1, before=page.page_info.end_cursor, reverse=True)) == [12]


def test_an_empty_page_has_no_cursors() -> None:
    page = connection([], first=5)
    assert page.nodes == page.edges == []
    assert (page.page_info.start_cursor, page.page_info.end_cursor) == (None, None)
    assert not page.page_info.has_next_page


def test_rows_without_a_value_come_first_and_have_a_cursor() -> None:
    some = rows("b", None, "a", None)
    page = connection(some, by_text(own_value), first=3)
    assert ids(page) == [2, 4, 3]
    assert ids(connection(some, by_text(own_value), first=9, after=page.edges[0].cursor)) == [4, 3, 1]


def test_a_row_touched_meanwhile_moves_behind_the_cursor() -> None:
    some = rows(*(NOON + timedelta(seconds=n) for n in range(4)))
    order = by_instant(own_value)
    page = connection(some, order, first=2)
    some[0].value = NOON + timedelta(minutes=5)
    assert ids(connection(some, order, first=9, after=page.page_info.end_cursor)) == [3, 4, 1]


def test_the_row_of_a_cursor_may_be_gone() -> None:
    some = rows(*range(5))
    cursor = connection(some, first=2).page_info.end_cursor
    assert ids(connection([row for row in some if row.legacy_resource_id != "2"], first=2, after=cursor)) == [3, 4]


def test_amounts_sort_as_numbers() -> None:
    some = rows(Decimal("9.5"), Decimal(10), Decimal(-1))
    page = connection(some, by_number(own_value), first=2)
    assert ids(page) == [3, 1]
    assert ids(connection(some, by_number(own_value), first=2, after=page.page_info.end_cursor)) == [2]


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({}, "you must provide one of first or last"),  # captured
        ({"first": 1, "last": 1}, "providing both first and last is not supported"),  # captured
        ({"first": 251}, "first cannot exceed 250"),
        ({"last": -1}, "last cannot be negative"),
        ({"first": 1, "after": "nonsense"}, "Invalid cursor for current pagination sort."),
        ({"first": 1, "after": ""}, "Invalid cursor for current pagination sort."),
        (
            {"first": 1, "before": base64.b64encode(b'{"last_id":1}').decode()},
            "Invalid cursor for current pagination sort.",
        ),
    ],
)
def test_impossible_pages_are_refused(asked: dict[str, Any], message: str) -> None:
    with pytest.raises(GraphQLError) as refused:
        connection(rows(1), **asked)
    assert refused.value.message == message
    assert refused.value.extensions == {"code": "BAD_REQUEST"}


@pytest.mark.parametrize("other", [by_id(), by_number(own_value), by_indexed_instant(own_value)])
def test_a_cursor_of_another_sort_key_is_refused(other: Order) -> None:
    cursor = connection(rows(NOON), by_instant(own_value), first=1).page_info.end_cursor
    with pytest.raises(GraphQLError, match="Invalid cursor"):
        connection(rows(1), other, first=1, after=cursor)


@given(
    values=st.lists(st.one_of(st.none(), st.integers(0, 5)), max_size=30),
    size=st.integers(1, 7),
    reverse=st.booleans(),
    backward=st.booleans(),
)
def test_walking_all_pages_meets_every_row_once(
    values: list[int | None], size: int, reverse: bool, backward: bool
) -> None:
    some = rows(*values)
    whole = connection(some, by_number(own_value), first=250, reverse=reverse).nodes
    met: list[Row] = []
    cursor: str | None = None
    while True:
        step: dict[str, Any] = {"last": size, "before": cursor} if backward else {"first": size, "after": cursor}
        page = connection(some, by_number(own_value), reverse=reverse, **step)
        met = [*page.nodes, *met] if backward else [*met, *page.nodes]
        more = page.page_info.has_previous_page if backward else page.page_info.has_next_page
        if not more:
            break
        cursor = page.page_info.start_cursor if backward else page.page_info.end_cursor
    assert met == whole
    assert len(whole) == len(values)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.just("nan"),
    lambda inner: st.lists(inner, max_size=3),
)
ORDERS = {
    "id": (by_id(), [Row("1")]),
    "number": (by_number(own_value), rows(1, Decimal("2.5"))),
    "text": (by_text(own_value), rows("a", None)),
    "words": (by_words(own_value), rows(["a", "b"])),
    "position": (by_position(own_value), rows(1, 2)),
    "instant": (by_instant(own_value), rows(NOON)),
    "indexed": (by_indexed_instant(own_value), rows(NOON)),
}


@pytest.mark.parametrize("name", ORDERS)
@given(stated=st.fixed_dictionaries({"last_id": JSON, "last_value": JSON}) | JSON)
def test_any_cursor_is_a_place_or_is_refused(name: str, stated: Any) -> None:
    order, some = ORDERS[name]
    cursor = base64.b64encode(json.dumps(stated).encode()).decode()
    try:
        assert len(connection(some, order, first=5, after=cursor).nodes) <= len(some)
    except GraphQLError as refused:
        assert refused.message.startswith("Invalid cursor")  # noqa: PT017  either outcome is right


def test_cursors_are_not_worked_out_for_nodes_alone() -> None:
    def never(_value: Any) -> Any:
        raise AssertionError("nobody asked for a cursor")

    write: Callable[[Any], Any] = never
    assert ids(connection(rows(1, 2), Order(own_value, write, int), first=2)) == [1, 2]
