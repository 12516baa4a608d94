"""A store whose webhooks never come: trade by seed, and reconciliation period by period."""

from collections.abc import Sequence
from datetime import timedelta
from itertools import count
from random import Random
from typing import Any

from sandbox.oracle import views
from sandbox.seed import Size, fill
from sandbox.world.loop import run
from sandbox.world.merchants import Merchants
from sandbox.world.mortal import Life
from sandbox.world.ready import ready
from sandbox.world.world import SWEEP, LocalWorld
from tandem.model import Kind, Priority
from tandem.shopify.client import ShopifyClient
from tandem.sync.hubspot_changes import Looked, look
from tandem.sync.windows import Walked, walk

KINDS = (Kind.CONTACT, Kind.ORDER, Kind.CART)
PERIOD = timedelta(minutes=15)
LOOKS_UP = 5.0
LAG = 90
"""Seconds after which Shopify's search shows all, whatever its switch."""


UNTOLD = ("delete", "delete_customer", "merge_customers", "clear_up", "drop_checkout")
"""What changes no updatedAt, and is found by its events once a day, or by the audit."""


class Week(LocalWorld):
    """`missed` is what the runs found in all."""

    def __init__(self, seed: int, switches: dict[str, str] | None = None, **options: Any) -> None:
        super().__init__(seed, **options)
        for name, value in (switches or {}).items():
            self.shopify.switches.set(name, value)
        fill(self.shopify, Size(customers=4, products=3, orders=4, companies=1, checkouts=0), days=1)
        self.merchants = Merchants(self.shopify, Random(f"week:{seed}"))
        addresses = count()
        # an address that goes from one customer to another within a period is known when both have changed once more
        self.merchants._address = lambda: f"buyer.{next(addresses)}@example.com"  # type: ignore[method-assign]
        for name in UNTOLD:
            self.merchants._all.pop(name, None)

    async def live(self, seconds: float) -> None:
        """No webhook is ever sent, so look up seldom."""
        end = self.clock.now + timedelta(seconds=seconds)
        while self.clock.now < end:
            await self.shopify.outbox.flush()
            if self.clock.now >= self._sweep_at:
                await self.sweep()
                self._sweep_at = self.clock.now + SWEEP
            await self.time.sleep(min(LOOKS_UP, (end - self.clock.now).total_seconds()))

    async def begin(self) -> None:
        """Both sides in step; from then on no webhook is sent."""
        await ready(self)
        self.shopify.faults.add("drop")
        books = views.store(views.here(self.shopify))
        await self.mark(Kind.CONTACT, *(one["id"] for one in books["customers"]), priority=Priority.BULK)
        await self.mark(Kind.ORDER, *(one["id"] for one in books["orders"]), priority=Priority.BULK)
        await self.settle()

    async def windows(
        self, kinds: Sequence[Kind] = KINDS, life: Life | None = None, seconds: float = 800
    ) -> list[Walked]:
        """One run, as the schedule begins it."""
        deadline = self.clock.now + timedelta(seconds=seconds)
        shopify = ShopifyClient(self.store_api(life, Priority.RECONCILE))
        return [await walk(kind, self.shop, shopify, self.ports(life), deadline) for kind in kinds]

    async def changes(self, life: Life | None = None, seconds: float = 800) -> list[Looked]:
        """One run over HubSpot's side."""
        deadline = self.clock.now + timedelta(seconds=seconds)
        return await look(self.shop, self.vendors(life, Priority.RECONCILE), self.ports(life), deadline)

    def trade(self, actions: int = 3) -> None:
        for _ in range(actions):
            self.merchants.act()

    def calls(self) -> dict[str, int]:
        counts: dict[str, int] = {}
        for vendor in (self.shopify, self.hubspot):
            counts |= vendor.log.counts
        return counts

    def written(self) -> int:
        """Calls to HubSpot that write."""
        reading = ("read", "search")
        counts = self.hubspot.log.counts
        return sum(n for name, n in counts.items() if not name.startswith("GET") and not name.endswith(reading))


def played(week: Week, work: Any) -> Any:
    return run(week.clock, work)
