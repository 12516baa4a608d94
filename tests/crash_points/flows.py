"""The flows whose every step is a crash point: what is played, and what must hold in the end."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import timedelta
from functools import partial
from typing import Any

import httpx

from sandbox.memory import MemoryStore
from sandbox.oracle import views
from sandbox.seed import Size, fill
from sandbox.shopify.checkouts import checkouts
from sandbox.world.auditing import all_findings, audited, rebuilt
from sandbox.world.drift import Drift
from sandbox.world.loop import run
from sandbox.world.mortal import Killed, Life, Mortal
from sandbox.world.ready import WEBHOOKS, ready
from sandbox.world.world import LocalWorld
from tandem.model import Kind
from tandem.sync import daily
from tandem.sync.audit import summary
from tandem.sync.daily import Day
from tandem.sync.doctor import Level
from tandem.sync.setup import Limits, Request, Sides, setup
from tests.crash_points.explorer import Explorer
from tests.crash_points.tokens import token_refreshed
from tests.sync.carting import a_world, opened, states, updated, wait
from tests.sync.test_audit import in_step, told
from tests.sync.weeks import Week

Flow = Callable[[Explorer], list[str]]
Switches = Mapping[str, str]

ATOMIC: Switches = {}
RACY = {"unique_check": "racy", "archived_key_upsert": "restore", "unique_conflict": "409", "untraced_batch": "207"}
"""HubSpot's undocumented behaviour, both ways."""
FEW = Size(customers=5, products=3, orders=6, companies=1, checkouts=0)
CARTED = Size(customers=6, products=3, orders=8, companies=0, checkouts=8)
TOLD = ("edit order", "unlink line", "move order", "copy order", "edit contact", "delete contact")
HEALED = ("edit order", "unlink contact", "move order", "edit line", "edit contact")
OF_CARTS = ("edit a cart", "unlink a buyer of a cart", "link an order to a cart")
"""What people change by hand; see sandbox.world.drift."""
A_MINUTE = 60.0


def wrong(world: LocalWorld) -> list[str]:
    """What the oracle says, and rows that wait or are parked."""
    due = [f"{world.due()} rows are due"] if world.due() else []
    return [*map(str, world.verdict().differences), *world.parked(), *due]


async def gone_through(world: LocalWorld, explorer: Explorer, work: Callable[[Life], Awaitable[bool]]) -> None:
    """One run, and further ones as the schedule begins them, until one ends well."""
    for _ in range(10):
        try:
            if await work(Life(explorer)):
                return
        except (Killed, httpx.ReadTimeout):
            pass
        await world.live(A_MINUTE)
    raise TimeoutError("ten runs did not do")


def new_orders(switches: Switches, explorer: Explorer) -> list[str]:
    """Two orders and their customers become due at once, as webhooks make them."""
    world = LocalWorld(seed=11, switches=switches)
    fill(world.shopify, Size(customers=2, products=2, orders=2, companies=0, checkouts=0), days=1)
    books = views.store(views.here(world.shopify))

    async def play() -> None:
        await ready(world)
        explorer.begin(world)
        await world.mark(Kind.CONTACT, *(customer["id"] for customer in books["customers"]))
        await world.mark(Kind.ORDER, *(order["id"] for order in books["orders"]))
        await world.settle(1800)

    run(world.clock, play())
    return wrong(world)


def order_life(switches: Switches, explorer: Explorer) -> list[str]:
    """An order loses a line and gains one, is sent, and refunded in part; another, cancelled before, is deleted."""
    world = LocalWorld(seed=12, switches=switches)
    fill(world.shopify, Size(customers=1, products=3, orders=0, companies=0, checkouts=0), days=1)
    does = world.shopify.actions
    variants = list(world.shopify.shop.variants.rows)

    buyer = next(iter(world.shopify.shop.customers.rows))

    def placed(**said: Any) -> dict[str, Any]:
        lines = [{"variant": variant, "quantity": 1} for variant in variants[:2]]
        found: dict[str, Any] = does["place_order"](lines=lines, customer=buyer, **said)
        return found

    async def play() -> None:
        await ready(world)
        order, other = placed(), str(placed(payment="pending")["legacy_resource_id"])
        does["cancel_order"](order=other)
        await world.live(5)
        await world.settle()
        explorer.begin(world)
        gone = order["lines"][0]["legacy_resource_id"]
        id_ = str(order["legacy_resource_id"])
        does["edit_order"](order=id_, quantities={gone: 0}, add=[{"variant": variants[2], "quantity": 2}])
        does["delete_order"](order=other)
        await world.live(3)
        does["fulfill_order"](order=id_, numbers=["T1"], company="DHL")
        await world.live(3)
        does["refund_order"](order=id_, lines={order["lines"][1]["legacy_resource_id"]: 1})
        await world.live(3)
        await world.settle(1800)

    run(world.clock, play())
    return wrong(world)


