"""Drains one lane: lease, due rows, one batch after the other, commit, release."""

import traceback
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import PurePath

from tandem.errors import Misconfigured, OnHold, OutcomeUnknown, OutOfTime, Rejected, Unavailable
from tandem.model import Committed, Kind, Lane, Lease, Priority, Record, Ref, Refused
from tandem.ports import Bell, Clock, HubSpot, Ids, Shopify, Store
from tandem.sync.outcome import STRAGGLE, Done, Failed, Later, Outcome, commit, entry
from tandem.sync.pace import Pace

BATCH: Mapping[Priority, int] = {Priority.LIVE: 400, Priority.RECONCILE: 200, Priority.BULK: 200}
"""Rows at once: the more, the fewer calls for each; but live rows wait for the bulk batch that is under way."""
LAST_CALL = timedelta(seconds=15)
"""A call begun at the deadline ends by then: the read timeout and a little."""
SKEW = timedelta(seconds=5)
CLOSED = timedelta(seconds=30)
"""How long a lane rests after a fault of the vendor's; the next batch after it is the probe."""
CLOSED_BY_OWNER = timedelta(minutes=5)
GLANCE = 0.1
"""Seconds between two looks at a lane where nothing is due yet."""
GLANCES = 3
"""More looks of a run that was rung for and finds nothing: the index of due rows may be slower than the bell."""
SHOWS = 2.0
"""Seconds until a record just made is seen by HubSpot's check of unique values, where that is not atomic (inferred)."""
HEARTBEAT = "heartbeat"
"""The id of a record that is no vendor's: a worker that commits it shows that the way to it is open."""
LINGER = timedelta(seconds=10)
"""For a record put off by no more than this the worker stays; the next sweep would be a minute away."""


@dataclass(frozen=True, slots=True)
class World:
    """The ports, put together. `shards` is how many lanes a kind has, `lease` the right to the one drained."""

    store: Store
    bell: Bell
    clock: Clock
    ids: Ids
    shards: int = 1
    lease: Lease | None = None


@dataclass(frozen=True, slots=True)
class Vendors:
    """Both clients, with the pace and the deadline of one batch. `paces` are by the vendor's name."""

    shopify: Shopify
    hubspot: HubSpot
    paces: Mapping[str, Pace] = field(default_factory=dict)


Outcomes = Mapping[Ref, Outcome]
Sync = Callable[[Sequence[Record], Vendors, World], Awaitable[Outcomes]]
"""Brings one batch of rows in step. Every row is answered."""
Open = Callable[[Priority, datetime], Vendors]


@dataclass(slots=True)
class Tally:
    """What one run did. `lags` are the seconds from the first signal to the commit, of rows that came in step.

    Only of those that nobody lets wait on purpose: not of bulk work, not of carts, which begin when buyers are gone.
    `soon` is when the last record is due again that was put off for a moment only.
    """

    outcomes: Counter[str] = field(default_factory=Counter)
    lags: list[float] = field(default_factory=list)
    soon: datetime | None = None
    ended: str = "empty"
    reason: str = ""


async def drain(lane: Lane, sync: Sync, vendors: Open, world: World, deadline: datetime) -> Tally:
    """Bring everything due in the lane in step, until nothing is or the deadline is near.

    The lease outlasts the deadline, so that it need not be renewed in between.
    """
    tally = Tally()
    taken = await world.store.lease(lane, world.ids.new(), world.clock.now(), _lease_seconds(world, deadline))
    if isinstance(taken, Refused):
        tally.ended, tally.reason = ("closed" if taken.closed_until else "held"), taken.reason
        return tally
    lease = taken
    glances = GLANCES
    while world.clock.now() < deadline:
        rows, priority = await _due(lane, world)
        if rows:
            glances = 0
            if not await _batch(rows, lease, sync, vendors(priority, deadline), world, tally):
                return tally if tally.ended != "out of time" else await _leave(lease, world, tally, tally.ended)
            if tally.outcomes["overtaken"]:
                return await _leave(lease, world, tally, "overtaken")
            continue
        waits = glances or _lingers(tally, world)
        if not waits and await world.store.release(lease):
            return tally
        glances = max(glances - 1, 0)
        await world.clock.sleep(GLANCE)
        if not waits:  # a bell came: only now need it be known how many there were
            renewed = await world.store.renew(lease, world.clock.now(), _lease_seconds(world, deadline))
            if renewed is None:
                tally.ended = "overtaken"
                return tally
            lease = renewed
    return await _leave(lease, world, tally, "out of time")


def _lingers(tally: Tally, world: World) -> bool:
    """Whether a record that was put off in this run is about to be due again."""
    return tally.soon is not None and world.clock.now() <= tally.soon


def _lease_seconds(world: World, deadline: datetime) -> float:
    """What the run may still last, and how long a call it began last may still land."""
    left = max(deadline - world.clock.now(), timedelta())
    return (left + LAST_CALL + STRAGGLE + SKEW).total_seconds()


