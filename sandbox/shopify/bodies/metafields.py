"""A metafield inside another record's webhook body, for subscriptions that ask for namespaces."""

import re
from typing import Any

from sandbox.shopify.bodies.values import local
from sandbox.shopify.model import Metafield
from sandbox.shopify.shop import Shop


def metafield_body(shop: Shop, metafield: Metafield) -> dict[str, Any]:
    """As the REST resource shows it (inferred: no sample of such a body exists)."""
    kind, _, owner = metafield.owner_id.removeprefix("gid://shopify/").partition("/")
    return {
        "id": int(metafield.legacy_resource_id),
        "namespace": metafield.namespace,
        "key": metafield.key,
        "value": metafield.value,
        "description": None,
        "owner_id": int(owner),
        "created_at": local(shop, metafield.created_at),
        "updated_at": local(shop, metafield.updated_at),
        "owner_resource": re.sub(r"(?<!^)(?=[A-Z])", "_", kind).lower(),
        "type": metafield.type,
        "admin_graphql_api_id": metafield.id,
    }
