"""Rings the lanes with overdue rows, so that a lost bell does no harm, and measures what waits."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from tandem.model import Kind, Lane, Priority, Record, Refused
from tandem.sync.resync import GoOn, left_behind
from tandem.sync.worker import World

KINDS = (Kind.CONTACT, Kind.ORDER, Kind.STAGE, Kind.CART)
OVERDUE = timedelta(seconds=30)
LOOKED_AT = 10
"""Of the oldest in a lane's index, which may lag and name rows that are no longer due."""
PARKED = 1_000
SHOWN = 5


@dataclass(slots=True)
class Swept:
    """`oldest` is how long the oldest row of a priority has been due. `parked` are ids by reason and what to do."""

    oldest: dict[Priority, timedelta] = field(default_factory=lambda: dict.fromkeys(Priority, timedelta()))
    rung: list[Lane] = field(default_factory=list)
    closed: dict[Lane, Refused] = field(default_factory=dict)
    parked: Mapping[str, Sequence[str]] = field(default_factory=dict)
    jobs: list[str] = field(default_factory=list)

    @property
    def parked_rows(self) -> int:
        return sum(map(len, self.parked.values()))


async def sweep(shop: str, world: World, go_on: GoOn) -> Swept:
    """Ring, let abandoned jobs go on, and tell what there is."""
    swept = Swept()
    for kind in KINDS:
        for shard in range(world.shards):
            await _look(Lane(shop, kind, shard), world, swept)
    swept.parked = _by_reason(await world.store.parked(shop, PARKED))
    for name in await left_behind(shop, world):
        await go_on(name)
        swept.jobs.append(name)
    return swept


async def _look(lane: Lane, world: World, swept: Swept) -> None:
    """One lane. A closed one is not rung: it gets no worker before it opens."""
    now = world.clock.now()
    overdue = False
    for priority in Priority:
        age = await _oldest(lane, priority, now, world)
        swept.oldest[priority] = max(swept.oldest[priority], age)
        overdue |= age > OVERDUE
    closed = await world.store.closed(lane, now)
    if closed is not None:
        swept.closed[lane] = closed
    elif overdue:
        await world.bell.ring(lane)
        swept.rung.append(lane)


async def _oldest(lane: Lane, priority: Priority, now: datetime, world: World) -> timedelta:
    refs = await world.store.due(lane, priority, now, LOOKED_AT)
    rows = await world.store.read(refs) if refs else {}
    ages = [now - row.due_at for row in rows.values() if row.due_at is not None]
    return max([timedelta(), *ages])


def _by_reason(rows: Sequence[Record]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        found[row.error or "no reason noted"].append(f"{row.ref.kind} {row.ref.id}")
    return dict(found)
