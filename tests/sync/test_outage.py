"""A vendor that is down: one worker at a time tries it, nothing is lost or parked, live rows are made up for first."""

from datetime import timedelta
from itertools import pairwise

from bench.outage import Shop, outage
from sandbox.world.loop import run
from tandem.model import Mark
from tandem.sync.announce import announce
from tandem.sync.resync import FORGET
from tests.sync.weeks import Week, played


def test_all_is_made_up_for_after_an_outage_live_before_bulk() -> None:
    shop = Shop(seed=3, orders=20)
    found = run(shop.clock, outage(shop, hours=0.25, changes_an_hour=600))
    assert (found.wrong, found.parked, found.early) == (0, 0, 0)
    assert found.marks > found.rows, "rows coalesce"
    assert found.drain < 180


def test_while_hubspot_is_down_one_worker_at_a_time_tries_it() -> None:
    week = Week(1, shards=3)

    async def play() -> None:
        await week.begin()
        week.hubspot.faults.add("status", status=503)
        refs = [ref for ref in week.store.records if ref.kind in FORGET]
        await announce([Mark(ref, "resync", fields=FORGET[ref.kind]) for ref in refs], week.ports())
        await week.live(300)
        begun = len(week.hubspot.log.calls)
        await week.live(3600)
        at = [call.at for call in list(week.hubspot.log.calls)[begun:]]
        bursts = 1 + sum(later - one > timedelta(seconds=10) for one, later in pairwise(at))
        assert bursts <= 60, "twelve lanes, and one of them each minute"
        assert len(at) <= 12 * bursts
        assert not week.parked()
        week.hubspot.faults.clear()
        await week.settle()
        assert week.verdict().agrees

    played(week, play())
