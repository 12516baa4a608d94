"""Looks for the schedule that catches a bug."""

import time
from collections.abc import Iterable
from dataclasses import dataclass

from sandbox.world.drawing import plan
from sandbox.world.schedule import play
from tests.zoo.planting import Bug, drawn, planted


@dataclass(frozen=True, slots=True)
class Hunted:
    """`seed` caught it by `problem`, after so many `schedules`; None: none did. `runs` is how often the bug was run."""

    bug: str
    seed: int | None
    problem: str
    schedules: int
    runs: int
    seconds: float


def hunt(one: Bug, seeds: Iterable[int]) -> Hunted:
    """Play until a schedule breaks in which the bug was run, and that holds without it.

    Those that cannot reach it are counted, and not played.
    """
    begun, schedules, ran = time.process_time(), 0, 0
    for seed in seeds:
        schedules += 1
        if not one.needs <= drawn(plan(seed)):
            continue
        with planted(one) as runs:
            problem = first_problem(seed)
        ran += runs.total()
        if problem and runs.total() and not first_problem(seed):
            return Hunted(one.name, seed, problem, schedules, ran, time.process_time() - begun)
    return Hunted(one.name, None, "", schedules, ran, time.process_time() - begun)


def first_problem(seed: int) -> str:
    try:
        return next(iter(play(seed).problems), "")
    except Exception as error:
        return f"{type(error).__name__}: {error}"
