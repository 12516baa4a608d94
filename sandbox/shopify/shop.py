"""One store's state: its records by kind, its ids, its lagging search index, and who hears of changes."""

import heapq
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from random import Random
from typing import Any, Generic, TypeVar

from sortedcontainers import SortedList

from sandbox.clock import Clock
from sandbox.shopify.apps.apps import App
from sandbox.shopify.model import (
    Company,
    CompanyContact,
    CompanyContactRole,
    CompanyLocation,
    Customer,
    Node,
)
from sandbox.shopify.products.product_model import Product, ProductVariant
from sandbox.switches import Switches

T = TypeVar("T", bound=Node)
Terms = Mapping[str, Any]
"""What the search index knows of a record: filter name -> value or list of values."""

Body = Callable[[], dict[str, Any]]


@dataclass(slots=True)
class Settings:
    """What a merchant sets up. `iana_timezone` decides the offset of times in webhook bodies.

    `protected_data` is the level of protected customer data that apps were granted: 2, 1, or 0 for none.
    """

    shop_id: str = "81234567890"
    created_at: datetime = datetime(2024, 2, 1, 18, tzinfo=UTC)
    updated_at: datetime = datetime(2024, 2, 1, 18, tzinfo=UTC)
    domain: str = "cedar-quill-demo.myshopify.com"
    name: str = "Cedar & Quill"
    primary_host: str = "shop.example.com"
    email: str = "owner@example.com"
    country: str = "US"
    currency: str = "USD"
    presentment_currencies: tuple[str, ...] = ("USD", "EUR", "CAD", "JPY", "BHD")
    iana_timezone: str = "America/Los_Angeles"
    plan: str = "standard"
    protected_data: int = 2
    taxes_included: bool = False
    b2b: bool = True


class Table(Generic[T]):
    """All records of one kind, by numeric id as text.

    `by_id` and `by_update` are exact; `index` is what search sees: it lags behind writes (reference §10 trap 1).
    `index_by_update` orders the index by the `updated_at` of its terms, where they hold one.
    """

    def __init__(self, terms: Callable[[T], Terms]) -> None:
        self.terms = terms
        self.rows: dict[str, T] = {}
        self.by_id: SortedList[int] = SortedList()
        self.by_update: SortedList[tuple[datetime, int]] = SortedList()
        self._updated: dict[str, tuple[datetime, int]] = {}
        self.index: dict[str, Terms] = {}
        self.index_by_update: SortedList[tuple[datetime, int]] = SortedList()
        self._pending: list[tuple[datetime, int, str, Terms | None]] = []
        self._indexed: dict[str, int] = {}
        self._sequence = count()

    def get(self, legacy_id: str) -> T | None:
        return self.rows.get(legacy_id)

    def put(self, row: T, updated_at: datetime, visible_at: datetime) -> None:
        """Add a row, or note that it changed; search sees this state from `visible_at` on."""
        key = row.legacy_resource_id
        self._forget_order(key)
        if key not in self.rows:
            self.by_id.add(int(key))
        self.rows[key] = row
        self._updated[key] = (updated_at, int(key))
        self.by_update.add(self._updated[key])
        heapq.heappush(self._pending, (visible_at, next(self._sequence), key, self.terms(row)))

    def remove(self, row: T, visible_at: datetime) -> None:
        key = row.legacy_resource_id
        self._forget_order(key)
        self.by_id.remove(int(key))
        del self.rows[key]
        heapq.heappush(self._pending, (visible_at, next(self._sequence), key, None))

    def reindex(self, row: T, visible_at: datetime) -> None:
        """Search terms changed with something the row points to; the row itself did not."""
        heapq.heappush(self._pending, (visible_at, next(self._sequence), row.legacy_resource_id, self.terms(row)))

    def _forget_order(self, key: str) -> None:
        if (old := self._updated.pop(key, None)) is not None:
            self.by_update.remove(old)

    def searchable(self, now: datetime) -> dict[str, Terms]:
        """Terms by id as search sees them at `now`. A deleted row may still be named: readers skip it."""
        while self._pending and self._pending[0][0] <= now:
            _, number, key, terms = heapq.heappop(self._pending)
            if self._indexed.get(key, -1) > number:
                continue  # a later write was quicker
            self._indexed[key] = number
            old = self.index.pop(key, None)
            if old is not None and (updated_at := old.get("updated_at")) is not None:
                self.index_by_update.remove((updated_at, int(key)))
            if terms is not None:
                self.index[key] = terms
                if (updated_at := terms.get("updated_at")) is not None:
                    self.index_by_update.add((updated_at, int(key)))
        return self.index


EVENT_SUBJECTS = {
    "Company": "COMPANY",
    "CompanyLocation": "COMPANY_LOCATION",
    "Customer": "CUSTOMER",
    "DraftOrder": "DRAFT_ORDER",
    "Order": "ORDER",
    "Product": "PRODUCT",
    "ProductVariant": "PRODUCT_VARIANT",
}
"""Kinds that have a history: no company contacts, no checkouts (reference §4.6)."""


