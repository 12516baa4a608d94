"""Records over the API, one at a time and listed; the batches are in `batch`, `upsert` (reference §1.3)."""

from itertools import islice
from typing import Any

from sandbox.http import Reply
from sandbox.hubspot.errors import HubSpotError
from sandbox.hubspot.model import Record, Store
from sandbox.hubspot.reading import mapping, query_flag, require, whole
from sandbox.hubspot.records import batch, merge, privacy, upsert
from sandbox.hubspot.records.identity import check_unique, find_by
from sandbox.hubspot.records.representation import View, envelope, written
from sandbox.hubspot.records.writing import Writer
from sandbox.hubspot.refusals import INVALID, not_found
from sandbox.hubspot.routing import GOODS, Call, Route

PAGE = 10
LONGEST_PAGE = 100
LONGEST_WITH_HISTORY = 50


def create(call: Call) -> Reply:
    body = call.mapping()
    require(body, "properties")
    store = call.portal.store(call.parts["type"])
    writer = Writer(call.portal, store, call.app.source, call.version)
    draft = writer.create(mapping(body, "properties"), body.get("associations"))
    if (refusal := writer.refusal([draft])) is not None:
        raise refusal
    record = writer.commit(draft)
    return Reply.json(201, envelope(call.portal, record, record.properties))


def read(call: Call) -> Reply:
    store = call.portal.store(call.parts["type"])
    record = _found(call, store, archived=query_flag(call, "archived"))
    return Reply.json(200, _view(call, store).shown(record))


def update(call: Call) -> Reply:
    body = call.mapping()
    require(body, "properties")
    properties = mapping(body, "properties")
    if not properties:
        raise HubSpotError(400, INVALID, "No properties found to update, please provide at least one.")
    store = call.portal.store(call.parts["type"])
    record = _found(call, store, archived=False)
    writer = Writer(call.portal, store, call.app.source, call.version)
    draft = writer.update(record, properties)
    if (refusal := writer.refusal([draft])) is not None:
        raise refusal
    return Reply.json(200, written(call.portal, writer.commit(draft), properties))


def archive(call: Call) -> Reply:
    """204 for a record that is archived already; for one that never was, see the switch `delete_unknown`."""
    store = call.portal.store(call.parts["type"])
    record = store.find(call.parts["id"])
    if record is not None:
        call.portal.archive(record, call.app.source)
    elif call.portal.switches["delete_unknown"] == "404":
        raise not_found(call.parts["id"])
    return Reply(204)


def list_records(call: Call) -> Reply:
    """A page in order of id, as consistent as a single read. `after` is the last id of the page before."""
    store = call.portal.store(call.parts["type"])
    view = _view(call, store)
    limit = whole({"limit": call.request.parameter("limit")}, "limit", PAGE)
    longest = LONGEST_WITH_HISTORY if view.history else LONGEST_PAGE
    if not 1 <= limit <= longest:
        raise HubSpotError(400, INVALID, f"limit must be between 1 and {longest}, found {limit}")
    after = call.request.parameter("after") or "0"
    if not after.isdecimal() or len(after) > 18:
        raise HubSpotError(400, INVALID, f"Invalid paging cursor: {after}")
    records = store.following(int(after), archived=query_flag(call, "archived"))
    page = list(islice(records, limit))
    body: dict[str, Any] = {"results": [view.shown(record) for record in page]}
    if len(page) == limit and next(records, None) is not None:
        body["paging"] = _paging(call, store, page[-1].id, limit)
    return Reply.json(200, body)


def _paging(call: Call, store: Store, after: str, limit: int) -> dict[str, Any]:
    address = f"https://api.hubapi.com/crm/objects/{call.version}/{store.kind.type_id}"
    return {"next": {"after": after, "link": f"{address}?limit={limit}&after={after}"}}


def _view(call: Call, store: Store) -> View:
    request = call.request
    kinds = [call.portal.store(name).kind for name in request.parameters("associations")]
    return View(
        call.portal, store, request.parameters("properties"), request.parameters("propertiesWithHistory"), kinds
    )


def _found(call: Call, store: Store, *, archived: bool) -> Record:
    """The record the path names, by id or by the unique property that `idProperty` names; 404 else."""
    name = call.request.parameter("idProperty")
    if name is None:
        record = store.find(call.parts["id"])
    else:
        check_unique(call.portal, store, name)
        record = find_by(call.portal, store, name, call.parts["id"])
    if record is None or (record.archived is not None) != archived:
        raise not_found(call.parts["id"]) if name is None else HubSpotError(404, "", "resource not found")
    return record


READ = ("crm.objects.{type}.read", GOODS)
WRITE = ("crm.objects.{type}.write", GOODS)
ROUTES = (
    Route("POST", "/crm/objects/{V}/{type}/batch/create", batch.create, WRITE),
    Route("POST", "/crm/objects/{V}/{type}/batch/read", batch.read, READ),
    Route("POST", "/crm/objects/{V}/{type}/batch/update", batch.update, WRITE),
    Route("POST", "/crm/objects/{V}/{type}/batch/upsert", upsert.upsert, WRITE),
    Route("POST", "/crm/objects/{V}/{type}/batch/archive", batch.archive, WRITE),
    Route("POST", "/crm/objects/{V}/{type}/merge", merge.merge, WRITE),
    Route("POST", "/crm/objects/{V}/{type}/gdpr-delete", privacy.delete, WRITE),
    Route("POST", "/crm/objects/{V}/{type}", create, WRITE),
    Route("GET", "/crm/objects/{V}/{type}", list_records, READ),
    Route("GET", "/crm/objects/{V}/{type}/{id}", read, READ),
    Route("PATCH", "/crm/objects/{V}/{type}/{id}", update, WRITE),
    Route("DELETE", "/crm/objects/{V}/{type}/{id}", archive, WRITE),
)
