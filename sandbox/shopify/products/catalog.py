"""Products and variants as the rest of the store and a world's generator make, change and remove them."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, TypedDict

from sandbox.shopify.bodies.products import deleted_body, product_body
from sandbox.shopify.metafields.metafield_rules import release_all
from sandbox.shopify.products.handles import free_handle, normalised
from sandbox.shopify.products.product_model import (
    Location,
    MediaImage,
    Product,
    ProductOption,
    ProductOptionValue,
    ProductVariant,
    Stock,
)
from sandbox.shopify.shop import Shop
from sandbox.shopify.unique import UniqueTable

MAX_VARIANTS = 2_048
MAX_OPTIONS = 3
DEFAULT_OPTIONS = (("Title", ("Default Title",)),)


class NewVariant(TypedDict, total=False):
    """A variant to be: `options` are its values in the order of the product's options.

    Its stock is a `quantity` at the store's first location, or `quantities` by the numeric id of locations.
    """

    options: Sequence[str]
    quantity: int
    quantities: Mapping[str, int]
    price: Decimal
    sku: str | None
    barcode: str | None
    compare_at_price: Decimal | None
    taxable: bool
    requires_shipping: bool
    weight: Decimal
    weight_unit: str
    unit_cost: Decimal | None
    inventory_policy: str
    tracked: bool


def by_handle(shop: Shop, handle: str) -> Product | None:
    """The product whose handle it is; handles are unique in a store."""
    table = shop.products
    assert isinstance(table, UniqueTable)
    product: Product | None = table.holder("handle", handle)
    return product


def product_by_id(shop: Shop, gid: str) -> Product | None:
    found = shop.node(gid)
    return found if isinstance(found, Product) else None


def variant_by_id(shop: Shop, gid: str) -> ProductVariant | None:
    found = shop.node(gid)
    return found if isinstance(found, ProductVariant) else None


def create_product(
    shop: Shop,
    title: str,
    *,
    options: Sequence[tuple[str, Sequence[str]]] = DEFAULT_OPTIONS,
    variants: Iterable[NewVariant] = ({},),
    handle: str | None = None,
    images: Sequence[str] = (),
    **fields: Any,
) -> Product:
    """Make a product with its variants; `fields` are further attributes of Product. Publishes products/create.

    A handle not given comes from the title and makes way for a taken one; one that is given must be free.
    """
    now = shop.now
    fields.setdefault("vendor", shop.settings.name)
    if handle is None:
        handle = free_handle(normalised(title), lambda wanted: by_handle(shop, wanted))
    product = Product(shop.new_id(), now, now, title, handle, **fields)
    set_options(shop, product, options)
    product.media = [MediaImage(shop.new_id(), url, None, now, now) for url in images]
    for new in variants:
        add_variant(shop, product, new)
    shop.save(product)
    shop.publish("products/create", lambda: product_body(shop, product))
    return product


def set_options(shop: Shop, product: Product, options: Sequence[tuple[str, Sequence[str]]]) -> None:
    """Give a product its options, each with values that may or may not have variants."""
    product.options = [
        ProductOption(shop.new_id(), product, name, [ProductOptionValue(shop.new_id(), value) for value in values])
        for name, values in options
    ]


def add_variant(shop: Shop, product: Product, new: NewVariant) -> ProductVariant:
    """Append a variant; without `options` it takes the first value of each. The caller saves the product."""
    now = shop.now
    fields: dict[str, Any] = {**new}
    values = fields.pop("options", None) or [option.option_values[0].name for option in product.options]
    stock = _stock(shop, fields.pop("quantities", None), fields.pop("quantity", 0), now)
    fields["sku"] = fields.get("sku") or None
    fields.setdefault("price", Decimal(0))
    variant = ProductVariant(
        shop.new_id(),
        product,
        now,
        now,
        " / ".join(values),
        selected_options=tuple((option.name, value) for option, value in zip(product.options, values, strict=True)),
        position=len(product.variants) + 1,
        stock=stock,
        old_inventory_quantity=sum(one.available for one in stock),
        **fields,
    )
    product.variants.append(variant)
    shop.save(variant)
    return variant


def _stock(shop: Shop, quantities: Mapping[str, int] | None, quantity: int, now: datetime) -> list[Stock]:
    if quantities is None:
        return [Stock(main_location(shop), quantity, now)]
    return [Stock(shop.table("Location").rows[place], number, now) for place, number in quantities.items()]


def main_location(shop: Shop) -> Location:
    """Where stock goes when no location is named: the store's first."""
    location: Location = next(iter(shop.table("Location").rows.values()))
    return location


def changed(shop: Shop, product: Product, variants: Iterable[ProductVariant] = (), *, reindex: bool = False) -> None:
    """Keep a change of a product, or of the variants named, which is one of the product too (products/update).

    `reindex` says that variants are found by something else from now on: status, vendor, type, tags, title.
    """
    for variant in variants:
        shop.save(variant)
    shop.save(product)
    if reindex:
        for variant in product.variants:
            shop.reindex(variant)
    shop.publish("products/update", lambda: product_body(shop, product))


def update_product(shop: Shop, product: Product, **fields: Any) -> None:
    """Change attributes of a product, as a merchant does in the admin."""
    for name, value in fields.items():
        setattr(product, name, value)
    changed(shop, product, reindex=True)


def touched(shop: Shop, product: Product) -> None:
    """A metafield of the product changed: that is a change of the product (reference §8)."""
    changed(shop, product)


def variant_touched(shop: Shop, variant: ProductVariant) -> None:
    changed(shop, variant.product, [variant])


def publish_product(shop: Shop, product: Product, *, published: bool = True) -> None:
    """Put a product on the online store or take it off: a change that moves `updated_at` (reference §8)."""
    update_product(shop, product, published_at=shop.now if published else None)


def delete_variants(shop: Shop, product: Product, gone: Sequence[ProductVariant]) -> None:
    """Remove some variants; the others move up. The caller saves the product."""
    lost = {variant.legacy_resource_id for variant in gone}
    for variant in gone:
        release_all(shop, variant)
        shop.delete(variant, "")
    product.variants = [variant for variant in product.variants if variant.legacy_resource_id not in lost]
    for position, variant in enumerate(product.variants, start=1):
        variant.position = position


def delete_product(shop: Shop, product: Product) -> None:
    """Remove a product and its variants: products/delete, and `destroy` events (reference §4.6)."""
    release_all(shop, product)
    for variant in product.variants:
        release_all(shop, variant)
        if shop.switches["deleted_product_variants"] == "events":
            shop.delete(variant, "")
        else:
            shop.remove(variant)
    shop.delete(product, "")
    shop.publish("products/delete", lambda: deleted_body(product))
