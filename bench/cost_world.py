"""A world whose store is the real one over an emulated table, and whose functions are billed as on AWS."""

import asyncio
import io
import os
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from contextvars import ContextVar
from functools import partial
from types import SimpleNamespace
from typing import Any

import httpx

os.environ.setdefault("POWERTOOLS_SERVICE_NAME", "tandem")
os.environ.setdefault("POWERTOOLS_METRICS_NAMESPACE", "Tandem")

from bench.cost_meter import Meter, Metered
from sandbox.world.mortal import Life
from sandbox.world.world import AT_ONCE, HOP, RUN, SYNCS, LocalWorld
from tandem import runtime, work
from tandem.model import Kind, Lane, Priority
from tandem.portal import PORTAL
from tandem.store.dynamodb import DynamoStore
from tandem.sync.worker import Tally, Vendors, drain

TABLE = "tandem"
BELLS = 10
"""Messages a function is given at once: BatchSize of the queues in template.yaml."""
SIDE_BY_SIDE = 16
WEBHOOK, OUTSIDE = "shopify_webhook", "outside"
FUNCTIONS = {Kind.ORDER: "order_sync", Kind.CONTACT: "contact_sync", Kind.STAGE: "order_stages", Kind.CART: "cart_sync"}


class MeteredStore(DynamoStore):
    """Of one function's process. Its calls take virtual time, and none of its threads."""

    def __init__(self, client: Any, world: "CostWorld") -> None:
        super().__init__(client, TABLE)
        self._world = world
        self._places = asyncio.Semaphore(SIDE_BY_SIDE)

    async def call(self, operation: str, **arguments: Any) -> Any:
        async with self._places:
            answer = getattr(self._client, operation)(**arguments)
            await self._world.time.sleep(self._world.assumed["dynamodb_seconds"])
        return answer


class Weighing(httpx.AsyncBaseTransport):
    """A vendor whose traffic is weighed."""

    def __init__(self, inner: httpx.AsyncBaseTransport, meter: Meter) -> None:
        self._inner, self._meter = inner, meter

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        head = sum(len(name) + len(value) + 4 for name, value in request.headers.raw)
        self._meter.add("bytes sent", len(await request.aread()) + head + len(str(request.url)))
        self._meter.add(f"calls of {(request.url.host.rpartition('.my')[1] and 'Shopify') or 'HubSpot'}")
        return await self._inner.handle_async_request(request)


class CostWorld(LocalWorld):
    """`client` reaches an emulated table. `webhooks` are those that came; `assumed` is what no emulator can tell."""

    def __init__(self, client: Any, assumed: dict[str, float], seed: int = 0) -> None:
        self.meter = Meter()
        self.items: dict[tuple[str, str], dict[str, Any]] = {}
        self.assumed = assumed
        self.webhooks: list[httpx.Request] = []
        self.runs: defaultdict[str, list[float]] = defaultdict(list)
        self._client = client
        self._here: ContextVar[tuple[str, DynamoStore] | None] = ContextVar("here", default=None)
        self._outside = self._process(OUTSIDE)
        self._idle: defaultdict[str, list[DynamoStore]] = defaultdict(list)
        self._bells: defaultdict[Kind, list[Lane]] = defaultdict(list)
        super().__init__(seed)

    def _process(self, name: str) -> DynamoStore:
        """A fresh environment of a function: what it remembers is its own."""
        return MeteredStore(Metered(self._client, self.items, self.meter, name), self)

    @property  # type: ignore[override]
    def store(self) -> DynamoStore:
        """That of the process in which this is asked for."""
        here = self._here.get()
        return here[1] if here else self._outside

    @store.setter
    def store(self, _memory: Any) -> None:
        """The one in memory has no use here."""

    @contextmanager
    def running(self, name: str, memory: str) -> Iterator[None]:
        """One invocation of a function, in an environment that is warm where there is one."""
        store = self._idle[name].pop() if self._idle[name] else self._process(name)
        token, began = self._here.set((name, store)), self.clock.now
        try:
            yield
        finally:
            self._here.reset(token)
            self._idle[name].append(store)
            seconds = (self.clock.now - began).total_seconds() + self.assumed[f"{memory}_cpu_seconds"]
            self.runs[name].append(seconds)
            self.meter.add("Lambda invocations")
            self.meter.add("GB-seconds", seconds * self.assumed[f"{memory}_gb"])
            self.meter.add("log bytes", self.assumed[f"{memory}_platform_log_bytes"])

    async def receive(self, request: httpx.Request) -> httpx.Response:
        self.webhooks.append(request)
        self.meter.add("HTTP API requests")
        with self.running(WEBHOOK, "door"):
            return await super().receive(request)

    async def ring(self, lane: Lane) -> None:
        self.meter.add("SQS requests")
        await self.time.sleep(self.assumed["sqs_seconds"])
        asyncio.get_running_loop().call_later(HOP, self._start, lane)

    def _start(self, lane: Lane) -> None:
        self._bells[lane.kind].append(lane)
        self._serve(lane.kind)

    def _serve(self, kind: Kind) -> None:
        while self._bells[kind] and self._running[kind] < AT_ONCE:
            bells, self._bells[kind] = self._bells[kind][:BELLS], self._bells[kind][BELLS:]
            self._running[kind] += 1
            worker = asyncio.get_running_loop().create_task(self._answer(kind, list(dict.fromkeys(bells))))
            self._workers.add(worker)
            worker.add_done_callback(self._workers.discard)

    async def _answer(self, kind: Kind, lanes: list[Lane]) -> None:
        """What `work.answer_bells` does with one batch of messages, which is received and deleted by one call each."""
        self.meter.add("SQS requests", 2)
        try:
            with self.running(FUNCTIONS[kind], "worker"):
                deadline = self.clock.now + RUN
                for lane in lanes:
                    await self.store.setting(lane.shop, PORTAL)  # what `vendors.opener` asks for
                    tally = await drain(lane, SYNCS[kind], lambda *_: self.vendors(), self.ports(), deadline)
                    self.tallies.append((lane, tally))
                    self.meter.add("log bytes", logged(lane, tally))
        finally:
            self._running[kind] -= 1
            self._serve(kind)

    def _transport(self, vendor: Any, life: Life | None) -> httpx.AsyncBaseTransport:
        return Weighing(super()._transport(vendor, life), self.meter)

    def vendors(self, life: Life | None = None, priority: Priority = Priority.LIVE) -> Vendors:
        return super().vendors(life, priority)

    def due(self) -> int:
        return sum(1 for item in self.items.values() if "due_at" in item)

    def parked(self) -> list[str]:
        return [item["error"]["S"] for item in self.items.values() if "parked_at" in item]


CONTEXT = SimpleNamespace(
    function_name="tandem-order_sync",
    memory_limit_in_mb=1024,
    invoked_function_arn="arn:aws:lambda:us-east-1:000000000000:function:tandem-order_sync",
    aws_request_id="00000000-0000-0000-0000-000000000000",
)


def logged(lane: Lane, tally: Tally) -> int:
    """Bytes of what the function writes to its log about a run, metrics included."""
    text = io.StringIO()
    handler: Any = runtime.logger.registered_handler
    handler.setStream(text)
    with redirect_stdout(text):
        tell = partial(_tell, lane, tally)
        runtime.logger.inject_lambda_context(lambda _event, _context: tell())({}, CONTEXT)
    return len(text.getvalue().encode())


def _tell(lane: Lane, tally: Tally) -> None:
    work._report(lane, tally)
