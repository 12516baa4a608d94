"""What each thing costs in calls, and what happens when DynamoDB does only a part of one."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from tandem.errors import OnHold
from tandem.model import Commit, Entry, Kind, Lane, Lease, Mark, Priority, Rate, Ref
from tandem.store import keys
from tandem.store.dynamodb import DynamoStore
from tandem.store.lanes import fence_at
from tandem.store.wire import decode
from tests.store.table import Meddler, create

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
DAY = timedelta(days=1)
RATE = Rate(per_second=10, burst=20)
SHOP = "costs.myshopify.com"
REFS = [Ref(SHOP, Kind.ORDER, str(number)) for number in range(100)]
NEWS = [Ref(SHOP, Kind.PRODUCT, str(number)) for number in range(100)]
WAITING = Ref(SHOP, Kind.STAGE, "1")
LANE = Lane(SHOP, Kind.ORDER)
FREE, HELD = Lane(SHOP, Kind.CART), Lane(SHOP, Kind.CONTACT)
MINE = Lease(HELD, "holder", fence_at(NOW), NOW, 0)

COSTS: dict[str, tuple[Callable[[DynamoStore], Awaitable[object]], dict[str, int]]] = {
    "mark": (lambda s: s.mark(Mark(NEWS[0], "x"), NOW), {"update_item": 1}),
    "mark_many": (lambda s: s.mark_many([Mark(ref, "x") for ref in NEWS], NOW), {"update_item": 100}),
    "lease": (lambda s: s.lease(FREE, "me", NOW, 60), {"update_item": 1}),
    "lease refused": (lambda s: s.lease(HELD, "me", NOW, 60), {"update_item": 2}),
    "renew": (lambda s: s.renew(MINE, NOW, 60), {"update_item": 1}),
    "release": (lambda s: s.release(MINE), {"update_item": 1}),
    "close": (lambda s: s.close(MINE, NOW, "outage"), {"update_item": 1}),
    "closed": (lambda s: s.closed(HELD, NOW), {"get_item": 1}),
    "due": (lambda s: s.due(LANE, Priority.LIVE, NOW, 100), {"query": 1}),
    "read": (lambda s: s.read(REFS), {"batch_get_item": 1}),
    "commit": (lambda s: s.commit([Commit(ref, 1) for ref in REFS], MINE), {"update_item": 100}),
    "commit, all marked again": (lambda s: s.commit([Commit(ref, 7) for ref in REFS], MINE), {"update_item": 200}),
    "claim": (lambda s: s.claim(REFS[0], "me", NOW, 60), {"update_item": 1}),
    "note": (lambda s: s.note([Entry(ref, NOW, "x", "clean") for ref in REFS]), {"batch_write_item": 4}),
    "draw, new process": (lambda s: s.draw(SHOP, 1, RATE, NOW + DAY, 9), {"update_item": 2}),
    "hold": (lambda s: s.hold("another", NOW), {"update_item": 1}),
    "probe": (lambda s: s.probe("failed", NOW, 60), {"update_item": 1}),
    "lift": (lambda s: s.lift("failed"), {"update_item": 1}),
    "mark of a row that waits in bulk": (
        lambda s: s.mark(Mark(WAITING, "x", Priority.RECONCILE), NOW),
        {"update_item": 2},
    ),
    "live mark of a row that waits in bulk": (lambda s: s.mark(Mark(WAITING, "x"), NOW), {"update_item": 1}),
    "setting": (lambda s: s.setting(SHOP, "portal"), {"get_item": 1}),
    "put_setting": (lambda s: s.put_setting(SHOP, "portal", {}), {"update_item": 1}),
    "job": (lambda s: s.job(SHOP, "resync"), {"get_item": 1}),
    "rows": (lambda s: s.rows(SHOP, Kind.ORDER, None, 50), {"query": 1}),
    "parked": (lambda s: s.parked(SHOP, 50), {"query": 1}),
}


@pytest.fixture(scope="module")
def stocked(dynamodb: Any) -> DynamoStore:
    """A table of its own: what calls cost hangs on what was there."""
    store = DynamoStore(dynamodb, f"costs-{uuid4().hex}")
    create(dynamodb, store.name)

    async def fill() -> None:
        await store.mark_many([Mark(ref, "x") for ref in REFS], NOW)
        await store.mark(Mark(WAITING, "x", Priority.BULK), NOW)
        await store.draw(SHOP, 1, RATE, NOW, 9)

    asyncio.run(fill())
    return store


@pytest.mark.parametrize("name", COSTS)
def test_what_a_call_of_the_store_costs(name: str, stocked: DynamoStore, meddler: Meddler) -> None:
    work, cost = COSTS[name]
    table = DynamoStore(meddler, stocked.name)

    async def once() -> None:
        await stocked.lease(HELD, "holder", NOW, 1e6)
        await work(table)

    asyncio.run(once())
    assert meddler.calls == cost


def test_a_worker_that_draws_again_needs_one_write(stocked: DynamoStore, meddler: Meddler) -> None:
    table = DynamoStore(meddler, stocked.name)

    async def work() -> None:
        for _ in range(5):
            await table.draw(SHOP, 4, RATE, NOW + 2 * DAY, patience=0)

    asyncio.run(work())
    assert meddler.calls == {"update_item": 6}


def test_who_knows_of_a_hold_looks_once_and_writes_nothing(table: DynamoStore, meddler: Meddler, shop: str) -> None:
    asyncio.run(table.hold(shop, NOW + DAY))
    for calls in ({"update_item": 1}, {"get_item": 1}):
        meddler.calls.clear()
        with pytest.raises(OnHold):
            asyncio.run(table.draw(shop, 1, RATE, NOW, 9))
        assert meddler.calls == calls


def test_pages_of_rows_are_read_as_they_are_now(table: DynamoStore, meddler: Meddler, shop: str) -> None:
    def consistent(arguments: dict[str, Any], method: Callable[..., Any]) -> Any:
        assert arguments["ConsistentRead"]
        return method(**arguments)

    meddler.rules["query"] = consistent
    assert asyncio.run(table.rows(shop, Kind.ORDER, None, 9)) == ([], None)


def test_a_row_that_only_a_lagging_index_has_as_parked_is_left_out(
    table: DynamoStore, meddler: Meddler, shop: str
) -> None:
    refs = [Ref(shop, Kind.ORDER, id_) for id_ in "12"]

    def lagging(arguments: dict[str, Any], method: Callable[..., Any]) -> Any:
        answer = method(**arguments)
        asyncio.run(DynamoStore(meddler, table.name).mark(Mark(refs[0], "revived"), NOW))
        return answer

    async def work() -> None:
        await table.mark_many([Mark(ref, "x") for ref in refs], NOW)
        lease = Lease(LANE, "me", 1, NOW, 0)
        await table.commit([Commit(ref, 1, {"parked_at": NOW}) for ref in refs], lease)
        meddler.rules["query"] = lagging
        assert [row.ref for row in await table.parked(shop, 9)] == refs[1:]

    asyncio.run(work())


def test_keys_left_unread_are_asked_for_again(table: DynamoStore, meddler: Meddler, shop: str) -> None:
    refs = [Ref(shop, Kind.ORDER, str(number)) for number in range(100)]

    def forty(arguments: dict[str, Any], method: Callable[..., Any]) -> Any:
        [(name, asked)] = arguments["RequestItems"].items()
        assert asked["ConsistentRead"], "also of what was left"
        answer = method(RequestItems={name: asked | {"Keys": asked["Keys"][:40]}})
        left = asked["Keys"][40:]
        return answer | ({"UnprocessedKeys": {name: asked | {"Keys": left}}} if left else {})

    meddler.rules["batch_get_item"] = forty

    async def work() -> None:
        await table.mark_many([Mark(ref, "x") for ref in refs], NOW)
        assert (await table.read(refs)).keys() == set(refs)

    asyncio.run(work())
    assert meddler.calls["batch_get_item"] == 3


def test_history_left_unwritten_is_written_again_and_expires(
    table: DynamoStore, meddler: Meddler, dynamodb: Any, shop: str
) -> None:
    entries = [Entry(Ref(shop, Kind.ORDER, "1"), NOW, "x", "clean", ("hs_order_name",)) for _ in range(30)]

    def ten(arguments: dict[str, Any], method: Callable[..., Any]) -> Any:
        [(name, puts)] = arguments["RequestItems"].items()
        return method(RequestItems={name: puts[:10]}) | {"UnprocessedItems": {name: puts[10:]} if puts[10:] else {}}

    meddler.rules["batch_write_item"] = ten
    asyncio.run(table.note(entries))
    found = dynamodb.query(
        TableName="tandem",
        KeyConditionExpression="pk = :pk",
        ExpressionAttributeValues={":pk": {"S": keys.history(entries[0].ref)}},
    )["Items"]
    assert len(found) == 30
    assert decode(found[0]["expires_at"]) == (NOW + 90 * DAY).timestamp()
    assert decode(found[0]["what"]) == ["hs_order_name"]


def test_history_that_cannot_be_written_is_told_and_no_failure(
    table: DynamoStore, meddler: Meddler, shop: str, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(arguments: dict[str, Any], method: Callable[..., Any]) -> Any:
        raise OSError(f"the network is down under {arguments}")

    meddler.rules["batch_write_item"] = broken
    with caplog.at_level(logging.WARNING):
        asyncio.run(table.note([Entry(Ref(shop, Kind.ORDER, "1"), NOW, "x", "clean")] * 26))
    assert [record.getMessage() for record in caplog.records] == [
        "up to 25 lines of history were not stored: OSError",
        "up to 1 lines of history were not stored: OSError",
    ]


def test_a_failure_of_dynamodb_is_no_lost_race(table: DynamoStore, meddler: Meddler, shop: str) -> None:
    ref = Ref(shop, Kind.ORDER, "1")

    def broken(arguments: dict[str, Any], method: Callable[..., Any]) -> Any:
        raise OSError

    meddler.rules["update_item"] = broken
    with pytest.raises(OSError):
        asyncio.run(table.claim(ref, "me", NOW, 60))
    with pytest.raises(OSError):
        asyncio.run(table.commit([Commit(ref, 0)], MINE))
