"""Placing an order, whoever does it: the online store, a till, an app, a world being made."""

from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cache
from typing import TypedDict, Unpack

from sandbox.shopify.model import CompanyContact, CompanyLocation, Customer, MailingAddress
from sandbox.shopify.money import Rate
from sandbox.shopify.orders.order_discounts import NewDiscount, discount
from sandbox.shopify.orders.order_events import placed
from sandbox.shopify.orders.order_model import (
    Attributes,
    LineItem,
    Order,
    PaymentTerms,
    RiskAssessment,
    ShippingLine,
    TaxLine,
)
from sandbox.shopify.orders.order_money import line_net, outstanding, total_price
from sandbox.shopify.orders.order_names import SOURCES
from sandbox.shopify.orders.order_table import OrderTable, orders_of
from sandbox.shopify.orders.payments import NewTransaction, add_transaction
from sandbox.shopify.orders.sums import NOTHING, Sum, converted, rounded, spread
from sandbox.shopify.products.product_model import ProductVariant
from sandbox.shopify.shop import Shop

Price = Sum | Decimal
"""In both currencies, or in shop currency alone."""


@dataclass(slots=True)
class NewLine:
    """A line to be ordered: of a variant, whose names and price it takes where none are given, or of its own.

    `tax_lines` None means: by the rates of the order, if taxable.
    """

    variant: ProductVariant | None = None
    quantity: int = 1
    price: Price | None = None
    title: str | None = None
    variant_title: str | None = None
    sku: str | None = None
    vendor: str | None = None
    requires_shipping: bool | None = None
    taxable: bool | None = None
    is_gift_card: bool | None = None
    grams: int | None = None
    tax_lines: tuple[TaxLine, ...] | None = None
    attributes: Attributes = ()


@dataclass(slots=True)
class NewShipping:
    """Shipping to be paid. `tax_lines` as given."""

    title: str
    price: Price
    code: str | None = None
    source: str | None = "shopify"
    carrier_identifier: str | None = None
    tax_lines: tuple[TaxLine, ...] = ()


class About(TypedDict, total=False):
    """What else may be said of an order; names and meaning are those of `Order`."""

    phone: str | None
    tip: Sum
    given_status: str | None
    closed_at: datetime | None
    test: bool
    taxes_included: bool
    tax_exempt: bool
    note: str | None
    tags: tuple[str, ...]
    attributes: Attributes
    source_identifier: str | None
    source_url: str | None
    app_id: str | None
    po_number: str | None
    cart_token: str | None
    checkout_token: str | None
    landing_site: str | None
    referring_site: str | None
    browser_ip: str | None
    locale: str | None
    accepts_marketing: bool
    location_id: str | None
    user_id: str | None
    company_contact: CompanyContact | None
    company_location: CompanyLocation | None
    payment_terms: PaymentTerms | None
    risk: tuple[RiskAssessment, ...]


@cache
def one_currency(currency: str) -> Rate:
    """Orders without a second currency share one rate."""
    return Rate(currency, currency)


PAID = (NewTransaction(),)
"""All of it, at once, by card."""


def place_order(
    shop: Shop,
    lines: Sequence[NewLine],
    *,
    customer: Customer | None = None,
    email: str | None = None,
    name: str | None = None,
    processed_at: datetime | None = None,
    rate: Rate | None = None,
    shipping: Sequence[NewShipping] = (),
    discounts: Sequence[NewDiscount] = (),
    taxes: Sequence[tuple[str, Decimal]] = (),
    order_taxes: Sequence[TaxLine] = (),
    transactions: Sequence[NewTransaction] = PAID,
    shipping_address: MailingAddress | None = None,
    billing_address: MailingAddress | None = None,
    source_name: str | None = "web",
    take_stock: bool = True,
    **about: Unpack[About],
) -> Order:
    """Make an order, count it for its customer, tell the topics that fire.

    `rate` is the shop's currency alone unless given. `taxes` are titles and rates for taxable lines that bring no tax
    lines of their own, after discounts, and within the price where `taxes_included`; `order_taxes` are sums to be
    split over the taxable lines. `email` defaults to the customer's. A transaction without an amount takes what is
    then due. `take_stock` moves the inventory of tracked variants.
    """
    table = orders_of(shop)
    table.last_number += 1
    number, now = table.last_number, shop.now
    if "app_id" not in about and source_name in SOURCES:
        about["app_id"] = SOURCES[source_name]
    order = Order(
        legacy_resource_id=shop.new_id(),
        created_at=now,
        updated_at=now,
        processed_at=processed_at or now,
        number=number,
        name=name or f"#{number}",
        rate=rate or one_currency(shop.settings.currency),
        email=email or (customer.email if customer else None),
        source_name=source_name,
        shipping_address=_address(shop, shipping_address),
        **about,
    )
    same = billing_address is shipping_address
    order.billing_address = order.shipping_address if same else _address(shop, billing_address)
    order.lines = [_line(shop, order, line) for line in lines]
    order.shipping_lines = [_shipping(shop, order, one) for one in shipping]
    for one in discounts:
        discount(order, one)
    if taxes and not order.tax_exempt:
        _tax(order, lines, taxes)
    for tax in order_taxes:
        _split_tax(order, tax)
    for transaction in transactions:
        if transaction.amount is not None or outstanding(order):
            add_transaction(shop, order, transaction)
    _settle(table, order, customer)
    placed(shop, order, take_stock=take_stock)
    return order


