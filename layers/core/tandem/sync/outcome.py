"""What became of a record in one batch, and the commit that says so."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from tandem.model import Commit, Entry, Record, Written

STRAGGLE = timedelta(seconds=90)
"""A write whose answer never came may land for this long; until then nothing newer is written."""
PAUSES = (30, 60, 120, 300, 600, 1800, 3600)
"""Seconds before each further attempt at a record that the vendor refuses; after the last it is parked."""
SETTLED = timedelta(seconds=5)
"""From a change to a commit, if the record was read more than a second after it: reading and writing take so long."""
WRITING = ("written", "marked deleted")
"""Words of Done after which HubSpot holds something else than before."""
NEXT_TIME = "It is tried again as soon as it changes, or by resync."


@dataclass(frozen=True, slots=True)
class Done:
    """In step. `word` says how (`written`, `unchanged`, ...), `what` which properties, `fields` go to the row."""

    word: str
    fields: Mapping[str, Any] = field(default_factory=dict)
    what: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Later:
    """Nobody's fault: look again after `pause`. No attempt is counted."""

    why: str
    pause: timedelta
    fields: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Failed:
    """The record's own fault. `text` says what happened and what to do. `final`: no use in trying again."""

    code: str
    text: str
    fields: Mapping[str, Any] = field(default_factory=dict)
    final: bool = False


Outcome = Done | Later | Failed

UNANSWERED = Failed("unanswered", "Shopify fails whenever this record is asked for, while it answers others.")


def left_out(answer: Written) -> tuple[str, ...]:
    """What of a record HubSpot would not take, for its history: names and reasons."""
    return tuple(f"left out {name}: {code}" for name, code in answer.left_out.items())


def commit(row: Record, outcome: Outcome, now: datetime) -> Commit:
    """The row's next state."""
    match outcome:
        case Done():
            written = {"written_at": now} if outcome.word in WRITING else {}
            fields = {"attempts": None, "error": None, **written, **outcome.fields}
            return Commit(row.ref, row.marks, _as_settled(fields, now))
        case Later():
            return Commit(row.ref, row.marks, {"error": outcome.why, **outcome.fields}, now + outcome.pause)
        case Failed():
            return _failed(row, outcome, now)


def _as_settled(fields: Mapping[str, Any], now: datetime) -> Mapping[str, Any]:
    """Shopify's times are whole seconds: a record may change again within the one in which it was read, unseen.

    So a version that may not be over is noted as the one before; reconciliation then looks once more.
    """
    version = fields.get("version")
    fresh = isinstance(version, datetime) and now - version < SETTLED
    return {**fields, "version": version - timedelta(seconds=1)} if version and fresh else fields


def _failed(row: Record, failed: Failed, now: datetime) -> Commit:
    attempts = row.attempts + 1
    if failed.final or attempts > len(PAUSES):
        text = f"{failed.code}: {failed.text} Given up after {attempts} attempt(s). {NEXT_TIME}"
        return Commit(row.ref, row.marks, {"attempts": None, "error": text, "parked_at": now, **failed.fields})
    fields = {"attempts": attempts, "error": f"{failed.code}: {failed.text}", **failed.fields}
    return Commit(row.ref, row.marks, fields, now + timedelta(seconds=PAUSES[attempts - 1]))


def entry(row: Record, outcome: Outcome, parked: bool, now: datetime) -> Entry:
    """The line of history; never a value, only names."""
    match outcome:
        case Done():
            return Entry(row.ref, now, row.cause, outcome.word, outcome.what)
        case Later():
            return Entry(row.ref, now, row.cause, "later", (outcome.why,))
        case Failed():
            return Entry(row.ref, now, row.cause, "parked" if parked else "failed", (outcome.code,))
