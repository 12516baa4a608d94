"""The webhook topics that this store fires: enum word, header word, and a scope that opens it (reference §7.7).

Anything else of Shopify's 218 topics is absent from the schema, so that subscribing to it fails at once.
"""

from dataclasses import dataclass

ANY = ()
CHECKOUTS = ("read_orders",)
CUSTOMERS = ("read_customers",)
EVENTS = ("read_fulfillments",)
MERGES = ("read_customer_merge",)
COMPANIES = ("read_customers", "read_companies")
PRODUCTS = ("read_products",)
ORDERS = ("read_orders", "read_marketplace_orders")
BUYERS = (*ORDERS, "read_buyer_membership_orders")
SHIPMENTS = ("read_fulfillments", "read_marketplace_orders")
RETURNS = ("read_returns", "read_marketplace_returns", "read_buyer_membership_orders")
ENDED = (*RETURNS, *ORDERS)


@dataclass(frozen=True, slots=True)
class Topic:
    """`scopes`: one of them is enough, none means no scope is needed. `xml`: whether XML may be asked for."""

    name: str
    header: str
    scopes: tuple[str, ...]
    xml: bool


TABLE: tuple[tuple[str, str, tuple[str, ...], bool], ...] = (
    # enum word                                      header word                                     scopes     XML
    ("APP_SCOPES_UPDATE",                            "app/scopes_update",                            ANY,       False),
    ("APP_UNINSTALLED",                              "app/uninstalled",                              ANY,       True),
    ("BULK_OPERATIONS_FINISH",                       "bulk_operations/finish",                       ANY,       True),
    ("CHECKOUTS_CREATE",                             "checkouts/create",                             CHECKOUTS, True),
    ("CHECKOUTS_DELETE",                             "checkouts/delete",                             CHECKOUTS, True),
    ("CHECKOUTS_UPDATE",                             "checkouts/update",                             CHECKOUTS, True),
    ("COMPANIES_CREATE",                             "companies/create",                             COMPANIES, False),
    ("COMPANIES_DELETE",                             "companies/delete",                             COMPANIES, False),
    ("COMPANIES_UPDATE",                             "companies/update",                             COMPANIES, False),
    ("COMPANY_CONTACT_ROLES_ASSIGN",                 "company_contact_roles/assign",                 COMPANIES, False),
    ("COMPANY_CONTACT_ROLES_REVOKE",                 "company_contact_roles/revoke",                 COMPANIES, False),
    ("COMPANY_CONTACTS_CREATE",                      "company_contacts/create",                      COMPANIES, False),
    ("COMPANY_CONTACTS_DELETE",                      "company_contacts/delete",                      COMPANIES, False),
    ("COMPANY_CONTACTS_UPDATE",                      "company_contacts/update",                      COMPANIES, False),
    ("COMPANY_LOCATIONS_CREATE",                     "company_locations/create",                     COMPANIES, False),
    ("COMPANY_LOCATIONS_DELETE",                     "company_locations/delete",                     COMPANIES, False),
    ("COMPANY_LOCATIONS_UPDATE",                     "company_locations/update",                     COMPANIES, False),
    ("CUSTOMER_TAGS_ADDED",                          "customer.tags_added",                          CUSTOMERS, False),
    ("CUSTOMER_TAGS_REMOVED",                        "customer.tags_removed",                        CUSTOMERS, False),
    ("CUSTOMERS_CREATE",                             "customers/create",                             CUSTOMERS, True),
    ("CUSTOMERS_DELETE",                             "customers/delete",                             CUSTOMERS, True),
    ("CUSTOMERS_DISABLE",                            "customers/disable",                            CUSTOMERS, True),
    ("CUSTOMERS_EMAIL_MARKETING_CONSENT_UPDATE",     "customers_email_marketing_consent/update",     CUSTOMERS, False),
    ("CUSTOMERS_ENABLE",                             "customers/enable",                             CUSTOMERS, True),
    ("CUSTOMERS_MARKETING_CONSENT_UPDATE",           "customers_marketing_consent/update",           CUSTOMERS, True),
    ("CUSTOMERS_MERGE",                              "customers/merge",                              MERGES,    False),
    ("CUSTOMERS_PURCHASING_SUMMARY",                 "customers/purchasing_summary",                 CUSTOMERS, False),
    ("CUSTOMERS_UPDATE",                             "customers/update",                             CUSTOMERS, True),
    ("CUSTOMERS_WHATS_APP_MARKETING_CONSENT_UPDATE", "customers_whats_app_marketing_consent/update", CUSTOMERS, False),
    ("FULFILLMENT_EVENTS_CREATE",                    "fulfillment_events/create",                    EVENTS,    True),
    ("FULFILLMENTS_CREATE",                          "fulfillments/create",                          SHIPMENTS, True),
    ("FULFILLMENTS_UPDATE",                          "fulfillments/update",                          SHIPMENTS, True),
    ("ORDER_TRANSACTIONS_CREATE",                    "order_transactions/create",                    BUYERS,    True),
    ("ORDERS_CANCELLED",                             "orders/cancelled",                             BUYERS,    True),
    ("ORDERS_CREATE",                                "orders/create",                                ORDERS,    True),
    ("ORDERS_DELETE",                                "orders/delete",                                CHECKOUTS, True),
    ("ORDERS_EDITED",                                "orders/edited",                                BUYERS,    True),
    ("ORDERS_FULFILLED",                             "orders/fulfilled",                             ORDERS,    True),
    ("ORDERS_PAID",                                  "orders/paid",                                  ORDERS,    True),
    ("ORDERS_PARTIALLY_FULFILLED",                   "orders/partially_fulfilled",                   ORDERS,    True),
    ("ORDERS_UPDATED",                               "orders/updated",                               BUYERS,    True),
    ("PRODUCTS_CREATE",                              "products/create",                              PRODUCTS,  True),
    ("PRODUCTS_DELETE",                              "products/delete",                              PRODUCTS,  True),
    ("PRODUCTS_UPDATE",                              "products/update",                              PRODUCTS,  True),
    ("REFUNDS_CREATE",                               "refunds/create",                               BUYERS,    True),
    ("RETURNS_APPROVE",                              "returns/approve",                              RETURNS,   False),
    ("RETURNS_CANCEL",                               "returns/cancel",                               ENDED,     False),
    ("RETURNS_CLOSE",                                "returns/close",                                ENDED,     False),
    ("RETURNS_DECLINE",                              "returns/decline",                              RETURNS,   False),
    ("RETURNS_REOPEN",                               "returns/reopen",                               ENDED,     False),
    ("RETURNS_REQUEST",                              "returns/request",                              RETURNS,   False),
    ("RETURNS_UPDATE",                               "returns/update",                               RETURNS,   False),
    ("SHOP_UPDATE",                                  "shop/update",                                  ANY,       True),
    ("TENDER_TRANSACTIONS_CREATE",                   "tender_transactions/create",                   CHECKOUTS, True),
)  # fmt: skip
"""That RETURNS_APPROVE refuses XML and PRODUCTS_UPDATE takes it is captured; the rest of the column is inferred:
topics with bodies of their own, younger than REST, are JSON only."""

COMPLIANCE = ("customers/data_request", "customers/redact", "shop/redact")
"""Only an app's configuration can name these, and they need no scope (reference §3)."""

TOPICS = tuple(Topic(*row) for row in TABLE)
BY_NAME = {topic.name: topic for topic in TOPICS}
BY_HEADER = {topic.header: topic for topic in TOPICS}
