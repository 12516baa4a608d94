"""What a webhook says: whether Shopify sent it, and which record may have changed. No I/O, no clock."""

import hashlib
import hmac
import json
import re
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from tandem.model import Kind, Mark, Ref
from tandem.recovery_link import OPAQUE
from tandem.shopify.topics import TOKEN, TOPICS, Path

LARGEST = 6 * 1024 * 1024
"""Bytes of a body: as much as a Lambda is ever given. Eight refusals in a row would end the subscription."""
ID = re.compile(r"(?:gid://shopify/\w+/|#)?([1-9][0-9]{0,18})(?:\?.*)?", re.ASCII)
OF_CHECKOUT = re.compile(f"({OPAQUE})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Received:
    """The status to answer, the record to mark if there is one, and for the log why it is so. No personal data."""

    status: int
    reason: str
    mark: Mark | None = None


def verify(body: bytes, signature: str, secrets: Sequence[str]) -> bool:
    """Whether one of the secrets signed these very bytes. How long it takes tells nothing of which, or how nearly."""
    given = signature.encode("utf-8", "replace")
    signatures = [b64encode(hmac.digest(secret.encode(), body, hashlib.sha256)) for secret in secrets]
    return sum(hmac.compare_digest(one, given) for one in signatures) > 0


def receive(headers: Mapping[str, str], body: bytes, secrets: Sequence[str], shop: str) -> Received:
    """A webhook that came over HTTPS.."""
    if len(body) > LARGEST:
        return Received(413, "too large")
    found = _folded(headers)
    if not verify(body, found.get("x-shopify-hmac-sha256", ""), secrets):
        return Received(401, "wrong signature")
    if found.get("x-shopify-shop-domain") != shop:
        return Received(401, "another shop")
    try:
        payload = json.loads(body)
    except (ValueError, RecursionError):
        return Received(200, "no JSON")
    return _marked(found.get("x-shopify-topic", ""), payload, shop)


def delivered(detail: Any, shop: str) -> Received:
    """A webhook from Shopify's partner event bus, which lets nobody else in. A large body is only its id there."""
    match detail:
        case {"metadata": dict(metadata), "payload": payload}:
            found = _folded(metadata)
        case _:
            return Received(200, "no webhook")
    if found.get("x-shopify-shop-domain") != shop:
        return Received(401, "another shop")
    return _marked(found.get("x-shopify-topic", ""), payload, shop)


def _folded(headers: Mapping[str, Any]) -> dict[str, str]:
    """By lower-case name. One that is given twice with different values is nobody's."""
    found: dict[str, str] = {}
    for name, value in headers.items():
        key = name.lower()
        found[key] = str(value) if found.get(key, str(value)) == str(value) else ""
    return found


def _marked(name: str, payload: Any, shop: str) -> Received:
    """The signature does not cover the topic: an old body sent under another one only makes a record be read again."""
    topic = TOPICS.get(name)
    if topic is None:
        return Received(200, "no use for the topic")
    number = _named(payload, topic.ids, ID)
    cart = topic.kind is Kind.CART
    id_ = (_named(payload, (TOKEN,), OF_CHECKOUT) if cart else None) or number
    if id_ is None:
        return Received(200, f"no record named in {topic.name}")
    seen = _time(payload.get("updated_at")) if topic.versioned else None
    fields = {"checkout": number} if cart and number else {}
    mark = Mark(Ref(shop, topic.kind, id_), topic.name, seen=seen, deleted=topic.deleted, fields=fields)
    return Received(200, topic.name, mark)


def _named(payload: Any, paths: Sequence[Path], form: re.Pattern[str]) -> str | None:
    """What the first of these places holds that is of this form."""
    for path in paths:
        value = payload
        for step in path:
            value = value.get(step) if isinstance(value, dict) else None
        if isinstance(value, int | str) and not isinstance(value, bool) and (found := form.fullmatch(str(value))):
            return found[1]
    return None


def _time(value: Any) -> datetime | None:
    try:
        moment = datetime.fromisoformat(value)
        return moment.astimezone(UTC) if moment.tzinfo else None
    except (TypeError, ValueError, OverflowError):
        return None
