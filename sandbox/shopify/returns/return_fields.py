"""The fields of returns and of goods on their way back that are not simply kept."""

from typing import Any

from sandbox.shopify.api.connections import Connection, connection
from sandbox.shopify.api.context import Info, shop_of
from sandbox.shopify.api.schema import Resolver
from sandbox.shopify.fulfillments.fulfillment_fields import BY_PART, listed
from sandbox.shopify.orders.order_lookup import order_by_gid
from sandbox.shopify.orders.order_money import line_net
from sandbox.shopify.orders.sums import bag, share
from sandbox.shopify.returns.return_model import Return, ReturnableFulfillment, ReturnLineItem, ReverseDelivery
from sandbox.shopify.returns.returning import returnable_lines

Fields = dict[str, Any]


def _returnable(_root: Any, info: Info, order_id: str, **page: Any) -> Connection:
    """Parcels of which anything may still be returned; of an unknown order none."""
    order = order_by_gid(shop_of(info), order_id)
    parcels = order.fulfillments if order is not None else ()
    return connection([ReturnableFulfillment(one) for one in parcels if any(returnable_lines(one))], BY_PART, **page)


class ReturnableLine:
    """Units of a parcel that may still be returned. It has no id; it stands where its fulfilment line does."""

    def __init__(self, line: Any, quantity: int) -> None:
        self.fulfillment_line_item = line
        self.quantity = quantity
        self.legacy_resource_id = line.legacy_resource_id


def _returnable_lines(one: ReturnableFulfillment, _info: Info, **page: Any) -> Connection:
    return connection([ReturnableLine(*pair) for pair in returnable_lines(one.fulfillment)], BY_PART, **page)


def _refunds(back: Return, _info: Info, **page: Any) -> Connection:
    return connection(back.refunds, BY_PART, **page)


def _worth(line: ReturnLineItem, _info: Info) -> Any:
    """What the units cost after all discounts."""
    sold, rate = line.fulfillment_line_item.line_item, line.order.rate
    return bag(rate, share(rate, line_net(sold), line.quantity, sold.quantity))


def _deliverable(one: ReverseDelivery, _info: Info) -> Fields:
    """The carrier's name is null for an address of its own (captured)."""
    label = None
    if one.label_url is not None:
        label = {"createdAt": one.created_at, "publicFileUrl": one.label_url, "updatedAt": one.updated_at}
    tracking = {"carrierName": None, "number": one.tracking_number, "url": one.tracking_url}
    return {
        "__typename": "ReverseDeliveryShippingDeliverable",
        "label": label,
        "tracking": tracking if one.tracking_number or one.tracking_url else None,
    }


RESOLVERS: dict[str, Resolver] = {
    "QueryRoot.returnableFulfillments": _returnable,
    "Order.returns": listed("returns"),
    "Refund.return": lambda refund, _info: refund.return_,
    "Return.refunds": _refunds,
    "Return.returnLineItems": listed("lines"),
    "Return.reverseFulfillmentOrders": listed("reverse_fulfillment_orders"),
    "ReturnLineItem.withCodeDiscountedTotalPriceSet": _worth,
    "ReturnableFulfillment.returnableFulfillmentLineItems": _returnable_lines,
    "ReverseDelivery.deliverable": _deliverable,
    "ReverseDelivery.reverseDeliveryLineItems": listed("lines"),
    "ReverseFulfillmentOrder.lineItems": listed("lines"),
    "ReverseFulfillmentOrder.reverseDeliveries": listed("deliveries"),
}
