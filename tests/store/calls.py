"""Steps of a random play against a store, and the calls of the Store port they stand for."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from sandbox.memory import MemoryStore
from tandem.model import Commit, Entry, Job, Kind, Lane, Lease, Mark, Priority, Rate, Record, Ref, lane_of
from tandem.ports import Store

START = datetime(2026, 11, 2, 9, tzinfo=UTC)
SHARDS = 2
SHOP, OTHER = "one.myshopify.com", "two.myshopify.com"
REFS = (
    *(Ref(SHOP, Kind.ORDER, id_) for id_ in "123"),
    Ref(SHOP, Kind.CONTACT, "1"),
    Ref(SHOP, Kind.CART, "f00"),
    Ref(OTHER, Kind.ORDER, "1"),
)
LANES = tuple(sorted({lane_of(ref, SHARDS) for ref in REFS} | {Lane(SHOP, Kind.ORDER, 1)}))
RATE = Rate(per_second=2, burst=10)
TICK = timedelta(microseconds=1_001)
"""Between two steps."""
SKEW = {"a": 0.0, "b": 2.000003, "c": -3.000005}
"""Seconds by which each worker's clock is wrong."""

Call = Callable[[Store], Awaitable[Any]]


class Step(NamedTuple):
    """What one worker does. `fault` is what its calls to DynamoDB meet: `lost`, `refused`, `undone`."""

    name: str
    who: str
    words: Mapping[str, Any]
    fault: str = ""

    def __str__(self) -> str:
        words = ", ".join(f"{name}={_short(value)}" for name, value in self.words.items())
        return f"{self.who}: {self.name}({words}) {self.fault}".rstrip()


class Race(NamedTuple):
    """`second` comes just before the write number `at` of `first`, counted from 0."""

    first: Step
    second: Step
    at: int

    def __str__(self) -> str:
        return f"{self.first}; before its write {self.at} {self.second}"


def _short(value: Any) -> str:
    match value:
        case Ref():
            return f"{value.kind}/{value.id}" + (" of another shop" if value.shop == OTHER else "")
        case Lane():
            return f"{value.kind}#{value.shard}"
        case list():
            return f"[{', '.join(map(_short, value))}]"
        case _:
            return repr(value)


