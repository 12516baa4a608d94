"""Marks records as due because an operator asks: some by id at once, or all of a kind, page by page, in a job.

A job is saved after each page, so whoever takes it up after a kill does at most one page again, which does no harm.
"""

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from typing import Annotated, Literal, Protocol

from pydantic import BaseModel, ConfigDict, Field, model_validator

from tandem.errors import Failure, OutOfTime
from tandem.model import Job, Kind, Mark, Priority, Ref
from tandem.sync.announce import announce
from tandem.sync.worker import World

ALLOWED = (
    '{} for everything; {"kind": "contact" | "order" | "stage" | "cart"} for all of a kind; with "ids": ["5551", ...] '
    '(at most 1000 numbers, of carts also tokens) for these alone; with "since": "2026-01-31" for what changed since; '
    '"force": true writes anew even what seems in step; {"status": true} to look on'
)
EVERYTHING = (Kind.CONTACT, Kind.ORDER, Kind.CART)
"""In this order: an order finds its contact made, as a rule, and a cart its order."""
FORGET: Mapping[Kind, Mapping[str, None]] = {
    Kind.CONTACT: {"digest": None},
    Kind.ORDER: {"digest": None, "children": None},
    Kind.STAGE: {"stage": None},
    Kind.CART: {"digest": None, "children": None},
}
"""What rows forget by force: what was last written. Links they keep, for those that are wrong by now must be undone."""
CAUSE = "resync"
ROWS = 250
"""Rows of ours on one page."""
OURS = "@"
"""Before the id in a cursor that goes on with rows of ours."""
NUMBER = re.compile(r"[0-9]{1,19}", re.ASCII)

GoOn = Callable[[str], Awaitable[None]]
"""Lets a run continue the job of this name."""


Id = Annotated[str, Field(pattern=r"^[A-Za-z0-9_.-]{1,200}$")]


class Request(BaseModel):
    """What an operator may ask for. `since` is a day or a moment, UTC unless it says otherwise."""

    model_config = ConfigDict(extra="forbid")

    kind: Literal["contact", "order", "stage", "cart"] | None = None
    ids: Annotated[list[Id], Field(min_length=1, max_length=1000)] | None = None
    since: date | datetime | None = None
    force: bool = False
    status: bool = False

    @model_validator(mode="after")
    def _fits(self) -> "Request":
        if self.ids is not None and self.kind is None:
            raise ValueError("kind: is needed with ids")
        if self.kind != "cart" and not all(NUMBER.fullmatch(id_) for id_ in self.ids or ()):
            raise ValueError("ids: must be numbers, but for those of carts")
        if self.since is not None and (self.ids is not None or self.kind == "stage"):
            raise ValueError("since: goes with all records of a kind, and not with stages")
        return self

    @property
    def moment(self) -> datetime | None:
        if self.since is None:
            return None
        since = self.since if isinstance(self.since, datetime) else datetime.combine(self.since, time())
        return since if since.tzinfo else since.replace(tzinfo=UTC)


class Listing(Protocol):
    """A page of a store's ids with their updatedAt, and where the next begins."""

    @property
    def ids(self) -> Sequence[tuple[str, datetime]]: ...

    @property
    def next(self) -> str | None: ...


