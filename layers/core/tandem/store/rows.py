"""A Record as the attributes of its item, and back."""

from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime
from typing import Any

from tandem.model import Record
from tandem.store.keys import priority_of, ref_of
from tandem.store.table import Attributes

TIMES = frozenset({"due_at", "due_since", "seen", "version", "facts_version", "parked_at", "claimed_until"})
TIMES |= {"written_at"}
NAMES = frozenset(field.name for field in fields(Record)) - {"ref", "priority"}
"""Attributes named as the Record's fields are; `priority` is the last word of `due_lane`."""


def record_of(item: Attributes) -> Record:
    values: dict[str, Any] = {
        name: datetime.fromisoformat(value) if name in TIMES else value for name, value in item.items() if name in NAMES
    }
    if "due_lane" in item:
        values["priority"] = priority_of(item["due_lane"])
    return Record(ref_of((item["pk"], item["sk"])), **values)


def checked(changes: Mapping[str, Any]) -> dict[str, Any]:
    """Fields a mark or a commit may set; ValueError for what is no field, or is the store's own to keep."""
    if unknown := changes.keys() - NAMES | changes.keys() & {"marks", "fence", "due_at", "due_since"}:
        raise ValueError(f"not to be set: {sorted(unknown)}")
    return dict(changes)
