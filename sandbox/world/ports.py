"""The store and the bell as one worker reaches them: each call a step, on which something may befall it."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from sandbox.world.perils import Worker, refused
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
        method = getattr(self._hub.store, name)
        watch = self._hub.watch

        async def call(*args: Any, **kwargs: Any) -> Any:
            if name in PAGED:
                place = PAGED[name]
                args = (*args[:place], min(args[place], self._hub.plan.page), *args[place + 1 :])

            async def work() -> Any:
                watch.before(self._worker, name, args)
                result = await method(*args, **kwargs)
                watch.after(self._worker, name, args, result)
                return result

            return await self._worker.step(name, work, "store")

        return call


class Bell:
    """The Bell port."""

    def __init__(self, house: "House", worker: Worker) -> None:
        self._house, self._worker = house, worker

    async def ring(self, lane: Lane) -> None:
        await self._worker.step(f"ring {lane.kind}/{lane.shard}", lambda: self._ring(lane))

    async def _ring(self, lane: Lane) -> None:
        drawn = self._house.hub.perils.draw("bells", f"bell {lane.kind}")
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
