"""POST …/search: filters, text, one sort, pages up to 10,000, over an index that lags behind (reference §5.7)."""

import heapq
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from sandbox.http import Reply
from sandbox.hubspot.model import COMPANY, CONTACT, PRODUCT, Record, Store
from sandbox.hubspot.portal import Portal
from sandbox.hubspot.reading import mappings, text
from sandbox.hubspot.records.filters import Comparable, Test, Values, compiled, definition_of, invalid, reader, words
from sandbox.hubspot.records.objects import READ
from sandbox.hubspot.records.representation import View
from sandbox.hubspot.routing import Call, Route
from sandbox.hubspot.times import milliseconds
from sandbox.simulator import NotModelled

PAGE = 10
MAX_PAGE = 200
CEILING = 10_000
MAX_BODY = 3_000
MAX_GROUPS = 5
MAX_FILTERS = 6
MAX_ALL_FILTERS = 18

SEARCHED = {
    CONTACT: ("firstname", "lastname", "email", "phone", "hs_additional_emails", "mobilephone", "company"),
    COMPANY: ("website", "phone", "name", "domain"),
    PRODUCT: ("name", "description", "price", "hs_sku", "hs_folder"),
}
"""Where `query` looks: HubSpot's search guide has no row for line items, orders and carts."""


@dataclass(frozen=True, slots=True)
class Sort:
    name: str
    descending: bool


def _search(call: Call) -> Reply:
    portal, store = call.portal, call.portal.store(call.parts["type"])
    if len(call.request.body.decode(errors="replace")) > MAX_BODY:
        raise invalid(f"The search request is longer than {MAX_BODY} characters")
    body = call.mapping()
    limit, offset = _page(body)
    sort, view = _sort(store, body), _view(portal, store, body)
    found = list(_matches(portal, store, _groups(portal, store, body), _query(store, body)))
    ids = _ordered(store, found, sort, offset + limit)[offset:]
    payload: dict[str, Any] = {"total": len(found), "results": [view.shown(_as_indexed(store, id_)) for id_ in ids]}
    if offset + limit < len(found):
        payload["paging"] = {"next": {"after": str(offset + limit)}}
    return Reply.json(200, payload)


def _page(body: dict[str, Any]) -> tuple[int, int]:
    """Page size and offset; 400 beyond MAX_PAGE and CEILING."""
    limit = _whole(body.get("limit"), PAGE, "limit")
    if limit == 0:
        raise NotModelled("a search with limit 0")
    offset = _whole(body.get("after"), 0, "after")
    if limit > MAX_PAGE:
        raise invalid(f"The limit of a search is at most {MAX_PAGE}, not {limit}")
    if offset + limit > CEILING:
        raise invalid(f"A search reaches {CEILING} results at most; narrow its filters instead")
    return limit, offset


def _whole(value: object, default: int, name: str) -> int:
    if value is None or value == "":
        return default
    digits = str(value)
    if isinstance(value, bool) or not (digits.isascii() and digits.isdigit()) or len(digits) > 9:
        raise invalid(f"Invalid input JSON: {name} must be a whole number")
    return int(digits)


def _groups(portal: Portal, store: Store, body: dict[str, Any]) -> list[list[Test]]:
    """The filters, any group of which must pass as a whole; `filters` outside of any group are one (HubSpot's search
    guide). Keys unknown to HubSpot are ignored, a misspelt `filterGroups` too, and then everything is found (seen
    live: hubspot-api-nodejs issue 344).
    """
    groups = [
        mappings(group.get("filters") or [], "filters")
        for group in mappings(body.get("filterGroups") or [], "filterGroups")
    ]
    if body.get("filters"):
        if groups:
            raise NotModelled("a search with filters both inside and outside of filterGroups")
        groups = [mappings(body["filters"], "filters")]
    if len(groups) > MAX_GROUPS:
        raise invalid(f"A search has at most {MAX_GROUPS} filterGroups, not {len(groups)}")
    if any(len(group) > MAX_FILTERS for group in groups) or sum(map(len, groups)) > MAX_ALL_FILTERS:
        raise invalid(f"A search has at most {MAX_FILTERS} filters in a group and {MAX_ALL_FILTERS} in all")
    return [[compiled(portal, store, given) for given in group] for group in groups]


