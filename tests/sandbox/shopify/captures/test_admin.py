"""Recorded answers about the store itself, replayed: faulty documents, unknown ids, history."""

from pathlib import Path
from typing import Any

import pytest
from graphql import build_schema, parse

from sandbox.shopify.api.input_values import variable_faults
from tests.sandbox.shopify.front import Front
from tests.sandbox.shopify.replay import recorded, replayed

UNHAPPY = "graphql-base-validation-unhappy-paths"


def error_only(answer: dict[str, Any]) -> dict[str, Any]:
    """An answer without what depends on the state of the bucket."""
    return {key: value for key, value in answer.items() if key != "extensions"}


@pytest.mark.parametrize(
    "case",
    [
        "invalidSyntax",
        "missingSubselection",
        "missingRequiredVariable",
        "missingRequiredArgument",
        "unknownQueryRoot",
        "unknownMutationRoot",
        "unknownProductField",
        "unknownOrderField",
    ],
)
def test_graphql_base_validation_unhappy_paths(shared: Path, case: str) -> None:
    """Identical to the letter, places and codes included."""
    recording = recorded(shared, UNHAPPY)["cases"][case]
    answer = Front().post(recording["request"]["query"], recording["request"]["variables"])
    assert answer.status_code == recording["response"]["status"]
    assert error_only(answer.json()) == error_only(recording["response"]["payload"])


def test_graphql_base_validation_unhappy_paths_input_property(shared: Path) -> None:
    """Its mutation is not modelled: the rule is held against a schema that has the input."""
    case = recorded(shared, UNHAPPY)["cases"]["missingInputRequiredProperty"]
    schema = build_schema(
        "type Query { a: Int } input PubSubWebhookSubscriptionInput { pubSubProject: String! pubSubTopic: String! }"
    )
    [operation] = parse(case["request"]["query"]).definitions
    faults = variable_faults(schema, operation, case["request"]["variables"])  # type: ignore[arg-type]  # an operation
    assert faults == case["response"]["payload"]["errors"]


ROOTS = {"missingLocation": "location", "missingReturn": "return"}
"""What is modelled of the roots in that capture."""


def test_by_id_not_found_read(shared: Path) -> None:
    """An unknown id is null, costs a point, and is no error."""
    met = set()
    for case in recorded(shared, "by-id-not-found-read")["cases"].values():
        for name in ROOTS.keys() & case["response"]["body"]["data"].keys():
            gid = case["variables"][f"{ROOTS[name]}Id"]
            query = f"query($id: ID!) {{ {name}: {ROOTS[name]}(id: $id) {{ __typename }} }}"
            answer = Front().post(query, {"id": gid}).json()
            assert (answer["data"], case["response"]["body"]["data"][name]) == ({name: None}, None)
            assert [answer["extensions"]["cost"][key] for key in ("requestedQueryCost", "actualQueryCost")] == [1, 1]
            met.add(name)
    assert met == ROOTS.keys()


def test_by_id_not_found_read_of_what_is_not_modelled(shared: Path) -> None:
    case = recorded(shared, "by-id-not-found-read")["cases"]["markets"]
    errors = Front().post(case["query"], case["variables"]).json()["errors"]
    assert [error["message"] for error in errors[:3]] == [
        f"Field '{name}' doesn't exist on type 'QueryRoot'" for name in ("catalog", "market", "priceList")
    ]


def test_event_non_empty_read(shared: Path) -> None:
    call = recorded(shared, "event-non-empty-read")["upstreamCalls"][0]
    front = Front()
    front.shop.actor = front.shopify.app.title
    drafts = [Draft(front.shop.new_id()) for _ in range(2)]
    for _ in range(10_001):
        front.shop.record_event("update", drafts[1], "")
    for action, draft in (("create", drafts[0]), ("destroy", drafts[0]), ("destroy", drafts[1])):
        front.shop.record_event(action, draft, "")
    last = front.shop.events[-1]
    variables = {"eventId": f"gid://shopify/BasicEvent/{last.legacy_resource_id}", "first": 3}
    answer = front.post(call["query"], variables).json()
    replayed(answer, call["response"]["body"], differs={"appTitle", "author"})
    assert answer["extensions"]["cost"]["requestedQueryCost"] == 17
    assert answer["extensions"]["cost"]["actualQueryCost"] == 17


class Draft:
    """A draft order, as far as history goes."""

    typename = "DraftOrder"

    def __init__(self, legacy_resource_id: str) -> None:
        self.legacy_resource_id = legacy_resource_id
        self.id = f"gid://shopify/DraftOrder/{legacy_resource_id}"
