"""The judge of all peers finds what is wrong, and the peers are what they are said to be."""

from collections.abc import Callable
from typing import Any

import pytest

from bench import backfill_worlds
from bench.backfill_worlds import First
from bench.peers.judge import judge
from sandbox.oracle import views
from sandbox.oracle.views import JSON, Crm
from sandbox.seed import Size, fill
from sandbox.world.loop import run
from sandbox.world.ready import ready
from sandbox.world.world import LocalWorld
from tandem.model import Kind

Harm = Callable[[LocalWorld], Any]


def _record(world: LocalWorld, name: str) -> Any:
    """One that is linked to what it should be."""
    records = world.hubspot.portal.store(name).records.values()
    return next(one for one in records if one.archived is None and sum(map(len, (one.links or {}).values())) > 1)


def _more(world: LocalWorld, object_type: str, **values: str) -> None:
    world.hubspot.actions["create"](object_type, values)


def _archive(world: LocalWorld, name: str) -> None:
    world.hubspot.actions["archive"](object_type=name, record_id=_record(world, name).id)


def _write(world: LocalWorld, name: str, **values: str) -> None:
    _record(world, name).properties.update(values)


def _dear(world: LocalWorld) -> None:
    for line in world.hubspot.portal.store("line_items").records.values():
        line.properties["price"] = "9999"


HARMS: dict[str, Harm] = {
    "orders, should be": lambda world: _archive(world, "orders"),
    "contacts, should be": lambda world: _more(world, "contacts", email="nobody@example.com"),
    "line_items, should be": lambda world: _more(world, "line_items", name="Mug"),
    "belongs to 0 orders": lambda world: _more(world, "line_items", name="Mug"),
    "has no contact": lambda world: _write(world, "contacts", email="other@example.com"),
    "total 1.23, should be": lambda world: _write(world, "orders", hs_total_price="1.23"),
    "is there 0 times": lambda world: _write(world, "orders", hs_external_order_id="1"),
    "lines are worth": _dear,
    "linked to 0 contacts": lambda world: _unlink(world, "contacts"),
    "linked to 0 lines": lambda world: _unlink(world, "line_items"),
}  # fmt: skip


def _unlink(world: LocalWorld, name: str) -> None:
    wanted = world.hubspot.portal.store(name).kind.type_id
    for order in world.hubspot.portal.store("orders").records.values():
        (order.links or {}).pop(wanted, None)


@pytest.fixture
def world() -> LocalWorld:
    """A small store, in step."""
    made = LocalWorld()
    fill(made.shopify, Size(customers=12, products=5, orders=12, companies=0, checkouts=0), days=3)

    async def play() -> None:
        await ready(made)
        books = _books(made)
        await made.mark(Kind.CONTACT, *(one["id"] for one in books["customers"]))
        await made.mark(Kind.ORDER, *(one["id"] for one in books["orders"]))
        await made.settle()

    run(made.clock, play())
    return made


def _books(world: LocalWorld) -> JSON:
    return views.store(views.here(world.shopify))


def _crm(world: LocalWorld) -> Crm:
    return views.crm(views.here(world.hubspot))


def test_the_judge_agrees_with_a_store_in_step(world: LocalWorld) -> None:
    assert world.verdict().agrees
    assert judge(_books(world), _crm(world)) == []


@pytest.mark.parametrize("said", HARMS)
def test_the_judge_finds_a_planted_fault(world: LocalWorld, said: str) -> None:
    HARMS[said](world)
    assert any(said in text for text in judge(_books(world), _crm(world)))


@pytest.mark.parametrize("peer", [backfill_worlds.floor_, backfill_worlds.naive_])
def test_a_peer_brings_a_store_over(peer: Callable[[int], First]) -> None:
    found = peer(20)
    assert list(found.differences) == []
    assert found.refused == 0


def test_the_floor_takes_a_call_for_each_batch() -> None:
    found = backfill_worlds.floor_(120)
    batches = {name: count for name, count in found.hubspot.items() if name.endswith("batch/upsert")}
    assert sum(batches.values()) == 2 + 2 + 3  # contacts, orders, lines
    assert found.calls == sum(batches.values()) + 2  # links to buyers and to lines


def test_a_first_run_of_tandem_agrees_and_a_second_one_calls_nobody() -> None:
    found = backfill_worlds.tandem(30)
    assert list(found.differences) == []
    assert (found.refused, found.second) == (0, 0)
    assert found.calls < 30
