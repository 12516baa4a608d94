"""Editing an order: what an edit finally does to it, and the edit as GraphQL shows it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.shopify.api.connections import Connection, connection
from sandbox.shopify.api.context import Info, shop_of
from sandbox.shopify.api.schema import Resolver
from sandbox.shopify.bodies.order_edits import edited_body
from sandbox.shopify.money import MoneyBag
from sandbox.shopify.orders.order_edit_session import CalculatedOrder, editable, standing
from sandbox.shopify.orders.order_events import changed, units_changed
from sandbox.shopify.orders.order_model import LineItem, Order, ShippingLine
from sandbox.shopify.orders.order_money import current_subtotal, current_total, discounted_unit_price, outstanding
from sandbox.shopify.orders.order_search import BY_LINE
from sandbox.shopify.orders.order_table import orders_of
from sandbox.shopify.orders.sums import Sum, bag
from sandbox.shopify.products.inventory import sold
from sandbox.shopify.products.product_model import ProductVariant
from sandbox.shopify.shop import Shop
from sandbox.simulator import NotModelled

COPIED = ("quantity", "current_quantity", "refundable_quantity", "unfulfilled_quantity", "tax_lines", "discounts")


def commit(
    shop: Shop, edit: CalculatedOrder, *, notify: bool = False, note: str | None = None, app_id: str = ""
) -> Order:
    """Do to the order what the edit tried: an order that was paid may end up partly paid (captured).

    Raises NotModelled where units of the order were sent, refunded or edited since the edit began.
    """
    order, draft = edit.order, edit.draft
    if standing(order) != edit.begun:
        raise NotModelled("the commit of an edit of an order that has changed since the edit began")
    free = order.given_status == "PAID" and not current_total(order)
    deltas = {}
    for line, tried in zip(order.lines, draft.lines, strict=False):
        if change := tried.current_quantity - line.current_quantity:
            deltas[line.legacy_resource_id] = change
        for name in COPIED:
            setattr(line, name, getattr(tried, name))
    new = draft.lines[len(order.lines) :]
    for line in new:
        line.order = order
        deltas[line.legacy_resource_id] = line.quantity
    order.lines += new
    known = {one.legacy_resource_id: one for one in order.shipping_lines}
    for tried_shipping in draft.shipping_lines:
        if (shipping := known.get(tried_shipping.legacy_resource_id)) is None:
            order.shipping_lines.append(tried_shipping)
        else:
            shipping.is_removed = tried_shipping.is_removed
    order.discount_applications = draft.discount_applications
    order.edited = True
    if order.transactions:
        order.given_status = None
    elif free and current_total(order):
        order.given_status = "PENDING"
    del orders_of(shop).edits[edit.legacy_resource_id]
    _move_stock(shop, order, edit, deltas)
    units_changed(shop, order)
    told = edited_body(shop, order, edit.legacy_resource_id, deltas, notify=notify, note=note, app_id=app_id)
    changed(shop, order)
    shop.publish("orders/edited", lambda: told)
    return order


def _move_stock(shop: Shop, order: Order, edit: CalculatedOrder, deltas: Mapping[str, int]) -> None:
    """Added units are sold; those taken off go back only where that was asked for."""
    for line in order.lines:
        change = deltas.get(line.legacy_resource_id, 0)
        variant = shop.variants.get(line.variant_id) if line.variant_id else None
        if variant is not None and (change > 0 or (change < 0 and line.legacy_resource_id in edit.restock)):
            sold(shop, variant, change)


def cannot_edit(order: Order) -> bool:
    return order.cancelled_at is not None


@dataclass(frozen=True, slots=True)
class CalculatedLine:
    """A line of an edit as GraphQL shows it."""

    id: str
    line: LineItem
    edit: CalculatedOrder

    @property
    def legacy_resource_id(self) -> str:
        return self.line.legacy_resource_id

    @property
    def original(self) -> LineItem | None:
        """The line as it stands on the order; None for a new one."""
        same = (one for one in self.edit.order.lines if one.legacy_resource_id == self.legacy_resource_id)
        return next(same, None)


@dataclass(frozen=True, slots=True)
class CalculatedShipping:
    id: str
    line: ShippingLine
    edit: CalculatedOrder

    @property
    def staged_status(self) -> str:
        if all(one.legacy_resource_id != self.line.legacy_resource_id for one in self.edit.order.shipping_lines):
            return "ADDED"
        before = next(o for o in self.edit.order.shipping_lines if o.legacy_resource_id == self.line.legacy_resource_id)
        return "REMOVED" if self.line.is_removed and not before.is_removed else "NONE"


def calculated_line(edit: CalculatedOrder, gid: str) -> CalculatedLine:
    return CalculatedLine(gid, edit.lines[gid], edit)


def _bag(edit: CalculatedOrder, amount: Sum) -> MoneyBag:
    return bag(edit.draft.rate, amount)


def _lines(edit: CalculatedOrder, _info: Info, **page: Any) -> Connection:
    return connection([calculated_line(edit, gid) for gid in edit.lines], BY_LINE, **page)


def _added(edit: CalculatedOrder, _info: Info, **page: Any) -> Connection:
    return connection([calculated_line(edit, gid) for gid in edit.added], BY_LINE, **page)


def _quantity_before(one: CalculatedLine, _info: Info) -> int:
    return editable(one.original) if one.original else 0


def _variant(one: CalculatedLine, info: Info) -> ProductVariant | None:
    return shop_of(info).variants.get(one.line.variant_id) if one.line.variant_id else None


RESOLVERS: dict[str, Resolver] = {
    "CalculatedOrder.addedLineItems": _added,
    "CalculatedOrder.lineItems": _lines,
    "CalculatedOrder.originalOrder": lambda edit, _info: edit.order,
    "CalculatedOrder.shippingLines": lambda edit, _info: [
        CalculatedShipping(gid, line, edit) for gid, line in edit.shipping.items()
    ],
    "CalculatedOrder.subtotalLineItemsQuantity": lambda edit, _info: sum(
        line.current_quantity for line in edit.draft.lines
    ),
    "CalculatedOrder.subtotalPriceSet": lambda edit, _info: _bag(edit, current_subtotal(edit.draft)),
    "CalculatedOrder.totalOutstandingSet": lambda edit, _info: _bag(edit, outstanding(edit.draft)),
    "CalculatedOrder.totalPriceSet": lambda edit, _info: _bag(edit, current_total(edit.draft)),
    "CalculatedLineItem.customAttributes": lambda one, _info: one.line.attributes,
    "CalculatedLineItem.discountedUnitPriceSet": lambda one, _info: _bag(one.edit, discounted_unit_price(one.line)),
    "CalculatedLineItem.editableQuantity": lambda one, _info: editable(one.line),
    "CalculatedLineItem.editableQuantityBeforeChanges": _quantity_before,
    "CalculatedLineItem.hasStagedLineItemDiscount": lambda one, _info: any(
        gid == one.id for gid, _ in one.edit.discounts.values()
    ),
    "CalculatedLineItem.originalUnitPriceSet": lambda one, _info: _bag(one.edit, one.line.price),
    "CalculatedLineItem.quantity": lambda one, _info: one.line.current_quantity,
    "CalculatedLineItem.restocking": lambda one, _info: one.legacy_resource_id in one.edit.restock,
    "CalculatedLineItem.sku": lambda one, _info: one.line.sku,
    "CalculatedLineItem.title": lambda one, _info: one.line.title,
    "CalculatedLineItem.variant": _variant,
    "CalculatedLineItem.variantTitle": lambda one, _info: one.line.variant_title,
    "CalculatedShippingLine.price": lambda one, _info: _bag(one.edit, one.line.price),
    "CalculatedShippingLine.title": lambda one, _info: one.line.title,
}
