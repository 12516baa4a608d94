"""The properties of each object over the API: list, read, create, change, archive, singly and in batches."""

from typing import Any

from sandbox.http import Reply
from sandbox.hubspot.errors import HubSpotError
from sandbox.hubspot.model import Property, Store
from sandbox.hubspot.reading import flag, inputs, query_flag, require, text
from sandbox.hubspot.results import batch
from sandbox.hubspot.routing import GOODS, Call, Route, not_modelled
from sandbox.hubspot.schema import property_groups
from sandbox.hubspot.schema.property_definitions import apply, invalid, read_only_options, shown
from sandbox.hubspot.schema.property_lifecycle import archive_property, create_property, refuse_used

BATCH = 100


def _found(store: Store, name: str, *, archived: bool = False) -> Property:
    definition = store.definitions.get(name)
    there = definition is not None and (definition.archived is not None if archived else name in store.schema)
    if definition is None or not there:
        raise HubSpotError(404, "OBJECT_NOT_FOUND", f"Property {name} does not exist")
    return definition


def _sensitive(call: Call) -> bool:
    """Does the call ask for sensitive properties, of which there are none?"""
    return call.request.parameter("dataSensitivity") in ("sensitive", "highly_sensitive")


def list_properties(call: Call) -> Reply:
    store = call.portal.store(call.parts["type"])
    found = list(store.schema.values())
    if query_flag(call, "archived"):
        found = [p for p in store.definitions.values() if p.archived is not None]
    shown_ones = [] if _sensitive(call) else [shown(call.portal, p) for p in found]
    return Reply.json(200, {"results": shown_ones})


def read(call: Call) -> Reply:
    store = call.portal.store(call.parts["type"])
    definition = _found(store, call.parts["name"], archived=query_flag(call, "archived"))
    if _sensitive(call):
        raise HubSpotError(404, "OBJECT_NOT_FOUND", f"Property {definition.name} does not exist")
    return Reply.json(200, shown(call.portal, definition))


def create(call: Call) -> Reply:
    store = call.portal.store(call.parts["type"])
    definition = create_property(call.portal, store, call.mapping(), call.version)
    location = f"https://api.hubapi.com{call.request.path.rstrip('/')}/{definition.name}"
    return Reply.json(201, shown(call.portal, definition), {"Location": location})


def update(call: Call) -> Reply:
    """Fields left out stay, `options` replaces the list, uniqueness cannot be changed and is overlooked."""
    store = call.portal.store(call.parts["type"])
    definition, body = _found(store, call.parts["name"]), call.mapping()
    if definition.defined_by_hubspot:
        _refuse_native(definition, body)
    apply(definition, body, store, call.version, call.portal.now)
    return Reply.json(200, shown(call.portal, definition))


def _refuse_native(definition: Property, body: dict[str, Any]) -> None:
    """Of HubSpot's own definitions at most the options change; its words for this are not documented."""
    locked = [name for name, value in body.items() if value is not None and name != "options"]
    if locked or read_only_options(definition) or definition.type != "enumeration":
        raise invalid(f"The definition of {definition.name} is read-only")


def archive(call: Call) -> Reply:
    store = call.portal.store(call.parts["type"])
    archive_property(call.portal, store, _found(store, call.parts["name"]))
    return Reply(204)


def _name(wish: dict[str, Any]) -> str:
    require(wish, "name")
    return text(wish, "name")


def batch_create(call: Call) -> Reply:
    store = call.portal.store(call.parts["type"])
    results, errors = [], []
    for wish in inputs(call, BATCH):
        try:
            results.append(shown(call.portal, create_property(call.portal, store, wish, call.version)))
        except HubSpotError as error:
            errors.append(error)
    return batch(call.portal, results, errors, 201)


def batch_read(call: Call) -> Reply:
    store, archived = call.portal.store(call.parts["type"]), flag(call.mapping(), "archived")
    results, errors = [], []
    for wish in inputs(call, BATCH):
        name = _name(wish)
        try:
            results.append(shown(call.portal, _found(store, name, archived=archived)))
        except HubSpotError as error:
            errors.append(error)
    return batch(call.portal, results, errors)


def batch_archive(call: Call) -> Reply:
    """204 for names that do not exist, too; one that must stay refuses the whole batch (inferred)."""
    store = call.portal.store(call.parts["type"])
    names = [_name(wish) for wish in inputs(call, BATCH)]
    found = [store.schema[name] for name in dict.fromkeys(names) if name in store.schema]
    for definition in found:
        if definition.used_in:
            refuse_used(definition)
    for definition in found:
        archive_property(call.portal, store, definition)
    return Reply(204)


def validations(call: Call) -> Reply:
    """The rules a person set for values: none, since the sandbox lets nobody set any."""
    store = call.portal.store(call.parts["type"])
    if "name" in call.parts:
        _found(store, call.parts["name"])
    return Reply.json(200, {"results": []})


READ = ("crm.schemas.{type}.read", "crm.objects.{type}.read", "crm.objects.{type}.write", GOODS)
WRITE = ("crm.schemas.{type}.write", GOODS)
PROPERTIES = "/crm/properties/{V}/{type}"
VALIDATIONS = "/crm/property-validations/{V}/{type}"
ROUTES = (
    Route("POST", PROPERTIES + "/batch/create", batch_create, WRITE),
    Route("POST", PROPERTIES + "/batch/read", batch_read, READ),
    Route("POST", PROPERTIES + "/batch/archive", batch_archive, WRITE),
    *property_groups.ROUTES,
    Route("GET", PROPERTIES, list_properties, READ),
    Route("POST", PROPERTIES, create, WRITE),
    Route("GET", PROPERTIES + "/{name}", read, READ),
    Route("PATCH", PROPERTIES + "/{name}", update, WRITE),
    Route("DELETE", PROPERTIES + "/{name}", archive, WRITE),
    Route("GET", VALIDATIONS, validations, READ),
    Route("GET", VALIDATIONS + "/{name}", validations, READ),
    Route("GET", VALIDATIONS + "/{name}/rule-type/{rule}", not_modelled, READ),
    Route("PUT", VALIDATIONS + "/{name}/rule-type/{rule}", not_modelled, WRITE),
)
