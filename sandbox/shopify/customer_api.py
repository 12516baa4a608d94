"""Customers in the GraphQL schema: look-ups, lists, fields."""

from collections.abc import Mapping
from typing import Any

from sandbox.shopify import addresses, customer_fields, customer_merge_api, customer_mutations
from sandbox.shopify.addresses import address_place, country_name
from sandbox.shopify.connections import Connection, Order, by_id, by_instant, by_text
from sandbox.shopify.context import Info, shop_of
from sandbox.shopify.customer_table import (
    CustomerTable,
    address_by_id,
    by_custom_id,
    by_email,
    by_gid,
    by_phone,
)
from sandbox.shopify.listings import SortKeys, by_update, counted, listing
from sandbox.shopify.model import Customer
from sandbox.shopify.schema import Resolver
from sandbox.shopify.search import Exact, Filters, Flag, Id, Instant, Number, Text
from sandbox.shopify.shop import Shop, Terms
from sandbox.shopify.unmodelled import Unmodelled

FILTERS: Filters = {
    "default": Text(),
    "accepts_marketing": Flag(),
    "country": Exact(),
    "customer_date": Instant(),
    "email": Text(),
    "first_name": Text(),
    "id": Id(),
    "last_abandoned_order_date": Unmodelled("customers"),
    "last_name": Text(),
    "name": Text(),
    "order_date": Unmodelled("customers"),
    "orders_count": Number(),
    "phone": Exact(),
    "state": Exact(),
    "tag": Exact(),
    "total_spent": Number(),
    "updated_at": Instant(days="customer_updated_at"),
}


def terms(customer: Customer) -> Terms:
    """What the search index knows of a customer."""
    name = " ".join(part for part in (customer.first_name, customer.last_name) if part)
    countries: list[str | None] = []
    for address in customer.addresses:
        countries += (address.country_code, country_name(address))
    return {
        "default": [text for text in (name, customer.email, customer.phone) if text],
        "accepts_marketing": customer.email_consent.state == "SUBSCRIBED",
        "country": [text for text in countries if text],
        "customer_date": customer.created_at,
        "email": customer.email,
        "first_name": customer.first_name,
        "last_name": customer.last_name,
        "name": name,
        "orders_count": customer.number_of_orders,
        "phone": customer.phone,
        "state": customer.state,
        "tag": customer.tags,
        "total_spent": customer.amount_spent,
        "updated_at": customer.updated_at,
    }


_LAST = "\uffff"
"""Customers without an address come after all others in the order LOCATION."""

SORT_KEYS: SortKeys = {
    "CREATED_AT": by_instant(lambda customer: customer.created_at),
    "ID": by_id(),
    "LOCATION": Order(
        lambda customer: [part or _LAST for part in address_place(customer.default_address)],
        lambda place: [None if part == _LAST else part for part in place],
        lambda place: [part or _LAST for part in place],
    ),
    "NAME": by_text(lambda c: f"{c.last_name or ''}, {c.first_name or ''}".lower()),
    "UPDATED_AT": by_update(),
}


def customers(_root: Any, info: Info, **asked: Any) -> Connection:
    shop = shop_of(info)
    return listing(shop, shop.customers, FILTERS, SORT_KEYS, info, **asked)


def customers_count(_root: Any, info: Info, **asked: Any) -> dict[str, Any]:
    shop = shop_of(info)
    return counted(shop, shop.customers, FILTERS, info, **asked)


def customer(_root: Any, info: Info, id: str) -> Customer | None:  # noqa: A002  the argument's name
    return by_gid(shop_of(info), id)


def customer_by_identifier(_root: Any, info: Info, identifier: Mapping[str, Any]) -> Customer | None:
    """By exactly one of id, e-mail address, phone number, custom id (capture customer-by-identifier)."""
    shop = shop_of(info)
    match identifier:
        case {"id": str(gid)}:
            return by_gid(shop, gid)
        case {"email_address": str(text)}:
            return by_email(shop, text)
        case {"phone_number": str(text)}:
            return by_phone(shop, text)
        case {"custom_id": dict(custom)}:
            return by_custom_id(shop, custom, info.context.access.app_id)
    raise AssertionError(f"an identifier that validation should have refused: {identifier}")


def register(shop: Shop) -> None:
    shop.tables["Customer"] = CustomerTable(terms)
    shop.derived["MailingAddress"] = lambda legacy_id: address_by_id(shop, legacy_id)


RESOLVERS: dict[str, Resolver] = {
    "QueryRoot.customer": customer,
    "QueryRoot.customerByIdentifier": customer_by_identifier,
    "QueryRoot.customers": customers,
    "QueryRoot.customersCount": customers_count,
    **addresses.RESOLVERS,
    **customer_fields.RESOLVERS,
    **customer_merge_api.RESOLVERS,
    **customer_mutations.RESOLVERS,
}
