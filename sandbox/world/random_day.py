"""A random day by seed: trade, people in HubSpot, faults on every road, workers that die; then it is calm.

day = RandomDay(seed)
run(day.clock, day.play())
day.problems        what does not hold; see sandbox.world.promise
"""

import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import timedelta
from random import Random
from typing import Any

import httpx

from sandbox.faults import CALL_FAULTS, WEBHOOK_FAULTS
from sandbox.hubspot.switches import SWITCHES as HUBSPOT
from sandbox.memory import MemoryStore
from sandbox.oracle import views
from sandbox.seed import Size, fill
from sandbox.shopify.switches import SWITCHES as SHOPIFY
from sandbox.switches import Switch
from sandbox.world.crm_people import CrmPeople
from sandbox.world.merchants import Merchants
from sandbox.world.mortal import Harm, Killed, Life
from sandbox.world.promise import OBJECTS, duplicates, held
from sandbox.world.ready import ready
from sandbox.world.weather import Weather
from sandbox.world.world import PUMP, RUN, SWEEP, LocalWorld
from tandem.model import Commit, Committed, Kind, Lane, Lease, Mark, Priority, Ref
from tandem.shopify.client import ShopifyClient
from tandem.shopify.webhooks import receive
from tandem.sync import hubspot_changes, windows
from tandem.sync.announce import announce
from tandem.sync.resync import FORGET

USUAL = {"phone_format", "gdpr_blocklist", "association_limit"}
"""Switches left alone: what they change is no fault to be survived but another account."""
STATUSES = (429, 423, 500, 502, 503, 504)
LONGEST_LAG = 310.0
"""Seconds until HubSpot's search shows everything."""
LAST_TO_SHOW = 720.0
"""Seconds until the last checkout is listed as abandoned, and a merge in the shop is over and its orders are counted.
No webhook tells of either."""
STEPS = 4_000
"""Steps of workers among which some come to harm."""


class WatchedStore(MemoryStore):
    """After each commit, no record may be there twice."""

    def __init__(self, world: "RandomDay", shards: int, lag: float) -> None:
        super().__init__(shards, lag)
        self._world = world

    async def commit(self, commits: Sequence[Commit], lease: Lease) -> dict[Ref, Committed]:
        committed = await super().commit(commits, lease)
        self._world.watch()
        return committed


class SlowTransport(httpx.AsyncBaseTransport):
    """A vendor some way off: a call takes time to arrive, and its answer to come back."""

    def __init__(self, inner: httpx.AsyncBaseTransport, world: "RandomDay") -> None:
        self._inner, self._world = inner, world

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        await self._world.distance()
        response = await self._inner.handle_async_request(request)
        await self._world.distance()
        return response


def _drawn(table: Sequence[Switch], random: Random) -> dict[str, str]:
    return {one.name: random.choice(one.values) for one in table if one.name not in USUAL and random.random() < 0.4}


