"""What HubSpot's error bodies say: which input, which property, which record stands in the way. Never a value."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from tandem.errors import Misconfigured

Json = Mapping[str, Any]

NAME = re.compile(r"[a-z][a-z0-9_]{0,99}")
WORD = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,99}")
CORRELATION = re.compile(r"[0-9A-Za-z-]{1,64}")
EXISTING = (
    re.compile(r"Existing ID: ?(\d+)\.?\s*$"),
    # the number before it is the id that would have been written
    re.compile(r"\. (\d+) already has that value\.?\s*$"),
)
TAKEN = re.compile(r"propertyName=([a-z0-9_]+), value=")
LISTED = "Property values were not valid: "
SETUP = re.compile(r"non-unique|infer object type", re.IGNORECASE)
CONFLICTS = ("CONFLICT", "OBJECT_ALREADY_EXISTS")
OF_THE_ACCOUNT = frozenset({"PROPERTY_DOESNT_EXIST", "READ_ONLY_VALUE"})


@dataclass(frozen=True, slots=True)
class Refusal:
    """HubSpot's no, to a call or to one input of it.

    `code`: `conflict`, `gone`, `invalid`, or `rejected` for anything else. `faults` are HubSpot's codes by property.
    `keys` are the trace ids and record ids it names.
    """

    code: str
    text: str
    faults: Mapping[str, str] = field(default_factory=dict)
    existing: str | None = None
    correlation: str | None = None
    keys: frozenset[str] = frozenset()

    @property
    def concerns_every_input(self) -> bool:
        """It is about properties the account lacks or locks, whatever their values."""
        return bool(self.faults) and OF_THE_ACCOUNT.issuperset(self.faults.values())


def refusal(error: Json, status: int | None = None, correlation: str | None = None) -> Refusal:
    """From the body of a refused call, or one of the `errors` of a batch. Misconfigured where only setup can help."""
    message = str(error.get("message") or "")
    category = _word(error.get("category"))
    if SETUP.search(message):
        raise Misconfigured(f"HubSpot lacks a unique property or an object that Tandem needs ({category}): run setup.")
    found = dict(_faults(error, message))
    existing = _existing(error, message)
    code = _code(status, category, found, existing)
    text = _text(code, status, category, found, existing, message)
    named = _first(CORRELATION, error.get("correlationId")) or _first(CORRELATION, correlation)
    return Refusal(code, text, found, existing, named, _keys(error))


def rows(body: Json, name: str) -> list[Json]:
    """The objects of a list; none where there is no such list."""
    found = body.get(name)
    return [row for row in found if isinstance(row, dict)] if isinstance(found, list) else []


def texts(value: object) -> list[str]:
    """A text, a number or a list of them, as texts."""
    many = value if isinstance(value, list) else [value]
    return [str(one) for one in many if isinstance(one, str | int)]


def context(error: Json) -> Json:
    found = error.get("context")
    return found if isinstance(found, dict) else {}


def scopes(error: Json) -> list[str]:
    """The scopes of which a refused call needs one (reference §5.4)."""
    named = (name for one in rows(error, "errors") for name in texts(context(one).get("requiredGranularScopes")))
    return [name for name in named if WORD.fullmatch(name)]


def _code(status: int | None, category: str, faults: Json, existing: str | None) -> str:
    if faults:
        return "invalid"
    if existing or status == 409 or category in CONFLICTS:
        return "conflict"
    if status == 404 or category == "OBJECT_NOT_FOUND":
        return "gone"
    return "invalid" if category == "VALIDATION_ERROR" else "rejected"


def _text(code: str, status: int | None, category: str, faults: Json, existing: str | None, message: str) -> str:
    if faults:
        at = ", ".join(f"{fault} at {name}" for name, fault in sorted(faults.items()))
        return f"HubSpot does not take what was sent: {at}. Mend the value in Shopify or the property in HubSpot."
    if code == "conflict":
        taken = TAKEN.search(message)
        what = f"its value of {taken[1]}" if taken else "a value that only one may have"
        return f"Another HubSpot record ({existing or 'not named'}) has {what}: merge the two, or restore or change it."
    if code == "gone":
        return "HubSpot has no such record: it was deleted there, or never was."
    what = " ".join(filter(None, (f"status {status}" if status else "", category)))
    return f"HubSpot refuses it ({what or 'no reason given'})."


def _faults(error: Json, message: str) -> Iterator[tuple[str, str]]:
    """Properties at fault with HubSpot's codes: from `errors`, else from the JSON inside the message."""
    told = [(texts(context(one).get("propertyName")), one.get("code")) for one in rows(error, "errors")]
    if not any(names for names, _ in told):
        told = [(texts(one.get("name")), one.get("error")) for one in _listed(message)]
    for names, code in told:
        yield from ((name, _word(code) or "INVALID") for name in names if NAME.fullmatch(name))


def _listed(message: str) -> list[Json]:
    try:
        listed = json.loads(message.partition(LISTED)[2])
    except (ValueError, RecursionError):
        return []
    return rows({"listed": listed}, "listed")


def _existing(error: Json, message: str) -> str | None:
    told = [id_ for id_ in texts(context(error).get("existingId")) if id_.isdecimal()]
    found = next((match for pattern in EXISTING if (match := pattern.search(message))), None)
    return told[0] if told else found and found[1]


def _keys(error: Json) -> frozenset[str]:
    return frozenset(key for name in ("objectWriteTraceId", "ids", "id") for key in texts(context(error).get(name)))


def _word(value: object) -> str:
    return _first(WORD, value) or ""


def _first(pattern: re.Pattern[str], value: object) -> str | None:
    return value if isinstance(value, str) and pattern.fullmatch(value) else None