@dataclass(slots=True)
class Event:
    """A line of the store's own history, from which deletions can be read for a year (reference §4.6)."""

    legacy_resource_id: str
    action: str
    subject_type: str
    subject_id: str
    created_at: datetime
    message: str
    app_title: str | None = None
    arguments: list[str] = field(default_factory=list)


class Shop:
    """State of one store. `publish` tells a topic with the body it has now; listeners send it on."""

    def __init__(self, clock: Clock, random: Random, switches: Switches) -> None:
        self.clock = clock
        self.random = random
        self.switches = switches
        self.settings = Settings()
        self.tables: dict[str, Table[Any]] = {}
        self.apps: dict[str, App] = {}
        """By client id."""
        self.derived: dict[str, Callable[[str], Any | None]] = {}  # nodes that are a view of another record, by kind
        self.events: list[Event] = []  # oldest first
        self.actor: str | None = None  # title of the app at work; None is the merchant
        self.buckets: dict[str, Any] = {}  # the points of each app, by its id
        self.listeners: list[Callable[[str, Body], None]] = []
        self.app_listeners: list[Callable[[str, Body, App], None]] = []
        self._last_id = 8_000_000_000_000

    @property
    def now(self) -> datetime:
        """GraphQL times have whole seconds (reference §10 trap 3)."""
        return self.clock.now.replace(microsecond=0)

    def new_id(self) -> str:
        """Numeric ids as text, growing by odd steps as real ones do."""
        self._last_id += 32_768 * self.random.randint(1, 3) + 33
        return str(self._last_id)

    def table(self, typename: str) -> Table[Any]:
        return self.tables[typename]

    def add_table(self, typename: str, terms: Callable[[Any], Terms]) -> None:
        """Each domain registers its own kinds when a store is built."""
        self.tables[typename] = Table(terms)

    def save(self, row: Any, *, touch: bool = True) -> None:
        """Keep a new or changed record: `updated_at` becomes now unless told not to; queues it for the search index."""
        if touch:
            row.updated_at = self.now
        table = self.tables[row.typename]
        table.put(row, self.clock.now if touch else row.updated_at, self._visible_at())
        table.searchable(self.clock.now)  # what is due goes into the index, or a store nobody searches would pile it up

    def delete(self, row: Any, message: str) -> None:
        """Remove a record and write the `destroy` event."""
        self.remove(row)
        self.record_event("destroy", row, message)

    def remove(self, row: Any) -> None:
        """Remove a record that goes with another, without an event of its own."""
        self.tables[row.typename].remove(row, self._visible_at())

    def reindex(self, row: Any) -> None:
        """Let search see what a record shows of another one that changed."""
        self.tables[row.typename].reindex(row, self._visible_at())

    def record_event(self, action: str, row: Any, message: str) -> None:
        """Write history, if the record is of a kind that has one."""
        if (subject := EVENT_SUBJECTS.get(row.typename)) is not None:
            self.events.append(Event(self.new_id(), action, subject, row.id, self.now, message, self.actor))

    def node(self, gid: str) -> Any | None:
        """The record of a global id, or None."""
        typename, _, legacy_id = gid.removeprefix("gid://shopify/").partition("/")
        if (find := self.derived.get(typename)) is not None:
            return find(legacy_id)
        table = self.tables.get(typename)
        return table.get(legacy_id.partition("?")[0]) if table else None

    def publish(self, topic: str, body: Body) -> None:
        """Something of `topic` (header spelling, e.g. orders/updated) happened; `body` builds its payload."""
        for listener in self.listeners:
            listener(topic, body)

    def publish_to(self, app: App, topic: str, body: Body) -> None:
        """Something of `topic` happened that concerns one app alone: its scopes, its bulk operations, its removal."""
        for listener in self.app_listeners:
            listener(topic, body, app)

    def _visible_at(self) -> datetime:
        low, _, high = self.switches["search_lag"].partition("-")
        return self.clock.now + timedelta(seconds=self.random.uniform(float(low), float(high or low)))

    @property
    def customers(self) -> Table[Customer]:
        return self.tables["Customer"]

    @property
    def products(self) -> Table[Product]:
        return self.tables["Product"]

    @property
    def variants(self) -> Table[ProductVariant]:
        return self.tables["ProductVariant"]

    @property
    def companies(self) -> Table[Company]:
        return self.tables["Company"]

    @property
    def company_locations(self) -> Table[CompanyLocation]:
        return self.tables["CompanyLocation"]

    @property
    def company_contacts(self) -> Table[CompanyContact]:
        return self.tables["CompanyContact"]

    @property
    def company_contact_roles(self) -> Table[CompanyContactRole]:
        return self.tables["CompanyContactRole"]
