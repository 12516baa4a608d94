"""The store and the bell as one worker reaches them: each call a step, on which something may befall it."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from sandbox.world.perils import Worker, refused
from sandbox.world.watch import WATCHED
from tandem.model import Lane

if TYPE_CHECKING:
    from sandbox.world.estate import Estate
    from sandbox.world.house import House

PAGED = {"due": 3, "rows": 3, "notes_after": 4}
"""Calls that answer so many at most, and where among their arguments that number is."""


class Rows:
    """The Store port. What is watched is told to the world's watch before and after the call."""

    def __init__(self, hub: "Estate", worker: Worker) -> None:
        self._hub, self._worker = hub, worker

    def __getattr__(self, name: str) -> Callable[..., Any]:
        method, place = getattr(self._hub.store, name), PAGED.get(name)
        watch, worker, page = self._hub.watch, self._worker, self._hub.plan.page

        async def watched(*args: Any, **kwargs: Any) -> Any:
            watch.before(worker, args)
            result = await method(*args, **kwargs)
            watch.after(worker, name, args, result)
            return result

        work = watched if name in WATCHED else method

        async def call(*args: Any, **kwargs: Any) -> Any:
            if place is not None:
                args = (*args[:place], min(args[place], page), *args[place + 1 :])
            return await worker.step(name, work, args, kwargs, kind="store")

        setattr(self, name, call)  # once for each worker
        return call


class Bell:
    """The Bell port."""

    def __init__(self, house: "House", worker: Worker) -> None:
        self._house, self._worker = house, worker

    async def ring(self, lane: Lane) -> None:
        await self._worker.step(f"ring {lane.kind}/{lane.shard}", self._ring, (lane,))

    async def _ring(self, lane: Lane) -> None:
        drawn = self._house.hub.perils.draw("bells", lane.kind)
        match drawn:
            case ("bell lost", _):
                return None
            case ("bell refused", _):
                raise refused("ring")
            case ("bell late", size):
                return self._house.rung(lane, 60 * size)
            case ("bell doubled", _):
                self._house.rung(lane)
        return self._house.rung(lane)
