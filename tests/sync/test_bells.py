"""Bells that come often are heard as one, and none that matters is left out."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from sandbox.seed import Size, fill
from sandbox.world.loop import run
from sandbox.world.ready import ready
from sandbox.world.world import HOP, LocalWorld
from tandem.bells import OFTEN, Bells
from tandem.model import Kind, Lane

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
LANE, OTHER = Lane("one.myshopify.com", Kind.ORDER), Lane("one.myshopify.com", Kind.CONTACT)


def after(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def rung(bells: Bells, lane: Lane, at: datetime) -> int | None:
    delay = bells.delay(lane, at)
    if delay is not None:
        bells.sent(lane, at, delay)
    return delay


def test_a_burst_is_heard_at_once_and_its_end_for_sure() -> None:
    bells = Bells()
    assert [rung(bells, LANE, after(number / 100)) for number in range(OFTEN)] == [0] * OFTEN
    assert rung(bells, LANE, after(0.5)) == 1
    assert rung(bells, LANE, after(1.49)) is None, "the bell of 0.5 s is heard at 1.5 s, so after this news"
    assert rung(bells, OTHER, after(1.49)) == 0
    assert rung(bells, LANE, after(1.5)) == 0, "that bell may have been heard by now"


def test_a_bell_that_could_not_be_sent_counts_for_nothing() -> None:
    bells = Bells()
    for number in range(OFTEN):
        rung(bells, LANE, after(number / 100))
    assert bells.delay(LANE, after(0.5)) == bells.delay(LANE, after(0.6)) == 1


def test_a_clock_that_is_set_back_silences_nobody() -> None:
    bells = Bells()
    for number in range(OFTEN + 1):
        rung(bells, LANE, after(number / 100))
    assert rung(bells, LANE, after(-3600)) is not None


class Gathering(LocalWorld):
    """Bells go through `Bells`, and no sweep makes good for one that is missing."""

    bells = Bells()
    rung = 0

    async def ring(self, lane: Lane) -> None:
        delay = self.bells.delay(lane, self.clock.now)
        if delay is not None:
            self.rung += 1
            asyncio.get_running_loop().call_later(HOP + delay, self._start, lane)
            self.bells.sent(lane, self.clock.now, delay)

    async def sweep(self) -> None:
        """Never."""


@pytest.mark.parametrize(("seed", "lag"), [(1, 0), (2, 0), (3, 0.2)])
def test_a_flash_of_orders_is_brought_over_with_few_bells_and_no_sweep(seed: int, lag: float) -> None:
    world = Gathering(seed, index_lag=lag)
    world.bells = Bells()
    fill(world.shopify, Size(customers=0, products=3, orders=0, companies=0, checkouts=0), days=1)
    [variant, *_] = world.shopify.shop.variants.rows
    orders = 90

    async def play() -> None:
        await ready(world)
        world.hubspot.faults.add("delay", seconds=(0.05, 0.2))
        for number in range(orders):
            buyer = f"buyer.{number % 20}@example.com"
            world.shopify.actions["place_order"](lines=[{"variant": variant}], email=buyer)
            await world.live(1 / 30)
        await world.settle(60)

    run(world.clock, play())
    assert world.verdict().agrees
    assert world.rung < orders


def test_a_lone_order_costs_one_lease_and_one_release() -> None:
    world = LocalWorld(3)
    fill(world.shopify, Size(customers=1, products=1, orders=1, companies=0, checkouts=0), days=1)

    async def play() -> None:
        await ready(world)
        await world.mark(Kind.CONTACT, *(one.legacy_resource_id for one in world.shopify.shop.customers.rows.values()))
        await world.settle()
        world.fate.steps.clear()
        [order] = world.shopify.shop.table("Order").rows
        world.shopify.actions["edit_order_details"](order=order, note="wrap it")
        await world.settle()

    run(world.clock, play())
    lane = [step for step in world.fate.steps if step in {"lease", "renew", "release", "close"}]
    runs = lane.count("lease")
    assert runs
    assert sorted(lane) == ["lease"] * runs + ["release"] * runs
