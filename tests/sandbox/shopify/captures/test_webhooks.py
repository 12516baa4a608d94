"""Recorded answers about webhook subscriptions, given again by the simulated store."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.sandbox.shopify.front import Front
from tests.sandbox.shopify.replay import mapped, recorded, replayed

ENDPOINT = "endpoint { __typename ... on WebhookHttpEndpoint { callbackUrl } }"
FULL = f"id topic format includeFields metafieldNamespaces filter createdAt updatedAt {ENDPOINT}"
SHORT = f"id topic format filter createdAt updatedAt {ENDPOINT}"
VERSIONED = "id topic format uri callbackUrl createdAt updatedAt apiVersion { handle displayName supported }"
PAGE_INFO = "pageInfo { hasNextPage hasPreviousPage startCursor endCursor }"


def create(fields: str) -> str:
    return f"""mutation($topic: WebhookSubscriptionTopic!, $webhookSubscription: WebhookSubscriptionInput!) {{
      webhookSubscriptionCreate(topic: $topic, webhookSubscription: $webhookSubscription) {{
        webhookSubscription {{ {fields} }} userErrors {{ field message }}
      }}
    }}"""


def update(fields: str) -> str:
    return f"""mutation($id: ID!, $webhookSubscription: WebhookSubscriptionInput!) {{
      webhookSubscriptionUpdate(id: $id, webhookSubscription: $webhookSubscription) {{
        webhookSubscription {{ {fields} }} userErrors {{ field message }}
      }}
    }}"""


def read(fields: str) -> str:
    return f"query($id: ID!) {{ webhookSubscription(id: $id) {{ {fields} }} }}"


DOCUMENTS = {
    "webhookSubscriptionCreate-parity": create(FULL),
    "webhookSubscriptionUpdate-parity": update(FULL),
    "webhookSubscriptionDelete-parity": """mutation($id: ID!) {
      webhookSubscriptionDelete(id: $id) { deletedWebhookSubscriptionId userErrors { field message } }
    }""",
    "webhook-subscription-detail-read": read(FULL),
    "webhook-subscription-topic-format-name-create": create(SHORT),
    "webhook-subscription-topic-format-name-update": update(SHORT),
    "webhook-subscription-api-version-create": create(VERSIONED),
    "webhook-subscription-api-version-update": update(VERSIONED),
    "webhook-subscription-api-version-detail-read": read(VERSIONED),
    "webhook-subscription-api-version-list": """query($first: Int, $uri: String) {
      webhookSubscriptions(first: $first, uri: $uri) { nodes { id apiVersion { handle displayName supported } } }
    }""",
    "webhook-subscription-list-connection-read": f"""query(
      $first: Int, $last: Int, $after: String, $before: String, $query: String,
      $sortKey: WebhookSubscriptionSortKeys, $reverse: Boolean
    ) {{
      webhookSubscriptions(
        first: $first, last: $last, after: $after, before: $before, query: $query, sortKey: $sortKey, reverse: $reverse
      ) {{
        nodes {{ id topic format createdAt updatedAt {ENDPOINT} }}
        edges {{ cursor node {{ id topic }} }}
        {PAGE_INFO}
      }}
    }}""",
    "webhook-subscription-catalog-read": f"""query($first: Int, $missingQuery: String, $unknownId: ID!) {{
      webhookSubscriptions(first: $first) {{ nodes {{ id }} edges {{ cursor }} {PAGE_INFO} }}
      webhookSubscriptionsCount {{ count precision }}
      filteredCount: webhookSubscriptionsCount(query: $missingQuery) {{ count precision }}
      unknown: webhookSubscription(id: $unknownId) {{ id }}
    }}""",
    "webhook-subscription-validation-branches": """mutation(
      $unknownId: ID!, $unknownUpdateInput: WebhookSubscriptionInput!
    ) {
      updateUnknown: webhookSubscriptionUpdate(id: $unknownId, webhookSubscription: $unknownUpdateInput) {
        webhookSubscription { id } userErrors { field message }
      }
      deleteUnknown: webhookSubscriptionDelete(id: $unknownId) {
        deletedWebhookSubscriptionId userErrors { field message }
      }
      createMissingUri: webhookSubscriptionCreate(topic: SHOP_UPDATE, webhookSubscription: {format: JSON}) {
        webhookSubscription { id } userErrors { field message }
      }
    }""",
    "webhook-subscription-missing-create-topic": """mutation MissingCreateWebhookTopic {
  webhookSubscriptionCreate(webhookSubscription: {uri: "https://example.com/"}) {
    userErrors { field message }
  }
}""",
    "webhook-subscription-null-update-input": """mutation NullUpdateWebhookInput {
  webhookSubscriptionUpdate(id: "gid://shopify/WebhookSubscription/1", webhookSubscription: null) {
    userErrors { field message }
  }
}""",
    "webhook-subscription-invalid-sort-key": """query InvalidWebhookSubscriptionSortKey {
  webhookSubscriptions(first: 1, sortKey: TOPIC) {
    nodes { id }
  }
}""",
    "inline:webhook-filter-validation-customer-create": """mutation($input: CustomerInput!) {
      customerCreate(input: $input) { customer { id email } userErrors { field message } }
    }""",
    "inline:webhook-filter-validation-customer-delete": """mutation($input: CustomerDeleteInput!) {
      customerDelete(input: $input) { deletedCustomerId userErrors { field message } }
    }""",
}
"""By the name that the recordings give a document; each selects the recorded keys."""


def cases(recording: Any) -> Iterator[tuple[str, Any]]:
    """Every recorded call below a part of a capture, in the order of the file."""
    if isinstance(recording, list):
        recording = {str(number): entry for number, entry in enumerate(recording)}
    if not isinstance(recording, dict):
        return
    if "documentPath" in recording:
        yield recording["documentPath"].rpartition("/")[2].removesuffix(".graphql"), recording
        return
    for part in recording.values():
        yield from cases(part)


def replay(front: Front, recording: Any) -> int:
    """Send every recorded call again and compare; how many there were."""
    ids: dict[str, str] = {"347082227713": front.shopify.app.legacy_resource_id}
    calls = list(cases(recording))
    for name, case in calls:
        answer = front.post(DOCUMENTS[name], mapped(case["variables"], ids)).json()
        theirs = case["response"]["payload"]
        replayed(answer, theirs)
        ids |= _new_ids(answer, theirs)
        front.wait(0.7)
    return len(calls)


def _new_ids(ours: Any, theirs: Any) -> dict[str, str]:
    """Recorded ids and cursors of an answer, and ours in the same places."""
    if isinstance(ours, list):
        pairs = list(zip(ours, theirs, strict=True))
    elif isinstance(ours, dict):
        pairs = [(ours[key], theirs[key]) for key in ours.keys() & theirs.keys()]
    else:
        return {}
    found: dict[str, str] = {}
    for mine, yours in pairs:
        found |= _new_ids(mine, yours)
    if isinstance(ours, dict):
        found |= {theirs[key]: ours[key] for key in ("id", "cursor") if isinstance(ours.get(key), str)}
    return found


def test_webhook_subscription_api_version_projection(shared: Path) -> None:
    """Made through 2026-04 while the app's configuration named the next candidate."""
    capture = recorded(shared, "webhook-subscription-api-version-projection")
    front = Front(start=datetime(2026, 6, 21, 17, tzinfo=UTC))
    front.graphql = "/admin/api/2026-04/graphql.json"
    front.act("set_webhook_api_version", version=capture["capturedApiVersion"]["handle"])
    assert replay(front, capture["lifecycle"]) == 7


