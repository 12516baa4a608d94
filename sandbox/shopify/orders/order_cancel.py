"""The end of an order: cancelled, closed, opened again, deleted."""

from sandbox.shopify.bodies.orders import deleted_body
from sandbox.shopify.metafields import metafield_rules
from sandbox.shopify.orders.order_counts import count_deleted
from sandbox.shopify.orders.order_events import changed
from sandbox.shopify.orders.order_model import Order
from sandbox.shopify.orders.order_money import received
from sandbox.shopify.orders.refunds import give_all_back
from sandbox.shopify.shop import Shop

OFFLINE_GATEWAYS = {"manual", "cash", "bogus", "gift_card", "Cash on Delivery (COD)", "Bank Deposit", "Money Order"}


def cannot_cancel(order: Order) -> str | None:
    """Why an order cannot be cancelled, or None.

    A paid one not once anything was sent or returned; an unpaid one even then (captures
    fulfillment-multi-tracking-info, fulfillment-return-node-read-after-write, order-return-status-lifecycle).
    The first two wordings are inferred.
    """
    if order.cancelled_at is not None:
        return "Cannot cancel an order that has already been canceled"
    if any(one.kind == "AUTHORIZATION" and one.status == "PENDING" for one in order.transactions):
        return "Cannot cancel an order that has pending payment authorizations"
    if not received(order):
        return None
    if order.returns:
        return "Cannot cancel an order that has returns"
    if any(line.fulfilled_quantity for line in order.lines):
        return "Cannot cancel an order that has outstanding fulfillments"
    return None


def cancel(
    shop: Shop,
    order: Order,
    reason: str = "OTHER",
    *,
    restock: bool = True,
    refund: bool = True,
    note: str | None = None,
) -> None:
    """Take off what is left, let go of holds on money, pay back if `refund`; closed at the same moment (captured)."""
    order.cancelled_at = shop.now
    order.cancel_reason = reason
    order.cancel_note = note
    order.closed_at = order.closed_at or shop.now
    give_all_back(shop, order, restock=restock, money=refund)
    changed(shop, order, "orders/cancelled")


def close(shop: Shop, order: Order) -> None:
    """Archive; one that is closed stays as it is."""
    if order.closed_at is None:
        order.closed_at = shop.now
        changed(shop, order)


def reopen(shop: Shop, order: Order) -> None:
    if order.closed_at is not None:
        order.closed_at = None
        changed(shop, order)


def can_delete(order: Order) -> bool:
    """Not once a payment provider took part in earnest: the help centre allows manual and test payments only."""
    return all(one.test or one.gateway in OFFLINE_GATEWAYS for one in order.transactions)


def delete(shop: Shop, order: Order) -> None:
    """Remove for good; a `destroy` event stays."""
    count_deleted(shop, order)
    metafield_rules.release_all(shop, order)
    shop.delete(order, f"{shop.settings.name} deleted order {order.name}.")
    shop.publish("orders/delete", lambda: deleted_body(order))
