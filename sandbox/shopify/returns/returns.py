"""Returns as a domain: returns and goods on their way back over GraphQL, and the look-up of all their parts."""

from functools import partial

from sandbox.shopify.api.schema import Resolver
from sandbox.shopify.fulfillments.fulfillments import one_of
from sandbox.shopify.fulfillments.parcels import part_of
from sandbox.shopify.returns import return_fields, return_mutations, reverse_deliveries
from sandbox.shopify.returns.return_model import ReturnableFulfillment
from sandbox.shopify.shop import Shop

PARTS = (
    "Return",
    "ReturnLineItem",
    "ReverseDelivery",
    "ReverseDeliveryLineItem",
    "ReverseFulfillmentOrder",
    "ReverseFulfillmentOrderLineItem",
)


def register(shop: Shop) -> None:
    for kind in PARTS:
        shop.derived[kind] = partial(part_of, shop, kind)
    shop.derived["ReturnableFulfillment"] = partial(_returnable, shop)


def _returnable(shop: Shop, legacy_id: str) -> ReturnableFulfillment | None:
    parcel = part_of(shop, "Fulfillment", legacy_id)
    return ReturnableFulfillment(parcel) if parcel is not None and parcel.status == "SUCCESS" else None


RESOLVERS: dict[str, Resolver] = {
    **return_fields.RESOLVERS,
    **return_mutations.RESOLVERS,
    **reverse_deliveries.RESOLVERS,
    "QueryRoot.return": one_of("Return"),
    "QueryRoot.returnableFulfillment": one_of("ReturnableFulfillment"),
    "QueryRoot.reverseDelivery": one_of("ReverseDelivery"),
    "QueryRoot.reverseFulfillmentOrder": one_of("ReverseFulfillmentOrder"),
}
