"""How a value fits the property an account has, and when a stored value is the same."""

from collections.abc import Collection, Iterator, Mapping
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation

from sandbox.oracle.views import JSON

Wrong = tuple[str, str, str]
"""Property, what it is, what it should be."""


def wrong(
    wanted: Mapping[str, str], has: Mapping[str, str], schema: Mapping[str, JSON], ignored: Collection[str] = ()
) -> Iterator[Wrong]:
    """Every property that differs. An own property that the account lacks differs too; a native one is left out."""
    for name, value in wanted.items():
        definition = schema.get(name)
        if definition is None:
            if name.startswith("tandem_"):
                yield name, "no property of the account", value or "one"
            continue
        fitted = fit(value, definition) if definition["writable"] and name not in ignored else None
        now = has.get(name) or ""
        if fitted is not None and not same(fitted, now, definition["type"]):
            yield name, now or "empty", fitted or "empty"


def fit(value: str, definition: JSON) -> str | None:
    """The value as a property of this type takes it; None for one that cannot be written there."""
    if not value:
        return value
    match definition["type"]:
        case "enumeration":
            options: list[str] = definition["options"]
            return next(
                (option for option in options if _loosely(option) == _loosely(value)), None if options else value
            )
        case "number":
            return value if _number(value) is not None else None
        case "bool":
            return value if value in {"true", "false"} else None
        case "datetime":
            return value if _instant(value) else None
        case "date":
            return value[:10] if _instant(value) else None
    return value


def _loosely(option: str) -> str:
    return option.casefold().replace("_", " ").replace("-", " ")


def same(wanted: str, now: str, type_: str) -> bool:
    """Numbers are compared as decimals, times as instants; HubSpot may store either in another spelling."""
    if wanted == now or not wanted or not now:
        return wanted == now
    if type_ == "number":
        return _number(wanted) == _number(now)
    if type_ in {"datetime", "date"}:
        return _instant(wanted) == _instant(now)
    return False


def _number(value: str) -> Decimal | None:
    try:
        return Decimal(value)
    except InvalidOperation:
        return None


def _instant(value: str) -> datetime | None:
    if value.isdecimal():
        return datetime.fromtimestamp(int(value) / 1000, UTC)
    try:
        found = datetime.fromisoformat(value)
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def lets_currency_through(code: str, property_name: str, account: JSON, schema: Mapping[str, JSON]) -> bool:
    """Whether amounts in this currency may stand in HubSpot's own properties."""
    definition = schema.get(property_name)
    if definition is None or not definition["writable"]:
        return code == str(account["currency"])
    options: list[str] = definition["options"]
    return (not options or code in options) and code in account["currencies"]
