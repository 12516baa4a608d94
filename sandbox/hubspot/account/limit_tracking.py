"""How much of its limits an account has used: `GET /crm/limits/{V}/…`, counted from what is there.

The limit on records, and the share of a limit from which on it is near, are inferred.
"""

from collections.abc import Iterator
from typing import Any

from sandbox.http import Reply
from sandbox.hubspot.links.association_labels import LABELS_PER_PAIR, labels_between
from sandbox.hubspot.model import OBJECT_TYPES, ORDER, ObjectType, Record
from sandbox.hubspot.portal import Portal
from sandbox.hubspot.routing import Call, Route, not_modelled
from sandbox.hubspot.schema.pipelines import ORDER_PIPELINES, own_pipelines
from sandbox.hubspot.schema.property_lifecycle import CUSTOM_PROPERTIES, custom

RECORDS = 15_000_000
ALL_CUSTOM_PROPERTIES = 10_000
NEAR = 0.8
SAMPLES = 10


def _named(kind: ObjectType) -> dict[str, Any]:
    label = kind.singular.replace("_", " ").capitalize()
    plural = kind.plural.replace("_", " ").capitalize()
    return {"objectTypeId": kind.type_id, "singularLabel": label, "pluralLabel": plural}


def _used(limit: int, usage: int) -> dict[str, Any]:
    return {"limit": limit, "usage": usage, "percentage": round(100 * usage / limit, 2)}


NO_CUSTOM_OBJECTS = {"byObjectType": [], "overallLimit": 0, "overallUsage": 0, "overallPercentage": 0.0}
"""Below Enterprise an account has no objects of its own."""


def records(call: Call) -> Reply:
    found = [_named(k) | _used(RECORDS, sum(1 for _ in call.portal.of(k).live())) for k in OBJECT_TYPES]
    return Reply.json(200, {"hubspotDefinedObjectTypes": found, "customObjectTypes": NO_CUSTOM_OBJECTS})


def properties(call: Call) -> Reply:
    usage = [len(custom(call.portal.of(kind))) for kind in OBJECT_TYPES]
    overall = _used(ALL_CUSTOM_PROPERTIES, sum(usage))
    by_type = [_named(k) | _used(CUSTOM_PROPERTIES, used) for k, used in zip(OBJECT_TYPES, usage, strict=True)]
    body = {f"overall{name.capitalize()}": value for name, value in overall.items()}
    return Reply.json(200, body | {"byObjectType": by_type})


def pipelines(call: Call) -> Reply:
    """Of orders only: no other object's pipelines are modelled."""
    found = [_named(ORDER) | _used(ORDER_PIPELINES, own_pipelines(call.portal.of(ORDER)))]
    return Reply.json(200, {"hubspotDefinedObjectTypes": found, "customObjectTypes": NO_CUSTOM_OBJECTS})


def labels(call: Call) -> Reply:
    """One entry for each direction of every pair that has labels."""
    wanted = call.request.parameter("fromObjectTypeId"), call.request.parameter("toObjectTypeId")
    found = []
    for source in OBJECT_TYPES:
        for target in OBJECT_TYPES:
            own = labels_between(call.portal, source, target)
            asked = wanted[0] in (None, source.type_id) and wanted[1] in (None, target.type_id)
            if own and asked:
                ends = {"fromObjectType": _named(source), "toObjectType": _named(target)}
                found.append(_used(LABELS_PER_PAIR, len(own)) | ends | {"allLabels": [t.label for t in own]})
    return Reply.json(200, {"results": found})


def _linked(portal: Portal, source: ObjectType, target: ObjectType) -> Iterator[tuple[Record, int]]:
    """Records of an object near or at their limit of links to another, with how many they have."""
    near = int(portal.switches["association_limit"]) * NEAR
    for record in portal.of(source).live():
        if len((record.links or {}).get(target.type_id, ())) >= near:
            usage = len(portal.linked(record, target))
            if usage >= near:
                yield record, usage


def _near_or_at(portal: Portal, shown: ObjectType, pairs: list[tuple[ObjectType, ObjectType]]) -> list[dict[str, Any]]:
    limit = int(portal.switches["association_limit"])
    usages = [usage for source, target in pairs for _, usage in _linked(portal, source, target)]
    if not usages:
        return []
    at, near = any(usage >= limit for usage in usages), any(usage < limit for usage in usages)
    return [_named(shown) | {"hasRecordsAtLimit": at, "hasRecordsNearLimit": near}]


def near_from(call: Call) -> Reply:
    """The objects with records near or at a limit of links."""
    pairs = [(source, [(source, target) for target in OBJECT_TYPES]) for source in OBJECT_TYPES]
    found = [row for source, wanted in pairs for row in _near_or_at(call.portal, source, wanted)]
    return Reply.json(200, {"results": found})


def near_to(call: Call) -> Reply:
    """The objects to which records of one object have links near or at the limit."""
    source = call.portal.store(call.parts["type"]).kind
    found = [row for target in OBJECT_TYPES for row in _near_or_at(call.portal, target, [(source, target)])]
    return Reply.json(200, {"results": found})


def links(call: Call) -> Reply:
    """The limit of links from one object to another, and records near or at it."""
    source, target = call.portal.store(call.parts["type"]).kind, call.portal.store(call.parts["to"]).kind
    limit = int(call.portal.switches["association_limit"])
    found = list(_linked(call.portal, source, target))
    at = [{"objectId": int(r.id), "label": r.id} for r, usage in found if usage >= limit]
    near = [{"objectId": int(r.id), "label": r.id} | _used(limit, usage) for r, usage in found if usage < limit]
    for row in near:
        del row["limit"]
    body = {
        "limit": limit,
        "totalRecordsAtLimit": len(at),
        "totalRecordsNearLimit": len(near),
        "atLimitFromRecordSamples": at[:SAMPLES],
        "nearLimitFromRecordSamples": near[:SAMPLES],
    }
    return Reply.json(200, body)


# One read scope of any object opens them all (seen live by third parties).
SCOPES = tuple(f"crm.objects.{kind.plural}.read" for kind in OBJECT_TYPES)
LIMITS = "/crm/limits/{V}"
ROUTES = (
    Route("GET", LIMITS + "/records", records, SCOPES),
    Route("GET", LIMITS + "/custom-properties", properties, SCOPES),
    Route("GET", LIMITS + "/pipelines", pipelines, SCOPES),
    Route("GET", LIMITS + "/associations/labels", labels, SCOPES),
    Route("GET", LIMITS + "/associations/records/from", near_from, SCOPES),
    Route("GET", LIMITS + "/associations/records/{type}/to", near_to, SCOPES),
    Route("GET", LIMITS + "/associations/records/{type}/{to}", links, SCOPES),
    Route("GET", LIMITS + "/calculated-properties", not_modelled, SCOPES),
    Route("GET", LIMITS + "/custom-object-types", not_modelled, SCOPES),
)
