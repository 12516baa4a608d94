"""Every field of the schema resolves on real records: no name of a field leads nowhere."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from graphql import (
    GraphQLArgument,
    GraphQLField,
    GraphQLNamedType,
    GraphQLObjectType,
    get_named_type,
    is_abstract_type,
    is_leaf_type,
    is_required_argument,
)

from sandbox.shopify.api.context import Context
from sandbox.shopify.api.execution import run
from sandbox.shopify.domains import schema
from sandbox.shopify.orders.order_table import orders_of
from tests.sandbox.shopify.small_store import SmallStore

DEPTH = 2
GIVEN = {
    "first": "2",
    "key": '"hubspot_contact_id"',
    "namespace": '"$app"',
    "names": '["available", "on_hand"]',
}
"""What arguments are given, by name."""

ACTS = (
    # what else shows records: everything they answer is asked for; "@name" is an id of the small store
    'abandonmentByAbandonedCheckoutId(abandonedCheckoutId: "@checkout")',
    'customerMergePreview(customerOneId: "@customer", customerTwoId: "@other")',
    'inventoryItem(id: "@item")',
    "metafieldDefinitions(ownerType: CUSTOMER, first: 2)",
    'orderEditBegin(id: "@order")',
    'fulfillment(id: "@fulfillment")',
    'fulfillmentOrder(id: "@waiting")',
    'fulfillmentOrderReleaseHold(id: "@waiting")',
    """fulfillmentOrderSplit(fulfillmentOrderSplits: [
      {fulfillmentOrderId: "@waiting", fulfillmentOrderLineItems: [{id: "@waiting_line", quantity: 1}]}])""",
    'reverseDelivery(id: "@delivery")',
    'reverseFulfillmentOrder(id: "@expected")',
    'return(id: "@return")',
    'return(id: "@declined")',
    'returnableFulfillments(orderId: "@order", first: 2)',
    """refundCreate(input: {orderId: "@order", shipping: {amount: "1.00"}, refundLineItems: [
      {lineItemId: "@line", quantity: 1, restockType: NO_RESTOCK}], transactions: []}) @idempotent(key: "one")""",
    'metafieldsDelete(metafields: [{ownerId: "@customer", namespace: "$app", key: "hubspot_contact_id"}])',
    'customerMerge(customerOneId: "@customer", customerTwoId: "@other")',
    'productSet(synchronous: false, input: {title: "Set"})',
    'productDelete(synchronous: false, input: {id: "@product"})',
    'orderCancel(orderId: "@company_order", reason: OTHER, restock: true, staffNote: "typo")',
    'order(id: "@order")',
    'order(id: "@company_order")',
)

NOT_MET: dict[str, str] = {
    # type                                why no record of the small store shows it
    "AutomaticDiscountApplication":       "orders made over the API know discount codes only",
    "Collection":                         "there are no collections: the lists are always empty",
    "CollectionEdge":                     "likewise",
    "CustomerMergePreviewBlockingFields": "nothing keeps these two customers apart",
    "CustomerMergeRequest":               "read by the id of a job",
    "FulfillmentOrderMerchantRequest":    "no fulfillment service is modelled: nobody is asked",
    "FulfillmentOrderMerchantRequestEdge": "likewise",
    "LineItemGroup":                      "always null",
    "LineItemSellingPlan":                "always null",
    "ManualDiscountApplication":          "orders made over the API know discount codes only",
    "OrderRiskAssessment":                "nobody has assessed these orders",
    "RiskFact":                           "nobody has assessed these orders",
    "ScriptDiscountApplication":          "orders made over the API know discount codes only",
    "UTMParameters":                      "orders made over the API have no visits",
    "WebhookPubSubEndpoint":              "Pub/Sub is not delivered to",
}  # fmt: skip
NEVER_ASKED = ("Payload", "Error")


def arguments(field: GraphQLField) -> str | None:
    """The arguments to ask with; None for a field that cannot be asked for here."""
    chosen = {name: GIVEN[name] for name, argument in field.args.items() if name in GIVEN and _wanted(name, argument)}
    if any(is_required_argument(argument) and name not in chosen for name, argument in field.args.items()):
        return None
    return "(" + ", ".join(f"{name}: {value}" for name, value in chosen.items()) + ")" if chosen else ""


def _wanted(name: str, argument: GraphQLArgument) -> bool:
    return name == "first" or is_required_argument(argument) or name == "namespace"


def selection(named: GraphQLNamedType, depth: int) -> str:
    if is_abstract_type(named):
        kinds = " ".join(f"... on {kind.name} {{ {selection(kind, depth)} }}" for kind in possible(named))
        return f"__typename {kinds}"
    assert isinstance(named, GraphQLObjectType)
    return " ".join(["__typename", *(asked(named, name, field, depth) for name, field in named.fields.items())])


def possible(named: Any) -> list[GraphQLObjectType]:
    return list(schema().get_possible_types(named))


def asked(parent: GraphQLObjectType, name: str, field: GraphQLField, depth: int) -> str:
    """One field, under an alias of its own type so that the kinds of an interface do not clash."""
    given, named = arguments(field), get_named_type(field.type)
    paged = parent.name.endswith(("Connection", "Edge"))
    if given is None or (depth == 0 and not is_leaf_type(named) and not paged):
        return ""
    inside = "" if is_leaf_type(named) else f" {{ {selection(named, depth if paged else depth - 1)} }}"
    return f"{parent.name}_{name}: {name}{given}{inside}"


def typenames(found: Any) -> Iterator[str]:
    if isinstance(found, list):
        for item in found:
            yield from typenames(item)
    elif isinstance(found, dict):
        if isinstance(named := found.get("__typename"), str):
            yield named
        for item in found.values():
            yield from typenames(item)


@pytest.fixture(scope="module")
def met(shared: Path) -> set[str]:
    """The kinds met by asking everything of every record and of every root field that needs no argument."""
    store = SmallStore(shared)
    other = store.ask("customer_create", input={"email": "other@example.com"})["customerCreate"]["customer"]
    lines = store.ask("order_line_items_page", id=store.ids["order"], first=1)["order"]["lineItems"]["nodes"]
    variant = store.front.ask("{ productVariants(first: 1) { nodes { inventoryItem { id } } } }")
    source = f"aws.partner/shopify.com/{store.front.shopify.app.legacy_resource_id}/desk"
    bus = f"arn:aws:events:us-east-1::event-source/{source}"
    store.front.subscribe("ORDERS_CREATE", bus, metafields=[{"namespace": "custom", "key": "tier"}])
    item = variant["productVariants"]["nodes"][0]["inventoryItem"]["id"]
    shop = store.front.shop
    waiting = orders_of(shop).parts[store.ids["waiting"].rpartition("/")[2]].lines[0].id
    store.ids |= {"other": other["id"], "line": lines[0]["id"], "item": item, "waiting_line": waiting}
    context = Context(shop, store.front.shopify.access(), "2026-10")
    found: set[str] = set()
    for table in shop.tables.values():
        for row in list(table.rows.values())[:3]:
            named = schema().type_map.get(row.typename)
            node = schema().type_map["Node"]
            if isinstance(named, GraphQLObjectType) and node in named.interfaces:
                query = f"query($id: ID!) {{ node(id: $id) {{ ... on {named.name} {{ {selection(named, DEPTH)} }} }} }}"
                found |= set(typenames(answered(context, query, {"id": row.id})))
    root = schema().query_type
    assert root is not None
    for name, field in root.fields.items():
        if (given := arguments(field)) is not None and name != "nodes":
            inside = selection(get_named_type(field.type), 1)
            found |= set(typenames(answered(context, f"{{ {name}{given} {{ {inside} }} }}", {})))
    for call in ACTS:
        known = re.sub(r'(?<=")@(\w+)', lambda meant: store.ids[meant[1]], call)
        found |= set(typenames(answered(context, root_field(known), {})))
        store.front.wait(5)
    return found


def root_field(call: str) -> str:
    """A query or mutation that asks one root field for all it has."""
    name = call.partition("(")[0]
    for kind in ("query", "mutation"):
        root = getattr(schema(), f"{kind}_type")
        if name in root.fields:
            named = get_named_type(root.fields[name].type)
            return f"{kind} {{ {call} {{ {selection(named, DEPTH)} }} }}"
    raise LookupError(name)


def answered(context: Context, query: str, variables: dict[str, Any]) -> Any:
    context.shop.buckets.clear()
    answer = run(context, query, variables)
    assert "errors" not in answer, answer["errors"]
    return answer["data"]


EXPECTED = [
    named.name
    for named in schema().type_map.values()
    if isinstance(named, GraphQLObjectType)
    and not named.name.startswith("__")
    and not named.name.endswith(NEVER_ASKED)
    and named not in {schema().query_type, schema().mutation_type}
]


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_every_kind_is_met_and_resolves(met: set[str], name: str) -> None:
    assert (name in met) is not (name in NOT_MET), NOT_MET.get(name, "no record of this kind was met")
