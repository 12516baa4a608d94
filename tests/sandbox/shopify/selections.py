"""Documents for captures that hold no document of their own: they select exactly the recorded keys."""

from typing import Any


def selection(recorded: Any, **fields: str) -> str:
    """The selection set of a recorded value; empty for a scalar.

    `fields` gives the text of a key that needs arguments, an alias, or a selection because it was null or empty:
    `orders="orders(first: 5)"`, `lastOrder="lastOrder { id }"`. A list is taken as one entry with the keys of all.
    """
    keys = _keys(recorded)
    if not keys:
        return ""
    fields = {"userErrors": "userErrors { field message }", **fields}
    return "{ " + " ".join(_field(key, value, fields) for key, value in keys.items()) + " }"


def _field(key: str, value: Any, fields: dict[str, str]) -> str:
    text, inside = fields.get(key, key), selection(value, **fields)
    return f"{text.partition('{')[0]} {inside}" if inside else text


def _keys(recorded: Any) -> dict[str, Any]:
    entries = recorded if isinstance(recorded, list) else [recorded]
    found: dict[str, Any] = {}
    for entry in entries:
        if isinstance(entry, dict):
            for key, value in entry.items():
                found[key] = _fuller(found.get(key), value)
    return found


def _fuller(one: Any, other: Any) -> Any:
    """Of two recordings of one key the one that tells more of its shape."""
    return other if one in (None, [], {}) else one
