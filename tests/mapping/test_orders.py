"""Every property of an order, row by row; the currency guard; whom the order belongs to."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from tandem.mapping.orders import ORDER_FIELDS, order
from tandem.portal import Property
from tests.mapping import samples
from tests.mapping.samples import DELIVERED, Node, account, money, parcel

Case = tuple[str, Node, str]

VISIT = {
    "customerJourneySummary": {
        "lastVisit": {
            "landingPage": "https://acme.example/?utm_source=news",
            "referrerUrl": "https://search.example/",
            "utmParameters": {"source": "news", "medium": "mail", "campaign": "autumn"},
        }
    }
}
NO_VISIT: Node = {"customerJourneySummary": {"lastVisit": None}}
CANCELLED = {"status": "CANCELLED", "displayStatus": "CANCELED"}
REFUND = {"processedAt": "2026-11-09T00:00:00Z", "totalRefundedSet": money("19.90", "21.0")}


def assessed(*levels: str) -> Node:
    return {"risk": {"recommendation": "INVESTIGATE", "assessments": [{"riskLevel": level} for level in levels]}}


def amounts(path: str, *properties: str) -> list[Case]:
    """A sum of 45.60 in shop currency, 47.8 in the buyer's, and none at all."""
    cases: list[Case] = []
    for name in properties:
        shown = "47.8" if "presentment" in name else "45.6"
        cases += [(name, {path: money("45.60", "47.80")}, shown), (name, {path: None}, "")]
    return cases


def addressed(prefix: str, field: str) -> list[Case]:
    shown = {
        "name": "Ada Quill",
        "street": "1 Long Lane, Floor 2",
        "city": "Bath",
        "state": "Somerset",
        "country": "United Kingdom",
        "postal_code": "BA1",
        "phone": "+441225000000",
    }
    present: list[Case] = [(f"{prefix}_{part}", {}, value) for part, value in shown.items()]
    absent: list[Case] = [(f"{prefix}_{part}", {field: None}, "") for part in shown]
    return present + absent


