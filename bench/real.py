"""Orders in real time: the engine in this process, the simulators on loopback in another, each answer delayed."""

import time
from statistics import mean

from bench.engine import PUBLIC, Engine, door
from bench.figures import Run, Traffic, share
from bench.simulated import DELAY
from bench.vendors import vendors
from tandem.model import Kind

LATE = 1.05
"""When placing took longer than this times what it should, the machine could not keep the rate."""


async def steady(rate: float, seconds: float) -> Run:
    """Orders at a steady rate, as far as this machine carries it."""
    async with vendors() as both:
        engine = Engine(both.told)
        async with door(engine) as address:
            await both.control("shopify", "PUT", "routes", {PUBLIC: address})
            await engine.set_up()
            await engine.mark(Kind.CONTACT, both.told["customers"])
            await engine.settle()
            await both.ask("forget")
            await both.delay(DELAY[0])
            before = (await both.ask("tell"))["cpu"]
            mine = time.process_time()
            took = (await both.ask("shop", rate, seconds))["took"]
            await engine.settle()
            mine = time.process_time() - mine
            told = await both.ask("tell")
    complete = told["complete"]
    notes = [
        f"CPU of the engine {mine:.1f} s, of the simulators {told['cpu'] - before:.1f} s, in {took:.1f} s",
        f"a webhook is marked in {1000 * share(engine.acknowledged, 0.5):.1f} ms (p50), "
        f"{1000 * share(engine.acknowledged, 0.99):.1f} ms (p99), by {mean(engine.aws_calls):.2f} AWS calls "
        f"(mark and bell), {max(engine.aws_calls)} at most",
    ]
    if took > LATE * seconds:
        notes.append(f"this machine placed only {rate * seconds / took:.1f} orders/s")
    return Run(
        f"real time, {rate:g}/s for {seconds:g} s",
        len(told["placed"]),
        [moment - engine.received[order] for order, moment in complete.items()],
        Traffic.of(told["log"]),
        [*told["differences"], *told["incomplete"]],
        notes,
    )
