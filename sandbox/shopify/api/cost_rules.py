"""The price list behind cost.py: which types and fields are free, and how a selection is laid flat."""

from collections.abc import Iterable, Iterator, Mapping
from math import floor
from typing import Any

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLNamedType,
    GraphQLSchema,
    InlineFragmentNode,
    IntValueNode,
    SelectionSetNode,
    VariableNode,
    get_named_type,
    is_abstract_type,
    is_composite_type,
    is_leaf_type,
    value_from_ast_untyped,
)

MUTATION = 10
ROOT_COUNT = 10
FREE_TYPES = frozenset({"MoneyBag", "MoneyV2", "ShopAddress", "PageInfo"})
FREE_FIELDS = frozenset(
    {
        "Customer.defaultAddress",
        "Customer.emailMarketingConsent",
        "Customer.smsMarketingConsent",
        "WebhookSubscription.endpoint",
    }
)
DEAR_MUTATIONS = {
    "fulfillmentTrackingInfoUpdate": 50,
    "fulfillmentTrackingInfoUpdateV2": 50,
    "refundCreate": 20,
}
"""Mutations whose captured price is not the usual 10."""

PRODUCT_SET = {"variants": 0.2, "files": 1.9, "metafields": 0.4}
"""What productSet adds for each item of these lists of its input, about (reference §5)."""

Fragments = Mapping[str, FragmentDefinitionNode]


def own_price(schema: GraphQLSchema, parent: GraphQLNamedType, name: str, named: GraphQLNamedType) -> int:
    """Points of a field by itself."""
    if is_leaf_type(named) or named.name in FREE_TYPES or f"{parent.name}.{name}" in FREE_FIELDS:
        return 0
    return ROOT_COUNT if named.name == "Count" and parent is schema.query_type else 1


def is_connection(named: GraphQLNamedType) -> bool:
    return named.name.endswith("Connection")


def type_of(schema: GraphQLSchema, node: FieldNode, parent: GraphQLNamedType) -> GraphQLNamedType | None:
    found = schema.get_field(parent, node.name.value)  # type: ignore[arg-type]  # the document has been checked
    return None if found is None else get_named_type(found.type)


def input_price(node: FieldNode, variables: Mapping[str, Any]) -> int:
    """What the input of a mutation adds to its price."""
    if node.name.value != "productSet":
        return 0
    given = {argument.name.value: argument.value for argument in node.arguments or ()}
    value = value_from_ast_untyped(given["input"], dict(variables)) if "input" in given else None
    lists = value if isinstance(value, Mapping) else {}
    return floor(sum(points * len(lists.get(name) or ()) for name, points in PRODUCT_SET.items()))


def page_size(node: FieldNode) -> dict[str, Any]:
    """`first` and `last` as given: a number, or the name of a variable."""
    size: dict[str, Any] = {}
    for argument in node.arguments or ():
        if argument.name.value in {"first", "last"}:
            if isinstance(argument.value, IntValueNode):
                size[argument.name.value] = int(argument.value.value)
            elif isinstance(argument.value, VariableNode):
                size[argument.name.value] = argument.value.name.value
    return size


class Flattened:
    """Selections with their fragments opened."""

    def __init__(self, schema: GraphQLSchema, fragments: Fragments) -> None:
        self._schema = schema
        self._fragments = fragments

    def fields(self, chosen: Iterable[SelectionSetNode | None], parent: GraphQLNamedType) -> dict[str, list[FieldNode]]:
        """The fields that apply to `parent`, by response name; one name may be selected in several places."""
        found: dict[str, list[FieldNode]] = {}
        for one in chosen:
            if one is not None:
                for node in self._walk(one, parent):
                    found.setdefault(node.alias.value if node.alias else node.name.value, []).append(node)
        return found

    def _walk(self, chosen: SelectionSetNode, parent: GraphQLNamedType) -> Iterator[FieldNode]:
        for node in chosen.selections:
            if isinstance(node, FieldNode):
                yield node
            elif isinstance(node, InlineFragmentNode):
                if node.type_condition is None or self._applies(node.type_condition.name.value, parent):
                    yield from self._walk(node.selection_set, parent)
            elif isinstance(node, FragmentSpreadNode):
                fragment = self._fragments[node.name.value]
                if self._applies(fragment.type_condition.name.value, parent):
                    yield from self._walk(fragment.selection_set, parent)

    def _applies(self, condition: str, parent: GraphQLNamedType) -> bool:
        if condition == parent.name:
            return True
        named: Any = self._schema.type_map.get(condition)
        return is_composite_type(named) and is_abstract_type(named) and self._schema.is_sub_type(named, parent)
