"""HubSpot's keys are the authority: with all rows lost, everything is found again and nothing is made twice."""

import pytest

from sandbox.memory import MemoryStore
from sandbox.oracle import views
from sandbox.seed import Size, fill
from sandbox.world.loop import run
from sandbox.world.ready import ready
from sandbox.world.world import LocalWorld
from tandem.model import Kind, Priority


async def sync_everything(world: LocalWorld) -> None:
    await ready(world)
    books = views.store(views.here(world.shopify))
    await world.mark(Kind.CONTACT, *(one["id"] for one in books["customers"]), priority=Priority.BULK)
    await world.mark(Kind.ORDER, *(one["id"] for one in books["orders"]), priority=Priority.BULK)
    await world.settle()


def ids(world: LocalWorld) -> dict[str, set[str]]:
    """Every live record of the account, by object."""
    crm = views.crm(views.here(world.hubspot))
    return {name: {one["id"] for one in crm.live(name)} for name in ("contacts", "orders", "line_items")}


@pytest.mark.parametrize("check", ["atomic", "racy"])
def test_an_empty_table_finds_all_records_again_and_makes_none(check: str) -> None:
    world = LocalWorld(seed=3, switches={"unique_check": check})
    fill(world.shopify, Size(customers=20, products=5, orders=40, companies=1, checkouts=0), days=10)

    async def play() -> tuple[dict[str, set[str]], dict[str, set[str]]]:
        await sync_everything(world)
        before = ids(world)
        world.store = MemoryStore()
        await sync_everything(world)
        return before, ids(world)

    before, after = run(world.clock, play())
    assert min(map(len, before.values())) > 10
    assert after == before
    verdict = world.verdict()
    assert verdict.agrees, list(map(str, verdict.differences))
    assert not world.parked()
