"""One store's Tandem, in a world that it shares with others: its webhooks, bells, workers, duties."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from random import Random
from typing import TYPE_CHECKING, Any

import httpx

from sandbox.hubspot.simulator import HubSpot
from sandbox.shopify.simulator import STATIC_TOKEN, Shopify
from sandbox.world.crm_people import CrmPeople
from sandbox.world.merchants import Merchants
from sandbox.world.perils import GONE, Worker, unreadable
from sandbox.world.ports import Bell, Road, Rows
from sandbox.world.world import HOP, RUN
from tandem import http
from tandem.errors import Failure
from tandem.hubspot.client import HubSpotClient
from tandem.model import Kind, Lane, Priority, Rate, Record
from tandem.shopify import webhooks
from tandem.shopify.client import ShopifyClient
from tandem.shopify.events import Events
from tandem.shopify.graphql import Api, Learned
from tandem.sync import (
    announce,
    archived,
    carts,
    contacts,
    deletions,
    hubspot_changes,
    orders,
    pace,
    rebuild,
    resync,
    stages,
    sweep,
    windows,
    worker,
)

if TYPE_CHECKING:
    from sandbox.world.estate import Estate

SYNCS: dict[Kind, Any] = {Kind.ORDER: orders, Kind.CONTACT: contacts, Kind.STAGE: stages, Kind.CART: carts}
"""Modules: what they do is looked up when it is done."""


class House:
    """`shop` is the store's domain. `hub` is the world."""

    def __init__(self, number: int, shopify: Shopify, hub: "Estate") -> None:
        self.number, self.shopify, self.hub = number, shopify, hub
        self.hubspot, self.clock = hub.hubspot, hub.clock
        domain = f"store-{number}.example.com"
        self.merchants = Merchants(shopify, Random(), domain)
        self.crm_people = CrmPeople(hub.hubspot, Random(), f"{self.shop}:", domain)
        self.sent: list[httpx.Request] = []
        self._learned = Learned()
        shopify.connect(self.receive)

    @property
    def shop(self) -> str:
        return self.shopify.shop.settings.domain

    @property
    def deleted(self) -> set[str]:
        return self.crm_people.deleted

    def rows(self) -> list[Record]:
        return [row for row in self.hub.store.records.values() if row.ref.shop == self.shop]

    # What a worker has

    def ports(self, one: Worker) -> worker.World:
        hub = self.hub
        return worker.World(Rows(hub, one), Bell(self, one), one, hub.names, hub.shards)

    def vendors(self, one: Worker, priority: Priority, deadline: datetime | None = None) -> worker.Vendors:
        paces = {
            "shopify": self._pace(one, f"shopify:{self.shop}", pace.shopify_rate(100, priority), deadline),
            "hubspot": self._pace(one, "hubspot", pace.hubspot_rate(self.hub.limit, priority), deadline),
        }
        shopify = ShopifyClient(self.store_api(one, priority, paces["shopify"]))
        return worker.Vendors(shopify, self.crm(one, priority, paces["hubspot"]), paces)

    def crm(self, one: Worker, priority: Priority, budget: pace.Pace | None = None) -> HubSpotClient:
        async def token() -> str:
            return self._secret(self.hubspot.app.token)

        budget = budget or self._pace(one, "hubspot", pace.hubspot_rate(self.hub.limit, priority))
        return HubSpotClient(
            self._client("https://api.hubapi.com", self.hubspot, one),
            token,
            budget.take,
            self._pace(one, "hubspot-search", pace.search_rate()).take,
            one,
        )

    def store_api(self, one: Worker, priority: Priority, budget: pace.Pace | None = None) -> Api:
        async def token(refused: str | None = None) -> str:
            return self._secret(STATIC_TOKEN)

        budget = budget or self._pace(one, f"shopify:{self.shop}", pace.shopify_rate(100, priority))
        client = self._client(f"https://{self.shop}", self.shopify, one)
        return Api(client, token, one, budget.take, learned=self._learned)

    def _client(self, url: str, vendor: Shopify | HubSpot, one: Worker) -> httpx.AsyncClient:
        if url not in one.clients:
            one.clients[url] = http.client(url, Road(self.hub, vendor, one))
        return one.clients[url]

    def _pace(self, one: Worker, budget: str, rate: Rate, deadline: datetime | None = None) -> pace.Pace:
        return pace.Pace(Rows(self.hub, one), one, budget, rate, deadline or one.now() + RUN)

    def _secret(self, value: str) -> str:
        if self.hub.perils.draw("secrets", "secret"):
            raise unreadable()
        return value

    # What wakes one

    async def receive(self, request: httpx.Request) -> httpx.Response:
        """A webhook arrives. What receives it may die; then Shopify sends it again."""
        self.sent.append(request)
        got = webhooks.receive(request.headers, request.content, [self.shopify.app.secret], self.shop)
        try:
            await announce.announce([got.mark] if got.mark else [], self.ports(self.hub.worker("webhook", self)))
        except GONE:
            return httpx.Response(503)
        told = json.loads(request.content).get("updated_at")
        if got.mark and got.mark.seen and told and got.status == 200:
            self.hub.acknowledged(got.mark.ref, datetime.fromisoformat(told).astimezone(UTC))
        return httpx.Response(got.status)

    def rung(self, lane: Lane, seconds: float = HOP) -> None:
        asyncio.get_running_loop().call_later(seconds, self.hub.engage, self, lane)

    async def drain(self, lane: Lane) -> worker.Tally | None:
        """One worker from beginning to end; None of one that is gone."""
        one = self.hub.worker(str(lane.kind), self)
        deadline = one.now() + RUN
        try:
            return await worker.drain(
                lane,
                SYNCS[lane.kind].sync,
                partial(self.vendors, one),
                self.ports(one),
                deadline,
            )
        except GONE:
            return None

    # What runs by a timetable

    async def duty(self, name: str) -> None:
        """One run of it, which may end anywhere."""
        duties: dict[str, Callable[[Worker], Awaitable[None]]] = {
            "windows": self._windows,
            "changes": self._changes,
            "daily": self._daily,
            "sweep": self._sweep,
        }
        try:
            await duties[name](self.hub.worker(name, self))
        except (*GONE, Failure):
            pass

    async def _windows(self, one: Worker) -> None:
        listing = ShopifyClient(self.store_api(one, Priority.RECONCILE))
        for kind in (Kind.CONTACT, Kind.ORDER, Kind.CART):
            await windows.walk(kind, self.shop, listing, self.ports(one), one.now() + RUN)

    async def _changes(self, one: Worker) -> None:
        vendors = self.vendors(one, Priority.RECONCILE)
        await hubspot_changes.look(self.shop, vendors, self.ports(one), one.now() + RUN)

    async def _daily(self, one: Worker) -> None:
        """Of the daily duties those that mark something."""
        deadline = one.now() + RUN
        events = Events(self.store_api(one, Priority.RECONCILE))
        shopify = self.vendors(one, Priority.RECONCILE).shopify
        await deletions.look(self.shop, events.destroyed, shopify, self.ports(one), deadline)
        await archived.look(self.shop, self.crm(one, Priority.RECONCILE), self.ports(one), deadline)

    async def resync(self, *, force: bool) -> None:
        """Everything that is known of, as an operator asks for it."""
        world = self.ports(self.hub.worker("resync", self))
        shop = self.shopify.shop
        ids = {"contact": set(shop.customers.rows), "order": set(shop.table("Order").rows), "cart": set[str]()}
        for row in self.rows():
            ids.setdefault(row.ref.kind.value, set()).add(row.ref.id)
        for kind, some in ids.items():
            if some:
                asked = resync.Request.model_validate({"kind": kind, "ids": sorted(some), "force": force})
                await resync.mark_ids(asked, self.shop, world)

    async def rebuild(self) -> None:
        """Rows made anew from the keys in HubSpot, and a resync of everything."""
        one = self.hub.worker("rebuild", self)
        world = self.ports(one)
        pages = ShopifyClient(self.store_api(one, Priority.BULK)).ids
        await rebuild.start(self.shop, world)
        while (turn := await self._run(one, world)) and turn.ended != "done":
            await one.sleep(60)
        while (
            turn := await resync.work(resync.job_name(None), self.shop, pages, world, one.now() + RUN, _nobody)
        ) and turn.ended != "done":
            await one.sleep(60)

    async def _run(self, one: Worker, world: worker.World) -> Any:
        return await rebuild.work(self.shop, self.crm(one, Priority.BULK), world, one.now() + RUN)

    async def _sweep(self, one: Worker) -> None:
        await sweep.sweep(self.shop, self.ports(one), _nobody)


async def _nobody(name: str) -> None:
    """Nobody is asked to go on with a job: none is begun here but by a rebuild, which goes on by itself."""


SWEEP = timedelta(minutes=1)
