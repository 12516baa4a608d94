"""Draws from a shared budget before each call, and stops in time."""

import asyncio
from datetime import datetime, timedelta

from tandem.errors import OnHold, OutOfTime
from tandem.model import Priority, Rate
from tandem.ports import Clock, Store

SHARE = 0.9
"""How much of HubSpot's limit is ours; the rest is for the account's other apps."""
AHEAD = {Priority.LIVE: 15.0, Priority.RECONCILE: 12.0, Priority.BULK: 10.0}
"""Requests to HubSpot at once, and twice the seconds of Shopify's points."""


def hubspot_rate(requests_per_10_seconds: int, priority: Priority) -> Rate:
    """Never more than our share in any 10 s. What can wait may run ahead less, so that live finds tokens at once."""
    return Rate((SHARE * requests_per_10_seconds - AHEAD[Priority.LIVE]) / 10, AHEAD[priority])


def search_rate() -> Rate:
    """Of 5 searches a second an account may make, three are ours."""
    return Rate(3.0, 1.0)


def shopify_rate(points_per_second: float, priority: Priority) -> Rate:
    """Half the bucket, which holds 20 s of points, at once for live work; a quarter for bulk."""
    return Rate(points_per_second * SHARE, points_per_second * AHEAD[priority] / 2)


PROBE = 60.0
"""Seconds for which one worker alone tries a vendor that failed: a batch, or until it must have been killed."""


class Pace:
    """One worker's access to one budget, until `deadline`, after which nothing new is begun."""

    def __init__(self, store: Store, clock: Clock, budget: str, rate: Rate, deadline: datetime) -> None:
        self._store, self._clock = store, clock
        self._budget, self._rate, self._deadline = budget, rate, deadline
        self._one_at_a_time = asyncio.Lock()
        self._probes = False

    async def take(self, tokens: float = 1.0) -> None:
        """Wait for `tokens`. Raises OutOfTime when there are none before the deadline, OnHold while the vendor fails.

        Exactly what is used: tokens kept in store by many short runs leave the others waiting.
        """
        async with self._one_at_a_time:
            now = self._clock.now()
            if now >= self._deadline:
                raise OutOfTime(f"the time of this run is over before a call of {self._budget}")
            if self._probes:
                return
            patience = (self._deadline - now).total_seconds()
            try:
                wait = await self._store.draw(self._budget, tokens, self._rate, now, patience)
            except OnHold as hold:
                await self._probe(hold, now)
                return
        if wait is None:
            raise OutOfTime(f"the budget {self._budget} is used up for longer than this run lasts")
        if wait:
            await self._clock.sleep(wait)
        if self._clock.now() >= self._deadline:  # it stood still, and others may be at work by now
            raise OutOfTime(f"the time of this run was over while it waited for {self._budget}")

    async def _probe(self, hold: OnHold, now: datetime) -> None:
        """Be the one that tries the vendor again, or raise what holds the others back."""
        if hold.until is not None and hold.until > now:
            raise hold
        if not await self._store.probe(self._budget, now, PROBE):
            raise OnHold(str(hold), now + timedelta(seconds=PROBE))
        self._probes = True

    async def failed(self, until: datetime) -> None:
        """The vendor fails: nobody calls it before."""
        self._probes = False
        await self._store.hold(self._budget, until)

    async def answered(self) -> None:
        """The vendor does not fail, or does so no longer."""
        if self._probes:
            self._probes = False
            await self._store.lift(self._budget)
