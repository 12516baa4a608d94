"""Cursor paging: sorted rows and first, last, after, before, reverse become a connection.

A domain resolver calls one of

    connection(rows, by_id(), **page)                     a list of records, small or big
    listings.listing(shop, table, filters, info, ...)     a root list with `query` and `sortKey`

where `page` holds any of first, last, after, before, reverse, as Shopify's arguments give them.
"""

import base64
import json
import sys
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from itertools import islice
from typing import Any, NamedTuple

from graphql import GraphQLError

from sandbox.clock import epoch_ms
from sandbox.shopify.api.context import top_level_error

MAX_PAGE = 250
WHOLE: ContextVar[bool] = ContextVar("whole", default=False)
"""Set while a bulk operation reads: a connection without a page size is given whole."""


class Key(NamedTuple):
    """Where a row stands in an order: rows without a value come first, equal values go by id."""

    present: bool
    value: Any
    id: int


@dataclass(frozen=True, slots=True)
class Order:
    """A sort key: a row's value, and how the value is written into a cursor and read back (reference §10 trap 4)."""

    value: Callable[[Any], Any]
    write: Callable[[Any], Any]
    read: Callable[[Any], Any]

    def key(self, row: Any) -> Key:
        return self.at(self.value(row), int(row.legacy_resource_id))

    def at(self, value: Any, legacy_id: int) -> Key:
        return Key(value is not None, value, legacy_id)

    def cursor(self, key: Key) -> str:
        """Base64 of `{"last_id": …, "last_value": …}` (captures customers-sort-keys, webhook-subscription-list)."""
        written = self.write(key.value) if key.present else None
        text = json.dumps({"last_id": key.id, "last_value": written}, separators=(",", ":"), ensure_ascii=False)
        return base64.b64encode(text.encode()).decode()

    def position(self, cursor: str) -> Key:
        """The key a cursor points at, whether or not the row is still there."""
        try:
            stated = json.loads(base64.b64decode(cursor, validate=True))
            value = stated["last_value"]
            return self.at(None if value is None else self.read(value), int(stated["last_id"]))
        except (ValueError, KeyError, TypeError, InvalidOperation, OverflowError, OSError, RecursionError):
            raise invalid_cursor() from None


def by_id() -> Order:
    """Root lists and most nested ones write the id as text (capture customers-sort-keys)."""
    return _BY_ID


def by_number(value: Callable[[Any], Any]) -> Order:
    """Numbers written as numbers; line items write their id so (capture orderUpdate-multi-page-hydration)."""
    return Order(value, _plain, _number)


def by_text(value: Callable[[Any], str | None]) -> Order:
    """Text, written as it is."""
    return Order(value, _plain, _text)


def by_words(value: Callable[[Any], list[str] | None]) -> Order:
    """Several texts, compared one after another (capture customers-sort-keys)."""
    return Order(value, _plain, _words)


def by_position(value: Callable[[Any], int | None]) -> Order:
    """Positions in a list: a number written as text (capture product-variants-bulk-update)."""
    return Order(value, str, int)


def by_instant(value: Callable[[Any], datetime | None]) -> Order:
    """Times as the database gives them: "2026-06-22 22:34:00.609599", UTC (capture order-catalog-count-read)."""
    return Order(value, _instant_text, _instant)


def by_indexed_instant(value: Callable[[Any], datetime | None]) -> Order:
    """Times as the search index gives them: whole seconds, in milliseconds (same capture)."""
    return Order(value, _instant_ms, _instant_from_ms)


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, Decimal) else value


def _number(value: Any) -> int | Decimal:
    number = value if isinstance(value, int) else Decimal(str(value))
    if not isinstance(number, int) and not number.is_finite():
        raise ValueError(f"no number: {value!r}")
    return number


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"not text: {value!r}")
    return value


def _words(value: Any) -> list[str]:
    if not isinstance(value, list):
        raise TypeError(f"not a list: {value!r}")
    return [_text(item) for item in value]


def _instant_text(when: datetime) -> str:
    return when.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")


