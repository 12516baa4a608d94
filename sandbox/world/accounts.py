"""Accounts that are set up already: made once by the real `setup`, then copied for each schedule."""

import pickle
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from random import Random
from typing import Any

from sandbox.goods import goods
from sandbox.hubspot.simulator import HubSpot
from sandbox.people import person
from sandbox.seed import customer, product
from sandbox.shopify.apps.apps import WebhookSubscription
from sandbox.shopify.simulator import Shopify
from sandbox.world.loop import run
from sandbox.world.ready import ready
from sandbox.world.world import LocalWorld
from tandem.portal import PORTAL

FAR_APART = 10**9
"""Between the ids of one store and the next: Shopify's are nobody else's."""


@dataclass(frozen=True, slots=True)
class Made:
    """What `setup` made: the account as bytes, and by store its portal document and subscriptions."""

    hubspot: bytes
    documents: Mapping[str, Mapping[str, Any]]
    subscriptions: tuple[tuple[WebhookSubscription, ...], ...]


def accounts(stores: int, pipeline: str, seed: int) -> tuple[list[Shopify], HubSpot, Mapping[str, Mapping[str, Any]]]:
    """So many stores and the account they share, on one clock, and their portal documents by shop."""
    made = _made(stores, pipeline)
    hubspot: HubSpot = pickle.loads(made.hubspot)  # noqa: S301  our own bytes
    hubspot.seed = seed
    hubspot.random.seed(f"hubspot:{seed}")
    shopifys = [_store(number, hubspot, f"{seed}:{number}") for number in range(stores)]
    for shopify, subscriptions in zip(shopifys, made.subscriptions, strict=True):
        for one in subscriptions:
            shopify.shop.save(replace(one, app=shopify.app), touch=False)
    return shopifys, hubspot, made.documents


def prepare() -> None:
    """Make all there are, so that no schedule has to."""
    for stores in range(1, 6):
        for pipeline in ("default", "four-stage"):
            _made(stores, pipeline)


def _store(number: int, hubspot: HubSpot, seed: str) -> Shopify:
    shopify = Shopify(seed=number, clock=hubspot.clock)
    shopify.random.seed(f"shopify:{seed}")
    shopify.shop.settings.domain = f"store-{number}.myshopify.com"
    shopify.shop.settings.name = f"Cedar & Quill {number}"
    shopify.shop._last_id += (number + 1) * FAR_APART
    return shopify


@cache
def _made(stores: int, pipeline: str) -> Made:
    hubspot = HubSpot(switches={"order_pipeline": pipeline, "property_lag": "0"})
    documents, subscriptions = {}, []
    for number in range(stores):
        shopify = _store(number, hubspot, "setup")
        world = LocalWorld(accounts=(shopify, hubspot))
        documents[world.shop] = run(world.clock, _document(world))
        subscriptions.append(tuple(shopify.shop.table(WebhookSubscription.typename).rows.values()))
    hubspot.log.clear()
    hubspot.clock.advance(10.0)  # what setup called counts no longer
    return Made(pickle.dumps(hubspot, pickle.HIGHEST_PROTOCOL), documents, tuple(subscriptions))


async def _document(world: LocalWorld) -> Mapping[str, Any]:
    await ready(world)
    document = await world.store.setting(world.shop, PORTAL)
    assert document is not None
    return document


def stock(shopify: Shopify, number: int, random: Random) -> None:
    """A few goods to sell and people to sell them to, whom no other store knows."""
    for one in random.sample(range(40), random.randint(1, 2)):
        product(shopify.shop, goods(one, number))
    for one in random.sample(range(200), random.randint(0, 2)):
        customer(shopify.shop, person(one + 1_000 * (number + 1)))
