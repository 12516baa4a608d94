"""What is looked at once a day: each duty says what it found and what to do, and none holds up another."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from tandem.errors import Failure
from tandem.shopify.client import ShopifyClient
from tandem.shopify.documents import VERSION
from tandem.shopify.events import Events
from tandem.shopify.subscriptions import subscribe, wanted
from tandem.sync import archived, deletions
from tandem.sync.doctor import Check, Level, ok, warning
from tandem.sync.setup import Request, Sides, setup
from tandem.sync.shop import portal_of
from tandem.sync.steps import Progress
from tandem.sync.worker import Vendors, World

AHEAD, LAST = timedelta(days=90), timedelta(days=14)
"""How long before an API version ends it is told of, and from when on somebody must act."""
ENDS: Mapping[tuple[str, str], date] = {
    ("Shopify", "2026-10"): date(2027, 10, 1),
    ("HubSpot", "2026-09"): date(2028, 3, 8),
    ("HubSpot", "2026-03"): date(2027, 9, 30),
}
"""Until when a version is served: Shopify says so, HubSpot's is 18 months after its release (reference §1)."""
ROTATED = timedelta(days=180)
"""HubSpot advises to rotate keys every six months (reference §7)."""


@dataclass(frozen=True, slots=True)
class Day:
    """What the duties work with. `secrets` are, by vendor, since when the stack's secret holds what it does."""

    sides: Sides
    vendors: Vendors
    world: World
    secrets: Mapping[str, datetime | None]
    deadline: datetime


async def look(day: Day) -> list[Check]:
    """Carry out all duties. A person is needed now where one is BLOCKED; what is a WARNING can wait, or is meant so."""
    checks: list[Check] = []
    for name, duty in DUTIES.items():
        try:
            checks += await duty(day)
        except Failure as failure:
            checks.append(_wanted(name, f"could not be done: {failure}", "see to that; it is tried again tomorrow"))
    return checks


def _wanted(name: str, found: str, do: str) -> Check:
    return Check(name, Level.BLOCKED, found, do)


async def _deletions(day: Day) -> list[Check]:
    events = Events(day.sides.shopify)
    found = await deletions.look(day.sides.shop, events.destroyed, day.vendors.shopify, day.world, day.deadline)
    return [_progress("deletions in Shopify", found)]


async def _archived(day: Day) -> list[Check]:
    found = await archived.look(day.sides.shop, day.sides.hubspot, day.world, day.deadline)
    return [_progress("deletions in HubSpot", found)]


def _progress(name: str, progress: Progress) -> Check:
    counts = ", ".join(f"{count} {what}" for what, count in progress.job.counts.items()) or "none"
    if progress.ended == "interrupted":
        return _wanted(name, f"interrupted: {progress.reason}", "see to that; it goes on tomorrow")
    return ok(name, counts if progress.ended == "done" else f"{counts} so far: {progress.ended}, goes on tomorrow")


async def _webhooks(day: Day) -> list[Check]:
    """Shopify ends a subscription whose deliveries failed for hours, without a word."""
    portal = await portal_of(day.world.store, day.sides.shop)
    installation = await ShopifyClient(day.sides.shopify).installation()
    topics, _ = wanted(installation.scopes, carts=portal.carts)
    plan = await subscribe(day.sides.shopify, topics, day.sides.webhook_url)
    found = f"{len(topics)} topics"
    if plan.missing:
        found += f"; subscribed anew: {', '.join(plan.missing)}"
    if plan.superfluous:
        found += f"; ended: {', '.join(one.topic for one in plan.superfluous)}"
    return [ok("Shopify webhooks", found)]


async def _versions(day: Day) -> list[Check]:
    today = day.world.clock.now().date()
    return [_version("Shopify", VERSION, today), _version("HubSpot", day.sides.hubspot.api_version, today)]


def _version(vendor: str, version: str, today: date) -> Check:
    name, end = f"end of {vendor}'s API version", ENDS.get((vendor, version))
    if end is None:
        return warning(name, f"it is not known until when {version} is served", "update Tandem")
    found, left = f"{version} is served until {end.isoformat()}", end - today
    if left < LAST:
        return _wanted(name, found, "update Tandem now")
    return warning(name, found, "update Tandem before") if left < AHEAD else ok(name, found)


async def _drift(day: Day) -> list[Check]:
    """All that setup checks: tokens, scopes, properties, pipeline. What it would make is missing."""
    report = await setup(Request(dry_run=True), day.sides)
    checks = [Check(one["check"], Level(one["level"]), one["found"], one["do"]) for one in report["checks"]]
    return [_drifted(check) for check in checks if check.name != "Shopify webhooks"]


def _drifted(check: Check) -> Check:
    if check.level is Level.OK and "would be made" in check.found:
        return _wanted(check.name, check.found, "invoke setup")
    return check


async def _secrets(day: Day) -> list[Check]:
    """Neither vendor tells when a static token ends; that they are good today, setup's checks say."""
    now = day.world.clock.now()
    checks = []
    for vendor, since in day.secrets.items():
        name = f"age of {vendor}'s secret"
        if since is None:
            checks.append(ok(name, "not known"))
        elif now - since > ROTATED:
            checks.append(warning(name, f"in use since {since:%Y-%m-%d}", "rotate it, and put the new one there"))
        else:
            checks.append(ok(name, f"in use since {since:%Y-%m-%d}"))
    return checks


DUTIES: Mapping[str, Callable[[Day], Awaitable[Sequence[Check]]]] = {
    "deletions in Shopify": _deletions,
    "deletions in HubSpot": _archived,
    "Shopify webhooks": _webhooks,
    "API versions": _versions,
    "what setup checks": _drift,
    "secrets": _secrets,
}
