"""The store's history: what was created, changed and destroyed, kept for a year (reference §4.6)."""

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sandbox.shopify.api.connections import Connection, Entry, Key, Walk, by_id, by_instant, page
from sandbox.shopify.api.context import Info, shop_of
from sandbox.shopify.api.listings import count_of
from sandbox.shopify.api.search import Exact, Filters, Flag, Id, Instant
from sandbox.shopify.api.searching import Search, prepare, since
from sandbox.shopify.shop import Event, Shop, Terms

TYPENAME = "BasicEvent"
KEPT = timedelta(days=365)
FILTERS: Filters = {
    "action": Exact(),
    "comments": Flag(),
    "created_at": Instant(),
    "id": Id(),
    "subject_type": Exact(),
}
ORDERS = {"CREATED_AT": by_instant(lambda event: event.created_at), "ID": by_id()}


@dataclass(frozen=True, slots=True)
class BasicEvent:
    """An event as the API shows it; what has no source was always so where captured (event-non-empty-read)."""

    event: Event
    typename = TYPENAME
    attribute_to_user = False
    critical_alert = False
    additional_content = "null"
    additional_data = "null"
    has_additional_content = False
    secondary_message = None

    @property
    def id(self) -> str:
        return f"gid://shopify/{TYPENAME}/{self.event.legacy_resource_id}"

    @property
    def attribute_to_app(self) -> bool:
        return self.event.app_title is not None

    @property
    def author(self) -> str | None:
        return self.event.app_title

    def __getattr__(self, name: str) -> Any:
        return getattr(self.event, name)


def find(shop: Shop, legacy_id: str) -> BasicEvent | None:
    """One event by its number, while it is kept."""
    if not legacy_id.isdecimal():
        return None
    kept = _kept(shop)
    at = bisect_left(shop.events, int(legacy_id), lo=kept, key=lambda event: int(event.legacy_resource_id))
    found = at < len(shop.events) and shop.events[at].legacy_resource_id == legacy_id
    return BasicEvent(shop.events[at]) if found else None


def _kept(shop: Shop) -> int:
    """Where in the list the events begin that are not too old."""
    return bisect_left(shop.events, shop.clock.now - KEPT, key=lambda event: event.created_at)


def event(_root: object, info: Info, id: str) -> BasicEvent | None:  # noqa: A002  Shopify's name
    typename, _, legacy_id = id.removeprefix("gid://shopify/").partition("/")
    return find(shop_of(info), legacy_id) if typename == TYPENAME else None


def events(
    _root: object,
    info: Info,
    query: str | None = None,
    sort_key: str | None = None,
    reverse: bool | None = None,
    **asked: Any,
) -> Connection:
    """Read from the database: exact, whatever the query."""
    shop = shop_of(info)
    order = ORDERS[sort_key or "ID"]
    return page(_walk(shop, _searched(query, info), order is by_id()), order, reverse=bool(reverse), **asked)


def events_count(_root: object, info: Info, query: str | None = None) -> dict[str, Any]:
    shop = shop_of(info)
    return count_of(_walk(shop, _searched(query, info), True)(None, None, False))


def _searched(query: str | None, info: Info) -> Search | None:
    search = prepare(query, FILTERS, shop_of(info), strict=True) if query else None
    if search is not None:
        search.report(info)
    return search


def _walk(shop: Shop, search: Search | None, numbered: bool) -> Walk:
    """The list is in the order of both sort keys: an event's number grows with its time."""
    start = _kept(shop)
    if search is not None and (bound := since(search.tree, "created_at", FILTERS, shop)) is not None:
        start = max(start, bisect_left(shop.events, bound, key=lambda event: event.created_at))

    def key_of(event: Event) -> Key:
        number = int(event.legacy_resource_id)
        return Key(True, number if numbered else event.created_at, number)

    def walk(low: Key | None, high: Key | None, descending: bool) -> Iterator[Entry]:
        first = start if low is None else max(start, bisect_left(shop.events, low, key=key_of))
        last = len(shop.events) if high is None else bisect_left(shop.events, high, key=key_of)
        for at in range(last - 1, first - 1, -1) if descending else range(first, last):
            event = shop.events[at]
            key = key_of(event)
            if key != low and (search is None or search.matches(event.legacy_resource_id, _terms(event))):
                yield key, BasicEvent(event)

    return walk


def _terms(event: Event) -> Terms:
    return {"action": event.action, "created_at": event.created_at, "subject_type": event.subject_type}
