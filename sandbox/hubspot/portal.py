"""One account: its stores and settings, and the functions that change a record; two become one in `merge`."""

from collections import Counter
from collections.abc import Iterable, Mapping
from decimal import Decimal
from random import Random

from sandbox.clock import Clock, epoch_ms
from sandbox.hubspot.account.apps import App, OAuth
from sandbox.hubspot.errors import HubSpotError
from sandbox.hubspot.links.association_types import AssociationTypes
from sandbox.hubspot.model import (
    BY_NAME,
    CONTACT,
    ELSEWHERE,
    OBJECT_TYPES,
    Change,
    Listener,
    ObjectType,
    Owner,
    Record,
    Source,
    Store,
    Version,
)
from sandbox.hubspot.records.unique import ADDITIONAL, EMAIL, reindex
from sandbox.hubspot.times import DAY, instant, seconds
from sandbox.simulator import NotModelled
from sandbox.switches import Switches

CALCULATED = Source("CALCULATED")
NOTHING: Mapping[str, str] = {}
KEPT_ARCHIVED = 90 * DAY
KEPT_TIMES = 10_000


class Portal:
    """State of one HubSpot account. `change` listeners hear everything that happens to a record.

    `opened` is when the account was made. `exchange_rates` tell what one unit of an additional currency is worth in
    the company's. `apps` are by token; `calls` counts what was spent by (local day, kind of app); `blocked` are
    addresses that a privacy deletion has barred for good.
    """

    def __init__(self, clock: Clock, random: Random, switches: Switches) -> None:
        self.clock = clock
        self.random = random
        self.switches = switches
        self.id = "24681357"
        self.time_zone = "US/Eastern"
        self.currency = "USD"
        self.extra_currencies = ["EUR", "CAD"]
        self.exchange_rates = {"EUR": Decimal("1.08"), "CAD": Decimal("0.73")}
        self.tier = "professional"
        self.api_add_ons = 0
        self.stores = {kind.type_id: Store(kind, clock) for kind in OBJECT_TYPES}
        self.association_types = AssociationTypes()
        self.opened = self.now
        self.owners = [Owner("70000001", "1", "sales@example.com", "Example", "Owner", self.now, self.now)]
        self.apps: dict[str, App] = {}
        self.oauth = OAuth()
        self.calls: Counter[tuple[str, str]] = Counter()
        self.listeners: list[Listener] = []
        self.watched: dict[str, set[str]] = {}
        self.blocked: set[str] = set()
        self._last_id = 100_000
        self._iso: dict[int, str] = {}
        self._type_ids: dict[tuple[int, ...], tuple[int, ...]] = {}

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
        store = self.stores[kind.type_id]
        self._forget_expired(store)
        return store

    def of(self, kind: ObjectType) -> Store:
        return self.stores[kind.type_id]

    def new_id(self) -> str:
        """Ids are numbers as text, growing, not dense."""
        self._last_id += 1 + int(self.random.random() * 40)
        return str(self._last_id)

    def create(
        self,
        store: Store,
        properties: Mapping[str, str],
        source: Source,
        computed: Mapping[str, str] = NOTHING,
        record_id: str | None = None,
    ) -> Record:
        """Add a record with these values; they must have passed the rules. Tells `creation`, then each value.

        `computed` are values that HubSpot works out itself; `record_id` is one drawn with `new_id` before.
        """
        now = self.now
        record = Record(record_id or self.new_id(), store.kind, {}, now, source, now)
        values = {**properties, **computed, "hs_object_source": source.kind, "hs_object_source_label": source.kind}
        if source.id is not None:
            values["hs_object_source_id"] = source.id
        record.properties = self._stamp(record, values)
        store.add(record)
        reindex(store, record, NOTHING, values)
        self.index(record)
        self.tell("creation", record, source, changeFlag="CREATED")
        self._tell_values(record, properties, source)
        self._tell_values(record, computed, CALCULATED)
        return record

    def write(
        self, record: Record, changes: Mapping[str, str], source: Source, computed: Mapping[str, str] = NOTHING
    ) -> bool:
        """Set values (`""` clears) that have passed the rules; False when nothing differed and nothing happened."""
        changed = self.put(record, changes, source, computed)
        for values, by in changed:
            self._tell_values(record, values, by)
        return bool(changed)

    def put(
        self, record: Record, changes: Mapping[str, str], source: Source, computed: Mapping[str, str] = NOTHING
    ) -> list[tuple[Mapping[str, str], Source]]:
        """Set values as `write` does and tell nobody; returns what differed, and by whom."""
        before = record.properties
        own = {name: value for name, value in changes.items() if before.get(name, "") != value}
        calculated = {name: value for name, value in computed.items() if before.get(name, "") != value}
        changed: list[tuple[Mapping[str, str], Source]] = [(own, source), (calculated, CALCULATED)]
        changed = [(values, by) for values, by in changed if values]
        if changed:
            record.updated = self.now
            after = dict(before)
            for values, by in changed:
                self._set(record, after, values, by)
            record.properties = self._stamp(record, after)
            reindex(self.of(record.kind), record, before, after)
            self.index(record)
        return changed

    def archive(self, record: Record, source: Source) -> None:
        """Soft delete. An address is free again; other unique values as the switch `archived_keeps_key` says."""
        if record.archived is not None:
            return
        record.archived = self.now
        store = self.of(record.kind)
        store.note_archived(record)
        kept = dict(record.properties) if self.switches["archived_keeps_key"] == "yes" else {}
        if record.kind is CONTACT:
            kept.pop(EMAIL, None)
            kept.pop(ADDITIONAL, None)
        reindex(store, record, record.properties, kept)
        self.index(record)
        self.tell("deletion", record, source, changeFlag="DELETED")

    def restore(self, record: Record, source: Source) -> None:
        """Undo of an archive, as a person can for 90 days (reference §5.8)."""
        if record.archived is None:
            return
        record.archived = None
        store = self.of(record.kind)
        store.note_archived(record)
        reindex(store, record, NOTHING, record.properties)
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
        reindex(store, record, record.properties, NOTHING)
        record.archived = self.now
        self.index(record)
        del store.records[record.id]
        store.note_archived(record)

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
        low, high = seconds(self.switches["search_lag"])
        self.of(record.kind).index_later(record, int(self.random.uniform(low, high) * 1000))

    def tell(self, what: str, record: Record, source: Source, **details: object) -> None:
        if self.listeners:
            change = Change(what, record, self.now, source, details)
            for listener in self.listeners:
                listener(change)

    def iso(self, ms: int) -> str:
        """HubSpot's own time text, as `times.instant` tells; records of one moment share it."""
        text = self._iso.get(ms)
        if text is None:
            if len(self._iso) >= KEPT_TIMES:
                self._iso.clear()
            text = self._iso[ms] = instant(ms)
        return text

    def _forget_expired(self, store: Store) -> None:
        while store.archived and store.archived[0][0] <= self.now - KEPT_ARCHIVED:
            when, record_id = store.archived.popleft()
            record = store.records.get(record_id)
            if record is not None and record.archived == when:
                self.erase(record)

    def _set(self, record: Record, values: dict[str, str], changed: Mapping[str, str], source: Source) -> None:
        at = (record.updated, source)
        for name, value in changed.items():
            self._remember(record, name)
            record.written = record.written if record.written is not None else {}
            record.written[name] = at
            if value == "":
                values.pop(name, None)
            else:
                values[name] = value

    def _remember(self, record: Record, name: str) -> None:
        if name in record.properties or name in (record.written or {}):
            at, source = (record.written or {}).get(name, (record.created, record.source))
            record.past = record.past or {}
            record.past.setdefault(name, []).append(Version(record.properties.get(name), at, source))

    def _stamp(self, record: Record, values: dict[str, str]) -> dict[str, str]:
        kind = record.kind
        created = self.iso(record.created)
        values["hs_createdate"] = created
        values.setdefault(kind.created, created)
        values[kind.modified] = self.iso(record.updated)
        values["hs_object_id"] = record.id
        return values

    def _tell_values(self, record: Record, values: Mapping[str, str], source: Source) -> None:
        if watched := self.watched.get(record.kind.type_id):
            for name in [name for name in values if name in watched]:
                self.tell("propertyChange", record, source, propertyName=name, propertyValue=values[name])

    def _add_link(self, record: Record, other: Record, types: Iterable[int]) -> bool:
        record.links = record.links if record.links is not None else {}
        others = record.links.setdefault(other.kind.type_id, {})
        had = others.get(other.id, ())
        now = (*had, *(t for t in types if t not in had))
        others[other.id] = now = self._type_ids.setdefault(now, now)
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
