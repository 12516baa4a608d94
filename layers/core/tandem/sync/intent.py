"""Says on a row that it is about to be written, for whoever comes after a worker that ends half-way."""

from collections.abc import Iterable, Mapping
from typing import Any

from tandem.model import Commit, Record
from tandem.sync.worker import World


async def intend(rows: Iterable[Record], world: World) -> None:
    """Take the digests away until the writes are noted.

    Else a record that is changed and changed back, while a worker ends between the two, would seem to be in step.
    """
    await note(((row, {"digest": None}) for row in rows if row.digest is not None), world)


async def note(changes: Iterable[tuple[Record, Mapping[str, Any]]], world: World) -> None:
    """Write down what is known ahead of the end; the rows stay as due as they are."""
    commits = [Commit(row.ref, row.marks, fields, row.due_at) for row, fields in changes]
    if commits and world.lease is not None:
        await world.store.commit(commits, world.lease)
