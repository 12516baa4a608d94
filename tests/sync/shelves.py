"""Records that are listed a few at a time by their changes, on either side, while people go on changing them."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, cast

from sandbox.clock import Clock
from sandbox.memory import MemoryStore
from sandbox.world.mortal import Fate, Life, Mortal
from tandem.errors import Rejected, Unavailable
from tandem.model import KEY, Found, Kind, Lane, Record, Ref
from tandem.portal import PORTAL, Portal, Stage
from tandem.sync.hubspot_changes import ID, MODIFIED, STAGE, Looked, look
from tandem.sync.windows import Walked, walk
from tandem.sync.worker import Vendors, World
from tests.sync.shopful import MarkByMark, Names

SHOP = "acme.myshopify.com"


@dataclass
class Page:
    ids: Sequence[tuple[str, datetime]]
    next: str | None


@dataclass
class Shelf:
    """`changed` are ids with the time of their last change. `meddle` is called with the number of each page."""

    clock: Clock = field(default_factory=Clock)
    store: MemoryStore = field(default_factory=MemoryStore)
    changed: dict[str, datetime] = field(default_factory=dict)
    meddle: Callable[[int], None] = lambda _number: None
    pages: int = 0
    down: bool = False
    forgets: bool = False
    ceiling: int | None = None
    size: int = 10
    page: int = 3

    def __post_init__(self) -> None:
        for number in range(1, self.size + 1):
            self.changed[str(number)] = self.clock.now - timedelta(hours=12 * (1 - number / self.size))

    def now(self) -> datetime:
        return self.clock.now

    async def sleep(self, seconds: float) -> None:
        self.clock.advance(seconds)

    async def ring(self, lane: Lane) -> None:
        pass

    def touch(self, id_: str) -> None:
        self.clock.advance(1)
        self.changed[id_] = self.clock.now

    def world(self, life: Life | None = None) -> World:
        store = MarkByMark(self.store, life) if life else self.store
        return World(cast(Any, store), cast(Any, Mortal(self, life) if life else self), self, Names())

    def _turn(self) -> None:
        if self.down:
            raise Unavailable("down")
        self.pages += 1
        self.meddle(self.pages)

    # The store's side

    async def updated(self, kind: Kind, since: datetime, after: str | None = None) -> Page:
        """By Shopify's cursors: the last record's time and id."""
        if after and self.forgets:
            self.forgets = False
            raise Rejected("no such cursor", "cursor")
        rows = sorted((when, id_) for id_, when in self.changed.items() if when >= since)[: self.ceiling]
        if after:
            when, _, id_ = after.partition("|")
            rows = [row for row in rows if row > (datetime.fromisoformat(when), id_)]
        page = rows[: self.page]
        end = f"{page[-1][0].isoformat()}|{page[-1][1]}" if len(rows) > self.page else None
        self._turn()
        return Page([(id_, when) for when, id_ in page], end)

    async def abandoned(self, since: datetime, after: str | None = None) -> Any:
        raise AssertionError("no checkouts here")

    def walk(self, life: Life | None = None, seconds: float = 600) -> Walked:
        deadline = self.now() + timedelta(seconds=seconds)
        listings: Any = Mortal(self, life) if life else self
        return asyncio.run(walk(Kind.ORDER, SHOP, listings, self.world(life), deadline))

    # HubSpot's side

    async def search(
        self,
        name: str,
        filters: Sequence[Mapping[str, Any]],
        properties: Sequence[str],
        after: str | None = None,
        sort: str | None = None,
    ) -> tuple[list[Found], str | None]:
        """Orders, all of which were dragged into another stage when they changed."""
        assert after is None, "offsets skip what moves up"
        tests = {(one["propertyName"], one["operator"]): one.get("value") for one in filters}
        rows = sorted((when, int(id_)) for id_, when in self.changed.items())
        for (property_, operator), value in tests.items():
            if property_ == MODIFIED:
                moment = int(value or 0)
                rows = [row for row in rows if _fits(_stamp(row[0]), operator, moment)]
            elif property_ == ID:
                rows = [row for row in rows if row[1] > int(value or 0)]
        if sort == ID:
            rows.sort(key=lambda row: row[1])
        found = [
            Found(str(id_), {KEY: f"{SHOP}:order:{id_}", STAGE: "elsewhere", MODIFIED: when.isoformat()})
            for when, id_ in rows[: self.page]
        ]
        self._turn()
        return found, "more" if len(rows) > self.page else None

    def look(self, life: Life | None = None, seconds: float = 600) -> Looked:
        deadline = self.now() + timedelta(seconds=seconds)
        hubspot: Any = Mortal(self, life) if life else self
        [looked] = asyncio.run(look(SHOP, Vendors(cast(Any, None), hubspot), self.world(life), deadline, ["orders"]))
        return looked

    def in_hubspot(self) -> "Shelf":
        """With rows that know where their orders stood."""

        async def fill() -> None:
            portal = Portal(
                shop=SHOP,
                portal_id="1",
                properties={"orders": {}},
                pipeline="p",
                stages=(Stage(id="open", label="Open"),),
            ).model_dump(mode="json")
            portal["properties"]["orders"] = {KEY: {"type": "string"}}
            await self.store.put_setting(SHOP, PORTAL, portal)
            for id_ in [*self.changed, "11", "12"]:
                self.know(id_)

        asyncio.run(fill())
        return self

    def know(self, id_: str) -> None:
        """All that is amiss with it is its stage: what else it says was written after any change."""
        latest = self.clock.now + timedelta(days=1)
        for kind in (Kind.ORDER, Kind.STAGE):
            ref = Ref(SHOP, kind, id_)
            self.store.records[ref] = Record(ref, link=id_, stage="open", written_at=latest)

    def due(self, kind: Kind) -> set[str]:
        return {ref.id for ref, row in self.store.records.items() if ref.kind is kind and row.due_at}


def _fits(stamp: int, operator: str, moment: int) -> bool:
    return stamp == moment if operator == "EQ" else stamp >= moment


def _stamp(when: datetime) -> int:
    return round(when.timestamp() * 1000)


def steps_of(shelf: Shelf, run: Callable[[Shelf, Life | None], Any]) -> list[str]:
    fate = Fate(shelf.clock)
    run(shelf, Life(fate))
    return fate.steps
