"""Lost races and lost answers against the table: another process comes between a look and a write."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from tandem.errors import OnHold
from tandem.model import Commit, Committed, Job, Kind, Lane, Lease, Mark, Rate, Record, Ref, Refused
from tandem.store.dynamodb import DynamoStore
from tests.store.table import Meddler

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
LATER = NOW + timedelta(minutes=5)
RATE = Rate(per_second=1, burst=10)


@pytest.fixture
def ref(shop: str) -> Ref:
    return Ref(shop, Kind.ORDER, "1")


@pytest.fixture
def lane(shop: str) -> Lane:
    return Lane(shop, Kind.ORDER)


def held(lane: Lane, fence: int = 1) -> Lease:
    return Lease(lane, "worker", fence, LATER, 0)


def read(store: DynamoStore, ref: Ref) -> Record:
    return asyncio.run(store.read([ref]))[ref]


def take(store: DynamoStore, lane: Lane, owner: str) -> Lease | Refused:
    return asyncio.run(store.lease(lane, owner, NOW, 120))


@pytest.mark.parametrize("news", [1, 3])
def test_marks_that_come_while_a_commit_is_under_way_keep_the_row_due(
    table: DynamoStore, rival: DynamoStore, meddler: Meddler, ref: Ref, lane: Lane, news: int
) -> None:
    asyncio.run(rival.mark(Mark(ref, "first"), NOW))
    meddler.before(*[lambda: asyncio.run(rival.mark(Mark(ref, "news"), LATER))] * news)
    commit = Commit(ref, 1, {"link": "7", "parked_at": LATER})
    assert asyncio.run(table.commit([commit], held(lane))) == {ref: Committed.AGAIN}
    row = read(rival, ref)
    assert (row.marks, row.due_at, row.link, row.parked_at) == (1 + news, NOW, "7", None)
    assert asyncio.run(rival.parked(ref.shop, 9)) == []


def test_a_later_fence_between_a_marked_row_and_its_second_write_wins(
    table: DynamoStore, rival: DynamoStore, meddler: Meddler, ref: Ref, lane: Lane
) -> None:
    asyncio.run(rival.mark(Mark(ref, "first"), NOW))
    asyncio.run(rival.mark(Mark(ref, "second"), NOW))
    meddler.before(None, lambda: asyncio.run(rival.commit([Commit(ref, 2, {"link": "theirs"})], held(lane, fence=2))))
    assert asyncio.run(table.commit([Commit(ref, 1, {"link": "ours"})], held(lane))) == {ref: Committed.LOST}
    row = read(rival, ref)
    assert (row.link, row.fence, row.due_at) == ("theirs", 2, None)


def test_a_worker_that_comes_just_as_the_lane_is_given_back_gets_it(
    table: DynamoStore, rival: DynamoStore, meddler: Meddler, lane: Lane
) -> None:
    """A bell counted after the holder has looked for bells would be heard by nobody."""
    lease = take(rival, lane, "holder")
    assert isinstance(lease, Lease)
    meddler.before(None, lambda: asyncio.run(rival.release(lease)))
    taken = take(table, lane, "comer")
    assert isinstance(taken, Lease)
    assert taken.fence > lease.fence
    assert taken.bells == 0


def test_a_bell_between_the_last_look_and_giving_back_keeps_the_lease(
    table: DynamoStore, rival: DynamoStore, meddler: Meddler, lane: Lane
) -> None:
    lease = take(table, lane, "holder")
    assert isinstance(lease, Lease)
    meddler.before(lambda: take(rival, lane, "comer"))
    assert not asyncio.run(table.release(lease))
    assert take(rival, lane, "comer") == Refused(None, "held by another worker")


def test_a_lane_closed_while_another_worker_waits_for_it_says_until_when(
    table: DynamoStore, rival: DynamoStore, meddler: Meddler, lane: Lane
) -> None:
    lease = take(rival, lane, "holder")
    assert isinstance(lease, Lease)
    meddler.before(None, lambda: asyncio.run(rival.close(lease, LATER, "outage")))
    assert take(table, lane, "comer") == Refused(LATER, "outage")


def test_tokens_drawn_by_two_are_given_once(
    table: DynamoStore, rival: DynamoStore, meddler: Meddler, shop: str
) -> None:
    def draw(store: DynamoStore, patience: float = 60) -> float | None:
        return asyncio.run(store.draw(shop, 10, RATE, NOW, patience))

    meddler.before(lambda: draw(rival))
    assert draw(table) == 10, "the rival has taken the burst"
    meddler.before(lambda: draw(rival))
    assert draw(table, patience=25) is None, "in patience by what was last seen, and over it by then"
    assert draw(rival) == 30, "and nothing was taken"


def test_a_vendor_that_failed_is_tried_by_one(
    table: DynamoStore, rival: DynamoStore, meddler: Meddler, shop: str
) -> None:
    over = NOW + timedelta(seconds=15)
    meddler.before(lambda: asyncio.run(rival.hold(shop, over)))
    with pytest.raises(OnHold) as held:
        asyncio.run(table.draw(shop, 1, RATE, NOW, 60))
    assert held.value.until == over
    meddler.before(lambda: asyncio.run(rival.probe(shop, over, 60)))
    assert not asyncio.run(table.probe(shop, over, 60))
    asyncio.run(rival.lift(shop))
    assert asyncio.run(table.draw(shop, 1, RATE, over, 0)) == 0


def test_who_finds_a_budget_spent_is_told_of_a_hold_it_has_not_seen(
    table: DynamoStore, rival: DynamoStore, shop: str
) -> None:
    over = NOW + timedelta(seconds=15)
    assert asyncio.run(table.draw(shop, 10, RATE, NOW, 60)) == 0
    asyncio.run(rival.hold(shop, over))
    with pytest.raises(OnHold) as held:
        asyncio.run(table.draw(shop, 1, RATE, NOW, patience=0))
    assert held.value.until == over


def test_of_two_that_save_a_job_one_is_told_no(
    table: DynamoStore, rival: DynamoStore, meddler: Meddler, shop: str
) -> None:
    job = Job(shop, "resync", {})
    meddler.before(lambda: asyncio.run(rival.save_job(job)))
    assert not asyncio.run(table.save_job(job))


def test_of_two_that_claim_a_record_one_is_told_no(
    table: DynamoStore, rival: DynamoStore, meddler: Meddler, ref: Ref
) -> None:
    meddler.before(lambda: asyncio.run(rival.claim(ref, "rival", NOW, 60)))
    assert not asyncio.run(table.claim(ref, "worker", NOW, 60))
    assert read(rival, ref).claimed_by == "rival"


def test_a_crowd_is_served_one_by_one(dynamodb: object, shop: str, ref: Ref, lane: Lane) -> None:
    """Thirty processes at once; the counters must add up and each prize have one winner."""

    async def work() -> None:
        stores = [DynamoStore(dynamodb, "tandem") for _ in range(30)]
        marked = await asyncio.gather(*(store.mark(Mark(ref, "x"), NOW) for store in stores))
        assert sum(marked) == 1
        assert (await stores[0].read([ref]))[ref].marks == 30
        names = [str(number) for number in range(30)]
        claims = await asyncio.gather(*(s.claim(ref, name, NOW, 60) for s, name in zip(stores, names, strict=True)))
        assert sum(claims) == 1
        leases = await asyncio.gather(*(s.lease(lane, n, NOW, 60) for s, n in zip(stores, names, strict=True)))
        [lease] = [lease for lease in leases if isinstance(lease, Lease)]
        heard = await stores[0].renew(lease, NOW, 60)
        assert heard
        assert heard.bells == 29
        waits = await asyncio.gather(*(store.draw(shop, 5, RATE, NOW, 1e6) for store in stores))
        assert sorted(wait or 0.0 for wait in waits) == [0.0, 0.0, *(5.0 * turn for turn in range(1, 29))]

    asyncio.run(work())


def test_a_write_whose_answer_was_lost_is_known_as_ones_own(
    unlucky: Callable[[int], DynamoStore], rival: DynamoStore, ref: Ref, lane: Lane
) -> None:
    """The client repeats it, and the condition no longer holds by its own doing."""

    async def work() -> None:
        store = unlucky(99)
        await store.mark(Mark(ref, "x", fields={"facts": {}}, version=NOW), NOW)
        row = (await rival.read([ref]))[ref]
        assert row.due_at == NOW
        lease = await store.lease(lane, "worker", NOW, 120)
        assert isinstance(lease, Lease)
        renewed = await store.renew(lease, NOW, 240)
        assert renewed == replace(lease, until=NOW + timedelta(seconds=240))
        assert await store.claim(ref, "worker", NOW, 60)
        assert await store.commit([Commit(ref, row.marks, {"link": "7"})], lease) == {ref: Committed.CLEAN}
        assert await store.release(renewed)
        assert (await rival.read([ref]))[ref].due_at is None
        again = await store.lease(lane, "worker", NOW, 120)
        assert isinstance(again, Lease)
        await store.close(again, LATER, "outage")
        assert await rival.closed(lane, NOW) == Refused(LATER, "outage")
        job = Job(ref.shop, "resync", {})
        assert await store.save_job(job)
        assert await rival.job(ref.shop, "resync") == replace(job, revision=1)

    asyncio.run(work())


def test_tokens_whose_answer_was_lost_are_never_given_twice(
    unlucky: Callable[[int], DynamoStore], rival: DynamoStore, shop: str
) -> None:
    async def work() -> None:
        assert await unlucky(1).draw(shop, 2, RATE, NOW, 60) == 0
        assert await rival.draw(shop, 6, RATE, NOW, 60) == 0
        assert await rival.draw(shop, 1, RATE, NOW, 60) == 1, "the two were taken twice: a waste, never too many"

    asyncio.run(work())
