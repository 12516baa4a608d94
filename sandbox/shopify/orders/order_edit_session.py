"""An edit under way: a copy of the order on which changes are tried, until they are committed."""

from copy import copy
from dataclasses import dataclass, field
from decimal import Decimal
from uuid import UUID

from sandbox.shopify.model import Node
from sandbox.shopify.orders.order_discounts import HUNDRED, least
from sandbox.shopify.orders.order_model import (
    DiscountAllocation,
    DiscountApplication,
    LineItem,
    Order,
    ShippingLine,
    TaxLine,
)
from sandbox.shopify.orders.order_money import line_net
from sandbox.shopify.orders.sums import Sum, rounded
from sandbox.shopify.products.product_model import ProductVariant
from sandbox.shopify.shop import Shop


@dataclass(slots=True, eq=False)
class CalculatedOrder(Node):
    """`draft` is the order as it would be; `lines` its lines by the id under which the edit knows them.

    `restock` says of which original lines the units taken off go back to stock; `begun` is how the order stood.
    """

    typename = "CalculatedOrder"
    legacy_resource_id: str
    order: Order
    draft: Order
    lines: dict[str, LineItem]
    shipping: dict[str, ShippingLine]
    added: list[str] = field(default_factory=list)
    discounts: dict[str, tuple[str, DiscountApplication]] = field(default_factory=dict)
    restock: set[str] = field(default_factory=set)
    begun: tuple[object, ...] = ()

    @property
    def changes(self) -> bool:
        """Whether committing would do anything."""
        same = all(
            draft.quantity == line.quantity
            and draft.current_quantity == line.current_quantity
            and draft.discounts == line.discounts
            for line, draft in zip(self.order.lines, self.draft.lines, strict=False)
        )
        ships = [(one.is_removed, one.price) for one in self.draft.shipping_lines]
        shipped = [(one.is_removed, one.price) for one in self.order.shipping_lines]
        return not same or bool(self.added) or ships != shipped


def begin(shop: Shop, order: Order) -> CalculatedOrder:
    """A copy to work on. Existing lines keep their number in the edit, new ones get a UUID (captured)."""
    draft = copy(order)
    draft.lines = [copy(line) for line in order.lines]
    draft.shipping_lines = [copy(one) for one in order.shipping_lines]
    for line in draft.lines:
        line.order = draft
    return CalculatedOrder(
        shop.new_id(),
        order,
        draft,
        {f"gid://shopify/CalculatedLineItem/{line.legacy_resource_id}": line for line in draft.lines},
        {f"gid://shopify/CalculatedShippingLine/{one.legacy_resource_id}": one for one in draft.shipping_lines},
        begun=standing(order),
    )


def standing(order: Order) -> tuple[object, ...]:
    """What an edit relies on: units, discounts and shipping of the order."""
    lines = (
        (line.quantity, line.current_quantity, line.refundable_quantity, line.unfulfilled_quantity, line.discounts)
        for line in order.lines
    )
    return (*lines, *((one.legacy_resource_id, one.is_removed) for one in order.shipping_lines))


def editable(line: LineItem) -> int:
    """Units an edit may still take off: those not sent."""
    return line.unfulfilled_quantity


def set_quantity(edit: CalculatedOrder, gid: str, quantity: int, *, restock: bool) -> LineItem:
    """Let a line have so many units. Fewer: some leave; more: they are added, taxed and sold like the others."""
    line = edit.lines[gid]
    change = quantity - line.current_quantity
    if change > 0:
        line.tax_lines = tuple(
            TaxLine(tax.title, tax.rate, _scaled(line, tax.price, line.quantity + change), tax.channel_liable)
            for tax in line.tax_lines
        )
        line.quantity += change
    line.current_quantity += change
    line.refundable_quantity = min(line.refundable_quantity + max(change, 0), line.current_quantity)
    line.unfulfilled_quantity += change
    if restock and change < 0:
        edit.restock.add(line.legacy_resource_id)
    return line


def _scaled(line: LineItem, price: Sum, quantity: int) -> Sum:
    factor = Decimal(quantity) / line.quantity
    return rounded(line.order.rate, Sum(price.shop * factor, price.presentment * factor))


def add_line(shop: Shop, edit: CalculatedOrder, line: LineItem) -> str:
    """Stage a new line; returns the id under which the edit knows it."""
    gid = f"gid://shopify/CalculatedLineItem/{UUID(int=shop.random.getrandbits(128), version=4)}"
    edit.draft.lines.append(line)
    edit.lines[gid] = line
    edit.added.append(gid)
    return gid


def custom_line(shop: Shop, edit: CalculatedOrder, title: str, quantity: int, price: Sum) -> LineItem:
    """Neither shipped nor known to the catalogue."""
    identity = (shop.new_id(), edit.draft, title, quantity, price)
    return LineItem(*identity, quantity, quantity, quantity, requires_shipping=False)


def variant_line(shop: Shop, edit: CalculatedOrder, variant: ProductVariant, quantity: int, price: Sum) -> LineItem:
    product = variant.product
    return LineItem(
        shop.new_id(),
        edit.draft,
        product.title,
        quantity,
        price,
        quantity,
        quantity,
        quantity,
        variant_id=variant.legacy_resource_id,
        product_id=product.legacy_resource_id,
        variant_title=variant.title if variant.title != "Default Title" else None,
        sku=variant.sku,
        vendor=product.vendor,
        requires_shipping=variant.requires_shipping,
        taxable=variant.taxable,
        is_gift_card=product.is_gift_card,
        grams=variant.weight_grams,
    )


def add_discount(shop: Shop, edit: CalculatedOrder, gid: str, value: Sum | Decimal, description: str | None) -> str:
    """Stage a manual discount on one line; returns the id of its application."""
    line, draft = edit.lines[gid], edit.draft
    label = description or "Discount"
    application = DiscountApplication(
        "ManualDiscountApplication",
        label,
        value,
        index=len(draft.discount_applications),
        allocation_method="EACH",
        target_selection="EXPLICIT",
        description=description,
    )
    draft.discount_applications = (*draft.discount_applications, application)
    net = line_net(line)
    taken = net * (value / HUNDRED) if isinstance(value, Decimal) else least(value * line.quantity, net)
    line.discounts = (*line.discounts, DiscountAllocation(application, rounded(draft.rate, taken)))
    number = f"gid://shopify/CalculatedManualDiscountApplication/{shop.new_id()}"
    edit.discounts[number] = (gid, application)
    return number


def remove_discount(edit: CalculatedOrder, number: str) -> LineItem:
    """Take back a discount that this edit staged."""
    gid, application = edit.discounts.pop(number)
    line, draft = edit.lines[gid], edit.draft
    line.discounts = tuple(one for one in line.discounts if one.application is not application)
    draft.discount_applications = tuple(one for one in draft.discount_applications if one is not application)
    return line


def add_shipping(shop: Shop, edit: CalculatedOrder, title: str, price: Sum) -> str:
    line = ShippingLine(shop.new_id(), title, price, source="shopify", custom=True)
    gid = f"gid://shopify/CalculatedShippingLine/{UUID(int=shop.random.getrandbits(128), version=4)}"
    edit.draft.shipping_lines.append(line)
    edit.shipping[gid] = line
    return gid


def remove_shipping(edit: CalculatedOrder, gid: str) -> None:
    """One staged by this edit vanishes; an original one is marked as removed."""
    line = edit.shipping[gid]
    if any(one.legacy_resource_id == line.legacy_resource_id for one in edit.order.shipping_lines):
        line.is_removed = True
    else:
        edit.draft.shipping_lines.remove(line)
        del edit.shipping[gid]
