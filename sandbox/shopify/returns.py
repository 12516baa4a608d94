"""stub"""

from sandbox.shopify.schema import Resolver
from sandbox.shopify.shop import Shop

RESOLVERS: dict[str, Resolver] = {}


def register(shop: Shop) -> None: ...
