"""What a person does with parcels and returns: send, track, deliver, take back, hold, approve, decline, close."""

from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sandbox.shopify.fulfillments import fulfillment_orders, sending
from sandbox.shopify.fulfillments.fulfillment_model import Fulfillment, FulfillmentOrder
from sandbox.shopify.fulfillments.fulfillment_orders import fulfillment_orders_of
from sandbox.shopify.fulfillments.parcels import part_of
from sandbox.shopify.fulfillments.tracking import tracking
from sandbox.shopify.orders.order_model import LineItem, Order
from sandbox.shopify.people import finding
from sandbox.shopify.returns import returning
from sandbox.shopify.returns.return_model import Return
from sandbox.shopify.returns.returning import NewReturnLine
from sandbox.shopify.views import shown

if TYPE_CHECKING:
    from sandbox.shopify.shop import Shop
    from sandbox.shopify.simulator import Shopify

EVENTS = (
    "ATTEMPTED_DELIVERY", "CARRIER_PICKED_UP", "CONFIRMED", "DELAYED", "DELIVERED", "FAILURE", "IN_TRANSIT",
    "LABEL_PRINTED", "LABEL_PURCHASED", "OUT_FOR_DELIVERY", "READY_FOR_PICKUP",
)  # fmt: skip


def _parcel(shop: "Shop", called: str) -> Fulfillment:
    """By number, by global id, or by a name such as #1042.1."""
    order_name, _, number = str(called).rpartition(".")
    found = part_of(shop, "Fulfillment", str(called).rpartition("/")[2])
    if found is None and order_name:
        parcels = finding.order(shop, order_name).fulfillments
        found = next((one for one in parcels if str(one.number) == number), None)
    if not isinstance(found, Fulfillment):
        raise KeyError(f"fulfillment {called}")
    return found


def _return(shop: "Shop", called: str) -> Return:
    """By number, by global id, or by a name such as #1042-R1."""
    order_name, _, _ = str(called).rpartition("-R")
    found = part_of(shop, "Return", str(called).rpartition("/")[2])
    if found is None and order_name:
        found = next((one for one in finding.order(shop, order_name).returns if one.name == called), None)
    if not isinstance(found, Return):
        raise KeyError(f"return {called}")
    return found


def _line(order: Order, called: str) -> LineItem:
    for line in order.lines:
        if called in {line.legacy_resource_id, line.id, line.sku}:
            return line
    raise KeyError(f"line {called} of {order.name}")


def fulfill_order(
    simulator: "Shopify",
    order: str,
    lines: Mapping[str, int] | None = None,
    numbers: list[str] | None = None,
    company: str | None = None,
    urls: list[str] | None = None,
) -> Any:
    """Send units of lines (by id or SKU), or all that is left, in one parcel; `numbers` are for tracking."""
    found = finding.order(simulator.shop, order)
    units = [(_line(found, called), quantity) for called, quantity in (lines or {}).items()]
    units = units or [(line, line.unfulfilled_quantity) for line in found.lines if line.unfulfilled_quantity]
    if not units or any(quantity < 1 or quantity > line.unfulfilled_quantity for line, quantity in units):
        raise ValueError(f"{found.name} has not so many units to send")
    made = sending.fulfil(simulator.shop, found, units, tracking=tracking(numbers or (), company, urls or ()))
    return shown(made, deep=True)


def track_fulfillment(
    simulator: "Shopify",
    fulfillment: str,
    numbers: list[str],
    company: str | None = None,
    urls: list[str] | None = None,
) -> Any:
    """Replace the tracking of a parcel (its id, or a name such as #1042.1)."""
    parcel = _parcel(simulator.shop, fulfillment)
    sending.track(simulator.shop, parcel, tracking(numbers, company, urls or ()))
    return shown(parcel, deep=True)


def add_fulfillment_event(
    simulator: "Shopify",
    fulfillment: str,
    status: str,
    message: str | None = None,
    days_to_delivery: float | None = None,
) -> Any:
    """Tell what happens to a parcel: IN_TRANSIT, OUT_FOR_DELIVERY, DELIVERED, FAILURE and so on."""
    if status not in EVENTS:
        raise ValueError(f"no event {status!r}")
    shop, parcel = simulator.shop, _parcel(simulator.shop, fulfillment)
    due = shop.now + timedelta(days=days_to_delivery) if days_to_delivery is not None else None
    sending.add_event(shop, parcel, status, message=message, estimated_delivery_at=due)
    return shown(parcel, deep=True)


def cancel_fulfillment(simulator: "Shopify", fulfillment: str) -> Any:
    """Take a parcel back: its units wait again."""
    parcel = _parcel(simulator.shop, fulfillment)
    if parcel.status == "CANCELLED" or any(back.holds_units for back in parcel.order.returns):
        raise ValueError(f"{parcel.name} cannot be cancelled")
    sending.cancel_fulfillment(simulator.shop, parcel)
    return shown(parcel, deep=True)


