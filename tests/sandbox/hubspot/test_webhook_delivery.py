"""How webhooks travel: batches, delays, retries, signatures, requests in flight, faults on the road."""

import asyncio
import base64
import hashlib
import hmac
from collections import Counter
from itertools import pairwise
from typing import Any

import httpx
import pytest

from sandbox.hubspot.simulator import HubSpot
from sandbox.hubspot.webhooks import signatures
from tests.sandbox.hubspot.hooks import URL, Receiver, contact, many, run, subscribed


def test_up_to_a_hundred_events_come_together_in_any_order(hubspot: HubSpot) -> None:
    receiver = Receiver(hubspot)
    hubspot.actions["deploy_webhooks"](subscribed(("creation", "contact")))
    ids = [int(id_) for id_ in many(hubspot, 250)]
    run(hubspot)
    assert [len(batch) for batch in receiver.batches] == [100, 100, 50]
    told = [event["objectId"] for event in receiver.events]
    assert sorted(told) == ids
    assert told != ids
    assert sorted(told[:100]) != ids[:100]


def test_event_ids_are_not_unique(hubspot: HubSpot) -> None:
    receiver = Receiver(hubspot)
    hubspot.actions["deploy_webhooks"](subscribed(("creation", "contact")))
    many(hubspot, 500)
    run(hubspot)
    ids = Counter(event["eventId"] for event in receiver.events)
    assert 450 < len(ids) < 500


@pytest.mark.parametrize(("setting", "low", "high"), [("0", 0, 0), ("1", 1, 1), ("0-60", 0, 60)])
def test_how_long_events_are_gathered(setting: str, low: float, high: float) -> None:
    hubspot = HubSpot(switches={"webhook_delay": setting})
    receiver = Receiver(hubspot)
    hubspot.actions["deploy_webhooks"](subscribed(("creation", "contact")))
    contact(hubspot)
    run(hubspot)
    [after] = receiver.times
    assert low <= after <= high


def test_ten_retries_with_growing_gaps_within_a_day(hubspot: HubSpot) -> None:
    receiver = Receiver(hubspot, *[500] * 20)
    hubspot.actions["deploy_webhooks"](subscribed(("creation", "contact")))
    contact(hubspot)
    run(hubspot, 2 * 86_400)
    assert [event["attemptNumber"] for event in receiver.events] == list(range(11))
    gaps = [later - sooner for sooner, later in pairwise(receiver.times)]
    assert gaps == sorted(gaps)
    assert receiver.times[-1] - receiver.times[0] < 86_400
    assert len({event["eventId"] for event in receiver.events}) == 1


def test_gaps_differ_from_one_delivery_to_the_next(hubspot: HubSpot) -> None:
    receiver = Receiver(hubspot, *[500] * 4)
    hubspot.actions["deploy_webhooks"](subscribed(("creation", "contact")))
    first = contact(hubspot)
    run(hubspot, 10)
    contact(hubspot, "joan@example.com")
    run(hubspot, 86_400)
    times: dict[bool, list[float]] = {True: [], False: []}
    for at, event in zip(receiver.times, receiver.events, strict=True):
        times[event["objectId"] == int(first)].append(at)
    assert times[True][1] - times[True][0] != times[False][1] - times[False][0]


@pytest.mark.parametrize(("setting", "attempts"), [("yes", 2), ("no", 1)])
def test_whether_a_refusal_is_retried_is_a_switch(setting: str, attempts: int) -> None:
    hubspot = HubSpot(switches={"webhook_retries_4xx": setting})
    receiver = Receiver(hubspot, 401)
    hubspot.actions["deploy_webhooks"](subscribed(("creation", "contact")))
    contact(hubspot)
    run(hubspot, 86_400)
    assert len(receiver.requests) == attempts


def test_v3_signature_over_method_address_body_and_time(hubspot: HubSpot) -> None:
    url = "https://hooks.example.com/hub%2Fspot%20in?a=b%40c"
    receiver = Receiver(hubspot)
    hubspot.actions["deploy_webhooks"](subscribed(("propertyChange", "contact", "city"), targetUrl=url))
    contact(hubspot, city="Zürich")
    run(hubspot)
    [request] = receiver.requests
    timestamp = request.headers["X-HubSpot-Request-Timestamp"]
    signed = b"POSThttps://hooks.example.com/hub/spot%20in?a=b@c" + request.content + timestamp.encode()
    digest = hmac.new(hubspot.app.client_secret.encode(), signed, hashlib.sha256).digest()
    assert request.headers["X-HubSpot-Signature-v3"] == base64.b64encode(digest).decode()
    assert "Zürich".encode() in request.content


