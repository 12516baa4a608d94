"""Whatever is sent, a store answers in its vendor's shape: no traceback, no HTTP 500."""

import json
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.sandbox.shopify.front import GRAPHQL, Front

FRONT = Front()
"""One store for all: bad input must leave it as it was."""

QUICK = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=20,
)
TYPES = st.sampled_from(
    ["application/json", "application/graphql", "application/x-www-form-urlencoded", "text/plain", ""]
)
BULK = "/shopify-tiers-assets-prod-us-east1/bulk-operation-outputs/"
SUBSCRIBE = """mutation($topic: WebhookSubscriptionTopic!, $subscription: WebhookSubscriptionInput!) {
  webhookSubscriptionCreate(topic: $topic, webhookSubscription: $subscription) { userErrors { field message } } }"""
RUN = "mutation($query: String!) { bulkOperationRunQuery(query: $query) { userErrors { field message code } } }"


def sound(response: httpx.Response) -> None:
    """Not a crash, not a throttled call; JSON where it says so."""
    FRONT.shopify.clock.advance(1)
    assert response.status_code < 500 or response.status_code == 501, response.text
    if response.headers.get("Content-Type", "").startswith("application/json"):
        assert "THROTTLED" not in json.dumps(response.json())


@QUICK
@given(st.binary(max_size=200), TYPES)
def test_any_bytes_as_a_graphql_request(body: bytes, kind: str) -> None:
    sound(FRONT.http.post(GRAPHQL, content=body, headers={"Content-Type": kind}))


@QUICK
@given(JSON)
def test_any_json_as_a_graphql_request(body: Any) -> None:
    sound(FRONT.http.post(GRAPHQL, json=body))


@QUICK
@given(st.text(max_size=100), JSON, JSON)
def test_any_text_as_a_document(query: str, variables: Any, operation: Any) -> None:
    sound(FRONT.http.post(GRAPHQL, json={"query": query, "variables": variables, "operationName": operation}))


@QUICK
@given(JSON)
def test_any_json_as_a_subscription(subscription: Any) -> None:
    sound(FRONT.post(SUBSCRIBE, {"topic": "ORDERS_CREATE", "subscription": subscription}))


@QUICK
@given(
    st.fixed_dictionaries(
        {"uri": st.text() | st.from_regex(r"(https|pubsub|arn|kafka)://?.{0,20}")},
        optional={
            "filter": st.text() | st.from_regex(r"[a-z_.]{1,9}:[<>=]{0,2}.{0,9}( (AND|OR) .{0,9})?"),
            "name": st.text(),
            "format": st.sampled_from(["JSON", "XML"]),
            "includeFields": st.lists(st.text(), max_size=3),
            "metafieldNamespaces": st.lists(st.text(), max_size=3),
        },
    )
)
def test_any_words_in_a_subscription(subscription: dict[str, Any]) -> None:
    """One that Shopify would take is used at once, so that its filter and fields meet a body."""
    front = Front()
    response = front.post(SUBSCRIBE, {"topic": "SHOP_UPDATE", "subscription": subscription})
    sound(response)
    if "data" in response.json() and subscription.get("format") != "XML" and "pubsub" not in subscription["uri"]:
        front.act("update_shop", name="x")
        front.wait()


@QUICK
@given(
    st.text(max_size=120)
    | st.from_regex(r"\{ (products|orders|node|shop) \{ (edges|nodes) \{ (node \{ id \}|id) \} \} \}")
)
def test_any_text_as_a_bulk_query(query: str) -> None:
    sound(FRONT.post(RUN, {"query": query}))


@QUICK
@given(st.binary(max_size=100), TYPES, st.dictionaries(st.text(max_size=12), st.text(max_size=12), max_size=4))
def test_any_bytes_as_a_token_request(body: bytes, kind: str, query: dict[str, str]) -> None:
    headers = {"Content-Type": kind, "Accept": "application/json"}
    sound(FRONT.http.post("/admin/oauth/access_token", content=body, headers=headers, params=query))


@QUICK
@given(JSON)
def test_any_json_as_a_token_request(body: Any) -> None:
    sound(FRONT.http.post("/admin/oauth/access_token", json=body))


@QUICK
@given(st.dictionaries(st.sampled_from(["client_id", "scope", "redirect_uri", "state"]), st.text(max_size=30)))
def test_any_parameters_of_a_consent(query: dict[str, str]) -> None:
    sound(FRONT.http.get("/admin/oauth/authorize", params=query))


@QUICK
@given(st.sampled_from(["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"]), st.text(max_size=30), st.text(max_size=30))
def test_any_path_and_any_range(method: str, tail: str, byte_range: str) -> None:
    headers = {b"Range": byte_range.encode("utf-8", "replace")}
    for path in (BULK, "/admin/", "/admin/api/", "/"):
        sound(FRONT.http.request(method, f"{path}x{quote(tail)}", headers=headers))


@QUICK
@given(st.binary(max_size=60))
def test_any_bytes_as_a_token(token: bytes) -> None:
    shown = bytes(byte for byte in token if byte >= 32 and byte != 127)
    response = FRONT.post("{ shop { id } }", headers={"X-Shopify-Access-Token": shown})
    assert response.status_code == 401


@pytest.mark.parametrize("depth", [50, 2_000, 100_000])
def test_deep_nesting_is_an_error_like_any_other(depth: int) -> None:
    sound(FRONT.post("{ shop " * depth + "{ id }" + " }" * depth))
    sound(FRONT.http.post(GRAPHQL, content=b'{"query": ' + b"[" * depth + b"]" * depth + b"}"))
    sound(
        FRONT.http.post(
            GRAPHQL, content=json.dumps({"query": "{ shop { id } }"})[:-1] + ', "variables": ' + "[" * depth
        )
    )
    sound(FRONT.post(RUN, {"query": "{ products { edges { node { id " + "variants { edges { node { id " * depth}))


def test_the_store_is_as_it_was() -> None:
    assert FRONT.ask("{ shop { name } }") == {"shop": {"name": "Cedar & Quill"}}
