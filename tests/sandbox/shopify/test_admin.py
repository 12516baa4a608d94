"""The store itself, its app, its history, and records by global id."""

from datetime import timedelta
from typing import Any

import pytest

from sandbox.shopify.api.events import KEPT
from sandbox.shopify.shop import EVENT_SUBJECTS
from tests.sandbox.shopify.front import Front


def test_the_store_tells_of_itself(front: Front) -> None:
    query = """{ shop { id name myshopifyDomain primaryDomain { host url sslEnabled } currencyCode email
      enabledPresentmentCurrencies ianaTimezone timezoneOffset timezoneOffsetMinutes taxesIncluded url
      plan { publicDisplayName shopifyPlus partnerDevelopment } customerAccountsV2 { customerAccountsVersion }
      shopAddress { country countryCodeV2 } } }"""
    assert front.ask(query)["shop"] == {
        "id": "gid://shopify/Shop/81234567890",
        "name": "Cedar & Quill",
        "myshopifyDomain": "cedar-quill-demo.myshopify.com",
        "primaryDomain": {"host": "shop.example.com", "url": "https://shop.example.com", "sslEnabled": True},
        "currencyCode": "USD",
        "email": "owner@example.com",
        "enabledPresentmentCurrencies": ["USD", "EUR", "CAD", "JPY", "BHD"],
        "ianaTimezone": "America/Los_Angeles",
        "timezoneOffset": "-0800",
        "timezoneOffsetMinutes": -480,
        "taxesIncluded": False,
        "url": "https://shop.example.com",
        "plan": {"publicDisplayName": "Basic", "shopifyPlus": False, "partnerDevelopment": False},
        "customerAccountsV2": {"customerAccountsVersion": "NEW_CUSTOMER_ACCOUNTS"},
        "shopAddress": {"country": "United States", "countryCodeV2": "US"},
    }


def test_the_offset_of_the_shops_time_follows_the_season(front: Front) -> None:
    front.shop.settings.iana_timezone = "America/St_Johns"
    query = "{ shop { timezoneOffset timezoneOffsetMinutes } }"
    assert front.ask(query)["shop"] == {"timezoneOffset": "-0330", "timezoneOffsetMinutes": -210}
    front.shopify.clock.advance(timedelta(days=180).total_seconds())
    assert front.ask(query)["shop"] == {"timezoneOffset": "-0230", "timezoneOffsetMinutes": -150}


SCOPES = "{ currentAppInstallation { id accessScopes { handle } app { id apiKey title webhookApiVersion } } }"


def test_an_app_sees_its_installation(front: Front) -> None:
    front.act("grant_scopes", scopes=["write_products", "read_orders"])
    front.act("create_static_token", token="shpat_two")
    front.http.headers["X-Shopify-Access-Token"] = "shpat_two"
    installation = front.ask(SCOPES)["currentAppInstallation"]
    assert [scope["handle"] for scope in installation["accessScopes"]] == [
        "read_orders",
        "read_products",
        "write_products",
    ]
    assert installation["app"]["apiKey"] == front.shopify.app.api_key
    assert installation["app"]["title"] == front.shopify.app.title
    front.shopify.switches.set("access_scopes_listed", "granted")
    assert [scope["handle"] for scope in front.ask(SCOPES)["currentAppInstallation"]["accessScopes"]] == [
        "read_orders",
        "write_products",
    ]


def test_living_versions_are_listed(front: Front) -> None:
    versions = {
        v["handle"]: v["supported"]
        for v in front.ask("{ publicApiVersions { handle supported } }")["publicApiVersions"]
    }
    assert versions["2026-10"] is True
    assert versions["unstable"] is False


CREATE = """mutation($input: CustomerInput!) {
  customerCreate(input: $input) { customer { id } userErrors { message } }
}"""
DELETE = "mutation($id: ID!) { customerDelete(input: {id: $id}) { deletedCustomerId userErrors { message } } }"
EVENTS = """query($query: String, $sortKey: EventSortKeys, $first: Int = 10, $after: String, $reverse: Boolean) {
  events(first: $first, after: $after, query: $query, sortKey: $sortKey, reverse: $reverse) {
    nodes { id action appTitle createdAt ... on BasicEvent { subjectId subjectType } }
    pageInfo { hasNextPage endCursor }
  }
  eventsCount(query: $query) { count precision }
}"""


def customer(front: Front, email: str) -> str:
    return str(front.ask(CREATE, {"input": {"email": email}})["customerCreate"]["customer"]["id"])


def listed(front: Front, **asked: Any) -> list[Any]:
    nodes: list[Any] = front.ask(EVENTS, asked)["events"]["nodes"]
    return nodes


