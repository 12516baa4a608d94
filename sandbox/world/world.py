"""Both vendors, the engine over the store in memory, queues of bells, a sweep: Tandem without AWS, in virtual time."""

import asyncio
from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import partial

import httpx

from sandbox.clock import Clock
from sandbox.hubspot.simulator import HubSpot
from sandbox.memory import MemoryStore
from sandbox.mounts import Transport
from sandbox.oracle import views
from sandbox.oracle.judge import judge
from sandbox.oracle.verdict import Verdict
from sandbox.oracle.views import Crm
from sandbox.shopify.simulator import STATIC_TOKEN, Shopify
from sandbox.world.mortal import Fate, Killed, Life, Mortal, MortalTransport
from tandem import http
from tandem.hubspot.client import HubSpotClient
from tandem.model import Kind, Lane, Mark, Priority, Rate, Record, Ref
from tandem.shopify.client import ShopifyClient
from tandem.shopify.graphql import Api, Learned
from tandem.shopify.webhooks import receive
from tandem.sync import carts, contacts, orders, stages
from tandem.sync.announce import announce
from tandem.sync.pace import Pace, hubspot_rate, search_rate, shopify_rate
from tandem.sync.worker import Sync, Tally, Vendors, World, drain

SYNCS: Mapping[Kind, Sync] = {
    Kind.ORDER: orders.sync,
    Kind.CONTACT: contacts.sync,
    Kind.STAGE: stages.sync,
    Kind.CART: carts.sync,
}
HOP = 0.05
"""Seconds from a bell to its worker."""
RUN = timedelta(seconds=40)
"""What a worker has before its last call begins."""
SWEEP = timedelta(minutes=1)
LATE = timedelta(seconds=30)
"""The sweep rings for rows due longer than this."""
AT_ONCE = 2
"""Workers of one kind side by side; a second one finds the lane held."""
PUMP = 0.02
"""Seconds between two looks at what the vendors have to send."""


