"""What the measurements of a run come to, and how they are shown."""

import math
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

READS = ("GET ", "batch/read", "/search")
HEAD = ("", "orders", "p50 s", "p95 s", "p99 s", "max s", "calls/order", "writes", "429", "oracle")


@dataclass(frozen=True, slots=True)
class Traffic:
    """The calls a HubSpot account saw: by endpoint, and how many were refused for coming too often."""

    counts: Mapping[str, int]
    refused: int

    @classmethod
    def of(cls, log: Mapping[str, Any]) -> "Traffic":
        """From a simulator's log as JSON."""
        refused = sum(number for name, number in log["statuses"].items() if name.endswith(" 429"))
        return cls(log["counts"], refused)

    @property
    def calls(self) -> int:
        return sum(self.counts.values())

    @property
    def writes(self) -> int:
        return sum(number for name, number in self.counts.items() if not any(word in name for word in READS))


@dataclass(frozen=True, slots=True)
class Run:
    """One run: seconds from webhook to complete order, the calls it took, and what the oracle says at its end."""

    name: str
    orders: int
    seconds: Sequence[float]
    traffic: Traffic
    differences: Sequence[str]
    notes: Sequence[str] = field(default_factory=list)

    @property
    def good(self) -> bool:
        return not self.differences and not self.traffic.refused

    def row(self) -> tuple[str, ...]:
        times = [f"{share(self.seconds, part):.2f}" for part in (0.5, 0.95, 0.99, 1)] if self.seconds else ["-"] * 4
        calls = (f"{self.traffic.calls / self.orders:.3f}", str(self.traffic.writes), str(self.traffic.refused))
        verdict = f"{len(self.differences)} differ" if self.differences else "agrees"
        return (self.name, str(self.orders), *times, *calls, verdict)


def share(values: Sequence[float], part: float) -> float:
    """The value that this part of all are not above."""
    return sorted(values)[max(0, math.ceil(part * len(values)) - 1)]


def underway(text: str) -> None:
    """Tell whoever waits; the figures alone go to standard output."""
    print(f"... {text}", file=sys.stderr, flush=True)


def show(runs: Sequence[Run]) -> None:
    rows = [HEAD, *(run.row() for run in runs)]
    widths = [max(len(row[place]) for row in rows) for place in range(len(HEAD))]
    for first, *others in rows:
        cells = [cell.rjust(width) for cell, width in zip(others, widths[1:], strict=True)]
        print("  ".join([first.ljust(widths[0]), *cells]))
    for run in runs:
        for note in (*run.notes, *run.differences[:5]):
            print(f"  {run.name}: {note}")
