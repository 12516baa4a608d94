"""Lists and counts of products and variants: what search knows of them, filters, sort keys (reference §4.3)."""

from typing import Any

from sandbox.shopify.api.connections import Connection, by_id, by_instant, by_number, by_text
from sandbox.shopify.api.context import Info, shop_of
from sandbox.shopify.api.listings import Keep, SortKeys, by_update, counted, everything, listing
from sandbox.shopify.api.schema import Resolver
from sandbox.shopify.api.search import Exact, Filters, Flag, Id, Instant, Number, Text
from sandbox.shopify.api.unmodelled import Unmodelled
from sandbox.shopify.products.inventory import total_inventory
from sandbox.shopify.products.product_model import Product, ProductVariant
from sandbox.shopify.shop import Shop, Terms

UNMODELLED_PRODUCT_FILTERS = (
    "bundles", "collection_id", "combined_listing_role", "delivery_profile_id", "error_feedback",
    "has_only_composites", "has_variant_with_components", "out_of_stock_somewhere", "product_configuration_owner",
    "product_publication_status", "publication_ids", "publishable_status",
)  # fmt: skip
PRODUCT_FILTERS: Filters = {
    "default": Text(),
    "barcode": Exact(),
    "category_id": Exact(),
    "created_at": Instant(),
    "gift_card": Flag(),
    "handle": Exact(),
    "has_only_default_variant": Flag(),
    "id": Id(),
    "inventory_total": Number(),
    "is_price_reduced": Flag(),
    "price": Number(),
    "product_type": Exact(),
    "published_at": Instant(),
    "published_status": Exact(),
    "sku": Text(),
    "status": Exact(),
    "tag": Exact(),
    "title": Text(),
    "tracks_inventory": Flag(),
    "updated_at": Instant(),
    "variant_id": Id(),
    "variant_title": Text(),
    "vendor": Exact(),
    **dict.fromkeys(UNMODELLED_PRODUCT_FILTERS, Unmodelled("products")),
}
UNMODELLED_VARIANT_FILTERS = (
    "collection", "delivery_profile_id", "exclude_composite", "exclude_variants_with_components", "managed",
    "managed_by", "product_publication_status", "publishable_status", "requires_components",
)  # fmt: skip
VARIANT_FILTERS: Filters = {
    "default": Text(),
    "barcode": Exact(),
    "gift_card": Flag(),
    "id": Id(),
    "inventory_quantity": Number(),
    "location_id": Id(),
    "option1": Exact(),
    "option2": Exact(),
    "option3": Exact(),
    "product_id": Id(),
    "product_ids": Id(),
    "product_status": Exact(),
    "product_type": Exact(),
    "published_status": Exact(),
    "sku": Text(),
    "tag": Exact(),
    "taxable": Flag(),
    "title": Text(),
    "updated_at": Instant(),
    "vendor": Exact(),
    **dict.fromkeys(UNMODELLED_VARIANT_FILTERS, Unmodelled("variants")),
}


def product_terms(product: Product) -> Terms:
    """What the index keeps of a product."""
    variants = product.variants
    skus = [variant.sku for variant in variants if variant.sku]
    return {
        "default": [product.title, product.vendor, product.product_type, *product.tags, *skus],
        "barcode": [variant.barcode for variant in variants if variant.barcode],
        "category_id": product.category,
        "created_at": product.created_at,
        "gift_card": product.is_gift_card,
        "handle": product.handle,
        "has_only_default_variant": only_default_variant(product),
        "inventory_total": sum(variant.inventory_quantity for variant in variants if variant.tracked),
        "is_price_reduced": any(_is_reduced(variant) for variant in variants),
        "price": [variant.price for variant in variants],
        "product_type": product.product_type,
        "published_at": product.published_at,
        "published_status": _published(product),
        "sku": skus,
        "status": product.status,
        "tag": product.tags,
        "title": product.title,
        "tracks_inventory": any(variant.tracked for variant in variants),
        "updated_at": product.updated_at,
        "variant_id": [variant.legacy_resource_id for variant in variants],
        "variant_title": [variant.title for variant in variants],
        "vendor": product.vendor,
    }