class WorldClock:
    """The Clock port on a simulator's clock."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def now(self) -> datetime:
        return self._clock.now

    async def sleep(self, seconds: float) -> None:
        await self._clock.sleep(seconds)


class Names:
    """The Ids port: words in order."""

    def __init__(self) -> None:
        self._count = 0

    def new(self) -> str:
        self._count += 1
        return f"worker-{self._count}"


class LocalWorld:
    """Run its coroutines by `sandbox.world.loop.run(world.clock, ...)`. `fate` decides which worker dies, and where.

    No bell is heard while `deaf` is true. `accounts` are those of a world that several stores share.
    """

    def __init__(
        self,
        seed: int = 0,
        *,
        shards: int = 1,
        index_lag: float = 0,
        switches: Mapping[str, str] | None = None,
        accounts: tuple[Shopify, HubSpot] | None = None,
    ) -> None:
        if accounts is None:
            clock = Clock()
            accounts = Shopify(seed=seed, clock=clock), HubSpot(seed=seed, clock=clock, switches=switches)
        self.shopify, self.hubspot = accounts
        self.clock = self.hubspot.clock
        self.time = WorldClock(self.clock)
        self.shopify.connect(self.receive)
        self.store = MemoryStore(shards=shards, lag=index_lag)
        self.shards = shards
        self.fate = Fate(self.clock)
        self.tallies: list[tuple[Lane, Tally]] = []
        self.deaf = False
        self._names = Names()
        self._learned = Learned()
        self._queued: Counter[Lane] = Counter()
        self._running: Counter[Kind] = Counter()
        self._workers: set[asyncio.Task[None]] = set()
        self._sweep_at = self.clock.now + SWEEP

    @property
    def shop(self) -> str:
        return self.shopify.shop.settings.domain

    async def receive(self, request: httpx.Request) -> httpx.Response:
        """A webhook arrives: what the function `shopify_webhook` does with it."""
        received = receive(request.headers, request.content, [self.shopify.app.secret], self.shop)
        await announce([received.mark] if received.mark else [], self.ports())
        return httpx.Response(received.status)

    async def ring(self, lane: Lane) -> None:
        """The Bell port: a worker comes soon, when one is free."""
        if not self.deaf:
            asyncio.get_running_loop().call_later(HOP, self._start, lane)

    def _start(self, lane: Lane) -> None:
        if self._running[lane.kind] >= AT_ONCE:
            self._queued[lane] += 1
            return
        self._running[lane.kind] += 1
        worker = asyncio.get_running_loop().create_task(self._work(lane))
        self._workers.add(worker)
        worker.add_done_callback(self._workers.discard)

    async def _work(self, lane: Lane) -> None:
        life = Life(self.fate)
        deadline = self.clock.now + RUN
        mine = self.ports(life)
        try:
            tally = await drain(lane, SYNCS[lane.kind], partial(self.vendors, life), mine, deadline)
            self.tallies.append((lane, tally))
        except (Killed, httpx.ReadTimeout):
            pass  # a worker that fails is as gone as one that was killed
        finally:
            self._running[lane.kind] -= 1
            if self._queued[lane]:
                self._queued[lane] -= 1
                self._start(lane)

    def ports(self, life: Life | None = None) -> World:
        """The ports as a worker with this life reaches them; without one it is immortal."""
        store = Mortal(self.store, life) if life else self.store
        bell = Mortal(self, life) if life else self
        return World(store, bell, self.time, self._names, self.shards)

    def vendors(
        self, life: Life | None = None, priority: Priority = Priority.LIVE, deadline: datetime | None = None
    ) -> Vendors:
        paces = {
            "shopify": self._pace("shopify", shopify_rate(100, priority), deadline),
            "hubspot": self._pace("hubspot", hubspot_rate(190, priority), deadline),
        }
        shopify = ShopifyClient(self.store_api(life, priority, paces["shopify"]))
        return Vendors(shopify, self.crm(life, priority, paces["hubspot"]), paces)

    def _pace(self, budget: str, rate: Rate, deadline: datetime | None = None) -> Pace:
        return Pace(self.store, self.time, budget, rate, deadline or self.clock.now + RUN)

    def crm(
        self, life: Life | None = None, priority: Priority = Priority.LIVE, pace: Pace | None = None
    ) -> HubSpotClient:
        pace = pace or self._pace("hubspot", hubspot_rate(190, priority))
        return HubSpotClient(
            http.client("https://api.hubapi.com", self._transport(self.hubspot, life)),
            self._hubspot_token,
            pace.take,
            self._pace("hubspot-search", search_rate()).take,
            self.time,
        )

    def store_api(self, life: Life | None = None, priority: Priority = Priority.LIVE, pace: Pace | None = None) -> Api:
        pace = pace or self._pace("shopify", shopify_rate(100, priority))
        return Api(
            http.client(f"https://{self.shop}", self._transport(self.shopify, life)),
            self._shopify_token,
            self.time,
            pace.take,
            learned=self._learned,
        )

    def _transport(self, vendor: Shopify | HubSpot, life: Life | None) -> httpx.AsyncBaseTransport:
        transport = Transport(vendor, shared_clock=True)
        return MortalTransport(transport, life) if life else transport

    async def _hubspot_token(self) -> str:
        return self.hubspot.app.token

    async def _shopify_token(self, refused: str | None = None) -> str:
        return STATIC_TOKEN

    async def mark(self, kind: Kind, *ids: str, priority: Priority = Priority.LIVE) -> None:
        """A signal for each, as a webhook or a resync gives it."""
        await announce([Mark(Ref(self.shop, kind, id_), "test", priority) for id_ in ids], self.ports())

    def verdict(self, before: Crm | None = None) -> Verdict:
        """The oracle's."""
        return judge(views.store(views.here(self.shopify)), views.crm(views.here(self.hubspot)), before)

    async def sweep(self) -> None:
        """Ring for rows that have been due for long, as the function `sweep` does."""
        for kind in SYNCS:
            for shard in range(self.shards):
                lane = Lane(self.shop, kind, shard)
                for priority in Priority:
                    if await self.store.due(lane, priority, self.clock.now - LATE, 1):
                        await self.ring(lane)
                        break

    async def live(self, seconds: float) -> None:
        """Let the world go on: webhooks leave, workers work, the sweep comes each minute."""
        end = self.clock.now + timedelta(seconds=seconds)
        while self.clock.now < end:
            for vendor in (self.shopify, self.hubspot):
                await vendor.outbox.flush()
            if self.clock.now >= self._sweep_at:
                await self.sweep()
                self._sweep_at = self.clock.now + SWEEP
            await self.time.sleep(PUMP)

    def rows(self) -> list[Record]:
        """Those of this store."""
        return [row for row in self.store.records.values() if row.ref.shop == self.shop]

    def due(self) -> int:
        """Rows that still wait."""
        return sum(1 for row in self.rows() if row.due_at)

    def parked(self) -> list[str]:
        return [row.error or "" for row in self.rows() if row.parked_at]

    async def settle(self, limit: float = 3600) -> None:
        """Until nothing is due and nobody works. Raises TimeoutError when that does not come within `limit` seconds."""
        end = self.clock.now + timedelta(seconds=limit)
        while self.due() or self._workers or self._busy():
            if self.clock.now > end:
                raise TimeoutError(f"{self.due()} rows are still due after {limit} s")
            await self.live(1)

    def _busy(self) -> bool:
        return any(vendor.outbox.ready or vendor.outbox.waiting for vendor in (self.shopify, self.hubspot))