class RandomDay(LocalWorld):
    """One seed's world. `done` counts what people did, `problems` is what was found wrong."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self._random = Random(f"day:{seed}")
        shards, lag = self._random.choice((1, 1, 2, 3)), self._random.choice((0.0, 0.05, 2.0))
        super().__init__(seed, shards=shards, index_lag=lag, switches=_drawn(HUBSPOT, self._random))
        for name, value in _drawn(SHOPIFY, self._random).items():
            self.shopify.switches.set(name, value)
        self.store = WatchedStore(self, shards, lag)
        self.weather = Weather.drawn(self._random)
        self.done: Counter[str] = Counter()
        self.problems: list[str] = []
        self.deleted: set[str] = set()
        self.merchants = Merchants(self.shopify, self._random)
        self.calm = True
        self._road = Random(f"road:{seed}")
        size = Size(
            customers=self._random.randrange(2, 7),
            products=self._random.randrange(2, 5),
            orders=self._random.randrange(0, 7),
            companies=self._random.randrange(0, 2),
            checkouts=0,
        )
        fill(self.shopify, size, days=1)

    # The roads

    async def distance(self) -> None:
        """Half a round trip."""
        if self.weather.latency and not self.calm:
            await self.time.sleep(self._road.uniform(0, self.weather.latency))

    def _transport(self, vendor: Any, life: Life | None) -> httpx.AsyncBaseTransport:
        return SlowTransport(super()._transport(vendor, life), self)

    async def ring(self, lane: Lane) -> None:
        if self.calm or self._road.random() >= self.weather.lost_bells:
            await super().ring(lane)

    async def receive(self, request: httpx.Request) -> httpx.Response:
        """What receives a webhook may die too; then Shopify sends it again."""
        received = receive(request.headers, request.content, [self.shopify.app.secret], self.shop)
        try:
            await announce([received.mark] if received.mark else [], self.ports(Life(self.fate)))
        except Killed:
            raise httpx.ReadTimeout("no answer") from None
        return httpx.Response(received.status)

    async def live(self, seconds: float) -> None:
        """As a rule no webhook is sent most of the time, so look more seldom than a usual world does."""
        end = self.clock.now + timedelta(seconds=seconds)
        while self.clock.now < end:
            if self.shopify.outbox.ready:
                await self.shopify.outbox.flush()
            if self.clock.now >= self._sweep_at:
                await self.sweep()
                self._sweep_at = self.clock.now + SWEEP
            pause = max(PUMP, min(self.weather.pump, (end - self.clock.now).total_seconds()))
            await self.time.sleep(pause)

    # The day

    async def play(self) -> None:
        await ready(self)
        self._turn_bad()
        await self.first_sync()
        await self._trade()
        self._turn_good()
        try:
            await self.settle(36 * 3600)
            await self._make_good()
            self.problems += held(self)
            await self._again()
        except TimeoutError as error:
            self.problems.append(f"does not come to rest: {error}")

    def _turn_bad(self) -> None:
        self.calm = False
        for vendor in (self.shopify, self.hubspot):
            for kind in CALL_FAULTS:
                vendor.faults.add(kind, probability=self.weather.call_faults / 2, status=self._random.choice(STATUSES))
        for kind in WEBHOOK_FAULTS:
            seconds = {"reorder": (0.0, 60.0), "postpone": (0.0, 3600.0)}.get(kind)
            self.shopify.faults.add(kind, probability=self.weather.webhook_faults / 4, seconds=seconds)
        self.fate.freeze = self._random.uniform(1, 60)
        begun = len(self.fate.steps)
        chance = self.weather.harms / 1000
        for number in range(begun + 1, begun + STEPS):
            if self._random.random() < chance:
                self.fate.harms[number] = self._random.choice(list(Harm))
        if self.weather.shared:
            self.hubspot.actions["share_limits"](share=self._random.choice((0.3, 0.6)), calls_per_second=3)

    def _turn_good(self) -> None:
        self.calm = True
        self.shopify.faults.clear()
        self.hubspot.faults.clear()
        self.fate.harms.clear()
        self.hubspot.actions["share_limits"]()

    async def first_sync(self) -> None:
        for kind in self._random.sample((Kind.ORDER, Kind.CONTACT), 2):
            await self.mark(kind, *self.ids(kind), priority=Priority.BULK)

    def ids(self, kind: Kind) -> list[str]:
        table = self.shopify.shop.customers if kind is Kind.CONTACT else self.shopify.shop.table("Order")
        return list(table.rows)

    async def _trade(self) -> None:
        crm_people = CrmPeople(self.hubspot, self._random)
        self.deleted = crm_people.deleted
        for _ in range(self._random.randrange(10, 50)):
            await self.live(self._random.choice((0.1, 1, 1, 10, 60, 300)) * self._random.random())
            for _ in range(self._random.choice((1, 1, 2, 5))):
                person = crm_people if self.weather.people and self._random.random() < 0.3 else self.merchants
                if name := person.act():
                    self.done[name] += 1

    # What makes up for a bad day

    async def _make_good(self) -> None:
        """Signals that were dropped come by the daily look at everything; what people did in HubSpot is undone."""
        await self.live(LAST_TO_SHOW)
        await windows.walk(Kind.CART, self.shop, ShopifyClient(self.store_api()), self.ports(), self.clock.now + RUN)
        await self._mark_all(force=self.weather.people)
        await self.settle(36 * 3600)
        await self.live(LONGEST_LAG)
        await hubspot_changes.look(self.shop, self.vendors(), self.ports(), self.clock.now + RUN)
        await self.settle(36 * 3600)

    async def _mark_all(self, *, force: bool = False) -> None:
        deleted = self.shopify.state("ledger")["deleted_orders"]
        refs = dict.fromkeys([Ref(self.shop, kind, id_) for kind in FORGET_KINDS for id_ in self.ids(kind)])
        refs |= dict.fromkeys(ref for ref in self.store.records if ref.kind in FORGET)
        marks = [
            Mark(
                ref,
                "all",
                Priority.BULK,
                deleted=ref.kind is Kind.ORDER and ref.id in deleted,
                fields=FORGET[ref.kind] if force else {},
            )
            for ref in refs
        ]
        await announce(marks, self.ports())

    async def _again(self) -> None:
        """What is in step stays so without a write."""
        before, seen = self._crm(), sum(self.written().values())
        await self._mark_all()
        await self.settle(36 * 3600)
        if self._crm() != before:
            self.problems.append("a second look at everything changes HubSpot")
        excused = any(row.parked_at for row in self.store.records.values())
        if not excused and sum(self.written().values()) != seen:
            self.problems.append("a second look at everything makes writing calls")

    # What is seen of it

    def written(self) -> Mapping[str, int]:
        """Calls that write, by endpoint."""
        reading = ("read", "search")
        counts = self.hubspot.log.counts
        return {name: n for name, n in counts.items() if not name.startswith("GET") and not name.endswith(reading)}

    def watch(self) -> None:
        if found := duplicates(self):
            self.problems += [one for one in found if one not in self.problems]

    def _crm(self) -> str:
        """Live records and the live ones they are linked to."""
        crm = views.crm(views.here(self.hubspot))
        state = [
            (one["id"], one["properties"], [crm.linked(one, other) for other in OBJECTS])
            for name in OBJECTS
            for one in crm.live(name)
        ]
        return json.dumps(state, sort_keys=True, default=str)

    def outcomes(self) -> Counter[str]:
        found: Counter[str] = Counter()
        for _, tally in self.tallies:
            found += tally.outcomes
            found[f"ended: {tally.ended}"] += 1
        return found

    def digest(self) -> str:
        """Of all that was called, done and is left."""
        trace = [
            self.fate.steps,
            [[str(call) for call in vendor.log.calls] for vendor in (self.shopify, self.hubspot)],
            self._crm(),
            sorted(map(repr, self.store.records.values())),
            self.problems,
            str(self.clock.now),
        ]
        return hashlib.sha256(json.dumps(trace, default=str).encode()).hexdigest()


FORGET_KINDS = (Kind.CONTACT, Kind.ORDER)
