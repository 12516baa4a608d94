"""A webhook body to play with, and what a receiver looks at."""

import base64
import hashlib
import hmac
from typing import Any

import httpx

from tests.sandbox.shopify.front import Front

ORDER: dict[str, Any] = {
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


def signed(request: httpx.Request, secret: str) -> bool:
    digest = hmac.new(secret.encode(), request.content, hashlib.sha256).digest()
    return base64.b64encode(digest).decode() == request.headers["X-Shopify-Hmac-Sha256"]


def header(front: Front, name: str) -> list[str]:
    return [request.headers[f"X-Shopify-{name}"] for request in front.received]
