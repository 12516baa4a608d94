"""The rows of the mapping tables, and how a Shopify node is walked along them."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from tandem.model import Node
from tandem.portal import Portal, Property


@dataclass(frozen=True, slots=True)
class Field:
    """One property and where its value is from (the notation of `path`: docs/mapping.md, Paths).

    `clears` false: an empty value leaves what HubSpot has. `guarded`: only together with an order's currency code.
    """

    property: str
    path: str
    convert: Callable[[Any], str]
    clears: bool = True
    guarded: bool = False


def walk(table: Iterable[Field], node: Node, portal: Portal, name: str, *, guarded: bool = True) -> dict[str, str]:
    """The properties of object `name` that the account has and takes. "" clears one. Raises KeyError for a field that
    the node was not asked for: what was not read must not clear anything."""
    values = {}
    for row in table:
        if row.guarded and not guarded:
            continue
        value = row.convert(at(node, row.path))
        if value or row.clears:
            values[row.property] = value
    return fitted(values, portal, name)


def at(node: Any, path: str) -> Any:
    """What a path leads to; of lists on its way, a flat list without nulls."""
    value, optional = node, False
    for step in filter(None, path.partition("{")[0].split(".")):
        if step[0].isupper():
            optional = True
        elif isinstance(value, list):
            value = list(_flat(_of(item, step, optional) for item in value))
        else:
            value = _of(value, step, optional)
    return value


def _of(value: Mapping[str, Any] | None, step: str, optional: bool) -> Any:
    if value is None:
        return None
    return value.get(step) if optional else value[step]


def _flat(values: Iterable[Any]) -> Iterable[Any]:
    for value in values:
        if isinstance(value, list):
            yield from value
        elif value is not None:
            yield value


def fitted(values: Mapping[str, str], portal: Portal, name: str) -> dict[str, str]:
    """Those of `values` that can be written there, each as the property takes it."""
    known = portal.properties.get(name, {})
    found = {}
    for property_, value in values.items():
        definition = known.get(property_)
        if definition is not None and definition.writable:
            fitting = fit(value, definition)
            if fitting is not None:
                found[property_] = fitting
    return found


def fit(value: str, definition: Property) -> str | None:
    """A value in the property's own type, which is not the same in every account; None when it cannot be."""
    check = FITS.get(definition.type)
    if not value or check is None:
        return value
    return check(value, definition)


def _option(value: str, definition: Property) -> str | None:
    if not definition.options:
        return value
    return next((option for option in sorted(definition.options) if _folded(option) == _folded(value)), None)


def _folded(word: str) -> str:
    return word.casefold().replace("_", " ").replace("-", " ")


def _number(value: str, _definition: Property) -> str | None:
    try:
        return value if Decimal(value).is_finite() else None
    except InvalidOperation:
        return None


def _bool(value: str, _definition: Property) -> str | None:
    return value if value in ("true", "false") else None


def _moment(value: str, _definition: Property) -> str | None:
    try:
        datetime.strptime(value, "%Y-%m-%dT%H:%M:%S%z")
    except ValueError:
        return None
    return value


def _date(value: str, definition: Property) -> str | None:
    return value[:10] if _moment(value, definition) else None


FITS: Mapping[str, Callable[[str, Property], str | None]] = {
    "enumeration": _option,
    "number": _number,
    "bool": _bool,
    "datetime": _moment,
    "date": _date,
}


def affords(currency: str, portal: Portal, name: str, code: str) -> bool:
    """Whether amounts in this currency may go into HubSpot's own properties of an object, whose code is in `code`.

    A foreign amount under the account's own currency, or under none, would be added up as if it were no foreign one.
    """
    definition = portal.properties.get(name, {}).get(code)
    if definition is None or not definition.writable:
        return currency.upper() == portal.home_currency.upper()
    enabled = {each.upper() for each in (portal.home_currency, *portal.currencies)}
    return currency.upper() in enabled and fit(currency, definition) is not None
