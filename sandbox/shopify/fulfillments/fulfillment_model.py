"""What is sent of an order: fulfillment orders, parcels and where they are."""

from dataclasses import dataclass, field
from datetime import datetime

from sandbox.shopify.model import Node
from sandbox.shopify.orders.order_model import LineItem, Order
from sandbox.shopify.products.product_model import Location


@dataclass(slots=True, eq=False)
class FulfillmentHold(Node):
    """Why a fulfillment order must wait. `app_id` None: the merchant set it."""

    typename = "FulfillmentHold"
    legacy_resource_id: str
    fulfillment_order: "FulfillmentOrder" = field(repr=False)
    reason: str
    handle: str = ""
    reason_notes: str | None = None
    app_id: str | None = None
    external_id: str | None = None

    @property
    def order(self) -> Order:
        return self.fulfillment_order.order


@dataclass(slots=True, eq=False)
class FulfillmentOrderLineItem(Node):
    """Units of one line that one location has to send; `remaining_quantity` of them are still there."""

    typename = "FulfillmentOrderLineItem"
    legacy_resource_id: str
    fulfillment_order: "FulfillmentOrder" = field(repr=False)
    line_item: LineItem
    total_quantity: int
    remaining_quantity: int

    @property
    def order(self) -> Order:
        return self.fulfillment_order.order


@dataclass(slots=True, eq=False)
class FulfillmentOrder(Node):
    """What of an order one location has to send. `status` OPEN, IN_PROGRESS, SCHEDULED, ON_HOLD or CLOSED.

    `reported`: somebody said that work on it has begun. `updated_at` None: not since the order was placed.
    """

    typename = "FulfillmentOrder"
    legacy_resource_id: str
    order: Order = field(repr=False)
    status: str = "OPEN"
    request_status: str = "UNSUBMITTED"
    location: Location | None = None
    lines: list[FulfillmentOrderLineItem] = field(default_factory=list)
    holds: list[FulfillmentHold] = field(default_factory=list)
    reported: bool = False
    fulfill_at: datetime | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None

    @property
    def remaining(self) -> int:
        return sum(line.remaining_quantity for line in self.lines)

    @property
    def begun(self) -> bool:
        """Whether anything of it was sent."""
        return any(line.remaining_quantity < line.total_quantity for line in self.lines)


@dataclass(frozen=True, slots=True)
class Tracking:
    """Where a parcel can be followed."""

    number: str | None = None
    company: str | None = None
    url: str | None = None


@dataclass(slots=True, eq=False)
class FulfillmentLineItem(Node):
    """Units of one line in one parcel."""

    typename = "FulfillmentLineItem"
    legacy_resource_id: str
    fulfillment: "Fulfillment" = field(repr=False)
    line_item: LineItem
    quantity: int

    @property
    def order(self) -> Order:
        return self.fulfillment.order


@dataclass(slots=True, eq=False)
class FulfillmentEvent(Node):
    """Something that happened to a parcel on its way."""

    typename = "FulfillmentEvent"
    legacy_resource_id: str
    fulfillment: "Fulfillment" = field(repr=False)
    status: str
    happened_at: datetime
    created_at: datetime
    message: str | None = None
    address1: str | None = None
    city: str | None = None
    province: str | None = None
    country: str | None = None
    zip: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    estimated_delivery_at: datetime | None = None

    @property
    def order(self) -> Order:
        return self.fulfillment.order


@dataclass(slots=True, eq=False)
class Fulfillment(Node):
    """One parcel, the `number`th of its order. `status` SUCCESS or CANCELLED; `service` manual or gift_card."""

    typename = "Fulfillment"
    legacy_resource_id: str
    order: Order = field(repr=False)
    created_at: datetime
    updated_at: datetime
    status: str = "SUCCESS"
    number: int = 1
    location: Location | None = None
    service: str = "manual"
    tracking: tuple[Tracking, ...] = ()
    lines: tuple[FulfillmentLineItem, ...] = ()
    events: tuple[FulfillmentEvent, ...] = ()

    @property
    def name(self) -> str:
        return f"{self.order.name}.{self.number}"

    @property
    def latest(self) -> FulfillmentEvent | None:
        """The event that happened last, whenever it was told."""
        return max(self.events, key=lambda event: event.happened_at, default=None)

    @property
    def display_status(self) -> str:
        if self.status == "CANCELLED":
            return "CANCELED"
        return self.latest.status if self.latest else "FULFILLED"

    def first(self, status: str) -> datetime | None:
        """When it first was in a state."""
        return min((event.happened_at for event in self.events if event.status == status), default=None)

    @property
    def in_transit_at(self) -> datetime | None:
        return self.first("IN_TRANSIT")

    @property
    def delivered_at(self) -> datetime | None:
        return self.first("DELIVERED")

    @property
    def estimated_delivery_at(self) -> datetime | None:
        told = [event for event in self.events if event.estimated_delivery_at is not None]
        return max(told, key=lambda event: event.happened_at).estimated_delivery_at if told else None

    @property
    def total_quantity(self) -> int:
        return sum(line.quantity for line in self.lines)

    @property
    def requires_shipping(self) -> bool:
        return any(line.line_item.requires_shipping for line in self.lines)
