"""When Shopify is slow, throttles, breaks or refuses: waited, tried again, given up, and by whose fault."""

import asyncio
import json
import logging
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

import httpx
import pytest

from sandbox.shopify.api.throttle import bucket_of
from tandem import http
from tandem.errors import Misconfigured, OutcomeUnknown, Unavailable
from tandem.shopify.answers import Faulty
from tandem.shopify.documents import CUSTOMERS_BY_ID, INSTALLATION, ORDERS_BY_ID, SUBSCRIBE
from tandem.shopify.graphql import Api, Learned
from tests.shopify.store import Store, run

ORDERS = "graphql nodes"
CHANGE = {"topic": "ORDERS_UPDATED", "uri": "https://hooks.example.com/shopify"}


@pytest.fixture
def store() -> Store:
    return Store()


def read(store: Store) -> Mapping[str, Any] | None:
    """One order, read through whatever goes wrong."""
    order = store.order()
    return run(store.client.orders([order.legacy_resource_id]))[order.legacy_resource_id]


@pytest.mark.parametrize("fault", ["lose", "cut", "truncate", "html", "refuse"])
@pytest.mark.parametrize("times", [1, 3])
def test_an_answer_that_never_comes_whole_is_asked_for_again(store: Store, fault: str, times: int) -> None:
    store.shopify.faults.add(fault, ORDERS, times=times)
    assert read(store) is not None
    assert store.shopify.faults.hits[fault] == times


@pytest.mark.parametrize("fault", ["lose", "cut", "truncate", "html", "refuse"])
def test_after_four_tries_the_store_is_unavailable(store: Store, fault: str) -> None:
    store.shopify.faults.add(fault, ORDERS)
    with pytest.raises(Unavailable):
        read(store)
    assert store.shopify.faults.hits[fault] == 4


@pytest.mark.parametrize("status", [423, 429, 500, 502, 504])
def test_passing_statuses_are_tried_again(store: Store, status: int) -> None:
    store.shopify.faults.add("status", ORDERS, status=status, times=2)
    assert read(store) is not None


def test_a_short_retry_after_is_waited_for(store: Store) -> None:
    store.shopify.faults.add("status", ORDERS, status=429, times=1)
    assert read(store) is not None
    assert store.time.slept == [2.0]


@pytest.mark.parametrize(("status", "seconds"), [(430, 60), (503, 10)])
def test_a_long_retry_after_closes_the_lane_until_then(store: Store, status: int, seconds: int) -> None:
    store.shopify.faults.add("status", ORDERS, status=status, times=1)
    with pytest.raises(Unavailable) as failure:
        read(store)
    assert store.time.slept == []
    assert failure.value.until == store.time.now() + timedelta(seconds=seconds)


@pytest.mark.parametrize(("status", "word"), [(402, "frozen"), (403, "install"), (404, "domain")])
def test_what_only_the_owner_can_mend_is_said_in_words(store: Store, status: int, word: str) -> None:
    store.shopify.faults.add("status", ORDERS, status=status)
    with pytest.raises(Misconfigured, match=word):
        read(store)
    assert store.calls(ORDERS) == 1


def test_a_bad_request_is_a_bug(store: Store) -> None:
    store.shopify.faults.add("status", ORDERS, status=400)
    with pytest.raises(Faulty):
        read(store)
    assert store.calls(ORDERS) == 1


def test_every_try_draws_points_and_later_calls_expect_what_the_last_one_cost(store: Store) -> None:
    store.shopify.faults.add("status", ORDERS, status=500, times=1)
    read(store)
    read(store)
    assert store.drawn[:2] == [ORDERS_BY_ID.cost] * 2
    assert store.drawn[2] < ORDERS_BY_ID.cost
    assert [status.restore_rate for status in store.seen] == [100.0, 100.0]
    assert store.seen[0].maximum == 2000


def test_an_empty_bucket_is_waited_for(store: Store) -> None:
    bucket = bucket_of(store.shop, store.shopify.app.legacy_resource_id)
    bucket.take(bucket.left)
    assert read(store) is not None
    assert store.time.slept == [ORDERS_BY_ID.cost / 100]
    assert store.seen[0].available == 0


def test_a_bucket_that_others_keep_empty_closes_the_lane(store: Store) -> None:
    bucket = bucket_of(store.shop, store.shopify.app.legacy_resource_id)

    async def emptied(_: float) -> None:
        bucket.take(bucket.left)

    store.api = Api(store.http, store._token, store.time, emptied)
    with pytest.raises(Unavailable) as failure:
        run(store.api.ask(CUSTOMERS_BY_ID, {"ids": ["gid://shopify/Customer/1"]}))
    assert store.calls(ORDERS) == 4
    assert failure.value.until is not None
    assert failure.value.until > store.time.now()


def test_a_refused_token_is_replaced_once(store: Store) -> None:
    store.tokens.insert(0, "shpat_stale")
    assert read(store) is not None
    assert store.calls(ORDERS) == 2


def test_a_new_token_that_is_refused_too_is_the_owners_matter(store: Store) -> None:
    store.tokens[:] = ["shpat_stale", "shpat_wrong", "shpat_never"]
    with pytest.raises(Misconfigured, match="token"):
        read(store)
    assert store.calls(ORDERS) == 2


@pytest.mark.parametrize("fault", ["lose", "cut", "truncate", "html"])
def test_a_change_that_may_be_done_is_not_sent_again(store: Store, fault: str) -> None:
    store.shopify.faults.add(fault, "graphql webhook*", times=1)
    with pytest.raises(OutcomeUnknown):
        run(store.api.ask(SUBSCRIBE, CHANGE))
    assert store.calls("graphql webhookSubscriptionCreate") == 1


