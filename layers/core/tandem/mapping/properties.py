"""The properties Tandem makes in HubSpot, and those of HubSpot's own that its tables write."""

from collections.abc import Mapping, Sequence
from typing import Any

from tandem.mapping.carts import CART_FIELDS
from tandem.mapping.contacts import CONTACT_FIELDS
from tandem.mapping.fields import Field
from tandem.mapping.line_items import LINE_ITEM_FIELDS
from tandem.mapping.orders import ORDER_FIELDS
from tandem.model import KEY

GROUP = {"name": "tandem", "label": "Shopify (Tandem)", "displayOrder": -1}

TYPES = {
    "text": ("string", "text"),
    "textarea": ("string", "textarea"),
    "number": ("number", "number"),
    "bool": ("bool", "booleancheckbox"),
    "datetime": ("datetime", "date"),
}
BOOLEAN = [
    {"label": "Yes", "value": "true", "displayOrder": 0, "hidden": False},
    {"label": "No", "value": "false", "displayOrder": 1, "hidden": False},
]

ORDERS = (
    ("tandem_currency",                   "Shop currency",                    "text"),
    ("tandem_total_price",                "Total (shop currency)",            "number"),
    ("tandem_subtotal_price",             "Subtotal (shop currency)",         "number"),
    ("tandem_tax",                        "Tax (shop currency)",              "number"),
    ("tandem_shipping_cost",              "Shipping (shop currency)",         "number"),
    ("tandem_discount",                   "Discount (shop currency)",         "number"),
    ("tandem_refund_amount",              "Refunded (shop currency)",         "number"),
    ("tandem_original_total_price",       "Total as first placed (shop currency)", "number"),
    ("tandem_outstanding",                "Outstanding (shop currency)",      "number"),
    ("tandem_net_payment",                "Net payment (shop currency)",      "number"),
    ("tandem_tip",                        "Tip (shop currency)",              "number"),
    ("tandem_duties",                     "Duties (shop currency)",           "number"),
    ("tandem_presentment_currency",       "Buyer's currency",                 "text"),
    ("tandem_presentment_total_price",    "Total (buyer's currency)",         "number"),
    ("tandem_presentment_subtotal_price", "Subtotal (buyer's currency)",      "number"),
    ("tandem_presentment_tax",            "Tax (buyer's currency)",           "number"),
    ("tandem_presentment_shipping_cost",  "Shipping (buyer's currency)",      "number"),
    ("tandem_presentment_discount",       "Discount (buyer's currency)",      "number"),
    ("tandem_presentment_refund_amount",  "Refunded (buyer's currency)",      "number"),
    ("tandem_taxes_included",             "Prices include taxes",             "bool"),
    ("tandem_tax_lines",                  "Taxes",                            "textarea"),
    ("tandem_discounts",                  "Discounts",                        "textarea"),
    ("tandem_refunds",                    "Refunds",                          "textarea"),
    ("tandem_parcels",                    "Parcels",                          "textarea"),
    ("tandem_shipment_status",            "Shipment status",                  "text"),
    ("tandem_fulfilled_date",             "Fulfilled date",                   "datetime"),
    ("tandem_delivered_date",             "Delivered date",                   "datetime"),
    ("tandem_return_status",              "Return status",                    "text"),
    ("tandem_cancellation_note",          "Cancellation note",                "textarea"),
    ("tandem_archived_date",              "Archived date",                    "datetime"),
    ("tandem_channel",                    "Sales channel",                    "text"),
    ("tandem_source_name",                "Source name",                      "text"),
    ("tandem_utm_source",                 "UTM source",                       "text"),
    ("tandem_utm_medium",                 "UTM medium",                       "text"),
    ("tandem_utm_campaign",               "UTM campaign",                     "text"),
    ("tandem_test",                       "Test order",                       "bool"),
    ("tandem_risk_recommendation",        "Risk recommendation",              "text"),
    ("tandem_risk_level",                 "Risk level",                       "text"),
    ("tandem_po_number",                  "PO number",                        "text"),
    ("tandem_custom_attributes",          "Additional details",               "textarea"),
)  # fmt: skip

LINE_ITEMS = (
    ("tandem_kind",                   "Kind of line",                     "text"),
    ("tandem_product_id",             "Shopify product ID",               "text"),
    ("tandem_variant_id",             "Shopify variant ID",               "text"),
    ("tandem_variant_title",          "Variant",                          "text"),
    ("tandem_vendor",                 "Vendor",                           "text"),
    ("tandem_gift_card",              "Gift card",                        "bool"),
    ("tandem_custom_attributes",      "Additional details",               "textarea"),
    ("tandem_ordered_quantity",       "Quantity ordered",                 "number"),
    ("tandem_currency",               "Shop currency",                    "text"),
    ("tandem_unit_price",             "Unit price (shop currency)",       "number"),
    ("tandem_total_discount",         "Discount of all ordered (shop currency)", "number"),
    ("tandem_total_tax",              "Tax of all ordered (shop currency)", "number"),
    ("tandem_presentment_currency",   "Buyer's currency",                 "text"),
    ("tandem_presentment_unit_price", "Unit price (buyer's currency)",    "number"),
)  # fmt: skip

