"""Plays schedules by the thousand on both cores and keeps a ledger: `python -m tests.worlds.prove 100000`."""

import argparse
import gc
import hashlib
import json
import multiprocessing
import sys
import time
import traceback
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

from sandbox.world.accounts import prepare
from sandbox.world.schedule import play
from tests.worlds.__main__ import kinds, told
from tests.worlds.shrink import shrunk
from tests.worlds.sometimes import ENOUGH, missing

ROOT = Path(__file__).parents[2]
ENGINE = ROOT / "layers/core/tandem"
LEDGER = ROOT / ".local/ledger.jsonl"
CHUNK = 50
TWICE = 100
"""Each seed that this divides is played twice: the same trace must come of it."""
SHOWN = 20


@dataclass(slots=True)
class Played:
    """What came of some seeds. `problems` are by seed; `seconds` are of the processor."""

    schedules: int = 0
    seconds: float = 0.0
    problems: dict[int, list[str]] = field(default_factory=dict)
    met: Counter[str] = field(default_factory=Counter)

    def add(self, other: "Played") -> None:
        self.schedules += other.schedules
        self.seconds += other.seconds
        self.problems |= other.problems
        self.met += other.met


def play_some(seeds: Iterable[int]) -> Played:
    """Play these. Nothing is collected meanwhile: it ends soon, and all it holds with it."""
    played, begun = Played(), time.process_time()
    for seed in seeds:
        played.schedules += 1
        try:
            outcome = play(seed)
            problems = outcome.problems
            if seed % TWICE == 0 and play(seed).digest != outcome.digest:
                problems = [*problems, "played twice, it goes two ways"]
            played.met += outcome.met
        except Exception:
            problems = [traceback.format_exc(limit=-6)]
        if problems:
            played.problems[seed] = problems
    played.seconds = time.process_time() - begun
    return played


def prove(seeds: range, processes: int = 2) -> Iterator[Played]:
    """All of them, some at a time, as they come to an end."""
    chunks = [seeds[start : start + CHUNK] for start in range(0, len(seeds), CHUNK)]
    prepare()
    gc.collect()
    gc.freeze()
    gc.disable()
    try:
        with multiprocessing.get_context("fork").Pool(processes, maxtasksperchild=2) as pool:
            yield from pool.imap_unordered(play_some, chunks)
    finally:
        gc.enable()
        gc.unfreeze()


def engine() -> str:
    """A hash of the engine's sources."""
    digest = hashlib.sha256()
    for path in sorted(ENGINE.rglob("*.py")):
        digest.update(path.relative_to(ENGINE).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.worlds.prove", description=__doc__)
    parser.add_argument("count", type=int, help="how many schedules")
    parser.add_argument("--first", type=int, default=0, metavar="SEED")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--ledger", type=Path, default=LEDGER)
    options = parser.parse_args()
    seeds = range(options.first, options.first + options.count)
    total, begun = Played(), time.monotonic()
    hash_of_engine = engine()
    for part in prove(seeds, options.processes):
        total.add(part)
        for seed, problems in part.problems.items():
            sys.stdout.write(f"\nseed {seed}:\n" + "".join(f"    {one}\n" for one in problems[:6]))
        _progress(total, len(seeds), time.monotonic() - begun)
    seconds = time.monotonic() - begun
    unmet = missing(total.met) if total.schedules >= ENOUGH else []
    _note(options.ledger, hash_of_engine, seeds, total, seconds, unmet)
    sys.stdout.write(_table(total, seconds, unmet))
    if total.problems:
        sys.stdout.write(_smallest(min(total.problems)))
    return 1 if total.problems or unmet else 0


def _progress(total: Played, of: int, seconds: float) -> None:
    rate = total.schedules / seconds
    sys.stdout.write(f"\r{total.schedules:,} of {of:,}, {len(total.problems)} failed, {rate:.0f} a second ")
    sys.stdout.flush()


def _note(path: Path, engine_: str, seeds: range, total: Played, seconds: float, unmet: list[str]) -> None:
    """One line of the ledger."""
    path.parent.mkdir(exist_ok=True)
    line = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "engine": engine_,
        "seeds": [seeds.start, seeds.stop - 1],
        "failed": sorted(total.problems),
        "never met": unmet,
        "seconds": round(seconds, 1),
        "cpu_seconds": round(total.seconds, 1),
        "met": dict(sorted(total.met.items())),
    }
    with path.open("a") as ledger:
        ledger.write(json.dumps(line, ensure_ascii=False) + "\n")


def _table(total: Played, seconds: float, unmet: list[str]) -> str:
    lines = [
        f"\n\n{total.schedules:,} schedules in {seconds:,.0f} s, {total.schedules / seconds:.0f} a second, "
        f"{1000 * total.seconds / total.schedules:.1f} ms of the processor each"
    ]
    lines += [f"{count:>12,}  {name}" for name, count in total.met.most_common()]
    failed = list(islice(total.problems, SHOWN))
    lines += [f"never met: {name}" for name in unmet]
    lines.append(f"{len(total.problems)} failed{': ' if failed else ''}{', '.join(map(str, failed))}")
    return "\n".join(lines) + "\n"


def _smallest(seed: int) -> str:
    """One that failed, cut down and line by line."""
    whole = play(seed)
    least = shrunk(whole, lambda tried: bool(kinds(tried) & kinds(whole))) if whole.problems else whole
    return f"\nOf seed {seed}, as `python -m tests.worlds {seed} --shrink` shows it:\n\n{told(least)}"


if __name__ == "__main__":
    sys.exit(main())
