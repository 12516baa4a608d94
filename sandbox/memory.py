"""The store in memory, for simulated worlds and tests: the same answers as the table's, each call all at once."""

import json
from bisect import bisect_left, insort
from collections import defaultdict, deque
from collections.abc import Mapping, Sequence
from dataclasses import MISSING, dataclass, fields, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from tandem.model import (
    Commit,
    Committed,
    Entry,
    Job,
    Kind,
    Lane,
    Lease,
    Mark,
    Priority,
    Rate,
    Record,
    Ref,
    Refused,
    lane_of,
)
from tandem.store.budgets import on_hold
from tandem.store.lanes import fence_at
from tandem.store.pace import Spent, reserve
from tandem.store.rows import checked
from tandem.store.settings import document
from tandem.store.wire import decode, encode

Place = tuple[Lane, Priority, datetime]
"""Where a due row stands in the index."""

ABSENT: dict[str, Any] = {
    field.name: field.default_factory() if field.default_factory is not MISSING else field.default
    for field in fields(Record)
    if field.name != "ref"
}


@dataclass(slots=True)
class LaneState:
    """A lane's lease and its breaker."""

    owner: str | None = None
    until: datetime | None = None
    fence: int = 0
    bells: int = 0
    closed_until: datetime | None = None
    reason: str = ""


