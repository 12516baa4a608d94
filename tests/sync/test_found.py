"""What random days found: each test is one of their stories, told as shortly as it can be."""

from typing import Any

import pytest

from sandbox.oracle import views
from sandbox.world.loop import run
from sandbox.world.mortal import Harm
from sandbox.world.ready import ready
from sandbox.world.world import LocalWorld
from tandem.model import Kind, Mark, Ref
from tandem.sync.announce import announce
from tandem.sync.resync import FORGET

MUG = {"title": "Mug", "price": "5"}


def act(world: LocalWorld, name: str, **given: Any) -> Any:
    return world.shopify.actions[name](**given)


def number(shown: Any) -> str:
    return str(shown["id"]).rpartition("/")[2]


def agrees(world: LocalWorld) -> None:
    verdict = world.verdict()
    assert verdict.agrees, list(map(str, verdict.differences))
    assert not world.parked()


def link(world: LocalWorld, kind: Kind, id_: str) -> str:
    found = world.store.records[Ref(world.shop, kind, id_)].link
    assert found
    return found


async def marked(world: LocalWorld, kind: Kind, *ids: str, force: bool = False, deleted: bool = False) -> None:
    fields = FORGET[kind] if force else {}
    marks = [Mark(Ref(world.shop, kind, id_), "test", deleted=deleted, fields=fields) for id_ in ids]
    await announce(marks, world.ports())
    await world.settle()


async def news(world: LocalWorld) -> None:
    await world.live(5)
    await world.settle()


async def ada_and_bert(world: LocalWorld) -> tuple[str, str]:
    """Two customers with a contact each."""
    people = (("Ada", "ada@example.com"), ("Bert", "bert@example.com"))
    made = [act(world, "create_customer", first_name=name, email=email) for name, email in people]
    await news(world)
    return number(made[0]), number(made[1])


def live(world: LocalWorld, name: str) -> list[Any]:
    return list(views.crm(views.here(world.hubspot)).live(name))


async def killed_after(world: LocalWorld, step: str, *, nth: int = 1) -> None:
    """Let the world go on until a worker dies right after its nth call of this name from now on."""
    steps = world.fate.steps
    begun, befallen = len(steps), world.fate.befallen

    class Doom(dict[int, Harm]):
        def get(self, number: int, default: Any = None) -> Any:
            so_far = [one for one in steps[begun:number] if one.endswith(step)]
            doomed = len(so_far) == nth and steps[number - 1].endswith(step)
            return Harm.KILLED_AFTER if doomed else default

    world.fate.harms = Doom()
    for _ in range(1200):
        await world.live(0.5)
        if world.fate.befallen > befallen:
            world.fate.harms = {}
            return
    raise AssertionError(f"no worker came to {step}")


def test_contacts_merged_in_hubspot_stay_what_the_owner_of_the_key_says() -> None:
    """Each of the two customers overwrote the other."""
    world = LocalWorld(1)

    async def play() -> None:
        await ready(world)
        one, two = await ada_and_bert(world)
        first, second = (link(world, Kind.CONTACT, id_) for id_ in (one, two))
        world.hubspot.actions["merge"](object_type="contacts", primary_id=first, other_id=second)
        act(world, "edit_customer", customer=two, last_name="Later")
        await news(world)
        act(world, "edit_customer", customer=one, last_name="Last")
        await news(world)
        await marked(world, Kind.CONTACT, one, two, force=True)

    run(world.clock, play())
    [contact] = live(world, "contacts")
    assert (contact["properties"]["firstname"], contact["properties"]["lastname"]) == ("Ada", "Last")
    agrees(world)


def test_a_shared_contact_goes_to_the_customer_that_is_left() -> None:
    world = LocalWorld(1)

    async def play() -> None:
        await ready(world)
        one, two = await ada_and_bert(world)
        first, second = (link(world, Kind.CONTACT, id_) for id_ in (one, two))
        world.hubspot.actions["merge"](object_type="contacts", primary_id=first, other_id=second)
        act(world, "delete_customer", customer=one)
        act(world, "edit_customer", customer=two, last_name="Later")
        await news(world)

    run(world.clock, play())
    agrees(world)


def test_an_order_gets_its_contact_when_the_buyer_gets_an_address() -> None:
    """It was in step by its digest, and stayed without a contact for ever."""
    world = LocalWorld(1)

    async def play() -> None:
        await ready(world)
        buyer = number(act(world, "create_customer", first_name="Ada", phone="+12125550100"))
        placed = act(world, "place_order", lines=[MUG], customer=buyer)
        await news(world)
        assert not live(world, "contacts")
        act(world, "edit_customer", customer=buyer, email="ada@example.com")
        await news(world)
        assert "contacts" in world.store.records[Ref(world.shop, Kind.ORDER, number(placed))].associated

    run(world.clock, play())
    agrees(world)


