"""Carts through a whole world: what buyers do, what the rules say, and what is done to carts in HubSpot."""

import pytest

from sandbox.hubspot.simulator import HubSpot
from sandbox.shopify.checkouts import checkouts
from sandbox.shopify.checkouts.checkout_model import Checkout
from sandbox.world.loop import run
from sandbox.world.ready import ready
from sandbox.world.world import LocalWorld
from tandem.model import Kind, Mark, Ref
from tests.sync.carting import a_world, agrees, carts, opened, row, states, updated, wait


async def unheard(world: LocalWorld) -> Checkout:
    """A checkout that is listed now, and whose webhooks are lost, as are all until its faults are cleared."""
    world.shopify.faults.add("drop")
    checkout = opened(world)
    await wait(world, 11)
    return checkout


def calls(world: LocalWorld) -> int:
    return sum(world.hubspot.log.counts.values())


@pytest.mark.parametrize("node", ["yes", "no"])
@pytest.mark.parametrize("url", ["ac", "opaque"])
def test_a_checkout_is_abandoned_changed_and_recovered(node: str, url: str) -> None:
    world = a_world(shopify={"abandoned_checkout_node": node, "abandoned_checkout_url": url})

    async def play() -> None:
        await ready(world)
        checkout = opened(world)
        await wait(world, 12)
        assert states(world) == ["abandoned"]
        updated(world, checkout, lines=1, note="gift")
        await wait(world, 1)
        agrees(world)
        checkouts.complete_checkout(world.shopify.shop, checkout)
        await wait(world, 2)

    run(world.clock, play())
    assert states(world) == ["recovered"]
    assert carts(world)[0]["tandem_recovered_amount"]
    agrees(world)


def test_an_unlisted_checkout_is_asked_for_a_few_times_and_never_gets_a_cart() -> None:
    world = a_world()

    async def play() -> None:
        await ready(world)
        before = calls(world)
        nobody = opened(world, email=None)
        quick = opened(world)
        await wait(world, 5)
        for _ in range(5):
            updated(world, nobody, note="still here")
            await wait(world, 0.5)
        looked = [entry.outcome for entry in world.store.history if entry.ref.kind is Kind.CART]
        assert looked == ["later", "later"], "a row that waits is not woken"
        world.shopify.log.clear()
        checkouts.complete_checkout(world.shopify.shop, quick)
        await wait(world, 60)
        assert not world.due()
        assert sum(world.shopify.log.counts.values()) < 20
        assert calls(world) - before < 15, "the order alone"

    run(world.clock, play())
    assert carts(world) == []
    agrees(world)


def test_an_unchanged_cart_costs_hubspot_nothing() -> None:
    world = a_world()

    async def play() -> int:
        await ready(world)
        tokens = [opened(world).token, opened(world, 1).token]
        await wait(world, 12)
        before = calls(world)
        await world.mark(Kind.CART, *tokens)
        await world.settle()
        return calls(world) - before

    assert run(world.clock, play()) == 0
    assert len(carts(world)) == 2


@pytest.mark.parametrize("body", ["token", "id"])
@pytest.mark.parametrize("shards", [1, 3])
def test_a_deleted_checkout_expires_its_cart_however_it_is_named(body: str, shards: int) -> None:
    world = a_world(shopify={"checkouts_delete_body": body}, shards=shards)

    async def play() -> None:
        await ready(world)
        checkout = opened(world)
        await wait(world, 12)
        checkouts.delete_checkout(world.shopify.shop, checkout)
        await wait(world, 2)
        await world.mark(Kind.CART, checkout.token, checkout.legacy_resource_id)
        await wait(world, 1)

    run(world.clock, play())
    assert states(world) == ["expired"]
    agrees(world)