CASES: list[Case] = [
    ("hs_order_name", {}, "#1042"),
    ("hs_external_order_id", {}, "5551"),
    ("hs_external_order_status", {}, "open"),
    ("hs_external_order_status", {"closedAt": "2026-11-09T00:00:00Z"}, "closed"),
    (
        "hs_external_order_status",
        {"closedAt": "2026-11-09T00:00:00Z", "cancelledAt": "2026-11-09T00:00:00Z"},
        "cancelled",
    ),
    ("hs_external_order_url", {}, "https://acme.example/orders/1"),
    ("hs_external_cart_id", {"cartToken": "c1"}, "c1"),
    ("hs_external_checkout_id", {"checkoutToken": "t1"}, "t1"),
    ("hs_external_created_date", {}, "2026-11-02T09:00:00Z"),
    ("hs_external_modified_date", {}, "2026-11-02T09:00:02Z"),
    ("hs_processed_date", {}, "2026-11-02T09:00:01Z"),
    ("hs_external_canceled_date", {"cancelledAt": "2026-11-04T00:00:00Z"}, "2026-11-04T00:00:00Z"),
    ("hs_external_canceled_date", {}, ""),
    ("hs_cancellation_reason", {"cancelReason": "CUSTOMER"}, "Customer changed/cancelled order"),
    ("hs_cancellation_reason", {"cancelReason": "INVENTORY"}, "Items unavailable"),
    ("hs_cancellation_reason", {"cancelReason": "FRAUD"}, "Fraudulent order"),
    ("hs_cancellation_reason", {"cancelReason": "DECLINED"}, "Payment declined"),
    ("hs_cancellation_reason", {"cancelReason": "STAFF"}, "Staff error"),
    ("hs_cancellation_reason", {"cancelReason": "OTHER"}, "Other"),
    ("hs_cancellation_reason", {"cancelReason": "NEW_WORD"}, "New word"),
    ("hs_cancellation_reason", {}, ""),
    ("hs_currency_code", {}, "EUR"),
    *amounts(
        "currentTotalPriceSet", "hs_total_price", "tandem_total_price", "tandem_presentment_total_price"
    ),
    *amounts(
        "currentSubtotalPriceSet", "hs_subtotal_price", "tandem_subtotal_price", "tandem_presentment_subtotal_price"
    ),
    *amounts("currentTotalTaxSet", "hs_tax", "tandem_tax", "tandem_presentment_tax"),
    *amounts(
        "currentShippingPriceSet", "hs_shipping_cost", "tandem_shipping_cost", "tandem_presentment_shipping_cost"
    ),
    *amounts("currentTotalDiscountsSet", "hs_order_discount", "tandem_discount", "tandem_presentment_discount"),
    *amounts("totalRefundedSet", "hs_refund_amount", "tandem_refund_amount", "tandem_presentment_refund_amount"),
    ("hs_refund_amount", {}, "0"),
    *amounts("totalPriceSet", "tandem_original_total_price"),
    *amounts("totalOutstandingSet", "tandem_outstanding"),
    ("tandem_outstanding", {"totalOutstandingSet": money("-3.0")}, "-3"),
    *amounts("netPaymentSet", "tandem_net_payment"),
    ("tandem_tip", {"totalTipReceivedSet": money("2.50")}, "2.5"),
    *amounts("currentTotalDutiesSet", "tandem_duties"),
    ("hs_discount_codes", {"discountCodes": ["SUMMER10", "FREESHIP"]}, "SUMMER10, FREESHIP"),
    ("hs_payment_status", {"displayFinancialStatus": "PARTIALLY_PAID"}, "Partially paid"),
    ("hs_payment_status", {"displayFinancialStatus": None}, ""),
    ("hs_payment_processing_method", {"paymentGatewayNames": ["shopify_payments", "gift_card"]},
     "shopify_payments, gift_card"),
    ("hs_fulfillment_status", {}, "Unfulfilled"),
    ("hs_shipping_method", {"shippingLines": {"nodes": [
        {"title": "Standard", "isRemoved": False},
        {"title": "Express", "isRemoved": True},
        {"title": "Bulky goods", "isRemoved": False},
    ]}}, "Standard, Bulky goods"),
    ("hs_shipping_tracking_number", {"fulfillments": [
        parcel(),
        parcel(trackingInfo=[{"company": None, "number": n, "url": None} for n in ("2Z", None, "1Z999")]),
        parcel(**CANCELLED, trackingInfo=[{"company": None, "number": "gone", "url": None}]),
    ]}, "1Z999, 2Z"),
    ("hs_shipping_status_url", {"fulfillments": [parcel(), parcel(trackingInfo=[])]}, "https://ups.example/1Z999"),
    ("hs_shipping_status_url", {"fulfillments": [parcel(**CANCELLED)]}, ""),
    ("hs_tags", {"tags": ["b2b", "vip"]}, "b2b, vip"),
    ("hs_order_note", {"note": " leave at the door \n"}, "leave at the door"),
    ("hs_landing_site", VISIT, "https://acme.example/?utm_source=news"),
    ("hs_referring_site", VISIT, "https://search.example/"),
    ("hs_landing_site", NO_VISIT, ""),
    ("hs_referring_site", {}, ""),
    ("hs_buyer_accepts_marketing", {}, "true"),
    *addressed("hs_shipping_address", "shippingAddress"),
    *addressed("hs_billing_address", "billingAddress"),
    ("hs_shipping_address_street", {"shippingAddress": samples.address(address2=None)}, "1 Long Lane"),
    ("hs_billing_address_firstname", {}, "Ada"),
    ("hs_billing_address_lastname", {"billingAddress": None}, ""),
    ("hs_billing_address_email", {}, "ada@example.com"),
    ("tandem_currency", {}, "EUR"),
    ("tandem_presentment_currency", {}, "CHF"),
    ("tandem_taxes_included", {}, "false"),
    ("tandem_tax_lines", {"taxLines": [
        {"title": "VAT", "rate": 0.19, "priceSet": money("19.160")},
        {"title": "City\ntax", "rate": None, "priceSet": money("1")},
        {"title": "QST", "rate": 0.09975, "priceSet": money("2")},
        {"title": "VAT", "rate": Decimal("0.2"), "priceSet": money("3")},
    ]}, "VAT 19%: 19.16\nCity tax: 1\nQST 9.975%: 2\nVAT 20%: 3"),
    ("tandem_discounts", {"discountApplications": {"nodes": [
        {"code": "SUMMER10", "value": {"percentage": 10.0}},
        {"title": "Goodwill", "value": {"amount": "5.00", "currencyCode": "CHF"}},
        {"title": "All free", "value": {"percentage": 0.0}},
    ]}}, "SUMMER10: 10%\nGoodwill: 5 CHF\nAll free: 0%"),
    ("tandem_refunds", {"refunds": [{**REFUND, "note": "broken\non arrival"}, {**REFUND, "note": None}]},
     "2026-11-09T00:00:00Z 19.9 EUR: broken on arrival\n2026-11-09T00:00:00Z 19.9 EUR"),
    ("tandem_parcels", {"fulfillments": [
        parcel(**DELIVERED),
        parcel(name="#1042-F2", displayStatus=None, trackingInfo=[
            {"company": None, "number": "2Z", "url": None}, {"company": None, "number": None, "url": None},
        ]),
        parcel(name="#1042-F3", **CANCELLED),
        parcel(name="", displayStatus="OUT_FOR_DELIVERY", trackingInfo=[]),
    ]}, "#1042-F1: Delivered, 2026-11-05T10:30:00Z | UPS 1Z999 https://ups.example/1Z999\n"
        "#1042-F2: Success | 2Z\nOut for delivery"),
    ("tandem_shipment_status", {"fulfillments": [parcel(**DELIVERED), parcel()]}, "Partially delivered"),
    ("tandem_shipment_status", {}, ""),
    ("tandem_fulfilled_date", {"displayFulfillmentStatus": "FULFILLED", "fulfillments": [
        parcel(), parcel(createdAt="2026-11-04T08:00:00Z"), parcel(**CANCELLED, createdAt="2026-11-08T08:00:00Z"),
    ]}, "2026-11-04T08:00:00Z"),
    ("tandem_fulfilled_date", {"displayFulfillmentStatus": "PARTIALLY_FULFILLED", "fulfillments": [parcel()]}, ""),
    ("tandem_delivered_date", {"fulfillments": [
        parcel(**DELIVERED), parcel(displayStatus="PICKED_UP"), parcel(deliveredAt="2026-11-06T01:00:00Z"),
    ]}, "2026-11-06T01:00:00Z"),
    ("tandem_delivered_date", {"fulfillments": [parcel(**DELIVERED), parcel()]}, ""),
    ("tandem_return_status", {"returnStatus": "RETURN_REQUESTED"}, "Return requested"),
    ("tandem_cancellation_note", {"cancellation": {"staffNote": "asked by phone"}}, "asked by phone"),
    ("tandem_cancellation_note", {}, ""),
    ("tandem_archived_date", {"closedAt": "2026-11-09T00:00:00Z"}, "2026-11-09T00:00:00Z"),
    ("tandem_channel", {}, "Web shop"),
    ("tandem_channel", {"attribution": None}, "Online Store"),
    ("tandem_channel", {"attribution": None, "app": None}, "web"),
    ("tandem_source_name", {}, "web"),
    ("tandem_utm_source", VISIT, "news"),
    ("tandem_utm_medium", VISIT, "mail"),
    ("tandem_utm_campaign", VISIT, "autumn"),
    ("tandem_utm_source", NO_VISIT, ""),
    ("tandem_test", {"test": True}, "true"),
    ("tandem_risk_recommendation", assessed(), "Investigate"),
    ("tandem_risk_level", assessed("LOW", "HIGH", "NONE"), "High"),
    ("tandem_risk_level", assessed("PENDING", "NONE"), "Pending"),
    ("tandem_risk_level", assessed("HIGH", "NEW_WORD"), "New word"),
    ("tandem_risk_level", assessed(), ""),
    ("tandem_po_number", {"poNumber": "PO-7"}, "PO-7"),
    ("tandem_custom_attributes", {"customAttributes": [
        {"key": "gift", "value": "yes\nplease"}, {"key": "flag", "value": None},
    ]}, "gift: yes please\nflag"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "changes", "written"), CASES)
