"""Orders through the stack as deployed to the emulated account: the highest rate that this machine carries."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx

from bench.figures import Run, Traffic, share, underway
from bench.simulated import DELAY
from bench.vendors import ServedVendors, vendors
from sandbox.cloud.stack import Cloud
from sandbox.demo.rows import Rows
from sandbox.shopify.simulator import CLIENT_ID, CLIENT_SECRET

RATES = (1, 2, 4, 8, 16)
"""Orders a second, tried one after the other until one is too much."""
SECONDS = 30.0
BOUND = 3.0
"""Seconds that p99 must stay below, as in process."""
PATIENCE = 420.0
"""Seconds. A webhook that was not answered in 5 s is sent again 1, 2, 4 minutes later."""
LOOK = 0.5
QUIET = 3
"""Looks in a row that must find nothing to do."""
DOORS = 4
"""Environments of the webhook function that are started ahead of the first order."""
WARM_UP = 10.0
"""Seconds of trade ahead of the first rate, not counted: until then every function starts for the first time."""


async def steady() -> list[Run]:
    """Faster and faster, until it is too fast."""
    runs: list[Run] = []
    underway("the stack is built and deployed")
    async with vendors() as both, deployed(both) as cloud:
        await both.delay(DELAY[0])
        await both.ask("shop", RATES[0], WARM_UP)
        await _settle(both, cloud)
        for rate in RATES:
            underway(f"{rate}/s for {SECONDS:g} s")
            runs.append(await _at(rate, both, cloud))
            if not _carried(runs[-1]):
                break
    return runs


def _carried(run: Run) -> bool:
    return run.good and share(run.seconds, 0.99) < BOUND


def verdict(runs: list[Run]) -> str:
    """The highest rate that was carried."""
    carried = [rate for rate, run in zip(RATES, runs, strict=False) if _carried(run)]
    text = f"p99 stays below {BOUND:g} s"
    return f"up to {max(carried):g} orders/s {text}" if carried else f"at no rate {text}"


async def _at(rate: float, both: ServedVendors, cloud: Cloud) -> Run:
    """One rate. Seconds are from the moment an order was placed: the emulated door tells nobody when it was knocked."""
    await both.ask("forget")
    took = (await both.ask("shop", rate, SECONDS))["took"]
    await _settle(both, cloud)
    told = await both.ask("tell")
    placed, complete = told["placed"], told["complete"]
    return Run(
        f"deployed, {rate:g}/s for {SECONDS:g} s",
        len(placed),
        [moment - placed[order] for order, moment in complete.items()],
        Traffic.of(told["log"]),
        [*told["differences"], *told["incomplete"]],
        [f"placed in {took:.1f} s"] if took > SECONDS else [],
    )


@asynccontextmanager
async def deployed(both: ServedVendors) -> AsyncIterator[Cloud]:
    """The stack, set up, with everybody in the store known in HubSpot."""
    cloud = Cloud()
    try:
        await asyncio.to_thread(_deploy, cloud, both.told)
        await both.control("shopify", "PUT", "routes", {cloud.outputs["WebhookUrl"]: cloud.url})
        await asyncio.to_thread(_begin, cloud)
        await _settle(both, cloud)
        async with httpx.AsyncClient(timeout=60, trust_env=False) as client:
            await asyncio.gather(*(client.post(cloud.url, content=b"{}") for _ in range(DOORS)))
        yield cloud
    finally:
        await asyncio.to_thread(cloud.stop)


def _deploy(cloud: Cloud, told: dict[str, Any]) -> None:
    cloud.start()
    cloud.build()
    cloud.deploy({"ShopDomain": told["domain"], "ShopifyUrl": told["shopify"], "HubSpotUrl": told["hubspot"]})
    cloud.fill_secret("ShopifySecretArn", {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET})
    cloud.fill_secret("HubSpotSecretArn", {"token": told["hubspot_token"]})


def _begin(cloud: Cloud) -> None:
    for name in ("setup", "resync"):
        answer = cloud.invoke(name, {})
        if not answer["ok"]:
            raise RuntimeError(f"the function {name} answered {answer}")


async def _settle(both: ServedVendors, cloud: Cloud) -> None:
    """Until no row is due and no webhook waits, or PATIENCE is over; the oracle then tells what is missing."""
    rows = Rows(cloud.client("dynamodb"), cloud.outputs["TableName"], both.told["domain"])
    end = time.monotonic() + PATIENCE
    quiet = 0
    while quiet < QUIET and time.monotonic() < end:
        busy = await asyncio.to_thread(rows.waiting) or (await both.ask("left"))["left"]
        quiet = 0 if busy else quiet + 1
        await asyncio.sleep(LOOK)
