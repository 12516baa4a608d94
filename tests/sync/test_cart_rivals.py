"""Two workers at once, however they meet: no cart is lost, none doubled."""

import asyncio

import pytest

from sandbox.shopify.checkouts import checkouts
from sandbox.world.loop import run
from sandbox.world.ready import ready
from tandem.model import Kind, Lane
from tests.sync.carting import a_world, agrees, opened, states, wait

RACY = {"unique_check": "racy", "archived_key_upsert": "restore", "unique_conflict": "409", "untraced_batch": "207"}


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
