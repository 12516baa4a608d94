"""What was given back of an order: lines, shipping, and what differs from their worth."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from sandbox.shopify.model import Node
from sandbox.shopify.orders.order_model import LineItem, Order, OrderTransaction, ShippingLine
from sandbox.shopify.orders.sums import Sum

if TYPE_CHECKING:
    from sandbox.shopify.returns.return_model import Return


@dataclass(slots=True, eq=False)
class RefundLineItem(Node):
    typename = "RefundLineItem"
    legacy_resource_id: str
    line_item: LineItem
    quantity: int
    restock_type: str
    subtotal: Sum
    tax: Sum
    location_id: str | None = None

    @property
    def restocked(self) -> bool:
        return self.restock_type != "NO_RESTOCK"


@dataclass(slots=True, eq=False)
class RefundShippingLine(Node):
    typename = "RefundShippingLine"
    legacy_resource_id: str
    shipping_line: ShippingLine
    subtotal: Sum
    tax: Sum


@dataclass(slots=True, eq=False)
class OrderAdjustment(Node):
    """What a refund differs from what its lines are worth: below zero in the customer's favour."""

    typename = "OrderAdjustment"
    legacy_resource_id: str
    amount: Sum
    reason: str


@dataclass(slots=True, eq=False)
class Refund(Node):
    typename = "Refund"
    legacy_resource_id: str
    order: Order = field(repr=False)
    created_at: datetime
    updated_at: datetime
    processed_at: datetime
    note: str | None = None
    lines: tuple[RefundLineItem, ...] = ()
    shipping: tuple[RefundShippingLine, ...] = ()
    adjustments: tuple[OrderAdjustment, ...] = ()
    transactions: tuple[OrderTransaction, ...] = ()
    return_: "Return | None" = None
    user_id: str | None = None
