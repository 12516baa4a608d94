"""The properties of each object over the API: list, read, create, change, archive, singly and in batches."""

from typing import Any

from sandbox.http import Reply
from sandbox.hubspot import property_groups
from sandbox.hubspot.errors import HubSpotError
from sandbox.hubspot.model import Property, Store
from sandbox.hubspot.portal import Portal
from sandbox.hubspot.property_definitions import apply, defined, invalid, read_only_options, shown
from sandbox.hubspot.reading import flag, inputs, query_flag, require, text
from sandbox.hubspot.results import batch
from sandbox.hubspot.routing import GOODS, Call, Route
from sandbox.hubspot.unique import reindex
from sandbox.simulator import NotModelled

CUSTOM_PROPERTIES = 1_000
UNIQUE_PROPERTIES = 10
KEPT_MS = 90 * 86_400_000
BATCH = 100


def custom(store: Store) -> list[Property]:
    """The properties that count towards the account's limits: its own, and not archived."""
    return [p for p in store.definitions.values() if not p.defined_by_hubspot and p.archived is None]


def create_property(portal: Portal, store: Store, body: dict[str, Any], version: str) -> Property:
    """Define a property, or bring an archived one back with this definition, its values included (reference §2.10).

    It takes values once the switch `property_lag` (seconds) lets it.
    """
    definition = defined(body, store, version, portal.now)
    old = store.definitions.get(definition.name)
    if old is not None and old.archived is None:
        message = f"A property named '{old.name}' already exists."
        raise HubSpotError(409, "OBJECT_ALREADY_EXISTS", message, sub_category="Properties.PROPERTY_WITH_NAME_EXISTS")
    own = custom(store)
    if len(own) >= CUSTOM_PROPERTIES:
        raise invalid(f"The limit of {CUSTOM_PROPERTIES} custom properties has been reached")
    if definition.unique and sum(p.unique for p in own) >= UNIQUE_PROPERTIES:
        raise invalid(f"The limit of {UNIQUE_PROPERTIES} properties with unique values has been reached")
    if old is not None:
        definition.created, definition.shelved = old.created, old.shelved
    store.definitions[definition.name] = definition
    low, _, high = portal.switches["property_lag"].partition("-")
    lag = portal.random.uniform(float(low), float(high or low))
    if lag:
        portal.clock.call_later(lag, lambda: _use(portal, store, definition))
    else:
        _use(portal, store, definition)
    return definition


def _use(portal: Portal, store: Store, definition: Property) -> None:
    """From now on records have the property, with the values it had before it was archived."""
    if store.definitions.get(definition.name) is not definition or definition.archived is not None:
        return
    store.schema[definition.name] = definition
    if definition.unique:
        store.unique[definition.name] = {}
    for record_id, value in definition.shelved.items():
        if (record := store.records.get(record_id)) is not None:
            record.properties = {**record.properties, definition.name: value}
            reindex(store, record, {}, {definition.name: value})
            portal.index(record)
    definition.shelved = {}


def archive_property(portal: Portal, store: Store, definition: Property) -> None:
    """Put a property aside with its values: for 90 days a create of its name brings both back. 400 when in use."""
    if definition.defined_by_hubspot:
        raise invalid(f"{definition.name} is defined by HubSpot and cannot be deleted")
    if definition.used_in:
        _refuse_used(definition)
    definition.archived = portal.now
    store.schema.pop(definition.name, None)
    store.unique.pop(definition.name, None)
    for claim in [claim for claim in store.rivals if claim[0] == definition.name]:
        del store.rivals[claim]
    for record in store.records.values():
        if definition.name in record.properties:
            left = dict(record.properties)
            definition.shelved[record.id] = left.pop(definition.name)
            record.properties = left
            portal.index(record)
    portal.clock.call_later(KEPT_MS / 1000, lambda: _purge(store, definition))


def _refuse_used(definition: Property) -> None:
    message = f"{definition.name} is currently used in {len(definition.used_in)} places and cannot be deleted"
    uses = [
        {
            "message": message,
            "code": "CANNOT_DELETE_PROPERTY_IN_USE",
            "context": {"parentType": [parent], "parentName": [name]},
        }
        for parent, name in definition.used_in
    ]
    sub_category = "PropertyValidationError.CANNOT_DELETE_PROPERTY_IN_USE"
    raise HubSpotError(400, "VALIDATION_ERROR", message, sub_category=sub_category, errors=uses)


def _purge(store: Store, definition: Property) -> None:
    if store.definitions.get(definition.name) is definition:
        del store.definitions[definition.name]


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
            _refuse_used(definition)
    for definition in found:
        archive_property(call.portal, store, definition)
    return Reply(204)


def validations(call: Call) -> Reply:
    """The rules a person set for values: none, since the sandbox lets nobody set any."""
    store = call.portal.store(call.parts["type"])
    if "name" in call.parts:
        _found(store, call.parts["name"])
    return Reply.json(200, {"results": []})


def set_validation(call: Call) -> Reply:
    raise NotModelled("rules for the values of a property")


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
    Route("GET", VALIDATIONS + "/{name}/rule-type/{rule}", set_validation, READ),
    Route("PUT", VALIDATIONS + "/{name}/rule-type/{rule}", set_validation, WRITE),
)
