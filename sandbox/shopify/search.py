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

`prepare(query, filters, shop)` gives a Search: `matches(legacy_id, terms)`, `warnings`, `report(info)`.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from sandbox.shopify.context import Info, top_level_error
from sandbox.shopify.search_syntax import DEFAULT, Both, Not, Query, Term, parse
from sandbox.shopify.shop import Shop, Terms

Test = Callable[[Any], bool]
"""Whether one value of an index entry matches."""

Matches = Callable[[str, Terms], bool]
"""Whether an index entry matches: its numeric id as text, its terms."""


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
            raise BadValue(term.value) from None
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


def legacy_number(value: str) -> int:
    tail = value.strip().rpartition("/")[2].partition("?")[0]
    if not tail.isdecimal():
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
    text = value.strip()
    if text.lower() == "now":
        return shop.clock.now, shop.clock.now + timedelta(microseconds=1)
    zone = ZoneInfo(shop.settings.iana_timezone)
    if partial := _PARTIAL.match(text):
        return _partial(*(int(part) if part else None for part in partial.groups()), zone=zone, whole=_whole(shop))
    try:
        when = datetime.fromisoformat(text.replace(" ", "T", 1))
    except ValueError:
        raise BadValue(value) from None
    when = (when if when.tzinfo else when.replace(tzinfo=zone)).astimezone(UTC)
    step = timedelta(microseconds=1_000) if when.microsecond else timedelta(seconds=1)
    return when, when + step


def _whole(shop: Shop) -> bool:
    return shop.switches["search_day"] == "whole"


def _partial(
    year: int | None, month: int | None, day: int | None, hour: int | None, *, zone: ZoneInfo, whole: bool
) -> tuple[datetime, datetime]:
    assert year is not None
    try:
        first = date(year, month or 1, day or 1)
        start = datetime.combine(first, time(hour or 0), zone)
    except ValueError:
        raise BadValue(f"{year}-{month}-{day}") from None
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


@dataclass(slots=True)
class Search:
    """A query made ready. `only_ids`: nothing but `id:` terms, which Shopify answers from the database, not from the
    index (capture order-catalog-count-read).
    """

    query: str
    tree: Query
    matches: Matches
    warnings: list[dict[str, str]] = field(default_factory=list)
    only_ids: bool = False

    def report(self, info: Info) -> None:
        """Leave the warnings, or all there is to say if asked to, in the answer's `extensions.search`."""
        if self.warnings or info.context.search_debug:
            told = {"path": info.path.as_list(), "query": self.query, "parsed": self.tree.parsed()}
            info.context.search.append({**told, "warnings": self.warnings} if self.warnings else told)


def prepare(query: str, filters: Filters, shop: Shop, *, strict: bool = False) -> Search | None:
    """Read a query; None if it has no terms.

    An unknown field, or a value its kind cannot read, is left out with a warning, so that everything matches
    (reference §10 trap 5). `strict` is for lists read from the database: an unreadable value is an error there
    (capture bulk-operation-status-catalog-cancel).
    """
    tree = parse(query)
    if tree is None:
        return None
    search = Search(query, tree, lambda _id, _terms: True)
    compiled = _compile(tree, filters, shop, search, strict)
    if compiled is not None:
        search.matches = compiled
    terms = list(_terms(tree))
    search.only_ids = all(term.field == "id" for term in terms)
    return search


def _terms(tree: Query) -> list[Term]:
    if isinstance(tree, Term):
        return [tree]
    return _terms(tree.part) if isinstance(tree, Not) else [term for part in tree.parts for term in _terms(part)]


def _compile(tree: Query, filters: Filters, shop: Shop, search: Search, strict: bool) -> Matches | None:
    """None for what was left out."""
    if isinstance(tree, Term):
        return _term(tree, filters, shop, search, strict)
    if isinstance(tree, Not):
        inside = _compile(tree.part, filters, shop, search, strict)
        return None if inside is None else lambda legacy_id, terms: not inside(legacy_id, terms)
    compiled = [_compile(part, filters, shop, search, strict) for part in tree.parts]
    parts = [part for part in compiled if part is not None]
    if not parts:
        return None
    combine = all if tree.word == "and" else any
    return lambda legacy_id, terms: combine(part(legacy_id, terms) for part in parts)


def _term(term: Term, filters: Filters, shop: Shop, search: Search, strict: bool) -> Matches | None:
    name, negated = term.field, False
    if name not in filters and name.endswith("_not") and name.removesuffix("_not") in filters:
        name, negated = name.removesuffix("_not"), True
    kind = filters.get(name)
    if kind is None:
        _refuse_metafield(term)
        search.warnings.append(_warning(term.field, "Invalid search field for this query.", "invalid_field"))
        return None
    if term.exists:
        return lambda _id, terms: _values(terms.get(name)) != ()
    try:
        test = kind.test(term, shop)
    except BadValue:
        if strict:
            what = "timestamp" if isinstance(kind, Instant) else "value"
            raise top_level_error(f"Invalid {what} for query filter `{term.field}`.", "BAD_REQUEST") from None
        search.warnings.append(_warning(term.field, f"Input `{term.value}` is not an accepted value.", "invalid_value"))
        return None
    if name == "id":
        return lambda legacy_id, _terms: test(legacy_id)
    if name == DEFAULT and not term.quoted:  # words may lie in several texts, a phrase must lie in one
        return lambda _id, terms: test(" ".join(_values(terms.get(DEFAULT))))
    return lambda _id, terms: any(test(value) for value in _values(terms.get(name))) is not negated


def _warning(name: str, message: str, code: str) -> dict[str, str]:
    return {"field": name, "message": message, "code": code}


def _refuse_metafield(term: Term) -> None:
    """Since 2026-10 a metafield that is not filterable is an error, no longer a warning (reference §1)."""
    if term.field.startswith("metafields."):
        raise top_level_error(f"The metafield `{term.field}` is not filterable.", "BAD_REQUEST")


def _values(value: Any) -> tuple[Any, ...]:
    if value is None or value == "":
        return ()
    return tuple(value) if isinstance(value, list | tuple | set | frozenset) else (value,)


def since(tree: Query, name: str, filters: Filters, shop: Shop) -> datetime | None:
    """The greatest lower bound on a time that holds for the whole query; None where days are compared."""
    kind = filters.get(name)
    if not isinstance(kind, Instant) or (kind.days is not None and shop.switches[kind.days] == "day"):
        return None
    terms = [tree] if isinstance(tree, Term) else tree.parts if isinstance(tree, Both) and tree.word == "and" else []
    bounds = []
    for term in terms:
        if isinstance(term, Term) and term.field == name and term.op in {"gt", "gte"}:
            try:
                bounds.append(span(term.value, shop)[0])
            except BadValue:
                continue
    return max(bounds, default=None)
