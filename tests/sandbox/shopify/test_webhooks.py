"""Webhooks as a receiver sees them: headers, signature, retries, filters, removal (reference §7)."""

import base64
import hashlib
import hmac
import json
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import httpx
import pytest

from sandbox.loopback import routed
from sandbox.shopify.deliveries import RETRY_WAITS
from sandbox.shopify.simulator import CLIENT_SECRET
from tests.sandbox.shopify.front import Front

ORDER = {
    "id": 5987,
    "admin_graphql_api_id": "gid://shopify/Order/5987",
    "email": "ana@example.com",
    "name": "#1042 ☂",
    "tags": "vip, repeat",
    "test": False,
    "total_price": "120.00",
    "updated_at": "2026-11-03T10:15:44-08:00",
    "customer": None,
    "line_items": [{"sku": "A5", "price": "9.50"}, {"sku": "", "price": "110.50"}],
}


@pytest.fixture
def front() -> Front:
    return Front()


def signed(request: httpx.Request, secret: str) -> bool:
    digest = hmac.new(secret.encode(), request.content, hashlib.sha256).digest()
    return base64.b64encode(digest).decode() == request.headers["X-Shopify-Hmac-Sha256"]


def header(front: Front, name: str) -> list[str]:
    return [request.headers[f"X-Shopify-{name}"] for request in front.received]


def test_a_delivery_carries_shopifys_headers_and_a_signature_of_its_bytes(front: Front) -> None:
    front.subscribe("ORDERS_CREATE", name="orders-main")
    front.happen("orders/create", ORDER)
    front.wait()
    [request] = front.received
    assert str(request.url) == "https://hooks.example.com/shopify"
    assert json.loads(request.content) == ORDER
    assert signed(request, CLIENT_SECRET)
    assert {name: request.headers[name] for name in request.headers if name.startswith("x-shopify")}.keys() == {
        "x-shopify-topic",
        "x-shopify-hmac-sha256",
        "x-shopify-shop-domain",
        "x-shopify-api-version",
        "x-shopify-webhook-id",
        "x-shopify-event-id",
        "x-shopify-triggered-at",
        "x-shopify-name",
    }
    assert request.headers["X-Shopify-Topic"] == "orders/create"
    assert request.headers["X-Shopify-Shop-Domain"] == front.shop.settings.domain
    assert request.headers["X-Shopify-API-Version"] == "2026-10"
    assert request.headers["X-Shopify-Name"] == "orders-main"
    assert request.headers["X-Shopify-Triggered-At"].startswith("2026-11-02T09:00:00.000000")


def test_a_body_keeps_letters_of_every_kind_as_they_are(front: Front) -> None:
    front.subscribe("ORDERS_CREATE")
    front.happen("orders/create", ORDER)
    front.wait()
    assert "☂".encode() in front.received[0].content


def test_nothing_is_built_or_sent_without_a_subscriber(front: Front) -> None:
    front.subscribe("ORDERS_CREATE")

    def body() -> dict[str, Any]:
        raise AssertionError("built for nobody")

    front.shop.publish("orders/updated", body)
    front.wait()
    assert front.received == []


def test_a_failed_delivery_is_repeated_eight_times_over_four_hours_with_the_original_body(front: Front) -> None:
    front.subscribe("ORDERS_CREATE")
    body = dict(ORDER)
    front.happen("orders/create", body)
    front.statuses = [500] * 8
    start = front.shopify.clock.now
    front.wait()
    body["name"] = "changed meanwhile"
    front.wait(4 * 3_600)
    assert len(front.received) == 9
    assert len({request.content for request in front.received}) == 1
    assert sum(RETRY_WAITS) == 4 * 3_600
    assert list(RETRY_WAITS) == sorted(RETRY_WAITS)
    calls = [call for call in front.shopify.log.calls if call.endpoint == "webhook orders/create"]
    assert [call.at - start for call in calls] == [timedelta(seconds=sum(RETRY_WAITS[:n])) for n in range(9)]
    assert [call.status for call in calls] == [500] * 8 + [200]


