"""A world of several stores, each with its own Tandem, that share a HubSpot account, a table, and their workers."""

import asyncio
import traceback
from collections import Counter, deque
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random
from typing import Any

from sandbox.memory import MemoryStore
from sandbox.world.accounts import accounts, stock
from sandbox.world.choices import Choices
from sandbox.world.house import SWEEP, House
from sandbox.world.perils import DrawnFaults, Perils, Worker
from sandbox.world.plan import BUILT, Event, Plan
from sandbox.world.watch import Watch
from sandbox.world.world import Names
from tandem.model import Lane, Ref
from tandem.portal import PORTAL, Portal

REST = 36 * 3600.0
"""Seconds within which everything comes to rest."""
TIER, OTHERS, LIMIT = "free", 6.0, 40
"""Of an account with a small limit: what may be called at most, how often others call in a second, and what is left in
10 s."""
USUAL_LIMIT = 190


class StandStill(Exception):
    """It does not come to rest within its time."""


class Estate:
    """`acked` are the versions that the doors for webhooks have acknowledged. `limit` is HubSpot's, in 10 s.

    `answers` are Shopify's last ones by id, of orders.
    """

    def __init__(self, plan: Plan, choices: Choices) -> None:
        self.plan, self.shards = plan, plan.shards
        self.limit = LIMIT if plan.only == "limit" else USUAL_LIMIT
        stores, self.hubspot, self._documents = accounts(
            plan.stores, plan.hubspot.get(BUILT[0], "default").replace("none", "default"), plan.seed
        )
        self.clock = self.hubspot.clock
        self.perils = Perils(self.clock, choices, plan.mix)
        self.store = MemoryStore(plan.shards, plan.lag)
        self.names = Names()
        self.watch = Watch(self)
        self.acked: dict[Ref, datetime] = {}
        self.answers: dict[str, dict[str, Any]] = {}
        self.outcomes: Counter[str] = Counter()
        self.houses = [House(number, shopify, self) for number, shopify in enumerate(stores)]
        self._waiting: deque[tuple[House, Lane]] = deque()
        self._busy: set[asyncio.Task[None]] = set()
        self._workers = 0
        self._count = 0
        self._news = asyncio.Event()
        self.sweeps = plan.only != "bells"
        self._sweep_at = self.clock.now + SWEEP
        self._furnish()

    def _furnish(self) -> None:
        random = Random(f"stock:{self.plan.seed}")
        for name, value in self.plan.hubspot.items():
            if name not in BUILT:
                self.hubspot.switches.set(name, value)
        if self.limit == LIMIT:
            self.hubspot.portal.tier = TIER
            self.hubspot.actions["share_limits"](calls_per_second=OTHERS)
        for vendor in (self.hubspot, *(house.shopify for house in self.houses)):
            vendor.suffer(DrawnFaults(self.perils))
            vendor.outbox.wake = self._news.set
        for house in self.houses:
            for name, value in self.plan.shopify.items():
                house.shopify.switches.set(name, value)
            house.shopify.shop.settings.iana_timezone = self.plan.zone
            stock(house.shopify, house.number, random)

    def first_stage(self, shop: str) -> str:
        return Portal.model_validate(self._documents[shop]).first_stage

    async def open(self) -> None:
        for shop, document in self._documents.items():
            await self.store.put_setting(shop, PORTAL, document)

    # Who works

    def worker(self, what: str, house: House) -> Worker:
        self._count += 1
        return Worker(f"{what} {self._count} of store {house.number}", house.shop, self.perils)

    def acknowledged(self, ref: Ref, seen: datetime) -> None:
        self.acked[ref] = max(seen, self.acked.get(ref, seen))

    def engage(self, house: House, lane: Lane) -> None:
        """A worker comes for this lane, as soon as one is free."""
        if self._workers >= self.plan.workers:
            if (house, lane) not in self._waiting:
                self._waiting.append((house, lane))
            return
        self._workers += 1
        self.begin(self._work(house, lane))

    def begin(self, work: "asyncio._CoroutineLike[None]") -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._busy.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: "asyncio.Task[None]") -> None:
        self._busy.discard(task)
        if fault := task.exception():
            self.watch.tell("".join(traceback.format_exception(fault)[-3:]))
        self._news.set()

    async def _work(self, house: House, lane: Lane) -> None:
        tally = await house.drain(lane)
        if tally:
            self.outcomes += tally.outcomes
            self.outcomes[f"ended: {tally.ended}"] += 1
        self._workers -= 1
        if self._waiting:
            self.engage(*self._waiting.popleft())

    def met(self) -> Counter[str]:
        """What happened, by name: perils, deeds, outcomes of records and runs, answers of the vendors, refusals."""
        found = self.perils.met + self.outcomes
        for name, vendor in [("HubSpot", self.hubspot), *(("Shopify", house.shopify) for house in self.houses)]:
            for (_, status), count in vendor.log.statuses.items():
                if status and status != 200:
                    found[f"{name} answers {status}"] += count
        for entry in self.store.history:
            if entry.outcome in ("failed", "parked", "later"):
                found.update(f"{entry.outcome}: {what.partition(' P')[0]}" for what in entry.what)
        return found

    # Time

    async def until(self, end: datetime) -> None:
        """Let the world go on: webhooks leave, workers work, the sweep comes each minute."""
        while self.clock.now < end:
            await self._turn(end)

    async def settle(self, seconds: float) -> None:
        """Until nothing is due and nobody works. Raises StandStill."""
        end = self.clock.now + timedelta(seconds=seconds)
        while self._due() or self._busy or self._on_the_road():
            if self.clock.now >= end:
                raise StandStill(f"{self._due()} rows are still due after {seconds:.0f} s")
            await self._turn(end)

    async def _turn(self, end: datetime) -> None:
        self._news.clear()
        for vendor in (*(house.shopify for house in self.houses), self.hubspot):
            if vendor.outbox.ready:
                self.begin(self._flush(vendor))
        if self.clock.now >= self._sweep_at:
            self._sweep_at = self.clock.now + SWEEP
            due = {row.ref.shop for row in self.store.records.values() if row.due_at}
            for house in self.houses if self.sweeps else ():
                if house.shop in due:  # elsewhere it would find nothing
                    self.begin(house.duty("sweep"))
        left = (min(end, self._sweep_at) - self.clock.now).total_seconds()
        timer = asyncio.get_running_loop().call_later(max(left, 0), self._news.set)
        await self._news.wait()
        timer.cancel()

    async def _flush(self, vendor: "House | object") -> None:
        await vendor.outbox.flush()  # type: ignore[union-attr]

    def _due(self) -> int:
        return sum(1 for row in self.store.records.values() if row.due_at)

    def _on_the_road(self) -> bool:
        return any(house.shopify.outbox.ready or house.shopify.outbox.waiting for house in self.houses)

    # What happens

    def _deploy(self, house: House) -> None:
        """What a later version may have written: a portal document with more in it, rows of another digest, rows that
        lack what was added since an earlier one."""
        document = {**self._documents[house.shop], "of_a_later_version": [1]}
        self.begin(self.store.put_setting(house.shop, PORTAL, document))
        for row in house.rows():
            digest = row.digest and f"2:{row.digest}"
            self.store.records[row.ref] = replace(row, digest=digest, written_at=None)

    def happen(self, event: Event) -> None:
        house = self.houses[event.store]
        random = Random(f"event:{self.plan.seed}:{event.number}")
        done = True
        match event.who:
            case "merchant":
                done = house.merchants.do(event.what, random)
            case "person in HubSpot":
                done = house.crm_people.do(event.what, random)
            case "schedule":
                if event.what == "deploy":
                    self._deploy(house)
                else:
                    self.begin(house.duty(event.what))
        self.perils.tell("", f"{event}{'' if done else ' (refused)'}")
        if done:
            self.perils.met[f"{event.who}: {event.what}"] += 1
