"""Every sum of an order, worked out from its lines, refunds and transactions.

"total" is what was ordered, edits that added something included; "current" leaves out what was removed or refunded.
"""

from decimal import Decimal
from itertools import chain

from sandbox.shopify.orders.order_model import LineItem, Order, OrderTransaction, ShippingLine, TaxLine
from sandbox.shopify.orders.sums import NOTHING, Sum, rounded, share, total, unit

RECEIVING = frozenset({"SALE", "CAPTURE"})


def line_total(line: LineItem) -> Sum:
    """Before any discount, every unit ever ordered."""
    return line.price * line.quantity


def line_discount(line: LineItem) -> Sum:
    """All that was allocated to the line, of whatever kind."""
    return total(allocation.amount for allocation in line.discounts) if line.discounts else NOTHING


def line_net(line: LineItem) -> Sum:
    return line_total(line) - line_discount(line) if line.discounts else line_total(line)


def line_tax(line: LineItem) -> Sum:
    return total(tax.price for tax in line.tax_lines) if line.tax_lines else NOTHING


def line_level_discount(line: LineItem, *, codes: bool) -> Sum:
    """Discounts given to this line alone: none of those spread over the order, codes only if asked for."""
    own = [a.amount for a in line.discounts if a.application.of_the_line and (codes or not a.application.is_code)]
    return total(own) if own else NOTHING


def worth(line: LineItem, quantity: int) -> tuple[Sum, Sum]:
    """Price after discounts, and tax, of the next `quantity` units to leave the order."""
    gone, rate = line.quantity - line.current_quantity, line.order.rate
    after = gone + quantity
    net, tax = line_net(line), line_tax(line)
    return (
        share(rate, net, after, line.quantity) - share(rate, net, gone, line.quantity),
        share(rate, tax, after, line.quantity) - share(rate, tax, gone, line.quantity),
    )


def remaining(line: LineItem, whole: Sum) -> Sum:
    """What of a sum over all units belongs to those still on the order."""
    gone = line.quantity - line.current_quantity
    return whole - share(line.order.rate, whole, gone, line.quantity) if gone else whole


def shipping_discount(shipping: ShippingLine) -> Sum:
    return total(allocation.amount for allocation in shipping.discounts) if shipping.discounts else NOTHING


def shipping_net(shipping: ShippingLine) -> Sum:
    return shipping.price - shipping_discount(shipping) if shipping.discounts else shipping.price


def shipping_tax(shipping: ShippingLine) -> Sum:
    return total(tax.price for tax in shipping.tax_lines) if shipping.tax_lines else NOTHING


def current_shipping(shipping: ShippingLine) -> Sum:
    return NOTHING if shipping.is_removed else shipping_net(shipping) - shipping.refunded


def line_items_price(order: Order) -> Sum:
    return total(line_total(line) for line in order.lines)


def subtotal(order: Order) -> Sum:
    return total(line_net(line) for line in order.lines)


def current_subtotal(order: Order) -> Sum:
    return total(remaining(line, line_net(line)) for line in order.lines)


def total_tax(order: Order) -> Sum:
    lines = total(line_tax(line) for line in order.lines)
    return lines + total(shipping_tax(shipping) for shipping in order.shipping_lines)


def current_tax(order: Order) -> Sum:
    lines = total(remaining(line, line_tax(line)) for line in order.lines)
    kept = [s for s in order.shipping_lines if not s.is_removed]
    return lines + total(shipping_tax(s) - s.refunded_tax for s in kept)


def total_discounts(order: Order) -> Sum:
    """Free shipping counts too."""
    lines = total(line_discount(line) for line in order.lines)
    return lines + total(shipping_discount(shipping) for shipping in order.shipping_lines)


def current_discounts(order: Order) -> Sum:
    lines = total(remaining(line, line_discount(line)) for line in order.lines)
    return lines + total(shipping_discount(s) for s in order.shipping_lines if not s.is_removed)


def total_shipping(order: Order) -> Sum:
    """Before discounts."""
    return total(shipping.price for shipping in order.shipping_lines)


def current_shipping_price(order: Order) -> Sum:
    return total(current_shipping(shipping) for shipping in order.shipping_lines)


def total_price(order: Order) -> Sum:
    result = subtotal(order) + order.tip + total(shipping_net(shipping) for shipping in order.shipping_lines)
    return result if order.taxes_included else result + total_tax(order)


