"""What goes wrong with a call, and what becomes of it: another try, a closed lane, or an outcome nobody knows."""

import asyncio
import json
from collections.abc import Callable, Coroutine
from datetime import timedelta
from typing import Any

import httpx
import pytest

from sandbox.hubspot.account.limits import today
from tandem import http
from tandem.errors import Failure, Misconfigured, OutcomeUnknown, OutOfTime, Unavailable
from tandem.hubspot.client import HubSpotClient
from tandem.model import Write
from tests.hubspot.account import KEY, Account, behind

Call = Callable[[HubSpotClient, str, str], Coroutine[Any, Any, Any]]
"""A call about an order and a contact that are there."""

CHANGE = {"hs_order_note": "gift"}
READS: dict[str, Call] = {
    "read": lambda client, order, buyer: client.read("orders", [order], []),
    "associated": lambda client, order, buyer: client.associated("orders", "contacts", [order]),
    "search": lambda client, order, buyer: client.search("orders", [], []),
    "get": lambda client, order, buyer: client.get("/crm/properties/2026-09/orders"),
}
WRITES: dict[str, Call] = {
    "upsert": lambda client, order, buyer: client.upsert("carts", [Write("acme:cart:1", {})]),
    "update": lambda client, order, buyer: client.update("orders", [Write(order, CHANGE)]),
    "archive": lambda client, order, buyer: client.archive("orders", [order]),
    "associate": lambda client, order, buyer: client.associate("orders", "contacts", [(order, buyer)], None),
    "dissociate": lambda client, order, buyer: client.dissociate("orders", "contacts", [(order, buyer)]),
    "post": lambda client, order, buyer: client.post("/crm/objects/2026-09/carts", {"properties": {}}),
    "patch": lambda client, order, buyer: client.patch(f"/crm/objects/2026-09/orders/{order}", {"properties": CHANGE}),
}
CALLS = READS | WRITES


def run(account: Account, name: str) -> Any:
    order, buyer = account.record("orders", hs_order_name="#1"), account.record("contacts", lastname="Roe")
    return account.run(CALLS[name](account.client, order, buyer))


# The faults after which HubSpot may have worked.
UNKNOWN: dict[str, dict[str, Any]] = {
    "lose": {},
    "late": {},
    "delay": {"seconds": (11.0, 12.0)},
    "cut": {},
    "truncate": {},
    "html": {},
    **{f"status {status}": {"status": status} for status in (408, 500, 501, 502, 503, 504, 521, 523, 524)},
    **{f"status_after {status}": {"status": status} for status in (500, 504)},
}


def outcome(account: Account, name: str) -> type[Failure] | None:
    try:
        run(account, name)
    except Failure as failure:
        return type(failure)
    return None


@pytest.mark.parametrize("fault", UNKNOWN)
@pytest.mark.parametrize("name", READS)
def test_a_read_is_tried_three_times(name: str, fault: str) -> None:
    account, options = Account(), {**UNKNOWN[fault]}
    account.fault(fault.split(maxsplit=1)[0], times=2, **options)
    assert outcome(account, name) is None
    assert (account.time.slept, account.drawn.total()) == ([0.3, 1.0], 3)

    account = Account()
    account.fault(fault.split(maxsplit=1)[0], **options)
    assert outcome(account, name) is Unavailable
    assert (account.time.slept, account.drawn.total()) == ([0.3, 1.0], 3)


# An answer of 204 has no body to be broken.
UNKNOWN_WRITES = [
    (name, fault)
    for name in WRITES
    for fault in UNKNOWN
    if not (name in ("archive", "dissociate") and fault in ("cut", "truncate"))
]


@pytest.mark.parametrize(("name", "fault"), UNKNOWN_WRITES)
def test_a_write_that_may_have_been_done_is_never_repeated(name: str, fault: str) -> None:
    account = Account()
    account.fault(fault.split(maxsplit=1)[0], times=1, **UNKNOWN[fault])
    assert outcome(account, name) is OutcomeUnknown
    assert (account.time.slept, account.drawn.total()) == ([], 1)


@pytest.mark.parametrize("name", CALLS)
def test_a_call_that_never_reached_hubspot_is_tried_three_times(name: str) -> None:
    account = Account()
    account.fault("refuse")
    assert outcome(account, name) is Unavailable
    assert (account.time.slept, account.drawn.total()) == ([0.3, 1.0], 3)


def test_a_write_that_never_reached_hubspot_is_done_once_it_can() -> None:
    account = Account()
    account.fault("refuse", times=2)
    run(account, "upsert")
    assert len(account.live("carts")) == 1


@pytest.mark.parametrize("asked", ["no", "yes"])
@pytest.mark.parametrize("body", ["errorType", "category"])
@pytest.mark.parametrize("name", CALLS)
def test_over_the_limit_of_ten_seconds_it_waits_twice(name: str, body: str, asked: str) -> None:
    account = Account(rate_limit_body=body, retry_after_on_429=asked)
    account.fault("status", status=429)
    with pytest.raises(Unavailable) as error:
        run(account, name)
    assert account.time.slept == ([10.0, 10.0] if asked == "yes" else [5.0, 10.0])
    assert error.value.until == account.time.now() + timedelta(seconds=10)


