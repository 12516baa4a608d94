"""Which record a unique value belongs to: lookups by `idProperty`, and conflicts before a write (reference §2.8)."""

from sandbox.hubspot.model import CONTACT, Record, Store
from sandbox.hubspot.portal import Portal
from sandbox.hubspot.records.drafts import Draft
from sandbox.hubspot.records.unique import ADDITIONAL, EMAIL, addresses
from sandbox.hubspot.refusals import Conflict, contact_exists, not_unique, value_taken

RACE_MS = 1000
"""How long a fresh value stays unseen where the check is racy."""

Claims = dict[tuple[str, str], str]
"""Ids of records by unique property and value."""


def check_unique(portal: Portal, store: Store, name: str) -> None:
    """Refuse an `idProperty` that is not unique, as HubSpot refuses `hs_object_id` too."""
    found = store.schema.get(name)
    if found is None or not found.unique:
        raise not_unique(store.kind, name, portal.id)


def key(store: Store, name: str, value: str) -> str:
    """The value as the index has it."""
    value = value.strip()
    return value.lower() if store.kind is CONTACT and name == EMAIL else value


def find_by(portal: Portal, store: Store, name: str, value: str, *, to_write: bool = False) -> Record | None:
    """The record, archived or not, whose unique property has this value. A racy write does not see a fresh one."""
    value = key(store, name, value)
    record = _holder(store, name, value)
    if record is None and store.kind is CONTACT and name == EMAIL and portal.switches["email_lookup"] == "any":
        record = store.find(store.secondary.get(value, ""))
    if record is not None and to_write and _unseen(portal, record, name):
        return None
    return record


def conflict(portal: Portal, store: Store, draft: Draft, claims: Claims) -> Conflict | None:
    """The first value of the draft that another record holds, or that an earlier draft of the call claims."""
    if store.kind is CONTACT and (found := _address_conflict(portal, store, draft, claims)):
        return found
    for name in store.unique:
        value = draft.values.get(name)
        if not value or value == draft.before(name) or (store.kind is CONTACT and name == EMAIL):
            continue
        existing = claims.get((name, value)) or _existing(portal, _holder(store, name, value), name)
        if existing and existing != draft.id:
            status = int(portal.switches["unique_conflict"])
            return value_taken(status, portal.id, store.kind, name, value, draft.id, existing)
    return None


def claim(store: Store, draft: Draft, claims: Claims) -> None:
    """Let later drafts of the call see what this one will hold."""
    for name in store.unique:
        if value := draft.values.get(name):
            claims[name, value] = draft.id
    for address in addresses(draft.values.get(ADDITIONAL)):
        claims[EMAIL, address] = draft.id


def _address_conflict(portal: Portal, store: Store, draft: Draft, claims: Claims) -> Conflict | None:
    for address in (draft.values.get(EMAIL), *addresses(draft.values.get(ADDITIONAL))):
        if not address:
            continue
        existing = claims.get((EMAIL, address)) or _existing(portal, _holder(store, EMAIL, address), EMAIL)
        if existing and existing != draft.id:
            return contact_exists(existing)
        existing = _existing(portal, store.find(store.secondary.get(address, "")), ADDITIONAL)
        if existing and existing != draft.id:
            if portal.switches["secondary_email_conflict"] == "409":
                return contact_exists(existing)
            return value_taken(400, portal.id, store.kind, EMAIL, address, draft.id, existing)
    return None


def _holder(store: Store, name: str, value: str) -> Record | None:
    return store.find(store.unique.get(name, {}).get(value, ""))


def _existing(portal: Portal, record: Record | None, name: str) -> str | None:
    return None if record is None or _unseen(portal, record, name) else record.id


def _unseen(portal: Portal, record: Record, name: str) -> bool:
    if portal.switches["unique_check"] == "atomic":
        return False
    written, _ = (record.written or {}).get(name, (record.created, record.source))
    return portal.now - written < RACE_MS
