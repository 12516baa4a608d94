"""When a checkout counts as abandoned, can be recovered, or is swept away (reference §4.5, §8)."""

from datetime import UTC, datetime, time, timedelta
from typing import Any, cast

from sandbox.shopify.checkouts.checkout_model import Checkout
from sandbox.shopify.customers.customer_table import by_gid
from sandbox.shopify.model import Customer
from sandbox.shopify.shop import Shop, Table

ABANDONED_AFTER = timedelta(minutes=10)
KEPT = timedelta(days=90)
UNTOUCHED = timedelta(days=30)
RECOVERABLE = ("web", "buy_button")
"""The channels whose checkouts can be recovered: Online Store and Buy Button."""


class CheckoutTable(Table[Checkout]):
    """The abandoned checkouts, by token all there are, and those that are gone."""

    def __init__(self, terms: Any) -> None:
        super().__init__(terms)
        self.by_token: dict[str, Checkout] = {}
        self.gone: list[Checkout] = []
        self.sweeping = False


def checkouts_of(shop: Shop) -> CheckoutTable:
    return cast(CheckoutTable, shop.tables["AbandonedCheckout"])


def buyer(shop: Shop, checkout: Checkout) -> Customer | None:
    """Whose checkout it is by now: the survivor of a merge, or nobody once the customer is deleted."""
    customer = checkout.customer
    while customer is not None and customer.merged_into is not None:
        customer = by_gid(shop, customer.merged_into)
    known = customer is not None and shop.customers.get(customer.legacy_resource_id) is customer
    return customer if known else None


def watch(shop: Shop, checkout: Checkout) -> None:
    """10 minutes after the contact was given, or after the last change (switch abandoned_after)."""
    if checkout.abandoned_at is not None:
        return
    if checkout.contact_at is None:
        checkout.contact_at = shop.clock.now
    elif shop.switches["abandoned_after"] == "contact":
        return
    stop(checkout)
    checkout.timer = shop.clock.call_later(ABANDONED_AFTER.total_seconds(), lambda: _abandon(shop, checkout))


def _abandon(shop: Shop, checkout: Checkout) -> None:
    """From now on the API lists it. No topic tells (reference §8)."""
    checkout.timer = None
    if shop.switches["abandoned_channels"] == "recoverable" and checkout.source_name not in RECOVERABLE:
        return
    checkout.abandoned_at = shop.now
    shop.save(checkout, touch=shop.switches["abandonment_moves_updated_at"] == "yes")


def stop(checkout: Checkout) -> None:
    if checkout.timer is not None:
        checkout.timer.cancel()
        checkout.timer = None


def send_recovery_email(shop: Shop, checkout: Checkout) -> None:
    """Shopify, or a merchant, writes to the buyer. ValueError unless abandoned, recoverable, and with an address."""
    if checkout.abandoned_at is None or checkout.source_name not in RECOVERABLE or not checkout.email:
        raise ValueError(f"no recovery mail can be sent for {checkout.name}")
    checkout.email_state, checkout.email_sent_at = "SENT", shop.now
    shop.save(checkout)


def sweep(shop: Shop) -> int:
    """Shopify's clean-up: checkouts older than 3 months, untouched for a month, without an order, go silently."""
    table, now = checkouts_of(shop), shop.now
    stale = [
        checkout
        for checkout in table.by_token.values()
        if checkout.completed_at is None and checkout.created_at < now - KEPT and checkout.updated_at < now - UNTOUCHED
    ]
    for checkout in stale:
        forget(shop, checkout)
    return len(stale)


def forget(shop: Shop, checkout: Checkout) -> None:
    stop(checkout)
    table = checkouts_of(shop)
    del table.by_token[checkout.token]
    table.gone.append(checkout)
    if checkout.abandoned_at is not None:
        shop.remove(checkout)


def arm_sweep(shop: Shop) -> None:
    """Sweep next Monday, and on as long as there are checkouts."""
    table = checkouts_of(shop)
    if table.sweeping:
        return
    table.sweeping = True
    today = shop.clock.now.date()
    monday = datetime.combine(today + timedelta(days=7 - today.weekday()), time(), UTC)

    def due() -> None:
        table.sweeping = False
        sweep(shop)
        if table.by_token:
            arm_sweep(shop)

    shop.clock.call_at(monday, due)
