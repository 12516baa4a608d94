"""Sends a record that is no vendor's on the way all records take: marked, rung for, drained, committed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from tandem.model import Kind, Mark, Record, Ref
from tandem.sync.announce import announce
from tandem.sync.worker import HEARTBEAT, World

BOUND = timedelta(minutes=10)
"""Within which it arrives; a sweep a minute makes good for lost bells."""


@dataclass(frozen=True, slots=True)
class Beat:
    """The last one of a kind: `seconds` it took, or has taken so far where it is `missed`; None while there is none."""

    kind: Kind
    seconds: float | None = None
    missed: bool = False


async def beat(shop: str, kinds: Sequence[Kind], world: World) -> list[Beat]:
    """How the last ones fared; those that arrived are sent anew."""
    refs = {kind: Ref(shop, kind, HEARTBEAT) for kind in kinds}
    rows = await world.store.read(list(refs.values()))
    now = world.clock.now()
    sent = [ref for ref in refs.values() if ref not in rows or rows[ref].due_at is None]
    await announce([Mark(ref, HEARTBEAT, seen=now) for ref in sent], world)
    return [_fared(kind, rows.get(ref), world) for kind, ref in refs.items()]


def _fared(kind: Kind, row: Record | None, world: World) -> Beat:
    if row is None or row.seen is None:
        return Beat(kind)
    if row.due_at is not None:
        waits = world.clock.now() - row.seen
        return Beat(kind, waits.total_seconds(), waits > BOUND) if waits > BOUND else Beat(kind)
    took = (row.written_at or row.seen) - row.seen
    return Beat(kind, took.total_seconds())
