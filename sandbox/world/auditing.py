"""Audits and rebuilds of a world, run after run as the schedule lets them go on."""

from collections.abc import Awaitable, Callable
from typing import Any

import httpx

from sandbox.mounts import Transport
from sandbox.world.mortal import Killed, Life, MortalTransport
from sandbox.world.world import RUN, LocalWorld
from tandem import http
from tandem.model import Job, Priority
from tandem.ports import Exports
from tandem.shopify.bulk import Bulk
from tandem.sync import audit

MINUTE = 60.0
RUNS = 500


def exports(world: LocalWorld, life: Life | None = None) -> Exports:
    transport: httpx.AsyncBaseTransport = Transport(world.shopify, shared_clock=True)
    if life is not None:
        transport = MortalTransport(transport, life)
    return Bulk(world.store_api(life, Priority.BULK), http.client("", transport))


async def audited(world: LocalWorld, *, heal: bool = False, life: Callable[[], Life | None] = lambda: None) -> Job:
    """An audit from beginning to end. `life` is given to each run anew: it may be killed anywhere."""

    async def run() -> bool:
        mine = life()
        ports = world.ports(mine)
        if not await _is_open(world):
            await audit.start(world.shop, ports, heal=heal, sees_all=True)
        progress = await audit.work(
            world.shop, world.vendors(mine, Priority.BULK), exports(world, mine), ports, world.clock.now + RUN
        )
        return progress is not None and progress.ended == "done"

    await until_done(world, run)
    job = await world.store.job(world.shop, audit.JOB)
    assert job is not None
    return job


async def _is_open(world: LocalWorld) -> bool:
    job = await world.store.job(world.shop, audit.JOB)
    return job is not None and not job.done


async def until_done(world: LocalWorld, run: Callable[[], Awaitable[bool]]) -> None:
    """One run a minute, until one says it is done. Raises TimeoutError when none does."""
    for _ in range(RUNS):
        try:
            if await run():
                return
        except (Killed, httpx.ReadTimeout):
            pass
        await world.live(MINUTE)
    raise TimeoutError(f"not done after {RUNS} runs")


async def all_findings(world: LocalWorld, page: int = 100) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    after: str | None = None
    while True:
        _, some, after = await audit.findings(world.shop, world.ports(), after, page)
        found += some
        if after is None:
            return found
