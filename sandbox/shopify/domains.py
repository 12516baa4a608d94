"""Every part of the store, put together: one schema, one set of tables."""

from functools import cache

from graphql import GraphQLSchema

from sandbox.shopify import (
    admin,
    bulk,
    checkouts,
    company_api,
    customer_api,
    fulfillments,
    metafields,
    orders,
    products,
    returns,
    tagging,
    webhooks,
)
from sandbox.shopify.schema import make_schema
from sandbox.shopify.shop import Shop

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
