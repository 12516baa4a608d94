"""A vendor whose traffic is counted and weighed, as it leaves the process and comes back."""

from collections import Counter

import httpx


class Weighing(httpx.AsyncBaseTransport):
    """Adds to `traffic`: calls by vendor, bytes sent and received."""

    def __init__(self, inner: httpx.AsyncBaseTransport, traffic: Counter[str]) -> None:
        self._inner, self._traffic = inner, traffic

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        head = sum(len(name) + len(value) + 4 for name, value in request.headers.raw)
        vendor = "HubSpot" if request.url.host == "api.hubapi.com" else "Shopify"
        self._traffic[f"calls of {vendor}"] += 1
        self._traffic["bytes sent"] += len(await request.aread()) + head + len(str(request.url))
        response = await self._inner.handle_async_request(request)
        self._traffic["bytes received"] += int(response.headers.get("content-length", 0))
        return response
