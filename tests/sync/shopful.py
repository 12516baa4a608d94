"""A shop to resync: seven customers, five orders, two checkouts on pages of three, and runs that page through them."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from sandbox.clock import Clock
from sandbox.memory import MemoryStore
from sandbox.world.mortal import Life, Mortal
from tandem.errors import Unavailable
from tandem.model import Kind, Lane, Mark, Priority
from tandem.sync.resync import Progress, Request, start, work
from tandem.sync.worker import World

SHOP = "acme.myshopify.com"
BEGAN = datetime(2026, 1, 1, tzinfo=UTC)
RUN = timedelta(minutes=4)
SOLD = {Kind.CONTACT: 7, Kind.ORDER: 5, Kind.CART: 2}
"""How many there are of each."""


@dataclass
class Listed:
    ids: Sequence[tuple[str, datetime]]
    next: str | None


class MarkByMark(Mortal):
    """The store of a run that may be killed between any two marks of a page."""

    async def mark_many(self, marks: Sequence[Mark], now: datetime) -> int:
        return sum([await self.mark(mark, now) for mark in marks])


class Names:
    def new(self) -> str:
        return "run"


@dataclass
class Shopful:
    """What SOLD says, listed three a page; each changed a day after the one before."""

    clock: Clock = field(default_factory=Clock)
    store: MemoryStore = field(default_factory=MemoryStore)
    rung: list[Lane] = field(default_factory=list)
    going_on: list[str] = field(default_factory=list)
    listed: list[tuple[Kind, str | None]] = field(default_factory=list)
    down: bool = False

    def now(self) -> datetime:
        return self.clock.now

    async def sleep(self, seconds: float) -> None:
        self.clock.advance(seconds)

    async def ring(self, lane: Lane) -> None:
        self.rung.append(lane)

    async def go_on(self, name: str) -> None:
        self.going_on.append(name)

    async def pages(self, kind: Kind, after: str | None) -> Listed:
        if self.down:
            raise Unavailable("Shopify is down")
        self.listed.append((kind, after))
        every = [str(number) for number in range(1, SOLD[kind] + 1)]
        rest = every[int(after or 0) :]
        page = [(id_, BEGAN + timedelta(days=int(id_))) for id_ in rest[:3]]
        return Listed(page, rest[2] if len(rest) > 3 else None)

    def world(self, life: Life | None = None) -> World:
        store = MarkByMark(self.store, life) if life else self.store
        bell = Mortal(self, life) if life else self
        return World(store, bell, self, Names())

    def begin(self, **request: Any) -> str:
        return asyncio.run(start(Request(**request), SHOP, self.world()))

    def work(self, name: str, life: Life | None = None, seconds: float = 240) -> Progress:
        """One run; each page takes it a moment."""
        deadline = self.now() + timedelta(seconds=seconds)
        progress = asyncio.run(work(name, SHOP, self.pages, self.world(life), deadline, self.go_on))
        assert progress is not None
        return progress

    def due(self, kind: Kind, priority: Priority = Priority.BULK) -> list[str]:
        return sorted(
            ref.id
            for ref, row in self.store.records.items()
            if ref.kind is kind and row.due_at and row.priority is priority
        )


ALL_CUSTOMERS = [str(number) for number in range(1, 8)]
ALL_ORDERS = [str(number) for number in range(1, 6)]


def broken(shop: Shopful, name: str, pages: int) -> None:
    """A run that Shopify's outage ends after so many pages."""
    went = len(shop.listed) + pages

    async def listing(kind: Kind, after: str | None) -> Listed:
        shop.down = len(shop.listed) >= went
        return await Shopful.pages(shop, kind, after)

    deadline = shop.now() + RUN
    progress = asyncio.run(work(name, SHOP, listing, shop.world(), deadline, shop.go_on))
    shop.down = False
    assert progress is not None
    assert (progress.ended, progress.reason) == ("interrupted", "Shopify is down")
