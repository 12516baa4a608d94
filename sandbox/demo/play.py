"""The demo from its beginning to its end."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from statistics import quantiles

from sandbox.cloud.stack import Cloud
from sandbox.demo.carts import carts
from sandbox.demo.dark import dark
from sandbox.demo.day import stories
from sandbox.demo.screen import Screen
from sandbox.demo.sides import served
from sandbox.demo.stack import DOORS, Stack, Stuck
from sandbox.demo.telling import Teller
from sandbox.hubspot.people.actions import actions
from sandbox.oracle.stages import STAGES
from sandbox.seed import Size

SHOWN = 10
"""Differences that are shown at most."""
LOOKS = 10
SEARCHABLE = 3.0
"""Seconds between two looks for orders moved by hand: HubSpot's search lags by so many."""


async def play(size: Size, screen: Screen, cloud: Cloud, *, once: bool) -> bool:
    """Whether all was as it must be. Without `once` it goes on until it is cancelled."""
    async with served(size) as sides, running(cloud, screen):
        stack = Stack(cloud, sides, screen)
        await bring_up(stack, size)
        good = await first_sync(stack, size)
        good &= await second_sync(stack)
        good &= await day(stack)
        stack.screen.title("carts: checkouts that are left, and come back to")
        abandoned = await carts(stack)
        good &= await all_is_well(stack)
        stack.screen.title("webhooks switched off for a while")
        good &= await dark(stack, abandoned)
        good &= await all_is_well(stack)
        show_the_places(stack)
        if not once:
            screen.line("\n  The shop stays open. Ctrl-C stops everything.")
            await asyncio.Event().wait()
    return good


@asynccontextmanager
async def running(cloud: Cloud, screen: Screen) -> AsyncIterator[None]:
    try:
        with screen.step("an AWS account on this machine, IAM enforced") as told:
            await asyncio.to_thread(cloud.start)
            told.append(cloud.endpoint)
        yield
    finally:
        screen.moving("stopping ...")
        cloud.stop()  # in this thread: a second signal must not cut it short
        screen.line("  stopped")


async def bring_up(stack: Stack, size: Size) -> None:
    """Everything that comes before the first sync."""
    screen, sides = stack.screen, stack.sides
    screen.title("the stack")
    there = sides.furnish()
    screen.good(f"a store: {size.customers} customers, {size.products} products, {size.orders} orders")
    screen.good("a HubSpot account, not empty: " + ", ".join(f"{number} {name}" for name, number in there.items()))
    with screen.step("sam build"):
        await asyncio.to_thread(stack.cloud.build)
    with screen.step("sam deploy; secrets filled in"):
        await stack.deploy()
    with screen.step("function setup") as told:
        checks = await stack.set_up()
        told.append(f"{sum(one['ok'] for one in checks)} of {len(checks)} checks ok")
    for one in checks:
        if not one["ok"]:
            screen.note(f"{one['check']}: {one['found']}")


async def first_sync(stack: Stack, size: Size) -> bool:
    screen, sides = stack.screen, stack.sides
    screen.title("first sync: resync of everything")
    sides.hubspot.log.clear()
    with screen.step(f"{size.orders} orders, {size.customers} customers, and checkouts") as told:
        await stack.resync()
        await stack.reconcile()
        told.append(f"{sides.calls()} HubSpot calls: {sides.calls() / size.orders:.2f} per order")
        told.append(f"{sides.too_many()} times too many requests")
    return await all_is_well(stack)


async def second_sync(stack: Stack) -> bool:
    screen, sides = stack.screen, stack.sides
    screen.title("second sync: nothing has changed")
    sides.hubspot.log.clear()
    with screen.step("resync of everything, again") as told:
        await stack.resync()
        told.append(f"{sides.writes()} writes, {sides.calls()} calls to HubSpot")
    if sides.writes():
        screen.bad("there was nothing to write")
    return not sides.writes()


async def day(stack: Stack) -> bool:
    """Orders through signed webhooks; then one that somebody drags to another stage."""
    screen, sides = stack.screen, stack.sides
    screen.title("a day in the shop: from what is done there to the whole of it in HubSpot")
    with screen.step(f"cold start of shopify_webhook, {DOORS} times"):
        await stack.warm()
    sides.hubspot.log.clear()
    teller = Teller(sides, screen)
    orders = await teller.tell(stories(sides.shopify.shop))
    cuts = quantiles(teller.seconds, n=100, method="inclusive")
    told = f"{len(teller.seconds)} events: half within {cuts[49]:.2f} s, 99 % within {cuts[98]:.2f} s"
    screen.good(f"{told}; {sides.calls() / len(teller.seconds):.1f} HubSpot calls each")
    await put_back(stack, orders[0])
    await stack.settle()
    return await all_is_well(stack)


async def put_back(stack: Stack, order: str) -> None:
    """An order that somebody drags in HubSpot. The schedule looks every five minutes; here somebody asks at once."""
    sides = stack.sides
    right = sides.stage_of(order)
    record = sides.record_of(order)
    people = actions(sides.hubspot.portal, sides.hubspot.limits, sides.hubspot.webhooks)
    people["move_order"](record_id=record.id, stage=STAGES["open"])
    with stack.screen.step(f"dragged from {right} to {sides.stage_of(order)} in HubSpot; put back"):
        for _ in range(LOOKS):
            await asyncio.sleep(SEARCHABLE)
            await stack.invoke("reconcile", {"action": "hubspot"})
            await stack.settle()
            if sides.stage_of(order) == right:
                return
        raise Stuck(f"the order stays in {sides.stage_of(order)}")


async def all_is_well(stack: Stack) -> bool:
    """The oracle's verdict, and no row left behind."""
    screen = stack.screen
    verdict = stack.sides.verdict()
    (screen.good if verdict.agrees else screen.bad)(f"oracle: {verdict.summary()}")
    for difference in verdict.differences[:SHOWN]:
        screen.note(str(difference))
    due = await asyncio.to_thread(stack.rows.waiting)
    parked = await asyncio.to_thread(stack.rows.parked)
    (screen.bad if due or parked else screen.good)(f"rows: {due or 'none'} due, {len(parked) or 'none'} parked")
    for reason in parked[:SHOWN]:
        screen.note(reason)
    return verdict.agrees and not due and not parked


def show_the_places(stack: Stack) -> None:
    screen, sides = stack.screen, stack.sides
    screen.title("look around")
    screen.line(f"  Shopify   {sides.shopify_url}/   people's actions: {sides.shopify_url}/__sandbox/actions")
    screen.line(f"  HubSpot   {sides.hubspot_url}/   people's actions: {sides.hubspot_url}/__sandbox/actions")
    screen.line(f"  AWS       {stack.cloud.endpoint}   (access key and secret: testing)")
    screen.line("  Try:")
    placed = '{"lines": [{"title": "Mug", "price": "12"}], "email": "you@example.com"}'
    screen.line(f"    curl -d '{placed}' {sides.shopify_url}/__sandbox/actions/place_order")
    screen.line(f"    .venv/bin/python -m sandbox.oracle {sides.shopify_url} {sides.hubspot_url}")
