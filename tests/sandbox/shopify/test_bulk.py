"""Bulk operations: what may be asked, how a run goes, what its file holds (reference §6)."""

import json
from typing import Any

import httpx
import pytest

from sandbox.shopify import customers
from sandbox.shopify.bulk_model import OBJECTS_PER_SECOND
from sandbox.shopify.catalog import NewVariant, create_product, update_product
from tests.sandbox.shopify.front import Front

RUN = """mutation($query: String!, $grouped: Boolean! = false) {
  bulkOperationRunQuery(query: $query, groupObjects: $grouped) {
    bulkOperation { id status }
    userErrors { field message code }
  }
}"""
READ = """query($id: ID!) { bulkOperation(id: $id) {
  id status errorCode createdAt completedAt objectCount rootObjectCount fileSize url partialDataUrl
} }"""
PRODUCTS = "{ products { edges { node { id title } } } }"
VARIANTS = """{ products { edges { node { id title variants { edges { node { id sku } } } } } } }"""


@pytest.fixture
def front() -> Front:
    return stocked()


def stocked(switches: dict[str, str] | None = None, products: int = 3) -> Front:
    front = Front(switches)
    for number in range(products):
        variants: list[NewVariant] = [{"options": [size], "sku": f"{number}-{size}"} for size in ("S", "M")]
        create_product(front.shop, f"Shirt {number} ü", options=[("Size", ["S", "M"])], variants=variants)
    front.wait()
    return front


def refused(front: Front, query: str) -> list[dict[str, Any]]:
    answer = front.ask(RUN, {"query": query})["bulkOperationRunQuery"]
    assert answer["bulkOperation"] is None
    errors: list[dict[str, Any]] = answer["userErrors"]
    return errors


def start(front: Front, query: str, *, grouped: bool = False) -> str:
    answer = front.ask(RUN, {"query": query, "grouped": grouped})["bulkOperationRunQuery"]
    assert answer["userErrors"] == []
    return str(answer["bulkOperation"]["id"])


def read(front: Front, operation: str) -> Any:
    return front.ask(READ, {"id": operation})["bulkOperation"]


def finished(front: Front, query: str, **options: Any) -> list[dict[str, Any]]:
    """The lines of a run's file."""
    operation = start(front, query, **options)
    front.wait(10)
    shown = read(front, operation)
    assert shown["status"] == "COMPLETED"
    return [json.loads(line) for line in front.http.get(shown["url"]).content.splitlines()]


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


def test_children_name_their_parent_and_may_come_after_other_parents(front: Front) -> None:
    lines = finished(front, VARIANTS)
    parents, children = lines[:3], lines[3:]
    assert [list(line) for line in parents] == [["id", "title"]] * 3
    assert [list(line) for line in children] == [["id", "sku", "__parentId"]] * 6
    assert [line["sku"] for line in children] == ["0-S", "0-M", "1-S", "1-M", "2-S", "2-M"]
    assert {line["__parentId"] for line in children} == {line["id"] for line in parents}


def test_grouped_children_follow_their_parent(front: Front) -> None:
    lines = finished(front, VARIANTS, grouped=True)
    assert [line.get("title", line.get("sku")) for line in lines] == [
        *("Shirt 0 ü", "0-S", "0-M"),
        *("Shirt 1 ü", "1-S", "1-M"),
        *("Shirt 2 ü", "2-S", "2-M"),
    ]


def test_ungrouped_lines_may_lie_anywhere() -> None:
    lines = finished(stocked({"bulk_order": "shuffled"}), VARIANTS)
    ordered = finished(stocked(), VARIANTS)
    assert sorted(map(str, lines)) == sorted(map(str, ordered))
    assert [line["id"] for line in lines] != [line["id"] for line in ordered]


def test_page_arguments_count_for_nothing(front: Front) -> None:
    query = "{ products(first: 1) { edges { cursor node { id variants(first: 1) { edges { node { id } } } } } } }"
    assert len(finished(front, query)) == 9


def test_more_than_a_page_is_read_to_the_end() -> None:
    front = stocked(products=260)
    assert len(finished(front, PRODUCTS)) == 260


