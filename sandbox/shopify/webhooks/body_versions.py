"""How webhook bodies of older API versions differ from those of 2026-10 (reference §1, changelogs)."""

from typing import Any

from sandbox.shopify.checkouts.checkout_abandonment import checkouts_of
from sandbox.shopify.shop import Shop


def as_of(version: str, topic: str, body: dict[str, Any], shop: Shop) -> dict[str, Any]:
    """The body as `version` writes it; `unstable` writes the newest."""
    if version < "2026-10" and topic.startswith("orders/") and "line_items" in body:
        body = {**body, "line_items": [_without(line, "selling_plan_id") for line in body["line_items"]]}
    if version < "2026-04" and topic.startswith("checkouts/"):
        body = {"id": _checkout_id(shop, body["token"]), **body}
    if version < "2026-04" and topic.startswith("orders/") and "checkout_token" in body:
        body = {**body, "checkout_id": _checkout_id(shop, body["checkout_token"])}
    return body


def _without(line: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in line.items() if key != name}


def _checkout_id(shop: Shop, token: str | None) -> int | None:
    """The number that left the bodies with 2026-04."""
    checkout = checkouts_of(shop).by_token.get(token or "")
    return int(checkout.legacy_resource_id) if checkout is not None else None
