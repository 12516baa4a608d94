"""Says on a row that it is about to be written, for whoever comes after a worker that ends half-way."""

from collections.abc import Iterable

from tandem.model import Commit, Record
from tandem.sync.worker import World


async def intend(rows: Iterable[Record], world: World) -> None:
    """Take the digests away until the writes are noted.

    Else a record that is changed and changed back, while a worker ends between the two, would seem to be in step.
    """
    commits = [Commit(row.ref, row.marks, {"digest": None}, row.due_at) for row in rows if row.digest is not None]
    if commits and world.lease is not None:
        await world.store.commit(commits, world.lease)
