"""What a million events cost on AWS: calls counted by type in the real store, and a price table.

`python -m bench.cost [--events 400] [--rate 2 20]`. prices.json holds the prices, and what no emulator can tell:
how long a call to AWS takes, and what Lambda itself logs.
"""

import argparse
import json
import sys
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.cost_world import TABLE, CostWorld
from bench.figures import underway
from bench.shopping import Shopping
from bench.simulated import DELAY
from sandbox.cloud.account import client
from sandbox.cloud.emulator import Emulator
from sandbox.shopify.orders.order_events import changed
from sandbox.shopify.orders.order_table import orders_of
from sandbox.world.loop import run
from sandbox.world.ready import ready
from tandem.model import Kind
from tests.store.table import create

PRICES: dict[str, Any] = json.loads((Path(__file__).parent / "prices.json").read_text())
MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class Cost:
    """One mix. `used` is by what is paid for, of all its events; `writes` by function and part of the table."""

    mix: str
    rate: float
    events: int
    used: dict[str, float]
    writes: dict[str, dict[str, int]]
    seconds: dict[str, tuple[int, float]]
    differences: list[str]

    @property
    def usd(self) -> dict[str, float]:
        """Of a million events."""
        return priced({name: amount / self.events for name, amount in self.used.items()})


def priced(used: Mapping[str, float]) -> dict[str, float]:
    """USD of a million events that use so much each."""
    return {name: MILLION * price * used.get(name, 0) for name, price in PRICES["usd"].items()}


class Trade:
    """A store with orders, and what can happen to it: each act is an event or two."""

    def __init__(self, world: CostWorld) -> None:
        self.world = world
        self.shopping = Shopping(world.shopify, lambda: 0.0)

    def _order(self, number: int) -> Any:
        orders = list(orders_of(self.world.shopify.shop).rows.values())
        return orders[number % len(orders)]

    async def create(self, number: int) -> None:
        self.shopping.place()

    async def update(self, number: int) -> None:
        """A word that HubSpot shows is another one."""
        self.world.shopify.actions["edit_order_details"](order=self._order(number).id, note=f"note {number}")

    async def echo(self, number: int) -> None:
        """Shopify tells of a change of nothing that HubSpot shows."""
        with self.world.shopify.deliveries.event():
            changed(self.world.shopify.shop, self._order(number))

    async def repeat(self, number: int) -> None:
        """A webhook comes a second time."""
        orders = [one for one in self.world.webhooks if one.headers["x-shopify-topic"].startswith("orders/")]
        await self.world.receive(orders[number % len(orders)])


MIXES: dict[str, Callable[[Trade, int], Awaitable[None]]] = {
    "creates": Trade.create,
    "updates": Trade.update,
    "echoes": Trade.echo,
    "no-ops": Trade.repeat,
}


def measure(emulated: Any, rate: float, events: int) -> list[Cost]:
    """All mixes one after the other in one world, each at this many acts a second."""
    if TABLE in emulated.list_tables()["TableNames"]:
        emulated.delete_table(TableName=TABLE)
    create(emulated, TABLE)
    world = CostWorld(emulated, PRICES["assumed"])
    trade = Trade(world)
    costs: list[Cost] = []

    async def play() -> None:
        await ready(world)
        await world.mark(Kind.CONTACT, *trade.shopping.customers)
        await world.settle()
        world.shopify.faults.add("delay", "graphql *", seconds=DELAY)
        world.hubspot.faults.add("delay", seconds=DELAY)
        for mix, act in MIXES.items():
            underway(f"{events} {mix} at {rate:g}/s")
            costs.append(await _mix(world, trade, mix, act, rate, events))

    run(world.clock, play())
    return costs


async def _mix(
    world: CostWorld, trade: Trade, mix: str, act: Callable[[Trade, int], Awaitable[None]], rate: float, events: int
) -> Cost:
    world.meter.clear()
    world.runs.clear()
    for number in range(events):
        await act(trade, number)
        await world.live(1 / rate)
    await world.settle()
    await world.live(5)
    return Cost(
        mix,
        rate,
        int(world.meter.used["HTTP API requests"]),
        dict(world.meter.used),
        {who: dict(parts) for who, parts in world.meter.writes.items()},
        {name: (len(some), sum(some) / len(some)) for name, some in world.runs.items()},
        [*map(str, world.verdict().differences), *world.parked()],
    )


def show(costs: list[Cost]) -> None:
    for one in costs:
        total = sum(one.usd.values())
        print(
            f"{one.mix} at {one.rate:g}/s: {one.events} events, ${total:.2f} a million; {len(one.differences)} differ"
        )
        print("   ", ", ".join(f"{name} ${usd:.2f}" for name, usd in one.usd.items()))
        print("   ", ", ".join(f"{name} {used / one.events:.2f}" for name, used in one.used.items()))
        for who, parts in one.writes.items():
            print(f"    {who}:", ", ".join(f"{name} {units / one.events:.2f}" for name, units in sorted(parts.items())))
        print("   ", ", ".join(f"{name} {n} x {s:.3f} s" for name, (n, s) in one.seconds.items()))


def show_peers() -> None:
    for name, used in PRICES["peers"].items():
        usd = priced(used)
        print(f"peer, {name}: ${sum(usd.values()):.2f} a million")
        print("   ", ", ".join(f"{name} ${amount:.2f}" for name, amount in usd.items()))


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.cost", description=__doc__)
    parser.add_argument("--events", type=int, default=400)
    parser.add_argument("--rate", type=float, nargs="+", default=[2, 20])
    options = parser.parse_args()
    emulator = Emulator()
    emulator.start()
    try:
        costs = [
            one for rate in options.rate for one in measure(client("dynamodb", emulator.endpoint), rate, options.events)
        ]
    finally:
        emulator.stop()
    show(costs)
    show_peers()
    if any(one.differences for one in costs):
        sys.exit("the two sides differ")


if __name__ == "__main__":
    main()