@pytest.mark.parametrize("status", [301, 302, 404, 410])
def test_anything_but_2xx_is_a_failure(front: Front, status: int) -> None:
    front.subscribe("ORDERS_CREATE")
    front.statuses = [status, 202]
    front.happen("orders/create", ORDER)
    front.wait(3_600)
    assert len(front.received) == 2


@pytest.mark.parametrize(("switch", "ids"), [("same", 1), ("new", 3)])
def test_the_webhook_id_over_retries(switch: str, ids: int) -> None:
    front = Front({"webhook_id_over_retries": switch})
    front.subscribe("ORDERS_CREATE")
    front.statuses = [500, 500]
    front.happen("orders/create", ORDER)
    front.wait(3_600)
    assert len(set(header(front, "Webhook-Id"))) == ids
    assert len(set(header(front, "Event-Id"))) == 1


def count(front: Front) -> int:
    data = front.ask("{ webhookSubscriptionsCount { count } }")
    return int(data["webhookSubscriptionsCount"]["count"])


def test_a_subscription_is_removed_after_eight_failed_retries(front: Front) -> None:
    front.subscribe("ORDERS_CREATE")
    front.statuses = [500] * 9
    front.happen("orders/create", ORDER)
    front.wait(4 * 3_600 - 1)
    assert count(front) == 1
    front.wait(1)
    assert count(front) == 0
    front.happen("orders/create", ORDER)
    front.wait()
    assert len(front.received) == 9


def test_a_success_in_between_saves_the_subscription(front: Front) -> None:
    front.subscribe("ORDERS_CREATE")
    front.statuses = [500] * 4 + [200] + [500] * 5
    front.happen("orders/create", ORDER)
    front.wait(899)
    front.happen("orders/create", {**ORDER, "id": 2})
    front.wait(4 * 3_600)
    assert [request.content for request in front.received].count(front.received[0].content) == 9
    assert count(front) == 1


def test_a_configured_subscription_survives_and_is_not_listed(front: Front) -> None:
    front.act("configure_webhook", topic="orders/create", uri="https://hooks.example.com/configured")
    front.statuses = [500] * 9
    front.happen("orders/create", ORDER)
    front.wait(4 * 3_600)
    front.happen("orders/create", ORDER)
    front.wait()
    assert len(front.received) == 10
    assert count(front) == 0


def test_compliance_topics_reach_the_configuration_only(front: Front) -> None:
    front.act("configure_webhook", topic="shop/redact", uri="https://hooks.example.com/redact")
    front.act("uninstall_app")
    front.wait(48 * 3_600 - 1)
    assert front.received == []
    front.wait(1)
    assert front.bodies() == [{"shop_id": 81234567890, "shop_domain": front.shop.settings.domain}]


def test_an_app_installed_again_is_not_redacted(front: Front) -> None:
    front.act("configure_webhook", topic="shop/redact", uri="https://hooks.example.com/redact")
    front.act("uninstall_app")
    front.act("grant_scopes", scopes=["read_orders"])
    front.wait(48 * 3_600)
    assert front.received == []


def test_a_changed_address_does_not_reach_retries_under_way(front: Front) -> None:
    subscription = front.subscribe("ORDERS_CREATE")
    front.statuses = [500]
    front.happen("orders/create", ORDER)
    front.wait()
    update = """mutation($id: ID!, $uri: String) {
      webhookSubscriptionUpdate(id: $id, webhookSubscription: {uri: $uri}) { userErrors { message } }
    }"""
    front.ask(update, {"id": subscription, "uri": "https://hooks.example.com/new"})
    front.wait(60)
    front.happen("orders/create", ORDER)
    front.wait()
    assert [request.url.path for request in front.received] == ["/shopify", "/shopify", "/new"]


