"""Bugs in the life of carts: their two rows, their states, their orders, their lines."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from tandem.model import Record
from tandem.sync.outcome import Done
from tandem.sync.worker import World
from tests.zoo.planting import Function, bug


@bug("a recovered cart does not lead to its order", "I39", "sync.carts:recovering", needs="carts")
def order_is_found_but_not_linked(original: Function) -> Function:
    async def recovering(*args: Any) -> Any:
        return replace(await original(*args), links={})

    return recovering


@bug("an order that comes into HubSpot after its cart is not linked", "I39", "sync.recovered:_is_news", needs="carts")
def order_is_told_of_once(_: Function) -> Function:
    return lambda order, cart, linked: cart.order is None


@bug("a cart does not wait for its order", "I39", "sync.carts:recovering", needs="carts")
def orders_being_written_are_not_waited_for(original: Function) -> Function:
    async def recovering(*args: Any) -> Any:
        return replace(await original(*args), waiting={})

    return recovering


@bug("one checkout has a cart by its number and one by its token", "I37", "sync.cart_rows:_introduce", needs="carts")
def numbers_row_is_not_asked(_: Function) -> Function:
    async def introduce(row: Record, numbered: Record, world: World) -> tuple[Record, Record]:
        return row, numbered

    return introduce


@bug("one checkout has a cart by its number and one by its token", "I37", "sync.carts:_numbered", needs="carts")
def carts_are_looked_for_by_token_alone(_: Function) -> Function:
    return lambda row: row.ref


@bug("lines that left a checkout stay, if a worker ended between", "I6", "sync.carts:_intent", needs="carts, go_on")
def lines_of_carts_are_not_noted_before(_: Function) -> Function:
    return lambda one: {"digest": None}


@bug("a checkout that is listed later never gets a cart", "I2", "sync.carts:not_listed", needs="carts")
def unlisted_checkouts_are_given_up_at_once(_: Function) -> Function:
    return lambda row, now: Done("not abandoned")


@bug("a deleted checkout leaves its cart open", "I39", "sync.carts:finish", needs="carts")
def gone_checkouts_are_passed_over(_: Function) -> Function:
    async def finish(gone: Any, *_: Any) -> Any:
        return {ref: Done("gone") for ref in gone}

    return finish


@bug("what a number's row was told of is lost", "I37", "sync.cart_rows:hand_over", needs="carts")
def alias_keeps_its_news(_: Function) -> Function:
    async def hand_over(others: Sequence[tuple[Record, str]], world: World) -> Any:
        return {row.ref: Done("handed over", {"facts": {"token": other}}) for row, other in others}

    return hand_over
