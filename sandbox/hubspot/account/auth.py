"""Who is calling, and whether the app's scopes let it."""

from sandbox.http import Request
from sandbox.hubspot.account.apps import App
from sandbox.hubspot.errors import HubSpotError
from sandbox.hubspot.model import OBJECT_TYPES
from sandbox.hubspot.portal import Portal

SCHEMAS = ("contacts", "companies", "orders", "carts")
DEMO_SCOPES = frozenset(
    [
        *(f"crm.objects.{kind.plural}.{right}" for kind in OBJECT_TYPES for right in ("read", "write")),
        *(f"crm.schemas.{name}.{right}" for name in SCHEMAS for right in ("read", "write")),
        "crm.pipelines.orders.read",
        "crm.pipelines.orders.write",
        "crm.objects.owners.read",
        "e-commerce",
        "multi-currency-read",
        "oauth",
    ]
)
"""Every scope the reference lists for what the simulator models (§7)."""

ANONYMOUS = App("0", "", "", frozenset())
"""Stands for the caller of a route that takes no token."""


def provide_app(portal: Portal) -> None:
    """Give a fresh account one static-auth app that may do everything."""
    app = App("998877", "pat-na1-demo", "demo-client-secret", DEMO_SCOPES)
    portal.apps[app.token] = app


def caller(portal: Portal, request: Request) -> App:
    """The app whose bearer token this is; HubSpotError 401 for a missing, unknown or expired one."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise HubSpotError(401, "INVALID_AUTHENTICATION", "Authentication credentials not found.")
    app = portal.apps.get(token.strip())
    if app is None:
        raise HubSpotError(401, "INVALID_AUTHENTICATION", "Invalid authentication token.")
    if app.expires is not None and app.expires <= portal.now:
        minutes = (portal.now - app.expires) // 60_000
        raise HubSpotError(
            401, "EXPIRED_AUTHENTICATION", f"The token used to make this call expired {minutes} minute(s) ago."
        )
    return app


def allow(app: App, scopes: tuple[str, ...]) -> None:
    """Raise HubSpotError 403 unless the app has one of `scopes`, or none is asked for (reference §5.4)."""
    if not scopes or app.scopes.intersection(scopes):
        return
    required = {
        "message": "One or more of the following scopes are required.",
        "context": {"requiredGranularScopes": list(scopes)},
    }
    raise HubSpotError(
        403,
        "MISSING_SCOPES",
        "This app hasn't been granted all required scopes to make this call.",
        errors=[required],
    )
