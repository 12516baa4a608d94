"""Fulfilments as a domain: parcels and fulfillment orders over GraphQL, and the look-up of all their parts."""

from functools import partial
from typing import Any

from sandbox.shopify.api.access import is_readable
from sandbox.shopify.api.context import Info, shop_of
from sandbox.shopify.api.schema import Resolver
from sandbox.shopify.fulfillments import fulfillment_fields, fulfillment_mutations, fulfillment_order_mutations
from sandbox.shopify.fulfillments.fulfillment_orders import units_changed
from sandbox.shopify.fulfillments.parcels import part_of
from sandbox.shopify.orders.order_table import orders_of
from sandbox.shopify.shop import Shop

PARTS = (
    "Fulfillment",
    "FulfillmentEvent",
    "FulfillmentHold",
    "FulfillmentLineItem",
    "FulfillmentOrder",
    "FulfillmentOrderLineItem",
)


def one_of(kind: str) -> Resolver:
    """A root field that looks up one record of a kind by its global id, of an order that the app may read."""

    def resolve(_root: Any, info: Info, id: str) -> Any:  # noqa: A002  the argument's name in Shopify's schema
        found = shop_of(info).node(id)
        if found is None or found.typename != kind or not is_readable(info.context, found):
            return None
        return found

    return resolve


def register(shop: Shop) -> None:
    """Parts are found by their ids; fulfillment orders follow what is done to the units of their order."""
    for kind in PARTS:
        shop.derived[kind] = partial(part_of, shop, kind)
    orders_of(shop).units_changed.append(units_changed)


RESOLVERS: dict[str, Resolver] = {
    **fulfillment_fields.RESOLVERS,
    **fulfillment_mutations.RESOLVERS,
    **fulfillment_order_mutations.RESOLVERS,
    "QueryRoot.fulfillment": one_of("Fulfillment"),
    "QueryRoot.fulfillmentOrder": one_of("FulfillmentOrder"),
}
