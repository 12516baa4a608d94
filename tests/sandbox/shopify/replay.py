"""Comparing an answer of the simulator with one recorded from Shopify, but for ids, times and addresses."""

import json
import re
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

GID = re.compile(r"gid://shopify/(\w+)/[^\s\"']+")
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
URL = re.compile(r"https?://\S+")
NUMBER = re.compile(r"\d{9,}")
CURSORS = {"cursor", "startCursor", "endCursor"}
ENVELOPE = {"data", "errors"}
"""What stands in an answer beside its `extensions`: cost and search notes, compared where a test names them."""


def recorded(shared: Path, name: str) -> dict[str, Any]:
    """One capture by its file name without `.json`, e.g. "customer-set-parity"."""
    [path] = (shared / "specs/shopify/captures").rglob(f"{name}.json")
    capture: dict[str, Any] = json.loads(path.read_text())
    return capture


def replayed(answer: Any, recording: Any, *, differs: Collection[str] = (), ignore: Collection[str] = ()) -> None:
    """Demand that `answer` equals `recording`: keys, nulls, types, words, userErrors, errors.

    Ids are compared by type, times and addresses as such, cursors by presence. `differs` names keys whose values
    belong to the other store (type and null still count); `ignore` names keys that are not modelled at all.
    Raises AssertionError with every difference and its path.
    """
    found = list(_differences(answer, recording, "", set(differs), set(ignore)))
    assert not found, "differs from the recording:\n" + "\n".join(found)


def mapped(value: Any, ids: Mapping[str, str]) -> Any:
    """Recorded variables with the recorded store's ids replaced by ours; an id not in `ids` stays as it is."""
    if isinstance(value, str):
        return ids.get(value, value)
    if isinstance(value, list):
        return [mapped(item, ids) for item in value]
    if isinstance(value, dict):
        return {key: mapped(item, ids) for key, item in value.items()}
    return value


def learn(ids: dict[str, str], ours: Any, theirs: Any) -> None:
    """Note in `ids` which of our ids stands where the recording has one of its own."""
    if isinstance(theirs, str) and theirs.startswith("gid://"):
        ids[theirs] = ours
    elif isinstance(theirs, dict):
        for key in theirs.keys() & ours.keys():
            learn(ids, ours[key], theirs[key])
    elif isinstance(theirs, list):
        for mine, yours in zip(ours, theirs, strict=True):
            learn(ids, mine, yours)


def _differences(ours: Any, theirs: Any, path: str, differs: set[str], ignore: set[str]) -> Iterator[str]:
    if isinstance(theirs, dict) and isinstance(ours, dict):
        notes = {"extensions"} if ENVELOPE & theirs.keys() else set()
        for key in sorted((theirs.keys() | ours.keys()) - ignore - notes):
            if key not in ours:
                yield f"{path}.{key}: missing, recorded {_short(theirs[key])}"
            elif key not in theirs:
                yield f"{path}.{key}: not recorded, ours {_short(ours[key])}"
            else:
                yield from _differences(ours[key], theirs[key], f"{path}.{key}", differs, ignore)
    elif isinstance(theirs, list) and isinstance(ours, list):
        if len(theirs) != len(ours):
            yield f"{path}: {len(ours)} entries, recorded {len(theirs)}: {_short(ours)} / {_short(theirs)}"
        for number, (mine, yours) in enumerate(zip(ours, theirs, strict=False)):
            yield from _differences(mine, yours, f"{path}[{number}]", differs, ignore)
    elif not _alike(ours, theirs, path.rpartition(".")[2].partition("[")[0], differs):
        yield f"{path}: {_short(ours)}, recorded {_short(theirs)}"


def _alike(ours: Any, theirs: Any, key: str, differs: set[str]) -> bool:
    if _kind(ours) is not _kind(theirs):
        return False
    if ours == theirs or key in CURSORS or key in differs:
        return True
    return isinstance(ours, str) and _plain(ours) == _plain(theirs)


def _kind(value: Any) -> type:
    """JSON has one kind of number, and the recorder wrote 0.0 as 0."""
    return float if type(value) is int else type(value)


def _plain(text: str) -> str:
    text = GID.sub(r"gid://shopify/\1/*", text)
    text = URL.sub("https://*", TIME.sub("<time>", text))
    return NUMBER.sub("<number>", text)


def _short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) < 160 else text[:157] + "..."
