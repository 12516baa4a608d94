"""Our SDL with its resolvers: a strict subset of the official 2026-10 schema."""

import re
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from graphql import (
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    build_schema,
)

from sandbox.shopify.api.access import guard
from sandbox.shopify.api.context import Info
from sandbox.shopify.api.scalars import provide_scalars

SDL = Path(__file__).parents[1] / "schema"
Resolver = Callable[..., Any]


def snake(name: str) -> str:
    """displayName -> display_name, address1 -> address1, countryCodeV2 -> country_code_v2."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


def typename_of(value: Any) -> str:
    """The GraphQL type of a value behind an interface or union."""
    name: str = value["__typename"] if isinstance(value, Mapping) else value.typename
    return name


def make_schema(resolvers: Mapping[str, Resolver]) -> GraphQLSchema:
    """The executable schema. `resolvers` maps "Type.field" to `function(source, info, **snake_case_arguments)`.

    Fields without one read the snake_case attribute, or camelCase key, of their source. Raises LookupError for a
    resolver of a field that the SDL has not.
    """
    sdl = "\n".join(path.read_text() for path in sorted(SDL.glob("*.graphql")))
    schema = build_schema(sdl, assume_valid=True)  # a test validates it; every start need not
    provide_scalars(schema)
    for named in schema.type_map.values():
        if isinstance(named, GraphQLObjectType | GraphQLInterfaceType) and not named.name.startswith("__"):
            for name, field in named.fields.items():
                field.resolve = resolvers.get(f"{named.name}.{name}") or attribute(name)
                _pythonic_arguments(field)
        if isinstance(named, GraphQLInputObjectType):
            for name, given in named.fields.items():
                given.out_name = snake(name)
        if isinstance(named, GraphQLInterfaceType | GraphQLUnionType):
            named.resolve_type = lambda value, _info, _type: typename_of(value)
    _check_known(schema, resolvers)
    guard(schema)
    return schema


def _pythonic_arguments(field: GraphQLField) -> None:
    for name, argument in field.args.items():
        argument.out_name = snake(name)


def _check_known(schema: GraphQLSchema, resolvers: Mapping[str, Resolver]) -> None:
    for path in resolvers:
        type_name, _, field_name = path.partition(".")
        named = schema.type_map.get(type_name)
        if not isinstance(named, GraphQLObjectType | GraphQLInterfaceType) or field_name not in named.fields:
            raise LookupError(f"a resolver for {path}, which the SDL does not have")


@cache
def attribute(name: str) -> Resolver:
    """The default resolver of a field."""
    python_name = snake(name)

    def resolve(source: Any, _info: Info) -> Any:
        if isinstance(source, Mapping):
            return source[name]
        return getattr(source, python_name)

    return resolve
