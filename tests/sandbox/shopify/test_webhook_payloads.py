"""What a subscription makes of a body: version, filter, chosen fields, merging, partner events (reference §7.4-7.5)."""

import json
from pathlib import Path

import httpx
import pytest

from sandbox.loopback import routed
from tests.sandbox.shopify.front import Front
from tests.sandbox.shopify.hooks import ORDER, header


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


def test_a_partner_event_wraps_body_and_headers(front: Front, shared: Path) -> None:
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
