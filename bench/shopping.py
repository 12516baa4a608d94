"""Buyers who place orders at a steady rate, and the moment at which HubSpot holds each of them whole."""

import json
from collections.abc import Callable, Iterable, Mapping
from random import Random
from typing import Any

from sandbox.goods import goods
from sandbox.http import Reply, Request
from sandbox.hubspot.simulator import HubSpot
from sandbox.oracle.one import judge_order
from sandbox.people import person
from sandbox.seed import company, customer, product
from sandbox.shopify.simulator import Shopify
from sandbox.trade import Trade

CUSTOMERS, PRODUCTS, COMPANIES = 200, 50, 5
NEWCOMERS = 0.3
"""The chance that somebody joins just before an order is placed. The latest to join are the likeliest to buy."""
MOVES = "/orders/batch/update"
LATER = ("contacts",)
"""What need not be right yet when an order is complete: its buyer's own values."""

Now = Callable[[], float]


class Shopping:
    """A store of people and goods, and the orders that are placed in it.

    `placed` are the moments by id, test orders left out.
    """

    def __init__(self, shopify: Shopify, now: Now) -> None:
        shop = shopify.shop
        stock = [(product(shop, wares), wares) for wares in (goods(number, 0) for number in range(PRODUCTS))]
        self._buyers = [customer(shop, person(number)) for number in range(CUSTOMERS)]
        self._joined = CUSTOMERS
        firms = [firm for number in range(COMPANIES) if (firm := company(shop, self._buyers, number))]
        self._shopify, self._now = shopify, now
        self._random = Random(f"shopping:{shopify.seed}")
        self._trade = Trade(shop, self._random, self._buyers, firms, stock)
        self.placed: dict[str, float] = {}

    @property
    def customers(self) -> list[str]:
        return [buyer.legacy_resource_id for buyer in self._buyers]

    def place(self) -> None:
        """One order."""
        if self._random.random() < NEWCOMERS:
            with self._shopify.deliveries.event():
                self._buyers.insert(0, customer(self._shopify.shop, person(self._joined)))
            self._joined += 1
        with self._shopify.deliveries.event():
            order = self._trade.order()
        if not order.test:
            self.placed[order.legacy_resource_id] = self._now()


class WatchedHubSpot(HubSpot):
    """Notes when each order's stage was written, and whether the order was then complete by the oracle.

    `complete` are the moments by Shopify order id, of the stage write that left nothing to be done; `hollow` tells of
    those that came before the rest of their orders.
    """

    shopify: Shopify
    now: Now

    def build(self) -> None:
        super().build()
        self.forget()

    def forget(self) -> None:
        self.complete: dict[str, float] = {}
        self.hollow: list[str] = []

    def watch(self, shopify: Shopify, now: Now) -> None:
        self.shopify, self.now = shopify, now

    def answer(self, request: Request) -> Reply:
        reply = super().answer(request)
        if request.path.endswith(MOVES) and reply.status < 300:
            for id_, values in _inputs(request):
                if "hs_pipeline_stage" in values:
                    self._moved(id_)
        return reply

    def _moved(self, id_: str) -> None:
        order = self.portal.store("orders").records[id_].properties["tandem_key"].rpartition(":")[2]
        differences = [one for one in judge_order(self.shopify, self, order).differences if one.object not in LATER]
        if differences:
            self.hollow.append(f"moved before it was complete: {differences[0]}")
        else:
            self.complete.setdefault(order, self.now())

    def seconds(self, received: Mapping[str, float]) -> list[float]:
        """From the first webhook of each order until it was complete."""
        return [moment - received[order] for order, moment in self.complete.items()]

    def incomplete(self, placed: Iterable[str]) -> list[str]:
        """What is to be said against the orders."""
        never = [f"order {order} was never seen complete" for order in placed if order not in self.complete]
        return [*self.hollow, *never]


def _inputs(request: Request) -> list[tuple[str, dict[str, Any]]]:
    return [(one["id"], one["properties"]) for one in json.loads(request.body)["inputs"]]