async def _leave(lease: Lease, world: World, tally: Tally, ended: str) -> Tally:
    """Rows may still be due: let the next run begin at once."""
    tally.ended = ended
    await world.store.release(lease, anyway=True)
    await world.bell.ring(lease.lane)
    return tally


async def _due(lane: Lane, world: World) -> tuple[list[Record], Priority]:
    """The next batch: live rows, else bulk ones. The index finds them, the rows themselves decide."""
    now = world.clock.now()
    for priority in Priority:
        refs = await world.store.due(lane, priority, now, BATCH[priority])
        rows = await world.store.read(refs) if refs else {}
        due = [rows[ref] for ref in refs if ref in rows and _is_due(rows[ref], now)]
        if due:
            return due, priority
    return [], Priority.LIVE


def _is_due(row: Record, now: datetime) -> bool:
    return row.due_at is not None and row.due_at <= now


async def _batch(
    rows: Sequence[Record], lease: Lease, sync: Sync, vendors: Vendors, world: World, tally: Tally
) -> bool:
    """One batch. False when the run must end: the lane was closed, or time is over."""
    try:
        outcomes = await _outcomes(rows, lease, sync, vendors, world)
    except OutcomeUnknown as unknown:
        outcomes = {row.ref: Later(str(unknown), STRAGGLE) for row in rows}
    except OutOfTime as over:
        tally.ended, tally.reason = "out of time", str(over)
        return False
    except (Unavailable, Misconfigured) as failure:
        await _close(lease, failure, vendors, world, tally)
        return False
    except Exception as unforeseen:
        if len(rows) > 1:  # one record must not hold up the others: find out which it is
            await world.clock.sleep(SHOWS)
            half = len(rows) // 2
            for part in (rows[:half], rows[half:]):
                if not await _batch(part, lease, sync, vendors, world, tally):
                    return False
            return True
        outcomes = {rows[0].ref: _unforeseen(unforeseen)}
    await _commit(rows, outcomes, lease, world, tally)
    return True


async def _outcomes(rows: Sequence[Record], lease: Lease, sync: Sync, vendors: Vendors, world: World) -> Outcomes:
    """A heartbeat has come as far as it goes; all else is synced."""
    beats: dict[Ref, Outcome] = {
        row.ref: Done("beat", {"written_at": world.clock.now()}) for row in rows if row.ref.id == HEARTBEAT
    }
    others = [row for row in rows if row.ref not in beats]
    if not others:
        return beats
    outcomes = await sync(others, vendors, replace(world, lease=lease))
    for pace in vendors.paces.values():
        await pace.answered()
    return {**outcomes, **beats}


def _unforeseen(error: Exception) -> Failed:
    """What a failure nobody planned for says of itself: its kind and place, for its text may quote a customer."""
    if isinstance(error, Rejected):
        return Failed(error.code, str(error))
    frame = traceback.extract_tb(error.__traceback__)[-1]
    place = f"{type(error).__name__} in {frame.name}, line {frame.lineno} of {PurePath(frame.filename).name}"
    return Failed("error", f"{place}. Please report it, with this record's id.")


async def _close(
    lease: Lease, failure: Unavailable | Misconfigured, vendors: Vendors, world: World, tally: Tally
) -> None:
    """Open the breaker: the lane's, and where all calls fail the vendor's, so that other lanes close without a call.

    The rows are not at fault: they stay due, no attempt is counted.
    """
    now = world.clock.now()
    until = failure.until if isinstance(failure, Unavailable) else None
    rest = CLOSED if isinstance(failure, Unavailable) else CLOSED_BY_OWNER
    if isinstance(failure, Unavailable) and not isinstance(failure, OnHold) and failure.vendor in vendors.paces:
        await vendors.paces[failure.vendor].failed(until or now + rest)
    await world.store.close(lease, until or now + rest, str(failure))
    tally.ended = "unavailable" if isinstance(failure, Unavailable) else "misconfigured"
    tally.reason = str(failure)


async def _commit(rows: Sequence[Record], outcomes: Outcomes, lease: Lease, world: World, tally: Tally) -> None:
    now = world.clock.now()
    commits = {row.ref: commit(row, outcomes[row.ref], now) for row in rows}
    committed = await world.store.commit(list(commits.values()), lease)
    entries = []
    for row in rows:
        outcome, became = outcomes[row.ref], committed[row.ref]
        if isinstance(outcome, Later) and outcome.pause <= LINGER:
            tally.soon = max(tally.soon or now, now + outcome.pause)
        parked = "parked_at" in commits[row.ref].fields
        line = entry(row, outcome, parked, now)
        tally.outcomes["overtaken" if became is Committed.LOST else line.outcome] += 1
        prompt = row.priority is Priority.LIVE and row.ref.kind is not Kind.CART
        if prompt and became in (Committed.CLEAN, Committed.AGAIN):
            tally.lags.append((now - (row.due_since or now)).total_seconds())
        if line.outcome not in ("unchanged", "beat"):
            entries.append(line)
    await world.store.note(entries)
