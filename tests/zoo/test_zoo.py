"""The harness can fail: each planted bug breaks a schedule that holds without it."""

import pytest

from tests.zoo.all import BUGS
from tests.zoo.hunt import first_problem, hunt
from tests.zoo.planting import Bug, bug, planted

FURTHER = 400
"""Schedules from 0 on that are played where the one that caught a bug does so no longer, as after a change."""


CAUGHT = [one for one in BUGS if one.seed is not None]


@pytest.mark.parametrize("one", CAUGHT, ids=lambda one: one.name.replace(" ", "-"))
def test_a_bug_is_caught(one: Bug) -> None:
    """More seeds: `python -m tests.zoo 20000 "name"`."""
    found = hunt(one, [one.seed or 0, *range(FURTHER)])
    assert found.seed is not None, f"{found.schedules} schedules held, in which it was run {found.runs} times"


def test_there_are_enough_of_them() -> None:
    assert len(BUGS) >= 30
    assert len({one.name for one in BUGS}) == len(BUGS)


def test_a_bug_is_gone_afterwards() -> None:
    """What was planted is run, and leaves nothing behind."""

    @bug("every row waits for good", "I20", "sync.worker:_is_due")
    def nothing_is_due(original: object) -> object:
        return lambda row, now: False

    with planted(nothing_is_due) as runs:
        assert first_problem(1).startswith("I12")
    assert runs.total()
    assert first_problem(1) == ""
