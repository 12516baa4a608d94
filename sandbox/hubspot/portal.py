"""One account: its stores and settings, and the only functions that change a record."""

from collections import Counter
from collections.abc import Iterable
from datetime import timedelta
from random import Random

from sandbox.clock import Clock, epoch_ms
from sandbox.hubspot.apps import App, OAuth
from sandbox.hubspot.association_types import AssociationTypes
from sandbox.hubspot.errors import HubSpotError
from sandbox.hubspot.model import (
    BY_NAME,
    ELSEWHERE,
    OBJECT_TYPES,
    Change,
    Listener,
    ObjectType,
    Record,
    Source,
    Store,
    Version,
)
from sandbox.simulator import NotModelled
from sandbox.switches import Switches


class Portal:
    """State of one HubSpot account. `change` listeners hear everything that happens to a record.

    `apps` are by token; `calls` counts what was spent by (local day, kind of app).
    """

    def __init__(self, clock: Clock, random: Random, switches: Switches) -> None:
        self.clock = clock
        self.random = random
        self.switches = switches
        self.id = "24681357"
        self.time_zone = "US/Eastern"
        self.currency = "USD"
        self.extra_currencies = ["EUR", "CAD"]
        self.tier = "professional"
        self.api_add_ons = 0
        self.stores = {kind.type_id: Store(kind, clock) for kind in OBJECT_TYPES}
        self.association_types = AssociationTypes()
        self.apps: dict[str, App] = {}
        self.oauth = OAuth()
        self.calls: Counter[tuple[str, str]] = Counter()
        self.listeners: list[Listener] = []
        self._last_id = 100_000

    @property
    def now(self) -> int:
        return epoch_ms(self.clock.now)

    def store(self, name: str) -> Store:
        """The store a path names by singular, plural or type id; 400 for anything else (reference §2.10).

        Raises NotModelled for an object HubSpot has and the sandbox lacks.
        """
        kind = BY_NAME.get(name)
        if kind is None:
            if name in ELSEWHERE:
                raise NotModelled(f"the object {name}")
            raise HubSpotError(400, "VALIDATION_ERROR", f"Unable to infer object type from: {name}")
        return self.stores[kind.type_id]

    def of(self, kind: ObjectType) -> Store:
        return self.stores[kind.type_id]

    def new_id(self) -> str:
        """Ids are numbers as text, growing, not dense."""
        self._last_id += self.random.randint(1, 40)
        return str(self._last_id)

    def create(self, store: Store, properties: dict[str, str], source: Source) -> Record:
        """Add a record with these values; they must have passed the rules. Tells `creation`, then each value."""
        record = Record(self.new_id(), store.kind, {}, self.now, source, self.now)
        record.properties = self._stamped(record, properties)
        store.records[record.id] = record
        self._index_unique(store, record, {}, record.properties)
        self.index(record)
        self.tell("creation", record, source, changeFlag="CREATED")
        for name, value in properties.items():
            self.tell("propertyChange", record, source, propertyName=name, propertyValue=value)
        return record

    def write(self, record: Record, changes: dict[str, str], source: Source) -> bool:
        """Set values (`""` clears) that have passed the rules; False when nothing differed and nothing happened."""
        changed = {name: value for name, value in changes.items() if record.properties.get(name, "") != value}
        if not changed:
            return False
        before = record.properties
        after = dict(before)
        for name, value in changed.items():
            self._remember(record, name)
            record.written = record.written or {}
            record.written[name] = (self.now, source)
            if value == "":
                after.pop(name, None)
            else:
                after[name] = value
        record.updated = self.now
        record.properties = self._stamped(record, after)
        self._index_unique(self.of(record.kind), record, before, after)
        self.index(record)
        for name, value in changed.items():
            self.tell("propertyChange", record, source, propertyName=name, propertyValue=value)
        return True

    def archive(self, record: Record, source: Source) -> None:
        """Soft delete. Whether the record keeps its unique values is the switch `archived_keeps_key`."""
        if record.archived is not None:
            return
        record.archived = self.now
        if self.switches["archived_keeps_key"] == "no":
            self._index_unique(self.of(record.kind), record, record.properties, {})
        self.index(record)
        self.tell("deletion", record, source, changeFlag="DELETED")

    def restore(self, record: Record, source: Source) -> None:
        """Undo of an archive, as a person can for 90 days (reference §5.8)."""
        record.archived = None
        self._index_unique(self.of(record.kind), record, {}, record.properties)
        self.index(record)
        self.tell("restore", record, source, changeFlag="RESTORED")

    def erase(self, record: Record) -> None:
        """Forget a record for good, links included."""
        for type_id, others in (record.links or {}).items():
            for other_id in others:
                other = self.stores[type_id].records.get(other_id)
                if other is not None and other.links:
                    other.links.get(record.kind.type_id, {}).pop(record.id, None)
        store = self.of(record.kind)
        self._index_unique(store, record, record.properties, {})
        record.archived = self.now
        self.index(record)
        del store.records[record.id]

    def link(self, record: Record, other: Record, types: Iterable[int], back: Iterable[int], source: Source) -> bool:
        """Add association types between two records, both ways; False when they were all there."""
        types = tuple(types)
        ours = self._add_link(record, other, types)
        theirs = self._add_link(other, record, back)
        if ours or theirs:
            self._tell_link(record, other, source, removed=False, primary=self.association_types.primary(types))
        return ours or theirs

    def unlink(self, record: Record, other: Record, source: Source, types: Iterable[int] | None = None) -> None:
        """Remove `types` from `record` to `other`; None removes every association, both ways."""
        had = (record.links or {}).get(other.kind.type_id, {}).get(other.id)
        if had is None:
            return
        left = tuple(t for t in had if t not in set(types)) if types is not None else ()
        assert record.links is not None
        if left:
            record.links[other.kind.type_id][other.id] = left
            return
        record.links[other.kind.type_id].pop(other.id)
        if other.links:
            other.links.get(record.kind.type_id, {}).pop(record.id, None)
        primary = self.association_types.primary(had)
        self._tell_link(record, other, source, removed=True, primary=primary)

    def linked(self, record: Record, kind: ObjectType) -> dict[str, tuple[int, ...]]:
        """Association type ids by the id of each live record of `kind` linked to this one."""
        others = (record.links or {}).get(kind.type_id, {})
        records = self.of(kind).records
        return {other: types for other, types in others.items() if records[other].archived is None}

    def index(self, record: Record) -> None:
        """Queue the record for the search index; the lag is drawn from the switch `search_lag` (seconds)."""
        low, _, high = self.switches["search_lag"].partition("-")
        lag = self.random.uniform(float(low), float(high or low))
        self.of(record.kind).index_later(record, int(lag * 1000))

    def tell(self, what: str, record: Record, source: Source, **details: object) -> None:
        if self.listeners:
            change = Change(what, record, self.now, source, details)
            for listener in self.listeners:
                listener(change)

    def owner(self, store: Store, name: str, value: str) -> Record | None:
        """The record that holds a unique value."""
        record_id = store.unique.get(name, {}).get(value)
        return None if record_id is None else store.records.get(record_id)

    def iso(self, ms: int) -> str:
        """HubSpot's own time text, e.g. 2026-11-02T09:00:00.000Z."""
        when = self.clock.now + timedelta(milliseconds=ms - self.now)
        return when.strftime("%Y-%m-%dT%H:%M:%S.") + f"{ms % 1000:03d}Z"

    def _remember(self, record: Record, name: str) -> None:
        if name in record.properties or name in (record.written or {}):
            at, source = (record.written or {}).get(name, (record.created, record.source))
            record.past = record.past or {}
            record.past.setdefault(name, []).append(Version(record.properties.get(name), at, source))

    def _stamped(self, record: Record, properties: dict[str, str]) -> dict[str, str]:
        kind = record.kind
        created = self.iso(record.created)
        stamps = {
            "hs_createdate": created,
            kind.created: created,
            kind.modified: self.iso(record.updated),
            "hs_object_id": record.id,
        }
        return {**properties, **stamps}

    def _index_unique(self, store: Store, record: Record, before: dict[str, str], after: dict[str, str]) -> None:
        for name, values in store.unique.items():
            old, new = before.get(name), after.get(name)
            if old is not None and old != new and values.get(old) == record.id:
                del values[old]
            if new is not None:
                values[new] = record.id

    def _add_link(self, record: Record, other: Record, types: Iterable[int]) -> bool:
        record.links = record.links if record.links is not None else {}
        others = record.links.setdefault(other.kind.type_id, {})
        had = others.get(other.id, ())
        now = (*had, *(t for t in types if t not in had))
        others[other.id] = now
        return now != had

    def _tell_link(self, record: Record, other: Record, source: Source, *, removed: bool, primary: bool) -> None:
        for ours, theirs in ((record, other), (other, record)):
            self.tell(
                "associationChange",
                ours,
                source,
                fromObjectId=int(ours.id),
                toObjectId=int(theirs.id),
                associationType=f"{ours.kind.singular}_TO_{theirs.kind.singular}".upper(),
                associationRemoved=removed,
                isPrimaryAssociation=primary,
            )
