"""A Shopify order as a HubSpot order: every property, its lines, its contact and company, its stage's facts."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from tandem.mapping.facts import facts, live, shipment
from tandem.mapping.fields import Field, affords, at, fitted, walk
from tandem.mapping.forms import (
    amount,
    attributes,
    boolean,
    first_of,
    instant,
    joined,
    latest,
    line,
    lines,
    moment,
    number_of,
    one_of,
    street,
    text,
    words,
)
from tandem.mapping.line_items import LineTarget, line_items
from tandem.model import Node
from tandem.portal import Portal

Parts = Iterable[Mapping[str, Any]] | None

CANCEL_REASONS = {
    # as Shopify's admin words them, which is what the native integration writes
    "CUSTOMER": "Customer changed/cancelled order",
    "INVENTORY": "Items unavailable",
    "FRAUD": "Fraudulent order",
    "DECLINED": "Payment declined",
    "STAFF": "Staff error",
    "OTHER": "Other",
}

RISKS = ("HIGH", "MEDIUM", "LOW", "PENDING", "NONE")


def status(node: Node) -> str:
    if node["cancelledAt"]:
        return "cancelled"
    return "closed" if node["closedAt"] else "open"


def methods(shipping: Parts) -> str:
    return joined(one["title"] for one in shipping or () if not one["isRemoved"])


def tracking_numbers(parcels: Parts) -> str:
    return joined(one["number"] for parcel in live(parcels) for one in parcel["trackingInfo"])


def tracking_urls(parcels: Parts) -> str:
    return joined(one["url"] for parcel in live(parcels) for one in parcel["trackingInfo"])


def tax_lines(taxes: Parts) -> str:
    return lines(_tax(tax) for tax in taxes or ())


def _tax(tax: Mapping[str, Any]) -> str:
    rate = tax["rate"]
    percent = "" if rate is None else f" {amount(shifted(rate))}%"
    return f"{line(tax['title'])}{percent}: {amount(at(tax, 'priceSet.shopMoney.amount'))}"


def shifted(rate: Any) -> Decimal:
    """A rate of 0.19 as 19, exactly."""
    return Decimal(str(rate)).scaleb(2)


def discounts(applications: Parts) -> str:
    return lines(_discount(one) for one in applications or ())


def _discount(one: Mapping[str, Any]) -> str:
    value = one["value"]
    if value.get("percentage") is not None:
        size = f"{amount(value['percentage'])}%"
    else:
        size = f"{amount(value['amount'])} {value['currencyCode']}"
    return f"{line(one.get('code') or one.get('title'))}: {size}"


def refunds(made: Parts) -> str:
    return lines(_refund(one) for one in made or ())


def _refund(one: Mapping[str, Any]) -> str:
    money, note = at(one, "totalRefundedSet.shopMoney"), line(one["note"])
    told = f"{moment(one['processedAt'])} {amount(money['amount'])} {money['currencyCode']}"
    return f"{told}: {note}" if note else told


def parcels(sent: Parts) -> str:
    return lines(_parcel(one) for one in live(sent))


def _parcel(one: Mapping[str, Any]) -> str:
    state = words(one["displayStatus"] or one["status"])
    told = ", ".join(filter(None, (state, moment(one["deliveredAt"]))))
    tracking = (" ".join(filter(None, map(line, (t["company"], t["number"], t["url"])))) for t in one["trackingInfo"])
    return " | ".join([": ".join(filter(None, (line(one["name"]), told))), *filter(None, tracking)])


def shipment_status(sent: Parts) -> str:
    word = shipment(sent)
    return "" if word == "NONE" else words(word)


def fulfilled_date(node: Node) -> str:
    if node["displayFulfillmentStatus"] != "FULFILLED":
        return ""
    return latest(parcel["createdAt"] for parcel in live(node["fulfillments"]))


def delivered_date(sent: Parts) -> str:
    return latest(parcel["deliveredAt"] for parcel in live(sent)) if shipment(sent) == "DELIVERED" else ""


def channel(node: Node) -> str:
    return first_of(at(node, "attribution.displayName"), at(node, "app.name"), node["sourceName"])


def risk_level(levels: list[str] | None) -> str:
    """The gravest; a level nobody knows yet counts as that."""
    return words(min(levels or (), key=lambda level: RISKS.index(level) if level in RISKS else -1, default=None))


DISCOUNT_PATH = (
    "discountApplications.nodes{"
    "... on DiscountCodeApplication{code} ... on AutomaticDiscountApplication{title} "
    "... on ManualDiscountApplication{title} ... on ScriptDiscountApplication{title} "
    "value{... on MoneyV2{amount currencyCode} ... on PricingPercentageValue{percentage}}}"
)
VISIT = "customerJourneySummary.lastVisit"


def address(prefix: str, path: str) -> tuple[Field, ...]:
    return (
        Field(f"{prefix}_name",        f"{path}.name",     text),
        Field(f"{prefix}_street",      f"{path}{{address1 address2}}", street),
        Field(f"{prefix}_city",        f"{path}.city",     text),
        Field(f"{prefix}_state",       f"{path}.province", text),
        Field(f"{prefix}_country",     f"{path}.country",  text),
        Field(f"{prefix}_postal_code", f"{path}.zip",      text),
        Field(f"{prefix}_phone",       f"{path}.phone",    text),
    )  # fmt: skip


ORDER_FIELDS = (
    Field("hs_order_name",                "name",                        text, clears=False),
    Field("hs_external_order_id",         "id",                          number_of),
    Field("hs_external_order_status",     "{cancelledAt closedAt}",      status),
    Field("hs_external_order_url",        "statusPageUrl",               text),
    Field("hs_external_cart_id",          "cartToken",                   text),
    Field("hs_external_checkout_id",      "checkoutToken",               text),
    Field("hs_external_created_date",     "createdAt",                   moment),
    Field("hs_external_modified_date",    "updatedAt",                   moment),
    Field("hs_processed_date",            "processedAt",                 moment),
    Field("hs_external_canceled_date",    "cancelledAt",                 moment),
    Field("hs_cancellation_reason",       "cancelReason",                one_of(CANCEL_REASONS, words)),
    Field("hs_currency_code",             "currencyCode",                text, guarded=True),
    Field("hs_total_price",               "currentTotalPriceSet.shopMoney.amount",     amount, guarded=True),
    Field("hs_subtotal_price",            "currentSubtotalPriceSet.shopMoney.amount",  amount, guarded=True),
    Field("hs_tax",                       "currentTotalTaxSet.shopMoney.amount",       amount, guarded=True),
    Field("hs_shipping_cost",             "currentShippingPriceSet.shopMoney.amount",  amount, guarded=True),
    Field("hs_order_discount",            "currentTotalDiscountsSet.shopMoney.amount", amount, guarded=True),
    Field("hs_refund_amount",             "totalRefundedSet.shopMoney.amount",         amount, guarded=True),
    Field("hs_discount_codes",            "discountCodes",               joined),
    Field("hs_payment_status",            "displayFinancialStatus",      words),
    Field("hs_payment_processing_method", "paymentGatewayNames",         joined),
    Field("hs_fulfillment_status",        "displayFulfillmentStatus",    words),
    Field("hs_shipping_method",           "shippingLines.nodes{title isRemoved}", methods),
    Field("hs_shipping_tracking_number",  "fulfillments{status trackingInfo{number}}", tracking_numbers),
    Field("hs_shipping_status_url",       "fulfillments{status trackingInfo{url}}", tracking_urls),
    Field("hs_tags",                      "tags",                        joined),
    Field("hs_order_note",                "note",                        text),
    Field("hs_landing_site",              f"{VISIT}.landingPage",        text),
    Field("hs_referring_site",            f"{VISIT}.referrerUrl",        text),
    Field("hs_buyer_accepts_marketing",   "customerAcceptsMarketing",    boolean),
    *address("hs_shipping_address", "shippingAddress"),
    *address("hs_billing_address", "billingAddress"),
    Field("hs_billing_address_firstname", "billingAddress.firstName",    text),
    Field("hs_billing_address_lastname",  "billingAddress.lastName",     text),
    Field("hs_billing_address_email",     "email",                       text),
    Field("tandem_currency",              "currencyCode",                text),
    Field("tandem_total_price",           "currentTotalPriceSet.shopMoney.amount",     amount),
    Field("tandem_subtotal_price",        "currentSubtotalPriceSet.shopMoney.amount",  amount),
    Field("tandem_tax",                   "currentTotalTaxSet.shopMoney.amount",       amount),
    Field("tandem_shipping_cost",         "currentShippingPriceSet.shopMoney.amount",  amount),
    Field("tandem_discount",              "currentTotalDiscountsSet.shopMoney.amount", amount),
    Field("tandem_refund_amount",         "totalRefundedSet.shopMoney.amount",         amount),
    Field("tandem_original_total_price",  "totalPriceSet.shopMoney.amount",            amount),
    Field("tandem_outstanding",           "totalOutstandingSet.shopMoney.amount",      amount),
    Field("tandem_net_payment",           "netPaymentSet.shopMoney.amount",            amount),
    Field("tandem_tip",                   "totalTipReceivedSet.shopMoney.amount",      amount),
    Field("tandem_duties",                "currentTotalDutiesSet.shopMoney.amount",    amount),
    Field("tandem_presentment_currency",  "presentmentCurrencyCode",     text),
    Field("tandem_presentment_total_price",    "currentTotalPriceSet.presentmentMoney.amount",     amount),
    Field("tandem_presentment_subtotal_price", "currentSubtotalPriceSet.presentmentMoney.amount",  amount),
    Field("tandem_presentment_tax",            "currentTotalTaxSet.presentmentMoney.amount",       amount),
    Field("tandem_presentment_shipping_cost",  "currentShippingPriceSet.presentmentMoney.amount",  amount),
    Field("tandem_presentment_discount",       "currentTotalDiscountsSet.presentmentMoney.amount", amount),
    Field("tandem_presentment_refund_amount",  "totalRefundedSet.presentmentMoney.amount",         amount),
    Field("tandem_taxes_included",        "taxesIncluded",               boolean),
    Field("tandem_tax_lines",             "taxLines{title rate priceSet{shopMoney{amount}}}", tax_lines),
    Field("tandem_discounts",             DISCOUNT_PATH,                 discounts),
    Field("tandem_refunds",
          "refunds{processedAt note totalRefundedSet{shopMoney{amount currencyCode}}}", refunds),
    Field("tandem_parcels",
          "fulfillments{name status displayStatus deliveredAt trackingInfo{company number url}}", parcels),
    Field("tandem_shipment_status",       "fulfillments{status displayStatus deliveredAt}", shipment_status),
    Field("tandem_fulfilled_date",
          "{displayFulfillmentStatus fulfillments{status createdAt}}", fulfilled_date),
    Field("tandem_delivered_date",        "fulfillments{status displayStatus deliveredAt}", delivered_date),
    Field("tandem_return_status",         "returnStatus",                words),
    Field("tandem_cancellation_note",     "cancellation.staffNote",      text),
    Field("tandem_archived_date",         "closedAt",                    moment),
    Field("tandem_channel",               "{attribution{displayName} app{name} sourceName}", channel),
    Field("tandem_source_name",           "sourceName",                  text),
    Field("tandem_utm_source",            f"{VISIT}.utmParameters.source",   text),
    Field("tandem_utm_medium",            f"{VISIT}.utmParameters.medium",   text),
    Field("tandem_utm_campaign",          f"{VISIT}.utmParameters.campaign", text),
    Field("tandem_test",                  "test",                        boolean),
    Field("tandem_risk_recommendation",   "risk.recommendation",         words),
    Field("tandem_risk_level",            "risk.assessments.riskLevel",  risk_level),
    Field("tandem_po_number",             "poNumber",                    text),
    Field("tandem_custom_attributes",     "customAttributes{key value}", attributes),
)  # fmt: skip

CUSTOMER = "customer.id"
COMPANY = "purchasingEntity.PurchasingCompany.company.id"


@dataclass(frozen=True, slots=True)
class OrderTarget:
    """What HubSpot should hold for an order. `lines` by Shopify line id; `contact` and `company` are Shopify's ids.

    `taken_out` are ids of lines that HubSpot should not hold, or no longer.
    """

    properties: Mapping[str, str]
    lines: Mapping[str, LineTarget]
    contact: str | None
    company: str | None
    facts: Mapping[str, Any]
    version: datetime
    taken_out: tuple[str, ...] = ()


def order(node: Node, portal: Portal) -> OrderTarget:
    guarded = affords(node["currencyCode"], portal, "orders", "hs_currency_code")
    lines = line_items(node, portal)
    every = [number_of(line["id"]) for line in node["lineItems"]["nodes"]]
    return OrderTarget(
        properties={
            **walk(ORDER_FIELDS, node, portal, "orders", guarded=guarded),
            **fitted({"hs_source_store": portal.shop}, portal, "orders"),
        },
        lines=lines,
        contact=number_of(at(node, CUSTOMER)) or None,
        company=number_of(at(node, COMPANY)) or None,
        facts=facts(node),
        version=instant(node["updatedAt"]),
        taken_out=tuple(line for line in every if line not in lines),
    )
