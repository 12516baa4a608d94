"""What must hold of the figures, what is aimed at, and whether a table says so."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bench.results import Row, Value, shown


@dataclass(frozen=True, slots=True)
class Hold:
    """Of every row of a benchmark whose subject and size begin so: at most `hold`, or at least where `least` is set.

    Of several sizes the last one counts where `last` is set.
    """

    what: str
    bench: str
    subject: str
    size: str
    figure: str
    hold: float | None
    aim: float
    least: bool = False
    last: bool = False

    def meets(self, value: float, bound: float) -> bool:
        return value >= bound if self.least else value <= bound


@dataclass(frozen=True, slots=True)
class Held:
    """One line of the table. `value` is the worst there is; None where nothing says."""

    hold: Hold
    value: float | None

    @property
    def missed(self) -> bool:
        bound = self.hold.hold
        return self.value is not None and bound is not None and not self.hold.meets(self.value, bound)

    def cells(self) -> list[str]:
        word = "at least " if self.hold.least else "at most "
        bounds = ["" if bound is None else word + shown(bound) for bound in (self.hold.hold, self.hold.aim)]
        if self.value is None:
            return [self.hold.what, *bounds, "", "not measured"]
        return [self.hold.what, *bounds, shown(self.value), "MISSED" if self.missed else self._reached(self.value)]

    def _reached(self, value: float) -> str:
        if self.hold.meets(value, self.hold.aim):
            return "aim reached"
        return "aim not reached" if self.hold.hold is None else "held"


HEAD = ["", "hold", "aim", "measured", ""]
HOLDS = (
    Hold("HubSpot calls per order, first run", "B1", "Tandem", "", "calls_per_order", 0.10, 0.06, last=True),
    Hold("share of HubSpot's limit used, first run", "B1", "Tandem", "", "share_of_limit", 0.80, 0.98, True, True),
    Hold("calls to HubSpot, second run with nothing changed", "B1", "Tandem", "", "second_run_calls", 0, 0),
    Hold("429s of its own, first run", "B1", "Tandem", "", "429s", 0, 0),
    Hold("p99 from webhook to complete order at 20/s, s", "B2", "Tandem", "20/s", "p99_s", 3, 1),
    Hold("p99 from webhook to complete order at 100/s, s", "B2", "Tandem", "100/s", "p99_s", None, 1),
    Hold("AWS calls to acknowledge a webhook", "B3", "Tandem", "", "aws_calls", 2, 1.3),
    Hold("p99 to acknowledge a webhook, ms", "B3", "Tandem", "", "p99_ms", 50, 20),
    Hold("orders lost in a flash sale", "B4", "Tandem", "", "lost", 0, 0),
    Hold("records twice after a flash sale", "B4", "Tandem", "", "duplicate", 0, 0),
    Hold("429s of its own in a flash sale", "B4", "Tandem", "", "own_429", 0, 0),
    Hold("drained after the end of a flash sale, s", "B4", "Tandem", "", "drained_s", None, 30),
    Hold("CPU to import the webhook function, ms", "B6", "ShopifyWebhookFunction", "with", "cpu_ms", 450, 300),
    Hold("writes of a pass in which nothing changed", "B7", "Tandem, nothing", "", "writes", 0, 0),
    Hold("share found of what was changed by hand", "B7", "Tandem, audit", "", "recall", 1, 1, True),
    Hold("share of findings that are right", "B7", "Tandem, audit", "", "precision", 1, 1, True),
)  # fmt: skip


def held(rows: Sequence[Row], holds: Iterable[Hold] = HOLDS) -> list[Held]:
    return [Held(hold, _value(hold, rows)) for hold in holds]


def _value(hold: Hold, rows: Iterable[Row]) -> float | None:
    """A wrong run says nothing; that it is wrong is told elsewhere."""
    found = [number(row.figures[hold.figure]) for row in rows if _of(hold, row)]
    if not found:
        return None
    if hold.last:
        return found[-1]
    return min(found) if hold.least else max(found)


def _of(hold: Hold, row: Row) -> bool:
    named = row.subject.startswith(hold.subject) and row.size.startswith(hold.size)
    return row.good and row.bench == hold.bench and named and hold.figure in row.figures


def number(value: Value) -> float:
    assert not isinstance(value, str), value
    return float(value)
