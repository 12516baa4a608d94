"""Walks what changed in the store since the last walk, and marks what no webhook told of: a window for each kind.

A walk is a job saved after each page. Whoever takes it up after a kill does at most one page again, which does no harm;
one that does not end within its run goes on in the next period, and a new one begins only after that.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from typing import Protocol

from tandem.errors import Rejected
from tandem.model import Job, Kind, Mark, Priority, Record, Ref
from tandem.sync.announce import announce
from tandem.sync.steps import go_on
from tandem.sync.worker import World

CAUSE = "reconcile"
DAY = timedelta(days=1)
OVERLAPS: Mapping[Kind, timedelta] = {
    Kind.ORDER: timedelta(minutes=15),
    Kind.CONTACT: DAY,  # Shopify takes customers' times for whole days
    Kind.CART: DAY,  # a checkout is listed long after its buyer's last step, which is its updatedAt
}
"""By how much a window reaches back beyond the beginning of the last walk: Shopify's search lags."""
FIRST_LOOK = DAY
NEWS = timedelta(minutes=2)
"""So long a webhook may be under way before it counts as missed."""
A_SECOND = timedelta(seconds=1)
"""The precision of Shopify's times. What is read within its own second is noted as of the second before."""
CEILING = 20_000
"""Records after which a walk goes on from the last time it saw: Shopify ends a listing at 25,000 without a word."""
CURSOR = timedelta(hours=12)
"""How long a cursor is trusted; it is good for one walk, not for days (reference §10)."""


class Listing(Protocol):
    """A page of ids with their updatedAt, and where the next begins."""

    @property
    def ids(self) -> Sequence[tuple[str, datetime]]: ...

    @property
    def next(self) -> str | None: ...


class Checkout(Protocol):
    @property
    def number(self) -> str: ...

    @property
    def token(self) -> str | None: ...

    @property
    def updated(self) -> datetime: ...


class Checkouts(Protocol):
    @property
    def checkouts(self) -> Sequence[Checkout]: ...

    @property
    def next(self) -> str | None: ...


class Listings(Protocol):
    """What a store lists by its changes. Rejected: it knows the cursor no more."""

    async def updated(self, kind: Kind, since: datetime, after: str | None = None) -> Listing: ...

    async def abandoned(self, since: datetime, after: str | None = None) -> Checkouts: ...


@dataclass(frozen=True, slots=True)
class Walked:
    """How one run on a window ended: `done`, `out of time`, `overtaken` by another, `interrupted` for `reason`.

    `counts` are of the whole walk; `lag` is how long ago it was up to which nothing can have been missed.
    """

    kind: Kind
    ended: str
    counts: Mapping[str, int]
    lag: timedelta
    reason: str = ""


def job_name(kind: Kind) -> str:
    return f"window {kind}"


async def walk(kind: Kind, shop: str, listings: Listings, world: World, deadline: datetime) -> Walked:
    """Go through the window, or through as much of it as there is time for."""
    job = await world.store.job(shop, job_name(kind))
    if job is None or job.done:
        job = _begun(kind, shop, job, world.clock.now())
    progress = await go_on(job, lambda at: _page(kind, at, listings, world), world, deadline)
    seen = progress.job.request["begun" if progress.job.done else "latest"]
    lag = max(world.clock.now() - datetime.fromisoformat(seen), timedelta())
    return Walked(kind, progress.ended, progress.job.counts, lag, progress.reason)


def _begun(kind: Kind, shop: str, last: Job | None, now: datetime) -> Job:
    """A new walk over what changed since shortly before the last one began."""
    since = datetime.fromisoformat(last.request["begun"]) if last else now - FIRST_LOOK
    floor = _floor(kind, since - OVERLAPS[kind])
    request = {"begun": now.isoformat(), **_from(floor, now)}
    return Job(shop, job_name(kind), request, revision=last.revision if last else 0)


def _floor(kind: Kind, moment: datetime) -> datetime:
    return datetime.combine(moment.date(), time(), UTC) if kind is Kind.CONTACT else moment


def _from(floor: datetime, now: datetime) -> dict[str, object]:
    """Where a listing begins; `latest` is the last change seen in it, `looked` how many there were."""
    return {"floor": floor.isoformat(), "latest": floor.isoformat(), "looked": 0, "listed_at": now.isoformat()}


