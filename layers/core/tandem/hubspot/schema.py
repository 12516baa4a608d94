"""The properties of an account: what there is of those Tandem makes, what is missing or in the way, and making it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tandem.hubspot.answers import rows
from tandem.hubspot.client import HubSpotClient
from tandem.portal import Property

Definition = Mapping[str, Any]
"""A property as HubSpot shows it, or as it is to be made."""

BATCH = 100
UNIQUE_PROPERTIES = 10
"""An object has at most so many that an account's people and apps made unique (reference §2.8)."""


@dataclass(frozen=True, slots=True)
class Schema:
    """One object's properties by name, and the names of its property groups."""

    properties: Mapping[str, Definition]
    groups: frozenset[str]


@dataclass(frozen=True, slots=True)
class Difference:
    """What `missing` is to be made. `clashes` are names in use for something else; nothing alters those.

    `unusable` says why the key cannot be a key, and so why nothing may be synced.
    """

    missing: tuple[Definition, ...]
    clashes: Mapping[str, str]
    unusable: str | None = None


async def read(hubspot: HubSpotClient, name: str) -> Schema:
    """Raises Misconfigured or Rejected for an object that the account, or its app, has not."""
    path = f"/crm/properties/{hubspot.api_version}/{name}"
    properties = rows(await hubspot.get(path), "results")
    groups = rows(await hubspot.get(f"{path}/groups"), "results")
    shown = {definition["name"]: definition for definition in properties if not definition.get("archived")}
    return Schema(shown, frozenset(group["name"] for group in groups if not group.get("archived")))


def difference(schema: Schema, wanted: Iterable[Definition]) -> Difference:
    """How an object differs from what Tandem needs there."""
    missing, clashes, unusable = [], {}, None
    for definition in wanted:
        there = schema.properties.get(definition["name"])
        if there is None:
            missing.append(definition)
            if definition["hasUniqueValue"] and _unique(schema) >= UNIQUE_PROPERTIES:
                unusable = (
                    f"{definition['name']} cannot be made: the object has {UNIQUE_PROPERTIES} unique properties "
                    "already, which is all HubSpot allows"
                )
        elif definition["hasUniqueValue"]:
            unusable = unusable or _no_key(there, definition)
        elif there["type"] != definition["type"]:
            clashes[definition["name"]] = f"is of type {there['type']} instead of {definition['type']}"
    return Difference(tuple(missing), clashes, unusable)


def _unique(schema: Schema) -> int:
    return sum(1 for each in schema.properties.values() if each.get("hasUniqueValue") and not each["hubspotDefined"])


def _no_key(there: Definition, wanted: Definition) -> str | None:
    if there["type"] != wanted["type"]:
        return f"{wanted['name']} is of type {there['type']} instead of {wanted['type']}"
    if not there.get("hasUniqueValue"):
        return f"{wanted['name']} exists and is not unique, so nothing would keep records from being doubled"
    return None


async def make(
    hubspot: HubSpotClient, name: str, schema: Schema, group: Definition, missing: Sequence[Definition]
) -> list[str]:
    """Make the group and the properties that are missing; HubSpot's words about those it refused.

    They can be read and written after about a second (reference §2.10).
    """
    path = f"/crm/properties/{hubspot.api_version}/{name}"
    if group["name"] not in schema.groups:
        await hubspot.post(f"{path}/groups", group)
    refused = []
    for start in range(0, len(missing), BATCH):
        inputs = [dict(definition) for definition in missing[start : start + BATCH]]
        answer = await hubspot.post(f"{path}/batch/create", {"inputs": inputs})
        refused += [str(error.get("message") or "no reason given") for error in rows(answer, "errors")]
    return refused


def usable(schema: Schema, names: Iterable[str]) -> dict[str, Property]:
    """Those of `names` that there are, as the mapping needs to know them."""
    return {name: _property(schema.properties[name]) for name in sorted(names) if name in schema.properties}


def _property(definition: Definition) -> Property:
    read_only = definition.get("modificationMetadata", {}).get("readOnlyValue")
    enumerated = definition["type"] == "enumeration" and not definition.get("externalOptions")
    return Property(
        type=definition["type"],
        writable=not (definition.get("calculated") or read_only),
        unique=bool(definition.get("hasUniqueValue")),
        options=frozenset(option["value"] for option in definition["options"]) if enumerated else None,
    )
