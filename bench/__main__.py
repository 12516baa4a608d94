"""All benchmarks, each judged at its end: `python -m bench [B1 B2 ...] [--large] [--json PATH] [--charts DIR]`.

Ends with 1 when the oracle says anything against a run, or when something that must hold does not. Rows of benchmarks
that are not run now stay in the JSON as they are.
"""

import argparse
import json
import sys
import time
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path

from bench import drawings, holds, results
from bench.results import Row, progress

BENCHES = {
    "B1": ("a first run", "bench.backfill", "rows"),
    "B2": ("from a webhook to a complete order", "bench.adapters", "latency"),
    "B3": ("to acknowledge a webhook", "bench.adapters", "acknowledged"),
    "B4": ("a flash sale", "bench.flood", "rows"),
    "B5": ("what a million events cost", "bench.adapters", "costs"),
    "B6": ("cold starts", "bench.adapters", "starts"),
    "B7": ("to find nothing changed, and what was changed by hand", "bench.adapters", "reconciled"),
    "B8": ("a store that everything happens to", "bench.hostile", "rows"),
    "B9": ("HubSpot down", "bench.adapters", "outages"),
    "B10": ("what is left for others", "bench.fairness", "rows"),
}
"""What each is about, and where it is measured: a module is imported when it is wanted."""


def measure(names: Sequence[str], *, large: bool) -> list[Row]:
    rows: list[Row] = []
    for name in names:
        what, module, function = BENCHES[name]
        progress(f"{name}, {what}")
        began = time.monotonic()
        find: Callable[..., list[Row]] = getattr(import_module(module), function)
        found = find(large=large)
        results.show(found)
        sys.stdout.flush()
        progress(f"{name} took {time.monotonic() - began:.0f} s")
        rows += found
    return rows


def kept(path: Path, rows: Sequence[Row]) -> list[Row]:
    """These rows, and those of other benchmarks that the file holds."""
    new = {row.bench for row in rows}
    there = results.from_json(json.loads(path.read_text())) if path.is_file() else []
    found = [*(row for row in there if row.bench not in new), *rows]
    return sorted(found, key=lambda row: list(BENCHES).index(row.bench))


def beside_peers(rows: Sequence[Row]) -> list[str]:
    """How a first run compares, at each size."""
    told = []
    for size in dict.fromkeys(row.size for row in rows if row.bench == "B1"):
        first = [row for row in rows if row.bench == "B1"]
        above = results.ratio(first, "calls_per_order", "Tandem", "floor", size)
        below = results.ratio(first, "calls_per_order", "naive script", "Tandem", size)
        words = [
            f"{above:.2f} times the floor's calls" if above else "",
            f"a naive script takes {below:.0f} times as many" if below else "",
        ]
        told.append(f"{size}: {'; '.join(filter(None, words))}")
    return told


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="B1", help="all of them without one")
    parser.add_argument("--large", action="store_true", help="at the larger sizes as well")
    parser.add_argument("--json", type=Path, metavar="PATH")
    parser.add_argument("--charts", type=Path, metavar="DIR")
    options = parser.parse_args()
    if unknown := [name for name in options.names if name not in BENCHES]:
        parser.error(f"there is no {', '.join(unknown)}; there are {', '.join(BENCHES)}")
    rows = measure(options.names or list(BENCHES), large=options.large)
    found = holds.held(rows)
    for line in beside_peers(rows):
        print(line)
    results.aligned("what must hold", [holds.HEAD, *(one.cells() for one in found if one.value is not None)])
    told = kept(options.json, rows) if options.json else rows
    if options.json:
        options.json.write_text(json.dumps(results.as_json(told), indent=1, ensure_ascii=False) + "\n")
    if options.charts:
        options.charts.mkdir(parents=True, exist_ok=True)
        for name, drawing in drawings.drawings(told).items():
            (options.charts / name).write_text(drawing)
    wrong, missed = [row for row in rows if not row.good], [one.hold.what for one in found if one.missed]
    if wrong or missed:
        sys.exit(f"{len(wrong)} runs are wrong; missed: {'; '.join(missed) or 'nothing'}")


if __name__ == "__main__":
    main()