def current_total(order: Order) -> Sum:
    """Refunds of money without lines are in it as adjustments, so it goes on matching what was paid.

    Never below zero: units whose price was given back before may still leave.
    """
    result = current_subtotal(order) + order.tip + current_shipping_price(order) + adjustments(order)
    if not order.taxes_included:
        result += current_tax(order)
    return NOTHING if result.presentment < 0 else result


def adjustments(order: Order) -> Sum:
    return total(adjustment.amount for refund in order.refunds for adjustment in refund.adjustments)


def received(order: Order) -> Sum:
    return total(t.amount for t in order.transactions if t.kind in RECEIVING and t.status == "SUCCESS")


def refunded(order: Order) -> Sum:
    return total(t.amount for t in order.transactions if t.kind == "REFUND" and t.status == "SUCCESS")


def net_payment(order: Order) -> Sum:
    return received(order) - refunded(order)


def refunded_shipping(order: Order) -> Sum:
    return total(shipping.subtotal for refund in order.refunds for shipping in refund.shipping)


def is_voided(transaction: OrderTransaction) -> bool:
    later = transaction.order.transactions
    return any(t.kind == "VOID" and t.parent is transaction and t.status == "SUCCESS" for t in later)


def is_open(authorization: OrderTransaction) -> bool:
    """Whether an authorisation can still be captured: not expired, not voided."""
    if authorization.kind != "AUTHORIZATION" or authorization.status != "SUCCESS" or authorization.expired:
        return False
    return not is_voided(authorization)


def is_pending(transaction: OrderTransaction) -> bool:
    """Whether money may still come of it."""
    return transaction.status == "PENDING" and not is_voided(transaction)


def uncaptured(authorization: OrderTransaction) -> Sum:
    """What of an open authorisation has not been captured."""
    taken = (
        t.amount
        for t in authorization.order.transactions
        if t.kind == "CAPTURE" and t.parent is authorization and t.status == "SUCCESS"
    )
    return authorization.amount - total(taken)


def capturable(order: Order) -> Sum:
    return total(uncaptured(t) for t in order.transactions if is_open(t))


def outstanding(order: Order) -> Sum:
    """What is still owed, below zero what is owed to the buyer; authorised money is not owed any more (captured).

    Counted in the buyer's currency: once that is paid nothing is owed in shop currency either, though the payment may
    have been worth less by then (capture money-bag-presentment-parity).
    """
    due = current_total(order)
    left = due.presentment - net_payment(order).presentment - capturable(order).presentment
    if order.rate.presentment == order.rate.shop:
        return Sum(left, left)
    if left == due.presentment:
        return due
    return rounded(order.rate, Sum(left * shop_worth(order), left))


def is_held(authorization: OrderTransaction) -> bool:
    """Whether an authorisation still holds money that can be captured, or let go."""
    return is_open(authorization) and uncaptured(authorization).presentment > 0


def shop_worth(order: Order) -> Decimal:
    """What one unit of the buyer's currency was worth in shop currency when the order was placed."""
    placed = total_price(order)
    return placed.shop / placed.presentment if placed.presentment else 1 / order.rate.rate


def discounted_unit_price(line: LineItem) -> Sum:
    """After all discounts; approximate, as Shopify says itself."""
    if not line.discounts or not line.quantity:
        return line.price
    net = line_net(line)
    return rounded(line.order.rate, Sum(net.shop / line.quantity, net.presentment / line.quantity))


def parts(order: Order) -> list[LineItem | ShippingLine]:
    """Whatever has taxes and discounts."""
    return [*order.lines, *order.shipping_lines]


def tax_lines(order: Order) -> list[TaxLine]:
    """The taxes of all lines and of shipping, added up by title and rate."""
    found: dict[tuple[str, Decimal | None], TaxLine] = {}
    for tax in chain.from_iterable(part.tax_lines for part in parts(order)):
        known = found.get((tax.title, tax.rate))
        price = known.price + tax.price if known else tax.price
        found[tax.title, tax.rate] = TaxLine(tax.title, tax.rate, price, tax.channel_liable)
    return list(found.values())


def is_paid(order: Order) -> bool:
    """Whether what was received covers what the order costs now, in the buyer's currency; holds do not count."""
    paid = net_payment(order).presentment
    return paid > 0 and current_total(order).presentment - paid < unit(order.rate.presentment)
