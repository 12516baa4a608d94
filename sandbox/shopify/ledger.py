"""The store's books as JSON: orders, customers, checkouts, with sums and words worked out, for whoever must compare.

Sums are pairs of texts: shop currency, buyer's currency. Times are ISO 8601; ids are numbers as text.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

from sandbox.shopify.checkouts import checkout_model
from sandbox.shopify.checkouts.checkout_abandonment import buyer, checkouts_of
from sandbox.shopify.checkouts.checkout_fields import recovery_url
from sandbox.shopify.checkouts.checkout_model import CODE, Checkout, CheckoutLine
from sandbox.shopify.customers.consent import NEW_WORDS
from sandbox.shopify.customers.countries import country_name, province_name
from sandbox.shopify.fulfillments.fulfillment_model import Fulfillment
from sandbox.shopify.model import Consent, Customer, MailingAddress
from sandbox.shopify.orders import order_money
from sandbox.shopify.orders.order_model import DiscountApplication, LineItem, Order, TaxLine
from sandbox.shopify.orders.order_names import channel_of, gateway_names, status_page_url
from sandbox.shopify.orders.order_status import display_financial_status, display_fulfillment_status, return_status
from sandbox.shopify.orders.refund_model import Refund
from sandbox.shopify.orders.sums import Sum, total
from sandbox.shopify.shop import Shop

Fields = dict[str, Any]

SUMS: Mapping[str, Callable[[Order], Sum]] = {
    "current_total": order_money.current_total,
    "current_subtotal": order_money.current_subtotal,
    "current_tax": order_money.current_tax,
    "current_shipping": order_money.current_shipping_price,
    "current_discounts": order_money.current_discounts,
    "refunded": order_money.refunded,
    "total": order_money.total_price,
    "outstanding": order_money.outstanding,
    "net_payment": order_money.net_payment,
    "tip": lambda order: order.tip,
}
CHECKOUT_SUMS: Mapping[str, Callable[[Checkout], Sum]] = {
    "total": checkout_model.total_price,
    "subtotal": checkout_model.subtotal,
    "discount": checkout_model.total_discount,
    "tax": checkout_model.total_tax,
}
KEPT = (
    "name",
    "cancel_reason",
    "test",
    "taxes_included",
    "note",
    "email",
    "po_number",
    "cart_token",
    "checkout_token",
    "source_name",
    "accepts_marketing",
)
"""Attributes of an order that are shown as they are."""


def ledger(shop: Shop) -> Fields:
    """All orders, customers and checkouts there are at `now`, and those deleted."""
    return {
        "now": _time(shop.now),
        "domain": shop.settings.domain,
        "currency": shop.settings.currency,
        "orders": [order_entry(shop, order) for order in shop.table("Order").rows.values()],
        "customers": [customer_entry(customer) for customer in shop.customers.rows.values()],
        "checkouts": [checkout_entry(shop, checkout) for checkout in checkouts_of(shop).by_token.values()],
        "deleted_orders": _deleted(shop, "ORDER"),
        "deleted_customers": _deleted(shop, "CUSTOMER"),
        "deleted_checkouts": [_gone(checkout) for checkout in checkouts_of(shop).gone],
    }


def _deleted(shop: Shop, subject: str) -> list[str]:
    gone = (event for event in shop.events if event.action == "destroy" and event.subject_type == subject)
    return [event.subject_id.rpartition("/")[2] for event in gone]


def order_entry(shop: Shop, order: Order) -> Fields:
    return {
        **{name: getattr(order, name) for name in KEPT},
        "id": order.legacy_resource_id,
        "currency": order.rate.shop,
        "presentment_currency": order.rate.presentment,
        **{
            name: _time(getattr(order, name))
            for name in ("created_at", "updated_at", "processed_at", "cancelled_at", "closed_at")
        },
        "cancel_note": order.cancel_note if order.cancelled_at else None,
        "payment": display_financial_status(order),
        "fulfillment": display_fulfillment_status(shop, order),
        "returns": return_status(order),
        "sums": {name: _pair(worked_out(order)) for name, worked_out in SUMS.items()},
        "status_page": status_page_url(shop, order),
        "gateways": gateway_names(order),
        "channel": channel_of(order)[1],
        "tags": list(order.tags),
        "attributes": [list(pair) for pair in order.attributes],
        "visit": _visit(order),
        "shipping_lines": [{"title": one.title, "removed": one.is_removed} for one in order.shipping_lines],
        "taxes": [_tax(tax) for tax in order_money.tax_lines(order)],
        "discounts": [_discount(order, one) for one in order.discount_applications],
        "refunds": [_refund(one) for one in order.refunds],
        "parcels": [_parcel(one) for one in order.fulfillments],
        "risks": [one.risk_level for one in order.risk],
        "shipping_address": _address(order.shipping_address),
        "billing_address": _address(order.billing_address),
        "customer": order.customer.legacy_resource_id if order.customer else None,
        "company": order.company_location.company.legacy_resource_id if order.company_location else None,
        "lines": [_line(shop, line) for line in order.lines],
    }


def _line(shop: Shop, line: LineItem) -> Fields:
    product = shop.products.get(line.product_id) if line.product_id else None
    variant = shop.variants.get(line.variant_id) if line.variant_id else None
    return {
        "id": line.legacy_resource_id,
        "name": line.name,
        "variant_title": line.variant_title,
        "title": line.title,
        "sku": line.sku,
        "vendor": line.vendor,
        "quantity": line.quantity,
        "current_quantity": line.current_quantity,
        "price": _pair(line.price),
        "discounts": [_pair(one.amount) for one in line.discounts],
        "taxes": [_tax(tax) for tax in line.tax_lines],
        "requires_shipping": line.requires_shipping,
        "is_gift_card": line.is_gift_card,
        "product": product.legacy_resource_id if product else None,
        "variant": variant.legacy_resource_id if variant else None,
        "attributes": [list(pair) for pair in line.attributes],
    }


def _pair(amount: Sum) -> list[str]:
    return [str(amount.shop), str(amount.presentment)]


def _tax(tax: TaxLine) -> Fields:
    """`rate` is a fraction."""
    return {"title": tax.title, "rate": str(tax.rate) if tax.rate is not None else None, "price": _pair(tax.price)}


def _discount(order: Order, one: DiscountApplication) -> Fields:
    """An amount is in the buyer's currency."""
    if isinstance(one.value, Sum):
        worth = {"amount": str(one.value.presentment), "currency": order.rate.presentment}
    else:
        worth = {"percentage": str(one.value)}
    return {"label": one.label, "is_code": one.is_code, **worth}


