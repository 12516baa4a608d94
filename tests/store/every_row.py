"""All that a store holds, in one form for the table and for the store in memory, so that the two can be compared."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sandbox.memory import LaneState, MemoryStore
from tandem.model import Entry, Job, Record, lane_of
from tandem.store import keys
from tandem.store.pace import Spent
from tandem.store.rows import record_of
from tandem.store.table import Attributes, plain

Rows = dict[tuple[str, str], Any]
"""By pk and sk. What a row says when nothing was ever written to it is no row."""


def of_table(client: Any, name: str, shards: int) -> Rows:
    items = [plain(item) for item in client.scan(TableName=name)["Items"]]
    found = {(item["pk"], item["sk"]): _said(item, shards) for item in items}
    return {key: said for key, said in found.items() if said is not None}


def _said(item: Attributes, shards: int) -> Any:
    match item["pk"].split("#"):
        case ["budget", _]:
            return _budget(item)
        case [_, "lane"]:
            return _lane(item)
        case [_, "setting"] | [_, "report", _]:
            return json.loads(item["document"])
        case [shop, "job"]:
            return Job(shop, item["sk"], **json.loads(item["document"]), revision=item["revision"])
        case [_, _]:
            return _record(item, shards)
        case [_, _, _]:
            return {name: item[name] for name in ("at", "cause", "outcome", "what")}
    raise AssertionError(f"what is {item['pk']}?")


def _record(item: Attributes, shards: int) -> Record | None:
    """A row that is in an index is in the right place there, and no other has a word of the index's."""
    row = record_of(item)
    assert ("due_at" in item, "due_since" in item) == ("due_lane" in item,) * 2, item
    assert item.get("parked_shop") == (row.ref.shop if row.parked_at else None), item
    if row.due_at:
        assert item["due_lane"] == keys.due_lane(lane_of(row.ref, shards), row.priority), item
    return row if row != Record(row.ref) else None


def _lane(item: Attributes) -> LaneState | None:
    state = LaneState(
        item.get("owner"), _time(item, "until"), item.get("fence", 0), item.get("bells", 0), _time(item, "closed_until")
    )
    state.reason = item.get("reason", "")
    return state if state != LaneState() else None


def _budget(item: Attributes) -> Spent | None:
    spent = Spent(_time(item, "until"), _time(item, "held"))
    return spent if spent != Spent() else None


def _time(item: Attributes, name: str) -> datetime | None:
    return datetime.fromisoformat(item[name]) if name in item else None


def of_memory(store: MemoryStore) -> Rows:
    records = {keys.record(ref): row for ref, row in store.records.items() if row != Record(ref)}
    lanes = {keys.lane(lane): state for lane, state in store.lanes.items() if state != LaneState()}
    budgets = {keys.budget(name): spent for name, spent in store._budgets.items() if spent != Spent()}
    settings = {keys.setting(*place): json.loads(text) for place, text in store._settings.items()}
    jobs = {keys.job(*place): job for place, job in store._jobs.items()}
    notes = {keys.note(*place): json.loads(text) for place, text in store._notes.items()}
    return {**records, **lanes, **budgets, **settings, **jobs, **notes, **_history(store.history)}


def _history(entries: list[Entry]) -> Rows:
    """By the place among those of one instant, as none but the last call notes at its time."""
    found: Rows = {}
    for position, entry in _placed(entries):
        said = {"at": entry.at.isoformat(timespec="microseconds"), "cause": entry.cause, "outcome": entry.outcome}
        found[keys.entry(entry, position)] = {**said, "what": list(entry.what)}
    return found


def _placed(entries: list[Entry]) -> list[tuple[int, Entry]]:
    before: dict[datetime, int] = {}
    placed = []
    for entry in entries:
        placed.append((before.setdefault(entry.at, 0), entry))
        before[entry.at] += 1
    return placed


def differences(mine: Mapping[Any, Any], theirs: Mapping[Any, Any]) -> list[str]:
    """A line for each row that is not the same in both."""
    names = sorted(mine.keys() | theirs.keys())
    return [
        f"{name}\n  in memory:    {mine.get(name)}\n  in the table: {theirs.get(name)}"
        for name in names
        if mine.get(name) != theirs.get(name)
    ]