def _instant(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%d %H:%M:%S.%f").replace(tzinfo=UTC)


def _instant_ms(when: datetime) -> int:
    return epoch_ms(when.replace(microsecond=0))


def _instant_from_ms(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, UTC)


_BY_ID = Order(lambda row: int(row.legacy_resource_id), str, int)

Entry = tuple[Key, Any]
"""A row with its place in the order."""

Walk = Callable[[Key | None, Key | None, bool], Iterator[Entry]]
"""`walk(low, high, descending)`: the entries strictly between two places."""


@dataclass(frozen=True, slots=True)
class Edge:
    cursor: str
    node: Any


@dataclass(frozen=True, slots=True)
class PageInfo:
    has_next_page: bool
    has_previous_page: bool
    start_cursor: str | None
    end_cursor: str | None


class Connection:
    """One page. Cursors are worked out only when asked for."""

    __slots__ = ("_entries", "_more", "_order")

    def __init__(self, entries: Sequence[Entry], order: Order, *, previous: bool, following: bool) -> None:
        self._entries = entries
        self._order = order
        self._more = (previous, following)

    @property
    def nodes(self) -> list[Any]:
        return [row for _, row in self._entries]

    @property
    def edges(self) -> list[Edge]:
        return [Edge(self._order.cursor(key), row) for key, row in self._entries]

    @property
    def page_info(self) -> PageInfo:
        ends = [self._order.cursor(self._entries[i][0]) for i in (0, -1)] if self._entries else [None, None]
        return PageInfo(self._more[1], self._more[0], *ends)


def connection(
    rows: Iterable[Any],
    order: Order = _BY_ID,
    *,
    first: int | None = None,
    last: int | None = None,
    after: str | None = None,
    before: str | None = None,
    reverse: bool = False,
) -> Connection:
    """Page through rows held in memory, put into `order` first. Raises what `page` raises."""
    entries = sorted(((order.key(row), row) for row in rows), key=_place)
    return page(among(entries), order, first=first, last=last, after=after, before=before, reverse=reverse)


def _place(entry: Entry) -> Key:
    return entry[0]


def among(entries: Sequence[Entry]) -> Walk:
    """Walk entries already in ascending order."""

    def walk(low: Key | None, high: Key | None, descending: bool) -> Iterator[Entry]:
        start = bisect_right(entries, low, key=_place) if low is not None else 0
        end = bisect_left(entries, high, key=_place) if high is not None else len(entries)
        indexes = range(end - 1, start - 1, -1) if descending else range(start, end)
        return (entries[i] for i in indexes)

    return walk


def page(
    walk: Walk,
    order: Order,
    *,
    first: int | None = None,
    last: int | None = None,
    after: str | None = None,
    before: str | None = None,
    reverse: bool = False,
) -> Connection:
    """One page of a walk. Raises GraphQLError for what Shopify refuses: neither or both of first and last, a size
    beyond 250, a cursor that is none. A page after a cursor says it has a previous one without looking (captured).
    """
    if WHOLE.get() and first is None and last is None:
        first = size = sys.maxsize - 1
    else:
        size = page_size(first, last)
    start = order.position(after) if after is not None else None
    end = order.position(before) if before is not None else None
    low, high = (end, start) if reverse else (start, end)
    forward = first is not None
    entries = list(islice(walk(low, high, reverse == forward), size + 1))
    more = len(entries) > size
    del entries[size:]
    if forward:
        return Connection(entries, order, previous=after is not None, following=more)
    entries.reverse()
    return Connection(entries, order, previous=more, following=before is not None)


def page_size(first: int | None, last: int | None) -> int:
    """The size asked for, checked."""
    if first is not None and last is not None:
        raise top_level_error("providing both first and last is not supported", "BAD_REQUEST")
    size = last if first is None else first
    if size is None:
        raise top_level_error("you must provide one of first or last", "BAD_REQUEST")
    name = "last" if first is None else "first"
    if size < 0:
        raise top_level_error(f"{name} cannot be negative", "BAD_REQUEST")
    if size > MAX_PAGE:
        raise top_level_error(f"{name} cannot exceed {MAX_PAGE}", "BAD_REQUEST")
    return size


def invalid_cursor() -> GraphQLError:
    return top_level_error("Invalid cursor for current pagination sort.", "BAD_REQUEST")
