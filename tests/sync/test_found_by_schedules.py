"""What random schedules found: each test is one of their stories, told as shortly as it can be."""

from sandbox.memory import MemoryStore
from sandbox.oracle import views
from sandbox.world.auditing import rebuilt
from sandbox.world.loop import run
from sandbox.world.ready import ready
from sandbox.world.world import RUN
from tandem.model import Kind, Priority, Ref
from tandem.sync import hubspot_changes, resync
from tests.sync.carting import a_world, carts, left


def test_a_cart_whose_link_does_not_tell_its_token_is_not_made_twice_when_the_table_is_lost() -> None:
    """The resync after the rebuild finds the checkout by its number, and nothing else told whose that was."""
    world = a_world(shopify={"abandoned_checkout_url": "opaque"})

    async def play() -> None:
        await ready(world)
        await left(world)
        await world.settle()
        [cart] = carts(world)
        world.store = MemoryStore()
        await ready(world)
        await rebuilt(world)
        await world.settle()
        assert [one["tandem_key"] for one in carts(world)] == [cart["tandem_key"]]
        assert not world.parked()

    run(world.clock, play())


def test_a_line_of_a_cart_that_people_typed_over_is_put_back() -> None:
    """The walk over HubSpot's changes looked at lines of orders alone."""
    world = a_world()

    async def play() -> None:
        await ready(world)
        await left(world)
        await world.settle()
        lines = world.hubspot.portal.store("line_items").records
        line, was = next(iter(lines)), next(iter(lines.values())).properties["name"]
        world.hubspot.actions["edit"](object_type="line_items", record_id=line, properties={"name": "typed over"})
        await world.live(60)
        vendors, deadline = world.vendors(priority=Priority.RECONCILE), world.clock.now + RUN
        await hubspot_changes.look(world.shop, vendors, world.ports(), deadline)
        await world.settle()
        assert lines[line].properties["name"] == was

    run(world.clock, play())


def test_a_forced_resync_of_what_was_made_a_moment_ago_makes_no_line_twice() -> None:
    """Lines are found by their keys again, which HubSpot may need two seconds for."""
    world = a_world(switches={"unique_check": "racy"})

    async def play() -> None:
        await ready(world)
        world.shopify.actions["place_order"](lines=[{"title": "Mug", "price": "5"}])
        [order] = views.store(views.here(world.shopify))["orders"]
        await world.mark(Kind.ORDER, order["id"])
        while not world.store.records[Ref(world.shop, Kind.ORDER, order["id"])].written_at:
            await world.time.sleep(0.01)
        asked = resync.Request.model_validate({"kind": "order", "ids": [order["id"]], "force": True})
        await resync.mark_ids(asked, world.shop, world.ports())
        await world.settle()
        assert world.verdict().agrees, list(map(str, world.verdict().differences))

    run(world.clock, play())
