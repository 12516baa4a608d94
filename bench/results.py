"""Rows of the table of all benchmarks: what was measured, under what, beside which peers, and what the oracle says.

A run that the oracle says anything against scores nothing: its figures are shown nowhere.
"""

import dataclasses
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

Value = float | int | str
WRONG = "WRONG"
SHOWN = 3
"""Differences told of under a table."""


@dataclasses.dataclass(frozen=True, slots=True)
class Row:
    """One line of the table. `figures` by name with their unit in the name; `conditions` say under what: latency,
    limits, seed, size. `differences` are what the oracle says against the run."""

    bench: str
    subject: str
    size: str
    figures: Mapping[str, Value]
    conditions: Mapping[str, Value]
    differences: Sequence[str] = ()

    @property
    def good(self) -> bool:
        return not self.differences


def by_bench(rows: Iterable[Row]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row.bench, []).append(row)
    return found


def ratio(rows: Iterable[Row], figure: str, above: str, below: str, size: str) -> float | None:
    """How many times as much one subject took as another at a size; None when either is missing, wrong or nothing."""
    found = {row.subject: row.figures.get(figure) for row in rows if row.size == size and row.good}
    one, other = found.get(above), found.get(below)
    if not isinstance(one, int | float) or not isinstance(other, int | float) or not other:
        return None
    return one / other


def shown(value: Value) -> str:
    """As much of a number as says something."""
    if isinstance(value, str):
        return value
    if isinstance(value, int) or value == int(value):
        return f"{int(value):,}"
    if abs(value) >= 1000:
        return f"{value:,.0f}"
    return f"{value:.1f}" if abs(value) >= 100 else f"{value:.3g}"


def conditions(row: Row) -> str:
    return ", ".join(f"{name} {shown(value)}" for name, value in row.conditions.items())


def tables(rows: Iterable[Row]) -> dict[str, list[list[str]]]:
    """By benchmark a table of words, its head first. Columns are those that any of its good rows has."""
    found = {}
    for bench, some in by_bench(rows).items():
        names = list(dict.fromkeys(name for row in some if row.good for name in row.figures))
        head = ["subject", "size", *names, "oracle"]
        found[bench] = [head, *([row.subject, row.size, *_cells(row, names)] for row in some)]
    return found


def _cells(row: Row, names: Sequence[str]) -> list[str]:
    if not row.good:
        return [*([WRONG, *[""] * len(names)][: len(names)]), f"{len(row.differences)} differ" if names else WRONG]
    return [*(shown(row.figures[name]) if name in row.figures else "" for name in names), "agrees"]


def show(rows: Sequence[Row]) -> None:
    """Print the tables, aligned, with the conditions of each and what is to be said against wrong runs."""
    for bench, table in tables(rows).items():
        aligned(bench, table)
        some = [row for row in rows if row.bench == bench]
        for told in dict.fromkeys(conditions(row) for row in some):
            print(f"    under: {told}")
        for row in some:
            for difference in row.differences[:SHOWN]:
                print(f"    against {row.subject}, {row.size}: {difference}")


def aligned(title: str, table: Sequence[Sequence[str]]) -> None:
    """Print words in columns: the first two to the left, figures to the right."""
    widths = [max(len(line[place]) for line in table if place < len(line)) for place in range(len(table[0]))]
    print(f"\n{title}")
    for line in table:
        left = [word.ljust(width) for word, width in zip(line[:2], widths, strict=False)]
        right = [word.rjust(width) for word, width in zip(line[2:], widths[2:], strict=False)]
        print("  " + "  ".join([*left, *right]).rstrip())


def as_json(rows: Iterable[Row]) -> list[dict[str, Any]]:
    """A wrong run keeps what is said against it, and no figure."""
    return [
        {
            "bench": row.bench,
            "subject": row.subject,
            "size": row.size,
            "figures": dict(row.figures) if row.good else {},
            "conditions": dict(row.conditions),
            "differences": list(row.differences),
        }
        for row in rows
    ]


def from_json(found: Iterable[Mapping[str, Any]]) -> list[Row]:
    return [Row(**{**one, "differences": tuple(one["differences"])}) for one in found]


def progress(text: str) -> None:
    """Tell whoever waits; the tables alone go to standard output."""
    print(f"... {text}", file=sys.stderr, flush=True)
