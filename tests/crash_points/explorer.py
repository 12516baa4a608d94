"""Harm at every step of a flow: just before a step the whole process is forked, and the copy comes to harm there.

A flow is played once; each copy plays only what follows, judges it, and tells its parent through a pipe.
"""

import asyncio
import gc
import json
import os
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Never

from sandbox.clock import Clock
from sandbox.world.mortal import Fate, Harm
from sandbox.world.world import LocalWorld

IDLE = ["due"] * 4
"""A worker that looks for work and finds none, again: dying then is like dying at the look before."""


@dataclass(slots=True)
class Report:
    """`points` are steps with a harm, `pairs` those that followed another harm; `failures` is what did not hold."""

    steps: int = 0
    points: int = 0
    pairs: int = 0
    failures: list[str] = field(default_factory=list)

    def add(self, other: Mapping[str, Any]) -> None:
        self.points += other["points"]
        self.pairs += other["pairs"]
        self.failures += other["failures"]


class Explorer(Fate):
    """The fate of a world's workers: harm at each step, each time in a world of its own.

    `drawn` says which harms come at a step; after the first, a second comes at every `again`th step (0: none does).
    """

    def __init__(self, drawn: Callable[[int], tuple[Harm, ...]], *, again: int = 0, at_once: int = 1) -> None:
        super().__init__(Clock())
        self.report = Report()
        self._drawn, self._again, self._at_once = drawn, again, at_once
        self._begun, self._tried = False, 0
        self._depth, self._first = 0, 0
        self._pipe: int | None = None
        self._copies: list[tuple[int, int]] = []

    def begin(self, world: LocalWorld) -> None:
        """From here on workers may come to harm."""
        self.clock, world.fate = world.clock, self
        self._begun = True

    def at(self, number: int) -> Harm | None:
        if self._begun and number > self._tried and self.steps[-len(IDLE) :] != IDLE:
            self._tried = number
            for harm in self._coming(number):
                if self._copy(number, harm):
                    break
        return super().at(number)

    def _coming(self, number: int) -> tuple[Harm, ...]:
        if self._depth == 0:
            return self._drawn(number)
        second = self._depth == 1 and self._again and (number - self._first) % self._again == 0
        return self._drawn(number)[:1] if second else ()

    def _copy(self, number: int, harm: Harm) -> bool:
        """True in the copy."""
        while len(self._copies) >= self._at_once:
            self._hear()
        reading, writing = os.pipe()
        if not self._copies:
            gc.freeze()  # or each copy would have to touch all there is
        loop = asyncio.get_running_loop()
        pid = os.fork()
        if pid:
            os.close(writing)
            self._copies.append((pid, reading))
            return False
        asyncio._set_running_loop(loop)  # which is that of the parent's process otherwise
        os.close(reading)
        self._pipe, self._copies = writing, []
        self._depth, self._first, self._at_once = self._depth + 1, number, 1
        self.harms = {**self.harms, number: harm}
        self.report = Report(points=int(self._depth == 1), pairs=int(self._depth == 2))
        return True

    def _hear(self) -> None:
        pid, reading = self._copies.pop(0)
        with os.fdopen(reading) as pipe:
            told = pipe.read()
        os.waitpid(pid, 0)
        self.report.add(json.loads(told) if told else {"points": 1, "pairs": 0, "failures": ["a copy said nothing"]})

    def end(self, problems: list[str]) -> Report:
        """What came of the whole. Does not return in a copy."""
        while self._copies:
            self._hear()
        self.report.steps = len(self.steps)
        where = ", ".join(f"{harm} at step {number} ({self.steps[number - 1]})" for number, harm in self.harms.items())
        self.report.failures += [f"{where or 'undisturbed'}: {problem}" for problem in problems[:3]]
        if self._pipe is not None:
            self._leave()
        return self.report

    def _leave(self) -> Never:
        told = {"points": self.report.points, "pairs": self.report.pairs, "failures": self.report.failures}
        assert self._pipe is not None
        with os.fdopen(self._pipe, "w") as pipe:
            pipe.write(json.dumps(told))
        os._exit(0)


def explore(flow: Callable[[Explorer], list[str]], explorer: Explorer) -> Report:
    """Play a flow with all its copies. The flow returns what is wrong in the end."""
    try:
        problems = flow(explorer)
    except BaseException:
        problems = [traceback.format_exc(limit=-6)]
    return explorer.end(problems)
