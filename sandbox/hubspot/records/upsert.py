"""Create or update by a unique property, a hundred at a time (reference §2.8)."""

from typing import Any

from sandbox.http import Reply
from sandbox.hubspot.errors import HubSpotError
from sandbox.hubspot.model import CONTACT, Record, Store
from sandbox.hubspot.reading import bad_input, text
from sandbox.hubspot.records.batch import Item, carry_out, inputs, record_id, refuse_twice, sent, trace, writer_of
from sandbox.hubspot.records.drafts import Draft
from sandbox.hubspot.records.identity import check_unique, find_by, key
from sandbox.hubspot.records.unique import ADDITIONAL, EMAIL
from sandbox.hubspot.records.writing import Writer
from sandbox.hubspot.refusals import INVALID, value_taken
from sandbox.hubspot.routing import Call


def upsert(call: Call) -> Reply:
    """Every input names the same `idProperty`; its value is `id`. Each result tells whether it is `new`."""
    store, writer = writer_of(call)
    wishes = inputs(call, call.mapping())
    if not wishes:
        return carry_out(call, writer, [], [])
    name = _id_property(call, store, wishes)
    ids = [record_id(wish) for wish in wishes]
    if not all(map(str.strip, ids)):
        raise HubSpotError(400, INVALID, "An id must not be empty.")
    refuse_twice([key(store, name, id_) for id_ in ids])
    items = [_item(call, writer, name, id_, wish) for id_, wish in zip(ids, wishes, strict=True)]
    return carry_out(call, writer, items, [])


def _id_property(call: Call, store: Store, wishes: list[dict[str, Any]]) -> str:
    names = {text(wish, "idProperty") for wish in wishes}
    if len(names) > 1 or not all(names):
        raise HubSpotError(400, INVALID, "Every input of an upsert must have the same idProperty.")
    if any("associations" in wish for wish in wishes):
        raise bad_input('Unrecognized field "associations"')
    (name,) = names
    check_unique(call.portal, store, name)
    return name


def _item(call: Call, writer: Writer, name: str, id_: str, wish: dict[str, Any]) -> Item:
    portal, store, values = call.portal, writer.store, sent(wish)
    record = find_by(portal, store, name, id_, to_write=True)
    if record is None:
        filled = {name: id_} if portal.switches["upsert_fills_key"] == "yes" else {}
        draft = writer.create({**filled, **values})
    elif record.archived is not None:
        draft = _on_archived(portal.switches["archived_key_upsert"], writer, name, id_, record, values)
    else:
        if store.kind is CONTACT and name == EMAIL and portal.switches["email_upsert"] == "clears":
            values = {**_cleared(writer, record), **values}
        draft = writer.update(record, values)
    return Item(draft, trace(wish), [name, *values], new=record is None)


def _on_archived(setting: str, writer: Writer, name: str, id_: str, record: Record, values: dict[str, Any]) -> Draft:
    if setting == "conflict":
        draft = Draft(record, record.id, {})
        draft.refused = value_taken(
            409, writer.portal.id, writer.store.kind, name, id_, writer.portal.new_id(), record.id
        )
        return draft
    draft = writer.update(record, values)
    draft.restores = setting == "restore"
    return draft


def _cleared(writer: Writer, record: Record) -> dict[str, str]:
    """Every value of a contact that could be written, emptied: an upsert by email replaces, it does not add."""
    return {
        name: "" for name in record.properties if name not in (EMAIL, ADDITIONAL) and writer.rules[name].refusal is None
    }
