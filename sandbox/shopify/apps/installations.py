"""What happens to an app on a store: made, installed, given other scopes, its secrets rotated, removed."""

from typing import Any

from sandbox.shopify.apps.apps import OWN_SCOPES, App, AppInstallation, Secret, WebhookSubscription
from sandbox.shopify.apps.tokens import Tokens
from sandbox.shopify.bodies.shop import scopes_updated, shop_body, shop_redact
from sandbox.shopify.shop import Shop

REDACT_SECONDS = 48 * 3_600
"""From removal to `shop/redact` (documented)."""


def add_app(
    shop: Shop,
    title: str,
    *,
    client_id: str | None = None,
    client_secret: str | None = None,
    scopes: tuple[str, ...] = OWN_SCOPES,
    same_organisation: bool = True,
    installed: bool = True,
) -> App:
    """A new app of the Dev Dashboard. Raises ValueError for a client id that is taken."""
    client_id = client_id or f"{shop.random.getrandbits(128):032x}"
    if client_id in shop.apps:
        raise ValueError(f"there is an app {client_id!r} already")
    secret = Secret(client_secret or new_secret(shop))
    app = App(shop.new_id(), client_id, title, [secret], scopes, same_organisation=same_organisation)
    shop.apps[client_id] = app
    if installed:
        install(shop, app, scopes)
    return app


def install(shop: Shop, app: App, scopes: tuple[str, ...]) -> None:
    """Install an app, or let the merchant grant it other scopes: then `app/scopes_update` tells it."""
    if app.installation is None:
        app.installation = AppInstallation(shop.new_id(), shop.now, scopes)
        return
    previous, app.installation.scopes = app.installation.scopes, scopes
    if previous != scopes:
        shop.publish_to(app, "app/scopes_update", lambda: scopes_updated(shop, app, previous))


def uninstall(shop: Shop, tokens: Tokens, app: App) -> None:
    """Remove an app: its tokens end, its subscriptions go, 48 hours later `shop/redact` follows."""
    if app.installation is None:
        raise ValueError(f"{app.title} is not installed")
    shop.publish_to(app, "app/uninstalled", lambda: shop_body(shop))
    table = shop.table(WebhookSubscription.typename)
    for subscription in [row for row in table.rows.values() if row.app is app]:
        table.remove(subscription, shop.clock.now)
    tokens.revoke_all(app)
    app.installation = None
    shop.clock.call_later(REDACT_SECONDS, lambda: _redact(shop, app))


def _redact(shop: Shop, app: App) -> None:
    if app.installation is None:
        shop.publish_to(app, "shop/redact", lambda: shop_redact(shop))


def new_secret(shop: Shop) -> str:
    return f"shpss_{shop.random.getrandbits(128):032x}"


def rotate_secret(shop: Shop, app: App) -> Secret:
    """A second client secret beside the first."""
    secret = Secret(new_secret(shop))
    app.secrets.append(secret)
    return secret


def revoke_secret(shop: Shop, app: App, value: str) -> None:
    """End a client secret, and with it the tokens it made. Raises ValueError for an unknown or the last one."""
    live = [secret for secret in app.secrets if secret.revoked_at is None]
    found = next((secret for secret in live if secret.value == value), None)
    if found is None or len(live) == 1:
        raise ValueError("only one of several live secrets can be revoked")
    found.revoked_at = shop.clock.now


def configure_webhook(shop: Shop, app: App, topic: str, uri: str, **options: Any) -> WebhookSubscription:
    """A subscription in the app's configuration file; the only kind for compliance topics."""
    made = WebhookSubscription(shop.new_id(), shop.now, shop.now, app, topic, uri, configured=True, **options)
    app.configured_webhooks.append(made)
    return made
