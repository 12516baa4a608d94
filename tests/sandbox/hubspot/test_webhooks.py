"""Webhooks as a receiver gets them: bodies, batches, signatures, retries, and whose writes they tell of."""

import asyncio
import base64
import hashlib
import hmac
import json
from collections import Counter
from itertools import pairwise
from typing import Any

import httpx
import pytest

from sandbox.clock import epoch_ms
from sandbox.hubspot import signatures
from sandbox.hubspot.simulator import HubSpot

URL = "https://hooks.example.com/hubspot"


class Receiver:
    """Answers each delivery with the next of the given statuses, then with 200."""

    def __init__(self, hubspot: HubSpot, *statuses: int) -> None:
        self.requests: list[httpx.Request] = []
        self.times: list[float] = []
        self._hubspot = hubspot
        self._start = hubspot.clock.now
        self._statuses = list(statuses)
        hubspot.connect(self)

    async def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        self.times.append((self._hubspot.clock.now - self._start).total_seconds())
        return httpx.Response(self._statuses.pop(0) if self._statuses else 200)

    @property
    def batches(self) -> list[list[dict[str, Any]]]:
        return [json.loads(request.content) for request in self.requests]

    @property
    def events(self) -> list[dict[str, Any]]:
        return [event for batch in self.batches for event in batch]


def subscribed(*crm: tuple[str, str] | tuple[str, str, str], **options: Any) -> dict[str, Any]:
    """A component's config: (event, object[, property]) each."""
    objects = [
        {"subscriptionType": f"object.{row[0]}", "objectType": row[1], "active": True}
        | ({"propertyName": row[2]} if len(row) == 3 else {})
        for row in crm
    ]
    settings = {"targetUrl": URL, "maxConcurrentRequests": 10} | options
    return {"settings": settings, "subscriptions": {"crmObjects": objects, "legacyCrmObjects": [], "hubEvents": []}}


def run(hubspot: HubSpot, seconds: float = 120) -> None:
    asyncio.run(hubspot.run(seconds))


@pytest.fixture
def hubspot() -> HubSpot:
    return HubSpot()


def contact(hubspot: HubSpot, email: str = "jane@example.com", **values: str) -> str:
    return str(hubspot.actions["create"]("contacts", {"email": email, **values})["id"])


def test_a_changed_value(hubspot: HubSpot) -> None:
    receiver, id_ = Receiver(hubspot), contact(hubspot)
    [made] = hubspot.actions["deploy_webhooks"](subscribed(("propertyChange", "contact", "firstname")))
    hubspot.clock.advance(60)
    hubspot.actions["edit"]("contacts", id_, {"firstname": "Jané", "lastname": "Doe"}, user_id="52368047")
    at = epoch_ms(hubspot.clock.now)
    run(hubspot)
    [event] = receiver.events
    assert isinstance(event.pop("eventId"), int)
    assert event == {
        "subscriptionId": made["id"],
        "portalId": int(hubspot.portal.id),
        "appId": int(hubspot.app.app_id),
        "occurredAt": at,
        "subscriptionType": "object.propertyChange",
        "attemptNumber": 0,
        "objectId": int(id_),
        "objectTypeId": "0-1",
        "propertyName": "firstname",
        "propertyValue": "Jané",
        "changeSource": "CRM_UI",
        "sourceId": "userId:52368047",
        "isSensitive": False,
    }


def test_an_app_sees_its_own_writes_as_its_own(hubspot: HubSpot) -> None:
    receiver = Receiver(hubspot)
    hubspot.actions["deploy_webhooks"](subscribed(("creation", "contact"), ("propertyChange", "contact", "email")))
    hubspot.portal.create(hubspot.portal.store("contacts"), {"email": "jane@example.com"}, hubspot.app.source)
    run(hubspot)
    assert {event["subscriptionType"] for event in receiver.events} == {"object.creation", "object.propertyChange"}
    for event in receiver.events:
        assert (event["changeSource"], event["sourceId"]) == ("INTEGRATION", hubspot.app.app_id)


def test_deletion_and_restoration(hubspot: HubSpot) -> None:
    receiver, id_ = Receiver(hubspot), contact(hubspot)
    hubspot.actions["deploy_webhooks"](subscribed(("deletion", "contact"), ("restore", "contact")))
    hubspot.actions["archive"]("contacts", id_)
    run(hubspot)
    hubspot.actions["restore"]("contacts", id_)
    run(hubspot)
    gone, back = receiver.events
    assert (gone["subscriptionType"], gone["changeFlag"], gone["objectId"]) == ("object.deletion", "DELETED", int(id_))
    assert (back["subscriptionType"], back["objectId"]) == ("object.restore", int(id_))


