"""The webhook topics that this store fires: enum word, header word, and a scope that opens it (reference §7.7).

Anything else of Shopify's 218 topics is absent from the schema, so that subscribing to it fails at once.
"""

from dataclasses import dataclass

ANY = ()
CHECKOUTS = ("read_orders",)
CUSTOMERS = ("read_customers",)
EVENTS = ("read_fulfillments",)
MERGES = ("read_customer_merge",)
STOCK = ("read_inventory",)
COMPANIES = ("read_customers", "read_companies")
PRODUCTS = ("read_products",)
ORDERS = ("read_orders", "read_marketplace_orders")
BUYER_ORDERS = (*ORDERS, "read_buyer_membership_orders")
FULFILLMENTS = ("read_fulfillments", "read_marketplace_orders")
RETURNS = ("read_returns", "read_marketplace_returns", "read_buyer_membership_orders")
ENDED = (*RETURNS, *ORDERS)


@dataclass(frozen=True, slots=True)
class Topic:
    """`scopes`: one of them is enough, none means no scope is needed. `xml`: whether XML may be asked for."""

    name: str
    header: str
    scopes: tuple[str, ...]
    xml: bool


TOPICS = (
    #     enum word                                   header word                                  scopes        XML
    Topic("APP_SCOPES_UPDATE",                        "app/scopes_update",                         ANY,          False),
    Topic("APP_UNINSTALLED",                          "app/uninstalled",                           ANY,          True),
    Topic("BULK_OPERATIONS_FINISH",                   "bulk_operations/finish",                    ANY,          True),
    Topic("CARTS_CREATE",                             "carts/create",                              CHECKOUTS,    True),
    Topic("CARTS_UPDATE",                             "carts/update",                              CHECKOUTS,    True),
    Topic("CHECKOUTS_CREATE",                         "checkouts/create",                          CHECKOUTS,    True),
    Topic("CHECKOUTS_DELETE",                         "checkouts/delete",                          CHECKOUTS,    True),
    Topic("CHECKOUTS_UPDATE",                         "checkouts/update",                          CHECKOUTS,    True),
    Topic("COMPANIES_CREATE",                         "companies/create",                          COMPANIES,    False),
    Topic("COMPANIES_DELETE",                         "companies/delete",                          COMPANIES,    False),
    Topic("COMPANIES_UPDATE",                         "companies/update",                          COMPANIES,    False),
    Topic("COMPANY_CONTACT_ROLES_ASSIGN",             "company_contact_roles/assign",              COMPANIES,    False),
    Topic("COMPANY_CONTACT_ROLES_REVOKE",             "company_contact_roles/revoke",              COMPANIES,    False),
    Topic("COMPANY_CONTACTS_CREATE",                  "company_contacts/create",                   COMPANIES,    False),
    Topic("COMPANY_CONTACTS_DELETE",                  "company_contacts/delete",                   COMPANIES,    False),
    Topic("COMPANY_CONTACTS_UPDATE",                  "company_contacts/update",                   COMPANIES,    False),
    Topic("COMPANY_LOCATIONS_CREATE",                 "company_locations/create",                  COMPANIES,    False),
    Topic("COMPANY_LOCATIONS_DELETE",                 "company_locations/delete",                  COMPANIES,    False),
    Topic("COMPANY_LOCATIONS_UPDATE",                 "company_locations/update",                  COMPANIES,    False),
    Topic("CUSTOMER_TAGS_ADDED",                      "customer.tags_added",                       CUSTOMERS,    False),
    Topic("CUSTOMER_TAGS_REMOVED",                    "customer.tags_removed",                     CUSTOMERS,    False),
    Topic("CUSTOMERS_CREATE",                         "customers/create",                          CUSTOMERS,    True),
    Topic("CUSTOMERS_DELETE",                         "customers/delete",                          CUSTOMERS,    True),
    Topic("CUSTOMERS_DISABLE",                        "customers/disable",                         CUSTOMERS,    True),
    Topic("CUSTOMERS_EMAIL_MARKETING_CONSENT_UPDATE", "customers_email_marketing_consent/update",  CUSTOMERS,    False),
    Topic("CUSTOMERS_ENABLE",                         "customers/enable",                          CUSTOMERS,    True),
    Topic("CUSTOMERS_MARKETING_CONSENT_UPDATE",       "customers_marketing_consent/update",        CUSTOMERS,    True),
    Topic("CUSTOMERS_MERGE",                          "customers/merge",                           MERGES,       False),
    Topic("CUSTOMERS_PURCHASING_SUMMARY",             "customers/purchasing_summary",              CUSTOMERS,    False),
    Topic("CUSTOMERS_UPDATE",                         "customers/update",                          CUSTOMERS,    True),
    Topic("FULFILLMENT_EVENTS_CREATE",                "fulfillment_events/create",                 EVENTS,       True),
    Topic("FULFILLMENTS_CREATE",                      "fulfillments/create",                       FULFILLMENTS, True),
    Topic("FULFILLMENTS_UPDATE",                      "fulfillments/update",                       FULFILLMENTS, True),
    Topic("INVENTORY_LEVELS_UPDATE",                  "inventory_levels/update",                   STOCK,        True),
    Topic("ORDER_TRANSACTIONS_CREATE",                "order_transactions/create",                 BUYER_ORDERS, True),
    Topic("ORDERS_CANCELLED",                         "orders/cancelled",                          BUYER_ORDERS, True),
    Topic("ORDERS_CREATE",                            "orders/create",                             ORDERS,       True),
    Topic("ORDERS_DELETE",                            "orders/delete",                             CHECKOUTS,    True),
    Topic("ORDERS_EDITED",                            "orders/edited",                             BUYER_ORDERS, True),
    Topic("ORDERS_FULFILLED",                         "orders/fulfilled",                          ORDERS,       True),
    Topic("ORDERS_PAID",                              "orders/paid",                               ORDERS,       True),
    Topic("ORDERS_PARTIALLY_FULFILLED",               "orders/partially_fulfilled",                ORDERS,       True),
    Topic("ORDERS_UPDATED",                           "orders/updated",                            BUYER_ORDERS, True),
    Topic("PRODUCTS_CREATE",                          "products/create",                           PRODUCTS,     True),
    Topic("PRODUCTS_DELETE",                          "products/delete",                           PRODUCTS,     True),
    Topic("PRODUCTS_UPDATE",                          "products/update",                           PRODUCTS,     True),
    Topic("REFUNDS_CREATE",                           "refunds/create",                            BUYER_ORDERS, True),
    Topic("RETURNS_APPROVE",                          "returns/approve",                           RETURNS,      False),
    Topic("RETURNS_CANCEL",                           "returns/cancel",                            ENDED,        False),
    Topic("RETURNS_CLOSE",                            "returns/close",                             ENDED,        False),
    Topic("RETURNS_DECLINE",                          "returns/decline",                           RETURNS,      False),
    Topic("RETURNS_REOPEN",                           "returns/reopen",                            ENDED,        False),
    Topic("RETURNS_REQUEST",                          "returns/request",                           RETURNS,      False),
    Topic("RETURNS_UPDATE",                           "returns/update",                            RETURNS,      False),
    Topic("SHOP_UPDATE",                              "shop/update",                               ANY,          True),
    Topic("TENDER_TRANSACTIONS_CREATE",               "tender_transactions/create",                CHECKOUTS,    True),
)  # fmt: skip
"""That RETURNS_APPROVE refuses XML and PRODUCTS_UPDATE takes it is captured; the rest of the column is inferred:
topics with bodies of their own, younger than REST, are JSON only."""

COMPLIANCE = ("customers/data_request", "customers/redact", "shop/redact")
"""Only an app's configuration can name these, and they need no scope (reference §3)."""

BY_NAME = {topic.name: topic for topic in TOPICS}
BY_HEADER = {topic.header: topic for topic in TOPICS}
