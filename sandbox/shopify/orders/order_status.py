"""The status words of an order, none of them kept: payment, shipping and returns each have their own."""

from collections.abc import Callable

from sandbox.shopify.orders.order_model import LineItem, Order
from sandbox.shopify.orders.order_money import capturable, is_paid, is_pending, net_payment, received, refunded
from sandbox.shopify.shop import Shop

Test = Callable[[Order], bool]


def _refunded_whole(order: Order) -> bool:
    return bool(refunded(order)) and net_payment(order).presentment <= 0


FINANCIAL: tuple[tuple[str, Test], ...] = (
    # The first that holds; none holds for an order that nobody has tried to pay: null (captured).
    ("REFUNDED",           _refunded_whole),
    ("PARTIALLY_REFUNDED", lambda order: bool(refunded(order))),
    ("PAID",               is_paid),
    ("PARTIALLY_PAID",     lambda order: bool(received(order))),
    ("AUTHORIZED",         lambda order: bool(capturable(order))),
    ("PENDING",            lambda order: any(is_pending(t) for t in order.transactions)),
    ("VOIDED",             lambda order: any(t.kind == "VOID" for t in order.transactions)),
    ("EXPIRED",            lambda order: any(t.expired for t in order.transactions)),
)  # fmt: skip


def display_financial_status(order: Order) -> str | None:
    """A status given when the order was made stands until the next transaction (schema note on orderCreate)."""
    if order.given_status is not None:
        return order.given_status
    if not order.transactions:
        return None
    return next((word for word, holds in FINANCIAL if holds(order)), None)


WAITING = (
    # What no parcel has left for yet: the status of all open fulfillment orders, shown as
    ("ON_HOLD",     "ON_HOLD"),
    ("SCHEDULED",   "SCHEDULED"),
    ("IN_PROGRESS", "IN_PROGRESS"),
)  # fmt: skip


def display_fulfillment_status(shop: Shop, order: Order) -> str:
    fulfilled = unfulfilled = 0
    for line in order.lines:
        fulfilled += line.fulfilled_quantity
        unfulfilled += line.unfulfilled_quantity
    if fulfilled:
        return "PARTIALLY_FULFILLED" if unfulfilled else "FULFILLED"
    if not unfulfilled and order.cancelled_at is None:
        return shop.switches["nothing_to_fulfill"]
    return _waiting(order) if order.fulfillment_orders else "UNFULFILLED"


def _waiting(order: Order) -> str:
    statuses = {one.status for one in order.fulfillment_orders if one.status not in {"CLOSED", "CANCELLED"}}
    for status, word in WAITING:
        if statuses == {status}:
            return word
    if any(one.request_status == "REJECTED" for one in order.fulfillment_orders):
        return "REQUEST_DECLINED"
    return "UNFULFILLED"


RETURNS = (
    # Any return in this state decides, the first that is found (capture order-return-status-lifecycle).
    ("REQUESTED", "RETURN_REQUESTED"),
    ("OPEN",      "IN_PROGRESS"),
    ("CLOSED",    "RETURNED"),
)  # fmt: skip


def return_status(order: Order) -> str:
    if not order.returns:
        return "NO_RETURN"
    states = {one.status for one in order.returns}
    return next((word for state, word in RETURNS if state in states), "NO_RETURN")


REST_FULFILLMENT = {"FULFILLED": "fulfilled", "PARTIALLY_FULFILLED": "partial"}
"""Webhooks know only these; hold, schedule and progress read null there (reference §9)."""


def line_fulfillment_status(line: LineItem) -> str | None:
    """As webhooks say it."""
    if not line.fulfilled_quantity:
        return None
    return "partial" if line.unfulfilled_quantity else "fulfilled"
