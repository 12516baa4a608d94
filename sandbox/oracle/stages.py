"""Where an order belongs in the pipeline: the native integration's rule, and which HubSpot ids that means."""

from collections.abc import Iterable, Mapping
from typing import Any

from sandbox.oracle.views import JSON

PIPELINE = "14a2e10e-5471-408a-906e-c51f3b04369e"
STAGES = {
    "open": "4b27b500-f031-4927-9811-68a0b525cbae",
    "processed": "937ea84d-0a4f-4dcf-9028-3f9c2aafbf03",
    "shipped": "aa99e8d0-c1d5-4071-b915-d240bbb1aed9",
    "delivered": "3725360f-519b-4b18-a593-494d60a29c9f",
    "cancelled": "3c85a297-e9ce-400b-b42e-9f16853d69d6",
}
"""HubSpot's own, the same in every account."""
LABELS = ("order pipeline", "shopify orders")
"""Of HubSpot's own pipeline under another id, and of the one that is made where an account has none."""
SETTLED = {"PAID", "PARTIALLY_REFUNDED", "REFUNDED"}
ARRIVED = {"DELIVERED", "PICKED_UP"}
FAILED = {"FAILURE", "NOT_DELIVERED", "ATTEMPTED_DELIVERY"}
MOVING = {"IN_TRANSIT", "CARRIER_PICKED_UP", "DELAYED"}


def live(order: JSON) -> list[Mapping[str, Any]]:
    return [parcel for parcel in order["parcels"] if parcel["status"] != "CANCELLED"]


def arrived(parcel: JSON) -> bool:
    return bool(parcel["delivered_at"]) or parcel["display_status"] in ARRIVED


def shipment(order: JSON) -> str:
    """The word for all parcels together; NONE without a live one."""
    parcels = live(order)
    if not parcels:
        return "NONE"
    waiting = {parcel["display_status"] for parcel in parcels if not arrived(parcel)}
    if not waiting:
        return "DELIVERED"
    if waiting & FAILED:
        return "FAILED"
    if any(arrived(parcel) for parcel in parcels):
        return "PARTIALLY_DELIVERED"
    for word in ("OUT_FOR_DELIVERY", "READY_FOR_PICKUP"):
        if word in waiting:
            return word
    return "IN_TRANSIT" if waiting & MOVING else "SHIPPED"


def stage(order: JSON) -> str:
    """By name, as the rules speak of it."""
    if order["cancelled_at"]:
        return "cancelled"
    if order["fulfillment"] == "FULFILLED":
        return "delivered" if shipment(order) == "DELIVERED" else "shipped"
    return "processed" if order["payment"] in SETTLED else "open"


def placed(order: JSON, account: JSON) -> tuple[str, str]:
    """Pipeline and stage by their ids in this account. Raises LookupError for an account without either."""
    pipelines: Mapping[str, JSON] = account["pipelines"]["orders"]
    pipeline = PIPELINE if PIPELINE in pipelines else _labelled(LABELS, pipelines.items(), "label")
    stages: Mapping[str, str] = pipelines[pipeline]["stages"]
    name = stage(order)
    for wanted in (name, "shipped") if name == "delivered" else (name,):
        found = STAGES[wanted] if STAGES[wanted] in stages else None
        found = found or next((id_ for id_, label in stages.items() if label.casefold() == wanted), None)
        if found is not None:
            return pipeline, found
    raise LookupError(f"the account has no stage {name}")


def _labelled(labels: Iterable[str], pipelines: Iterable[tuple[str, JSON]], key: str) -> str:
    for label in labels:
        for id_, pipeline in pipelines:
            if pipeline[key].casefold() == label:
                return id_
    raise LookupError(f"the account has none of {', '.join(labels)}")
