"""Walks what changed in HubSpot since the last walk, and has put back what people moved or edited there.

Not by offsets: a record that changes again leaves its place, and all behind it would move up past the next page. Each
page begins at the last time seen, or, where one moment fills a page (an import), behind the last id of that moment.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from tandem.mapping.orders import order
from tandem.model import KEY, Found, Job, Kind, Mark, Priority, Record, Ref
from tandem.portal import Portal
from tandem.sync.announce import announce
from tandem.sync.compare import differing, normal
from tandem.sync.plan import LEFT, line_key
from tandem.sync.resync import FORGET
from tandem.sync.shop import portal_of
from tandem.sync.steps import go_on
from tandem.sync.worker import Vendors, World

WALKS = ("orders", "line_items", "carts")
"""What is put back. Contacts are people's as much as the shop's."""
MODIFIED, STAGE, ID = "hs_lastmodifieddate", "hs_pipeline_stage", "hs_object_id"
OVERLAP = timedelta(minutes=10)
"""HubSpot's search lags; what changed shortly before the last walk may show only now."""
FIRST_LOOK = timedelta(days=1)
A_MOMENT = timedelta(milliseconds=1)
"""The precision of HubSpot's times."""
CAUSE, MOVED = "changed in HubSpot", "moved by hand in HubSpot"


@dataclass(frozen=True, slots=True)
class Looked:
    """How one run over an object ended: `done`, `out of time`, `overtaken` by another, `interrupted` for `reason`."""

    name: str
    ended: str
    counts: Mapping[str, int]
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Sides:
    """What a page is checked with."""

    shop: str
    portal: Portal
    vendors: Vendors
    world: World


def job_name(name: str) -> str:
    return f"changes of {name}"


async def look(
    shop: str, vendors: Vendors, world: World, deadline: datetime, walks: Sequence[str] = WALKS
) -> list[Looked]:
    """One look at what the account has of these. Raises Misconfigured before `setup` has run."""
    portal = await portal_of(world.store, shop)
    sides = Sides(shop, portal, vendors, world)
    return [await _walk(name, sides, deadline) for name in walks if portal.properties.get(name)]


async def _walk(name: str, sides: Sides, deadline: datetime) -> Looked:
    job = await sides.world.store.job(sides.shop, job_name(name))
    if job is None or job.done:
        job = _begun(name, sides.shop, job, sides.world.clock.now())
    progress = await go_on(job, lambda at: _page(name, at, sides), sides.world, deadline)
    return Looked(name, progress.ended, progress.job.counts, progress.reason)


def _begun(name: str, shop: str, last: Job | None, now: datetime) -> Job:
    since = datetime.fromisoformat(last.request["begun"]) - OVERLAP if last else now - FIRST_LOOK
    request = {"begun": now.isoformat(), "since": since.isoformat()}
    return Job(shop, job_name(name), request, revision=last.revision if last else 0)


async def _page(name: str, job: Job, sides: Sides) -> Job:
    """Check one page; the job as it is after it. Its cursor is an id among records of one moment."""
    since = datetime.fromisoformat(job.request["since"])
    asked = [KEY, MODIFIED, *([STAGE] if name == "orders" else [])]
    filters = _changed(since, job.cursor)
    page, more = await sides.vendors.hubspot.search(name, filters, asked, sort=ID if job.cursor else None)
    ours = {key: one for one in page if (key := one.properties.get(KEY) or "").startswith(f"{sides.shop}:")}
    marks = await CHECKS[name](ours, sides)
    await announce(marks, sides.world)
    counts = {
        "looked at": job.counts.get("looked at", 0) + len(ours),
        "moved": job.counts.get("moved", 0) + sum(1 for mark in marks if mark.cause == MOVED),
        "changed": job.counts.get("changed", 0) + sum(1 for mark in marks if mark.cause == CAUSE),
    }
    return replace(_onward(job, page, since, more=more is not None), counts=counts)


def _changed(since: datetime, after_id: str | None) -> list[dict[str, Any]]:
    moment = str(round(since.timestamp() * 1000))
    if after_id is None:
        when = [{"propertyName": MODIFIED, "operator": "GTE", "value": moment}]
    else:
        when = [
            {"propertyName": MODIFIED, "operator": "EQ", "value": moment},
            {"propertyName": ID, "operator": "GT", "value": after_id},
        ]
    return [*when, {"propertyName": KEY, "operator": "HAS_PROPERTY"}]


