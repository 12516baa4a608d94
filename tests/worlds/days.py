"""Plays random days and tells which go wrong: `python -m tests.worlds.days 1000..1200`, or one seed in detail: `17`."""

import argparse
import sys
import time
import traceback
from collections import Counter

from sandbox.world.loop import run
from sandbox.world.random_day import RandomDay


def play(seed: int) -> RandomDay:
    day = RandomDay(seed)
    run(day.clock, day.play())
    return day


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.worlds.days", description=__doc__)
    parser.add_argument("seeds", help="one, or a range such as 1000..1200")
    options = parser.parse_args()
    first, _, last = options.seeds.partition("..")
    seeds = range(int(first), int(last or first) + (0 if last else 1))
    bad, met = 0, Counter[str]()
    begun = time.monotonic()
    for seed in seeds:
        weather = ""
        try:
            day = play(seed)
            problems, weather = day.problems, f" {day.weather}"
            met += day.done + day.outcomes()
        except Exception:
            problems = [traceback.format_exc(limit=-6)]
        if problems:
            bad += 1
            sys.stdout.write(f"seed {seed}{weather}:\n" + "".join(f"    {one}\n" for one in problems[:12]))
            sys.stdout.flush()
    took = time.monotonic() - begun
    sys.stdout.write(f"{bad} of {len(seeds)} days went wrong, {took / len(seeds):.2f} s each\n")
    sys.stdout.write(f"{dict(met.most_common())}\n")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
