"""Bodies of checkouts/create, checkouts/update and checkouts/delete: by token, without `id` since 2026-04."""

from hashlib import sha256
from typing import Any

from sandbox.shopify.bodies import customers
from sandbox.shopify.bodies.addresses import address_body
from sandbox.shopify.bodies.values import local, number
from sandbox.shopify.checkouts.checkout_abandonment import buyer
from sandbox.shopify.checkouts.checkout_fields import recovery_url
from sandbox.shopify.checkouts.checkout_model import (
    CODE,
    Checkout,
    CheckoutLine,
    applied,
    charged_taxes,
    items_price,
    line_discounts,
    line_price,
    line_taxes,
    shipping_price,
    subtotal,
    total_discount,
    total_price,
    total_tax,
)
from sandbox.shopify.money import plain_text
from sandbox.shopify.orders.order_discounts import NewDiscount
from sandbox.shopify.orders.sums import NOTHING, Sum, total
from sandbox.shopify.shop import Shop

Body = dict[str, Any]


def checkout_body(shop: Shop, checkout: Checkout) -> Body:
    """A whole checkout. Amounts are in shop currency (reference §7.7)."""
    return {
        "token": checkout.token,
        **_buyer(checkout),
        "created_at": local(shop, checkout.created_at),
        "updated_at": local(shop, checkout.updated_at),
        **_origin(checkout),
        "note": checkout.note,
        "note_attributes": [{"name": name, "value": value} for name, value in checkout.attributes],
        "shipping_lines": _shipping(checkout),
        "taxes_included": checkout.taxes_included,
        "total_weight": sum(line.grams * line.quantity for line in checkout.lines),
        "currency": checkout.rate.shop,
        "completed_at": local(shop, checkout.completed_at),
        "closed_at": None,
        "line_items": [_line(checkout, place) for place in range(len(checkout.lines))],
        "name": checkout.name,
        "abandoned_checkout_url": recovery_url(shop, checkout),
        "discount_codes": [_code(checkout, one, off) for one, off in applied(checkout) if one.kind == CODE],
        "tax_lines": [
            {"price": _plain(checkout, amount), "rate": float(rate), "title": title, "channel_liable": False}
            for title, rate, amount in charged_taxes(checkout)
        ],
        **_sums(checkout),
        "billing_address": address_body(checkout.billing_address),
        "shipping_address": address_body(checkout.shipping_address),
        "customer": _customer(shop, checkout),
    }


def deleted_body(shop: Shop, checkout: Checkout) -> Body:
    """By numeric id as the reference shows it, or by token as the changelog has it (switch checkouts_delete_body)."""
    known: Body = {"token": checkout.token}
    if shop.switches["checkouts_delete_body"] == "id":
        known = {"id": number(checkout.legacy_resource_id)}
    return {
        **known,
        "buyer_accepts_sms_marketing": checkout.accepts_sms_marketing,
        "sms_marketing_phone": checkout.sms_marketing_phone,
        "cart_token": checkout.cart_token,
        **_sums(checkout),
    }


def _plain(checkout: Checkout, amount: Sum) -> str:
    return plain_text(amount.shop, checkout.rate.shop)


def _buyer(checkout: Checkout) -> Body:
    return {
        "cart_token": checkout.cart_token,
        "email": checkout.email,
        "gateway": None,
        "buyer_accepts_marketing": checkout.accepts_marketing,
        "buyer_accepts_sms_marketing": checkout.accepts_sms_marketing,
        "sms_marketing_phone": checkout.sms_marketing_phone,
        "phone": checkout.phone,
        "customer_locale": checkout.locale,
    }


def _origin(checkout: Checkout) -> Body:
    return {
        "landing_site": checkout.landing_site,
        "referring_site": checkout.referring_site,
        "user_id": None,
        "location_id": None,
        "source_identifier": None,
        "source_url": None,
        "device_id": None,
        "source": None,
        "source_name": checkout.source_name,
    }


