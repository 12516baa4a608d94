"""A worker comes to harm at every single step of a cart's flow, or two work at once: none is lost, none doubled."""

import asyncio

import pytest

from sandbox.shopify.checkouts import checkouts
from sandbox.world.loop import run
from sandbox.world.mortal import Harm
from sandbox.world.ready import ready
from sandbox.world.world import LocalWorld
from tandem.model import Kind, Lane
from tests.sync.carting import a_world, agrees, opened, states, updated, wait

RACY = {"unique_check": "racy", "archived_key_upsert": "restore", "unique_conflict": "409", "untraced_batch": "207"}


def flow(doomed: int | None, harm: Harm, switches: dict[str, str]) -> LocalWorld:
    """A checkout is abandoned, loses a line, and is recovered; harm befalls a worker at a step."""
    world = a_world(switches=switches)

    async def play() -> None:
        await ready(world)
        checkout = opened(world)
        await world.time.sleep(615)
        world.fate.doomed, world.fate.harm = doomed, harm
        await wait(world, 1.5)
        updated(world, checkout, lines=1)
        await wait(world, 0.5)
        checkouts.complete_checkout(world.shopify.shop, checkout)
        await wait(world, 1)
        for _ in range(20):
            if not world.due():
                break
            await wait(world, 1)

    run(world.clock, play())
    return world


@pytest.mark.parametrize("switches", [{}, RACY], ids=["atomic", "racy"])
@pytest.mark.parametrize("abandoned", [1, 30])
def test_two_workers_at_once_make_each_cart_once(abandoned: int, switches: dict[str, str]) -> None:
    """One finds the lane held, whenever it comes; webhooks come twice, and their order's worker is at work, too."""
    world = a_world(switches=switches)
    world.shopify.faults.add("duplicate")

    async def play() -> None:
        await ready(world)
        left = [opened(world) for _ in range(abandoned)]
        await world.time.sleep(615)
        lanes = [Lane(world.shop, kind) for kind in (Kind.CART, Kind.CART, Kind.ORDER, Kind.ORDER)]
        await world.mark(Kind.CART, *(one.token for one in left), *(one.legacy_resource_id for one in left))
        await asyncio.gather(*map(world.ring, lanes))
        for checkout in left:
            checkouts.complete_checkout(world.shopify.shop, checkout)
            await asyncio.gather(*map(world.ring, lanes))
            await world.live(0.1)
        await wait(world, 15)

    run(world.clock, play())
    assert states(world) == ["recovered"] * abandoned
    agrees(world)


@pytest.mark.parametrize(
    ("harm", "switches"),
    [(harm, switches) for switches in ({}, RACY) for harm in Harm if (harm, switches) != (Harm.FROZEN, RACY)],
    ids=lambda one: ("racy" if one else "atomic") if isinstance(one, dict) else str(one),
)
def test_a_worker_may_come_to_harm_at_any_step(harm: Harm, switches: dict[str, str]) -> None:
    steps = len(flow(None, harm, switches).fate.steps)
    assert steps > 60
    for doomed in range(1, steps + 1):
        world = flow(doomed, harm, switches)
        if not world.fate.befallen:
            continue
        step = world.fate.steps[doomed - 1]
        assert states(world) == ["recovered"], (doomed, step)
        verdict = world.verdict()
        assert verdict.agrees, (doomed, step, list(map(str, verdict.differences)))
        assert not world.parked(), (doomed, step)
