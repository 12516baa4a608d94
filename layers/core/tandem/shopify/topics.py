"""The webhook topics Tandem listens to: which record each speaks of, and what it takes to subscribe."""

from dataclasses import dataclass

from tandem.model import Kind

Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Topic:
    """`ids` are where a body may name the record. `versioned`: its `updated_at` is the record's own.

    `scope` is what a subscription needs. `base` are those worth subscribing to: the others come along with one of
    them, and are understood where the app's own configuration asks for them.
    """

    name: str
    kind: Kind
    scope: str
    ids: tuple[Path, ...]
    versioned: bool = False
    deleted: bool = False
    base: bool = True

    @property
    def word(self) -> str:
        """The topic in GraphQL."""
        return self.name.replace("/", "_").replace(".", "_").upper()


ORDER, CONTACT, CART = Kind.ORDER, Kind.CONTACT, Kind.CART
ID: tuple[Path, ...] = (("id",), ("admin_graphql_api_id",))
OF_ORDER: tuple[Path, ...] = (("order_id",), ("order", "id"), ("order", "admin_graphql_api_id"))
EDITED: tuple[Path, ...] = (("order_edit", "order_id"),)
BUYER: tuple[Path, ...] = (("customerId",),)
OF_CUSTOMER: tuple[Path, ...] = (("customer_id",),)
CHECKOUT: tuple[Path, ...] = (("id",), ("name",), ("admin_graphql_api_id",))
TOKEN: Path = ("token",)
"""Where the body of a checkout holds the id of its row. One that does not is known by its number."""
KEPT: tuple[Path, ...] = (("admin_graphql_api_customer_kept_id",),)

# Not here: returns/update, whose body names the return alone. Of customers/merge the customer that stays is read again.
TABLE = (
    # name                                            record   scope                  ids
    Topic("orders/create",                            ORDER,   "read_orders",         ID, versioned=True),
    Topic("orders/updated",                           ORDER,   "read_orders",         ID, versioned=True),
    Topic("orders/edited",                            ORDER,   "read_orders",         EDITED),
    Topic("orders/delete",                            ORDER,   "read_orders",         ID, deleted=True),
    Topic("orders/paid",                              ORDER,   "read_orders",         ID, versioned=True, base=False),
    Topic("orders/cancelled",                         ORDER,   "read_orders",         ID, versioned=True, base=False),
    Topic("orders/fulfilled",                         ORDER,   "read_orders",         ID, versioned=True, base=False),
    Topic("orders/partially_fulfilled",               ORDER,   "read_orders",         ID, versioned=True, base=False),
    Topic("refunds/create",                           ORDER,   "read_orders",         OF_ORDER),
    Topic("fulfillments/create",                      ORDER,   "read_fulfillments",   OF_ORDER),
    Topic("fulfillments/update",                      ORDER,   "read_fulfillments",   OF_ORDER),
    Topic("fulfillment_events/create",                ORDER,   "read_fulfillments",   OF_ORDER),
    Topic("returns/request",                          ORDER,   "read_returns",        OF_ORDER),
    Topic("returns/approve",                          ORDER,   "read_returns",        OF_ORDER),
    Topic("returns/decline",                          ORDER,   "read_returns",        OF_ORDER),
    Topic("returns/cancel",                           ORDER,   "read_returns",        OF_ORDER),
    Topic("returns/close",                            ORDER,   "read_returns",        OF_ORDER),
    Topic("returns/reopen",                           ORDER,   "read_returns",        OF_ORDER),
    Topic("customers/create",                         CONTACT, "read_customers",      ID, versioned=True),
    Topic("customers/update",                         CONTACT, "read_customers",      ID, versioned=True),
    Topic("customers/enable",                         CONTACT, "read_customers",      ID, versioned=True, base=False),
    Topic("customers/disable",                        CONTACT, "read_customers",      ID, versioned=True, base=False),
    Topic("customers/delete",                         CONTACT, "read_customers",      ID, deleted=True),
    Topic("customers/merge",                          CONTACT, "read_customer_merge", KEPT),
    Topic("customers/purchasing_summary",             CONTACT, "read_customers",      BUYER),
    Topic("customer.tags_added",                      CONTACT, "read_customers",      BUYER),
    Topic("customer.tags_removed",                    CONTACT, "read_customers",      BUYER),
    Topic("customers_email_marketing_consent/update", CONTACT, "read_customers",      OF_CUSTOMER),
    Topic("customers_marketing_consent/update",       CONTACT, "read_customers",      ID),
    Topic("checkouts/create",                         CART,    "read_orders",         CHECKOUT, versioned=True),
    Topic("checkouts/update",                         CART,    "read_orders",         CHECKOUT, versioned=True),
    Topic("checkouts/delete",                         CART,    "read_orders",         CHECKOUT, deleted=True),
)  # fmt: skip

TOPICS = {topic.name: topic for topic in TABLE}
