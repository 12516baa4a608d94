"""Money of an order: authorised, captured, voided, expired, paid at once or in parts."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from sandbox.shopify.orders.order_events import (
    archive_if_done,
    changed,
    fulfill_gift_cards,
    recorded,
    shipped,
    units_changed,
)
from sandbox.shopify.orders.order_model import Order, OrderTransaction
from sandbox.shopify.orders.order_money import is_held, outstanding, shop_worth, uncaptured
from sandbox.shopify.orders.order_status import display_financial_status
from sandbox.shopify.orders.order_table import orders_of
from sandbox.shopify.orders.sums import NOTHING, Sum, rounded
from sandbox.shopify.shop import Shop

MANUAL = "manual"
AUTHORIZATION_LASTS = timedelta(days=7)
"""Shopify Payments' own period; a manual gateway's authorisation does not run out."""


@dataclass(slots=True)
class NewTransaction:
    """A transaction to be recorded. `amount` None means all that is due."""

    kind: str = "SALE"
    status: str = "SUCCESS"
    gateway: str = "shopify_payments"
    amount: Sum | None = None
    processed_at: datetime | None = None
    test: bool | None = None
    location_id: str | None = None
    user_id: str | None = None


def add_transaction(
    shop: Shop, order: Order, new: NewTransaction, parent: OrderTransaction | None = None
) -> OrderTransaction:
    """Record a transaction and no more: nothing is saved or told. An open authorisation starts to run out."""
    amount, now = outstanding(order) if new.amount is None else new.amount, shop.now
    transaction = OrderTransaction(
        shop.new_id(),
        order,
        new.kind,
        new.status,
        new.gateway,
        amount,
        now,
        new.processed_at or now,
        test=order.test if new.test is None else new.test,
        parent=parent,
        payment_id=f"{order.name}.{len(order.transactions) + 1}",
        source_name=order.source_name,
        location_id=new.location_id,
        user_id=new.user_id,
    )
    order.transactions.append(transaction)
    if new.kind == "AUTHORIZATION" and new.status == "SUCCESS" and new.gateway != MANUAL:
        transaction.expires_at = transaction.processed_at + AUTHORIZATION_LASTS
        shop.clock.call_at(transaction.expires_at, lambda: expire(shop, transaction))
    return transaction


def exchanged(shop: Shop, order: Order, presentment: Decimal) -> Sum:
    """An amount in the buyer's currency with its worth in shop currency today.

    A payment is converted when it is made, not when the order was (capture money-bag-presentment-parity).
    """
    if order.rate.presentment == order.rate.shop:
        return Sum(presentment, presentment)
    worth = orders_of(shop).exchange.get(order.rate.presentment) or shop_worth(order)
    return rounded(order.rate, Sum(presentment * worth, presentment))


def _done(shop: Shop, order: Order, new: NewTransaction, parent: OrderTransaction | None = None) -> OrderTransaction:
    """Record a transaction on an order that stands, and tell of it."""
    before = display_financial_status(order)
    order.given_status = None
    transaction = add_transaction(shop, order, new, parent)
    paid = display_financial_status(order) == "PAID" != before
    cards = fulfill_gift_cards(shop, order) if paid else None
    if paid:
        archive_if_done(shop, order)
    changed(shop, order, *(["orders/paid"] if paid else []))
    recorded(shop, transaction)
    if cards is not None:
        units_changed(shop, order)
        shipped(shop, cards)
    return transaction


def pay(
    shop: Shop,
    order: Order,
    amount: Decimal | None = None,
    gateway: str = MANUAL,
    processed_at: datetime | None = None,
) -> OrderTransaction:
    """Take `amount` (buyer's currency), or all that is due, as one sale."""
    due = outstanding(order).presentment if amount is None else amount
    taken = exchanged(shop, order, due)
    return _done(shop, order, NewTransaction("SALE", gateway=gateway, amount=taken, processed_at=processed_at))


def pending_payment(shop: Shop, order: Order, gateway: str = MANUAL) -> OrderTransaction:
    """A payment on its way: nothing is received yet."""
    return _done(shop, order, NewTransaction("SALE", "PENDING", gateway))


def authorize(
    shop: Shop, order: Order, amount: Decimal | None = None, gateway: str = "shopify_payments"
) -> OrderTransaction:
    due = outstanding(order).presentment if amount is None else amount
    return _done(shop, order, NewTransaction("AUTHORIZATION", gateway=gateway, amount=exchanged(shop, order, due)))


def capture(shop: Shop, authorization: OrderTransaction, amount: Decimal | None = None) -> OrderTransaction:
    """Take all that is left of an authorisation, or `amount` (buyer's currency) of it."""
    order = authorization.order
    taken = uncaptured(authorization) if amount is None else exchanged(shop, order, amount)
    return _done(shop, order, NewTransaction("CAPTURE", gateway=authorization.gateway, amount=taken), authorization)


def void(shop: Shop, authorization: OrderTransaction) -> OrderTransaction:
    """Give an authorisation up. The void itself has no amount; the sum is owed again (captured)."""
    new = NewTransaction("VOID", gateway=authorization.gateway, amount=NOTHING)
    return _done(shop, authorization.order, new, authorization)


def expire(shop: Shop, authorization: OrderTransaction) -> None:
    """Nobody captured in time. Does nothing where the authorisation, or its order, is gone by then."""
    order = authorization.order
    if is_held(authorization) and orders_of(shop).get(order.legacy_resource_id) is order:
        authorization.expired = True
        changed(shop, order)


def can_mark_as_paid(order: Order) -> bool:
    """Not cancelled, not paid, and something is owed or held."""
    if order.cancelled_at is not None or display_financial_status(order) == "PAID":
        return False
    return outstanding(order).presentment > 0 or any(is_held(t) for t in order.transactions)


def mark_as_paid(shop: Shop, order: Order) -> None:
    """Capture what is authorised, then record a manual sale of the rest."""
    for authorization in [t for t in order.transactions if is_held(t)]:
        capture(shop, authorization)
    if outstanding(order).presentment > 0:
        pay(shop, order)
