"""What the engine needs of the world. The only interfaces here with one production implementation each:
simulated worlds, where every one of these calls may be the last, are the second."""

from collections.abc import AsyncGenerator, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from tandem.model import (
    Commit,
    Committed,
    Entry,
    Export,
    Exported,
    Found,
    Job,
    Kind,
    Lane,
    Lease,
    Listed,
    Mark,
    Node,
    NotWritten,
    Priority,
    Rate,
    Record,
    Ref,
    Refused,
    Write,
    Written,
)


class Clock(Protocol):
    def now(self) -> datetime:
        """Time in UTC."""
        ...

    async def sleep(self, seconds: float) -> None: ...


class Ids(Protocol):
    def new(self) -> str:
        """A word nobody else has, for owners of leases and claims."""
        ...


class Bell(Protocol):
    async def ring(self, lane: Lane) -> None:
        """Wake a worker. May be lost, late or doubled without harm."""
        ...


class Store(Protocol):
    """Record rows, lanes, budgets, settings, jobs. Every read here is consistent but `due`."""

    async def mark(self, mark: Mark, now: datetime) -> bool:
        """Make one row due. True when it was not, or only with a lower priority: then ring.

        A due row keeps its due time; a clean or parked one is due now, with no attempts counted.
        """
        ...

    async def mark_many(self, marks: Sequence[Mark], now: datetime) -> int:
        """How many of them became due."""
        ...

    async def lease(self, lane: Lane, owner: str, now: datetime, seconds: float) -> Lease | Refused:
        """Take a lane whose lease is free or over, with the next fence. Held by another: count a bell."""
        ...

    async def renew(self, lease: Lease, now: datetime, seconds: float) -> Lease | None:
        """Set the lease anew with its fence, reading the bells; None when another worker has it."""
        ...

    async def release(self, lease: Lease, anyway: bool = False) -> bool:
        """Give the lane back. False when a bell was rung in vain since `lease` was taken or renewed: look again.

        `anyway` gives it back all the same; the caller then rings.
        """
        ...

    async def close(self, lease: Lease, until: datetime, reason: str) -> None:
        """Open the breaker and give the lane back: nobody gets it before `until`."""
        ...

    async def closed(self, lane: Lane, now: datetime) -> Refused | None:
        """The breaker of a lane if it is open. Takes nothing."""
        ...

    async def due(self, lane: Lane, priority: Priority, now: datetime, limit: int) -> list[Ref]:
        """Rows due by `now`, oldest first, from an index that may lag: read them before believing it."""
        ...

    async def read(self, refs: Sequence[Ref]) -> dict[Ref, Record]:
        """The rows that exist."""
        ...

    async def commit(self, commits: Sequence[Commit], lease: Lease) -> dict[Ref, Committed]:
        """Write down what became of records, each on condition of the fence and of no mark since it was read."""
        ...

    async def claim(self, ref: Ref, owner: str, now: datetime, seconds: float) -> bool:
        """The right to create this record in HubSpot, where two lanes may want to. False: linked, or another has it."""
        ...

    async def note(self, entries: Sequence[Entry]) -> None:
        """Append to the history. Best effort: losing a line is no error."""
        ...

    async def draw(self, budget: str, tokens: float, rate: Rate, now: datetime, patience: float) -> float | None:
        """Take tokens from a shared budget: the seconds to wait before using them, or None if over `patience`.

        Raises OnHold while the vendor is not known to answer again.
        """
        ...

    async def hold(self, budget: str, until: datetime) -> None:
        """The vendor fails: give nothing out of its budget, and let nobody try again before `until`."""
        ...

    async def probe(self, budget: str, now: datetime, seconds: float) -> bool:
        """The right to be the only one to try a vendor again, for so long. False: too early, or another tries."""
        ...

    async def lift(self, budget: str) -> None:
        """The vendor answers again: the hold is over."""
        ...

    async def setting(self, shop: str, name: str) -> dict[str, Any] | None: ...

    async def put_setting(self, shop: str, name: str, value: Mapping[str, Any]) -> None: ...

    async def job(self, shop: str, name: str) -> Job | None: ...

    async def save_job(self, job: Job) -> bool:
        """Save with the next revision; False when it was saved by another since it was read."""
        ...

    async def put_notes(
        self, shop: str, report: str, notes: Mapping[str, Mapping[str, Any]], expires: datetime
    ) -> None:
        """Write notes of a report by name, or write them anew."""
        ...

    async def notes(self, shop: str, report: str, names: Sequence[str]) -> dict[str, dict[str, Any]]:
        """Those there are."""
        ...

    async def notes_after(
        self, shop: str, report: str, prefix: str, after: str | None, limit: int
    ) -> list[tuple[str, dict[str, Any]]]:
        """Notes whose names begin with `prefix`, never empty, in the order of their names, from after `after` on."""
        ...

    async def rows(self, shop: str, kind: Kind, after: str | None, limit: int) -> tuple[list[Record], str | None]:
        """All rows of a kind in the order of their ids, a page at a time; the second value continues, None ends."""
        ...

    async def parked(self, shop: str, limit: int) -> list[Record]:
        """Rows that need a person, oldest first."""
        ...


