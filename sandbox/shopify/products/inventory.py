"""Stock: locations, the inventory item of a variant, its levels, and what sales and counts do to them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sandbox.shopify.api.connections import Connection, by_number, by_text, connection
from sandbox.shopify.api.context import Info, shop_of
from sandbox.shopify.api.schema import Resolver
from sandbox.shopify.model import Node
from sandbox.shopify.money import Money
from sandbox.shopify.products.catalog import changed
from sandbox.shopify.products.product_model import ITEM_OFFSET, Location, Product, ProductVariant, Stock, item_number
from sandbox.shopify.shop import Shop
from sandbox.simulator import NotModelled

ALWAYS_ZERO = ("incoming", "reserved", "damaged", "safety_stock", "quality_control")
"""Quantities that nothing in this sandbox can raise."""


@dataclass(frozen=True, slots=True)
class InventoryItem(Node):
    """What a variant is in the stockroom: a view of the variant."""

    typename = "InventoryItem"
    legacy_resource_id: str
    variant: ProductVariant


@dataclass(frozen=True, slots=True)
class InventoryLevel:
    """The stock of one item at one location."""

    variant: ProductVariant
    stock: Stock
    typename = "InventoryLevel"
    is_active = True

    @property
    def id(self) -> str:
        place = self.stock.location.legacy_resource_id
        return f"gid://shopify/InventoryLevel/{place}?inventory_item_id={item_number(self.variant)}"

    @property
    def item(self) -> InventoryItem:
        return item_of(self.variant)

    @property
    def location(self) -> Location:
        return self.stock.location

    @property
    def legacy_resource_id(self) -> str:
        return self.stock.location.legacy_resource_id

    def quantity(self, name: str) -> tuple[int, datetime | None]:
        """The number under a name, and when it changed: only `available` says so (capture product-variants-matrix)."""
        stock = self.stock
        if name == "available":
            return stock.available, stock.updated_at
        if name == "on_hand":
            return stock.available + stock.committed, None
        if name == "committed":
            return stock.committed, None
        if name in ALWAYS_ZERO:
            return 0, None
        raise NotModelled(f"the inventory quantity {name!r}")


def item_of(variant: ProductVariant) -> InventoryItem:
    return InventoryItem(str(item_number(variant)), variant)


def sold(shop: Shop, variant: ProductVariant, quantity: int) -> None:
    """An order took `quantity` of a variant; a negative one gives them back unshipped.

    Untracked variants do not notice. Tracked ones change, and their product with them: `updated_at` moves and
    products/update fires (reference §8).
    """
    if variant.tracked:
        _move(shop, variant, available=-quantity, committed=quantity)


def shipped(shop: Shop, variant: ProductVariant, quantity: int) -> None:
    """What was sold left the building: nothing that products show."""
    if variant.tracked:
        variant.stock[0].committed -= quantity


def restocked(shop: Shop, variant: ProductVariant, quantity: int) -> None:
    """Goods came back, or in."""
    if variant.tracked:
        _move(shop, variant, available=quantity, committed=0)


def count_stock(shop: Shop, variant: ProductVariant, quantities: Mapping[str, int]) -> None:
    """Say what an old variant has where (numeric id of the location -> quantity), tracked or not. The caller saves."""
    _remember(shop, variant.product)
    variant.old_inventory_quantity = variant.inventory_quantity
    here = {stock.location.legacy_resource_id: stock for stock in variant.stock}
    for place, quantity in quantities.items():
        if place not in here:
            here[place] = Stock(shop.table("Location").rows[place], 0, shop.now)
            variant.stock.append(here[place])
        here[place].available = quantity
        here[place].updated_at = shop.now


def _move(shop: Shop, variant: ProductVariant, *, available: int, committed: int) -> None:
    _remember(shop, variant.product)
    variant.old_inventory_quantity = variant.inventory_quantity
    stock = variant.stock[0]
    stock.available += available
    stock.committed += committed
    stock.updated_at = shop.now
    changed(shop, variant.product, [variant])


def _remember(shop: Shop, product: Product) -> None:
    """Let `totalInventory` say the old number for a while (capture product-set-parity; switch total_inventory_lag)."""
    lag = float(shop.switches["total_inventory_lag"])
    seen = product.total_inventory_seen
    if lag and (seen is None or seen[1] <= shop.clock.now):
        product.total_inventory_seen = (_tracked_total(product), shop.clock.now + timedelta(seconds=lag))


def total_inventory(shop: Shop, product: Product) -> int:
    """What is available of the tracked variants, late; untracked ones do not count (capture product-set-parity)."""
    seen = product.total_inventory_seen
    if seen is not None and shop.clock.now < seen[1]:
        return seen[0]
    return _tracked_total(product)


def _tracked_total(product: Product) -> int:
    return sum(variant.inventory_quantity for variant in product.variants if variant.tracked)


def _find_item(shop: Shop, legacy_id: str) -> InventoryItem | None:
    number = int(legacy_id) - ITEM_OFFSET if legacy_id.isdecimal() else -1
    variant = shop.variants.get(str(number))
    return item_of(variant) if variant else None


def _find_level(shop: Shop, legacy_id: str) -> InventoryLevel | None:
    """By "104875000041?inventory_item_id=50643009569001": the place and the item."""
    place, _, item_id = legacy_id.partition("?inventory_item_id=")
    item = _find_item(shop, item_id)
    levels = _levels(item.variant) if item else ()
    return next((level for level in levels if level.stock.location.legacy_resource_id == place), None)


def _levels(variant: ProductVariant) -> Iterator[InventoryLevel]:
    return (InventoryLevel(variant, stock) for stock in variant.stock)


def _node(_root: Any, info: Info, id: str) -> Any:  # noqa: A002  the argument's name in Shopify's schema
    return shop_of(info).node(id)


def _location(_root: Any, info: Info, id: str | None = None) -> Any:  # noqa: A002
    shop = shop_of(info)
    return shop.node(id) if id else next(iter(shop.table("Location").rows.values()))


def _locations(
    _root: Any, info: Info, sort_key: str = "NAME", include_inactive: bool = False, **page: Any
) -> Connection:
    order = {"NAME": by_text(lambda place: place.name)}.get(sort_key)
    rows = [place for place in shop_of(info).table("Location").rows.values() if place.is_active or include_inactive]
    return connection(rows, order, **page) if order else connection(rows, **page)


def _inventory_levels(item: InventoryItem, _info: Info, include_inactive: bool = False, **page: Any) -> Connection:
    return connection(_levels(item.variant), by_number(lambda level: int(level.legacy_resource_id)), **page)


def _quantities(level: InventoryLevel, _info: Info, names: Sequence[str]) -> list[dict[str, Any]]:
    found = [(name, *level.quantity(name)) for name in names]
    return [{"name": name, "quantity": quantity, "updatedAt": when} for name, quantity, when in found]


def _unit_cost(item: InventoryItem, info: Info) -> Money | None:
    cost = item.variant.unit_cost
    return Money(cost, shop_of(info).settings.currency) if cost is not None else None


def _weight(item: InventoryItem, _info: Info) -> dict[str, Any]:
    return {"weight": {"unit": item.variant.weight_unit, "value": float(item.variant.weight)}}


def _unknown(_item: InventoryItem, _info: Info) -> None:
    """No input of this sandbox sets it, so it is never known."""


RESOLVERS: dict[str, Resolver] = {
    "QueryRoot.inventoryItem": _node,
    "QueryRoot.inventoryLevel": _node,
    "QueryRoot.location": _location,
    "QueryRoot.locations": _locations,
    "InventoryItem.countryCodeOfOrigin": _unknown,
    "InventoryItem.provinceCodeOfOrigin": _unknown,
    "InventoryItem.harmonizedSystemCode": _unknown,
    "InventoryItem.createdAt": lambda item, _info: item.variant.created_at,
    "InventoryItem.updatedAt": lambda item, _info: item.variant.updated_at,
    "InventoryItem.sku": lambda item, _info: item.variant.sku,
    "InventoryItem.tracked": lambda item, _info: item.variant.tracked,
    "InventoryItem.requiresShipping": lambda item, _info: item.variant.requires_shipping,
    "InventoryItem.inventoryLevels": _inventory_levels,
    "InventoryItem.measurement": _weight,
    "InventoryItem.unitCost": _unit_cost,
    "InventoryLevel.quantities": _quantities,
}


def register(shop: Shop) -> None:
    """A store begins with one location."""
    shop.add_table("Location", lambda location: {"name": location.name})
    shop.save(Location(shop.new_id(), "Shop location", shop.now, shop.now))
    shop.derived["InventoryItem"] = lambda legacy_id: _find_item(shop, legacy_id)
    shop.derived["InventoryLevel"] = lambda legacy_id: _find_level(shop, legacy_id)
