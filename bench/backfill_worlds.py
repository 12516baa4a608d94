"""First runs over one and the same store: Tandem's, the floor's and the naive script's, in virtual time."""

import asyncio
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import httpx
from urllib3.util.retry import Retry

from bench.outage import Metered
from bench.peers import export, floor, naive
from bench.peers.judge import judge
from bench.simulated import DELAY
from sandbox.clock import Clock
from sandbox.http import Reply, Request
from sandbox.hubspot.simulator import HubSpot
from sandbox.loopback import Server
from sandbox.mounts import Transport
from sandbox.oracle import views
from sandbox.seed import Size, fill
from sandbox.shopify.simulator import STATIC_TOKEN, Shopify
from sandbox.world.loop import run
from sandbox.world.ready import ready
from sandbox.world.world import RUN, LocalWorld
from tandem.model import Priority
from tandem.shopify.client import ShopifyClient
from tandem.sync import resync

DAYS = 120
A_DAY = 86_400.0


def store(orders: int) -> Size:
    """As many customers as orders: most of them buy."""
    return Size(customers=orders, products=50, orders=orders, companies=5, checkouts=0)


@dataclass(frozen=True, slots=True)
class First:
    """A first run: calls by endpoint, those refused for coming too often, seconds until the last write was done.

    `second` are calls to HubSpot of a second run in which nothing has changed, None where none was made; `points` are
    Shopify's, where they were counted.
    """

    hubspot: Mapping[str, int]
    shopify: Mapping[str, int]
    refused: int
    seconds: float
    differences: Sequence[str]
    second: int | None = None
    points: int | None = None

    @property
    def calls(self) -> int:
        return sum(self.hubspot.values())


def tandem(orders: int) -> First:
    """As an operator asks for it: `resync` of everything."""
    world = LocalWorld()
    world.store = meter = Metered()
    fill(world.shopify, store(orders), days=DAYS)

    async def play() -> First:
        await ready(world)
        _slow(world.shopify, world.hubspot)
        meter.drawn.clear()
        began = world.clock.now
        await _resync(world)
        points = meter.drawn["shopify"]
        done = _first(world.shopify, world.hubspot, began, _written(world, began), _against(world))
        _forget(world.shopify, world.hubspot)
        await _resync(world)
        return First(
            done.hubspot, done.shopify, done.refused, done.seconds, [*done.differences, *_against(world)],
            sum(world.hubspot.log.counts.values()), points,
        )  # fmt: skip

    return run(world.clock, play())


async def _resync(world: LocalWorld) -> None:
    """Runs of the function one after the other, as its queue lets them, beside the workers."""
    name = await resync.start(resync.Request(), world.shop, world.ports())
    ended = ""
    while ended != "done":
        shopify = ShopifyClient(world.store_api(priority=Priority.BULK))
        turn = await resync.work(name, world.shop, shopify.ids, world.ports(), world.clock.now + RUN, _itself)
        assert turn is not None
        assert turn.ended in ("done", "out of time"), turn
        ended = turn.ended
    await world.settle(A_DAY)


async def _itself(name: str) -> None:
    """The next run comes at once."""


def _written(world: LocalWorld, began: datetime) -> datetime:
    return max((entry.at for entry in world.store.history if entry.outcome == "written"), default=began)


def _against(world: LocalWorld) -> list[str]:
    """By the oracle, by the judge of all peers, and by what was given up."""
    books, crm = views.store(views.here(world.shopify)), views.crm(views.here(world.hubspot))
    return [*map(str, world.verdict().differences), *judge(books, crm), *world.parked()]


def floor_(orders: int) -> First:
    shopify, hubspot = _accounts(orders, HubSpot)
    _slow(shopify, hubspot)

    async def play() -> datetime:
        async with _client(shopify) as source, _client(hubspot) as target:
            await floor.Script(target).run(source)
        return hubspot.clock.now

    began = hubspot.clock.now
    ended = run(hubspot.clock, play())
    return _first(shopify, hubspot, began, ended, judge(_books(shopify), _crm(hubspot)))


