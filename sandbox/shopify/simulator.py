"""The simulated Shopify store: its HTTP front."""

import json
import re
from collections.abc import Callable
from typing import Any

from sandbox.clock import epoch_ms
from sandbox.http import Reply, Request
from sandbox.shopify import views
from sandbox.shopify.api.context import Access, Context
from sandbox.shopify.api.documents import DEPRECATIONS, called, uses_deprecated
from sandbox.shopify.api.execution import run
from sandbox.shopify.apps import oauth
from sandbox.shopify.apps.apps import App
from sandbox.shopify.apps.installations import add_app
from sandbox.shopify.apps.tokens import Tokens
from sandbox.shopify.apps.versions import answering
from sandbox.shopify.bulk import downloads
from sandbox.shopify.domains import register
from sandbox.shopify.people import actions
from sandbox.shopify.refusals import MISSING, refusal
from sandbox.shopify.shop import Shop
from sandbox.shopify.switches import SWITCHES
from sandbox.shopify.webhooks.deliveries import Deliveries
from sandbox.simulator import NotModelled, Section, Simulator

GRAPHQL = re.compile(r"/admin/api/(?:([^/]+)/)?graphql\.json")
REST = re.compile(r"/admin/(?:api/[^/]+/)?.+\.json")
LOOPBACK = re.compile(r"(?:127\.0\.0\.1|localhost)(?::\d+)?")
CLIENT_ID = "sandbox0client0id"
CLIENT_SECRET = "shpss_sandbox"  # noqa: S105  of the app that every store starts with; opens nothing else
STATIC_TOKEN = "shpat_sandbox"  # noqa: S105  likewise


class BadBody(Exception):
    """A GraphQL request whose body has not what it must have: the parameter is named."""


class Shopify(Simulator):
    """One store. `shop` is its state; `app` is installed from the start and owns the permanent STATIC_TOKEN."""

    vendor = "shopify"
    switch_table = SWITCHES
    shop: Shop
    tokens: Tokens
    deliveries: Deliveries
    app: App

    def build(self) -> None:
        self.shop = Shop(self.clock, self.random, self.switches)
        self.tokens = Tokens(self.shop)
        self.deliveries = Deliveries(self.shop, self.outbox, self.uuid)
        register(self.shop)
        self.app = add_app(self.shop, "Order Desk", client_id=CLIENT_ID, client_secret=CLIENT_SECRET)
        self.tokens.add_static(self.app, STATIC_TOKEN)

    def endpoint(self, request: Request) -> str:
        """`graphql orders`, `graphql shop+publicApiVersions`, `GET bulk result`, else method and path."""
        if GRAPHQL.fullmatch(request.path):
            try:
                query, _, operation = _asked(request)
            except BadBody:
                return "graphql nothing"
            return f"graphql {called(query, operation)}"
        if downloads.PATH.fullmatch(request.path):
            return f"{request.method} bulk result"
        return f"{request.method} {request.path}"

    def answer(self, request: Request) -> Reply:
        with self.deliveries.event():
            reply = self._routed(request)
        reply.headers["X-Request-Id"] = f"{self.uuid()}-{epoch_ms(self.clock.now) // 1000}"
        return reply

    def _routed(self, request: Request) -> Reply:
        if self._other_shop(request):
            return refusal(404)
        if request.oversized:
            return refusal(413)
        if found := GRAPHQL.fullmatch(request.path):
            return self._graphql(request, found[1])
        if downloads.PATH.fullmatch(request.path) and request.method in {"GET", "HEAD"}:
            return downloads.download(self.shop, request)
        match request.method, request.path:
            case "GET", "/admin/oauth/authorize":
                return oauth.authorize(self.shop, self.tokens, request)
            case "POST", "/admin/oauth/access_token":
                return oauth.access_token(self.shop, self.tokens, request)
        if REST.fullmatch(request.path):
            raise NotModelled(f"the REST Admin API: {request.method} {request.path}")
        return refusal(404)

    def _other_shop(self, request: Request) -> bool:
        host = request.headers.get("host", "").partition(":")[0]
        return host.endswith(".myshopify.com") and host != self.shop.settings.domain

    def _graphql(self, request: Request, asked_version: str | None) -> Reply:
        version = answering(asked_version, self.clock.now)
        if version is None or request.method != "POST":
            return refusal(404)
        access = self.tokens.look_up(request.headers.get("x-shopify-access-token", ""))
        if access is None:
            return refusal(401)
        try:
            query, variables, operation = _asked(request)
        except BadBody as missing:
            return Reply.json(400, {"errors": {str(missing): MISSING}})
        context = Context(
            self.shop,
            access,
            version,
            origin=_origin(request),
            cost_debug=request.headers.get("shopify-graphql-cost-debug") == "1",
            search_debug=request.headers.get("shopify-search-query-debug") == "1",
        )
        reply = Reply.json(200, run(context, query, variables, operation), {"X-Shopify-API-Version": version})
        if uses_deprecated(query):
            reply.headers["X-Shopify-API-Deprecated-Reason"] = DEPRECATIONS
        return reply

    def refusal(self, status: int, request: Request) -> Reply:
        return refusal(status)

    def access(self, app: App | None = None) -> Access:
        """What an app, by default the store's own, may do: for calling `execution.run` without HTTP."""
        app = app or self.app
        return Access(app.legacy_resource_id, app.api_key, app.granted)

    @property
    def actions(self) -> dict[str, Callable[..., Any]]:
        return actions.bound(self)

    def state(self, path: str) -> Any:
        return views.state(self, path)

    def sections(self) -> list[Section]:
        return views.sections(self.shop)


def _asked(request: Request) -> tuple[str, dict[str, Any], str | None]:
    """Query, variables and operation name. Raises BadBody."""
    if "graphql" in request.headers.get("content-type", ""):
        return request.body.decode("utf-8", "replace"), {}, None
    try:
        body = json.loads(request.body, parse_constant=_no_constant)
        json.dumps(body, ensure_ascii=False).encode()  # half a surrogate pair cannot be written back
    except (ValueError, RecursionError):
        body = None
    body = body if isinstance(body, dict) else {}
    query, variables, operation = body.get("query"), body.get("variables"), body.get("operationName")
    if not isinstance(query, str) or not query:
        raise BadBody("query")
    if not isinstance(variables, dict | None):
        raise BadBody("variables")
    if not isinstance(operation, str | None):
        raise BadBody("operationName")
    return query, variables or {}, operation or None


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


def _origin(request: Request) -> str:
    """Where files can be fetched from by this caller: here, when it calls a loopback server."""
    host = request.headers.get("host", "")
    return f"{request.url.partition(':')[0]}://{host}" if LOOPBACK.fullmatch(host) else "https://storage.googleapis.com"
