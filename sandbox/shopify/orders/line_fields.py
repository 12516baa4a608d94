"""The fields of an order's parts: lines, shipping, taxes, discounts, transactions."""

from collections.abc import Callable, Iterable
from typing import Any

from sandbox.shopify.api.connections import Connection, connection
from sandbox.shopify.api.context import Info, shop_of
from sandbox.shopify.api.schema import Resolver
from sandbox.shopify.money import MoneyBag
from sandbox.shopify.orders import order_money as sums
from sandbox.shopify.orders.order_model import (
    Attributes,
    DiscountAllocation,
    DiscountApplication,
    LineItem,
    Order,
    OrderTransaction,
    ShippingLine,
    TaxLine,
)
from sandbox.shopify.orders.order_search import BY_LINE
from sandbox.shopify.orders.sums import NOTHING, Sum, bag

Fields = dict[str, Any]


class Shown:
    """A part of an order as GraphQL shows it, with the order whose currencies it uses."""

    __slots__ = ("order", "part")

    def __init__(self, order: Order, part: Any) -> None:
        self.order = order
        self.part = part

    def __getattr__(self, name: str) -> Any:
        return getattr(self.part, name)


def shown_parts(order: Order, parts: Iterable[Any], **page: Any) -> Connection:
    return connection([Shown(order, part) for part in parts], BY_LINE, **page)


def line_sum(worked_out: Callable[[LineItem], Sum]) -> Resolver:
    def resolve(line: LineItem, _info: Info) -> MoneyBag:
        return bag(line.order.rate, worked_out(line))

    return resolve


LINE_SUMS: dict[str, Callable[[LineItem], Sum]] = {
    "discountedUnitPriceAfterAllDiscountsSet": sums.discounted_unit_price,
    "originalTotalSet": sums.line_total,
    "originalUnitPriceSet": lambda line: line.price,
    "totalDiscountSet": lambda line: sums.line_level_discount(line, codes=False),
}


def attributes(pairs: Attributes) -> list[Fields]:
    """As [Attribute!]."""
    return [{"key": key, "value": value} for key, value in pairs]


def priced(order: Order, taxes: Iterable[TaxLine]) -> list[Fields]:
    """As [TaxLine!]: a tax knows no currency of its own."""
    return [
        {
            "title": tax.title,
            "rate": float(tax.rate) if tax.rate is not None else None,
            "ratePercentage": float(tax.rate * 100) if tax.rate is not None else None,
            "channelLiable": tax.channel_liable,
            "priceSet": bag(order.rate, tax.price),
        }
        for tax in taxes
    ]


def application(order: Order, one: DiscountApplication) -> Fields:
    """As DiscountApplication, whichever kind."""
    if isinstance(one.value, Sum):
        value: Fields = {"__typename": "MoneyV2", **_money(order, one.value)}
    else:
        value = {"__typename": "PricingPercentageValue", "percentage": float(one.value)}
    return {
        "__typename": one.kind,
        "index": one.index,
        "allocationMethod": one.allocation_method,
        "targetSelection": one.target_selection,
        "targetType": one.target_type,
        "value": value,
        "code": one.label,
        "title": one.label,
        "description": one.description,
    }


def _money(order: Order, value: Sum) -> Fields:
    """In the buyer's currency, as a discount's value is stated."""
    return {"amount": value.presentment, "currencyCode": order.rate.presentment}


def allocated(order: Order, allocations: Iterable[DiscountAllocation]) -> list[Fields]:
    """As [DiscountAllocation!]."""
    return [
        {"allocatedAmountSet": bag(order.rate, one.amount), "discountApplication": application(order, one.application)}
        for one in allocations
    ]


def _discounted_total(line: LineItem, _info: Info, with_code_discounts: bool = False) -> MoneyBag:
    """Less what was taken off this line alone; codes only where asked for."""
    taken = sums.line_level_discount(line, codes=with_code_discounts)
    return bag(line.order.rate, sums.line_total(line) - taken)


def _variant(line: LineItem, info: Info) -> Any:
    return shop_of(info).variants.get(line.variant_id) if line.variant_id else None


def _product(line: LineItem, info: Info) -> Any:
    """Null once it is deleted; the line keeps its names."""
    return shop_of(info).products.get(line.product_id) if line.product_id else None


def _shipping_sum(worked_out: Callable[[ShippingLine], Sum]) -> Resolver:
    def resolve(shown: Shown, _info: Info) -> MoneyBag:
        return bag(shown.order.rate, worked_out(shown.part))

    return resolve


def _gateway(transaction: OrderTransaction, _info: Info) -> str:
    """ "shopify_payments" -> "Shopify payments"."""
    return transaction.gateway.replace("_", " ").capitalize()


RESOLVERS: dict[str, Resolver] = {
    **{f"LineItem.{name}": line_sum(worked_out) for name, worked_out in LINE_SUMS.items()},
    "LineItem.customAttributes": lambda line, _info: attributes(line.attributes),
    "LineItem.discountAllocations": lambda line, _info: allocated(line.order, line.discounts),
    "LineItem.discountedTotalSet": _discounted_total,
    "LineItem.fulfillableQuantity": lambda line, _info: line.unfulfilled_quantity,
    "LineItem.lineItemGroup": lambda line, _info: None,
    "LineItem.product": _product,
    "LineItem.sellingPlan": lambda line, _info: None,
    "LineItem.taxLines": lambda line, _info, first=None: priced(line.order, line.tax_lines)[:first],
    "LineItem.variant": _variant,
    "ShippingLine.currentDiscountedPriceSet": _shipping_sum(sums.current_shipping),
    "ShippingLine.discountAllocations": lambda shown, _info: allocated(shown.order, shown.part.discounts),
    "ShippingLine.discountedPriceSet": _shipping_sum(sums.shipping_net),
    "ShippingLine.originalPriceSet": _shipping_sum(lambda line: line.price),
    "ShippingLine.taxLines": lambda shown, _info: priced(shown.order, shown.part.tax_lines),
    "OrderTransaction.amountSet": lambda one, _info: bag(one.order.rate, one.amount),
    "OrderTransaction.authorizationExpiresAt": lambda one, _info: one.expires_at,
    "OrderTransaction.formattedGateway": _gateway,
    "OrderTransaction.manualPaymentGateway": lambda one, _info: one.gateway == "manual",
    "OrderTransaction.parentTransaction": lambda one, _info: one.parent,
    "OrderTransaction.totalUnsettledSet": lambda one, _info: bag(
        one.order.rate, sums.uncaptured(one) if sums.is_open(one) else NOTHING
    ),
}
