"""How much of a body a subscription gets: metafields added, includeFields applied (reference §7.5)."""

from typing import Any

from sandbox.shopify.apps.apps import WebhookSubscription
from sandbox.shopify.bodies.metafields import metafield_body
from sandbox.shopify.shop import Shop


def shaped(shop: Shop, subscription: WebhookSubscription, full: dict[str, Any]) -> dict[str, Any]:
    """The body for one subscriber."""
    body = full
    if subscription.metafield_namespaces or subscription.metafields:
        body = {**full, "metafields": _metafields(shop, subscription, full)}
    if subscription.include_fields:
        body = _only(body, [name.split(".") for name in subscription.include_fields])
    return body


def _metafields(shop: Shop, subscription: WebhookSubscription, full: dict[str, Any]) -> list[dict[str, Any]]:
    owner = shop.node(str(full.get("admin_graphql_api_id", "")))
    return [
        metafield_body(shop, metafield)
        for (namespace, key), metafield in getattr(owner, "metafields", {}).items()
        if namespace in subscription.metafield_namespaces or (namespace, key) in subscription.metafields
    ]


def _only(body: Any, paths: list[list[str]]) -> Any:
    """The body cut down to dotted paths; of a list, each entry is cut."""
    if isinstance(body, list):
        return [_only(entry, paths) for entry in body]
    if not isinstance(body, dict):
        return body
    kept = {}
    for name, value in body.items():
        below = [path[1:] for path in paths if path[0] == name]
        if below:
            kept[name] = value if any(not rest for rest in below) else _only(value, below)
    return kept
