"""What an account holds: records, their values and history, properties, pipelines, links."""

import heapq
from array import array
from bisect import bisect_left, bisect_right, insort
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import NamedTuple

from sandbox.clock import Clock, epoch_ms


@dataclass(frozen=True, slots=True)
class ObjectType:
    """A kind of record. Any of `singular`, `plural`, `type_id` names it in a path (reference §1.2)."""

    type_id: str
    singular: str
    plural: str
    modified: str = "hs_lastmodifieddate"
    created: str = "hs_createdate"


CONTACT = ObjectType("0-1", "contact", "contacts", "lastmodifieddate", "createdate")
COMPANY = ObjectType("0-2", "company", "companies", created="createdate")
PRODUCT = ObjectType("0-7", "product", "products", created="createdate")
LINE_ITEM = ObjectType("0-8", "line_item", "line_items", created="createdate")
ORDER = ObjectType("0-123", "order", "orders")
CART = ObjectType("0-142", "cart", "carts")
OBJECT_TYPES = (CONTACT, COMPANY, PRODUCT, LINE_ITEM, ORDER, CART)
_ELSEWHERE = """
deal deals 0-3 ticket tickets 0-5 quote quotes 0-14 task tasks 0-27 note notes 0-46 meeting meetings 0-47 call calls
0-48 email emails 0-49 invoice invoices 0-53 subscription subscriptions 0-69 discount discounts 0-84 fee fees 0-85
tax taxes 0-86 payment payments commerce_payments 0-101 user users 0-115 lead leads 0-136 service services 0-162
communication communications 0-18 feedback_submission feedback_submissions 0-19 goal_target goal_targets 0-74
postal_mail 0-116 course courses 0-410 listing listings 0-420 appointment appointments 0-421 deal_split deal_splits
discount_code discount_codes contract contracts project projects partner_client partner_clients partner_service
partner_services
"""
ELSEWHERE = frozenset(_ELSEWHERE.split())
"""What HubSpot has besides, and the sandbox has not."""
BY_NAME = {name: kind for kind in OBJECT_TYPES for name in (kind.type_id, kind.singular, kind.plural)}


@dataclass(frozen=True, slots=True)
class Source:
    """Who wrote: `changeSource` of webhooks, `sourceType` of histories (reference §6.3).

    An app writes as INTEGRATION with its app id; a person as CRM_UI with `userId:N`.
    """

    kind: str
    id: str | None = None
    user_id: str | None = None


@dataclass(frozen=True, slots=True)
class Version:
    """One past value of one property."""

    value: str | None
    at: int
    source: Source


@dataclass(slots=True, eq=False)
class Record:
    """One record. Times are epoch milliseconds.

    `properties` is never changed in place: each write puts a new dict, so an older one can stay in the search
    index. Current values were written `at`/`by` as `written` says, else at creation; `past` holds older values,
    newest last. `links[type_id][record_id]` are association type ids, seen from this record.
    """

    id: str
    kind: ObjectType
    properties: dict[str, str]
    created: int
    source: Source
    updated: int
    archived: int | None = None
    written: dict[str, tuple[int, Source]] | None = None
    past: dict[str, list[Version]] | None = None
    links: dict[str, dict[str, tuple[int, ...]]] | None = None
    merged: tuple[str, ...] = ()

    def history(self, name: str) -> list[Version]:
        """Every value the property has had, newest first, as `propertiesWithHistory` tells."""
        versions = list(reversed((self.past or {}).get(name, [])))
        at, source = (self.written or {}).get(name, (self.created, self.source))
        if name in self.properties or versions:
            versions.insert(0, Version(self.properties.get(name), at, source))
        return versions


@dataclass(slots=True)
class Option:
    label: str
    value: str
    display_order: int = -1
    hidden: bool = False
    description: str | None = None


@dataclass(slots=True)
class Property:
    """A property definition. `unique` can be set only when it is made (reference §2.8).

    `hints` are the display settings HubSpot keeps and does not act on. `used_in` are the lists, workflows and forms
    of a person that need it, as (type, name); with any it cannot be archived. `shelved` are the values it had when
    it was archived, by record id.
    """

    name: str
    label: str
    type: str
    field_type: str
    group: str
    description: str = ""
    unique: bool = False
    calculated: bool = False
    read_only: bool = False
    defined_by_hubspot: bool = False
    hidden: bool = False
    form_field: bool = False
    display_order: int = -1
    required: bool = False
    options: list[Option] = field(default_factory=list)
    created: int = 0
    updated: int = 0
    archived: int | None = None
    hints: dict[str, str | bool] = field(default_factory=dict)
    used_in: list[tuple[str, str]] = field(default_factory=list)
    shelved: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Group:
    name: str
    label: str
    display_order: int = -1
    archived: bool = False