@dataclass
class Scene:
    """What the workers believe: the time, and the last lease each was given."""

    memory: MemoryStore
    now: datetime = START
    leases: dict[str, Lease] = field(default_factory=dict)

    def call(self, step: Step) -> Call:
        """A step with all its words settled, to be called on either store."""
        call: Call = getattr(self, f"_{step.name}")(step.who, **step.words)
        return call

    def ends(self) -> list[datetime]:
        """When leases, claims, closures and holds will be over."""
        lanes, rows, budgets = (self.memory.lanes.values(), self.memory.records.values(), self.memory._budgets.values())
        moments = [moment for lane in lanes for moment in (lane.until, lane.closed_until)]
        moments += [row.claimed_until for row in rows] + [spent.held for spent in budgets]
        return sorted(moment for moment in moments if moment and moment > self.now + TICK)

    def learn(self, who: str, answer: Any) -> None:
        if isinstance(answer, Lease):
            self.leases[who] = answer

    def _time(self, who: str, later: float = 0) -> datetime:
        return self.now + timedelta(seconds=SKEW[who] + later)

    def _held(self, who: str) -> Lease:
        """The last this worker was given; before that, one it only believes to have."""
        return self.leases.get(who, Lease(LANES[0], who, 1, self.now, 0))

    def _marks(self, ref: Ref) -> int:
        return self.memory.records.get(ref, Record(ref)).marks

    def _mark(self, who: str, ref: Ref, **words: Any) -> Call:
        return lambda store: store.mark(Mark(ref, who, **words), self._time(who))

    def _mark_many(self, who: str, refs: list[Ref], priority: Priority) -> Call:
        return lambda store: store.mark_many([Mark(ref, who, priority) for ref in refs], self._time(who))

    def _lease(self, who: str, lane: Lane, seconds: float) -> Call:
        return lambda store: store.lease(lane, who, self._time(who), seconds)

    def _renew(self, who: str, seconds: float) -> Call:
        held = self._held(who)
        return lambda store: store.renew(held, self._time(who), seconds)

    def _release(self, who: str, anyway: bool) -> Call:
        held = self._held(who)
        return lambda store: store.release(held, anyway)

    def _close(self, who: str, seconds: float) -> Call:
        held = self._held(who)
        return lambda store: store.close(held, self._time(who, seconds), f"{who} met an outage")

    def _closed(self, who: str, lane: Lane) -> Call:
        return lambda store: store.closed(lane, self._time(who))

    def _due(self, who: str, lane: Lane, priority: Priority, limit: int) -> Call:
        """When the rows are due, oldest first; between rows of one instant the order is nobody's promise."""

        async def times(store: Store) -> list[datetime | None]:
            refs = await store.due(lane, priority, self._time(who), limit)
            return [self.memory.records[ref].due_at for ref in refs]

        return times

    def _read(self, who: str, refs: list[Ref]) -> Call:
        return lambda store: store.read(refs)

    def _commit(self, who: str, refs: list[Ref], behind: int, fields: Mapping[str, Any], end: str) -> Call:
        parked = {"parked_at": self._time(who)} if end == "parked" else {}
        due_at = self._time(who, 5) if end == "later" else None
        commits = [Commit(ref, max(self._marks(ref) - behind, 0), {**fields, **parked}, due_at) for ref in refs]
        held = self._held(who)
        return lambda store: store.commit(commits, held)

    def _claim(self, who: str, ref: Ref, seconds: float) -> Call:
        return lambda store: store.claim(ref, who, self._time(who), seconds)

    def _note(self, who: str, refs: list[Ref]) -> Call:
        entries = [Entry(ref, self._time(who), who, "clean", ("link",)) for ref in refs]
        return lambda store: store.note(entries)

    def _draw(self, who: str, tokens: float, patience: float) -> Call:
        return lambda store: store.draw(SHOP, tokens, RATE, self._time(who), patience)

    def _hold(self, who: str, seconds: float) -> Call:
        return lambda store: store.hold(SHOP, self._time(who, seconds))

    def _probe(self, who: str, seconds: float) -> Call:
        return lambda store: store.probe(SHOP, self._time(who), seconds)

    def _lift(self, who: str) -> Call:
        return lambda store: store.lift(SHOP)

    def _setting(self, who: str, name: str) -> Call:
        return lambda store: store.setting(SHOP, name)

    def _put_setting(self, who: str, name: str, value: Mapping[str, Any] | None) -> Call:
        """None stands for one that is too large."""
        kept = {"long": "\u00e9" * 200_000} if value is None else value
        return lambda store: store.put_setting(SHOP, name, kept)

    def _job(self, who: str, name: str) -> Call:
        return lambda store: store.job(SHOP, name)

    def _save_job(self, who: str, name: str, behind: int, cursor: str | None) -> Call:
        stored = self.memory._jobs.get((SHOP, name))
        revision = max((stored.revision if stored else 0) - behind, 0)
        job = Job(SHOP, name, {"ids": ("1", "2")}, cursor, {"marked": 2}, done=cursor is None, revision=revision)
        return lambda store: store.save_job(job)

    def _put_notes(self, who: str, names: list[str], value: Mapping[str, Any]) -> Call:
        return lambda store: store.put_notes(SHOP, "audit", dict.fromkeys(names, value), self._time(who))

    def _notes(self, who: str, names: list[str]) -> Call:
        return lambda store: store.notes(SHOP, "audit", names)

    def _notes_after(self, who: str, prefix: str, after: str | None, limit: int) -> Call:
        return lambda store: store.notes_after(SHOP, "audit", prefix, after, limit)

    def _rows(self, who: str, kind: Kind, after: str | None, limit: int) -> Call:
        return lambda store: store.rows(SHOP, kind, after, limit)

    def _parked(self, who: str, limit: int) -> Call:
        return lambda store: store.parked(SHOP, limit)
