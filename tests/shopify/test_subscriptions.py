"""Subscriptions: what is missing is made, what is amiss is removed, others' are left alone, and twice is once."""

import pytest

from tandem.errors import Misconfigured, OutcomeUnknown
from tandem.shopify.subscriptions import Plan, subscribe, subscriptions, wanted
from tandem.shopify.topics import TABLE
from tests.sandbox.shopify.front import SUBSCRIBE
from tests.shopify.store import Store, run

URI = "https://hooks.example.com/webhooks/shopify"
TOPICS = ("ORDERS_CREATE", "ORDERS_UPDATED", "CUSTOMERS_UPDATE")
MAKE = "graphql webhookSubscriptionCreate"


@pytest.fixture
def store() -> Store:
    return Store()


def there(store: Store) -> list[tuple[str, str]]:
    return sorted((one.topic, one.uri) for one in run(subscriptions(store.api)))


def foreign(store: Store, topic: str, uri: str, **options: object) -> None:
    """A subscription that somebody else made with the app's token."""
    answer = run(
        store.http.post(
            "/admin/api/2026-10/graphql.json",
            json={"query": SUBSCRIBE, "variables": {"topic": topic, "subscription": {"uri": uri, **options}}},
            headers={"X-Shopify-Access-Token": store.tokens[0]},
        )
    )
    assert answer.json()["data"]["webhookSubscriptionCreate"]["userErrors"] == []


def test_all_are_made_once(store: Store) -> None:
    assert run(subscribe(store.api, TOPICS, URI)) == Plan(TOPICS, ())
    assert there(store) == sorted((topic, URI) for topic in TOPICS)
    assert run(subscribe(store.api, TOPICS, URI)) == Plan((), ())
    assert store.calls(MAKE) == 3


def test_a_dry_run_only_says(store: Store) -> None:
    assert run(subscribe(store.api, TOPICS, URI, dry=True)) == Plan(TOPICS, ())
    assert there(store) == []


def test_what_shopify_removed_is_made_again(store: Store) -> None:
    run(subscribe(store.api, TOPICS, URI))
    lost = run(subscriptions(store.api))[0]
    store.shop.tables["WebhookSubscription"].remove(
        store.shop.tables["WebhookSubscription"].rows[lost.id.rpartition("/")[2]], store.time.now()
    )
    assert run(subscribe(store.api, TOPICS, URI)).missing == (lost.topic,)
    assert len(there(store)) == 3


def test_a_topic_no_longer_wanted_goes(store: Store) -> None:
    run(subscribe(store.api, TOPICS, URI))
    plan = run(subscribe(store.api, TOPICS[:1], URI))
    assert sorted(one.topic for one in plan.superfluous) == sorted(TOPICS[1:])
    assert there(store) == [(TOPICS[0], URI)]


def test_one_that_is_cut_or_filtered_is_replaced_by_a_plain_one(store: Store) -> None:
    foreign(store, "ORDERS_CREATE", URI, includeFields=["id"])
    foreign(store, "ORDERS_UPDATED", URI, filter="test:false")
    foreign(store, "CUSTOMERS_UPDATE", URI, format="XML")
    plan = run(subscribe(store.api, TOPICS, URI))
    assert sorted(plan.missing) == sorted(TOPICS)
    assert there(store) == sorted((topic, URI) for topic in TOPICS)
    assert all(one.plain for one in run(subscriptions(store.api)))


def test_other_addresses_are_left_alone(store: Store) -> None:
    foreign(store, "ORDERS_CREATE", "https://other.example.com/hooks")
    run(subscribe(store.api, TOPICS, URI))
    run(subscribe(store.api, (), URI))
    assert there(store) == [("ORDERS_CREATE", "https://other.example.com/hooks")]


def test_an_answer_that_is_lost_is_found_out_by_doing_it_again(store: Store) -> None:
    store.shopify.faults.add("lose", MAKE, times=1)
    with pytest.raises(OutcomeUnknown):
        run(subscribe(store.api, TOPICS, URI))
    run(subscribe(store.api, TOPICS, URI))
    assert there(store) == sorted((topic, URI) for topic in TOPICS)


def test_a_refused_address_is_told_with_shopifys_words(store: Store) -> None:
    with pytest.raises(Misconfigured, match="ORDERS_CREATE"):
        run(subscribe(store.api, TOPICS, "http://localhost/hooks"))


def test_what_can_be_had_depends_on_the_scopes(store: Store) -> None:
    opened, closed = wanted({"read_orders", "read_customers"})
    assert {"ORDERS_UPDATED", "REFUNDS_CREATE", "CUSTOMERS_UPDATE", "CUSTOMER_TAGS_ADDED"} <= set(opened)
    assert set(closed) == {topic.word for topic in TABLE if topic.base} - set(opened)
    assert {"FULFILLMENTS_UPDATE", "RETURNS_CLOSE", "CUSTOMERS_MERGE"} <= set(closed)
    assert "ORDERS_PAID" not in (*opened, *closed)


def test_every_topic_of_the_table_can_be_had_with_its_scope_and_not_without(store: Store) -> None:
    scopes = sorted({topic.scope for topic in TABLE})
    store.grant(*scopes)
    words = [topic.word for topic in TABLE]
    run(subscribe(store.api, words, URI))
    assert [topic for topic, _ in there(store)] == sorted(words)
    for scope in scopes:
        poor = Store()
        poor.grant(*(other for other in scopes if other != scope))
        [first, *_] = [topic.word for topic in TABLE if topic.scope == scope]
        with pytest.raises(Misconfigured):
            run(subscribe(poor.api, [first], URI))


def test_many_are_listed_page_by_page(store: Store) -> None:
    store.shop.settings.plan = "enterprise"
    for number in range(260):
        foreign(store, "ORDERS_CREATE", f"https://hooks.example.com/{number}")
    assert len(there(store)) == 260
