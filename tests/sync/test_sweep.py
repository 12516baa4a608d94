"""The sweep: a lost bell is made good, what waits is measured, what needs a person is told."""

import asyncio
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sandbox.clock import Clock
from sandbox.memory import MemoryStore
from tandem.model import Commit, Job, Kind, Lane, Lease, Mark, Priority, Ref, lane_of
from tandem.sync.sweep import Swept, sweep
from tandem.sync.worker import World

SHOP = "acme.myshopify.com"
ORDERS = Lane(SHOP, Kind.ORDER)


@dataclass
class Quiet:
    """A shop whose bells are all lost."""

    shards: int = 1
    clock: Clock = field(default_factory=Clock)
    rung: list[Lane] = field(default_factory=list)
    going_on: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.store = MemoryStore(shards=self.shards)
        self.world = World(self.store, self, self, self, self.shards)

    def now(self) -> datetime:
        return self.clock.now

    async def sleep(self, seconds: float) -> None:
        self.clock.advance(seconds)

    def new(self) -> str:
        return "run"

    async def ring(self, lane: Lane) -> None:
        self.rung.append(lane)

    async def go_on(self, name: str) -> None:
        self.going_on.append(name)

    def mark(self, kind: Kind, id_: str, priority: Priority = Priority.LIVE) -> Ref:
        ref = Ref(SHOP, kind, id_)
        asyncio.run(self.store.mark(Mark(ref, "test", priority), self.now()))
        return ref

    def sweep(self) -> Swept:
        self.rung.clear()
        return asyncio.run(sweep(SHOP, self.world, self.go_on))

    def lease(self, lane: Lane) -> Lease:
        taken = asyncio.run(self.store.lease(lane, "worker", self.now(), 60))
        assert isinstance(taken, Lease)
        return taken


def test_nothing_due_is_nothing_to_do() -> None:
    swept = Quiet().sweep()
    assert swept == Swept()
    assert (swept.rung, swept.parked_rows) == ([], 0)
    assert set(swept.oldest) == set(Priority), "a measure is there all the same"


def test_a_lane_is_rung_once_a_row_has_been_due_for_long() -> None:
    quiet = Quiet()
    quiet.mark(Kind.ORDER, "1")
    quiet.clock.advance(30)
    assert quiet.sweep().rung == []
    quiet.clock.advance(1)
    swept = quiet.sweep()
    assert swept.rung == quiet.rung == [ORDERS]
    assert swept.oldest == dict.fromkeys(Priority, timedelta()) | {Priority.LIVE: timedelta(seconds=31)}


def test_each_kind_priority_and_shard_is_seen() -> None:
    quiet = Quiet(shards=4)
    refs = [quiet.mark(kind, str(number)) for kind in (Kind.ORDER, Kind.STAGE, Kind.CONTACT) for number in range(30)]
    quiet.mark(Kind.ORDER, "bulk", Priority.BULK)
    quiet.clock.advance(60)
    swept = quiet.sweep()
    assert set(swept.rung) == {lane_of(ref, 4) for ref in refs}
    assert len(swept.rung) == 12
    assert swept.oldest[Priority.BULK] == timedelta(seconds=60)


def test_bulk_rows_alone_get_their_lane_rung() -> None:
    quiet = Quiet()
    quiet.mark(Kind.CONTACT, "1", Priority.BULK)
    quiet.clock.advance(31)
    assert quiet.sweep().rung == [Lane(SHOP, Kind.CONTACT)]


def test_a_row_put_off_is_not_overdue() -> None:
    quiet = Quiet()
    ref = quiet.mark(Kind.ORDER, "1")
    later = Commit(ref, 1, {"attempts": 1}, due_at=quiet.now() + timedelta(hours=1))
    asyncio.run(quiet.store.commit([later], quiet.lease(ORDERS)))
    quiet.clock.advance(120)
    swept = quiet.sweep()
    assert swept.rung == []
    assert swept.oldest[Priority.LIVE] == timedelta()


def test_a_closed_lane_is_told_and_not_rung_until_it_opens() -> None:
    quiet = Quiet()
    quiet.mark(Kind.ORDER, "1")
    until = quiet.now() + timedelta(minutes=5)
    asyncio.run(quiet.store.close(quiet.lease(ORDERS), until, "HubSpot cannot be reached"))
    quiet.clock.advance(120)
    swept = quiet.sweep()
    assert swept.rung == []
    assert {lane: closed.reason for lane, closed in swept.closed.items()} == {ORDERS: "HubSpot cannot be reached"}
    assert swept.oldest[Priority.LIVE] == timedelta(minutes=2), "rows wait all the same"
    quiet.clock.advance(200)
    assert quiet.sweep().rung == [ORDERS]


def test_parked_rows_are_told_by_reason() -> None:
    quiet = Quiet()
    reasons = {"1": "conflict: merge the two", "2": "conflict: merge the two", "3": "invalid: mend the value"}
    for id_, reason in reasons.items():
        ref = quiet.mark(Kind.ORDER, id_)
        parked = Commit(ref, 1, {"error": reason, "parked_at": quiet.now()})
        asyncio.run(quiet.store.commit([parked], quiet.lease(ORDERS)))
        quiet.clock.advance(120)
    swept = quiet.sweep()
    assert swept.parked == {"conflict: merge the two": ["order 1", "order 2"], "invalid: mend the value": ["order 3"]}
    assert swept.parked_rows == 3
    assert swept.rung == []


def test_a_resync_that_was_killed_goes_on() -> None:
    quiet = Quiet()
    held = {"kinds": ["order"], "since": None, "held_until": (quiet.now() + timedelta(minutes=4)).isoformat()}
    asyncio.run(quiet.store.save_job(Job(SHOP, "resync order", held, cursor="order:5")))
    asyncio.run(quiet.store.save_job(Job(SHOP, "resync contact", held, done=True)))
    assert quiet.sweep().jobs == []
    quiet.clock.advance(300)
    assert quiet.sweep().jobs == quiet.going_on == ["resync order"]
