"""An audit finds every record that is not as it must be, and no other; heals what can be healed; tells of the rest."""

import json
from random import Random
from typing import Any

import pytest

from sandbox.oracle import views
from sandbox.seed import Size, fill
from sandbox.shopify.orders.order_create import NewLine, place_order
from sandbox.world.auditing import all_findings, audited, buyers_return
from sandbox.world.drift import KINDS, OF_CARTS, Drift
from sandbox.world.loop import run
from sandbox.world.mortal import Fate, Harm, Life
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
    await world.mark(Kind.CART, *(one["id"] for one in books["checkouts"] if one["abandoned_at"]))
    await world.settle()
    await buyers_return(world, every=3)
    await world.live(1_200)
    assert world.verdict().agrees, [str(difference) for difference in world.verdict().differences]


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


@pytest.mark.parametrize("seed", [5, 6])
def test_an_order_that_is_made_anew_goes_into_its_stage(seed: int) -> None:
    world = LocalWorld(seed=seed, switches={"archived_keeps_key": "no"})
    drift = Drift(world)

    async def play() -> list[dict[str, Any]]:
        await in_step(world)
        for _ in range(8):
            drift.drive("delete order")
        await audited(world, heal=True)
        await world.settle(DAY)
        await audited(world)
        return await all_findings(world)

    assert run(world.clock, play()) == []
    assert world.verdict().agrees


class Briefly(Life):
    """A run that lasts for one step, after which it is killed."""

    async def end(self, step: str, number: int) -> None:
        await super().end(step, number)
        if step == "save_job":
            self._die(step, Harm.KILLED_AFTER)


@pytest.mark.parametrize("seed", [1, 2])
def test_what_changes_while_an_audit_lasts_is_neither_passed_over_nor_found(seed: int) -> None:
    world = LocalWorld(seed=seed)
    drift = Drift(world, seed)
    random = Random(seed)

    def one_more() -> Life:
        """An order is placed, one is changed, and people add a contact in HubSpot, between any two steps."""
        shop = world.shopify.shop
        with world.shopify.deliveries.event():
            place_order(shop, [NewLine(random.choice(list(shop.variants.rows.values())))])
        world.hubspot.actions["create"](object_type="contacts", properties={"firstname": "By hand"})
        return Briefly(Fate(world.clock))

    async def play() -> tuple[Job, list[dict[str, Any]]]:
        await in_step(world)
        for what in KINDS:
            drift.drive(what)
        return await audited(world, life=one_more), await all_findings(world, page=3)

    job, found = run(world.clock, play())
    assert told(found) == drift.expected
    report = audit.summary(job)
    assert sum(report["found"].values()) == len(drift.expected)
    assert report["counts"]["orders compared"] >= SIZE.orders


def test_many_pages_are_all_read_whatever_run_reads_them() -> None:
    world = LocalWorld(seed=3)
    drift = Drift(world)

    async def play() -> tuple[dict[str, Any], dict[str, Any], list[dict[str, Any]]]:
        await in_step(world, Size(customers=120, products=5, orders=230, companies=1, checkouts=0))
        for what in KINDS:
            drift.drive(what)
        at_once = audit.summary(await audited(world))
        by_steps = audit.summary(await audited(world, life=lambda: Briefly(Fate(world.clock))))
        return at_once, by_steps, await all_findings(world, page=4)

    at_once, by_steps, found = run(world.clock, play())
    assert told(found) == drift.expected
    for name in ("counts", "found", "not compared"):
        assert at_once[name] == by_steps[name]
    assert at_once["counts"]["orders compared"] == 230


def test_an_export_that_fails_is_begun_again_and_at_last_given_up() -> None:
    world = LocalWorld(seed=4)
    drift = Drift(world)

    def fail(times: int) -> None:
        """The next exports of orders, as soon as they are begun."""
        for operation in world.shopify.shop.table("BulkOperation").rows.values():
            if (
                operation.status == "CREATED"
                and operation.query.split()[1] == "orders"
                and operation.run.failure is None
            ):
                world.shopify.actions["fail_bulk_operation"](operation_id=operation.id, error_code="TIMEOUT")
                times -= 1
                if not times:
                    return
        if times > 0:
            world.clock.call_later(0.3, lambda: fail(times))

    async def play(times: int) -> dict[str, Any]:
        fail(times)
        return audit.summary(await audited(world))

    async def thrice() -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
        await in_step(world)
        once = await play(1)
        drift.drive("unlink line")
        drift.drive("edit contact")
        return once, await play(3), await play(0)

    once, given_up, another = run(world.clock, thrice())
    assert once["counts"]["orders compared"] == SIZE.orders
    assert once["not compared"] == once["what to do"] == {}
    assert "failed 3 times, the last with FAILED TIMEOUT" in given_up["not compared"]["orders"]
    assert "begin another audit" in given_up["what to do"]["not compared"]
    assert given_up["done"]
    assert given_up["found"] == {"contacts different": 1}
    assert given_up["counts"]["contacts compared"] == SIZE.customers
    assert another["not compared"] == {}
    assert another["found"] == {"contacts different": 1, "orders wrongly associated": 1}


def test_what_an_audit_keeps_and_tells_holds_nobodys_data() -> None:
    world = LocalWorld(seed=5)
    drift = Drift(world)

    async def play() -> Job:
        await in_step(world)
        for what in KINDS:
            drift.drive(what)
        return await audited(world, heal=True)

    job = run(world.clock, play())
    kept = json.dumps([dict(job.request), dict(job.counts), list(world.store._notes.values())])
    private = {
        value
        for customer in world.shopify.shop.customers.rows.values()
        for value in (customer.email, customer.first_name, customer.last_name)
        if value
    }
    assert len(private) > 10
    assert not [value for value in private if value in kept]


CARTED = Size(customers=15, products=5, orders=20, companies=0, checkouts=14)


@pytest.mark.parametrize("what", OF_CARTS)
def test_what_was_changed_of_carts_is_found_and_healed(what: str) -> None:
    world = LocalWorld(seed=2, switches={"archived_keeps_key": "no"})
    drift = Drift(world)

    async def play() -> tuple[set[tuple[str, str, str]], set[tuple[str, str, str]]]:
        await in_step(world, CARTED)
        await audited(world)
        assert await all_findings(world) == []
        drift.drive(what)
        await audited(world, heal=True)
        found = told(await all_findings(world))
        await world.settle(DAY)
        await audited(world)
        rest = told(await all_findings(world))
        for name, id_ in drift.copies:
            world.hubspot.actions["archive"](object_type=name, record_id=id_)
        return found, rest

    found, rest = run(world.clock, play())
    assert found == drift.expected
    assert rest == {one for one in drift.expected if one[2] in ("duplicated", "orphaned")}
    assert [str(difference) for difference in world.verdict().differences] == []
