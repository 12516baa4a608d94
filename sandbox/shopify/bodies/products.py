"""Bodies of products/create, products/update and products/delete."""

from typing import Any

from sandbox.shopify.bodies.values import local, number
from sandbox.shopify.money import plain_text
from sandbox.shopify.products.product_model import MediaImage, Product, ProductOption, ProductVariant, item_number
from sandbox.shopify.products.taxonomy import category
from sandbox.shopify.shop import Shop


def product_body(shop: Shop, product: Product) -> dict[str, Any]:
    """A product with all its variants, options and images."""
    images = [_image(shop, product, n, image) for n, image in enumerate(product.media, 1) if image.status == "READY"]
    return {
        "admin_graphql_api_id": product.id,
        "body_html": product.description_html,
        "created_at": local(shop, product.created_at),
        "handle": product.handle,
        "id": number(product.legacy_resource_id),
        "product_type": product.product_type,
        "published_at": local(shop, product.published_at),
        "template_suffix": product.template_suffix or "",
        "title": product.title,
        "updated_at": local(shop, product.updated_at),
        "vendor": product.vendor,
        "status": product.status.lower(),
        "published_scope": "global",
        "tags": ", ".join(product.tags),
        "variants": [_variant(shop, variant) for variant in product.variants],
        "options": [_option(product, n, option) for n, option in enumerate(product.options, 1)],
        "images": images,
        "image": images[0] if images else None,
        "media": [_media(shop, product, n, image) for n, image in enumerate(product.media, 1)],
        "variant_gids": [
            {"admin_graphql_api_id": variant.id, "updated_at": local(shop, variant.updated_at)}
            for variant in product.variants
        ],
        "has_variants_that_requires_components": False,
        "category": _category(product),
    }


def deleted_body(product: Product) -> dict[str, Any]:
    return {"id": number(product.legacy_resource_id)}


def _variant(shop: Shop, variant: ProductVariant) -> dict[str, Any]:
    currency = shop.settings.currency
    values = [value for _, value in variant.selected_options]
    compare_at = variant.compare_at_price
    return {
        "admin_graphql_api_id": variant.id,
        "barcode": variant.barcode,
        "compare_at_price": plain_text(compare_at, currency) if compare_at is not None else None,
        "created_at": local(shop, variant.created_at),
        "id": number(variant.legacy_resource_id),
        "inventory_policy": variant.inventory_policy.lower(),
        "position": variant.position,
        "price": plain_text(variant.price, currency),
        "product_id": number(variant.product.legacy_resource_id),
        "sku": variant.sku,
        "taxable": variant.taxable,
        "title": variant.title,
        "updated_at": local(shop, variant.updated_at),
        **{f"option{n + 1}": values[n] if n < len(values) else None for n in range(3)},
        "image_id": None,
        "inventory_item_id": item_number(variant),
        "inventory_quantity": variant.inventory_quantity,
        "old_inventory_quantity": variant.old_inventory_quantity,
    }


def _option(product: Product, position: int, option: ProductOption) -> dict[str, Any]:
    return {
        "name": option.name,
        "id": number(option.legacy_resource_id),
        "product_id": number(product.legacy_resource_id),
        "position": position,
        "values": option.used_values,
    }


def _image(shop: Shop, product: Product, position: int, image: MediaImage) -> dict[str, Any]:
    return {
        "id": number(image.legacy_resource_id),
        "alt": image.alt,
        "position": position,
        "product_id": number(product.legacy_resource_id),
        "created_at": local(shop, image.created_at),
        "updated_at": local(shop, image.updated_at),
        "admin_graphql_api_id": image.id,
        "width": image.width,
        "height": image.height,
        "src": image.url,
        "variant_ids": [],
    }


def _media(shop: Shop, product: Product, position: int, image: MediaImage) -> dict[str, Any]:
    preview = {"width": image.width, "height": image.height, "src": image.url, "status": image.status}
    return {
        "id": number(image.legacy_resource_id),
        "product_id": number(product.legacy_resource_id),
        "position": position,
        "created_at": local(shop, image.created_at),
        "updated_at": local(shop, image.updated_at),
        "alt": image.alt,
        "status": image.status,
        "media_content_type": "IMAGE",
        "preview_image": preview if image.status == "READY" else None,
        "variant_ids": [],
        "admin_graphql_api_id": image.id,
    }


def _category(product: Product) -> dict[str, Any] | None:
    if product.category is None:
        return None
    found = category(product.category)
    return {"admin_graphql_api_id": found.id, "name": found.name, "full_name": found.full_name}
