"""A slice of random schedules: every one keeps the promise, and the slice meets what there is to meet."""

from collections import Counter

import pytest

from sandbox.world.schedule import Outcome, play
from tests.worlds.shrink import shrunk
from tests.worlds.sometimes import FAULTS, missing

SLICES = [range(first, first + 50) for first in range(0, 600, 50)]


@pytest.fixture(scope="module")
def met() -> Counter[str]:
    """How often each thing happened in the schedules that were played."""
    return Counter()


@pytest.mark.parametrize("seeds", SLICES, ids=str)
def test_schedules_keep_the_promise(seeds: range, met: Counter[str]) -> None:
    """To look into one: `python -m tests.worlds SEED --shrink`."""
    problems = {}
    for seed in seeds:
        outcome = play(seed)
        met.update(outcome.met)
        if outcome.problems:
            problems[seed] = outcome.problems
    assert not problems


def test_the_schedules_met_every_fault(met: Counter[str]) -> None:
    """Else the test above would say little. Run it with the whole file."""
    assert not missing(met, FAULTS)


@pytest.mark.parametrize("seed", [2, 47])
def test_a_seed_is_a_schedule(seed: int) -> None:
    """The same steps, in the same order, with the same end; also when only what happened is played again."""
    outcome = play(seed)
    assert play(seed).digest == outcome.digest
    assert play(seed, outcome.plan, outcome.taken).digest == outcome.digest
    assert play(seed + 1).digest != outcome.digest


def test_a_failure_is_cut_down() -> None:
    """To what it needs: here that an order is placed."""

    def places(outcome: Outcome) -> bool:
        return outcome.met["merchant: place"] > 0 and outcome.met["written"] > 0

    outcome = play(next(seed for seed in range(100) if places(play(seed)) and len(play(seed).plan.events) > 4))
    least = shrunk(outcome, places)
    assert [event.what for event in least.plan.events] == ["place"]
    assert not least.taken
    assert least.plan.workers == least.plan.shards == 1
