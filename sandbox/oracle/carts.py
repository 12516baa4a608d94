"""What HubSpot must say of a checkout and of its lines: docs/mapping.md, worked out from the store's books."""

import re
from decimal import Decimal
from urllib.parse import urlsplit

from sandbox.oracle.forms import amount, boolean, joined, moment, share, text
from sandbox.oracle.orders import Values, address_values, attribute_lines
from sandbox.oracle.views import JSON

CART_KEPT = frozenset({"hs_cart_name"})
CART_GUARDED = frozenset({"hs_currency_code", "hs_total_price", "hs_subtotal_price", "hs_cart_discount", "hs_tax"})
CART_LINE_KEPT = frozenset({"name"})
CART_LINE_GUARDED = frozenset({"price", "discount", "hs_line_item_currency_code"})

TOKEN = re.compile(r".*/checkouts/ac/([^/]+)(?:/.*)?")


def told_token(checkout: JSON) -> str | None:
    """What the recovery link says; None where it says nothing."""
    found = TOKEN.fullmatch(urlsplit(checkout["url"]).path)
    return found[1] if found else None


def cart_values(checkout: JSON) -> Values:
    """All properties of the table, but key, token, source and what follows from the cart's life."""
    sums = checkout["sums"]
    return {
        "hs_cart_name": text(checkout["name"]),
        "hs_external_cart_id": checkout["id"],
        "hs_cart_url": text(checkout["url"]),
        "hs_external_created_date": moment(checkout["created_at"]),
        "hs_external_modified_date": moment(checkout["updated_at"]),
        "hs_currency_code": checkout["currency"],
        "hs_total_price": amount(sums["total"][0]),
        "hs_subtotal_price": amount(sums["subtotal"][0]),
        "hs_cart_discount": amount(sums["discount"][0]),
        "hs_tax": amount(sums["tax"][0]),
        "hs_discount_codes": joined(checkout["codes"]),
        **address_values("hs_shipping_address", checkout["shipping_address"] or {}),
        **address_values("hs_billing_address", checkout["billing_address"] or {}),
        "tandem_currency": checkout["currency"],
        "tandem_total_price": amount(sums["total"][0]),
        "tandem_subtotal_price": amount(sums["subtotal"][0]),
        "tandem_discount": amount(sums["discount"][0]),
        "tandem_tax": amount(sums["tax"][0]),
        "tandem_presentment_currency": checkout["presentment_currency"],
        "tandem_presentment_total_price": amount(sums["total"][1]),
        "tandem_taxes_included": boolean(checkout["taxes_included"]),
        "tandem_quantity": amount(sum(line["quantity"] for line in checkout["lines"])),
        "tandem_note": text(checkout["note"]),
        "tandem_custom_attributes": attribute_lines(checkout["attributes"]),
    }


def cart_line_values(checkout: JSON, one: JSON) -> Values:
    """All properties of the table, but the key and the product."""
    off = Decimal(one["discount"][0])
    price = amount(one["price"][0])
    titles = (text(one["title"]), text(one["variant_title"]))
    return {
        "name": text(" - ".join(filter(None, titles))),
        "quantity": amount(one["quantity"]),
        "price": price,
        "discount": share(off / one["quantity"]) if one["quantity"] else "0",
        "hs_sku": text(one["sku"]),
        "hs_line_item_currency_code": checkout["currency"],
        "tandem_kind": "product" if one["product"] or one["variant"] else "custom",
        "tandem_product_id": one["product"] or "",
        "tandem_variant_id": one["variant"] or "",
        "tandem_variant_title": text(one["variant_title"]),
        "tandem_custom_attributes": attribute_lines(one["attributes"]),
        "tandem_currency": checkout["currency"],
        "tandem_unit_price": price,
        "tandem_total_discount": amount(off),
        "tandem_presentment_currency": checkout["presentment_currency"],
        "tandem_presentment_unit_price": amount(one["price"][1]),
    }
