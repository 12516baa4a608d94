"""What may become of a checkout, one story each, and Shopify's undocumented behaviour both ways: the oracle agrees."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from sandbox.shopify.checkouts import checkouts
from sandbox.shopify.checkouts.checkout_abandonment import checkouts_of
from sandbox.shopify.money import Rate
from sandbox.world.loop import run
from sandbox.world.ready import ready
from sandbox.world.world import LocalWorld
from tandem.model import Kind, Mark, Ref
from tests.sync.carting import ADDRESS, a_world, agrees, carts, goods, left, linked, opened, row, states, updated, wait

Story = Callable[[LocalWorld], Awaitable[list[str]]]
STORIES: dict[str, Story] = {}


def story(play: Story) -> Story:
    """Something that happens in a shop. It answers the states of the carts there must be after it."""
    STORIES[play.__name__] = play
    return play


def act(world: LocalWorld, action: str, **given: Any) -> Any:
    return world.shopify.actions[action](**given)


@story
async def of_a_company(world: LocalWorld) -> list[str]:
    firm = act(world, "create_company", name="Quill", contact={"email": ADDRESS}, location={"name": "HQ"})
    key = f"{world.shop}:company:{firm['id'].rpartition('/')[2]}"
    company = world.hubspot.actions["create"](object_type="companies", properties={"name": "Quill", "tandem_key": key})
    await left(world)
    assert linked(world, "companies") == [{company["id"]}]
    return ["abandoned"]


@story
async def left_again_and_again(world: LocalWorld) -> list[str]:
    """Two tokens of one buyer; one is paid for, the other stays."""
    first, _ = opened(world), opened(world, 1)
    await wait(world, 12)
    checkouts.complete_checkout(world.shopify.shop, first)
    await wait(world, 2)
    assert len({frozenset(one) for one in linked(world, "contacts")}) == 1
    return ["abandoned", "recovered"]


@story
async def whose_goods_are_gone(world: LocalWorld) -> list[str]:
    """Before it is listed, and after."""
    early, late = opened(world, 1), opened(world, 2)
    goods = list(world.shopify.shop.products.rows.values())
    act(world, "delete_product", product=goods[0].id)
    await wait(world, 12)
    act(world, "delete_product", product=goods[1].id)
    for checkout in (early, late):
        updated(world, checkout, note="where is it?")
    await wait(world, 1)
    return ["abandoned", "abandoned"]


@story
async def in_other_money(world: LocalWorld) -> list[str]:
    shop = world.shopify.shop
    rate = Rate(shop.settings.currency, "CHF" if shop.settings.currency != "CHF" else "EUR", Decimal("1.07"))
    checkout = checkouts.open_checkout(shop, [(goods(world)[0], 3)], rate=rate, email=ADDRESS)
    await wait(world, 12)
    [cart] = carts(world)
    assert cart["tandem_presentment_currency"] == rate.presentment
    assert cart["tandem_presentment_total_price"] != cart["tandem_total_price"]
    checkouts.complete_checkout(shop, checkout)
    await wait(world, 2)
    return ["recovered"]


@story
async def in_money_the_account_does_not_know(world: LocalWorld) -> list[str]:
    world.shopify.shop.settings.currency = "XOF"
    await left(world)
    [cart] = carts(world)
    assert cart["tandem_currency"] == "XOF"
    assert not cart.get("hs_currency_code")
    assert not cart.get("hs_total_price")
    return ["abandoned"]


@story
async def emptied(world: LocalWorld) -> list[str]:
    updated(world, await left(world), lines=0)
    await wait(world, 1)
    assert carts(world)[0]["tandem_quantity"] == "0"
    assert linked(world, "line_items") == [set()]
    return ["abandoned"]


@story
async def paid_by_a_test(world: LocalWorld) -> list[str]:
    """The order recovers the cart, and is not in HubSpot to be linked."""
    order = checkouts.complete_checkout(world.shopify.shop, await left(world))
    order.test = True
    await wait(world, 4)
    assert linked(world, "orders") == [set()]
    return ["recovered"]


@story
async def paid_and_told_of_late(world: LocalWorld) -> list[str]:
    """News of steps before the last one, long after it, and doubled."""
    checkout = await left(world)
    before = checkout.updated_at
    checkouts.complete_checkout(world.shopify.shop, checkout)
    await wait(world, 2)
    for topic in ("checkouts/create", "checkouts/update", "checkouts/update"):
        late = Mark(Ref(world.shop, Kind.CART, checkout.token), topic, seen=before)
        await world.store.mark_many([late], world.clock.now)
        await wait(world, 2)
    return ["recovered"]


@story
async def that_shopify_swept_away(world: LocalWorld) -> list[str]:
    """It vanishes on a Monday after three months, and nothing tells."""
    checkout = await left(world)
    await world.time.sleep(timedelta(days=98).total_seconds())
    assert not checkouts_of(world.shopify.shop).by_token
    await world.mark(Kind.CART, checkout.token)
    await wait(world, 1)
    return ["expired"]


@story
async def deleted_before_it_was_listed(world: LocalWorld) -> list[str]:
    checkout = opened(world)
    await wait(world, 5)
    checkouts.delete_checkout(world.shopify.shop, checkout)
    await wait(world, 60)
    assert not world.due()
    return []


@story
async def whose_buyer_changed_their_mail(world: LocalWorld) -> list[str]:
    checkout = await left(world)
    assert checkout.customer
    act(world, "edit_customer", customer=checkout.customer.id, email="ines.b@example.com")
    updated(world, checkout, lines=1)
    await wait(world, 2)
    return ["abandoned"]


@story
async def whose_buyer_asked_to_be_forgotten(world: LocalWorld) -> list[str]:
    """Without a customer it does not fit any more, and goes on."""
    checkout = await left(world)
    assert checkout.customer
    act(world, "delete_customer", customer=checkout.customer.id)
    updated(world, checkout, lines=1)
    await wait(world, 2)
    return ["abandoned"]


@story
async def told_of_twenty_times(world: LocalWorld) -> list[str]:
    """Each webhook comes twice, and each step is told of ten times more."""
    world.shopify.faults.add("duplicate")
    checkout = opened(world)
    for _ in range(10):
        updated(world, checkout, note="still here")
    await wait(world, 12)
    for _ in range(10):
        updated(world, checkout, lines=1)
    await wait(world, 1)
    checkouts.complete_checkout(world.shopify.shop, checkout)
    await wait(world, 2)
    return ["recovered"]


@pytest.mark.parametrize("shards", [1, 3])
@pytest.mark.parametrize("name", STORIES)
def test_a_checkout(name: str, shards: int) -> None:
    world = a_world(shards=shards)

    async def play() -> list[str]:
        await ready(world)
        return await STORIES[name](world)

    expected = run(world.clock, play())
    assert sorted(states(world)) == sorted(expected)
    agrees(world)


BOTH_WAYS = {
    "abandoned_after": ("contact", "last change"),
    "abandonment_moves_updated_at": ("no", "yes"),
    "abandoned_channels": ("recoverable", "all"),
    "completed_checkout_status": ("closed", "open"),
    "checkout_makes_customer": ("yes", "no"),
    "checkouts_delete_body": ("token", "id"),
    "abandoned_checkout_node": ("yes", "no"),
    "abandoned_checkout_url": ("ac", "opaque"),
}


@pytest.mark.parametrize(
    ("switch", "setting"), [(switch, setting) for switch, settings in BOTH_WAYS.items() for setting in settings]
)
def test_shopify_may_be_either_way(switch: str, setting: str) -> None:
    """A customer's checkouts: one is gone on with after minutes, one of an app, one paid for, one deleted."""
    world = a_world(shopify={switch: setting})
    shop = world.shopify.shop
    act(world, "create_customer", email=ADDRESS)

    async def play() -> None:
        await ready(world)
        going, paid, deleted = opened(world), opened(world), opened(world, 1)
        opened_by_an_app = checkouts.open_checkout(
            shop, [(next(iter(shop.variants.rows.values())), 1)], source_name="1"
        )
        checkouts.update_checkout(shop, opened_by_an_app, email=ADDRESS)
        await wait(world, 8)
        updated(world, going, lines=1)
        await wait(world, 14)
        agrees(world)
        assert set(states(world)) == {"abandoned"}
        updated(world, going, lines=2)
        checkouts.complete_checkout(shop, paid, by_link=True)
        checkouts.delete_checkout(shop, deleted)
        await wait(world, 3)
        assert row(world, going.token).link

    run(world.clock, play())
    of_the_app = ["abandoned"] if (switch, setting) == ("abandoned_channels", "all") else []
    assert sorted(states(world)) == sorted(["abandoned", "expired", "recovered", *of_the_app])
    agrees(world)


@pytest.mark.parametrize("by_link", [True, False])
def test_a_recovered_cart_tells_of_its_order(by_link: bool) -> None:
    world = a_world()

    async def play() -> tuple[str, str]:
        await ready(world)
        order = checkouts.complete_checkout(world.shopify.shop, await left(world), by_link=by_link)
        await wait(world, 2)
        return order.legacy_resource_id, order.created_at.strftime("%Y-%m-%dT%H:%M:%SZ")

    id_, date = run(world.clock, play())
    [cart] = carts(world)
    assert cart["tandem_recovered_date"] == date
    assert Decimal(cart["tandem_recovered_amount"]) == Decimal(cart["tandem_total_price"])
    assert linked(world, "orders") == [{world.store.records[Ref(world.shop, Kind.ORDER, id_)].link}]
    agrees(world)
