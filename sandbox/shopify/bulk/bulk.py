"""Bulk operations over GraphQL: run, cancel, read, list (reference §6)."""

from contextlib import suppress
from typing import Any

from graphql import GraphQLSchema

from sandbox.shopify.api.connections import Connection, by_instant
from sandbox.shopify.api.context import Context, Info, shop_of, user_error
from sandbox.shopify.api.listings import SortKeys, listing
from sandbox.shopify.api.schema import Resolver
from sandbox.shopify.api.search import Exact, Filters, Id, Instant
from sandbox.shopify.bulk.bulk_export import ExportFailed, pages
from sandbox.shopify.bulk.bulk_model import UNFINISHED, BulkOperation
from sandbox.shopify.bulk.bulk_rules import BadBulkQuery, checked
from sandbox.shopify.bulk.bulk_run import Run
from sandbox.shopify.bulk.downloads import address
from sandbox.shopify.shop import Shop, Terms

AT_ONCE = 5
"""Unfinished query operations of one app and store (capture bulk-operation-run-query-concurrency-limit)."""

FILTERS: Filters = {"id": Id(), "created_at": Instant(), "operation_type": Exact(), "status": Exact()}
SORT_KEYS: SortKeys = {
    "CREATED_AT": by_instant(lambda operation: operation.created_at),
    "COMPLETED_AT": by_instant(lambda operation: operation.completed_at),
}


def start(context: Context, schema: GraphQLSchema, query: str, *, group_objects: bool) -> BulkOperation:
    """Begin a query operation for the calling app. Raises BadBulkQuery; NotModelled for what its first page needs."""
    document = checked(query, schema)
    with suppress(ExportFailed):  # Shopify finds out while it runs
        next(pages(document, schema, context), None)
    shop = context.shop
    app = shop.apps[context.access.client_id]
    now = shop.clock.now
    operation = BulkOperation(shop.new_id(), now, now, app, query, group_objects)
    Run(context, schema, document, operation)
    return operation


def _unfinished(context: Context) -> list[BulkOperation]:
    rows = context.shop.table(BulkOperation.typename).rows.values()
    return [row for row in rows if row.status in UNFINISHED and row.app.api_key == context.access.client_id]


def _run_query(_root: object, info: Info, query: str, group_objects: bool) -> dict[str, Any]:
    running = _unfinished(info.context)
    if len(running) >= AT_ONCE:
        ids = ", ".join(operation.id for operation in running)
        message = f"A bulk query operation for this app and shop is already in progress: {ids}."
        return {"bulkOperation": None, "userErrors": [user_error(None, message, "OPERATION_IN_PROGRESS")]}
    try:
        operation = start(info.context, info.schema, query, group_objects=group_objects)
    except BadBulkQuery as bad:
        errors = [user_error(["query"], message, "INVALID") for message in bad.messages]
        return {"bulkOperation": None, "userErrors": errors}
    return {"bulkOperation": operation, "userErrors": []}


def _cancel(_root: object, info: Info, id: str) -> dict[str, Any]:  # noqa: A002  the argument's name
    operation = _read(_root, info, id)
    if operation is None:
        return {"bulkOperation": None, "userErrors": [user_error(["id"], "Bulk operation does not exist")]}
    if operation.status not in {"CREATED", "RUNNING"}:
        message = f"A bulk operation cannot be canceled when it is {operation.status.lower()}"
        return {"bulkOperation": operation, "userErrors": [user_error(None, message)]}
    assert operation.run is not None
    operation.run.cancel()
    return {"bulkOperation": operation, "userErrors": []}


def _read(_root: object, info: Info, id: str) -> BulkOperation | None:  # noqa: A002
    found = shop_of(info).node(id)
    mine = isinstance(found, BulkOperation) and found.app.api_key == info.context.access.client_id
    return found if mine else None


def _list(_root: object, info: Info, *, reverse: bool = False, **asked: Any) -> Connection:
    """Newest first: `reverse` gives the oldest first (capture bulk-operation-status-catalog-cancel)."""
    shop = shop_of(info)
    client_id = info.context.access.client_id
    table = shop.table(BulkOperation.typename)
    mine = lambda operation: operation.app.api_key == client_id  # noqa: E731
    return listing(shop, table, FILTERS, SORT_KEYS, info, reverse=not reverse, visible=mine, exact=True, **asked)


def _current(_root: object, info: Info, type: str = "QUERY") -> BulkOperation | None:  # noqa: A002
    """The latest one of its kind, finished or not."""
    rows = shop_of(info).table(BulkOperation.typename).rows.values()
    mine = [row for row in rows if row.type == type and row.app.api_key == info.context.access.client_id]
    return max(mine, key=lambda operation: operation.created_at, default=None)


def _url(operation: BulkOperation, info: Info) -> str | None:
    return address(operation, info.context.origin) if operation.status == "COMPLETED" else None


def _partial_data_url(operation: BulkOperation, info: Info) -> str | None:
    return address(operation, info.context.origin) if operation.status == "FAILED" else None


RESOLVERS: dict[str, Resolver] = {
    "QueryRoot.bulkOperation": _read,
    "QueryRoot.bulkOperations": _list,
    "QueryRoot.currentBulkOperation": _current,
    "Mutation.bulkOperationRunQuery": _run_query,
    "Mutation.bulkOperationCancel": _cancel,
    "BulkOperation.objectCount": lambda operation, info: operation.progress(shop_of(info).clock.now)[0],
    "BulkOperation.rootObjectCount": lambda operation, info: operation.progress(shop_of(info).clock.now)[1],
    "BulkOperation.url": _url,
    "BulkOperation.partialDataUrl": _partial_data_url,
}


def _terms(operation: BulkOperation) -> Terms:
    return {"created_at": operation.created_at, "operation_type": operation.type, "status": operation.status}


def register(shop: Shop) -> None:
    shop.add_table(BulkOperation.typename, _terms)
