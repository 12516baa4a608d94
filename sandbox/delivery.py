"""What becomes of a generated store's orders: sent in one or two parcels, delivered, held, some given back.

Shares are those of the constants. Whatever is not due when the store is ready stays undone: its last orders wait.
"""

import heapq
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial
from itertools import count
from random import Random

from sandbox.shopify.fulfillments.fulfillment_model import Fulfillment, Tracking
from sandbox.shopify.fulfillments.fulfillment_orders import fulfillment_orders_of, hold
from sandbox.shopify.fulfillments.parcels import Units
from sandbox.shopify.fulfillments.sending import add_event, cancel_fulfillment, fulfil
from sandbox.shopify.fulfillments.tracking import tracking
from sandbox.shopify.orders.order_model import Order
from sandbox.shopify.orders.order_money import capturable, is_open, received, uncaptured
from sandbox.shopify.orders.payments import capture
from sandbox.shopify.orders.refunds import NewRefundLine, NewRefundTransaction, refund
from sandbox.shopify.returns.return_model import Return
from sandbox.shopify.returns.returning import (
    NewReturnLine,
    approve_return,
    close_return,
    decline_return,
    request_return,
    returnable_lines,
)
from sandbox.shopify.shop import Shop

SENT = 0.71
"""Of orders that are paid, or whose payment is held: it is captured when they leave."""
SENT_UNPAID = 0.3
HELD = 0.01
TWO_PARCELS = 0.12
UNTRACKED = 0.1
TAKEN_BACK = 0.005
FOLLOWED = 0.3
"""Parcels that are seen on their way before they arrive."""
DELIVERED = 0.9
RETURNED = 0.036
"""Of the parcels that were delivered: 2 % of all orders."""
CARRIERS = ("UPS", "USPS", "FedEx", "Hermes")
RETURNS = ((0.15, "REQUESTED"), (0.3, "OPEN"), (0.4, "DECLINED"), (1.0, "CLOSED"))
"""Upper bound of the draw, and how far a return gets."""

Work = Callable[[], object]


class Delivery:
    """The stockroom and the post of one store."""

    def __init__(self, shop: Shop, random: Random) -> None:
        self._shop = shop
        self._random = random
        self._due: list[tuple[datetime, int, Work]] = []
        self._sequence = count()

    def take(self, order: Order) -> None:
        """Decide what becomes of a new order."""
        if order.cancelled_at is not None or not any(line.unfulfilled_quantity for line in order.lines):
            return
        if order.source_name == "pos":
            fulfil(self._shop, order)
        elif self._random.random() < (SENT if received(order) or capturable(order) else SENT_UNPAID):
            self._later(0.2, 3, partial(self._send, order))
        elif self._random.random() < HELD / (1 - SENT):
            [one] = [one for one in fulfillment_orders_of(self._shop, order) if one.remaining][:1]
            hold(self._shop, one, "INVENTORY_OUT_OF_STOCK")

    def catch_up(self) -> None:
        """Do what has fallen due."""
        while self._due and self._due[0][0] <= self._shop.clock.now:
            heapq.heappop(self._due)[2]()

    def _later(self, soonest: float, latest: float, work: Work) -> None:
        """In so many days."""
        when = self._shop.clock.now + timedelta(days=self._random.uniform(soonest, latest))
        heapq.heappush(self._due, (when, next(self._sequence), work))

    def _send(self, order: Order) -> None:
        units = [(line, line.unfulfilled_quantity) for line in order.lines if line.unfulfilled_quantity]
        if not units:
            return
        if sum(quantity for _, quantity in units) > 1 and self._random.random() < TWO_PARCELS:
            self._later(1, 3, partial(self._send, order))
            units = _first_half(units)
        for held in [one for one in order.transactions if is_open(one) and uncaptured(one)]:
            capture(self._shop, held)
        parcel = fulfil(self._shop, order, units, tracking=self._tracking())
        if self._random.random() < TAKEN_BACK:
            self._later(0.1, 0.5, partial(self._take_back, parcel))
            return
        if self._random.random() < FOLLOWED:
            self._later(0.3, 1, partial(add_event, self._shop, parcel, "IN_TRANSIT"))
        word = "DELIVERED" if self._random.random() < DELIVERED else "ATTEMPTED_DELIVERY"
        self._later(1, 5, partial(self._arrive, parcel, word))

    def _tracking(self) -> tuple[Tracking, ...]:
        if self._random.random() < UNTRACKED:
            return ()
        return tracking([f"1Z{self._random.getrandbits(48):015d}"], self._random.choice(CARRIERS))

    def _take_back(self, parcel: Fulfillment) -> None:
        """Wrongly packed; it leaves again."""
        cancel_fulfillment(self._shop, parcel)
        self._later(0.5, 2, partial(self._send, parcel.order))

    def _arrive(self, parcel: Fulfillment, word: str) -> None:
        add_event(self._shop, parcel, word)
        if word == "DELIVERED" and self._random.random() < RETURNED:
            self._later(2, 14, partial(self._ask_back, parcel))

    def _ask_back(self, parcel: Fulfillment) -> None:
        left = list(returnable_lines(parcel))
        if not left:
            return
        line, _ = left[0]
        reason = self._random.choice(("DEFECTIVE", "SIZE_TOO_SMALL", "UNWANTED", "WRONG_ITEM"))
        back = request_return(self._shop, parcel.order, [NewReturnLine(line, 1, reason, customer_note="Passt nicht")])
        drawn = self._random.random()
        self._later(0.5, 2, partial(self._decide, back, next(word for bound, word in RETURNS if drawn <= bound)))

    def _decide(self, back: Return, word: str) -> None:
        if word == "DECLINED":
            decline_return(self._shop, back, "RETURN_PERIOD_ENDED", "Past 30 days")
        elif word != "REQUESTED":
            approve_return(self._shop, back)
            if word == "CLOSED":
                self._later(2, 9, partial(self._settle, back))

    def _settle(self, back: Return) -> None:
        """It came: its price goes back, as far as the first payment covers it."""
        order = back.order
        line = back.lines[0].fulfillment_line_item.line_item
        paid = next((one for one in order.transactions if one.kind in {"SALE", "CAPTURE"}), None)
        if paid is not None and line.refundable_quantity:
            given = sum((one.amount.presentment for one in order.transactions if one.parent is paid), Decimal(0))
            amount = min(line.price.presentment, paid.amount.presentment - given)
            money = [NewRefundTransaction(amount, paid.gateway, paid)] if amount > 0 else []
            refund(self._shop, order, lines=[NewRefundLine(line, 1, "RETURN")], transactions=money, return_=back)
        close_return(self._shop, back)


def _first_half(units: list[Units]) -> list[Units]:
    """Some of the lines, or some units of the only one."""
    if len(units) > 1:
        return units[: len(units) // 2]
    line, quantity = units[0]
    return [(line, quantity // 2)]
