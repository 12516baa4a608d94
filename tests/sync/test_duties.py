"""Daily duties: what was deleted on either side, what the sync stands on, and the heartbeat."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from sandbox.oracle import views
from sandbox.world.ready import WEBHOOKS
from tandem.model import Kind, Ref
from tandem.sync import archived, deletions
from tandem.sync.daily import Day, look
from tandem.sync.doctor import Check, Level
from tandem.sync.heartbeat import beat
from tandem.sync.setup import Limits, Sides
from tandem.sync.worker import HEARTBEAT
from tests.sync.weeks import Week, played

RUN = timedelta(minutes=10)


async def duties(week: Week, secrets: dict[str, datetime | None] | None = None) -> dict[str, Check]:
    sides = Sides(week.shop, week.store_api(), week.crm(), week.store, week.time, WEBHOOKS, Limits())
    day = Day(sides, week.vendors(), week.ports(), secrets or {}, week.clock.now + RUN)
    return {check.name: check for check in await look(day)}


def orders(week: Week) -> list[str]:
    return [one["id"] for one in views.store(views.here(week.shopify))["orders"]]


def deletable(week: Week) -> str:
    """An order that was never paid, and is cancelled."""
    placed = week.shopify.actions["place_order"](lines=[{"title": "Mug", "price": "5"}], payment="pending")
    order = str(placed["legacy_resource_id"])
    week.shopify.actions["cancel_order"](order=order, reason="OTHER")
    return order


def link_of(week: Week, kind: Kind, id_: str) -> str:
    link = week.store.records[Ref(week.shop, kind, id_)].link
    assert link
    return link


def test_what_was_deleted_in_the_store_is_found_by_its_history_once() -> None:
    week = Week(1)

    async def play() -> None:
        await week.begin()
        order = deletable(week)
        await week.live(90)
        await week.windows()
        await week.settle()
        week.shopify.actions["delete_order"](order=order)
        await week.windows()
        assert not week.verdict().agrees, "no listing tells of it"
        assert (await duties(week))["deletions in Shopify"].found == "1 looked at, 1 marked"
        await week.settle()
        assert week.verdict().agrees, list(map(str, week.verdict().differences))
        await week.live(60)
        assert (await duties(week))["deletions in Shopify"].found == "1 looked at, 0 marked"

    played(week, play())


def test_what_people_deleted_in_hubspot_is_made_anew_or_told_of() -> None:
    """An order's line comes back; a contact stays deleted, and its row says what to do."""
    week = Week(1)

    async def play() -> None:
        await week.begin()
        order = orders(week)[0]
        row = week.store.records[Ref(week.shop, Kind.ORDER, order)]
        line = next(iter(row.children.values()))
        week.hubspot.switches.set("archived_keeps_key", "no")
        week.hubspot.actions["archive"](object_type="line_items", record_id=line)
        week.hubspot.actions["archive"](object_type="orders", record_id=link_of(week, Kind.ORDER, orders(week)[1]))
        assert not week.verdict().agrees
        found = (await duties(week))["deletions in HubSpot"]
        assert (found.level, found.found) == (Level.OK, "2 marked")
        await week.settle()
        assert week.verdict().agrees, list(map(str, week.verdict().differences))
        await week.live(4 * 3600)
        assert (await duties(week))["deletions in HubSpot"].found == "0 marked"
        week.hubspot.actions["archive"](object_type="contacts", record_id=_contact(week))
        assert (await duties(week))["deletions in HubSpot"].found == "1 marked"
        await week.settle()
        assert "deleted in HubSpot" in week.parked()[0]

    played(week, play())


@pytest.mark.parametrize("job", [archived.JOB, deletions.JOB])
def test_a_look_that_ends_half_way_goes_on(job: str) -> None:
    week = Week(1)

    async def play() -> None:
        await week.begin()
        order = deletable(week)
        await week.live(90)
        await week.windows()
        await week.settle()
        week.shopify.actions["delete_order"](order=order)
        week.hubspot.actions["archive"](object_type="contacts", record_id=_contact(week))
        before = await week.store.job(week.shop, job)
        assert before is None
        ended = await _short(week, job)
        assert ended == "out of time"
        await duties(week)
        found = await week.store.job(week.shop, job)
        assert found is not None
        assert (found.done, found.counts["marked"]) == (True, 1)

    played(week, play())


