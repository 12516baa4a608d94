"""Parcels that customers send back: made with their tracking, changed."""

from collections.abc import Mapping, Sequence
from typing import Any

from sandbox.shopify.api.context import Info, shop_of, user_error
from sandbox.shopify.api.schema import Resolver
from sandbox.shopify.fulfillments.parcels import remember
from sandbox.shopify.returns.return_model import ReverseDelivery, ReverseDeliveryLineItem, ReverseFulfillmentOrder
from sandbox.shopify.shop import Shop
from sandbox.simulator import NotModelled

Given = Mapping[str, Any]
Payload = dict[str, Any]


def reverse_delivery_create(
    _root: Any,
    info: Info,
    reverse_fulfillment_order_id: str,
    reverse_delivery_line_items: Sequence[Given],
    tracking_input: Given | None = None,
    label_input: Given | None = None,
    notify_customer: bool | None = True,
) -> Payload:
    """Without lines, all that is expected comes in it (capture fulfillment-return-node-read-after-write)."""
    shop = shop_of(info)
    expected = shop.node(reverse_fulfillment_order_id)
    if not isinstance(expected, ReverseFulfillmentOrder):
        error = user_error(["reverseFulfillmentOrderId"], "Reverse fulfillment order not found.", "NOT_FOUND")
        return {"reverseDelivery": None, "userErrors": [error]}
    if reverse_delivery_line_items:
        raise NotModelled("a reverse delivery of some of the expected units")
    made = ReverseDelivery(shop.new_id(), expected, shop.now, shop.now)
    _label(made, tracking_input, label_input)
    made.lines = [ReverseDeliveryLineItem(shop.new_id(), made, line, line.total_quantity) for line in expected.lines]
    for part in (made, *made.lines):
        remember(shop, part)
    expected.deliveries.append(made)
    return {"reverseDelivery": made, "userErrors": []}


def reverse_delivery_update(
    _root: Any,
    info: Info,
    reverse_delivery_id: str,
    tracking_input: Given | None = None,
    label_input: Given | None = None,
    notify_customer: bool | None = True,
) -> Payload:
    """What is not given stays."""
    shop: Shop = shop_of(info)
    found = shop.node(reverse_delivery_id)
    if not isinstance(found, ReverseDelivery):
        error = user_error(["reverseDeliveryId"], "Reverse delivery not found.", "NOT_FOUND")
        return {"reverseDelivery": None, "userErrors": [error]}
    _label(found, tracking_input, label_input)
    found.updated_at = shop.now
    return {"reverseDelivery": found, "userErrors": []}


def _label(one: ReverseDelivery, tracking: Given | None, label: Given | None) -> None:
    if tracking is not None:
        one.tracking_number, one.tracking_url = tracking.get("number"), tracking.get("url")
    if label is not None:
        one.label_url = label["file_url"]


RESOLVERS: dict[str, Resolver] = {
    "Mutation.reverseDeliveryCreateWithShipping": reverse_delivery_create,
    "Mutation.reverseDeliveryShippingUpdate": reverse_delivery_update,
}
