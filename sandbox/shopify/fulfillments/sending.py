"""Sending: parcels, what happens to them on their way, and taking them back. Nothing here asks whether it may be."""

from collections.abc import Iterable
from datetime import datetime
from typing import TypedDict, Unpack

from sandbox.shopify.bodies.fulfillments import event_body, fulfillment_body
from sandbox.shopify.fulfillments.fulfillment_model import Fulfillment, FulfillmentEvent, Tracking
from sandbox.shopify.fulfillments.fulfillment_orders import put_back
from sandbox.shopify.fulfillments.parcels import Drawn, Units, pack, remember, unpack
from sandbox.shopify.orders.order_events import archive_if_done, changed, shipped
from sandbox.shopify.orders.order_model import Order
from sandbox.shopify.products.product_model import Location
from sandbox.shopify.shop import Shop


class Where(TypedDict, total=False):
    """What else may be said of an event; names and meaning are those of `FulfillmentEvent`."""

    message: str | None
    address1: str | None
    city: str | None
    province: str | None
    country: str | None
    zip: str | None
    latitude: float | None
    longitude: float | None
    estimated_delivery_at: datetime | None


def fulfil(
    shop: Shop,
    order: Order,
    units: Iterable[Units] | None = None,
    *,
    tracking: tuple[Tracking, ...] = (),
    location: Location | None = None,
    drawn: Iterable[Drawn] | None = None,
) -> Fulfillment:
    """Send units of lines, or all that is left, in one parcel; an order that is now sent and paid is archived.

    `drawn` says from which fulfillment orders they come. Raises Refused for units that are on hold.
    """
    if units is None:
        units = [(line, line.unfulfilled_quantity) for line in order.lines if line.unfulfilled_quantity]
    made = pack(shop, order, units, location=location, tracking=tracking, drawn=drawn)
    archive_if_done(shop, order)
    shop.save(order)
    shipped(shop, made)
    return made


def track(shop: Shop, parcel: Fulfillment, tracking: tuple[Tracking, ...]) -> None:
    """Replace the tracking of a parcel."""
    parcel.tracking = tracking
    _updated(shop, parcel)


def add_event(
    shop: Shop, parcel: Fulfillment, status: str, happened_at: datetime | None = None, **where: Unpack[Where]
) -> FulfillmentEvent:
    """Tell what happened to a parcel: its displayed status is that of the event that happened last."""
    made = FulfillmentEvent(shop.new_id(), parcel, status, happened_at or shop.now, shop.now, **where)
    remember(shop, made)
    parcel.events = (*parcel.events, made)
    shop.publish("fulfillment_events/create", lambda: event_body(shop, made))
    _updated(shop, parcel)
    return made


def cancel_fulfillment(shop: Shop, parcel: Fulfillment) -> None:
    """Take a parcel back: the order goes from FULFILLED back to UNFULFILLED, and its units wait to be sent again."""
    back = unpack(shop, parcel)
    put_back(shop, parcel.order, back, parcel.location)
    _updated(shop, parcel)


def _updated(shop: Shop, parcel: Fulfillment) -> None:
    parcel.updated_at = shop.now
    shop.publish("fulfillments/update", lambda: fulfillment_body(shop, parcel))
    changed(shop, parcel.order)
