"""Live orders beside a bulk backfill: `python -m bench.fairness [--large]`, in virtual time.

How soon an order that comes live is whole while thousands are brought over, and while another app takes half of what
HubSpot allows. The same live orders are played alone first. What counts are those that came while the backfill ran.
"""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass, field

from bench.figures import share
from bench.flood_world import LIMIT, SPAN, UNDER, FloodedWorld, Wrong
from bench.results import Row, progress, show
from sandbox.clock import epoch_ms
from sandbox.hubspot.account.limits import Traffic
from sandbox.world.loop import run
from sandbox.world.ready import ready
from tandem.model import Kind, Priority

SEEDS = (1, 2, 3)
RATE = 1.0
"""Live orders in a second."""
HALF = LIMIT / SPAN.total_seconds() / 2
AN_AGE = 4 * 3600.0


@dataclass(slots=True)
class Figures:
    """Of one run or several. `seconds` is what the backfill took, `lags` those of live orders that came meanwhile."""

    lags: list[float] = field(default_factory=list)
    live: int = 0
    brought: int = 0
    seconds: float = 0.0
    calls: int = 0
    busiest: int = 0
    refused: int = 0
    wrong: Wrong = field(default_factory=Wrong)
    differences: list[str] = field(default_factory=list)

    @classmethod
    def all(cls, several: Sequence["Figures"]) -> "Figures":
        """Samples of all runs together, the worst of what is to be small."""
        return cls(
            [lag for one in several for lag in one.lags],
            sum(one.live for one in several),
            sum(one.brought for one in several),
            sum(one.seconds for one in several),
            sum(one.calls for one in several),
            max(one.busiest for one in several),
            sum(one.refused for one in several),
            Wrong.all([one.wrong for one in several]),
            [difference for one in several for difference in one.differences],
        )


def played(seed: int, brought: int, live: int | None, others: float = 0.0) -> Figures:
    """So many orders are brought over, and live ones come for as long as that takes.

    With `live`, all are brought over before, and then so many live orders come alone. `others` is how many calls a
    second another app makes with the same account's budget.
    """
    world = FloodedWorld(seed)
    for _ in range(brought):
        world.shopping.place()
    there = list(world.shopping.placed)

    async def play() -> Figures:
        await ready(world)
        await world.customers_first()
        if live is not None:
            await world.mark(Kind.ORDER, *there, priority=Priority.BULK)
            await world.settle(AN_AGE)
        if others:
            world.hubspot.limits.share_with(Traffic(calls_per_second=others, since=epoch_ms(world.clock.now)))
            await world.live(SPAN.total_seconds())  # it has been at it for long
        began = world.begin()
        if live is None:
            await world.mark(Kind.ORDER, *there, priority=Priority.BULK)
        counted = await _buying(world, live)
        seconds, calls = (world.clock.now - began).total_seconds(), world.calls.total
        busiest, refused = world.calls.busiest(), world.calls.refused
        await world.settle(AN_AGE)
        lags = world.lags(counted)
        return Figures(lags, len(counted), 0 if live else len(there), seconds, calls, busiest, refused)

    found = run(world.clock, play())
    found.wrong, found.differences = world.judged()
    return found


async def _buying(world: FloodedWorld, live: int | None) -> list[str]:
    """The orders that were placed while the backfill ran, or so many."""
    before, placed = set(world.shopping.placed), 0
    while placed < live if live is not None else _backfilling(world):
        world.shopping.place()
        placed += 1
        await world.live(1 / RATE)
    return [one for one in world.shopping.placed if one not in before]


def _backfilling(world: FloodedWorld) -> bool:
    return any(row.due_at and row.priority is Priority.BULK for row in world.rows())


def row(subject: str, size: str, found: Figures, alone: Figures, **under: float | int | str) -> Row:
    """`p50_ratio` and `p99_ratio` are to the same live orders alone."""
    p50, p99 = (share(found.lags, part) for part in (0.5, 0.99))
    figures: dict[str, float | int | str] = {
        "live_orders": found.live,
        "p50_s": round(p50, 2),
        "p99_s": round(p99, 2),
        "max_s": round(max(found.lags), 2),
        "p50_ratio": round(p50 / share(alone.lags, 0.5), 2),
        "p99_ratio": round(p99 / share(alone.lags, 0.99), 2),
        "never_whole": found.live - len(found.lags),
        "backfill_orders_per_s": round(found.brought / found.seconds, 1),
        "busiest_10_s": found.busiest,
        "limit_left": round(1 - found.busiest / LIMIT, 3),
        "own_429": found.refused,
        **found.wrong.figures(),
    }
    return Row("B10", f"Tandem, {subject}", size, figures, {**UNDER, "live_per_s": RATE, **under}, found.differences)


def rows(*, large: bool = False) -> list[Row]:
    """`large`: ten times as many orders, by one seed."""
    brought, seeds = (50_000, SEEDS[:1]) if large else (5_000, SEEDS)
    size = f"{brought:,} orders brought over"
    told: list[Row] = []
    for others, called in ((0.0, ""), (HALF, ", another app takes half of the limit")):
        progress(f"{size}, live orders beside it{called}")
        beside = [played(seed, brought, None, others) for seed in seeds]
        progress(f"as many live orders alone{called}")
        alone = [played(seed, brought, one.live, others) for seed, one in zip(seeds, beside, strict=True)]
        under: dict[str, float | int | str] = {"seeds": ", ".join(map(str, seeds)), "calls_per_s_of_others": others}
        for subject, some in (("live alone", alone), ("live beside backfill", beside)):
            told.append(row(subject + called, size, Figures.all(some), Figures.all(alone), **under))
    return told


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m bench.fairness", description=__doc__)
    parser.add_argument("--large", action="store_true", help="50,000 orders instead of 5,000")
    show(rows(large=parser.parse_args().large))
