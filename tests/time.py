"""The simulator's clock as the engine sees it in tests: who sleeps moves it."""

from datetime import datetime

from sandbox.clock import Clock


class Time:
    """`slept` are the seconds of each pause."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.slept: list[float] = []

    def now(self) -> datetime:
        return self._clock.now

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self._clock.advance(seconds)