def contacts(switches: Switches, explorer: Explorer) -> list[str]:
    """One customer is known to HubSpot by address, one is new, one changes; then two of them are merged."""
    world = LocalWorld(seed=13, switches=switches)
    does = world.shopify.actions

    def customer(**said: Any) -> str:
        return str(does["create_customer"](last_name="Moreau", **said)["legacy_resource_id"])

    async def play() -> None:
        await ready(world)
        world.hubspot.actions["create"](object_type="contacts", properties={"email": "known@example.com"})
        old = customer(first_name="Ines", email="old@example.com")
        await world.live(3)
        await world.settle()
        explorer.begin(world)
        known = customer(first_name="Ines", email="known@example.com")
        customer(first_name="Noor", email="new@example.com")
        does["edit_customer"](customer=old, email="newer@example.com")
        await world.live(3)
        does["merge_customers"](one=known, two=old)
        await world.live(700)
        await world.settle(1800)

    run(world.clock, play())
    return wrong(world)


def cart(switches: Switches, explorer: Explorer) -> list[str]:
    """A checkout is abandoned, loses a line, and is recovered."""
    world = a_world(switches=switches)

    async def play() -> None:
        await ready(world)
        checkout = opened(world)
        await world.time.sleep(615)
        explorer.begin(world)
        await wait(world, 1.5)
        updated(world, checkout, lines=1)
        await wait(world, 0.5)
        checkouts.complete_checkout(world.shopify.shop, checkout)
        await wait(world, 1)
        await world.settle()

    run(world.clock, play())
    state = states(world)
    return [*wrong(world), *([] if state == ["recovered"] else [f"the carts are {state}"])]


def reconciled(explorer: Explorer) -> list[str]:
    """No webhook comes: windows, HubSpot's changes and the daily duties find what was done on both sides."""
    week = Week(5)

    async def play() -> None:
        await week.begin()
        does, people = week.shopify.actions, week.hubspot.actions
        ids = [ref.id for ref, row in week.store.records.items() if ref.kind is Kind.ORDER and row.link]
        order = week.store.records[_order(week, ids[0])]
        does["edit_order_details"](order=ids[1], note="by the door")
        does["edit_customer"](customer=next(iter(week.shopify.shop.customers.rows)), first_name="Ada")
        deleted = str(
            does["place_order"](lines=[{"title": "Mug", "price": "5"}], payment="pending")["legacy_resource_id"]
        )
        does["cancel_order"](order=deleted, reason="OTHER")
        await week.live(90)
        await week.windows()
        await week.settle()
        does["delete_order"](order=deleted)
        people["edit"](object_type="orders", record_id=order.link, properties={"hs_order_note": "typed over"})
        does["place_order"](lines=[{"title": "Cup", "price": "3"}], email="nobody.else@example.com")
        await week.live(400)
        explorer.begin(week)
        for run_ in (_windows, _changes, _duties):
            await gone_through(week, explorer, partial(run_, week))
        await week.settle(1800)

    run(week.clock, play())
    return wrong(week)


def _order(week: Week, id_: str) -> Any:
    return next(ref for ref in week.store.records if ref.kind is Kind.ORDER and ref.id == id_)


async def _windows(week: Week, life: Life) -> bool:
    return all(one.ended == "done" for one in await week.windows(life=life))


async def _changes(week: Week, life: Life) -> bool:
    return all(one.ended == "done" for one in await week.changes(life=life))


