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

from sandbox.world.choices import Choices, Taken
from sandbox.world.drawing import plan
from sandbox.world.estate import REST, Estate, StandStill
from sandbox.world.invariants import acknowledged, broken, state, unheard
from sandbox.world.loop import StandsStill, run
from sandbox.world.plan import Plan
from sandbox.world.random_day import LAST_TO_SHOW, LONGEST_LAG
from sandbox.world.timeline import timeline

REMOVALS = {"delete", "delete_customer", "merge_customers", "clear_up", "drop_checkout"}
"""What changes no updatedAt: it is found once a day, by the store's events."""
UNTOLD = {"clear_up", "merge_customers"}
"""What changes records of which neither a webhook nor their updatedAt tells: an order whose product is gone, the number
of a customer's orders some time after a merge."""
SPENT = {"place", "pay", "capture", "refund", "cancel", "delete", "edit_details", "complete", "come_back"}
"""What changes a customer's numbers. Where it does not move the customer's updatedAt, one webhook alone tells of it."""
QUIET = 120.0
"""Seconds without a sweep in which all that was rung for is taken up."""
BEHIND = 960.0
"""Seconds after which no later walk reaches back to what happened before; of orders, the soonest of all."""
A_WHILE = 10.0
"""Seconds after our own write in which an edit cannot be told from it: more than clocks differ."""


@dataclass(frozen=True)
class Outcome:
    """How a schedule went. `taken` are the choices that were made in it."""

    plan: Plan
    problems: list[str]
    met: Counter[str]
    estate: Estate
    taken: Taken

    @property
    def timeline(self) -> list[str]:
        return timeline(self.estate.perils.trace, whole=False)

    @cached_property
    def digest(self) -> str:
        """Of all that was done and is left."""
        estate = self.estate
        vendors = [estate.hubspot, *(house.shopify for house in estate.houses)]
        calls = [[str(call) for call in vendor.log.calls] for vendor in vendors]
        rows = sorted(map(repr, estate.store.records.values()))
        trace = [timeline(estate.perils.trace), calls, rows, state(estate), self.problems, str(estate.clock.now)]
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
    return Outcome(estate.plan, problems, estate.met(), estate, choices.taken)


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
    if estate.plan.only == "bells":
        await estate.until(estate.clock.now + timedelta(seconds=QUIET))
        problems += unheard(estate)
        estate.sweeps = True
    await estate.settle(REST)
    problems += [f"acknowledged, before the duties: {problem}" for problem in await acknowledged(estate)]
    await _make_good(estate)
    if estate.plan.late:
        await _put_back(estate)
    problems += await broken(estate)


async def _make_good(estate: Estate) -> None:
    """What makes up for lost webhooks, and for what people did in HubSpot: the duties that come by a timetable.

    What they cannot find is found by an audit, or put right by an operator's resync, which is quicker played.
    """
    done = {event.what for event in estate.plan.events}
    people = any(event.who == "person in HubSpot" for event in estate.plan.events)
    await estate.until(estate.clock.now + timedelta(seconds=LAST_TO_SHOW))
    if estate.plan.harmed_walk:
        await _harmed_walk(estate)
    await _duty(estate, "windows")
    if people or done & REMOVALS:
        await _duty(estate, "daily")
    if people or done & UNTOLD or (done & SPENT and _is_untold(estate)):
        for house in estate.houses:
            await house.resync(force=people)
        await estate.settle(REST)
    if people or estate.perils.met["frozen"]:
        await estate.until(estate.clock.now + timedelta(seconds=LONGEST_LAG))
        await _duty(estate, "changes")


def _is_untold(estate: Estate) -> bool:
    """Whether what a customer spent may have changed with nothing to tell of it."""
    return estate.plan.shopify.get("order_moves_customer") == "no" and estate.perils.met["drop"] > 0


async def _harmed_walk(estate: Estate) -> None:
    """A walk that may end anywhere. The next one goes on with it; its own window begins after all that happened."""
    await estate.until(estate.clock.now + timedelta(seconds=BEHIND - LAST_TO_SHOW))
    estate.perils.calm = False
    for house in estate.houses:
        await house.duty("windows")
    estate.perils.calm = True
    await estate.settle(REST)


async def _put_back(estate: Estate) -> None:
    """People do something in HubSpot while all is at rest: the duties find it, without anybody's resync."""
    await estate.until(estate.clock.now + timedelta(seconds=A_WHILE))
    for event in estate.plan.late:
        estate.happen(event)
    await estate.until(estate.clock.now + timedelta(seconds=LONGEST_LAG))
    await _duty(estate, "daily")
    await _duty(estate, "changes")


async def _duty(estate: Estate, name: str) -> None:
    for house in estate.houses:
        await house.duty(name)
    await estate.settle(REST)