def test_a_deleted_contact_stays_parked_whatever_is_signalled() -> None:
    """The next signal found its digest unchanged and took it for in step."""
    world = LocalWorld(1)

    async def play() -> None:
        await ready(world)
        buyer = number(act(world, "create_customer", first_name="Ada", email="ada@example.com"))
        await news(world)
        world.hubspot.actions["archive"](object_type="contacts", record_id=link(world, Kind.CONTACT, buyer))
        act(world, "edit_customer", customer=buyer, note="after")
        await news(world)
        assert "deleted in HubSpot" in world.parked()[0]
        await marked(world, Kind.CONTACT, buyer)
        assert "deleted in HubSpot" in world.parked()[0]

    run(world.clock, play())


def test_a_contact_whose_key_an_archived_one_holds_is_parked() -> None:
    """It was taken for one that another worker makes, and tried every five seconds for ever."""
    world = LocalWorld(1, switches={"archived_keeps_key": "yes", "archived_key_upsert": "conflict"})

    async def play() -> None:
        await ready(world)
        buyer = number(act(world, "create_customer", first_name="Ada", email="ada@example.com"))
        key = Ref(world.shop, Kind.CONTACT, buyer).key
        values = {"tandem_key": key, "email": "by.hand@example.com"}
        made = world.hubspot.actions["create"](object_type="contacts", properties=values)
        world.hubspot.actions["archive"](object_type="contacts", record_id=made["id"])
        await world.settle(6 * 3600)
        assert made["id"] in world.parked()[0]

    run(world.clock, play())


def test_a_line_written_by_a_worker_that_died_and_then_taken_out_is_no_orphan() -> None:
    world = LocalWorld(1)

    async def play() -> None:
        await ready(world)
        placed = act(world, "place_order", lines=[MUG, {"title": "Lid", "price": "2"}], payment="pending")
        lid = str(placed["lines"][1]["legacy_resource_id"])
        await killed_after(world, "line_items/batch/upsert")
        act(world, "edit_order", order=number(placed), quantities={lid: 0})
        await news(world)

    run(world.clock, play())
    assert [line["properties"]["name"] for line in live(world, "line_items")] == ["Mug"]
    agrees(world)


def test_a_line_added_by_a_worker_that_died_and_then_taken_out_is_no_orphan() -> None:
    """The same of an order that was written before."""
    world = LocalWorld(1)

    async def play() -> None:
        await ready(world)
        placed = act(world, "place_order", lines=[MUG], payment="pending")
        await news(world)
        edited = act(world, "edit_order", order=number(placed), add=[{"title": "Lid", "price": "2"}])
        await killed_after(world, "line_items/batch/upsert")
        lid = str(edited["lines"][1]["legacy_resource_id"])
        act(world, "edit_order", order=number(placed), quantities={lid: 0})
        await news(world)

    run(world.clock, play())
    agrees(world)


def test_a_line_on_its_way_out_is_archived_although_nobody_noted_the_order() -> None:
    """It had lost its key and was taken for somebody else's."""
    world = LocalWorld(1)

    async def play() -> None:
        await ready(world)
        placed = act(world, "place_order", lines=[MUG, {"title": "Lid", "price": "2"}], payment="pending")
        lid = str(placed["lines"][1]["legacy_resource_id"])
        await killed_after(world, "line_items/batch/associate/default")
        act(world, "edit_order", order=number(placed), quantities={lid: 0})
        await killed_after(world, "line_items/batch/update")
        await news(world)

    run(world.clock, play())
    agrees(world)


def test_a_line_that_comes_back_while_it_is_let_go_stays() -> None:
    """It still had the key of one that left, and was archived right after it was written."""
    world = LocalWorld(1)

    async def play() -> None:
        await ready(world)
        lines = [MUG, {"title": "Lid", "price": "2"}, {"title": "Box", "price": "3"}]
        placed = act(world, "place_order", lines=lines, payment="pending")
        lid, box = (str(line["legacy_resource_id"]) for line in placed["lines"][1:])
        act(world, "edit_order", order=number(placed), quantities={box: 0})
        await news(world)
        act(world, "edit_order", order=number(placed), quantities={lid: 0})
        await killed_after(world, "line_items/batch/update", nth=2)
        act(world, "edit_order", order=number(placed), quantities={lid: 2})
        await news(world)

    run(world.clock, play())
    agrees(world)


def test_an_order_deleted_before_its_link_was_noted_is_marked_as_deleted() -> None:
    world = LocalWorld(1)

    async def play() -> None:
        await ready(world)
        placed = act(world, "place_order", lines=[MUG], payment="pending")
        await killed_after(world, "orders/line_items/batch/associate/default")
        act(world, "cancel_order", order=number(placed))
        act(world, "delete_order", order=number(placed))
        await news(world)

    run(world.clock, play())
    [order] = live(world, "orders")
    assert order["properties"]["hs_external_order_status"] == "deleted"


