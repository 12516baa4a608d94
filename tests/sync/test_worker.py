"""How one run drains a lane, where the world is slower than it would like."""

from collections.abc import Sequence
from datetime import timedelta

import pytest

from sandbox.oracle import views
from sandbox.seed import Size, fill
from sandbox.world.loop import run
from sandbox.world.ready import ready
from sandbox.world.world import LocalWorld
from tandem.model import Kind, Lane, Mark, Priority, Record, Ref
from tandem.sync.announce import announce
from tandem.sync.outcome import STRAGGLE, Done
from tandem.sync.whole import STALE_LIMIT
from tandem.sync.worker import BATCH, Outcomes, Vendors, World, drain


@pytest.mark.parametrize("lag", [0, 0.1, 0.2, 0.3])
def test_a_lagging_index_costs_a_moment_and_not_a_sweep(lag: float) -> None:
    world = LocalWorld(3, index_lag=lag)
    fill(world.shopify, Size(customers=1, products=1, orders=1, companies=0, checkouts=0), days=1)

    async def play() -> float:
        await ready(world)
        begun = world.clock.now
        await world.mark(Kind.ORDER, *(order["id"] for order in views.store(views.here(world.shopify))["orders"]))
        await world.settle()
        return (world.clock.now - begun).total_seconds()

    assert run(world.clock, play()) < 5
    assert world.verdict().agrees


def one_order(world: LocalWorld) -> Ref:
    fill(world.shopify, Size(customers=1, products=1, orders=1, companies=0, checkouts=0), days=1)
    [order] = views.store(views.here(world.shopify))["orders"]
    return Ref(world.shop, Kind.ORDER, order["id"])


def test_a_lease_lasts_until_the_last_call_of_the_run_can_have_landed() -> None:
    world = LocalWorld(3)
    ref = one_order(world)
    lane = Lane(world.shop, Kind.ORDER)

    async def play() -> list[timedelta]:
        await ready(world)
        world.hubspot.faults.add("delay", seconds=(0.2, 0.2))
        await world.mark(Kind.ORDER, ref.id)
        lasting = []
        while world.due():
            await world.time.sleep(0.01)
            held = world.store.lanes.get(lane)
            if held and held.until and held.until > world.clock.now:
                lasting.append(held.until - world.clock.now)
        return lasting

    lasting = run(world.clock, play())
    assert lasting
    assert min(lasting) > STRAGGLE


def test_an_answer_older_than_its_webhook_is_asked_for_again_but_not_for_ever() -> None:
    """The webhook told of a version that Shopify does not answer."""
    world = LocalWorld(3)
    ref = one_order(world)

    async def play() -> timedelta:
        await ready(world)
        begun = world.clock.now
        told_of = begun + timedelta(minutes=1)
        await announce([Mark(ref, "orders/updated", seen=told_of)], world.ports())
        await world.live(20)
        assert world.store.records[ref].link is None
        await world.settle()
        return world.clock.now - begun

    assert STALE_LIMIT <= run(world.clock, play()) < STALE_LIMIT + timedelta(seconds=30)
    assert world.verdict().agrees


def test_one_record_that_breaks_its_batch_is_found_by_halves() -> None:
    world = LocalWorld(3)
    poison = Ref(world.shop, Kind.ORDER, "77")
    batches: list[int] = []

    async def sync(rows: Sequence[Record], _vendors: Vendors, _world: World) -> Outcomes:
        batches.append(len(rows))
        if any(row.ref == poison for row in rows):
            raise KeyError("a name")
        return {row.ref: Done("written") for row in rows}

    async def play() -> None:
        await world.mark(Kind.ORDER, *map(str, range(BATCH[Priority.LIVE])))
        deadline = world.clock.now + timedelta(minutes=5)
        await drain(Lane(world.shop, Kind.ORDER), sync, lambda *_: world.vendors(), world.ports(), deadline)

    run(world.clock, play())
    assert len(batches) < 20
    assert [ref for ref, row in world.store.records.items() if row.due_at] == [poison]
    assert "KeyError in sync" in (world.store.records[poison].error or "")
    assert "a name" not in (world.store.records[poison].error or "")