@pytest.mark.parametrize(("fault", "more"), [("refuse", {}), ("status", {"status": 429})])
def test_a_change_that_was_not_done_is_sent_again(store: Store, fault: str, more: dict[str, Any]) -> None:
    store.shopify.faults.add(fault, "graphql webhook*", times=1, **more)
    data = run(store.api.ask(SUBSCRIBE, CHANGE))
    assert data["webhookSubscriptionCreate"]["userErrors"] == []


def test_another_version_and_deprecated_use_are_told_once(store: Store, caplog: pytest.LogCaptureFixture) -> None:
    def old(_request: httpx.Request) -> httpx.Response:
        headers = {
            "X-Shopify-API-Version": "2027-01",
            "X-Shopify-API-Deprecated-Reason": "https://shopify.dev/changelog",
        }
        return httpx.Response(200, headers=headers, json={"data": {"nodes": [None]}})

    learned = Learned()
    for _ in range(2):
        run(scripted(store, old, learned).ask(CUSTOMERS_BY_ID, {"ids": ["gid://shopify/Customer/1"]}))
    told = [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING]
    assert len(told) == 2
    assert "2027-01" in told[0]
    assert "customers_by_id" in told[1]


def scripted(store: Store, answer: Callable[[httpx.Request], httpx.Response], learned: Learned | None = None) -> Api:
    """An API whose answers the simulator has no cause to give."""
    web = http.client("https://acme.myshopify.com", httpx.MockTransport(answer))
    return Api(web, store._token, store.time, store._take, learned=learned)


def errors(code: str | None, path: list[Any] | None = None, **more: Any) -> dict[str, Any]:
    extensions = {"code": code, **more} if code else {}
    return {"errors": [{"message": "m", "path": path, "extensions": extensions}], "data": {"nodes": [None]}}


def ask(store: Store, *bodies: Any) -> Any:
    """The outcome of a read that is answered by one body after another, the last for ever. `asked` counts them."""
    left = list(bodies)

    def answer(_request: httpx.Request) -> httpx.Response:
        body = left.pop(0) if len(left) > 1 else left[0]
        return httpx.Response(200, content=body if isinstance(body, bytes) else json.dumps(body).encode())

    return run(scripted(store, answer).ask(CUSTOMERS_BY_ID, {"ids": ["gid://shopify/Customer/1"]}))


def test_a_fault_inside_shopify_is_tried_again_even_beside_data(store: Store) -> None:
    whole = {"data": {"nodes": [None]}}
    assert ask(store, errors("INTERNAL_SERVER_ERROR", ["nodes", 0, "tags"]), whole) == whole["data"]
    with pytest.raises(Unavailable):
        ask(store, errors("INTERNAL_SERVER_ERROR", ["nodes", 0, "tags"]))


@pytest.mark.parametrize(
    "code", ["MAX_COST_EXCEEDED", "undefinedField", "INVALID_VARIABLE", "PARSE_ERROR", "BAD_REQUEST", "NEW_WORD", None]
)
def test_a_refused_document_is_a_bug_and_never_an_empty_answer(store: Store, code: str | None) -> None:
    with pytest.raises(Faulty, match=code or "without a code"):
        ask(store, errors(code))
    assert len(store.drawn) == 1


def test_a_closed_store_is_the_owners_matter(store: Store) -> None:
    with pytest.raises(Misconfigured, match="closed"):
        ask(store, errors("SHOP_INACTIVE"))


def test_a_search_that_was_not_understood_is_a_bug(store: Store) -> None:
    search = [{"path": ["orders"], "query": "x:1", "warnings": [{"field": "x", "message": "Invalid search field"}]}]
    with pytest.raises(Faulty, match="search"):
        ask(store, {"data": {"nodes": []}, "extensions": {"search": search}})


@pytest.mark.parametrize(
    "path", [None, [], ["nodes"], ["nodes", 0], ["nodes", 0, "name"]], ids=["none", "empty", "root", "record", "in it"]
)
def test_access_denied_to_a_whole_record_is_no_absence(store: Store, path: list[Any] | None) -> None:
    with pytest.raises(Misconfigured, match="read_x"):
        ask(store, errors("ACCESS_DENIED", path, requiredAccess="`read_x` access scope."))


@pytest.mark.parametrize("body", [b"", b"[]", b"null", b"{}", b'"no"', b"\xff", b"[" * 100_000, {"data": None}])
def test_what_is_no_answer_is_asked_for_again(store: Store, body: Any) -> None:
    assert ask(store, body, {"data": {"nodes": []}}) == {"nodes": []}


def test_odd_cost_reports_do_no_harm(store: Store) -> None:
    data: dict[str, Any] = {"nodes": []}
    still = {"requestedQueryCost": 5, "throttleStatus": {"restoreRate": 0}}
    for cost in (None, 5, {}, {"requestedQueryCost": 5}, still):
        assert ask(store, {"data": data, "extensions": {"cost": cost}}) == data


def test_no_secret_is_in_a_failure(store: Store) -> None:
    store.shopify.faults.add("lose", "graphql *")
    with pytest.raises(Unavailable) as failure:
        run(store.client.installation())
    told: BaseException | None = failure.value
    while told is not None:
        assert store.tokens[0] not in repr(vars(told)) + repr(told)
        request = getattr(told, "_request", None)
        assert request is None, "an exception that knows the request knows the token"
        told = told.__cause__ or told.__context__


def test_calls_of_one_client_share_what_was_learned(store: Store) -> None:
    learned = Learned()
    for _ in range(2):
        api = Api(store.http, store._token, store.time, store._take, learned=learned)
        asyncio.run(api.ask(INSTALLATION))
    assert learned.costs[INSTALLATION.name] == store.drawn[1]
