"""Whatever the order in which signals of a checkout come, late or doubled: all permutations end in the same state."""

from itertools import permutations

import pytest

from sandbox.shopify.checkouts import checkouts
from sandbox.shopify.checkouts.checkout_model import Checkout
from sandbox.shopify.orders.order_model import Order
from sandbox.world.loop import run
from sandbox.world.ready import ready
from sandbox.world.world import RUN, SYNCS, LocalWorld
from tandem.model import Kind, Lane, Mark, Ref
from tandem.sync.worker import drain
from tests.sync.carting import a_world, agrees, carts, opened, states, updated

Signals = dict[str, Mark]


async def drained(world: LocalWorld) -> None:
    """All that is due, without waiting for what is put off."""
    for kind in (Kind.CART, Kind.ORDER, Kind.CART):
        await drain(
            Lane(world.shop, kind), SYNCS[kind], lambda *_: world.vendors(), world.ports(), world.clock.now + RUN
        )


async def at_rest(world: LocalWorld) -> None:
    """Until nothing is due."""
    while due := [row.due_at for row in world.store.records.values() if row.due_at]:
        await world.time.sleep(max((min(due) - world.clock.now).total_seconds(), 0) + 0.01)
        for kind in SYNCS:
            await drain(
                Lane(world.shop, kind), SYNCS[kind], lambda *_: world.vendors(), world.ports(), world.clock.now + RUN
            )


def of_checkout(world: LocalWorld, checkout: Checkout, topic: str, *, deleted: bool = False) -> Mark:
    """The signal of a webhook, as it is at this moment."""
    seen = None if deleted else checkout.updated_at
    ref = Ref(world.shop, Kind.CART, checkout.token)
    return Mark(ref, topic, seen=seen, deleted=deleted, fields={"checkout": checkout.legacy_resource_id})


class Flow:
    """Many checkouts that live the same life at once; each has its signals in an order of its own."""

    def __init__(self, world: LocalWorld, number: int) -> None:
        self.world = world
        self.checkouts = [opened(world) for _ in range(number)]
        self.signals: list[Signals] = [{} for _ in self.checkouts]
        self.tell("open", topic="checkouts/create")

    def tell(self, *names: str, topic: str = "checkouts/update", deleted: bool = False) -> None:
        for checkout, signals in zip(self.checkouts, self.signals, strict=True):
            signals.update(dict.fromkeys(names, of_checkout(self.world, checkout, topic, deleted=deleted)))

    def remove_a_line(self) -> None:
        for checkout in self.checkouts:
            updated(self.world, checkout, lines=1)
        self.tell("remove line")

    def abandon(self) -> None:
        self.world.clock.advance(700)
        self.tell("abandon", topic="reconcile")

    def complete(self) -> None:
        orders = [checkouts.complete_checkout(self.world.shopify.shop, checkout) for checkout in self.checkouts]
        self.tell("complete")
        for order, signals in zip(orders, self.signals, strict=True):
            signals["order"] = self.of_order(order)

    def of_order(self, order: Order) -> Mark:
        return Mark(Ref(self.world.shop, Kind.ORDER, order.legacy_resource_id), "orders/create", seen=order.updated_at)

    def delete(self) -> None:
        for checkout in self.checkouts:
            checkouts.delete_checkout(self.world.shopify.shop, checkout)
        self.tell("delete", topic="checkouts/delete", deleted=True)

    async def told(self, names: tuple[str, ...], first: tuple[str, ...] = ()) -> None:
        """Each checkout's signals in another order of these, after `first`, a worker after each."""
        orders = [(*first, *rest) for rest in permutations(names)]
        assert len(orders) == len(self.checkouts)
        for turn in range(len(orders[0])):
            marks = [signals[order[turn]] for order, signals in zip(orders, self.signals, strict=True)]
            await self.world.store.mark_many(marks, self.world.clock.now)
            await drained(self.world)
            await self.world.time.sleep(1)
        await at_rest(self.world)


def dark() -> LocalWorld:
    """A world in which webhooks are what the test says."""
    world = a_world(shopify={"search_lag": "0"})
    world.deaf = True
    return world


SEVEN = ("open", "update", "remove line", "abandon", "complete", "order", "late update")


@pytest.mark.parametrize("first", SEVEN)
def test_a_recovered_checkout_whatever_comes_first(first: str) -> None:
    """Seven signals, one of them late: 5,040 orders, 720 for each that comes first."""
    world = dark()

    async def play() -> None:
        await ready(world)
        flow = Flow(world, 720)
        world.clock.advance(5)
        for checkout in flow.checkouts:
            updated(world, checkout, note="gift")
        flow.tell("update", "late update")
        world.clock.advance(5)
        flow.remove_a_line()
        flow.abandon()
        flow.complete()
        world.clock.advance(5)
        await flow.told(tuple(name for name in SEVEN if name != first), (first,))

    run(world.clock, play())
    assert states(world) == ["recovered"] * 720
    agrees(world)


@pytest.mark.parametrize("completed", [True, False])
def test_a_deleted_checkout_whatever_comes_after(completed: bool) -> None:
    """Its cart was there before."""
    world = dark()
    names = ("open", "update", "late update", "delete", *(("complete", "order") if completed else ("remove line",)))

    async def play() -> None:
        await ready(world)
        flow = Flow(world, len(list(permutations(names))))
        flow.tell("update", "late update")
        flow.abandon()
        await world.store.mark_many([signals["abandon"] for signals in flow.signals], world.clock.now)
        await at_rest(world)
        assert set(states(world)) == {"abandoned"}
        flow.remove_a_line()
        if completed:
            flow.complete()
        flow.delete()
        world.clock.advance(5)
        await flow.told(names)

    run(world.clock, play())
    assert set(states(world)) == {"recovered" if completed else "expired"}
    assert len(carts(world)) == (720 if completed else 120)
    agrees(world)


NEVER_LISTED = ("open", "update", "complete", "order", "late update")


def test_a_checkout_paid_for_at_once_whatever_comes_first() -> None:
    """Shopify never lists it, so there is no cart in any of the 120 orders."""
    world = dark()

    async def play() -> None:
        await ready(world)
        flow = Flow(world, 120)
        flow.tell("update", "late update")
        world.clock.advance(60)
        flow.complete()
        world.clock.advance(5)
        await flow.told(NEVER_LISTED)

    run(world.clock, play())
    assert carts(world) == []
    agrees(world)


@pytest.mark.parametrize("listed", [True, False])
def test_a_checkout_that_is_deleted_before_anything_was_told(listed: bool) -> None:
    """No cart is made of it any more, for nothing can be read of it."""
    world = dark()

    async def play() -> None:
        await ready(world)
        flow = Flow(world, 120)
        flow.tell("update")
        flow.remove_a_line()
        flow.tell("late update")
        if listed:
            flow.abandon()
        flow.delete()
        await flow.told(("open", "update", "remove line", "late update", "delete"))
        await world.mark(Kind.CONTACT, *world.shopify.shop.customers.rows)
        await at_rest(world)

    run(world.clock, play())
    assert carts(world) == []
    agrees(world)


def test_a_checkout_that_is_left_whatever_comes_first() -> None:
    world = dark()

    async def play() -> None:
        await ready(world)
        flow = Flow(world, 120)
        flow.tell("update", "late update")
        world.clock.advance(5)
        flow.remove_a_line()
        flow.abandon()
        await flow.told(("open", "update", "remove line", "abandon", "late update"))

    run(world.clock, play())
    assert states(world) == ["abandoned"] * 120
    agrees(world)
