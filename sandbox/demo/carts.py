"""Checkouts in the demo: left for ten minutes, found by the schedule, and come back to."""

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import Any

from sandbox.demo.day import ADDRESS, goods, plain_buyers
from sandbox.demo.sides import Sides
from sandbox.demo.stack import Stack
from sandbox.demo.telling import complete

Fields = Mapping[str, Any]
Come = tuple[str, str, Fields]


@dataclass(frozen=True, slots=True)
class Left:
    """A checkout: what is told of its buyer, what they said, and what they do later: words, action, fields."""

    told: str
    said: Fields
    back: tuple[Come, ...] = ()


def left(sides: Sides) -> list[Left]:
    """The last one has no contact, and so no cart."""
    shop = sides.shopify.shop
    desk, lamp = islice(goods(shop), 2)
    one, two = islice(plain_buyers(shop), 2)
    lines = [{"variant": desk, "quantity": 2}, {"variant": lamp}]
    abroad = {"currency": "EUR", "rate": "0.92", "discount_code": "MAY", "tax_rate": "0.085"}
    fewer: Come = ("one line taken out", "update_checkout", {"lines": lines[1:]})
    by_link: Come = ("back by the link: ordered", "complete_checkout", {"by_recovery_link": True})
    alone: Come = ("back by themselves: ordered", "complete_checkout", {})
    return [
        Left(
            "a customer's, in euros", {"lines": lines, "customer": one, "address": ADDRESS, **abroad}, (fewer, by_link)
        ),
        Left("a guest's", {"lines": lines, "email": "guest.8@example.com"}, (alone,)),
        Left("another customer's", {"lines": lines, "customer": two}),
        Left("of somebody who left no address", {"lines": lines}),
    ]


async def carts(stack: Stack) -> str:
    """Abandoned, changed, recovered: each seen complete in HubSpot. The token of one that nobody comes back to."""
    screen, sides = stack.screen, stack.sides
    stories = left(sides)
    # a worker that was told of them would wait for ten minutes of its own clock
    sides.shopify.faults.add("drop")
    opened = [sides.shopify.actions["open_checkout"](**one.said) for one in stories]
    sides.shopify.faults.clear()
    screen.line(f"  {len(opened)} checkouts begun, their webhooks lost; nobody can read them yet")
    sides.ten_minutes()
    with screen.step("ten minutes later; function reconcile"):
        await stack.reconcile()
    for one, checkout in zip(stories, opened, strict=True):
        has_cart = checkout["contact_at"] is not None
        if has_cart:
            await complete(sides, partial(sides.judge_cart, checkout["token"]), one.told)
        screen.line(f"    {_name(checkout):<16}{one.told:<43}   {_state(sides, checkout) if has_cart else 'no cart'}")
    await asyncio.gather(*(_back(stack, checkout, one) for one, checkout in zip(stories, opened, strict=True)))
    await stack.settle()
    return next(str(checkout["token"]) for one, checkout in zip(stories, opened, strict=True) if not one.back)


async def _back(stack: Stack, checkout: Fields, left: Left) -> None:
    """What one buyer does later, one thing after the other."""
    sides = stack.sides
    for told, action, said in left.back:
        began = time.monotonic()
        sides.shopify.actions[action](checkout=checkout["token"], **said)
        await complete(sides, partial(sides.judge_cart, checkout["token"]), f"{_name(checkout)} {told}")
        took = time.monotonic() - began
        stack.screen.line(f"    {_name(checkout):<16}{told:<34}{took:6.2f} s   {_state(sides, checkout)}")


def _state(sides: Sides, checkout: Fields) -> str:
    return sides.cart_of(checkout["token"]).properties["hs_external_status"]


def _name(checkout: Fields) -> str:
    return f"#{checkout['legacy_resource_id']}"
