"""What a call about links names: the two objects, the records, the association types, the page."""

from typing import Any

from sandbox.hubspot.errors import HubSpotError
from sandbox.hubspot.links import linking
from sandbox.hubspot.links.association_types import AssociationType
from sandbox.hubspot.model import ObjectType, Record
from sandbox.hubspot.portal import Portal
from sandbox.hubspot.reading import bad_input, mapping, mappings, require, text, whole
from sandbox.hubspot.routing import Call

PAGE = 500

Linked = tuple[str, list[AssociationType]]
"""The id of a record at the other end, and the types that lead there."""


def kinds(call: Call) -> tuple[ObjectType, ObjectType]:
    return call.portal.store(call.parts["type"]).kind, call.portal.store(call.parts["to"]).kind


def record_id(body: dict[str, Any]) -> str:
    require(body, "id")
    return text(body, "id")


def ends(wish: dict[str, Any]) -> tuple[str, str]:
    return record_id(mapping(wish, "from")), record_id(mapping(wish, "to"))


def pair(call: Call, from_id: str, to_id: str) -> tuple[Record, Record]:
    """Two records that may be linked, or the 400 that says which may not."""
    source, target = kinds(call)
    record, other = linking.live(call.portal, source, from_id), linking.live(call.portal, target, to_id)
    linking.check(call.portal, source, record, other)
    return record, other


def found_pair(call: Call, from_id: str, to_id: str) -> tuple[Record, Record] | None:
    """Two records whose link may go: None unless both are there."""
    source, target = kinds(call)
    record, other = call.portal.of(source).find(from_id), call.portal.of(target).find(to_id)
    return None if record is None or other is None else (record, other)


def association_type(portal: Portal, spec: dict[str, Any]) -> AssociationType:
    require(spec, "associationCategory", "associationTypeId")
    category, type_id = text(spec, "associationCategory"), whole(spec, "associationTypeId")
    found = portal.association_types.find(type_id, category)
    if found is None:
        raise wrong_type(f"{category}={type_id}", "is not a valid association definition id")
    return found


def wrong_type(spec: str, why: str) -> HubSpotError:
    return linking.invalid({"associationSpec": [spec], "INVALID_ASSOCIATION_TYPE_ID": [f"{spec} {why}"]})


def types(call: Call, specs: object) -> list[AssociationType]:
    """The types of a link between the objects of the path."""
    source, target = kinds(call)
    wanted = [association_type(call.portal, spec) for spec in mappings(specs, "types")]
    if not wanted:
        raise bad_input("at least one association type is needed")
    for found in wanted:
        if (found.source, found.target) != (source, target):
            why = f"does not lead from {source.singular} to {target.singular}"
            raise wrong_type(f"{found.category}={found.id}", why)
    return wanted


def plain(call: Call) -> AssociationType:
    source, target = kinds(call)
    found = call.portal.association_types.plain(source, target)
    if found is None:
        message = f"No association type exists between {source.plural} and {target.plural}"
        raise HubSpotError(400, "VALIDATION_ERROR", message)
    return found


def page(
    portal: Portal, record: Record, target: ObjectType, after: str | None, limit: int
) -> tuple[list[Linked], str | None]:
    """Links in order of id from after `after` on, and where the next page starts, if there is one."""
    if after is not None and not after.isdecimal():
        raise HubSpotError(400, "VALIDATION_ERROR", f"Invalid paging cursor: {after}")
    linked = portal.linked(record, target)
    ids = [id_ for id_ in sorted(linked, key=int) if after is None or int(id_) > int(after)]
    rows = [(id_, [portal.association_types[t] for t in linked[id_]]) for id_ in ids[:limit]]
    return rows, ids[limit - 1] if len(ids) > limit else None


def paging(call: Call, after: str) -> dict[str, Any]:
    return {"next": {"after": after, "link": f"https://api.hubapi.com{call.request.path}?after={after}"}}


def shown_id(call: Call, id_: str) -> str | int:
    """Version 4 writes ids as numbers (seen by integrators), the date versions as strings."""
    return int(id_) if call.version == "v4" else id_


def shown(call: Call, linked: Linked) -> list[dict[str, Any]]:
    """One linked record: once with all its types, but in version 3 once for each of them."""
    id_, found = linked
    if call.version == "v3":
        return [{"id": id_, "type": t.name} for t in found]
    return [{"toObjectId": shown_id(call, id_), "associationTypes": [t.described() for t in found]}]


def labelled(call: Call, record: Record, other: Record) -> dict[str, Any]:
    """One direction of a link and its labels, as the calls that write labels answer."""
    ids = call.portal.linked(record, other.kind)[other.id]
    labels = [call.portal.association_types[id_].label for id_ in ids]
    return {
        "fromObjectTypeId": record.kind.type_id,
        "fromObjectId": shown_id(call, record.id),
        "toObjectTypeId": other.kind.type_id,
        "toObjectId": shown_id(call, other.id),
        "labels": [label for label in labels if label is not None],
    }


def both_ways(call: Call, found: AssociationType, record: Record, other: Record) -> list[dict[str, Any]]:
    """A plain link as its two directions."""
    back = call.portal.association_types.inverse(found)
    there, here = {"id": record.id}, {"id": other.id}
    return [
        {"from": there, "to": here, "associationSpec": found.spec()},
        {"from": here, "to": there, "associationSpec": back.spec()},
    ]
