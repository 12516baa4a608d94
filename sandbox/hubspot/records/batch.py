"""Many records in one call: create, read, update, archive, and what upsert shares with them (reference §5.6)."""

import json
from dataclasses import dataclass
from typing import Any

from sandbox.http import Reply
from sandbox.hubspot import results
from sandbox.hubspot.errors import HubSpotError
from sandbox.hubspot.model import CONTACT, LINE_ITEM, Record, Store
from sandbox.hubspot.reading import bad_input, mapping, mappings, query_flag, text, unset
from sandbox.hubspot.records.drafts import Draft
from sandbox.hubspot.records.identity import check_unique, find_by
from sandbox.hubspot.records.representation import View, envelope, written
from sandbox.hubspot.records.unique import EMAIL
from sandbox.hubspot.records.writing import Writer
from sandbox.hubspot.refusals import INVALID, Conflict, duplicate_ids, not_unique, some_not_found
from sandbox.hubspot.routing import Call

LARGEST = 100
LARGEST_WITH_HISTORY = 50


@dataclass(slots=True)
class Item:
    """One input of a batch on its way: `names` are the properties it sent, None for a create, which shows all."""

    draft: Draft
    trace: str | None
    names: list[str] | None = None
    new: bool | None = None


def inputs(call: Call, body: dict[str, Any]) -> list[dict[str, Any]]:
    """The inputs of a batch; 400 for none and for more than a hundred. For a body without `inputs` see the switch."""
    if "inputs" not in body and call.portal.switches["missing_inputs"] == "ignored":
        return []
    found = mappings(body.get("inputs"), "inputs")
    if not found:
        raise HubSpotError(400, INVALID, "Batch input provided should have at least one object.")
    if len(found) > LARGEST:
        raise HubSpotError(400, INVALID, f"The maximum number of inputs supported in a batch request is {LARGEST}.")
    return found


def sent(wish: dict[str, Any]) -> dict[str, Any]:
    if wish.get("properties") is None:
        raise unset("properties")
    return mapping(wish, "properties")


def record_id(wish: dict[str, Any]) -> str:
    if wish.get("id") is None:
        raise unset("id")
    return text(wish, "id")


def trace(wish: dict[str, Any]) -> str | None:
    return text(wish, "objectWriteTraceId") or None


def refuse_twice(ids: list[str]) -> None:
    """One input per record: a key or id that comes twice refuses the whole batch, trace ids or not."""
    if len(set(ids)) < len(ids):
        raise duplicate_ids(list(dict.fromkeys(each for each in ids if ids.count(each) > 1)))


def create(call: Call) -> Reply:
    store, writer = writer_of(call)
    wishes = inputs(call, call.mapping())
    collapsed = call.portal.switches["identical_inputs"]
    if collapsed == "all" or (collapsed == "line_items" and store.kind is LINE_ITEM):
        wishes = list({json.dumps(wish): wish for wish in wishes}.values())
    items = [Item(writer.create(sent(wish), wish.get("associations")), trace(wish)) for wish in wishes]
    return carry_out(call, writer, items, [], 201)


def update(call: Call) -> Reply:
    """By id, or by a unique property that all inputs name; a contact's email will not do (reference §2.8)."""
    store, writer = writer_of(call)
    wishes = inputs(call, call.mapping())
    refuse_twice([record_id(wish) for wish in wishes])
    items, lost = [], []
    for wish in wishes:
        values, name = sent(wish), text(wish, "idProperty")
        record = _named(call, store, record_id(wish), name)
        if record is None:
            lost.append(wish)
        else:
            items.append(Item(writer.update(record, values), trace(wish), list(values)))
    return carry_out(call, writer, items, lost)


def _named(call: Call, store: Store, id_: str, name: str) -> Record | None:
    if not name:
        record = store.find(id_)
    elif store.kind is CONTACT and name == EMAIL:
        raise not_unique(store.kind, name, call.portal.id)
    else:
        check_unique(call.portal, store, name)
        record = find_by(call.portal, store, name, id_, to_write=True)
    return None if record is None or record.archived is not None else record


