"""What a GraphQL document asks for: its root fields, and what in it is deprecated."""

from collections.abc import Iterator
from functools import lru_cache

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    InlineFragmentNode,
    NoDeprecatedCustomRule,
    OperationDefinitionNode,
    SelectionSetNode,
    parse,
    validate,
)

from sandbox.shopify.domains import schema

DEPRECATIONS = "https://shopify.dev/docs/api/usage/versioning#deprecation-practices"
"""What `X-Shopify-API-Deprecated-Reason` says, whatever was deprecated."""


@lru_cache(maxsize=512)
def parsed(query: str) -> DocumentNode | None:
    """The document, or None where it is none."""
    try:
        return parse(query, no_location=True)
    except (GraphQLError, RecursionError):
        return None


@lru_cache(maxsize=512)
def uses_deprecated(query: str) -> bool:
    """Whether a document names a field, argument or enum value that the schema marks as deprecated."""
    document = parsed(query)
    return document is not None and bool(validate(schema(), document, [NoDeprecatedCustomRule]))


@lru_cache(maxsize=512)
def called(query: str, operation_name: str | None) -> str:
    """The root fields of the operation that would run, joined with `+`; "nothing" where none can be told."""
    document = parsed(query)
    if document is None:
        return "nothing"
    operations = [node for node in document.definitions if isinstance(node, OperationDefinitionNode)]
    named = [op for op in operations if op.name is not None and op.name.value == operation_name]
    chosen = named or operations
    if len(chosen) != 1:
        return "nothing"
    fragments = {node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)}
    names = dict.fromkeys(_fields(chosen[0].selection_set, fragments, frozenset()))
    return "+".join(names) or "nothing"


def _fields(
    selected: SelectionSetNode, fragments: dict[str, FragmentDefinitionNode], entered: frozenset[str]
) -> Iterator[str]:
    for node in selected.selections:
        match node:
            case FieldNode():
                yield node.name.value
            case InlineFragmentNode():
                yield from _fields(node.selection_set, fragments, entered)
            case FragmentSpreadNode():
                name = node.name.value
                if name in fragments and name not in entered:
                    yield from _fields(fragments[name].selection_set, fragments, entered | {name})