class OneCaller(HubSpot):
    """Takes its time for each answer, of a clock that stands still for its only caller otherwise."""

    def answer(self, request: Request) -> Reply:
        reply = super().answer(request)
        self.clock.advance(DELAY[0])
        return reply


def naive_(orders: int) -> First:
    """The SDK calls a loopback address; what it waits before it tries again is virtual time."""
    shopify, hubspot = _accounts(orders, OneCaller)
    shopify.faults.add("delay", "graphql *", seconds=DELAY)

    async def read() -> tuple[list[export.Node], list[export.Node]]:
        async with _client(shopify) as source:
            return await export.customers(source), await export.orders(source)

    class Patient(Retry):
        """Waits on the simulators' clock."""

        def sleep(self, response: Any = None) -> None:
            hubspot.clock.advance(self.get_backoff_time())

    began = hubspot.clock.now
    customers, found = run(hubspot.clock, read())
    with _served(hubspot) as url:
        script = naive.Script(url, hubspot.app.token, Patient(**_settings(naive.RETRY)))
        try:
            script.run(customers, found)
        finally:
            script.close()
    return _first(shopify, hubspot, began, hubspot.clock.now, judge(_books(shopify), _crm(hubspot)))


def _settings(retry: Retry) -> dict[str, Any]:
    names = ("total", "backoff_factor", "status_forcelist", "allowed_methods")
    return {name: getattr(retry, name) for name in names}


@contextmanager
def _served(hubspot: HubSpot) -> Iterator[str]:
    server = Server(hubspot, pace=False)
    thread = threading.Thread(target=lambda: asyncio.run(server.run()), daemon=True)
    thread.start()
    try:
        yield server.url
    finally:
        server.stop()
        thread.join(timeout=10)


def _accounts(orders: int, kind: type[HubSpot]) -> tuple[Shopify, HubSpot]:
    """The same store as Tandem's, and an account with the unique property that a batch needs."""
    clock = Clock()
    shopify, hubspot = Shopify(clock=clock), kind(clock=clock)
    fill(shopify, store(orders), days=DAYS)
    token = {"Authorization": f"Bearer {hubspot.app.token}"}
    with httpx.Client(transport=Transport(hubspot), base_url="https://api.hubapi.com", headers=token) as api:
        for name in ("orders", "line_items"):
            group = api.get(f"/crm/v3/properties/{name}/groups").json()["results"][0]["name"]
            body = {"name": floor.KEY, "label": "Key", "type": "string", "fieldType": "text", "hasUniqueValue": True}
            api.post(f"/crm/v3/properties/{name}", json=body | {"groupName": group}).raise_for_status()
    clock.advance(20)
    _forget(shopify, hubspot)
    return shopify, hubspot


def _client(vendor: Shopify | HubSpot) -> httpx.AsyncClient:
    if isinstance(vendor, Shopify):
        url, headers = f"https://{vendor.shop.settings.domain}", {"X-Shopify-Access-Token": STATIC_TOKEN}
    else:
        url, headers = "https://api.hubapi.com", {"Authorization": f"Bearer {vendor.app.token}"}
    transport = Transport(vendor, shared_clock=True)
    return httpx.AsyncClient(transport=transport, base_url=url, headers=headers, timeout=30)


def _slow(shopify: Shopify, hubspot: HubSpot) -> None:
    shopify.faults.add("delay", "graphql *", seconds=DELAY)
    hubspot.faults.add("delay", seconds=DELAY)
    _forget(shopify, hubspot)


def _forget(*vendors: Shopify | HubSpot) -> None:
    for vendor in vendors:
        vendor.log.clear()


def _first(shopify: Shopify, hubspot: HubSpot, began: datetime, ended: datetime, differences: Sequence[str]) -> First:
    refused = sum(count for name, count in hubspot.log.as_json()["statuses"].items() if name.endswith(" 429"))
    lasted = (ended - began) / timedelta(seconds=1)
    return First(dict(hubspot.log.counts), dict(shopify.log.counts), refused, lasted, differences)


def _books(shopify: Shopify) -> views.JSON:
    return views.store(views.here(shopify))


def _crm(hubspot: HubSpot) -> views.Crm:
    return views.crm(views.here(hubspot))
