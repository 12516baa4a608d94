"""Marks rows due and wakes their workers: how every part of the engine passes on news."""

from collections.abc import Sequence

from tandem.model import Mark, lane_of
from tandem.sync.worker import World


async def announce(marks: Sequence[Mark], world: World) -> int:
    """How many rows became due. Their lanes are rung for only then: a due row's worker knows already."""
    if not marks:
        return 0
    became_due = await world.store.mark_many(marks, world.clock.now())
    if became_due:
        for lane in sorted({lane_of(mark.ref, world.shards) for mark in marks}):
            await world.bell.ring(lane)
    return became_due
