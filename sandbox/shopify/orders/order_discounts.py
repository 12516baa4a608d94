"""Discounts on an order: what they take off which line, or off shipping."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from sandbox.shopify.orders.order_model import DiscountAllocation, DiscountApplication, LineItem, Order, ShippingLine
from sandbox.shopify.orders.order_money import line_net, shipping_net
from sandbox.shopify.orders.sums import Sum, converted, rounded, spread, total

HUNDRED = Decimal(100)


@dataclass(slots=True)
class NewDiscount:
    """A discount to be applied: `percentage` (10 for 10 %) or `amount` (Decimal: shop currency), one of them.

    Over the whole order unless `lines` names some, by place, each of which then gets it; or off `shipping`.
    `label` is a code, or a title; `kind` the GraphQL type of the application.
    """

    label: str
    percentage: Decimal | None = None
    amount: Sum | Decimal | None = None
    kind: str = "DiscountCodeApplication"
    lines: tuple[int, ...] | None = None
    shipping: bool = False
    description: str | None = None


def discount(order: Order, new: NewDiscount) -> DiscountApplication:
    """Apply a discount to what earlier ones have left. Nothing falls below zero."""
    amount = converted(order.rate, new.amount) if isinstance(new.amount, Decimal) else new.amount
    value: Sum | Decimal | None = new.percentage if amount is None else amount
    if value is None:
        raise ValueError(f"discount {new.label!r} has neither percentage nor amount")
    application = DiscountApplication(
        new.kind,
        new.label,
        value,
        index=len(order.discount_applications),
        allocation_method="ACROSS" if new.lines is None and not new.shipping else "EACH",
        target_selection="ALL" if new.lines is None else "ENTITLED" if new.kind != _MANUAL else "EXPLICIT",
        target_type="SHIPPING_LINE" if new.shipping else "LINE_ITEM",
        description=new.description,
    )
    order.discount_applications = (*order.discount_applications, application)
    parts: Sequence[LineItem | ShippingLine] = order.shipping_lines if new.shipping else order.lines
    if new.lines is not None:
        parts = [order.lines[i] for i in new.lines]
    nets = [line_net(part) if isinstance(part, LineItem) else shipping_net(part) for part in parts]
    for part, taken in zip(parts, _taken(order, application, nets), strict=True):
        if taken:
            part.discounts = (*part.discounts, DiscountAllocation(application, taken))
    return application


_MANUAL = "ManualDiscountApplication"


def _taken(order: Order, application: DiscountApplication, nets: list[Sum]) -> list[Sum]:
    value = application.value
    if isinstance(value, Decimal):
        return [rounded(order.rate, net * (value / HUNDRED)) for net in nets]
    if application.allocation_method == "ACROSS" or application.target_type == "SHIPPING_LINE":
        return spread(order.rate, least(value, total(nets)), nets)
    return [least(value, net) for net in nets]


def least(one: Sum, other: Sum) -> Sum:
    """The smaller on each side."""
    return Sum(min(one.shop, other.shop), min(one.presentment, other.presentment))
