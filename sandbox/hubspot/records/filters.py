"""What the filters of a search mean, and the value behind a property's text (reference §5.7)."""

import re
from collections.abc import Callable, Iterable
from decimal import Decimal, InvalidOperation
from fnmatch import fnmatchcase
from functools import lru_cache
from typing import Any

from sandbox.hubspot.errors import HubSpotError
from sandbox.hubspot.model import BY_NAME, ELSEWHERE, Property, Store
from sandbox.hubspot.portal import Portal
from sandbox.hubspot.records.calculated import LEFT_EMPTY
from sandbox.hubspot.times import milliseconds
from sandbox.simulator import NotModelled

Values = dict[str, str]
Test = Callable[[str, Values], bool]
"""Whether a record, given its id and its values as search knows them, passes."""

Comparable = Any
"""Decimal, int (epoch milliseconds) or str: what a text is read as, the same for all values of a property."""

ASSOCIATIONS = "associations."
WITHOUT_VALUE = ("HAS_PROPERTY", "NOT_HAS_PROPERTY")
WITH_VALUES = ("IN", "NOT_IN")
ORDERED: dict[str, Callable[[Comparable, Comparable], bool]] = {
    "EQ": lambda ours, wanted: ours == wanted,
    "NEQ": lambda ours, wanted: ours != wanted,
    "LT": lambda ours, wanted: ours < wanted,
    "LTE": lambda ours, wanted: ours <= wanted,
    "GT": lambda ours, wanted: ours > wanted,
    "GTE": lambda ours, wanted: ours >= wanted,
}  # fmt: skip
NEGATIONS = ("NEQ", "NOT_IN", "NOT_CONTAINS_TOKEN")
OPERATORS = (*ORDERED, "BETWEEN", *WITH_VALUES, *WITHOUT_VALUE, "CONTAINS_TOKEN", "NOT_CONTAINS_TOKEN")


def invalid(message: str) -> HubSpotError:
    return HubSpotError(400, "VALIDATION_ERROR", message)


@lru_cache(maxsize=1 << 18)  # a walk through all records by time reads each time again and again
def moment(text: str) -> int | None:
    """Epoch milliseconds of a date, of ISO 8601 with a zone, or of themselves. None when it is none of them."""
    try:
        return milliseconds(f"{text}T00:00:00Z" if len(text) == len("2026-11-02") and text[4] == "-" else text)
    except ValueError:
        return None


def number(text: str) -> Decimal | None:
    try:
        value = Decimal(text)
    except InvalidOperation:
        return None
    return value if value.is_finite() else None


def reader(definition: Property) -> Callable[[str], Comparable | None]:
    """How values of this property are compared: as numbers, moments, options, or text whatever its case."""
    match definition.type:
        case "number":
            return number
        case "date" | "datetime":
            return moment
        case "enumeration" | "bool":
            return str
    return str.lower


def words(text: str) -> set[str]:
    """The tokens of a text: what stands between spaces or semicolons, and the parts of it without punctuation."""
    lower = text.lower()
    return {*re.split(r"[\s;,]+", lower), *re.findall(r"\w+", lower)} - {""}


def definition_of(store: Store, name: str) -> Property:
    """HubSpotError 400 for a property the object does not have, NotModelled for one that HubSpot alone fills."""
    if name in LEFT_EMPTY:
        raise NotModelled(f"a search by {name}, which has no values here")
    definition = store.schema.get(name)
    if definition is None:
        message = f'Property "{name}" does not exist'
        context = {"propertyName": [name]}
        raise HubSpotError(
            400,
            "VALIDATION_ERROR",
            message,
            errors=[{"message": message, "code": "PROPERTY_DOESNT_EXIST", "context": context}],
        )
    return definition


def compiled(portal: Portal, store: Store, given: dict[str, Any]) -> Test:
    """One filter as a test. HubSpotError 400 for one that cannot be: unknown property or operator, wrong value."""
    name, operator = given.get("propertyName"), given.get("operator")
    if not isinstance(name, str) or not isinstance(operator, str):
        raise invalid(
            "Invalid input JSON: Cannot build Filter, some of required attributes are not set [propertyName, operator]"
        )
    if operator not in OPERATORS:
        raise invalid(f"Invalid input JSON: {operator} is not one of {', '.join(OPERATORS)}")
    if name.startswith(ASSOCIATIONS):
        return _linked(portal, store, name, operator, given)
    passes = _value_test(portal, definition_of(store, name), operator, given)
    return lambda _, values: passes(values.get(name))


