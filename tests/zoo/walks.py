"""Bugs in what makes up for lost signals: windows, changes and deletions in HubSpot, rebuilds."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from tandem.model import Job, Mark, Ref
from tandem.ports import HubSpot
from tandem.sync.steps import Progress
from tandem.sync.worker import World
from tests.zoo.planting import Function, bug


@bug("what the search was late to show is never seen", "I42", "sync.windows:_begun", needs="windows, drop")
def window_without_overlap(original: Function) -> Function:
    def begun(kind: Any, shop: str, last: Job | None, now: datetime) -> Any:
        job = original(kind, shop, last, now)
        floor = last.request["begun"] if last else job.request["floor"]
        return replace(job, request={**job.request, "floor": floor, "latest": floor})

    return begun


@bug(
    "a page is passed over by a kill",
    "I42",
    "sync.windows:announce",
    "sync.windows:go_on",
    needs="harmed walk, drop",
)
def checkpoint_before_the_page_is_marked(announce: Function, go_on: Function) -> tuple[Function, Function]:
    kept: list[Sequence[Mark]] = []

    async def keep(marks: Sequence[Mark], world: World) -> int:
        kept.append(marks)
        return len(marks)

    async def saved_first(job: Job, step: Any, world: World, deadline: datetime) -> Any:
        async def save(at: Job) -> Job:
            turned: Job = await step(at)
            marks = kept.pop() if kept else ()
            await world.store.save_job(turned)
            await announce(marks, world)
            return replace(turned, revision=turned.revision + 1)

        return await go_on(job, save, world, deadline)

    return keep, saved_first


@bug("a row is held to know of a change it was only told of", "I41", "sync.windows:_known")
def told_counts_as_known(original: Function) -> Function:
    return lambda row: row.seen if row is not None and row.seen else original(row)


@bug("a change within the second in which it was read is missed", "I41", "sync.outcome:_as_settled")
def versions_are_noted_as_read(_: Function) -> Function:
    return lambda fields, now: fields


@bug("records that changed at one moment are passed over", "I42", "sync.hubspot_changes:_onward")
def pages_go_on_behind_the_last_moment(original: Function) -> Function:
    def onward(job: Job, page: Any, since: datetime, *, more: bool) -> Job:
        turned: Job = original(job, page, since, more=more)
        if not more or "since" not in turned.request:
            return turned
        behind = datetime.fromisoformat(turned.request["since"]) + timedelta(milliseconds=1)
        return replace(turned, cursor=None, request={**turned.request, "since": behind.isoformat()})

    return onward


@bug("what people type over stays", "I43", "sync.hubspot_changes:_is_suspect", needs="edit", seed=28)
def own_writes_hide_those_of_people(original: Function) -> Function:
    return lambda row, found, written: (
        original(row, found, written) and (written is None or found.id != (row and row.link))
    )


@bug(
    "an order that was moved by hand stays there",
    "I43",
    "sync.hubspot_changes:_stands_elsewhere",
    needs="move",
    seed=11,
)
def moved_orders_are_not_put_back(_: Function) -> Function:
    return lambda row, stage: False


@bug("what people deleted stays deleted", "I44", "sync.archived:_marks", needs="person in HubSpot", seed=24)
def deletions_in_hubspot_are_passed_over(_: Function) -> Function:
    async def marks(*_: Any) -> list[Mark]:
        return []

    return marks


@bug("a line that people deleted stays deleted", "I44", "sync.archived:_parents", needs="archive_line", seed=27)
def deleted_lines_are_passed_over(_: Function) -> Function:
    async def parents(*_: Any) -> tuple[list[Mark], None]:
        return [], None

    return parents


@bug(
    "what was deleted in the store without a webhook stays open",
    "I44",
    "sync.deletions:look",
    needs="drop, delete",
)
def deletions_in_the_store_are_passed_over(_: Function) -> Function:
    async def look(shop: str, listing: Any, shopify: Any, world: World, deadline: datetime) -> Progress:
        return Progress(Job(shop, "deletions", {}, done=True), "done")

    return look


@bug(
    "a finished cart is open again after a rebuild",
    "I35",
    "sync.rebuild:_fields",
    needs="rebuilt, open_checkout",
)
def rebuilt_carts_have_no_state(original: Function) -> Function:
    def fields(ref: Ref, one: Any, children: Mapping[str, Mapping[str, str]]) -> dict[str, Any]:
        return {name: value for name, value in original(ref, one, children).items() if name != "stage"}

    return fields


@bug("lines that left while the table was lost stay", "I35", "sync.rebuild:_children", needs="rebuilt")
def rebuilt_rows_know_no_lines(_: Function) -> Function:
    async def children(shop: str, kind: Any, records: Any, hubspot: HubSpot) -> dict[str, dict[str, str]]:
        return {}

    return children
