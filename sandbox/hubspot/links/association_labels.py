"""The labels an account gives to links between two objects (reference §4)."""

from typing import Any

from sandbox.http import Reply
from sandbox.hubspot.errors import HubSpotError
from sandbox.hubspot.links import linking
from sandbox.hubspot.links.association_calls import kinds
from sandbox.hubspot.links.association_types import USER_DEFINED, AssociationType
from sandbox.hubspot.model import ObjectType
from sandbox.hubspot.portal import Portal
from sandbox.hubspot.reading import require, text, whole
from sandbox.hubspot.routing import GOODS, Call, Route
from sandbox.simulator import NotModelled

LABELS_PER_PAIR = 50


def labels_between(portal: Portal, source: ObjectType, target: ObjectType) -> list[AssociationType]:
    """The account's own labels in one direction; for two records of one object each pair counts once."""
    found = [t for t in portal.association_types.between(source, target) if t.category == USER_DEFINED]
    return [t for t in found if source is not target or t.id < t.inverse]


def _described(call: Call, found: AssociationType) -> dict[str, Any]:
    """2026-09 has two fields more, and null in both (seen live by third parties)."""
    more = {"fromObjectTypeId": None, "toObjectTypeId": None} if call.version == "2026-09" else {}
    return found.described() | more


def list_labels(call: Call) -> Reply:
    found = call.portal.association_types.between(*kinds(call))
    return Reply.json(200, {"results": [_described(call, t) for t in found]})


def create(call: Call) -> Reply:
    """A label is two types, one for each direction; without `inverseLabel` its text stands on both."""
    source, target = kinds(call)
    body = call.mapping()
    require(body, "name", "label")
    name, label = text(body, "name"), text(body, "label")
    if not label:
        raise NotModelled("an association label without text")
    known = call.portal.association_types
    if known.plain(source, target) is None:
        raise HubSpotError(400, "VALIDATION_ERROR", f"{source.plural} and {target.plural} cannot be associated")
    if len(labels_between(call.portal, source, target)) >= LABELS_PER_PAIR:
        between = f"{source.singular} and {target.singular}"
        message = f"No more than {LABELS_PER_PAIR} association types are allowed between {between}"
        raise HubSpotError(437, "VALIDATION_ERROR", message)
    if any(t.name == name for t in known.labels()) or any(t.label == label for t in known.between(source, target)):
        raise HubSpotError(400, "VALIDATION_ERROR", f"An association named {name} or labelled {label} exists already")
    made = known.add(source, target, name, label, text(body, "inverseLabel", label))
    return Reply.json(200, {"results": [_described(call, t) for t in made]})


def _own(call: Call, type_id: int) -> AssociationType:
    """A label of the account between the objects of the path, in the direction of the id."""
    found = call.portal.association_types.find(type_id, USER_DEFINED)
    if found is None or {found.source, found.target} != set(kinds(call)):
        raise HubSpotError(404, "OBJECT_NOT_FOUND", f"There is no {USER_DEFINED} association type {type_id}")
    return found


def update(call: Call) -> Reply:
    """New texts for both directions; without `inverseLabel` both get the one (seen live by third parties)."""
    body = call.mapping()
    require(body, "associationTypeId", "label")
    label = text(body, "label")
    found = _own(call, whole(body, "associationTypeId"))
    call.portal.association_types.relabel(found, label, text(body, "inverseLabel", label))
    return Reply(204)


def archive(call: Call) -> Reply:
    """Both directions go, and every link loses the label."""
    found = _own(call, whole(call.parts, "type_id"))
    for record in call.portal.of(found.source).records.values():
        for other_id, ids in list((record.links or {}).get(found.target.type_id, {}).items()):
            if found.id in ids:
                other = call.portal.of(found.target).records[other_id]
                linking.remove(call.portal, record, other, [found], call.app.source)
    call.portal.association_types.remove(found)
    return Reply(204)


# Label scopes are those of the object's schema (inferred).
READ = ("crm.objects.{type}.read", "crm.schemas.{type}.read", GOODS)
WRITE = ("crm.schemas.{type}.write", GOODS)
LABELS = "/crm/associations/{V}/{type}/{to}/labels"
ROUTES = (
    Route("GET", LABELS, list_labels, READ),
    Route("POST", LABELS, create, WRITE),
    Route("PUT", LABELS, update, WRITE),
    Route("DELETE", LABELS + "/{type_id}", archive, WRITE),
)
