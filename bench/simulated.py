"""Orders through a whole world in virtual time: the same figures on any machine."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta

import httpx

from bench.figures import Run, Traffic
from bench.shopping import Shopping, WatchedHubSpot
from sandbox.clock import START
from sandbox.oracle import views
from sandbox.seed import Size, fill
from sandbox.world.loop import run
from sandbox.world.ready import ready
from sandbox.world.world import HOP, LocalWorld
from tandem.bells import Bells
from tandem.model import Kind, Lane, Priority
from tandem.shopify.webhooks import receive

DELAY = (0.15, 0.15)
"""Seconds until either vendor answers a call."""
STORE = Size(customers=200, products=50, orders=500, checkouts=0)


class TimedWorld(LocalWorld):
    """Knows when the first webhook of each order came, and when HubSpot had all of the order."""

    def __init__(self) -> None:
        super().__init__()
        self.received: dict[str, float] = {}
        self._bells = Bells()
        self.hubspot = self.watched = WatchedHubSpot(clock=self.clock)
        self.watched.watch(self.shopify, self.seconds)

    def seconds(self) -> float:
        return (self.clock.now - START).total_seconds()

    async def ring(self, lane: Lane) -> None:
        """As `runtime.SqsBell` does, were there one process."""
        delay = self._bells.delay(lane, self.clock.now)
        if delay is not None:
            self._bells.sent(lane, self.clock.now, delay)
            asyncio.get_running_loop().call_later(HOP + delay, self._start, lane)

    async def receive(self, request: httpx.Request) -> httpx.Response:
        mark = receive(request.headers, request.content, [self.shopify.app.secret], self.shop).mark
        if mark and mark.ref.kind is Kind.ORDER:
            self.received.setdefault(mark.ref.id, self.seconds())
        return await super().receive(request)


def steady(rate: float, seconds: float) -> Run:
    """Orders at a steady rate, each answer of both vendors delayed."""
    world = TimedWorld()
    shopping = Shopping(world.shopify, world.seconds)

    async def play() -> None:
        await ready(world)
        await world.mark(Kind.CONTACT, *shopping.customers, priority=Priority.BULK)
        await world.settle()
        world.hubspot.log.clear()
        world.shopify.faults.add("delay", "graphql *", seconds=DELAY)
        world.hubspot.faults.add("delay", seconds=DELAY)
        began = world.clock.now
        for number in range(int(rate * seconds)):
            world.clock.call_at(began + timedelta(seconds=number / rate), shopping.place)
        await world.live(seconds)
        await world.settle()

    run(world.clock, play())
    return Run(
        f"virtual time, {rate:g}/s for {seconds:g} s",
        len(shopping.placed),
        world.watched.seconds(world.received),
        _traffic(world),
        [*_differences(world), *world.watched.incomplete(shopping.placed)],
    )


def first_and_second() -> list[Run]:
    """A store that HubSpot has not seen, brought over as a whole; then the same again with nothing changed."""
    world = LocalWorld()
    fill(world.shopify, STORE, days=120)
    books = views.store(views.here(world.shopify))
    ids = {kind: [one["id"] for one in books[name]] for kind, name in KINDS.items()}
    runs = []

    async def everything(name: str) -> None:
        world.hubspot.log.clear()
        began = world.clock.now
        for kind, some in ids.items():
            await world.mark(kind, *some, priority=Priority.BULK)
        await world.settle()
        note = f"{(world.clock.now - began).total_seconds():.0f} s of virtual time"
        runs.append(Run(name, STORE.orders, [], _traffic(world), _differences(world), [note]))

    async def play() -> None:
        await ready(world)
        await everything(f"first run, {STORE.customers} customers")
        await everything("second run")

    run(world.clock, play())
    return runs


KINDS = {Kind.CONTACT: "customers", Kind.ORDER: "orders"}


def _traffic(world: LocalWorld) -> Traffic:
    return Traffic.of(world.hubspot.log.as_json())


def _differences(world: LocalWorld) -> Sequence[str]:
    return [*map(str, world.verdict().differences), *world.parked()]