def _onward(job: Job, page: Sequence[Found], since: datetime, *, more: bool) -> Job:
    """Where the next page begins."""
    if job.cursor is not None:
        if more:
            return replace(job, cursor=max((one.id for one in page), key=int))
        return replace(job, cursor=None, request={**job.request, "since": (since + A_MOMENT).isoformat()})
    if not more:
        return replace(job, done=True)
    latest = _modified(page[-1])
    if latest > since:
        return replace(job, request={**job.request, "since": latest.isoformat()})
    return replace(job, cursor="0")


def _modified(found: Found) -> datetime:
    return datetime.fromisoformat(found.properties.get(MODIFIED) or "")


def _moved(found: Mapping[Ref, Found], rows: Mapping[Ref, Record]) -> list[Mark]:
    """Those that stand elsewhere than where their rows say."""
    return [
        Mark(row.ref, MOVED, Priority.RECONCILE, fields=FORGET[Kind.STAGE])
        for ref, one in found.items()
        if (row := rows.get(_stage_of(ref))) and _stands_elsewhere(row, one.properties.get(STAGE))
    ]


def _stage_of(ref: Ref) -> Ref:
    return replace(ref, kind=Kind.STAGE)


async def _orders(page: Mapping[str, Found], sides: Sides) -> list[Mark]:
    """Orders that somebody else wrote last and that say something else than they should, and what was moved."""
    found = _by_ref(page, sides.shop, Kind.ORDER)
    rows = await sides.world.store.read([*found, *map(_stage_of, found)]) if found else {}
    suspects = {
        ref: one
        for ref, one in found.items()
        if _is_suspect(rows.get(ref), one, _written(rows.get(ref), rows.get(_stage_of(ref))))
    }
    known = {ref: one for ref, one in suspects.items() if ref in rows and rows[ref].link == one.id}
    wrong = [ref for ref in suspects if ref not in known] + await _wrong_orders(known, rows, sides)
    return [*_moved(found, rows), *(_again(ref) for ref in wrong)]


def _by_ref(page: Mapping[str, Found], shop: str, kind: Kind) -> dict[Ref, Found]:
    prefix = Ref(shop, kind, "").key
    return {Ref(shop, kind, key.removeprefix(prefix)): one for key, one in page.items() if key.startswith(prefix)}


def _again(ref: Ref) -> Mark:
    return Mark(ref, CAUSE, Priority.RECONCILE, fields=FORGET[ref.kind])


def _stands_elsewhere(row: Record, stage: str | None) -> bool:
    """A row about to be written anyway says nothing yet."""
    return row.stage is not None and row.due_at is None and row.stage != stage


def _written(*rows: Record | None) -> datetime | None:
    return max((row.written_at for row in rows if row and row.written_at), default=None)


def _is_suspect(row: Record | None, found: Found, written: datetime | None) -> bool:
    """Changed after our own last write, or not known by this id. Rows that wait or are parked are seen to anyway."""
    if row is None:
        return True
    if row.due_at or row.parked_at:
        return False
    return row.link != found.id or written is None or _modified(found) > written


async def _wrong_orders(suspects: Mapping[Ref, Found], rows: Mapping[Ref, Record], sides: Sides) -> list[Ref]:
    """Those whose properties differ from what the store says. HubSpot itself changes records, too."""
    if not suspects:
        return []
    names = sorted(sides.portal.properties["orders"])
    nodes = await sides.vendors.shopify.orders([ref.id for ref in suspects])
    there = await sides.vendors.hubspot.read("orders", [one.id for one in suspects.values()], names)
    wrong = []
    for ref, one in suspects.items():
        node = nodes.get(ref.id)
        if one.id not in there or (node is None and rows[ref].deleted):
            wrong.append(ref)
        elif node is not None:
            target = normal(order(node, sides.portal).properties, sides.portal, "orders")
            if differing(target, normal(there[one.id].properties, sides.portal, "orders")):
                wrong.append(ref)
    return wrong