def test_one_action_is_one_event(front: Front) -> None:
    front.subscribe("SHOP_UPDATE")
    front.subscribe("SHOP_UPDATE", "https://hooks.example.com/second")
    front.act("update_shop", name="One")
    front.act("update_shop", name="Two")
    front.wait()
    first, second, third, fourth = header(front, "Event-Id")
    assert first == second
    assert third == fourth
    assert first != third
    assert len(set(header(front, "Webhook-Id"))) == 4


def test_without_the_scope_nothing_comes(front: Front) -> None:
    front.subscribe("ORDERS_CREATE")
    front.subscribe("SHOP_UPDATE")
    front.act("grant_scopes", scopes=["read_products"])
    front.happen("orders/create", ORDER)
    front.happen("shop/update", {"id": 1})
    front.wait()
    assert header(front, "Topic") == ["shop/update"]


def test_another_apps_subscriptions_are_its_own(front: Front) -> None:
    made = front.act("create_app", title="Other", scopes=["read_orders"])
    front.act("create_static_token", token="shpat_other", client_id=made["client_id"])
    front.subscribe("ORDERS_CREATE")
    mine = dict(front.http.headers)
    front.http.headers["X-Shopify-Access-Token"] = "shpat_other"
    assert count(front) == 0
    front.subscribe("ORDERS_CREATE")
    front.http.headers = httpx.Headers(mine)
    front.happen("orders/create", ORDER)
    front.wait()
    assert [signed(request, CLIENT_SECRET) for request in front.received] == [True, False]
    assert signed(front.received[1], made["client_secrets"][0])


def test_the_oldest_live_secret_signs_and_a_revoked_one_for_an_hour_more(front: Front) -> None:
    front.subscribe("ORDERS_CREATE")
    new = front.act("rotate_client_secret")["client_secret"]
    secrets = []
    for wait in (0, 3_599, 2):
        front.wait(wait)
        front.happen("orders/create", ORDER)
        front.wait()
        secrets.append("old" if signed(front.received[-1], CLIENT_SECRET) else "new")
        assert signed(front.received[-1], CLIENT_SECRET if secrets[-1] == "old" else new)
        if not wait:
            front.act("revoke_client_secret", client_secret=CLIENT_SECRET)
    assert secrets == ["old", "old", "new"]


def test_a_revocation_may_take_effect_at_once() -> None:
    front = Front({"secret_lag": "0"})
    front.subscribe("ORDERS_CREATE")
    new = front.act("rotate_client_secret")["client_secret"]
    front.act("revoke_client_secret", client_secret=CLIENT_SECRET)
    front.happen("orders/create", ORDER)
    front.wait()
    assert signed(front.received[0], new)


def test_the_apps_configuration_decides_the_version_of_bodies(front: Front) -> None:
    front.act("set_webhook_api_version", version="2027-01")
    front.subscribe("ORDERS_CREATE")
    front.happen("orders/create", ORDER)
    front.wait()
    assert header(front, "API-Version") == ["2027-01"]
    shown = front.ask("{ webhookSubscriptions(first: 1) { nodes { apiVersion { handle displayName supported } } } }")
    assert shown["webhookSubscriptions"]["nodes"][0]["apiVersion"] == {
        "handle": "2027-01",
        "displayName": "2027-01 (Release candidate)",
        "supported": False,
    }


def test_a_retired_body_version_falls_forward(front: Front) -> None:
    front.act("set_webhook_api_version", version="2025-10")
    front.subscribe("ORDERS_CREATE")
    front.happen("orders/create", ORDER)
    front.wait()
    assert header(front, "API-Version") == ["2026-01"]


OLDER: dict[str, tuple[bool, bool, bool]] = {
    # version     checkout id    order's checkout_id    line's selling_plan_id
    "2026-01":    (True,         True,                  False),
    "2026-04":    (False,        False,                 False),
    "2026-07":    (False,        False,                 False),
    "2026-10":    (False,        False,                 True),
    "unstable":   (False,        False,                 True),
}  # fmt: skip


