"""Lines, shipping, taxes and discounts inside webhook bodies, and how their money is written."""

from typing import Any

from sandbox.shopify.bodies.values import number
from sandbox.shopify.money import plain_text
from sandbox.shopify.orders.order_model import DiscountAllocation, LineItem, Order, ShippingLine, TaxLine
from sandbox.shopify.orders.order_money import current_shipping, line_level_discount, shipping_net
from sandbox.shopify.orders.order_status import line_fulfillment_status
from sandbox.shopify.orders.sums import Sum
from sandbox.shopify.shop import Shop


def money(order: Order, amount: Sum) -> str:
    """Plain text: shop currency."""
    return plain_text(amount.shop, order.rate.shop)


def money_set(order: Order, amount: Sum) -> dict[str, Any]:
    rate = order.rate
    return {
        "shop_money": {"amount": plain_text(amount.shop, rate.shop), "currency_code": rate.shop},
        "presentment_money": {
            "amount": plain_text(amount.presentment, rate.presentment),
            "currency_code": rate.presentment,
        },
    }


def line_body(shop: Shop, line: LineItem) -> dict[str, Any]:
    """`product_exists` is false for a custom line and once the product is deleted."""
    order = line.order
    variant = shop.variants.get(line.variant_id) if line.variant_id else None
    own = line_level_discount(line, codes=False)
    return {
        "id": number(line.legacy_resource_id),
        "admin_graphql_api_id": line.id,
        "attributed_staffs": [],
        "current_quantity": line.current_quantity,
        "fulfillable_quantity": line.unfulfilled_quantity,
        "fulfillment_service": "gift_card" if line.is_gift_card else "manual",
        "fulfillment_status": line_fulfillment_status(line),
        "gift_card": line.is_gift_card,
        "grams": line.grams,
        "name": line.name,
        "price": money(order, line.price),
        "price_set": money_set(order, line.price),
        "product_exists": variant is not None,
        "product_id": int(line.product_id) if line.product_id and variant else None,
        "properties": [{"name": name, "value": value} for name, value in line.attributes],
        "quantity": line.quantity,
        "requires_shipping": line.requires_shipping,
        "sales_line_item_group_id": None,
        "selling_plan_id": None,
        "sku": line.sku,
        "taxable": line.taxable,
        "title": line.title,
        "total_discount": money(order, own),
        "total_discount_set": money_set(order, own),
        "variant_id": int(line.variant_id) if line.variant_id and variant else None,
        "variant_inventory_management": "shopify" if variant and variant.tracked else None,
        "variant_title": line.variant_title,
        "vendor": line.vendor,
        "tax_lines": [tax_body(order, tax) for tax in line.tax_lines],
        "duties": [],
        "discount_allocations": [_allocation(order, one) for one in line.discounts],
    }


def tax_body(order: Order, tax: TaxLine) -> dict[str, Any]:
    return {
        "channel_liable": tax.channel_liable,
        "price": money(order, tax.price),
        "price_set": money_set(order, tax.price),
        "rate": float(tax.rate) if tax.rate is not None else None,
        "title": tax.title,
    }


def _allocation(order: Order, one: DiscountAllocation) -> dict[str, Any]:
    return {
        "amount": money(order, one.amount),
        "amount_set": money_set(order, one.amount),
        "discount_application_index": one.application.index,
    }


def shipping_body(order: Order, shipping: ShippingLine) -> dict[str, Any]:
    net = shipping_net(shipping)
    return {
        "id": number(shipping.legacy_resource_id),
        "carrier_identifier": shipping.carrier_identifier,
        "code": shipping.code,
        "current_discounted_price_set": money_set(order, current_shipping(shipping)),
        "discounted_price": money(order, net),
        "discounted_price_set": money_set(order, net),
        "is_removed": shipping.is_removed,
        "phone": None,
        "price": money(order, shipping.price),
        "price_set": money_set(order, shipping.price),
        "requested_fulfillment_service_id": None,
        "source": shipping.source,
        "title": shipping.title,
        "tax_lines": [tax_body(order, tax) for tax in shipping.tax_lines],
        "discount_allocations": [_allocation(order, one) for one in shipping.discounts],
    }
