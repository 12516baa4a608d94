"""Orders through a whole world: what happens to them in the shop, and what is done to them in HubSpot."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from random import Random
from typing import Any

import httpx
import pytest

from sandbox.oracle import views
from sandbox.seed import Size, fill
from sandbox.world.loop import run
from sandbox.world.ready import ready
from sandbox.world.world import LocalWorld
from tandem.model import Kind, Priority, Ref
from tandem.sync import hubspot_changes, resync


def a_world(orders: int = 4, seed: int = 5, **options: Any) -> LocalWorld:
    world = LocalWorld(seed, **options)
    fill(world.shopify, Size(customers=5, products=4, orders=orders, companies=1, checkouts=0), days=2)
    return world


def order_ids(world: LocalWorld) -> list[str]:
    return [order["id"] for order in views.store(views.here(world.shopify))["orders"]]


def unsent(world: LocalWorld) -> list[str]:
    """Orders that can be cancelled."""
    books = views.store(views.here(world.shopify))["orders"]
    return [one["id"] for one in books if not one["cancelled_at"] and not one["parcels"]]


async def first_sync(world: LocalWorld) -> None:
    await ready(world)
    await world.mark(Kind.ORDER, *order_ids(world), priority=Priority.BULK)
    customers = views.store(views.here(world.shopify))["customers"]
    await world.mark(Kind.CONTACT, *(one["id"] for one in customers), priority=Priority.BULK)
    await world.settle()


def agrees(world: LocalWorld) -> None:
    verdict = world.verdict()
    assert verdict.agrees, list(map(str, verdict.differences))
    assert not world.parked()


def hubspot_id(world: LocalWorld, order: str) -> str:
    link = world.store.records[Ref(world.shop, Kind.ORDER, order)].link
    assert link is not None
    return link


def act(world: LocalWorld, name: str, **given: Any) -> Any:
    return world.shopify.actions[name](**given)


def first_lines(world: LocalWorld, order: str) -> list[Mapping[str, Any]]:
    books = views.store(views.here(world.shopify))["orders"]
    lines: list[Mapping[str, Any]] = next(one for one in books if one["id"] == order)["lines"]
    return lines


STORIES: dict[str, Callable[[LocalWorld, str], None]] = {}


def story(play: Callable[[LocalWorld, str], None]) -> Callable[[LocalWorld, str], None]:
    """Something that happens to one order, which is paid and not sent."""
    STORIES[play.__name__] = play
    return play


@story
def sent_in_two_parcels_and_delivered(world: LocalWorld, order: str) -> None:
    lines = first_lines(world, order)
    first = act(world, "fulfill_order", order=order, lines={lines[0]["id"]: 1}, numbers=["AB1", "AB2"], company="DHL")
    world.clock.advance(60)
    rest = act(world, "fulfill_order", order=order, numbers=["CD1"])
    for parcel in (first, rest):
        act(world, "add_fulfillment_event", fulfillment=parcel["id"], status="DELIVERED")


@story
def sent_and_taken_back(world: LocalWorld, order: str) -> None:
    parcel = act(world, "fulfill_order", order=order, numbers=["AB1"], company="UPS")
    world.clock.advance(60)
    act(world, "cancel_fulfillment", fulfillment=parcel["id"])


@story
def refunded_in_part(world: LocalWorld, order: str) -> None:
    act(world, "refund_order", order=order, lines={first_lines(world, order)[0]["id"]: 1}, note="broken")


@story
def cancelled(world: LocalWorld, order: str) -> None:
    act(world, "cancel_order", order=order, reason="CUSTOMER")


@story
def edited(world: LocalWorld, order: str) -> None:
    lines = first_lines(world, order)
    act(world, "edit_order", order=order, quantities={lines[0]["id"]: 0}, add=[{"title": "Gift wrap", "price": "3.50"}])


@story
def emptied(world: LocalWorld, order: str) -> None:
    act(world, "edit_order", order=order, quantities={line["id"]: 0 for line in first_lines(world, order)})


@story
def archived_and_noted(world: LocalWorld, order: str) -> None:
    act(world, "edit_order_details", order=order, note="Leave at the door \u2728", tags=["vip", "b2b"])
    act(world, "archive_order", order=order)


@pytest.mark.parametrize("name", STORIES)
def test_what_happens_in_the_shop_is_seen_in_hubspot(name: str) -> None:
    world = a_world()

    async def play() -> None:
        await first_sync(world)
        variant = views.store(views.here(world.shopify))["orders"][0]["lines"][0]
        placed = act(
            world,
            "place_order",
            lines=[
                {"title": "Mug", "price": "12.50", "quantity": 3},
                {"title": "Mug", "price": "12.50", "quantity": 3},
                {"title": variant["title"], "price": "7", "quantity": 2},
            ],
            email="new.buyer@example.com",
            shipping="4.90",
            discount_code="TEN",
        )
        await world.live(5)
        await world.settle()
        agrees(world)
        STORIES[name](world, placed["id"].rpartition("/")[2])
        await world.live(5)
        await world.settle()

    run(world.clock, play())
    agrees(world)


def test_a_second_run_writes_nothing() -> None:
    world = a_world(orders=30)

    async def play() -> int:
        await first_sync(world)
        before = sum(world.hubspot.log.counts.values())
        await world.mark(Kind.ORDER, *order_ids(world))
        await world.settle()
        return sum(world.hubspot.log.counts.values()) - before

    assert run(world.clock, play()) == 0
    agrees(world)


def test_a_first_run_costs_few_calls_and_meets_no_limit_of_its_own_making() -> None:
    world = LocalWorld(9)
    fill(world.shopify, Size(customers=200, products=50, orders=500, checkouts=0), days=120)

    async def play() -> int:
        await ready(world)
        before = sum(world.hubspot.log.counts.values())
        customers = views.store(views.here(world.shopify))["customers"]
        await world.mark(Kind.CONTACT, *(one["id"] for one in customers), priority=Priority.BULK)
        await world.mark(Kind.ORDER, *order_ids(world), priority=Priority.BULK)
        await world.settle()
        return sum(world.hubspot.log.counts.values()) - before

    assert run(world.clock, play()) / 500 <= 0.15
    assert not any(status == 429 for _, status in world.hubspot.log.statuses)
    agrees(world)


@pytest.mark.parametrize("seed", range(4))
def test_webhooks_may_come_twenty_times_in_any_order_and_hours_late(seed: int) -> None:
    world = a_world(seed=seed)
    kept: list[httpx.Request] = []

    async def keep(request: httpx.Request) -> httpx.Response:
        kept.append(request)
        return httpx.Response(200)

    async def play() -> None:
        await first_sync(world)
        world.shopify.connect(keep)
        for order in order_ids(world)[:2]:
            act(world, "edit_order_details", order=order, note="one")
            act(world, "cancel_order", order=order)
        await world.live(30)
        late = kept * 20
        Random(seed).shuffle(late)
        await world.live(5 * 3600)
        for request in late:
            assert (await world.receive(request)).status_code == 200
        await world.settle()

    run(world.clock, play())
    agrees(world)
    assert len(kept) >= 4


def test_a_lost_bell_is_made_good_by_the_sweep() -> None:
    world = a_world()

    async def play() -> None:
        await first_sync(world)
        world.deaf = True
        act(world, "cancel_order", order=unsent(world)[0])
        await world.live(20)
        assert world.due()
        world.deaf = False
        await world.settle(200)

    run(world.clock, play())
    agrees(world)


def move(world: LocalWorld, order: str) -> None:
    world.hubspot.actions["move_order"](
        record_id=hubspot_id(world, order), stage="3c85a297-e9ce-400b-b42e-9f16853d69d6"
    )


async def look(world: LocalWorld) -> hubspot_changes.Looked:
    """One look at the orders in HubSpot."""
    deadline = world.clock.now + timedelta(minutes=5)
    [looked] = await hubspot_changes.look(world.shop, world.vendors(), world.ports(), deadline, ["orders"])
    assert looked.ended == "done"
    return looked


def test_an_order_dragged_in_hubspot_is_put_back() -> None:
    world = a_world()

    async def play() -> None:
        await first_sync(world)
        await world.live(700)
        await look(world)
        order = next(one["id"] for one in views.store(views.here(world.shopify))["orders"] if not one["cancelled_at"])
        move(world, order)
        assert not world.verdict().agrees
        await world.live(30)
        assert (await look(world)).counts["moved"] == 1
        await world.settle()

    run(world.clock, play())
    agrees(world)


def test_an_order_deleted_in_shopify_is_marked_and_kept() -> None:
    world = a_world()

    async def play() -> str:
        await first_sync(world)
        placed = act(world, "place_order", lines=[{"title": "Mug", "price": "5"}], payment="pending", source_name="pos")
        order = str(placed["id"]).rpartition("/")[2]
        await world.live(5)
        await world.settle()
        link = hubspot_id(world, order)
        act(world, "cancel_order", order=order)
        act(world, "delete_order", order=order)
        await world.live(5)
        await world.settle()
        return link

    link = run(world.clock, play())
    record = views.crm(views.here(world.hubspot)).records["orders"][link]
    assert record["properties"]["hs_external_order_status"] == "deleted"
    assert not record["archived"]


def test_a_contact_deleted_in_hubspot_is_not_made_again_and_holds_up_no_order() -> None:
    world = a_world()

    async def play() -> None:
        await first_sync(world)
        ref, row = next((ref, row) for ref, row in world.store.records.items() if ref.kind is Kind.CONTACT and row.link)
        world.hubspot.actions["archive"](object_type="contacts", record_id=row.link)
        act(world, "place_order", lines=[{"title": "Mug", "price": "5"}], customer=f"gid://shopify/Customer/{ref.id}")
        await world.live(10)
        await world.settle()
        assert "deleted in HubSpot" in (world.store.records[ref].error or "")

    run(world.clock, play())
    crm = views.crm(views.here(world.hubspot))
    newest = max(crm.live("orders"), key=lambda order: int(order["id"]))
    assert not crm.linked(newest, "contacts")
    assert len(crm.linked(newest, "line_items")) == 1


def test_what_people_merge_in_hubspot_stays_one_order() -> None:
    world = a_world()

    async def play() -> None:
        await first_sync(world)
        order = order_ids(world)[0]
        made = world.hubspot.actions["create"](object_type="orders", properties={"hs_order_name": "by hand"})
        world.hubspot.actions["merge"](object_type="orders", primary_id=hubspot_id(world, order), other_id=made["id"])
        act(world, "edit_order_details", order=order, note="after the merge")
        await world.live(10)
        await world.settle()

    run(world.clock, play())
    agrees(world)


def test_one_record_hubspot_refuses_is_parked_and_the_others_go_on() -> None:
    world = a_world()

    async def play() -> None:
        await first_sync(world)
        world.hubspot.actions["require_property"](object_type="orders", name="hs_order_note")
        noted = order_ids(world)[0]
        act(world, "edit_order_details", order=noted, note="written")
        placed = act(world, "place_order", lines=[{"title": "Mug", "price": "5"}], customer=None)
        await world.settle(6 * 3600)
        row = world.store.records[Ref(world.shop, Kind.ORDER, str(placed["id"]).rpartition("/")[2])]
        assert row.parked_at
        assert "hs_order_note" in (row.error or "")
        assert world.store.records[Ref(world.shop, Kind.ORDER, noted)].error is None
        world.hubspot.actions["require_property"](object_type="orders", name="hs_order_note", required=False)
        await world.mark(Kind.ORDER, row.ref.id)
        await world.settle()

    run(world.clock, play())
    agrees(world)


@pytest.mark.parametrize("fault", ["status", "lose", "refuse", "truncate", "html", "cut", "late", "status_after"])
def test_an_outage_parks_nothing_and_loses_nothing(fault: str) -> None:
    world = a_world()

    async def play() -> None:
        await first_sync(world)
        world.hubspot.faults.add(fault, endpoint="POST *")
        for order in unsent(world):
            act(world, "edit_order_details", order=order, note="during the outage")
        await world.live(1200)
        assert world.due()
        assert not world.parked()
        world.hubspot.faults.clear()
        await world.settle(1200)

    run(world.clock, play())
    agrees(world)


def test_by_force_even_what_was_changed_in_hubspot_is_written_anew() -> None:
    world = a_world()

    async def play() -> None:
        await first_sync(world)
        order = order_ids(world)[0]
        link = hubspot_id(world, order)
        line = next(iter(world.store.records[Ref(world.shop, Kind.ORDER, order)].children.values()))
        edit = world.hubspot.actions["edit"]
        edit(object_type="orders", record_id=link, properties={"hs_total_price": "1", "hs_order_name": "mine"})
        edit(object_type="line_items", record_id=line, properties={"quantity": "77"})
        world.hubspot.actions["dissociate"](object_type="orders", record_id=link, to_type="line_items", to_id=line)
        move(world, order)
        await world.live(2)
        for kind in ("order", "stage"):
            asked = resync.Request.model_validate({"kind": kind, "ids": [order], "force": True})
            await resync.mark_ids(asked, world.shop, world.ports())
        await world.settle()

    run(world.clock, play())
    agrees(world)
