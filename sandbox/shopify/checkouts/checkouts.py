"""Checkouts: opened, changed, abandoned, recovered, completed, deleted, swept away (reference §4.5, §8).

The API makes none: buyers do, so these are functions for worlds and tests. Until it is abandoned a checkout is seen
in webhooks alone; the API lists abandoned ones, and keeps those that were completed later.
"""

from collections.abc import Sequence
from copy import copy
from decimal import Decimal
from typing import TypedDict, Unpack

from sandbox.shopify.api.problems import Refused
from sandbox.shopify.bodies.checkouts import checkout_body, deleted_body
from sandbox.shopify.checkouts import checkout_fields
from sandbox.shopify.checkouts.checkout_abandonment import (
    RECOVERABLE,
    CheckoutTable,
    arm_sweep,
    buyer,
    checkouts_of,
    forget,
    stop,
    watch,
)
from sandbox.shopify.checkouts.checkout_fields import abandonment, checkout_terms
from sandbox.shopify.checkouts.checkout_model import Checkout, CheckoutLine
from sandbox.shopify.customers import customers
from sandbox.shopify.customers.customer_table import by_email, by_phone
from sandbox.shopify.model import Customer, MailingAddress
from sandbox.shopify.money import Rate
from sandbox.shopify.orders.order_create import PAID, NewLine, NewShipping, place_order
from sandbox.shopify.orders.order_discounts import NewDiscount
from sandbox.shopify.orders.order_model import Attributes, Order
from sandbox.shopify.orders.payments import NewTransaction
from sandbox.shopify.orders.sums import converted
from sandbox.shopify.products.product_model import ProductVariant
from sandbox.shopify.shop import Shop

RESOLVERS = checkout_fields.RESOLVERS

Wanted = Sequence[tuple[ProductVariant, int]]


class Said(TypedDict, total=False):
    """What a buyer may tell in a checkout; names and meaning are those of `Checkout`."""

    email: str | None
    phone: str | None
    customer: Customer | None
    shipping_address: MailingAddress | None
    billing_address: MailingAddress | None
    shipping: NewShipping | None
    discounts: tuple[NewDiscount, ...]
    note: str | None
    attributes: Attributes
    accepts_marketing: bool
    accepts_sms_marketing: bool
    sms_marketing_phone: str | None


def open_checkout(
    shop: Shop,
    lines: Wanted,
    *,
    cart_token: str | None = None,
    rate: Rate | None = None,
    source_name: str = "web",
    taxes: tuple[tuple[str, Decimal], ...] = (),
    taxes_included: bool | None = None,
    locale: str = "en-US",
    **said: Unpack[Said],
) -> Checkout:
    """A buyer begins to check out: checkouts/create, often with no contact yet. One cart may open several."""
    checkout = Checkout(
        shop.new_id(),
        shop.now,
        shop.now,
        token=_secret(shop, 128),
        cart_token=cart_token or f"hWN{_secret(shop, 96)}",
        key=_secret(shop, 64),
        rate=rate or Rate(shop.settings.currency, shop.settings.currency),
        source_name=source_name,
        taxes=taxes,
        taxes_included=shop.settings.taxes_included if taxes_included is None else taxes_included,
        locale=locale,
    )
    checkouts_of(shop).by_token[checkout.token] = checkout
    _take(shop, checkout, lines, said)
    shop.publish("checkouts/create", lambda: checkout_body(shop, checkout))
    arm_sweep(shop)
    return checkout


def update_checkout(shop: Shop, checkout: Checkout, *, lines: Wanted | None = None, **said: Unpack[Said]) -> None:
    """The buyer goes on: checkouts/update. `lines` are all there shall be. ValueError once it is completed."""
    if checkout.completed_at is not None:
        raise ValueError(f"checkout {checkout.name} is completed")
    _take(shop, checkout, lines, said)
    _changed(shop, checkout)


def complete_checkout(
    shop: Shop,
    checkout: Checkout,
    *,
    by_link: bool = False,
    transactions: Sequence[NewTransaction] = PAID,
) -> Order:
    """The buyer pays: the last checkouts/update with `completed_at`, then the order that carries both tokens.

    `by_link` says that they came back through the recovery link, which alone makes it "recovered". ValueError for a
    checkout of a channel that has no such link, or one completed before.
    """
    if by_link and checkout.source_name not in RECOVERABLE:
        raise ValueError(f"checkouts of {checkout.source_name} have no recovery link")
    if checkout.completed_at is not None:
        raise ValueError(f"checkout {checkout.name} is completed")
    checkout.completed_at = shop.now
    checkout.by_link = by_link and checkout.abandoned_at is not None
    stop(checkout)
    _changed(shop, checkout)
    return _order(shop, checkout, transactions)