def read(call: Call) -> Reply:
    """Those that are there, in any order; the ids of the others in one error. Never tells associations."""
    store, body = call.portal.store(call.parts["type"]), call.mapping()
    ids = list(dict.fromkeys(record_id(wish) for wish in inputs(call, body)))
    view = View(call.portal, store, _names(body, "properties"), _names(body, "propertiesWithHistory"))
    if view.history and len(ids) > LARGEST_WITH_HISTORY:
        raise HubSpotError(
            400,
            INVALID,
            "The maximum number of inputs supported in a batch request for property histories is "
            f"{LARGEST_WITH_HISTORY}. Please reduce the number of items and try again",
        )
    name = text(body, "idProperty")
    if name:
        check_unique(call.portal, store, name)
    archived = query_flag(call, "archived")
    found: dict[str, Record] = {}
    lost = []
    for id_ in ids:
        record = find_by(call.portal, store, name, id_) if name else store.find(id_)
        if record is None or (record.archived is not None) != archived:
            lost.append(id_)
        else:
            found[record.id] = record
    shown = [view.shown(record) for record in found.values()]
    call.portal.random.shuffle(shown)
    return results.batch(call.portal, shown, [some_not_found(store.kind, lost)] if lost else [])


def _names(body: dict[str, Any], name: str) -> list[str]:
    names = body.get(name) or []
    if not isinstance(names, list) or not all(isinstance(each, str) for each in names):
        raise bad_input(f"{name} must be a list of names")
    return names


def archive(call: Call) -> Reply:
    """204 without detail, unknown ids or not."""
    store = call.portal.store(call.parts["type"])
    for id_ in [record_id(wish) for wish in inputs(call, call.mapping())]:
        if (record := store.find(id_)) is not None:
            call.portal.archive(record, call.app.source)
    return Reply(204)


def writer_of(call: Call) -> tuple[Store, Writer]:
    store = call.portal.store(call.parts["type"])
    return store, Writer(call.portal, store, call.app.source, call.version)


def carry_out(call: Call, writer: Writer, items: list[Item], lost: list[dict[str, Any]], status: int = 200) -> Reply:
    """Write what can be written and answer for each, in any order.

    Without a trace id of its own on every input a batch with a bad one is refused as a whole (switch
    `untraced_batch`). Inputs whose record is `lost` never stop the others.
    """
    traces = [item.trace for item in items] + [trace(wish) for wish in lost]
    each_traced = None not in traces and len(set(traces)) == len(traces)
    bad = [item for item in items if not item.draft.good]
    if bad and not each_traced and call.portal.switches["untraced_batch"] == "400":
        refusal = writer.refusal(item.draft for item in bad)
        assert refusal is not None
        raise refusal
    done = [_done(call, writer, item) for item in items if item.draft.good]
    call.portal.random.shuffle(done)
    return results.batch(
        call.portal, done, [*_lost(writer.store, lost), *(_error(writer, item) for item in bad)], status
    )


def _done(call: Call, writer: Writer, item: Item) -> dict[str, Any]:
    record = writer.commit(item.draft)
    if item.names is None:
        body = envelope(call.portal, record, record.properties)
    else:
        body = written(call.portal, record, item.names)
    if item.new is not None:
        body["new"] = item.new
    if item.trace is not None:
        body["objectWriteTraceId"] = item.trace
    return body


def _error(writer: Writer, item: Item) -> HubSpotError:
    error = writer.refusal([item.draft])
    assert error is not None
    if isinstance(error, Conflict):
        error.context["existingId"] = [error.existing]
    if item.trace is not None:
        error.context["objectWriteTraceId"] = [item.trace]
    return error


def _lost(store: Store, wishes: list[dict[str, Any]]) -> list[HubSpotError]:
    """One error for all inputs without a trace id, one for each with."""
    errors = []
    for wish in wishes:
        if (of := trace(wish)) is not None:
            error = some_not_found(store.kind, [record_id(wish)])
            error.context["objectWriteTraceId"] = [of]
            errors.append(error)
    if untraced := [record_id(wish) for wish in wishes if trace(wish) is None]:
        errors.append(some_not_found(store.kind, untraced))
    return errors
