"""Returns: asked for, approved or declined, dealt with, ended. Refuses what cannot be returned, nothing else."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sandbox.shopify.api.problems import Problem, refuse_any
from sandbox.shopify.bodies.returns import declined_body, return_body, short_body, update_body
from sandbox.shopify.fulfillments.fulfillment_model import Fulfillment, FulfillmentLineItem
from sandbox.shopify.fulfillments.parcels import remember
from sandbox.shopify.orders.order_events import changed
from sandbox.shopify.orders.order_model import Order
from sandbox.shopify.returns.return_model import (
    Return,
    ReturnDecline,
    ReturnLineItem,
    ReverseFulfillmentOrder,
    ReverseFulfillmentOrderLineItem,
)
from sandbox.shopify.shop import Body, Shop


@dataclass(slots=True)
class NewReturnLine:
    """Units of a parcel that somebody wants to give back."""

    fulfillment_line_item: FulfillmentLineItem
    quantity: int = 1
    reason: str = "UNKNOWN"
    reason_note: str = ""
    customer_note: str | None = None


def returnable_quantity(one: FulfillmentLineItem) -> int:
    """Units of a parcel in no return that stands, and not refunded either."""
    if one.fulfillment.status != "SUCCESS":
        return 0
    lines = [line for back in one.order.returns if back.holds_units for line in back.lines]
    same = sum(line.quantity for line in lines if line.fulfillment_line_item is one)
    pending = sum(line.refundable_quantity for line in lines if line.fulfillment_line_item.line_item is one.line_item)
    return max(0, min(one.quantity - same, one.line_item.refundable_quantity - pending))


def returnable_lines(parcel: Fulfillment) -> Iterator[tuple[FulfillmentLineItem, int]]:
    for one in parcel.lines:
        if quantity := returnable_quantity(one):
            yield one, quantity


def request_return(shop: Shop, order: Order, lines: Iterable[NewReturnLine]) -> Return:
    """A customer wants to give something back. Raises Refused."""
    made = _new(shop, order, lines, "REQUESTED")
    _told(shop, made, "returns/request", lambda: return_body(made))
    return made


def create_return(shop: Shop, order: Order, lines: Iterable[NewReturnLine]) -> Return:
    """A return that needs nobody's approval; an archived order comes back out (schema). Raises Refused."""
    made = _new(shop, order, lines, "OPEN")
    order.closed_at = None
    _approve(shop, made)
    return made


def _new(shop: Shop, order: Order, lines: Iterable[NewReturnLine], status: str) -> Return:
    lines = list(lines)
    refuse_any(_too_many(lines))
    made = Return(shop.new_id(), order, status, shop.now, number=len(order.returns) + 1)
    for line in lines:
        made.lines.append(
            ReturnLineItem(
                shop.new_id(),
                made,
                line.fulfillment_line_item,
                line.quantity,
                line.reason,
                line.reason_note,
                line.customer_note,
            )
        )
    for part in (made, *made.lines):
        remember(shop, part)
    order.returns.append(made)
    return made


def _too_many(lines: Iterable[NewReturnLine]) -> Iterator[Problem]:
    """The wording is inferred."""
    asked: dict[FulfillmentLineItem, int] = {}
    for place, line in enumerate(lines):
        one = line.fulfillment_line_item
        asked[one] = asked.get(one, 0) + line.quantity
        path = ("returnLineItems", str(place), "quantity")
        if line.quantity <= 0:
            yield Problem(path, "Quantity must be greater than 0", "GREATER_THAN")
        elif asked[one] > returnable_quantity(one):
            yield Problem(path, "Quantity is not available for return.", "INVALID")


def approve_return(shop: Shop, back: Return) -> None:
    back.status = "OPEN"
    _approve(shop, back)


def _approve(shop: Shop, back: Return) -> None:
    """From now on its goods are expected (capture fulfillment-return-node-read-after-write)."""
    back.request_approved_at = shop.now
    expected = ReverseFulfillmentOrder(shop.new_id(), back)
    for line in back.lines:
        made = ReverseFulfillmentOrderLineItem(shop.new_id(), expected, line.fulfillment_line_item, line.quantity)
        expected.lines.append(made)
    for part in (expected, *expected.lines):
        remember(shop, part)
    back.reverse_fulfillment_orders.append(expected)
    _told(shop, back, "returns/approve", lambda: return_body(back))


def decline_return(shop: Shop, back: Return, reason: str = "OTHER", note: str | None = None) -> None:
    """Its units may be asked for again (schema)."""
    back.status, back.decline = "DECLINED", ReturnDecline(reason, note)
    _told(shop, back, "returns/decline", lambda: declined_body(back))


def cancel_return(shop: Shop, back: Return) -> None:
    _end(shop, back, "CANCELED", "returns/cancel")


def close_return(shop: Shop, back: Return) -> None:
    """Nothing asks whether its goods ever came (captured)."""
    back.closed_at = shop.now
    _end(shop, back, "CLOSED", "returns/close")


def _end(shop: Shop, back: Return, status: str, topic: str) -> None:
    back.status = status
    for expected in back.reverse_fulfillment_orders:
        expected.status = status
    _told(shop, back, topic, lambda: short_body(back))


def reopen_return(shop: Shop, back: Return) -> None:
    back.status, back.closed_at = "OPEN", None
    for expected in back.reverse_fulfillment_orders:
        expected.status = "OPEN"
    _told(shop, back, "returns/reopen", lambda: short_body(back))


def process_return(shop: Shop, back: Return, units: Iterable[tuple[ReturnLineItem, int]]) -> None:
    """Units that came were dealt with; the return stays open (captured)."""
    for line, quantity in units:
        line.processed_quantity += quantity
    changed(shop, back.order)


def remove_from_return(shop: Shop, back: Return, units: Iterable[tuple[ReturnLineItem, int]]) -> None:
    """Units that do not come after all. With none left the return is closed, and the order RETURNED (captured)."""
    removed = list(units)
    for line, quantity in removed:
        line.quantity -= quantity
        _expect_less(back, line, quantity)
    back.lines = [line for line in back.lines if line.quantity]
    _told(shop, back, "returns/update", lambda: update_body(back, removed))
    if not back.lines:
        close_return(shop, back)


def _expect_less(back: Return, line: ReturnLineItem, quantity: int) -> None:
    for expected in back.reverse_fulfillment_orders:
        for one in expected.lines:
            if one.fulfillment_line_item is line.fulfillment_line_item:
                one.total_quantity -= quantity
        expected.lines = [one for one in expected.lines if one.total_quantity > 0]


def _told(shop: Shop, back: Return, topic: str, body: Body) -> None:
    shop.publish(topic, body)
    changed(shop, back.order)
