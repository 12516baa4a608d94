"""What HubSpot must say of an order and of its lines: docs/mapping.md, worked out from the store's books."""

from collections.abc import Iterator
from decimal import Decimal

from sandbox.oracle.forms import amount, boolean, joined, line, lines, moment, share, text, words
from sandbox.oracle.stages import live, shipment
from sandbox.oracle.views import JSON

Values = dict[str, str]

ORDER_KEPT = frozenset({"hs_order_name"})
ORDER_GUARDED = frozenset(
    {
        "hs_currency_code",
        "hs_total_price",
        "hs_subtotal_price",
        "hs_tax",
        "hs_shipping_cost",
        "hs_order_discount",
        "hs_refund_amount",
    }
)
LINE_KEPT = frozenset({"name"})
LINE_GUARDED = frozenset({"price", "discount", "tax", "hs_line_item_currency_code"})

REASONS = {
    "CUSTOMER": "Customer changed/cancelled order",
    "INVENTORY": "Items unavailable",
    "FRAUD": "Fraudulent order",
    "DECLINED": "Payment declined",
    "STAFF": "Staff error",
    "OTHER": "Other",
}
SUMS = {
    # own property, native property      sum
    ("total_price", "hs_total_price"): "current_total",
    ("subtotal_price", "hs_subtotal_price"): "current_subtotal",
    ("tax", "hs_tax"): "current_tax",
    ("shipping_cost", "hs_shipping_cost"): "current_shipping",
    ("discount", "hs_order_discount"): "current_discounts",
    ("refund_amount", "hs_refund_amount"): "refunded",
}
RISKS = ("HIGH", "MEDIUM", "LOW", "PENDING", "NONE")
ADVICE = {"HIGH": "CANCEL", "MEDIUM": "INVESTIGATE", "LOW": "ACCEPT"}


def order_values(order: JSON) -> Values:
    """All properties of the table, but keys, source and stage."""
    visit = order["visit"] or {}
    state = "cancelled" if order["cancelled_at"] else "closed" if order["closed_at"] else "open"
    return {
        "hs_order_name": text(order["name"]),
        "hs_external_order_id": order["id"],
        "hs_external_order_status": state,
        "hs_external_order_url": text(order["status_page"]),
        "hs_external_cart_id": text(order["cart_token"]),
        "hs_external_checkout_id": text(order["checkout_token"]),
        "hs_external_created_date": moment(order["created_at"]),
        "hs_external_modified_date": moment(order["updated_at"]),
        "hs_processed_date": moment(order["processed_at"]),
        "hs_external_canceled_date": moment(order["cancelled_at"]),
        "hs_cancellation_reason": REASONS.get(order["cancel_reason"], words(order["cancel_reason"])),
        "hs_currency_code": order["currency"],
        "hs_discount_codes": joined(one["label"] for one in order["discounts"] if one["is_code"]),
        "hs_payment_status": words(order["payment"]),
        "hs_payment_processing_method": joined(order["gateways"]),
        "hs_fulfillment_status": words(order["fulfillment"]),
        "hs_shipping_method": joined(one["title"] for one in order["shipping_lines"] if not one["removed"]),
        "hs_shipping_tracking_number": joined(one["number"] for parcel in live(order) for one in parcel["tracking"]),
        "hs_shipping_status_url": joined(one["url"] for parcel in live(order) for one in parcel["tracking"]),
        "hs_tags": joined(order["tags"]),
        "hs_order_note": text(order["note"]),
        "hs_landing_site": text(visit.get("landing")),
        "hs_referring_site": text(visit.get("referrer")),
        "hs_buyer_accepts_marketing": boolean(order["accepts_marketing"]),
        **address_values("hs_shipping_address", order["shipping_address"] or {}),
        **address_values("hs_billing_address", order["billing_address"] or {}),
        "hs_billing_address_firstname": text((order["billing_address"] or {}).get("first_name")),
        "hs_billing_address_lastname": text((order["billing_address"] or {}).get("last_name")),
        "hs_billing_address_email": text(order["email"]),
        **_sums(order),
        **_own(order),
        **{f"tandem_utm_{name}": text(visit.get(name)) for name in ("source", "medium", "campaign")},
    }


def address_values(prefix: str, address: JSON) -> Values:
    return {
        f"{prefix}_name": text(address.get("name")),
        f"{prefix}_street": joined((address.get("address1"), address.get("address2"))),
        f"{prefix}_city": text(address.get("city")),
        f"{prefix}_state": text(address.get("province")),
        f"{prefix}_country": text(address.get("country")),
        f"{prefix}_postal_code": text(address.get("zip")),
        f"{prefix}_phone": text(address.get("phone")),
    }


def _sums(order: JSON) -> Values:
    values: Values = {
        "tandem_currency": order["currency"],
        "tandem_presentment_currency": order["presentment_currency"],
    }
    for (own, native), name in SUMS.items():
        in_shop, in_presentment = order["sums"][name]
        values[native] = values[f"tandem_{own}"] = amount(in_shop)
        values[f"tandem_presentment_{own}"] = amount(in_presentment)
    others = {"original_total_price": "total", "outstanding": "outstanding", "net_payment": "net_payment", "tip": "tip"}
    return values | {f"tandem_{own}": amount(order["sums"][name][0]) for own, name in others.items()}


