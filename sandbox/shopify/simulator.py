"""The simulated Shopify store: its HTTP front."""

import json
from collections.abc import Callable
from typing import Any

from sandbox.http import Reply, Request
from sandbox.shopify.context import Access, Context
from sandbox.shopify.domains import register
from sandbox.shopify.execution import run
from sandbox.shopify.shop import Shop
from sandbox.shopify.switches import SWITCHES
from sandbox.simulator import Section, Simulator


class Shopify(Simulator):
    """One store. `shop` is its state."""

    vendor = "shopify"
    switch_table = SWITCHES
    shop: Shop

    def build(self) -> None:
        self.shop = Shop(self.clock, self.random, self.switches)
        register(self.shop)

    def endpoint(self, request: Request) -> str:
        return f"{request.method} {request.path}"

    def answer(self, request: Request) -> Reply:
        body = json.loads(request.body)
        context = Context(self.shop, Access("1", "1", frozenset()), "2026-10")
        return Reply.json(200, run(context, body["query"], body.get("variables") or {}))

    def refusal(self, status: int, request: Request) -> Reply:
        return Reply.json(status, {"errors": "…"})

    @property
    def actions(self) -> dict[str, Callable[..., Any]]:
        return {}

    def state(self, path: str) -> Any:
        return {}

    def sections(self) -> list[Section]:
        return []
