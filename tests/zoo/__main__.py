"""Looks for a schedule that catches each planted bug, or some of them: `python -m tests.zoo 20000 lease`."""

import argparse
import multiprocessing
import statistics
import sys
from functools import partial

from sandbox.world.accounts import prepare
from tests.zoo.all import BUGS
from tests.zoo.hunt import Hunted, hunt


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.zoo", description=__doc__)
    parser.add_argument("count", type=int, nargs="?", default=20_000, help="schedules for each bug at most")
    parser.add_argument("words", nargs="*", help="only bugs whose names hold one of these")
    parser.add_argument("--first", type=int, default=0, metavar="SEED")
    parser.add_argument("--processes", type=int, default=2)
    options = parser.parse_args()
    chosen = [
        place for place, one in enumerate(BUGS) if not options.words or any(word in one.name for word in options.words)
    ]
    prepare()
    found: list[Hunted] = []
    with multiprocessing.get_context("fork").Pool(options.processes, maxtasksperchild=1) as pool:
        look = partial(look_for, first=options.first, count=options.count)
        for one in pool.imap_unordered(look, chosen):
            found.append(one)
            sys.stdout.write(line(one) + "\n")
            sys.stdout.flush()
    sys.stdout.write(summary(found))
    return 0 if all(one.seed is not None for one in found) else 1


def look_for(place: int, first: int, count: int) -> Hunted:
    return hunt(BUGS[place], range(first, first + count))


def line(one: Hunted) -> str:
    if one.seed is None:
        return f"{'not':>6}  {one.bug}: after {one.schedules:,} schedules, run {one.runs:,} times"
    return f"{one.schedules:>6,}  {one.bug}: seed {one.seed}, {one.problem[:160]}"


def summary(found: list[Hunted]) -> str:
    after = [one.schedules for one in found if one.seed is not None]
    told = [f"\n{len(after)} of {len(found)} bugs caught"]
    if after:
        told.append(f"after {statistics.median(after):g} schedules (median), {max(after):,} (worst)")
    told.append(f"{sum(one.seconds for one in found):,.0f} s of the processor")
    return ", ".join(told) + "\n"


if __name__ == "__main__":
    sys.exit(main())
