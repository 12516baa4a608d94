"""Filters of root lists: which terms a list knows, how each matches, and what a query means over an index entry.

Each domain declares its table, field name -> kind, and gives the index `Terms` with the same names:

    FILTERS: Filters = {
        "default": Text(),          # what bare words look in: Terms["default"] is a list of texts
        "id": Id(),                 # Terms need not hold it
        "name": Exact(),            # whole value, letter case ignored; `*` at the end; comma lists
        "email": Text(),            # tokenised: unquoted matches words, quoted matches consecutive words
        "total_price": Number(),
        "test": Flag(),
        "created_at": Instant(),    # Terms hold aware datetimes
        "updated_at": Instant(days="customer_updated_at"),   # whole days while that switch says "day"
    }

searching.py reads a whole query by such a table.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from sandbox.shopify.api.search_syntax import Term
from sandbox.shopify.shop import Shop

Test = Callable[[Any], bool]
"""Whether one value of an index entry matches."""


class BadValue(Exception):
    """A value that the field's kind cannot read."""


class Kind(Protocol):
    """How one field is compared."""

    def test(self, term: Term, shop: Shop) -> Test:
        """Raises BadValue."""


Filters = Mapping[str, Kind]

COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "eq": lambda have, asked: bool(have == asked),
    "gt": lambda have, asked: bool(have > asked),
    "gte": lambda have, asked: bool(have >= asked),
    "lt": lambda have, asked: bool(have < asked),
    "lte": lambda have, asked: bool(have <= asked),
}


@dataclass(frozen=True, slots=True)
class Text:
    """Words, in any order and letter case; a quoted value is a phrase: the same words one after another."""

    def test(self, term: Term, shop: Shop) -> Test:
        if term.prefix is not None:
            *whole, start = words(term.prefix) or [""]
            return lambda have: _holds(have, whole) and any(word.startswith(start) for word in words(have))
        asked = words(term.value)
        if term.quoted:
            return lambda have: _phrase(words(have), asked)
        return lambda have: _holds(have, asked)


def words(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())


def _holds(have: str, asked: list[str]) -> bool:
    found = words(have)
    return all(word in found for word in asked)


def _phrase(have: list[str], asked: list[str]) -> bool:
    return any(have[i : i + len(asked)] == asked for i in range(len(have) - len(asked) + 1))


@dataclass(frozen=True, slots=True)
class Exact:
    """The whole value, letter case ignored: tags, enum words, tokens, names. An unquoted comma list means any of."""

    def test(self, term: Term, shop: Shop) -> Test:
        if (prefix := term.prefix) is not None:
            start = prefix.lower()
            return lambda have: str(have).lower().startswith(start)
        asked = {part.strip() for part in ([term.value] if term.quoted else term.value.split(","))}
        lowered = frozenset(part.lower() for part in asked)
        return lambda have: str(have).lower() in lowered


@dataclass(frozen=True, slots=True)
class Number:
    def test(self, term: Term, shop: Shop) -> Test:
        try:
            asked = Decimal(term.value)
        except InvalidOperation:
            asked = Decimal("NaN")
        if not asked.is_finite():
            raise BadValue(term.value)
        compare = COMPARE[term.op]
        return lambda have: compare(have, asked)


@dataclass(frozen=True, slots=True)
class Id:
    """A numeric id or a global one, ranges included; an unquoted comma list means any of."""

    def test(self, term: Term, shop: Shop) -> Test:
        values = [term.value] if term.quoted or term.op != "eq" else term.value.split(",")
        asked = [legacy_number(value) for value in values]
        compare = COMPARE[term.op]
        return lambda have: any(compare(legacy_number(str(have)), one) for one in asked)


LONGEST_ID = 40


def legacy_number(value: str) -> int:
    tail = value.strip().rpartition("/")[2].partition("?")[0]
    if not tail.isdecimal() or len(tail) > LONGEST_ID:
        raise BadValue(value)
    return int(tail)


@dataclass(frozen=True, slots=True)
class Flag:
    def test(self, term: Term, shop: Shop) -> Test:
        asked = {"true": True, "false": False}.get(term.value.lower())
        if asked is None:
            raise BadValue(term.value)
        return lambda have: bool(have) is asked


@dataclass(frozen=True, slots=True)
class Instant:
    """A moment. A value without a zone is shop time (inferred, reference §10 trap 15); `now` is understood.

    `days` names a switch; while it says "day", only the shop's calendar days are compared.
    """

    days: str | None = None

    def test(self, term: Term, shop: Shop) -> Test:
        start, end = span(term.value, shop)
        if self.days is not None and shop.switches[self.days] == "day":
            zone = ZoneInfo(shop.settings.iana_timezone)
            compare, day = COMPARE[term.op], start.astimezone(zone).date()
            return lambda have: compare(have.astimezone(zone).date(), day)
        return _within(term.op, start, end)


def _within(op: str, start: datetime, end: datetime) -> Test:
    """`end` is exclusive. A value that names a whole second or day stands for all of it."""
    match op:
        case "eq":
            return lambda have: bool(start <= have < end)
        case "gt":
            return lambda have: bool(have >= end)
        case "gte":
            return lambda have: bool(have >= start)
        case "lt":
            return lambda have: bool(have < start)
        case _:
            return lambda have: bool(have < end)


_PARTIAL = re.compile(r"(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?(?:T(\d{2}))?Z?$")


def span(value: str, shop: Shop) -> tuple[datetime, datetime]:
    """The stretch of time a value names: a second, or the day, month or year it stops at. Raises BadValue."""
    try:
        return _span(value.strip(), shop)
    except (ValueError, OverflowError):
        raise BadValue(value) from None


def _span(text: str, shop: Shop) -> tuple[datetime, datetime]:
    if text.lower() == "now":
        return shop.clock.now, shop.clock.now + timedelta(microseconds=1)
    zone = ZoneInfo(shop.settings.iana_timezone)
    if partial := _PARTIAL.match(text):
        return _partial(*(int(part) if part else None for part in partial.groups()), zone=zone, whole=_whole(shop))
    when = datetime.fromisoformat(text.replace(" ", "T", 1))
    when = (when if when.tzinfo else when.replace(tzinfo=zone)).astimezone(UTC)
    step = timedelta(microseconds=1_000) if when.microsecond else timedelta(seconds=1)
    return when, when + step


def _whole(shop: Shop) -> bool:
    return shop.switches["search_day"] == "whole"


def _partial(
    year: int | None, month: int | None, day: int | None, hour: int | None, *, zone: ZoneInfo, whole: bool
) -> tuple[datetime, datetime]:
    assert year is not None
    first = date(year, month or 1, day or 1)
    start = datetime.combine(first, time(hour or 0), zone)
    if not whole:
        return start.astimezone(UTC), start.astimezone(UTC) + timedelta(seconds=1)
    if hour is not None:
        return start.astimezone(UTC), start.astimezone(UTC) + timedelta(hours=1)
    if day is not None:
        after = first + timedelta(days=1)
    elif month is not None:
        after = date(year + month // 12, month % 12 + 1, 1)
    else:
        after = date(year + 1, 1, 1)
    return start.astimezone(UTC), datetime.combine(after, time(), zone).astimezone(UTC)
