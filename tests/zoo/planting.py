"""Mistakes that are put into the engine for as long as a schedule lasts, with proof that they were run."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import wraps
from importlib import import_module
from typing import Any
from unittest.mock import patch

from sandbox.world.invariants import INVARIANTS
from sandbox.world.plan import KINDS, Plan

Function = Callable[..., Any]
ENDLESS = 5_000
"""Runs of a bug in one schedule after which it does not end by itself."""


class Endless(BaseException):
    """Nothing catches it: the worker is gone."""


@dataclass(frozen=True, slots=True)
class Bug:
    """A mistake a good engineer might make. `breaks` says what comes of it, `row` is the invariant that forbids it.

    `places` are functions of the engine, such as `sync.worker:_due`, or of the store in memory; `mistake` is given them
    and returns what stands in their stead. Schedules without all that it `needs` cannot reach it. `seed` is one that
    caught it, if any did.
    """

    name: str
    breaks: str
    row: str
    places: tuple[str, ...]
    mistake: Function
    needs: frozenset[str] = frozenset()
    seed: int | None = None


def bug(breaks: str, row: str, *places: str, needs: str = "", seed: int | None = None) -> Callable[[Function], Bug]:
    """Makes a bug of the function below it, whose name is the bug's. `needs` are words of `drawn`, with commas."""
    wanted = frozenset(filter(None, needs.split(", ")))
    return lambda mistake: Bug(mistake.__name__.replace("_", " "), breaks, row, places, mistake, wanted, seed)


def drawn(plan: Plan) -> set[str]:
    """What a plan has that bugs may need: what may go wrong, who does what, switches that are turned."""
    events = (*plan.events, *plan.late)
    return {
        *(name for kind in KINDS for name, _ in getattr(plan.mix, kind)),
        *(word for event in events for word in (event.who, event.what)),
        *(f"{name}={value}" for name, value in {**plan.hubspot, **plan.shopify}.items()),
        *(one.name for one in INVARIANTS if plan.seed % one.every == 0),
        *(name for name, there in (("harmed walk", plan.harmed_walk), ("listed", plan.listed)) if there),
        plan.only,
    }


@contextmanager
def planted(one: Bug) -> Iterator[Counter[str]]:
    """The engine with the bug in it; how often each of its places was run."""
    runs: Counter[str] = Counter()
    owners = [_owner(place) for place in one.places]
    wrong = one.mistake(*(vars(owner)[name] for owner, name in owners))
    with ExitStack() as stack:
        functions = wrong if isinstance(wrong, tuple) else (wrong,)
        for (owner, name), place, function in zip(owners, one.places, functions, strict=True):
            stack.enter_context(patch.object(owner, name, _counted(function, runs, place)))
        yield runs


def _owner(place: str) -> tuple[Any, str]:
    module, _, path = place.partition(":")
    owner: Any = import_module(module if module.startswith("sandbox") else f"tandem.{module}")
    *classes, name = path.split(".")
    for one in classes:
        owner = getattr(owner, one)
    return owner, name


def _counted(function: Function, runs: Counter[str], place: str) -> Function:
    @wraps(function)
    def counted(*args: Any, **kwargs: Any) -> Any:
        runs[place] += 1
        if runs[place] > ENDLESS:
            raise Endless(place)
        return function(*args, **kwargs)

    return counted
