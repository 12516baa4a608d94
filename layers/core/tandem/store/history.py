"""What became of each record, for 90 days."""

import asyncio
import logging
from collections.abc import Sequence

from tandem.model import Entry
from tandem.store import keys
from tandem.store.table import Table, item_key
from tandem.store.wire import Item, encode

DAYS = 90
CHUNK = 25
"""Items of one BatchWriteItem."""

log = logging.getLogger(__name__)


class History(Table):
    """The part of the store that is about history."""

    async def note(self, entries: Sequence[Entry]) -> None:
        puts = [{"PutRequest": {"Item": _item(entry, position)}} for position, entry in enumerate(entries)]
        chunks = [puts[start : start + CHUNK] for start in range(0, len(puts), CHUNK)]
        results = await asyncio.gather(
            *(self.batch("batch_write_item", "UnprocessedItems", chunk) for chunk in chunks), return_exceptions=True
        )
        for chunk, result in zip(chunks, results, strict=True):
            if isinstance(result, Exception):
                log.warning("up to %d lines of history were not stored: %s", len(chunk), type(result).__name__)


def _item(entry: Entry, position: int) -> Item:
    words = {
        "at": entry.at,
        "cause": entry.cause,
        "outcome": entry.outcome,
        "what": entry.what,
        "expires_at": keys.expiry(entry.at, DAYS),
    }
    return item_key(keys.entry(entry, position)) | {name: encode(value) for name, value in words.items()}
