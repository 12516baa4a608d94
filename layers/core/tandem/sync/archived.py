"""Finds what people deleted in HubSpot, of which no search tells, and marks it: orders and carts are made anew as their
own workers see fit, a line's order is written anew, a contact is told of.

A listing is in the order of ids: all that is archived is read through, and what is older than the last look left out.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from tandem.model import KEY, Job, Kind, Listed, Mark, Priority, Record, Ref
from tandem.portal import Portal
from tandem.ports import HubSpot
from tandem.sync.announce import announce
from tandem.sync.plan import LEFT
from tandem.sync.resync import FORGET
from tandem.sync.shop import portal_of
from tandem.sync.steps import Progress, go_on, look_whole
from tandem.sync.whole import FORGET as FORGET_ALL
from tandem.sync.worker import World

JOB = "archived"
CAUSE = "deleted in HubSpot"
OVERLAP = timedelta(hours=1)
FIRST_LOOK = timedelta(days=2)
ROWS = 250
LINES = 5_000
"""Deleted lines remembered until their orders are found; of more, the audit tells."""

FORGOTTEN: Mapping[str, tuple[Kind, Mapping[str, Any]]] = {
    "contacts": (Kind.CONTACT, FORGET[Kind.CONTACT]),
    "orders":   (Kind.ORDER,   FORGET_ALL),
    "carts":    (Kind.CART,    FORGET_ALL),
}  # fmt: skip
"""By object, whose rows, and what they forget."""
PARENTS = {"rows of orders": Kind.ORDER, "rows of carts": Kind.CART}
"""Whose lines were deleted is known by the rows alone."""


async def look(shop: str, hubspot: HubSpot, world: World, deadline: datetime) -> Progress:
    """Go through what is archived, or through as much of it as there is time for. Raises Misconfigured."""
    portal = await portal_of(world.store, shop)
    return await look_whole(
        await world.store.job(shop, JOB),
        lambda last: _begun(shop, portal, last, world.clock.now()),
        lambda job: go_on(job, lambda at: _page(at, hubspot, world), world, deadline),
    )


def _begun(shop: str, portal: Portal, last: Job | None, now: datetime) -> Job:
    since = datetime.fromisoformat(last.request["begun"]) - OVERLAP if last else now - FIRST_LOOK
    places = [name for name in (*FORGOTTEN, "line_items", *PARENTS) if portal.carts or not name.endswith("carts")]
    request = {"begun": now.isoformat(), "since": since.isoformat(), "places": places, "lines": []}
    return Job(shop, JOB, request, places[0], revision=last.revision if last else 0)


async def _page(job: Job, hubspot: HubSpot, world: World) -> Job:
    """Mark what is on one page; the job as it is after it. Its cursor is a place, and where in it to go on."""
    place, _, after = (job.cursor or "").partition("|")
    request = dict(job.request)
    if place in PARENTS:
        marks, following = await _parents(job, PARENTS[place], after or None, world)
    else:
        page, following = await hubspot.listed(place, [KEY], after or None, archived=True)
        late = [one for one in page if one.archived_at and one.archived_at >= datetime.fromisoformat(request["since"])]
        ours = {key: one for one in late if (key := one.properties.get(KEY) or "").startswith(f"{job.shop}:")}
        marks = await _marks(place, job.shop, ours, world) if place in FORGOTTEN else []
        if place not in FORGOTTEN:  # a line that left its order by our own hand carries another key
            lines = [one.id for key, one in ours.items() if not key.endswith(LEFT)]
            request["lines"] = [*request["lines"], *lines][:LINES]
    await announce(marks, world)
    counts = {**job.counts, "marked": job.counts.get("marked", 0) + len(marks)}
    turned = replace(job, request=request, counts=counts)
    if following is not None:
        return replace(turned, cursor=f"{place}|{following}")
    places: Sequence[str] = request["places"]
    later = places[places.index(place) + 1 :] if request["lines"] or place in FORGOTTEN else []
    return replace(turned, cursor=later[0] if later else None, done=not later)


async def _marks(place: str, shop: str, found: Mapping[str, Listed], world: World) -> list[Mark]:
    """Of records that are archived under the id which their rows know."""
    kind, fields = FORGOTTEN[place]
    prefix = Ref(shop, kind, "").key
    refs = {Ref(shop, kind, key.removeprefix(prefix)): one for key, one in found.items() if key.startswith(prefix)}
    rows = await world.store.read(sorted(refs)) if refs else {}
    return [
        Mark(ref, CAUSE, Priority.RECONCILE, fields=fields)
        for ref, row in rows.items()
        if row.link == refs[ref].id and _is_settled(row)
    ]


async def _parents(job: Job, kind: Kind, after: str | None, world: World) -> tuple[list[Mark], str | None]:
    """Those whose rows know one of the deleted lines."""
    lines = set(job.request["lines"])
    rows, following = await world.store.rows(job.shop, kind, after, ROWS)
    found = [row.ref for row in rows if _is_settled(row) and lines.intersection(row.children.values())]
    return [Mark(ref, CAUSE, Priority.RECONCILE, fields=FORGET[kind]) for ref in found], following


def _is_settled(row: Record) -> bool:
    """One that waits is looked at anyway; one that is parked says so already."""
    return row.due_at is None and row.parked_at is None
