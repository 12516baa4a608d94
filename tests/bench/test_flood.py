"""A flash sale in small: what is counted of it, and that nothing is lost while all goes wrong."""

from datetime import timedelta

import pytest

from bench.flood import Sale, held, hold
from bench.flood_world import FloodedWorld, Ledger, Wrong
from sandbox.clock import START
from sandbox.world.loop import run

SMALL = Sale(per_minute=240, minutes=0.25)


def test_nothing_is_lost_or_written_twice_while_all_goes_wrong() -> None:
    row = held(SMALL, perilous=True, seed=2)
    assert row.good, row.differences
    assert [row.figures[name] for name in ("lost", "duplicate", "partly_written", "own_429")] == [0, 0, 0, 0]
    assert row.figures["workers_killed"] == 1
    assert float(row.figures["drained_s"]) > 60, "the dead worker's lease had to run out"
    assert float(row.figures["faults_met"]) > 1


def test_in_peace_it_is_over_at_once() -> None:
    row = held(SMALL, perilous=False, seed=2)
    assert row.good, row.differences
    assert float(row.figures["drained_s"]) < 10
    assert row.figures["faults_met"] == 0


def test_what_is_missing_double_or_alone_is_counted() -> None:
    world = FloodedWorld(seed=2)
    run(world.clock, hold(world, Sale(per_minute=120, minutes=0.1), perilous=False))
    assert world.judged() == (Wrong(), [])
    does = world.hubspot.actions
    orders = world.hubspot.portal.store("orders").records
    first, second = list(orders)[:2]
    copied = {name: orders[second].properties[name] for name in ("hs_external_order_id", "hs_source_store")}
    does["archive"](object_type="orders", record_id=first)
    does["create"](object_type="orders", properties={"hs_order_name": "a copy", **copied})
    does["create"](object_type="line_items", properties={"name": "nobody's"})
    wrong, told = world.judged()
    assert (wrong.lost, wrong.duplicate) == (1, 1)
    assert wrong.orphan >= 1
    assert len(told) == sum(wrong.figures().values())


@pytest.mark.parametrize(("apart", "most"), [(1.0, 10), (0.1, 100), (20.0, 1)])
def test_the_busiest_ten_seconds_are_found(apart: float, most: int) -> None:
    ledger = Ledger()
    for number in range(200):
        ledger.record(START + timedelta(seconds=number * apart), "GET /x", "GET", "/x", 200)
    assert most <= ledger.busiest() <= most + 1


def test_a_refusal_that_no_fault_asked_for_is_our_own() -> None:
    ledger = Ledger()
    for status, fault in ((429, "status"), (429, "delay"), (429, None), (200, "delay")):
        ledger.record(START, "GET /x", "GET", "/x", status, fault)
    assert (ledger.refused, ledger.total) == (2, 4)
