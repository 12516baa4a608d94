"""The same comparison for one order, customer or cart, quick enough to be made many times a second in this process."""

from collections.abc import Iterable
from typing import Any

from sandbox.hubspot.schema.described import account
from sandbox.hubspot.simulator import HubSpot
from sandbox.oracle.cart_life import CartRules
from sandbox.oracle.case import KEY
from sandbox.oracle.contacts import email
from sandbox.oracle.judge import judge
from sandbox.oracle.verdict import Verdict
from sandbox.oracle.views import JSON, OBJECTS, Crm
from sandbox.shopify.checkouts.checkout_abandonment import buyer, checkouts_of
from sandbox.shopify.ledger import checkout_entry, customer_entry, order_entry
from sandbox.shopify.orders.order_model import Order
from sandbox.shopify.shop import Shop
from sandbox.shopify.simulator import Shopify


def judge_order(shopify: Shopify, hubspot: HubSpot, id_: str) -> Verdict:
    """The order with its lines, its buyer and its links."""
    order = shopify.shop.table("Order").rows[id_]
    books = _books(shopify.shop, [order], [order.customer] if order.customer else [])
    found = _Found(hubspot)
    found.take_order(books["domain"], order)
    return judge(books, found.crm(books), rules=None)


def judge_customer(shopify: Shopify, hubspot: HubSpot, id_: str) -> Verdict:
    """The customer alone."""
    books = _books(shopify.shop, [], [shopify.shop.customers.rows[id_]])
    return judge(books, _Found(hubspot).crm(books), rules=None)


def judge_cart(shopify: Shopify, hubspot: HubSpot, token: str, rules: CartRules) -> Verdict:
    """The cart of a checkout that is still there, with its lines, its buyer and its links; its order likewise."""
    checkout = checkouts_of(shopify.shop).by_token[token]
    customer = buyer(shopify.shop, checkout)
    orders = [one for one in shopify.shop.table("Order").rows.values() if one.checkout_token == token]
    books = _books(shopify.shop, orders, [customer] if customer else [], [checkout_entry(shopify.shop, checkout)])
    found = _Found(hubspot)
    found.take("carts", found.by(KEY, "carts", f"{books['domain']}:cart:{token}"))
    for name in ("line_items", "contacts", "companies", "orders"):
        found.take_linked("carts", name)
    for line in checkout.lines:
        found.take("products", found.by("hs_sku", "products", line.sku or ""))
    for order in orders:
        found.take_order(books["domain"], order)
    return judge(books, found.crm(books), rules=rules)


def _books(
    shop: Shop, orders: Iterable[Any], customers: Iterable[Any], checkouts: Iterable[JSON] = ()
) -> dict[str, Any]:
    return {
        "now": shop.now.isoformat(),
        "domain": shop.settings.domain,
        "currency": shop.settings.currency,
        "orders": [order_entry(shop, order) for order in orders],
        "customers": [customer_entry(customer) for customer in customers],
        "checkouts": list(checkouts),
        "deleted_orders": [],
        "deleted_customers": [],
        "deleted_checkouts": [],
    }


class _Found:
    """The records that matter, by object and id."""

    def __init__(self, hubspot: HubSpot) -> None:
        self._hubspot = hubspot
        self._records: dict[str, dict[str, JSON]] = {name: {} for name in OBJECTS}

    def by(self, property_name: str, name: str, value: str) -> str | None:
        """The id of who holds a unique value."""
        return self._hubspot.portal.store(name).unique.get(property_name, {}).get(value)

    def take(self, name: str, id_: str | None) -> None:
        record = self._hubspot.portal.store(name).records.get(id_) if id_ else None
        if record is not None:
            self._records[name][record.id] = self._hubspot.as_json(record)

    def take_linked(self, name: str, target: str) -> None:
        for record in self._records[name].values():
            for id_ in record["associations"].get(target) or {}:
                self.take(target, id_)

    def take_order(self, domain: str, order: Order) -> None:
        """With all that it is linked to."""
        self.take("orders", self.by(KEY, "orders", f"{domain}:order:{order.legacy_resource_id}"))
        for name in ("line_items", "contacts", "companies"):
            self.take_linked("orders", name)
        for line in order.lines:
            self.take("products", self.by("hs_sku", "products", line.sku or ""))

    def crm(self, books: JSON) -> Crm:
        """With the contacts of the books' customers."""
        store = self._hubspot.portal.store("contacts")
        for customer in books["customers"]:
            self.take("contacts", self.by(KEY, "contacts", f"{books['domain']}:contact:{customer['id']}"))
            self.take("contacts", self.by("email", "contacts", email(customer)))
            self.take("contacts", store.secondary.get(email(customer)))
        return Crm(account(self._hubspot.portal), self._records)
