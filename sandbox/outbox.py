"""Webhooks on their way out: attempts, retries by the vendor's timetable, faults on the road."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from random import Random

import httpx

from sandbox.clock import Clock
from sandbox.faults import Faults
from sandbox.log import Log

CONNECT_SECONDS = 1.0
ANSWER_SECONDS = 5.0
"""Both vendors give up on an answer after 5 s; Shopify on a connection after 1 s."""

Send = Callable[[httpx.Request], Awaitable[httpx.Response]]


async def nobody(request: httpx.Request) -> httpx.Response:
    """The default receiver: no one listens."""
    raise httpx.ConnectError("no receiver is connected to this sandbox", request=request)


def _nothing() -> None: ...


@dataclass(slots=True, eq=False)
class Webhook:
    """One message and the sender's patience.

    `request(attempt)` builds the headers and body of an attempt, counted from 0: Shopify repeats the original
    bytes, HubSpot signs each attempt anew. `waits` are the seconds before each retry; when they are used up
    `given_up` is called. `at_once` is how many requests to `url` may be in flight, None any number.
    """

    endpoint: str
    url: str
    request: Callable[[int], tuple[dict[str, str], bytes]]
    waits: tuple[float, ...]
    given_up: Callable[[], None] = _nothing
    delivered: Callable[[], None] = _nothing
    at_once: int | None = None
    retries_4xx: bool = True
    attempt: int = field(default=0)


class Outbox:
    """Everything a vendor still has to send. Nothing leaves before `flush`; `wake` is called when something could."""

    def __init__(self, clock: Clock, random: Random, faults: Faults, log: Log, send: Send = nobody) -> None:
        self._clock = clock
        self._random = random
        self.faults = faults
        self._log = log
        self.send = send
        self.wake = _nothing
        self.ready: list[Webhook] = []
        self.waiting = 0
        self._in_flight: Counter[str] = Counter()

    def post(self, webhook: Webhook) -> None:
        """Accept a message; a fault may drop, double or delay it."""
        fault = self.faults.for_webhook(webhook.endpoint)
        match fault.kind if fault else None:
            case "drop":
                self._log.record(self._clock.now, webhook.endpoint, "POST", webhook.url, None, "drop")
            case "duplicate":
                self._put(webhook, replace(webhook, given_up=_nothing, delivered=_nothing))
            case "reorder" | "postpone":
                assert fault is not None
                self._later(fault.draw_seconds(self._random), webhook)
            case _:
                self._put(webhook)

    def _put(self, *webhooks: Webhook) -> None:
        self.ready += webhooks
        self.wake()

    def _later(self, seconds: float, webhook: Webhook) -> None:
        self.waiting += 1

        def due() -> None:
            self.waiting -= 1
            self._put(webhook)

        self._clock.call_later(seconds, due)

    async def flush(self) -> int:
        """Send what is ready and may be in flight, side by side; returns how many attempts were made."""
        batch = self._departing()
        await asyncio.gather(*(self._attempt(webhook) for webhook in batch))
        return len(batch)

    def _departing(self) -> list[Webhook]:
        batch: list[Webhook] = []
        staying: list[Webhook] = []
        for webhook in self.ready:
            if webhook.at_once is not None and self._in_flight[webhook.url] >= webhook.at_once:
                staying.append(webhook)
            else:
                self._in_flight[webhook.url] += 1
                batch.append(webhook)
        self.ready = staying
        return batch

    async def _attempt(self, webhook: Webhook) -> None:
        headers, body = webhook.request(webhook.attempt)
        status: int | None = None
        fault = None
        try:
            response = await self._answer(httpx.Request("POST", webhook.url, headers=headers, content=body))
            status = response.status_code
        except (httpx.TransportError, TimeoutError) as error:
            fault = type(error).__name__
        finally:
            self._in_flight[webhook.url] -= 1
        self._log.record(self._clock.now, webhook.endpoint, "POST", webhook.url, status, fault)
        refused = status is not None and 400 <= status < 500 and not webhook.retries_4xx
        if status is not None and 200 <= status < 300:
            webhook.delivered()
        elif webhook.attempt < len(webhook.waits) and not refused:
            webhook.attempt += 1
            self._later(webhook.waits[webhook.attempt - 1], webhook)
        else:
            webhook.given_up()

    async def _answer(self, request: httpx.Request) -> httpx.Response:
        """The receiver's answer; TimeoutError once ANSWER_SECONDS have passed on the simulator's clock."""
        sending = asyncio.ensure_future(self.send(request))
        late = False

        def give_up() -> None:
            nonlocal late
            late = True
            sending.cancel()

        timer = self._clock.call_later(ANSWER_SECONDS, give_up)
        try:
            return await sending
        except asyncio.CancelledError:
            if late:
                raise TimeoutError from None
            raise
        finally:
            timer.cancel()
