"""Fills a simulated store with a past: people, goods, companies, a stretch of trade, and what became of it.

    shopify = Shopify(start=now - timedelta(days=180))
    fill(shopify, Size(customers=200, products=50, orders=500), days=180)

The clock moves through the days, so that authorisations expire and checkouts are abandoned as they would be. Any size,
and the same store for the same seed.
"""

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from random import Random

from sandbox.delivery import Delivery
from sandbox.goods import Goods, goods
from sandbox.people import Person, person
from sandbox.shopify.companies import companies, company_contacts
from sandbox.shopify.customers import customers
from sandbox.shopify.model import Company, Customer
from sandbox.shopify.products import catalog
from sandbox.shopify.products.product_model import Product
from sandbox.shopify.shop import Shop
from sandbox.shopify.simulator import Shopify
from sandbox.trade import Trade

SHARED_PEOPLE = 0.3
"""The part of a store's customers who buy in every store; the others have numbers of their own."""

Progress = Callable[[str, int, int], None]
"""Hears (kind, done, of)."""


@dataclass(frozen=True, slots=True)
class Size:
    """How much there is of each. Checkouts are those left behind, beside the orders."""

    customers: int = 200
    products: int = 50
    orders: int = 500
    companies: int = 5
    checkouts: int = 20


def fill(
    shopify: Shopify, size: Size, *, days: float = 180, store: int = 0, progress: Progress = lambda *_: None
) -> None:
    """Give the store its past, which ends `days` after the clock's present time. `store` tells stores apart."""
    with _without_collector():
        _fill(shopify, size, days, store, progress)


@contextmanager
def _without_collector() -> Iterator[None]:
    """A store only grows while it is filled: walking it again and again for garbage costs a third of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _fill(shopify: Shopify, size: Size, days: float, store: int, progress: Progress) -> None:
    shop = shopify.shop
    buyers = [customer(shop, person(_number(index, store))) for index in range(size.customers)]
    progress("customers", len(buyers), size.customers)
    stock = [(product(shop, wares), wares) for wares in (goods(n, store) for n in range(size.products))]
    progress("products", len(stock), size.products)
    firms = [company(shop, buyers, number) for number in range(size.companies)]
    trade = Trade(shop, Random(f"seed:{shopify.seed}:{store}"), buyers, [f for f in firms if f], stock)
    delivery = Delivery(shop, Random(f"delivery:{shopify.seed}:{store}"))
    seconds = days * 86_400 / max(1, size.orders)
    checkouts = 0
    for done in range(1, size.orders + 1):
        shopify.clock.advance(seconds)
        delivery.catch_up()
        delivery.take(trade.order())
        while checkouts * size.orders < size.checkouts * done:
            checkouts += 1
            trade.leave_a_checkout()
        if done % 1000 == 0:
            progress("orders", done, size.orders)
    progress("orders", size.orders, size.orders)


def _number(index: int, store: int) -> int:
    shared = index % 100 < SHARED_PEOPLE * 100
    return index if shared else index + 10_000_000 * (store + 1)


def customer(shop: Shop, who: Person) -> Customer:
    """Make a customer of a person. Their telephone number stays unique in the store, as their e-mail does."""
    country, province, city, postal_code = who.place
    consent = None
    if who.consents and who.email:
        consent = {"marketing_state": "SUBSCRIBED", "marketing_opt_in_level": "SINGLE_OPT_IN"}
    return customers.create(
        shop,
        first_name=who.first_name,
        last_name=who.last_name,
        email=who.email,
        phone=who.phone,
        addresses=[
            {
                "first_name": who.first_name,
                "last_name": who.last_name,
                "address1": who.street,
                "city": city,
                "province_code": province,
                "country_code": country,
                "zip": postal_code,
            }
        ],
        email_marketing_consent=consent,
    )


def product(shop: Shop, wares: Goods) -> Product:
    """Make a product of goods, each style in each size."""
    styles, sizes = (list(dict.fromkeys(choice[place] for choice, _, _ in wares.variants)) for place in (0, 1))
    return catalog.create_product(
        shop,
        wares.title,
        options=(("Style", styles), ("Size", sizes)),
        variants=[
            {"options": choice, "price": price, "sku": sku, "requires_shipping": not wares.is_gift_card}
            for choice, price, sku in wares.variants
        ],
        vendor=wares.vendor,
        product_type=wares.product_type,
        tags=wares.tags,
        is_gift_card=wares.is_gift_card,
    )


def company(shop: Shop, buyers: list[Customer], number: int) -> Company | None:
    """A company of one place, whose contact is a customer with an e-mail address; None when there is none left."""
    free = [buyer for buyer in buyers[number * 7 : number * 7 + 20] if buyer.email and buyer.contact is None]
    if not free:
        return None
    firm = companies.create(
        shop,
        {"name": f"Quill Trading {number}", "external_id": f"ERP-{number}"},
        location={
            "name": "Head office",
            "billing_address": {
                "address1": f"{number} Dock Road",
                "city": "Leeds",
                "country_code": "GB",
                "zip": "LS1 4AP",
            },
            "billing_same_as_shipping": True,
            "shipping_address": {
                "address1": f"{number} Dock Road",
                "city": "Leeds",
                "country_code": "GB",
                "zip": "LS1 4AP",
            },
        },
    )
    contact = company_contacts.assign_customer(shop, firm, free[0])
    company_contacts.set_main(shop, firm, contact)
    return firm