@pytest.mark.parametrize("version", OLDER)
def test_bodies_of_older_versions_differ_where_documented(front: Front, version: str) -> None:
    front.act("set_webhook_api_version", version=version)
    front.act("create_product", title="Notebook", sku="NB-1")
    front.subscribe("CHECKOUTS_CREATE")
    front.subscribe("ORDERS_CREATE")
    opened = front.act("open_checkout", lines=[{"variant": "NB-1"}], email="ana@example.com")
    front.act("complete_checkout", checkout=opened["token"])
    front.wait()
    checkout, order = front.bodies()
    number = int(opened["legacy_resource_id"])
    with_id, with_checkout_id, with_plan = OLDER[version]
    assert (checkout.get("id"), order.get("checkout_id")) == (
        number * with_id or None,
        number * with_checkout_id or None,
    )
    assert ("selling_plan_id" in order["line_items"][0]) is with_plan


FILTERS = {
    "": True,
    "test:false": True,
    "test:true": False,
    "id:5987": True,
    "total_price:>=120": True,
    "total_price:>120": False,
    "total_price:<=120.0": True,
    "total_price:<120": False,
    "email:*": True,
    "email:ana@example.com": True,
    "email:Ana@example.com": False,
    "email:ana*": True,
    "customer.email:*": False,
    "line_items.sku:A5": True,
    "line_items.price:>=100": True,
    "line_items.sku:B5": False,
    "tags:vip": False,
    "tags:'vip, repeat'": True,
    "updated_at:>'2026-11-03T18:15:00Z'": True,
    "test:true OR id:5987": True,
    "test:true AND id:5987": False,
    "-test:true": True,
    "NOT test:false": False,
    "(test:true OR test:false) AND id:*": True,
    "unicorn:1": False,
    "-unicorn:1": False,
    "test:false OR unicorn:1": False,
}


@pytest.mark.parametrize("text", FILTERS)
def test_a_filter_lets_through_what_matches(front: Front, text: str) -> None:
    front.subscribe("ORDERS_CREATE", filter=text)
    front.happen("orders/create", ORDER)
    front.wait()
    assert bool(front.received) is FILTERS[text]


def test_fields_that_are_left_out_cannot_be_filtered_on(front: Front) -> None:
    front.subscribe("ORDERS_CREATE", includeFields=["id"], filter="test:false")
    front.happen("orders/create", ORDER)
    front.wait()
    assert front.received == []


def test_include_fields_cut_the_body_down(front: Front) -> None:
    front.subscribe("ORDERS_CREATE", includeFields=["id", "line_items.sku", "unicorn", "customer.id"])
    front.happen("orders/create", ORDER)
    front.wait()
    assert front.bodies() == [{"id": 5987, "customer": None, "line_items": [{"sku": "A5"}, {"sku": ""}]}]


@pytest.mark.parametrize(("window", "sent"), [("5", 2), ("0", 4), ("60", 1)])
def test_equal_cut_bodies_of_a_burst_are_merged(window: str, sent: int) -> None:
    front = Front({"webhook_merge_window": window})
    front.subscribe("ORDERS_UPDATED", includeFields=["id"])
    for name in ("a", "b", "c"):
        front.happen("orders/updated", {**ORDER, "name": name})
    front.wait(10)
    front.happen("orders/updated", ORDER)
    front.wait()
    assert front.bodies() == [{"id": 5987}] * sent


def test_full_bodies_are_never_merged(front: Front) -> None:
    front.subscribe("ORDERS_UPDATED")
    for _ in range(3):
        front.happen("orders/updated", ORDER)
    front.wait()
    assert len(front.received) == 3


