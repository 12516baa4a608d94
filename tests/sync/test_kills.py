"""A worker dies at every single step of an order's flow: nothing is lost, nothing is doubled."""

from collections.abc import Mapping

import pytest

from sandbox.oracle import views
from sandbox.seed import Size, fill
from sandbox.world.loop import run
from sandbox.world.mortal import Harm
from sandbox.world.ready import ready
from sandbox.world.world import LocalWorld
from tandem.model import Kind

ATOMIC = {"unique_check": "atomic"}
RACY = {"unique_check": "racy", "archived_key_upsert": "restore", "unique_conflict": "409", "untraced_batch": "207"}
"""HubSpot's undocumented behaviour, both ways."""


def flow(doomed: int | None, harm: Harm, switches: Mapping[str, str]) -> LocalWorld:
    """Two orders and their customers become due at once, as webhooks make them; harm befalls a worker at a step."""
    world = LocalWorld(seed=11, switches=switches)
    fill(world.shopify, Size(customers=2, products=2, orders=2, companies=0, checkouts=0), days=1)
    books = views.store(views.here(world.shopify))

    async def play() -> None:
        await ready(world)
        world.fate.doomed, world.fate.harm = doomed, harm
        await world.mark(Kind.CONTACT, *(customer["id"] for customer in books["customers"]))
        await world.mark(Kind.ORDER, *(order["id"] for order in books["orders"]))
        await world.settle(1800)

    run(world.clock, play())
    return world


@pytest.mark.parametrize(
    ("harm", "switches"),
    [(harm, switches) for switches in (ATOMIC, RACY) for harm in Harm if (harm, switches) != (Harm.FROZEN, RACY)],
    ids=lambda one: one["unique_check"] if isinstance(one, Mapping) else str(one),
)
def test_a_worker_may_come_to_harm_at_any_step(harm: Harm, switches: Mapping[str, str]) -> None:
    """But for one: a worker frozen past its lease, in an account whose check of unique values is not atomic."""
    whole = flow(None, harm, switches)
    assert whole.verdict().agrees
    steps = len(whole.fate.steps)
    assert steps > 30
    for doomed in range(1, steps + 1):
        world = flow(doomed, harm, switches)
        assert world.fate.befallen == 1, f"nothing befell step {doomed}"
        verdict = world.verdict()
        assert verdict.agrees, (doomed, world.fate.steps[doomed - 1], list(map(str, verdict.differences)))
        assert not world.parked()
