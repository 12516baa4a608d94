"""Rows: what a mark makes of them, who is due, and how a worker's commit leaves them. Both stores alike."""

import asyncio
from collections.abc import Coroutine
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

import pytest

from tandem.model import Commit, Committed, Kind, Lane, Lease, Mark, Priority, Record, Ref
from tandem.ports import Store

T = TypeVar("T")
NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
LATER = NOW + timedelta(minutes=5)
BULK, LIVE = Priority.BULK, Priority.LIVE


def run(work: Coroutine[Any, Any, T]) -> T:
    return asyncio.run(work)


def order(shop: str, number: int = 1) -> Ref:
    return Ref(shop, Kind.ORDER, str(number))


def lease(ref: Ref, fence: int = 1) -> Lease:
    return Lease(Lane(ref.shop, ref.kind), "worker", fence, LATER, 0)


async def row_of(store: Store, ref: Ref) -> Record:
    return (await store.read([ref]))[ref]


async def settle(store: Store, ref: Ref, fence: int = 1, **fields: Any) -> Committed:
    """Commit a row clean as it now is."""
    row = await row_of(store, ref)
    return (await store.commit([Commit(ref, row.marks, fields)], lease(ref, fence)))[ref]


def test_a_new_row_is_due_at_once_and_says_why(store: Store, shop: str) -> None:
    ref, seen = order(shop), NOW - timedelta(seconds=1)
    assert run(store.mark(Mark(ref, "orders/create", BULK, seen, deleted=True, fields={"link": "7"}), NOW))
    assert run(row_of(store, ref)) == Record(
        ref, 1, NOW, NOW, BULK, "orders/create", seen, deleted=True, link="7", children={}, associated={}, facts={}
    )


def test_marking_a_due_row_only_counts_and_keeps_its_time(store: Store, shop: str) -> None:
    ref = order(shop)

    async def work() -> Record:
        assert await store.mark(Mark(ref, "orders/create"), NOW)
        assert not await store.mark(Mark(ref, "orders/paid"), LATER)
        return await row_of(store, ref)

    row = run(work())
    assert (row.marks, row.due_at, row.due_since, row.cause) == (2, NOW, NOW, "orders/paid")


@pytest.mark.parametrize(
    ("first", "second", "rings", "becomes"),
    [
        (first, second, second.before(first), min(first, second, key=list(Priority).index))
        for first in Priority
        for second in Priority
    ],
)
def test_what_is_more_urgent_comes_first_and_never_later_again(
    store: Store, shop: str, first: Priority, second: Priority, rings: bool, becomes: Priority
) -> None:
    ref = order(shop)

    async def work() -> None:
        await store.mark(Mark(ref, "first", first), NOW)
        assert await store.mark(Mark(ref, "second", second), NOW) is rings
        lane = Lane(shop, Kind.ORDER)
        due = {priority for priority in Priority if await store.due(lane, priority, NOW, 9)}
        assert due == {becomes} == {(await row_of(store, ref)).priority}

    run(work())


def test_a_deletion_once_seen_is_not_forgotten(store: Store, shop: str) -> None:
    async def work() -> Record:
        await store.mark(Mark(order(shop), "delete", deleted=True, seen=NOW), NOW)
        await store.mark(Mark(order(shop), "updated"), LATER)
        return await row_of(store, order(shop))

    row = run(work())
    assert row.deleted
    assert row.seen == NOW


def test_facts_of_an_older_version_are_dropped_with_their_mark(store: Store, shop: str) -> None:
    ref = Ref(shop, Kind.STAGE, "1")

    async def work() -> None:
        newer = Mark(ref, "order", fields={"facts": {"payment": "paid"}, "link": "7"}, version=LATER)
        older = Mark(ref, "order", fields={"facts": {"payment": "open"}}, version=NOW)
        assert await store.mark(newer, NOW)
        assert await settle(store, ref) is Committed.CLEAN
        settled = await row_of(store, ref)
        assert not await store.mark(older, LATER)
        assert await row_of(store, ref) == settled
        assert settled.facts == {"payment": "paid"}
        assert await store.mark(newer, LATER), "the same version is news again"

    run(work())


