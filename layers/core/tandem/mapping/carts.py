"""An abandoned checkout of Shopify's as a HubSpot cart, and its lines as line items."""

from collections.abc import Mapping
from decimal import Decimal

from tandem.mapping.cart_life import ABANDONED, RECOVERED
from tandem.mapping.fields import Field, affords, at, fitted, walk
from tandem.mapping.forms import amount, attributes, boolean, instant, joined, moment, number_of, share, summed, text
from tandem.mapping.line_items import LineTarget
from tandem.mapping.orders import CUSTOMER, OrderTarget, address
from tandem.model import Node
from tandem.portal import Portal

CART_FIELDS = (
    Field("hs_cart_name",              "name",                 text, clears=False),
    Field("hs_external_cart_id",       "id",                   number_of),
    Field("hs_cart_url",               "abandonedCheckoutUrl", text),
    Field("hs_external_created_date",  "createdAt",            moment),
    Field("hs_external_modified_date", "updatedAt",            moment),
    Field("hs_currency_code",          "totalPriceSet.shopMoney.currencyCode", text, guarded=True),
    Field("hs_total_price",            "totalPriceSet.shopMoney.amount",    amount, guarded=True),
    Field("hs_subtotal_price",         "subtotalPriceSet.shopMoney.amount", amount, guarded=True),
    Field("hs_cart_discount",          "totalDiscountSet.shopMoney.amount", amount, guarded=True),
    Field("hs_tax",                    "totalTaxSet.shopMoney.amount",      amount, guarded=True),
    Field("hs_discount_codes",         "discountCodes",        joined),
    *address("hs_shipping_address", "shippingAddress"),
    *address("hs_billing_address", "billingAddress"),
    Field("tandem_currency",           "totalPriceSet.shopMoney.currencyCode", text),
    Field("tandem_total_price",        "totalPriceSet.shopMoney.amount",    amount),
    Field("tandem_subtotal_price",     "subtotalPriceSet.shopMoney.amount", amount),
    Field("tandem_discount",           "totalDiscountSet.shopMoney.amount", amount),
    Field("tandem_tax",                "totalTaxSet.shopMoney.amount",      amount),
    Field("tandem_presentment_currency",    "totalPriceSet.presentmentMoney.currencyCode", text),
    Field("tandem_presentment_total_price", "totalPriceSet.presentmentMoney.amount",       amount),
    Field("tandem_taxes_included",     "taxesIncluded",        boolean),
    Field("tandem_quantity",           "lineItems.nodes.quantity", summed),
    Field("tandem_note",               "note",                 text),
    Field("tandem_custom_attributes",  "customAttributes{key value}", attributes),
)  # fmt: skip

TOTAL = "totalPriceSet.shopMoney"
COMPANIES = "customer.companyContactProfiles.company.id"


def kind(line: Node) -> str:
    return "product" if line["product"] or line["variant"] else "custom"


def name(line: Node) -> str:
    """As Shopify calls a line of an order."""
    return " - ".join(filter(None, map(text, (line["title"], line["variantTitle"]))))


def _off(line: Node) -> Decimal:
    """What all units together get off."""
    before = Decimal(at(line, "originalTotalPriceSet.shopMoney.amount"))
    return before - Decimal(at(line, "discountedTotalPriceWithCodeDiscount.shopMoney.amount"))


def unit_discount(line: Node) -> str:
    return share(_off(line), 1, line["quantity"])


def discount(line: Node) -> str:
    return amount(_off(line))


PRICES = "originalTotalPriceSet{shopMoney{amount}} discountedTotalPriceWithCodeDiscount{shopMoney{amount}}"
CART_LINE_FIELDS = (
    Field("name",                        "{title variantTitle}", name, clears=False),
    Field("quantity",                    "quantity",        amount),
    Field("price",                       "originalUnitPriceSet.shopMoney.amount", amount, guarded=True),
    Field("discount",                    f"{{quantity {PRICES}}}", unit_discount, guarded=True),
    Field("hs_sku",                      "sku",             text),
    Field("hs_line_item_currency_code",  "originalUnitPriceSet.shopMoney.currencyCode", text, guarded=True),
    Field("tandem_kind",                 "{product{id} variant{id}}", kind),
    Field("tandem_product_id",           "product.id",      number_of),
    Field("tandem_variant_id",           "variant.id",      number_of),
    Field("tandem_variant_title",        "variantTitle",    text),
    Field("tandem_custom_attributes",    "customAttributes{key value}", attributes),
    Field("tandem_currency",             "originalUnitPriceSet.shopMoney.currencyCode", text),
    Field("tandem_unit_price",           "originalUnitPriceSet.shopMoney.amount", amount),
    Field("tandem_total_discount",       f"{{{PRICES}}}",   discount),
    Field("tandem_presentment_currency", "originalUnitPriceSet.presentmentMoney.currencyCode", text),
    Field("tandem_presentment_unit_price", "originalUnitPriceSet.presentmentMoney.amount", amount),
)  # fmt: skip


def cart(node: Node, token: str, life: Mapping[str, str], order: str | None, portal: Portal) -> OrderTarget:
    """What HubSpot should hold for a checkout. `life` is what `lived` says, `order` the HubSpot id of its order."""
    currency = at(node, f"{TOTAL}.currencyCode")
    guarded = affords(currency, portal, "carts", "hs_currency_code")
    lines_guarded = affords(currency, portal, "line_items", "hs_line_item_currency_code")
    beside = {"hs_external_token": token, "hs_source_store": portal.shop, **life}
    return OrderTarget(
        properties={
            **walk(CART_FIELDS, node, portal, "carts", guarded=guarded),
            **fitted(beside, portal, "carts"),
        },
        lines={
            number_of(line["id"]): LineTarget(
                properties=walk(CART_LINE_FIELDS, line, portal, "line_items", guarded=lines_guarded),
                sku=text(line["sku"]),
                variant_id=number_of(at(line, "variant.id")) or None,
                product_id=number_of(at(line, "product.id")) or None,
            )
            for line in node["lineItems"]["nodes"]
        },
        contact=number_of(at(node, CUSTOMER)) or None,
        company=next(map(number_of, at(node, COMPANIES) or ()), None),
        facts={"order": order},
        version=instant(node["updatedAt"]),
    )


def lived(state: str, node: Node | None, order: Node | None, *, known: bool) -> dict[str, str]:
    """What a cart's state writes. What an order once told is left, when it is `known` and cannot be read any more."""
    properties = {"hs_external_status": state}
    if state == ABANDONED and node:
        properties["tandem_abandoned_date"] = moment(node["updatedAt"])
    if state != RECOVERED:
        return {**properties, "tandem_recovered_date": "", "tandem_recovered_amount": ""}
    if order:
        recovered = moment(order["createdAt"]), amount(at(order, "totalPriceSet.shopMoney.amount"))
    elif not known and node and node["completedAt"]:
        recovered = moment(node["completedAt"]), ""
    else:
        return properties
    return {**properties, "tandem_recovered_date": recovered[0], "tandem_recovered_amount": recovered[1]}
