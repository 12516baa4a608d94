"""Fulfillment orders: what each location has to send. They come into being when somebody first looks at them.

Until then an order's lines say it all, so that an order nobody looks at costs nothing.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sandbox.shopify.fulfillments.fulfillment_model import FulfillmentHold, FulfillmentOrder, FulfillmentOrderLineItem
from sandbox.shopify.fulfillments.parcels import Drawn, Units, first_location, follow, remember
from sandbox.shopify.orders.order_events import changed
from sandbox.shopify.orders.order_model import LineItem, Order
from sandbox.shopify.orders.order_table import orders_of
from sandbox.shopify.products.product_model import Location
from sandbox.shopify.shop import Shop

ENDED = frozenset({"CLOSED", "CANCELLED"})


def fulfillment_orders_of(shop: Shop, order: Order) -> list[FulfillmentOrder]:
    """One for all lines of an order, one more for its gift cards; made now if need be."""
    if not order.fulfillment_orders:
        for gifts in (False, True):
            lines = [line for line in order.lines if line.is_gift_card is gifts]
            if any(line.fulfilled_quantity or line.unfulfilled_quantity for line in lines):
                _first(shop, order, lines)
    return order.fulfillment_orders


def _first(shop: Shop, order: Order, lines: Iterable[LineItem]) -> None:
    made = _new(shop, order, first_location(shop))
    made.created_at, made.fulfill_at = order.created_at, order.created_at.replace(minute=0, second=0)
    for line in lines:
        if total := line.fulfilled_quantity + line.unfulfilled_quantity:
            _add_line(shop, made, line, total, line.unfulfilled_quantity)
    follow(shop, made)
    made.updated_at = None


def _new(shop: Shop, order: Order, location: Location) -> FulfillmentOrder:
    """Its fulfillAt is the full hour (captured)."""
    hour = shop.now.replace(minute=0, second=0)
    made = FulfillmentOrder(
        shop.new_id(), order, location=location, created_at=shop.now, updated_at=shop.now, fulfill_at=hour
    )
    order.fulfillment_orders.append(made)
    remember(shop, made)
    return made


def _add_line(shop: Shop, one: FulfillmentOrder, line: LineItem, total: int, remaining: int) -> None:
    made = FulfillmentOrderLineItem(shop.new_id(), one, line, total, remaining)
    one.lines.append(made)
    remember(shop, made)


def put_back(shop: Shop, order: Order, units: Iterable[Units], location: Location | None) -> None:
    """Units of a cancelled parcel wait again: where their fulfillment order is still open, else in a new one."""
    left: list[Units] = []
    for line, quantity in units if order.fulfillment_orders else ():
        homeless = quantity
        for source in _sources(order, line):
            room = min(homeless, source.total_quantity - source.remaining_quantity)
            source.remaining_quantity += room
            homeless -= room
            follow(shop, source.fulfillment_order)
        if homeless:
            left.append((line, homeless))
    if left:
        _open(shop, order, location or first_location(shop), left)


def _sources(order: Order, line: LineItem) -> list[FulfillmentOrderLineItem]:
    """The lines of open fulfillment orders that hold units of a line."""
    waiting = (one for one in order.fulfillment_orders if one.status not in ENDED)
    return [source for one in waiting for source in one.lines if source.line_item is line]


def _open(shop: Shop, order: Order, location: Location, units: Iterable[Units]) -> FulfillmentOrder:
    made = _new(shop, order, location)
    for line, quantity in units:
        _add_line(shop, made, line, quantity, quantity)
    return made


def units_changed(shop: Shop, order: Order) -> None:
    """Keep fulfillment orders in step with units that were removed, refunded, cancelled or added."""
    if not order.fulfillment_orders:
        return
    for line in order.lines:
        sources = _sources(order, line)
        change = line.unfulfilled_quantity - sum(source.remaining_quantity for source in sources)
        if change > 0:
            _add_units(shop, order, line, change)
        for source in reversed(sources) if change < 0 else ():
            part = min(-change, source.remaining_quantity)
            change += part
            source.remaining_quantity -= part
            source.total_quantity -= part
            follow(shop, source.fulfillment_order)


def _add_units(shop: Shop, order: Order, line: LineItem, quantity: int) -> None:
    sources = _sources(order, line)
    if sources:
        sources[0].total_quantity += quantity
        sources[0].remaining_quantity += quantity
        follow(shop, sources[0].fulfillment_order)
        return
    waiting = next((one for one in order.fulfillment_orders if one.status == "OPEN"), None)
    if waiting is None:
        _open(shop, order, first_location(shop), [(line, quantity)])
    else:
        _add_line(shop, waiting, line, quantity, quantity)


def divide(
    shop: Shop, one: FulfillmentOrder, units: Iterable[Drawn], location: Location | None = None
) -> FulfillmentOrder:
    """Move units into a fulfillment order of their own. Told to nobody."""
    made = _new(shop, one.order, location or one.location or first_location(shop))
    for source, quantity in units:
        source.total_quantity -= quantity
        source.remaining_quantity -= quantity
        _add_line(shop, made, source.line_item, quantity, quantity)
    one.lines = [line for line in one.lines if line.total_quantity]
    follow(shop, one)
    return made


def move(
    shop: Shop, one: FulfillmentOrder, location: Location, units: Sequence[Drawn] | None = None
) -> FulfillmentOrder:
    """Let another location send it, or some units of it. What was sent stays where it was sent from.

    The whole of one that was not begun moves itself; otherwise the units leave for a new one (schema; captured).
    """
    units = units or [(line, line.remaining_quantity) for line in one.lines if line.remaining_quantity]
    whole = all(line.total_quantity == dict(units).get(line) for line in one.lines)
    if whole:
        one.location, one.updated_at = location, shop.now
        moved = one
    else:
        moved = divide(shop, one, units, location)
    changed(shop, one.order)
    return moved


def hold(
    shop: Shop,
    one: FulfillmentOrder,
    reason: str = "OTHER",
    *,
    notes: str | None = None,
    handle: str = "",
    app_id: str | None = None,
    external_id: str | None = None,
) -> FulfillmentHold:
    """Let it wait; several may hold one."""
    made = FulfillmentHold(shop.new_id(), one, reason, handle, notes, app_id, external_id)
    remember(shop, made)
    one.holds.append(made)
    _turn(shop, one, "ON_HOLD")
    return made


def release(shop: Shop, one: FulfillmentOrder, holds: Iterable[FulfillmentHold] | None = None) -> None:
    """Take holds away, or all of them; it goes on once none is left. A hold that is gone is not found any more."""
    for gone in list(one.holds if holds is None else holds):
        one.holds.remove(gone)
        del orders_of(shop).parts[gone.legacy_resource_id]
    if not one.holds and one.status == "ON_HOLD":
        _turn(shop, one, "OPEN")


def schedule(shop: Shop, one: FulfillmentOrder, when: datetime) -> None:
    """Let it wait for its day, as subscriptions and pre-orders do; then it opens by itself (schema)."""
    one.fulfill_at = when
    _turn(shop, one, "SCHEDULED")
    shop.clock.call_at(when, lambda: _due(shop, one, when))


def _due(shop: Shop, one: FulfillmentOrder, when: datetime) -> None:
    known = orders_of(shop).get(one.order.legacy_resource_id) is one.order
    if known and one.status == "SCHEDULED" and one.fulfill_at == when:
        _turn(shop, one, "OPEN")


def report_progress(shop: Shop, one: FulfillmentOrder) -> None:
    """Somebody began to work on it."""
    one.reported = True
    _turn(shop, one, "IN_PROGRESS")


def open_again(shop: Shop, one: FulfillmentOrder) -> None:
    """A scheduled one opens early; of one in progress the report is taken back."""
    one.reported = False
    _turn(shop, one, "OPEN")


def _turn(shop: Shop, one: FulfillmentOrder, status: str) -> None:
    one.status = status
    follow(shop, one)
    changed(shop, one.order)
