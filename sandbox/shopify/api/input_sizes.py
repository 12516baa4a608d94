"""No input array may hold more than 250 items (reference §5)."""

from collections.abc import Iterator, Mapping
from typing import Any

from graphql import FieldNode, OperationDefinitionNode, Undefined, ValueNode, value_from_ast_untyped

from sandbox.shopify.api.errors import Error, locations

MAX_INPUT = 250
LARGER: dict[tuple[str, ...], int] = {("productSet", "input", "variants"): 2_048}
"""Arrays with a limit of their own (documented for productSet)."""


def oversized(operation: OperationDefinitionNode, variables: Mapping[str, Any]) -> list[Error]:
    """One error for each array that is too long, in the arguments of the root fields (form: third parties)."""
    return [
        {
            "message": f"The input array size of {size} is greater than the maximum allowed of {limit}.",
            "locations": locations([node]),
            "path": list(path),
            "extensions": {"code": "MAX_INPUT_SIZE_EXCEEDED"},
        }
        for node in operation.selection_set.selections
        if isinstance(node, FieldNode)
        for argument in node.arguments or ()
        for path, size in _arrays((node.name.value, argument.name.value), _value(argument.value, variables))
        if size > (limit := LARGER.get(path, MAX_INPUT))
    ]


def _value(node: ValueNode, variables: Mapping[str, Any]) -> Any:
    value = value_from_ast_untyped(node, dict(variables))
    return None if value is Undefined else value


def _arrays(path: tuple[str, ...], value: Any) -> Iterator[tuple[tuple[str, ...], int]]:
    if isinstance(value, list):
        yield path, len(value)
        for item in value:
            yield from _arrays(path, item)
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from _arrays((*path, key), item)