def _query(store: Store, body: dict[str, Any]) -> list[str]:
    query = text(body, "query").lower().split()
    if query and store.kind not in SEARCHED:
        raise NotModelled(f"`query` over {store.kind.plural}: which properties it looks at is not documented")
    return query


def _matches(portal: Portal, store: Store, groups: list[list[Test]], query: list[str]) -> Iterator[tuple[str, Values]]:
    inside = portal.switches["query_matches"] == "inside"
    for record_id, values in store.searchable().items():
        if record_id not in store.records:
            continue
        if groups and not any(all(test(record_id, values) for test in group) for group in groups):
            continue
        if not query or _mentions(store, values, query, inside=inside):
            yield record_id, values


def _mentions(store: Store, values: Values, query: list[str], *, inside: bool) -> bool:
    """Whether each word asked for is in the searched values: `inside` some word, or at its beginning."""
    there = words(" ".join(values.get(name, "") for name in SEARCHED[store.kind]))
    return all(any(asked in word if inside else word.startswith(asked) for word in there) for asked in query)


def _sort(store: Store, body: dict[str, Any]) -> Sort | None:
    """The one sort: `{"propertyName", "direction"}`, the same as JSON in a string, or a name (`-name` descends)."""
    sorts = body.get("sorts") or []
    if not isinstance(sorts, list) or len(sorts) > 1:
        raise invalid("A search has at most one sort")
    if not sorts:
        return None
    given = _decoded(sorts[0])
    name, direction = given.get("propertyName"), given.get("direction", "ASCENDING")
    if not isinstance(name, str) or direction not in {"ASCENDING", "DESCENDING"}:
        raise invalid("Invalid input JSON: a sort needs propertyName, and ASCENDING or DESCENDING as direction")
    definition_of(store, name)
    return Sort(name, direction == "DESCENDING")


def _decoded(sort: object) -> dict[str, Any]:
    if isinstance(sort, str) and sort.startswith("{"):
        try:
            sort = json.loads(sort)
        except ValueError as error:
            raise invalid(f"Invalid input JSON: {error}") from error
    if isinstance(sort, str):
        return {"propertyName": sort.removeprefix("-"), "direction": ("ASCENDING", "DESCENDING")[sort.startswith("-")]}
    return sort if isinstance(sort, dict) else {}


def _ordered(store: Store, found: list[tuple[str, Values]], sort: Sort | None, wanted: int) -> list[str]:
    """The first `wanted` ids; ties by id, records without the value last, by id where nothing else is asked."""
    if sort is None:
        return [str(number) for number in heapq.nsmallest(wanted, (int(record_id) for record_id, _ in found))]
    read = reader(store.schema[sort.name])
    keyed: list[tuple[Comparable, int]] = []
    without: list[int] = []
    sign = -1 if sort.descending else 1
    for record_id, values in found:
        value = values.get(sort.name)
        key = None if value is None else read(value)
        if key is None:
            without.append(int(record_id))
        else:
            keyed.append((key, sign * int(record_id)))
    first = heapq.nlargest(wanted, keyed) if sort.descending else heapq.nsmallest(wanted, keyed)
    rest = heapq.nsmallest(wanted - len(first), without)
    return [str(abs(number)) for _, number in first] + [str(number) for number in rest]


def _view(portal: Portal, store: Store, body: dict[str, Any]) -> View:
    names = body.get("properties") or []
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise invalid("Invalid input JSON: properties must be a list of names")
    return View(portal, store, names)


def _as_indexed(store: Store, record_id: str) -> Record:
    """The record as search knows it, which may be older than it is."""
    values = store.searchable()[record_id]
    updated = milliseconds(values[store.kind.modified])
    return replace(store.records[record_id], properties=values, updated=updated, archived=None)


ROUTES = (Route("POST", "/crm/objects/{V}/{type}/search", _search, READ),)
