"""What random schedules found: each test is one of their stories, told as shortly as it can be."""

from sandbox.memory import MemoryStore
from sandbox.world.auditing import rebuilt
from sandbox.world.loop import run
from sandbox.world.ready import ready
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
