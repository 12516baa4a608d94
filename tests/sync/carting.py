"""A store with goods and buyers, and what buyers do in its checkouts, for worlds of carts."""

from collections.abc import Mapping
from typing import Any

from sandbox.oracle import cart_life, views
from sandbox.oracle.judge import judge
from sandbox.seed import Size, fill
from sandbox.shopify.checkouts import checkouts
from sandbox.shopify.checkouts.checkout_model import Checkout
from sandbox.shopify.products.product_model import ProductVariant
from sandbox.world.world import LocalWorld
from tandem.mapping.cart_life import CartRules
from tandem.model import Kind, Record, Ref
from tandem.sync.shop import CART_RULES

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


async def left(world: LocalWorld, lines: int = 2, **said: Any) -> Checkout:
    """A checkout that is abandoned now, and was looked at."""
    checkout = opened(world, lines, **said)
    await wait(world, 12)
    return checkout


async def rule(world: LocalWorld, **rules: Any) -> None:
    """The shop's cart rules, from now on."""
    await world.store.put_setting(world.shop, CART_RULES, CartRules(**rules).model_dump(mode="json"))


def row(world: LocalWorld, id_: str) -> Record:
    return world.store.records[Ref(world.shop, Kind.CART, id_)]


def carts(world: LocalWorld) -> list[Mapping[str, str]]:
    """The properties of all live carts."""
    records = world.hubspot.portal.store("carts").records.values()
    return [record.properties for record in records if record.archived is None]


def states(world: LocalWorld) -> list[str]:
    return [cart["hs_external_status"] for cart in carts(world)]


def linked(world: LocalWorld, name: str) -> list[set[str]]:
    """What the live carts are associated with, by its HubSpot ids."""
    portal = world.hubspot.portal
    found = [one for one in portal.store("carts").records.values() if one.archived is None]
    return [set(portal.linked(one, portal.store(name).kind)) for one in found]


def agrees(world: LocalWorld, **rules: Any) -> None:
    """By the oracle, which is told the shop's cart rules."""
    books, crm = views.store(views.here(world.shopify)), views.crm(views.here(world.hubspot))
    verdict = judge(books, crm, rules=cart_life.CartRules(**rules))
    assert verdict.agrees, list(map(str, verdict.differences))[:5]
    assert not world.parked()
