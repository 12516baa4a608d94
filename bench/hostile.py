"""One job of 500 orders under each fault there is: `python -m bench.hostile [--large]`.

Some are brought over, some come live by webhook; each kind of fault befalls every twentieth call or webhook until the
job rests. Then a worker is killed at every seventh call of the job, before and after it in turn and each time in a run
of its own (`--large`: before and after every call). Virtual time, the real engine, both simulators and their limits.
Extra calls may be less than none: what comes live is gathered while a fault holds it up, and written by fewer calls.
"""

import argparse
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta
from functools import partial
from statistics import fmean
from typing import Any

from bench.flood_world import UNDER, FloodedWorld, Wrong
from bench.hostile_deaths import Chosen, Deaths
from bench.results import Row, progress, show
from sandbox.faults import CALL_FAULTS, WEBHOOK_FAULTS
from sandbox.world.loop import run
from sandbox.world.mortal import Harm
from sandbox.world.ready import ready
from tandem.model import Kind, Priority
from tandem.shopify.client import ShopifyClient
from tandem.sync.windows import walk

SEED = 8
SHARE = 0.05
STATUSES = {"status": (429, 500, 503), "status_after": (500, 502, 504)}
SECONDS = {"postpone": (0.0, 600.0)}
"""Ranges other than the fault's own: a day would be spent on waiting alone."""
EVERY = 7
SHOWN = 120.0
"""Seconds after which Shopify's lists show all, and reconciliation looks."""
AN_AGE = 4 * 3600.0
TRIES = 20
HARMS = (Harm.KILLED_BEFORE, Harm.KILLED_AFTER)

Arrange = Callable[[FloodedWorld], None]


@dataclass(frozen=True, slots=True)
class Job:
    """Orders that are there already, orders that come live, and how many of those in a second."""

    brought: int = 450
    live: int = 50
    rate: float = 4.0

    def __str__(self) -> str:
        return f"{self.brought + self.live} orders: {self.brought} brought over, {self.live} live at {self.rate:g}/s"


@dataclass(frozen=True, slots=True)
class Outcome:
    """`met` is how often the fault befell; `seconds` are virtual, until the job rested."""

    wrong: Wrong
    differences: tuple[str, ...]
    met: int
    calls: int
    seconds: float
    refused: int

    @classmethod
    def all(cls, several: Sequence["Outcome"]) -> "Outcome":
        """Of many runs: what is wrong in any, the slowest, and the calls of one on average."""
        return cls(
            Wrong.all([one.wrong for one in several]),
            tuple(difference for one in several for difference in one.differences),
            sum(one.met for one in several),
            round(fmean(one.calls for one in several)),
            max(one.seconds for one in several),
            sum(one.refused for one in several),
        )


def played(job: Job, name: str, arrange: Arrange, seed: int = SEED) -> tuple[Outcome, FloodedWorld]:
    """The job from its first mark until all rests, reconciliation's look included."""
    world = FloodedWorld(seed, name)
    for _ in range(job.brought):
        world.shopping.place()
    there = list(world.shopping.placed)

    async def play() -> float:
        await ready(world)
        arrange(world)
        began = world.begin()
        await world.mark(Kind.CONTACT, *world.shopping.customers, priority=Priority.BULK)
        await world.mark(Kind.ORDER, *there, priority=Priority.BULK)
        for number in range(job.live):
            world.clock.call_at(began + timedelta(seconds=number / job.rate), world.shopping.place)
        await world.live(job.live / job.rate)
        await _rest(world)
        seconds = (world.clock.now - began).total_seconds()
        await world.live(SHOWN)
        await _reconcile(world)
        await _rest(world)
        return seconds

    seconds = run(world.clock, play())
    wrong, told = world.judged()
    return Outcome(wrong, tuple(told), world.met, world.calls.total, seconds, world.calls.refused), world


async def _rest(world: FloodedWorld) -> None:
    end = world.clock.now + timedelta(seconds=AN_AGE)
    while not world.resting and world.clock.now < end:  # the oracle will say what is missing
        await world.live(1)


async def _reconcile(world: FloodedWorld) -> None:
    """Both windows, and once more a minute later where a fault ended one."""
    for kind in (Kind.CONTACT, Kind.ORDER):
        for _ in range(TRIES):
            listings = ShopifyClient(world.store_api(None, Priority.RECONCILE))
            deadline = world.clock.now + timedelta(seconds=800)
            if (await walk(kind, world.shop, listings, world.ports(), deadline)).ended == "done":
                break
            await world.live(60)


def faults() -> Iterator[tuple[str, Arrange]]:
    """Each kind alone, by what it is called."""
    for kind in (*CALL_FAULTS, *WEBHOOK_FAULTS):
        options: dict[str, Any] = {"seconds": SECONDS[kind]} if kind in SECONDS else {}
        for status in STATUSES.get(kind, (None,)):
            more = {"status": status} if status else {}
            yield f"{kind} {status}" if status else kind, partial(_befall, kind=kind, options=options | more)


def _befall(world: FloodedWorld, kind: str, options: dict[str, Any]) -> None:
    for vendor in (world.shopify, world.hubspot):
        vendor.faults.add(kind, probability=SHARE, **options)


def _nothing(_world: FloodedWorld) -> None: ...


def killed(job: Job, chosen: Chosen, seed: int = SEED) -> list[Outcome]:
    """The job once in peace; and at each chosen call, from there on, once more with a worker killed there."""
    deaths: list[Deaths] = []

    def arrange(world: FloodedWorld) -> None:
        deaths.append(Deaths(world.clock, chosen))
        world.fate = deaths[0]

    try:
        found, _ = played(job, "", arrange, seed)
    except BaseException:
        for one in deaths:
            one.give_up()
        raise
    return [Outcome(**{**one, "wrong": Wrong(**one["wrong"])}) for one in deaths[0].end(asdict(found))]


def every(nth: int) -> Chosen:
    """Each call of so many, before and after it in turn."""
    return lambda call: HARMS[(call // nth) % 2 :][:1] if call % nth == 1 else ()


def always(_call: int) -> tuple[Harm, ...]:
    return HARMS


def row(subject: str, found: Outcome, least: Outcome, job: Job, **under: float | int | str) -> Row:
    """With what it took over the run in which nothing went wrong."""
    figures: dict[str, float | int | str] = {
        **found.wrong.figures(),
        "faults_met": found.met,
        "hubspot_calls": found.calls,
        "extra_calls": found.calls - least.calls,
        "own_429": found.refused,
        "virtual_s": round(found.seconds, 1),
    }
    conditions = {**UNDER, "seed": SEED, "size": str(job), **under}
    return Row("B8", f"Tandem, {subject}", f"{job.brought + job.live} orders", figures, conditions, found.differences)


def rows(*, large: bool = False) -> list[Row]:
    job = Job()
    progress(f"{job}, nothing goes wrong")
    least, _ = played(job, "", _nothing)
    told = [row("nothing goes wrong", least, least, job)]
    for name, arrange in faults():
        progress(f"{job}, {name}")
        told.append(row(name, played(job, name, arrange)[0], least, job, share=SHARE))
    called = "before and after every call" if large else f"at every {EVERY}th call"
    progress(f"{job}, a worker killed {called}")
    found = killed(job, always if large else every(EVERY))
    return [*told, row(f"a worker killed {called}", Outcome.all(found), least, job, runs=len(found))]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m bench.hostile", description=__doc__)
    parser.add_argument("--large", action="store_true", help="a worker killed at every call")
    show(rows(large=parser.parse_args().large))
