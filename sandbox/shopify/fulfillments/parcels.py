"""Units of an order put into a parcel, and taken out again: what is sent, apart from who hears of it."""

from collections.abc import Iterable
from typing import Any

from sandbox.shopify.api.problems import Problem, Refused
from sandbox.shopify.fulfillments.fulfillment_model import (
    Fulfillment,
    FulfillmentLineItem,
    FulfillmentOrder,
    FulfillmentOrderLineItem,
    Tracking,
)
from sandbox.shopify.orders.order_model import LineItem, Order
from sandbox.shopify.orders.order_table import orders_of
from sandbox.shopify.products.inventory import shipped
from sandbox.shopify.products.product_model import Location
from sandbox.shopify.shop import Shop

Units = tuple[LineItem, int]
Drawn = tuple[FulfillmentOrderLineItem, int]


def remember(shop: Shop, part: Any) -> None:
    """Let a part of an order be found by its id."""
    orders_of(shop).parts[part.legacy_resource_id] = part


def part_of(shop: Shop, kind: str, legacy_id: str) -> Any | None:
    """A part by its id, of an order that is still there."""
    table = orders_of(shop)
    found = table.parts.get(legacy_id)
    if found is None or found.typename != kind or table.get(found.order.legacy_resource_id) is not found.order:
        return None
    return found


def first_location(shop: Shop) -> Location:
    """Where a store sends from unless told otherwise."""
    location: Location = next(iter(shop.table("Location").rows.values()))
    return location


def pack(
    shop: Shop,
    order: Order,
    units: Iterable[Units],
    *,
    location: Location | None = None,
    tracking: tuple[Tracking, ...] = (),
    service: str = "manual",
    drawn: Iterable[Drawn] | None = None,
) -> Fulfillment:
    """Send units of lines; the caller saves the order. Units of one line make one fulfilment line (captured).

    `drawn` says from which fulfillment orders they come; without it, from any that are not on hold. Raises Refused.
    """
    units = list(units)
    for source, quantity in _draw(order, units) if drawn is None else drawn:
        source.remaining_quantity -= quantity
        follow(shop, source.fulfillment_order)
    quantities: dict[LineItem, int] = {}
    for line, quantity in units:
        quantities[line] = quantities.get(line, 0) + quantity
    now, place = shop.now, location or first_location(shop)
    number = len(order.fulfillments) + 1
    made = Fulfillment(
        shop.new_id(), order, now, now, number=number, location=place, service=service, tracking=tracking
    )
    made.lines = tuple(
        FulfillmentLineItem(shop.new_id(), made, line, quantity) for line, quantity in quantities.items()
    )
    for part in (made, *made.lines):
        remember(shop, part)
    for line, quantity in quantities.items():
        _move(shop, line, quantity, quantity)
    order.fulfillments.append(made)
    return made


def _draw(order: Order, units: Iterable[Units]) -> list[Drawn]:
    """Nothing, where nobody has looked at the fulfillment orders of an order yet."""
    if not order.fulfillment_orders:
        return []
    sources = [line for one in order.fulfillment_orders if one.status != "ON_HOLD" for line in one.lines]
    drawn: list[Drawn] = []
    for wanted, quantity in units:
        left = quantity
        for line in (line for line in sources if line.line_item is wanted):
            part = min(left, line.remaining_quantity)
            left -= part
            drawn.append((line, part))
        if left:
            raise Refused(Problem(None, f"{wanted.name} is on hold"))
    return drawn


def follow(shop: Shop, one: FulfillmentOrder) -> None:
    """The status that its quantities ask for: closed with nothing left, in progress once something was sent."""
    one.updated_at = shop.now
    if not one.remaining:
        one.status = "CLOSED"
    elif one.status not in {"ON_HOLD", "SCHEDULED"}:
        one.status = "IN_PROGRESS" if one.begun or one.reported else "OPEN"


def unpack(shop: Shop, parcel: Fulfillment) -> list[Units]:
    """Take a parcel back: its units wait to be sent again, but for those that were refunded since. Returns them."""
    back = []
    for one in parcel.lines:
        line = one.line_item
        again = min(one.quantity, line.kept_quantity)
        _move(shop, line, -one.quantity, -again)
        back.append((line, again))
    parcel.status = "CANCELLED"
    return back


def _move(shop: Shop, line: LineItem, sent: int, no_longer_waiting: int) -> None:
    line.fulfilled_quantity += sent
    line.unfulfilled_quantity -= no_longer_waiting
    variant = shop.variants.get(line.variant_id) if line.variant_id else None
    if variant is not None:
        shipped(shop, variant, no_longer_waiting)
