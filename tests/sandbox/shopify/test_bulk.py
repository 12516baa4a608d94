"""Bulk operations: what may be asked, how a run goes, how runs are listed (reference §6)."""

from typing import Any

import pytest

from sandbox.shopify.bulk.bulk_model import OBJECTS_PER_SECOND
from tests.sandbox.shopify.bulk_runs import PRODUCTS, READ, RUN, VARIANTS, read, start, stocked
from tests.sandbox.shopify.front import Front


@pytest.fixture
def front() -> Front:
    return stocked()


def refused(front: Front, query: str) -> list[dict[str, Any]]:
    answer = front.ask(RUN, {"query": query})["bulkOperationRunQuery"]
    assert answer["bulkOperation"] is None
    errors: list[dict[str, Any]] = answer["userErrors"]
    return errors


REFUSED = {
    "": "Invalid bulk query: syntax error, unexpected end of file",
    "{ products { edges { node { id } } }": "Invalid bulk query: syntax error",
    "{ products { edges { node { unicorn } } } }": (
        "Invalid bulk query: Field 'unicorn' doesn't exist on type 'Product'"
    ),
    "{ shop { id } }": "Bulk queries must contain at least one connection.",
    "{ products { nodes { id } } }": "'nodes': products",
    '{ node(id: "gid://shopify/Product/1") { id } }': "'node' and 'nodes'",
    "{ products { edges { node { title variants { edges { node { id } } } } } } }": "without 'id': products",
    "{ products { edges { node { own: id variants { edges { node { id } } } } } } }": "without 'id': products",
    "mutation { productDelete(input: {id: 1}) { deletedProductId } }": "single query operation",
    "query($n: Int) { products(first: $n) { edges { node { id } } } }": "variables",
    "{ orders { edges { node { id refunds { id refundLineItems(first: 1) { edges { node { id } } } } } } } }": (
        "a connection field within a list field"
    ),
}


@pytest.mark.parametrize("query", REFUSED)
def test_a_query_that_cannot_be_run_in_bulk(front: Front, query: str) -> None:
    errors = refused(front, query)
    assert any(REFUSED[query] in error["message"] for error in errors), errors
    assert all((error["field"], error["code"]) == (["query"], "INVALID") for error in errors)


def test_connections_are_five_at_most(front: Front) -> None:
    one = "products { edges { node { id } } }"
    five, six = (" ".join(f"c{number}: {one}" for number in range(size)) for size in (5, 6))
    [error] = refused(front, f"{{ {six} }}")
    assert error["message"] == "Bulk queries cannot contain more than 5 connections."
    assert start(front, f"{{ {five} }}")


def test_connections_nest_two_deep(front: Front) -> None:
    inner = "metafields { edges { node { id } } }"
    two = f"{{ products {{ edges {{ node {{ id variants {{ edges {{ node {{ id {inner} }} }} }} }} }} }} }}"
    assert start(front, two)


def test_faults_of_a_query_are_told_together(front: Front) -> None:
    assert len(refused(front, "{ products { nodes { title variants { nodes { id } } } } }")) == 2


def test_a_root_that_is_no_connection_is_refused_loudly(front: Front) -> None:
    query = '{ product(id: "gid://shopify/Product/1") { id variants { edges { node { id } } } } }'
    assert front.post(RUN, {"query": query}).status_code == 501


def test_a_run_is_created_runs_and_completes(front: Front) -> None:
    operation = start(front, PRODUCTS)
    assert read(front, operation)["status"] == "CREATED"
    front.wait(0.5)
    assert read(front, operation)["status"] == "RUNNING"
    front.wait(0.5)
    shown = read(front, operation)
    assert (shown["status"], shown["objectCount"], shown["rootObjectCount"]) == ("COMPLETED", "3", "3")
    assert shown["completedAt"] == "2026-11-02T09:00:01Z"
    assert shown["partialDataUrl"] is None


