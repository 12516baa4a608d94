"""A world where much goes on and much goes wrong, and what can be told of its end."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from bench.shopping import Shopping
from bench.simulated import DELAY, TimedWorld
from sandbox.faults import Fault, Faults
from sandbox.log import Log
from sandbox.oracle.verdict import Difference
from sandbox.world.mortal import Fate, Harm
from tandem.model import Kind, Priority

LIMIT, SPAN = 190, timedelta(seconds=10)
"""Calls that the simulated account allows, and in what time."""
INJECTED = ("status", "status_after")
UNDER: Mapping[str, float | int | str] = {
    "latency_s": DELAY[0],
    "hubspot_limit": "190 calls/10 s, 5 searches/s",
    "shopify_limit": "100 points/s, 2,000 at once",
}
"""Conditions of every run."""


class Ledger(Log):
    """A vendor's log that keeps the moment of every call. `refused` are 429s that no fault asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.moments: list[datetime] = []
        self.refused = 0

    def record(
        self, at: datetime, endpoint: str, method: str, path: str, status: int | None, fault: str | None = None
    ) -> None:
        super().record(at, endpoint, method, path, status, fault)
        self.moments.append(at)
        self.refused += status == 429 and fault not in INJECTED

    def clear(self) -> None:
        super().clear()
        self.moments.clear()
        self.refused = 0

    @property
    def total(self) -> int:
        return len(self.moments)

    def busiest(self) -> int:
        """The most calls in any 10 s."""
        ends = (bisect_right(self.moments, moment + SPAN) for moment in self.moments)
        return max((end - begin for begin, end in enumerate(ends)), default=0)

    def share(self, seconds: float) -> float:
        """How much of what the account allows in so long a time was used."""
        return self.total / (LIMIT * max(seconds, SPAN.total_seconds()) / SPAN.total_seconds())


class Perilous(Faults):
    """`met` counts what befell by chance; what befalls every call is how the vendor is."""

    met = 0

    def for_call(self, endpoint: str) -> Fault | None:
        return self._counted(super().for_call(endpoint))

    def for_webhook(self, endpoint: str) -> Fault | None:
        return self._counted(super().for_webhook(endpoint))

    def _counted(self, fault: Fault | None) -> Fault | None:
        self.met += fault is not None and fault.probability < 1
        return fault


class FloodedWorld(TimedWorld):
    """A shop with buyers and goods. `calls` is HubSpot's ledger; `perils` are the vendors' faults, by seed and name."""

    def __init__(self, seed: int = 0, name: str = "") -> None:
        super().__init__()
        self.calls = Ledger()
        self.perils = []
        for vendor, log in ((self.shopify, Ledger()), (self.hubspot, self.calls)):
            vendor.reset(seed)
            vendor.log = log  # the outbox keeps the old one: webhooks are no calls
            self.perils.append(Perilous(Random(f"perils:{vendor.vendor}:{name}:{seed}")))
            vendor.suffer(self.perils[-1])
        self.shopping = Shopping(self.shopify, self.seconds)

    async def customers_first(self) -> None:
        """Bring those over who are there when all begins."""
        await self.mark(Kind.CONTACT, *self.shopping.customers, priority=Priority.BULK)
        await self.settle()

    def begin(self) -> datetime:
        """From here on calls are counted, and answers take their time."""
        for vendor in (self.shopify, self.hubspot):
            vendor.log.clear()
            vendor.faults.add("delay", "graphql *" if vendor is self.shopify else "*", seconds=DELAY)
        return self.clock.now

    def due(self) -> int:
        """All rows are of this one store; the count is asked for too often to look at each row's."""
        return sum(1 for row in self.store.records.values() if row.due_at)

    @property
    def resting(self) -> bool:
        return not (self._workers or self._busy() or self.due())

    def lags(self, orders: Iterable[str] | None = None) -> list[float]:
        """Seconds from the first webhook until the whole order, of those orders that a webhook told of."""
        complete = self.watched.complete
        chosen = complete if orders is None else orders
        return [complete[one] - self.received[one] for one in chosen if one in complete and one in self.received]

    @property
    def met(self) -> int:
        """How many faults befell."""
        return sum(one.met for one in self.perils) + self.fate.befallen

    def judged(self) -> tuple["Wrong", list[str]]:
        """All that speaks against the run, counted by kind and told."""
        found = self.verdict().differences
        due = [f"{self.due()} rows are still due"] if self.due() else []
        return Wrong.of(found), [*map(str, found), *self.parked(), *due]


@dataclass(frozen=True, slots=True)
class Wrong:
    """What the oracle says, by its kind. `differing` is all that is there and is not as it must be."""

    lost: int = 0
    duplicate: int = 0
    orphan: int = 0
    differing: int = 0

    @classmethod
    def of(cls, differences: Iterable[Difference]) -> "Wrong":
        return cls(**Counter(_kind(one) for one in differences))

    @classmethod
    def all(cls, several: Sequence["Wrong"]) -> "Wrong":
        return cls(**{name: sum(one.figures()[name] for one in several) for name in cls().figures()})

    def figures(self) -> dict[str, int]:
        return {"lost": self.lost, "duplicate": self.duplicate, "orphan": self.orphan, "differing": self.differing}


def _kind(one: Difference) -> str:
    if "is a duplicate of" in one.text:
        return "duplicate"
    if "an orphan" in one.text or "should not be there" in one.text:
        return "orphan"
    if one.id is None and (one.object == "orders" or "has no contact" in one.text):
        return "lost"
    return "differing"


class OneDeath(Fate):
    """A worker dies for good when its first write of new orders after `moment` is done, before it learns of it."""

    def __init__(self, world: FloodedWorld, moment: datetime) -> None:
        super().__init__(world.clock, harm=Harm.KILLED_AFTER)
        self._moment = moment

    def at(self, number: int) -> Harm | None:
        writes = self.steps[-1].endswith("/orders/batch/upsert")
        if self.doomed is None and writes and self.clock.now >= self._moment:
            self.doomed = number
        return super().at(number)
