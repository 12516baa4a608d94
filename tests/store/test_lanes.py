"""Lanes: one worker at a time, no bell lost, a breaker that holds. Both stores alike."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from tandem.model import Commit, Committed, Kind, Lane, Lease, Mark, Ref, Refused
from tandem.ports import Store
from tandem.store.lanes import fence_at

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)


def after(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


async def take(store: Store, lane: Lane, owner: str, at: float = 0) -> Lease:
    lease = await store.lease(lane, owner, after(at), 120)
    assert isinstance(lease, Lease)
    return lease


def test_one_worker_has_a_lane_until_it_gives_it_back(store: Store, shop: str) -> None:
    lane = Lane(shop, Kind.ORDER)

    async def work() -> None:
        first = await take(store, lane, "a")
        assert first == Lease(lane, "a", first.fence, after(120), 0)
        assert isinstance(await take(store, Lane(shop, Kind.CONTACT), "b"), Lease)
        assert isinstance(await take(store, replace(lane, shard=1), "b"), Lease)
        assert await store.lease(lane, "b", after(120), 120) == Refused(None, "held by another worker")
        assert not await store.release(first), "a bell was rung in vain: look again"
        again = await store.renew(first, after(1), 120)
        assert again == replace(first, until=after(121), bells=1)
        assert isinstance(await store.lease(lane, "b", after(121), 120), Refused), "for as long as was renewed"
        again = await store.renew(again, after(2), 120)
        assert again
        assert await store.release(again)
        assert (await take(store, lane, "b")).fence > first.fence, "at the same instant, too"

    asyncio.run(work())


def test_a_lane_may_be_given_back_over_a_bell(store: Store, shop: str) -> None:
    lane = Lane(shop, Kind.ORDER)

    async def work() -> None:
        lease = await take(store, lane, "a")
        await store.lease(lane, "b", NOW, 120)
        assert await store.release(lease, anyway=True)
        assert (await take(store, lane, "b")).bells == 1

    asyncio.run(work())


def test_a_lease_that_is_over_goes_to_the_next_and_the_last_holder_learns_it(store: Store, shop: str) -> None:
    lane = Lane(shop, Kind.ORDER)

    async def work() -> None:
        lost = await take(store, lane, "a")
        held = await take(store, lane, "b", 120.000001)
        assert held.fence > lost.fence
        assert await store.renew(lost, after(121), 120) is None
        assert await store.release(lost), "nothing to look at"
        await store.close(lost, after(999), "an opinion out of date")
        assert await store.closed(lane, after(121)) is None
        assert await store.renew(held, after(122), 120) == replace(held, until=after(242))

    asyncio.run(work())


def test_a_lease_over_but_not_taken_may_be_renewed_and_ones_own_taken_again(store: Store, shop: str) -> None:
    lane = Lane(shop, Kind.ORDER)

    async def work() -> None:
        lease = await take(store, lane, "a")
        assert await store.renew(lease, after(500), 120)
        assert (await take(store, lane, "a", 501)).fence > lease.fence
        assert await store.renew(lease, after(502), 120) is None, "the fence has moved on"

    asyncio.run(work())


def test_a_closed_lane_is_given_to_nobody_before_its_time(store: Store, shop: str) -> None:
    lane = Lane(shop, Kind.ORDER)

    async def work() -> None:
        assert await store.closed(lane, NOW) is None
        lease = await take(store, lane, "a")
        await store.close(lease, after(30), "HubSpot answers 503")
        refused = Refused(after(30), "HubSpot answers 503")
        assert await store.closed(lane, after(29)) == refused
        assert await store.lease(lane, "a", after(29), 120) == refused
        assert await store.lease(lane, "b", after(29), 120) == refused
        assert await store.closed(lane, after(30)) is None
        assert (await take(store, lane, "b", 30)).until == after(150)

    asyncio.run(work())


def test_a_clock_that_is_behind_still_gets_the_next_fence(store: Store, shop: str) -> None:
    lane = Lane(shop, Kind.ORDER)

    async def work() -> None:
        ahead = await take(store, lane, "a", 3)
        assert await store.release(ahead)
        assert (await take(store, lane, "b")).fence == ahead.fence + 1

    asyncio.run(work())


def test_rows_can_be_written_by_the_lane_they_move_to_when_there_are_more_or_fewer(store: Store, shop: str) -> None:
    """A fence is compared with the row's last, which another lane may have left there."""
    ref = Ref(shop, Kind.ORDER, "1")

    async def work() -> None:
        await store.mark(Mark(ref, "x"), NOW)
        for turn, shard in enumerate((0, 0, 0, 2, 1, 0)):
            lease = await take(store, Lane(shop, Kind.ORDER, shard), "a", turn)
            assert await store.commit([Commit(ref, 0)], lease) == {ref: Committed.AGAIN}
            assert await store.release(lease)

    asyncio.run(work())


def test_fences_count_the_same_in_every_version() -> None:
    """Those that an earlier version left on rows are compared with its successors'."""
    assert fence_at(NOW) == 1_793_610_000_000
