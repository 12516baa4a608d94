"""How a property comes into use, is put aside with its values, returns, and is forgotten (reference §2.10)."""

from typing import Any

from sandbox.hubspot.errors import HubSpotError
from sandbox.hubspot.model import Property, Store
from sandbox.hubspot.portal import Portal
from sandbox.hubspot.records.unique import reindex
from sandbox.hubspot.schema.property_definitions import defined, invalid
from sandbox.hubspot.times import seconds

CUSTOM_PROPERTIES = 1_000
UNIQUE_PROPERTIES = 10
KEPT_SECONDS = 90 * 86_400


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
    lag = portal.random.uniform(*seconds(portal.switches["property_lag"]))
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
            if record.archived is None or portal.switches["archived_keeps_key"] == "yes":
                reindex(store, record, {}, {definition.name: value})
            portal.index(record)
    definition.shelved = {}


def archive_property(portal: Portal, store: Store, definition: Property) -> None:
    """Put a property aside with its values: for 90 days a create of its name brings both back. 400 when in use."""
    if definition.defined_by_hubspot:
        raise invalid(f"{definition.name} is defined by HubSpot and cannot be deleted")
    if definition.used_in:
        refuse_used(definition)
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
    portal.clock.call_later(KEPT_SECONDS, lambda: _purge(store, definition))


def refuse_used(definition: Property) -> None:
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