def test_row(name: str, changes: Node, written: str) -> None:
    assert order(samples.order(**changes), account()).properties[name] == written


def test_every_row_has_a_case() -> None:
    assert {row.property for row in ORDER_FIELDS} == {name for name, _, _ in CASES}


def test_the_shop_is_told() -> None:
    assert order(samples.order(), account()).properties["hs_source_store"] == "acme.myshopify.com"


GUARDED = {
    "hs_currency_code", "hs_total_price", "hs_subtotal_price", "hs_tax", "hs_shipping_cost", "hs_order_discount",
    "hs_refund_amount",
}  # fmt: skip
GUARDED_ON_LINES = {"hs_line_item_currency_code", "price", "discount", "tax"}
READ_ONLY = Property(type="enumeration", writable=False, options=frozenset({"USD", "EUR"}))
DOLLARS = Property(type="enumeration", options=frozenset({"USD"}))
NO_CODES = {"orders": {"hs_currency_code": None}, "line_items": {"hs_line_item_currency_code": None}}
READ_ONLY_CODES = {"orders": {"hs_currency_code": READ_ONLY}, "line_items": {"hs_line_item_currency_code": READ_ONLY}}
DOLLAR_CODES = {"orders": {"hs_currency_code": DOLLARS}, "line_items": {"hs_line_item_currency_code": DOLLARS}}


