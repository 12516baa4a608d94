"""No personal data leaves the path from Shopify to HubSpot: tagged values, searched for in every other sink."""

import asyncio
import base64
import hmac
import json
import logging
import traceback
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from sandbox.faults import CALL_FAULTS
from sandbox.seed import Size, fill
from sandbox.world.loop import run
from sandbox.world.mortal import Life
from sandbox.world.ready import ready
from sandbox.world.world import LocalWorld
from tandem import runtime, work
from tandem.model import Entry, Kind, Lane, Mark, Record, Ref
from tandem.shopify.webhooks import receive
from tandem.sync.announce import announce
from tandem.sync.resync import FORGET
from tandem.sync.sweep import sweep
from tandem.sync.worker import Tally, Vendors
from tests.canaries import CANARIES, ENCODINGS, MAILS, WORD, leaks
from tests.moods import HUBSPOT_MOODS, SHOPIFY_MOODS, Mood


class WatchedPort:
    """Notes every exception a client's method raises, with its whole traceback."""

    def __init__(self, inner: Any, told: list[str]) -> None:
        self._inner, self._told = inner, told

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._inner, name)

        async def call(*args: Any, **kwargs: Any) -> Any:
            try:
                return await method(*args, **kwargs)
            except Exception as error:
                # the lines of the source, which a traceback quotes, hold no value
                self._told.append("".join(traceback.format_exception(error)) + repr(error.__dict__))
                raise

        return call


class WatchedWorld(LocalWorld):
    """`moods` are by vendor; `told` is what exceptions said, `bodies` what queues were sent. `arrived` is
    what HubSpot holds of it all, before anything goes wrong.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(3, **options)
        self.told: list[str] = []
        self.bodies: list[str] = []
        self.moods: dict[str, Mood] = {}
        self.arrived = ""

    async def ring(self, lane: Lane) -> None:
        self.bodies.append(json.dumps({"shop": lane.shop, "kind": lane.kind, "shard": lane.shard}))
        await super().ring(lane)

    def vendors(self, life: Life | None = None, *more: Any) -> Vendors:
        real = super().vendors(life, *more)
        return Vendors(WatchedPort(real.shopify, self.told), WatchedPort(real.hubspot, self.told))

    def _transport(self, vendor: Any, life: Life | None) -> httpx.AsyncBaseTransport:
        return Echo(super()._transport(vendor, life), self, vendor.vendor)

    def sinks(self) -> dict[str, str]:
        """Everything but the two vendors' own records."""
        store = self.store
        return {
            "rows": repr(store.records),
            "history": repr(store.history),
            "lanes": repr(store.lanes),
            "other rows": repr((store._jobs, store._settings, store._budgets)),
            "tallies": repr(self.tallies),
            "exceptions": "\n".join(self.told),
            "queues": "\n".join(self.bodies),
            "parked": "\n".join(self.parked()),
        }


class Echo(httpx.AsyncBaseTransport):
    """A vendor that, while it is in a mood, repeats in its refusals all that it was sent, and all it knows."""

    def __init__(self, inner: httpx.AsyncBaseTransport, world: WatchedWorld, vendor: str) -> None:
        self._inner, self._world, self._vendor = inner, world, vendor

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        mood = self._world.moods.get(self._vendor)
        if mood is None:
            return await self._inner.handle_async_request(request)
        said = f"{request.content.decode(errors='replace')} {json.dumps(list(CANARIES.values()), ensure_ascii=False)}"
        status, body = mood(said, request)
        return httpx.Response(status, json=body, request=request)


OBJECTS = ("contacts", "orders", "line_items")
ADDRESS = {
    "first_name": WORD("recipient"),
    "last_name": WORD("last"),
    "address1": WORD("street"),
    "address2": WORD("flat"),
    "city": WORD("town"),
    "company": WORD("firm"),
    "zip": "78701",
    "province_code": "TX",
    "country_code": "US",
    "phone": CANARIES["phone"],
}


def act(world: LocalWorld, name: str, **given: Any) -> Any:
    return world.shopify.actions[name](**given)


def number(shown: Any) -> str:
    return str(shown["id"]).rpartition("/")[2]


