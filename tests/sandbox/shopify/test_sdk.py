"""Shopify's own Python client, unpatched, against the loopback server."""

import json
from collections.abc import Callable, Iterator
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import urlopen

import pytest
import shopify

from sandbox.shopify.simulator import CLIENT_ID, CLIENT_SECRET, STATIC_TOKEN, Shopify
from sandbox.simulator import Simulator
from tests.sandbox.shopify.front import Front

Serve = Callable[[Simulator], str]


@pytest.fixture
def server(serve: Serve) -> str:
    return serve(Shopify())


@pytest.fixture
def graphql(server: str) -> Iterator[Callable[..., Any]]:
    """`graphql(query, variables)` through a session; its settings are the client's public ones.

    The client cuts a shop's address at the first dot and appends its domain: 127 and 0.0.1 make a loopback address.
    """
    before = {name: getattr(shopify.Session, name) for name in ("protocol", "myshopify_domain", "port")}
    shopify.Session.setup(protocol="http", myshopify_domain="0.0.1", port=urlsplit(server).port)

    def execute(query: str, variables: Any = None, *, token: str = STATIC_TOKEN, **options: Any) -> Any:
        with shopify.Session.temp("127", "2026-10", token):
            return json.loads(shopify.GraphQL().execute(query, variables, **options))

    yield execute
    shopify.Session.setup(**before)


def test_a_session_reads_and_writes(graphql: Callable[..., Any]) -> None:
    assert graphql("{ shop { myshopifyDomain } }")["data"]["shop"] == {
        "myshopifyDomain": "cedar-quill-demo.myshopify.com"
    }
    create = "mutation M($input: CustomerInput!) { customerCreate(input: $input) { customer { id } } }"
    made = graphql(create, {"input": {"email": "ana@example.com"}}, operation_name="M")
    found = graphql(
        "query($id: ID!) { customer(id: $id) { defaultEmailAddress { emailAddress } } }",
        {"id": made["data"]["customerCreate"]["customer"]["id"]},
    )
    assert found["data"]["customer"]["defaultEmailAddress"] == {"emailAddress": "ana@example.com"}
    assert found["extensions"]["cost"]["throttleStatus"]["restoreRate"] == 100


def test_user_errors_and_errors_come_through(graphql: Callable[..., Any]) -> None:
    refused = graphql("mutation { customerCreate(input: {}) { customer { id } userErrors { message } } }")
    assert refused["data"]["customerCreate"]["userErrors"]
    assert graphql("{ unicorn }")["errors"][0]["extensions"]["code"] == "undefinedField"


def test_a_wrong_token_is_an_http_error(graphql: Callable[..., Any], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(HTTPError) as caught:
        graphql("{ shop { id } }", token="shpat_wrong")
    assert caught.value.code == 401
    caught.value.close()
    assert "Invalid API key or access token" in capsys.readouterr().out


def test_a_bulk_result_lies_on_the_server_that_was_asked(graphql: Callable[..., Any], server: str) -> None:
    product = "mutation($product: ProductCreateInput!) { productCreate(product: $product) { product { id } } }"
    made = graphql(product, {"product": {"title": "Shirt"}})["data"]["productCreate"]["product"]
    run = "mutation($query: String!) { bulkOperationRunQuery(query: $query) { bulkOperation { id } } }"
    started = graphql(run, {"query": "{ products { edges { node { id } } } }"})["data"]["bulkOperationRunQuery"]
    with urlopen(f"{server}/__sandbox/clock", json.dumps({"advance": 5}).encode()):
        read = "query($id: ID!) { bulkOperation(id: $id) { status url } }"
        finished = graphql(read, started["bulkOperation"])["data"]["bulkOperation"]
    assert (finished["status"], finished["url"].startswith(f"{server}/")) == ("COMPLETED", True)
    with urlopen(finished["url"]) as file:
        assert json.loads(file.read()) == made


def test_the_client_trusts_a_callback_that_the_store_signed() -> None:
    front = Front()
    shopify.Session.setup(api_key=CLIENT_ID, secret=CLIENT_SECRET)
    address = shopify.Session(front.shop.settings.domain, "2026-10").create_permission_url(
        ["read_orders"], "https://app.example.com/auth/callback", "nonce"
    )
    answer = front.http.get(address)
    callback = dict(pair.split("=") for pair in urlsplit(answer.headers["Location"]).query.split("&"))
    assert shopify.Session.validate_hmac(callback)
    assert not shopify.Session.validate_hmac({**callback, "shop": "other.myshopify.com"})