def _own(order: JSON) -> Values:
    word = shipment(order)
    fulfilled = order["fulfillment"] == "FULFILLED"
    return {
        "tandem_duties": "",
        "tandem_taxes_included": boolean(order["taxes_included"]),
        "tandem_tax_lines": lines(_tax(tax) for tax in order["taxes"]),
        "tandem_discounts": lines(_discount(one) for one in order["discounts"]),
        "tandem_refunds": lines(_refund(one, order["currency"]) for one in order["refunds"]),
        "tandem_parcels": lines(_parcel(parcel) for parcel in live(order)),
        "tandem_shipment_status": "" if word == "NONE" else words(word),
        "tandem_fulfilled_date": _latest(order, "created_at") if fulfilled else "",
        "tandem_delivered_date": _latest(order, "delivered_at") if word == "DELIVERED" else "",
        "tandem_return_status": words(order["returns"]),
        "tandem_cancellation_note": text(order["cancel_note"]),
        "tandem_archived_date": moment(order["closed_at"]),
        "tandem_channel": text(order["channel"]),
        "tandem_source_name": text(order["source_name"]),
        "tandem_test": boolean(order["test"]),
        "tandem_risk_recommendation": words(next((ADVICE[one] for one in ADVICE if one in order["risks"]), "NONE")),
        "tandem_risk_level": words(next((one for one in RISKS if one in order["risks"]), None)),
        "tandem_po_number": text(order["po_number"]),
        "tandem_custom_attributes": attribute_lines(order["attributes"]),
    }


def _latest(order: JSON, when: str) -> str:
    """A pick-up has no time of delivery."""
    return max((moment(parcel[when]) for parcel in live(order)), default="")


def _tax(tax: JSON) -> str:
    rate = f" {amount(Decimal(tax['rate']) * 100)}%" if tax["rate"] is not None else ""
    return f"{line(tax['title'])}{rate}: {amount(tax['price'][0])}"


def _discount(one: JSON) -> str:
    worth = f"{amount(one['percentage'])}%" if "percentage" in one else f"{amount(one['amount'])} {one['currency']}"
    return f"{line(one['label'])}: {worth}"


def _refund(one: JSON, currency: str) -> str:
    note = f": {line(one['note'])}" if line(one["note"]) else ""
    return f"{moment(one['processed_at'])} {amount(one['amount'][0])} {currency}{note}"


def _parcel(parcel: JSON) -> str:
    when = f", {moment(parcel['delivered_at'])}" if parcel["delivered_at"] else ""
    head = f"{line(parcel['name'])}: {words(parcel['display_status'])}{when}"
    ways = (" ".join(filter(None, (line(one[k]) for k in ("company", "number", "url")))) for one in parcel["tracking"])
    return head + "".join(f" | {way}" for way in ways if way)


def attribute_lines(pairs: list[list[str]]) -> str:
    return lines(f"{line(key)}: {line(value)}" if line(value) else line(key) for key, value in pairs)


def kept_lines(order: JSON) -> Iterator[tuple[JSON, str]]:
    """The lines that stand in HubSpot, each with its kind. A tip is none."""
    for one in order["lines"]:
        known = one["product"] or one["variant"]
        is_tip = not known and not one["requires_shipping"] and (one["title"] or "").strip().casefold() == "tip"
        if one["current_quantity"] <= 0:
            continue
        if one["is_gift_card"]:
            yield one, "gift_card"
        elif not (is_tip and Decimal(order["sums"]["tip"][0]) > 0):
            yield one, "product" if known else "custom"


def line_values(order: JSON, one: JSON, kind: str) -> Values:
    """All properties of the table, but the key and the product."""
    units, left = one["quantity"], one["current_quantity"]
    discount = sum((Decimal(given[0]) for given in one["discounts"]), Decimal(0))
    tax = sum((Decimal(each["price"][0]) for each in one["taxes"]), Decimal(0))
    price = amount(one["price"][0])
    return {
        "name": text(one["name"]) or text(one["title"]),
        "quantity": amount(left),
        "price": price,
        "discount": share(discount / units) if units else "0",
        "tax": share(tax * left / units) if units else "0",
        "hs_sku": text(one["sku"]),
        "hs_line_item_currency_code": order["currency"],
        "tandem_kind": kind,
        "tandem_product_id": one["product"] or "",
        "tandem_variant_id": one["variant"] or "",
        "tandem_variant_title": text(one["variant_title"]),
        "tandem_vendor": text(one["vendor"]),
        "tandem_gift_card": boolean(one["is_gift_card"]),
        "tandem_custom_attributes": attribute_lines(one["attributes"]),
        "tandem_ordered_quantity": amount(units),
        "tandem_currency": order["currency"],
        "tandem_unit_price": price,
        "tandem_total_discount": amount(discount),
        "tandem_total_tax": amount(tax),
        "tandem_presentment_currency": order["presentment_currency"],
        "tandem_presentment_unit_price": amount(one["price"][1]),
    }
