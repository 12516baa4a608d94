"""A world whose store is the real one over an emulated table, and whose functions are billed as on AWS."""

import asyncio
import io
import os
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from types import SimpleNamespace
from typing import Any

import httpx

os.environ.setdefault("POWERTOOLS_SERVICE_NAME", "tandem")
os.environ.setdefault("POWERTOOLS_METRICS_NAMESPACE", "Tandem")

from bench.cost_meter import Meter, Metered
from bench.weighing import Weighing
from sandbox.clock import START
from sandbox.world.mortal import Life
from sandbox.world.world import AT_ONCE, HOP, RUN, SYNCS, LocalWorld
from tandem import runtime, work
from tandem.bells import Bells
from tandem.model import Kind, Lane
from tandem.portal import PORTAL
from tandem.store.dynamodb import DynamoStore
from tandem.sync.worker import Tally, drain
from tandem.vendors import LIMITS_FRESH

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


@dataclass(slots=True)
class Process:
    """One environment of a function, and what it remembers."""

    name: str
    store: MeteredStore
    bells: Bells = field(default_factory=Bells)
    limits_until: datetime = START


class CostWorld(LocalWorld):
    """`client` reaches an emulated table. `webhooks` are those that came; `assumed` is what no emulator can tell."""

    def __init__(self, client: Any, assumed: dict[str, float], seed: int = 0) -> None:
        self.meter = Meter()
        self.items: dict[tuple[str, str], dict[str, Any]] = {}
        self.assumed = assumed
        self.webhooks: list[httpx.Request] = []
        self.runs: defaultdict[str, list[float]] = defaultdict(list)
        self._client = client
        self._outside = self._process(OUTSIDE)
        self._here: ContextVar[Process] = ContextVar("here", default=self._outside)
        self._idle: defaultdict[str, list[Process]] = defaultdict(list)
        self._bells: defaultdict[Kind, list[Lane]] = defaultdict(list)
        super().__init__(seed)

    def _process(self, name: str) -> Process:
        return Process(name, MeteredStore(Metered(self._client, self.items, self.meter, name), self))

    @property  # type: ignore[override]
    def store(self) -> MeteredStore:
        """That of the process in which this is asked for."""
        return self._here.get().store

    @store.setter
    def store(self, _memory: Any) -> None:
        """The one in memory has no use here."""

    @contextmanager
    def running(self, name: str, memory: str) -> Iterator[None]:
        """One invocation of a function, in an environment that is warm where there is one."""
        process = self._idle[name].pop() if self._idle[name] else self._process(name)
        token, began = self._here.set(process), self.clock.now
        try:
            yield
        finally:
            self._here.reset(token)
            self._idle[name].append(process)
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
        """What `runtime.SqsBell` does."""
        bells, now = self._here.get().bells, self.clock.now
        delay = bells.delay(lane, now)
        if delay is None:
            return
        self.meter.add("SQS requests")
        await self.time.sleep(self.assumed["sqs_seconds"])
        bells.sent(lane, now, delay)
        asyncio.get_running_loop().call_later(HOP + delay, self._start, lane)

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
                    await self._limits(lane.shop)
                    tally = await drain(lane, SYNCS[kind], partial(self.vendors, None), self.ports(), deadline)
                    self.tallies.append((lane, tally))
                    self.meter.add("log bytes", logged(lane, tally))
                    busy = tally.outcomes.total() * self.assumed["worker_cpu_seconds_per_record"]
                    self.meter.add("GB-seconds", busy * self.assumed["worker_gb"])
        finally:
            self._running[kind] -= 1
            self._serve(kind)

    async def _limits(self, shop: str) -> None:
        """What `vendors.limits_of` reads, and keeps."""
        process = self._here.get()
        if process.limits_until <= self.clock.now:
            await process.store.setting(shop, PORTAL)
            process.limits_until = self.clock.now + LIMITS_FRESH

    def _transport(self, vendor: Any, life: Life | None) -> httpx.AsyncBaseTransport:
        return Weighing(super()._transport(vendor, life), self.meter.used)

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
        tell = partial(work._report, lane, tally)
        runtime.logger.inject_lambda_context(lambda _event, _context: tell())({}, CONTEXT)
    return len(text.getvalue().encode())