def test_a_larger_run_takes_longer_and_counts_on_the_way() -> None:
    front = stocked(products=OBJECTS_PER_SECOND // 3 + 250)
    operation = start(front, VARIANTS)
    front.wait(0.5 + 0.75)
    shown = read(front, operation)
    assert shown["status"] == "RUNNING"
    assert 0 < int(shown["rootObjectCount"]) < int(shown["objectCount"]) < 3 * 750
    front.wait(0.75)
    assert read(front, operation)["objectCount"] == str(3 * 750)


def test_five_run_at_once_for_each_app(front: Front) -> None:
    ids = [start(front, PRODUCTS) for _ in range(5)]
    [error] = refused(front, PRODUCTS)
    assert (error["field"], error["code"]) == (None, "OPERATION_IN_PROGRESS")
    assert error["message"].endswith(f"already in progress: {', '.join(ids)}.")
    made = front.act("create_app", title="Other")
    front.act("create_static_token", token="shpat_other", client_id=made["client_id"])
    front.http.headers["X-Shopify-Access-Token"] = "shpat_other"
    assert start(front, PRODUCTS)
    assert front.ask(READ, {"id": ids[0]})["bulkOperation"] is None


def test_a_finished_one_makes_room(front: Front) -> None:
    for _ in range(5):
        start(front, PRODUCTS)
    front.wait(2)
    assert start(front, PRODUCTS)


def cancel(front: Front, operation: str) -> Any:
    document = """mutation($id: ID!) { bulkOperationCancel(id: $id) {
      bulkOperation { status } userErrors { field message } } }"""
    return front.ask(document, {"id": operation})["bulkOperationCancel"]


def test_a_cancelled_run_ends_without_a_file_and_tells(front: Front) -> None:
    front.subscribe("BULK_OPERATIONS_FINISH")
    operation = start(front, PRODUCTS)
    assert cancel(front, operation) == {"bulkOperation": {"status": "CANCELING"}, "userErrors": []}
    front.wait(1)
    shown = read(front, operation)
    assert (shown["status"], shown["completedAt"], shown["url"]) == ("CANCELED", None, None)
    [error] = cancel(front, operation)["userErrors"]
    assert error == {"field": None, "message": "A bulk operation cannot be canceled when it is canceled"}
    assert [(body["status"], body["completed_at"]) for body in front.bodies()] == [("canceled", None)]
    front.wait(10)
    assert len(front.received) == 1


def test_a_finished_run_tells_the_app_that_asked(front: Front) -> None:
    front.subscribe("BULK_OPERATIONS_FINISH")
    operation = start(front, PRODUCTS)
    front.wait(2)
    assert front.bodies() == [
        {
            "admin_graphql_api_id": operation,
            "completed_at": "2026-11-02T01:00:01-08:00",
            "created_at": "2026-11-02T01:00:00-08:00",
            "error_code": None,
            "status": "completed",
            "type": "query",
        }
    ]


def test_a_failed_run_offers_what_it_had(front: Front) -> None:
    operation = start(front, PRODUCTS)
    front.act("fail_bulk_operation", operation_id=operation, error_code="TIMEOUT", kept_lines=2)
    front.wait(2)
    shown = read(front, operation)
    assert (shown["status"], shown["errorCode"], shown["url"], shown["completedAt"]) == (
        "FAILED",
        "TIMEOUT",
        None,
        None,
    )
    assert len(front.http.get(shown["partialDataUrl"]).content.splitlines()) == 2


def test_without_the_scope_a_run_fails(front: Front) -> None:
    front.act("grant_scopes", scopes=["read_customers"])
    operation = start(front, PRODUCTS)
    front.wait(2)
    shown = read(front, operation)
    assert (shown["status"], shown["errorCode"], shown["partialDataUrl"]) == ("FAILED", "ACCESS_DENIED", None)


def test_operations_are_listed_newest_first_and_filtered(front: Front) -> None:
    first = start(front, PRODUCTS)
    front.wait(2)
    second = start(front, PRODUCTS)
    document = "query($query: String) { bulkOperations(first: 9, query: $query) { nodes { id } } }"

    def listed(query: str | None) -> list[str]:
        nodes = front.ask(document, {"query": query})["bulkOperations"]["nodes"]
        return [node["id"] for node in nodes]

    assert listed(None) == [second, first]
    assert listed("status:completed") == [first]
    assert listed("status:created operation_type:query") == [second]
    assert listed("operation_type:mutation") == []
    assert listed("created_at:>'2026-11-02T09:00:01Z'") == [second]
    answer = front.post(document, {"query": "unicorn:1"}).json()
    assert len(answer["data"]["bulkOperations"]["nodes"]) == 2
    assert answer["extensions"]["search"][0]["warnings"]
