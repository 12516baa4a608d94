"""Drives a store and its account apart by hand, and shows what an audit finds of it, what it costs, and what it heals.

python -m bench.audit [--orders 2000]     recall, precision and calls at 0.1 %, 1 % and 10 % of drift
"""

import argparse
import sys
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import ceil
from random import Random

from sandbox.oracle import views
from sandbox.seed import Size, fill
from sandbox.world.auditing import all_findings, audited, buyers_return
from sandbox.world.drift import KINDS, OF_CARTS, Drift, Finding
from sandbox.world.loop import run
from sandbox.world.ready import ready
from sandbox.world.world import LocalWorld
from tandem.model import Job, Kind, Priority
from tandem.sync import audit

SHARES = (0.001, 0.01, 0.1)
DAY = 86_400.0
QUIET = 1_200.0
"""Seconds after which a change is no longer a late one."""
SCALE = 100_000
WRITES = ("batch/update", "batch/upsert", "batch/archive", "batch/associate", "batch/create")


@dataclass(slots=True)
class Figures:
    """One share of drift. Calls are by vendor; `differences` what the oracle says once a person did their part."""

    share: float
    injected: int
    found: int
    right: int
    records: int
    seconds: float
    hubspot: int
    shopify: int
    repair: int
    wrong: list[str]
    differences: list[str]

    @property
    def recall(self) -> float:
        return self.right / self.injected if self.injected else 1.0

    @property
    def precision(self) -> float:
        return self.right / self.found if self.found else 1.0

    @property
    def good(self) -> bool:
        return self.recall == self.precision == 1 and not self.differences


def _size(orders: int) -> Size:
    return Size(customers=orders // 3, products=40, orders=orders, companies=orders // 100, checkouts=orders // 2)


async def _in_step(world: LocalWorld, size: Size) -> None:
    fill(world.shopify, size, days=90)
    await ready(world)
    books = views.store(views.here(world.shopify))
    for kind, name in ((Kind.CONTACT, "customers"), (Kind.ORDER, "orders")):
        await world.mark(kind, *(one["id"] for one in books[name]), priority=Priority.BULK)
    await world.settle(DAY)
    await world.mark(Kind.CART, *(one["id"] for one in books["checkouts"] if one["abandoned_at"]))
    await world.settle(DAY)
    await buyers_return(world, every=3)
    await world.live(QUIET)


def _told(found: Iterable[Mapping[str, object]]) -> set[Finding]:
    return {(str(one["object"]), str(one["id"]), str(finding)) for one in found for finding in one["found"]}  # type: ignore[attr-defined]


def measure(orders: int, shares: Iterable[float]) -> list[Figures]:
    """One world, driven apart and healed once for each share. Deleted records let go of their keys here."""
    world = LocalWorld(seed=1, switches={"archived_keeps_key": "no"})
    figures: list[Figures] = []

    async def play() -> None:
        await _in_step(world, _size(orders))
        for number, share in enumerate(shares):
            figures.append(await _measured(world, share, number))

    run(world.clock, play())
    return figures


async def _measured(world: LocalWorld, share: float, seed: int) -> Figures:
    drift = Drift(world, seed)
    random = Random(seed)
    for names, drives in ((("orders", "contacts"), KINDS), (("carts",), OF_CARTS)):
        ours = sum(len(drift.ours(name)) for name in names)
        for _ in range(ceil(share * ours)):
            drift.drive(random.choice(drives))
    _forget(world)
    began, at = time.monotonic(), world.clock.now
    job = await audited(world, heal=True)
    seconds = (world.clock.now - at).total_seconds()
    calls = _calls(world)
    found = _told(await all_findings(world))
    _forget(world)
    await world.settle(DAY)
    repair = _calls(world)[0]
    _by_a_person(world, drift)
    await audited(world, heal=True)
    await world.settle(DAY)
    await world.live(QUIET)
    print(
        f"  {share:.1%}: {len(drift.expected)} changes found and healed in {time.monotonic() - began:.0f} s",
        file=sys.stderr,
        flush=True,
    )
    return Figures(
        share,
        len(drift.expected),
        len(found),
        len(found & drift.expected),
        _records(job),
        seconds,
        *calls,
        repair,
        [*(f"missed: {one}" for one in drift.expected - found), *(f"not so: {one}" for one in found - drift.expected)],
        [str(one) for one in world.verdict().differences],
    )


def _by_a_person(world: LocalWorld, drift: Drift) -> None:
    """What the report says is not to be healed by itself: copies are deleted, deleted contacts restored."""
    for name, id_ in drift.copies:
        world.hubspot.actions["archive"](object_type=name, record_id=id_)
    for name, id_ in drift.deleted:
        if name == "contacts":
            world.hubspot.actions["restore"](object_type=name, record_id=id_)


def _records(job: Job) -> int:
    counts = audit.summary(job)["counts"]
    return sum(count for name, count in counts.items() if name.endswith(" listed"))


def _forget(world: LocalWorld) -> None:
    world.hubspot.log.clear()
    world.shopify.log.clear()


def _calls(world: LocalWorld) -> tuple[int, int]:
    return sum(world.hubspot.log.counts.values()), sum(world.shopify.log.counts.values())


def show(orders: int, figures: Iterable[Figures]) -> None:
    print(f"\n{orders} orders in step, then driven apart by hand: edits, deletions, links, stages, copies")
    print("drift     changes  found  recall   precision  HubSpot calls  Shopify calls  repair calls  seconds  oracle")
    for one in figures:
        calls = f"{one.hubspot:>13}  {one.shopify:>13}  {one.repair:>12}"
        found = f"{one.injected:>7}  {one.found:>5}  {one.recall:>6.1%}  {one.precision:>9.1%}"
        print(f"{one.share:<8.1%}  {found}  {calls}  {one.seconds:>7.0f}  {len(one.differences)} differ")


def scaled(small: Figures, large: Figures) -> str:
    """What the calls of two sizes without drift say of 100,000 records."""
    told = []
    for name in ("hubspot", "shopify"):
        slope = (getattr(large, name) - getattr(small, name)) / (large.records - small.records)
        fixed = getattr(small, name) - slope * small.records
        told.append(f"{name} {fixed + slope * SCALE:,.0f} (and {fixed:.0f} of them whatever the size)")
    return f"calls per {SCALE:,} HubSpot records, from {small.records} and {large.records}: {', '.join(told)}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--orders", type=int, default=2_000)
    options = parser.parse_args()
    small = measure(options.orders // 4, [0.0])[0]
    figures = measure(options.orders, [0.0, *SHARES])
    show(options.orders, figures)
    print(scaled(small, figures[0]))
    for text in [text for one in figures for text in (*one.wrong, *one.differences)][:20]:
        print(f"  {text}")
    if not all(one.good for one in figures):
        sys.exit("an audit missed something, told of what is not, or left something behind")


if __name__ == "__main__":
    main()
