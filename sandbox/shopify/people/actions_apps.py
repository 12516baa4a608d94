"""What a person does with apps and with the store itself."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from sandbox.shopify.apps import installations
from sandbox.shopify.apps.apps import App
from sandbox.shopify.apps.versions import answering
from sandbox.shopify.bodies.shop import customer_data_request, customer_redact, shop_body
from sandbox.shopify.bulk.bulk_model import BulkOperation
from sandbox.shopify.webhooks.topics import BY_HEADER, COMPLIANCE

if TYPE_CHECKING:
    from sandbox.shopify.simulator import Shopify

SETTINGS = ("name", "email", "primary_host", "currency", "iana_timezone", "plan", "taxes_included", "b2b")


def _app(simulator: "Shopify", client_id: str | None) -> App:
    return simulator.app if client_id is None else simulator.shop.apps[client_id]


def _shown(app: App) -> dict[str, Any]:
    installed = app.installation
    return {
        "app_id": app.legacy_resource_id,
        "client_id": app.api_key,
        "client_secrets": [secret.value for secret in app.secrets if secret.revoked_at is None],
        "installed": installed is not None,
        "scopes": list(installed.scopes) if installed else [],
        "webhook_api_version": app.webhook_api_version,
    }


def create_app(
    simulator: "Shopify",
    title: str,
    client_id: str | None = None,
    client_secret: str | None = None,
    scopes: list[str] | None = None,
    same_organisation: bool = True,
    installed: bool = True,
    redirect_uris: list[str] | None = None,
) -> dict[str, Any]:
    """Make an app in the Dev Dashboard, of this store's organisation or of another, installed or not."""
    options: dict[str, Any] = {"same_organisation": same_organisation, "installed": installed}
    if scopes is not None:
        options["scopes"] = tuple(scopes)
    app = installations.add_app(simulator.shop, title, client_id=client_id, client_secret=client_secret, **options)
    if redirect_uris is not None:
        app.redirect_uris = tuple(redirect_uris)
    return _shown(app)


def show_app(simulator: "Shopify", client_id: str | None = None) -> dict[str, Any]:
    """Look at an app's credentials and scopes; by default at the store's own app."""
    return _shown(_app(simulator, client_id))


def create_static_token(simulator: "Shopify", token: str, client_id: str | None = None) -> dict[str, Any]:
    """Give an app the permanent token that a legacy custom app has."""
    simulator.tokens.add_static(_app(simulator, client_id), token)
    return {"access_token": token}


def grant_scopes(simulator: "Shopify", scopes: list[str], client_id: str | None = None) -> dict[str, Any]:
    """Install an app, or accept its new scopes; fires app/scopes_update when they change."""
    app = _app(simulator, client_id)
    installations.install(simulator.shop, app, tuple(scopes))
    return _shown(app)


def uninstall_app(simulator: "Shopify", client_id: str | None = None) -> dict[str, Any]:
    """Remove an app: app/uninstalled, its tokens and subscriptions end, shop/redact after 48 hours."""
    app = _app(simulator, client_id)
    installations.uninstall(simulator.shop, simulator.tokens, app)
    return _shown(app)


def rotate_client_secret(simulator: "Shopify", client_id: str | None = None) -> dict[str, Any]:
    """Make a second client secret; the first goes on signing webhooks until it is revoked."""
    app = _app(simulator, client_id)
    return {"client_secret": installations.rotate_secret(simulator.shop, app).value}


def revoke_client_secret(simulator: "Shopify", client_secret: str, client_id: str | None = None) -> dict[str, Any]:
    """End a client secret and the tokens it made."""
    app = _app(simulator, client_id)
    installations.revoke_secret(simulator.shop, app, client_secret)
    return _shown(app)


def set_webhook_api_version(simulator: "Shopify", version: str, client_id: str | None = None) -> dict[str, Any]:
    """Choose the version of an app's webhook bodies in the Dev Dashboard."""
    app = _app(simulator, client_id)
    if answering(version, simulator.clock.now) is None:
        raise ValueError(f"no API version {version!r}")
    app.webhook_api_version = version
    return _shown(app)


def configure_webhook(
    simulator: "Shopify",
    topic: str,
    uri: str,
    client_id: str | None = None,
    filter: str | None = None,  # noqa: A002
) -> dict[str, Any]:
    """Put a subscription into the app's configuration file: any topic, the compliance topics among them."""
    if topic not in BY_HEADER and topic not in COMPLIANCE:
        raise ValueError(f"the sandbox does not fire {topic!r}")
    installations.configure_webhook(simulator.shop, _app(simulator, client_id), topic, uri, filter=filter)
    return {"topic": topic, "uri": uri}


def update_shop(simulator: "Shopify", **settings: Any) -> dict[str, Any]:
    """Change the store's settings: name, email, primary_host, currency, iana_timezone, plan, taxes_included, b2b."""
    if unknown := sorted(settings.keys() - set(SETTINGS)):
        raise ValueError(f"no settings {', '.join(unknown)}; there are: {', '.join(SETTINGS)}")
    shop = simulator.shop
    for name, value in settings.items():
        setattr(shop.settings, name, value)
    shop.settings.updated_at = shop.now
    shop.publish("shop/update", lambda: shop_body(shop))
    return shop_body(shop)


def request_customer_data(simulator: "Shopify", customer_id: str) -> dict[str, Any]:
    """A customer asks what is stored: customers/data_request to the apps that configured it."""
    return _comply(simulator, "customers/data_request", customer_id)


def redact_customer(simulator: "Shopify", customer_id: str) -> dict[str, Any]:
    """A customer asks to be forgotten: customers/redact to the apps that configured it."""
    return _comply(simulator, "customers/redact", customer_id)


def _comply(simulator: "Shopify", topic: str, customer_id: str) -> dict[str, Any]:
    shop = simulator.shop
    customer = shop.customers.rows[customer_id]
    orders = [order for order in shop.tables["Order"].rows.values() if order.customer is customer]
    ids = [order.legacy_resource_id for order in orders]
    if topic == "customers/redact":
        body = customer_redact(shop, customer, ids)
    else:
        body = customer_data_request(shop, customer, ids, shop.new_id())
    shop.publish(topic, lambda: body)
    return body


def fail_bulk_operation(
    simulator: "Shopify", operation_id: str, error_code: str = "INTERNAL_SERVER_ERROR", kept_lines: int = 0
) -> dict[str, Any]:
    """Let an unfinished bulk operation fail at its end, with its first lines as partial data."""
    operation = simulator.shop.node(operation_id)
    if not isinstance(operation, BulkOperation) or operation.status not in {"CREATED", "RUNNING"}:
        raise ValueError(f"{operation_id} is no unfinished bulk operation")
    if error_code not in {"ACCESS_DENIED", "INTERNAL_SERVER_ERROR", "TIMEOUT"}:
        raise ValueError(f"no error code {error_code!r}")
    assert operation.run is not None
    operation.run.fail(error_code, kept_lines)
    return {"id": operation_id, "will fail with": error_code}


ACTIONS: tuple[Callable[..., Any], ...] = (
    create_app,
    show_app,
    create_static_token,
    grant_scopes,
    uninstall_app,
    rotate_client_secret,
    revoke_client_secret,
    set_webhook_api_version,
    configure_webhook,
    update_shop,
    request_customer_data,
    redact_customer,
    fail_bulk_operation,
)
