"""Whatever is thrown at the calls for records, HubSpot answers in its own shape and never fails itself."""

import json
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.hubspot.records.objects import ROUTES
from tests.sandbox.hubspot.account import Account

KINDS = ("contacts", "contacts", "companies", "products", "line_items", "orders", "carts", "0-1", "gadgets")
NAMES = (
    "email",
    "hs_additional_emails",
    "firstname",
    "name",
    "hs_sku",
    "hs_order_name",
    "hs_pipeline",
    "hs_pipeline_stage",
    "hs_currency_code",
    "hs_total_price",
    "hs_processed_date",
    "lifecyclestage",
    "price",
    "quantity",
    "hs_product_id",
    "hs_object_id",
    "createdate",
    "nonsense",
)
IDS = ("1", "100001", "a@example.com", "A", "", " ", "x")
VALUES = ("", " ", ";", "1", "-1", "19.90", "true", "lead", "USD", "2026-11-02T09:00:00Z", "a@example.com", "x;y", "\0")

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=10,
)


def mostly(wanted: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.integers(0, 15).flatmap(lambda n: anything if n == 0 else wanted)


properties = st.dictionaries(st.sampled_from(NAMES), mostly(st.sampled_from(VALUES)), max_size=5)
links = st.lists(
    st.fixed_dictionaries(
        {},
        optional={
            "to": mostly(st.fixed_dictionaries({"id": mostly(st.sampled_from(IDS))})),
            "types": mostly(
                st.lists(
                    st.fixed_dictionaries(
                        {
                            "associationCategory": mostly(st.just("HUBSPOT_DEFINED")),
                            "associationTypeId": mostly(st.sampled_from([1, 507, 514])),
                        }
                    ),
                    max_size=2,
                )
            ),
        },
    ),
    max_size=2,
)
needed: dict[str, st.SearchStrategy[Any]] = {"id": mostly(st.sampled_from(IDS)), "properties": mostly(properties)}
others = st.fixed_dictionaries(
    {},
    optional={
        "idProperty": mostly(st.sampled_from(NAMES)),
        "associations": mostly(links),
        "objectWriteTraceId": mostly(st.sampled_from(["t1", "t2", "t3"])),
        "objectId": mostly(st.sampled_from(IDS)),
        "primaryObjectId": mostly(st.sampled_from(IDS)),
        "objectIdToMerge": mostly(st.sampled_from(IDS)),
        "propertiesWithHistory": mostly(st.lists(st.sampled_from(NAMES), max_size=3)),
    },
)
wish = st.builds(lambda first, more: {**first, **more}, st.fixed_dictionaries(needed), others) | others
batch = st.fixed_dictionaries({"inputs": mostly(st.lists(mostly(wish), max_size=4))})
raw = st.binary(max_size=40) | anything.map(lambda value: json.dumps(value).encode())
query = st.dictionaries(
    st.sampled_from(
        ["limit", "after", "archived", "idProperty", "properties", "propertiesWithHistory", "associations"]
    ),
    st.sampled_from([*NAMES, *IDS, *KINDS, "true", "0", "100", "9" * 25]),
    max_size=3,
)


@pytest.fixture(scope="module")
def account() -> Account:
    """One account for all examples, with something in it to hit."""
    account = Account()
    for kind, values in (
        ("contacts", {"email": "a@example.com", "hs_additional_emails": "b@example.com"}),
        ("companies", {"name": "Acme"}),
        ("products", {"name": "Mug", "hs_sku": "A"}),
        ("orders", {"hs_order_name": "#1"}),
    ):
        account.record(kind, **values)
    return account


def shaped(response: httpx.Response) -> bool:
    """Is this an answer HubSpot gives: records, an empty 204, or its error? 501 is the sandbox's own."""
    if response.status_code == 204:
        return not response.content
    answer: dict[str, Any] = response.json()
    if response.status_code < 300:
        return "id" in answer or "results" in answer
    if response.status_code == 501:
        return bool(answer.get("sandbox") == "not modelled")
    return answer["status"] == "error" and all(answer.get(key) for key in ("message", "correlationId"))


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.endpoint)
@settings(max_examples=60, deadline=None, derandomize=True)
@given(data=st.data())
def test_any_input_gets_an_answer_in_hubspots_shape(account: Account, route: Any, data: st.DataObject) -> None:
    path = route.path.replace("{V}", data.draw(st.sampled_from(["2026-09", "2026-03", "v3"])))
    path = path.replace("{type}", data.draw(st.sampled_from(KINDS)))
    path = path.replace("{id}", data.draw(st.sampled_from(["100001", "1", "x", "a@example.com", "%20"])))
    account.hubspot.clock.advance(0.2)
    body = st.just(b"")
    if route.method in ("POST", "PATCH"):
        plausible = batch if "/batch/" in path else wish
        sent = plausible.map(lambda value: json.dumps(value).encode())
        body = st.integers(0, 7).flatmap(lambda n: raw if n == 0 else sent)
    response = account.client.request(route.method, path, params=data.draw(query), content=data.draw(body))
    assert response.status_code < 500 or response.status_code == 501
    assert response.status_code != 429
    assert shaped(response)