def test_a_search_narrows_the_run(front: Front) -> None:
    assert len(finished(front, '{ products(query: "title:Shirt 1") { edges { node { id } } } }')) == 1


def test_several_roots_and_plain_objects(front: Front) -> None:
    customers.create(front.shop, first_name="Ana", email="ana@example.com")
    front.wait()
    query = """# a comment first
    { products { edges { node { id options { name } } } }
      people: customers { edges { node { id defaultEmailAddress { emailAddress } } } } }"""
    lines = finished(front, query)
    assert lines[0]["options"] == [{"name": "Size"}]
    assert lines[-1]["defaultEmailAddress"] == {"emailAddress": "ana@example.com"}


@pytest.mark.parametrize(("switch", "title"), [("start", "Shirt 0 ü"), ("end", "Changed")])
def test_which_state_of_the_data_is_shown(switch: str, title: str) -> None:
    front = stocked({"bulk_snapshot": switch}, products=1)
    operation = start(front, PRODUCTS)
    front.wait(0.6)
    [product] = front.shop.products.rows.values()
    update_product(front.shop, product, title="Changed")
    front.wait(1)
    assert json.loads(front.http.get(read(front, operation)["url"]).content)["title"] == title


def test_nothing_found_leaves_no_file() -> None:
    front = Front()
    operation = start(front, PRODUCTS)
    front.wait(2)
    shown = read(front, operation)
    assert (shown["status"], shown["url"], shown["fileSize"], shown["objectCount"]) == ("COMPLETED", None, None, "0")


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


def file(front: Front) -> tuple[str, bytes]:
    operation = start(front, PRODUCTS)
    front.wait(2)
    url = read(front, operation)["url"]
    return url, front.http.get(url).content


RANGES = {
    "bytes=0-9": (0, 10),
    "bytes=10-": (10, None),
    "bytes=-7": (-7, None),
    "bytes=5-100000": (5, None),
}


@pytest.mark.parametrize("asked", RANGES)
def test_a_file_can_be_fetched_in_parts(front: Front, asked: str) -> None:
    url, whole = file(front)
    first, last = RANGES[asked]
    response = front.http.get(url, headers={"Range": asked})
    assert (response.status_code, response.content) == (206, whole[first:last])
    assert response.headers["Content-Range"].endswith(f"/{len(whole)}")


def test_a_part_beyond_the_end_does_not_exist(front: Front) -> None:
    url, whole = file(front)
    response = front.http.get(url, headers={"Range": f"bytes={len(whole)}-"})
    assert (response.status_code, response.headers["Content-Range"]) == (416, f"bytes */{len(whole)}")


def test_a_file_lasts_seven_days(front: Front) -> None:
    operation = start(front, PRODUCTS)
    front.wait(1)
    url = read(front, operation)["url"]
    front.wait(7 * 86_400 - 1)
    assert front.http.get(url).status_code == 200
    front.wait(1)
    response = front.http.get(url)
    assert (response.status_code, "ExpiredToken" in response.text) == (400, True)
    shown = read(front, operation)
    assert (shown["status"], shown["url"], shown["objectCount"]) == ("EXPIRED", None, "3")


@pytest.mark.parametrize("parameter", ["Signature", "Expires"])
def test_a_file_opens_to_its_own_signature_only(front: Front, parameter: str) -> None:
    url = httpx.URL(file(front)[0])
    response = front.http.get(url.copy_set_param(parameter, "1793600000"))
    assert (response.status_code, "SignatureDoesNotMatch" in response.text) == (403, True)


def test_an_unknown_file_is_not_found(front: Front) -> None:
    url = httpx.URL(file(front)[0])
    assert front.http.get(url.copy_with(path=url.path[:-4] + "0000")).status_code == 404


def test_a_file_needs_no_token_and_names_itself(front: Front) -> None:
    url, _ = file(front)
    assert url.startswith("https://storage.googleapis.com/")
    del front.http.headers["X-Shopify-Access-Token"]
    assert front.http.get(url).headers["Content-Type"] == "application/jsonl"


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