class Shopify(Protocol):
    """Reads from the store. Every call may raise Unavailable or Misconfigured.

    A record that Shopify fails to answer, while it answers others, is missing from the result.
    """

    async def orders(self, ids: Sequence[str]) -> dict[str, Node | None]:
        """Orders in full, all their lines included, by id; None for one that is gone or may not be read."""
        ...

    async def customers(self, ids: Sequence[str]) -> dict[str, Node | None]: ...

    async def checkouts(self, numbers: Sequence[str]) -> dict[str, Node | None]:
        """Abandoned checkouts in full, all their lines included, by number; None for one that is not listed."""
        ...

    async def orders_of(self, token: str) -> list[str]:
        """Ids of the orders that carry a checkout's token, the oldest first; from an index that lags."""
        ...


class Exports(Protocol):
    """Shopify's bulk operations: a whole kind at once, at no points. Every call may raise Unavailable."""

    async def begin(self, kind: Kind) -> str:
        """The id of a new operation. Raises Unavailable while as many run as may, OutcomeUnknown."""
        ...

    async def state(self, id_: str) -> Export: ...

    def records(self, kind: Kind, export: Export, start: int) -> AsyncGenerator[Exported, None]:
        """The records from byte `start` on. Raises Rejected when the export can be had no more: begin anew."""
        ...

    async def present(self, kind: Kind, ids: Sequence[str]) -> set[str]:
        """Which of these the store has and shows."""
        ...


class HubSpot(Protocol):
    """The CRM's batch calls, any number of inputs each. Results are matched by key, never by position.

    Raises Unavailable, Misconfigured, OutOfTime, or OutcomeUnknown for writes. `name` is an object in the plural,
    such as `line_items`.
    """

    async def read(
        self, name: str, keys: Sequence[str], properties: Sequence[str], by: str | None = None
    ) -> dict[str, Found]:
        """Live records by record id, or by the unique property `by`; those not there are left out."""
        ...

    async def upsert(self, name: str, writes: Sequence[Write]) -> dict[str, Written | NotWritten]:
        """Create or update by `tandem_key`; every key is answered."""
        ...

    async def update(self, name: str, writes: Sequence[Write]) -> dict[str, Written | NotWritten]:
        """Update by record id; every id is answered, code `gone` for one that is not there."""
        ...

    async def archive(self, name: str, ids: Sequence[str]) -> None: ...

    async def associate(self, source: str, target: str, pairs: Sequence[tuple[str, str]], label: int | None) -> None:
        """Link records; repeating it is harmless. `label` None is the default association."""
        ...

    async def dissociate(self, source: str, target: str, pairs: Sequence[tuple[str, str]]) -> None: ...

    async def associated(self, source: str, target: str, ids: Sequence[str]) -> dict[str, list[str]]: ...

    async def search(
        self,
        name: str,
        filters: Sequence[Mapping[str, Any]],
        properties: Sequence[str],
        after: str | None = None,
        sort: str | None = None,
    ) -> tuple[list[Found], str | None]:
        """One page of 200 of a lagging index, oldest change first, or by the property `sort`.

        Outside the hot path, but for adoption.
        """
        ...

    async def listed(
        self,
        name: str,
        properties: Sequence[str],
        after: str | None = None,
        *,
        linked: Sequence[str] = (),
        archived: bool = False,
    ) -> tuple[list[Listed], str | None]:
        """One page of 100 of all live, or all archived, records, oldest id first; it does not lag.

        With the ids of their associated records of the objects `linked`.
        """
        ...
