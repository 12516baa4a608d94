"""Every part of the store, put together: one schema, one set of tables."""

from functools import cache

from graphql import GraphQLSchema

from sandbox.shopify.api import admin
from sandbox.shopify.api.schema import make_schema
from sandbox.shopify.bulk import bulk
from sandbox.shopify.checkouts import checkouts
from sandbox.shopify.companies import company_api
from sandbox.shopify.customers import customer_api
from sandbox.shopify.fulfillments import fulfillments
from sandbox.shopify.metafields import metafields, tagging
from sandbox.shopify.orders import orders
from sandbox.shopify.products import products
from sandbox.shopify.returns import returns
from sandbox.shopify.shop import Shop
from sandbox.shopify.webhooks import webhooks

DOMAINS = (
    admin,
    customer_api,
    company_api,
    metafields,
    tagging,
    products,
    orders,
    fulfillments,
    returns,
    checkouts,
    webhooks,
    bulk,
)


@cache
def schema() -> GraphQLSchema:
    """The one schema all simulated stores share."""
    resolvers = {path: resolve for domain in DOMAINS for path, resolve in domain.RESOLVERS.items()}
    return make_schema(resolvers)


def register(shop: Shop) -> None:
    """Give an empty store its tables and what every store has from the start."""
    for domain in DOMAINS:
        domain.register(shop)
