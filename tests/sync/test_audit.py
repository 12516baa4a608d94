"""An audit finds every record that is not as it must be, and no other; heals what can be healed; tells of the rest."""

from typing import Any

from sandbox.oracle import views
from sandbox.seed import Size, fill
from sandbox.world.auditing import all_findings, audited
from sandbox.world.loop import run
from sandbox.world.ready import ready
from sandbox.world.world import LocalWorld
from tandem.model import Job, Kind, Priority
from tandem.sync import audit

SIZE = Size(customers=12, products=5, orders=25, companies=2, checkouts=0)
KEY = "tandem_key"


async def in_step(world: LocalWorld) -> None:
    """A store and an account that agree, long after anything changed."""
    fill(world.shopify, SIZE, days=20)
    await ready(world)
    books = views.store(views.here(world.shopify))
    await world.mark(Kind.CONTACT, *(one["id"] for one in books["customers"]), priority=Priority.BULK)
    await world.mark(Kind.ORDER, *(one["id"] for one in books["orders"]), priority=Priority.BULK)
    await world.settle()
    await world.live(1_200)
    assert world.verdict().agrees


def test_nothing_is_found_where_both_sides_agree() -> None:
    world = LocalWorld(seed=5)

    async def play() -> tuple[Job, list[dict[str, Any]]]:
        await in_step(world)
        return await audited(world), await all_findings(world)

    job, found = run(world.clock, play())
    assert found == []
    told = audit.summary(job)
    assert told["found"] == {}
    assert told["counts"]["contacts compared"] == SIZE.customers
    assert told["counts"]["orders compared"] == SIZE.orders
