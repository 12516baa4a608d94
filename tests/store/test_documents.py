"""Settings, jobs and budgets. Both stores alike."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from tandem.errors import OnHold
from tandem.model import Job, Rate
from tandem.ports import Store

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
RATE = Rate(per_second=10, burst=20)


def test_a_setting_comes_back_as_it_was_put(store: Store, shop: str) -> None:
    value = {"name": "Café ☕", "rules": [{"rate": 0.5, "on": None}], "large": "x" * 300_000}

    async def work() -> None:
        assert await store.setting(shop, "portal") is None
        await store.put_setting(shop, "portal", {"old": True})
        await store.put_setting(shop, "portal", value)
        assert await store.setting(shop, "portal") == value
        assert await store.setting("another.myshopify.com", "portal") is None

    asyncio.run(work())


def test_a_setting_too_large_for_the_table_is_refused_by_name(store: Store, shop: str) -> None:
    with pytest.raises(ValueError, match=r"the setting rules has \d+ bytes, and at most 390000"):
        asyncio.run(store.put_setting(shop, "rules", {"text": "é" * 200_000}))


def test_a_job_is_saved_by_the_one_who_read_it_last(store: Store, shop: str) -> None:
    job = Job(shop, "resync", {"kind": "order", "ids": ["1"]})

    async def work() -> None:
        assert await store.job(shop, "resync") is None
        assert await store.save_job(job)
        assert not await store.save_job(job), "made twice"
        read = await store.job(shop, "resync")
        assert read == replace(job, revision=1)
        onward = replace(read, cursor="9", counts={"marked": 250})
        assert await store.save_job(onward)
        assert not await store.save_job(replace(onward, cursor="8"))
        assert await store.job(shop, "resync") == replace(onward, revision=2)

    asyncio.run(work())


def test_notes_of_a_report_are_found_by_name_and_in_order(store: Store, shop: str) -> None:
    notes = {f"order#{number:03}": {"id": str(number)} for number in range(130)}

    async def work() -> None:
        assert await store.notes(shop, "one", ["order#001"]) == {}
        assert await store.notes_after(shop, "one", "order#", None, 9) == []
        await store.put_notes(shop, "one", {**notes, "line#1": {"é": ["x", None]}, "orders": {}}, NOW)
        await store.put_notes(shop, "two", {"order#001": {"id": "other"}}, NOW)
        assert await store.notes(shop, "one", [*notes, "line#1", "line#2"]) == {**notes, "line#1": {"é": ["x", None]}}
        first = await store.notes_after(shop, "one", "order#", None, 100)
        rest = await store.notes_after(shop, "one", "order#", first[-1][0], 100)
        assert [*first, *rest] == list(notes.items())
        assert await store.notes_after(shop, "one", "order#", rest[-1][0], 100) == []
        assert await store.notes_after(shop, "one", "order#", "line#1", 100) == first, "nothing that begins otherwise"
        assert await store.notes_after(shop, "one", "line#", "order#001", 100) == []
        await store.put_notes(shop, "one", {"order#001": {"id": "anew"}}, NOW)
        assert await store.notes(shop, "one", ["order#001"]) == {"order#001": {"id": "anew"}}

    asyncio.run(work())


def test_a_budget_gives_its_burst_at_once_and_the_rest_as_it_is_earned(store: Store, shop: str) -> None:
    async def work() -> None:
        async def draw(tokens: float, patience: float = 9, at: float = 0) -> float | None:
            return await store.draw(shop, tokens, RATE, NOW + timedelta(seconds=at), patience)

        assert await draw(20) == 0
        assert await draw(5) == 0.5
        assert await draw(10, patience=1.4) is None
        assert await draw(10, patience=1.5) == 1.5, "what was refused was not taken"
        assert await draw(20, at=60) == 0

    asyncio.run(work())


def test_a_budget_on_hold_gives_nothing_until_one_has_tried_and_was_answered(store: Store, shop: str) -> None:
    async def work() -> None:
        over = NOW + timedelta(seconds=10)
        assert await store.draw(shop, 1, RATE, NOW, 60) == 0
        await store.hold(shop, over)
        await store.hold(shop, NOW + timedelta(seconds=5))
        with pytest.raises(OnHold) as hold:
            await store.draw(shop, 1, RATE, NOW, 60)
        assert hold.value.until == over
        assert str(hold.value) == "calls failed lately, by this worker or another: one of them tries again soon"
        assert not await store.probe(shop, over - timedelta(seconds=0.1), 60)
        with pytest.raises(OnHold):
            await store.draw(shop, 1, RATE, over, 60)
        assert await store.probe(shop, over, 60)
        assert not await store.probe(shop, over + timedelta(seconds=59), 60), "another is at it"
        with pytest.raises(OnHold):
            await store.draw(shop, 1, RATE, over + timedelta(seconds=59), 60)
        assert await store.probe(shop, over + timedelta(seconds=60), 60), "the other was killed"
        await store.lift(shop)
        assert await store.draw(shop, 20, RATE, over, 60) == 0
        assert not await store.probe(shop, over + timedelta(days=1), 60), "there is nothing to try"

    asyncio.run(work())


def test_a_draw_that_could_never_be_had_at_once_is_a_mistake(store: Store, shop: str) -> None:
    with pytest.raises(ValueError, match="burst of 20"):
        asyncio.run(store.draw(shop, 21, RATE, NOW, 60))
