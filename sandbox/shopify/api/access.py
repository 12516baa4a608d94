"""What an app may see and do: scopes by type and mutation, old orders, protected customer data (reference §3)."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from graphql import GraphQLError, GraphQLField, GraphQLObjectType, GraphQLSchema, get_named_type

from sandbox.shopify.api.context import Context, Info, top_level_error

Resolver = Callable[..., Any]
Scopes = tuple[str, ...]
"""Any one of them will do."""

DOCUMENTATION = "https://shopify.dev/api/usage/access-scopes"
ORDER_WINDOW = timedelta(days=60)

WORK = (
    "read_merchant_managed_fulfillment_orders",
    "read_assigned_fulfillment_orders",
    "read_third_party_fulfillment_orders",
)
PARCELS = ("read_orders", "read_fulfillments", *WORK)

READ: dict[str, Scopes] = {
    # type                 any of
    "AbandonedCheckout":   ("read_orders",),
    "Abandonment":         ("read_orders",),
    "Company":             ("read_customers", "read_companies"),
    "CompanyContact":      ("read_customers", "read_companies"),
    "CompanyContactRole":  ("read_customers", "read_companies"),
    "CompanyLocation":     ("read_customers", "read_companies"),
    "Customer":            ("read_customers",),
    "DraftOrder":          ("read_draft_orders",),
    **dict.fromkeys(("FulfillmentHold", "FulfillmentOrder", "FulfillmentOrderLineItem"), WORK),
    **dict.fromkeys(("Fulfillment", "FulfillmentEvent", "FulfillmentLineItem"), PARCELS),
    "InventoryItem":       ("read_inventory", "read_products"),
    "InventoryLevel":      ("read_inventory",),
    "Order":               ("read_orders",),
    "PaymentTerms":        ("read_payment_terms",),
    "Product":             ("read_products",),
    "ProductVariant":      ("read_products",),
    **dict.fromkeys(("Return", "ReturnLineItem", "ReturnableFulfillment", "ReverseDelivery", "ReverseDeliveryLineItem",
                     "ReverseFulfillmentOrder", "ReverseFulfillmentOrderLineItem"), ("read_returns",)),
}  # fmt: skip

COUNTED = {
    "abandonedCheckoutsCount": "AbandonedCheckout",
    "companiesCount": "Company",
    "customersCount": "Customer",
    "draftOrdersCount": "DraftOrder",
    "ordersCount": "Order",
    "productVariantsCount": "ProductVariant",
    "productsCount": "Product",
}
"""Counts need the scope of what they count."""

WRITE: tuple[tuple[str, Scopes], ...] = (
    # mutations                      any of
    (r"company.*|companies.*",      ("write_customers", "write_companies")),
    (r"customer.*",                 ("write_customers",)),
    (r"draftOrder.*",               ("write_draft_orders",)),
    (r"fulfillmentOrder.*",         ("write_merchant_managed_fulfillment_orders", "write_assigned_fulfillment_orders",
                                     "write_third_party_fulfillment_orders")),
    (r"fulfillment(Create|Cancel|Event|Tracking).*",
                                    ("write_fulfillments", "write_merchant_managed_fulfillment_orders",
                                     "write_assigned_fulfillment_orders", "write_third_party_fulfillment_orders")),
    (r"inventory.*",                ("write_inventory",)),
    (r"orderEdit.*",                ("write_order_edits",)),
    (r"order.*|refund.*|transaction.*", ("write_orders",)),
    (r"product.*",                  ("write_products",)),
    (r"return.*|reverse.*|removeFromReturn", ("write_returns",)),
)  # fmt: skip

LEVEL_2 = frozenset(
    f"{kind}.{name}"
    for kind, names in {
        "Customer": "firstName lastName displayName email phone defaultEmailAddress defaultPhoneNumber defaultAddress",
        "CompanyAddress": "firstName lastName recipient companyName phone address1 address2",
        "MailingAddress": "firstName lastName name address1 address2 phone formatted formattedArea zip city",
        "Order": "email phone statusPageUrl",
    }.items()
    for name in names.split()
)
"""Protected customer data of level 2: null for an app that was not granted it."""

LEVEL_1 = frozenset({"AbandonedCheckout", "Customer", "DraftOrder", "Order"})
"""Whole objects refused to an app without any approval."""


def denied(name: str, scopes: Scopes) -> GraphQLError:
    """Captured wording (by-id-not-found-read); the alternatives are joined as third parties show it."""
    required = " or ".join(f"`{scope}` access scope" for scope in scopes) + "."
    message = f"Access denied for {name} field. Required access: {required}"
    return top_level_error(message, "ACCESS_DENIED", documentation=DOCUMENTATION, requiredAccess=required)


def not_approved(kind: str) -> GraphQLError:
    """Wording of third parties."""
    page = "https://shopify.dev/docs/apps/launch/protected-customer-data"
    return top_level_error(
        f"This app is not approved to access the {kind} object. See {page} for more details.", "ACCESS_DENIED"
    )


def order_is_readable(context: Context, order: Any) -> bool:
    """Without read_all_orders, orders older than 60 days are not there."""
    return "read_all_orders" in context.access.scopes or order.created_at > context.shop.clock.now - ORDER_WINDOW


def is_readable(context: Context, record: Any) -> bool:
    """Of an order, or of a part of one, whether the order is; anything else is."""
    order = record if record.typename == "Order" else getattr(record, "order", None)
    return getattr(order, "typename", None) != "Order" or order_is_readable(context, order)


def check_record(context: Context, name: str, record: Any) -> None:
    """Refuse a record behind an interface, by its kind. Raises GraphQLError."""
    scopes = READ.get(record.typename)
    if scopes is not None and context.access.scopes.isdisjoint(scopes):
        raise denied(name, scopes)
    if context.shop.settings.protected_data < 1 and record.typename in LEVEL_1:
        raise not_approved(record.typename)


def check_write(context: Context, mutation: str, record: Any) -> None:
    """Refuse a mutation whose scope goes by the record it changes: tags, metafields. Raises GraphQLError."""
    scopes = tuple(scope.replace("read_", "write_", 1) for scope in READ.get(record.typename, ()))
    if scopes and context.access.scopes.isdisjoint(scopes):
        raise denied(mutation, scopes)


def guard(schema: GraphQLSchema) -> None:
    """Put the checks in front of the resolvers they concern; all other fields stay as quick as they are."""
    for named in schema.type_map.values():
        if isinstance(named, GraphQLObjectType) and not named.name.startswith("__"):
            for name, field in named.fields.items():
                _guard_field(schema, named, name, field)


def _guard_field(schema: GraphQLSchema, parent: GraphQLObjectType, name: str, field: GraphQLField) -> None:
    resolve = field.resolve
    assert resolve is not None
    if parent is schema.mutation_type:
        if (scopes := write_scopes(name)) is not None:
            field.resolve = _scoped(resolve, name, scopes, None)
        return
    kind = COUNTED.get(name) if parent is schema.query_type else None
    kind = kind or get_named_type(field.type).name.removesuffix("Connection")
    if kind in READ and not parent.name.endswith(("Connection", "Edge", "Payload")):
        field.resolve = _scoped(resolve, name, READ[kind], kind)
    elif f"{parent.name}.{name}" in LEVEL_2:
        field.resolve = _protected(resolve, "" if name == "displayName" else None)


def write_scopes(mutation: str) -> Scopes | None:
    """What a mutation needs; None where its resolver decides by the owner, or nothing is needed."""
    return next((scopes for pattern, scopes in WRITE if re.fullmatch(pattern, mutation)), None)


def _scoped(resolve: Resolver, name: str, scopes: Scopes, kind: str | None) -> Resolver:
    def guarded(source: Any, info: Info, **arguments: Any) -> Any:
        context = info.context
        if context.access.scopes.isdisjoint(scopes):
            raise denied(name, scopes)
        if kind in LEVEL_1 and context.shop.settings.protected_data < 1:
            raise not_approved(kind)
        found = resolve(source, info, **arguments)
        if kind == "Order" and getattr(found, "typename", None) == "Order" and not order_is_readable(context, found):
            return None
        return found

    return guarded


def _protected(resolve: Resolver, hidden: Any) -> Resolver:
    def guarded(source: Any, info: Info, **arguments: Any) -> Any:
        if info.context.shop.settings.protected_data < 2:
            return hidden
        return resolve(source, info, **arguments)

    return guarded
