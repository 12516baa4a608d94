"""The output of bulk operations: its lines, and the file they lie in (reference §6)."""

import json

import httpx
import pytest

from sandbox.shopify.customers import customers
from sandbox.shopify.products.catalog import update_product
from tests.sandbox.shopify.bulk_runs import PRODUCTS, VARIANTS, finished, read, start, stocked
from tests.sandbox.shopify.front import Front


@pytest.fixture
def front() -> Front:
    return stocked()


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
