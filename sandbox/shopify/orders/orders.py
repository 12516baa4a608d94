"""Orders as a domain: their table, the root queries, and what customers and companies show of them."""

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any

from sandbox.shopify.api.access import order_is_readable
from sandbox.shopify.api.connections import Connection, by_id, connection
from sandbox.shopify.api.context import Info, shop_of
from sandbox.shopify.api.listings import COUNT_LIMIT, counted, listing
from sandbox.shopify.api.schema import Resolver
from sandbox.shopify.metafields import metafields, tagging
from sandbox.shopify.model import Company, CompanyLocation, Customer
from sandbox.shopify.orders import (
    line_fields,
    order_edit,
    order_edit_mutations,
    order_fields,
    order_mutations,
    refund_api,
)
from sandbox.shopify.orders.order_changes import set_tags
from sandbox.shopify.orders.order_events import changed
from sandbox.shopify.orders.order_lookup import PARTS, order_by_gid, order_by_identifier, part_by_id
from sandbox.shopify.orders.order_model import Order
from sandbox.shopify.orders.order_search import FILTERS, SORT_KEYS, OrderTerms
from sandbox.shopify.orders.order_table import OrderTable, orders_of
from sandbox.shopify.shop import Shop
from sandbox.simulator import NotModelled


def order(_root: Any, info: Info, id: str) -> Order | None:  # noqa: A002  the argument's name in Shopify's schema
    return order_by_gid(shop_of(info), id)


def order_of_identifier(_root: Any, info: Info, identifier: Mapping[str, Any]) -> Order | None:
    return order_by_identifier(shop_of(info), identifier, info.context.access.app_id)


def orders(_root: Any, info: Info, **asked: Any) -> Connection:
    """Sorted by PROCESSED_AT unless asked otherwise; old ones only with read_all_orders."""
    shop = shop_of(info)
    visible = partial(order_is_readable, info.context)
    return listing(shop, orders_of(shop), FILTERS, SORT_KEYS, info, visible=visible, **asked)


def orders_count(_root: Any, info: Info, query: str | None = None, limit: int | None = COUNT_LIMIT) -> dict[str, Any]:
    shop = shop_of(info)
    visible = partial(order_is_readable, info.context)
    return counted(shop, orders_of(shop), FILTERS, info, query=query, limit=limit, visible=visible)


def _page(
    info: Info, found: Iterable[Order], sort_key: str | None, query: str | None, page: dict[str, Any]
) -> Connection:
    if query is not None:
        raise NotModelled("searching the orders of one customer")
    readable = [one for one in found if order_is_readable(info.context, one)]
    return connection(readable, SORT_KEYS.get(sort_key or "ID") or by_id(), **page)


def _of_customer(
    customer: Customer, info: Info, sort_key: str | None = None, query: str | None = None, **page: Any
) -> Connection:
    return _page(info, orders_of(shop_of(info)).of_customer(customer), sort_key, query, page)


def _of_location(location: CompanyLocation, info: Info, sort_key: str | None = None, **page: Any) -> Connection:
    return _page(info, orders_of(shop_of(info)).of_company_location(location), sort_key, None, page)


def _of_company(company: Company, info: Info, sort_key: str | None = None, **page: Any) -> Connection:
    table = orders_of(shop_of(info))
    found = [one for location in company.locations for one in table.of_company_location(location)]
    return _page(info, found, sort_key, None, page)


def _last_order(customer: Customer, info: Info) -> Any:
    return shop_of(info).node(customer.last_order_id) if customer.last_order_id else None


def touched(shop: Shop, order: Order) -> None:
    """A metafield of the order changed."""
    if shop.switches["metafield_moves_owner"] == "yes":
        changed(shop, order)


def register(shop: Shop) -> None:
    """An empty table; parts of orders are nodes too."""
    shop.tables["Order"] = OrderTable(partial(OrderTerms, shop))
    for kind in PARTS:
        shop.derived[kind] = partial(part_by_id, shop, kind)
    shop.derived["CalculatedOrder"] = orders_of(shop).edits.get


tagging.TAGGED["Order"] = set_tags
metafields.TOUCH["Order"] = touched

RESOLVERS: dict[str, Resolver] = {
    **order_fields.RESOLVERS,
    **line_fields.RESOLVERS,
    **order_mutations.RESOLVERS,
    **order_edit.RESOLVERS,
    **order_edit_mutations.RESOLVERS,
    **refund_api.RESOLVERS,
    "QueryRoot.order": order,
    "QueryRoot.orderByIdentifier": order_of_identifier,
    "QueryRoot.orders": orders,
    "QueryRoot.ordersCount": orders_count,
    "Customer.lastOrder": _last_order,
    "Customer.orders": _of_customer,
    "Company.orders": _of_company,
    "CompanyLocation.orders": _of_location,
    "Order.metafield": metafields.metafield,
    "Order.metafields": metafields.metafields,
}
