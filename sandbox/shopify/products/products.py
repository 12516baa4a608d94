"""Products, variants and their stock: the parts of the domain put together."""

from sandbox.shopify.api.schema import Resolver
from sandbox.shopify.products import (
    inventory,
    product_deletion,
    product_fields,
    product_mutations,
    product_options,
    product_search,
    product_set,
    variants,
)
from sandbox.shopify.products.inventory import restocked, shipped, sold
from sandbox.shopify.products.product_search import product_terms, variant_terms
from sandbox.shopify.shop import Shop
from sandbox.shopify.unique import UniqueTable

__all__ = ["RESOLVERS", "register", "restocked", "shipped", "sold"]

RESOLVERS: dict[str, Resolver] = {
    **inventory.RESOLVERS,
    **product_deletion.RESOLVERS,
    **product_fields.RESOLVERS,
    **product_mutations.RESOLVERS,
    **product_options.RESOLVERS,
    **product_search.RESOLVERS,
    **product_set.RESOLVERS,
    **variants.RESOLVERS,
}


def register(shop: Shop) -> None:
    shop.tables["Product"] = UniqueTable(product_terms, lambda product: (("handle", product.handle),))
    shop.add_table("ProductVariant", variant_terms)
    inventory.register(shop)
    product_deletion.register(shop)
    product_fields.register(shop)
    product_set.register(shop)
