"""Links of one record over the API (reference §4); those of many are in `association_batches`."""

from typing import Any

from sandbox.http import Reply
from sandbox.hubspot.errors import HubSpotError
from sandbox.hubspot.links import association_batches, association_labels, linking
from sandbox.hubspot.links.association_calls import (
    PAGE,
    association_type,
    both_ways,
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
    wrong_type,
)
from sandbox.hubspot.links.association_types import AssociationType
from sandbox.hubspot.model import CART, LINE_ITEM, ORDER, ObjectType, Record
from sandbox.hubspot.portal import Portal
from sandbox.hubspot.reading import bad_input, mapping, mappings, whole
from sandbox.hubspot.results import batch
from sandbox.hubspot.routing import GOODS, Call, Route, not_modelled


def links_on_create(
    portal: Portal, kind: ObjectType, associations: object
) -> list[tuple[Record, list[AssociationType]]]:
    """What the `associations` of a create ask for; 400 for a wrong type or target. Changes nothing.

    `associations`: [{"to": {"id"}, "types": [{"associationCategory", "associationTypeId"}]}], types as seen from
    the record to be created.
    """
    found = []
    for wish in mappings(associations, "associations"):
        wanted = [association_type(portal, spec) for spec in mappings(wish.get("types"), "types")]
        if not wanted:
            raise bad_input("at least one association type is needed")
        target = wanted[0].target
        for each in wanted:
            if each.source is not kind or each.target is not target:
                raise wrong_type(f"{each.category}={each.id}", f"does not lead from {kind.singular} there")
        other = linking.live(portal, target, record_id(mapping(wish, "to")))
        linking.check(portal, kind, None, other)
        found.append((other, wanted))
    parents = [other.id for other, _ in found if kind is LINE_ITEM and other.kind in (ORDER, CART)]
    if len(set(parents)) > 1 and portal.switches["second_parent"] == "refused":
        raise linking.invalid({"INVALID_OBJECT_IDS": ["a line item has one parent"], "objectId": parents})
    return found


def associate_default(call: Call) -> Reply:
    """The plain link, both directions told. Repeating it is harmless."""
    found = plain(call)
    record, other = pair(call, call.parts["id"], call.parts["to_id"])
    linking.associate(call.portal, record, other, [found], call.app.source)
    return batch(call.portal, both_ways(call, found, record, other), [])


def associate_labelled(call: Call) -> Reply:
    """The array of types replaces the labels of the link; the plain association stays."""
    wanted = types(call, call.payload())
    record, other = pair(call, call.parts["id"], call.parts["to_id"])
    linking.relabel(call.portal, record, other, wanted, call.app.source)
    return Reply.json(201, labelled(call, record, other))


def list_associations(call: Call) -> Reply:
    """Up to 500 a page, in order of id; 404 for a record that is not there (inferred)."""
    source, target = kinds(call)
    record = call.portal.of(source).find(call.parts["id"])
    if record is None or record.archived is not None:
        raise HubSpotError(404, "OBJECT_NOT_FOUND", f"Object not found. objectId={call.parts['id']}")
    limit = whole({"limit": call.request.parameter("limit")}, "limit", PAGE)
    if not 1 <= limit <= PAGE:
        raise HubSpotError(400, "VALIDATION_ERROR", f"limit must be between 1 and {PAGE}, found {limit}")
    found, after = page(call.portal, record, target, call.request.parameter("after"), limit)
    body: dict[str, Any] = {"results": [row for linked in found for row in shown(call, linked)]}
    if after is not None:
        body["paging"] = paging(call, after)
    return Reply.json(200, body)


def archive(call: Call) -> Reply:
    """Every link between the two; 204 whether there was one or not (inferred)."""
    if found := found_pair(call, call.parts["id"], call.parts["to_id"]):
        call.portal.unlink(*found, call.app.source)
    return Reply(204)


READ = ("crm.objects.{type}.read", GOODS)
WRITE = ("crm.objects.{type}.write", GOODS)
RECORD = "/crm/objects/{V}/{type}/{id}/associations"
LIMITS = "/crm/associations/{V}/definitions/configurations"
ROUTES = (
    Route("PUT", RECORD + "/default/{to}/{to_id}", associate_default, WRITE),
    Route("PUT", RECORD + "/{to}/{to_id}", associate_labelled, WRITE),
    Route("GET", RECORD + "/{to}", list_associations, READ),
    Route("DELETE", RECORD + "/{to}/{to_id}", archive, WRITE),
    Route("PUT", RECORD + "/{to}/{to_id}/{name}", not_modelled),
    Route("DELETE", RECORD + "/{to}/{to_id}/{name}", not_modelled),
    Route("GET", LIMITS + "/all", not_modelled),
    Route("GET", LIMITS + "/{type}/{to}", not_modelled),
    Route("POST", LIMITS + "/{type}/{to}/batch/{verb}", not_modelled),
    Route("POST", "/crm/associations/{V}/usage/high-usage-report/{id}", not_modelled),
    *association_batches.ROUTES,
    *association_labels.ROUTES,
)
