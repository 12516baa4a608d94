"""Root lists over a table: order, counts, the ceiling of paging, what big tables cost."""

import base64
import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import perf_counter
from types import SimpleNamespace
from typing import Any

import pytest

from sandbox.shopify.api.connections import Connection, by_id, by_instant, by_text
from sandbox.shopify.api.listings import SortKeys, by_update, counted, listing
from sandbox.shopify.api.search import Exact, Filters, Id, Instant
from sandbox.shopify.model import Node
from sandbox.shopify.shop import Shop, Table
from sandbox.switches import Switch
from tests.sandbox.shopify.front import Front

FILTERS: Filters = {"id": Id(), "name": Exact(), "created_at": Instant(), "updated_at": Instant()}
SORT_KEYS: SortKeys = {
    "ID": by_id(),
    "CREATED_AT": by_instant(lambda row: row.created_at),
    "NAME": by_text(lambda row: row.name),
    "UPDATED_AT": by_update(),
}
CEILING = 120
"""Instead of 25,000."""


@dataclass(slots=True, eq=False)
class Thing(Node):
    typename = "Thing"
    legacy_resource_id: str
    created_at: datetime
    updated_at: datetime
    name: str


def things(names: list[str], *, lag: str = "0", seconds: float = 1) -> tuple[Shop, Table[Any]]:
    """A store with things made one after another."""
    shop = Front({"search_lag": lag}).shop
    shop.add_table("Thing", lambda row: {"name": row.name, "created_at": row.created_at, "updated_at": row.updated_at})
    for name in names:
        shop.clock.advance(seconds)
        shop.save(Thing(shop.new_id(), shop.now, shop.now, name))
    return shop, shop.table("Thing")


def info() -> Any:
    """As much of a resolver's info as a list needs."""
    return SimpleNamespace(
        path=SimpleNamespace(as_list=lambda: ["things"]), context=SimpleNamespace(search=[], search_debug=False)
    )


def ask(shop: Shop, **asked: Any) -> Connection:
    return listing(shop, shop.table("Thing"), FILTERS, SORT_KEYS, info(), **asked)


def names(page: Connection) -> str:
    return "".join(row.name for row in page.nodes)


@pytest.mark.parametrize(
    ("sort_key", "order"),
    [("ID", "cab"), ("CREATED_AT", "cab"), ("NAME", "abc"), ("UPDATED_AT", "abc"), ("RELEVANCE", "cab"), (None, "cab")],
)
@pytest.mark.parametrize("query", [None, "name:a,b,c"])
def test_sort_keys(query: str | None, sort_key: str | None, order: str) -> None:
    shop, table = things(["c", "a", "b"])
    shop.clock.advance(1)
    shop.save(next(row for row in table.rows.values() if row.name == "c"))
    assert names(ask(shop, first=5, query=query, sort_key=sort_key)) == order
    assert names(ask(shop, first=5, query=query, sort_key=sort_key, reverse=True)) == order[::-1]


@pytest.mark.parametrize("sort_key", ["CREATED_AT", "UPDATED_AT"])
def test_cursors_of_the_index_are_milliseconds_and_those_of_the_database_text(sort_key: str) -> None:
    """Capture order-catalog-count-read, where a query of ids alone is answered from the database."""
    shop, table = things(["a"], seconds=1.25)
    [legacy_id] = table.rows
    for query, kind in ((None, str), ("name:a", int), (f"id:{legacy_id}", str)):
        [edge] = ask(shop, first=1, query=query, sort_key=sort_key).edges
        assert isinstance(json.loads(base64.b64decode(edge.cursor))["last_value"], kind)


@pytest.mark.parametrize("sort_key", ["ID", "CREATED_AT", "UPDATED_AT"])
@pytest.mark.parametrize("query", [None, "name:x"])
def test_paging_meets_every_row_once(sort_key: str, query: str | None) -> None:
    shop, table = things(["x"] * 23, seconds=0.4)  # several in one second
    met: list[str] = []
    after = None
    while True:
        page = ask(shop, first=4, after=after, query=query, sort_key=sort_key)
        met += [row.legacy_resource_id for row in page.nodes]
        if not page.page_info.has_next_page:
            break
        after = page.page_info.end_cursor
    assert met == list(table.rows)


def test_a_row_touched_during_a_walk_by_update_is_met_again_and_none_is_lost() -> None:
    shop, _ = things(list("abcd"))
    page = ask(shop, first=2, sort_key="UPDATED_AT")
    shop.clock.advance(1)
    shop.save(page.nodes[0])
    assert names(ask(shop, first=9, after=page.page_info.end_cursor, sort_key="UPDATED_AT")) == "cda"


@pytest.mark.parametrize(
    ("limit", "count"),
    [
        (2, {"count": 2, "precision": "AT_LEAST"}),
        (3, {"count": 3, "precision": "EXACT"}),
        (10_000, {"count": 3, "precision": "EXACT"}),
        (None, {"count": 3, "precision": "EXACT"}),
    ],
)
def test_counts_stop_at_their_limit(limit: int | None, count: dict[str, Any]) -> None:
    shop, table = things(list("aaab"))
    assert counted(shop, table, FILTERS, info(), query="name:a", limit=limit) == count


def test_paging_ends_at_its_ceiling_without_a_word() -> None:
    shop, _ = things([str(number % 2) for number in range(300)])
    shop.switches.table["paging_ceiling"] = Switch("paging_ceiling", (str(CEILING), "none"), "", "")
    shop.switches.set("paging_ceiling", str(CEILING))
    for query, reverse in (("name:0,1", False), (None, True), (None, False)):
        met, after = 0, None
        while True:
            page = ask(shop, first=50, after=after, query=query, reverse=reverse, sort_key="UPDATED_AT")
            met += len(page.nodes)
            if not page.page_info.has_next_page:
                break
            after = page.page_info.end_cursor
        assert met == CEILING
    shop.switches.set("paging_ceiling", "none")
    assert ask(shop, first=50, after=after, sort_key="UPDATED_AT").page_info.has_next_page


@pytest.fixture(scope="module")
def big() -> Shop:
    shop, _ = things(["n"] * 30_000, lag="1-20", seconds=0.5)
    shop.clock.advance(60)
    ask(shop, first=1, query="name:n")  # the index catches up
    return shop


@pytest.mark.parametrize("sort_key", ["ID", "UPDATED_AT"])
@pytest.mark.parametrize("recent", [False, True])
def test_a_page_of_a_big_table_is_quick(big: Shop, sort_key: str, recent: bool) -> None:
    """By update or id nothing is sorted: a page costs what it holds."""
    since = big.now - timedelta(seconds=2_000)
    query = f"updated_at:>='{since:%Y-%m-%dT%H:%M:%SZ}'" if recent and sort_key == "UPDATED_AT" else None
    begun = perf_counter()
    for _ in range(20):
        assert len(ask(big, first=250, query=query, sort_key=sort_key).nodes) == 250
    assert perf_counter() - begun < 1