class MemoryStore:
    """The Store port. `lag` is how many seconds the index of due rows runs behind, by the times callers pass."""

    def __init__(self, shards: int = 1, lag: float = 0) -> None:
        self.records: dict[Ref, Record] = {}
        self.lanes: dict[Lane, LaneState] = {}
        self.history: list[Entry] = []
        self._budgets: dict[str, Spent] = {}
        self._settings: dict[tuple[str, str], str] = {}
        self._jobs: dict[tuple[str, str], Job] = {}
        self._notes: dict[tuple[str, str, str], str] = {}
        self._shards = shards
        self._lag = timedelta(seconds=lag)
        self._latest = datetime.min.replace(tzinfo=UTC)
        self._index: dict[Ref, Place] = {}
        self._queues: defaultdict[tuple[Lane, Priority], list[tuple[datetime, Ref]]] = defaultdict(list)
        self._behind: deque[tuple[datetime, Ref, Place | None]] = deque()

    async def mark(self, mark: Mark, now: datetime) -> bool:
        self._pass(now)
        row, fields = self.records.get(mark.ref, Record(mark.ref)), _stored(mark.fields)
        if mark.version and row.facts_version and row.facts_version > mark.version:
            return False
        changes = fields | {"marks": row.marks + 1, "cause": mark.cause, "parked_at": None}
        if row.due_at is None:
            changes |= {"due_at": now, "due_since": now, "priority": mark.priority}
        elif mark.priority.before(row.priority):
            changes["priority"] = mark.priority
        if mark.seen:
            changes["seen"] = mark.seen
        if mark.deleted:
            changes["deleted"] = True
        if mark.version:
            changes["facts_version"] = mark.version
        self._write(replace(row, **changes))
        return row.due_at is None or mark.priority.before(row.priority)

    async def mark_many(self, marks: Sequence[Mark], now: datetime) -> int:
        return sum([await self.mark(mark, now) for mark in marks])

    async def lease(self, lane: Lane, owner: str, now: datetime, seconds: float) -> Lease | Refused:
        if closed := await self.closed(lane, now):
            return closed
        state = self._lane(lane)
        if state.owner not in {None, owner} and state.until and state.until >= now:
            state.bells += 1
            return Refused(None, "held by another worker")
        state.owner, state.until = owner, now + timedelta(seconds=seconds)
        state.fence = max(state.fence + 1, fence_at(now))
        return Lease(lane, owner, state.fence, state.until, state.bells)

    async def renew(self, lease: Lease, now: datetime, seconds: float) -> Lease | None:
        self._pass(now)
        state = self._lane(lease.lane)
        if (state.owner, state.fence) != (lease.owner, lease.fence):
            return None
        state.until = now + timedelta(seconds=seconds)
        return replace(lease, until=state.until, bells=state.bells)

    async def release(self, lease: Lease, anyway: bool = False) -> bool:
        state = self._lane(lease.lane)
        if (state.owner, state.fence) != (lease.owner, lease.fence):
            return True
        if state.bells != lease.bells and not anyway:
            return False
        state.owner = state.until = None
        return True

    async def close(self, lease: Lease, until: datetime, reason: str) -> None:
        state = self._lane(lease.lane)
        if (state.owner, state.fence) == (lease.owner, lease.fence):
            state.closed_until, state.reason = until, reason
            state.owner = state.until = None

    async def closed(self, lane: Lane, now: datetime) -> Refused | None:
        self._pass(now)
        state = self._lane(lane)
        return Refused(state.closed_until, state.reason) if state.closed_until and state.closed_until > now else None

    async def due(self, lane: Lane, priority: Priority, now: datetime, limit: int) -> list[Ref]:
        self._pass(now)
        return [ref for when, ref in self._queues[lane, priority][:limit] if when <= now]

    async def read(self, refs: Sequence[Ref]) -> dict[Ref, Record]:
        return {ref: self.records[ref] for ref in refs if ref in self.records}

    async def commit(self, commits: Sequence[Commit], lease: Lease) -> dict[Ref, Committed]:
        return {commit.ref: self._commit(commit, lease.fence) for commit in commits}

    def _commit(self, commit: Commit, fence: int) -> Committed:
        row, changes = self.records.get(commit.ref, Record(commit.ref)), _stored(commit.fields) | {"fence": fence}
        if row.fence > fence:
            return Committed.LOST
        if commit.due_at:
            changes |= {"due_at": commit.due_at, "due_since": row.due_since or commit.due_at, "parked_at": None}
            outcome = Committed.LATER
        elif row.marks != commit.marks:
            changes["parked_at"] = None
            outcome = Committed.AGAIN
        else:
            changes |= {"due_at": None, "due_since": None, "priority": Priority.LIVE, "attempts": 0}
            changes.setdefault("parked_at", None)
            outcome = Committed.CLEAN
        self._write(replace(row, **changes))
        return outcome

    async def claim(self, ref: Ref, owner: str, now: datetime, seconds: float) -> bool:
        self._pass(now)
        row = self.records.get(ref, Record(ref))
        taken = row.claimed_by not in {None, owner} and row.claimed_until and row.claimed_until >= now
        if row.link is not None or taken:
            return False
        self._write(replace(row, claimed_by=owner, claimed_until=now + timedelta(seconds=seconds)))
        return True

    async def note(self, entries: Sequence[Entry]) -> None:
        self.history += entries

    async def draw(self, budget: str, tokens: float, rate: Rate, now: datetime, patience: float) -> float | None:
        self._pass(now)
        spent = self._budgets.get(budget, Spent())
        if spent.held:
            raise on_hold(spent.held)
        spent, wait = reserve(spent, tokens, rate, now)
        if wait > patience:
            return None
        self._budgets[budget] = spent
        return wait

    async def hold(self, budget: str, until: datetime) -> None:
        spent = self._budgets.get(budget, Spent())
        self._budgets[budget] = replace(spent, held=max(spent.held or until, until))

    async def probe(self, budget: str, now: datetime, seconds: float) -> bool:
        spent = self._budgets.get(budget, Spent())
        if spent.held is None or spent.held > now:
            return False
        self._budgets[budget] = replace(spent, held=now + timedelta(seconds=seconds))
        return True

    async def lift(self, budget: str) -> None:
        self._budgets[budget] = replace(self._budgets.get(budget, Spent()), held=None)

    async def setting(self, shop: str, name: str) -> dict[str, Any] | None:
        text = self._settings.get((shop, name))
        return None if text is None else dict(json.loads(text))

    async def put_setting(self, shop: str, name: str, value: Mapping[str, Any]) -> None:
        self._settings[shop, name] = document(name, value)

    async def job(self, shop: str, name: str) -> Job | None:
        return self._jobs.get((shop, name))

    async def save_job(self, job: Job) -> bool:
        stored = self._jobs.get((job.shop, job.name))
        if job.revision != (stored.revision if stored else 0):
            return False
        request, counts = json.loads(json.dumps([dict(job.request), dict(job.counts)]))
        self._jobs[job.shop, job.name] = replace(job, request=request, counts=counts, revision=job.revision + 1)
        return True

    async def put_notes(
        self, shop: str, report: str, notes: Mapping[str, Mapping[str, Any]], expires: datetime
    ) -> None:
        for name, note in notes.items():
            self._notes[shop, report, name] = json.dumps(note)

    async def notes(self, shop: str, report: str, names: Sequence[str]) -> dict[str, dict[str, Any]]:
        return {
            name: json.loads(self._notes[shop, report, name]) for name in names if (shop, report, name) in self._notes
        }

    async def notes_after(
        self, shop: str, report: str, prefix: str, after: str | None, limit: int
    ) -> list[tuple[str, dict[str, Any]]]:
        mine = (name for of, at, name in self._notes if (of, at) == (shop, report))
        names = sorted(name for name in mine if name.startswith(prefix) and name > (after or ""))[:limit]
        return list((await self.notes(shop, report, names)).items())

    async def rows(self, shop: str, kind: Kind, after: str | None, limit: int) -> tuple[list[Record], str | None]:
        ids = sorted(ref.id for ref in self.records if (ref.shop, ref.kind) == (shop, kind) and ref.id > (after or ""))
        page = [self.records[Ref(shop, kind, id_)] for id_ in ids[:limit]]
        return page, page[-1].ref.id if len(page) == limit else None

    async def parked(self, shop: str, limit: int) -> list[Record]:
        found = [(row.parked_at, ref) for ref, row in self.records.items() if ref.shop == shop and row.parked_at]
        return [self.records[ref] for _, ref in sorted(found)[:limit]]

    def _lane(self, lane: Lane) -> LaneState:
        return self.lanes.setdefault(lane, LaneState())

    def _write(self, row: Record) -> None:
        self.records[row.ref] = row
        place = (lane_of(row.ref, self._shards), row.priority, row.due_at) if row.due_at else None
        self._behind.append((self._latest + self._lag, row.ref, place))
        self._pass(self._latest)

    def _pass(self, now: datetime) -> None:
        """Time goes on to `now`: what was written long enough ago shows in the index."""
        self._latest = max(self._latest, now)
        while self._behind and self._behind[0][0] <= self._latest:
            _, ref, place = self._behind.popleft()
            if left := self._index.pop(ref, None):
                queue = self._queues[left[:2]]
                del queue[bisect_left(queue, (left[2], ref))]
            if place:
                self._index[ref] = place
                insort(self._queues[place[:2]], (place[2], ref))


def _stored(changes: Mapping[str, Any]) -> dict[str, Any]:
    """Fields as a row gives them back: None is the field's default, a tuple among facts a list."""
    return {
        name: ABSENT[name] if value is None else decode(encode(value)) if isinstance(value, Mapping) else value
        for name, value in checked(changes).items()
    }
