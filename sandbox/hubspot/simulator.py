"""The simulated HubSpot account: who calls, how often they may, what they get."""

from collections.abc import Callable
from itertools import islice
from typing import Any

from sandbox.http import Reply, Request
from sandbox.hubspot.account import auth, limits, oauth, settings
from sandbox.hubspot.account.apps import App
from sandbox.hubspot.account.denials import denied
from sandbox.hubspot.account.limits import Limits
from sandbox.hubspot.errors import HubSpotError
from sandbox.hubspot.links import associations
from sandbox.hubspot.model import OBJECT_TYPES, Record
from sandbox.hubspot.people.actions import actions
from sandbox.hubspot.portal import Portal
from sandbox.hubspot.records import objects, search
from sandbox.hubspot.routing import Call, Router, needed_scopes
from sandbox.hubspot.schema import pipelines, properties
from sandbox.hubspot.schema.described import account
from sandbox.hubspot.schema.native import provide_native
from sandbox.hubspot.switches import SWITCHES
from sandbox.hubspot.webhooks.webhooks import Webhooks
from sandbox.simulator import NotModelled, Section, Simulator

SHOWN = 50
MAX_URL = 16_384
"""Characters of an address; that there is a limit is documented, its size is not (reference §5.4)."""

ROUTER = Router(
    (
        *objects.ROUTES,
        *search.ROUTES,
        *properties.ROUTES,
        *pipelines.ROUTES,
        *associations.ROUTES,
        *settings.ROUTES,
        *limits.ROUTES,
        *oauth.ROUTES,
    )
)


class HubSpot(Simulator):
    """One HubSpot account. `portal` is its state, `limits` its budgets, `webhooks` its subscriptions."""

    vendor = "hubspot"
    switch_table = SWITCHES
    portal: Portal
    limits: Limits
    webhooks: Webhooks

    def build(self) -> None:
        self.portal = Portal(self.clock, self.random, self.switches)
        provide_native(self.portal)
        auth.provide_app(self.portal)
        self.limits = Limits(self.portal)
        self.webhooks = Webhooks(self.portal, self.outbox)
        self.portal.listeners.append(self.webhooks.hear)

    def endpoint(self, request: Request) -> str:
        try:
            return ROUTER.find(request)[0].endpoint
        except (HubSpotError, NotModelled):
            return f"{request.method} (unknown path)"

    def answer(self, request: Request) -> Reply:
        try:
            return self._answer(request)
        except HubSpotError as error:
            return self._reply(error)

    def _answer(self, request: Request) -> Reply:
        if request.oversized:
            raise HubSpotError(413, "VALIDATION_ERROR", "Request body is too large")
        if len(request.url) > MAX_URL:
            raise HubSpotError(414, "VALIDATION_ERROR", "Request URI is too long")
        route, parts = ROUTER.find(request)
        version = parts.pop("version", "")
        public = route in oauth.ROUTES
        app = auth.ANONYMOUS if public else auth.caller(self.portal, request)
        headers = {} if public else self.limits.spend(app, route.endpoint)
        try:
            auth.allow(app, needed_scopes(route, parts))
            reply = route.handler(Call(self.portal, app, request, parts, version))
        except HubSpotError as error:
            reply = self._reply(error)
        reply.headers |= headers
        return reply

    def _reply(self, error: HubSpotError) -> Reply:
        return Reply.json(error.status, error.body(self.uuid()), error.headers)

    def refusal(self, status: int, request: Request) -> Reply:
        refusal = denied(status, self.switches)
        return refusal if isinstance(refusal, Reply) else self._reply(refusal)

    @property
    def app(self) -> App:
        """The app that tests and the demo call as."""
        return next(iter(self.portal.apps.values()))

    @property
    def actions(self) -> dict[str, Callable[..., Any]]:
        return actions(self.portal, self.limits, self.webhooks)

    def state(self, path: str) -> Any:
        if not path:
            return {store.kind.plural: sum(1 for _ in store.live()) for store in self.portal.stores.values()}
        if path == "account":
            return account(self.portal)
        try:
            store = self.portal.store(path)
        except HubSpotError:
            raise KeyError(path) from None
        return [self.as_json(record) for record in store.records.values()]

    def as_json(self, record: Record) -> dict[str, Any]:
        links = {self.portal.stores[t].kind.plural: dict(others) for t, others in (record.links or {}).items()}
        return {
            "id": record.id,
            "archived": record.archived is not None,
            "properties": record.properties,
            "associations": links,
            "mergedIds": list(record.merged),
        }

    def sections(self) -> list[Section]:
        sections = []
        for kind in OBJECT_TYPES:
            records = self.portal.of(kind).records
            rows = [self._row(record) for record in islice(reversed(records.values()), SHOWN)]
            sections.append(Section(kind.plural, ("id", "values", "associations", "state"), rows, len(records)))
        return sections

    def _row(self, record: Record) -> tuple[str, ...]:
        values = "\n".join(f"{name}: {value}" for name, value in sorted(record.properties.items()))
        links = "; ".join(
            f"{self.portal.stores[type_id].kind.plural} {', '.join(others)}"
            for type_id, others in (record.links or {}).items()
            if others
        )
        return record.id, values, links, "archived" if record.archived is not None else "live"