def _sums(checkout: Checkout) -> Body:
    return {
        "presentment_currency": checkout.rate.presentment,
        "total_discounts": _plain(checkout, total_discount(checkout)),
        "total_line_items_price": _plain(checkout, items_price(checkout)),
        "total_price": _plain(checkout, total_price(checkout)),
        "total_tax": _plain(checkout, total_tax(checkout)),
        "subtotal_price": _plain(checkout, subtotal(checkout)),
        "total_duties": None,
        "reservation_token": None,
    }


def _shipping(checkout: Checkout) -> list[Body]:
    if (shipping := checkout.shipping) is None:
        return []
    price = _plain(checkout, shipping_price(checkout))
    nothing = _plain(checkout, NOTHING)
    absent = (
        "phone", "custom_tax_lines", "carrier_service_id", "api_client_id", "delivery_option_group",
        "delivery_expectation_range", "delivery_expectation_type", "id", "requested_fulfillment_service_id",
        "delivery_category", "validation_context",
    )  # fmt: skip
    body: Body = {
        "code": shipping.code,
        "price": price,
        "original_shop_price": price,
        "original_shop_markup": nothing,
        "source": shipping.source,
        "title": shipping.title,
        "presentment_title": shipping.title,
        "tax_lines": [],
        "markup": nothing,
        "carrier_identifier": shipping.carrier_identifier,
        "applied_discounts": [],
    }
    return [body | dict.fromkeys(absent)]


UNMEASURED = dict.fromkeys(("measured_type", "quantity_value", "quantity_unit", "reference_value", "reference_unit"))


def _line(checkout: Checkout, place: int) -> Body:
    line = checkout.lines[place]
    off = line_discounts(checkout)[place]
    return {
        **_goods(checkout, line),
        "applied_discounts": [],
        "discount_allocations": [{"amount": _plain(checkout, off)}] if off else [],  # inferred: no sample has one
        "key": sha256(line.id.encode()).hexdigest()[:16],
        "destination_location_id": None,
        "origin_location_id": None,
        "properties": [{"name": name, "value": value} for name, value in line.attributes] or None,
        "quantity": line.quantity,
        "tax_lines": [
            {
                "price": _plain(checkout, amount),
                "position": position,
                "rate": float(rate),
                "title": title,
                "source": "Shopify",
                "zone": None,
                "channel_liable": False,
            }
            for position, ((title, rate), amount) in enumerate(
                zip(checkout.taxes, line_taxes(checkout)[place], strict=False), 1
            )
        ],
        "user_id": None,
        "unit_price_measurement": dict(UNMEASURED),
        "rank": None,
        "line_price": _plain(checkout, line_price(line)),
    }


def _goods(checkout: Checkout, line: CheckoutLine) -> Body:
    was, title = line.compare_at_price, line.variant_title or ""
    return {
        "fulfillment_service": "manual",
        "gift_card": line.is_gift_card,
        "grams": line.grams,
        "presentment_title": line.title,
        "presentment_variant_title": title,
        "product_id": number(line.product_id),
        "requires_shipping": line.requires_shipping,
        "sku": line.sku,
        "taxable": line.taxable,
        "title": line.title,
        "variant_id": number(line.variant_id),
        "variant_title": title,
        "variant_price": _plain(checkout, line.price),
        "vendor": line.vendor,
        "compare_at_price": _plain(checkout, was) if was is not None else None,
        "price": _plain(checkout, line.price),
    }


def _code(checkout: Checkout, one: NewDiscount, off: list[Sum]) -> Body:
    """As in orders (inferred: no sample of a checkout has a code)."""
    kind = "shipping" if one.shipping else "percentage" if one.percentage is not None else "fixed_amount"
    return {"code": one.label, "amount": _plain(checkout, total(off)), "type": kind}


def _customer(shop: Shop, checkout: Checkout) -> Body | None:
    """Without the list of addresses (sample)."""
    customer = buyer(shop, checkout)
    if customer is None:
        return None
    return {key: value for key, value in customers.customer(shop, customer).items() if key != "addresses"}
