"""Resync: some records at once, or all of a kind page by page."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import pytest

from sandbox.seed import Size, fill
from tandem.errors import OutOfTime
from tandem.model import Kind, Lane, Priority, Ref
from tandem.sync.asked import NotUnderstood, understood
from tandem.sync.resync import ALLOWED, Progress, Request, mark_ids, start, work
from tests.shopify.store import Store
from tests.sync.shopful import ALL_CUSTOMERS, ALL_ORDERS, RUN, SHOP, Listed, Shopful, broken


def test_everything_is_marked_contacts_first_and_carts_last() -> None:
    shop = Shopful()
    progress = shop.work(shop.begin())
    assert progress.ended == "done"
    assert progress.job.counts == {"contact": 7, "order": 5, "cart": 2}
    assert (shop.due(Kind.CONTACT), shop.due(Kind.ORDER)) == (ALL_CUSTOMERS, ALL_ORDERS)
    assert list(dict.fromkeys(kind for kind, _ in shop.listed)) == [Kind.CONTACT, Kind.ORDER, Kind.CART]
    assert {lane.kind for lane in shop.rung} == {Kind.CONTACT, Kind.ORDER, Kind.CART}


def test_one_kind_alone() -> None:
    shop = Shopful()
    assert shop.work(shop.begin(kind="order")).job.counts == {"order": 5}
    assert (shop.due(Kind.CONTACT), shop.due(Kind.ORDER)) == ([], ALL_ORDERS)


def test_some_by_id_go_before_bulk_work() -> None:
    shop = Shopful()
    request = understood(Request, {"kind": "order", "ids": ["5", "3", "5"]}, ALLOWED)
    assert asyncio.run(mark_ids(request, SHOP, shop.world())) == 2
    assert shop.due(Kind.ORDER, Priority.LIVE) == ["3", "5"]
    assert shop.rung == [Lane(SHOP, Kind.ORDER)]
    shop.work(shop.begin(kind="order"))
    assert shop.due(Kind.ORDER, Priority.LIVE) == ["3", "5"], "a bulk mark makes no live row wait"


@pytest.mark.parametrize("since", ["2026-01-04", "2026-01-04T00:00:00Z", "2026-01-04T02:00:00+02:00"])
def test_what_changed_since(since: str) -> None:
    shop = Shopful()
    request = understood(Request, {"since": since}, ALLOWED)
    name = asyncio.run(start(request, SHOP, shop.world()))
    assert shop.work(name).job.counts == {"contact": 5, "order": 3, "cart": 0}
    assert shop.due(Kind.ORDER) == ["3", "4", "5"]


def test_stages_are_paged_from_our_own_rows() -> None:
    shop = Shopful()
    ids = [f"{number:03}" for number in range(600)]

    async def known() -> None:
        for id_ in ids:
            await shop.store.claim(Ref(SHOP, Kind.STAGE, id_), "nobody", shop.now(), 1)

    asyncio.run(known())
    assert shop.work(shop.begin(kind="stage")).job.counts == {"stage": 600}
    assert shop.due(Kind.STAGE) == ids
    assert shop.listed == [], "Shopify is not asked"


def test_a_run_out_of_time_lets_another_go_on() -> None:
    shop = Shopful()
    name = shop.begin()
    assert shop.work(name, seconds=0).ended == "out of time"
    assert shop.going_on == [name]
    assert shop.work(name).ended == "done"


def test_a_budget_out_of_reach_lets_another_go_on() -> None:
    shop = Shopful()
    name = shop.begin()

    async def dear(_kind: Kind, _after: str | None) -> Listed:
        raise OutOfTime("the budget is used up")

    progress = asyncio.run(work(name, SHOP, dear, shop.world(), shop.now() + RUN, shop.go_on))
    assert progress is not None
    assert progress.ended == "out of time"
    assert shop.going_on == [name]


def test_a_finished_job_begins_anew_when_asked_again() -> None:
    shop = Shopful()
    for _ in range(2):
        assert shop.work(shop.begin(kind="order")).job.counts == {"order": 5}
    assert len(shop.listed) == 4


def test_asking_again_begins_a_job_under_way_anew() -> None:
    """A rule saved meanwhile must reach the rows of pages that are through already."""
    shop = Shopful()
    name = shop.begin(kind="order")
    broken(shop, name, pages=1)
    shop.begin(kind="order")
    assert shop.work(name).job.counts == {"order": 5}
    assert shop.listed.count((Kind.ORDER, None)) == 2


def test_a_job_begun_anew_overtakes_the_run_on_the_old_one() -> None:
    shop = Shopful()
    name = shop.begin(kind="order")

    async def listing(kind: Kind, after: str | None) -> Listed:
        if not shop.listed:
            await start(Request(kind="order", since=datetime(2026, 1, 5, tzinfo=UTC)), SHOP, shop.world())
        return await shop.pages(kind, after)

    progress = asyncio.run(work(name, SHOP, listing, shop.world(), shop.now() + RUN, shop.go_on))
    assert progress is not None
    assert progress.ended == "overtaken"
    assert shop.work(name).job.counts == {"order": 2}


def test_a_job_that_never_was() -> None:
    shop = Shopful()
    assert asyncio.run(work("resync moon", SHOP, shop.pages, shop.world(), shop.now() + RUN, shop.go_on)) is None


def test_a_real_listing_is_paged_whole() -> None:
    store = Store()
    fill(store.shopify, Size(customers=510, products=2, orders=20, companies=0, checkouts=20), days=2)
    shop = Shopful(clock=store.shopify.clock)
    name = shop.begin()

    async def through() -> Progress | None:
        return await work(name, SHOP, store.client.ids, shop.world(), shop.now() + RUN, shop.go_on)

    progress = asyncio.run(through())
    assert progress is not None
    assert progress.ended == "done"
    there = {
        kind: {row.legacy_resource_id for row in store.shop.table(word).rows.values()} for kind, word in WORDS.items()
    }
    assert all(len(ids) > 10 for ids in there.values())
    assert set(shop.due(Kind.CONTACT)) == there[Kind.CONTACT]
    assert set(shop.due(Kind.ORDER)) == there[Kind.ORDER]
    assert set(shop.due(Kind.CART)) == there[Kind.CART]
    assert progress.job.counts == {kind.value: len(ids) for kind, ids in there.items()}


WORDS = {Kind.CONTACT: "Customer", Kind.ORDER: "Order", Kind.CART: "AbandonedCheckout"}


@pytest.mark.parametrize(
    ("event", "words"),
    [
        ({"kind": "moon"}, "kind: .*'contact', 'order', 'stage' or 'cart'"),
        ({"ids": ["5551"]}, "kind: is needed with ids"),
        ({"kind": "order", "ids": ["gid://shopify/Order/5551"]}, "ids.0: .*pattern"),
        ({"kind": "order", "ids": ["c0ffee12ab"]}, "ids: must be numbers"),
        ({"kind": "order", "ids": []}, "ids: .*at least 1"),
        ({"kind": "order", "ids": ["1"] * 1001}, "ids: .*at most 1000"),
        ({"kind": "order", "ids": "5551"}, "ids: .*list"),
        ({"kind": "order", "since": "yesterday"}, "since"),
        ({"kind": "stage", "since": "2026-01-01"}, "since: goes with"),
        ({"kind": "order", "ids": ["1"], "since": "2026-01-01"}, "since: goes with"),
        ({"kinds": ["order"]}, "kinds: "),
    ],
)
def test_what_is_not_understood_is_named_with_what_is_allowed(event: dict[str, Any], words: str) -> None:
    with pytest.raises(NotUnderstood, match=words) as refusal:
        understood(Request, event, ALLOWED)
    assert ALLOWED in str(refusal.value)
    assert "gid://" not in str(refusal.value), "what was sent is not repeated"
