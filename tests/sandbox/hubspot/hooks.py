"""What the tests of HubSpot's webhooks share: a receiver, and the component file that sends to it."""

import asyncio
import json
from typing import Any

import httpx

from sandbox.hubspot.simulator import HubSpot

URL = "https://hooks.example.com/hubspot"


class Receiver:
    """Answers each delivery with the next of the given statuses, then with 200."""

    def __init__(self, hubspot: HubSpot, *statuses: int) -> None:
        self.requests: list[httpx.Request] = []
        self.times: list[float] = []
        self._hubspot = hubspot
        self._start = hubspot.clock.now
        self._statuses = list(statuses)
        hubspot.connect(self)

    async def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        self.times.append((self._hubspot.clock.now - self._start).total_seconds())
        return httpx.Response(self._statuses.pop(0) if self._statuses else 200)

    @property
    def batches(self) -> list[list[dict[str, Any]]]:
        return [json.loads(request.content) for request in self.requests]

    @property
    def events(self) -> list[dict[str, Any]]:
        return [event for batch in self.batches for event in batch]


def subscribed(*crm: tuple[str, str] | tuple[str, str, str], **options: Any) -> dict[str, Any]:
    """A component's config: (event, object[, property]) each."""
    objects = [
        {"subscriptionType": f"object.{row[0]}", "objectType": row[1], "active": True}
        | ({"propertyName": row[2]} if len(row) == 3 else {})
        for row in crm
    ]
    settings = {"targetUrl": URL, "maxConcurrentRequests": 10} | options
    return {"settings": settings, "subscriptions": {"crmObjects": objects, "legacyCrmObjects": [], "hubEvents": []}}


def run(hubspot: HubSpot, seconds: float = 120) -> None:
    asyncio.run(hubspot.run(seconds))


def contact(hubspot: HubSpot, email: str = "jane@example.com", **values: str) -> str:
    return str(hubspot.actions["create"]("contacts", {"email": email, **values})["id"])


def many(hubspot: HubSpot, count: int) -> list[str]:
    return [contact(hubspot, f"jane{n}@example.com") for n in range(count)]
