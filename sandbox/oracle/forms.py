"""How values are written in HubSpot: the forms of docs/mapping.md. Empty is ""."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal

LONGEST = 65_536
UNWRITABLE = re.compile("[\x00\ud800-\udfff]")


def text(value: object) -> str:
    if value is None:
        return ""
    return UNWRITABLE.sub("", str(value)).strip()[:LONGEST].rstrip()


def line(value: object) -> str:
    return " ".join(text(value).split())


def joined(values: Iterable[object]) -> str:
    return text(", ".join(dict.fromkeys(one for one in map(text, values) if one)))


def lines(entries: Iterable[str]) -> str:
    return text("\n".join(entry for entry in entries if entry))


def amount(value: str | int | Decimal) -> str:
    plain = format(Decimal(value), "f")
    if "." in plain:
        plain = plain.rstrip("0").rstrip(".")
    return "0" if plain in {"-0", ""} else plain


def share(value: Decimal) -> str:
    return amount(value.quantize(Decimal("0.000001"), ROUND_HALF_UP))


def boolean(value: bool) -> str:
    return "true" if value else "false"


def moment(value: str | None) -> str:
    if value is None:
        return ""
    return datetime.fromisoformat(value).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def words(value: str | None) -> str:
    return (value or "").replace("_", " ").capitalize()