@pytest.mark.parametrize("name", ["marks", "fence", "due_at", "due_since", "priority", "colour"])
def test_what_the_store_keeps_itself_cannot_be_set(store: Store, shop: str, name: str) -> None:
    with pytest.raises(ValueError, match=name):
        run(store.mark(Mark(order(shop), "x", fields={name: 1}), NOW))


def test_many_marks_tell_how_many_rows_became_due(store: Store, shop: str) -> None:
    async def work() -> None:
        marks = [Mark(order(shop, number), "resync", BULK) for number in range(120)]
        await store.mark_many(marks[:20], NOW)
        assert await store.mark_many(marks, LATER) == 100
        assert await store.mark_many([], LATER) == 0

    run(work())


def test_due_rows_come_oldest_first_and_not_before_their_time(store: Store, shop: str) -> None:
    async def work() -> None:
        for number, minutes in ((1, 3), (2, 1), (3, 2), (4, 9)):
            await store.mark(Mark(order(shop, number), "x"), NOW + timedelta(minutes=minutes))
        await store.mark(Mark(Ref(shop, Kind.CONTACT, "5"), "x"), NOW)
        lane = Lane(shop, Kind.ORDER)
        assert await store.due(lane, LIVE, NOW + timedelta(minutes=3), 9) == [order(shop, n) for n in (2, 3, 1)]
        assert await store.due(lane, LIVE, LATER, 2) == [order(shop, 2), order(shop, 3)]
        assert await store.due(lane, BULK, LATER, 9) == []

    run(work())


def test_a_commit_sets_fields_removes_others_and_cleans_the_row(store: Store, shop: str) -> None:
    ref = order(shop)
    fields = {
        "link": "77",
        "version": NOW,
        "digest": "d",
        "children": {"1": "11"},
        "associated": {"contacts": "5"},
        "facts": {"tags": ["a"], "n": 2},
        "error": None,
        "claimed_by": None,
    }

    async def work() -> Record:
        await store.mark(Mark(ref, "x", BULK, fields={"error": "old"}), NOW)
        await store.claim(ref, "worker", NOW, 60)
        assert await settle(store, ref, fence=4, **fields) is Committed.CLEAN
        assert await store.due(Lane(shop, Kind.ORDER), BULK, LATER, 9) == []
        return await row_of(store, ref)

    row = run(work())
    assert {name: getattr(row, name) for name in fields} == fields
    assert (row.due_at, row.due_since, row.priority, row.fence) == (None, None, LIVE, 4)


def test_a_row_marked_meanwhile_is_written_and_stays_due(store: Store, shop: str) -> None:
    ref = order(shop)

    async def work() -> Record:
        await store.mark(Mark(ref, "x", BULK), NOW)
        await store.mark(Mark(ref, "y"), LATER)
        outcome = await store.commit([Commit(ref, 1, {"link": "7", "parked_at": LATER})], lease(ref))
        assert outcome == {ref: Committed.AGAIN}
        return await row_of(store, ref)

    row = run(work())
    assert (row.due_at, row.priority, row.link, row.parked_at, row.fence) == (NOW, LIVE, "7", None, 1)


@pytest.mark.parametrize("read", [1, 2])
def test_a_row_put_off_waits_though_it_was_marked_meanwhile(store: Store, shop: str, read: int) -> None:
    ref = order(shop)

    async def work() -> Record:
        await store.mark(Mark(ref, "x"), NOW)
        await store.mark(Mark(ref, "y"), NOW)
        commit = Commit(ref, read, {"attempts": 3, "error": "why"}, due_at=LATER)
        assert await store.commit([commit], lease(ref)) == {ref: Committed.LATER}
        assert await store.due(Lane(shop, Kind.ORDER), LIVE, NOW, 9) == []
        assert not await store.mark(Mark(ref, "z"), NOW), "a mark pulls nothing forward"
        return await row_of(store, ref)

    row = run(work())
    assert (row.due_at, row.due_since, row.attempts, row.error) == (LATER, NOW, 3, "why")


