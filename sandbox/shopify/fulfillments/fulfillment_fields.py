"""The fields of parcels and fulfillment orders that are not simply kept."""

from collections.abc import Callable
from typing import Any

from sandbox.shopify.api.connections import Connection, Order, by_instant, by_number, connection
from sandbox.shopify.api.context import Info, shop_of
from sandbox.shopify.api.schema import Resolver
from sandbox.shopify.fulfillments.fulfillment_model import (
    Fulfillment,
    FulfillmentHold,
    FulfillmentLineItem,
    FulfillmentOrder,
)
from sandbox.shopify.fulfillments.fulfillment_orders import fulfillment_orders_of
from sandbox.shopify.orders.order_model import Order as SalesOrder
from sandbox.shopify.orders.order_money import line_net, line_total
from sandbox.shopify.orders.sums import Sum, bag, share

Fields = dict[str, Any]

BY_PART = by_number(lambda part: int(part.legacy_resource_id))
EVENT_ORDERS: dict[str, Order] = {
    "CREATED_AT": by_instant(lambda event: event.created_at),
    "HAPPENED_AT": by_instant(lambda event: event.happened_at),
}

DISPLAY_REASONS = {
    "AWAITING_PAYMENT":                      "Awaiting payment",
    "AWAITING_RETURN_ITEMS":                 "Exchange items awaiting return delivery",
    "HIGH_RISK_OF_FRAUD":                    "High risk of fraud",
    "INCORRECT_ADDRESS":                     "Incorrect address",
    "INVENTORY_OUT_OF_STOCK":                "Inventory out of stock",
    "ONLINE_STORE_POST_PURCHASE_CROSS_SELL": "Post-purchase offer",
    "OTHER":                                 "Other",
    "UNKNOWN_DELIVERY_DATE":                 "Unknown delivery date",
}  # fmt: skip
"""Only the words of AWAITING_RETURN_ITEMS are captured."""

PROGRESS_SINCE = "2026-01"
"""From this version on progress can be reported (captures of 2025-01 and 2026-04 differ by it)."""


def listed(attribute: str) -> Resolver:
    """A list of parts as a connection, by id."""

    def resolve(source: Any, _info: Info, **page: Any) -> Connection:
        return connection(getattr(source, attribute), BY_PART, **page)

    return resolve


def _events(parcel: Fulfillment, _info: Info, sort_key: str = "HAPPENED_AT", **page: Any) -> Connection:
    return connection(parcel.events, EVENT_ORDERS.get(sort_key, BY_PART), **page)


def supported_actions(one: FulfillmentOrder, version: str) -> list[str]:
    """What may be done with it, in the order of the captures; of those not open it is inferred."""
    progress = ["REPORT_PROGRESS"] if version >= PROGRESS_SINCE else []
    parts = ["SPLIT"] if one.remaining > 1 else []
    match one.status:
        case "OPEN":
            return ["CREATE_FULFILLMENT", *progress, "MOVE", "HOLD", *parts]
        case "IN_PROGRESS":
            way = ["MARK_AS_OPEN"] if one.reported else ["MOVE"]
            return ["CREATE_FULFILLMENT", *progress, *way, "HOLD", *parts]
        case "SCHEDULED":
            return ["CREATE_FULFILLMENT", "MOVE", "MARK_AS_OPEN"]
        case "ON_HOLD":
            return ["RELEASE_HOLD", "HOLD", "MOVE"]
    return []


def _actions(one: FulfillmentOrder, info: Info) -> list[Fields]:
    return [{"action": action} for action in supported_actions(one, info.context.version)]


def _assigned(one: FulfillmentOrder, info: Info) -> Fields:
    assert one.location is not None
    return {
        "countryCode": shop_of(info).settings.country,
        "location": one.location,
        "name": one.location.name,
    }


def _held_by(hold: FulfillmentHold, info: Info) -> Any:
    apps = shop_of(info).apps.values()
    return next((app for app in apps if app.legacy_resource_id == hold.app_id), None)


def _fulfillments(order: SalesOrder, _info: Info, first: int | None = None) -> list[Fulfillment]:
    """Cancelled ones too."""
    return order.fulfillments[:first]


def _fulfillment_orders(order: SalesOrder, info: Info, **page: Any) -> Connection:
    return connection(fulfillment_orders_of(shop_of(info), order), BY_PART, **page)


def _part(worked_out: Callable[[Any], Sum]) -> Resolver:
    """What of a sum over a line falls to the units of one parcel."""

    def resolve(one: FulfillmentLineItem, _info: Info) -> Any:
        line, rate = one.line_item, one.order.rate
        return bag(rate, share(rate, worked_out(line), one.quantity, line.quantity))

    return resolve


RESOLVERS: dict[str, Resolver] = {
    "Order.fulfillmentOrders": _fulfillment_orders,
    "Order.fulfillments": _fulfillments,
    "Order.fulfillmentsCount": lambda order, _info: {"count": len(order.fulfillments), "precision": "EXACT"},
    "Fulfillment.events": _events,
    "Fulfillment.fulfillmentLineItems": listed("lines"),
    "Fulfillment.trackingInfo": lambda parcel, _info, first=None: parcel.tracking[:first],
    "FulfillmentLineItem.discountedTotalSet": _part(line_net),
    "FulfillmentLineItem.originalTotalSet": _part(line_total),
    "FulfillmentHold.displayReason": lambda hold, _info: DISPLAY_REASONS[hold.reason],
    "FulfillmentHold.heldByApp": _held_by,
    "FulfillmentHold.heldByRequestingApp": lambda hold, info: hold.app_id == info.context.access.app_id,
    "FulfillmentOrder.assignedLocation": _assigned,
    "FulfillmentOrder.fulfillBy": lambda one, _info: None,  # nothing in this sandbox promises a day
    "FulfillmentOrder.fulfillmentHolds": lambda one, _info: one.holds,
    "FulfillmentOrder.lineItems": listed("lines"),
    "FulfillmentOrder.merchantRequests": lambda one, _info, **page: connection((), **page),  # no service is modelled
    "FulfillmentOrder.orderId": lambda one, _info: one.order.id,
    "FulfillmentOrder.orderName": lambda one, _info: one.order.name,
    "FulfillmentOrder.orderProcessedAt": lambda one, _info: one.order.processed_at,
    "FulfillmentOrder.supportedActions": _actions,
    "FulfillmentOrder.updatedAt": lambda one, _info: one.updated_at or one.order.created_at,
    "FulfillmentOrderLineItem.productTitle": lambda one, _info: one.line_item.title,
    "FulfillmentOrderLineItem.requiresShipping": lambda one, _info: one.line_item.requires_shipping,
    "FulfillmentOrderLineItem.sku": lambda one, _info: one.line_item.sku,
    "FulfillmentOrderLineItem.variantTitle": lambda one, _info: one.line_item.variant_title,
    "FulfillmentOrderLineItem.vendor": lambda one, _info: one.line_item.vendor,
    "Location.fulfillsOnlineOrders": lambda place, _info: True,
    "Location.isFulfillmentService": lambda place, _info: False,
}