@pytest.mark.parametrize("shards", [1, 3])
@pytest.mark.parametrize("lost", [False, True])
def test_a_cart_made_by_its_number_is_taken_over_when_the_token_is_told(shards: int, lost: bool) -> None:
    world = a_world(shopify={"abandoned_checkout_url": "opaque"}, shards=shards)

    async def play() -> None:
        await ready(world)
        checkout = await unheard(world)
        world.shopify.faults.clear()
        await world.mark(Kind.CART, checkout.legacy_resource_id)
        await wait(world, 1)
        [cart] = carts(world)
        assert cart["tandem_key"] == f"{world.shop}:cart:{checkout.legacy_resource_id}"
        if lost:
            world.store.records.clear()
        updated(world, checkout, lines=1)
        await wait(world, 25 if lost else 1)
        assert row(world, checkout.token).link
        checkouts.complete_checkout(world.shopify.shop, checkout)
        await wait(world, 2)
        await world.mark(Kind.CART, checkout.legacy_resource_id)
        await wait(world, 1)
        [after] = carts(world)
        assert (after["tandem_key"], after["hs_external_token"]) == (cart["tandem_key"], checkout.token)

    run(world.clock, play())
    assert states(world) == ["recovered"]
    agrees(world)


def test_a_number_whose_link_tells_the_token_is_that_tokens_row() -> None:
    world = a_world()

    async def play() -> None:
        await ready(world)
        checkout = await unheard(world)
        await world.mark(Kind.CART, checkout.legacy_resource_id)
        await wait(world, 2)
        assert row(world, checkout.token).link
        assert row(world, checkout.legacy_resource_id).link is None

    run(world.clock, play())
    agrees(world)


def test_an_order_is_found_for_a_cart_that_nobody_told_of_it() -> None:
    """All webhooks are lost; the order was synced before its checkout had a row."""
    world = a_world()

    async def play() -> None:
        await ready(world)
        checkout = await unheard(world)
        order = checkouts.complete_checkout(world.shopify.shop, checkout)
        await wait(world, 2)
        await world.mark(Kind.ORDER, order.legacy_resource_id)
        await wait(world, 1)
        await world.mark(Kind.CART, checkout.legacy_resource_id)
        await wait(world, 3)

    run(world.clock, play())
    assert states(world) == ["recovered"]
    agrees(world)


@pytest.mark.parametrize("finished", [False, True])
def test_a_cart_deleted_in_hubspot_is_made_anew_unless_it_is_finished(finished: bool) -> None:
    world = a_world(switches={"archived_key_upsert": "restore"})

    async def play() -> None:
        await ready(world)
        checkout = opened(world)
        await wait(world, 12)
        if finished:
            checkouts.complete_checkout(world.shopify.shop, checkout)
            await wait(world, 2)
        archive(world.hubspot, str(row(world, checkout.token).link))
        forced = [Mark(Ref(world.shop, Kind.CART, checkout.token), "resync", fields={"digest": None})]
        for _ in range(2):
            await world.store.mark_many(forced, world.clock.now)
            await wait(world, 2)

    run(world.clock, play())
    assert states(world) == ([] if finished else ["abandoned"])
    assert not world.parked()


def archive(hubspot: HubSpot, id_: str) -> None:
    hubspot.actions["archive"](object_type="carts", record_id=id_)


def test_a_contact_deleted_in_hubspot_holds_up_no_cart() -> None:
    world = a_world()

    async def play() -> None:
        await ready(world)
        checkout = opened(world)
        await wait(world, 12)
        contact = row(world, checkout.token).associated["contacts"]
        world.hubspot.actions["archive"](object_type="contacts", record_id=contact)
        updated(world, checkout, lines=1)
        other = opened(world, 1)
        await wait(world, 25)
        assert row(world, other.token).link

    run(world.clock, play())
    assert states(world) == ["abandoned", "abandoned"]


def test_where_carts_are_off_all_else_goes_on() -> None:
    world = a_world()
    app = world.hubspot.app
    scopes = app.scopes - {"crm.objects.carts.write"}
    world.hubspot.portal.apps[app.token] = type(app)(
        app.app_id, app.token, app.client_secret, scopes, app.kind, app.user_id
    )

    async def play() -> None:
        portal = await ready(world)
        assert not portal.carts
        checkout = opened(world)
        await wait(world, 12)
        await world.mark(Kind.CART, checkout.token)
        checkouts.complete_checkout(world.shopify.shop, checkout)
        await wait(world, 2)
        topics = {one.header for one in world.shopify.shop.table("WebhookSubscription").rows.values()}
        assert "orders/create" in topics
        assert not {topic for topic in topics if topic.startswith("checkouts/")}

    run(world.clock, play())
    assert carts(world) == []
    assert not world.parked()
    assert len(world.hubspot.portal.store("orders").records) == 1
