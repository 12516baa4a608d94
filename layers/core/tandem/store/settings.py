"""A shop's settings: one JSON document each."""

import json
from collections.abc import Mapping
from typing import Any

LARGEST = 390_000
"""Bytes of a document: an item holds at most 400 KB, its keys included."""


def written(name: str, value: Mapping[str, Any]) -> str:
    """The document as text; ValueError when it is too large for one item."""
    text = json.dumps(value, separators=(",", ":"), ensure_ascii=False)
    if (size := len(text.encode())) > LARGEST:
        raise ValueError(f"the setting {name} has {size} bytes, and at most {LARGEST} can be stored")
    return text
