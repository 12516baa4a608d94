"""An order's lines as HubSpot line items: which there are, and every property of one."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from tandem.mapping.fields import Field, affords, at, walk
from tandem.mapping.forms import (
    amount,
    attributes,
    boolean,
    first_of,
    number_of,
    share,
    summed,
    text,
    total,
)
from tandem.model import Node
from tandem.portal import Portal

WRITTEN = {
    # A tip is no merchandise: its money is in the order's total and in tandem_tip, and in no subtotal.
    "gift_card": True,
    "tip": False,
    "product": True,
    "custom": True,
}


def kind(line: Node) -> str:
    """What a line sells. A custom line cannot be told from one whose product was deleted."""
    if line["isGiftCard"]:
        return "gift_card"
    return "product" if line["product"] or line["variant"] else "custom"


def is_tip(line: Node, order: Node) -> bool:
    """A tip taken at the counter comes as a line too; only where the order says that there was one."""
    looks = kind(line) == "custom" and not line["requiresShipping"] and text(line["title"]).casefold() == "tip"
    return looks and Decimal(at(order, "totalTipReceivedSet.shopMoney.amount")) > 0


def name(line: Node) -> str:
    return first_of(line["name"], line["title"])


ALLOCATED = "discountAllocations.allocatedAmountSet.shopMoney.amount"
TAXED = "taxLines.priceSet.shopMoney.amount"


def unit_discount(line: Node) -> str:
    """Of one unit: what was allocated is for all units ever ordered."""
    return share(total(at(line, ALLOCATED)), 1, line["quantity"])


def current_tax(line: Node) -> str:
    """Of the units still on the order."""
    return share(total(at(line, TAXED)), line["currentQuantity"], line["quantity"])


LINE_ITEM_FIELDS = (
    Field("name",                        "{name title}",    name, clears=False),
    Field("quantity",                    "currentQuantity", amount),
    Field("price",                       "originalUnitPriceSet.shopMoney.amount", amount, guarded=True),
    Field("discount",
          "{quantity discountAllocations{allocatedAmountSet{shopMoney{amount}}}}", unit_discount, guarded=True),
    Field("tax",
          "{quantity currentQuantity taxLines{priceSet{shopMoney{amount}}}}", current_tax, guarded=True),
    Field("hs_sku",                      "sku",             text),
    Field("hs_line_item_currency_code",  "originalUnitPriceSet.shopMoney.currencyCode", text, guarded=True),
    Field("tandem_kind",                 "{isGiftCard product{id} variant{id}}", kind),
    Field("tandem_product_id",           "product.id",      number_of),
    Field("tandem_variant_id",           "variant.id",      number_of),
    Field("tandem_variant_title",        "variantTitle",    text),
    Field("tandem_vendor",               "vendor",          text),
    Field("tandem_gift_card",            "isGiftCard",      boolean),
    Field("tandem_custom_attributes",    "customAttributes{key value}", attributes),
    Field("tandem_ordered_quantity",     "quantity",        amount),
    Field("tandem_currency",             "originalUnitPriceSet.shopMoney.currencyCode", text),
    Field("tandem_unit_price",           "originalUnitPriceSet.shopMoney.amount", amount),
    Field("tandem_total_discount",       ALLOCATED,         summed),
    Field("tandem_total_tax",            TAXED,             summed),
    Field("tandem_presentment_currency", "originalUnitPriceSet.presentmentMoney.currencyCode", text),
    Field("tandem_presentment_unit_price", "originalUnitPriceSet.presentmentMoney.amount", amount),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class LineTarget:
    """What HubSpot should hold for one line. `variant_id` and `product_id` are Shopify's."""

    properties: Mapping[str, str]
    sku: str
    variant_id: str | None
    product_id: str | None


def line_items(order: Node, portal: Portal) -> dict[str, LineTarget]:
    """By Shopify line id, those with units left on the order."""
    guarded = affords(order["currencyCode"], portal, "line_items", "hs_line_item_currency_code")
    return {
        number_of(line["id"]): line_item(line, portal, guarded=guarded)
        for line in order["lineItems"]["nodes"]
        if line["currentQuantity"] > 0 and WRITTEN["tip" if is_tip(line, order) else kind(line)]
    }


def line_item(line: Node, portal: Portal, *, guarded: bool) -> LineTarget:
    return LineTarget(
        properties=walk(LINE_ITEM_FIELDS, line, portal, "line_items", guarded=guarded),
        sku=text(line["sku"]),
        variant_id=number_of(at(line, "variant.id")) or None,
        product_id=number_of(at(line, "product.id")) or None,
    )
