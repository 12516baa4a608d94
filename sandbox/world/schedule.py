"""A short random world by seed: some stores, a few orders and carts, a handful of events, and all that can go wrong.

outcome = play(seed)
outcome.problems    what does not hold: empty when the promise was kept
outcome.timeline    who did what when, for reading
"""

import hashlib
import json
from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property

from sandbox.oracle import views
from sandbox.world.choices import Choices, Taken
from sandbox.world.estate import Estate, StandStill
from sandbox.world.loop import StandsStill, run
from sandbox.world.plan import Plan, plan
from sandbox.world.promise import OBJECTS, held
from sandbox.world.random_day import LAST_TO_SHOW, LONGEST_LAG

REST = 36 * 3600.0
"""Seconds within which everything comes to rest."""


REMOVALS = {"delete", "delete_customer", "merge_customers", "clear_up", "drop_checkout"}
"""What changes no updatedAt: it is found once a day, by the store's events."""


@dataclass(frozen=True)
class Outcome:
    """How a schedule went. `taken` are the choices that were made in it."""

    plan: Plan
    problems: list[str]
    met: Counter[str]
    estate: Estate
    taken: Taken

    @cached_property
    def timeline(self) -> list[str]:
        return self.estate.perils.timeline()

    @cached_property
    def digest(self) -> str:
        """Of all that was done and is left."""
        estate = self.estate
        vendors = [estate.hubspot, *(house.shopify for house in estate.houses)]
        calls = [[str(call) for call in vendor.log.calls] for vendor in vendors]
        rows = sorted(map(repr, estate.store.records.values()))
        trace = [self.timeline, calls, rows, crm_of(estate), self.problems, str(estate.clock.now)]
        return hashlib.sha256(json.dumps(trace, default=str).encode()).hexdigest()


def play(seed: int, drawn: Plan | None = None, script: Taken | None = None) -> Outcome:
    """Play a seed; or a plan cut down from its own, with only those choices that are in `script`."""
    choices = Choices(seed, script)
    estate = Estate(drawn or plan(seed), choices)
    problems: list[str] = []
    try:
        run(estate.clock, _play(estate, problems))
    except (StandStill, StandsStill) as still:
        problems.append(f"I12: does not come to rest: {still}")
    problems += estate.watch.problems
    return Outcome(estate.plan, problems, estate.perils.met + estate.outcomes, estate, choices.taken)


async def _play(estate: Estate, problems: list[str]) -> None:
    await estate.open()
    estate.perils.calm = False
    begun = estate.clock.now
    for event in estate.plan.events:
        await estate.until(begun + timedelta(seconds=event.at))
        estate.happen(event)
    await estate.until(begun + timedelta(seconds=estate.plan.bad))
    estate.perils.calm = True
    estate.perils.tell("", "it is calm from here on")
    await estate.settle(REST)
    await _make_good(estate)
    for house in estate.houses:
        problems += held(house)


async def _make_good(estate: Estate) -> None:
    """What makes up for lost webhooks, and for what people did in HubSpot: the duties that come by a timetable."""
    await estate.until(estate.clock.now + timedelta(seconds=LAST_TO_SHOW))
    people = any(event.who == "person in HubSpot" for event in estate.plan.events)
    removed = any(event.what in REMOVALS for event in estate.plan.events)
    duties = ["windows", *(["daily"] if removed or people else []), *(["changes"] if people else [])]
    for duty in duties:
        for house in estate.houses:
            await house.duty(duty)
        await estate.settle(REST)
    if people:
        await estate.until(estate.clock.now + timedelta(seconds=LONGEST_LAG))
        for house in estate.houses:
            await house.duty("changes")
        await estate.settle(REST)


def crm_of(estate: Estate) -> str:
    """Live records and the live ones they are linked to."""
    crm = views.crm(views.here(estate.hubspot))
    state = [
        (one["id"], one["properties"], [crm.linked(one, other) for other in OBJECTS])
        for name in OBJECTS
        for one in crm.live(name)
    ]
    return json.dumps(state, sort_keys=True, default=str)
