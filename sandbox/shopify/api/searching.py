"""A query made ready: which index entries it matches, and what Shopify has to say about it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sandbox.shopify.api.context import Info, top_level_error
from sandbox.shopify.api.search import BadValue, Filters, Instant, span
from sandbox.shopify.api.search_syntax import DEFAULT, Both, Not, Query, Term, parse
from sandbox.shopify.shop import Shop, Terms

Matches = Callable[[str, Terms], bool]
"""Whether an index entry matches: its numeric id as text, its terms."""


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
        return lambda _id, terms: (_values(terms.get(name)) != ()) is not negated
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
