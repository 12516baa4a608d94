"""A simulated store, and the client on it as the engine calls it."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

import httpx

from sandbox.mounts import Transport
from sandbox.shopify.checkouts.checkout_model import Checkout
from sandbox.shopify.checkouts.checkouts import open_checkout
from sandbox.shopify.orders.order_create import NewLine, place_order
from sandbox.shopify.orders.order_model import Order
from sandbox.shopify.simulator import STATIC_TOKEN, Shopify
from tandem import http
from tandem.shopify.answers import Throttle
from tandem.shopify.client import ShopifyClient
from tandem.shopify.graphql import Api
from tests.sandbox.shopify.goods import variant
from tests.time import Time

T = TypeVar("T")


class Store:
    """`drawn` are the points taken before each call, `seen` the buckets that Shopify told of."""

    def __init__(self, token: str = STATIC_TOKEN, **switches: str) -> None:
        self.shopify = Shopify(switches={"search_lag": "0", **switches})
        self.shop = self.shopify.shop
        self.time = Time(self.shopify.clock)
        self.drawn: list[float] = []
        self.seen: list[Throttle] = []
        self.tokens: list[str] = [token]
        self.serve(Transport(self.shopify))

    def serve(self, transport: httpx.AsyncBaseTransport) -> None:
        """Reach the store through this from now on."""
        self.http = http.client(f"https://{self.shop.settings.domain}", transport)
        self.api = Api(self.http, self._token, self.time, self._take, self._see)
        self.client = ShopifyClient(self.api)

    async def _token(self, refused: str | None) -> str:
        if refused is not None and len(self.tokens) > 1:
            self.tokens.remove(refused)
        return self.tokens[0]

    async def _take(self, points: float) -> None:
        self.drawn.append(points)

    async def _see(self, throttle: Throttle) -> None:
        self.seen.append(throttle)

    def order(self, lines: int = 1, **given: Any) -> Order:
        one = variant(self.shop)
        return place_order(self.shop, [NewLine(one) for _ in range(lines)], **given)

    def checkout(self, lines: int = 1, **given: Any) -> Checkout:
        return open_checkout(self.shop, [(variant(self.shop), 1) for _ in range(lines)], **given)

    def calls(self, endpoint: str) -> int:
        return self.shopify.log.counts[endpoint]

    def grant(self, *scopes: str) -> None:
        """Go on as an app with these scopes alone."""
        self.shopify.actions["grant_scopes"](scopes=list(scopes))
        self.shopify.actions["create_static_token"](token="shpat_limited")
        self.tokens[:] = ["shpat_limited"]


def run(work: Coroutine[Any, Any, T]) -> T:
    return asyncio.run(work)