def test_a_wait_longer_than_a_worker_has_is_left_to_the_lane() -> None:
    account, between = behind()
    between.answers = [httpx.Response(429, json={"policyName": "TEN_SECONDLY_ROLLING"}, headers={"Retry-After": "60"})]
    with pytest.raises(Unavailable) as error:
        run(account, "read")
    assert (account.time.slept, account.drawn.total()) == ([], 1)
    assert error.value.until == account.time.now() + timedelta(seconds=60)


def test_a_used_up_burst_passes_by_itself() -> None:
    account = Account()
    account.hubspot.actions["share_limits"](0.9)
    answers = account.run(
        account.client.upsert("orders", [Write(f"acme:order:{n}", {"hs_order_name": "#1"}) for n in range(2_500)])
    )
    assert len(account.live("orders")) == len(answers) == 2_500


def test_searches_wait_a_second_three_times() -> None:
    account = Account()
    for _ in range(12):
        account.run(account.client.search("orders", [], []))
    assert account.time.slept == [1.0, 1.0]
    account.hubspot.actions["share_limits"](searches_per_second=5)
    account.hubspot.clock.advance(10)
    account.time.slept.clear()
    with pytest.raises(Unavailable) as error:
        account.run(account.client.search("orders", [], []))
    assert account.time.slept == [1.0, 1.0, 1.0]
    assert error.value.until == account.time.now() + timedelta(seconds=1)


@pytest.mark.parametrize("asked", ["no", "yes"])
def test_the_day_that_is_used_up_closes_the_lane_at_once(asked: str) -> None:
    account = Account(retry_after_on_429=asked)
    portal = account.hubspot.portal
    portal.calls[today(portal).date, "static"] = 10_000_000
    with pytest.raises(Unavailable, match="midnight") as error:
        run(account, "read")
    assert (account.time.slept, account.drawn.total()) == ([], 1)
    left = timedelta(milliseconds=today(portal).end - portal.now)
    assert error.value.until == (account.time.now() + left if asked == "yes" else None)


@pytest.mark.parametrize("name", CALLS)
def test_a_locked_record_is_waited_for(name: str) -> None:
    account = Account()
    account.fault("status", status=423, times=2)
    assert outcome(account, name) is None
    assert account.time.slept == [2.0, 2.0]

    account = Account()
    account.fault("status", status=423)
    assert outcome(account, name) is Unavailable


@pytest.mark.parametrize("name", CALLS)
def test_an_account_that_is_being_moved_is_left_alone_for_as_long_as_it_says(name: str) -> None:
    account = Account()
    account.fault("status", status=477)
    with pytest.raises(Unavailable) as error:
        run(account, name)
    assert error.value.until == account.time.now() + timedelta(hours=1)
    assert (account.time.slept, account.drawn.total()) == ([], 1)


@pytest.mark.parametrize("told", ["9" * 400, "Wed, 21 Oct 2026 07:28:00 GMT", "-5", "", "²"])
def test_a_wait_that_makes_no_sense_is_survived(told: str) -> None:
    account, between = behind()
    between.answers = [httpx.Response(477, headers=[(b"Retry-After", told.encode("latin-1"))])]
    with pytest.raises(Unavailable) as error:
        run(account, "read")
    day = account.time.now() + timedelta(days=1)
    assert error.value.until == (day if told.isascii() and told.isdecimal() else None)


@pytest.mark.parametrize("name", CALLS)
def test_a_refused_token_is_the_owners_to_mend(name: str) -> None:
    account = Account()
    account.token = "pat-na1-revoked"
    with pytest.raises(Misconfigured, match="secret"):
        run(account, name)
    assert account.drawn.total() == 1


@pytest.mark.parametrize("token", ["pat-na1-demo\n", "pät", ""])
def test_a_token_that_is_none_is_never_sent(token: str) -> None:
    account = Account()
    account.token = token
    with pytest.raises(Misconfigured, match="secret"):
        run(account, "post")


def test_a_missing_scope_is_named() -> None:
    account = Account()
    portal = account.hubspot.portal
    portal.apps[account.token] = type(account.hubspot.app)(
        "998877", account.token, "", account.hubspot.app.scopes - {"crm.objects.orders.write"}
    )
    with pytest.raises(Misconfigured, match=r"crm\.objects\.orders\.write"):
        run(account, "update")


@pytest.mark.parametrize("status", [302, 304])
def test_a_redirect_is_not_followed(status: int) -> None:
    account, between = behind()
    between.answers = [httpx.Response(status, headers={"Location": "https://elsewhere.example/"})]
    assert outcome(account, "upsert") is Unavailable


