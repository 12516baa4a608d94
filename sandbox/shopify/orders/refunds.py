"""Giving back: lines, shipping, money, in any mix and in parts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sandbox.shopify.bodies.refunds import refund_body
from sandbox.shopify.money import ZERO
from sandbox.shopify.orders.order_events import changed, recorded, units_changed
from sandbox.shopify.orders.order_model import LineItem, Order, OrderTransaction, ShippingLine
from sandbox.shopify.orders.order_money import (
    RECEIVING,
    is_held,
    is_pending,
    net_payment,
    shipping_net,
    shipping_tax,
    worth,
)
from sandbox.shopify.orders.payments import NewTransaction, add_transaction, exchanged, void
from sandbox.shopify.orders.refund_model import OrderAdjustment, Refund, RefundLineItem, RefundShippingLine
from sandbox.shopify.orders.sums import Sum, rounded, total
from sandbox.shopify.products.inventory import restocked, sold
from sandbox.shopify.returns.return_model import Return
from sandbox.shopify.shop import Shop


@dataclass(slots=True)
class NewRefundLine:
    """Units to give back. `restock_type` CANCEL (never sent), RETURN (came back), NO_RESTOCK (kept, or lost).

    `removes`: they leave the order in any case, as when it is cancelled.
    """

    line: LineItem
    quantity: int
    restock_type: str = "NO_RESTOCK"
    location_id: str | None = None
    removes: bool = False


@dataclass(slots=True)
class NewRefundTransaction:
    """Money to give back in the buyer's currency, of one payment if `parent` says which."""

    amount: Decimal
    gateway: str = "manual"
    parent: OrderTransaction | None = None


def refund(
    shop: Shop,
    order: Order,
    *,
    lines: Sequence[NewRefundLine] = (),
    shipping: Decimal | None = None,
    transactions: Sequence[NewRefundTransaction] = (),
    note: str | None = None,
    processed_at: datetime | None = None,
    reason: str = "REFUND_DISCREPANCY",
    user_id: str | None = None,
    return_: Return | None = None,
) -> Refund:
    """Refund without asking whether it may be. `shipping` is an amount in the buyer's currency before tax.

    What the money differs from the worth of lines and shipping becomes an order adjustment of that `reason`.
    """
    when = processed_at or shop.now
    made = Refund(shop.new_id(), order, shop.now, shop.now, when, note=note, user_id=user_id, return_=return_)
    made.lines = tuple(_line(shop, new) for new in lines)
    made.shipping = tuple(_shipping(shop, order, shipping)) if shipping else ()
    net = net_payment(order)
    made.transactions = tuple(_pay_back(shop, order, new) for new in transactions)
    made.adjustments = tuple(_adjustments(shop, made, net, reason))
    order.refunds.append(made)
    if made.transactions:
        order.given_status = None
    if made.lines:
        units_changed(shop, order)
    changed(shop, order)
    for transaction in made.transactions:
        recorded(shop, transaction)
    shop.publish("refunds/create", lambda: refund_body(shop, made))
    return made


def _line(shop: Shop, new: NewRefundLine) -> RefundLineItem:
    line, leaving = new.line, _leaving(shop, new)
    subtotal, tax = worth(line, leaving)
    _take(shop, new, leaving)
    line.refundable_quantity = min(max(0, line.refundable_quantity - new.quantity), line.current_quantity)
    identity = (shop.new_id(), line, new.quantity, new.restock_type)
    return RefundLineItem(*identity, subtotal, tax, location_id=new.location_id)


def _leaving(shop: Shop, new: NewRefundLine) -> int:
    """How many of the units leave the order. Unsent ones that are not restocked stay, and are still to be sent.

    Their refund line is worth nothing (capture refund-create-full-parity): an adjustment carries the money.
    """
    if new.removes or new.restock_type != "NO_RESTOCK" or shop.switches["unsent_no_restock"] == "leaves":
        return new.quantity
    return min(new.line.kept_quantity, new.quantity)


def _take(shop: Shop, new: NewRefundLine, leaving: int) -> None:
    """Take units off the order: CANCEL those not sent, the other types sent ones first (seen by third parties)."""
    line = new.line
    if new.restock_type == "CANCEL":
        unsent = min(line.unfulfilled_quantity, leaving)
    else:
        unsent = leaving - min(line.kept_quantity, leaving)
    line.unfulfilled_quantity -= unsent
    line.current_quantity -= leaving
    variant = shop.variants.get(line.variant_id) if line.variant_id else None
    if variant is None or new.restock_type == "NO_RESTOCK":
        return
    if unsent:
        sold(shop, variant, -unsent)
    if leaving > unsent:
        restocked(shop, variant, leaving - unsent)


