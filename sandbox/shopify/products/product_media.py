"""Images of products: given as an address, usable once Shopify has fetched them."""

from collections.abc import Iterable, Mapping
from typing import Any

from sandbox.shopify.products.catalog import changed
from sandbox.shopify.products.product_model import MediaImage, Product
from sandbox.shopify.shop import Shop
from sandbox.simulator import NotModelled

FETCH_SECONDS = 5.0
"""How long fetching an image takes here: products/create goes out without it, an update follows (reference §8)."""


def attach_images(shop: Shop, product: Product, given: Iterable[Mapping[str, Any]]) -> None:
    """Append images by `original_source` and `alt`. Raises NotModelled for videos and models. The caller saves."""
    for asked in given:
        if asked.get("media_content_type", "IMAGE") != "IMAGE":
            raise NotModelled(f"product media of type {asked['media_content_type']}")
        image = MediaImage(
            shop.new_id(), asked["original_source"], asked.get("alt"), shop.now, shop.now, status="PROCESSING"
        )
        product.media.append(image)
        _fetch(shop, product, image)


def _fetch(shop: Shop, product: Product, image: MediaImage) -> None:
    def fetched() -> None:
        if image in product.media and shop.products.get(product.legacy_resource_id) is product:
            image.status = "READY"
            image.updated_at = shop.now
            changed(shop, product)

    shop.clock.call_later(FETCH_SECONDS, fetched)
