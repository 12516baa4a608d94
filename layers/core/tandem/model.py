"""The words everything else speaks in: records, lanes, marks, commits. No I/O."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from zlib import crc32

KEY = "tandem_key"
"""Our own unique property, on every HubSpot object that is written."""

Node = Mapping[str, Any]
"""A Shopify object as its GraphQL document answers it."""


class Kind(StrEnum):
    """What is kept in step. A stage is an order's place in its pipeline: same source id, a row of its own."""

    CONTACT = "contact"
    COMPANY = "company"
    PRODUCT = "product"
    ORDER = "order"
    STAGE = "stage"
    CART = "cart"


class Priority(StrEnum):
    """Of the rows of a lane, live ones are drained before those that reconciliation found, and these before bulk."""

    LIVE = "live"
    RECONCILE = "reconcile"
    BULK = "bulk"

    def before(self, other: "Priority") -> bool:
        order = tuple(Priority)
        return order.index(self) < order.index(other)


@dataclass(frozen=True, slots=True, order=True)
class Ref:
    """One record of one shop. `id` is Shopify's number as text; of a cart, the checkout's token."""

    shop: str
    kind: Kind
    id: str

    @property
    def key(self) -> str:
        """The value of `tandem_key` in HubSpot, e.g. `acme.myshopify.com:order:5551234567890`."""
        return f"{self.shop}:{self.kind}:{self.id}"


@dataclass(frozen=True, slots=True, order=True)
class Lane:
    """What one worker at a time drains."""

    shop: str
    kind: Kind
    shard: int = 0


def lane_of(ref: Ref, shards: int = 1) -> Lane:
    """Carts have one lane, for a cart may have two rows: that of its token and that of its checkout's number."""
    return Lane(ref.shop, ref.kind, 0 if ref.kind is Kind.CART else crc32(ref.id.encode()) % shards)


@dataclass(frozen=True, slots=True)
class Record:
    """The row of one record: everything Tandem knows about it.

    `marks` counts signals and never falls; `due_at` is None on a clean row. `version` is the source's updatedAt when it
    was last read and written, `digest` stands for all that was then written. `children` are line ids to HubSpot ids, of
    a contact the ids of orders that wait for it;
    `associated` object names (`contacts`, `companies`) to HubSpot ids. `facts` are the words a stage is decided by.
    `written_at` is when it was last written to HubSpot.
    `stage` is HubSpot's id of an order's stage, or a cart's state. Of a cart, `checkout` is the checkout's number, and
    `order` Shopify's id of the order that carries its token.
    """

    ref: Ref
    marks: int = 0
    due_at: datetime | None = None
    due_since: datetime | None = None
    priority: Priority = Priority.LIVE
    cause: str = ""
    seen: datetime | None = None
    deleted: bool = False
    fence: int = 0
    link: str | None = None
    version: datetime | None = None
    digest: str | None = None
    children: Mapping[str, str] = field(default_factory=dict)
    associated: Mapping[str, str] = field(default_factory=dict)
    facts: Mapping[str, Any] = field(default_factory=dict)
    facts_version: datetime | None = None
    stage: str | None = None
    attempts: int = 0
    error: str | None = None
    parked_at: datetime | None = None
    claimed_by: str | None = None
    claimed_until: datetime | None = None
    checkout: str | None = None
    order: str | None = None
    written_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Mark:
    """A signal: this record may have changed. Nothing of a payload but `seen`, its version, is believed.

    `fields` are Record fields set along with it (a link, facts). With `version` the whole mark is dropped when the
    row's `facts_version` is newer, and sets it otherwise.
    """

    ref: Ref
    cause: str
    priority: Priority = Priority.LIVE
    seen: datetime | None = None
    deleted: bool = False
    fields: Mapping[str, Any] = field(default_factory=dict)
    version: datetime | None = None


@dataclass(frozen=True, slots=True)
class Commit:
    """What a worker found out about a record. `marks` is the counter it read; `due_at` None means done.

    `fields` are Record fields; a value of None removes one.
    """

    ref: Ref
    marks: int
    fields: Mapping[str, Any] = field(default_factory=dict)
    due_at: datetime | None = None


class Committed(StrEnum):
    """CLEAN or LATER as asked; AGAIN: marked meanwhile, so still due; LOST: a later fence has been here."""

    CLEAN = "clean"
    LATER = "later"
    AGAIN = "again"
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to drain a lane until `until`. `bells` is how often it had been rung for in vain by then."""

    lane: Lane
    owner: str
    fence: int
    until: datetime
    bells: int


@dataclass(frozen=True, slots=True)
class Refused:
    """A lease not given: `closed_until` while the breaker is open, None while another worker holds it."""

    closed_until: datetime | None
    reason: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a record's history. `what` names outcome and properties, never their values."""

    ref: Ref
    at: datetime
    cause: str
    outcome: str
    what: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Job:
    """Paging work with a checkpoint: `cursor` continues it, `counts` tell how far it is; saving adds to `revision`."""

    shop: str
    name: str
    request: Mapping[str, Any]
    cursor: str | None = None
    counts: Mapping[str, int] = field(default_factory=dict)
    done: bool = False
    revision: int = 0


@dataclass(frozen=True, slots=True)
class Rate:
    """A budget: `per_second` tokens on average, at most `burst` at once."""

    per_second: float
    burst: float


@dataclass(frozen=True, slots=True)
class Write:
    """Properties for one HubSpot record. `key` is what it is matched by: our key, or a record id for updates."""

    key: str
    properties: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Written:
    """HubSpot's id of a record written, whether it is new, and which properties had to be left out and why."""

    id: str
    new: bool = False
    left_out: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class NotWritten:
    """One record that HubSpot refused. `existing` is the id of the record that stands in the way, where it says so.

    `text` says what happened and what to do; no value of a property is in it.
    """

    code: str
    text: str
    existing: str | None = None
    correlation: str | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """A HubSpot record as read. Its `id` is not the one asked for when records were merged."""

    id: str
    properties: Mapping[str, str | None]


@dataclass(frozen=True, slots=True)
class Listed(Found):
    """A HubSpot record of a listing. `linked` are, by object, the ids of the records it is associated with."""

    linked: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    archived_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Export:
    """A bulk operation of Shopify's. `fault` is why it failed, None while it runs and once it is `done`.

    `url` is where its `size` bytes lie; None when nothing matched.
    """

    done: bool
    url: str | None = None
    size: int | None = None
    fault: str | None = None


@dataclass(frozen=True, slots=True)
class Exported:
    """A record of an export, which ends before byte `end`. `node` None: its parts lie apart, it is to be read by id."""

    id: str
    node: Node | None
    end: int