def people(world: LocalWorld) -> tuple[str, str]:
    """A customer and an order with a tagged value in every text there is."""
    customer = act(
        world,
        "create_customer",
        first_name=WORD("first"),
        last_name=WORD("last"),
        email=MAILS["mail"],
        phone=CANARIES["phone"],
        note=WORD("note"),
        tags=[WORD("tag")],
        addresses=[ADDRESS],
    )
    order = act(
        world,
        "place_order",
        lines=[{"title": WORD("title"), "price": "5"}, {"title": "Lid", "price": "2"}],
        customer=customer["id"],
        address=ADDRESS,
        discount_code=WORD("discount"),
        note=WORD("ordernote"),
        tags=[WORD("ordertag")],
    )
    attributes = [{"key": WORD("attribute"), "value": WORD("attributevalue")}]
    act(world, "edit_order_details", order=order["id"], email=MAILS["ordermail"], custom_attributes=attributes)
    act(world, "edit_order_details", order=order["id"], po_number=WORD("purchase"))
    act(world, "refund_order", order=order["id"], amount="1", note=WORD("refund"))
    act(world, "fulfill_order", order=order["id"], numbers=[WORD("handle")], company="DHL")
    return number(customer), number(order)


async def upset(world: WatchedWorld, customer: str, order: str) -> None:
    """Everything that may go wrong, one after the other, with both records to be written each time."""
    for vendor, moods in (("hubspot", HUBSPOT_MOODS), ("shopify", SHOPIFY_MOODS)):
        for mood in moods.values():
            world.moods[vendor] = mood
            await force(world, customer, order)
            await world.live(8)
            world.moods.clear()
            await world.live(400)
    for fault in CALL_FAULTS:
        world.hubspot.faults.add(fault, times=2)
        world.shopify.faults.add(fault, times=1)
        await force(world, customer, order)
        await world.live(400)
        world.hubspot.faults.clear()
        world.shopify.faults.clear()


async def force(world: WatchedWorld, customer: str, order: str) -> None:
    refs = (Ref(world.shop, Kind.CONTACT, customer), Ref(world.shop, Kind.ORDER, order))
    await announce([Mark(ref, "test", fields=FORGET[ref.kind]) for ref in refs], world.ports())


async def refuse(world: WatchedWorld, customer: str, order: str) -> None:
    """HubSpot's own refusals: a value that another record holds, a property that is gone, a record that was deleted."""
    world.hubspot.actions["delete_property"](object_type="contacts", name="tandem_note")
    await force(world, customer, order)
    await world.settle(6 * 3600)
    assert any("left out tandem_note" in what for entry in world.store.history for what in entry.what)
    taken = f"x{MAILS['mail']}"
    world.hubspot.actions["create"](object_type="contacts", properties={"email": taken})
    act(world, "edit_customer", customer=customer, email=taken)
    await force(world, customer, order)
    await world.settle(6 * 3600)
    assert any("conflict" in entry.what for entry in world.store.history)
    world.hubspot.actions["archive"](object_type="orders", record_id=world.store.records[_ref(world, order)].link)
    act(world, "edit_order_details", order=order, note=f"{WORD('ordernote')} again")
    await force(world, customer, order)
    await world.settle(6 * 3600)
    assert len(world.parked()) >= 2


def _ref(world: LocalWorld, order: str) -> Ref:
    return Ref(world.shop, Kind.ORDER, order)


def played() -> WatchedWorld:
    world = WatchedWorld(switches={"archived_key_upsert": "conflict", "archived_keeps_key": "yes"})
    fill(world.shopify, Size(customers=1, products=1, orders=0, companies=0, checkouts=0), days=1)

    async def play() -> None:
        await ready(world)
        customer, order = people(world)
        await world.live(5)
        await world.settle()
        world.arrived = json.dumps([world.hubspot.state(name) for name in OBJECTS], ensure_ascii=False)
        await upset(world, customer, order)
        await world.settle(12 * 3600)
        await refuse(world, customer, order)

    run(world.clock, play())
    return world