def _value_test(
    portal: Portal, definition: Property, operator: str, given: dict[str, Any]
) -> Callable[[str | None], bool]:
    if operator in WITHOUT_VALUE:
        wanted = operator == "HAS_PROPERTY"
        return lambda value: (value is not None) is wanted
    passes = _present_test(definition, operator, given)
    empty = operator in NEGATIONS and portal.switches["search_negation_sees_empty"] == "yes"
    return lambda value: empty if value is None else passes(value)


def _present_test(definition: Property, operator: str, given: dict[str, Any]) -> Callable[[str], bool]:
    if operator.endswith("CONTAINS_TOKEN"):
        return _token_test(_text(given, "value"), wanted=operator == "CONTAINS_TOKEN")
    if operator in WITH_VALUES:
        return _list_test(definition, _texts(given), wanted=operator == "IN")
    read = reader(definition)
    low = _read(definition, _text(given, "value"))
    if operator == "BETWEEN":
        high = _read(definition, _text(given, "highValue"))
        return lambda value: (ours := read(value)) is not None and low <= ours <= high
    holds = ORDERED[operator]
    return lambda value: (ours := read(value)) is not None and holds(ours, low)


def _token_test(pattern: str, *, wanted: bool) -> Callable[[str], bool]:
    """Every word of the pattern, in which `*` stands for anything, must be a token of the value."""
    patterns = pattern.lower().split()

    def passes(value: str) -> bool:
        tokens = words(value)
        found = all(any(fnmatchcase(token, wild) for token in tokens) for wild in patterns)
        return found is wanted

    return passes


def _list_test(definition: Property, given: list[str], *, wanted: bool) -> Callable[[str], bool]:
    """IN and NOT_IN. Text is compared in lower case to the values as they were sent, so `Jane` never matches."""
    read = reader(definition)
    if definition.type in {"number", "date", "datetime"}:
        among = {_read(definition, value) for value in given}
    else:
        among = set(given)
    if definition.field_type == "checkbox":
        return lambda value: (not among.isdisjoint(value.split(";"))) is wanted
    return lambda value: (read(value) in among) is wanted


def _linked(portal: Portal, store: Store, name: str, operator: str, given: dict[str, Any]) -> Test:
    """`associations.contact` and its like: the ids of associated records."""
    kind = BY_NAME.get(name.removeprefix(ASSOCIATIONS))
    if kind is None:
        if name.removeprefix(ASSOCIATIONS) in ELSEWHERE:
            raise NotModelled(f"a search by {name}")
        definition_of(store, name)
        raise AssertionError("no property has a dot in its name")
    if operator in WITHOUT_VALUE:
        return lambda record_id, _: (
            bool(_others(portal, store, record_id, kind.type_id)) is (operator == "HAS_PROPERTY")
        )
    if operator not in {"EQ", "NEQ", "IN", "NOT_IN"}:
        raise invalid(f"{operator} is not for {name}")
    among = set(_texts(given)) if operator in WITH_VALUES else {_text(given, "value")}
    wanted = operator not in NEGATIONS
    return lambda record_id, _: (not among.isdisjoint(_others(portal, store, record_id, kind.type_id))) is wanted


def _others(portal: Portal, store: Store, record_id: str, type_id: str) -> Iterable[str]:
    record = store.records.get(record_id)
    return portal.linked(record, portal.stores[type_id].kind) if record else ()


def _read(definition: Property, text: str) -> Comparable:
    value = reader(definition)(text)
    if value is None:
        raise invalid(f'"{text}" is not a {definition.type}, which {definition.name} is')
    return value


def _text(given: dict[str, Any], key: str) -> str:
    value = given.get(key)
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise invalid(f"The operator {given['operator']} of {given['propertyName']} needs a {key}")
    return str(value)


def _texts(given: dict[str, Any]) -> list[str]:
    values = given.get("values")
    if not isinstance(values, list) or not values or not all(isinstance(value, str | int | float) for value in values):
        raise invalid(f"The operator {given['operator']} of {given['propertyName']} needs values")
    return [str(value) for value in values]
