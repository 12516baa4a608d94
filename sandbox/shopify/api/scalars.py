"""Shopify's scalars: what they accept, how they are written."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any
from urllib.parse import urlsplit

from graphql import GraphQLError, GraphQLScalarType, GraphQLSchema

from sandbox.shopify.money import decimal_text


class Refused(GraphQLError):
    """A scalar's own word on a value it does not take; it is shown to the caller as it stands."""


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise GraphQLError("Expected a string")
    return value


def _date(value: Any) -> date:
    try:
        return date.fromisoformat(_text(value))
    except ValueError:
        raise Refused(f"invalid Date '{value}'") from None


def _instant(value: Any) -> datetime:
    """Without a zone: UTC. The refusal is captured (customer-email-marketing-consent-update-parity)."""
    try:
        when = datetime.fromisoformat(_text(value))
        return when.astimezone(UTC) if when.tzinfo else when.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        raise Refused(f"invalid DateTime '{value}'") from None


def _instant_text(value: Any) -> str:
    when: datetime = value
    return when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


LARGEST = 18
"""Digits before the point, or zeros after it, that a sum may have (the bound itself is inferred)."""


def _amount(value: Any) -> Decimal:
    try:
        amount = Decimal(str(value))
    except InvalidOperation:
        amount = Decimal("NaN")
    if not amount.is_finite() or abs(amount.adjusted()) > LARGEST or isinstance(value, bool):
        raise Refused(f"invalid decimal '{value}'")
    return amount


def _amount_text(value: Any) -> str:
    return decimal_text(value) if isinstance(value, Decimal) else str(value)


def _url(value: Any) -> str:
    text = _text(value)
    if text and not urlsplit(text).scheme:
        raise Refused(f"Invalid url '{text}', missing scheme")
    return text


def _unsigned(value: Any) -> str:
    text = str(value)
    if isinstance(value, bool) or not text.isdecimal():
        raise Refused(f"invalid UnsignedInt64 '{value}'")
    return text


def _same(value: Any) -> Any:
    return value


SCALARS: dict[str, tuple[Callable[[Any], Any], Callable[[Any], Any]]] = {
    # scalar          read from input   written to output
    "ARN":            (_text,           str),
    "Date":           (_date,           str),
    "DateTime":       (_instant,        _instant_text),
    "Decimal":        (_amount,         _amount_text),
    "FormattedString": (_text,          str),
    "HTML":           (_text,           str),
    "JSON":           (_same,           _same),
    "Money":          (_amount,         _amount_text),
    "URL":            (_url,            str),
    "UnsignedInt64":  (_unsigned,       str),
    "UtcOffset":      (_text,           str),
}  # fmt: skip


def provide_scalars(schema: GraphQLSchema) -> None:
    """Give each custom scalar of the schema its reading and writing. KeyError for one that is not in the table."""
    standard = {"String", "Int", "Float", "Boolean", "ID"}
    for named in schema.type_map.values():
        if isinstance(named, GraphQLScalarType) and named.name not in standard:
            read, write = SCALARS[named.name]
            for name in ("parse_value", "coerce_input_value"):
                setattr(named, name, read)
            for name in ("serialize", "coerce_output_value"):
                setattr(named, name, write)
