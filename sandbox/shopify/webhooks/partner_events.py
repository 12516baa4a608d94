"""A webhook as an AWS partner event: what lies on the EventBridge bus (reference §7.4)."""

import json
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

MAX_BYTES = 1_000_000
"""Above this a body shrinks to its id (since 17 November 2026)."""

ARN = re.compile(r"arn:aws:events:([a-z0-9-]+)::event-source/(aws\.partner/shopify\.com/(\d+)/[\w./-]+)", re.ASCII)
"""Region, event source, app id."""

ACCOUNT = "111122223333"
"""The example account in whose bus the event arrives."""


def envelope(
    arn: str, event_id: str, time: datetime, headers: Mapping[str, str], body: dict[str, Any], raw: bytes
) -> tuple[dict[str, str], bytes]:
    """The event that carries `body`, whose own bytes are `raw`; the webhook's headers become `detail.metadata`."""
    source = ARN.fullmatch(arn)
    assert source is not None, "checked when the subscription was made"
    if len(raw) > MAX_BYTES:
        body = {"id": body.get("id", body.get("admin_graphql_api_id"))}
    event: dict[str, Any] = {
        "version": "0",
        "id": event_id,
        "detail-type": "shopifyWebhook",
        "source": source[2],
        "account": ACCOUNT,
        "time": f"{time:%Y-%m-%dT%H:%M:%SZ}",
        "region": source[1],
        "resources": [],
        "detail": {
            "payload": body,
            "metadata": {name: value for name, value in headers.items() if name != "User-Agent"},
        },
    }
    text = json.dumps(event, ensure_ascii=False, separators=(",", ":"))
    return {"Content-Type": "application/json"}, text.encode()
