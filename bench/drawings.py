"""Which charts the table of all benchmarks gives. A wrong run is in none of them."""

from collections.abc import Iterable, Sequence

from bench.charts import bars, lines
from bench.holds import number
from bench.results import Row


def drawings(rows: Sequence[Row]) -> dict[str, str]:
    """SVG by file name, of whatever was measured."""
    good = [row for row in rows if row.good]
    found = {
        "calls-per-order.svg": _calls(_of(good, "B1")),
        "first-run.svg": _first_run(_of(good, "B1")),
        "latency.svg": _latency(_of(good, "B2")),
        "cost.svg": _cost(_of(good, "B5")),
        "cold-start.svg": _starts(_of(good, "B6")),
    }
    return {name: drawing for name, drawing in found.items() if drawing}


def _of(rows: Iterable[Row], bench: str) -> list[Row]:
    return [row for row in rows if row.bench == bench]


def _named(rows: Iterable[Row], figure: str) -> list[tuple[str, float]]:
    return [(f"{row.subject}, {row.size}", number(row.figures[figure])) for row in rows if figure in row.figures]


def _calls(rows: Sequence[Row]) -> str:
    values = sorted(_named(rows, "calls_per_order"), key=lambda one: one[1])
    return bars("Calls to HubSpot for an order, first run", "calls an order", values, log=True) if values else ""


def _first_run(rows: Sequence[Row]) -> str:
    values = sorted(_named(rows, "orders_per_s"), key=lambda one: -one[1])
    return bars("Orders brought over a second, first run", "orders/s", values, log=True) if values else ""


def _latency(rows: Sequence[Row]) -> str:
    series = {
        name: [(number(row.figures["orders_per_s"]), number(row.figures[f"{name}_s"])) for row in rows]
        for name in ("p50", "p99")
    }
    title = "From a webhook to a complete order in HubSpot"
    return lines(title, "orders a second", "seconds", series, log=True) if rows else ""


def _cost(rows: Sequence[Row]) -> str:
    values = _named(rows, "usd_a_million")
    return bars("A million events on AWS", "USD, us-east-1; peers modelled", values) if values else ""


def _starts(rows: Sequence[Row]) -> str:
    values = [(name.removesuffix(", import"), cpu) for name, cpu in _named(rows, "cpu_ms") if cpu]
    return bars("A cold start", "ms of CPU to import", values) if values else ""
