"""The table of topics against Shopify's own words, and the schema against the table."""

import re
from pathlib import Path

import pytest
from graphql import GraphQLEnumType

from sandbox.shopify.domains import schema
from sandbox.shopify.webhooks.topics import BY_HEADER, BY_NAME, COMPLIANCE, TOPICS, Topic
from tests.sandbox.shopify.official import official


@pytest.mark.parametrize("topic", TOPICS, ids=lambda topic: topic.name)
def test_a_topic_is_spelt_and_opened_as_shopify_says(topic: Topic, shared: Path) -> None:
    """Header word and scopes stand in the description of each enum value."""
    enum = official(shared).type_map["WebhookSubscriptionTopic"]
    assert isinstance(enum, GraphQLEnumType)
    told = enum.values[topic.name].description or ""
    assert re.findall(r"webhook topic for `(\S+)` event", told) == [topic.header]
    assert set(re.findall(r"\bread_\w+", told)) == set(topic.scopes)


def test_the_schema_knows_these_topics_and_no_others() -> None:
    enum = schema().type_map["WebhookSubscriptionTopic"]
    assert isinstance(enum, GraphQLEnumType)
    assert list(enum.values) == [topic.name for topic in TOPICS]


def test_no_topic_stands_twice() -> None:
    assert len(BY_NAME) == len(BY_HEADER) == len(TOPICS)
    assert not BY_HEADER.keys() & set(COMPLIANCE)