def _address(shop: Shop, address: MailingAddress | None) -> MailingAddress | None:
    """An order keeps an address as it was on the day."""
    if address is None or address.model_name == "Address":
        return address
    kept = copy(address)
    kept.legacy_resource_id = shop.new_id()
    kept.model_name = "Address"
    return kept


def _price(order: Order, price: Price) -> Sum:
    if isinstance(price, Sum):
        return price
    return Sum(price, price) if order.rate.presentment == order.rate.shop else converted(order.rate, price)


def _line(shop: Shop, order: Order, new: NewLine) -> LineItem:
    if new.variant is None:
        return _custom(shop, order, new)
    variant, product = new.variant, new.variant.product
    gift = product.is_gift_card if new.is_gift_card is None else new.is_gift_card
    return LineItem(
        shop.new_id(),
        order,
        new.title or product.title,
        new.quantity,
        _price(order, variant.price if new.price is None else new.price),
        new.quantity,
        new.quantity,
        new.quantity,
        variant_id=variant.legacy_resource_id,
        product_id=product.legacy_resource_id,
        variant_title=new.variant_title or (variant.title if variant.title != "Default Title" else None),
        sku=new.sku or variant.sku,
        vendor=new.vendor or product.vendor,
        requires_shipping=variant.requires_shipping if new.requires_shipping is None else new.requires_shipping,
        taxable=variant.taxable if new.taxable is None else new.taxable,
        is_gift_card=gift,
        grams=variant.weight_grams if new.grams is None else new.grams,
        tax_lines=new.tax_lines or (),
        attributes=new.attributes,
    )


def _custom(shop: Shop, order: Order, new: NewLine) -> LineItem:
    return LineItem(
        shop.new_id(),
        order,
        new.title or "",
        new.quantity,
        _price(order, new.price if new.price is not None else NOTHING),
        new.quantity,
        new.quantity,
        new.quantity,
        variant_title=new.variant_title,
        sku=new.sku,
        vendor=new.vendor,
        requires_shipping=bool(new.requires_shipping),
        taxable=new.taxable is not False,
        is_gift_card=bool(new.is_gift_card),
        grams=new.grams or 0,
        tax_lines=new.tax_lines or (),
        attributes=new.attributes,
    )


def _shipping(shop: Shop, order: Order, new: NewShipping) -> ShippingLine:
    return ShippingLine(
        shop.new_id(),
        new.title,
        _price(order, new.price),
        code=new.code,
        source=new.source,
        carrier_identifier=new.carrier_identifier,
        tax_lines=new.tax_lines,
    )


def _tax(order: Order, lines: Sequence[NewLine], taxes: Sequence[tuple[str, Decimal]]) -> None:
    for new, line in zip(lines, order.lines, strict=True):
        if new.tax_lines is None and line.taxable and not line.is_gift_card:
            net = line_net(line)
            line.tax_lines = tuple(TaxLine(title, rate, _taxed(order, net, rate)) for title, rate in taxes)


def _split_tax(order: Order, tax: TaxLine) -> None:
    """Divide a tax of the whole order among its taxable lines, by their price."""
    taxable = [line for line in order.lines if line.taxable]
    for line, part in zip(taxable, spread(order.rate, tax.price, [line_net(line) for line in taxable]), strict=True):
        line.tax_lines = (*line.tax_lines, TaxLine(tax.title, tax.rate, part, tax.channel_liable))


def _taxed(order: Order, net: Sum, rate: Decimal) -> Sum:
    """The tax on an amount, or within it."""
    return rounded(order.rate, net * (rate / (1 + rate) if order.taxes_included else rate))


def _settle(table: OrderTable, order: Order, customer: Customer | None) -> None:
    """Whose it is, how many they had before, what needs no sending."""
    if customer is not None:
        order.customer_order_index = len(table.by_customer[customer.legacy_resource_id]) + 1
        table.give_to(order, customer)
    if order.company_location is not None:
        table.by_company_location[order.company_location.legacy_resource_id].append(order)
    if not total_price(order) and order.given_status is None:
        order.given_status = "PAID"
