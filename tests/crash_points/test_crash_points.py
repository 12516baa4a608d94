"""Every step of every flow, with one harm each: nothing is lost, doubled, or left behind.

All harms at each step, and pairs of them: `python -m tests.crash_points --again 7`.
"""

import pytest

from sandbox.world.mortal import Harm
from tests.crash_points.__main__ import in_turn
from tests.crash_points.explorer import Explorer, explore
from tests.crash_points.flows import ATOMIC, FLOWS, new_orders


@pytest.mark.parametrize("name", FLOWS)
def test_a_worker_may_come_to_harm_at_any_step(name: str) -> None:
    """But for one: a worker frozen past its lease, in an account whose check of unique values is not atomic."""
    found = explore(FLOWS[name], Explorer(in_turn(name)))
    assert not found.failures
    assert found.points > 10


def test_a_copy_tells_what_does_not_hold() -> None:
    """The judgement can fail, in copies too, and in copies of copies."""

    def spoilt(explorer: Explorer) -> list[str]:
        return [*new_orders(ATOMIC, explorer), *(["spoilt"] if explorer.harms else [])]

    found = explore(spoilt, Explorer(lambda number: (Harm.KILLED_AFTER,) if number % 16 == 1 else (), again=16))
    assert (found.points, found.pairs > 4) == (4, True)
    assert len(found.failures) == found.points + found.pairs
