"""The properties HubSpot itself gives products and line items (reference §2.4, §2.5).

A row is name, label, kind of field, flags. Flags: `u` unique, `r` read-only value, `c` calculated. Labels are
inferred. `{currency}` stands for each additional currency of the account.
"""

PRODUCTS = (
    ("name",                        "Name",                      "text",     ""),
    ("description",                 "Product description",       "textarea", ""),
    ("hs_rich_text_description",    "Rich text description",     "html",     ""),
    ("price",                       "Unit price",                "number",   ""),
    ("hs_price_{currency}",         "Unit price ({currency})",   "number",   ""),  # inferred
    ("hs_sku",                      "SKU",                       "text",     "u"),
    ("hs_url",                      "URL",                       "text",     ""),
    ("hs_images",                   "Image URL",                 "text",     ""),
    ("hs_product_type",             "Product type",              "select",   ""),
    ("hs_status",                   "Status",                    "select",   ""),
    ("hs_cost_of_goods_sold",       "Unit cost",                 "number",   ""),
    ("hs_folder",                   "Folder",                    "select",   ""),
    ("hs_pricing_model",            "Pricing model",             "select",   ""),
    ("hs_recurring_billing_period", "Term",                      "text",     ""),
    ("recurringbillingfrequency",   "Billing frequency",         "select",   ""),
    ("hs_tax_category",             "Tax category",              "select",   ""),
    ("hs_bundle_type",              "Bundle type",               "select",   "r"),
    ("hs_product_classification",   "Product classification",    "select",   "r"),
    ("createdate",                  "Create date",               "datetime", "r"),
    ("hs_lastmodifieddate",         "Last modified date",        "datetime", "r"),
)  # fmt: skip

LINE_ITEMS = (
    ("name",                       "Name",                       "text",     ""),
    ("description",                "Description",                "textarea", ""),
    ("quantity",                   "Quantity",                   "number",   ""),
    ("price",                      "Unit price",                 "number",   ""),
    ("hs_sku",                     "SKU",                        "text",     ""),
    ("hs_url",                     "URL",                        "text",     ""),
    ("hs_product_type",            "Product type",               "select",   ""),
    ("hs_product_id",              "Product ID",                 "number",   ""),
    ("hs_line_item_currency_code", "Currency",                   "select",   ""),
    ("discount",                   "Unit discount",              "number",   ""),
    ("hs_discount_percentage",     "Discount percentage",        "number",   ""),
    ("tax",                        "Tax",                        "number",   ""),
    ("hs_tax_rate_group_id",       "Tax rate",                   "text",     ""),
    ("amount",                     "Net price",                  "number",   "c"),
    ("hs_pre_discount_amount",     "Pre discount amount",        "number",   "c"),
    ("hs_total_discount",          "Total discount",             "number",   "c"),
    ("hs_tax_amount",              "Tax amount",                 "number",   "c"),
    ("hs_post_tax_amount",         "Post tax amount",            "number",   "c"),
    ("hs_acv",                     "Annual contract value",      "number",   "c"),
    ("hs_arr",                     "Annual recurring revenue",   "number",   "c"),
    ("hs_tcv",                     "Total contract value",       "number",   "c"),
    ("hs_variant_id",              "Variant ID",                 "number",   "r"),
    ("hs_external_id",             "External ID",                "text",     ""),
    ("createdate",                 "Create date",                "datetime", ""),
    ("hs_lastmodifieddate",        "Last modified date",         "datetime", "r"),
)  # fmt: skip

PRODUCT_TYPES = (("inventory", "Inventory"), ("non_inventory", "Non-inventory"), ("service", "Service"))
STATUSES = (("active", "Active"), ("inactive", "Inactive"))
PRICING_MODELS = (("flat", "Flat"), ("volume", "Volume"), ("stairstep", "Stairstep"), ("graduated", "Graduated"))
FREQUENCIES = (
    ("weekly", "Weekly"),
    ("biweekly", "Every two weeks"),
    ("monthly", "Monthly"),
    ("quarterly", "Quarterly"),
    ("per_six_months", "Semi-annually"),
    ("annually", "Annually"),
    ("per_two_years", "Every two years"),
    ("per_three_years", "Every three years"),
    ("per_four_years", "Every four years"),
    ("per_five_years", "Every five years"),
)
BUNDLE_TYPES = (("none", "None"), ("open", "Open"))
CLASSIFICATIONS = (("standalone", "Standalone"), ("variant", "Variant"), ("bundle", "Bundle"))
