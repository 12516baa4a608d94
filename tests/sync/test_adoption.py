"""Orders, contacts and lines that were in HubSpot before: recognised and written to, never doubled."""

from sandbox.demo.before import furnish
from sandbox.oracle import views
from sandbox.oracle.judge import judge
from sandbox.seed import Size, fill
from sandbox.world.loop import run
from sandbox.world.mortal import Harm
from sandbox.world.ready import ready
from sandbox.world.world import LocalWorld
from tandem.model import Kind, Priority, Ref

NATIVE = {"hs_order_name": "#1", "hs_source_store": "another.myshopify.com"}
SHOWN = 600
"""Seconds after which HubSpot's search shows what was made before."""


def furnished(seed: int = 4) -> tuple[LocalWorld, views.Crm, int]:
    """A store, what its account holds before the first sync, and how many of the store's orders are there."""
    world = LocalWorld(seed)
    fill(world.shopify, Size(customers=20, products=10, orders=40, companies=1, checkouts=0), days=30)
    there = furnish(world.shopify.shop, world.hubspot)
    world.clock.advance(SHOWN)
    return world, views.crm(views.here(world.hubspot)), there["orders"]


async def first_sync(world: LocalWorld) -> None:
    await ready(world)
    books = views.store(views.here(world.shopify))
    await world.mark(Kind.CONTACT, *(one["id"] for one in books["customers"]), priority=Priority.BULK)
    await world.mark(Kind.ORDER, *(one["id"] for one in books["orders"]), priority=Priority.BULK)
    await world.settle()


def judged(world: LocalWorld, before: views.Crm) -> list[str]:
    found = judge(views.store(views.here(world.shopify)), views.crm(views.here(world.hubspot)), before)
    return list(map(str, found.differences))


def live_orders(world: LocalWorld) -> int:
    return len(list(views.crm(views.here(world.hubspot)).live("orders")))


def test_what_another_integration_made_is_written_to_and_not_doubled() -> None:
    world, before, there = furnished()
    assert there > 5
    run(world.clock, first_sync(world))
    assert judged(world, before) == []
    sold = [one for one in views.store(views.here(world.shopify))["orders"] if not one["test"]]
    assert live_orders(world) == len(sold)


def test_a_worker_that_dies_while_it_adopts_leaves_nothing_double() -> None:
    """After each of its calls that write."""
    world, _, _ = furnished()
    run(world.clock, first_sync(world))
    writes = [n for n, step in enumerate(world.fate.steps, 1) if step.endswith(("upsert", "update", "default"))]
    for step in writes:
        world, before, _ = furnished()
        world.fate.harms = {step: Harm.KILLED_AFTER}
        run(world.clock, first_sync(world))
        assert world.fate.befallen == 1
        assert judged(world, before) == [], world.fate.steps[step - 1]


def test_an_order_of_the_same_number_in_another_store_is_nobody_s() -> None:
    world = LocalWorld(4)
    fill(world.shopify, Size(customers=1, products=1, orders=1, companies=0, checkouts=0), days=1)
    [order] = views.store(views.here(world.shopify))["orders"]
    theirs = NATIVE | {"hs_external_order_id": order["id"]}
    made = world.hubspot.actions["create"](object_type="orders", properties=theirs)
    world.clock.advance(SHOWN)
    run(world.clock, first_sync(world))
    link = world.store.records[Ref(world.shop, Kind.ORDER, order["id"])].link
    assert link not in (None, made["id"])
    assert live_orders(world) == 2
