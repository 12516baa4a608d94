"""The apps a store knows: their credentials, the scopes they ask for, whether they are installed."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sandbox.shopify.model import Node

OWN_SCOPES = (
    "read_all_orders",
    "write_companies",
    "write_customer_merge",
    "write_customers",
    "write_draft_orders",
    "write_fulfillments",
    "write_inventory",
    "read_locations",
    "write_merchant_managed_fulfillment_orders",
    "write_order_edits",
    "write_orders",
    "write_payment_terms",
    "write_products",
    "read_publications",
    "write_returns",
)
"""What the app that every simulated store starts with may do: all that the sandbox models."""


def with_implied(scopes: tuple[str, ...]) -> frozenset[str]:
    """A write scope grants its read scope too (reference §2)."""
    implied = {scope.replace("write_", "read_", 1) for scope in scopes if scope.startswith("write_")}
    return frozenset(scopes) | implied


@dataclass(slots=True, eq=False)
class Secret:
    """A client secret. It signs and opens until it is revoked."""

    value: str
    revoked_at: datetime | None = None


@dataclass(slots=True, eq=False)
class AppInstallation(Node):
    """An app on this store. `scopes` are those the merchant granted, without the implied ones."""

    typename = "AppInstallation"
    legacy_resource_id: str
    created_at: datetime
    scopes: tuple[str, ...]


@dataclass(slots=True, eq=False)
class App(Node):
    """An app of the Dev Dashboard. `secrets` are oldest first; `same_organisation` opens client credentials.

    `webhook_api_version` is set in the app's configuration and decides the version of webhook bodies, whatever the
    version of the request that subscribed (capture webhook-subscription-api-version-projection).
    """

    typename = "App"
    legacy_resource_id: str
    api_key: str
    title: str
    secrets: list[Secret]
    scopes: tuple[str, ...] = OWN_SCOPES
    redirect_uris: tuple[str, ...] = ("https://app.example.com/auth/callback",)
    same_organisation: bool = True
    webhook_api_version: str = "2026-10"
    installation: AppInstallation | None = None
    configured_webhooks: list["WebhookSubscription"] = field(default_factory=list)

    @property
    def secret(self) -> str:
        """The newest secret that is not revoked."""
        return next(secret.value for secret in reversed(self.secrets) if secret.revoked_at is None)

    @property
    def granted(self) -> frozenset[str]:
        """Scopes in force on this store, implied ones included; none while not installed."""
        return with_implied(self.installation.scopes) if self.installation else frozenset()

    def signing_secret(self, now: datetime, lag_seconds: float) -> str:
        """The oldest secret not revoked; a revocation takes effect up to an hour late (reference §2)."""
        late = now - timedelta(seconds=lag_seconds)
        live = (s for s in self.secrets if s.revoked_at is None or s.revoked_at > late)
        return next(live, self.secrets[-1]).value


@dataclass(slots=True, eq=False)
class WebhookSubscription(Node):
    """Where an app wants to hear of a topic (`header`, e.g. orders/create).

    `configured` ones come with the app's configuration: never listed, never removed, all topics (reference §7.1).
    """

    typename = "WebhookSubscription"
    legacy_resource_id: str
    created_at: datetime
    updated_at: datetime
    app: App
    header: str
    uri: str
    format: str = "JSON"
    name: str | None = None
    filter: str | None = None
    include_fields: tuple[str, ...] = ()
    metafield_namespaces: tuple[str, ...] = ()
    metafields: tuple[tuple[str, str], ...] = ()
    configured: bool = False
    delivered_at: datetime | None = None
    last_sent: tuple[bytes, datetime] | None = field(default=None, repr=False)
