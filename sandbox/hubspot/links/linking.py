"""The rules under which two records are linked and unlinked; every link is written in both directions.

A labelled link is a plain link that carries labels: the plain one comes with it and taking it away takes all.
"""

from collections.abc import Iterable

from sandbox.hubspot.errors import HubSpotError
from sandbox.hubspot.links.association_types import AssociationType
from sandbox.hubspot.model import CART, COMPANY, LINE_ITEM, ORDER, ObjectType, Record, Source
from sandbox.hubspot.portal import Portal


def invalid(context: dict[str, list[str]]) -> HubSpotError:
    """HubSpot's refusal of a link, as integrators see it."""
    return HubSpotError(400, "VALIDATION_ERROR", "One or more associations are invalid", context=context)


def not_an_object(kind: ObjectType, record_id: str) -> HubSpotError:
    name = kind.singular.upper()
    return invalid(
        {"INVALID_OBJECT_IDS": [f"{name}={record_id} is not valid"], "objectId": [record_id], "objectType": [name]}
    )


def live(portal: Portal, kind: ObjectType, record_id: str) -> Record:
    """The record to link, or HubSpot's 400 for one that is archived or never was."""
    record = portal.of(kind).find(record_id)
    if record is None or record.archived is not None:
        raise not_an_object(kind, record_id)
    return record


def check(portal: Portal, kind: ObjectType, record: Record | None, other: Record) -> None:
    """Refuse a link that the records cannot take; `record` None is one still to be created."""
    if record is other:
        raise not_an_object(kind, other.id)
    if not _linked(record, other):
        _refuse_too_many(portal, record, other.kind)
        _refuse_too_many(portal, other, kind)
    for line, parent in ((record, other), (other, record)):
        if line is not None and line.kind is LINE_ITEM and portal.switches["second_parent"] == "refused":
            _refuse_second_parent(portal, line, parent)


def associate(portal: Portal, record: Record, other: Record, types: Iterable[AssociationType], source: Source) -> None:
    """Add types to a link that has passed `check`, making the link if there is none."""
    wanted = list(types)
    plain = portal.association_types.plain(record.kind, other.kind)
    if plain is not None and plain not in wanted:
        wanted.insert(0, plain)
    wanted += _first_company(portal, record, other, wanted)
    for owner, company in ((record, other), (other, record)):
        if any(t.primary for t in _seen_from(portal, owner, record, wanted)):
            _demote(portal, owner, company, source)
    portal.link(record, other, [t.id for t in wanted], [t.inverse for t in wanted], source)


def relabel(portal: Portal, record: Record, other: Record, types: list[AssociationType], source: Source) -> None:
    """Let the link carry exactly these types; the plain one stays."""
    had = [portal.association_types[id_] for id_ in _types(record, other)]
    drop = [t for t in had if t.label is not None and t not in types]
    remove(portal, record, other, drop, source)
    associate(portal, record, other, types, source)


def remove(portal: Portal, record: Record, other: Record, types: list[AssociationType], source: Source) -> None:
    """Take types off a link, from both sides; without its plain type nothing of it is left (reference §4)."""
    if any(t.label is None for t in types):
        portal.unlink(record, other, source)
        return
    if types:
        portal.unlink(record, other, source, [t.id for t in types])
        portal.unlink(other, record, source, [t.inverse for t in types])


def _types(record: Record, other: Record) -> tuple[int, ...]:
    return (record.links or {}).get(other.kind.type_id, {}).get(other.id, ())


def _linked(record: Record | None, other: Record) -> bool:
    return record is not None and bool(_types(record, other))


def _seen_from(portal: Portal, owner: Record, record: Record, types: list[AssociationType]) -> list[AssociationType]:
    return types if owner is record else [portal.association_types.inverse(t) for t in types]


def _first_company(
    portal: Portal, record: Record, other: Record, wanted: list[AssociationType]
) -> list[AssociationType]:
    """The primary type that the first company of a record gets by itself (switch `first_company`)."""
    if portal.switches["first_company"] == "plain":
        return []
    for owner, company in ((record, other), (other, record)):
        types = portal.association_types.between(owner.kind, company.kind)
        primary = next((t for t in types if t.primary), None)
        if primary is not None and not portal.linked(owner, COMPANY):
            seen = primary if owner is record else portal.association_types.inverse(primary)
            return [] if seen in wanted else [seen]
    return []


def _demote(portal: Portal, owner: Record, company: Record, source: Source) -> None:
    for other_id, ids in list(portal.linked(owner, COMPANY).items()):
        primary = [t for t in map(portal.association_types.__getitem__, ids) if t.primary]
        if primary and other_id != company.id:
            remove(portal, owner, portal.of(COMPANY).records[other_id], primary, source)


def _refuse_too_many(portal: Portal, record: Record | None, kind: ObjectType) -> None:
    limit = int(portal.switches["association_limit"])
    # counting links is quick, counting those to live records is not
    if record is None or len((record.links or {}).get(kind.type_id, ())) < limit:
        return
    if len(portal.linked(record, kind)) >= limit:
        message = f"{record.kind.singular.upper()}={record.id} has {limit} associations with {kind.plural} already"
        raise invalid({"ASSOCIATION_LIMIT_EXCEEDED": [message], "objectId": [record.id]})


def _refuse_second_parent(portal: Portal, line: Record, parent: Record | None) -> None:
    for kind in (ORDER, CART):
        for parent_id in portal.linked(line, kind):
            if parent is None or (parent.kind, parent.id) != (kind, parent_id):
                message = f"LINE_ITEM={line.id} already belongs to {kind.singular.upper()}={parent_id}"
                raise invalid({"INVALID_OBJECT_IDS": [message], "objectId": [line.id], "objectType": ["LINE_ITEM"]})
