"""A simulated account with Tandem's key on every object, and the client as the engine calls it."""

import asyncio
import json
from collections import Counter
from collections.abc import Callable, Coroutine, Mapping
from typing import Any, TypeVar

import httpx

from sandbox.hubspot.simulator import HubSpot
from sandbox.mounts import Transport
from tandem import http
from tandem.errors import OutOfTime
from tandem.hubspot.client import HubSpotClient
from tests.time import Time

KEY = "tandem_key"
OBJECTS = ("contacts", "companies", "products", "line_items", "orders", "carts")
MARK = {"name": KEY, "label": "Tandem key", "type": "string", "fieldType": "text", "hasUniqueValue": True}
GROUPS = {"contacts": "contactinformation", "companies": "companyinformation"}

T = TypeVar("T")
Wrap = Callable[[httpx.AsyncBaseTransport], httpx.AsyncBaseTransport]


class Account:
    """`switches` by name; `wrap` puts something between the client and HubSpot.

    `drawn` counts the tokens taken from the two budgets; beyond `tokens` of either there is no time left.
    """

    def __init__(self, *, wrap: Wrap | None = None, **switches: str) -> None:
        self.hubspot = HubSpot(switches={"property_lag": "0", **switches})
        self.token = self.hubspot.app.token
        self.time = Time(self.hubspot.clock)
        self.drawn: Counter[str] = Counter()
        self.headers: list[Mapping[str, str]] = []
        self.tokens = 10_000
        transport: httpx.AsyncBaseTransport = Transport(self.hubspot)
        web = http.client("https://api.hubapi.com", wrap(transport) if wrap else transport)
        self.client = HubSpotClient(
            web, self.credential, self._take("calls"), self._take("searches"), self.time, seen=self.headers.append
        )
        self.run(self._provide())

    async def _provide(self) -> None:
        for name in OBJECTS:
            await self.client.post(f"/crm/properties/2026-09/{name}/groups", {"name": "tandem", "label": "Tandem"})
            await self.client.post(f"/crm/properties/2026-09/{name}", {**MARK, "groupName": "tandem"})
        self.hubspot.log.clear()
        self.drawn.clear()
        self.headers.clear()

    def run(self, call: Coroutine[Any, Any, T]) -> T:
        return asyncio.run(call)

    async def credential(self) -> str:
        return self.token

    def _take(self, budget: str) -> Callable[[float], Coroutine[Any, Any, None]]:
        async def take(tokens: float) -> None:
            if self.drawn[budget] + tokens > self.tokens:
                raise OutOfTime("no time left")
            self.drawn[budget] += int(tokens)

        return take

    def calls(self) -> dict[str, int]:
        """How often each kind of call was made, by the end of its path."""
        found: Counter[str] = Counter()
        for endpoint, count in self.hubspot.log.counts.items():
            found[endpoint.split("{to}/" if "/associations/" in endpoint else "{type}/")[-1]] += count
        return dict(found)

    def fault(self, kind: str, endpoint: str = "*", **options: Any) -> None:
        self.hubspot.faults.add(kind, endpoint, **options)

    def record(self, name: str, /, **properties: str) -> str:
        """The id of a new record, put there without a call."""
        portal = self.hubspot.portal
        return portal.create(portal.store(name), properties, self.hubspot.app.source).id

    def values(self, name: str, id_: str) -> dict[str, str]:
        found = self.hubspot.portal.store(name).find(id_)
        assert found is not None
        return found.properties

    def live(self, name: str) -> list[dict[str, str]]:
        return [record.properties for record in self.hubspot.portal.store(name).live()]


class Between(httpx.AsyncBaseTransport):
    """Stands between client and HubSpot. `change` may rewrite the JSON of each request, `rewrite` that of each answer.

    `answers` are given instead, one for each call, as long as there are any.
    """

    change: Callable[[Any], Any] | None = None
    rewrite: Callable[[Any], Any] | None = None

    def __init__(self, inner: httpx.AsyncBaseTransport) -> None:
        self._inner = inner
        self.answers: list[httpx.Response] = []
        self.bodies: list[Any] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        content = await request.aread()
        self.bodies.append(json.loads(content) if content else None)
        if self.answers:
            return self.answers.pop(0)
        if self.change is not None and content:
            body = json.dumps(self.change(json.loads(content)))
            headers = {name: value for name, value in request.headers.items() if name != "content-length"}
            request = httpx.Request(
                request.method, request.url, headers=headers, content=body, extensions=request.extensions
            )
        response = await self._inner.handle_async_request(request)
        told = await response.aread()
        if self.rewrite is not None and told:
            return httpx.Response(response.status_code, json=self.rewrite(json.loads(told)), request=request)
        return response


def behind(**switches: str) -> tuple[Account, Between]:
    """An account and what stands before it."""
    made: list[Between] = []

    def wrap(inner: httpx.AsyncBaseTransport) -> Between:
        made.append(Between(inner))
        return made[0]

    account = Account(wrap=wrap, **switches)
    made[0].bodies.clear()
    return account, made[0]
