"""The engine in this process and in real time: webhooks come in over HTTP, rows are kept in memory, bells are tasks."""

import asyncio
import socket
import time
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any

import uvicorn

from sandbox.memory import MemoryStore
from sandbox.mounts import Receive, Scope, Send
from sandbox.world.world import AT_ONCE, HOP, RUN, SYNCS
from tandem import http
from tandem.hubspot.client import HubSpotClient
from tandem.model import Kind, Lane, Mark, Priority, Rate, Ref, lane_of
from tandem.portal import PORTAL
from tandem.runtime import RandomIds, SystemClock
from tandem.shopify.client import ShopifyClient
from tandem.shopify.graphql import Api, Learned
from tandem.shopify.webhooks import receive
from tandem.sync.announce import announce
from tandem.sync.pace import Pace, hubspot_rate, search_rate, shopify_rate
from tandem.sync.setup import Limits, Request, Sides, setup
from tandem.sync.sweep import sweep
from tandem.sync.worker import Vendors, World, drain

SWEEP = 60.0
PUBLIC = "https://hooks.example.com"
PATH = "/webhooks/shopify"


class Engine:
    """One shop's. `received` are the moments at which the first webhook of each order came.

    `acknowledged` are the seconds each webhook took, `aws_calls` what it would have cost: one mark, and a bell at most.
    """

    def __init__(self, told: dict[str, Any]) -> None:
        self._told = told
        self.shop: str = told["domain"]
        self.store = MemoryStore()
        self.clock = SystemClock()
        self.world = World(self.store, self, self.clock, RandomIds())
        self.received: dict[str, float] = {}
        self.acknowledged: list[float] = []
        self.aws_calls: list[int] = []
        self._connections = {name: http.client(told[name]) for name in ("shopify", "hubspot")}
        self._learned = Learned()
        self._places: dict[Kind, asyncio.Semaphore] = defaultdict(lambda: asyncio.Semaphore(AT_ONCE))
        self._workers: set[asyncio.Task[None]] = set()

    async def ring(self, lane: Lane) -> None:
        """The Bell port."""
        worker = asyncio.create_task(self._work(lane))
        self._workers.add(worker)
        worker.add_done_callback(self._workers.discard)

    async def _work(self, lane: Lane) -> None:
        await asyncio.sleep(HOP)
        async with self._places[lane.kind]:
            await drain(lane, SYNCS[lane.kind], self._vendors, self.world, self.clock.now() + RUN)

    def _vendors(self, priority: Priority, deadline: datetime) -> Vendors:
        return Vendors(ShopifyClient(self._store_api(priority, deadline)), self._crm(priority, deadline))

    def _crm(self, priority: Priority, deadline: datetime) -> HubSpotClient:
        take = self._pace("hubspot", hubspot_rate(190, priority), deadline).take
        search = self._pace("hubspot-search", search_rate(), deadline).take
        return HubSpotClient(self._connections["hubspot"], self._hubspot_token, take, search, self.clock)

    def _store_api(self, priority: Priority, deadline: datetime) -> Api:
        take = self._pace("shopify", shopify_rate(100, priority), deadline).take
        return Api(self._connections["shopify"], self._shopify_token, self.clock, take, learned=self._learned)

    def _pace(self, budget: str, rate: Rate, deadline: datetime) -> Pace:
        return Pace(self.store, self.clock, budget, rate, deadline)

    async def _hubspot_token(self) -> str:
        return str(self._told["hubspot_token"])

    async def _shopify_token(self, refused: str | None = None) -> str:
        return str(self._told["shopify_token"])

    async def set_up(self) -> None:
        """By the real `setup`. Raises RuntimeError with the doctor's report when something is in the way."""
        until = self.clock.now() + timedelta(minutes=5)
        sides = Sides(
            self.shop,
            self._store_api(Priority.LIVE, until),
            self._crm(Priority.LIVE, until),
            self.store,
            self.clock,
            PUBLIC + PATH,
            Limits(),
        )
        report = await setup(Request(), sides)
        if not report["ok"] or not await self.store.setting(self.shop, PORTAL):
            raise RuntimeError(f"setup answered {report}")

    async def mark(self, kind: Kind, ids: list[str]) -> None:
        await announce([Mark(Ref(self.shop, kind, id_), "bench", Priority.BULK) for id_ in ids], self.world)

    async def settle(self) -> None:
        """Until nothing is due and nobody works, with a sweep each minute."""
        swept = time.monotonic()
        while self._workers or any(row.due_at for row in self.store.records.values()):
            await asyncio.sleep(0.1)
            if time.monotonic() - swept > SWEEP:
                swept = time.monotonic()
                await sweep(self.shop, self.world, _nobody)

    async def take(self, headers: dict[str, str], body: bytes) -> int:
        """What the function `shopify_webhook` does; the status to answer."""
        came = time.time()
        received = receive(headers, body, [self._told["secret"]], self.shop)
        if received.mark:
            if received.mark.ref.kind is Kind.ORDER:
                self.received.setdefault(received.mark.ref.id, came)
            self.aws_calls.append(1)
            if await self.store.mark(received.mark, self.clock.now()):
                self.aws_calls[-1] += 1
                await self.ring(lane_of(received.mark.ref))
        self.acknowledged.append(time.time() - came)
        return received.status

    async def close(self) -> None:
        for connection in self._connections.values():
            await connection.aclose()


async def _nobody(name: str) -> None:
    """There are no jobs to go on with."""


@asynccontextmanager
async def door(engine: Engine) -> AsyncIterator[str]:
    """The address at which webhooks are taken in."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        body = b""
        more = True
        while more:
            message = await receive()
            body += message.get("body", b"")
            more = message.get("more_body", False)
        status = await engine.take({name.decode(): value.decode("latin-1") for name, value in scope["headers"]}, body)
        await send({"type": "http.response.start", "status": status, "headers": [(b"content-length", b"0")]})
        await send({"type": "http.response.body", "body": b""})

    listening = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(app, log_level="critical", lifespan="off", access_log=False)
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        await serving
        await engine.close()
