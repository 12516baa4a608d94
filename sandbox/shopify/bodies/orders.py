"""The body of orders/create, updated, paid, cancelled, fulfilled and so on: a whole order, as REST has it."""

from collections.abc import Callable
from typing import Any

from sandbox.shopify.bodies import customers
from sandbox.shopify.bodies.addresses import address_body
from sandbox.shopify.bodies.order_lines import line_body, money, money_set, shipping_body, tax_body
from sandbox.shopify.bodies.refunds import refund_body
from sandbox.shopify.bodies.values import local, number
from sandbox.shopify.orders.order_model import DiscountApplication, Order, PaymentTerms
from sandbox.shopify.orders.order_money import (
    current_discounts,
    current_shipping_price,
    current_subtotal,
    current_tax,
    current_total,
    line_items_price,
    outstanding,
    parts,
    subtotal,
    tax_lines,
    total_discounts,
    total_price,
    total_shipping,
    total_tax,
)
from sandbox.shopify.orders.order_names import confirmation_number, gateway_names, status_page_url, token
from sandbox.shopify.orders.order_status import REST_FULFILLMENT, display_financial_status, display_fulfillment_status
from sandbox.shopify.orders.sums import NOTHING, Sum, total
from sandbox.shopify.shop import Shop

NESTED: dict[str, Callable[[Shop, Any], dict[str, Any]]] = {}
"""How `fulfillments` and `returns` are shown inside an order; their own domains say."""

SUMS: tuple[tuple[str, Callable[[Order], Sum], bool], ...] = (
    # key, its sum, whether it stands there as plain text too
    ("current_shipping_price", current_shipping_price, False),
    ("current_subtotal_price", current_subtotal, True),
    ("current_total_discounts", current_discounts, True),
    ("current_total_price", current_total, True),
    ("current_total_tax", current_tax, True),
    ("subtotal_price", subtotal, True),
    ("total_cash_rounding_payment_adjustment", lambda order: NOTHING, False),
    ("total_cash_rounding_refund_adjustment", lambda order: NOTHING, False),
    ("total_discounts", total_discounts, True),
    ("total_line_items_price", line_items_price, True),
    ("total_price", total_price, True),
    ("total_shipping_price", total_shipping, False),
    ("total_tax", total_tax, True),
)


def order_body(shop: Shop, order: Order) -> dict[str, Any]:
    """Plain amounts are in shop currency, times carry the shop's offset (reference §7.7)."""
    return {
        **_identity(shop, order),
        **_sums(order),
        **_origin(order),
        **_state(shop, order),
        **_parts(shop, order),
    }


def deleted_body(order: Order) -> dict[str, Any]:
    return {"id": number(order.legacy_resource_id)}


def _identity(shop: Shop, order: Order) -> dict[str, Any]:
    return {
        "id": number(order.legacy_resource_id),
        "admin_graphql_api_id": order.id,
        "name": order.name,
        "number": order.number - 1000,
        "order_number": order.number,
        "confirmation_number": confirmation_number(order),
        "token": token(order),
        "order_status_url": status_page_url(shop, order),
        "created_at": local(shop, order.created_at),
        "updated_at": local(shop, order.updated_at),
        "processed_at": local(shop, order.processed_at),
        "closed_at": local(shop, order.closed_at),
        "cancelled_at": local(shop, order.cancelled_at),
        "cancel_reason": order.cancel_reason.lower() if order.cancel_reason else None,
        "currency": order.rate.shop,
        "presentment_currency": order.rate.presentment,
    }


def _sums(order: Order) -> dict[str, Any]:
    body: dict[str, Any] = {
        "current_total_additional_fees_set": None,
        "current_total_duties_set": None,
        "original_total_additional_fees_set": None,
        "original_total_duties_set": None,
        "total_outstanding": money(order, outstanding(order)),
        "total_tip_received": money(order, order.tip),
        "total_weight": sum(line.grams * line.quantity for line in order.lines),
    }
    for key, worked_out, plain in SUMS:
        amount = worked_out(order)
        body[f"{key}_set"] = money_set(order, amount)
        if plain:
            body[key] = money(order, amount)
    return body


def _origin(order: Order) -> dict[str, Any]:
    return {
        "app_id": int(order.app_id) if order.app_id else None,
        "browser_ip": order.browser_ip,
        "buyer_accepts_marketing": order.accepts_marketing,
        "cart_token": order.cart_token,
        "checkout_token": order.checkout_token,
        "client_details": _client(order) if order.browser_ip else None,
        "customer_locale": order.locale,
        "device_id": None,
        "landing_site": order.landing_site,
        "landing_site_ref": None,
        "location_id": int(order.location_id) if order.location_id else None,
        "merchant_business_entity_id": "MTgxMjM0NTY3ODkw",
        "merchant_of_record_app_id": None,
        "po_number": order.po_number,
        "reference": None,
        "referring_site": order.referring_site,
        "source_identifier": order.source_identifier,
        "source_name": order.source_name,
        "source_url": order.source_url,
        "user_id": int(order.user_id) if order.user_id else None,
    }