def test_a_deletion_is_read_from_history(front: Front) -> None:
    gone = customer(front, "gone@example.com")
    customer(front, "kept@example.com")
    front.shopify.clock.advance(60)
    before = front.shop.now
    front.shopify.clock.advance(60)
    front.ask(DELETE, {"id": gone})
    found = front.ask(
        EVENTS, {"query": f"action:destroy subject_type:CUSTOMER created_at:>='{before:%Y-%m-%dT%H:%M:%SZ}'"}
    )
    [event] = found["events"]["nodes"]
    assert (event["subjectId"], event["subjectType"], event["action"]) == (gone, "CUSTOMER", "destroy")
    assert event["appTitle"] == front.shopify.app.title
    assert event["createdAt"] == f"{front.shop.now:%Y-%m-%dT%H:%M:%SZ}"
    assert found["eventsCount"] == {"count": 1, "precision": "EXACT"}
    assert front.ask("query($id: ID!) { event(id: $id) { id } node(id: $id) { id } }", {"id": event["id"]}) == {
        "event": {"id": event["id"]},
        "node": {"id": event["id"]},
    }


@pytest.mark.parametrize("sort_key", ["ID", "CREATED_AT"])
def test_history_is_paged_in_the_order_of_time(front: Front, sort_key: str) -> None:
    for number in range(7):
        front.shop.record_event("create", Subject(str(number + 1)), "")
        front.shopify.clock.advance(1)
    met: list[str] = []
    after = None
    for _ in range(3):
        page = front.ask(EVENTS, {"first": 3, "sortKey": sort_key, "after": after})["events"]
        met += [node["subjectId"].rpartition("/")[2] for node in page["nodes"]]
        after = page["pageInfo"]["endCursor"]
    assert met == list("1234567")
    assert not page["pageInfo"]["hasNextPage"]
    newest = listed(front, first=2, sortKey=sort_key, reverse=True)
    assert [node["subjectId"].rpartition("/")[2] for node in newest] == ["7", "6"]


class Subject:
    """A product, as far as history goes."""

    typename = "Product"

    def __init__(self, legacy_resource_id: str) -> None:
        self.legacy_resource_id = legacy_resource_id
        self.id = f"gid://shopify/Product/{legacy_resource_id}"


def test_history_is_kept_for_a_year(front: Front) -> None:
    front.shop.record_event("destroy", Subject("1"), "")
    [event] = listed(front)
    front.shopify.clock.advance(KEPT.total_seconds())
    assert [node["id"] for node in listed(front)] == [event["id"]]
    front.shopify.clock.advance(1)
    assert listed(front) == []
    assert front.ask("query($id: ID!) { event(id: $id) { id } }", {"id": event["id"]}) == {"event": None}


def test_what_the_merchant_does_has_no_app_in_its_history(front: Front) -> None:
    front.shop.record_event("destroy", Subject("1"), "")
    assert listed(front)[0]["appTitle"] is None


def test_not_every_kind_has_a_history(front: Front) -> None:
    assert "CompanyContact" not in EVENT_SUBJECTS
    subject = Subject("1")
    subject.typename = "CompanyContact"
    front.shop.record_event("destroy", subject, "")
    assert listed(front) == []


def test_nodes_answer_in_the_order_asked_and_null_for_the_unknown(front: Front) -> None:
    one, two = customer(front, "one@example.com"), customer(front, "two@example.com")
    ids = [
        two,
        "gid://shopify/Customer/1",
        one,
        "gid://shopify/MoonBase/7",
        two,
        "gid://shopify/Customer/none",
        "gid://shopify/Shop/81234567890",
        "gid://shopify/Shop/2",
    ]
    nodes = front.ask("query($ids: [ID!]!) { nodes(ids: $ids) { id ... on Customer { email: id } } }", {"ids": ids})[
        "nodes"
    ]
    assert [node and node["id"] for node in nodes] == [
        two,
        None,
        one,
        None,
        two,
        None,
        "gid://shopify/Shop/81234567890",
        None,
    ]


def test_nodes_are_charged_as_one(front: Front) -> None:
    query = "query($ids: [ID!]!) { nodes(ids: $ids) { ... on Customer { id lastOrder { id } } } }"
    ids = [customer(front, f"c{number}@example.com") for number in range(8)]
    for some in (ids[:1], ids):
        cost = front.post(query, {"ids": some}).json()["extensions"]["cost"]
        assert cost["requestedQueryCost"] == 2


def test_a_malformed_id_is_refused(front: Front) -> None:
    answer = front.post("query($id: ID!) { node(id: $id) { id } }", {"id": "gid://shopify/Customer"}).json()
    assert answer["errors"][0]["extensions"]["problems"][0]["message"] == "Invalid global id 'gid://shopify/Customer'"