def test_a_link_to_an_earlier_buyer_goes_although_nobody_noted_it() -> None:
    world = LocalWorld(1, switches={"unique_check": "atomic"})

    async def play() -> None:
        await ready(world)
        one, two = await ada_and_bert(world)
        act(world, "place_order", lines=[MUG], customer=one, payment="pending")
        await killed_after(world, "orders/contacts/batch/associate/default")
        act(world, "merge_customers", one=one, two=two, override={"customer_id_of_email_to_keep": None})
        await news(world)

    run(world.clock, play())
    agrees(world)


def test_writing_anew_by_force_undoes_what_was_unlinked_and_edited_in_hubspot() -> None:
    world = LocalWorld(1)

    async def play() -> None:
        await ready(world)
        buyer = number(act(world, "create_customer", first_name="Ada", email="ada@example.com"))
        placed = number(act(world, "place_order", lines=[MUG], customer=buyer))
        await news(world)
        ends = {"object_type": "orders", "record_id": link(world, Kind.ORDER, placed)}
        contact = link(world, Kind.CONTACT, buyer)
        world.hubspot.actions["dissociate"](**ends, to_type="contacts", to_id=contact)
        world.hubspot.actions["edit"](**ends, properties={"hs_order_name": "typed over"})
        assert not world.verdict().agrees
        await marked(world, Kind.ORDER, placed, force=True)

    run(world.clock, play())
    agrees(world)


def test_an_order_keeps_its_contact_when_that_was_merged_into_the_next() -> None:
    """The old one's id led to the new one, which was linked and unlinked at once."""
    world = LocalWorld(1)

    async def play() -> None:
        await ready(world)
        one, two = await ada_and_bert(world)
        placed = number(act(world, "place_order", lines=[MUG], customer=one))
        await news(world)
        first, second = (link(world, Kind.CONTACT, id_) for id_ in (one, two))
        world.hubspot.actions["merge"](object_type="contacts", primary_id=second, other_id=first)
        await marked(world, Kind.CONTACT, one, two, force=True)
        await marked(world, Kind.ORDER, placed, force=True)

    run(world.clock, play())
    [order] = live(world, "orders")
    assert order["associations"]["contacts"]


def test_an_order_that_an_upsert_restored_keeps_nothing_of_before() -> None:
    """New orders are written without what is empty; the restored one had values there."""
    world = LocalWorld(1, switches={"archived_keeps_key": "yes", "archived_key_upsert": "restore"})

    async def play() -> None:
        await ready(world)
        placed = number(act(world, "place_order", lines=[MUG], payment="pending"))
        await news(world)
        ends = {"object_type": "orders", "record_id": link(world, Kind.ORDER, placed)}
        world.hubspot.actions["edit"](**ends, properties={"hs_order_note": "typed over"})
        world.hubspot.actions["archive"](**ends)
        act(world, "edit_order_details", order=placed, tags=["vip"])
        await news(world)

    run(world.clock, play())
    agrees(world)


def test_a_line_taken_out_of_an_order_that_was_deleted_in_hubspot_is_no_orphan() -> None:
    """The order made in its place knew nothing of it."""
    world = LocalWorld(1, switches={"archived_keeps_key": "no"})

    async def play() -> None:
        await ready(world)
        placed = act(world, "place_order", lines=[MUG, {"title": "Lid", "price": "2"}], payment="pending")
        lid = str(placed["lines"][1]["legacy_resource_id"])
        await news(world)
        ends = {"object_type": "orders", "record_id": link(world, Kind.ORDER, number(placed))}
        world.hubspot.actions["archive"](**ends)
        world.shopify.faults.add("drop")
        act(world, "edit_order", order=number(placed), quantities={lid: 0})
        await world.live(5)
        await marked(world, Kind.ORDER, number(placed), force=True)

    run(world.clock, play())
    agrees(world)


@pytest.mark.parametrize("fate", ["merged", "restored"])
def test_an_order_that_comes_back_with_an_earlier_buyer_loses_them(fate: str) -> None:
    """By a merge with another order, or restored by an upsert, while its buyer turns out to be another."""
    world = LocalWorld(1, switches={"archived_keeps_key": "yes", "archived_key_upsert": "restore"})

    async def play() -> None:
        await ready(world)
        one, two = await ada_and_bert(world)
        placed = number(act(world, "place_order", lines=[MUG], customer=one, payment="pending"))
        await news(world)
        world.shopify.faults.add("drop")
        act(world, "merge_customers", one=one, two=two, override={"customer_id_of_email_to_keep": None})
        await world.live(600)
        there = {"object_type": "orders", "record_id": link(world, Kind.ORDER, placed)}
        if fate == "merged":
            other = world.hubspot.actions["create"](object_type="orders", properties={"hs_order_name": "by hand"})
            world.hubspot.actions["merge"](object_type="orders", primary_id=other["id"], other_id=there["record_id"])
        else:
            world.hubspot.actions["archive"](**there)
        await marked(world, Kind.ORDER, placed)
        await marked(world, Kind.CONTACT, one, two)

    run(world.clock, play())
    agrees(world)
