"""Making, changing, listing and removing webhook subscriptions, beyond what was recorded."""

from typing import Any

import pytest

from tests.sandbox.shopify.front import SUBSCRIBE, Front

UPDATE = """mutation($id: ID!, $subscription: WebhookSubscriptionInput!) {
  webhookSubscriptionUpdate(id: $id, webhookSubscription: $subscription) {
    webhookSubscription { topic uri format filter includeFields metafieldNamespaces metafields { namespace key } name }
    userErrors { field message }
  }
}"""
LIST = """query($topics: [WebhookSubscriptionTopic!], $format: WebhookSubscriptionFormat, $uri: String) {
  webhookSubscriptions(first: 20, topics: $topics, format: $format, uri: $uri) { nodes { id } }
}"""


def refused(front: Front, topic: str = "ORDERS_CREATE", **subscription: Any) -> list[tuple[str, str]]:
    given = {"uri": "https://hooks.example.com/", **subscription}
    answer = front.ask(SUBSCRIBE, {"topic": topic, "subscription": given})["webhookSubscriptionCreate"]
    return [(error["field"][-1], error["message"]) for error in answer["userErrors"]]


@pytest.mark.parametrize(
    "uri",
    [
        "https://cedar-quill-demo.myshopify.com/hooks",
        "https://SHOPIFY.com/",
        "https://localhost/hooks",
        "https://10.0.0.7/hooks",
        "https://hooks.internal/",
    ],
)
def test_shopifys_own_and_internal_hosts_are_refused(front: Front, uri: str) -> None:
    assert refused(front, uri=uri) == [("callbackUrl", "Address cannot be a Shopify or an internal domain")]


@pytest.mark.parametrize(
    "uri", ["https://", "hooks.example.com", "https://a b/", "https:///path", "mailto:a@example.com"]
)
def test_what_is_no_address_is_refused(front: Front, uri: str) -> None:
    assert refused(front, uri=uri) == [("callbackUrl", "Address is invalid")]


@pytest.mark.parametrize("uri", ["https://hooks.example.com:8443/a?b=c", "https://bücher.example.com/x"])
def test_an_address_may_have_a_port_a_query_and_letters_of_its_own(front: Front, uri: str) -> None:
    assert refused(front, uri=uri) == []


def test_faults_of_address_format_and_name_are_told_together(front: Front) -> None:
    found = refused(front, "RETURNS_APPROVE", uri="", format="XML", name="a b", filter="no field")
    assert [field for field, _ in found] == ["callbackUrl", "format", "name"]


def test_a_name_is_fifty_signs_at_most(front: Front) -> None:
    assert refused(front, name="n" * 50) == []
    assert refused(front, name="m" * 51, filter="id:1") == [("name", "Name is too long (maximum is 50 characters)")]


def test_one_address_may_hear_a_topic_once_per_filter(front: Front) -> None:
    front.subscribe("ORDERS_CREATE", filter="test:false")
    front.subscribe("ORDERS_CREATE", filter="test:true")
    front.subscribe("ORDERS_UPDATED", filter="test:true")
    taken = refused(front, uri="https://hooks.example.com/shopify", filter="test:true")
    assert taken == [("callbackUrl", "Address for this topic has already been taken")]


@pytest.mark.parametrize(("switch", "refusals"), [("refused", 1), ("silent", 0)])
def test_a_topic_whose_scope_is_missing(switch: str, refusals: int) -> None:
    front = Front({"subscription_without_scope": switch})
    front.act("grant_scopes", scopes=["read_products"])
    found = refused(front, "CUSTOMERS_CREATE")
    assert len(found) == refusals
    for field, message in found:
        assert field == "topic"
        assert "missing access scope" in message
        assert "products/create" in message
        assert "orders/create" not in message
    front.happen("customers/create", {"id": 1})
    front.wait()
    assert front.received == []


def test_a_topic_that_the_store_never_fires_does_not_exist(front: Front) -> None:
    answer = front.post(SUBSCRIBE, {"topic": "THEMES_PUBLISH", "subscription": {"uri": "https://hooks.example.com/"}})
    assert answer.json()["errors"][0]["extensions"]["code"] == "INVALID_VARIABLE"


