"""The records of a store's goods: products, their variants, options and images, and the stock at locations."""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from sandbox.shopify.model import Metafield, Node

GRAMS = {
    "GRAMS": Decimal(1),
    "KILOGRAMS": Decimal(1000),
    "OUNCES": Decimal("28.349523125"),
    "POUNDS": Decimal("453.59237"),
}

ITEM_OFFSET = 2_000_000_000_000
"""An inventory item's number is its variant's plus this: one to one, as real ones are, without a record of its own."""


@dataclass(slots=True, eq=False)
class Location(Node):
    """A place with stock. A store has at least one."""

    typename = "Location"
    legacy_resource_id: str
    name: str
    created_at: datetime
    updated_at: datetime
    is_active: bool = True


@dataclass(slots=True)
class Stock:
    """What one variant has at one location: `available` to be sold, `committed` to orders not yet shipped."""

    location: Location
    available: int
    updated_at: datetime
    committed: int = 0


@dataclass(slots=True, eq=False)
class ProductVariant(Node):
    """One thing to buy. In the API its SKU, cost, weight and tracking belong to its one InventoryItem."""

    typename = "ProductVariant"
    legacy_resource_id: str
    product: "Product"
    created_at: datetime
    updated_at: datetime
    title: str
    price: Decimal
    selected_options: tuple[tuple[str, str], ...] = (("Title", "Default Title"),)
    sku: str | None = None
    barcode: str | None = None
    compare_at_price: Decimal | None = None
    position: int = 1
    taxable: bool = True
    requires_shipping: bool = True
    weight: Decimal = Decimal(0)
    weight_unit: str = "KILOGRAMS"
    unit_cost: Decimal | None = None
    inventory_policy: str = "DENY"
    tracked: bool = False
    stock: list[Stock] = field(default_factory=list)
    old_inventory_quantity: int = 0
    metafields: dict[tuple[str, str], Metafield] | None = None

    @property
    def inventory_quantity(self) -> int:
        """Available over all locations, below zero when oversold."""
        if len(self.stock) == 1:  # nearly always, and asked for at every save
            return self.stock[0].available
        return sum(stock.available for stock in self.stock)

    @property
    def weight_grams(self) -> int:
        return round(self.weight * GRAMS[self.weight_unit])

    @property
    def display_name(self) -> str:
        return f"{self.product.title} - {self.title}"


def item_number(variant: ProductVariant) -> int:
    """The numeric id of the variant's inventory item."""
    return int(variant.legacy_resource_id) + ITEM_OFFSET


@dataclass(slots=True, eq=False)
class ProductOptionValue(Node):
    typename = "ProductOptionValue"
    legacy_resource_id: str
    name: str


@dataclass(slots=True, eq=False)
class ProductOption(Node):
    """One way in which variants differ."""

    typename = "ProductOption"
    legacy_resource_id: str
    product: "Product"
    name: str
    option_values: list[ProductOptionValue]

    @property
    def position(self) -> int:
        return self.product.options.index(self) + 1

    @property
    def used_values(self) -> list[str]:
        """The values that have variants, in their order (capture product-variants-bulk-update)."""
        place = self.product.options.index(self)
        used = {variant.selected_options[place][1] for variant in self.product.variants}
        return [value.name for value in self.option_values if value.name in used]


@dataclass(slots=True, eq=False)
class MediaImage(Node):
    """An image of a product; PROCESSING until Shopify has fetched it. Every picture in this sandbox has one size."""

    typename = "MediaImage"
    legacy_resource_id: str
    url: str
    alt: str | None
    created_at: datetime
    updated_at: datetime
    status: str = "READY"
    width: int = 1600
    height: int = 1600


@dataclass(slots=True, eq=False)
class Product(Node):
    """`total_inventory_seen` is what `totalInventory` still says until the moment beside it (reference §10 trap 28).

    `busy`: an operation that was not waited for is at work on it.
    """

    typename = "Product"
    legacy_resource_id: str
    created_at: datetime
    updated_at: datetime
    title: str
    handle: str
    status: str = "ACTIVE"
    description_html: str = ""
    vendor: str = ""
    product_type: str = ""
    tags: tuple[str, ...] = ()
    category: str | None = None
    options: list[ProductOption] = field(default_factory=list)
    variants: list[ProductVariant] = field(default_factory=list)
    media: list[MediaImage] = field(default_factory=list)
    seo_title: str | None = None
    seo_description: str | None = None
    template_suffix: str | None = None
    gift_card_template_suffix: str | None = None
    is_gift_card: bool = False
    requires_selling_plan: bool = False
    published_at: datetime | None = None
    total_inventory_seen: tuple[int, datetime] | None = None
    busy: bool = False
    metafields: dict[tuple[str, str], Metafield] | None = None
