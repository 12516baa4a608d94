"""What products, variants, options and images show in the API."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from hashlib import sha256
from typing import Any

from sandbox.shopify.api.connections import Connection, by_number, by_position, connection
from sandbox.shopify.api.context import Info, shop_of
from sandbox.shopify.api.listings import count_of
from sandbox.shopify.api.schema import Resolver
from sandbox.shopify.money import Money, plain_text
from sandbox.shopify.products.catalog import by_handle, product_by_id, variant_by_id
from sandbox.shopify.products.inventory import InventoryItem, item_of, total_inventory
from sandbox.shopify.products.product_identity import product_by_identifier
from sandbox.shopify.products.product_model import MediaImage, Product, ProductOption, ProductVariant
from sandbox.shopify.products.product_search import VARIANT_SORT_KEYS, only_default_variant
from sandbox.shopify.products.taxonomy import TaxonomyCategory, category
from sandbox.shopify.shop import Shop


def _product(_root: Any, info: Info, id: str) -> Product | None:  # noqa: A002  the argument's name in Shopify's schema
    return product_by_id(shop_of(info), id)


def _by_identifier(_root: Any, info: Info, identifier: Mapping[str, Any]) -> Product | None:
    return product_by_identifier(shop_of(info), identifier, info.context.access.app_id)


def _by_handle(_root: Any, info: Info, handle: str) -> Product | None:
    return by_handle(shop_of(info), handle)


def _variant(_root: Any, info: Info, id: str) -> ProductVariant | None:  # noqa: A002
    return variant_by_id(shop_of(info), id)


def _category(product: Product, _info: Info) -> TaxonomyCategory | None:
    return category(product.category) if product.category is not None else None


def _collections(_product: Product, _info: Info, **page: Any) -> Connection:
    """Nothing in this sandbox makes a collection, so a product is in none."""
    return connection((), **page)


def _media(product: Product, _info: Info, sort_key: str = "POSITION", **page: Any) -> Connection:
    if sort_key == "ID":
        return connection(product.media, **page)
    return connection(product.media, by_number(product.media.index), **page)


def _featured_media(product: Product, _info: Info) -> MediaImage | None:
    return next(iter(product.media), None)


def _online_store_url(product: Product, info: Info) -> str | None:
    """Null unless it can be seen in the online store."""
    if product.published_at is None or product.status not in {"ACTIVE", "UNLISTED"}:
        return None
    return f"https://{shop_of(info).settings.primary_host}/products/{product.handle}"


def _preview_url(product: Product, info: Info) -> str:
    """The product's page, or a link with a key while inactive (captures product-detail, product-set-parity)."""
    domain = shop_of(info).settings.domain
    if product.status == "ACTIVE":
        return f"https://{domain}/products/{product.handle}"
    return f"https://{domain}/products_preview?preview_key={sha256(product.id.encode()).hexdigest()[:32]}"


def _options(product: Product, _info: Info, first: int | None = None) -> Sequence[ProductOption]:
    return product.options[:first]


def _option_values(option: ProductOption, _info: Info) -> list[dict[str, Any]]:
    return values_shown(option)


def values_shown(option: ProductOption) -> list[dict[str, Any]]:
    used = set(option.used_values)
    return [
        {"__typename": value.typename, "id": value.id, "name": value.name, "hasVariants": value.name in used}
        for value in option.option_values
    ]


def _price_range(product: Product, info: Info) -> dict[str, Money]:
    currency = shop_of(info).settings.currency
    prices = [variant.price for variant in product.variants]
    return {"minVariantPrice": Money(min(prices), currency), "maxVariantPrice": Money(max(prices), currency)}


def _variants(product: Product, _info: Info, sort_key: str = "POSITION", **page: Any) -> Connection:
    if sort_key == "POSITION":
        return connection(product.variants, by_position(lambda variant: variant.position), **page)
    return connection(product.variants, VARIANT_SORT_KEYS.get(sort_key, VARIANT_SORT_KEYS["ID"]), **page)


def _price(variant: ProductVariant, info: Info) -> str:
    """All places of the currency: "9.99", "0.00" (captured), unlike amounts in MoneyV2."""
    return plain_text(variant.price, shop_of(info).settings.currency)


def _compare_at_price(variant: ProductVariant, info: Info) -> str | None:
    price = variant.compare_at_price
    return plain_text(price, shop_of(info).settings.currency) if price is not None else None


def _inventory_item(variant: ProductVariant, _info: Info) -> InventoryItem:
    return item_of(variant)


def _available_for_sale(variant: ProductVariant, _info: Info) -> bool:
    return not variant.tracked or variant.inventory_policy == "CONTINUE" or variant.inventory_quantity > 0


def _selected_options(variant: ProductVariant, _info: Info) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in variant.selected_options]


def _image(media: MediaImage, _info: Info) -> dict[str, Any] | None:
    """Null until it is fetched."""
    if media.status != "READY":
        return None
    return {"altText": media.alt, "url": media.url, "width": media.width, "height": media.height}


def _preview(media: MediaImage, info: Info) -> dict[str, Any]:
    return {"image": _image(media, info)}


def _inside(shop: Shop, gid: str) -> Iterator[Any]:
    """Looked for one by one: hardly anyone asks for these by id."""
    for product in shop.products.rows.values():
        yield from (image for image in product.media if image.id == gid)
        yield from (option for option in product.options if option.id == gid)
        for option in product.options if "/ProductOptionValue/" in gid else ():
            yield from (value for value in values_shown(option) if value["id"] == gid)


def _finder(shop: Shop, kind: str) -> Callable[[str], Any | None]:
    return lambda legacy_id: next(_inside(shop, f"gid://shopify/{kind}/{legacy_id}"), None)


def register(shop: Shop) -> None:
    """Nodes that live inside a product, and categories."""
    for kind in ("MediaImage", "ProductOption", "ProductOptionValue"):
        shop.derived[kind] = _finder(shop, kind)
    shop.derived["TaxonomyCategory"] = category


RESOLVERS: dict[str, Resolver] = {
    "QueryRoot.product": _product,
    "QueryRoot.productByIdentifier": _by_identifier,
    "QueryRoot.productByHandle": _by_handle,
    "QueryRoot.productVariant": _variant,
    "Product.category": _category,
    "Product.collections": _collections,
    "Product.featuredMedia": _featured_media,
    "Product.hasOnlyDefaultVariant": lambda product, _info: only_default_variant(product),
    "Product.media": _media,
    "Product.onlineStorePreviewUrl": _preview_url,
    "Product.onlineStoreUrl": _online_store_url,
    "Product.options": _options,
    "Product.priceRangeV2": _price_range,
    "Product.seo": lambda product, _info: {"title": product.seo_title, "description": product.seo_description},
    "Product.totalInventory": lambda product, info: total_inventory(shop_of(info), product),
    "Product.tracksInventory": lambda product, _info: any(variant.tracked for variant in product.variants),
    "Product.variants": _variants,
    "Product.variantsCount": lambda product, _info: count_of(product.variants),
    "ProductOption.optionValues": _option_values,
    "ProductOption.values": lambda option, _info: option.used_values,
    "ProductVariant.availableForSale": _available_for_sale,
    "ProductVariant.compareAtPrice": _compare_at_price,
    "ProductVariant.inventoryItem": _inventory_item,
    "ProductVariant.price": _price,
    "ProductVariant.selectedOptions": _selected_options,
    "MediaImage.image": _image,
    "MediaImage.mediaContentType": lambda _media, _info: "IMAGE",
    "MediaImage.preview": _preview,
}
