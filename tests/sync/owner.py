"""A fresh store and a fresh account under one clock, and the owner who invokes setup on them."""

import asyncio
from collections.abc import Coroutine
from datetime import datetime, timedelta
from typing import Any, TypeVar

import httpx

from sandbox.clock import Clock
from sandbox.hubspot.simulator import HubSpot
from sandbox.memory import MemoryStore
from sandbox.mounts import Transport
from sandbox.shopify.simulator import STATIC_TOKEN, Shopify
from tandem import http
from tandem.hubspot.client import HubSpotClient
from tandem.portal import PORTAL, Portal
from tandem.shopify.graphql import Api
from tandem.sync.setup import Limits, Request, Sides, setup

T = TypeVar("T")
URL = "https://hooks.example.com/webhooks/shopify"
WRITES = ("POST", "PATCH", "PUT", "DELETE")


class Time:
    """The Clock port; who sleeps moves the simulators' clock."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def now(self) -> datetime:
        return self._clock.now

    async def sleep(self, seconds: float) -> None:
        self._clock.advance(seconds)


class Polite(Transport):
    """Lets others that run at the same time go first, once at each call."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        await asyncio.sleep(0)
        return await super().handle_async_request(request)


class Owner:
    """`shop` is what the stack was deployed for: the simulated store, if nothing else is said."""

    def __init__(self, shop: str | None = None, **switches: str) -> None:
        clock = Clock()
        self.shopify = Shopify(clock=clock, switches={"search_lag": "0"})
        self.hubspot = HubSpot(clock=clock, switches=switches)
        self.time = Time(clock)
        self.store = MemoryStore()
        self.shop = shop or self.shopify.shop.settings.domain
        self.shopify_token = STATIC_TOKEN
        self.hubspot_token = self.hubspot.app.token

    def setup(self, **request: Any) -> dict[str, Any]:
        """Invoke it, and forget the calls that went before."""
        self.shopify.log.clear()
        self.hubspot.log.clear()
        return run(setup(Request(**request), self._sides()))

    def setup_twice_at_once(self) -> list[dict[str, Any]]:
        async def both() -> list[dict[str, Any]]:
            return await asyncio.gather(*(setup(Request(), self._sides()) for _ in range(2)))

        return run(both())

    def _sides(self) -> Sides:
        limits = Limits()
        store = http.client(f"https://{self.shopify.shop.settings.domain}", Polite(self.shopify))
        account = http.client("https://api.hubapi.com", Polite(self.hubspot))
        api = Api(store, self._shopify_token, self.time, _free, limits.shopify)
        hubspot = HubSpotClient(account, self._hubspot_token, _free, _free, self.time, seen=limits.hubspot)
        return Sides(self.shop, api, hubspot, self.store, self.time, URL, limits)

    async def _shopify_token(self, refused: str | None) -> str:
        return self.shopify_token

    async def _hubspot_token(self) -> str:
        return self.hubspot_token

    @property
    def portal(self) -> Portal | None:
        value = run(self.store.setting(self.shop, PORTAL))
        return Portal.model_validate(value) if value else None

    def written(self) -> list[str]:
        """Calls of the last setup that changed something at either vendor."""
        store = [call.endpoint for call in self.shopify.log.calls if "Subscription" in call.endpoint]
        account = [
            call.endpoint
            for call in self.hubspot.log.calls
            if call.method in WRITES and not call.endpoint.endswith("/search") and (call.status or 0) < 400
        ]
        return [endpoint for endpoint in store if not endpoint.endswith("webhookSubscriptions")] + account

    def state(self) -> Any:
        """Everything that a dry run must leave alone."""
        portal = self.hubspot.portal
        schema = {
            kind.plural: (sorted(store.definitions), sorted(store.groups))
            for store in portal.stores.values()
            for kind in [store.kind]
        }
        pipelines = {id_: list(each.stages) for id_, each in portal.store("orders").pipelines.items()}
        subscribed = sorted(
            (row.header, row.uri) for row in self.shopify.shop.table("WebhookSubscription").rows.values()
        )
        return (
            schema,
            pipelines,
            subscribed,
            self.hubspot.state(""),
            self.store.records,
            run(self.store.setting(self.shop, PORTAL)),
        )

    def limit_scopes(self, *without: str) -> None:
        """Let the HubSpot app have all scopes but these."""
        app = self.hubspot.app
        self.hubspot.portal.apps[app.token] = type(app)(
            app.app_id, app.token, app.client_secret, app.scopes - set(without), app.kind, app.user_id
        )

    def grant(self, *scopes: str) -> None:
        """Let the Shopify app have these scopes alone."""
        self.shopify.actions["grant_scopes"](scopes=list(scopes))

    def post(self, path: str, body: Any) -> None:
        """What another app does in the account."""
        client = self._sides().hubspot
        run(client.post(path, body))
        self.hubspot.clock.advance(2)

    def wait(self, **time: float) -> None:
        self.hubspot.clock.advance(timedelta(**time).total_seconds())


async def _free(_tokens: float) -> None:
    """A budget without an end."""


def run(work: Coroutine[Any, Any, T]) -> T:
    return asyncio.run(work)


def levels(report: dict[str, Any]) -> dict[str, str]:
    """The level of each check; the worst of those of one name."""
    found: dict[str, str] = {}
    for check in report["checks"]:
        if found.get(check["check"], "ok") == "ok" or check["level"] == "blocked":
            found[check["check"]] = check["level"]
    return found


def told(report: dict[str, Any], name: str) -> str:
    """What the checks of one name found, and what they say to do."""
    return " ".join(f"{check['found']} {check['do']}" for check in report["checks"] if check["check"] == name)
