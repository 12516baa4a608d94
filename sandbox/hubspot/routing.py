"""From a path to the function that answers it: versions, legacy aliases, scopes."""

import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from sandbox.http import Reply, Request
from sandbox.hubspot.account.apps import App
from sandbox.hubspot.errors import HubSpotError
from sandbox.hubspot.model import BY_NAME, LINE_ITEM, PRODUCT
from sandbox.hubspot.portal import Portal
from sandbox.simulator import NotModelled

VERSIONS = ("2026-09", "2026-03", "v3", "v4")

LEGACY = (
    # paths of v3 and v4          the same call, written as the date versions write it
    (r"/crm/(v[34])/objects/",    r"/crm/objects/\1/"),
    (r"/crm/(v[34])/associations/", r"/crm/associations/\1/"),
    (r"/crm/(v3)/properties/",    r"/crm/properties/\1/"),
    (r"/crm/(v3)/property-validations/", r"/crm/property-validations/\1/"),
    (r"/crm/(v3)/pipelines/",     r"/crm/pipelines/\1/"),
    (r"/crm/(v3)/owners",         r"/crm/owners/\1"),
    (r"/crm/(v3)/limits/",        r"/crm/limits/\1/"),
    (r"/account-info/(v3)/",      r"/account-info/\1/"),
    (r"/settings/(v3)/currencies", r"/settings/currencies/\1"),
)  # fmt: skip


MODELLED = re.compile(
    r"/(crm/(associations|limits|objects|owners|pipelines|properties|property-validations)"
    r"|account-info|oauth|settings/currencies)/(?!2025-09|2027-03)[^/]+(/.*)?"
)
_APIS = """
account-info analytics app-webhooks automation business-units calling cms communication-preferences companies contacts
content conversations crm crm-associations crm-object-schemas crm-objects crm-pipelines data-studio deals email
emailcampaigns engagements events extensions filemanager files form-integrations forms hubdb integrations integrators
marketing marketing-emails media-bridge meta oauth owners properties scheduler schemas settings social tickets
visitor-identification webhooks webhooks-journal
"""
HUBSPOTS = re.compile(rf"/({'|'.join(_APIS.split())})/\w.*")
"""Paths of HubSpot's APIs; what is not MODELLED among them may well be there."""

GOODS = "e-commerce{goods}"
"""A scope that opens products and line items, and no other object (reference §7)."""


@dataclass(slots=True)
class Call:
    """One authorised request on its way to a handler. `parts` are the named pieces of the path."""

    portal: Portal
    app: App
    request: Request
    parts: dict[str, str]
    version: str

    def payload(self) -> Any:
        """The JSON body; HubSpot's 400 for anything that is none."""
        try:
            payload = json.loads(self.request.body, parse_constant=_no_constant)
            if b"\\" in self.request.body and b"\\ud" in self.request.body.lower():
                json.dumps(payload, ensure_ascii=False).encode()  # fails for half a surrogate pair
        except (ValueError, RecursionError) as error:
            raise HubSpotError(400, "VALIDATION_ERROR", f"Invalid input JSON: {error}") from error
        return payload

    def mapping(self) -> dict[str, Any]:
        """The body, when it is a JSON object."""
        payload = self.payload()
        if not isinstance(payload, dict):
            raise HubSpotError(400, "VALIDATION_ERROR", "Invalid input JSON: an object was expected")
        return payload


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is not a number")


Handler = Callable[[Call], Reply]


def not_modelled(call: Call) -> Reply:
    """The handler of what is known to be there and left out."""
    raise NotModelled(f"{call.request.method} {call.request.path}")


@dataclass(frozen=True, slots=True)
class Route:
    """`path` with {names}; `scopes`: any one of them is enough, with {type} standing for the object's plural."""

    method: str
    path: str
    handler: Handler
    scopes: tuple[str, ...] = ()
    pattern: re.Pattern[str] = field(init=False)

    def __post_init__(self) -> None:
        pattern = self.path.replace("{V}", f"(?P<version>{'|'.join(VERSIONS)})")
        object.__setattr__(self, "pattern", re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", pattern) + "/?"))

    @property
    def endpoint(self) -> str:
        return f"{self.method} {self.path}"


class Router:
    """All routes, tried in order: literal paths stand before those with a name in the same place."""

    def __init__(self, routes: Iterable[Route]) -> None:
        self.routes = tuple(routes)

    def find(self, request: Request) -> tuple[Route, dict[str, str]]:
        """The route and the path's pieces. Raises HubSpotError 404, or 405 when only the method is wrong; NotModelled
        for what HubSpot may have there and the sandbox has not.
        """
        path = canonical(request.path)
        allowed = set()
        for route in self.routes:
            if match := route.pattern.fullmatch(path):
                if route.method == request.method:
                    return route, match.groupdict()
                allowed.add(route.method)
        if allowed:
            raise HubSpotError(405, "VALIDATION_ERROR", f"{request.method} is not allowed for {request.path}")
        if HUBSPOTS.fullmatch(path) and not MODELLED.fullmatch(path):
            raise NotModelled(f"{request.method} {request.path}")
        raise HubSpotError(404, "OBJECT_NOT_FOUND", f"Unable to find a resource at {request.path}")


def canonical(path: str) -> str:
    for legacy, dated in LEGACY:
        rewritten, hits = re.subn(f"^{legacy}", dated, path)
        if hits:
            return rewritten
    return path


def needed_scopes(route: Route, parts: dict[str, str]) -> tuple[str, ...]:
    """The route's scopes for this object type; none for a type that does not exist, which fails later as 400.

    Products and line items have no scopes of their own for their schema (reference §7).
    """
    kind = BY_NAME.get(parts.get("type", ""))
    if kind is None and any("{type}" in scope for scope in route.scopes):
        return ()
    goods = kind in (PRODUCT, LINE_ITEM)
    wanted = (s for s in route.scopes if (s != GOODS or goods) and not (s.startswith("crm.schemas.") and goods))
    return tuple(scope.removesuffix("{goods}").replace("{type}", kind.plural if kind else "") for scope in wanted)
