"""Webhook filters: search syntax over the fields of a body (reference §7.5)."""

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from sandbox.shopify.api.search_syntax import DEFAULT, Both, Not, Query, Term, parse


class UnknownField(Exception):
    """The body has no such field: nothing is delivered, whatever the rest of the filter says."""


def is_valid(text: str) -> bool:
    """Whether Shopify takes a filter: every term must name a field (capture webhook-subscription-conformance)."""
    query = parse(text)
    return not text.strip() or (query is not None and all(term.field != DEFAULT for term in _terms(query)))


def passes(text: str, body: dict[str, Any]) -> bool:
    """Whether a body gets through. Letter case counts; of a list any entry will do."""
    query = parse(text)
    try:
        return query is None or _holds(query, body)
    except UnknownField:
        return False


def _terms(query: Query) -> Iterator[Term]:
    match query:
        case Term():
            yield query
        case Not(part):
            yield from _terms(part)
        case Both(_, parts):
            for part in parts:
                yield from _terms(part)


def _holds(query: Query, body: dict[str, Any]) -> bool:
    match query:
        case Term():
            values = list(_values(body, query.field.split(".")))  # all of them: an unknown field anywhere counts
            return any(_matches(query, value) for value in values)
        case Not(part):
            return not _holds(part, body)
        case Both(word, parts):
            held = [_holds(part, body) for part in parts]  # all of them, for the same reason
            return all(held) if word == "and" else any(held)


def _values(value: Any, path: list[str]) -> Iterator[Any]:
    """Every value at a dotted path. Raises UnknownField; a path that ends in null or an empty list has none."""
    if isinstance(value, list):
        for entry in value:
            yield from _values(entry, path)
    elif not path:
        yield value
    elif isinstance(value, dict):
        if path[0] not in value:
            raise UnknownField(path[0])
        yield from _values(value[path[0]], path[1:])
    elif value is not None:
        raise UnknownField(path[0])


def _matches(term: Term, value: Any) -> bool:
    if term.exists:
        return value not in {None, ""} if not isinstance(value, list | dict) else bool(value)
    if value is None or isinstance(value, list | dict):
        return False
    text = str(value).lower() if isinstance(value, bool) else str(value)
    if term.prefix is not None:
        return text.startswith(term.prefix)
    have, asked = _comparable(text, term.value)
    match term.op:
        case "eq":
            return bool(have == asked)
        case "gt":
            return bool(have > asked)
        case "gte":
            return bool(have >= asked)
        case "lt":
            return bool(have < asked)
        case _:
            return bool(have <= asked)


def _comparable(have: str, asked: str) -> tuple[Any, Any]:
    """As numbers or times where both are, else as text."""
    for read in (_number, _instant):
        both = read(have), read(asked)
        if None not in both:
            return both
    return have, asked


def _number(text: str) -> Decimal | None:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _instant(text: str) -> datetime | None:
    try:
        when = datetime.fromisoformat(text)
    except ValueError:
        return None
    return when if when.tzinfo else None
