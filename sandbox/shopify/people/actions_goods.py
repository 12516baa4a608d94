"""What a person does with products and their stock."""

from collections.abc import Callable
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sandbox.shopify.people import finding
from sandbox.shopify.products import catalog, inventory
from sandbox.shopify.products.catalog import NewVariant
from sandbox.shopify.views import shown

if TYPE_CHECKING:
    from sandbox.shopify.simulator import Shopify

PRODUCT = ("title", "vendor", "product_type", "status", "description_html", "tags", "is_gift_card")
VARIANT = ("sku", "barcode", "taxable", "price", "compare_at_price")


def _chosen(given: dict[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    """What may be set, with lists as tuples and money exact. Raises ValueError for anything else."""
    if unknown := sorted(given.keys() - set(names)):
        raise ValueError(f"cannot set {', '.join(unknown)}; there are: {', '.join(names)}")
    values = {name: tuple(value) if isinstance(value, list) else value for name, value in given.items()}
    for name in ("price", "compare_at_price"):
        if values.get(name) is not None:
            values[name] = Decimal(str(values[name]))
    return values


def create_product(
    simulator: "Shopify",
    title: str,
    price: str = "0.00",
    sku: str | None = None,
    quantity: int = 0,
    option: str | None = None,
    values: list[str] | None = None,
    **fields: Any,
) -> Any:
    """Add a product; with `option` and `values` one variant for each value, all at one price."""
    variants: list[NewVariant] = [
        {"price": Decimal(price), "sku": sku, "quantity": quantity, "tracked": quantity > 0, "options": [value]}
        for value in values or ["Default Title"]
    ]
    options = [(option or "Title", values or ["Default Title"])]
    made = catalog.create_product(simulator.shop, title, options=options, variants=variants, **_chosen(fields, PRODUCT))
    return _product(made)


def edit_product(simulator: "Shopify", product: str, **fields: Any) -> Any:
    """Change a product: title, vendor, product_type, status, description_html, tags, is_gift_card."""
    found = finding.product(simulator.shop, product)
    catalog.update_product(simulator.shop, found, **_chosen(fields, PRODUCT))
    return _product(found)


def edit_variant(simulator: "Shopify", variant: str, **fields: Any) -> Any:
    """Change a variant: price, compare_at_price, sku, barcode, taxable."""
    found = finding.variant(simulator.shop, variant)
    for name, value in _chosen(fields, VARIANT).items():
        setattr(found, name, value)
    catalog.variant_touched(simulator.shop, found)
    return shown(found, deep=True)


def count_stock(simulator: "Shopify", variant: str, quantity: int) -> Any:
    """Say how many of a variant there are at the first location, and track it from now on."""
    shop = simulator.shop
    found = finding.variant(shop, variant)
    found.tracked = True
    inventory.count_stock(shop, found, {catalog.main_location(shop).legacy_resource_id: quantity})
    catalog.variant_touched(shop, found)
    return shown(found, deep=True)


def publish_product(simulator: "Shopify", product: str, published: bool = True) -> Any:
    """Put a product on the online store, or take it off."""
    found = finding.product(simulator.shop, product)
    catalog.publish_product(simulator.shop, found, published=published)
    return _product(found)


def delete_variant(simulator: "Shopify", variant: str) -> Any:
    """Delete one variant of several."""
    found = finding.variant(simulator.shop, variant)
    if len(found.product.variants) == 1:
        raise ValueError("a product keeps at least one variant")
    catalog.delete_variants(simulator.shop, found.product, [found])
    catalog.changed(simulator.shop, found.product)
    return {"deleted": found.id}


def delete_product(simulator: "Shopify", product: str) -> Any:
    """Delete a product and its variants."""
    found = finding.product(simulator.shop, product)
    catalog.delete_product(simulator.shop, found)
    return {"deleted": found.id}


def _product(product: Any) -> Any:
    return {**shown(product, deep=True), "variants": [shown(variant, deep=True) for variant in product.variants]}


ACTIONS: tuple[Callable[..., Any], ...] = (
    create_product,
    edit_product,
    edit_variant,
    count_stock,
    publish_product,
    delete_variant,
    delete_product,
)
