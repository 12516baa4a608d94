"""How soon, and by how many calls, an order is complete in HubSpot: `python -m bench.orders [--deployed]`.

Complete means its properties, lines and associations as the oracle wants them, and then its stage. Whoever wants real
time to mean something leaves the machine to it.
"""

import argparse
import asyncio
import sys
from collections.abc import Iterable, Sequence

from bench import deployed, real, simulated
from bench.figures import Run, show, underway

VIRTUAL = ((1, 60), (5, 60), (20, 60), (100, 60), (300, 20))
"""Orders a second, and seconds."""


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.orders", description=__doc__)
    parser.add_argument("--rate", type=float, default=20, help="orders a second in real time")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--virtual", type=float, nargs=2, action="append", metavar=("RATE", "SECONDS"))
    parser.add_argument("--deployed", action="store_true", help="through the stack as deployed to the emulator instead")
    options = parser.parse_args()
    if options.virtual:
        runs = virtual(options.virtual)
    elif options.deployed:
        runs = asyncio.run(deployed.steady())
    else:
        runs = in_process(options.rate, options.seconds)
    show(runs)
    if options.deployed:
        print(deployed.verdict(runs))
    if not all(run.good for run in runs):
        sys.exit("an order is not as it must be, or a limit was met")


def virtual(loads: Iterable[Sequence[float]]) -> list[Run]:
    runs = []
    for rate, seconds in loads:
        underway(f"{rate:g}/s for {seconds:g} s in virtual time")
        runs.append(simulated.steady(rate, seconds))
    return runs


def in_process(rate: float, seconds: float) -> list[Run]:
    underway(f"{rate:g}/s for {seconds:g} s in real time")
    runs = [asyncio.run(real.steady(rate, seconds))]
    runs += virtual(VIRTUAL)
    underway("a first run and a second one in virtual time")
    return [*runs, *simulated.first_and_second()]


if __name__ == "__main__":
    main()
