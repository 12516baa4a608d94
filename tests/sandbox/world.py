"""A day in one world: both vendors under one clock, faults drawn by seed, every byte written down.

python -m tests.sandbox.world 7      the digest of seed 7
"""

import asyncio
import hashlib
import json
import sys
from typing import Any

import httpx

from sandbox.clock import Clock
from sandbox.hubspot.simulator import HubSpot
from sandbox.mounts import Transport
from sandbox.seed import Size, fill
from sandbox.shopify.simulator import STATIC_TOKEN, Shopify

TOPICS = ("ORDERS_CREATE", "ORDERS_UPDATED", "CUSTOMERS_UPDATE", "PRODUCTS_UPDATE", "CHECKOUTS_CREATE")
SUBSCRIBE = """mutation($topic: WebhookSubscriptionTopic!, $uri: String!) {
  webhookSubscriptionCreate(topic: $topic, webhookSubscription: {uri: $uri}) { userErrors { message } } }"""
RECENT = (
    "{ orders(first: 20, query: \"updated_at:>'2026-01-01'\", sortKey: UPDATED_AT) { nodes { id name email tags } } }"
)


class World:
    """What both vendors answered and sent, in order."""

    def __init__(self, seed: int) -> None:
        self.seen: list[Any] = []
        self.clock = Clock()
        self.shopify = Shopify(seed=seed, clock=self.clock, send=self._receive)
        self.hubspot = HubSpot(seed=seed, clock=self.clock, send=self._receive)
        token = {"X-Shopify-Access-Token": STATIC_TOKEN}
        bearer = {"Authorization": f"Bearer {self.hubspot.app.token}"}
        domain = f"https://{self.shopify.shop.settings.domain}"
        self.store = httpx.Client(transport=Transport(self.shopify), base_url=domain, headers=token)
        self.crm = httpx.Client(transport=Transport(self.hubspot), base_url="https://api.hubapi.com", headers=bearer)

    async def _receive(self, request: httpx.Request) -> httpx.Response:
        self.seen.append([str(request.url), sorted(request.headers.items()), request.content.decode()])
        return httpx.Response(200 if len(self.seen) % 7 else 503)

    def call(self, client: httpx.Client, path: str, body: Any) -> Any:
        """Note the answer, or how the connection broke."""
        try:
            response = client.post(path, json=body)
        except httpx.TransportError as broken:
            self.seen.append(type(broken).__name__)
            return None
        self.seen.append([response.status_code, response.text])
        return response.json() if response.status_code < 300 and response.text[-1:] == "}" else None

    def graphql(self, query: str, variables: Any = None) -> Any:
        return self.call(self.store, "/admin/api/2026-10/graphql.json", {"query": query, "variables": variables})


def day(seed: int) -> World:
    """Trade, syncing by a naive copier, faults; two hours of webhooks."""
    world = World(seed)
    for topic in TOPICS:
        world.graphql(SUBSCRIBE, {"topic": topic, "uri": "https://hooks.example.com/shopify"})
    for simulator in (world.shopify, world.hubspot):
        for kind in ("refuse", "delay", "cut", "lose", "late", "status", "status_after", "truncate", "html"):
            simulator.faults.add(kind, probability=0.02)
        for kind in ("drop", "duplicate", "reorder", "postpone"):
            simulator.faults.add(kind, probability=0.05)
    fill(world.shopify, Size(20, 8, 40, 2, 4), days=1)
    for _ in range(6):
        answer = world.graphql(RECENT)
        for node in ((answer or {}).get("data") or {"orders": {"nodes": []}})["orders"]["nodes"]:
            world.call(world.crm, "/crm/objects/2026-09/orders", {"properties": {"hs_order_name": node["name"]}})
        world.call(world.crm, "/crm/objects/2026-09/orders/search", {"limit": 5})
        asyncio.run(world.shopify.run(1_200))
    return world


def digest(seed: int) -> str:
    world = day(seed)
    for simulator, orders in ((world.shopify, "Order"), (world.hubspot, "orders")):
        world.seen += [simulator.state(""), simulator.state(orders), simulator.log.as_json(5_000)]
    return hashlib.sha256(json.dumps(world.seen, sort_keys=True, default=str).encode()).hexdigest()


if __name__ == "__main__":
    sys.stdout.write(digest(int(sys.argv[1])))
