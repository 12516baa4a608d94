"""The recorded invocations of shopify_webhook: what the sandbox's store sends, as AWS hands it over.

`python -m tests.functions.webhook_events` records them anew into events/.
"""

import base64
import json
from pathlib import Path
from typing import Any

import httpx

from tests.sandbox.shopify.front import Front
from tests.sandbox.shopify.goods import variant

EVENTS = Path(__file__).resolve().parents[2] / "events"
SHOP = "cedar-quill-demo.myshopify.com"
BUYER = {"first_name": "Ines", "last_name": "Arcand", "email": "ines.arcand@example.com"}
LINES = [{"title": "Linen Notebook", "price": "24.00", "quantity": 2}, {"title": "Engraving", "price": "9.50"}]
TOPICS = (
    "ORDERS_CREATE",
    "ORDERS_UPDATED",
    "ORDERS_DELETE",
    "REFUNDS_CREATE",
    "FULFILLMENTS_CREATE",
    "CUSTOMERS_CREATE",
)
FORGED = base64.b64encode(bytes(32)).decode()

Event = dict[str, Any]


def over_http(request: httpx.Request, *, encoded: bool = False, **changed: str) -> Event:
    """What an HTTP API passes on in format 2.0."""
    body = request.content
    headers = {name.lower(): value for name, value in request.headers.items()} | {
        name.replace("_", "-"): value for name, value in changed.items()
    }
    return {
        "version": "2.0",
        "routeKey": "POST /webhooks/shopify",
        "rawPath": "/webhooks/shopify",
        "rawQueryString": "",
        "headers": headers,
        "requestContext": {
            "accountId": "123456789012",
            "apiId": "tandem",
            "domainName": "tandem.execute-api.us-east-1.amazonaws.com",
            "domainPrefix": "tandem",
            "http": {
                "method": "POST",
                "path": "/webhooks/shopify",
                "protocol": "HTTP/1.1",
                "sourceIp": "203.0.113.7",
                "userAgent": headers.get("user-agent", ""),
            },
            "requestId": "JKJaXmPLvHcESHA=",
            "routeKey": "POST /webhooks/shopify",
            "stage": "$default",
            "time": "02/Nov/2026:09:00:01 +0000",
            "timeEpoch": 1793610001000,
        },
        "body": base64.b64encode(body).decode() if encoded else body.decode(),
        "isBase64Encoded": encoded,
    }


def record() -> dict[str, Event]:
    """Each case by its name; the same on every run."""
    front = Front(seed=1)
    for topic in TOPICS:
        front.subscribe(topic)
    customer = front.act("create_customer", **BUYER)
    order = front.act("place_order", customer=customer["id"], lines=LINES)
    front.act("fulfill_order", order=order["id"])
    front.act("refund_order", order=order["id"])
    trial = front.act("place_order", lines=LINES, payment="pending")
    front.act("cancel_order", order=trial["id"])
    front.act("delete_order", order=trial["id"])
    front.wait()
    sent = {request.headers["X-Shopify-Topic"]: request for request in reversed(front.received)}
    return {
        "order_created": over_http(sent["orders/create"]),
        "order_base64": over_http(sent["orders/create"], encoded=True),
        "order_updated": over_http(sent["orders/updated"]),
        "order_deleted": over_http(sent["orders/delete"]),
        "refunded": over_http(sent["refunds/create"]),
        "shipped": over_http(sent["fulfillments/create"]),
        "customer_created": over_http(sent["customers/create"]),
        "forged": over_http(sent["orders/create"], x_shopify_hmac_sha256=FORGED),
        "other_shop": over_http(sent["orders/create"], x_shopify_shop_domain="other.myshopify.com"),
        "unused_topic": over_http(sent["orders/create"], x_shopify_topic="themes/publish"),
        **_of_a_checkout(),
        **_over_the_bus(),
    }


def _of_a_checkout() -> dict[str, Event]:
    """A buyer looks, tells an address, and pays; another's checkout is deleted."""
    front = Front(seed=3)
    for topic in ("CHECKOUTS_CREATE", "CHECKOUTS_UPDATE", "CHECKOUTS_DELETE"):
        front.subscribe(topic)
    goods = [variant(front.shop).legacy_resource_id for _ in range(2)]
    checkout = front.act("open_checkout", lines=[{"variant": goods[0], "quantity": 2}])
    front.act("update_checkout", checkout=checkout["token"], email=BUYER["email"])
    front.wait()
    [created, updated] = front.received
    front.act("complete_checkout", checkout=checkout["token"])
    other = front.act("open_checkout", lines=[{"variant": goods[1]}])
    front.act("delete_checkout", checkout=other["token"])
    front.wait()
    sent = {request.headers["X-Shopify-Topic"]: request for request in front.received[2:]}
    return {
        "checkout_created": over_http(created),
        "checkout_updated": over_http(updated),
        "checkout_completed": over_http(sent["checkouts/update"]),
        "checkout_deleted": over_http(sent["checkouts/delete"]),
    }


def _over_the_bus() -> dict[str, Event]:
    front = Front(seed=2)
    source = f"aws.partner/shopify.com/{front.shopify.app.legacy_resource_id}/tandem"
    front.subscribe("ORDERS_UPDATED", f"arn:aws:events:us-east-1::event-source/{source}")
    order = front.act("place_order", lines=LINES)
    front.act("edit_order_details", order=order["id"], note="Leave it at the door")
    front.wait()
    whole = json.loads(front.received[-1].content)
    stub = json.loads(front.received[-1].content)
    stub["detail"]["payload"] = {"id": whole["detail"]["payload"]["id"]}
    return {"eventbridge": whole, "eventbridge_stub": stub}


def path(name: str) -> Path:
    return EVENTS / f"shopify_webhook.{name}.json"


def text(event: Event) -> str:
    return json.dumps(event, indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    EVENTS.mkdir(exist_ok=True)
    for name, event in record().items():
        path(name).write_text(text(event))
