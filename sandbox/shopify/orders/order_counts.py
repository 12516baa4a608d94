"""What orders add up to for those who placed them: customers, and locations of companies."""

from decimal import Decimal

from sandbox.shopify.customers.customers import count_order
from sandbox.shopify.model import Customer
from sandbox.shopify.orders.order_model import Order, OrderTransaction
from sandbox.shopify.orders.order_money import net_payment
from sandbox.shopify.orders.order_table import orders_of
from sandbox.shopify.shop import Shop

MOVES = {"SALE", "CAPTURE", "REFUND"}
"""Kinds by which money changes hands."""


def moves_money(transaction: OrderTransaction) -> bool:
    return transaction.kind in MOVES and transaction.status == "SUCCESS"


def count_placed(shop: Shop, order: Order) -> None:
    spent = net_payment(order).shop
    if order.customer is not None:
        count_order(shop, order.customer, order.id, spent)
    _count_for_company(order, spent, 1)


def count_moved(shop: Shop, transaction: OrderTransaction) -> None:
    """Money changed hands on an order that was counted already."""
    order, customer = transaction.order, transaction.order.customer
    moved = -transaction.amount.shop if transaction.kind == "REFUND" else transaction.amount.shop
    if customer is not None:
        count_order(shop, customer, customer.last_order_id, moved, 0)
    _count_for_company(order, moved, 0)


def count_deleted(shop: Shop, order: Order) -> None:
    """Take an order that goes from those it counted for."""
    spent = net_payment(order).shop
    give_to(shop, order, None)
    if (location := order.company_location) is not None:
        _count_for_company(order, -spent, -1)
        location.orders_deleted_at = shop.clock.now
        orders_of(shop).by_company_location[location.legacy_resource_id].remove(order)


def give_to(shop: Shop, order: Order, customer: Customer | None) -> None:
    """Change whose order it is, and both customers' counts with it."""
    table, spent, before = orders_of(shop), net_payment(order).shop, order.customer
    table.give_to(order, customer)
    if before is not None:
        last = max(table.of_customer(before), key=lambda one: one.number, default=None)
        count_order(shop, before, last.id if last else None, -spent, -1)
    if customer is not None:
        count_order(shop, customer, order.id, spent)


def _count_for_company(order: Order, amount: Decimal, orders: int) -> None:
    if (location := order.company_location) is not None:
        location.orders_count += orders
        location.total_spent += amount
