"""Draws from a shared budget before each call, and stops in time."""

import asyncio
from datetime import datetime, timedelta

from tandem.errors import OutOfTime
from tandem.model import Priority, Rate
from tandem.ports import Clock, Store

SHARE = 0.9
"""How much of HubSpot's limit is ours; the rest is for the account's other apps."""


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

    def __init__(self, store: Store, clock: Clock, budget: str, rate: Rate, deadline: datetime) -> None:
        self._store, self._clock = store, clock
        self._budget, self._rate, self._deadline = budget, rate, deadline
        self._one_at_a_time = asyncio.Lock()

    async def take(self, tokens: float = 1.0) -> None:
        """Wait for `tokens`. Raises OutOfTime when they cannot be had before the deadline.

        Exactly what is used: tokens kept in store by many short runs leave the others waiting.
        """
        async with self._one_at_a_time:
            now = self._clock.now()
            if now >= self._deadline:
                raise OutOfTime(f"the time of this run is over before a call of {self._budget}")
            patience = (self._deadline - now).total_seconds()
            wait = await self._store.draw(self._budget, tokens, self._rate, now, patience)
        if wait is None:
            raise OutOfTime(f"the budget {self._budget} is used up for longer than this run lasts")
        if wait:
            await self._clock.sleep(wait)

    async def hold(self, seconds: float) -> None:
        """The vendor said stop: nobody draws from this budget for a while."""
        await self._store.hold(self._budget, self._clock.now() + timedelta(seconds=seconds))
