"""What the shop's cart rules decide: when carts are abandoned and expire, and who gets one. The oracle agrees."""

from datetime import timedelta
from typing import Any

import pytest

from sandbox.shopify.checkouts import checkouts
from sandbox.world.loop import run
from sandbox.world.ready import ready
from tandem.model import Kind
from tandem.sync import cart_times
from tests.sync.carting import ADDRESS, a_world, agrees, carts, goods, left, linked, opened, rule, states, updated, wait


def test_time_alone_abandons_and_expires() -> None:
    world = a_world()

    async def look() -> Any:
        found = await cart_times.look(world.shop, world.ports(), world.clock.now + timedelta(minutes=5))
        await wait(world, 1)
        return found["marked"]

    async def play() -> None:
        await ready(world)
        await rule(world, abandon_minutes=60, expire_days=2)
        opened(world)
        await wait(world, 12)
        assert (await look(), states(world)) == (0, ["open"])
        await world.time.sleep(3600)
        assert (await look(), states(world)) == (1, ["abandoned"])
        assert await look() == 0
        await world.time.sleep(2 * 86_400)
        assert (await look(), states(world)) == (1, ["expired"])
        assert await look() == 0

    run(world.clock, play())
    assert carts(world)[0]["tandem_abandoned_date"]
    agrees(world, abandon_minutes=60, expire_days=2)


@pytest.mark.parametrize(("unfit", "state"), [("keep", "abandoned"), ("expire", "expired")])
def test_a_cart_that_stops_to_fit(unfit: str, state: str) -> None:
    world = a_world()
    smallest = goods(world)[0].price * 2 + 1

    async def play() -> None:
        await ready(world)
        checkout, _ = opened(world, 2), opened(world, 1)
        await rule(world, minimum=smallest, unfit=unfit)
        await wait(world, 12)
        assert len(carts(world)) == 1
        updated(world, checkout, lines=1)
        await wait(world, 1)

    run(world.clock, play())
    assert states(world) == [state]
    agrees(world, minimum=smallest, unfit=unfit)


def test_who_is_unknown_has_a_cart_only_where_the_rules_say_so() -> None:
    world = a_world(shopify={"checkout_makes_customer": "no"})

    async def play() -> None:
        await ready(world)
        token = opened(world).token
        await wait(world, 12)
        assert carts(world) == []
        await rule(world, email_only=False)
        await world.mark(Kind.CART, token)
        await wait(world, 1)

    run(world.clock, play())
    assert states(world) == ["abandoned"]
    agrees(world, email_only=False)


def test_what_expired_stays_so_until_it_is_paid_for() -> None:
    world = a_world()

    async def play() -> None:
        await ready(world)
        await rule(world, expire_days=1)
        going, paying = await left(world), await left(world, 1)
        await world.time.sleep(86_400)
        await world.mark(Kind.CART, going.token, paying.token)
        await wait(world, 1)
        assert states(world) == ["expired", "expired"]
        updated(world, going, lines=1)
        checkouts.complete_checkout(world.shopify.shop, paying)
        await wait(world, 3)

    run(world.clock, play())
    assert sorted(states(world)) == ["expired", "recovered"]
    agrees(world, expire_days=1)


@pytest.mark.parametrize("email_only", [True, False])
@pytest.mark.parametrize("said", [{"phone": "+33612345678"}, {"email": ADDRESS}], ids=["phone", "e-mail"])
def test_who_can_not_be_written_to(email_only: bool, said: dict[str, Any]) -> None:
    """A buyer who left a phone number alone; and one of whom Shopify makes no customer."""
    world = a_world(shopify={"checkout_makes_customer": "yes" if "phone" in said else "no"})

    async def play() -> None:
        await ready(world)
        await rule(world, email_only=email_only)
        await left(world, **{"email": None, **said})

    run(world.clock, play())
    assert states(world) == ([] if email_only else ["abandoned"])
    assert linked(world, "contacts") == ([] if email_only else [set()])
    agrees(world, email_only=email_only)
