"""The words of an order that its stage is decided by, and which of them Shopify 2026-10 has."""

from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import Any

from tandem.mapping.forms import text
from tandem.model import Node

NONE = "NONE"
"""Where Shopify says null."""

PAYMENTS = frozenset(
    ["AUTHORIZED", "EXPIRED", "PAID", "PARTIALLY_PAID", "PARTIALLY_REFUNDED", "PENDING", "REFUNDED", "VOIDED"]
)
FULFILLMENTS = frozenset(
    [
        "FULFILLED",
        "FULFILLMENT_NOT_REQUIRED",
        "IN_PROGRESS",
        "ON_HOLD",
        "OPEN",
        "PARTIALLY_FULFILLED",
        "PENDING_FULFILLMENT",
        "REQUEST_DECLINED",
        "RESTOCKED",
        "SCHEDULED",
        "UNFULFILLED",
    ]
)
RETURNS = frozenset(
    ["INSPECTION_COMPLETE", "IN_PROGRESS", "NO_RETURN", "RETURNED", "RETURN_FAILED", "RETURN_REQUESTED"]
)
DISPLAYED = frozenset(
    [
        "ATTEMPTED_DELIVERY",
        "CANCELED",
        "CARRIER_PICKED_UP",
        "CONFIRMED",
        "DELAYED",
        "DELIVERED",
        "FAILURE",
        "FULFILLED",
        "IN_TRANSIT",
        "LABEL_PRINTED",
        "LABEL_PURCHASED",
        "LABEL_VOIDED",
        "MARKED_AS_FULFILLED",
        "NOT_DELIVERED",
        "OUT_FOR_DELIVERY",
        "PICKED_UP",
        "READY_FOR_PICKUP",
        "SUBMITTED",
    ]
)
SHIPMENTS = frozenset(
    [
        "NONE",
        "DELIVERED",
        "FAILED",
        "PARTIALLY_DELIVERED",
        "OUT_FOR_DELIVERY",
        "READY_FOR_PICKUP",
        "IN_TRANSIT",
        "SHIPPED",
    ]
)

UNDER_WAY = (
    # what the parcels amount to when not all of them are delivered: the first that holds for one
    ("FAILED", {"FAILURE", "NOT_DELIVERED", "ATTEMPTED_DELIVERY"}),
    ("PARTIALLY_DELIVERED", {"DELIVERED"}),
    ("OUT_FOR_DELIVERY", {"OUT_FOR_DELIVERY"}),
    ("READY_FOR_PICKUP", {"READY_FOR_PICKUP"}),
    ("IN_TRANSIT", {"IN_TRANSIT", "CARRIER_PICKED_UP", "DELAYED"}),
)

Parcels = Iterable[Mapping[str, Any]] | None


def live(parcels: Parcels) -> list[Mapping[str, Any]]:
    """All fulfillments but the cancelled."""
    return [parcel for parcel in parcels or () if parcel["status"] != "CANCELLED"]


def shipment(parcels: Parcels) -> str:
    """One word for all live parcels, one of SHIPMENTS."""
    found = {_progress(parcel) for parcel in live(parcels)}
    if not found:
        return NONE
    if found == {"DELIVERED"}:
        return "DELIVERED"
    return next((word for word, displayed in UNDER_WAY if found & displayed), "SHIPPED")


def _progress(parcel: Mapping[str, Any]) -> str:
    delivered = parcel["deliveredAt"] or parcel["displayStatus"] in ("DELIVERED", "PICKED_UP")
    return "DELIVERED" if delivered else parcel["displayStatus"] or ""


def tag_mark(tag: str) -> str:
    """Stands for a tag in any case, for people write names of customers into tags, and rows hold nobody's data."""
    return sha256(tag.strip().casefold().encode()).hexdigest()[:16]


def facts(node: Node) -> dict[str, Any]:
    """The words of an order that a stage is decided by; JSON, and nothing of a person."""
    displayed = {parcel["displayStatus"] for parcel in live(node["fulfillments"])}
    return {
        "payment": node["displayFinancialStatus"] or NONE,
        "fulfillment": node["displayFulfillmentStatus"] or NONE,
        "shipment": shipment(node["fulfillments"]),
        "shipments": sorted(filter(None, displayed)),
        "return": node["returnStatus"] or NONE,
        "cancelled": node["cancelledAt"] is not None,
        "closed": node["closedAt"] is not None,
        "tags": sorted(tag_mark(tag) for tag in map(text, node["tags"]) if tag),
    }
