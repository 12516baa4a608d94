"""The mutations of an order edit: begin, try changes, commit."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from sandbox.shopify.api.context import Info, shop_of, user_error
from sandbox.shopify.api.schema import Resolver
from sandbox.shopify.money import Rate
from sandbox.shopify.orders.order_discounts import HUNDRED
from sandbox.shopify.orders.order_edit import CalculatedShipping, calculated_line, cannot_edit, commit
from sandbox.shopify.orders.order_edit_session import (
    CalculatedOrder,
    add_discount,
    add_line,
    add_shipping,
    begin,
    custom_line,
    editable,
    remove_discount,
    remove_shipping,
    set_quantity,
    variant_line,
)
from sandbox.shopify.orders.order_lookup import order_by_gid
from sandbox.shopify.orders.order_money import shop_worth
from sandbox.shopify.orders.order_table import orders_of
from sandbox.shopify.orders.sums import Sum, converted, rounded
from sandbox.shopify.products.product_model import ProductVariant

Payload = dict[str, Any]
GONE = user_error(["id"], "The calculated order does not exist.")


def _edit(info: Info, gid: str) -> CalculatedOrder | None:
    return orders_of(shop_of(info)).edits.get(gid.rpartition("/")[2])


def _refused(*errors: Mapping[str, Any]) -> Payload:
    nothing = dict.fromkeys(("calculatedOrder", "calculatedLineItem", "calculatedShippingLine"))
    return {**nothing, "userErrors": list(errors)}


def _price(edit: CalculatedOrder, given: Mapping[str, Any]) -> Sum | None:
    """A MoneyInput in either of the order's currencies; None in any other."""
    rate: Rate = edit.draft.rate
    amount: Decimal = given["amount"]
    if given["currency_code"] == rate.shop:
        return converted(rate, amount)
    if given["currency_code"] == rate.presentment:
        return rounded(rate, Sum(amount * shop_worth(edit.order), amount))
    return None


def order_edit_begin(_root: Any, info: Info, id: str) -> Payload:  # noqa: A002  the argument's name in Shopify's schema
    shop = shop_of(info)
    order = order_by_gid(shop, id)
    if order is None:
        return _refused(user_error(["id"], "The order does not exist."))
    if cannot_edit(order):
        return _refused(user_error(["id"], "The order cannot be edited."))
    edit = begin(shop, order)
    orders_of(shop).edits[edit.legacy_resource_id] = edit
    return {"calculatedOrder": edit, "userErrors": []}


def order_edit_add_custom_item(
    _root: Any,
    info: Info,
    id: str,  # noqa: A002
    price: Mapping[str, Any],
    quantity: int,
    title: str,
    requires_shipping: bool | None = None,
    taxable: bool | None = None,
) -> Payload:
    edit = _edit(info, id)
    if edit is None:
        return _refused(GONE)
    amount = _price(edit, price)
    errors = [
        *([user_error(["quantity"], "Quantity must be greater than 0")] if quantity < 1 else []),
        *([user_error(["title"], "Title can't be blank")] if not title.strip() else []),
        *([user_error(["price"], "Price cannot be negative")] if price["amount"] < 0 else []),
        *([user_error(["price"], "Currency must be a currency of the order")] if amount is None else []),
    ]
    if errors or amount is None:
        return _refused(*errors)
    line = custom_line(shop_of(info), edit, title, quantity, amount)
    line.requires_shipping, line.taxable = bool(requires_shipping), taxable is not False
    gid = add_line(shop_of(info), edit, line)
    return {"calculatedOrder": edit, "calculatedLineItem": calculated_line(edit, gid), "userErrors": []}


def order_edit_add_variant(
    _root: Any,
    info: Info,
    id: str,  # noqa: A002
    quantity: int,
    variant_id: str,
    allow_duplicates: bool | None = False,
) -> Payload:
    shop, edit = shop_of(info), _edit(info, id)
    if edit is None:
        return _refused(GONE)
    variant = shop.node(variant_id)
    if not isinstance(variant, ProductVariant):
        return _refused(user_error(["variantId"], "The variant does not exist."))
    if quantity < 1:
        return _refused(user_error(["quantity"], "Quantity must be greater than 0"))
    if not allow_duplicates and any(
        line.variant_id == variant.legacy_resource_id and line.current_quantity for line in edit.draft.lines
    ):
        return _refused(user_error(["variantId"], "The variant is already on the order."))
    gid = add_line(shop, edit, variant_line(shop, edit, variant, quantity, converted(edit.draft.rate, variant.price)))
    return {"calculatedOrder": edit, "calculatedLineItem": calculated_line(edit, gid), "userErrors": []}


