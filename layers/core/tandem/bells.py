"""When to ring: many bells in a second are one, heard at its end. No I/O."""

from collections import defaultdict, deque
from datetime import datetime, timedelta

from tandem.model import Lane

SECOND = timedelta(seconds=1)
"""The least that SQS delays a message by."""
OFTEN = 5
"""Bells in a second that are heard at once. A lane rung for more often has a worker, who finds the news by himself."""


class Bells:
    """The bells that this process has sent lately."""

    def __init__(self) -> None:
        self._at_once: defaultdict[Lane, deque[datetime]] = defaultdict(lambda: deque(maxlen=OFTEN))
        self._coming: dict[Lane, datetime] = {}

    def delay(self, lane: Lane, now: datetime) -> int | None:
        """Seconds by which a bell for news of `now` is to be late; None for no bell, since one is yet to be heard."""
        coming = self._coming.get(lane, now)
        if now < coming <= now + SECOND:  # else the clock was set back
            return None
        lately = self._at_once[lane]
        return 1 if len(lately) == OFTEN and now - lately[0] < SECOND else 0

    def sent(self, lane: Lane, at: datetime, delay: int) -> None:
        """A bell that was asked for at `at` has been sent since."""
        if delay:
            self._coming[lane] = at + SECOND
        else:
            self._at_once[lane].append(at)
