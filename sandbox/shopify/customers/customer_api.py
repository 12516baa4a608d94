"""Customers in the GraphQL schema: look-ups, lists, fields."""

from collections.abc import Mapping
from typing import Any

from sandbox.shopify.api.connections import Connection
from sandbox.shopify.api.context import Info, shop_of
from sandbox.shopify.api.listings import COUNT_LIMIT, count_of, counted, listing
from sandbox.shopify.api.schema import Resolver
from sandbox.shopify.customers import addresses, customer_fields, customer_merge_api, customer_mutations
from sandbox.shopify.customers.customer_search import FILTERS, SORT_KEYS, CustomerTerms
from sandbox.shopify.customers.customer_table import (
    CustomerTable,
    address_by_id,
    by_custom_id,
    by_email,
    by_gid,
    by_phone,
)
from sandbox.shopify.model import Customer
from sandbox.shopify.shop import Shop


def customers(_root: Any, info: Info, **asked: Any) -> Connection:
    shop = shop_of(info)
    return listing(shop, shop.customers, FILTERS, SORT_KEYS, info, **asked)


def customers_count(
    _root: Any, info: Info, query: str | None = None, limit: int | None = COUNT_LIMIT
) -> dict[str, Any]:
    """Even without a query it is the index that is counted (capture customer-input-validation-parity)."""
    shop = shop_of(info)
    if query is not None:
        return counted(shop, shop.customers, FILTERS, info, query=query, limit=limit)
    known = shop.customers.searchable(shop.clock.now)
    return count_of((key for key in known if key in shop.customers.rows), limit)


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
    shop.tables["Customer"] = CustomerTable(CustomerTerms)
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
