"""A schedule's trace as a person reads it: who did what, when, and what was sent."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sandbox.clock import START

Trace = Sequence[tuple[datetime, str, str, bytes]]
"""When, who, what, what was sent."""
QUIET = {"due", "read", "draw", "setting", "job", "parked", "closed", "renew", "note", "rows", "notes", "notes_after"}
"""Calls of the store that change nothing, or nothing but when a lease ends."""
LONGEST = 300


def timeline(trace: Trace, *, whole: bool = True) -> list[str]:
    """Line by line. Not `whole`: without what only looks."""
    return [_line(*one) for one in trace if whole or one[2] not in QUIET]


def _line(at: datetime, who: str, what: str, sent: bytes) -> str:
    return f"{(at - START).total_seconds():10.3f}  {who:<26}  {what}{_told(sent)}"


def _told(sent: bytes) -> str:
    """The ids and properties of a call to HubSpot, the variables of one to Shopify."""
    if not sent:
        return ""
    body: dict[str, Any] = json.loads(sent)
    if "query" in body and "variables" in body:
        return f"  {json.dumps(body['variables'])}"[:LONGEST]
    told = [_input(one) for one in body.get("inputs", [body])]
    return f"  {'; '.join(told)}"[:LONGEST]


def _input(one: Any) -> str:
    match one:
        case {"from": {"id": source}, "to": {"id": target}}:
            return f"{source} - {target}"
        case {"from": {"id": source}, "to": list(targets)}:
            return f"{source} - {', '.join(str(target.get('id')) for target in targets)}"
        case {"id": id_, "properties": dict(properties)}:
            return f"{id_} ({', '.join(properties) if len(properties) < 4 else f'{len(properties)} properties'})"
        case {"id": id_}:
            return str(id_)
    return json.dumps(one)
