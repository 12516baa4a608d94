"""A store with goods and buyers, and what buyers do in its checkouts, for worlds of carts."""

from collections.abc import Mapping
from typing import Any

from sandbox.seed import Size, fill
from sandbox.shopify.checkouts import checkouts
from sandbox.shopify.checkouts.checkout_model import Checkout
from sandbox.shopify.products.product_model import ProductVariant
from sandbox.world.world import LocalWorld
from tandem.model import Kind, Record, Ref

ADDRESS = "ines.moreau@example.com"


def a_world(seed: int = 7, shopify: Mapping[str, str] | None = None, **options: Any) -> LocalWorld:
    """`shopify` are switches of the store; `options` are LocalWorld's."""
    world = LocalWorld(seed, **options)
    for name, value in (shopify or {}).items():
        world.shopify.switches.set(name, value)
    fill(world.shopify, Size(customers=0, products=4, orders=0, companies=0, checkouts=0), days=2)
    return world


def goods(world: LocalWorld) -> list[ProductVariant]:
    return list(world.shopify.shop.variants.rows.values())


def opened(world: LocalWorld, lines: int = 2, **said: Any) -> Checkout:
    said = {"email": ADDRESS, **said}
    return checkouts.open_checkout(world.shopify.shop, [(one, 2) for one in goods(world)[:lines]], **said)


def updated(world: LocalWorld, checkout: Checkout, lines: int | None = None, **said: Any) -> None:
    wanted = None if lines is None else [(one, 2) for one in goods(world)[:lines]]
    checkouts.update_checkout(world.shopify.shop, checkout, lines=wanted, **said)


async def wait(world: LocalWorld, minutes: float) -> None:
    """Time goes by, with a look at the mail now and then."""
    for _ in range(round(minutes * 4)):
        await world.live(0.2)
        await world.time.sleep(14.8)


def row(world: LocalWorld, id_: str) -> Record:
    return world.store.records[Ref(world.shop, Kind.CART, id_)]


def carts(world: LocalWorld) -> list[Mapping[str, str]]:
    """The properties of all live carts."""
    records = world.hubspot.portal.store("carts").records.values()
    return [record.properties for record in records if record.archived is None]


def states(world: LocalWorld) -> list[str]:
    return [cart["hs_external_status"] for cart in carts(world)]


def agrees(world: LocalWorld) -> None:
    verdict = world.verdict()
    assert verdict.agrees, list(map(str, verdict.differences))[:5]
    assert not world.parked()
