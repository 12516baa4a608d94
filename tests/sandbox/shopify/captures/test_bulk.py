"""Recorded answers about bulk operations, given again by the simulated store."""

import json
from pathlib import Path
from typing import Any

import pytest

from sandbox.shopify.products.catalog import create_product
from tests.sandbox.shopify.front import Front
from tests.sandbox.shopify.replay import mapped, recorded, replayed

OTHERS = {"objectCount", "rootObjectCount", "fileSize", "query", "count"}
"""How many products the other store has, and which of its queries a list shows."""


@pytest.fixture
def front() -> Front:
    front = Front()
    for title in ("The Inventory Not Tracked Snowboard", "Gift Card", "The Draft Snowboard"):
        create_product(front.shop, title)
    return front


def ask(front: Front, case: dict[str, Any], ids: dict[str, str] | None = None) -> Any:
    """Send a recorded call again and compare."""
    response = front.post(case["query"], mapped(case["variables"], ids or {}))
    assert response.status_code == case.get("status", 200)
    answer = response.json()
    replayed(answer, case["response"], differs=OTHERS)
    return answer


def started(front: Front, run: dict[str, Any]) -> str:
    answer = ask(front, run)
    return str(answer["data"]["bulkOperationRunQuery"]["bulkOperation"]["id"])


def lines(front: Front, answer: dict[str, Any]) -> list[Any]:
    """What the file of a finished operation holds."""
    response = front.http.get(answer["data"]["bulkOperation"]["url"])
    assert (response.status_code, response.headers["Content-Type"]) == (200, "application/jsonl")
    assert str(len(response.content)) == answer["data"]["bulkOperation"]["fileSize"]
    return [json.loads(line) for line in response.content.splitlines()]


def test_bulk_operation_run_query_user_error_codes(front: Front, shared: Path) -> None:
    for case in recorded(shared, "bulk-operation-run-query-user-error-codes")["validations"].values():
        ask(front, case)


def test_bulk_operation_run_query_concurrency_limit(front: Front, shared: Path) -> None:
    """Five at once; the sixth is refused by name of the five; each can be cancelled while it counts."""
    capture = recorded(shared, "bulk-operation-run-query-concurrency-limit")
    ids = {}
    for run in capture["successfulRuns"]:
        ids[run["response"]["data"]["bulkOperationRunQuery"]["bulkOperation"]["id"]] = started(front, run)
    for read in capture["upstreamCalls"]:
        ask(front, {**read, "response": read["response"]["body"]}, ids)
    refused = ask(front, capture["sixthRun"])
    [error] = refused["data"]["bulkOperationRunQuery"]["userErrors"]
    assert [part.strip(" .") for part in error["message"].partition(": ")[2].split(",")] == list(ids.values())
    front.wait(0.9)
    for cancel in capture["cancelAttempts"]:
        answer = ask(front, cancel, ids)
        assert int(answer["data"]["bulkOperationCancel"]["bulkOperation"]["objectCount"]) > 0


def test_bulk_operation_run_query_group_objects(front: Front, shared: Path) -> None:
    """Without connections below the root, grouped output and output as it comes are the same."""
    capture = recorded(shared, "bulk-operation-run-query-group-objects")
    assert len(capture["runs"]) == 2
    for run in capture["runs"].values():
        ids = {run["id"]: started(front, run["run"])}
        before, after = run["statusPolls"]
        ask(front, before, ids)
        front.wait(1.5)
        found = lines(front, ask(front, after, ids))
        assert [list(line) for line in found] == [list(line) for line in run["result"]["records"][:3]]
    for count in capture["upstreamCalls"]:
        ask(front, count)


def test_bulk_operation_status_catalog_cancel(front: Front, shared: Path) -> None:
    capture = recorded(shared, "bulk-operation-status-catalog-cancel")
    reads = capture["reads"]
    for name in ("unknownId", "malformedId", "catalogEmptyRunningQuery", "catalogEmptyRunningMutation"):
        ask(front, reads[name])
    ask(front, reads["currentMutation"])
    for case in capture["validations"].values():
        ask(front, case)
    _to_the_end(front, capture["lifecycle"]["queryExportToTerminal"])
    _cancelled(front, capture["lifecycle"]["queryExportImmediateCancel"])
    _catalog(front, reads)


def _to_the_end(front: Front, recording: dict[str, Any]) -> None:
    product = next(iter(front.shop.products.rows.values()))
    ids = {recording["id"]: started(front, recording["run"]), recording["mixedProduct"]["id"]: product.id}
    before, after = recording["statusPolls"]
    ask(front, before, ids)
    front.wait(1.5)
    found = lines(front, ask(front, after, ids))
    assert found == [{"id": row.id, "title": row.title} for row in front.shop.products.rows.values()]
    _reads(front, recording, ids)
    ask(front, recording["terminalHydrate"], ids)
    ask(front, recording["terminalCancelAttempt"], ids)


def _cancelled(front: Front, recording: dict[str, Any]) -> None:
    product = next(iter(front.shop.products.rows.values()))
    ids = {recording["id"]: started(front, recording["run"]), recording["mixedProduct"]["id"]: product.id}
    ask(front, recording["preCancelHydrate"], ids)
    ask(front, recording["cancelAttempt"], ids)
    before, after = recording["statusPolls"]
    ask(front, before, ids)
    front.wait(1.5)
    ask(front, after, ids)
    _reads(front, recording, ids)


def _reads(front: Front, recording: dict[str, Any], ids: dict[str, str]) -> None:
    for case in recording["nodeReads"].values():
        ask(front, case, ids)
    catalog = recording["catalogById"]
    number = ids[recording["id"]].rpartition("/")[2]
    ask(front, {**catalog, "variables": {**catalog["variables"], "query": f"id:{number}"}})
    ask(front, recording["currentQueryOperation"], ids)


def _catalog(front: Front, reads: dict[str, Any]) -> None:
    """`reverse: true` over CREATED_AT gives the oldest first: the default is the newest."""
    recorded_nodes = reads["catalogDefault"]["response"]["data"]["bulkOperations"]["nodes"]
    own = Front()
    create_product(own.shop, "Snowboard")
    run = "mutation($query: String!) { bulkOperationRunQuery(query: $query) { userErrors { message } } }"
    for _ in range(len(recorded_nodes) + 1):
        own.ask(run, {"query": "{ products { edges { node { id } } } }"})
        own.wait(2)
    answer = ask(own, reads["catalogDefault"])
    for nodes in (answer["data"]["bulkOperations"]["nodes"], recorded_nodes):
        assert [node["createdAt"] for node in nodes] == sorted(node["createdAt"] for node in nodes)
    ask(own, reads["currentQuery"])
