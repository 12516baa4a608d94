"""The bodies of fulfillments/create, fulfillments/update and fulfillment_events/create, and a parcel in an order."""

from typing import Any

from sandbox.shopify.bodies.addresses import address_body
from sandbox.shopify.bodies.order_lines import line_body
from sandbox.shopify.bodies.orders import NESTED
from sandbox.shopify.bodies.values import local, number
from sandbox.shopify.fulfillments.fulfillment_model import Fulfillment, FulfillmentEvent
from sandbox.shopify.shop import Shop

STATUS = {"SUCCESS": "success", "CANCELLED": "cancelled"}


def fulfillment_body(shop: Shop, parcel: Fulfillment) -> dict[str, Any]:
    """With whom it goes to; `origin_address` is null here and an empty object inside an order (samples)."""
    order = parcel.order
    return {
        **nested_body(shop, parcel),
        "origin_address": None,
        "email": order.email or "",
        "destination": address_body(order.shipping_address),
    }


def nested_body(shop: Shop, parcel: Fulfillment) -> dict[str, Any]:
    numbers = [one.number for one in parcel.tracking if one.number]
    urls = [one.url for one in parcel.tracking if one.url]
    return {
        "id": number(parcel.legacy_resource_id),
        "admin_graphql_api_id": parcel.id,
        "created_at": local(shop, parcel.created_at),
        "location_id": number(parcel.location.legacy_resource_id) if parcel.location else None,
        "name": parcel.name,
        "order_id": number(parcel.order.legacy_resource_id),
        "origin_address": {},
        "receipt": {},
        "service": parcel.service,
        "shipment_status": parcel.latest.status.lower() if parcel.latest else None,
        "status": STATUS[parcel.status],
        "tracking_company": parcel.tracking[0].company if parcel.tracking else None,
        "tracking_number": numbers[0] if numbers else None,
        "tracking_numbers": numbers,
        "tracking_url": urls[0] if urls else None,
        "tracking_urls": urls,
        "updated_at": local(shop, parcel.updated_at),
        "line_items": [{**line_body(shop, one.line_item), "quantity": one.quantity} for one in parcel.lines],
    }


def event_body(shop: Shop, event: FulfillmentEvent) -> dict[str, Any]:
    return {
        "id": number(event.legacy_resource_id),
        "fulfillment_id": number(event.fulfillment.legacy_resource_id),
        "status": event.status.lower(),
        "message": event.message,
        "happened_at": local(shop, event.happened_at),
        "city": event.city,
        "province": event.province,
        "country": event.country,
        "zip": event.zip,
        "address1": event.address1,
        "latitude": event.latitude,
        "longitude": event.longitude,
        "shop_id": int(shop.settings.shop_id),
        "created_at": local(shop, event.created_at),
        "updated_at": local(shop, event.created_at),
        "estimated_delivery_at": local(shop, event.estimated_delivery_at),
        "order_id": number(event.order.legacy_resource_id),
        "admin_graphql_api_id": event.id,
    }


NESTED["fulfillments"] = nested_body
