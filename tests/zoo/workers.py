"""Bugs in how work is taken, kept, noted and given back: leases, fences, marks, bells, budgets, breakers."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sandbox.world.perils import GONE
from tandem.errors import OnHold
from tandem.model import Commit, Committed, Lease, Mark, Record
from tandem.sync.outcome import STRAGGLE, Later, Outcome
from tandem.sync.sweep import Swept
from tandem.sync.worker import World
from tests.zoo.planting import Function, bug


@bug("a second worker begins while the first still writes", "I12", "sync.worker:_lease_seconds", seed=3)
def lease_too_short(_: Function) -> Function:
    return lambda world, deadline: 10.0


@bug(
    "a lease ends before its last write can have landed",
    "I12",
    "sync.worker:_lease_seconds",
    needs="late, killed after",
    seed=314,
)
def lease_without_time_to_straggle(_: Function) -> Function:
    def lease_seconds(world: World, deadline: datetime) -> float:
        return max((deadline - world.clock.now()).total_seconds(), 0.0)

    return lease_seconds


@bug("a worker past its lease overwrites a row", "I13", "sandbox.memory:MemoryStore._commit", needs="frozen", seed=131)
def commit_without_fence(original: Function) -> Function:
    def commit(self: Any, one: Commit, fence: int) -> Any:
        row = self.records.get(one.ref, Record(one.ref))
        return original(self, one, max(fence, row.fence))

    return commit


@bug("a signal that came while the record was read is lost", "I14", "sandbox.memory:MemoryStore._commit")
def due_flag_cleared_blindly(original: Function) -> Function:
    def commit(self: Any, one: Commit, fence: int) -> Any:
        row = self.records.get(one.ref, Record(one.ref))
        return original(self, replace(one, marks=row.marks), fence)

    return commit


@bug("a mark on a row that is due anyway is lost to its worker", "I14", "sandbox.memory:MemoryStore.mark")
def due_rows_count_no_marks(original: Function) -> Function:
    async def mark(self: Any, one: Mark, now: datetime) -> bool:
        row = self.records.get(one.ref)
        if row is not None and row.due_at and not one.fields and not one.deleted:
            return False
        return bool(await original(self, one, now))

    return mark


@bug("a webhook is acknowledged and never marked", "I3", "sync.announce:announce", needs="killed before", seed=632)
def acknowledged_before_it_is_written(original: Function) -> Function:
    async def announce(marks: Sequence[Mark], world: World) -> int:
        async def later() -> None:
            with suppress(*GONE):
                await original(marks, world)

        asyncio.get_running_loop().create_task(later())
        return len(marks)

    return announce


@bug("rows whose bell was lost wait for good", "I3", "sync.sweep:sweep", seed=1)
def no_sweep(_: Function) -> Function:
    async def sweep(shop: str, world: World, go_on: Any) -> Swept:
        return Swept()

    return sweep


@bug("what came while a worker had the lane waits for the sweep", "I15", "sandbox.memory:MemoryStore.release")
def release_in_spite_of_bells(original: Function) -> Function:
    async def release(self: Any, lease: Lease, anyway: bool = False) -> bool:
        return bool(await original(self, lease, True))

    return release


@bug("a bell for a lane that is held is heard by nobody", "I15", "sandbox.memory:MemoryStore.lease", needs="bells")
def swallowed_bell(original: Function) -> Function:
    async def lease(self: Any, lane: Any, owner: str, now: datetime, seconds: float) -> Any:
        bells = self._lane(lane).bells
        taken = await original(self, lane, owner, now, seconds)
        self._lane(lane).bells = bells
        return taken

    return lease


@bug("a record just put off or done is taken up again", "I17", "sync.worker:_is_due", seed=2)
def index_is_believed(_: Function) -> Function:
    return lambda row, now: True


@bug("a write that may have been done is sent again", "I17", "hubspot.calls:Calls._try", needs="late", seed=143)
def lost_answers_are_retried(original: Function) -> Function:
    async def try_(self: Any, writes: bool, *call: Any) -> Any:
        return await original(self, False, *call)

    return try_


@bug("a write is repeated before the first can have landed", "I17", "sync.worker:commit", needs="late")
def unknown_outcome_tried_again_at_once(original: Function) -> Function:
    def commit(row: Record, outcome: Outcome, now: datetime) -> Commit:
        if isinstance(outcome, Later) and outcome.pause == STRAGGLE:
            outcome = replace(outcome, pause=timedelta())
        return original(row, outcome, now)  # type: ignore[no-any-return]

    return commit


@bug("a mark wakes a record that must wait", "I17", "sandbox.memory:MemoryStore._commit", needs="late")
def marks_wake_what_was_put_off(original: Function) -> Function:
    def commit(self: Any, one: Commit, fence: int) -> Any:
        row = self.records.get(one.ref, Record(one.ref))
        became = original(self, one, fence)
        if became is Committed.LATER and row.marks != one.marks:
            self._write(replace(self.records[one.ref], due_at=row.due_at or one.due_at))
        return became

    return commit


@bug("a run outlasts its lease", "I16", "sync.pace:Pace.take", needs="frozen")
def deadline_is_not_heeded(original: Function) -> Function:
    async def take(self: Any, tokens: float = 1.0) -> None:
        self._deadline = self._clock.now() + timedelta(hours=1)
        await original(self, tokens)

    return take


@bug("the account's limit is used up, its other apps fail", "I22", "sync.pace:Pace.take", needs="limit")
def budget_is_ignored(_: Function) -> Function:
    async def take(self: Any, tokens: float = 1.0) -> None:
        return None

    return take


@bug("after a fault nobody tries the vendor again", "I20", "sync.pace:Pace._probe", seed=11)
def breaker_stays_open(_: Function) -> Function:
    async def probe(self: Any, hold: OnHold, now: datetime) -> None:
        raise hold

    return probe


@bug("a parked record stays so, though it was mended", "I20", "sandbox.memory:MemoryStore.mark")
def parked_rows_are_never_revived(original: Function) -> Function:
    async def mark(self: Any, one: Mark, now: datetime) -> bool:
        row = self.records.get(one.ref)
        return False if row is not None and row.parked_at else bool(await original(self, one, now))

    return mark


@bug("a late webhook makes a deleted record live", "I10", "sandbox.memory:MemoryStore.mark", needs="delete")
def deletion_is_forgotten(original: Function) -> Function:
    async def mark(self: Any, one: Mark, now: datetime) -> bool:
        became_due = await original(self, one, now)
        row = self.records[one.ref]
        if row.deleted and not one.deleted:
            self._write(replace(row, deleted=False))
        return bool(became_due)

    return mark


@bug("two versions that meet stand still", "I20", "sync.orders:portal_of", "sync.contacts:portal_of", seed=2)
def settings_of_a_later_version_are_refused(*originals: Function) -> tuple[Function, ...]:
    def strict(original: Function) -> Function:
        async def portal_of(store: Any, shop: str) -> Any:
            if "of_a_later_version" in (await store.setting(shop, "portal") or {}):
                raise ValueError("extra fields not permitted")
            return await original(store, shop)

        return portal_of

    return tuple(map(strict, originals))
