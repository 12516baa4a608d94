"""Bodies of order_transactions/create and tender_transactions/create."""

from typing import Any

from sandbox.shopify.bodies.order_lines import money
from sandbox.shopify.bodies.values import local, number
from sandbox.shopify.money import decimal_text
from sandbox.shopify.orders.order_model import OrderTransaction
from sandbox.shopify.orders.order_money import is_open, uncaptured
from sandbox.shopify.orders.sums import NOTHING
from sandbox.shopify.shop import Shop

METHODS = {
    # gateway:           payment method of a tender transaction
    "shopify_payments": "credit_card",
    "paypal":           "paypal",
    "cash":             "cash",
    "gift_card":        "gift_card",
}  # fmt: skip


def transaction_body(shop: Shop, transaction: OrderTransaction) -> dict[str, Any]:
    """`total_unsettled_set` says `currency` and "0.0" where all else says `currency_code` and "0.00" (sample)."""
    order, parent = transaction.order, transaction.parent
    manual = transaction.gateway not in METHODS
    unsettled = uncaptured(transaction) if is_open(transaction) else NOTHING
    return {
        "id": number(transaction.legacy_resource_id),
        "admin_graphql_api_id": transaction.id,
        "amount": money(order, transaction.amount),
        "amount_rounding": None,
        "authorization": None,
        "created_at": local(shop, transaction.created_at),
        "currency": order.rate.shop,
        "device_id": None,
        "error_code": None,
        "gateway": transaction.gateway,
        "kind": transaction.kind.lower(),
        "location_id": int(transaction.location_id) if transaction.location_id else None,
        "manual_payment_gateway": manual,
        "message": "Marked the manual payment as received" if manual else "Transaction approved",
        "order_id": number(order.legacy_resource_id),
        "parent_id": number(parent.legacy_resource_id) if parent else None,
        "payment_id": transaction.payment_id,
        "processed_at": local(shop, transaction.processed_at),
        "receipt": {},
        "source_name": transaction.source_name,
        "status": transaction.status.lower(),
        "test": transaction.test,
        "total_unsettled_set": {
            "presentment_money": {"amount": decimal_text(unsettled.presentment), "currency": order.rate.presentment},
            "shop_money": {"amount": decimal_text(unsettled.shop), "currency": order.rate.shop},
        },
        "user_id": int(transaction.user_id) if transaction.user_id else None,
    }


def tender_body(shop: Shop, transaction: OrderTransaction) -> dict[str, Any]:
    """Money that changed hands; a refund is below zero. Its id follows the transaction's."""
    order = transaction.order
    amount = -transaction.amount if transaction.kind == "REFUND" else transaction.amount
    method = METHODS.get(transaction.gateway, "other")
    card = {"credit_card_number": "•••• •••• •••• 4242", "credit_card_company": "Visa"}
    return {
        "id": number(transaction.legacy_resource_id) + 7,
        "order_id": number(order.legacy_resource_id),
        "amount": money(order, amount),
        "currency": order.rate.shop,
        "user_id": int(transaction.user_id) if transaction.user_id else None,
        "test": transaction.test,
        "processed_at": local(shop, transaction.processed_at),
        "remote_reference": transaction.payment_id,
        "payment_details": card if method == "credit_card" else None,
        "payment_method": method,
    }
