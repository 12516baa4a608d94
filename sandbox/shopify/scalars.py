"""Shopify's scalars: what they accept, how they are written."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from graphql import GraphQLError, GraphQLScalarType, GraphQLSchema

from sandbox.shopify.money import decimal_text


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise GraphQLError("Expected a string")
    return value


def _instant(value: Any) -> datetime:
    try:
        when = datetime.fromisoformat(_text(value))
    except ValueError:
        raise GraphQLError("Expected an ISO 8601 date and time") from None
    return when if when.tzinfo else when.replace(tzinfo=UTC)


def _instant_text(value: Any) -> str:
    when: datetime = value
    return when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _amount(value: Any) -> Decimal:
    try:
        return Decimal(str(value))
    except InvalidOperation:
        raise GraphQLError("Expected a decimal number") from None


def _amount_text(value: Any) -> str:
    return decimal_text(value) if isinstance(value, Decimal) else str(value)


def _same(value: Any) -> Any:
    return value


SCALARS: dict[str, tuple[Callable[[Any], Any], Callable[[Any], Any]]] = {
    # scalar          read from input   written to output
    "ARN":            (_text,           str),
    "Date":           (lambda v: date.fromisoformat(_text(v)), str),
    "DateTime":       (_instant,        _instant_text),
    "Decimal":        (_amount,         _amount_text),
    "FormattedString": (_text,          str),
    "HTML":           (_text,           str),
    "JSON":           (_same,           _same),
    "Money":          (_amount,         _amount_text),
    "URL":            (_text,           str),
    "UnsignedInt64":  (lambda v: str(int(v)), str),
    "UtcOffset":      (_text,           str),
}  # fmt: skip


def provide_scalars(schema: GraphQLSchema) -> None:
    """Give each custom scalar of the schema its reading and writing. KeyError for one that is not in the table."""
    standard = {"String", "Int", "Float", "Boolean", "ID"}
    for named in schema.type_map.values():
        if isinstance(named, GraphQLScalarType) and named.name not in standard:
            read, write = SCALARS[named.name]
            setattr(named, "parse_value", read)  # noqa: B010  graphql-core's own way, but typed as methods
            setattr(named, "serialize", write)  # noqa: B010
