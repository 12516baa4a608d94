"""Virtual time moves only when told to, and runs what falls due in order."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.clock import START, Clock, epoch_ms


def test_nothing_happens_until_time_is_moved() -> None:
    clock = Clock()
    rung: list[str] = []
    clock.call_later(5, lambda: rung.append("five"))
    assert (clock.now, rung) == (START, [])
    clock.advance(4.999)
    assert rung == []
    clock.advance(0.001)
    assert rung == ["five"]


@given(st.lists(st.floats(0, 1_000), max_size=20))
def test_timers_run_at_their_own_time_in_order(delays: list[float]) -> None:
    clock = Clock()
    rung: list[tuple[datetime, int]] = []
    for number, delay in enumerate(delays):
        clock.call_later(delay, lambda number=number: rung.append((clock.now, number)))  # type: ignore[misc]
    clock.advance(1_000)
    assert rung == sorted((START + timedelta(seconds=delay), number) for number, delay in enumerate(delays))
    assert clock.now == START + timedelta(seconds=1_000)


def test_a_timer_may_set_another_that_runs_in_the_same_move() -> None:
    clock = Clock()
    rung: list[datetime] = []

    def ring() -> None:
        rung.append(clock.now)
        if len(rung) < 3:
            clock.call_later(1, ring)

    clock.call_later(1, ring)
    clock.advance(10)
    assert rung == [START + timedelta(seconds=n) for n in (1, 2, 3)]


def test_a_cancelled_timer_neither_runs_nor_is_due() -> None:
    clock = Clock()
    clock.call_later(1, lambda: pytest.fail("it was cancelled")).cancel()
    later = clock.call_later(2, lambda: None)
    assert clock.next_due == later.when
    clock.advance(1.5)


def test_time_does_not_run_backwards() -> None:
    clock = Clock()
    clock.advance(60)
    with pytest.raises(ValueError, match="backwards"):
        clock.advance(-1)
    clock.advance_to(START)
    assert clock.now == START + timedelta(seconds=60)


def test_what_is_already_past_runs_at_the_next_move() -> None:
    clock = Clock()
    clock.advance(60)
    rung: list[datetime] = []
    clock.call_at(START, lambda: rung.append(clock.now))
    clock.advance(0)
    assert rung == [START + timedelta(seconds=60)]


def test_sleepers_wake_when_time_has_come() -> None:
    async def scene() -> list[str]:
        clock = Clock()
        woken: list[str] = []

        async def sleeper(name: str, seconds: float) -> None:
            await clock.sleep(seconds)
            woken.append(name)

        tasks = [asyncio.create_task(sleeper("late", 2)), asyncio.create_task(sleeper("early", 1))]
        for _ in range(3):
            await asyncio.sleep(0)
            clock.advance(1)
        await asyncio.gather(*tasks)
        return woken

    assert asyncio.run(scene()) == ["early", "late"]


def test_milliseconds_are_exact() -> None:
    """Through a float the last digit of some would be off by one."""
    start = datetime(1970, 1, 1, tzinfo=UTC)
    for ms in (0, 1, 1_794_214_800_123, 253_402_300_799_999, 1_700_000_000_001):
        assert epoch_ms(start + timedelta(milliseconds=ms)) == ms
