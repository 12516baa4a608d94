"""The sandbox's schema is a strict subset of Shopify's: whatever is there, is exactly as there."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from graphql import (
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLUnionType,
    Undefined,
    ast_from_value,
    is_required_argument,
    is_required_input_field,
    print_ast,
    validate_schema,
)

from sandbox.shopify.api.schema import make_schema
from sandbox.shopify.domains import schema
from tests.sandbox.shopify.official import official

OURS = [name for name in sorted(schema().type_map) if not name.startswith("__")]


def default(given: Any) -> str | None:
    """A default value as it is written; None for none."""
    if given.default_value is Undefined and getattr(given, "default", None) is None:
        return None
    literal = getattr(getattr(given, "default", None), "literal", None)
    if literal is not None:
        return print_ast(literal)
    node = ast_from_value(given.default_value, given.type)
    return print_ast(node) if node is not None else None


def inputs_differ(where: str, ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> Iterator[str]:
    for name, given in ours.items():
        if name not in theirs:
            yield f"{where}({name}:) is not Shopify's"
            continue
        if str(given.type) != str(theirs[name].type):
            yield f"{where}({name}: {given.type}) should be {theirs[name].type}"
        if default(given) != default(theirs[name]):
            yield f"{where}({name}:) defaults to {default(given)}, should be {default(theirs[name])}"
    for name, given in theirs.items():
        if required(given) and name not in ours:
            yield f"{where}({name}:) is required by Shopify and missing"


def required(given: GraphQLArgument | GraphQLInputField) -> bool:
    return is_required_argument(given) if isinstance(given, GraphQLArgument) else is_required_input_field(given)


def differences(ours: GraphQLNamedType, theirs: GraphQLNamedType) -> Iterator[str]:
    name = ours.name
    if type(ours) is not type(theirs):
        yield f"{name} is of another kind"
        return
    if isinstance(ours, GraphQLObjectType | GraphQLInterfaceType):
        assert isinstance(theirs, GraphQLObjectType | GraphQLInterfaceType)
        extra = {i.name for i in ours.interfaces} - {i.name for i in theirs.interfaces}
        if extra:
            yield f"{name} does not implement {', '.join(sorted(extra))}"
        yield from fields_differ(ours, theirs)
    elif isinstance(ours, GraphQLInputObjectType):
        assert isinstance(theirs, GraphQLInputObjectType)
        yield from inputs_differ(name, ours.fields, theirs.fields)
        if ours.is_one_of != theirs.is_one_of:
            yield f"{name}: oneOf is {theirs.is_one_of}"
    elif isinstance(ours, GraphQLEnumType):
        assert isinstance(theirs, GraphQLEnumType)
        if extra := set(ours.values) - set(theirs.values):
            yield f"{name} has no {', '.join(sorted(extra))}"
    elif isinstance(ours, GraphQLUnionType):
        assert isinstance(theirs, GraphQLUnionType)
        extra = {t.name for t in ours.types} - {t.name for t in theirs.types}
        if extra:
            yield f"{name} has no {', '.join(sorted(extra))}"


def fields_differ(
    ours: GraphQLObjectType | GraphQLInterfaceType, theirs: GraphQLObjectType | GraphQLInterfaceType
) -> Iterator[str]:
    for key, field in ours.fields.items():
        where = f"{ours.name}.{key}"
        if key not in theirs.fields:
            yield f"{where} is not Shopify's"
            continue
        if str(field.type) != str(theirs.fields[key].type):
            yield f"{where}: {field.type} should be {theirs.fields[key].type}"
        if (field.deprecation_reason is None) != (theirs.fields[key].deprecation_reason is None):
            yield f"{where}: deprecation differs"
        yield from inputs_differ(where, field.args, theirs.fields[key].args)


@pytest.mark.parametrize("name", OURS)
def test_type_is_shopifys(shared: Path, name: str) -> None:
    theirs = official(shared).type_map.get(name)
    assert theirs is not None, f"Shopify has no type {name}"
    assert list(differences(schema().type_map[name], theirs)) == []


def test_schema_is_valid() -> None:
    """But for fields that Shopify itself deprecates although their interface does not."""
    errors = [error.message for error in validate_schema(schema())]
    assert [message for message in errors if "must not be deprecated" not in message] == []


def test_every_object_field_has_a_resolver() -> None:
    bare = [
        f"{named.name}.{key}"
        for named in schema().type_map.values()
        if isinstance(named, GraphQLObjectType) and not named.name.startswith("__")
        for key, field in named.fields.items()
        if field.resolve is None
    ]
    assert bare == []


def test_resolver_of_an_unknown_field_is_refused() -> None:
    with pytest.raises(LookupError, match=r"Shop\.moonPhase"):
        make_schema({"Shop.moonPhase": lambda _source, _info: None})
