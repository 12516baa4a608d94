"""Resync is complete whatever befalls the run that pages: outages, kills, another run at the same time."""

import asyncio

import pytest

from sandbox.world.mortal import Fate, Harm, Killed, Life
from tandem.model import Kind
from tandem.sync.resync import Progress, left_behind, work
from tests.sync.shopful import ALL_CUSTOMERS, ALL_ORDERS, RUN, SHOP, SOLD, Listed, Shopful, broken

COUNTS = {kind.value: number for kind, number in SOLD.items()}


def test_an_outage_interrupts_and_the_job_is_found_again() -> None:
    shop = Shopful()
    name = shop.begin()
    broken(shop, name, pages=2)
    assert asyncio.run(left_behind(SHOP, shop.world())) == [], "the run may yet be on it"
    shop.clock.advance(RUN.total_seconds() + 1)
    assert asyncio.run(left_behind(SHOP, shop.world())) == [name]
    assert shop.work(name).job.counts == COUNTS
    assert len(shop.listed) == 6, "no page twice"
    assert asyncio.run(left_behind(SHOP, shop.world())) == []


def killed_at(step: int, harm: Harm) -> tuple[Shopful, int]:
    shop = Shopful()
    fate = Fate(shop.clock, step, harm)
    name = shop.begin()
    try:
        shop.work(name, Life(fate))
    except Killed:
        shop.clock.advance(RUN.total_seconds() + 1)
    for left in asyncio.run(left_behind(SHOP, shop.world())):
        shop.work(left)
    return shop, fate.befallen


@pytest.mark.parametrize("harm", [Harm.KILLED_BEFORE, Harm.KILLED_AFTER])
def test_a_run_killed_at_any_step_is_completed_by_another(harm: Harm) -> None:
    shop = Shopful()
    fate = Fate(shop.clock)
    shop.work(shop.begin(), Life(fate))
    assert fate.steps.count("mark") == sum(COUNTS.values())
    assert fate.steps.count("save_job") == 7
    for step in range(1, len(fate.steps) + 1):
        shop, befallen = killed_at(step, harm)
        assert befallen == 1
        assert (shop.due(Kind.CONTACT), shop.due(Kind.ORDER)) == (ALL_CUSTOMERS, ALL_ORDERS), fate.steps[step - 1]
        assert shop.due(Kind.CART) == ["1", "2"], fate.steps[step - 1]
        job = asyncio.run(shop.store.job(SHOP, "resync everything"))
        assert job is not None
        assert job.done
        assert job.counts == COUNTS


def test_two_runs_at_once_do_no_harm() -> None:
    shop = Shopful()
    name = shop.begin()

    async def listing(kind: Kind, after: str | None) -> Listed:
        await asyncio.sleep(0)
        return await shop.pages(kind, after)

    async def both() -> list[Progress | None]:
        deadline = shop.now() + RUN
        runs = (work(name, SHOP, listing, shop.world(), deadline, shop.go_on) for _ in range(2))
        return list(await asyncio.gather(*runs))

    ended = sorted(progress.ended for progress in asyncio.run(both()) if progress)
    assert ended == ["done", "overtaken"]
    assert (shop.due(Kind.CONTACT), shop.due(Kind.ORDER)) == (ALL_CUSTOMERS, ALL_ORDERS)
    job = asyncio.run(shop.store.job(SHOP, name))
    assert job is not None
    assert job.counts == COUNTS