def test_what_was_deleted_behind_a_look_that_broke_off_is_found_by_the_next_run() -> None:
    """The look that goes on has read the orders; the one after it reads them again."""
    week = Week(1)

    async def play() -> None:
        await week.begin()
        week.hubspot.faults.add("delay", seconds=(5, 5))
        week.hubspot.switches.set("archived_keeps_key", "no")
        broken = await archived.look(week.shop, week.crm(), week.ports(), week.clock.now + timedelta(seconds=8))
        assert (broken.ended, broken.job.cursor) == ("out of time", "carts")
        week.hubspot.actions["archive"](object_type="orders", record_id=link_of(week, Kind.ORDER, orders(week)[0]))
        week.hubspot.faults.clear()
        assert (await duties(week))["deletions in HubSpot"].found == "1 marked"
        await week.settle()
        assert week.verdict().agrees, list(map(str, week.verdict().differences))

    played(week, play())


def _contact(week: Week) -> str:
    """One that HubSpot has, by its id there."""
    return next(row.link for ref, row in week.store.records.items() if ref.kind is Kind.CONTACT and row.link)


async def _short(week: Week, job: str) -> str:
    now = week.clock.now
    if job == archived.JOB:
        return (await archived.look(week.shop, week.crm(), week.ports(), now)).ended

    async def listing(*_: Any) -> Any:
        raise AssertionError("there is no time for it")

    return (await deletions.look(week.shop, listing, week.vendors().shopify, week.ports(), now)).ended


def test_each_duty_says_what_it_found_and_what_to_do() -> None:
    week = Week(1)

    async def play() -> None:
        await week.begin()
        week.shopify.shop.table("WebhookSubscription").rows.clear()
        week.hubspot.actions["delete_property"](object_type="orders", name="tandem_tip")
        old = week.clock.now - timedelta(days=200)
        checks = await duties(week, {"HubSpot": old, "Shopify": week.clock.now})
        assert "subscribed anew: ORDERS_CREATE" in checks["Shopify webhooks"].found
        assert "1 would be made" in checks["properties of orders"].found
        warned = {name: one.do for name, one in checks.items() if one.level is not Level.OK}
        assert warned.keys() >= {"properties of orders", "age of HubSpot's secret"}
        assert all(warned.values())
        assert (checks["properties of orders"].level, checks["age of HubSpot's secret"].level) == (
            Level.BLOCKED,
            Level.WARNING,
        )
        assert checks["end of Shopify's API version"].level is Level.OK
        assert "subscribed anew" not in (await duties(week))["Shopify webhooks"].found

    played(week, play())


def test_versions_are_told_of_90_days_before_they_end() -> None:
    week = Week(1)

    async def play() -> None:
        await week.begin()
        ahead = datetime(2027, 7, 10, tzinfo=UTC) - week.clock.now
        week.clock.advance(ahead.total_seconds())
        checks = await duties(week)
        assert checks["end of Shopify's API version"].level is Level.WARNING
        assert checks["end of HubSpot's API version"].level is Level.OK
        week.clock.advance(timedelta(days=75).total_seconds())
        assert (await duties(week))["end of Shopify's API version"].level is Level.BLOCKED

    played(week, play())


def test_one_duty_that_fails_holds_up_no_other() -> None:
    week = Week(1)

    async def play() -> None:
        await week.begin()
        week.hubspot.faults.add("status", status=503)
        checks = await duties(week)
        assert checks["deletions in HubSpot"].level is Level.BLOCKED
        assert checks["deletions in Shopify"].level is Level.OK
        assert checks["Shopify webhooks"].level is Level.OK

    played(week, play())


def test_a_heartbeat_goes_the_way_of_all_records_without_a_call() -> None:
    week = Week(1)
    kinds = [Kind.CONTACT, Kind.ORDER, Kind.STAGE, Kind.CART]

    async def play() -> None:
        await week.begin()
        calls = sum(week.calls().values())
        assert [one.seconds for one in await beat(week.shop, kinds, week.ports())] == [None] * 4
        await week.live(300)
        beats = await beat(week.shop, kinds, week.ports())
        assert all(one.seconds is not None and one.seconds < 5 and not one.missed for one in beats)
        assert sum(week.calls().values()) == calls
        week.deaf = True  # and nobody sweeps
        await week.live(30)
        await beat(week.shop, [Kind.ORDER], week.ports())
        week._sweep_at = week.clock.now + timedelta(days=1)
        await week.live(700)
        [late] = await beat(week.shop, [Kind.ORDER], week.ports())
        assert late.missed
        assert week.store.records[Ref(week.shop, Kind.ORDER, HEARTBEAT)].marks == 3, "it waits, and is not sent again"

    played(week, play())