CONTACTS = (
    ("tandem_customer_id",           "Shopify customer ID",        "text"),
    ("tandem_customer_created_date", "Customer since",             "datetime"),
    ("tandem_tags",                  "Customer tags",              "text"),
    ("tandem_orders_count",          "Number of orders",           "number"),
    ("tandem_total_spent",           "Total spent",                "number"),
    ("tandem_total_spent_currency",  "Currency of total spent",    "text"),
    ("tandem_email_consent",         "E-mail consent",             "text"),
    ("tandem_email_consent_level",   "E-mail consent level",       "text"),
    ("tandem_email_consent_date",    "E-mail consent date",        "datetime"),
    ("tandem_sms_consent",           "SMS consent",                "text"),
    ("tandem_sms_consent_level",     "SMS consent level",          "text"),
    ("tandem_sms_consent_date",      "SMS consent date",           "datetime"),
    ("tandem_locale",                "Locale",                     "text"),
    ("tandem_note",                  "Customer note",              "textarea"),
    ("tandem_account_state",         "Customer account",           "text"),
)  # fmt: skip

CARTS = (
    ("tandem_abandoned_date",          "Abandoned date",                   "datetime"),
    ("tandem_recovered_date",          "Recovered date",                   "datetime"),
    ("tandem_recovered_amount",        "Recovered (shop currency)",        "number"),
    ("tandem_currency",                "Shop currency",                    "text"),
    ("tandem_total_price",             "Total (shop currency)",            "number"),
    ("tandem_subtotal_price",          "Subtotal (shop currency)",         "number"),
    ("tandem_discount",                "Discount (shop currency)",         "number"),
    ("tandem_tax",                     "Tax (shop currency)",              "number"),
    ("tandem_presentment_currency",    "Buyer's currency",                 "text"),
    ("tandem_presentment_total_price", "Total (buyer's currency)",         "number"),
    ("tandem_taxes_included",          "Prices include taxes",             "bool"),
    ("tandem_quantity",                "Quantity of all goods",            "number"),
    ("tandem_note",                    "Note",                             "textarea"),
    ("tandem_custom_attributes",       "Additional details",               "textarea"),
)  # fmt: skip


def _definition(name: str, label: str, kind: str) -> dict[str, Any]:
    type_, field_type = TYPES[kind]
    return {
        "name": name,
        "label": label,
        "type": type_,
        "fieldType": field_type,
        "groupName": GROUP["name"],
        "hasUniqueValue": name == KEY,
        "formField": False,
        "options": BOOLEAN if kind == "bool" else [],
    }


def _own(rows: Sequence[tuple[str, str, str]]) -> tuple[dict[str, Any], ...]:
    return tuple(_definition(*row) for row in ((KEY, "Tandem key", "text"), *rows))


OWN_PROPERTIES: Mapping[str, tuple[dict[str, Any], ...]] = {
    "contacts": _own(CONTACTS),
    "companies": _own(()),
    "products": _own(()),
    "orders": _own(ORDERS),
    "line_items": _own(LINE_ITEMS),
    "carts": _own(CARTS),
}
"""By object, as the properties API takes them."""

BESIDE_TABLES: Mapping[str, tuple[str, ...]] = {
    "contacts": ("lifecyclestage",),
    "orders": ("hs_source_store", "hs_pipeline", "hs_pipeline_stage"),
    "line_items": ("hs_product_id",),
    "products": ("hs_sku",),
    "carts": (
        "hs_external_token",
        "hs_source_store",
        "hs_external_status",
        "tandem_abandoned_date",
        "tandem_recovered_date",
        "tandem_recovered_amount",
    ),
}
"""Properties that are written beside the tables."""

TABLES: Mapping[str, tuple[Field, ...]] = {
    "contacts": CONTACT_FIELDS,
    "orders": ORDER_FIELDS,
    "line_items": LINE_ITEM_FIELDS,
    "carts": CART_FIELDS,
}

NEEDED: Mapping[str, frozenset[str]] = {
    name: frozenset(
        property_
        for property_ in (*(row.property for row in TABLES.get(name, ())), *BESIDE_TABLES.get(name, ()))
        if not property_.startswith("tandem_")
    )
    for name in OWN_PROPERTIES
}
"""By object, the native properties that are written."""
