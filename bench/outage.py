"""HubSpot down for a day or three while the shop goes on: what is lost, what is parked, how soon all is made up for.

`python -m bench.outage [hours ...]`, in virtual time. Through the real engine, both simulators, and their limits.
"""

import sys
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from time import perf_counter
from typing import Any

from sandbox.memory import MemoryStore
from sandbox.oracle import views
from sandbox.seed import Size, fill
from sandbox.world.loop import run
from sandbox.world.ready import ready
from sandbox.world.world import SWEEP, LocalWorld
from tandem.model import Kind, Mark, Priority
from tandem.sync.announce import announce
from tandem.sync.resync import FORGET

CHANGES_AN_HOUR = 2_000
LIMIT = 19.0
"""Requests a second that the simulated account allows."""
POINTS, FULL_BUCKET = 100.0, 2_000.0
"""Shopify's, a second and at once, on its smallest plan."""
STEP = 10.0
"""Seconds between two looks at what the shop has to send."""


@dataclass(frozen=True, slots=True)
class Figures:
    """`tries` are calls to HubSpot while it was down; `drain` and `live` are seconds until all rows, and all live ones,
    were done.

    `wrong` counts what the oracle finds wrong in the end, `early` bulk rows done before the last live one; `points` are
    Shopify's, of the drain.
    """

    changes: int
    marks: int
    rows: int
    tries: int
    parked: int
    calls: int
    live: float
    drain: float
    wrong: int
    early: int
    points: float

    @property
    def least(self) -> float:
        """Seconds that the calls of the drain take at the account's limit, or its reads at the store's."""
        return max(self.calls / LIMIT, (self.points - FULL_BUCKET) / POINTS)


class Metered(MemoryStore):
    """Counts what is drawn from each budget."""

    def __init__(self) -> None:
        super().__init__()
        self.drawn: Counter[str] = Counter()

    async def draw(self, budget: str, tokens: float, *more: Any) -> float | None:
        wait = await super().draw(budget, tokens, *more)
        self.drawn[budget] += round(tokens) if wait is not None else 0
        return wait


class Shop(LocalWorld):
    """A shop where something happens every few seconds."""

    def __init__(self, seed: int = 0, orders: int = 100) -> None:
        super().__init__(seed)
        self.store = self.meter = Metered()
        fill(self.shopify, Size(customers=50, products=10, orders=orders, companies=2, checkouts=0), days=5)
        self._random = Random(f"outage:{seed}")
        self._recent: list[str] = []

    async def live(self, seconds: float) -> None:
        end = self.clock.now + timedelta(seconds=seconds)
        while self.clock.now < end:
            await self.shopify.outbox.flush()
            if self.clock.now >= self._sweep_at:
                await self.sweep()
                self._sweep_at = self.clock.now + SWEEP
            await self.time.sleep(min(STEP, (end - self.clock.now).total_seconds()))

    async def begin(self) -> None:
        await ready(self)
        books = views.store(views.here(self.shopify))
        await self.mark(Kind.CONTACT, *(one["id"] for one in books["customers"]), priority=Priority.BULK)
        await self.mark(Kind.ORDER, *(one["id"] for one in books["orders"]), priority=Priority.BULK)
        await self.settle()

    def change(self) -> None:
        """A new order, or one of the last ones edited, paid or sent."""
        chance = self._random.random()
        if chance < 0.3 or len(self._recent) < 50:
            self._recent = [*self._recent[-499:], self._place()]
        elif chance < 0.8:
            self._does("edit_order_details", note=f"note {self._random.random()}")
        else:
            self._does("fulfill_order", numbers=["T1"], company="DHL")

    def _place(self) -> str:
        customers = self.shopify.shop.customers.rows
        variants = self.shopify.shop.variants.rows
        lines = [{"variant": self._random.choice(list(variants)), "quantity": 1} for _ in range(2)]
        buyer = self._random.choice(list(customers))
        return str(self.shopify.actions["place_order"](lines=lines, customer=buyer)["legacy_resource_id"])

    def _does(self, name: str, **given: object) -> None:
        try:
            self.shopify.actions[name](order=self._random.choice(self._recent), **given)
        except ValueError:
            return  # sent already


async def outage(shop: Shop, hours: float, changes_an_hour: int = CHANGES_AN_HOUR) -> Figures:
    """Down, up again, and drained, with a resync asked for just before the end."""
    await shop.begin()
    old = [ref for ref in shop.store.records if ref.kind is Kind.ORDER]
    before = Counter({ref: row.marks for ref, row in shop.store.records.items()})
    tries = sum(shop.hubspot.log.counts.values())
    shop.hubspot.faults.add("status", status=503)
    changes = round(hours * changes_an_hour)
    for _ in range(changes):
        shop.change()
        await shop.live(3600 / changes_an_hour)
    forced = [Mark(ref, "resync", Priority.BULK, fields=FORGET[Kind.ORDER]) for ref in old]
    await announce(forced, shop.ports())
    tries = sum(shop.hubspot.log.counts.values()) - tries
    marks = sum(row.marks - before[ref] for ref, row in shop.store.records.items())
    rows, parked, noted = shop.due(), len(shop.parked()), len(shop.store.history)
    shop.hubspot.faults.clear()
    up, calls, points = shop.clock.now, sum(shop.hubspot.log.counts.values()), shop.meter.drawn["shopify"]
    await shop.settle(24 * 3600)
    since = shop.store.history[noted:]
    done = [entry for entry in since if entry.ref.kind is Kind.ORDER and entry.outcome == "written"]
    bulk = {mark.ref for mark in forced}
    live = max((entry.at for entry in done if entry.ref not in bulk), default=up)
    return Figures(
        changes,
        marks,
        rows,
        tries,
        parked + len(shop.parked()),
        sum(shop.hubspot.log.counts.values()) - calls,
        (live - up).total_seconds(),
        (_last(shop, up) - up).total_seconds(),
        len(shop.verdict().differences),
        sum(1 for entry in done if entry.ref in bulk and entry.at < live),
        shop.meter.drawn["shopify"] - points,
    )


def _last(shop: Shop, up: datetime) -> datetime:
    return max((entry.at for entry in shop.store.history if entry.outcome == "written"), default=up)


def main(hours: list[float]) -> None:
    for one in hours:
        begun, shop = perf_counter(), Shop()
        found = run(shop.clock, outage(shop, one))
        print(f"HubSpot down for {one:g} h at {CHANGES_AN_HOUR} changes an hour ({found.changes} in all)")
        print(f"  signals {found.marks}, rows due at its end {found.rows}; calls tried meanwhile {found.tries}")
        print(f"  lost {found.wrong} (by the oracle), parked {found.parked}, bulk rows before live ones {found.early}")
        print(f"  live rows done after {found.live:.0f} s, all after {found.drain:.0f} s, with {found.calls} calls;")
        print(f"  {found.points:.0f} of Shopify's points used; that takes {found.least:.0f} s at both vendors' limits")
        print(f"  (simulated in {perf_counter() - begun:.0f} s)")


if __name__ == "__main__":
    main([float(word) for word in sys.argv[1:]] or [24, 72])
