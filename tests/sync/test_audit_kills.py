"""An audit that is killed at any step, or loses any answer, ends with the same report, and heals the same."""

from collections.abc import Mapping
from itertools import count
from typing import Any

import pytest

from sandbox.seed import Size
from sandbox.world.auditing import all_findings, audited
from sandbox.world.drift import Drift
from sandbox.world.loop import run
from sandbox.world.mortal import Fate, Harm, Life
from sandbox.world.world import LocalWorld
from tandem.sync import audit
from tests.sync.test_audit import in_step, told

FEW = Size(customers=5, products=3, orders=6, companies=1, checkouts=0)
CARTED = Size(customers=6, products=3, orders=8, companies=0, checkouts=8)
HARMS = [Harm.KILLED_BEFORE, Harm.KILLED_AFTER, Harm.LOST]


async def counted(world: LocalWorld, fate: Fate, *, heal: bool = False) -> tuple[Mapping[str, Any], set[Any]]:
    """A whole audit with such a fate: what its report counts, and what it found."""
    job = await audited(world, heal=heal, life=lambda: Life(fate))
    told_of = audit.summary(job)
    return {name: told_of[name] for name in ("counts", "found", "not compared")}, told(await all_findings(world))


@pytest.mark.parametrize("harm", HARMS)
def test_a_report_is_the_same_whatever_step_it_is_killed_at(harm: Harm) -> None:
    world = LocalWorld(seed=8)
    drift = Drift(world)

    async def play() -> None:
        await in_step(world, FEW)
        for what in ("edit order", "unlink line", "move order", "copy order", "edit contact", "delete contact"):
            drift.drive(what)
        fate = Fate(world.clock)
        whole = await counted(world, fate)
        assert whole[1] == drift.expected
        assert len(fate.steps) > 50
        for step in range(1, len(fate.steps) + 1):
            doomed = Fate(world.clock, step, harm)
            assert await counted(world, doomed) == whole, fate.steps[step - 1]
            assert doomed.befallen == 1

    run(world.clock, play())


@pytest.mark.parametrize("harm", HARMS)
def test_what_is_healed_is_the_same_whatever_step_it_is_killed_at(harm: Harm) -> None:
    world = LocalWorld(seed=9)

    async def play() -> None:
        await in_step(world, FEW)
        for step in count():
            drift = Drift(world)
            for what in ("edit order", "unlink contact", "move order", "edit line", "edit contact"):
                drift.drive(what)
            fate = Fate(world.clock, step or None, harm)
            report, found = await counted(world, fate, heal=True)
            assert found == drift.expected
            assert sum(report["found"].values()) == len(drift.expected)
            await world.settle()
            assert world.verdict().agrees, step
            if step and not fate.befallen:
                break  # that was the step after the last
        assert step > 50

    run(world.clock, play())


@pytest.mark.parametrize("harm", HARMS)
def test_what_is_told_and_healed_of_carts_is_the_same_whatever_step_it_is_killed_at(harm: Harm) -> None:
    world = LocalWorld(seed=5)
    copied = Drift(world)

    async def play() -> None:
        await in_step(world, CARTED)
        copied.drive("copy a cart")
        for step in count():
            drift = Drift(world)
            for what in ("edit a cart", "unlink a buyer of a cart", "link an order to a cart"):
                drift.drive(what)
            fate = Fate(world.clock, step or None, harm)
            report, found = await counted(world, fate, heal=True)
            assert found == drift.expected | copied.expected, step
            assert sum(report["found"].values()) == len(found)
            await world.settle()
            assert world.verdict().agrees, step
            if step and not fate.befallen:
                break
        assert step > 50

    run(world.clock, play())
