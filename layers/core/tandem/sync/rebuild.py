"""Makes rows anew from HubSpot's keys, for a table that was lost: what is listed there is linked, and nothing is made.

Rows that have a link are left alone, so doing it twice, or where nothing was lost, changes nothing. What was linked is
due, and its worker compares the record. A resync of everything follows, and finds what HubSpot does not have.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from tandem.mapping.cart_life import LIFE
from tandem.model import KEY, Job, Kind, Listed, Mark, Priority, Ref
from tandem.ports import HubSpot
from tandem.sync import resync
from tandem.sync.announce import announce
from tandem.sync.plan import LEFT, LINES, line_key
from tandem.sync.shop import portal_of
from tandem.sync.steps import Progress, begin, go_on
from tandem.sync.worker import World

JOB = CAUSE = "rebuild"
STATES = frozenset(name for name, _ in LIFE)
NUMBER, STATE = "hs_external_cart_id", "hs_external_status"
LISTED: Mapping[Kind, tuple[str, Sequence[str], Sequence[str]]] = {
    # kind        object      linked            what is read beside the key
    Kind.CONTACT: ("contacts", (),               ()),
    Kind.ORDER:   ("orders",   ("line_items",),  ()),
    Kind.CART:    ("carts",    ("line_items",),  (NUMBER, STATE)),
}  # fmt: skip
"""Contacts first, carts last: an order's worker finds its buyer's, and a cart's its order."""


async def start(shop: str, world: World) -> Job:
    """Begin a rebuild; one that is under way goes on instead. Raises Misconfigured before `setup` has run anew."""
    portal = await portal_of(world.store, shop)
    kinds = [kind for kind in LISTED if kind is not Kind.CART or portal.carts]
    return await begin(shop, JOB, kinds[0].value, lambda: {"kinds": kinds}, world)


async def work(shop: str, hubspot: HubSpot, world: World, deadline: datetime) -> Progress | None:
    """Page on until all is linked or the deadline is near. None: there is no rebuild."""
    job = await world.store.job(shop, JOB)
    return None if job is None else await go_on(job, lambda at: _page(at, hubspot, world), world, deadline)


async def _page(job: Job, hubspot: HubSpot, world: World) -> Job:
    """Link one page of a kind; the job as it is after it. At the end, a resync is begun."""
    word, _, after = (job.cursor or "").partition("|")
    kind = Kind(word)
    name, linked, beside = LISTED[kind]
    page, following = await hubspot.listed(name, [KEY, *beside], after or None, linked=linked)
    start = Ref(job.shop, kind, "").key
    ours = {Ref(job.shop, kind, key.removeprefix(start)): one for one in page if (key := _key(one)).startswith(start)}
    rows = await world.store.read(list(ours)) if ours else {}
    lost = {ref: one for ref, one in ours.items() if ref not in rows or rows[ref].link is None}
    children = await _children(job.shop, kind, list(lost.values()), hubspot)
    fields = {ref: _fields(ref, one, children) for ref, one in lost.items()}
    if kind is Kind.CART:  # first, for a row that has a link is not looked at again
        await announce(await _numbers(ours, world), world)
    await announce([Mark(ref, CAUSE, Priority.BULK, fields=what) for ref, what in fields.items()], world)
    counts = {
        **job.counts,
        f"{name} listed": job.counts.get(f"{name} listed", 0) + len(page),
        f"{name} linked": job.counts.get(f"{name} linked", 0) + len(lost),
    }
    if following is not None:
        return replace(job, counts=counts, cursor=f"{kind}|{following}")
    kinds = [Kind(one) for one in job.request["kinds"]]
    later = kinds[kinds.index(kind) + 1 :]
    if not later:
        await resync.start(resync.Request(), job.shop, world)
    return replace(job, counts=counts, cursor=later[0].value if later else None, done=not later)


def _key(one: Listed) -> str:
    return one.properties.get(KEY) or ""


def _fields(ref: Ref, one: Listed, children: Mapping[str, Mapping[str, str]]) -> dict[str, Any]:
    """What a row knows of its record. A cart never goes back, so its state is taken over, too."""
    known: dict[str, Any] = {"link": one.id, "children": dict(children.get(one.id, {}))}
    if ref.kind is Kind.CART:
        known["stage"] = state if (state := one.properties.get(STATE)) in STATES else None
        known["checkout"] = one.properties.get(NUMBER) or None
    return {name: value for name, value in known.items() if value}


async def _numbers(carts: Mapping[Ref, Listed], world: World) -> list[Mark]:
    """Rows of checkouts' numbers, to say under which token a cart stands: Shopify's link to it may not tell."""
    tokens = {
        replace(ref, id=number): ref.id
        for ref, one in carts.items()
        if (number := one.properties.get(NUMBER)) and number != ref.id
    }
    rows = await world.store.read(list(tokens)) if tokens else {}
    known = {ref for ref, row in rows.items() if row.link or row.facts.get("token")}
    return [
        Mark(ref, CAUSE, Priority.BULK, fields={"facts": {"token": token}})
        for ref, token in tokens.items()
        if ref not in known
    ]


async def _children(shop: str, kind: Kind, records: Sequence[Listed], hubspot: HubSpot) -> dict[str, dict[str, str]]:
    """By HubSpot id of a record, the ids of its lines by Shopify's. One that is on its way out is no longer a line."""
    if kind not in LINES:
        return {}
    ids = sorted({id_ for one in records for id_ in one.linked["line_items"]})
    found = await hubspot.read("line_items", ids, [KEY]) if ids else {}
    start = line_key(Ref(shop, kind, ""), "")
    lines = {
        id_: key.removeprefix(start)
        for id_, line in found.items()
        if (key := line.properties.get(KEY) or "").startswith(start) and not key.endswith(LEFT)
    }
    return {one.id: {lines[id_]: id_ for id_ in one.linked["line_items"] if id_ in lines} for one in records}
