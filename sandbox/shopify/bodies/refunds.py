"""The body of refunds/create, and a refund inside an order."""

from typing import Any

from sandbox.shopify.bodies.order_lines import line_body, money, money_set, shipping_body
from sandbox.shopify.bodies.transactions import transaction_body
from sandbox.shopify.bodies.values import local, number
from sandbox.shopify.orders.order_model import Order
from sandbox.shopify.orders.refund_model import OrderAdjustment, Refund, RefundLineItem, RefundShippingLine
from sandbox.shopify.orders.sums import NOTHING
from sandbox.shopify.shop import Shop


def refund_body(shop: Shop, refund: Refund) -> dict[str, Any]:
    """`subtotal` and `total_tax` of a line are JSON numbers, all other money is text (sample refunds_create)."""
    order = refund.order
    return {
        "id": number(refund.legacy_resource_id),
        "admin_graphql_api_id": refund.id,
        "created_at": local(shop, refund.created_at),
        "note": refund.note,
        "order_id": number(order.legacy_resource_id),
        "processed_at": local(shop, refund.processed_at),
        "restock": any(line.restocked for line in refund.lines),
        "total_duties_set": money_set(order, NOTHING),
        "user_id": int(refund.user_id) if refund.user_id else None,
        "order_adjustments": [_adjustment(order, refund, one) for one in refund.adjustments],
        "transactions": [transaction_body(shop, one) for one in refund.transactions],
        "refund_line_items": [_line(shop, order, one) for one in refund.lines],
        "refund_shipping_lines": [_shipping(order, one) for one in refund.shipping],
        "duties": [],
        "return": _return(refund),
    }


def _return(refund: Refund) -> dict[str, Any] | None:
    if refund.return_ is None:
        return None
    return {"id": number(refund.return_.legacy_resource_id), "admin_graphql_api_id": refund.return_.id}


def _line(shop: Shop, order: Order, one: RefundLineItem) -> dict[str, Any]:
    return {
        "id": number(one.legacy_resource_id),
        "line_item_id": number(one.line_item.legacy_resource_id),
        "location_id": int(one.location_id) if one.location_id else None,
        "quantity": one.quantity,
        "restock_type": one.restock_type.lower(),
        "subtotal": float(one.subtotal.shop),
        "subtotal_set": money_set(order, one.subtotal),
        "total_tax": float(one.tax.shop),
        "total_tax_set": money_set(order, one.tax),
        "line_item": line_body(shop, one.line_item),
    }


def _shipping(order: Order, one: RefundShippingLine) -> dict[str, Any]:
    return {
        "id": number(one.legacy_resource_id),
        "shipping_line_id": number(one.shipping_line.legacy_resource_id),
        "subtotal_amount_set": money_set(order, one.subtotal),
        "shipping_line": shipping_body(order, one.shipping_line),
    }


def _adjustment(order: Order, refund: Refund, one: OrderAdjustment) -> dict[str, Any]:
    return {
        "id": number(one.legacy_resource_id),
        "order_id": number(order.legacy_resource_id),
        "refund_id": number(refund.legacy_resource_id),
        "amount": money(order, one.amount),
        "amount_set": money_set(order, one.amount),
        "tax_amount": money(order, NOTHING),
        "tax_amount_set": money_set(order, NOTHING),
        "kind": "refund_discrepancy",
        "reason": one.reason.replace("_", " ").capitalize(),
    }
