"""Finds what was deleted in the store and no webhook told of, by the store's history, and marks it."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Protocol

from tandem.errors import Rejected
from tandem.model import Job, Kind, Mark, Node, Priority, Ref
from tandem.ports import Shopify
from tandem.sync.announce import announce
from tandem.sync.steps import Progress, go_on, look_whole
from tandem.sync.worker import World

JOB = "deletions"
CAUSE = "deleted in Shopify"
OVERLAP = timedelta(minutes=15)
KEPT = timedelta(days=365)
"""How far back the history goes, and the first look."""


class Destroyed(Protocol):
    """A page of what was deleted, and where the next begins."""

    @property
    def ids(self) -> Sequence[tuple[Kind, str]]: ...

    @property
    def next(self) -> str | None: ...


Listing = Callable[[datetime, str | None], Awaitable[Destroyed]]
"""From a time on. Raises Rejected for a cursor it knows no more."""


async def look(shop: str, listing: Listing, shopify: Shopify, world: World, deadline: datetime) -> Progress:
    """Go through what was deleted since the last look, or through as much of it as there is time for."""
    return await look_whole(
        await world.store.job(shop, JOB),
        lambda last: _begun(shop, last, world.clock.now()),
        lambda job: go_on(job, lambda at: _page(at, listing, shopify, world), world, deadline),
    )


def _begun(shop: str, last: Job | None, now: datetime) -> Job:
    since = datetime.fromisoformat(last.request["begun"]) - OVERLAP if last else now - KEPT
    request = {"begun": now.isoformat(), "since": since.isoformat()}
    return Job(shop, JOB, request, revision=last.revision if last else 0)


async def _page(job: Job, listing: Listing, shopify: Shopify, world: World) -> Job:
    """Mark those of one page that have a row and are not there any more; the job as it is after it."""
    try:
        page = await listing(datetime.fromisoformat(job.request["since"]), job.cursor)
    except Rejected:
        if job.cursor is None:
            raise
        return replace(job, cursor=None)
    refs = [Ref(job.shop, kind, id_) for kind, id_ in dict.fromkeys(page.ids)]
    rows = await world.store.read(refs) if refs else {}
    unknown = [ref for ref, row in rows.items() if not row.deleted]
    nodes = await _nodes(unknown, shopify) if unknown else {}
    gone = [ref for ref in unknown if ref in nodes and nodes[ref] is None]
    await announce([Mark(ref, CAUSE, Priority.RECONCILE, deleted=True) for ref in gone], world)
    counts = {
        "looked at": job.counts.get("looked at", 0) + len(refs),
        "marked": job.counts.get("marked", 0) + len(gone),
    }
    return replace(job, cursor=page.next, counts=counts, done=page.next is None)


async def _nodes(refs: Sequence[Ref], shopify: Shopify) -> Mapping[Ref, Node | None]:
    """What the store answers now; a record that it fails to answer is left out, and found at the next look."""
    orders = await shopify.orders([ref.id for ref in refs if ref.kind is Kind.ORDER])
    customers = await shopify.customers([ref.id for ref in refs if ref.kind is Kind.CONTACT])
    found = {ref: orders if ref.kind is Kind.ORDER else customers for ref in refs}
    return {ref: nodes[ref.id] for ref, nodes in found.items() if ref.id in nodes}
