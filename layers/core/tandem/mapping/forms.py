"""The forms a value takes on its way to HubSpot: pure, everything a string, "" for empty (docs/mapping.md, Forms)."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Any

LONGEST = 65_536
"""Characters that HubSpot takes in a text."""

EXACT = Context(prec=100)
"""More digits than any sum of amounts has."""

SIX_DECIMALS = Decimal("0.000001")


def text(value: Any) -> str:
    """Without NUL and lone surrogates, which HubSpot and UTF-8 do not take; trimmed; cut."""
    if value is None:
        return ""
    clean = str(value).replace("\0", "").encode("utf-8", "ignore").decode()
    return clean.strip()[:LONGEST].rstrip()


def line(value: Any) -> str:
    """A text on one line."""
    return " ".join(text(value).split())


def joined(values: Iterable[Any] | None) -> str:
    """ "a, b", each once."""
    return text(", ".join(part for part in dict.fromkeys(map(text, values or ())) if part))


def lines(entries: Iterable[str]) -> str:
    return text("\n".join(entry for entry in entries if entry))


def amount(value: str | float | Decimal | None) -> str:
    """An exact decimal in plain notation: "119.9", "0". Raises decimal.InvalidOperation for what is no number."""
    if value is None:
        return ""
    plain = format(Decimal(str(value)), "f")
    if "." in plain:
        plain = plain.rstrip("0").rstrip(".")
    return "0" if plain == "-0" else plain


def total(values: Iterable[str] | None) -> Decimal:
    """The exact sum."""
    result = Decimal(0)
    for value in values or ():
        result = EXACT.add(result, Decimal(value))
    return result


def summed(values: Iterable[str] | None) -> str:
    return amount(total(values))


def share(whole: Decimal, part: int, parts: int) -> str:
    """`part` of `parts` of a sum, to six decimals; nothing of no parts."""
    if not parts:
        return "0"
    result = EXACT.divide(EXACT.multiply(whole, Decimal(part)), Decimal(parts))
    return amount(result.quantize(SIX_DECIMALS, ROUND_HALF_UP, EXACT))


def boolean(value: bool | None) -> str:
    return "" if value is None else str(value).lower()


def moment(value: str | None) -> str:
    """ "2026-11-02T09:00:00Z"."""
    return "" if value is None else f"{instant(value):%Y-%m-%dT%H:%M:%SZ}"


def instant(value: str) -> datetime:
    return datetime.fromisoformat(value).astimezone(UTC)


def latest(values: Iterable[str | None]) -> str:
    """The last of these moments."""
    return max((moment(value) for value in values), default="")


def words(value: str | None) -> str:
    """PARTIALLY_PAID -> "Partially paid"."""
    return text(value).replace("_", " ").capitalize()


def number_of(gid: str | None) -> str:
    """gid://shopify/Order/5551 -> "5551"."""
    return "" if gid is None else gid.rpartition("/")[2].partition("?")[0]


def first_of(*values: Any) -> str:
    """The first that is not empty, as text."""
    return next(filter(None, map(text, values)), "")


def street(address: Mapping[str, Any] | None) -> str:
    return "" if address is None else joined((address["address1"], address["address2"]))


def attributes(pairs: Sequence[Mapping[str, Any]] | None) -> str:
    return lines(": ".join(filter(None, (line(pair["key"]), line(pair["value"])))) for pair in pairs or ())


def one_of(table: Mapping[str, str], otherwise: Callable[[str | None], str]) -> Callable[[str | None], str]:
    """Words with a wording of their own."""
    return lambda value: table.get(value or "") or otherwise(value)
