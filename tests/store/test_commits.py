"""Commits that come seldom: of rows that were clean, never marked or gone, and in stores of more than one shard."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from sandbox.memory import MemoryStore
from tandem.model import Commit, Committed, Kind, Lane, Lease, Mark, Priority, Record, Ref, lane_of
from tandem.ports import Store
from tandem.store.dynamodb import DynamoStore
from tests.store.conftest import TABLE
from tests.store.table import Meddler

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
LATER = NOW + timedelta(minutes=5)
SHARDS = 3


@pytest.fixture(params=["memory", "table"])
def sharded(request: pytest.FixtureRequest) -> Store:
    """A store whose lanes are spread over shards."""
    if request.param == "memory":
        return MemoryStore(SHARDS)
    return DynamoStore(request.getfixturevalue("meddler"), TABLE, SHARDS)


@pytest.fixture
def ref(shop: str) -> Ref:
    return Ref(shop, Kind.ORDER, "1")


def commit(store: Store, one: Commit, fence: int = 1) -> Committed:
    lease = Lease(Lane(one.ref.shop, one.ref.kind), "worker", fence, LATER, 0)
    return asyncio.run(store.commit([one], lease))[one.ref]


def row_of(store: Store, ref: Ref) -> Record:
    return asyncio.run(store.read([ref]))[ref]


@pytest.mark.parametrize("priority", Priority)
def test_a_row_is_due_in_the_lane_that_its_id_says(sharded: Store, shop: str, priority: Priority) -> None:
    refs = [Ref(shop, Kind.ORDER, str(number)) for number in range(12)]
    lanes = {Lane(shop, Kind.ORDER, shard) for shard in range(SHARDS)}
    assert {lane_of(ref, SHARDS) for ref in refs} == lanes

    async def work() -> None:
        await sharded.mark_many([Mark(ref, "x", priority) for ref in refs], NOW)
        for lane in lanes:
            due = await sharded.due(lane, priority, NOW, 99)
            assert sorted(due) == sorted(ref for ref in refs if lane_of(ref, SHARDS) == lane)

    asyncio.run(work())


def test_a_clean_row_that_is_put_off_is_due_by_then_in_its_own_lane(sharded: Store, shop: str) -> None:
    """As after a commit whose answer was lost: it stands, and the same worker puts the row off."""
    for number in range(6):
        ref = Ref(shop, Kind.ORDER, str(number))
        asyncio.run(sharded.mark(Mark(ref, "x", Priority.BULK), NOW))
        assert commit(sharded, Commit(ref, 1)) is Committed.CLEAN
        assert commit(sharded, Commit(ref, 1, due_at=LATER)) is Committed.LATER
        row = row_of(sharded, ref)
        assert (row.due_at, row.due_since, row.priority) == (LATER, LATER, Priority.LIVE)
        lane = lane_of(ref, SHARDS)
        assert ref in asyncio.run(sharded.due(lane, Priority.LIVE, LATER, 9))
        assert ref not in asyncio.run(sharded.due(lane, Priority.LIVE, NOW, 9))


def test_a_row_put_off_is_not_parked_as_well(store: Store, ref: Ref) -> None:
    asyncio.run(store.mark(Mark(ref, "x"), NOW))
    assert commit(store, Commit(ref, 1, {"parked_at": NOW}, due_at=LATER)) is Committed.LATER
    assert row_of(store, ref).parked_at is None
    assert asyncio.run(store.parked(ref.shop, 9)) == []


def test_a_row_that_was_claimed_and_never_marked_is_committed(store: Store, ref: Ref) -> None:
    assert asyncio.run(store.claim(ref, "worker", NOW, 60))
    assert commit(store, Commit(ref, 0, {"link": "7"})) is Committed.CLEAN
    assert commit(store, Commit(ref, 0, {"link": "8"})) is Committed.CLEAN
    assert row_of(store, ref).link == "8"


def test_a_row_whose_marks_are_gone_is_written_and_said_to_have_changed(store: Store, ref: Ref) -> None:
    """As when the table was lost while a worker was at it."""
    assert commit(store, Commit(ref, 3, {"link": "7"})) is Committed.AGAIN
    row = row_of(store, ref)
    assert (row.link, row.marks, row.fence) == ("7", 0, 1)


def test_a_row_marked_again_under_one_lease_is_not_lost_to_it(store: Store, ref: Ref) -> None:
    for turn in (1, 2):
        asyncio.run(store.mark(Mark(ref, "x"), NOW))
        assert commit(store, Commit(ref, turn - 1, {"link": str(turn)}), fence=6) is Committed.AGAIN
        assert row_of(store, ref).link == str(turn)


def test_who_raised_a_row_no_further_than_another_does_not_ring(
    table: DynamoStore, rival: DynamoStore, meddler: Meddler, ref: Ref
) -> None:
    asyncio.run(rival.mark(Mark(ref, "x", Priority.BULK), NOW))
    meddler.before(None, lambda: asyncio.run(rival.mark(Mark(ref, "y"), NOW)))
    assert not asyncio.run(table.mark(Mark(ref, "z", Priority.RECONCILE), NOW))
    assert row_of(rival, ref).priority is Priority.LIVE
