"""An audit finds every record that is not as it must be, and no other; heals what can be healed; tells of the rest."""

from typing import Any

import pytest

from sandbox.oracle import views
from sandbox.seed import Size, fill
from sandbox.world.auditing import all_findings, audited
from sandbox.world.drift import KINDS, Drift
from sandbox.world.loop import run
from sandbox.world.ready import ready
from sandbox.world.world import LocalWorld
from tandem.model import Job, Kind, Priority
from tandem.sync import audit

DAY = 86_400
SIZE = Size(customers=12, products=5, orders=25, companies=2, checkouts=0)
KEY = "tandem_key"


async def in_step(world: LocalWorld, size: Size = SIZE) -> None:
    """A store and an account that agree, long after anything changed."""
    fill(world.shopify, size, days=20)
    await ready(world)
    books = views.store(views.here(world.shopify))
    await world.mark(Kind.CONTACT, *(one["id"] for one in books["customers"]), priority=Priority.BULK)
    await world.mark(Kind.ORDER, *(one["id"] for one in books["orders"]), priority=Priority.BULK)
    await world.settle()
    await world.live(1_200)
    assert world.verdict().agrees


def test_nothing_is_found_where_both_sides_agree() -> None:
    world = LocalWorld(seed=5)

    async def play() -> tuple[Job, list[dict[str, Any]]]:
        await in_step(world)
        return await audited(world), await all_findings(world)

    job, found = run(world.clock, play())
    assert found == []
    told = audit.summary(job)
    assert told["found"] == {}
    assert told["counts"]["contacts compared"] == SIZE.customers
    assert told["counts"]["orders compared"] == SIZE.orders


def told(found: list[dict[str, Any]]) -> set[tuple[str, str, str]]:
    return {(one["object"], one["id"], finding) for one in found for finding in one["found"]}


@pytest.mark.parametrize("what", KINDS)
def test_what_was_changed_by_hand_is_found_and_nothing_else(what: str) -> None:
    world = LocalWorld(seed=5)
    drift = Drift(world)

    async def play() -> tuple[Job, list[dict[str, Any]]]:
        await in_step(world)
        for _ in range(2):
            drift.drive(what)
        return await audited(world), await all_findings(world)

    job, found = run(world.clock, play())
    assert told(found) == drift.expected
    assert sum(audit.summary(job)["found"].values()) == len(drift.expected)
    assert not world.due()


@pytest.mark.parametrize("kept", ["yes", "no"], ids=lambda kept: f"archived records keep their keys: {kept}")
def test_what_can_be_healed_is_and_what_is_left_is_for_a_person(kept: str) -> None:
    world = LocalWorld(seed=6, switches={"archived_keeps_key": kept})
    drift = Drift(world)

    async def play() -> tuple[Job, set[tuple[str, str, str]], set[tuple[str, str, str]]]:
        await in_step(world)
        for what in KINDS:
            drift.drive(what)
        job = await audited(world, heal=True)
        first = told(await all_findings(world))
        await world.settle(DAY)
        await audited(world)
        rest = told(await all_findings(world))
        for name, id_ in drift.copies:
            world.hubspot.actions["archive"](object_type=name, record_id=id_)
        for name, id_ in drift.deleted:
            if name == "contacts" or kept == "yes":
                world.hubspot.actions["restore"](object_type=name, record_id=id_)
        await audited(world, heal=True)
        await world.settle()
        return job, first, rest

    job, first, rest = run(world.clock, play())
    assert first == drift.expected
    assert set(audit.summary(job)["what to do"]) == {finding for _, _, finding in first}
    for_a_person = {one for one in drift.expected if one[2] == "duplicated" or one[::2] == ("contacts", "missing")}
    deleted = {one for one in drift.expected if one[2] == "missing"}
    assert rest == for_a_person | (deleted if kept == "yes" else set())
    assert [str(difference) for difference in world.verdict().differences] == []