Pages = Callable[[Kind, str | None], Awaitable[Listing]]


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a job is after a run: `done`, `out of time`, `overtaken` by another run, or `interrupted` for `reason`."""

    job: Job
    ended: str
    reason: str = ""


def job_name(kind: str | None) -> str:
    return f"resync {kind or 'everything'}"


JOBS = tuple(job_name(kind) for kind in (None, "contact", "order", "stage", "cart"))


async def mark_ids(request: Request, shop: str, world: World) -> int:
    """These records, before all bulk work."""
    refs = [Ref(shop, Kind(request.kind or ""), id_) for id_ in dict.fromkeys(request.ids or ())]
    await announce([_mark(ref, Priority.LIVE, request.force) for ref in refs], world)
    return len(refs)


def _mark(ref: Ref, priority: Priority, force: bool) -> Mark:
    return Mark(ref, CAUSE, priority, fields=FORGET[ref.kind] if force else {})


async def start(request: Request, shop: str, world: World) -> str:
    """Begin a job, from the first page on even if one of its name is under way: what was marked may have been done by
    the rules of before. Its name."""
    name = job_name(request.kind)
    everything = [*EVERYTHING, Kind.STAGE] if request.force else EVERYTHING
    wanted = {
        "kinds": [request.kind] if request.kind else list(everything),
        "since": request.moment.isoformat() if request.moment else None,
        "force": request.force,
    }
    while True:
        there = await world.store.job(shop, name)
        if await world.store.save_job(Job(shop, name, wanted, revision=there.revision if there else 0)):
            return name


async def jobs(shop: str, world: World) -> list[Job]:
    """Those that were ever begun."""
    found = [await world.store.job(shop, name) for name in JOBS]
    return [job for job in found if job is not None]


async def work(name: str, shop: str, pages: Pages, world: World, deadline: datetime, go_on: GoOn) -> Progress | None:
    """Page on until all is marked or the deadline is near; then another run goes on. None: there is no such job."""
    job = await world.store.job(shop, name)
    if job is None:
        return None
    while not job.done:
        if world.clock.now() >= deadline:
            await go_on(name)
            return Progress(job, "out of time")
        try:
            turned = await _page(job, pages, world)
        except OutOfTime:
            await go_on(name)
            return Progress(job, "out of time")
        except Failure as failure:
            return Progress(job, "interrupted", str(failure))
        turned = replace(turned, request={**turned.request, "held_until": deadline.isoformat()})
        if not await world.store.save_job(turned):
            return Progress(job, "overtaken")
        job = replace(turned, revision=job.revision + 1)
    return Progress(job, "done")


async def _page(job: Job, pages: Pages, world: World) -> Job:
    """Mark one page; the job as it is after it. Its cursor is a kind and where in the kind's list to go on."""
    kinds = [Kind(kind) for kind in job.request["kinds"]]
    word, _, after = (job.cursor or kinds[0]).partition(":")
    kind = Kind(word)
    ids, following = await _ids(job, kind, after or None, pages, world)
    force = bool(job.request.get("force"))
    await announce([_mark(Ref(job.shop, kind, id_), Priority.BULK, force) for id_ in ids], world)
    counts = {**job.counts, kind.value: job.counts.get(kind, 0) + len(ids)}
    if following is not None:
        return replace(job, counts=counts, cursor=f"{kind}:{following}")
    later = kinds[kinds.index(kind) + 1 :]
    return replace(job, counts=counts, cursor=later[0].value if later else None, done=not later)


async def _ids(job: Job, kind: Kind, after: str | None, pages: Pages, world: World) -> tuple[list[str], str | None]:
    """Stages are rows of ours alone; everything else is listed by the store. Carts are both: a checkout may be gone."""
    since = job.request["since"]
    if kind is Kind.STAGE:
        rows, following = await world.store.rows(job.shop, kind, after, ROWS)
        return [row.ref.id for row in rows], following
    if kind is Kind.CART and since is None and (after is None or after.startswith(OURS)):
        rows, following = await world.store.rows(job.shop, kind, (after or OURS).removeprefix(OURS) or None, ROWS)
        return [row.ref.id for row in rows if not row.facts.get("token")], f"{OURS}{following}" if following else "0"
    page = await pages(kind, after)
    if since is None:
        return [id_ for id_, _ in page.ids], page.next
    # filtered here: Shopify's own search lags, takes customers' times by the day, and ends at 25,000
    moment = datetime.fromisoformat(since)
    return [id_ for id_, updated in page.ids if updated >= moment], page.next


async def left_behind(shop: str, world: World) -> list[str]:
    """Jobs that are not done and that no run is on."""
    now = world.clock.now()
    return [job.name for job in await jobs(shop, world) if not job.done and _held_until(job) < now]


def _held_until(job: Job) -> datetime:
    """Until when a run may be on it; before its first page, none is known of."""
    held = job.request.get("held_until")
    return datetime.fromisoformat(held) if held else datetime.min.replace(tzinfo=UTC)
