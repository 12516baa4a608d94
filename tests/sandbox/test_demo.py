"""The demo: its day in the shop, what it finds in HubSpot, what it says; and that it never leaves the machine."""

import os
import subprocess
import sys

import pytest

from sandbox.demo.before import furnish
from sandbox.demo.carts import left
from sandbox.demo.dark import trade
from sandbox.demo.day import Story, stories
from sandbox.demo.screen import Screen
from sandbox.demo.sides import TEN_MINUTES, Sides
from sandbox.hubspot.simulator import HubSpot
from sandbox.oracle.one import judge_customer, judge_order
from sandbox.seed import Size, fill
from sandbox.shopify.simulator import Shopify
from sandbox.world.loop import run
from sandbox.world.ready import ready
from sandbox.world.world import RUN, LocalWorld
from tandem.model import Kind
from tandem.shopify.client import ShopifyClient
from tandem.sync.windows import walk

SIZE = Size(customers=40, products=20, orders=40, companies=2, checkouts=0)


def shop(seed: int = 0) -> LocalWorld:
    world = LocalWorld(seed=seed)
    fill(world.shopify, SIZE, days=40)
    return world


def sides_of(world: LocalWorld) -> Sides:
    return Sides(world.shopify, world.hubspot, "", "")


async def _play(world: LocalWorld, story: Story) -> str:
    """The id of its order. Each step must be complete in HubSpot before the next begins, as in the demo."""
    sides, name, id_ = sides_of(world), "", ""
    for step in story:
        done = world.shopify.actions[step.action](**step.fields(name))
        if step.action == "place_order":
            name, id_ = done["name"], done["legacy_resource_id"]
        await world.settle()
        verdict = sides.judge_customer(done["legacy_resource_id"]) if step.of_customer else sides.judge_order(id_)
        assert verdict.agrees, (name, step.told, verdict.differences)
    return id_


async def _day(world: LocalWorld) -> list[str]:
    furnish(world.shopify.shop, world.hubspot)
    await world.live(10)
    await ready(world)
    await world.mark(Kind.CONTACT, *world.shopify.shop.customers.rows)
    await world.mark(Kind.ORDER, *world.shopify.shop.table("Order").rows)
    await world.settle()
    return [await _play(world, story) for story in stories(world.shopify.shop)]


def test_each_step_of_the_day_ends_complete_in_hubspot() -> None:
    world = shop()
    orders = run(world.clock, _day(world))
    sides = sides_of(world)
    stages = [sides.stage_of(id_) for id_ in orders]
    assert set(stages) == {"Processed", "Shipped", "Delivered", "Cancelled"}
    assert [str(difference) for difference in world.verdict().differences] == []


async def _begun(world: LocalWorld) -> None:
    await world.live(10)
    await ready(world)
    await world.mark(Kind.CONTACT, *world.shopify.shop.customers.rows)
    await world.mark(Kind.ORDER, *world.shopify.shop.table("Order").rows)
    await world.settle()


async def _reconcile(world: LocalWorld) -> None:
    for kind in (Kind.CONTACT, Kind.ORDER, Kind.CART):
        await walk(kind, world.shop, ShopifyClient(world.store_api()), world.ports(), world.clock.now + RUN)
    await world.settle()


async def _carts(world: LocalWorld) -> list[str]:
    """The states of the carts at the end. Each step must be complete in HubSpot before the next begins."""
    await _begun(world)
    sides = sides_of(world)
    stories = left(sides)
    tokens = [world.shopify.actions["open_checkout"](**one.said)["token"] for one in stories]
    await world.live(TEN_MINUTES.total_seconds())
    await _reconcile(world)
    with pytest.raises(KeyError):
        sides.cart_of(tokens[-1])  # nobody can be written to
    for one, token in zip(stories[:-1], tokens, strict=False):
        assert sides.cart_of(token).properties["hs_external_status"] == "abandoned"
        for told, action, said in one.back:
            world.shopify.actions[action](checkout=token, **said)
            await world.settle()
            verdict = sides.judge_cart(token)
            assert verdict.agrees, (told, verdict.differences)
    return [sides.cart_of(token).properties["hs_external_status"] for token in tokens[:-1]]


def test_checkouts_that_are_left_become_carts_and_come_back_as_orders() -> None:
    world = shop()
    assert run(world.clock, _carts(world)) == ["recovered", "recovered", "abandoned"]
    assert [str(difference) for difference in world.verdict().differences] == []


