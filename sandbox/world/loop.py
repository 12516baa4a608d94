"""An event loop whose time is a world's clock: when nothing can run, it jumps to whatever is due next."""

import asyncio
import selectors
from collections.abc import Coroutine
from datetime import timedelta
from typing import Any, TypeVar

from sandbox.clock import START, Clock

T = TypeVar("T")
RESOLUTION = 2e-6
"""Seconds: timers are floats, the clock has microseconds."""


class StandsStill(Exception):
    """Everything waits, and nothing will ever happen."""


class Jump(selectors.SelectSelector):
    """Waits by moving the clock. There is nothing outside of the world that could be waited for."""

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self._clock = clock

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is not None and timeout <= 0:
            return []
        wakes = [] if timeout is None else [self._clock.now + timedelta(seconds=timeout)]
        if self._clock.next_due is not None:
            wakes.append(self._clock.next_due)
        if not wakes:
            raise StandsStill("everything waits, and no timer is set")
        self._clock.advance_to(min(wakes))
        return []


class VirtualLoop(asyncio.SelectorEventLoop):
    """asyncio on a simulator's clock."""

    def __init__(self, clock: Clock) -> None:
        super().__init__(Jump(clock))
        self._clock = clock
        self._clock_resolution = RESOLUTION

    def time(self) -> float:
        return (self._clock.now - START).total_seconds()


def run(clock: Clock, work: Coroutine[Any, Any, T]) -> T:
    """Run to the end in virtual time."""
    with asyncio.Runner(loop_factory=lambda: VirtualLoop(clock)) as runner:
        return runner.run(work)
