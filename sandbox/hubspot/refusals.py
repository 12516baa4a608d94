"""HubSpot's refusals of records and values, in its own words.

The texts are those of answers that integrators recorded (reference §5.4, §5.5); where none is known the text is ours
and only status and category count.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sandbox.hubspot.errors import HubSpotError
from sandbox.hubspot.model import ObjectType

INVALID = "VALIDATION_ERROR"


@dataclass(frozen=True, slots=True)
class Fault:
    """One value that cannot be written."""

    name: str
    code: str
    message: str
    value: str | None = None


class Invalid(Exception):
    """A value that its property does not take."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class Conflict(HubSpotError):
    """A value that another record holds; `existing` is that record's id."""

    def __init__(self, status: int, category: str, message: str, existing: str) -> None:
        super().__init__(status, category, message)
        self.existing = existing


def refused_values(portal_id: str, faults: Iterable[Fault]) -> HubSpotError:
    """All faults at once: as JSON inside the message, and as `errors`."""
    faults = list(faults)
    told = [
        {
            "isValid": False,
            "message": fault.message,
            "error": fault.code,
            "name": fault.name,
            "localizedErrorMessage": fault.message,
            "propertyValue": fault.value,
            "portalId": int(portal_id),
        }
        for fault in faults
    ]
    message = "Property values were not valid: " + json.dumps(told, ensure_ascii=False, separators=(",", ":"))
    return HubSpotError(400, INVALID, message, errors=[_detail(fault) for fault in faults])


def missing_values(kind: ObjectType, names: Iterable[str]) -> HubSpotError:
    names = list(names)
    message = f"Error creating {kind.singular.upper()}. Some required properties were not set."
    details = [_detail(Fault(name, "REQUIRED_FIELD", f"{name} is required")) for name in names]
    return HubSpotError(400, INVALID, message, errors=details, context={"properties": names})


def _detail(fault: Fault) -> dict[str, Any]:
    return {"message": fault.message, "code": fault.code, "context": {"propertyName": [fault.name]}}


def not_found(record_id: str) -> HubSpotError:
    """404 for an id; a numeric one gets a body without a category."""
    if record_id.isdecimal():
        return HubSpotError(404, "", "resource not found")
    message = "Object not found.  objectId are usually numeric."
    return HubSpotError(404, "OBJECT_NOT_FOUND", message, context={"id": [record_id]})


def some_not_found(kind: ObjectType, ids: list[str]) -> HubSpotError:
    name = kind.singular.upper()
    message = f"Could not get some {name} objects, they may be deleted or not exist. Check that ids are valid."
    return HubSpotError(404, "OBJECT_NOT_FOUND", message, context={"ids": ids})


def not_unique(kind: ObjectType, name: str, portal_id: str) -> HubSpotError:
    message = f"Unable to perform update/upsert by non-unique {kind.type_id} property {name} in portal ID {portal_id}"
    return HubSpotError(400, INVALID, message)


def duplicate_ids(ids: list[str]) -> HubSpotError:
    message = f"Duplicate IDs found in batch input: [{', '.join(ids)}]. IDs must be unique"
    return HubSpotError(400, INVALID, message, context={"ids": ids})


def contact_exists(existing: str) -> Conflict:
    return Conflict(409, "CONFLICT", f"Contact already exists. Existing ID: {existing}", existing)


def value_taken(
    status: int, portal_id: str, kind: ObjectType, name: str, value: str, record_id: str, existing: str
) -> Conflict:
    """A unique value held by `existing`. `record_id` is the record written to; a create has used up an id for it."""
    message = (
        f"Cannot set PropertyValueCoordinates{{portalId={portal_id}, objectTypeId=ObjectTypeId"
        f"{{legacyObjectType={kind.singular.upper()}}}, propertyName={name}, value={value}}} on {record_id}. "
        f"{existing} already has that value."
    )
    return Conflict(status, "CONFLICT" if status == 409 else INVALID, message, existing)
