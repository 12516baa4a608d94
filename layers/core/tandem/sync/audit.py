"""Compares both sides in full, in steps: HubSpot by listing, Shopify by bulk operation, what differs once more by id.

The job is saved after each step, so whoever takes it up after a kill does at most one step again, which writes the same
notes again and counts once. docs/data-model.md, Reports, tells what the notes hold.
"""

from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any

from tandem.model import Job
from tandem.ports import Exports
from tandem.sync import audit_cart_walks, audit_check, audit_hubspot, audit_shopify
from tandem.sync.audit_run import KINDS, NAMES, Run, Stepped, compared_names
from tandem.sync.audit_verdict import NOT_COMPARED, TO_DO
from tandem.sync.shop import portal_of, rules_of
from tandem.sync.steps import Progress, begin, go_on
from tandem.sync.worker import Vendors, World

JOB = "audit"
SUSPECTS = ("suspects#", "twins#", "loose#")

Step = Callable[[Run, str | None], Awaitable[Stepped]]


def _phases() -> dict[str, Step]:
    """In their order. Exports are begun first: Shopify works at them while HubSpot is listed."""
    phases: dict[str, Step] = {}
    for kind, name in NAMES.items():
        phases[f"begin {name}"] = partial(_of_kind, audit_shopify.begin, kind)
    for name in audit_hubspot.LISTINGS:
        phases[f"list {name}"] = partial(_of_kind, audit_hubspot.listing, name)
    phases["walk carts"] = audit_cart_walks.known
    phases["list carts"] = audit_cart_walks.listed
    for kind, name in NAMES.items():
        phases[f"compare {name}"] = partial(_of_kind, audit_shopify.compare, kind)
    for kind, name in KINDS.items():
        phases[f"walk {name}"] = partial(_of_kind, audit_shopify.orphans, kind)
    for kind, name in NAMES.items():
        phases[f"check {name}"] = partial(_of_kind, audit_check.suspects, kind)
    for kind, name in NAMES.items():
        phases[f"twins {name}"] = partial(_of_kind, audit_check.twins, kind)
    phases["loose"] = audit_check.loose
    for kind, name in NAMES.items():
        phases[f"heal {name}"] = partial(_of_kind, audit_check.heal, kind)
    return phases


async def _of_kind(
    step: Callable[[Run, Any, str | None], Awaitable[Stepped]], what: Any, run: Run, after: str | None
) -> Stepped:
    return await step(run, what, after)


PHASES = _phases()


async def start(shop: str, world: World, *, heal: bool, sees_all: bool) -> Job:
    """Begin an audit; one that is under way goes on instead. `sees_all`: the app may read orders of any age."""
    portal = await portal_of(world.store, shop)

    def request() -> dict[str, Any]:
        return {
            "heal": heal,
            "sees all": sees_all,
            "report": f"{world.clock.now():%Y-%m-%dT%H:%M:%SZ}",
            "salt": world.ids.new(),
            "names": compared_names(portal),
            "exports": {},
            "tries": {},
            "not compared": {},
        }

    return await begin(shop, JOB, next(iter(PHASES)), request, world)


async def work(shop: str, vendors: Vendors, exports: Exports, world: World, deadline: datetime) -> Progress | None:
    """Step on until all is compared or the deadline is near. None: there is no audit."""
    job = await world.store.job(shop, JOB)
    if job is None:
        return None
    portal, rules = await portal_of(world.store, shop), await rules_of(world.store, shop)
    run = Run(job, portal, rules, vendors, exports, world)
    try:
        return await go_on(job, partial(_step, run), world, deadline)
    finally:
        await run.close()


async def _step(run: Run, job: Job) -> Job:
    """The job after a step. Its cursor is a phase, and where in it to go on."""
    run.job = job
    phase, _, after = (job.cursor or "").partition("|")
    stepped = await PHASES[phase](run, after or None)
    counts = Counter(job.counts)
    counts.update(stepped.counts)
    request = {**job.request, **stepped.request}
    if stepped.after is not None:
        return replace(job, counts=dict(counts), request=request, cursor=f"{phase}|{stepped.after}")
    phases = list(PHASES)
    later = phases[phases.index(phase) + 1 :]
    return replace(job, counts=dict(counts), request=request, cursor=later[0] if later else None, done=not later)


def summary(job: Job) -> dict[str, Any]:
    """The report: what was compared, what was found, what could not be compared and why, what to do."""
    counts = {name: count for name, count in sorted(job.counts.items()) if count}
    found = {name: count for name, count in counts.items() if any(name.endswith(f" {one}") for one in TO_DO)}
    skipped = {name: count for name, count in counts.items() if " skipped: " in name}
    findings = {one for one in TO_DO if any(name.endswith(f" {one}") for name in found)}
    return {
        "report": job.request["report"],
        "done": job.done,
        "at": job.cursor,
        "heals": job.request["heal"],
        "counts": {name: count for name, count in counts.items() if name not in found and name not in skipped},
        "found": found,
        "not compared": {**job.request["not compared"], **skipped},
        "what to do": {
            **{one: TO_DO[one] for one in TO_DO if one in findings},
            **({"not compared": NOT_COMPARED} if job.request["not compared"] else {}),
        },
    }


async def findings(
    shop: str, world: World, after: str | None, limit: int
) -> tuple[Mapping[str, Any] | None, list[dict[str, Any]], str | None]:
    """The last audit's summary and a page of what it found; the last value continues, None ends. ids and names only."""
    job = await world.store.job(shop, JOB)
    if job is None:
        return None, [], None
    found: list[dict[str, Any]] = []
    for prefix in SUSPECTS[_place(after) :]:
        start = after if after and after.startswith(prefix) else None
        while len(found) < limit:
            page = await world.store.notes_after(shop, job.request["report"], prefix, start, limit)
            for name, note in page:
                start = name
                if note.get("findings"):
                    found.append(_shown(name, note))
                    if len(found) == limit:
                        return summary(job), found, name
            if len(page) < limit:
                break
    return summary(job), found, None


def _place(after: str | None) -> int:
    return next((place for place, prefix in enumerate(SUSPECTS) if (after or "").startswith(prefix)), 0)


def _shown(name: str, note: Mapping[str, Any]) -> dict[str, Any]:
    """`id` is Shopify's."""
    prefix, of, *rest = name.split("#")
    object_, id_ = ("line_items", note["line"]) if prefix == "loose" else (of, rest[0])
    return {"object": object_, "id": id_, "hubspot": note.get("hubspot", []), "found": note["findings"]}
