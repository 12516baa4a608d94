"""Webhooks as a receiver sees them: headers, signature, retries, events, removal (reference §7)."""

import json
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import httpx
import pytest

from sandbox.shopify.simulator import CLIENT_SECRET
from sandbox.shopify.webhooks.deliveries import RETRY_WAITS
from tests.sandbox.shopify.front import Front
from tests.sandbox.shopify.hooks import ORDER, header, signed


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
