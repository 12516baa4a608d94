"""A flash sale: `python -m bench.flood [--large]`. A thousand orders a minute for ten minutes, and all goes wrong.

Virtual time, the real engine, both simulators and their limits. The sale is held twice: in peace and in peril.
"""

import argparse
from dataclasses import dataclass
from datetime import datetime, timedelta

from bench.figures import share
from bench.flood_world import UNDER, FloodedWorld, OneDeath
from bench.results import Row, progress, show
from sandbox.world.loop import run
from sandbox.world.ready import ready

SEED = 4
FAILING, LOST, DOUBLED, LATE = 0.02, 0.01, 0.05, 0.10
"""Shares: calls that are answered 429 or 503, calls whose answers are lost, webhooks sent twice, webhooks overtaken."""
OVERTAKEN = (0.0, 10.0)
"""Seconds by which a webhook that is overtaken comes late."""
DEATH = 1 / 3
"""When in the sale a worker dies."""
LOOKS = (1.0, 0.25)
"""Seconds between two looks at what is due, in the sale and after it."""
AN_HOUR = 3600.0


@dataclass(frozen=True, slots=True)
class Sale:
    """So many orders a minute, for so long."""

    per_minute: int = 1_000
    minutes: float = 10

    @property
    def orders(self) -> int:
        return round(self.per_minute * self.minutes)

    def __str__(self) -> str:
        return f"{self.per_minute:,} orders/min for {self.minutes:g} min"


@dataclass(slots=True)
class Course:
    """How a sale went. `backlog` is the most rows that were due at once."""

    began: datetime
    ended: datetime
    drained: datetime
    backlog: int = 0


PERILS: dict[str, float | int | str] = {
    "answers_429_or_503": FAILING,
    "answers_lost": LOST,
    "webhooks_doubled": DOUBLED,
    "webhooks_overtaken": LATE,
    "workers_killed": 1,
}


def perils(world: FloodedWorld) -> None:
    """Before `begin`: the first rule that draws wins, and the last one is that answers take their time."""
    for vendor in (world.shopify, world.hubspot):
        for status in (429, 503):
            vendor.faults.add("status", "*", probability=FAILING / 2, status=status)
        vendor.faults.add("lose", probability=LOST)
    world.shopify.faults.add("duplicate", probability=DOUBLED)
    world.shopify.faults.add("reorder", probability=LATE, seconds=OVERTAKEN)


async def hold(world: FloodedWorld, sale: Sale, *, perilous: bool) -> Course:
    """The sale from its first order until nothing is left to do."""
    await ready(world)
    await world.customers_first()
    if perilous:
        perils(world)
    began, seconds = world.begin(), sale.minutes * 60
    if perilous:
        world.fate = OneDeath(world, began + timedelta(seconds=seconds * DEATH))
    for number in range(sale.orders):
        world.clock.call_at(began + timedelta(seconds=number * seconds / sale.orders), world.shopping.place)
    course = Course(began, began + timedelta(seconds=seconds), began)
    while world.clock.now < course.ended or not world.resting:
        await world.live(LOOKS[world.clock.now >= course.ended])
        course.backlog = max(course.backlog, world.due())
        if (world.clock.now - course.ended).total_seconds() > AN_HOUR:
            break  # the oracle will say what is missing
    course.drained = world.clock.now
    return course


def held(sale: Sale, *, perilous: bool, seed: int = SEED) -> Row:
    """One sale in a world of its own."""
    world = FloodedWorld(seed)
    course = run(world.clock, hold(world, sale, perilous=perilous))
    wrong, differences = world.judged()
    placed, lags, log = world.shopping.placed, world.lags(), world.calls
    figures: dict[str, float | int | str] = {
        "orders": len(placed),
        "lost": wrong.lost,
        "duplicate": wrong.duplicate,
        "partly_written": wrong.differing + wrong.orphan,
        "staged_too_early": len(world.watched.hollow),
        "backlog_rows": course.backlog,
        "drained_s": round((course.drained - course.ended).total_seconds(), 1),
        "p50_s": round(share(lags, 0.5), 2),
        "p99_s": round(share(lags, 0.99), 2),
        "calls_per_order": round(log.total / len(placed), 3),
        "faults_met": world.met,
        "own_429": log.refused,
        "budget_used": round(log.share((course.drained - course.began).total_seconds()), 3),
        "busiest_10_s": log.busiest(),
        "workers_killed": world.fate.befallen,
    }
    under = {**UNDER, "seed": seed, "size": str(sale), **(PERILS if perilous else {})}
    subject = "Tandem, all goes wrong" if perilous else "Tandem, nothing goes wrong"
    return Row("B4", subject, f"{sale.orders:,} orders", figures, under, differences)


def rows(*, large: bool = False) -> list[Row]:
    sale = Sale(10_000, 1) if large else Sale()
    told = []
    for perilous in (False, True):
        progress(f"{sale}{', all goes wrong' if perilous else ''}, in virtual time")
        told.append(held(sale, perilous=perilous))
    return told


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m bench.flood", description=__doc__)
    parser.add_argument("--large", action="store_true", help="ten thousand orders a minute, for one minute")
    show(rows(large=parser.parse_args().large))