async def _dark(world: LocalWorld) -> tuple[int, int]:
    """How many things differed before and after the schedule looked."""
    await _begun(world)
    sides = sides_of(world)
    abandoned = world.shopify.actions["open_checkout"](**left(sides)[0].said)["token"]
    await world.live(TEN_MINUTES.total_seconds())
    await _reconcile(world)
    world.shopify.faults.add("drop")
    trade(sides, abandoned)
    await world.settle()
    before = len(sides.verdict().differences)
    world.shopify.faults.clear()
    await _reconcile(world)
    return before, len(sides.verdict().differences)


def test_what_happens_while_webhooks_are_off_is_found_by_the_schedule() -> None:
    world = shop()
    before, after = run(world.clock, _dark(world))
    assert before > 5
    assert after == 0
    world.hubspot.log.clear()
    run(world.clock, _reconcile(world))
    assert sides_of(world).writes() == 0


def test_ten_minutes_are_what_shopify_needs_to_list_a_checkout() -> None:
    world = shop()
    sides = sides_of(world)
    world.shopify.actions["open_checkout"](**left(sides)[0].said)
    assert world.shopify.state("")["AbandonedCheckout"] == 0
    sides.ten_minutes()
    assert world.shopify.state("")["AbandonedCheckout"] == 1


def test_the_account_is_not_empty_and_is_known_to_the_store() -> None:
    shopify, hubspot = Shopify(), HubSpot()
    fill(shopify, SIZE, days=40)
    there = furnish(shopify.shop, hubspot)
    assert {name: hubspot.state("")[name] for name in there} == there
    ids = set(shopify.shop.table("Order").rows)
    assert {order["properties"]["hs_external_order_id"] for order in hubspot.state("orders")} <= ids
    skus = {variant.sku for variant in shopify.shop.variants.rows.values()}
    assert {product["properties"]["hs_sku"] for product in hubspot.state("products")} <= skus


def test_one_order_or_customer_is_judged_alone() -> None:
    world = shop()
    bought = next(
        order for order in world.shopify.shop.table("Order").rows.values() if order.customer and not order.test
    )
    told = [str(each) for each in judge_order(world.shopify, world.hubspot, bought.legacy_resource_id).differences]
    assert f"order {bought.name}: is missing" in told
    buyer = next(one.legacy_resource_id for one in world.shopify.shop.customers.rows.values() if one.email)
    [missing] = judge_customer(world.shopify, world.hubspot, buyer).differences
    assert str(missing) == f"customer {buyer}: has no contact"


def test_calls_that_write_are_told_from_those_that_read() -> None:
    world = shop()
    run(world.clock, _day_begins(world))
    sides = sides_of(world)
    world.hubspot.log.clear()
    order = next(
        order.legacy_resource_id for order in world.shopify.shop.table("Order").rows.values() if not order.test
    )
    run(world.clock, _again(world, order))
    assert (sides.writes(), sides.calls()) == (0, 0)
    world.shopify.actions["edit_order_details"](order=order, note="New")
    run(world.clock, _again(world, order))
    assert sides.writes() == 1


async def _day_begins(world: LocalWorld) -> None:
    await ready(world)
    await world.mark(Kind.ORDER, *world.shopify.shop.table("Order").rows)
    await world.settle()


async def _again(world: LocalWorld, order: str) -> None:
    await world.mark(Kind.ORDER, order)
    await world.settle()


def test_where_nobody_looks_no_line_moves_and_nothing_is_coloured(capsys: pytest.CaptureFixture[str]) -> None:
    screen = Screen()
    with screen.step("build") as told:
        screen.moving("half way")
        told.append("40 files")
    screen.bad("wrong")
    out = capsys.readouterr().out
    assert "build" in out
    assert "40 files" in out
    assert "\x1b" not in out
    assert "\r" not in out


def test_it_refuses_an_aws_endpoint_elsewhere() -> None:
    elsewhere = {**os.environ, "AWS_ENDPOINT_URL": "https://dynamodb.us-east-1.amazonaws.com"}
    done = subprocess.run(
        [sys.executable, "-m", "sandbox.demo", "--once"], env=elsewhere, check=False, capture_output=True, text=True
    )
    assert done.returncode == 2
    assert "on this machine alone" in done.stdout
