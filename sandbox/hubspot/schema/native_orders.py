"""The properties and the pipeline HubSpot itself gives orders and carts (reference §2.3, §2.6, §3.1).

A row is name, label, kind of field, flags. Flags: `u` unique, `r` read-only value, `c` calculated. Labels are
inferred; so are the field kinds of orders, for which the reference marks no official type.
"""

ORDERS = (
    ("hs_order_name",                "Order name",                  "text",     ""),
    ("hs_external_order_id",         "External order ID",           "text",     ""),
    ("hs_external_order_status",     "External order status",       "text",     ""),
    ("hs_external_order_url",        "External order URL",          "text",     ""),
    ("hs_external_cart_id",          "External cart ID",            "text",     ""),
    ("hs_external_checkout_id",      "External checkout ID",        "text",     ""),
    ("hs_source_store",              "Source store",                "text",     ""),
    ("hs_external_created_date",     "External created date",       "datetime", ""),
    ("hs_external_modified_date",    "External modified date",      "datetime", ""),
    ("hs_processed_date",            "Processed date",              "datetime", ""),
    ("hs_external_canceled_date",    "External canceled date",      "datetime", ""),
    ("hs_cancellation_reason",       "Cancellation reason",         "text",     ""),
    ("hs_closed_date",               "Closed date",                 "datetime", "r"),
    ("hs_is_closed",                 "Is closed",                   "bool",     "c"),
    ("hs_is_canceled",               "Is canceled",                 "bool",     "c"),
    ("hs_currency_code",             "Currency code",               "select",   ""),
    ("hs_exchange_rate",             "Exchange rate",               "number",   "c"),
    ("hs_homecurrency_amount",       "Total price in the company's currency", "number", "c"),
    ("hs_total_price",               "Total price",                 "number",   ""),
    ("hs_subtotal_price",            "Subtotal price",              "number",   ""),
    ("hs_tax",                       "Tax",                         "number",   ""),
    ("hs_shipping_cost",             "Shipping cost",               "number",   ""),
    ("hs_order_discount",            "Order discount",              "number",   ""),
    ("hs_refund_amount",             "Refund amount",               "number",   ""),
    ("hs_payment_status",            "Payment status",              "text",     ""),
    ("hs_fulfillment_status",        "Fulfillment status",          "text",     ""),
    ("hs_payment_processing_method", "Payment processing method",   "text",     ""),
    ("hs_discount_codes",            "Discount codes",              "text",     ""),
    ("hs_shipping_tracking_number",  "Shipping tracking number",    "text",     ""),
    ("hs_shipping_status_url",       "Shipping status URL",         "text",     ""),
    ("hs_shipping_method",           "Shipping method",             "text",     ""),
    ("hs_tags",                      "Tags",                        "text",     ""),
    ("hs_order_note",                "Order note",                  "textarea", ""),
    ("hs_landing_site",              "Landing site",                "text",     ""),
    ("hs_referring_site",            "Referring site",              "text",     ""),
    ("hs_buyer_accepts_marketing",   "Buyer accepts marketing",     "bool",     ""),
    ("hs_pipeline",                  "Pipeline",                    "select",   ""),
    ("hs_pipeline_stage",            "Pipeline stage",              "select",   ""),
    ("hubspot_owner_id",             "Order owner",                 "select",   ""),
    ("hs_lastmodifieddate",          "Last modified date",          "datetime", "r"),
)  # fmt: skip

CARTS = (
    ("hs_cart_name",                 "Cart name",                   "text",     ""),
    ("hs_external_cart_id",          "External cart ID",            "text",     ""),
    ("hs_external_token",            "External token",              "text",     ""),
    ("hs_external_status",           "External status",             "text",     ""),
    ("hs_cart_url",                  "Cart URL",                    "text",     ""),
    ("hs_source_store",              "Source store",                "text",     ""),
    ("hs_currency_code",             "Currency code",               "select",   ""),
    ("hs_total_price",               "Total price",                 "number",   ""),
    ("hs_subtotal_price",            "Subtotal price",              "number",   ""),
    ("hs_cart_discount",             "Cart discount",               "number",   ""),
    ("hs_tax",                       "Tax",                         "number",   ""),
    ("hs_shipping_cost",             "Shipping cost",               "number",   ""),
    ("hs_discount_codes",            "Discount codes",              "text",     ""),
    ("hs_tags",                      "Tags",                        "text",     ""),
    ("hs_external_created_date",     "External created date",       "datetime", ""),
    ("hs_external_modified_date",    "External modified date",      "datetime", ""),
    ("hs_landing_site",              "Landing site",                "text",     ""),
    ("hs_referring_site",            "Referring site",              "text",     ""),
    ("hs_total_weight",              "Total weight",                "text",     ""),
    ("hs_buyer_accepts_marketing",   "Buyer accepts marketing",     "bool",     ""),
    ("hs_exchange_rate",             "Exchange rate",               "number",   "c"),
    ("hs_homecurrency_amount",       "Total price in the company's currency", "number", "c"),
    ("hubspot_owner_id",             "Cart owner",                  "select",   ""),  # inferred
    ("hs_lastmodifieddate",          "Last modified date",          "datetime", "r"),
)  # fmt: skip

_ADDRESS = (
    ("name", "name"),
    ("street", "street"),
    ("city", "city"),
    ("state", "state"),
    ("country", "country"),
    ("postal_code", "postal code"),
    ("phone", "phone"),
)
_BILLED = (("firstname", "first name"), ("lastname", "last name"), ("email", "email"))
ADDRESSES = (
    *((f"hs_shipping_address_{part}", f"Shipping address {label}", "text", "") for part, label in _ADDRESS),
    *((f"hs_billing_address_{part}", f"Billing address {label}", "text", "") for part, label in (*_ADDRESS, *_BILLED)),
)

PIPELINE = ("14a2e10e-5471-408a-906e-c51f3b04369e", "Order Pipeline")
STAGES = (
    ("4b27b500-f031-4927-9811-68a0b525cbae", "Open",      "OPEN"),
    ("937ea84d-0a4f-4dcf-9028-3f9c2aafbf03", "Processed", "OPEN"),
    ("aa99e8d0-c1d5-4071-b915-d240bbb1aed9", "Shipped",   "OPEN"),
    ("3725360f-519b-4b18-a593-494d60a29c9f", "Delivered", "CLOSED"),
    ("3c85a297-e9ce-400b-b42e-9f16853d69d6", "Cancelled", "CLOSED"),
)  # fmt: skip
