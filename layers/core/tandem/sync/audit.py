"""Compares both sides in full, in steps: HubSpot by listing, Shopify by bulk operation, what differs once more by id.

The job is saved after each step, so whoever takes it up after a kill does at most one step again, which writes the same
notes again and counts once. docs/data-model.md, Reports, tells what the notes hold.
"""

from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from tandem.errors import Failure, OutOfTime
from tandem.model import Job
from tandem.ports import Exports
from tandem.sync import audit_check, audit_hubspot, audit_shopify
from tandem.sync.audit_run import KINDS, NotYet, Run, Stepped, compared_names
from tandem.sync.audit_verdict import TO_DO
from tandem.sync.shop import portal_of, rules_of
from tandem.sync.worker import Vendors, World

JOB = "audit"
HELD = timedelta(minutes=3)
"""A run that has not saved for so long is over, however it ended."""
SUSPECTS = ("suspects#", "twins#", "loose#")

Step = Callable[[Run, str | None], Awaitable[Stepped]]


def _phases() -> dict[str, Step]:
    """In their order. Exports are begun first: Shopify works at them while HubSpot is listed."""
    phases: dict[str, Step] = {}
    for kind, name in KINDS.items():
        phases[f"begin {name}"] = partial(_of_kind, audit_shopify.begin, kind)
    for name in audit_hubspot.LISTINGS:
        phases[f"list {name}"] = partial(_of_kind, audit_hubspot.listing, name)
    for kind, name in KINDS.items():
        phases[f"compare {name}"] = partial(_of_kind, audit_shopify.compare, kind)
    for kind, name in KINDS.items():
        phases[f"walk {name}"] = partial(_of_kind, audit_shopify.orphans, kind)
    for kind, name in KINDS.items():
        phases[f"check {name}"] = partial(_of_kind, audit_check.suspects, kind)
    for name in KINDS.values():
        phases[f"twins {name}"] = partial(_of_kind, audit_check.twins, name)
    return {**phases, "loose": audit_check.loose}


async def _of_kind(
    step: Callable[[Run, Any, str | None], Awaitable[Stepped]], what: Any, run: Run, after: str | None
) -> Stepped:
    return await step(run, what, after)


PHASES = _phases()


@dataclass(frozen=True, slots=True)
class Progress:
    """Where the audit is after a run: `done`, `out of time`, `overtaken`, `waiting`, or `interrupted` for `reason`."""

    job: Job
    ended: str
    reason: str = ""


async def start(shop: str, world: World, *, heal: bool, sees_all: bool) -> Job:
    """Begin an audit; one that is under way goes on instead. `sees_all`: the app may read orders of any age."""
    portal = await portal_of(world.store, shop)
    while True:
        there = await world.store.job(shop, JOB)
        if there is not None and not there.done:
            return there
        now = world.clock.now()
        request = {
            "heal": heal,
            "sees all": sees_all,
            "report": f"{now:%Y-%m-%dT%H:%M:%SZ}",
            "salt": world.ids.new(),
            "names": compared_names(portal),
            "exports": {},
            "tries": {},
            "not compared": {},
        }
        job = Job(shop, JOB, request, next(iter(PHASES)), revision=there.revision if there else 0)
        if await world.store.save_job(job):
            return replace(job, revision=job.revision + 1)


async def is_open(shop: str, world: World) -> bool:
    """Whether an audit is begun, not done, and no run is on it."""
    job = await world.store.job(shop, JOB)
    if job is None or job.done:
        return False
    held = job.request.get("held_until")
    return held is None or datetime.fromisoformat(held) < world.clock.now()


async def work(shop: str, vendors: Vendors, exports: Exports, world: World, deadline: datetime) -> Progress | None:
    """Step on until all is done or the deadline is near; another run goes on. None: there is no audit."""
    job = await world.store.job(shop, JOB)
    if job is None:
        return None
    portal, rules = await portal_of(world.store, shop), await rules_of(world.store, shop)
    run = Run(job, portal, rules, vendors, exports, world)
    try:
        return await _on(run, deadline)
    finally:
        await run.close()


async def _on(run: Run, deadline: datetime) -> Progress:
    while not run.job.done:
        if run.world.clock.now() >= deadline:
            return Progress(run.job, "out of time")
        phase, _, after = (run.job.cursor or "").partition("|")
        try:
            stepped = await PHASES[phase](run, after or None)
        except OutOfTime:
            return Progress(run.job, "out of time")
        except NotYet as wait:
            return Progress(run.job, "waiting", str(wait))
        except Failure as failure:
            return Progress(run.job, "interrupted", str(failure))
        turned = _turned(run.job, phase, stepped, run.world.clock.now() + HELD)
        if not await run.world.store.save_job(turned):
            return Progress(run.job, "overtaken")
        run.job = replace(turned, revision=run.job.revision + 1)
    return Progress(run.job, "done")


def _turned(job: Job, phase: str, stepped: Stepped, held: datetime) -> Job:
    """The job after a step. Its cursor is a phase, and where in it to go on."""
    counts = Counter(job.counts)
    counts.update(stepped.counts)
    request = {**job.request, **stepped.request, "held_until": held.isoformat()}
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
        "what to do": {one: TO_DO[one] for one in TO_DO if one in findings},
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