def variant_terms(variant: ProductVariant) -> Terms:
    """What the index keeps of a variant, some of it its product's."""
    product, chosen = variant.product, variant.selected_options
    return {
        "default": [product.title, variant.title, variant.sku or "", product.vendor, product.product_type],
        "barcode": variant.barcode,
        "gift_card": product.is_gift_card,
        "inventory_quantity": variant.inventory_quantity,
        "location_id": [stock.location.legacy_resource_id for stock in variant.stock],
        "option1": chosen[0][1],
        "option2": chosen[1][1] if len(chosen) > 1 else None,
        "option3": chosen[2][1] if len(chosen) > 2 else None,
        "product_id": product.legacy_resource_id,
        "product_ids": product.legacy_resource_id,
        "product_status": product.status,
        "product_type": product.product_type,
        "published_status": _published(product),
        "sku": variant.sku,
        "tag": product.tags,
        "taxable": variant.taxable,
        "title": variant.title,
        "updated_at": variant.updated_at,
        "vendor": product.vendor,
    }


def only_default_variant(product: Product) -> bool:
    return len(product.variants) == 1 and product.variants[0].selected_options == (("Title", "Default Title"),)


def _is_reduced(variant: ProductVariant) -> bool:
    return variant.compare_at_price is not None and variant.compare_at_price > variant.price


def _published(product: Product) -> tuple[str, ...]:
    if product.published_at is None:
        return ("online_store_channel", "unpublished", "unavailable")
    return ("online_store_channel", "published", "visible")


def _sort_keys(shop: Shop) -> SortKeys:
    return {
        "CREATED_AT": by_instant(lambda product: product.created_at),
        "ID": by_id(),
        "INVENTORY_TOTAL": by_number(lambda product: total_inventory(shop, product)),
        "PRODUCT_TYPE": by_text(lambda product: product.product_type),
        "PUBLISHED_AT": by_instant(lambda product: product.published_at),
        "TITLE": by_text(lambda product: product.title),
        "UPDATED_AT": by_update(),
        "VENDOR": by_text(lambda product: product.vendor),
    }


VARIANT_SORT_KEYS: SortKeys = {
    "FULL_TITLE": by_text(lambda variant: variant.display_name),
    "ID": by_id(),
    "INVENTORY_QUANTITY": by_number(lambda variant: variant.inventory_quantity),
    "POSITION": by_number(lambda variant: variant.position),
    "SKU": by_text(lambda variant: variant.sku),
    "TITLE": by_text(lambda variant: variant.title),
}


def _products(_root: Any, info: Info, **asked: Any) -> Connection:
    shop = shop_of(info)
    visible = _visible(shop, asked.get("query"))
    return listing(shop, shop.products, PRODUCT_FILTERS, _sort_keys(shop), info, visible=visible, **asked)


def _products_count(_root: Any, info: Info, **asked: Any) -> dict[str, Any]:
    shop = shop_of(info)
    return counted(shop, shop.products, PRODUCT_FILTERS, info, visible=_visible(shop, asked.get("query")), **asked)


def _visible(shop: Shop, query: str | None) -> Keep:
    """Which products are listed when the query does not name a status (switch products_default_status)."""
    if shop.switches["products_default_status"] == "all" or (query and "status:" in query):
        return everything
    return _is_active


def _is_active(product: Product) -> bool:
    return product.status == "ACTIVE"


def _variants(_root: Any, info: Info, **asked: Any) -> Connection:
    shop = shop_of(info)
    return listing(shop, shop.variants, VARIANT_FILTERS, VARIANT_SORT_KEYS, info, **asked)


def _variants_count(_root: Any, info: Info, **asked: Any) -> dict[str, Any]:
    """The schema says that no field can be searched here."""
    shop = shop_of(info)
    return counted(shop, shop.variants, {}, info, **asked)


RESOLVERS: dict[str, Resolver] = {
    "QueryRoot.products": _products,
    "QueryRoot.productsCount": _products_count,
    "QueryRoot.productVariants": _variants,
    "QueryRoot.productVariantsCount": _variants_count,
}
