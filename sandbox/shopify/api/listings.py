"""Root lists: `query`, `sortKey`, `reverse` and paging over a table, and the counts beside them.

    def companies(_root, info, **asked):              # asked: query, sort_key, reverse, first, last, after, before
        shop = shop_of(info)
        return listing(shop, shop.companies, FILTERS, SORT_KEYS, info, **asked)

    SORT_KEYS: SortKeys = {"ID": by_id(), "NAME": by_text(lambda c: c.name), "UPDATED_AT": by_update(), …}

Without `query` the rows are exact; with one, what matches is decided by the lagging index, and the objects are shown
as they are now. `UPDATED_AT` and `ID` need no sort, however big the table.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from sandbox.shopify.api.connections import (
    WHOLE,
    Connection,
    Entry,
    Key,
    Order,
    Walk,
    among,
    by_id,
    by_indexed_instant,
    by_instant,
    page,
)
from sandbox.shopify.api.context import Info
from sandbox.shopify.api.search import Filters
from sandbox.shopify.api.searching import Search, prepare, since
from sandbox.shopify.shop import Shop, Table

SortKeys = Mapping[str, Order]
Keep = Callable[[Any], bool]

COUNT_LIMIT = 10_000
INSTANT = by_instant(lambda row: row.created_at)
_UPDATED = by_instant(lambda row: row.updated_at)


def by_update() -> Order:
    """The order of changes; `listing` walks the table's own."""
    return _UPDATED


def everything(_row: Any) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Source:
    """What is listed: a table, the part of it that may be seen, and the search over it, if any.

    `exact` lists read the database even with a query: webhook subscriptions, bulk operations, events.
    """

    shop: Shop
    table: Table[Any]
    search: Search | None
    visible: Keep
    exact: bool

    @property
    def indexed(self) -> bool:
        return self.search is not None and not self.exact and not self.search.only_ids

    def rows(self) -> Iterator[Any]:
        """Every visible match, in no particular order."""
        if not self.indexed:
            yield from (row for row in self.table.rows.values() if self.admits(row))
            return
        assert self.search is not None
        index = self.table.searchable(self.shop.clock.now)
        for key, terms in index.items():
            if self.search.matches(key, terms) and (row := self.table.get(key)) is not None and self.visible(row):
                yield row

    def admits(self, row: Any) -> bool:
        """Whether a row matches as it is now."""
        if self.search is not None:
            terms = {} if self.search.only_ids else self.table.terms(row)
            if not self.search.matches(row.legacy_resource_id, terms):
                return False
        return self.visible(row)


def listing(
    shop: Shop,
    table: Table[Any],
    filters: Filters,
    sort_keys: SortKeys,
    info: Info,
    *,
    query: str | None = None,
    sort_key: str | None = None,
    reverse: bool | None = False,
    first: int | None = None,
    last: int | None = None,
    after: str | None = None,
    before: str | None = None,
    visible: Keep = everything,
    exact: bool = False,
) -> Connection:
    """One page of a root list. A sort key that is absent from `sort_keys` (RELEVANCE, None) is the order of ids."""
    source = Source(shop, table, _searched(query, filters, shop, info, exact), visible, exact)
    order = sort_keys.get(sort_key or "ID") or by_id()
    bound = since(source.search.tree, "updated_at", filters, shop) if source.search else None
    walk = _walk(source, order, bound)
    if source.indexed and order.write is INSTANT.write:
        order = by_indexed_instant(order.value)
    if shop.switches["paging_ceiling"] != "none" and not WHOLE.get():
        walk = _capped(walk, int(shop.switches["paging_ceiling"]), bool(reverse), _most(source, order, bound))
    return page(walk, order, first=first, last=last, after=after, before=before, reverse=bool(reverse))


