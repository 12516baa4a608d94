"""All records of a kind by bulk operation: begun, looked after, and read from wherever a reader stopped (reference §6).

The file is grouped: what belongs to a record follows it, so that one record at a time is held.
"""

import json
from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

import httpx

from tandem.errors import Misconfigured, Rejected, Unavailable
from tandem.model import Export, Exported, Kind
from tandem.shopify.client import number
from tandem.shopify.documents import BULK_BEGIN, BULK_STATE, PRESENT, inner
from tandem.shopify.graphql import Api

TYPES = {Kind.ORDER: "Order", Kind.CONTACT: "Customer", Kind.CART: "AbandonedCheckout"}
QUERIES = {Kind.ORDER: "orders", Kind.CONTACT: "customers", Kind.CART: "checkouts"}
CONNECTIONS = {
    # where a line with a parent belongs, by its type; all else is a discount of one kind or another
    Kind.ORDER: {"LineItem": "lineItems", "ShippingLine": "shippingLines", "": "discountApplications"},
    Kind.CONTACT: {},
    Kind.CART: {},
}
UNDER_WAY = frozenset({"CREATED", "RUNNING"})
BUSY = "OPERATION_IN_PROGRESS"
NODES = 250
"""Ids of one query."""
PIECE = 65_536


class Bulk:
    """One store's bulk operations (the port `Exports`). `files` fetches from wherever Shopify says the output lies."""

    def __init__(self, api: Api, files: httpx.AsyncClient) -> None:
        self._api, self._files = api, files

    async def begin(self, kind: Kind) -> str:
        data = (await self._api.ask(BULK_BEGIN, {"query": inner(QUERIES[kind])}))["bulkOperationRunQuery"]
        if data["userErrors"]:
            codes = {str(error["code"]) for error in data["userErrors"]}
            if codes == {BUSY}:
                raise Unavailable("Shopify runs as many bulk operations of this app as it allows: wait for one to end")
            raise Misconfigured(f"Shopify takes no bulk operation over {QUERIES[kind]}: {', '.join(sorted(codes))}")
        return str(data["bulkOperation"]["id"])

    async def state(self, id_: str) -> Export:
        """One that Shopify knows no more has failed."""
        told = (await self._api.ask(BULK_STATE, {"id": id_}))["bulkOperation"] or {"status": "EXPIRED"}
        if told["status"] in UNDER_WAY:
            return Export(done=False)
        if told["status"] != "COMPLETED":
            return Export(done=False, fault=" ".join(filter(None, (told["status"], told.get("errorCode")))))
        return Export(True, told["url"], int(told["fileSize"]) if told["url"] and told["fileSize"] else None)

    async def records(self, kind: Kind, export: Export, start: int) -> AsyncGenerator[Exported, None]:
        if export.url is None:
            return
        held: dict[str, Any] | None = None
        began = end = start
        async for line, after in self._lines(export, start):
            found = _object(line)
            parent = found.pop("__parentId", None)
            if parent is None:
                if held is not None:
                    yield Exported(number(held["id"]), _ordered(held), end)
                held, began = _empty(found, kind), end
            elif held is not None and parent == held["id"]:
                held[_connection(found, kind)]["nodes"].append(found)
            else:
                yield Exported(number(parent), None, began)
            end = after
        if held is not None:
            yield Exported(number(held["id"]), _ordered(held), end)

    async def _lines(self, export: Export, start: int) -> AsyncIterator[tuple[bytes, int]]:
        """Each line and where it ends in the file. Unavailable when the file breaks off."""
        rest, place = b"", start
        async for piece in self._bytes(export, start):
            *lines, rest = (rest + piece).split(b"\n")
            for line in lines:
                place += len(line) + 1
                if line:
                    yield line, place
        if rest or (export.size is not None and place < export.size):
            raise Unavailable("the output of Shopify's bulk operation broke off: it is read on from there")

    async def _bytes(self, export: Export, start: int) -> AsyncIterator[bytes]:
        url = export.url or ""
        if urlsplit(url).scheme != "https" and urlsplit(url).hostname not in ("127.0.0.1", "localhost"):
            raise Misconfigured("Shopify names a place for a bulk operation's output that is not reached by https")
        if export.size is not None and start >= export.size:
            return
        failure: str | None = None
        headers = {"Range": f"bytes={start}-", "Accept-Encoding": "identity"}
        try:
            async with self._files.stream("GET", url, headers=headers) as answer:
                _granted(answer.status_code)
                skip = start if answer.status_code == 200 else 0
                async for piece in answer.aiter_bytes(PIECE):
                    yield piece[skip:]
                    skip = max(0, skip - len(piece))
        except httpx.RequestError as error:
            failure = type(error).__name__
        if failure is not None:  # out here, so that it does not keep the request, and with it the signed address
            raise Unavailable(f"the output of Shopify's bulk operation cannot be read ({failure})")

    async def present(self, kind: Kind, ids: Sequence[str]) -> set[str]:
        found: set[str] = set()
        for start in range(0, len(ids), NODES):
            gids = [f"gid://shopify/{TYPES[kind]}/{id_}" for id_ in ids[start : start + NODES] if id_.isdecimal()]
            nodes = (await self._api.ask(PRESENT, {"ids": gids}))["nodes"] if gids else []
            found |= {number(node["id"]) for node in nodes if node}
        return found


def _granted(status: int) -> None:
    if status in (200, 206):
        return
    if status >= 500 or status in (408, 429):
        raise Unavailable(f"the output of Shopify's bulk operation cannot be read (status {status})")
    raise Rejected(f"the output of Shopify's bulk operation is there no more (status {status})", "gone")


def _object(line: bytes) -> dict[str, Any]:
    try:
        found = json.loads(line)
    except ValueError:
        found = None
    if not (isinstance(found, dict) and ("id" in found or "__parentId" in found)):
        raise Unavailable("something else than the output of Shopify's bulk operation was answered")
    return found


def _empty(record: dict[str, Any], kind: Kind) -> dict[str, Any]:
    """A record as a query by id answers it, its connections still empty but for what came in its own line."""
    for name in CONNECTIONS[kind].values():
        within = record.get(name) or {}
        record[name] = {"nodes": [edge["node"] for edge in within.get("edges") or ()]}
    return record


def _ordered(record: dict[str, Any]) -> dict[str, Any]:
    """Discounts have no id, and their order counts."""
    if discounts := record.get("discountApplications"):
        discounts["nodes"].sort(key=lambda one: one["index"])
    return record


def _connection(child: Mapping[str, Any], kind: Kind) -> str:
    places = CONNECTIONS[kind]
    return places.get(child.get("__typename") or "", places[""])