@pytest.mark.parametrize("setting", ["new", "primary"])
def test_a_merge_names_all_ids(setting: str) -> None:
    hubspot = HubSpot(switches={"merged_id": setting})
    receiver, first, second = Receiver(hubspot), contact(hubspot), contact(hubspot, "joan@example.com", city="Bonn")
    hubspot.actions["deploy_webhooks"](subscribed(("merge", "contact")))
    survivor = hubspot.actions["merge"]("contacts", first, second)["id"]
    run(hubspot)
    [event] = receiver.events
    assert event["primaryObjectId"] == int(first)
    assert event["mergedObjectIds"] == [int(second)]
    assert event["newObjectId"] == int(survivor)
    assert event["numberOfPropertiesMoved"] >= 1
    assert event["changeSource"] == "CRM_UI"


def test_a_changed_association_has_two_ends_and_no_object_id(hubspot: HubSpot) -> None:
    receiver, id_ = Receiver(hubspot), contact(hubspot)
    company = hubspot.actions["create"]("companies", {"name": "Example Ltd"})["id"]
    hubspot.actions["deploy_webhooks"](subscribed(("associationChange", "contact")))
    hubspot.actions["associate"]("contacts", id_, "companies", company)
    run(hubspot)
    hubspot.actions["dissociate"]("contacts", id_, "companies", company)
    run(hubspot)
    made, removed = receiver.events
    assert "objectId" not in made
    assert (made["fromObjectId"], made["toObjectId"]) == (int(id_), int(company))
    assert (made["associationType"], made["associationRemoved"]) == ("CONTACT_TO_COMPANY", False)
    assert removed["associationRemoved"] is True


def test_a_privacy_deletion_is_told_as_itself_and_as_a_deletion(hubspot: HubSpot) -> None:
    receiver, id_ = Receiver(hubspot), contact(hubspot)
    config = subscribed(("deletion", "contact"))
    config["subscriptions"]["hubEvents"] = [{"subscriptionType": "contact.privacyDeletion", "active": True}]
    hubspot.actions["deploy_webhooks"](config)
    hubspot.actions["erase"](id_)
    run(hubspot)
    told = Counter(event["subscriptionType"] for event in receiver.events)
    assert told == {"contact.privacyDeletion": 1, "object.deletion": 1}
    assert {event["objectId"] for event in receiver.events} == {int(id_)}


def test_legacy_names_come_without_a_type_id(hubspot: HubSpot) -> None:
    receiver = Receiver(hubspot)
    config = subscribed()
    config["subscriptions"]["legacyCrmObjects"] = [
        {"subscriptionType": "contact.propertyChange", "propertyName": "firstname", "active": True}
    ]
    hubspot.actions["deploy_webhooks"](config)
    contact(hubspot, firstname="Jane")
    run(hubspot)
    [event] = receiver.events
    assert event["subscriptionType"] == "contact.propertyChange"
    assert "objectTypeId" not in event


def test_a_generic_and_a_legacy_subscription_tell_the_same_twice(hubspot: HubSpot) -> None:
    receiver = Receiver(hubspot)
    config = subscribed(("creation", "contact"))
    config["subscriptions"]["legacyCrmObjects"] = [{"subscriptionType": "contact.creation"}]
    hubspot.actions["deploy_webhooks"](config)
    contact(hubspot)
    run(hubspot)
    assert len({event["subscriptionId"] for event in receiver.events}) == len(receiver.events) == 2


@pytest.mark.parametrize("object_type", ["order", "0-123", "cart", "line_item", "product", "company"])
def test_every_object_has_generic_events(hubspot: HubSpot, object_type: str) -> None:
    receiver = Receiver(hubspot)
    hubspot.actions["deploy_webhooks"](subscribed(("creation", object_type)))
    name = {"order": "hs_order_name", "0-123": "hs_order_name", "cart": "hs_cart_name"}.get(object_type, "name")
    hubspot.actions["create"](object_type, {name: "x"})
    contact(hubspot)
    run(hubspot)
    [event] = receiver.events
    assert event["objectTypeId"] == hubspot.portal.store(object_type).kind.type_id


