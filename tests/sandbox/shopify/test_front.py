"""The HTTP front of a store: where calls go, what it answers to wrong ones, how calls are counted."""

import json
from typing import Any

import httpx
import pytest

from sandbox.http import MAX_BODY
from sandbox.mounts import Transport
from sandbox.shopify.refusals import INVALID_TOKEN
from sandbox.shopify.simulator import STATIC_TOKEN, Shopify
from tests.sandbox.shopify.front import GRAPHQL, Front

QUERY = "{ webhookSubscriptionsCount { count } }"


def test_a_query_is_answered_with_its_version_and_a_request_id(front: Front) -> None:
    response = front.post(QUERY)
    assert response.status_code == 200
    assert response.json()["data"] == {"webhookSubscriptionsCount": {"count": 0}}
    assert response.headers["X-Shopify-API-Version"] == "2026-10"
    assert front.post(QUERY).headers["X-Request-Id"] != response.headers["X-Request-Id"]


@pytest.mark.parametrize("token", ["", "shpat_wrong", "ключ".encode()])
def test_a_wrong_token_is_refused(front: Front, token: str | bytes) -> None:
    response = front.post(QUERY, headers={"X-Shopify-Access-Token": token})
    assert (response.status_code, response.json()) == (401, {"errors": INVALID_TOKEN})


def test_no_token_is_refused(front: Front) -> None:
    del front.http.headers["X-Shopify-Access-Token"]
    assert front.post(QUERY).status_code == 401


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", GRAPHQL),
        ("PUT", GRAPHQL),
        ("POST", "/admin/api/2031-01/graphql.json"),
        ("POST", "/admin/api/lastest/graphql.json"),
        ("POST", "/graphql.json"),
        ("GET", "/admin/oauth/access_token"),
        ("GET", "/products"),
    ],
)
def test_what_is_nowhere_is_not_found(front: Front, method: str, path: str) -> None:
    response = front.http.request(method, path)
    assert (response.status_code, response.json()) == (404, {"errors": "Not Found"})


def test_another_stores_address_is_not_found(front: Front) -> None:
    assert front.http.post(f"https://other.myshopify.com{GRAPHQL}", json={"query": QUERY}).status_code == 404


@pytest.mark.parametrize(
    ("content", "parameter"),
    [
        (b"", "query"),
        (b"{", "query"),
        (b"[]", "query"),
        (b"{ shop { id } }", "query"),
        (b'{"query": 7}', "query"),
        (b'{"query": ""}', "query"),
        (b'{"query": NaN}', "query"),
        (b'{"query": "\\ud800"}', "query"),
        (b'{"query": "{ shop { id } }", "variables": []}', "variables"),
        (b'{"query": "{ shop { id } }", "operationName": 1}', "operationName"),
    ],
)
def test_a_body_without_what_it_must_have_is_bad(front: Front, content: bytes, parameter: str) -> None:
    response = front.http.post(GRAPHQL, content=content, headers={"Content-Type": "application/json"})
    assert response.status_code == 400
    assert response.json() == {"errors": {parameter: "Required parameter missing or invalid"}}


def test_a_body_may_be_the_document_itself(front: Front) -> None:
    response = front.http.post(GRAPHQL, content=QUERY, headers={"Content-Type": "application/graphql"})
    assert response.json()["data"] == {"webhookSubscriptionsCount": {"count": 0}}


def test_the_operation_is_chosen_by_name(front: Front) -> None:
    document = f"query A {QUERY} query B {{ other: webhookSubscriptionsCount {{ precision }} }}"
    response = front.http.post(GRAPHQL, json={"query": document, "operationName": "B"})
    assert response.json()["data"] == {"other": {"precision": "EXACT"}}


def test_too_large_a_body_is_refused_in_front_of_the_application(front: Front) -> None:
    response = front.http.post(GRAPHQL, content=b'{"query": "' + b"x" * MAX_BODY)
    assert response.status_code == 413
    assert response.headers["Content-Type"].startswith("text/html")


def test_the_rest_api_is_refused_loudly(front: Front) -> None:
    response = front.http.get("/admin/api/2026-10/orders.json")
    assert response.status_code == 501
    assert "REST" in response.json()["missing"]


REFUSALS: dict[int, Any] = {
    401: {"errors": INVALID_TOKEN},
    402: {"errors": "Unavailable Shop"},
    403: {"errors": "Unavailable Shop"},
    404: {"errors": "Not Found"},
    423: {"errors": "Unavailable Shop"},
    500: {"errors": "Internal Server Error"},
}


@pytest.mark.parametrize("status", REFUSALS)
def test_a_refusal_has_shopifys_body(front: Front, status: int) -> None:
    front.shopify.faults.add("status", "graphql *", status=status)
    response = front.post(QUERY)
    assert (response.status_code, response.json()) == (status, REFUSALS[status])


