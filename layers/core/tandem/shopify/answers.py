"""What an answer of Shopify's Admin API means: data, data with parts withheld, or a reason to wait or to give up."""

import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import httpx

from tandem.errors import Misconfigured
from tandem.http import Answer

Data = dict[str, Any]

REFUSALS = {
    402: "the store is frozen until its owner pays Shopify; pay there, then run `setup`",
    403: "Shopify refuses this app or the store is suspended; see to that, install the app again, then run `setup`",
    404: "there is no store at this address; check the parameter for the store's myshopify.com domain",
}
"""By HTTP status: what only the owner can mend (reference §5)."""
PASSING = {
    408: "Shopify did not answer in time",
    423: "the store is locked for now",
    429: "Shopify asks for fewer calls",
    430: "Shopify's edge refuses calls from this address for now",
}
UNDONE = frozenset({423, 429, 430})
"""Statuses that say the call was not carried out, so that a change too may be sent again."""
FAULTS = frozenset({"INTERNAL_SERVER_ERROR", "TIMEOUT"})
"""Codes of `errors` that pass by themselves."""


class Faulty(RuntimeError):
    """A document, or its use, is wrong: a bug of Tandem's, which no repetition mends."""


class Again(Exception):
    """Worth another try after `seconds`. `undone`: the call was certainly not carried out."""

    def __init__(self, reason: str, seconds: float = 0.0, *, undone: bool = False) -> None:
        super().__init__(reason)
        self.seconds = seconds
        self.undone = undone


class TokenRefused(Exception):
    """The access token is wrong, or has run out: the two look alike."""


@dataclass(frozen=True, slots=True)
class Throttle:
    """The point bucket as Shopify last told of it. `restore_rate` is points a second."""

    maximum: float
    available: float
    restore_rate: float


@dataclass(frozen=True, slots=True)
class Cost:
    """What one call was charged; `actual` None when it was not carried out."""

    requested: float
    actual: float | None
    throttle: Throttle


def body_of(answer: Answer) -> Data:
    """The JSON of an answer with status 200. Raises Again, TokenRefused, Misconfigured, Faulty."""
    status = answer.status
    if status == 401:
        raise TokenRefused
    if status in REFUSALS:
        raise Misconfigured(f"HTTP {status}: {REFUSALS[status]}")
    if status in PASSING or status >= 500:
        reason = f"HTTP {status}: {PASSING.get(status, 'a fault at Shopify')}"
        raise Again(reason, _retry_after(answer.headers), undone=status in UNDONE)
    if status != 200:
        raise Faulty(f"HTTP {status} for a GraphQL document")
    body = json_object(answer.body)
    if not ("data" in body or body.get("errors")):
        raise Again("the answer of Shopify is no GraphQL answer")
    return body


def json_object(text: bytes) -> Data:
    """Empty for what is no JSON object."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def _retry_after(headers: httpx.Headers) -> float:
    """Seconds; 0 when the header is absent or a date."""
    try:
        seconds = float(headers.get("Retry-After", "0"))
    except ValueError:
        return 0.0
    return seconds if math.isfinite(seconds) else 0.0


def cost_of(body: Data) -> Cost | None:
    match body.get("extensions"):
        case {"cost": {"requestedQueryCost": int() | float() as requested, "throttleStatus": status, **more}}:
            pass
        case _:
            return None
    match status:
        case {
            "maximumAvailable": int() | float() as maximum,
            "currentlyAvailable": int() | float() as available,
            "restoreRate": int() | float() as rate,
        } if rate > 0:
            actual = more.get("actualQueryCost")
            throttle = Throttle(float(maximum), float(available), float(rate))
            return Cost(requested, actual if isinstance(actual, int | float) else None, throttle)
    return None


def data_of(body: Data, withheld: Callable[[str, str], None]) -> Data:
    """The data, if it is whole but for fields that a missing scope hides: these are told to `withheld`.

    Raises Again, Misconfigured, Faulty.
    """
    if any(search.get("warnings") for search in (body.get("extensions") or {}).get("search") or []):
        raise Faulty("Shopify did not understand a search and would match everything")
    errors, data = body.get("errors") or [], body.get("data")
    if not isinstance(errors, list):
        raise Again("Shopify answered an error without a code")
    for error in errors:
        _judge(error, body)
    for error in errors:
        _withheld(error, data, withheld)
    if not isinstance(data, dict):
        raise Again("the answer of Shopify holds no data")
    return data


def _judge(error: Any, body: Data) -> None:
    """Let only a denied access pass."""
    code = _code(error)
    if code == "ACCESS_DENIED":
        return
    if code == "THROTTLED":
        raise Again("the store's point budget is used up", _throttled(body), undone=True)
    if code in FAULTS:
        raise Again(f"Shopify answered {code}")
    if code == "SHOP_INACTIVE":
        raise Misconfigured("the store is closed; open it again, then run `setup`")
    raise Faulty(f"Shopify refuses a document: {code or 'an error without a code'} at {_place(error)}")


def _throttled(body: Data) -> float:
    """Seconds until the bucket holds what was asked for."""
    cost = cost_of(body)
    if cost is None:
        return 1.0
    return max(0.1, (cost.requested - cost.throttle.available) / cost.throttle.restore_rate)


def _withheld(error: Any, data: Any, withheld: Callable[[str, str], None]) -> None:
    """A denied field may be null; a denied record may not, or it would be taken for a deleted one."""
    path = error.get("path")
    path = path if isinstance(path, list) else []
    needs = str((error.get("extensions") or {}).get("requiredAccess") or "approval for protected customer data")
    if len(path) < 3 or _at(data, path[:2]) is None:
        raise Misconfigured(f"Shopify withholds {_place(error)}; the app needs {needs}")
    withheld(_place(error), needs)


def _at(value: Any, path: Sequence[Any]) -> Any:
    for step in path:
        if isinstance(value, Mapping):
            value = value.get(step)
        elif isinstance(value, list) and isinstance(step, int) and step < len(value):
            value = value[step]
        else:
            return None
    return value


def _code(error: Any) -> str:
    extensions = error.get("extensions") if isinstance(error, dict) else None
    return str(extensions.get("code") or "") if isinstance(extensions, dict) else ""


def _place(error: Any) -> str:
    """The names on an error's path, without the places in lists: `nodes.lineItems.nodes.product`."""
    path = error.get("path") if isinstance(error, dict) else None
    names = [step for step in path if isinstance(step, str)] if isinstance(path, list) else []
    return ".".join(names) or "the document"