def test_without_time_nothing_more_is_sent_and_what_was_sent_is_not_undone() -> None:
    account = Account()
    account.tokens = 2
    writes = [Write(f"acme:order:{n}", {"hs_order_name": "#1"}) for n in range(1_000)]
    with pytest.raises(OutOfTime):
        account.run(account.client.upsert("orders", writes))
    assert len(account.live("orders")) == 200


def test_no_more_than_four_calls_of_one_batch_are_under_way() -> None:
    under_way, most = 0, 0

    async def answer(request: httpx.Request) -> httpx.Response:
        nonlocal under_way, most
        under_way += 1
        most = max(most, under_way)
        await asyncio.sleep(0)
        under_way -= 1
        return httpx.Response(204)

    async def nothing(_: float) -> None: ...

    account = Account()
    web = http.client("https://api.hubapi.com", httpx.MockTransport(answer))
    client = HubSpotClient(web, account.credential, nothing, nothing, account.time)
    account.run(client.archive("orders", [str(n) for n in range(2_000)]))
    assert most == 4


def test_one_failing_call_stops_none_of_the_others_and_the_gravest_failure_is_told() -> None:
    account = Account()
    account.fault("status", "*upsert", status=403, times=1)
    account.fault("lose", "*upsert", times=1)
    account.fault("status", "*upsert", status=477, times=1)
    writes = [Write(f"acme:order:{n}", {"hs_order_name": "#1"}) for n in range(1_000)]
    with pytest.raises(OutcomeUnknown):
        account.run(account.client.upsert("orders", writes))
    assert account.calls() == {"batch/upsert": 10}
    assert len(account.live("orders")) == 800, "all but the refused and the parked batch"


@pytest.mark.parametrize("place", [0, 1, 20, 100, 300, -2, -1])
def test_an_answer_cut_anywhere_proves_nothing(place: int) -> None:
    account, between = behind()
    whole = account.run(account.client.get("/crm/properties/2026-09/orders"))
    between.answers = [httpx.Response(200, content=json.dumps(whole)[:place])]
    assert outcome(account, "upsert") is OutcomeUnknown
    between.answers = [httpx.Response(200, content=json.dumps(whole)[:place])]
    assert outcome(account, "get") is None
    assert account.time.slept == [0.3]


@pytest.mark.parametrize(
    "content", [b"", b"[]", b"null", b"1", b'"text"', b"[" * 100_000, b"\xff\xfe", b'{"results": 1}']
)
def test_json_of_another_shape_proves_nothing(content: bytes) -> None:
    account, between = behind()
    between.answers = [httpx.Response(200, content=content)]
    assert outcome(account, "upsert") is OutcomeUnknown


@pytest.mark.parametrize(
    "error",
    [
        {},
        {"message": None, "errors": None, "context": None},
        {"message": ["x"], "errors": [1, None, {"context": []}], "context": {"ids": {}, "existingId": [None]}},
        {"category": {"a": 1}, "errors": {"code": 1}, "context": "x", "correlationId": 3},
        {"message": "Property values were not valid: [broken", "errors": []},
        {"message": "Property values were not valid: " + "[" * 100_000},
    ],
)
@pytest.mark.parametrize("status", [400, 404, 409])
def test_a_refusal_of_any_shape_is_a_refusal(status: int, error: dict[str, Any]) -> None:
    account, between = behind()
    between.answers = [httpx.Response(status, json=error)]
    answer = account.run(account.client.upsert("carts", [Write("acme:cart:1", {})]))["acme:cart:1"]
    assert type(answer).__name__ == "NotWritten"


def test_every_answer_shows_its_headers_even_that_of_a_refusal() -> None:
    account = Account()
    account.fault("status", status=477, times=1)
    account.fault("html", times=1)
    assert outcome(account, "get") is Unavailable
    assert outcome(account, "get") is None
    left = [headers.get("x-hubspot-ratelimit-remaining") for headers in account.headers]
    assert (left[:2], len(left)) == ([None, None], 3)
    assert left[2] is not None


@pytest.mark.parametrize("version", ["2026-09", "2026-03"])
def test_the_version_is_part_of_every_path(version: str) -> None:
    paths = []

    def answer(request: httpx.Request) -> httpx.Response:
        paths.append(request.url.path)
        link = {"from": {"id": "1"}, "to": {"id": "2"}}
        return httpx.Response(200, json={"results": [{"id": "1", "properties": {KEY: "acme:cart:1"}, **link}]})

    async def nothing(_: float) -> None: ...

    account = Account()
    web = http.client("https://api.hubapi.com", httpx.MockTransport(answer))
    client = HubSpotClient(web, account.credential, nothing, nothing, account.time, version)
    assert client.api_version == version
    for name in CALLS.keys() - {"get", "post", "patch", "associated"}:
        account.run(CALLS[name](client, "1", "2"))
    assert {path.split("/")[3] for path in paths} == {version}
    assert len(paths) == 7
