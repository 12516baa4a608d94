"""Refunds over GraphQL: refundCreate with its refusals, and the fields of a refund."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from graphql import get_directive_values

from sandbox.shopify.api.connections import connection
from sandbox.shopify.api.context import Info, shop_of, top_level_error, user_error
from sandbox.shopify.api.schema import Resolver
from sandbox.shopify.money import ZERO, MoneyBag
from sandbox.shopify.orders.line_fields import Shown, shown_parts
from sandbox.shopify.orders.order_lookup import order_by_gid, transaction_of
from sandbox.shopify.orders.order_model import Order
from sandbox.shopify.orders.order_money import net_payment
from sandbox.shopify.orders.order_search import BY_LINE
from sandbox.shopify.orders.order_table import orders_of
from sandbox.shopify.orders.refund_model import Refund
from sandbox.shopify.orders.refunds import NewRefundLine, NewRefundTransaction, refund, shipping_to_refund
from sandbox.shopify.orders.sums import NOTHING, bag, total
from sandbox.simulator import NotModelled

Given = Mapping[str, Any]
Payload = dict[str, Any]
KEY_SINCE = "2026-04"
"""From this version on a refund needs an idempotency key (documented)."""


def refund_create(_root: Any, info: Info, input: Given) -> Payload:  # noqa: A002  the argument's name in Shopify's schema
    """The same key again answers with the refund it made, and makes none (documented)."""
    shop, key = shop_of(info), _idempotency_key(info)
    made = orders_of(shop).refunds_by_key.get(key) if key else None
    if made is not None:
        return {"refund": made, "order": made.order, "userErrors": []}
    order = order_by_gid(shop, input["order_id"])
    if order is None:
        return _refused(None, user_error(["orderId"], "Order does not exist"))
    lines, shipping = _lines(order, input.get("refund_line_items") or ()), _shipping(order, input.get("shipping") or {})
    money = [_transaction(order, one) for one in input.get("transactions") or ()]
    if errors := list(_problems(order, input, lines, shipping, money)):
        return _refused(order, *errors)
    made = refund(
        shop,
        order,
        lines=[line for line in lines if line is not None],
        shipping=shipping,
        transactions=money,
        note=input.get("note"),
        processed_at=input.get("processed_at"),
        reason=input.get("discrepancy_reason") or "REFUND_DISCREPANCY",
    )
    if key:
        orders_of(shop).refunds_by_key[key] = made
    return {"refund": made, "order": order, "userErrors": []}


def _refused(order: Order | None, *errors: Mapping[str, Any]) -> Payload:
    return {"refund": None, "order": order, "userErrors": list(errors)}


def _idempotency_key(info: Info) -> str | None:
    """The key of `@idempotent`. Raises GraphQLError where one is wanted and there is none (wording inferred)."""
    directive = info.schema.get_directive("idempotent")
    assert directive is not None
    for node in info.field_nodes:
        if given := get_directive_values(directive, node, info.variable_values):
            return str(given["key"])
    if info.context.version >= KEY_SINCE:
        message = "The @idempotent directive is required for this mutation but was not provided."
        raise top_level_error(message, "BAD_REQUEST")
    return None


def _lines(order: Order, given: Sequence[Given]) -> list[NewRefundLine | None]:
    """None stands for a line that the order does not have."""
    found = {line.id: line for line in order.lines}
    made: list[NewRefundLine | None] = []
    for one in given:
        line = found.get(one["line_item_id"])
        kind = one.get("restock_type") or "NO_RESTOCK"
        location = one["location_id"].rpartition("/")[2] if one.get("location_id") else None
        made.append(NewRefundLine(line, one["quantity"], kind, location) if line else None)
    return made


def _shipping(order: Order, given: Given) -> Decimal | None:
    return shipping_to_refund(order) if given.get("full_refund") else given.get("amount")


def _transaction(order: Order, given: Given) -> NewRefundTransaction:
    if given["kind"] != "REFUND":
        raise NotModelled(f"a refund with a transaction of kind {given['kind']}")
    parent = transaction_of(order, given["parent_id"]) if given.get("parent_id") else None
    return NewRefundTransaction(given["amount"], given["gateway"], parent)


def _problems(
    order: Order,
    given: Given,
    lines: Sequence[NewRefundLine | None],
    shipping: Decimal | None,
    money: Sequence[NewRefundTransaction],
) -> Iterator[Mapping[str, Any]]:
    """Wordings are those that third parties show for REST and GraphQL."""
    if order.rate.presentment != order.rate.shop and given.get("currency") is None and money:
        yield user_error(["currency"], "Currency must be specified for multi-currency orders")
    elif given.get("currency") not in {None, order.rate.presentment}:
        yield user_error(["currency"], "Currency must be the presentment currency of the order")
    asked: dict[str, int] = {}
    for number, line in enumerate(lines):
        if line is None:
            yield user_error(["refundLineItems", str(number), "lineItemId"], "Line item does not exist")
            continue
        asked[line.line.id] = asked.get(line.line.id, 0) + line.quantity
        if line.restock_type == "LEGACY_RESTOCK":
            raise NotModelled("the refusal of LEGACY_RESTOCK")
        if line.quantity < 1 or asked[line.line.id] > line.line.refundable_quantity:
            message = "Quantity cannot refund more items than were purchased"
            yield user_error(["refundLineItems", str(number), "quantity"], message)
    if shipping is not None and shipping > shipping_to_refund(order):
        yield user_error(["shipping"], "Shipping amount cannot be more than what is left to refund")
    yield from _impossible(order, given, shipping)
    yield from _too_much(order, given, money)


def _impossible(order: Order, given: Given, shipping: Decimal | None) -> Iterator[Mapping[str, Any]]:
    """Amounts below zero, payments that the order does not have. The wordings are inferred."""
    if shipping is not None and shipping < 0:
        yield user_error(["shipping"], "Shipping amount cannot be negative")
    for number, one in enumerate(given.get("transactions") or ()):
        if one["amount"] < 0:
            yield user_error(["transactions", str(number), "amount"], "Amount must be greater than or equal to 0")
        if one.get("parent_id") and transaction_of(order, one["parent_id"]) is None:
            yield user_error(["transactions", str(number), "parentId"], "Transaction does not exist")


def _too_much(order: Order, given: Given, money: Sequence[NewRefundTransaction]) -> Iterator[Mapping[str, Any]]:
    asked = sum((one.amount for one in money), ZERO)
    left = net_payment(order).presentment
    if asked > left and not given.get("allow_over_refunding"):
        message = f"Refund amount ${asked:.2f} is greater than net payment received ${left:.2f}"
        yield user_error(None, message)


def _part_sum(name: str) -> Resolver:
    def resolve(shown: Shown, _info: Info) -> MoneyBag:
        return bag(shown.order.rate, getattr(shown.part, name))

    return resolve


def _total_refunded(made: Refund, _info: Info) -> MoneyBag:
    return bag(made.order.rate, total(one.amount for one in made.transactions if one.status == "SUCCESS"))


RESOLVERS: dict[str, Resolver] = {
    "Mutation.refundCreate": refund_create,
    "Refund.orderAdjustments": lambda made, _info, **page: shown_parts(made.order, made.adjustments, **page),
    "Refund.refundLineItems": lambda made, _info, **page: shown_parts(made.order, made.lines, **page),
    "Refund.refundShippingLines": lambda made, _info, **page: shown_parts(made.order, made.shipping, **page),
    "Refund.totalRefundedSet": _total_refunded,
    "Refund.transactions": lambda made, _info, **page: connection(made.transactions, BY_LINE, **page),
    "RefundLineItem.priceSet": lambda shown, _info: bag(shown.order.rate, shown.part.line_item.price),
    "RefundLineItem.subtotalSet": _part_sum("subtotal"),
    "RefundLineItem.totalTaxSet": _part_sum("tax"),
    "RefundShippingLine.shippingLine": lambda shown, _info: Shown(shown.order, shown.part.shipping_line),
    "RefundShippingLine.subtotalAmountSet": _part_sum("subtotal"),
    "RefundShippingLine.taxAmountSet": _part_sum("tax"),
    "OrderAdjustment.amountSet": _part_sum("amount"),
    "OrderAdjustment.taxAmountSet": lambda shown, _info: bag(shown.order.rate, NOTHING),
}
