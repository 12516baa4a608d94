"""Which product an identifier means: its id, its handle, or a unique metafield value."""

from collections.abc import Mapping
from typing import Any

from sandbox.shopify.api.context import top_level_error
from sandbox.shopify.metafields.metafield_definitions import definition_of
from sandbox.shopify.metafields.metafield_rules import resolved_namespace
from sandbox.shopify.products.catalog import by_handle, product_by_id
from sandbox.shopify.products.product_model import Product
from sandbox.shopify.shop import Shop


def product_by_identifier(shop: Shop, identifier: Mapping[str, Any], app_id: str) -> Product | None:
    """The product of `{id}`, `{handle}` or `{customId}`, or None."""
    if (gid := identifier.get("id")) is not None:
        return product_by_id(shop, gid)
    if (handle := identifier.get("handle")) is not None:
        return by_handle(shop, handle)
    return _by_custom_id(shop, identifier["custom_id"], app_id)


def _by_custom_id(shop: Shop, custom: Mapping[str, Any], app_id: str) -> Product | None:
    """By the value of a metafield of type `id` (capture customer-set-custom-id)."""
    definition = definition_of(shop, "PRODUCT", resolved_namespace(custom.get("namespace"), app_id), custom["key"])
    if definition is None or definition.type != "id":
        raise top_level_error("Metafield definition of type 'id' is required when using custom ids.", "NOT_FOUND")
    gid = definition.holders.get(custom["value"])
    return product_by_id(shop, gid) if gid else None
