"""Input values against their types: what is wrong, in graphql-ruby's words; and Shopify's global ids."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from graphql import (
    EnumValueNode,
    GraphQLEnumType,
    GraphQLError,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLScalarType,
    GraphQLSchema,
    ListValueNode,
    Node,
    NullValueNode,
    ObjectValueNode,
    OperationDefinitionNode,
    VariableDefinitionNode,
    VariableNode,
    get_nullable_type,
    is_list_type,
    is_non_null_type,
    is_required_input_field,
    type_from_ast,
    value_from_ast_untyped,
)

from sandbox.shopify.api.errors import Error, variable_error
from sandbox.shopify.api.scalars import Refused

GLOBAL_ID = "gid://shopify/"


@dataclass(frozen=True, slots=True)
class Problem:
    """`message` is set where a scalar itself refused the value."""

    path: tuple[str | int, ...]
    explanation: str
    message: str | None = None

    def within(self, step: str | int) -> "Problem":
        return Problem((step, *self.path), self.explanation, self.message)

    def as_json(self) -> dict[str, Any]:
        told = {"path": list(self.path), "explanation": self.explanation}
        return told if self.message is None else {**told, "message": self.message}


NOT_NULL = Problem((), "Expected value to not be null")


def problems(value: Any, expected: GraphQLInputType) -> Iterator[Problem]:
    """What is wrong with a JSON value."""
    if value is None:
        if is_non_null_type(expected):
            yield NOT_NULL
        return
    named: Any = get_nullable_type(expected)
    if is_list_type(named):
        for index, item in enumerate(value if isinstance(value, list) else [value]):
            yield from (problem.within(index) for problem in problems(item, named.of_type))
    elif isinstance(named, GraphQLInputObjectType):
        yield from _object_problems(value, named)
    elif isinstance(named, GraphQLEnumType):
        if not isinstance(value, str) or value not in named.values:
            words = ", ".join(named.values)
            yield Problem((), f"Expected {_json(value)} to be one of: {words}")
    else:
        yield from _scalar_problems(value, named)


def _object_problems(value: Any, named: GraphQLInputObjectType) -> Iterator[Problem]:
    if not isinstance(value, Mapping):
        yield Problem((), f"Expected {_json(value)} to be a key-value object.")
        return
    for key, item in value.items():
        field = named.fields.get(key)
        if field is None:
            yield Problem((key,), f"Field is not defined on {named.name}")
        else:
            yield from (problem.within(key) for problem in problems(item, field.type))
    for key, field in named.fields.items():
        if key not in value and is_required_input_field(field):
            yield NOT_NULL.within(key)
    if named.is_one_of:
        yield from _one_of_problems(value, named.name)


def _one_of_problems(value: Mapping[str, Any], name: str) -> Iterator[Problem]:
    """Capture customer-by-identifier."""
    if len(value) != 1:
        yield Problem((), f"'{name}' requires exactly one argument, but {len(value)} were provided.")
        return
    for key, item in value.items():
        if item is None:
            yield Problem((), f"'{name}' requires exactly one argument, but '{key}' was `null`.")


def _scalar_problems(value: Any, named: GraphQLScalarType) -> Iterator[Problem]:
    if named.name == "ID":
        text = str(value) if isinstance(value, str | int) and not isinstance(value, bool) else None
        if text is not None and not is_global_id(text):
            told = f"Invalid global id '{text}'"
            yield Problem((), told, told)
            return
    if named.name == "Int" and isinstance(value, float):
        yield Problem((), f"Could not coerce value {_json(value)} to Int")
        return
    try:
        named.coerce_input_value(value)
    except Refused as refused:
        yield Problem((), refused.message, refused.message)
    except GraphQLError:
        yield Problem((), f"Could not coerce value {_json(value)} to {named.name}")


def is_global_id(text: str) -> bool:
    kind, slash, tail = text.removeprefix(GLOBAL_ID).partition("/")
    return text.startswith(GLOBAL_ID) and bool(kind) and bool(slash) and bool(tail)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def literal_problem(node: Node, expected: GraphQLInputType) -> Problem | None:
    """The first thing wrong with a literal; what variables in it hold is not looked at."""
    if isinstance(node, VariableNode):
        return None
    if isinstance(node, NullValueNode):
        return NOT_NULL if is_non_null_type(expected) else None
    named: Any = get_nullable_type(expected)
    if is_list_type(named):
        items = node.values if isinstance(node, ListValueNode) else (node,)
        return next((found for item in items if (found := literal_problem(item, named.of_type))), None)
    if isinstance(named, GraphQLInputObjectType):
        return _object_literal_problem(node, named)
    if isinstance(named, GraphQLEnumType):
        known = isinstance(node, EnumValueNode) and node.value in named.values
        return None if known else Problem((), f"Expected a word of {named.name}")
    if isinstance(node, EnumValueNode) or (named.name != "JSON" and isinstance(node, ListValueNode | ObjectValueNode)):
        return Problem((), f"Could not coerce value to {named.name}")
    return next(_scalar_problems(_literal(node), named), None)


def _literal(node: Node) -> Any:
    return value_from_ast_untyped(node)  # type: ignore[arg-type]  # a value node, as the caller has seen


def _object_literal_problem(node: Node, named: GraphQLInputObjectType) -> Problem | None:
    if not isinstance(node, ObjectValueNode):
        return Problem((), f"Expected {named.name} to be a key-value object.")
    for field in node.fields:
        known = named.fields.get(field.name.value)
        if known is None or literal_problem(field.value, known.type) is not None:
            return Problem((field.name.value,), "invalid")
    return None


def variable_faults(schema: GraphQLSchema, operation: OperationDefinitionNode, given: Mapping[str, Any]) -> list[Error]:
    """What is wrong with the variables sent along with a valid document."""
    faults = []
    for definition in operation.variable_definitions or ():
        name = definition.variable.name.value
        if name not in given and definition.default_value is not None:
            continue
        if (fault := _fault(schema, definition, given.get(name))) is not None:
            faults.append(fault)
    return faults


def _fault(schema: GraphQLSchema, definition: VariableDefinitionNode, value: Any) -> Error | None:
    expected: Any = type_from_ast(schema, definition.type)
    found = list(problems(value, expected))
    if not found:
        return None
    message = f"Variable ${definition.variable.name.value} of type {expected} was provided invalid value"
    told = [f"{'.'.join(map(str, problem.path))} ({problem.explanation})" for problem in found if problem.path]
    if told:
        message += f" for {', '.join(told)}"
    return variable_error(message, [definition], value, [problem.as_json() for problem in found])