def test_an_update_changes_what_it_names_and_keeps_the_rest(front: Front) -> None:
    subscription = front.subscribe("ORDERS_CREATE", filter="test:false", includeFields=["id"], name="main")
    change = {"name": "second", "metafields": [{"namespace": "custom", "key": "tier"}]}
    answer = front.ask(UPDATE, {"id": subscription, "subscription": change})["webhookSubscriptionUpdate"]
    assert answer["userErrors"] == []
    assert answer["webhookSubscription"] == {
        "topic": "ORDERS_CREATE",
        "uri": "https://hooks.example.com/shopify",
        "format": "JSON",
        "filter": "test:false",
        "includeFields": ["id"],
        "metafieldNamespaces": [],
        "metafields": [{"namespace": "custom", "key": "tier"}],
        "name": "second",
    }
    front.ask(UPDATE, {"id": subscription, "subscription": {"name": None, "filter": None}})
    shown = front.ask("query($id: ID!) { webhookSubscription(id: $id) { name filter } }", {"id": subscription})
    assert shown["webhookSubscription"] == {"name": None, "filter": None}


def test_the_old_word_for_an_address_still_works(front: Front) -> None:
    made = front.ask(SUBSCRIBE, {"topic": "SHOP_UPDATE", "subscription": {"callbackUrl": "https://hooks.example.com/"}})
    assert made["webhookSubscriptionCreate"]["userErrors"] == []


def test_the_list_narrows_by_topic_format_and_address(front: Front) -> None:
    first = front.subscribe("ORDERS_CREATE")
    second = front.subscribe("PRODUCTS_UPDATE", format="XML")
    third = front.subscribe("ORDERS_CREATE", "https://hooks.example.com/other")

    def listed(**asked: Any) -> list[str]:
        return [node["id"] for node in front.ask(LIST, asked)["webhookSubscriptions"]["nodes"]]

    assert listed() == [first, second, third]
    assert listed(topics=["ORDERS_CREATE"]) == [first, third]
    assert listed(topics=[]) == []
    assert listed(format="XML") == [second]
    assert listed(uri="https://hooks.example.com/other") == [third]


def test_cloud_addresses_show_their_parts(front: Front) -> None:
    arn = f"arn:aws:events:eu-west-1::event-source/aws.partner/shopify.com/{front.shopify.app.legacy_resource_id}/desk"
    front.subscribe("ORDERS_CREATE", arn)
    front.subscribe("ORDERS_CREATE", "pubsub://some-project:some-topic")
    shown = front.ask("""{ webhookSubscriptions(first: 5) { nodes { uri callbackUrl endpoint { __typename
      ... on WebhookEventBridgeEndpoint { arn } ... on WebhookPubSubEndpoint { pubSubProject pubSubTopic } } } } }""")
    bus, pubsub = shown["webhookSubscriptions"]["nodes"]
    assert (bus["uri"], bus["endpoint"]) == (arn, {"__typename": "WebhookEventBridgeEndpoint", "arn": arn})
    assert pubsub["endpoint"]["pubSubProject"] == "some-project"
    assert pubsub["endpoint"]["pubSubTopic"] == "some-topic"


def test_a_removed_subscription_is_gone(front: Front) -> None:
    subscription = front.subscribe("SHOP_UPDATE")
    delete = "mutation($id: ID!) { webhookSubscriptionDelete(id: $id) { deletedWebhookSubscriptionId } }"
    assert front.ask(delete, {"id": subscription})["webhookSubscriptionDelete"]["deletedWebhookSubscriptionId"]
    front.act("update_shop", name="Two")
    front.wait()
    assert front.received == []


def test_metafields_of_a_namespace_travel_with_the_body(front: Front) -> None:
    front.subscribe("CUSTOMERS_UPDATE", metafieldNamespaces=["custom"])
    front.subscribe("CUSTOMERS_UPDATE", "https://hooks.example.com/plain")
    create = "mutation($input: CustomerInput!) { customerCreate(input: $input) { customer { id } } }"
    made = front.ask(create, {"input": {"email": "ana@example.com"}})["customerCreate"]["customer"]["id"]
    values = [
        {"ownerId": made, "namespace": namespace, "key": "tier", "type": "single_line_text_field", "value": "gold"}
        for namespace in ("custom", "other")
    ]
    save = "mutation($values: [MetafieldsSetInput!]!) { metafieldsSet(metafields: $values) { userErrors { message } } }"
    assert front.ask(save, {"values": values})["metafieldsSet"]["userErrors"] == []
    change = "mutation($input: CustomerInput!) { customerUpdate(input: $input) { userErrors { message } } }"
    front.ask(change, {"input": {"id": made, "note": "hello"}})
    front.wait()
    with_fields, plain = front.bodies()[-2:]
    assert [(one["namespace"], one["key"], one["value"]) for one in with_fields["metafields"]] == [
        ("custom", "tier", "gold")
    ]
    assert with_fields["metafields"][0]["owner_resource"] == "customer"
    assert "metafields" not in plain
