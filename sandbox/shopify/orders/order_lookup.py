"""Finding an order, or a part of one, by its global id."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from sandbox.shopify.api.context import top_level_error
from sandbox.shopify.metafields.metafield_definitions import definition_of
from sandbox.shopify.metafields.metafield_rules import resolved_namespace
from sandbox.shopify.model import Node
from sandbox.shopify.orders.order_model import Order, OrderTransaction
from sandbox.shopify.orders.order_table import orders_of
from sandbox.shopify.shop import Shop


def order_by_gid(shop: Shop, gid: str) -> Order | None:
    found = shop.node(gid)
    return found if isinstance(found, Order) else None


def order_by_identifier(shop: Shop, identifier: Mapping[str, Any], app_id: str) -> Order | None:
    """The order of `{id}`, or of `{customId}`: the value of a metafield of type `id`."""
    if identifier.get("id") is not None:
        return order_by_gid(shop, identifier["id"])
    custom = identifier["custom_id"]
    definition = definition_of(shop, "ORDER", resolved_namespace(custom.get("namespace"), app_id), custom["key"])
    if definition is None or definition.type != "id":
        raise top_level_error("Metafield definition of type 'id' is required when using custom ids.", "NOT_FOUND")
    gid = definition.holders.get(custom["value"])
    return order_by_gid(shop, gid) if gid else None


def transaction_of(order: Order, gid: str) -> OrderTransaction | None:
    return next((one for one in order.transactions if one.id == gid), None)


Parts = Callable[[Order], Iterable[Any]]

PARTS: dict[str, Parts] = {
    "LineItem": lambda order: order.lines,
    "OrderTransaction": lambda order: order.transactions,
    "Refund": lambda order: order.refunds,
    "OrderAdjustment": lambda order: (one for refund in order.refunds for one in refund.adjustments),
    "RefundShippingLine": lambda order: (one for refund in order.refunds for one in refund.shipping),
}


def part_by_id(shop: Shop, kind: str, legacy_id: str) -> Node | None:
    """A part of any order. Ids grow: what an order was born with is found at once, what came later by searching."""
    table = orders_of(shop)
    if not legacy_id.isdecimal():
        return None
    at = table.by_id.bisect_right(int(legacy_id))
    likely = [table.rows[str(table.by_id[at - 1])]] if at else []
    for order in (*likely, *table.rows.values()):
        for part in PARTS[kind](order):
            if part.legacy_resource_id == legacy_id:
                found: Node = part
                return found
    return None
