"""How a HubSpot record differs from what it should hold: in names and ids, never in values. Pure: no I/O, no clock."""

from base64 import urlsafe_b64encode
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from hashlib import sha256

from tandem.mapping.forms import amount
from tandem.portal import Portal

MISSING, DIFFERENT, MOVED = "missing", "different", "moved"
ASSOCIATED, SURPLUS = "wrongly associated", "surplus"
STAGE = frozenset({"hs_pipeline", "hs_pipeline_stage"})
DIGITS = 4
"""Of a print: 24 bits."""


@dataclass(frozen=True, slots=True, order=True)
class Difference:
    """`what` is a property, an object, or a line with its property: `price`, `contacts`, `line 1455 price`.

    A line that is `surplus` is named by its HubSpot id.
    """

    finding: str
    what: str


@dataclass(frozen=True, slots=True)
class There:
    """A HubSpot record as it is. `values` are normal ones, or prints; `linked` ids of other records, by object."""

    id: str
    values: Mapping[str, str]
    linked: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What HubSpot should hold of a record, in values as those of There are.

    `lines` by Shopify's id. `ends` are, by object, the HubSpot id it should be associated with; None: nothing that is
    known. `stage` is where an order belongs, in the same form; None says nothing of it.
    """

    values: Mapping[str, str]
    lines: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    ends: Mapping[str, str | None] = field(default_factory=dict)


def differences(
    wanted: Wanted,
    there: There,
    lines: Mapping[str, There],
    may_stay: Callable[[str, Collection[str]], Collection[str]] = lambda _name, _ids: (),
) -> list[Difference]:
    """`lines` are those that are in HubSpot at all, by Shopify's id, associated or not.

    `may_stay` says which records of an object may be associated though nothing wants them: people link others too.
    """
    found = [_of_property(name) for name in differing(wanted.values, there.values)]
    for name, id_ in wanted.ends.items():
        linked = there.linked.get(name, ())
        others = [one for one in linked if one != id_]
        if (id_ and id_ not in linked) or set(others) - set(may_stay(name, others)):
            found.append(Difference(ASSOCIATED, name))
    return [*found, *_of_lines(wanted, there, lines)]


def _of_property(name: str) -> Difference:
    return Difference(MOVED, "stage") if name in STAGE else Difference(DIFFERENT, name)


def _of_lines(wanted: Wanted, there: There, lines: Mapping[str, There]) -> Iterable[Difference]:
    linked = there.linked.get("line_items", ())
    standing = set()
    for line, values in wanted.lines.items():
        one = lines.get(line)
        if one is None:
            yield Difference(MISSING, f"line {line}")
            continue
        standing.add(one.id)
        if one.id not in linked:
            yield Difference(ASSOCIATED, f"line {line}")
        yield from (Difference(DIFFERENT, f"line {line} {name}") for name in differing(values, one.values))
    yield from (Difference(SURPLUS, f"line_items {id_}") for id_ in linked if id_ not in standing)


def differing(wanted: Mapping[str, str], there: Mapping[str, str]) -> list[str]:
    """The properties that are not as wanted; what is not there is empty."""
    return [name for name, value in wanted.items() if value != there.get(name, "")]


def normal(values: Mapping[str, str | None], portal: Portal, name: str) -> dict[str, str]:
    """Values of an object's properties so that equal ones are equal: HubSpot spells numbers and times anew."""
    known = portal.properties.get(name, {})
    return {
        property_: FORMS.get(known[property_].type if property_ in known else "", str)(value or "")
        for property_, value in values.items()
    }


def _number(value: str) -> str:
    try:
        return amount(value) if Decimal(value).is_finite() else value
    except InvalidOperation:
        return value


def _moment(value: str) -> str:
    when = _instant(value)
    return when.isoformat() if when else value


def _date(value: str) -> str:
    when = _instant(value)
    return when.date().isoformat() if when else value


def _instant(value: str) -> datetime | None:
    """HubSpot tells times as ISO 8601, and takes and sometimes tells them as milliseconds since 1970."""
    try:
        if value.lstrip("-").isdecimal():
            return datetime.fromtimestamp(int(value) / 1000, UTC)
        found = datetime.fromisoformat(value)
    except (ValueError, OverflowError, OSError):
        return None
    return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)


FORMS: Mapping[str, Callable[[str], str]] = {
    "number": _number,
    "datetime": _moment,
    "date": _date,
    "bool": str.lower,
}


def prints(values: Mapping[str, str], salt: str) -> dict[str, str]:
    """What stands for normal values where nobody's data may lie. Two that differ have one print in 16 million cases."""
    return {name: _print(value, name, salt) for name, value in values.items()}


def _print(value: str, name: str, salt: str) -> str:
    if not value:
        return ""
    return urlsafe_b64encode(sha256(f"{salt}:{name}:{value}".encode()).digest()[:3]).decode()


def packed(values: Mapping[str, str], names: Sequence[str]) -> str:
    """Prints one after the other, in the order of names."""
    return "".join(values.get(name) or "." * DIGITS for name in names)


def unpacked(text: str, names: Sequence[str]) -> dict[str, str]:
    found = (text[start : start + DIGITS] for start in range(0, len(text), DIGITS))
    return {name: one for name, one in zip(names, found, strict=True) if not one.startswith(".")}
