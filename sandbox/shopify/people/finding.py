"""Finds a record by what a person calls it: its number, its global id, an order's name, an e-mail, a token, a SKU."""

from collections.abc import Callable
from typing import Any

from sandbox.shopify.checkouts.checkout_abandonment import checkouts_of
from sandbox.shopify.checkouts.checkout_model import Checkout
from sandbox.shopify.model import Company, CompanyContact, CompanyLocation, Customer
from sandbox.shopify.orders.order_model import Order
from sandbox.shopify.products.product_model import Product, ProductVariant
from sandbox.shopify.shop import Shop


def _found(shop: Shop, kind: str, given: str, called: Callable[[Any], bool]) -> Any:
    """Raises KeyError for a stranger."""
    rows = shop.tables[kind].rows
    number = str(given).removeprefix(f"gid://shopify/{kind}/")
    found = rows.get(number) or next((row for row in rows.values() if called(row)), None)
    if found is None:
        raise KeyError(f"{kind} {given}")
    return found


def customer(shop: Shop, given: str) -> Customer:
    found: Customer = _found(shop, "Customer", given, lambda row: given in {row.email, row.phone})
    return found


def company(shop: Shop, given: str) -> Company:
    found: Company = _found(shop, "Company", given, lambda row: row.name == given)
    return found


def contact(shop: Shop, given: str) -> CompanyContact:
    found: CompanyContact = _found(shop, "CompanyContact", given, lambda row: row.customer.email == given)
    return found


def location(shop: Shop, given: str) -> CompanyLocation:
    found: CompanyLocation = _found(shop, "CompanyLocation", given, lambda row: row.name == given)
    return found


def product(shop: Shop, given: str) -> Product:
    found: Product = _found(shop, "Product", given, lambda row: given in {row.handle, row.title})
    return found


def variant(shop: Shop, given: str) -> ProductVariant:
    """By SKU too: of several with the same one, the oldest."""
    found: ProductVariant = _found(shop, "ProductVariant", given, lambda row: row.sku == given)
    return found


def order(shop: Shop, given: str) -> Order:
    found: Order = _found(shop, "Order", given, lambda row: row.name == given)
    return found


def checkout(shop: Shop, given: str) -> Checkout:
    """By token, or by name, abandoned or not."""
    for one in checkouts_of(shop).by_token.values():
        if given in {one.token, one.name, one.id, one.legacy_resource_id}:
            return one
    raise KeyError(f"checkout {given}")
