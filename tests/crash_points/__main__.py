"""Tries every crash point of every flow: `python -m tests.crash_points [flow ...] [--again N]`.

Each step with each harm: killed before, killed after, answer lost, frozen past its lease. With `--again N` a second
harm befalls the same flow, at every Nth step after the first.
"""

import argparse
import sys
from collections.abc import Callable
from time import perf_counter

from sandbox.world.mortal import Harm
from tests.crash_points.explorer import Explorer, Report, explore
from tests.crash_points.flows import FLOWS

WITHOUT_FREEZE = tuple(harm for harm in Harm if harm is not Harm.FROZEN)


def harms_of(name: str) -> tuple[Harm, ...]:
    return WITHOUT_FREEZE if name.endswith("racy") else tuple(Harm)


def each(name: str) -> Callable[[int], tuple[Harm, ...]]:
    return lambda _number: harms_of(name)


def in_turn(name: str) -> Callable[[int], tuple[Harm, ...]]:
    """One harm a step, another at the next."""
    harms = harms_of(name)
    return lambda number: (harms[number % len(harms)],)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.crash_points", description=__doc__)
    parser.add_argument("flows", nargs="*", default=list(FLOWS), metavar="flow", help=f"of {', '.join(FLOWS)}")
    parser.add_argument("--again", type=int, default=0, metavar="N", help="pairs: a second harm at every Nth step")
    options = parser.parse_args()
    failed = 0
    print(f"{'flow':30}{'steps':>7}{'points':>8}{'pairs':>8}{'failed':>8}{'seconds':>9}")
    for name in options.flows:
        begun = perf_counter()
        found = explore(FLOWS[name], Explorer(each(name), again=options.again, at_once=2))
        failed += len(found.failures)
        print(_row(name, found, perf_counter() - begun), flush=True)
        for failure in found.failures[:10]:
            print(f"    {failure}")
    return 1 if failed else 0


def _row(name: str, found: Report, seconds: float) -> str:
    return f"{name:30}{found.steps:7}{found.points:8}{found.pairs:8}{len(found.failures):8}{seconds:9.1f}"


if __name__ == "__main__":
    sys.exit(main())
