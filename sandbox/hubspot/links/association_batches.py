"""Links of many records at once (reference §4), in version 3 with its own bodies."""

from collections.abc import Callable
from typing import Any

from sandbox.http import Reply
from sandbox.hubspot.errors import HubSpotError
from sandbox.hubspot.links import linking
from sandbox.hubspot.links.association_calls import (
    PAGE,
    both_ways,
    ends,
    found_pair,
    kinds,
    labelled,
    page,
    paging,
    pair,
    plain,
    record_id,
    shown,
    types,
)
from sandbox.hubspot.links.association_types import AssociationType
from sandbox.hubspot.model import ObjectType
from sandbox.hubspot.reading import inputs, mappings, require, text
from sandbox.hubspot.results import batch
from sandbox.hubspot.routing import GOODS, Call, Route

CREATED_AT_ONCE = 2_000
READ_AT_ONCE = 1_000
ARCHIVED_AT_ONCE = 100
PAGE_V3 = 100

Rows = list[dict[str, Any]]


def _each(call: Call, limit: int, act: Callable[[dict[str, Any]], Rows], status: int = 200) -> Reply:
    """Do `act` for every input; what it refuses becomes the errors of a 207."""
    results: Rows = []
    errors = []
    for wish in inputs(call, limit):
        try:
            results += act(wish)
        except HubSpotError as error:
            errors.append(error)
    return batch(call.portal, results, errors, status)


def associate_default(call: Call) -> Reply:
    """The plain link for each pair. The cap is that of a create (inferred)."""
    found = plain(call)

    def associate(wish: dict[str, Any]) -> Rows:
        record, other = pair(call, *ends(wish))
        linking.associate(call.portal, record, other, [found], call.app.source)
        return both_ways(call, found, record, other)

    return _each(call, CREATED_AT_ONCE, associate)


def create(call: Call) -> Reply:
    """Adds types to what the links carry already. Records that are not there are errors of a 207."""

    def associate(wish: dict[str, Any]) -> Rows:
        wanted = [_named(call, wish)] if call.version == "v3" else types(call, wish.get("types"))
        record, other = pair(call, *ends(wish))
        linking.associate(call.portal, record, other, wanted, call.app.source)
        if call.version == "v3":
            return [{"from": {"id": record.id}, "to": {"id": other.id}, "type": wanted[0].name}]
        return [labelled(call, record, other)]

    return _each(call, CREATED_AT_ONCE, associate, 201)


def _named(call: Call, wish: dict[str, Any]) -> AssociationType:
    """Version 3 names a type, or gives its id as text."""
    require(wish, "type")
    source, target = kinds(call)
    wanted = text(wish, "type")
    for found in call.portal.association_types.between(source, target):
        if wanted in (found.name, str(found.id)):
            return found
    raise HubSpotError(400, "VALIDATION_ERROR", f"{wanted} is not a valid association type")


def read(call: Call) -> Reply:
    """Up to 500 links of each record; version 3 gives 100 and overlooks `after`, as integrators see.

    Records without links are errors of a 207 (seen live).
    """
    source, target = kinds(call)
    v3 = call.version == "v3"

    def links(wish: dict[str, Any]) -> Rows:
        from_id = record_id(wish)
        after = None if v3 or wish.get("after") is None else text(wish, "after")
        record = call.portal.of(source).find(from_id)
        if record is None or record.archived is not None:
            raise _nothing_linked(source, from_id, target)
        found, after = page(call.portal, record, target, after, PAGE_V3 if v3 else PAGE)
        if not found:
            raise _nothing_linked(source, from_id, target)
        row: dict[str, Any] = {"from": {"id": from_id}, "to": [to for linked in found for to in shown(call, linked)]}
        if after is not None:
            row["paging"] = paging(call, after)
        return [row]

    return _each(call, READ_AT_ONCE, links)


def _nothing_linked(source: ObjectType, record_id: str, target: ObjectType) -> HubSpotError:
    """HubSpot's own words, which do not tell whether the record exists."""
    return HubSpotError(
        404,
        "OBJECT_NOT_FOUND",
        f"No {target.singular} is associated with {source.singular} {record_id}.",
        sub_category="crm.associations.NO_ASSOCIATIONS_FOUND",
        context={
            "fromObjectId": [record_id],
            "fromObjectType": [source.singular],
            "toObjectType": [target.singular],
        },
    )


def archive(call: Call) -> Reply:
    """Every link of the pairs; in version 3 one type of each. 204 without detail, unknown ids or not (inferred)."""
    kinds(call)
    for wish in inputs(call, ARCHIVED_AT_ONCE):
        if call.version == "v3":
            if found := found_pair(call, *ends(wish)):
                linking.remove(call.portal, *found, [_named(call, wish)], call.app.source)
            continue
        for to in mappings(wish.get("to"), "to"):
            if found := found_pair(call, *ends({**wish, "to": to})):
                call.portal.unlink(*found, call.app.source)
    return Reply(204)


def archive_labels(call: Call) -> Reply:
    """Some types of the links; taking the plain one takes all (reference §4)."""
    for wish in inputs(call, ARCHIVED_AT_ONCE):
        wanted = types(call, wish.get("types"))
        if found := found_pair(call, *ends(wish)):
            linking.remove(call.portal, *found, wanted, call.app.source)
    return Reply(204)


def types_v3(call: Call) -> Reply:
    found = call.portal.association_types.between(*kinds(call))
    return Reply.json(200, {"results": [{"id": str(t.id), "name": t.name} for t in found]})


READ = ("crm.objects.{type}.read", GOODS)
WRITE = ("crm.objects.{type}.write", GOODS)
BATCH = "/crm/associations/{V}/{type}/{to}/batch"
ROUTES = (
    Route("POST", BATCH + "/associate/default", associate_default, WRITE),
    Route("POST", BATCH + "/create", create, WRITE),
    Route("POST", BATCH + "/read", read, READ),
    Route("POST", BATCH + "/archive", archive, WRITE),
    Route("POST", BATCH + "/labels/archive", archive_labels, WRITE),
    Route("GET", "/crm/associations/{V}/{type}/{to}/types", types_v3, READ),
)
