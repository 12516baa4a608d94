"""A shop's settings: one JSON document each."""

import json
from collections.abc import Mapping
from typing import Any

from tandem.store import keys
from tandem.store.table import Table

LARGEST = 390_000
"""Bytes of a document: an item holds at most 400 KB, its keys included."""


class TooLarge(ValueError):
    """The text names the setting."""


class Settings(Table):
    """The part of the store that is about settings."""

    async def setting(self, shop: str, name: str) -> dict[str, Any] | None:
        item = await self.get(keys.setting(shop, name))
        return dict(json.loads(item["document"])) if item else None

    async def put_setting(self, shop: str, name: str, value: Mapping[str, Any]) -> None:
        """Raises TooLarge."""
        await self.update(keys.setting(shop, name), put={"document": document(name, value)})


def document(name: str, value: Mapping[str, Any]) -> str:
    """The text that is stored. Raises TooLarge."""
    text = json.dumps(value, separators=(",", ":"), ensure_ascii=False)
    if (size := len(text.encode())) > LARGEST:
        raise TooLarge(f"the setting {name} has {size} bytes, and at most {LARGEST} can be stored")
    return text