def counted(
    shop: Shop,
    table: Table[Any],
    filters: Filters,
    info: Info,
    *,
    query: str | None = None,
    limit: int | None = COUNT_LIMIT,
    visible: Keep = everything,
    exact: bool = False,
) -> dict[str, Any]:
    """A Count: no further than `limit`, and AT_LEAST where there is more (capture order-catalog-count-read)."""
    source = Source(shop, table, _searched(query, filters, shop, info, exact), visible, exact)
    return count_of(source.rows(), limit)


def count_of(rows: Iterable[Any], limit: int | None = COUNT_LIMIT) -> dict[str, Any]:
    """A Count of anything."""
    if limit is None:
        return {"count": sum(1 for _ in rows), "precision": "EXACT"}
    number = sum(1 for _ in islice(rows, limit + 1))
    return {"count": min(number, limit), "precision": "AT_LEAST" if number > limit else "EXACT"}


def _searched(query: str | None, filters: Filters, shop: Shop, info: Info, exact: bool) -> Search | None:
    search = prepare(query, filters, shop, strict=exact) if query else None
    if search is not None:
        search.report(info)
    return search


def _walk(source: Source, order: Order, bound: datetime | None) -> Walk:
    if order is _UPDATED and source.indexed:
        return _index_walk(source, bound)
    if order is _UPDATED:
        return _update_walk(source)
    if order is by_id() and not source.indexed:
        return _id_walk(source)
    return among(sorted(((order.key(row), row) for row in source.rows()), key=lambda entry: entry[0]))


def _update_walk(source: Source) -> Walk:
    def walk(low: Key | None, high: Key | None, descending: bool) -> Iterator[Entry]:
        table = source.table
        for when, number in table.by_update.irange(_pair(low), _pair(high), (False, False), descending):
            row = table.rows[str(number)]
            if source.admits(row):
                yield Key(True, when, number), row

    return walk


def _id_walk(source: Source) -> Walk:
    def walk(low: Key | None, high: Key | None, descending: bool) -> Iterator[Entry]:
        ends = (low.id if low else None, high.id if high else None)
        for number in source.table.by_id.irange(*ends, (False, False), descending):
            row = source.table.rows[str(number)]
            if source.admits(row):
                yield Key(True, number, number), row

    return walk


def _index_walk(source: Source, bound: datetime | None) -> Walk:
    """By the `updated_at` the index knows; starts where the query's own lower bound lets it."""
    search = source.search
    assert search is not None

    def walk(low: Key | None, high: Key | None, descending: bool) -> Iterator[Entry]:
        table = source.table
        index = table.searchable(source.shop.clock.now)
        start = _pair(low)
        if bound is not None:
            start = max(start or (bound, -1), (bound, -1))
        for when, number in table.index_by_update.irange(start, _pair(high), (False, False), descending):
            key = str(number)
            if search.matches(key, index[key]) and (row := table.get(key)) is not None and source.visible(row):
                yield Key(True, when, number), row

    return walk


def _pair(key: Key | None) -> tuple[datetime, int] | None:
    return (key.value, key.id) if key is not None else None


def _most(source: Source, order: Order, bound: datetime | None) -> int:
    """How many entries there can be at most, without looking at them."""
    table = source.table
    if bound is None or order.value is not _UPDATED.value or not source.indexed:
        return len(table.rows)
    table.searchable(source.shop.clock.now)
    return len(table.index_by_update) - int(table.index_by_update.bisect_left((bound, -1)))


def _capped(walk: Walk, ceiling: int, reverse: bool, size: int) -> Walk:
    """The same walk, ending at the ceiling: objects beyond it cannot be reached by paging forward (reference §5)."""
    if size <= ceiling:
        return walk

    def capped(low: Key | None, high: Key | None, descending: bool) -> Iterator[Entry]:
        passed = 0
        if descending == reverse and (start := high if reverse else low) is not None:
            passed = 1 + sum(
                1 for _ in islice(walk(start, None, True) if reverse else walk(None, start, False), ceiling)
            )
        return islice(walk(low, high, descending), max(0, ceiling - passed))

    return capped
