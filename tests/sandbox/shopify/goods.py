"""Goods to order in tests."""

from decimal import Decimal
from typing import Any

from sandbox.shopify.products import catalog
from sandbox.shopify.products.product_model import ProductVariant
from sandbox.shopify.shop import Shop


def variant(shop: Shop, price: str = "24.00", title: str = "Linen Notebook", **fields: Any) -> ProductVariant:
    """The one variant of a new product."""
    product = {name: fields.pop(name) for name in ("is_gift_card", "vendor") if name in fields}
    new: Any = {"price": Decimal(price), **fields}
    return catalog.create_product(shop, title, variants=[new], **product).variants[0]
