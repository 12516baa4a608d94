"""Both vendors' clients, put together for one run: token, pace, deadline."""

import asyncio
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache, partial
from typing import Any

import httpx

from tandem import http, runtime
from tandem.errors import Misconfigured
from tandem.hubspot.calls import Seen as HubSpotSeen
from tandem.hubspot.client import HubSpotClient
from tandem.model import Priority, Rate
from tandem.portal import PORTAL, Portal
from tandem.settings import settings
from tandem.shopify.auth import Tokens
from tandem.shopify.client import ShopifyClient
from tandem.shopify.graphql import Api, Learned
from tandem.shopify.graphql import Seen as ShopifySeen
from tandem.sync.pace import Pace, hubspot_rate, search_rate, shopify_rate
from tandem.sync.worker import Vendors, World

HUBSPOT_LIMIT = 100
"""Requests in 10 s that every account has; before `setup` has asked for the real number."""
SHOPIFY_LIMIT = 100.0
"""Points a second that every plan has."""
LIMITS_FRESH = timedelta(minutes=5)
"""The document they are in is long, and what depends on them is only how fast calls are made."""
TOKEN_RATE = Rate(1 / 20, 1)
"""One request for a token in 20 s, of all functions together."""


@cache
def _connection(base_url: str) -> httpx.AsyncClient:
    return http.client(base_url)


@cache
def _learned() -> Learned:
    return Learned()


def world() -> World:
    return World(runtime.store(), runtime.bell(), runtime.clock(), runtime.RandomIds(), settings().shards)


async def opener(shop: str) -> Callable[[Priority, datetime], Vendors]:
    """Makes clients for a priority and a deadline, paced by what `setup` found the vendors to allow."""
    limits = await limits_of(shop)

    def open_(priority: Priority, deadline: datetime) -> Vendors:
        paces = {
            "shopify": shopify_pace(shop, limits, priority, deadline),
            "hubspot": hubspot_pace(limits, priority, deadline),
        }
        shopify = ShopifyClient(store_api(shop, limits, priority, deadline, pace=paces["shopify"]))
        return Vendors(shopify, crm(limits, priority, deadline, pace=paces["hubspot"]), paces)

    return open_


@dataclass(frozen=True, slots=True)
class Limits:
    """A HubSpot account, its requests in 10 s, and a store's points a second."""

    account: str
    requests: int = HUBSPOT_LIMIT
    points: float = SHOPIFY_LIMIT


_limits: dict[str, tuple[datetime, Limits]] = {}


async def limits_of(shop: str) -> Limits:
    """As `setup` found them lately; the smallest there are before it has run."""
    now = runtime.clock().now()
    if shop in _limits and now - _limits[shop][0] < LIMITS_FRESH:
        return _limits[shop][1]
    value = await runtime.store().setting(shop, PORTAL)
    if value is None:
        return Limits(shop)
    portal = Portal.model_validate(value)
    limits = Limits(portal.portal_id, portal.requests_per_10_seconds, portal.points_per_second)
    _limits[shop] = (now, limits)
    return limits


def crm(
    limits: Limits,
    priority: Priority,
    deadline: datetime,
    seen: HubSpotSeen | None = None,
    pace: Pace | None = None,
) -> HubSpotClient:
    return HubSpotClient(
        _connection(settings().hubspot_url),
        _hubspot_token,
        (pace or hubspot_pace(limits, priority, deadline)).take,
        _pace(f"hubspot-search:{limits.account}", search_rate(), deadline).take,
        runtime.clock(),
        seen=seen,
    )


def store_api(
    shop: str,
    limits: Limits,
    priority: Priority,
    deadline: datetime,
    seen: ShopifySeen | None = None,
    pace: Pace | None = None,
) -> Api:
    return Api(
        _connection(settings().shopify_url),
        _tokens(shop).get,
        runtime.clock(),
        (pace or shopify_pace(shop, limits, priority, deadline)).take,
        seen,
        _learned(),
    )


def hubspot_pace(limits: Limits, priority: Priority, deadline: datetime) -> Pace:
    return _pace(f"hubspot:{limits.account}", hubspot_rate(limits.requests, priority), deadline)


def shopify_pace(shop: str, limits: Limits, priority: Priority, deadline: datetime) -> Pace:
    return _pace(f"shopify:{shop}", shopify_rate(limits.points, priority), deadline)


def _pace(budget: str, rate: Rate, deadline: datetime) -> Pace:
    return Pace(runtime.store(), runtime.clock(), budget, rate, deadline)


async def _hubspot_token() -> str:
    value = await _secret(settings().hubspot_secret)
    token = value.get("token")
    if not (isinstance(token, str) and token):
        raise Misconfigured("the HubSpot secret lacks `token`; README.md, Deploying, tells how to fill it in")
    return token


async def _secret(arn: str) -> Mapping[str, Any]:
    return await asyncio.to_thread(runtime.secret, arn)


@cache
def _tokens(shop: str) -> Tokens:
    shared = settings().shopify_token_secret

    async def load() -> Mapping[str, Any]:
        answer = await asyncio.to_thread(runtime.client("secretsmanager").get_secret_value, SecretId=shared)
        value = json.loads(answer["SecretString"])
        return value if isinstance(value, dict) else {}

    async def save(value: Mapping[str, Any]) -> None:
        put = runtime.client("secretsmanager").put_secret_value
        await asyncio.to_thread(put, SecretId=shared, SecretString=json.dumps(value))

    async def exclusive() -> bool:
        drawn = await runtime.store().draw(f"shopify-token:{shop}", 1, TOKEN_RATE, runtime.clock().now(), patience=0)
        return drawn is not None

    credentials = partial(_secret, settings().shopify_secret)
    return Tokens(_connection(settings().shopify_url), credentials, load, save, exclusive, runtime.clock())
