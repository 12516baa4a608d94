"""What is sent of an order and what comes back: fulfillment orders, parcels, returns."""

from dataclasses import dataclass, field
from datetime import datetime

from sandbox.shopify.model import Node
from sandbox.shopify.order_model import Order


@dataclass(slots=True, eq=False)
class FulfillmentOrder(Node):
    """What of an order one location has to send. `status` OPEN, IN_PROGRESS, SCHEDULED, ON_HOLD, CLOSED, …"""

    typename = "FulfillmentOrder"
    legacy_resource_id: str
    order: Order = field(repr=False)
    status: str = "OPEN"
    request_status: str = "UNSUBMITTED"


@dataclass(slots=True, eq=False)
class Fulfillment(Node):
    """One parcel. `status` SUCCESS, CANCELLED, ERROR or FAILURE."""

    typename = "Fulfillment"
    legacy_resource_id: str
    order: Order = field(repr=False)
    created_at: datetime
    updated_at: datetime
    status: str = "SUCCESS"


@dataclass(slots=True, eq=False)
class Return(Node):
    """`status` REQUESTED, OPEN, CLOSED, DECLINED or CANCELED."""

    typename = "Return"
    legacy_resource_id: str
    order: Order = field(repr=False)
    status: str = "REQUESTED"
