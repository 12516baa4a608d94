"""Workers that die: every call to a vendor and to the store is a step of the world, and any step may be the last."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import httpx

from sandbox.clock import Clock


class Killed(BaseException):
    """The process ended here. Nothing catches it."""


class Harm(StrEnum):
    """What befalls a worker at a step. LOST: the work is done and its answer never comes. FROZEN: it stops for minutes,
    past its lease, and then goes on as if nothing had been."""

    KILLED_BEFORE = "killed before"
    KILLED_AFTER = "killed after"
    LOST = "answer lost"
    FROZEN = "frozen"


FREEZE = 600.0


@dataclass(slots=True)
class Fate:
    """All steps of a world's workers, in order and counted from 1. At step number `doomed` harm befalls one of them.

    `harms` are further steps and their harms; `freeze` is how many seconds a frozen one stops.
    """

    clock: Clock
    doomed: int | None = None
    harm: Harm = Harm.KILLED_AFTER
    steps: list[str] = field(default_factory=list)
    befallen: int = 0
    met: Counter[str] = field(default_factory=Counter)
    harms: dict[int, Harm] = field(default_factory=dict)
    freeze: float = FREEZE

    def at(self, number: int) -> Harm | None:
        return self.harm if number == self.doomed else self.harms.get(number)


class Life:
    """One worker. Once dead it does nothing more: whatever it still had side by side ends too."""

    def __init__(self, fate: Fate) -> None:
        self._fate = fate
        self._dead = False

    def begin(self, step: str) -> int:
        """The step's number."""
        self._must_live(step)
        self._fate.steps.append(step)
        number = len(self._fate.steps)
        if self._fate.at(number) is Harm.KILLED_BEFORE:
            self._die(step, Harm.KILLED_BEFORE)
        return number

    async def end(self, step: str, number: int) -> None:
        self._must_live(step)
        match self._fate.at(number):
            case Harm.KILLED_AFTER:
                self._die(step, Harm.KILLED_AFTER)
            case Harm.LOST:
                self._befell(Harm.LOST)
                raise httpx.ReadTimeout("no answer")
            case Harm.FROZEN:
                self._befell(Harm.FROZEN)
                await self._fate.clock.sleep(self._fate.freeze)

    def _must_live(self, step: str) -> None:
        if self._dead:
            raise Killed(step)

    def _befell(self, harm: Harm) -> None:
        self._fate.befallen += 1
        self._fate.met[harm] += 1

    def _die(self, step: str, harm: Harm) -> None:
        self._dead = True
        self._befell(harm)
        raise Killed(step)


class MortalTransport(httpx.AsyncBaseTransport):
    """A vendor as one worker reaches it."""

    def __init__(self, inner: httpx.AsyncBaseTransport, life: Life) -> None:
        self._inner, self._life = inner, life

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        step = f"{request.method} {request.url.path}"
        number = self._life.begin(step)
        response = await self._inner.handle_async_request(request)
        await self._life.end(step, number)
        return response


class Mortal:
    """A port as one worker reaches it: each call a step."""

    def __init__(self, inner: Any, life: Life) -> None:
        self._inner, self._life = inner, life

    def __getattr__(self, name: str) -> Callable[..., Any]:
        method = getattr(self._inner, name)

        async def call(*args: Any, **kwargs: Any) -> Any:
            number = self._life.begin(name)
            result = await method(*args, **kwargs)
            await self._life.end(name, number)
            return result

        return call