def _order(shop: Shop, checkout: Checkout, transactions: Sequence[NewTransaction]) -> Order:
    return place_order(
        shop,
        [_ordered(shop, line) for line in checkout.lines],
        customer=buyer(shop, checkout),
        email=checkout.email,
        rate=checkout.rate,
        shipping=(checkout.shipping,) if checkout.shipping else (),
        discounts=checkout.discounts,
        taxes=checkout.taxes,
        transactions=transactions,
        shipping_address=checkout.shipping_address,
        billing_address=checkout.billing_address,
        source_name=checkout.source_name,
        phone=checkout.phone,
        taxes_included=checkout.taxes_included,
        note=checkout.note,
        attributes=checkout.attributes,
        accepts_marketing=checkout.accepts_marketing,
        landing_site=checkout.landing_site,
        referring_site=checkout.referring_site,
        locale=checkout.locale,
        cart_token=checkout.cart_token,
        checkout_token=checkout.token,
    )


def delete_checkout(shop: Shop, checkout: Checkout) -> None:
    """A checkout goes, and checkouts/delete tells (no event does, reference §4.6)."""
    forget(shop, checkout)
    shop.publish("checkouts/delete", lambda: deleted_body(shop, checkout))


def _secret(shop: Shop, bits: int) -> str:
    return f"{shop.random.getrandbits(bits):0{bits // 4}x}"


def _take(shop: Shop, checkout: Checkout, lines: Wanted | None, said: Said) -> None:
    """Write down what was told; the first contact starts the clock of abandonment."""
    if lines is not None:
        checkout.lines = [_line(shop, checkout, variant, quantity) for variant, quantity in lines]
    for name, value in said.items():
        setattr(checkout, name, _kept(shop, value) if isinstance(value, MailingAddress) else value)
    if checkout.email or checkout.phone or checkout.customer:
        _meet(shop, checkout)
        watch(shop, checkout)


def _line(shop: Shop, checkout: Checkout, variant: ProductVariant, quantity: int) -> CheckoutLine:
    old = next((line for line in checkout.lines if line.variant_id == variant.legacy_resource_id), None)
    if old is not None:
        old.quantity = quantity
        return old
    product, rate, was = variant.product, checkout.rate, variant.compare_at_price
    return CheckoutLine(
        shop.new_id(),
        checkout,
        variant.legacy_resource_id,
        product.legacy_resource_id,
        product.title,
        variant.title if variant.title != "Default Title" else None,
        variant.sku,
        product.vendor,
        quantity,
        converted(rate, variant.price),
        compare_at_price=converted(rate, was) if was is not None else None,
        taxable=variant.taxable,
        requires_shipping=variant.requires_shipping,
        is_gift_card=product.is_gift_card,
        grams=variant.weight_grams,
    )


def _kept(shop: Shop, address: MailingAddress) -> MailingAddress:
    """An address as it is now, the checkout's own."""
    own = copy(address)
    own.legacy_resource_id, own.model_name = shop.new_id(), "Address"
    return own


def _meet(shop: Shop, checkout: Checkout) -> None:
    """Find the customer behind a contact, or make one (switch checkout_makes_customer)."""
    if checkout.customer is not None:
        checkout.email = checkout.email or checkout.customer.email
        checkout.phone = checkout.phone or checkout.customer.phone
        return
    email, phone = checkout.email, checkout.phone
    checkout.customer = (by_email(shop, email) if email else None) or (by_phone(shop, phone) if phone else None)
    if checkout.customer is None and shop.switches["checkout_makes_customer"] == "yes":
        where = checkout.shipping_address or checkout.billing_address
        first, last = (where.first_name, where.last_name) if where else (None, None)
        try:
            checkout.customer = customers.create(shop, email=email, phone=phone, first_name=first, last_name=last)
        except Refused:  # an address that no customer may have stays the checkout's alone
            checkout.customer = None


def _changed(shop: Shop, checkout: Checkout) -> None:
    if checkout.abandoned_at is not None:
        shop.save(checkout)
    checkout.updated_at = shop.now
    shop.publish("checkouts/update", lambda: checkout_body(shop, checkout))


def _ordered(shop: Shop, line: CheckoutLine) -> NewLine:
    return NewLine(
        variant=shop.variants.get(line.variant_id),
        quantity=line.quantity,
        price=line.price,
        title=line.title,
        variant_title=line.variant_title,
        sku=line.sku,
        vendor=line.vendor,
        requires_shipping=line.requires_shipping,
        taxable=line.taxable,
        is_gift_card=line.is_gift_card,
        grams=line.grams,
        attributes=line.attributes,
    )


def register(shop: Shop) -> None:
    table = CheckoutTable(lambda checkout: checkout_terms(shop, checkout))
    shop.tables["AbandonedCheckout"] = table
    shop.derived["AbandonedCheckout"] = lambda legacy_id: (
        table.get(legacy_id) if shop.switches["abandoned_checkout_node"] == "yes" else None
    )
    shop.derived["AbandonedCheckoutLineItem"] = lambda legacy_id: next(
        (line for row in table.rows.values() for line in row.lines if line.legacy_resource_id == legacy_id), None
    )
    shop.derived["Abandonment"] = lambda legacy_id: abandonment(shop, legacy_id)
