"""A simulated store behind its HTTP front, and a receiver of its webhooks."""

import asyncio
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import httpx

from sandbox.clock import START
from sandbox.mounts import Transport
from sandbox.shopify.simulator import STATIC_TOKEN, Shopify

GRAPHQL = "/admin/api/2026-10/graphql.json"
SUBSCRIBE = """
mutation($topic: WebhookSubscriptionTopic!, $subscription: WebhookSubscriptionInput!) {
  webhookSubscriptionCreate(topic: $topic, webhookSubscription: $subscription) {
    webhookSubscription { id }
    userErrors { field message }
  }
}"""


class Front:
    """One store. `statuses` are the receiver's next answers, 200 when they run out; `received` are its requests."""

    graphql = GRAPHQL

    def __init__(self, switches: Mapping[str, str] | None = None, *, seed: int = 0, start: datetime = START) -> None:
        self.received: list[httpx.Request] = []
        self.statuses: list[int] = []
        settings = {"search_lag": "0", **(switches or {})}
        self.shopify = Shopify(seed=seed, start=start, switches=settings, send=self._receive)
        self.shop = self.shopify.shop
        self.http = httpx.Client(
            transport=Transport(self.shopify),
            base_url=f"https://{self.shop.settings.domain}",
            headers={"X-Shopify-Access-Token": STATIC_TOKEN},
        )

    async def _receive(self, request: httpx.Request) -> httpx.Response:
        self.received.append(request)
        return httpx.Response(self.statuses.pop(0) if self.statuses else 200)

    def wait(self, seconds: float = 0) -> None:
        """Let time pass and webhooks out."""
        asyncio.run(self.shopify.run(seconds))

    def post(self, query: str, variables: Mapping[str, Any] | None = None, **options: Any) -> httpx.Response:
        return self.http.post(self.graphql, json={"query": query, "variables": variables}, **options)

    def ask(self, query: str, variables: Mapping[str, Any] | None = None) -> Any:
        """The data of an answer without errors."""
        answer = self.post(query, variables).json()
        assert "errors" not in answer, answer
        return answer["data"]

    def act(self, action: str, **given: Any) -> Any:
        """Do what a person does in the admin."""
        response = self.http.post(f"/__sandbox/actions/{action}", json=given)
        assert response.status_code == 200, response.text
        return response.json()

    def subscribe(self, topic: str, uri: str = "https://hooks.example.com/shopify", **subscription: Any) -> str:
        """A new subscription's id."""
        data = self.ask(SUBSCRIBE, {"topic": topic, "subscription": {"uri": uri, **subscription}})
        assert data["webhookSubscriptionCreate"]["userErrors"] == []
        return str(data["webhookSubscriptionCreate"]["webhookSubscription"]["id"])

    def happen(self, topic: str, body: dict[str, Any]) -> None:
        """Publish a topic with a body of the test's own."""
        self.shop.publish(topic, lambda: body)

    def bodies(self) -> list[Any]:
        return [json.loads(request.content) for request in self.received]
