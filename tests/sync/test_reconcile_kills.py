"""No page is skipped on either side, whatever befalls the run, and whoever changes or adds records while it pages."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from sandbox.world.mortal import Fate, Harm, Killed, Life
from tandem.model import Kind
from tandem.sync.windows import walk
from tests.sync.shelves import SHOP, Page, Shelf, steps_of

Run = Callable[[Shelf, Life | None], Any]

SIDES: dict[str, tuple[Callable[[], Shelf], Run, Kind]] = {
    "Shopify": (Shelf, lambda shelf, life: shelf.walk(life), Kind.ORDER),
    "HubSpot": (lambda: Shelf().in_hubspot(), lambda shelf, life: shelf.look(life), Kind.STAGE),
}


class Slow:
    """A shelf that lets another run come between."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf

    async def updated(self, kind: Kind, since: datetime, after: str | None = None) -> Page:
        await asyncio.sleep(0)
        return await self._shelf.updated(kind, since, after)

    async def abandoned(self, since: datetime, after: str | None = None) -> Any:
        raise AssertionError("no checkouts here")


ALL = {str(number) for number in range(1, 13)}
each = pytest.mark.parametrize("side", SIDES)


def meddling(shelf: Shelf) -> Shelf:
    """A record of a page that was read changes, so does one to come, and two are new."""
    changes = {1: ["2"], 2: ["9", "11"], 3: ["1", "12"]}

    def meddle(number: int) -> None:
        for id_ in changes.pop(number, []):
            shelf.touch(id_)

    shelf.meddle = meddle
    return shelf


@each
def test_records_changed_and_added_while_paging_are_seen(side: str) -> None:
    make, go, kind = SIDES[side]
    shelf = meddling(make())
    assert go(shelf, None).ended == "done"
    assert shelf.due(kind) == ALL


@each
@pytest.mark.parametrize("harm", [Harm.KILLED_BEFORE, Harm.KILLED_AFTER])
def test_a_run_killed_at_any_step_is_completed_by_the_next(side: str, harm: Harm) -> None:
    make, go, kind = SIDES[side]
    steps = steps_of(meddling(make()), go)
    assert steps.count("save_job") >= 4
    for number in range(1, len(steps) + 1):
        shelf = meddling(make())
        fate = Fate(shelf.clock, number, harm)
        with pytest.raises(Killed):
            go(shelf, Life(fate))
        shelf.clock.advance(600)
        assert go(shelf, None).ended == "done"
        assert shelf.due(kind) == ALL, (number, steps[number - 1])


@each
def test_an_outage_or_a_short_run_is_gone_on_from(side: str) -> None:
    make, go, kind = SIDES[side]
    shelf = make()

    def falls_over(number: int) -> None:
        shelf.down = number == 2

    shelf.meddle = falls_over
    assert go(shelf, None).ended == "interrupted"
    shelf.down, pages = False, shelf.pages
    assert go(shelf, None).ended == "done"
    whole = make()
    go(whole, None)
    assert shelf.pages == whole.pages, "no page twice"
    assert pages == 2
    assert shelf.due(kind) == set(whole.changed)


def test_a_run_out_of_time_goes_on_in_the_next_period_and_no_walk_begins_twice() -> None:
    shelf = Shelf()
    shelf.meddle = lambda _number: shelf.clock.advance(400)
    assert shelf.walk().ended == "out of time"
    assert shelf.pages == 2
    assert shelf.walk().ended == "done"
    assert shelf.pages == 4


def test_a_cursor_that_is_refused_or_old_begins_the_walk_anew_and_loses_nothing() -> None:
    refused = Shelf(forgets=True)
    assert refused.walk().counts["begun anew"] == 1
    assert len(refused.due(Kind.ORDER)) == 10
    old = Shelf()
    old.meddle = lambda number: old.clock.advance(1_000 if number == 2 else 0)
    assert old.walk().ended == "out of time"
    old.clock.advance(timedelta(hours=13).total_seconds())
    assert old.walk().counts["begun anew"] == 1
    assert len(old.due(Kind.ORDER)) == 10


def test_a_listing_that_ends_early_is_gone_on_from_the_last_time_seen() -> None:
    shelf = Shelf(size=47_000, page=2_500, ceiling=25_000)
    assert shelf.walk().ended == "done"
    assert len(shelf.due(Kind.ORDER)) == 47_000


@each
def test_what_is_in_step_is_not_marked_again(side: str) -> None:
    make, go, _ = SIDES[side]
    shelf = make()
    go(shelf, None)
    marks = {ref: row.marks for ref, row in shelf.store.records.items()}
    go(shelf, None)
    assert {ref: row.marks for ref, row in shelf.store.records.items()} == marks


def test_of_two_runs_at_once_one_gives_way() -> None:
    shelf = Shelf()

    async def both() -> list[str]:
        deadline = shelf.now() + timedelta(minutes=5)
        runs = (walk(Kind.ORDER, SHOP, Slow(shelf), shelf.world(), deadline) for _ in range(2))
        return sorted([one.ended for one in await asyncio.gather(*runs)])

    assert asyncio.run(both()) == ["done", "overtaken"]
    assert len(shelf.due(Kind.ORDER)) == 10