def arn(front: Front, source: str = "order-desk") -> str:
    app_id = front.shopify.app.legacy_resource_id
    return f"arn:aws:events:eu-west-1::event-source/aws.partner/shopify.com/{app_id}/{source}"


def test_a_partner_event_wraps_body_and_headers(front: Front, shared: Any) -> None:
    address = arn(front)
    front.subscribe("ORDERS_CREATE", address, name="orders-create-main")
    front.happen("orders/create", ORDER)
    front.wait()
    [request] = front.received
    sample = json.loads((shared / "specs/shopify/webhook-samples/_eventbridge_orders_create.json").read_text())
    event = json.loads(request.content)
    assert str(request.url) == address
    assert event.keys() == sample.keys()
    assert event["detail"]["metadata"].keys() == sample["detail"]["metadata"].keys()
    assert event["detail"]["payload"] == ORDER
    assert (event["detail-type"], event["region"]) == ("shopifyWebhook", "eu-west-1")
    assert event["source"] == f"aws.partner/shopify.com/{front.shopify.app.legacy_resource_id}/order-desk"


def test_a_partner_event_can_be_routed_to_this_machine(front: Front) -> None:
    request = httpx.Request("POST", arn(front), content=b"{}")
    local = routed(request, {"arn:aws:events:": "http://127.0.0.1:9000/bus/"}.items())
    assert str(local.url) == f"http://127.0.0.1:9000/bus/{arn(front).removeprefix('arn:aws:events:')}"
    with pytest.raises(httpx.ConnectError):
        routed(request, [])


@pytest.mark.parametrize(("note", "shrunk"), [(999_000, False), (1_000_000, True)])
def test_a_large_body_shrinks_to_its_id_on_the_bus_only(front: Front, note: int, shrunk: bool) -> None:
    body = {"id": 7, "admin_graphql_api_id": "gid://shopify/Order/7", "note": "x" * note}
    front.subscribe("ORDERS_CREATE", arn(front))
    front.subscribe("ORDERS_CREATE")
    front.happen("orders/create", body)
    front.wait()
    on_bus, over_https = front.bodies()
    assert on_bus["detail"]["payload"] == ({"id": 7} if shrunk else body)
    assert over_https == body


def test_a_large_body_without_a_number_shrinks_to_its_global_id(front: Front) -> None:
    front.subscribe("COMPANIES_UPDATE", arn(front))
    front.happen("companies/update", {"admin_graphql_api_id": "gid://shopify/Company/7", "note": "x" * 1_000_000})
    front.wait()
    assert front.bodies()[0]["detail"]["payload"] == {"id": "gid://shopify/Company/7"}


@pytest.mark.parametrize(
    ("topic", "header_word", "subscription"),
    [
        ("PRODUCTS_UPDATE", "products/update", {"format": "XML"}),
        ("PRODUCTS_UPDATE", "products/update", {"uri": "pubsub://some-project:some-topic"}),
    ],
)
def test_a_delivery_that_cannot_be_made_is_refused_loudly(
    front: Front, topic: str, header_word: str, subscription: dict[str, str]
) -> None:
    front.subscribe(topic, **{"uri": "https://hooks.example.com/shopify", **subscription})
    with pytest.raises(Exception, match="delivery of"):
        front.happen(header_word, {"id": 1})


def faults(front: Front, kinds: Sequence[str]) -> None:
    for kind in kinds:
        front.shopify.faults.add(kind, "webhook *", times=1)


def test_faults_drop_double_and_hold_back_deliveries(front: Front) -> None:
    front.subscribe("ORDERS_CREATE")
    faults(front, ["drop", "duplicate", "reorder"])
    for number in range(4):
        front.happen("orders/create", {"id": number})
    front.wait()
    assert [body["id"] for body in front.bodies()] == [1, 1, 3]
    assert len(set(header(front, "Webhook-Id"))) == 2
    front.wait(60)
    assert front.bodies()[-1]["id"] == 2