async def _lines(page: Mapping[str, Found], sides: Sides) -> list[Mark]:
    """Orders with a line that says something else than it should. The line's own order tells whether we wrote it."""
    prefix = line_key(Ref(sides.shop, Kind.ORDER, ""), "")
    found = {one.id: key.removeprefix(prefix) for key, one in page.items() if key.startswith(prefix)}
    orders = await _owners([id_ for id_, line in found.items() if line.isdecimal()], Kind.ORDER, sides)
    rows = await sides.world.store.read(sorted(set(orders.values()))) if orders else {}
    by_id = {one.id: one for one in page.values()}
    suspects = {
        id_: ref
        for id_, ref in orders.items()
        if ref in rows and not rows[ref].due_at and not rows[ref].parked_at
        if _is_suspect_line(rows[ref], by_id[id_])
    }
    wrong = await _wrong_lines(suspects, found, sides)
    return [_again(ref) for ref in (*sorted(wrong), *await _carts_of_lines(page, sides))]


async def _carts_of_lines(page: Mapping[str, Found], sides: Sides) -> list[Ref]:
    """Carts with a line that somebody else wrote last: they are written anew, as carts themselves are."""
    prefix = line_key(Ref(sides.shop, Kind.CART, ""), "")
    lines = {one.id: one for key, one in page.items() if key.startswith(prefix) and not key.endswith(LEFT)}
    carts = await _owners(list(lines), Kind.CART, sides)
    rows = await sides.world.store.read(sorted(set(carts.values()))) if carts else {}
    return sorted(
        {
            ref
            for id_, ref in carts.items()
            if ref in rows and not rows[ref].due_at and not rows[ref].parked_at
            if _is_suspect_line(rows[ref], lines[id_])
        }
    )


def _is_suspect_line(row: Record, found: Found) -> bool:
    return row.written_at is None or _modified(found) > row.written_at


async def _owners(lines: Sequence[str], kind: Kind, sides: Sides) -> dict[str, Ref]:
    """Our orders or carts by the HubSpot ids of their lines."""
    if not lines:
        return {}
    hubspot, name = sides.vendors.hubspot, f"{kind}s"
    linked = await hubspot.associated("line_items", name, lines)
    ids = sorted({id_ for some in linked.values() for id_ in some})
    keys = {id_: one.properties.get(KEY) or "" for id_, one in (await hubspot.read(name, ids, [KEY])).items()}
    prefix = Ref(sides.shop, kind, "").key
    return {
        line: Ref(sides.shop, kind, keys[id_].removeprefix(prefix))
        for line, some in linked.items()
        for id_ in some[:1]
        if keys.get(id_, "").startswith(prefix)
    }


async def _wrong_lines(suspects: Mapping[str, Ref], lines: Mapping[str, str], sides: Sides) -> set[Ref]:
    if not suspects:
        return set()
    names = sorted(sides.portal.properties["line_items"])
    nodes = await sides.vendors.shopify.orders(sorted({ref.id for ref in suspects.values()}))
    there = await sides.vendors.hubspot.read("line_items", sorted(suspects), names)
    targets = {id_: order(node, sides.portal) for id_, node in nodes.items() if node is not None}
    wrong = set()
    for id_, ref in suspects.items():
        target = targets.get(ref.id)
        if target is None:
            continue
        line = target.lines.get(lines[id_])
        values = normal(there[id_].properties, sides.portal, "line_items") if id_ in there else {}
        if line is None or differing(normal(line.properties, sides.portal, "line_items"), values):
            wrong.add(ref)
    return wrong


async def _carts(page: Mapping[str, Found], sides: Sides) -> list[Mark]:
    """Carts that somebody else wrote last are written anew."""
    found = _by_ref(page, sides.shop, Kind.CART)
    rows = await sides.world.store.read(sorted(found)) if found else {}
    return [_again(ref) for ref, one in found.items() if _is_suspect(rows.get(ref), one, _written(rows.get(ref)))]


CHECKS: Mapping[str, Callable[[Mapping[str, Found], Sides], Awaitable[list[Mark]]]] = {
    "orders": _orders,
    "line_items": _lines,
    "carts": _carts,
}
"""What of a page is behind the times."""