def test_each_attempt_is_signed_anew(hubspot: HubSpot) -> None:
    receiver = Receiver(hubspot, 500)
    hubspot.actions["deploy_webhooks"](subscribed(("creation", "contact")))
    contact(hubspot)
    run(hubspot, 600)
    first, second = receiver.requests
    waited = int(second.headers["X-HubSpot-Request-Timestamp"]) - int(first.headers["X-HubSpot-Request-Timestamp"])
    assert waited == pytest.approx(1_000 * (receiver.times[1] - receiver.times[0]), abs=1)
    assert first.headers["X-HubSpot-Signature-v3"] != second.headers["X-HubSpot-Signature-v3"]


@pytest.mark.parametrize(
    ("escaped", "plain"),
    [("%3A", ":"), ("%2F", "/"), ("%3F", "?"), ("%40", "@"), ("%21", "!"), ("%24", "$"), ("%27", "'"), ("%28", "("),
     ("%29", ")"), ("%2A", "*"), ("%2C", ","), ("%3B", ";"), ("%20", "%20"), ("%26", "%26"), ("%25", "%25"),
     ("%3D", "%3D"), ("%2B", "%2B"), ("%C3%A9", "%C3%A9")],
)  # fmt: skip
def test_which_escapes_are_undone_before_signing(escaped: str, plain: str) -> None:
    assert signatures.signed_url(f"{URL}/{escaped}?x={escaped}") == f"{URL}/{plain}?x={plain}"


@pytest.mark.parametrize("setting", ["v3+v1", "v3", "v3+v2"])
def test_older_signatures_come_along_by_switch(setting: str) -> None:
    hubspot = HubSpot(switches={"webhook_signatures": setting})
    receiver = Receiver(hubspot)
    hubspot.actions["deploy_webhooks"](subscribed(("creation", "contact")))
    contact(hubspot)
    run(hubspot)
    [request] = receiver.requests
    secret = hubspot.app.client_secret.encode()
    signed = {
        "v3": (None, None),
        "v3+v1": ("v1", hashlib.sha256(secret + request.content).hexdigest()),
        "v3+v2": ("v2", hashlib.sha256(secret + f"POST{URL}".encode() + request.content).hexdigest()),
    }[setting]
    assert signed == (
        request.headers.get("X-HubSpot-Signature-Version"),
        request.headers.get("X-HubSpot-Signature"),
    )


def test_no_more_requests_at_once_than_the_component_allows(hubspot: HubSpot) -> None:
    peak = open_ = 0

    async def slow(request: httpx.Request) -> httpx.Response:
        nonlocal peak, open_
        open_ += 1
        peak = max(peak, open_)
        for _ in range(5):
            await asyncio.sleep(0)
        open_ -= 1
        return httpx.Response(200)

    hubspot.connect(slow)
    hubspot.actions["deploy_webhooks"](subscribed(("creation", "contact"), maxConcurrentRequests=6))
    many(hubspot, 1_000)
    run(hubspot)
    assert peak == 6
    assert hubspot.log.counts[f"webhook {hubspot.app.app_id}"] == 10


@pytest.mark.parametrize(("kind", "deliveries"), [("drop", 0), ("duplicate", 2), ("postpone", 1), ("reorder", 1)])
def test_webhooks_meet_faults_on_the_road(hubspot: HubSpot, kind: str, deliveries: int) -> None:
    receiver = Receiver(hubspot)
    hubspot.faults.add(kind, f"webhook {hubspot.app.app_id}")
    hubspot.actions["deploy_webhooks"](subscribed(("creation", "contact")))
    contact(hubspot)
    run(hubspot, 2 * 86_400)
    assert len(receiver.requests) == deliveries
    assert hubspot.faults.hits == {kind: 1}


def test_nobody_pays_for_events_nobody_wants(hubspot: HubSpot) -> None:
    receiver = Receiver(hubspot)
    many(hubspot, 10)
    run(hubspot)
    assert receiver.requests == []
    assert hubspot.clock.next_due is None


def trace(seed: int) -> list[Any]:
    hubspot = HubSpot(seed=seed, switches={"webhook_delay": "0-60"})
    receiver = Receiver(hubspot, *[500, 200] * 50)
    for kind in ("drop", "duplicate", "reorder", "postpone"):
        hubspot.faults.add(kind, probability=0.2)
    hubspot.actions["deploy_webhooks"](
        subscribed(("creation", "contact"), ("propertyChange", "contact", "firstname"), ("deletion", "contact"))
    )
    for number in range(30):
        id_ = contact(hubspot, f"jane{number}@example.com", firstname="Jane")
        if number % 3:
            hubspot.actions["archive"]("contacts", id_)
        run(hubspot, 30)
    run(hubspot, 3 * 86_400)
    sent = [(at, dict(r.headers), r.content) for at, r in zip(receiver.times, receiver.requests, strict=True)]
    return [sent, hubspot.log.as_json(5_000)]


def test_same_seed_and_same_calls_give_the_same_deliveries() -> None:
    assert trace(5) == trace(5)
    assert trace(5) != trace(6)
