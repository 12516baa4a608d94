"""Long work in steps, the job saved after each: whoever takes it up after a kill repeats one step at most."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from tandem.errors import Failure, OutOfTime
from tandem.model import Job
from tandem.sync.worker import World

HELD = timedelta(minutes=3)
"""A run that has not saved for so long is over, however it ended."""

Step = Callable[[Job], Awaitable[Job]]
"""Does the next step; the job as it is after it."""


class NotYet(Failure):
    """Nothing can be done but wait: look again in a minute."""


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a job is after a run: `done`, `out of time`, `overtaken`, `waiting`, or `interrupted` for `reason`."""

    job: Job
    ended: str
    reason: str = ""


async def begin(shop: str, name: str, cursor: str, request: Callable[[], Mapping[str, Any]], world: World) -> Job:
    """A new job. One of that name that is not done goes on instead."""
    while True:
        there = await world.store.job(shop, name)
        if there is not None and not there.done:
            return there
        job = Job(shop, name, request(), cursor, revision=there.revision if there else 0)
        if await world.store.save_job(job):
            return replace(job, revision=job.revision + 1)


async def is_left(shop: str, name: str, world: World) -> bool:
    """Whether a job is begun, not done, and no run is on it."""
    job = await world.store.job(shop, name)
    if job is None or job.done:
        return False
    held = job.request.get("held_until")
    return held is None or datetime.fromisoformat(held) < world.clock.now()


async def go_on(job: Job, step: Step, world: World, deadline: datetime) -> Progress:
    """Step on until the job is done or the deadline is near; another run goes on then."""
    while not job.done:
        if world.clock.now() >= deadline:
            return Progress(job, "out of time")
        try:
            turned = await step(job)
        except OutOfTime:
            return Progress(job, "out of time")
        except NotYet as wait:
            return Progress(job, "waiting", str(wait))
        except Failure as failure:
            return Progress(job, "interrupted", str(failure))
        held = (world.clock.now() + HELD).isoformat()
        turned = replace(turned, request={**turned.request, "held_until": held})
        if not await world.store.save_job(turned):
            return Progress(job, "overtaken")
        job = replace(turned, revision=job.revision + 1)
    return Progress(job, "done")


async def look_whole(
    last: Job | None, begun: Callable[[Job | None], Job], whole: Callable[[Job], Awaitable[Progress]]
) -> Progress:
    """A look of which nothing is older than this run. One that an earlier run left half-way is ended first.

    What has changed since then on the pages that run read would else wait for the look after.
    """
    if last is not None and not last.done:
        rest = await whole(last)
        if rest.ended != "done":
            return rest
        last = rest.job
    return await whole(begun(last))
