"""B1, the first run over a store: `python -m bench.backfill [--large]`, beside the floor and a naive script.

Virtual time, limits enforced. Each run has a process of its own, so that its memory and CPU time are its own; both
simulators live in it as well.
"""

import argparse
import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from bench import backfill_worlds
from bench.backfill_worlds import First
from bench.outage import FULL_BUCKET, LIMIT, POINTS
from bench.results import Row, Value, as_json, from_json, progress, show
from bench.simulated import DELAY

ROOT = Path(__file__).resolve().parents[1]
SIZES, LARGE = (500, 5_000), 50_000
NAIVE = 500
"""Orders beyond which the naive script is computed."""
TANDEM, FLOOR, SCRIPT = "Tandem", "floor", "naive script"
RUNS: dict[str, Callable[[int], First]] = {
    TANDEM: backfill_worlds.tandem,
    FLOOR: backfill_worlds.floor_,
    SCRIPT: backfill_worlds.naive_,
}
UNDER: dict[str, Value] = {
    "latency_s": DELAY[0],
    "hubspot_limit": "190 calls/10 s, 5 searches/s",
    "shopify_limit": "100 points/s, 2,000 at once",
    "seed": 0,
    "customers": "as many as orders",
}


def measure(subject: str, orders: int) -> Row:
    """One run in this process. Its efficiency is the least time that its calls and points take at both vendors' limits,
    of the time that it took."""
    before = time.process_time()
    found = RUNS[subject](orders)
    figures: dict[str, Value] = {
        "calls_per_order": round(found.calls / orders, 4),
        "hubspot_calls": found.calls,
        "shopify_calls": sum(found.shopify.values()),
        "429s": found.refused,
        "virtual_s": round(found.seconds, 1),
        "orders_per_s": round(orders / found.seconds, 1),
        "share_of_limit": round(found.calls / LIMIT / found.seconds, 3),
        "cpu_s": round(time.process_time() - before, 1),
        "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    }
    if found.second is not None:
        figures["second_run_calls"] = found.second
    if found.points is not None:
        least = max(found.calls / LIMIT, (found.points - FULL_BUCKET) / POINTS)
        figures |= {"shopify_points": found.points, "efficiency": round(least / found.seconds, 3)}
    return Row("B1", subject, size(orders), figures, UNDER, found.differences)


def size(orders: int) -> str:
    return f"{orders:,} orders"


def apart(subject: str, orders: int) -> Row:
    """One run in a process of its own."""
    progress(f"{subject}: a first run of {orders:,} orders")
    command = [sys.executable, "-m", "bench.backfill", "--one", subject, str(orders)]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    return from_json(json.loads(done.stdout))[0]


def computed(measured: Row, orders: int) -> Row:
    """The naive script at another size: it does the same for each order, one call after the other."""
    factor = orders / NAIVE
    figures = {name: round(float(measured.figures[name]) * factor, 1) for name in ("hubspot_calls", "virtual_s")}
    same = {name: measured.figures[name] for name in ("calls_per_order", "orders_per_s", "share_of_limit")}
    under = {**measured.conditions, "computed": f"from its run of {NAIVE} orders"}
    return replace(measured, size=size(orders), figures={**same, **figures}, conditions=under)


def rows(*, large: bool = False) -> list[Row]:
    found = []
    script = apart(SCRIPT, NAIVE)
    for orders in (*SIZES, *([LARGE] if large else [])):
        found += [apart(TANDEM, orders), apart(FLOOR, orders)]
        if orders == NAIVE:
            found.append(script)
        elif script.good:
            found.append(computed(script, orders))
    return found


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.backfill", description=__doc__)
    parser.add_argument("--large", action="store_true", help=f"{LARGE:,} orders as well")
    parser.add_argument("--one", nargs=2, metavar=("SUBJECT", "ORDERS"), help="one run, as JSON")
    options = parser.parse_args()
    if options.one:
        print(json.dumps(as_json([measure(options.one[0], int(options.one[1]))])))
        return
    found = rows(large=options.large)
    show(found)
    if not all(row.good for row in found):
        sys.exit("a run is wrong")


if __name__ == "__main__":
    main()
