"""The job under faults in small: every kind of fault there is has its turn, and deaths are told of one by one."""

from functools import partial

from bench.flood_world import FloodedWorld, Wrong
from bench.hostile import Job, Outcome, always, every, faults, killed, played
from sandbox.faults import CALL_FAULTS, WEBHOOK_FAULTS
from sandbox.world.mortal import Harm

SMALL = Job(brought=12, live=4, rate=4.0)


def test_every_kind_of_fault_has_its_turn() -> None:
    names = [name for name, _ in faults()]
    assert {name.split()[0] for name in names} == {*CALL_FAULTS, *WEBHOOK_FAULTS}
    assert len(names) == len(set(names))


def test_what_no_webhook_told_of_is_found_and_counted() -> None:
    def drop(world: FloodedWorld) -> None:
        world.shopify.faults.add("drop", "*orders*", probability=0.999)

    found, world = played(SMALL, "drop", drop)
    assert found.wrong == Wrong(), found.differences
    assert found.met >= SMALL.live
    assert not world.received, "no webhook came"


def test_a_job_that_loses_an_order_is_wrong() -> None:
    def lose(world: FloodedWorld) -> None:
        world.clock.call_later(60, partial(_delete_one, world))

    found, _ = played(SMALL, "", lose)
    assert found.wrong.lost == 1
    assert found.differences


def _delete_one(world: FloodedWorld) -> None:
    one = next(iter(world.hubspot.portal.store("orders").records))
    world.hubspot.actions["archive"](object_type="orders", record_id=one)


def test_a_worker_that_dies_loses_nothing_and_each_death_is_told_of() -> None:
    found = killed(Job(brought=4, live=0), every(5))
    total = Outcome.all(found)
    assert len(found) > 2
    assert total.met == len(found), "one death in each"
    assert total.wrong == Wrong(), total.differences
    assert total.seconds > 60, "a lease had to run out"


def test_deaths_come_before_and_after_calls_in_turn() -> None:
    chosen = every(7)
    befalls = {call: harms for call in range(1, 30) if (harms := chosen(call))}
    assert list(befalls) == [1, 8, 15, 22, 29]
    assert [harms[0] for harms in befalls.values()][:2] == [Harm.KILLED_BEFORE, Harm.KILLED_AFTER]
    assert len(always(3)) == 2
