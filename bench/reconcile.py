"""What it costs to look whether both sides agree, and what is found when they do not: `python -m bench.reconcile`.

The pass of every period over a store in which nothing changed, by its calls and bytes; the audit of every record; and
stores driven apart by hand. The peers are counted by what they must do: see PEERS.
"""

import argparse
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from math import ceil
from typing import Any

import httpx

from bench import audit
from bench.figures import underway
from bench.weighing import Weighing
from sandbox.seed import Size, fill
from sandbox.world.loop import run
from sandbox.world.mortal import Life
from sandbox.world.world import LocalWorld
from tests.sync.weeks import Week

SCALE = 100_000
QUIET = 2 * 3600.0
"""Seconds without a change, after which nothing is new to any pass."""
PEERS: dict[str, Callable[[int], int]] = {
    "naive rerun: a search and a PATCH for each record": lambda records: 2 * records,
    "floor rewrite: batches of 100, links of 2,000": lambda records: ceil(records / 100) + ceil(records / 2000),
}
"""Calls for so many records of which none has changed."""


@dataclass(frozen=True, slots=True)
class Pass:
    """One pass over both sides of a store of so many records, with nothing changed."""

    records: int
    hubspot: int
    shopify: int
    kilobytes: float
    written: int
    marked: int
    differences: list[str]


class Still(Week):
    """A store of some size, whose traffic is weighed."""

    def __init__(self, orders: int) -> None:
        self.traffic: Counter[str] = Counter()
        LocalWorld.__init__(self, 1)  # its own is a week of a tiny store
        size = Size(customers=orders // 3, products=20, orders=orders, companies=2, checkouts=0)
        fill(self.shopify, size, days=60)

    def _transport(self, vendor: Any, life: Life | None) -> httpx.AsyncBaseTransport:
        return Weighing(super()._transport(vendor, life), self.traffic)


def still(orders: int) -> Pass:
    """The pass of a period: windows over Shopify, changes over HubSpot."""
    underway(f"a pass over {orders} orders in which nothing changed")
    world = Still(orders)

    async def play() -> Pass:
        await world.begin()
        for _ in range(2):  # the first pass after a sync sees what the sync itself wrote
            await world.live(QUIET)
            await world.windows()
            await world.changes()
            await world.settle()
        await world.live(QUIET)
        before = sum(row.marks for row in world.rows())
        world.hubspot.log.clear()
        world.traffic.clear()
        await world.windows()
        await world.changes()
        return Pass(
            sum(len(world.hubspot.portal.store(name).records) for name in ("contacts", "orders", "line_items")),
            world.traffic["calls of HubSpot"],
            world.traffic["calls of Shopify"],
            (world.traffic["bytes sent"] + world.traffic["bytes received"]) / 1000,
            world.written(),
            sum(row.marks for row in world.rows()) - before,
            [str(one) for one in world.verdict().differences],
        )

    return run(world.clock, play())


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.reconcile", description=__doc__)
    parser.add_argument("--orders", type=int, default=200, help="and ten times as many")
    parser.add_argument("--audited", type=int, default=1_000)
    options = parser.parse_args()
    passes = [still(orders) for orders in (options.orders, 10 * options.orders)]
    print("one pass, nothing changed")
    print("records  HubSpot calls  Shopify calls      kB  writes  marks  oracle")
    for one in passes:
        print(
            f"{one.records:>7}  {one.hubspot:>13}  {one.shopify:>13}  {one.kilobytes:>6.1f}  {one.written:>6}  "
            f"{one.marked:>5}  {len(one.differences)} differ"
        )
    for name, calls in PEERS.items():
        print(f"peer (computed), {name}: {calls(SCALE):,} calls for {SCALE:,} records")
    small = audit.measure(options.audited // 4, [0.0])[0]
    figures = audit.measure(options.audited, [0.0, *audit.SHARES])
    audit.show(options.audited, figures)
    print(audit.scaled(small, figures[0]))
    if any(one.differences or one.written for one in passes) or not all(one.good for one in figures):
        sys.exit("the two sides differ, or a pass in which nothing changed wrote something")


if __name__ == "__main__":
    main()
