"""The files of bulk operations, served as Google Cloud Storage serves them: signed, in ranges, for seven days."""

import re
from datetime import datetime
from urllib.parse import quote, quote_plus
from xml.sax.saxutils import escape

from sandbox.clock import epoch_ms
from sandbox.http import Reply, Request
from sandbox.shopify.bulk.bulk_model import BulkOperation
from sandbox.shopify.shop import Shop

FOLDER = "/shopify-tiers-assets-prod-us-east1/bulk-operation-outputs/"
PATH = re.compile(re.escape(FOLDER) + r"([0-9a-f]{28})")
RANGE = re.compile(r"bytes=(\d*)-(\d*)")


def address(operation: BulkOperation, origin: str) -> str | None:
    """Where an operation's file can be fetched (captured, but for the origin of a loopback server)."""
    if operation.expires_at is None:
        return None
    name = f"bulk-{operation.legacy_resource_id}.jsonl"
    disposition = f"attachment; filename=\"{name}\"; filename*=UTF-8''{quote(name)}"
    return (
        f"{origin}{FOLDER}{operation.file_key}?GoogleAccessId=sandbox"
        f"&Expires={_seconds(operation.expires_at)}&Signature={operation.signature}"
        f"&response-content-disposition={quote_plus(disposition)}&response-content-type=application%2Fjsonl"
    )


def download(shop: Shop, request: Request) -> Reply:
    """GET or HEAD of a file. Errors are XML: 403 for a wrong signature, 400 when it has run out, 404, 416."""
    found = PATH.fullmatch(request.path)
    rows = shop.table(BulkOperation.typename).rows.values()
    operation = next((row for row in rows if found and row.file_key == found[1]), None)
    if operation is None or operation.expires_at is None:
        return _error(404, "NoSuchKey", "The specified key does not exist.")
    given = (request.parameter("Signature"), request.parameter("Expires"))
    if given != (operation.signature, str(_seconds(operation.expires_at))):
        return _error(403, "SignatureDoesNotMatch", "Access denied.")
    if operation.file is None:
        return _error(400, "ExpiredToken", "The provided token has expired.")
    return _part(operation.file, request.headers.get("range", ""))


def _part(file: bytes, asked: str) -> Reply:
    headers = {"Content-Type": "application/jsonl", "Accept-Ranges": "bytes"}
    found = RANGE.fullmatch(asked)
    if found is None or found[0] == "bytes=-":
        return Reply(200, file, headers)
    first, last = found.groups()
    start = int(first) if first else max(0, len(file) - int(last))
    end = min(int(last), len(file) - 1) if first and last else len(file) - 1
    if start > end:
        reply = _error(416, "InvalidRange", "The requested range cannot be satisfied.")
        reply.headers["Content-Range"] = f"bytes */{len(file)}"
        return reply
    headers["Content-Range"] = f"bytes {start}-{end}/{len(file)}"
    return Reply(206, file[start : end + 1], headers)


def _error(status: int, code: str, message: str) -> Reply:
    text = (
        f"<?xml version='1.0' encoding='UTF-8'?><Error><Code>{code}</Code><Message>{escape(message)}</Message></Error>"
    )
    return Reply(status, text.encode(), {"Content-Type": "application/xml; charset=UTF-8"})


def _seconds(when: datetime) -> int:
    return epoch_ms(when) // 1000
