"""Arguments written in a document: known, complete, and with literals their types can take."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from graphql import (
    ArgumentNode,
    GraphQLArgument,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInputType,
    ListValueNode,
    Node,
    NullValueNode,
    ObjectFieldNode,
    ObjectValueNode,
    VariableNode,
    get_nullable_type,
    is_list_type,
    is_required_argument,
    is_required_input_field,
    print_ast,
)

from sandbox.shopify.api.input_values import literal_problem

if TYPE_CHECKING:
    from sandbox.shopify.api.validation import Check

Given = ArgumentNode | ObjectFieldNode
Known = Mapping[str, GraphQLArgument] | Mapping[str, GraphQLInputField]


def check_required(check: "Check", kind: str, name: str, known: Mapping[str, GraphQLArgument], node: Any) -> None:
    """Required arguments that are not there at all."""
    given = {argument.name.value for argument in node.arguments or ()}
    missing = [key for key, argument in known.items() if is_required_argument(argument) and key not in given]
    if missing:
        names = ", ".join(missing)
        message = f"{kind} '{name}' is missing required arguments: {names}"
        check.fault(message, [node], "missingRequiredArguments", className=kind, name=name, arguments=names)


def check_arguments(
    check: "Check", kind: str, name: str, known: Known, given: Iterable[Given] | None, parent: Node
) -> None:
    """`kind` is Field, Directive or InputObject. Faults inside an argument silence the one about the whole."""
    for argument in given or ():
        key = argument.name.value
        with check.at(key):
            if key not in known:
                message = f"{kind} '{name}' doesn't accept argument '{key}'"
                more = {"name": name, "typeName": kind, "argumentName": key}
                check.fault(message, [argument], "argumentNotAccepted", **more)
                continue
            taken = known[key]
            before = len(check.errors)
            _inside(check, argument.value, taken.type)
            if len(check.errors) == before:
                _literal(check, kind, name, argument, taken, parent)
        for variable in _variables(argument.value):
            with check.at(key):
                check.uses.variable(variable, check.path, argument, taken)


def _literal(
    check: "Check",
    kind: str,
    name: str,
    argument: Given,
    taken: GraphQLArgument | GraphQLInputField,
    parent: Node,
) -> None:
    if isinstance(argument.value, VariableNode):
        return
    problem = literal_problem(argument.value, taken.type)
    if problem is None:
        return
    if problem.message is not None:
        check.fault(problem.message, [parent], "argumentLiteralsIncompatible", typeName="CoercionError")
        return
    key = argument.name.value
    message = (
        f"Argument '{key}' on {kind} '{name}' has an invalid value ({print_ast(argument.value)}). "
        f"Expected type '{taken.type}'."
    )
    check.fault(message, [parent], "argumentLiteralsIncompatible", typeName=kind, argumentName=key)


def _inside(check: "Check", value: Node, expected: GraphQLInputType) -> None:
    """Input objects within a literal, those in lists included."""
    named: Any = get_nullable_type(expected)
    if isinstance(value, ListValueNode):
        for item in value.values:
            _inside(check, item, named.of_type if is_list_type(named) else named)
        return
    while is_list_type(named):
        named = get_nullable_type(named.of_type)
    if isinstance(value, ObjectValueNode) and isinstance(named, GraphQLInputObjectType):
        _object(check, value, named)


def _object(check: "Check", value: ObjectValueNode, named: GraphQLInputObjectType) -> None:
    given = {field.name.value for field in value.fields}
    for key, field in named.fields.items():
        if is_required_input_field(field) and key not in given:
            with check.at(key):
                message = f"Argument '{key}' on InputObject '{named.name}' is required. Expected type {field.type}"
                more = {"argumentName": key, "argumentType": str(field.type), "inputObjectType": named.name}
                check.fault(message, [value], "missingRequiredInputObjectAttribute", **more)
    check_arguments(check, "InputObject", named.name, named.fields, value.fields, value)
    if named.is_one_of:
        _one_of(check, value, named)


def _one_of(check: "Check", value: ObjectValueNode, named: GraphQLInputObjectType) -> None:
    if len(value.fields) != 1:
        message = f"OneOf Input Object '{named.name}' must specify exactly one key."
        check.fault(message, [value], "invalidOneOfInputObject", inputObjectType=named.name)
    elif isinstance(value.fields[0].value, NullValueNode):
        message = f"Argument '{named.name}.{value.fields[0].name.value}' must be non-null."
        check.fault(message, [value.fields[0]], "invalidOneOfInputObject", inputObjectType=named.name)


def _variables(value: Node) -> list[VariableNode]:
    """Variables that stand for an argument itself or for items of its list; those in objects belong to their field."""
    if isinstance(value, VariableNode):
        return [value]
    return [item for item in value.values if isinstance(item, VariableNode)] if isinstance(value, ListValueNode) else []
