"""A store with some goods, and bulk operations over them."""

import json
from typing import Any

from sandbox.shopify.products.catalog import NewVariant, create_product
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


def stocked(switches: dict[str, str] | None = None, products: int = 3) -> Front:
    front = Front(switches)
    for number in range(products):
        variants: list[NewVariant] = [{"options": [size], "sku": f"{number}-{size}"} for size in ("S", "M")]
        create_product(front.shop, f"Shirt {number} ü", options=[("Size", ["S", "M"])], variants=variants)
    front.wait()
    return front


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
