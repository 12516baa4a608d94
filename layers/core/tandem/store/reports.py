"""Reports: notes of a few hundred bytes each, by name, as many as there are, until TTL takes them away."""

import asyncio
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from tandem.store import keys
from tandem.store.table import Table, item_key, plain
from tandem.store.wire import encode

WRITTEN = 25
READ = 100
"""Items of one BatchWriteItem, and keys of one BatchGetItem."""


class Reports(Table):
    """The part of the store that is about reports."""

    async def put_notes(
        self, shop: str, report: str, notes: Mapping[str, Mapping[str, Any]], expires: datetime
    ) -> None:
        puts = [
            {
                "PutRequest": {
                    "Item": item_key(keys.note(shop, report, name))
                    | {"document": encode(_text(note)), "expires_at": encode(int(expires.timestamp()))}
                }
            }
            for name, note in notes.items()
        ]
        chunks = [puts[start : start + WRITTEN] for start in range(0, len(puts), WRITTEN)]
        await asyncio.gather(*(self.batch("batch_write_item", "UnprocessedItems", chunk) for chunk in chunks))

    async def notes(self, shop: str, report: str, names: Sequence[str]) -> dict[str, dict[str, Any]]:
        wanted = [item_key(keys.note(shop, report, name)) for name in dict.fromkeys(names)]
        chunks = [wanted[start : start + READ] for start in range(0, len(wanted), READ)]
        answers = await asyncio.gather(
            *(
                self.batch("batch_get_item", "UnprocessedKeys", {"Keys": chunk, "ConsistentRead": True})
                for chunk in chunks
            )
        )
        items = [plain(item) for answer in answers for item in answer]
        return {item["sk"]: json.loads(item["document"]) for item in items}

    async def notes_after(
        self, shop: str, report: str, prefix: str, after: str | None, limit: int
    ) -> list[tuple[str, dict[str, Any]]]:
        first = prefix if after is None else max(prefix, f"{after}\0")
        last = f"{prefix}\U0010ffff"
        if first > last:  # which DynamoDB refuses to look for
            return []
        given = {"pk": keys.note(shop, report, "")[0], "first": first, "last": last}
        found = await self.query("#pk = :pk AND #sk BETWEEN :first AND :last", given, limit, ConsistentRead=True)
        return [(item["sk"], json.loads(item["document"])) for item in found]


def _text(note: Mapping[str, Any]) -> str:
    return json.dumps(note, separators=(",", ":"))