def _shipping(shop: Shop, order: Order, amount: Decimal) -> list[RefundShippingLine]:
    """Take `amount` off the shipping lines in turn, with the tax that goes with it."""
    made = []
    for line in (one for one in order.shipping_lines if not one.is_removed):
        left = shipping_left(line)
        taken = min(amount, left.presentment)
        if taken <= 0:
            continue
        subtotal, tax = _shipping_part(order, line, taken)
        line.refunded += subtotal
        line.refunded_tax += tax
        amount -= taken
        made.append(RefundShippingLine(shop.new_id(), line, subtotal, tax))
    return made


def _shipping_part(order: Order, line: ShippingLine, taken: Decimal) -> tuple[Sum, Sum]:
    """The next `taken` of a shipping line in both currencies, and its tax; all parts together are the whole."""
    net, tax = shipping_net(line), shipping_tax(line)
    gone = line.refunded.presentment + taken
    if gone == net.presentment:
        return net - line.refunded, tax - line.refunded_tax
    part = gone / net.presentment
    subtotal = rounded(order.rate, Sum(net.shop * part, gone)) - line.refunded
    return subtotal, rounded(order.rate, tax * part) - line.refunded_tax


def shipping_left(line: ShippingLine) -> Sum:
    """What of a shipping line can still be refunded, before tax."""
    return shipping_net(line) - line.refunded


def shipping_to_refund(order: Order) -> Decimal:
    """In the buyer's currency, before tax."""
    return sum((shipping_left(one).presentment for one in order.shipping_lines if not one.is_removed), ZERO)


def _pay_back(shop: Shop, order: Order, new: NewRefundTransaction) -> OrderTransaction:
    amount = exchanged(shop, order, new.amount)
    return add_transaction(shop, order, NewTransaction("REFUND", gateway=new.gateway, amount=amount), new.parent)


def _adjustments(shop: Shop, made: Refund, net: Sum, reason: str) -> list[OrderAdjustment]:
    """The worth of what was given back, as far as it had been paid, less the money that went back."""
    value = total([*(line.subtotal for line in made.lines), *(one.subtotal for one in made.shipping)])
    if not made.order.taxes_included:
        value += total([*(line.tax for line in made.lines), *(one.tax for one in made.shipping)])
    money = total(transaction.amount for transaction in made.transactions)
    if value.presentment > net.presentment:
        value = net
    if not made.transactions or value.presentment == money.presentment:
        return []
    return [OrderAdjustment(shop.new_id(), value - money, reason)]


def give_all_back(shop: Shop, order: Order, *, restock: bool, money: bool, note: str | None = None) -> Refund | None:
    """Everything still on the order, and all its money: what cancelling does. What is held or pending is voided."""
    for hold in [one for one in order.transactions if is_held(one) or is_pending(one)]:
        void(shop, hold)
    if order.given_status == "PENDING":
        order.given_status = "VOIDED"
    kind = "CANCEL" if restock else "NO_RESTOCK"
    lines = [
        NewRefundLine(line, line.current_quantity, kind, removes=True) for line in order.lines if line.current_quantity
    ]
    return refund(
        shop,
        order,
        lines=lines,
        shipping=shipping_to_refund(order),
        transactions=payments_back(order) if money else (),
        note=note,
    )


def payments_back(order: Order) -> list[NewRefundTransaction]:
    """Refunds that return what is left of each payment, in the buyer's currency; together the net payment at most."""
    back, net = [], net_payment(order).presentment
    for paid in (one for one in order.transactions if one.kind in RECEIVING and one.status == "SUCCESS"):
        given = sum((one.amount.presentment for one in order.transactions if _gives_back(one, paid)), ZERO)
        left = min(paid.amount.presentment - given, net)
        if left > 0:
            back.append(NewRefundTransaction(left, paid.gateway, paid))
            net -= left
    return back


def _gives_back(one: OrderTransaction, paid: OrderTransaction) -> bool:
    return one.kind == "REFUND" and one.status == "SUCCESS" and one.parent is paid