def test_the_edge_refuses_with_a_page_and_says_when_to_come_back(front: Front) -> None:
    for status in (430, 502, 503, 504):
        front.shopify.faults.add("status", "graphql *", status=status, times=1)
        response = front.post(QUERY)
        assert (response.status_code, response.headers["Content-Type"]) == (status, "text/html;charset=utf-8")
    front.shopify.faults.add("status", "graphql *", status=429, times=1)
    assert float(front.post(QUERY).headers["Retry-After"]) > 0


ASKED = {
    "{ shop { id } }": "graphql shop",
    "{ a: shop { id } b: shop { name } }": "graphql shop",
    "{ shop { id } ... on QueryRoot { bulkOperations(first: 1) { nodes { id } } } }": "graphql shop+bulkOperations",
    "query { ...F } fragment F on QueryRoot { webhookSubscription(id: 1) { id } }": "graphql webhookSubscription",
    "{ ...F } fragment F on QueryRoot { ...F }": "graphql nothing",
    "query A { shop { id } } query B { node(id: 1) { id } }": "graphql nothing",
    "{": "graphql nothing",
}


@pytest.mark.parametrize("document", ASKED)
def test_calls_are_counted_by_what_they_ask(front: Front, document: str) -> None:
    front.post(document)
    assert front.shopify.log.counts == {ASKED[document]: 1}


def test_the_named_operation_is_the_one_counted(front: Front) -> None:
    document = "query A { shop { id } } query B { node(id: 1) { id } }"
    front.http.post(GRAPHQL, json={"query": document, "operationName": "B"})
    assert front.shopify.log.counts == {"graphql node": 1}


def test_deprecated_use_is_told_in_a_header(front: Front) -> None:
    assert "X-Shopify-API-Deprecated-Reason" not in front.post(QUERY).headers
    deprecated = "{ webhookSubscriptions(first: 1) { nodes { callbackUrl } } }"
    assert front.post(deprecated).headers["X-Shopify-API-Deprecated-Reason"].startswith("https://shopify.dev/")


def test_state_tells_counts_records_and_settings(front: Front) -> None:
    subscription = front.subscribe("SHOP_UPDATE").rpartition("/")[2]
    state = front.http.get("/__sandbox/state").json()
    assert state["WebhookSubscription"] == 1
    [one] = front.http.get("/__sandbox/state/WebhookSubscription").json()
    assert one == front.http.get(f"/__sandbox/state/WebhookSubscription/{subscription}").json()
    assert one["uri"] == "https://hooks.example.com/shopify"
    assert one["app"] == front.shopify.app.id
    assert front.http.get("/__sandbox/state/settings").json()["domain"] == front.shop.settings.domain
    assert front.http.get("/__sandbox/state/WebhookSubscription/1").status_code == 404
    assert front.http.get("/__sandbox/state/Unicorn").status_code == 404


def test_the_page_shows_records_and_what_they_belong_to(front: Front) -> None:
    front.subscribe("SHOP_UPDATE")
    page = front.http.get("/__sandbox").text
    assert "WebhookSubscription" in page
    assert f"app {front.shopify.app.legacy_resource_id}" in page
    assert "graphql webhookSubscriptionCreate" in page


def test_the_page_ties_an_order_to_its_lines_its_buyer_and_its_checkout(front: Front) -> None:
    front.act("create_product", title="Notebook <b>", sku="NB-1", price="5")
    customer = front.act("create_customer", email="ana@example.com")
    opened = front.act(
        "open_checkout", lines=[{"variant": "NB-1"}], customer="ana@example.com", email="ana@example.com"
    )
    order = front.act("complete_checkout", checkout=opened["token"])
    page = front.http.get("/__sandbox").text
    [row] = [row for row in page.split("<tr>") if order["name"] in row and f"checkout_token {opened['token']}" in row]
    assert f"customer {customer['legacy_resource_id']}" in row
    assert f"lines {order['lines'][0]['legacy_resource_id']}" in row
    assert "Notebook &lt;b&gt;" in page


def test_the_same_seed_and_calls_give_the_same_trace() -> None:
    def trace(seed: int) -> list[Any]:
        front = Front(seed=seed)
        front.subscribe("SHOP_UPDATE")
        front.act("update_shop", name="Cedar")
        front.wait(10)
        sent = [(sorted(request.headers.items()), request.content) for request in front.received]
        return [*sent, front.post(QUERY).headers["X-Request-Id"]]

    assert trace(3) == trace(3)
    assert trace(3) != trace(4)


def test_reset_leaves_a_fresh_store() -> None:
    shopify = Shopify()
    with httpx.Client(transport=Transport(shopify), base_url="https://shop.example.com") as http:
        made = http.post("/__sandbox/actions/create_app", json={"title": "Other"}).json()
        http.post("/__sandbox/reset", content=json.dumps({"seed": 1}))
        assert made["client_id"] not in shopify.shop.apps
        answer = http.post(GRAPHQL, json={"query": QUERY}, headers={"X-Shopify-Access-Token": STATIC_TOKEN})
        assert answer.status_code == 200
