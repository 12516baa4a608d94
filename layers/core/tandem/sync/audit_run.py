"""What the steps of an audit share: the job as it stands, both sides, the notes written so far."""

from collections.abc import AsyncGenerator, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from tandem.mapping.stages import Rule
from tandem.model import KEY, Export, Exported, Job, Kind, Record, Ref
from tandem.portal import Portal
from tandem.ports import Exports
from tandem.sync import lookups
from tandem.sync.compare import STAGE, There, Wanted, normal, packed, prints, unpacked
from tandem.sync.worker import Vendors, World

KINDS = {Kind.CONTACT: "contacts", Kind.ORDER: "orders"}
"""What is compared, and HubSpot's object for it. Contacts first: orders are associated with them."""
NAMES = {**KINDS, Kind.CART: "carts"}
"""With carts, which are compared by id: an export only tells which of them there are."""
OBJECTS = {"contacts": "contact", "orders": "order", "line_items": "line"}
"""What is listed, and the word in our keys."""
SCRATCH = timedelta(days=7)
KEPT = timedelta(days=90)
"""How long what is only needed by the audit itself is kept, and what it found."""
LATELY = timedelta(minutes=15)
CHUNK = 100

Note = dict[str, Any]
Rows = Mapping[Ref, Record]


@dataclass(frozen=True, slots=True)
class Stepped:
    """What a step did: where its phase goes on, None: it is over; what is to be added to counts, and set in the job."""

    after: str | None
    counts: Mapping[str, int] = field(default_factory=dict)
    request: Mapping[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class Run:
    """One run on a job. Products and companies are looked up once, an export is read in one go."""

    job: Job
    portal: Portal
    rules: tuple[Rule, ...]
    vendors: Vendors
    exports: Exports
    world: World
    skus: dict[str, str | None] = field(default_factory=dict)
    firms: dict[str, str | None] = field(default_factory=dict)
    exported: dict[Kind, Export] = field(default_factory=dict)
    reading: tuple[Kind, int, AsyncGenerator[Exported, None]] | None = None

    @property
    def shop(self) -> str:
        return self.job.shop

    def names(self, name: str) -> Sequence[str]:
        """The properties compared of an object, the same ones for the whole audit."""
        found: Sequence[str] = self.job.request["names"][name]
        return found

    def start(self, name: str) -> str:
        """What our keys of an object begin with."""
        return f"{self.shop}:{OBJECTS[name]}:"

    def is_recent(self, when: datetime) -> bool:
        """What changed so lately may still be under way."""
        return self.world.clock.now() - when < LATELY

    async def put(self, notes: Mapping[str, Mapping[str, Any]], kept: timedelta = SCRATCH) -> None:
        if notes:
            await self.world.store.put_notes(
                self.shop, self.job.request["report"], notes, self.world.clock.now() + kept
            )

    async def notes(self, names: Iterable[str]) -> dict[str, Note]:
        return await self.world.store.notes(self.shop, self.job.request["report"], list(names))

    async def after(self, prefix: str, after: str | None, limit: int = CHUNK) -> list[tuple[str, Note]]:
        return await self.world.store.notes_after(self.shop, self.job.request["report"], prefix, after, limit)

    def as_note(self, name: str, id_: str, values: Mapping[str, str | None], linked: Mapping[str, Any]) -> Note:
        """A HubSpot record in a few hundred bytes, with nobody's data."""
        printed = prints(normal(values, self.portal, name), self.job.request["salt"])
        return {"id": id_, "v": packed(printed, self.names(name)), "to": {to: ids for to, ids in linked.items() if ids}}

    def there(self, name: str, note: Note) -> There:
        linked = {to: tuple(ids) for to, ids in note["to"].items()}
        return There(note["id"], unpacked(note["v"], self.names(name)), linked)

    def printed(self, wanted: Wanted) -> Wanted:
        salt = self.job.request["salt"]
        lines = {line: prints(values, salt) for line, values in wanted.lines.items()}
        return Wanted(prints(wanted.values, salt), lines, wanted.ends)

    async def products(self, skus: Iterable[str]) -> Mapping[str, str]:
        new = {sku for sku in skus if sku} - self.skus.keys()
        found = await lookups.products(new, self.portal, self.vendors.hubspot)
        self.skus |= {sku: found.get(sku) for sku in new}
        return {sku: id_ for sku, id_ in self.skus.items() if id_}

    async def companies(self, ids: Iterable[str]) -> Mapping[str, str]:
        new = set(ids) - self.firms.keys()
        found = await lookups.companies(self.shop, new, self.vendors.hubspot, self.world.store)
        self.firms |= {id_: found.get(id_) for id_ in new}
        return {id_: firm for id_, firm in self.firms.items() if firm}

    async def chunk(self, kind: Kind, start: int) -> list[Exported]:
        """The next records of an export, from where the last chunk ended, or from byte `start`."""
        if self.reading is None or self.reading[:2] != (kind, start):
            await self.close()
            self.reading = kind, start, self.exports.records(kind, self.exported[kind], start)
        found: list[Exported] = []
        stream = self.reading[2]
        async for one in stream:
            found.append(one)
            if len(found) == CHUNK:
                break
        if found:
            self.reading = kind, found[-1].end, stream
        return found

    async def close(self) -> None:
        if self.reading is not None:
            await self.reading[2].aclose()
            self.reading = None


def compared_names(portal: Portal) -> dict[str, list[str]]:
    beside = {"orders": STAGE}
    return {
        name: sorted({KEY, *beside.get(name, ()), *portal.properties.get(name, {})}) for name in (*OBJECTS, "carts")
    }