async def _duties(week: Week, life: Life) -> bool:
    """Those that a harm befell are done again the next day."""
    sides = Sides(
        week.shop, week.store_api(life), week.crm(life), week.ports(life).store, week.time, WEBHOOKS, Limits()
    )
    deadline = week.clock.now + timedelta(minutes=10)
    checks = await daily.look(Day(sides, week.vendors(life), week.ports(life), {}, deadline))
    return all(one.level is not Level.BLOCKED and "goes on tomorrow" not in one.found for one in checks)


def audit(seed: int, size: Size, changes: Sequence[str], explorer: Explorer, *, heal: bool = True) -> list[str]:
    """An audit finds what people changed by hand, each once, and has it written anew where it heals."""
    world = LocalWorld(seed)
    drift = Drift(world)
    found: list[Any] = []

    async def play() -> None:
        await in_step(world, size)
        for what in changes:
            drift.drive(what)
        explorer.begin(world)
        job = await audited(world, heal=heal, life=lambda: Life(explorer))
        found.extend(told(await all_findings(world)))
        assert sum(summary(job)["found"].values()) == len(found)
        await world.settle()

    run(world.clock, play())
    return [*(wrong(world) if heal else []), *(f"not as driven: {one}" for one in set(found) ^ drift.expected)]


def lost_table(explorer: Explorer) -> list[str]:
    """A table that was lost is made anew from HubSpot's keys, and nothing is made there."""
    world = LocalWorld(seed=7)
    before: list[str] = []

    async def play() -> None:
        await in_step(world, FEW)
        before.extend(_records(world))
        world.store = MemoryStore()
        await ready(world)
        explorer.begin(world)
        await rebuilt(world, life=lambda: Life(explorer))
        await world.settle(1800)

    run(world.clock, play())
    return [*wrong(world), *(f"made or gone: {one}" for one in set(before) ^ set(_records(world)))]


def _records(world: LocalWorld) -> list[str]:
    stores = {name: world.hubspot.portal.store(name) for name in ("contacts", "orders", "line_items")}
    return [f"{name} {one.id}" for name, some in stores.items() for one in some.records.values() if not one.archived]


def set_up(explorer: Explorer) -> list[str]:
    """An account is set up: properties, pipeline, webhooks; each is there once, and nothing is left to do."""
    world = LocalWorld(seed=3)
    problems: list[str] = []

    async def one(life: Life) -> bool:
        return bool((await setup(Request(), sides(life)))["ok"])

    def sides(life: Life | None) -> Sides:
        store: Any = Mortal(world.store, life) if life else world.store
        return Sides(world.shop, world.store_api(life), world.crm(life), store, world.time, WEBHOOKS, Limits())

    async def play() -> None:
        explorer.begin(world)
        await gone_through(world, explorer, one)
        again = await setup(Request(dry_run=True), sides(None))
        problems.extend(f"{one['check']}: {one['found']}" for one in again["checks"] if "would be made" in one["found"])
        topics = [one.header for one in world.shopify.shop.table("WebhookSubscription").rows.values()]
        problems.extend(f"subscribed twice: {topic}" for topic in set(topics) if topics.count(topic) > 1)

    run(world.clock, play())
    return problems


FLOWS: Mapping[str, Flow] = {
    "orders": partial(new_orders, ATOMIC),
    "orders, racy": partial(new_orders, RACY),
    "order and its stages": partial(order_life, ATOMIC),
    "order and its stages, racy": partial(order_life, RACY),
    "contacts": partial(contacts, ATOMIC),
    "contacts, racy": partial(contacts, RACY),
    "cart": partial(cart, ATOMIC),
    "cart, racy": partial(cart, RACY),
    "reconcile": reconciled,
    "audit that reports": partial(audit, 8, FEW, TOLD, heal=False),
    "audit that heals": partial(audit, 9, FEW, HEALED),
    "audit of carts": partial(audit, 5, CARTED, OF_CARTS),
    "rebuild": lost_table,
    "setup": set_up,
    "token": token_refreshed,
}
"""Where the check of unique values is not atomic (`racy`) nobody freezes past a lease: README, Limits."""
