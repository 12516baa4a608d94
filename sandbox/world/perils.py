"""What befalls workers: every call to a vendor and to the store is a step, and at any step anything may happen."""

from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

import httpx
from botocore.exceptions import ClientError, ReadTimeoutError

from sandbox.clock import Clock
from sandbox.faults import CALL_FAULTS, WEBHOOK_FAULTS, Fault, Faults
from sandbox.world.choices import Chances, Choices
from sandbox.world.mortal import Killed
from sandbox.world.plan import KINDS, Mix
from tandem.errors import Unavailable

GONE = (Killed, httpx.ReadTimeout, ClientError, ReadTimeoutError)
"""How a worker ends that does not end by itself."""


MOST = 50_000
"""Steps of a schedule; one that needs more goes round in circles."""


class Endless(BaseException):
    """A schedule does not end by itself. Nothing catches it: the worker is gone."""


@dataclass(slots=True)
class Perils:
    """`trace` is all that was done, in order: when, by whom, what. While it is `calm` nothing happens."""

    clock: Clock
    choices: Choices
    mix: Mix
    calm: bool = True
    trace: list[tuple[datetime, str, str, bytes]] = field(default_factory=list)
    met: Counter[str] = field(default_factory=Counter)
    _chances: Mapping[str, Chances] = field(init=False)

    def __post_init__(self) -> None:
        self._chances = {kind: getattr(self.mix, kind) for kind in KINDS}

    def draw(self, kind: str, point: str) -> tuple[str, float] | None:
        """What of this kind happens at this point."""
        chances = self._chances[kind]
        if self.calm or not chances:
            return None
        found = self.choices.draw(f"{kind} {point}", chances)
        if found:
            self.met[found[0]] += 1
            self.tell("", f"{found[0]}: {point}")
        return found

    def tell(self, who: str, what: str, sent: bytes = b"") -> None:
        if len(self.trace) > MOST:
            raise Endless(f"{who} {what}, after {MOST} steps")
        self.trace.append((self.clock.now, who, what, sent))


class Worker:
    """One worker. Once dead it does nothing more: whatever it still had side by side ends too."""

    def __init__(self, name: str, shop: str, perils: Perils) -> None:
        self.name, self.shop, self._perils = name, shop, perils
        self.dead = self.frozen = False
        self.clients: dict[str, httpx.AsyncClient] = {}
        skew = perils.choices.draw("clock", (("skew", 1.0),)) if perils.mix.skew and not perils.calm else None
        self.skew = timedelta(seconds=perils.mix.skew * (2 * skew[1] - 1)) if skew else timedelta()
        if skew:
            perils.met["clock skew"] += 1

    def now(self) -> datetime:
        """The Clock port: a clock that is wrong by a little."""
        return self._perils.clock.now + self.skew

    async def sleep(self, seconds: float) -> None:
        await self._perils.clock.sleep(seconds)
        self._must_live("sleep")

    async def step(
        self,
        step: str,
        work: Callable[..., Awaitable[Any]],
        args: tuple[Any, ...],
        kwargs: Mapping[str, Any] = MappingProxyType({}),
        *,
        kind: str = "",
        sent: bytes = b"",
    ) -> Any:
        """Do it, if the worker lives to. `kind` is what else may happen, `sent` what is shown of it."""
        if self.dead:
            raise Killed(step)
        if not self._perils.calm:
            return await self._perilous(step, work, args, kwargs, kind, sent)
        self._perils.tell(self.name, step, sent)
        result = await work(*args, **kwargs)
        if self.dead:
            raise Killed(step)
        return result

    async def _perilous(
        self,
        step: str,
        work: Callable[..., Awaitable[Any]],
        args: tuple[Any, ...],
        kwargs: Mapping[str, Any],
        kind: str,
        sent: bytes,
    ) -> Any:
        perils = self._perils
        await self._pause(step)
        perils.tell(self.name, step, sent)
        harm = perils.draw("harms", step)
        if harm and harm[0] == "killed before":
            self._die(step)
        failing = perils.draw(kind, step) if kind else None
        if failing and failing[0] in REFUSALS:
            raise refused(step)
        result = await work(*args, **kwargs)
        if failing and failing[0] == "sent twice by the SDK":
            result = await work(*args, **kwargs)
        self._must_live(step)
        await self._pause(step)
        if harm:
            await self._come_to(*harm, step)
        if failing and failing[0] == "store answer lost":
            raise ReadTimeoutError(endpoint_url="the table")
        return result

    async def _come_to(self, harm: str, size: float, step: str) -> None:
        match harm:
            case "killed after":
                self._die(step)
            case "answer lost":
                raise httpx.ReadTimeout("no answer")
            case "frozen":
                self.frozen = True
                await self._perils.clock.sleep(self._perils.mix.freeze * size)
                self._must_live(step)

    async def _pause(self, step: str) -> None:
        if drawn := self._perils.draw("pauses", step):
            await self._perils.clock.sleep(self._perils.mix.pause * drawn[1])
            self._must_live(step)

    def _must_live(self, step: str) -> None:
        if self.dead:
            raise Killed(step)

    def _die(self, step: str) -> None:
        self.dead = True
        raise Killed(step)


REFUSALS = ("throttled", "bell refused")


def refused(step: str) -> ClientError:
    """What boto3 raises once its own tries are used up."""
    error = {"Error": {"Code": "ProvisionedThroughputExceededException", "Message": "The level is exceeded"}}
    return ClientError(error, step)


class DrawnFaults(Faults):
    """A vendor's faults, drawn from the schedule's own choices."""

    def __init__(self, perils: Perils) -> None:
        super().__init__(perils.choices._random)
        self._perils = perils

    def for_call(self, endpoint: str) -> Fault | None:
        return self._fault("calls", endpoint)

    def for_webhook(self, endpoint: str) -> Fault | None:
        return self._fault("webhooks", endpoint)

    def _fault(self, kind: str, endpoint: str) -> Fault | None:
        drawn = self._perils.draw(kind, endpoint)
        if drawn is None:
            return None
        name, size = drawn
        seconds = size * LONGEST.get(name, 0.0)
        self.hits[name] += 1
        return Fault(name, status=self._perils.mix.status, seconds=(seconds, seconds))


LONGEST = {"delay": 12.0, "late": 60.0, "reorder": 60.0, "postpone": 3600.0}
"""Seconds, by fault."""
assert set(LONGEST) <= {*CALL_FAULTS, *WEBHOOK_FAULTS}


def unreadable() -> Unavailable:
    """What reading a secret raises when no good value of the last hour is left."""
    return Unavailable("the secret of the sandbox cannot be read (ClientError)")