def _client(order: Order) -> dict[str, Any]:
    return {
        "accept_language": order.locale,
        "browser_height": None,
        "browser_ip": order.browser_ip,
        "browser_width": None,
        "session_hash": None,
        "user_agent": "Mozilla/5.0 (demo)",
    }


def _state(shop: Shop, order: Order) -> dict[str, Any]:
    """`email` is "" where there is none, `contact_email` null (sample orders_create__pos_guest_gift_card)."""
    financial = display_financial_status(order)
    return {
        "confirmed": order.confirmed,
        "contact_email": order.email,
        "duties_included": False,
        "email": order.email or "",
        "estimated_taxes": False,
        "financial_status": financial.lower() if financial else None,
        "fulfillment_status": REST_FULFILLMENT.get(display_fulfillment_status(shop, order)),
        "note": order.note,
        "note_attributes": [{"name": name, "value": value} for name, value in order.attributes],
        "payment_gateway_names": gateway_names(order),
        "phone": order.phone,
        "tags": ", ".join(order.tags),
        "tax_exempt": order.tax_exempt,
        "taxes_included": order.taxes_included,
        "test": order.test,
    }


def _parts(shop: Shop, order: Order) -> dict[str, Any]:
    body = {
        "billing_address": address_body(order.billing_address),
        "customer": _customer(shop, order),
        "discount_applications": [_application(order, one) for one in order.discount_applications],
        "discount_codes": [_code(order, one) for one in order.discount_applications if one.is_code],
        "fulfillments": [NESTED["fulfillments"](shop, one) for one in order.fulfillments],
        "line_item_groups": [],
        "line_items": [line_body(shop, line) for line in order.lines],
        "payment_terms": _terms(shop, order, order.payment_terms) if order.payment_terms else None,
        "refunds": [refund_body(shop, refund) for refund in order.refunds],
        "returns": [NESTED["returns"](shop, one) for one in order.returns],
        "shipping_address": address_body(order.shipping_address),
        "shipping_lines": [shipping_body(order, one) for one in order.shipping_lines],
        "tax_lines": [tax_body(order, tax) for tax in tax_lines(order)],
    }
    if (location := order.company_location) is not None:
        company = number(location.company.legacy_resource_id)
        body["company"] = {"id": company, "location_id": number(location.legacy_resource_id)}
    return body


def _customer(shop: Shop, order: Order) -> dict[str, Any] | None:
    """Without the list of addresses."""
    if order.customer is None:
        return None
    return {key: value for key, value in customers.customer(shop, order.customer).items() if key != "addresses"}


TYPES = {
    "DiscountCodeApplication": "discount_code",
    "AutomaticDiscountApplication": "automatic",
    "ManualDiscountApplication": "manual",
    "ScriptDiscountApplication": "script",
}


def _application(order: Order, one: DiscountApplication) -> dict[str, Any]:
    body: dict[str, Any] = {
        "target_type": one.target_type.lower(),
        "type": TYPES[one.kind],
        "value": money(order, one.value) if isinstance(one.value, Sum) else f"{one.value:.1f}",
        "value_type": "fixed_amount" if isinstance(one.value, Sum) else "percentage",
        "allocation_method": one.allocation_method.lower(),
        "target_selection": one.target_selection.lower(),
    }
    if one.is_code:
        return {**body, "code": one.label}
    body["title"] = one.label
    if one.kind == "ManualDiscountApplication":
        body["description"] = one.description
    return body


def _code(order: Order, one: DiscountApplication) -> dict[str, Any]:
    taken = total(a.amount for part in parts(order) for a in part.discounts if a.application is one)
    value = "fixed_amount" if isinstance(one.value, Sum) else "percentage"
    kind = "shipping" if one.target_type == "SHIPPING_LINE" else value
    return {"code": one.label, "amount": money(order, taken), "type": kind}


def _terms(shop: Shop, order: Order, terms: PaymentTerms) -> dict[str, Any]:
    since = local(shop, terms.issued_at)
    return {
        "id": number(terms.legacy_resource_id),
        "created_at": since,
        "due_in_days": terms.due_in_days,
        "payment_schedules": [
            {
                "id": number(terms.schedule_id),
                "amount": money(order, total_price(order)),
                "currency": order.rate.shop,
                "issued_at": since,
                "due_at": local(shop, terms.due_at),
                "completed_at": None,
                "expected_payment_method": None,
                "created_at": since,
                "updated_at": since,
                "admin_graphql_api_id": f"gid://shopify/PaymentSchedule/{terms.schedule_id}",
            }
        ],
        "payment_terms_name": terms.name,
        "payment_terms_type": terms.type.lower(),
        "updated_at": since,
        "admin_graphql_api_id": f"gid://shopify/PaymentTerms/{terms.legacy_resource_id}",
    }