@pytest.mark.parametrize(
    ("portal", "allowed"),
    [
        (account(), True),
        (account(currencies=frozenset(), home_currency="EUR"), True),
        (account(currencies=frozenset()), False),
        (account(DOLLAR_CODES), False),
        (account(NO_CODES), False),
        (account(NO_CODES, home_currency="EUR"), True),
        (account(READ_ONLY_CODES), False),
    ],
    ids=["additional", "home", "not enabled", "not an option", "no code", "no code, at home", "code not writable"],
)
def test_amounts_go_only_under_their_own_currency(portal: Any, allowed: bool) -> None:
    target = order(samples.order(), portal)
    amounts_ = GUARDED - {"hs_currency_code"}
    assert (amounts_ <= target.properties.keys()) is allowed
    assert target.properties["tandem_total_price"] == "119.9"
    assert target.properties["tandem_currency"] == "EUR"
    (line,) = target.lines.values()
    assert (GUARDED_ON_LINES - {"hs_line_item_currency_code"} <= line.properties.keys()) is allowed
    assert line.properties["tandem_unit_price"] == "20"
    if not allowed:
        assert not GUARDED & target.properties.keys()
        assert not GUARDED_ON_LINES & line.properties.keys()


def test_an_order_without_currency_enabled_differs_in_nothing_else() -> None:
    free, guarded = (order(samples.order(), portal) for portal in (account(), account(currencies=frozenset())))
    assert free.properties.keys() - guarded.properties.keys() == GUARDED
    assert {name: value for name, value in free.properties.items() if name not in GUARDED} == guarded.properties


@pytest.mark.parametrize(
    ("changes", "contact", "company"),
    [
        ({}, "31", None),
        ({"customer": None}, None, None),
        ({"purchasingEntity": None}, "31", None),
        ({"purchasingEntity": {"company": {"id": "gid://shopify/Company/44"}}}, "31", "44"),
    ],
    ids=["customer", "guest", "no purchaser", "B2B"],
)
def test_whose_an_order_is(changes: Node, contact: str | None, company: str | None) -> None:
    target = order(samples.order(**changes), account())
    assert (target.contact, target.company) == (contact, company)


def test_version() -> None:
    assert order(samples.order(), account()).version == datetime(2026, 11, 2, 9, 0, 2, tzinfo=UTC)


def test_a_field_that_was_not_asked_for_is_no_empty_one() -> None:
    node = samples.order()
    del node["note"]
    with pytest.raises(KeyError, match="note"):
        order(node, account())
