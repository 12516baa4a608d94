"""The webhook subscriptions an app makes for itself: compared with what is wanted, and mended."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from tandem.errors import Misconfigured
from tandem.model import Kind
from tandem.shopify.documents import SUBSCRIBE, SUBSCRIPTIONS, UNSUBSCRIBE
from tandem.shopify.graphql import Api
from tandem.shopify.topics import TABLE

TAKEN = "has already been taken"


@dataclass(frozen=True, slots=True)
class Subscription:
    """One of this app's; those of its configuration file never show. `topic` is the word in GraphQL.

    `plain`: whole JSON bodies, no filter.
    """

    id: str
    topic: str
    uri: str
    plain: bool


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be done: topics to subscribe to, and subscriptions of ours that are not wanted as they are."""

    missing: tuple[str, ...]
    superfluous: tuple[Subscription, ...]


def wanted(scopes: Collection[str], *, carts: bool = True) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The topics worth having that these scopes open, and those they do not."""
    base = [topic for topic in TABLE if topic.base and (carts or topic.kind is not Kind.CART)]
    opened = tuple(topic.word for topic in base if topic.scope in scopes)
    return opened, tuple(topic.word for topic in base if topic.scope not in scopes)


async def subscriptions(api: Api) -> list[Subscription]:
    found: list[Subscription] = []
    after: str | None = None
    while True:
        page = (await api.ask(SUBSCRIPTIONS, {"after": after}))["webhookSubscriptions"]
        found += [_subscription(node) for node in page["nodes"]]
        if not page["nodes"] or not page["pageInfo"]["hasNextPage"]:
            return found
        after = page["pageInfo"]["endCursor"]


def _subscription(node: Any) -> Subscription:
    plain = node["format"] == "JSON" and not node["filter"] and not node["includeFields"]
    return Subscription(node["id"], node["topic"], node["uri"], plain)


def compare(topics: Iterable[str], uri: str, there: Iterable[Subscription]) -> Plan:
    """One plain subscription a topic at our address. Other addresses are another deployment's, and left alone."""
    ours = [one for one in there if one.uri == uri]
    kept = {one.topic: one for one in ours if one.plain and one.topic in set(topics)}
    return Plan(
        missing=tuple(topic for topic in topics if topic not in kept),
        superfluous=tuple(one for one in ours if kept.get(one.topic) is not one),
    )


async def subscribe(api: Api, topics: Collection[str], uri: str, *, dry: bool = False) -> Plan:
    """Make it so, and say what was done; with `dry`, only say it. Doing it again changes nothing.

    Unwanted ones go first: they may stand in the way of a new one with the same topic and address.
    """
    plan = compare(topics, uri, await subscriptions(api))
    if not dry:
        for one in plan.superfluous:
            await api.ask(UNSUBSCRIBE, {"id": one.id})
        for topic in plan.missing:
            data = await api.ask(SUBSCRIBE, {"topic": topic, "uri": uri})
            refusals = [error["message"] for error in data["webhookSubscriptionCreate"]["userErrors"]]
            if refusals and not any(TAKEN in refusal for refusal in refusals):
                raise Misconfigured(f"Shopify refuses the subscription {topic}: {'; '.join(refusals)}")
    return plan