def test_webhook_subscription_cloud_uri_validation(front: Front, shared: Path) -> None:
    capture = recorded(shared, "webhook-subscription-cloud-uri-validation")
    front.shopify.app.legacy_resource_id = capture["requestingApiClientId"]
    setup = {"create": capture["setup"]["create"], **capture["cases"], "cleanup": capture["setup"]["cleanup"]}
    assert replay(front, setup) == 14


def test_webhook_subscription_conformance(front: Front, shared: Path) -> None:
    capture = recorded(shared, "webhook-subscription-conformance")
    parts = ("catalog", "lifecycle", "filterDefault", "filterValidation", "updateValidation", "validation")
    assert replay(front, {part: capture[part] for part in parts}) == 30
    assert replay(front, capture["graphqlValidation"]) == 2
    asked = """{
      input: __type(name: "WebhookSubscriptionInput") {
        inputFields { name type { kind name ofType { kind name ofType { kind name ofType { kind name } } } } }
      }
      endpoint: __type(name: "WebhookSubscriptionEndpoint") { possibleTypes { name } }
      topic: __type(name: "WebhookSubscriptionTopic") { enumValues { name isDeprecated deprecationReason } }
    }"""
    ours = front.ask(asked)
    theirs = capture["schemaAndAccess"]["response"]["payload"]["data"]
    assert ours["endpoint"] == theirs["webhookSubscriptionEndpoint"]
    for field in ours["input"]["inputFields"]:
        [their] = [one for one in theirs["webhookSubscriptionInput"]["inputFields"] if one["name"] == field["name"]]
        replayed(_without_nulls(field), _without_nulls(their))
    recorded_topics = {topic["name"] for topic in theirs["webhookSubscriptionTopic"]["enumValues"]}
    since_2026_07 = {"CUSTOMERS_WHATS_APP_MARKETING_CONSENT_UPDATE"}
    assert {topic["name"] for topic in ours["topic"]["enumValues"]} <= recorded_topics | since_2026_07


def _without_nulls(value: Any) -> Any:
    """The recording looked less deep into wrapped types than ours."""
    if isinstance(value, dict):
        return {key: _without_nulls(entry) for key, entry in value.items() if entry is not None}
    return value


def test_webhook_subscription_list_connection(front: Front, shared: Path) -> None:
    capture = recorded(shared, "webhook-subscription-list-connection")
    assert replay(front, [capture[part] for part in ("setup", "reads", "validation", "cleanup")]) == 14


def test_webhook_subscription_topic_format_name_validation(front: Front, shared: Path) -> None:
    assert replay(front, recorded(shared, "webhook-subscription-topic-format-name-validation")["validation"]) == 16
