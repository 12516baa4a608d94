"""Cuts a schedule that fails down to what it needs to fail: fewer events, fewer faults, fewer workers, fewer stores."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import TypeVar

from sandbox.world.choices import Taken
from sandbox.world.plan import Plan
from sandbox.world.schedule import Outcome, play

T = TypeVar("T")
TRIES = 400

Case = tuple[Plan, Taken]


def shrunk(outcome: Outcome, fails: Callable[[Outcome], bool], tries: int = TRIES) -> Outcome:
    """The smallest found that fails as well, after so many tries."""
    best, left = outcome, tries
    while left > 0:
        for plan, script in _smaller(best.plan, best.taken):
            left -= 1
            tried = play(plan.seed, plan, script)
            if fails(tried):
                best = tried
                break
            if left <= 0:
                return best
        else:
            return best
    return best


def _smaller(plan: Plan, taken: Taken) -> Iterator[Case]:
    """Big cuts first."""
    for events in _cut(plan.events):
        yield replace(plan, events=events), taken
    for late in _cut(plan.late):
        yield replace(plan, late=late), taken
    for places in _cut(tuple(taken)):
        yield plan, {place: taken[place] for place in places}
    yield from ((one, taken) for one in _plainer(plan))


def _cut(some: tuple[T, ...]) -> Iterator[tuple[T, ...]]:
    """Without a half of them, without a quarter, ... without a single one."""
    size = len(some)
    while size > 1 or (size == 1 and some):
        size = max(size // 2, 1)
        yield from (some[:start] + some[start + size :] for start in range(0, len(some), size))
        if size == 1:
            return


def _plainer(plan: Plan) -> Iterator[Plan]:
    """One worker, one shard, no lag, as few stores as the events need, one switch less."""
    stores = max((event.store for event in (*plan.events, *plan.late)), default=0) + 1
    for plainer in (
        replace(plan, workers=1),
        replace(plan, shards=1),
        replace(plan, lag=0.0),
        replace(plan, page=100, listed=0, harmed_walk=False),
        replace(plan, stores=stores),
        *(replace(plan, hubspot=less) for less in _less(plan.hubspot)),
        *(replace(plan, shopify=less) for less in _less(plan.shopify)),
    ):
        if plainer != plan:
            yield plainer


def _less(switches: Mapping[str, str]) -> Iterator[dict[str, str]]:
    for one in switches:
        yield {name: value for name, value in switches.items() if name != one}