@dataclass(slots=True)
class Stage:
    """One step of a pipeline. `audit` has what was done to it, oldest first."""

    id: str
    label: str
    display_order: int
    metadata: dict[str, str]
    created: int
    updated: int
    archived: bool = False
    write_permissions: str = "CRM_PERMISSIONS_ENFORCEMENT"
    audit: list[dict[str, object]] = field(default_factory=list)


@dataclass(slots=True)
class Pipeline:
    id: str
    label: str
    display_order: int
    stages: dict[str, Stage]
    created: int
    updated: int
    archived: bool = False
    audit: list[dict[str, object]] = field(default_factory=list)


@dataclass(slots=True)
class Owner:
    """A person of the account to whom records can belong; `archived` once deactivated."""

    id: str
    user_id: str
    email: str
    first_name: str
    last_name: str
    created: int
    updated: int
    archived: bool = False


class Change(NamedTuple):
    """One thing that happened to a record, for webhooks and whoever else listens.

    `what`: creation, propertyChange, deletion, merge, restore, associationChange, privacyDeletion. `details` are
    the webhook's own keys beyond the common ones.
    """

    what: str
    record: Record
    at: int
    source: Source
    details: dict[str, object]


SHARED_TEXTS = 4_000


class Store:
    """All records of one kind, with what must be found fast: unique values, aliases of merged ids, the search index.

    `definitions` are all properties, archived ones and those not yet usable included; `schema` are the ones that
    values can be read from and written to. `unique`, `secondary` and `rivals` belong to `unique.py`. `archived` are
    pairs of when and id, oldest first.
    """

    def __init__(self, kind: ObjectType, clock: Clock) -> None:
        self.kind = kind
        self._clock = clock
        self.records: dict[str, Record] = {}
        self.aliases: dict[str, str] = {}
        self.definitions: dict[str, Property] = {}
        self.schema: dict[str, Property] = {}
        self.groups: dict[str, Group] = {}
        self.pipelines: dict[str, Pipeline] = {}
        self.unique: dict[str, dict[str, str]] = {}
        self.secondary: dict[str, str] = {}
        self.rivals: dict[tuple[str, str], list[str]] = {}
        self.archived: deque[tuple[int, str]] = deque()
        self._texts: dict[str, str] = {}
        self._ids = array("q")
        self._archived_ids: list[int] = []
        self.indexed: dict[str, dict[str, str]] = {}
        self._last_indexed: dict[str, int] = {}
        self._to_index: list[tuple[int, int, str, dict[str, str] | None]] = []
        self._sequence = count()

    def find(self, record_id: str) -> Record | None:
        """The record of this id, archived or not; a merged id finds its survivor (reference §5.8)."""
        return self.records.get(self.aliases.get(record_id, record_id))

    def shared_texts(self) -> dict[str, str]:
        """One object for each short text, so that a hundred thousand records do not keep each its own `19.90`."""
        if len(self._texts) >= SHARED_TEXTS:
            self._texts.clear()
        return self._texts

    def live(self) -> Iterator[Record]:
        return (record for record in self.records.values() if record.archived is None)

    def add(self, record: Record) -> None:
        """Take in a record; ids only grow."""
        self.records[record.id] = record
        self._ids.append(int(record.id))

    def note_archived(self, record: Record) -> None:
        """Keep the archived records apart, so that either can be listed alone."""
        number = int(record.id)
        if record.archived is None or record.id not in self.records:
            at = bisect_left(self._archived_ids, number)
            if self._archived_ids[at : at + 1] == [number]:
                del self._archived_ids[at]
        else:
            insort(self._archived_ids, number)
            self.archived.append((record.archived, record.id))

    def following(self, after: int, *, archived: bool) -> Iterator[Record]:
        """Live or archived records with an id above `after`, in order of id."""
        ids = self._archived_ids if archived else self._ids
        for at in range(bisect_right(ids, after), len(ids)):
            record = self.records.get(str(ids[at]))
            if record is not None and (record.archived is not None) == archived:
                yield record

    def index_later(self, record: Record, lag_ms: int) -> None:
        """Let search see the record as it is now, `lag_ms` from now."""
        properties = None if record.archived is not None else record.properties
        heapq.heappush(
            self._to_index, (epoch_ms(self._clock.now) + lag_ms, next(self._sequence), record.id, properties)
        )
        self.searchable()

    def searchable(self) -> dict[str, dict[str, str]]:
        """Properties by record id as search sees them now: late, never going back, and without archived records."""
        now = epoch_ms(self._clock.now)
        while self._to_index and self._to_index[0][0] <= now:
            _, number, record_id, properties = heapq.heappop(self._to_index)
            if number < self._last_indexed.get(record_id, 0):
                continue
            self._last_indexed[record_id] = number
            if properties is None:
                self.indexed.pop(record_id, None)
            else:
                self.indexed[record_id] = properties
        return self.indexed


Listener = Callable[[Change], None]
