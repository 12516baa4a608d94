"""What comes back of an order: returns, their lines, and the way of the goods back."""

from dataclasses import dataclass, field
from datetime import datetime

from sandbox.shopify.fulfillments.fulfillment_model import Fulfillment, FulfillmentLineItem
from sandbox.shopify.model import Node
from sandbox.shopify.orders.order_model import Order
from sandbox.shopify.orders.refund_model import Refund


@dataclass(slots=True, eq=False)
class ReturnLineItem(Node):
    """Units of a parcel that come back. `processed_quantity` of them were dealt with."""

    typename = "ReturnLineItem"
    legacy_resource_id: str
    return_: "Return" = field(repr=False)
    fulfillment_line_item: FulfillmentLineItem
    quantity: int
    return_reason: str = "UNKNOWN"
    return_reason_note: str = ""
    customer_note: str | None = None
    processed_quantity: int = 0

    @property
    def order(self) -> Order:
        return self.return_.order

    @property
    def unprocessed_quantity(self) -> int:
        return self.quantity - self.processed_quantity

    @property
    def processable_quantity(self) -> int:
        """None before the return is approved (captured), none once it ended."""
        return self.unprocessed_quantity if self.return_.status == "OPEN" else 0

    @property
    def refunded_quantity(self) -> int:
        line = self.fulfillment_line_item.line_item
        given = sum(one.quantity for refund in self.return_.refunds for one in refund.lines if one.line_item is line)
        return min(self.quantity, given)

    @property
    def refundable_quantity(self) -> int:
        return self.quantity - self.refunded_quantity


@dataclass(frozen=True, slots=True)
class ReturnDecline:
    reason: str
    note: str | None = None


@dataclass(slots=True, eq=False)
class Return(Node):
    """`status` REQUESTED, OPEN, CLOSED, DECLINED or CANCELED."""

    typename = "Return"
    legacy_resource_id: str
    order: Order = field(repr=False)
    status: str
    created_at: datetime
    number: int = 1
    lines: list[ReturnLineItem] = field(default_factory=list)
    request_approved_at: datetime | None = None
    closed_at: datetime | None = None
    decline: ReturnDecline | None = None
    reverse_fulfillment_orders: "list[ReverseFulfillmentOrder]" = field(default_factory=list)

    @property
    def name(self) -> str:
        return f"{self.order.name}-R{self.number}"

    @property
    def total_quantity(self) -> int:
        return sum(line.quantity for line in self.lines)

    @property
    def refunds(self) -> list[Refund]:
        return [refund for refund in self.order.refunds if refund.return_ is self]

    @property
    def holds_units(self) -> bool:
        """Whether its units cannot be returned once more."""
        return self.status not in {"DECLINED", "CANCELED"}


@dataclass(frozen=True, slots=True)
class ReturnableFulfillment(Node):
    """A view of a parcel, with its id (captured): what of it may still be returned."""

    typename = "ReturnableFulfillment"
    fulfillment: Fulfillment

    @property
    def legacy_resource_id(self) -> str:  # type: ignore[override]  # computed, not kept
        return self.fulfillment.legacy_resource_id

    @property
    def order(self) -> Order:
        return self.fulfillment.order


@dataclass(slots=True, eq=False)
class ReverseFulfillmentOrderLineItem(Node):
    typename = "ReverseFulfillmentOrderLineItem"
    legacy_resource_id: str
    reverse_fulfillment_order: "ReverseFulfillmentOrder" = field(repr=False)
    fulfillment_line_item: FulfillmentLineItem
    total_quantity: int

    @property
    def order(self) -> Order:
        return self.reverse_fulfillment_order.order


@dataclass(slots=True, eq=False)
class ReverseFulfillmentOrder(Node):
    """The goods of one return, expected back. `status` OPEN, CLOSED or CANCELED."""

    typename = "ReverseFulfillmentOrder"
    legacy_resource_id: str
    return_: Return = field(repr=False)
    lines: list[ReverseFulfillmentOrderLineItem] = field(default_factory=list)
    deliveries: "list[ReverseDelivery]" = field(default_factory=list)
    status: str = "OPEN"

    @property
    def order(self) -> Order:
        return self.return_.order


@dataclass(slots=True, eq=False)
class ReverseDeliveryLineItem(Node):
    typename = "ReverseDeliveryLineItem"
    legacy_resource_id: str
    reverse_delivery: "ReverseDelivery" = field(repr=False)
    reverse_fulfillment_order_line_item: ReverseFulfillmentOrderLineItem
    quantity: int

    @property
    def order(self) -> Order:
        return self.reverse_delivery.order


@dataclass(slots=True, eq=False)
class ReverseDelivery(Node):
    """A parcel on its way back."""

    typename = "ReverseDelivery"
    legacy_resource_id: str
    reverse_fulfillment_order: ReverseFulfillmentOrder = field(repr=False)
    created_at: datetime
    updated_at: datetime
    tracking_number: str | None = None
    tracking_url: str | None = None
    label_url: str | None = None
    lines: list[ReverseDeliveryLineItem] = field(default_factory=list)

    @property
    def order(self) -> Order:
        return self.reverse_fulfillment_order.order
