"""Fields of one response name that cannot be merged, in graphql-ruby's words."""

from graphql import DocumentNode, FieldNode, GraphQLSchema, Node, OverlappingFieldsCanBeMergedRule, print_ast, validate

from sandbox.shopify.api.errors import Error, static_error

OF_TYPES = "they return conflicting types"
"""Shopify lets two kinds answer one name with different types (capture fulfillment-return-node-read-after-write)."""


def merge_conflicts(schema: GraphQLSchema, document: DocumentNode) -> list[Error]:
    return [
        _conflict([node for node in error.nodes or () if isinstance(node, FieldNode)])
        for error in validate(schema, document, [OverlappingFieldsCanBeMergedRule])
        if OF_TYPES not in error.message
    ]


def _conflict(nodes: list[FieldNode]) -> Error:
    name = nodes[0].alias.value if nodes[0].alias else nodes[0].name.value
    called = dict.fromkeys(node.name.value for node in nodes if _response_name(node) == name)
    if len(called) > 1:
        kind, sides = "a field", list(called)
    else:
        kind, sides = "an argument", list(dict.fromkeys(_arguments(node) for node in nodes))
    conflicts = " or ".join(sides)
    message = f"Field '{name}' has {kind} conflict: {conflicts}?"
    return static_error(message, nodes, [], "fieldConflict", fieldName=name, conflicts=conflicts)


def _response_name(node: FieldNode) -> str:
    return node.alias.value if node.alias else node.name.value


def _arguments(node: FieldNode) -> str:
    pairs = (f"{argument.name.value}:{_quoted(argument.value)}" for argument in node.arguments or ())
    return "{" + ",".join(pairs) + "}"


def _quoted(node: Node) -> str:
    text = print_ast(node).replace('"', '\\"')
    return f'"{text}"'
