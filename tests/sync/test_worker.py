"""A lane whose index of due rows is slower than its bell."""

import pytest

from sandbox.oracle import views
from sandbox.seed import Size, fill
from sandbox.world.loop import run
from sandbox.world.ready import ready
from sandbox.world.world import LocalWorld
from tandem.model import Kind


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