def order_edit_set_quantity(
    _root: Any,
    info: Info,
    id: str,  # noqa: A002
    line_item_id: str,
    quantity: int,
    restock: bool | None = None,
) -> Payload:
    edit = _edit(info, id)
    if edit is None:
        return _refused(GONE)
    line = edit.lines.get(line_item_id)
    if line is None:
        return _refused(user_error(["lineItemId"], "The line item does not exist."))
    if quantity < line.current_quantity - editable(line):
        least = max(0, line.current_quantity - editable(line))
        return _refused(user_error(["quantity"], f"Quantity must be greater than or equal to {least}"))
    set_quantity(edit, line_item_id, quantity, restock=bool(restock))
    return {"calculatedOrder": edit, "calculatedLineItem": calculated_line(edit, line_item_id), "userErrors": []}


def order_edit_add_line_item_discount(
    _root: Any,
    info: Info,
    id: str,  # noqa: A002
    line_item_id: str,
    discount: Mapping[str, Any],
) -> Payload:
    edit = _edit(info, id)
    if edit is None:
        return _refused(GONE)
    if line_item_id not in edit.lines:
        return _refused(user_error(["lineItemId"], "The line item does not exist."))
    fixed, percent = discount.get("fixed_value"), discount.get("percent_value")
    value = _price(edit, fixed) if fixed else Decimal(str(percent)) if percent is not None else None
    if value is None:
        return _refused(user_error(["discount"], "A discount needs a fixed value or a percentage"))
    if value.presentment < 0 if isinstance(value, Sum) else not 0 <= value <= HUNDRED:
        return _refused(user_error(["discount"], "A discount is from nothing to the whole price"))
    add_discount(shop_of(info), edit, line_item_id, value, discount.get("description"))
    return {"calculatedOrder": edit, "calculatedLineItem": calculated_line(edit, line_item_id), "userErrors": []}


def order_edit_remove_discount(_root: Any, info: Info, id: str, discount_application_id: str) -> Payload:  # noqa: A002
    edit = _edit(info, id)
    if edit is None:
        return _refused({**GONE, "code": "INVALID"})
    if discount_application_id not in edit.discounts:
        message = "The discount application does not exist."
        return _refused(user_error(["discountApplicationId"], message, "INVALID"))
    remove_discount(edit, discount_application_id)
    return {"calculatedOrder": edit, "userErrors": []}


def order_edit_add_shipping_line(
    _root: Any,
    info: Info,
    id: str,  # noqa: A002
    shipping_line: Mapping[str, Any],
) -> Payload:
    edit = _edit(info, id)
    if edit is None:
        return _refused({**GONE, "code": "INVALID"})
    price = _price(edit, shipping_line["price"])
    if price is None:
        message = "Currency must be a currency of the order"
        return _refused(user_error(["shippingLine", "price"], message, "INVALID"))
    if price.presentment < 0:
        return _refused(user_error(["shippingLine", "price"], "Price cannot be negative", "INVALID"))
    gid = add_shipping(shop_of(info), edit, shipping_line["title"], price)
    shown = CalculatedShipping(gid, edit.shipping[gid], edit)
    return {"calculatedOrder": edit, "calculatedShippingLine": shown, "userErrors": []}


def order_edit_remove_shipping_line(_root: Any, info: Info, id: str, shipping_line_id: str) -> Payload:  # noqa: A002
    edit = _edit(info, id)
    if edit is None:
        return _refused({**GONE, "code": "INVALID"})
    if shipping_line_id not in edit.shipping:
        return _refused(user_error(["shippingLineId"], "The shipping line does not exist.", "INVALID"))
    remove_shipping(edit, shipping_line_id)
    return {"calculatedOrder": edit, "userErrors": []}


def order_edit_commit(
    _root: Any,
    info: Info,
    id: str,  # noqa: A002
    notify_customer: bool | None = None,
    staff_note: str | None = None,
) -> Payload:
    """An edit without changes is refused and stays open (capture money-bag-presentment-parity)."""
    edit = _edit(info, id)
    if edit is None:
        return {"order": None, "successMessages": [], "userErrors": [GONE]}
    if not edit.changes:
        error = user_error(["id"], "There must be at least one change to be made.")
        return {"order": None, "successMessages": [], "userErrors": [error]}
    app_id = info.context.access.app_id
    order = commit(shop_of(info), edit, notify=bool(notify_customer), note=staff_note, app_id=app_id)
    return {"order": order, "successMessages": ["Order updated"], "userErrors": []}


RESOLVERS: dict[str, Resolver] = {
    "Mutation.orderEditAddCustomItem": order_edit_add_custom_item,
    "Mutation.orderEditAddLineItemDiscount": order_edit_add_line_item_discount,
    "Mutation.orderEditAddShippingLine": order_edit_add_shipping_line,
    "Mutation.orderEditAddVariant": order_edit_add_variant,
    "Mutation.orderEditBegin": order_edit_begin,
    "Mutation.orderEditCommit": order_edit_commit,
    "Mutation.orderEditRemoveDiscount": order_edit_remove_discount,
    "Mutation.orderEditRemoveShippingLine": order_edit_remove_shipping_line,
    "Mutation.orderEditSetQuantity": order_edit_set_quantity,
}
