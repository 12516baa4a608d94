"""Both vendors, served on loopback by this process, with a store that has a past."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sandbox.demo.before import furnish
from sandbox.hubspot.model import Record
from sandbox.hubspot.simulator import HubSpot
from sandbox.loopback import Server
from sandbox.oracle import one
from sandbox.oracle.cart_life import CartRules
from sandbox.oracle.judge import judge
from sandbox.oracle.verdict import Verdict
from sandbox.oracle.views import Crm, crm, here, store
from sandbox.seed import Size, fill
from sandbox.shopify.simulator import Shopify

PAST = timedelta(days=180)
TEN_MINUTES = timedelta(minutes=10, seconds=30)
"""What a checkout must be left for until Shopify lists it, and its search shows that."""
WAITS = 2
"""So often a demo lets ten minutes pass. By so much the store's clock is behind at first, and right at the end."""
READS = ("GET ", "batch/read", "/search")


@dataclass(slots=True)
class Sides:
    """The store and the account; `before` is what the account held ahead of Tandem."""

    shopify: Shopify
    hubspot: HubSpot
    shopify_url: str
    hubspot_url: str
    before: Crm | None = None

    def furnish(self) -> dict[str, int]:
        """Fill the account with what others left there."""
        there = furnish(self.shopify.shop, self.hubspot)
        self.before = crm(here(self.hubspot))
        return there

    @property
    def domain(self) -> str:
        return self.shopify.shop.settings.domain

    def verdict(self) -> Verdict:
        """The oracle's, on everything."""
        return judge(store(here(self.shopify)), crm(here(self.hubspot)), self.before)

    def judge_order(self, id_: str) -> Verdict:
        """Of one order with its lines, buyer and links."""
        return one.judge_order(self.shopify, self.hubspot, id_)

    def judge_customer(self, id_: str) -> Verdict:
        return one.judge_customer(self.shopify, self.hubspot, id_)

    def judge_cart(self, token: str) -> Verdict:
        """Of one checkout, and of the order that it became."""
        return one.judge_cart(self.shopify, self.hubspot, token, CartRules())

    def ten_minutes(self) -> None:
        """They pass in the store: whoever left a checkout has abandoned it."""
        self.shopify.clock.advance(TEN_MINUTES.total_seconds())

    def record_of(self, order: str) -> Record:
        """What stands in HubSpot for a Shopify order."""
        return self._keyed("orders", f"order:{order}")

    def cart_of(self, token: str) -> Record:
        """What stands in HubSpot for a checkout."""
        return self._keyed("carts", f"cart:{token}")

    def _keyed(self, name: str, key: str) -> Record:
        store = self.hubspot.portal.store(name)
        return store.records[store.unique["tandem_key"][f"{self.domain}:{key}"]]

    def stage_of(self, order: str) -> str:
        """The label of the stage that the order is in."""
        stages = (pipeline.stages for pipeline in self.hubspot.portal.store("orders").pipelines.values())
        labels = {id_: stage.label for each in stages for id_, stage in each.items()}
        return labels[self.record_of(order).properties["hs_pipeline_stage"]]

    def calls(self) -> int:
        """To HubSpot, since the log was last cleared."""
        return sum(self.hubspot.log.counts.values())

    def writes(self) -> int:
        return sum(n for name, n in self.hubspot.log.counts.items() if not any(read in name for read in READS))

    def too_many(self) -> int:
        """How often HubSpot answered 429."""
        return sum(n for (_, status), n in self.hubspot.log.statuses.items() if status == 429)


@asynccontextmanager
async def served(size: Size, seed: int = 0) -> AsyncIterator[Sides]:
    """Simulators whose clocks begin now, the store's a little earlier, with a past up to then."""
    now = datetime.now(UTC)
    shopify, hubspot = Shopify(seed=seed, start=now - PAST - WAITS * TEN_MINUTES), HubSpot(seed=seed, start=now)
    fill(shopify, size, days=PAST.days)
    servers = [Server(shopify), Server(hubspot)]
    tasks = [asyncio.create_task(server.run()) for server in servers]
    try:
        yield Sides(shopify, hubspot, servers[0].url, servers[1].url)
    finally:
        for server in servers:
            server.stop()
        await asyncio.gather(*tasks)
