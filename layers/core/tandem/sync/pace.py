"""Draws from a shared budget before each call, in chunks, and stops in time."""

import asyncio
from datetime import datetime, timedelta

from tandem.errors import OutOfTime
from tandem.model import Priority, Rate
from tandem.ports import Clock, Store

SHARE = 0.9
"""How much of HubSpot's limit is ours; the rest is for the account's other apps."""
CHUNK = 8.0
"""Tokens drawn at once: about what one batch of orders needs."""
KEEP = timedelta(seconds=1)
"""How long drawn tokens last. Older ones are let go: used late they would crowd a later second."""


def hubspot_rate(requests_per_10_seconds: int, priority: Priority) -> Rate:
    """Never more than our share in any 10 s. Bulk may run ahead less, so that live finds tokens at once."""
    burst = 20.0 if priority is Priority.LIVE else 10.0
    return Rate((SHARE * requests_per_10_seconds - 20.0) / 10, burst)


def search_rate() -> Rate:
    """Of 5 searches a second an account may make, three are ours."""
    return Rate(3.0, 1.0)


def shopify_rate(points_per_second: float, priority: Priority) -> Rate:
    """Half the bucket, which holds 20 s of points, at once for live work; a quarter for bulk."""
    return Rate(points_per_second * SHARE, points_per_second * (10 if priority is Priority.LIVE else 5))


class Pace:
    """One worker's access to one budget, until `deadline`, after which nothing new is begun."""

    def __init__(
        self, store: Store, clock: Clock, budget: str, rate: Rate, deadline: datetime, chunk: float = CHUNK
    ) -> None:
        self._store, self._clock = store, clock
        self._budget, self._rate, self._deadline = budget, rate, deadline
        self._chunk = min(chunk, rate.burst)
        self._drawn = 0.0
        self._drawn_at: datetime | None = None
        self._one_at_a_time = asyncio.Lock()

    async def take(self, tokens: float = 1.0) -> None:
        """Wait for `tokens`. Raises OutOfTime when they cannot be had before the deadline."""
        async with self._one_at_a_time:
            now = self._clock.now()
            if now >= self._deadline:
                raise OutOfTime(f"the time of this run is over before a call of {self._budget}")
            if self._drawn_at is None or now - self._drawn_at > KEEP:
                self._drawn = 0.0
            if self._drawn < tokens:
                await self._draw(max(tokens, self._chunk), now)
            self._drawn -= tokens

    async def _draw(self, tokens: float, now: datetime) -> None:
        patience = (self._deadline - now).total_seconds()
        wait = await self._store.draw(self._budget, tokens, self._rate, now, patience)
        if wait is None:
            raise OutOfTime(f"the budget {self._budget} is used up for longer than this run lasts")
        if wait:
            await self._clock.sleep(wait)
        self._drawn += tokens
        self._drawn_at = self._clock.now()

    async def hold(self, seconds: float) -> None:
        """The vendor said stop: nobody draws from this budget for a while."""
        await self._store.hold(self._budget, self._clock.now() + timedelta(seconds=seconds))