async def _page(kind: Kind, job: Job, listings: Listings, world: World) -> Job:
    """Mark what is behind on one page; the job as it is after it."""
    now = world.clock.now()
    if job.cursor and now - datetime.fromisoformat(job.request["listed_at"]) > CURSOR:
        return _anew(kind, job, now)
    try:
        changes, following = await _listed(kind, job, listings)
    except Rejected:
        if job.cursor is None:
            raise
        return _anew(kind, job, now)
    marks, missed = await _behind(changes, now, world)
    await announce(marks, world)
    counts = _added(job.counts, {"looked at": len(changes), "marked": len(marks), "missed": missed})
    latest = max([datetime.fromisoformat(job.request["latest"]), *(mark.seen for mark in changes if mark.seen)])
    looked = job.request["looked"] + len(changes)
    request = {**job.request, "latest": latest.isoformat(), "looked": looked}
    turned = replace(job, request=request, cursor=following, counts=counts, done=following is None)
    further = _floor(kind, latest)
    if following and looked >= CEILING and kind is not Kind.CART and further > _time(job, "floor"):
        return replace(turned, cursor=None, request={**request, **_from(further, now)})
    return turned


def _time(job: Job, name: str) -> datetime:
    return datetime.fromisoformat(job.request[name])


def _anew(kind: Kind, job: Job, now: datetime) -> Job:
    """The same window without a cursor, from where all was seen. Checkouts are not listed by their changes."""
    floor = _time(job, "floor")
    if kind is not Kind.CART:
        floor = max(floor, _floor(kind, _time(job, "latest") - OVERLAPS[kind]))
    counts = _added(job.counts, {"begun anew": 1})
    return replace(job, cursor=None, counts=counts, request={**job.request, **_from(floor, now)})


def _added(counts: Mapping[str, int], more: Mapping[str, int]) -> dict[str, int]:
    return {name: counts.get(name, 0) + more.get(name, 0) for name in {**counts, **more}}


async def _listed(kind: Kind, job: Job, listings: Listings) -> tuple[list[Mark], str | None]:
    """One page as marks that may be made, and where the next one begins."""
    if kind is Kind.CART:
        page = await listings.abandoned(_time(job, "floor"), job.cursor)
        return [_of_checkout(job.shop, one) for one in page.checkouts], page.next
    found = await listings.updated(kind, _time(job, "floor"), job.cursor)
    marks = [
        Mark(Ref(job.shop, kind, id_), CAUSE, Priority.RECONCILE, seen=updated)
        for id_, updated in dict(found.ids).items()
    ]
    return marks, found.next


def _of_checkout(shop: str, one: Checkout) -> Mark:
    ref = Ref(shop, Kind.CART, one.token or one.number)
    return Mark(ref, CAUSE, Priority.RECONCILE, seen=one.updated, fields={"checkout": one.number})


async def _behind(changes: Sequence[Mark], now: datetime, world: World) -> tuple[list[Mark], int]:
    """Those whose rows know of no such version yet, and how many of them a webhook should have told of."""
    numbered = {mark.ref: replace(mark.ref, id=mark.fields["checkout"]) for mark in changes if mark.fields}
    rows = await world.store.read(sorted({*(mark.ref for mark in changes), *numbered.values()})) if changes else {}
    # a cart that was made before its token was known goes on under its number
    found = [
        replace(mark, ref=numbered[mark.ref]) if mark.ref not in rows and numbered.get(mark.ref) in rows else mark
        for mark in changes
    ]
    behind = [mark for mark in found if mark.seen and _known(rows.get(mark.ref)) < mark.seen]
    missed = [
        mark.ref
        for mark in behind
        if mark.seen and now - mark.seen > NEWS and _known(rows.get(mark.ref)) < mark.seen - A_SECOND
    ]
    return behind, len(missed)


def _known(row: Record | None) -> datetime:
    """A row that waits, is parked, or was never written knows of what it was told; else of what was written.

    A cart that was never written was not listed then, and now is.
    """
    unwritten = row is not None and row.version is None and row.ref.kind is not Kind.CART
    told = row.seen if row and (row.due_at or row.parked_at or unwritten) else None
    version = row.version if row else None
    return max([when for when in (version, told) if when], default=datetime.min.replace(tzinfo=UTC))