def test_an_inactive_subscription_is_silent(hubspot: HubSpot) -> None:
    receiver = Receiver(hubspot)
    config = subscribed(("creation", "contact"))
    config["subscriptions"]["crmObjects"][0]["active"] = False
    hubspot.actions["deploy_webhooks"](config)
    contact(hubspot)
    run(hubspot)
    assert receiver.requests == []


def test_without_the_read_scope_nothing_comes(hubspot: HubSpot) -> None:
    receiver = Receiver(hubspot)
    app = hubspot.actions["add_app"](scopes=["crm.objects.companies.read"])
    hubspot.actions["deploy_webhooks"](subscribed(("creation", "contact"), ("creation", "company")), app["appId"])
    contact(hubspot)
    hubspot.actions["create"]("companies", {"name": "Example Ltd"})
    run(hubspot)
    assert [event["objectTypeId"] for event in receiver.events] == ["0-2"]


def test_a_service_key_has_no_webhooks(hubspot: HubSpot) -> None:
    key = hubspot.actions["add_app"]("service_key")
    with pytest.raises(ValueError, match="no webhooks"):
        hubspot.actions["deploy_webhooks"](subscribed(("creation", "contact")), key["appId"])


def test_an_uninstalled_app_hears_nothing_more(hubspot: HubSpot) -> None:
    receiver, app = Receiver(hubspot), hubspot.actions["add_app"]()
    hubspot.actions["deploy_webhooks"](subscribed(("creation", "contact")), app["appId"])
    hubspot.actions["uninstall"](app["appId"])
    contact(hubspot)
    run(hubspot)
    assert receiver.requests == []


def test_a_deployment_replaces_the_one_before(hubspot: HubSpot) -> None:
    receiver = Receiver(hubspot)
    hubspot.actions["deploy_webhooks"](subscribed(("creation", "contact")))
    hubspot.actions["deploy_webhooks"](subscribed(("deletion", "contact")))
    contact(hubspot)
    run(hubspot)
    assert receiver.requests == []


@pytest.mark.parametrize(
    "config",
    [
        subscribed(targetUrl="http://hooks.example.com"),
        subscribed(maxConcurrentRequests=5),
        subscribed(("creation", "unicorn")),
        subscribed(("explosion", "contact")),
        subscribed(("propertyChange", "contact")),
        subscribed(("creation", "contact", "firstname")),
        subscribed(("creation", "contact"), ("creation", "contact")),
        subscribed(("propertyChange", "contact", "city"), ("propertyChange", "0-1", "city")),
        {
            "settings": {"targetUrl": URL},
            "subscriptions": {"legacyCrmObjects": [{"subscriptionType": "order.creation"}]},
        },
        {
            "settings": {"targetUrl": URL},
            "subscriptions": {"legacyCrmObjects": [{"subscriptionType": "product.associationChange"}]},
        },
        {
            "settings": {"targetUrl": URL},
            "subscriptions": {"hubEvents": [{"subscriptionType": "conversation.creation"}]},
        },
        subscribed(*[("propertyChange", "contact", f"p{n}") for n in range(1_001)]),
    ],
)
def test_a_component_hubspot_would_refuse(hubspot: HubSpot, config: dict[str, Any]) -> None:
    with pytest.raises(ValueError):
        hubspot.actions["deploy_webhooks"](config)


def many(hubspot: HubSpot, count: int) -> list[str]:
    return [contact(hubspot, f"jane{n}@example.com") for n in range(count)]


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


@pytest.mark.parametrize("setting", ["subscriptionType", "eventType"])
def test_the_key_of_the_type_is_a_switch(setting: str) -> None:
    hubspot = HubSpot(switches={"webhook_type_key": setting})
    receiver = Receiver(hubspot)
    hubspot.actions["deploy_webhooks"](subscribed(("creation", "contact")))
    contact(hubspot)
    run(hubspot)
    [event] = receiver.events
    assert event[setting] == "object.creation"
    assert len({"subscriptionType", "eventType"} & set(event)) == 1


@pytest.mark.parametrize(("setting", "length"), [("1000", 1_000), ("100", 100), ("none", 5_000)])
def test_a_long_value_is_cut(setting: str, length: int) -> None:
    hubspot = HubSpot(switches={"webhook_value_limit": setting})
    receiver = Receiver(hubspot)
    hubspot.actions["deploy_webhooks"](subscribed(("propertyChange", "contact", "address")))
    contact(hubspot, address="x" * 5_000)
    run(hubspot)
    [event] = receiver.events
    assert event["propertyValue"] == "x" * length


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
