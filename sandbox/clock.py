"""Virtual time: it moves only when told to, and runs what falls due on the way."""

import asyncio
import heapq
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count

START = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MILLISECOND = timedelta(milliseconds=1)


class Timer:
    """Something that will happen at `when` unless cancelled."""

    __slots__ = ("action", "cancelled", "when")

    def __init__(self, when: datetime, action: Callable[[], None]) -> None:
        self.when = when
        self.action = action
        self.cancelled = False

    def cancel(self) -> None:
        self.cancelled = True


class Clock:
    """The only source of time in a simulated world. Timers due at one instant run in the order they were set."""

    def __init__(self, start: datetime = START) -> None:
        self.now = start
        self._timers: list[tuple[datetime, int, Timer]] = []
        self._sequence = count()

    def call_at(self, when: datetime, action: Callable[[], None]) -> Timer:
        """Run `action` once the clock reaches `when`; a time already past runs at the next move."""
        timer = Timer(max(when, self.now), action)
        heapq.heappush(self._timers, (timer.when, next(self._sequence), timer))
        return timer

    def call_later(self, seconds: float, action: Callable[[], None]) -> Timer:
        return self.call_at(self.now + timedelta(seconds=seconds), action)

    @property
    def next_due(self) -> datetime | None:
        """When the earliest live timer falls due, or None."""
        while self._timers and self._timers[0][2].cancelled:
            heapq.heappop(self._timers)
        return self._timers[0][0] if self._timers else None

    def advance_to(self, when: datetime) -> None:
        """Move to `when`, running every timer due until then at its own time, those they set included."""
        while (due := self.next_due) is not None and due <= when:
            timer = heapq.heappop(self._timers)[2]
            self.now = max(self.now, timer.when)
            timer.action()
        self.now = max(self.now, when)

    def advance(self, seconds: float) -> None:
        if seconds < 0:
            raise ValueError(f"time does not run backwards: {seconds} s")
        self.advance_to(self.now + timedelta(seconds=seconds))

    async def sleep(self, seconds: float) -> None:
        """Wait until somebody has moved the clock this far."""
        woken = asyncio.get_running_loop().create_future()
        self.call_later(seconds, lambda: None if woken.done() else woken.set_result(None))
        await woken


def epoch_ms(when: datetime) -> int:
    """Milliseconds since 1970, exactly: `timestamp()` goes through a float."""
    return (when - EPOCH) // MILLISECOND
