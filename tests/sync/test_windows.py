"""Windows: what no webhook told of is found within a period, whatever befalls the run; what is in step is let be."""

from collections import Counter

import pytest

from sandbox.world.loop import run
from sandbox.world.ready import ready
from tandem.model import Kind, Record, Ref
from tandem.shopify.client import ShopifyClient
from tandem.sync.windows import walk
from tests.sync.carting import a_world, agrees, opened, row, states
from tests.sync.weeks import LAG, PERIOD, Week, played

CALLS = {
    "graphql orders": 1,
    "graphql customers": 1,
    "graphql abandonedCheckouts": 1,
    "POST /crm/objects/{V}/{type}/search": 3,
}
"""Of a pass with nothing changed: one for each kind in the store, one for each object in the account."""


async def period(week: Week) -> None:
    await week.live(LAG)
    assert all(one.ended == "done" for one in await week.windows())
    assert all(one.ended == "done" for one in await week.changes())
    await week.settle()
    # what a cart recovered stays what its order was worth when it came, though the order is edited later
    wrong = [text for text in map(str, week.verdict().differences) if "tandem_recovered_amount" not in text]
    assert not wrong
    assert not week.parked()
    await week.live(PERIOD.total_seconds() - LAG)


@pytest.mark.parametrize(("seed", "periods"), [(1, 24), (2, 24), (3, 96)])
def test_without_webhooks_every_period_ends_in_agreement_and_quiet_ones_cost_a_call_a_kind_and_side(
    seed: int, periods: int
) -> None:
    week = Week(seed)

    async def play() -> None:
        await week.begin()
        for _ in range(periods):
            week.trade()
            await period(week)
        for _ in range(3):  # what was written last is looked at once more
            await period(week)
        before, written = Counter(week.calls()), week.written()
        for _ in range(100):
            await period(week)
        assert week.written() == written
        assert {name: n / 100 for name, n in (Counter(week.calls()) - before).items()} == CALLS

    played(week, play())


def test_a_checkout_that_is_listed_after_its_row_was_given_up_gets_its_cart() -> None:
    """Its updatedAt is what the webhook told long ago."""
    world = a_world()

    async def play() -> None:
        await ready(world)
        world.shopify.faults.add("drop")
        checkout = opened(world)
        ref = Ref(world.shop, Kind.CART, checkout.token)
        told = Record(ref, seen=checkout.updated_at, checkout=checkout.legacy_resource_id)
        world.store.records[ref] = told
        await world.time.sleep(11 * 60)
        for expected in (1, 0):
            deadline = world.clock.now + PERIOD
            walked = await walk(Kind.CART, world.shop, ShopifyClient(world.store_api()), world.ports(), deadline)
            assert walked.counts["marked"] == expected
            await world.settle()
        assert row(world, checkout.token).version == checkout.updated_at

    run(world.clock, play())
    assert states(world) == ["abandoned"]
    agrees(world)
