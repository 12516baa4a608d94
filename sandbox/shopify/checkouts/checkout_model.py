"""A checkout and its lines, and the sums that follow from them."""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from sandbox.clock import Timer
from sandbox.shopify.model import Customer, MailingAddress, Node
from sandbox.shopify.money import Rate
from sandbox.shopify.orders.order_create import NewShipping
from sandbox.shopify.orders.order_discounts import HUNDRED, NewDiscount, least
from sandbox.shopify.orders.order_model import Attributes
from sandbox.shopify.orders.sums import NOTHING, Sum, converted, rounded, spread, total

CODE = "DiscountCodeApplication"


@dataclass(slots=True, eq=False)
class CheckoutLine(Node):
    """One line; names and price are those of the moment it was put in."""

    typename = "AbandonedCheckoutLineItem"
    legacy_resource_id: str
    checkout: "Checkout" = field(repr=False)
    variant_id: str
    product_id: str
    title: str
    variant_title: str | None
    sku: str | None
    vendor: str
    quantity: int
    price: Sum
    compare_at_price: Sum | None = None
    taxable: bool = True
    requires_shipping: bool = True
    is_gift_card: bool = False
    grams: int = 0
    attributes: Attributes = ()


@dataclass(slots=True, eq=False)
class Checkout(Node):
    """A checkout lives by its `token`; its numeric id is its name. Listed as an AbandonedCheckout once abandoned.

    `contact_at` is when the buyer first left an address to write to. `by_link` says that a recovery link was used.
    `taxes` are titles and rates. `key` opens the recovery link.
    """

    typename = "AbandonedCheckout"
    legacy_resource_id: str
    created_at: datetime
    updated_at: datetime
    token: str
    cart_token: str
    key: str
    rate: Rate
    source_name: str = "web"
    lines: list[CheckoutLine] = field(default_factory=list)
    email: str | None = None
    phone: str | None = None
    customer: Customer | None = None
    shipping_address: MailingAddress | None = None
    billing_address: MailingAddress | None = None
    shipping: NewShipping | None = None
    discounts: tuple[NewDiscount, ...] = ()
    taxes: tuple[tuple[str, Decimal], ...] = ()
    taxes_included: bool = False
    note: str | None = None
    attributes: Attributes = ()
    accepts_marketing: bool = False
    accepts_sms_marketing: bool = False
    sms_marketing_phone: str | None = None
    landing_site: str | None = "/"
    referring_site: str | None = ""
    locale: str = "en-US"
    contact_at: datetime | None = None
    abandoned_at: datetime | None = None
    completed_at: datetime | None = None
    by_link: bool = False
    email_state: str = "NOT_SENT"
    email_sent_at: datetime | None = None
    timer: Timer | None = field(default=None, repr=False)

    @property
    def name(self) -> str:
        return f"#{self.legacy_resource_id}"


def line_price(line: CheckoutLine) -> Sum:
    """Before discounts."""
    return line.price * line.quantity


def items_price(checkout: Checkout) -> Sum:
    return total(line_price(line) for line in checkout.lines)


def shipping_price(checkout: Checkout) -> Sum:
    """Before discounts."""
    if checkout.shipping is None:
        return NOTHING
    price = checkout.shipping.price
    return price if isinstance(price, Sum) else converted(checkout.rate, price)


def applied(checkout: Checkout) -> list[tuple[NewDiscount, list[Sum]]]:
    """Each discount with what it takes off each line, and last off shipping; one after the other."""
    nets = [*(line_price(line) for line in checkout.lines), shipping_price(checkout)]
    shipping = len(checkout.lines)
    found = []
    for discount in checkout.discounts:
        places = [shipping] if discount.shipping else discount.lines if discount.lines is not None else range(shipping)
        off = [NOTHING for _ in nets]
        for place, part in zip(places, _parts(checkout, discount, [nets[i] for i in places]), strict=True):
            nets[place] -= part
            off[place] = part
        found.append((discount, off))
    return found


def line_discounts(checkout: Checkout, *, codes: bool = True) -> list[Sum]:
    """What each line gets off; with `codes` False only what needed no code."""
    counted = [off for discount, off in applied(checkout) if codes or discount.kind != CODE]
    return [total(off[place] for off in counted) for place in range(len(checkout.lines))]


def _parts(checkout: Checkout, discount: NewDiscount, nets: list[Sum]) -> list[Sum]:
    if discount.percentage is not None:
        return [rounded(checkout.rate, net * (discount.percentage / HUNDRED)) for net in nets]
    assert discount.amount is not None
    amount = discount.amount if isinstance(discount.amount, Sum) else converted(checkout.rate, discount.amount)
    if discount.lines is None:
        return spread(checkout.rate, least(amount, total(nets)), nets)
    return [least(amount, net) for net in nets]


def shipping_discount(checkout: Checkout) -> Sum:
    return total(off[-1] for _, off in applied(checkout))


def total_discount(checkout: Checkout) -> Sum:
    return total(part for _, off in applied(checkout) for part in off)


def subtotal(checkout: Checkout) -> Sum:
    """The lines after discounts, without shipping and tax."""
    return items_price(checkout) - total(line_discounts(checkout))


def line_taxes(checkout: Checkout) -> list[list[Sum]]:
    """For each line the tax by each rate, whether or not it is charged yet."""
    nets = [line_price(line) - off for line, off in zip(checkout.lines, line_discounts(checkout), strict=True)]
    return [
        [_tax(checkout, net, rate) for _, rate in checkout.taxes] if line.taxable and not line.is_gift_card else []
        for line, net in zip(checkout.lines, nets, strict=True)
    ]


def _tax(checkout: Checkout, net: Sum, rate: Decimal) -> Sum:
    return rounded(checkout.rate, net * (rate / (1 + rate) if checkout.taxes_included else rate))


def charged_taxes(checkout: Checkout) -> list[tuple[str, Decimal, Sum]]:
    """Title, rate and sum of each tax. None is charged before it is known where the goods go (sample)."""
    if checkout.shipping_address is None:
        return []
    rows = [taxes for taxes in line_taxes(checkout) if taxes]
    return [(title, rate, total(row[n] for row in rows)) for n, (title, rate) in enumerate(checkout.taxes) if rows]


def total_tax(checkout: Checkout) -> Sum:
    return total(amount for _, _, amount in charged_taxes(checkout))


def total_price(checkout: Checkout) -> Sum:
    """Everything to be paid."""
    price = subtotal(checkout) + shipping_price(checkout) - shipping_discount(checkout)
    return price if checkout.taxes_included else price + total_tax(checkout)
