"""What happens when an order is placed or changes: it is saved, counted, and the topics that fire are told."""

from sandbox.shopify.bodies.fulfillments import fulfillment_body
from sandbox.shopify.bodies.orders import order_body
from sandbox.shopify.bodies.transactions import tender_body, transaction_body
from sandbox.shopify.fulfillments.fulfillment_model import Fulfillment
from sandbox.shopify.fulfillments.parcels import pack
from sandbox.shopify.orders.order_counts import count_moved, count_placed, moves_money
from sandbox.shopify.orders.order_model import Order, OrderTransaction
from sandbox.shopify.orders.order_status import display_financial_status, display_fulfillment_status
from sandbox.shopify.orders.order_table import orders_of
from sandbox.shopify.products.inventory import sold
from sandbox.shopify.shop import Shop


def placed(shop: Shop, order: Order, *, take_stock: bool) -> None:
    """A new order: one `create`, and `updated` again and again within the second (reference §8)."""
    paid = display_financial_status(order) == "PAID"
    if take_stock:
        _take_stock(shop, order)
    cards = fulfill_gift_cards(shop, order) if paid else None
    units_changed(shop, order)
    archive_if_done(shop, order)
    shop.save(order)
    count_placed(shop, order)
    publish(shop, order, "orders/create", "orders/updated")
    for transaction in order.transactions:
        _told(shop, transaction)
    if paid:
        publish(shop, order, "orders/paid", "orders/updated")
    if cards is not None:
        shipped(shop, cards)


def fulfill_gift_cards(shop: Shop, order: Order) -> Fulfillment | None:
    """A gift card is sent by e-mail as soon as it is paid (reference §9). What they were sent in."""
    waiting = [(line, line.unfulfilled_quantity) for line in order.lines if line.is_gift_card]
    waiting = [(line, quantity) for line, quantity in waiting if quantity]
    if not waiting or not orders_of(shop).auto_fulfill_gift_cards:
        return None
    return pack(shop, order, waiting, service="gift_card")


def archive_if_done(shop: Shop, order: Order) -> None:
    """Close an order that is now fulfilled and paid, where the merchant has that done; the caller saves it."""
    if not orders_of(shop).auto_close or display_fulfillment_status(shop, order) != "FULFILLED":
        return
    if display_financial_status(order) == "PAID":
        order.closed_at = order.closed_at or shop.now


def _take_stock(shop: Shop, order: Order) -> None:
    for line in order.lines:
        if line.variant_id and (variant := shop.variants.get(line.variant_id)) is not None:
            sold(shop, variant, line.quantity)


def shipped(shop: Shop, parcel: Fulfillment) -> None:
    """Tell of what has left, and what that makes of its order."""
    order = parcel.order
    shop.publish("fulfillments/create", lambda: fulfillment_body(shop, parcel))
    match display_fulfillment_status(shop, order):
        case "FULFILLED":
            publish(shop, order, "orders/fulfilled", "orders/updated")
        case "PARTIALLY_FULFILLED":
            publish(shop, order, "orders/partially_fulfilled", "orders/updated")


def changed(shop: Shop, order: Order, *topics: str) -> None:
    """Save an order and tell: `topics` first, `orders/updated` always."""
    shop.save(order)
    publish(shop, order, *topics, "orders/updated")


def publish(shop: Shop, order: Order, *topics: str) -> None:
    for topic in topics:
        shop.publish(topic, lambda: order_body(shop, order))


def recorded(shop: Shop, transaction: OrderTransaction) -> None:
    """A transaction was added to an order that stands: count the money, tell."""
    if moves_money(transaction):
        count_moved(shop, transaction)
    _told(shop, transaction)


def _told(shop: Shop, transaction: OrderTransaction) -> None:
    shop.publish("order_transactions/create", lambda: transaction_body(shop, transaction))
    if moves_money(transaction):
        shop.publish("tender_transactions/create", lambda: tender_body(shop, transaction))


def units_changed(shop: Shop, order: Order) -> None:
    """Units to be sent came or went."""
    for follow in orders_of(shop).units_changed:
        follow(shop, order)
