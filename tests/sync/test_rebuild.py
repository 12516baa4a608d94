"""A table that was lost is made anew from HubSpot's keys: every link, and no record twice."""

from collections import Counter

import pytest

from sandbox.memory import MemoryStore
from sandbox.seed import Size
from sandbox.world.auditing import rebuilt
from sandbox.world.loop import run
from sandbox.world.ready import ready
from sandbox.world.world import LocalWorld
from tandem.model import Kind, Record, Ref
from tests.sync.test_audit import in_step
from tests.sync.test_lost_table import ids

SOME = Size(customers=20, products=5, orders=40, companies=1, checkouts=0)
FEW = Size(customers=4, products=3, orders=5, companies=0, checkouts=0)


def links(world: LocalWorld) -> dict[Ref, object]:
    """What rows know of HubSpot."""
    return {ref: (row.link, _lines(row)) for ref, row in world.store.records.items() if row.link}


def _lines(row: Record) -> dict[str, str]:
    return dict(row.children) if row.ref.kind is Kind.ORDER else {}


@pytest.mark.parametrize("check", ["atomic", "racy"])
def test_a_lost_table_is_linked_anew_without_a_record_made_or_a_search(check: str) -> None:
    world = LocalWorld(seed=3, switches={"unique_check": check})

    async def play() -> None:
        await in_step(world, SOME)
        before, known = ids(world), links(world)
        world.store = MemoryStore()
        await ready(world)
        world.hubspot.log.clear()
        job = await rebuilt(world)
        await world.settle()
        assert ids(world) == before
        assert links(world) == known
        assert world.verdict().agrees
        assert not world.parked()
        assert job.counts["orders linked"] == len(before["orders"])
        assert job.counts["contacts linked"] == len(before["contacts"])
        made = Counter({name: count for name, count in world.hubspot.log.counts.items() if name.endswith("/upsert")})
        assert not made

    run(world.clock, play())


def test_where_nothing_is_lost_nothing_is_changed() -> None:
    world = LocalWorld(seed=4)

    async def play() -> None:
        await in_step(world, FEW)
        before = dict(world.store.records)
        world.hubspot.log.clear()
        job = await rebuilt(world)
        assert (job.counts["orders linked"], job.counts["contacts linked"]) == (0, 0)
        await world.settle()
        assert links(world).keys() == {ref for ref, row in before.items() if row.link}
        assert not [name for name in world.hubspot.log.counts if "update" in name or "upsert" in name]

    run(world.clock, play())


def carts(world: LocalWorld) -> dict[str, tuple[str, ...]]:
    """Every live cart and line: its key, and what it is called by or in which state."""
    return {
        record.id: (record.properties["tandem_key"], record.properties.get("hs_external_status", ""))
        for name in ("carts", "line_items")
        for record in world.hubspot.portal.store(name).records.values()
        if record.archived is None
    }


def test_carts_are_linked_anew_in_the_state_they_were() -> None:
    world = LocalWorld(seed=2)

    async def play() -> None:
        await in_step(world, Size(customers=15, products=5, orders=20, companies=0, checkouts=12))
        before = carts(world)
        assert len({key for key, state in before.values() if state}) > 3
        world.store = MemoryStore()
        await ready(world)
        world.hubspot.log.clear()
        job = await rebuilt(world)
        await world.settle()
        assert carts(world) == before
        assert job.counts["carts linked"] == len({key for key, state in before.values() if state})
        assert not [name for name in world.hubspot.log.counts if "upsert" in name]
        assert not world.parked()

    run(world.clock, play())
