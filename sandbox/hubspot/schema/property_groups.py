"""The groups that properties stand in (reference §2.10)."""

import json

from sandbox.http import Reply
from sandbox.hubspot.errors import HubSpotError
from sandbox.hubspot.model import Group, Store
from sandbox.hubspot.reading import require, text, whole
from sandbox.hubspot.routing import GOODS, Call, Route
from sandbox.hubspot.schema.property_definitions import NAME, invalid


def _shown(group: Group) -> dict[str, object]:
    return {
        "name": group.name,
        "label": group.label,
        "displayOrder": group.display_order,
        "archived": group.archived,
    }


def _found(call: Call) -> tuple[Store, Group]:
    store = call.portal.store(call.parts["type"])
    group = store.groups.get(call.parts["group"])
    if group is None:
        raise HubSpotError(404, "OBJECT_NOT_FOUND", f"Property group {call.parts['group']} does not exist")
    return store, group


def list_groups(call: Call) -> Reply:
    store = call.portal.store(call.parts["type"])
    return Reply.json(200, {"results": [_shown(group) for group in store.groups.values()]})


def read(call: Call) -> Reply:
    return Reply.json(200, _shown(_found(call)[1]))


def create(call: Call) -> Reply:
    """201 for the name of an archived group, too: a fresh one. What an active name answers is inferred."""
    store, body = call.portal.store(call.parts["type"]), call.mapping()
    require(body, "name", "label")
    group = Group(text(body, "name"), text(body, "label"), whole(body, "displayOrder", -1))
    if not NAME.fullmatch(group.name):
        raise invalid(f"Group name {group.name} must be lower case, start with a letter, and hold only a-z, 0-9 and _")
    if group.name in store.groups:
        raise HubSpotError(409, "OBJECT_ALREADY_EXISTS", f"A property group named '{group.name}' already exists.")
    store.groups[group.name] = group
    return Reply.json(201, _shown(group))


def update(call: Call) -> Reply:
    _, group = _found(call)
    body = call.mapping()
    label, order = text(body, "label", group.label), whole(body, "displayOrder", group.display_order)
    group.label, group.display_order = label, order
    return Reply.json(200, _shown(group))


def archive(call: Call) -> Reply:
    """Refused while an active property is in it; the body then comes nested as text (seen live by third parties)."""
    store, group = _found(call)
    members = [p.name for p in store.definitions.values() if p.group == group.name and p.archived is None]
    if members:
        sub_category = "PropertyGroupError.GROUP_WITH_ACTIVE_PROPERTIES"
        nested = {"status": "error", "message": f"{group.name} has active properties", "subCategory": sub_category}
        raise HubSpotError(400, "VALIDATION_ERROR", json.dumps(nested), sub_category=sub_category)
    del store.groups[group.name]
    return Reply(204)


READ = ("crm.schemas.{type}.read", "crm.objects.{type}.read", "crm.objects.{type}.write", GOODS)
WRITE = ("crm.schemas.{type}.write", GOODS)
GROUPS = "/crm/properties/{V}/{type}/groups"
ROUTES = (
    Route("GET", GROUPS, list_groups, READ),
    Route("POST", GROUPS, create, WRITE),
    Route("GET", GROUPS + "/{group}", read, READ),
    Route("PATCH", GROUPS + "/{group}", update, WRITE),
    Route("DELETE", GROUPS + "/{group}", archive, WRITE),
)
