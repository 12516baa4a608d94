"""Webhooks off for a while in the demo: trade goes on, nobody tells, and the schedule finds all of it."""

from collections.abc import Callable, Mapping
from itertools import islice
from typing import Any

from sandbox.demo.day import ADDRESS, goods, plain_buyers
from sandbox.demo.sides import Sides
from sandbox.demo.stack import Stack

Act = Callable[..., Any]


def trade(sides: Sides, abandoned: str) -> int:
    """What happens meanwhile: how many things. `abandoned` is the token of a checkout that somebody comes back to."""
    act: Mapping[str, Act] = sides.shopify.actions
    shop = sides.shopify.shop
    desk, lamp = islice(goods(shop), 2)
    one, two, three = islice(plain_buyers(shop), 3)
    lines = [{"variant": desk, "quantity": 2}, {"variant": lamp}]
    first = act["place_order"](lines=lines, customer=one, payment="pending", address=ADDRESS)["name"]
    second = act["place_order"](lines=lines, email="guest.9@example.com", shipping="7.50")["name"]
    act["open_checkout"](lines=lines, customer=two)
    act["complete_checkout"](checkout=abandoned)
    act["edit_order"](order=first, quantities={lamp: 0})
    act["pay_order"](order=first)
    act["fulfill_order"](order=second, numbers=["H1002003005"], company="Hermes")
    act["edit_customer"](customer=three, last_name="Moreau", note="Moved house")
    sides.ten_minutes()
    return 8


async def dark(stack: Stack, abandoned: str) -> bool:
    """Whether another look, with nothing new, writes nothing."""
    screen, sides = stack.screen, stack.sides
    sides.shopify.faults.add("drop")
    before = sides.shopify.faults.hits["drop"]
    done = trade(sides, abandoned)
    lost = sides.shopify.faults.hits["drop"] - before
    sides.shopify.faults.clear()
    screen.line(
        f"  {done} things done in the shop, {lost} webhooks lost; {len(sides.verdict().differences)} differences"
    )
    with screen.step("webhooks on again; reconcile") as told:
        sides.hubspot.log.clear()
        await stack.reconcile()
        told.append(f"{sides.calls()} calls to HubSpot, {len(sides.verdict().differences) or 'no'} differences left")
    with screen.step("reconcile, again") as told:
        sides.hubspot.log.clear()
        await stack.reconcile()
        told.append(f"{sides.writes()} writes, {sides.calls()} calls to HubSpot")
    if sides.writes():
        screen.bad("there was nothing to write")
    return not sides.writes()