def hold_order(simulator: "Shopify", order: str, reason: str = "OTHER", notes: str | None = None) -> Any:
    """Let all that is unsent of an order wait."""
    shop, found = simulator.shop, finding.order(simulator.shop, order)
    for one in _open(shop, found, {"OPEN", "IN_PROGRESS", "SCHEDULED"}):
        fulfillment_orders.hold(shop, one, reason, notes=notes)
    return shown(found.fulfillment_orders, deep=True)


def release_order(simulator: "Shopify", order: str) -> Any:
    """Let an order on hold go on."""
    shop, found = simulator.shop, finding.order(simulator.shop, order)
    for one in _open(shop, found, {"ON_HOLD"}):
        fulfillment_orders.release(shop, one)
    return shown(found.fulfillment_orders, deep=True)


def _open(shop: "Shop", order: Order, statuses: Iterable[str]) -> list[FulfillmentOrder]:
    found = [one for one in fulfillment_orders_of(shop, order) if one.status in statuses]
    if not found:
        raise ValueError(f"nothing of {order.name} is {' or '.join(sorted(statuses))}")
    return found


def request_return(
    simulator: "Shopify",
    order: str,
    lines: Mapping[str, int],
    reason: str = "OTHER",
    note: str | None = None,
    approved: bool = False,
) -> Any:
    """Ask to give units of lines (by id or SKU) back; `approved`: nobody needs to be asked."""
    shop, found = simulator.shop, finding.order(simulator.shop, order)
    wanted = [line for called, quantity in lines.items() for line in _sent(_line(found, called), quantity)]
    for line in wanted:
        line.reason, line.customer_note = reason, note
    made = (returning.create_return if approved else returning.request_return)(shop, found, wanted)
    return shown(made, deep=True)


def _sent(line: LineItem, quantity: int) -> list[NewReturnLine]:
    """Units of a line from the parcels it was sent in, the oldest first."""
    left, wanted = quantity, []
    for parcel in line.order.fulfillments:
        for one, available in returning.returnable_lines(parcel):
            if one.line_item is line and left:
                wanted.append(NewReturnLine(one, min(left, available)))
                left -= min(left, available)
    if left or not wanted:
        raise ValueError(f"{line.name}: {quantity} cannot be returned")
    return wanted


RETURNS: dict[str, tuple[Callable[..., None], set[str]]] = {
    # action    what it does                  in these states alone
    "approve": (returning.approve_return, {"REQUESTED"}),
    "decline": (returning.decline_return, {"REQUESTED"}),
    "cancel":  (returning.cancel_return,  {"REQUESTED", "OPEN"}),
    "close":   (returning.close_return,   {"OPEN"}),
    "reopen":  (returning.reopen_return,  {"CLOSED"}),
}  # fmt: skip


def _turn(simulator: "Shopify", called: str, verb: str, **given: Any) -> Any:
    back = _return(simulator.shop, called)
    turn, states = RETURNS[verb]
    if back.status not in states:
        raise ValueError(f"{back.name} is {back.status}")
    turn(simulator.shop, back, **given)
    return shown(back, deep=True)


def approve_return(simulator: "Shopify", return_name: str) -> Any:
    """Approve a return that was requested (its id, or a name such as #1042-R1)."""
    return _turn(simulator, return_name, "approve")


def decline_return(simulator: "Shopify", return_name: str, reason: str = "OTHER", note: str | None = None) -> Any:
    """Decline it: FINAL_SALE, OTHER or RETURN_PERIOD_ENDED."""
    if reason not in {"FINAL_SALE", "OTHER", "RETURN_PERIOD_ENDED"}:
        raise ValueError(f"no reason {reason!r}")
    return _turn(simulator, return_name, "decline", reason=reason, note=note)


def cancel_return(simulator: "Shopify", return_name: str) -> Any:
    """Call a return off."""
    return _turn(simulator, return_name, "cancel")


def close_return(simulator: "Shopify", return_name: str) -> Any:
    """Say that a return is complete."""
    return _turn(simulator, return_name, "close")


def reopen_return(simulator: "Shopify", return_name: str) -> Any:
    """Take a closed return up again."""
    return _turn(simulator, return_name, "reopen")


def shrink_return(simulator: "Shopify", return_name: str, lines: Mapping[str, int]) -> Any:
    """Take units of lines (by id or SKU) out of a return; without any left it is closed."""
    back = _return(simulator.shop, return_name)
    units = []
    for called, quantity in lines.items():
        line = _line(back.order, called)
        units += [(one, quantity) for one in back.lines if one.fulfillment_line_item.line_item is line]
    if back.status not in {"REQUESTED", "OPEN"} or any(not 0 < n <= one.unprocessed_quantity for one, n in units):
        raise ValueError(f"{back.name} has not so many units to take out")
    returning.remove_from_return(simulator.shop, back, units)
    return shown(back, deep=True)


ACTIONS: tuple[Callable[..., Any], ...] = (
    fulfill_order,
    track_fulfillment,
    add_fulfillment_event,
    cancel_fulfillment,
    hold_order,
    release_order,
    request_return,
    approve_return,
    decline_return,
    cancel_return,
    close_return,
    reopen_return,
    shrink_return,
)