def test_whoever_has_an_older_fence_writes_nothing(store: Store, shop: str) -> None:
    ref = order(shop)

    async def work() -> None:
        await store.mark(Mark(ref, "x"), NOW)
        await settle(store, ref, fence=6, link="new")
        for later in (None, LATER):
            outcome = await store.commit([Commit(ref, 1, {"link": "old"}, later)], lease(ref, fence=5))
            assert outcome == {ref: Committed.LOST}
        assert (await row_of(store, ref)).link == "new"
        assert await settle(store, ref, fence=6) is Committed.CLEAN, "the same fence may write again"

    run(work())


def test_each_commit_of_a_batch_has_its_own_end(store: Store, shop: str) -> None:
    refs = [order(shop, number) for number in range(40)]

    async def work() -> dict[Ref, Committed]:
        await store.mark_many([Mark(ref, "x") for ref in refs], NOW)
        await store.mark_many([Mark(ref, "y") for ref in refs[:10]], NOW)
        await settle(store, refs[10], fence=9)
        return await store.commit([Commit(ref, 1) for ref in refs], lease(refs[0], fence=8))

    ends = run(work())
    assert [ends[ref] for ref in refs] == [Committed.AGAIN] * 10 + [Committed.LOST] + [Committed.CLEAN] * 29


def test_a_parked_row_is_found_oldest_first_until_a_mark_revives_it(store: Store, shop: str) -> None:
    async def work() -> None:
        for number, minutes in ((1, 2), (2, 1), (3, 3)):
            await store.mark(Mark(order(shop, number), "x"), NOW)
            parked_at = NOW + timedelta(minutes=minutes)
            await settle(store, order(shop, number), attempts=9, error="no e-mail: add one", parked_at=parked_at)
        assert [row.ref.id for row in await store.parked(shop, 9)] == ["2", "1", "3"]
        assert [row.ref.id for row in await store.parked(shop, 1)] == ["2"]
        assert await store.mark(Mark(order(shop, 2), "orders/updated", BULK), LATER)
        row = await row_of(store, order(shop, 2))
        assert (row.due_at, row.due_since, row.attempts, row.parked_at) == (LATER, LATER, 0, None)
        assert [row.ref.id for row in await store.parked(shop, 9)] == ["1", "3"]

    run(work())


def test_reading_many_rows_finds_those_that_exist(store: Store, shop: str) -> None:
    async def work() -> None:
        refs = [order(shop, number) for number in range(230)]
        await store.mark_many([Mark(ref, "x") for ref in refs], NOW)
        found = await store.read([*refs, *refs[:50], Ref(shop, Kind.ORDER, "absent")])
        assert found.keys() == set(refs)
        assert await store.read([]) == {}

    run(work())


@pytest.mark.parametrize("bulk", [10, 90_000])
def test_rows_are_paged_in_the_order_of_their_ids(store: Store, shop: str, bulk: int) -> None:
    """Also where a page of DynamoDB, 1 MB, is smaller than the one asked for."""

    async def work() -> None:
        marks = [Mark(order(shop, number), "x", fields={"facts": {"text": "x" * bulk}}) for number in range(25)]
        await store.mark_many(marks, NOW)
        await store.mark(Mark(Ref(shop, Kind.CONTACT, "1"), "x"), NOW)
        found: list[str] = []
        after: str | None = None
        while True:
            page, after = await store.rows(shop, Kind.ORDER, after, 15)
            found += [row.ref.id for row in page]
            if after is None:
                break
        assert found == sorted(str(number) for number in range(25))

    run(work())


def test_a_record_is_claimed_by_one_until_it_is_linked(store: Store, shop: str) -> None:
    ref = Ref(shop, Kind.CONTACT, "1")

    async def work() -> None:
        assert await store.claim(ref, "a", NOW, 60)
        assert await store.claim(ref, "a", NOW, 60), "one's own may be taken again"
        assert not await store.claim(ref, "b", NOW + timedelta(seconds=60), 60)
        assert await store.claim(ref, "b", NOW + timedelta(seconds=61), 60)
        await store.mark(Mark(ref, "order", fields={"link": "5", "claimed_by": None, "claimed_until": None}), NOW)
        assert not await store.claim(ref, "b", LATER, 60)

    run(work())