@pytest.fixture
def logged(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """All that any logger says, from DEBUG on, in full."""
    lines: list[str] = []

    class Everything(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(logging.Formatter().format(record) + repr(record.__dict__))

    monkeypatch.setattr(runtime.metrics, "namespace", "Tandem")  # on Lambda a variable says so
    root, handler, level = logging.getLogger(), Everything(), logging.getLogger().level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    runtime.logger.addHandler(handler)
    yield lines
    logging.getLogger(runtime.logger.name).removeHandler(handler)
    root.removeHandler(handler)
    root.setLevel(level)


def test_nothing_of_a_person_is_told_whatever_goes_wrong(logged: list[str], capfd: pytest.CaptureFixture[str]) -> None:
    world = played()
    arrived = {name for name, value in CANARIES.items() if value.casefold() in world.arrived.casefold()}
    assert arrived == CANARIES.keys()
    for lane, tally in world.tallies:
        work._report(lane, tally)
    swept = asyncio.run(sweep(world.shop, world.ports(), _nobody))
    sinks = world.sinks() | {"sweep": repr(swept), "logs": "\n".join(logged)}
    out, err = capfd.readouterr()
    sinks |= {"standard output": out, "standard error": err}
    assert "lane drained" in sinks["logs"]
    assert "CloudWatchMetrics" in out
    for name in ("rows", "history", "tallies", "exceptions", "queues", "parked", "sweep"):
        assert len(sinks[name]) > 100, f"{name} is as good as empty, so nothing is proved"
    assert {name: leaks(text) for name, text in sinks.items() if leaks(text)} == {}
    words = {entry.outcome for entry in world.store.history}
    assert words >= {"written", "later", "failed", "parked"}


async def _nobody(name: str) -> None: ...


@pytest.mark.parametrize("topic", ["orders/updated", "customers/update", "fulfillments/create", "nobody/knows"])
def test_of_a_webhook_only_the_id_and_the_time_are_kept(topic: str) -> None:
    person = dict(CANARIES)
    body = json.dumps(
        {"id": 5551, "updated_at": "2026-11-02T09:00:00Z", "order_id": 5551, "customer": person, **person}
    )
    for payload in (body, body[:-1], json.dumps([person]), json.dumps({"id": person, **person})):
        signature = base64.b64encode(hmac.digest(b"secret", payload.encode(), "sha256")).decode()
        for given in (signature, "wrong"):
            headers = {
                "X-Shopify-Topic": topic,
                "X-Shopify-Hmac-Sha256": given,
                "X-Shopify-Shop-Domain": "acme.myshopify.com",
            }
            received = receive(headers, payload.encode(), ["secret"], "acme.myshopify.com")
            assert leaks(repr(received)) == []


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("place", ["", "a", "ab"])
def test_a_planted_leak_is_found(encoding: str, place: str) -> None:
    """The search can fail, in each way to write a value."""
    for name, value in CANARIES.items():
        text = f"{place}{value}, and more"
        planted = {
            "plain": text,
            "folded": text.upper(),
            "percent": quote(text),
            "base64": base64.b64encode(text.encode()).decode(),
            "JSON": json.dumps(text),
            "punycode": value.encode("punycode").decode() if not value.isascii() else value,
            "hex": text.encode().hex(),
        }[encoding]
        assert any(leak.startswith(f"{name} (") for leak in leaks(f"before {planted} after")), (name, planted)


@pytest.mark.parametrize("sink", ["rows", "history", "exceptions", "tallies", "queues"])
def test_a_leak_in_a_sink_is_found(sink: str) -> None:
    """A world whose engine told of a customer would fail."""
    world = WatchedWorld()
    name = CANARIES["last"]
    ref = Ref(world.shop, Kind.ORDER, "1")
    match sink:
        case "rows":
            world.store.records[ref] = Record(ref, error=f"{name} is unknown")
        case "history":
            world.store.history.append(Entry(ref, world.clock.now, "test", name))
        case "exceptions":
            world.told.append(repr(ValueError(name)))
        case "tallies":
            world.tallies.append((Lane(world.shop, Kind.ORDER), Tally(reason=name)))
        case "queues":
            world.bodies.append(json.dumps({"name": name}))
    assert leaks(world.sinks()[sink])
