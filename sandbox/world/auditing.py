"""Audits and rebuilds of a world, run after run as the schedule lets them go on."""

from collections.abc import Awaitable, Callable
from typing import Any

import httpx

from sandbox.mounts import Transport
from sandbox.world.drift import under_way
from sandbox.world.mortal import Killed, Life, MortalTransport
from sandbox.world.world import RUN, LocalWorld
from tandem import http
from tandem.model import Job, Kind, Priority
from tandem.ports import Exports
from tandem.shopify.bulk import Bulk
from tandem.sync import audit, rebuild, resync
from tandem.sync.steps import Progress

MINUTE = 60.0
RUNS = 500


def exports(world: LocalWorld, life: Life | None = None) -> Exports:
    transport: httpx.AsyncBaseTransport = Transport(world.shopify, shared_clock=True)
    if life is not None:
        transport = MortalTransport(transport, life)
    return Bulk(world.store_api(life, Priority.BULK), http.client("", transport))


async def audited(world: LocalWorld, *, heal: bool = False, life: Callable[[], Life | None] = lambda: None) -> Job:
    """An audit from beginning to end. `life` is given to each run anew: it may be killed anywhere."""

    async def run() -> Progress | None:
        mine = life()
        vendors = world.vendors(mine, Priority.BULK)
        return await audit.work(world.shop, vendors, exports(world, mine), world.ports(mine), world.clock.now + RUN)

    await audit.start(world.shop, world.ports(), heal=heal, sees_all=True)
    return await until_done(world, run)


async def rebuilt(world: LocalWorld, *, life: Callable[[], Life | None] = lambda: None) -> Job:
    """A rebuild from beginning to end, and the resync that follows it."""

    async def run() -> Progress | None:
        mine = life()
        crm = world.crm(mine, Priority.BULK)
        return await rebuild.work(world.shop, crm, world.ports(mine), world.clock.now + RUN)

    async def resynced() -> Progress | None:
        name = resync.job_name(None)
        pages = world.vendors(priority=Priority.BULK).shopify.ids  # type: ignore[attr-defined]
        ended = await resync.work(name, world.shop, pages, world.ports(), world.clock.now + RUN, _nobody)
        return None if ended is None else Progress(ended.job, ended.ended, ended.reason)

    await rebuild.start(world.shop, world.ports())
    job = await until_done(world, run)
    await until_done(world, resynced)
    return job


async def _nobody(name: str) -> None:
    """The next minute's run goes on."""


async def until_done(world: LocalWorld, run: Callable[[], Awaitable[Progress | None]]) -> Job:
    """One run a minute, until one says it is done. Raises TimeoutError when none does."""
    for _ in range(RUNS):
        try:
            progress = await run()
            if progress is not None and progress.ended == "done":
                return progress.job
        except (Killed, httpx.ReadTimeout):
            pass
        await world.live(MINUTE)
    raise TimeoutError(f"not done after {RUNS} runs")


async def buyers_return(world: LocalWorld, every: int) -> None:
    """Every so many of the carts under way are recovered, and Tandem is told."""
    carts = [cart for cart in world.hubspot.portal.store("carts").records.values() if under_way(cart)]
    for cart in carts[::every]:
        number = cart.properties["hs_external_cart_id"]
        order = world.shopify.actions["complete_checkout"](checkout=number)
        await world.mark(Kind.ORDER, str(order["legacy_resource_id"]))
        await world.settle()
        await world.mark(Kind.CART, number)
    await world.settle()


async def all_findings(world: LocalWorld, page: int = 100) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    after: str | None = None
    while True:
        _, some, after = await audit.findings(world.shop, world.ports(), after, page)
        found += some
        if after is None:
            return found