def _refund(one: Refund) -> Fields:
    given = total(paid.amount for paid in one.transactions if paid.status == "SUCCESS")
    return {"processed_at": _time(one.processed_at), "note": one.note, "amount": _pair(given)}


def _parcel(one: Fulfillment) -> Fields:
    return {
        "name": one.name,
        "status": one.status,
        "display_status": one.display_status,
        "created_at": _time(one.created_at),
        "delivered_at": _time(one.delivered_at),
        "tracking": [{"company": t.company, "number": t.number, "url": t.url} for t in one.tracking],
    }


def _visit(order: Order) -> Fields | None:
    """Only those to the online store leave a trace."""
    if order.source_name != "web" or order.landing_site is None:
        return None
    asked = parse_qs(urlsplit(order.landing_site).query)
    utm = {name: asked.get(f"utm_{name}", [None])[0] for name in ("source", "medium", "campaign")}
    return {"landing": order.landing_site, "referrer": order.referring_site, **utm}


def _address(address: MailingAddress | None) -> Fields | None:
    if address is None:
        return None
    kept = ("name", "first_name", "last_name", "company", "address1", "address2", "city", "zip", "phone")
    return {
        **{name: getattr(address, name) for name in kept},
        "province": province_name(address.country_code, address.province_code),
        "country": country_name(address.country_code),
    }


def checkout_entry(shop: Shop, checkout: Checkout) -> Fields:
    """`abandoned_at` is None while the API does not list it. `ever_known`: a customer stood behind it at some time."""
    customer = buyer(shop, checkout)
    taken_off = checkout_model.line_discounts(checkout)
    kept = ("name", "taxes_included", "note")
    return {
        **{name: getattr(checkout, name) for name in kept},
        **_gone(checkout),
        "created_at": _time(checkout.created_at),
        "updated_at": _time(checkout.updated_at),
        "url": recovery_url(shop, checkout),
        "currency": checkout.rate.shop,
        "presentment_currency": checkout.rate.presentment,
        "sums": {name: _pair(worked_out(checkout)) for name, worked_out in CHECKOUT_SUMS.items()},
        "codes": [one.label for one in checkout.discounts if one.kind == CODE],
        "attributes": [list(pair) for pair in checkout.attributes],
        "shipping_address": _address(checkout.shipping_address),
        "billing_address": _address(checkout.billing_address),
        "customer": customer.legacy_resource_id if customer else None,
        "ever_known": checkout.customer is not None,
        "company": customer.contact.company.legacy_resource_id if customer and customer.contact else None,
        "lines": [_checkout_line(shop, line, off) for line, off in zip(checkout.lines, taken_off, strict=True)],
    }


def _gone(checkout: Checkout) -> Fields:
    """What is still known of a checkout that was deleted or swept away."""
    return {
        "id": checkout.legacy_resource_id,
        "token": checkout.token,
        "abandoned_at": _time(checkout.abandoned_at),
        "completed_at": _time(checkout.completed_at),
    }


def _checkout_line(shop: Shop, line: CheckoutLine, off: Sum) -> Fields:
    product, variant = shop.products.get(line.product_id), shop.variants.get(line.variant_id)
    return {
        "id": line.legacy_resource_id,
        "title": line.title,
        "variant_title": line.variant_title,
        "sku": line.sku,
        "quantity": line.quantity,
        "price": _pair(line.price),
        "discount": _pair(off),
        "product": product.legacy_resource_id if product else None,
        "variant": variant.legacy_resource_id if variant else None,
        "attributes": [list(pair) for pair in line.attributes],
    }


def customer_entry(customer: Customer) -> Fields:
    kept = ("first_name", "last_name", "email", "phone", "locale", "note", "state", "number_of_orders")
    return {
        **{name: getattr(customer, name) for name in kept},
        "id": customer.legacy_resource_id,
        "created_at": _time(customer.created_at),
        "tags": list(customer.tags),
        "amount_spent": str(customer.amount_spent),
        "email_consent": _consent(customer.email_consent) if customer.email else None,
        "sms_consent": _consent(customer.sms_consent) if customer.phone else None,
        "default_address": _address(customer.default_address),
    }


def _consent(consent: Consent) -> Fields:
    return {
        "state": consent.state,
        "newer_state": NEW_WORDS.get(consent.state, consent.state),
        "level": consent.opt_in_level,
        "at": _time(consent.updated_at),
    }


def _time(when: datetime | None) -> str | None:
    return when.isoformat() if when else None
