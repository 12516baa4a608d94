"""Tags, added and removed, whatever has them."""

from decimal import Decimal
from typing import Any

from sandbox.shopify.customers import customers
from sandbox.shopify.orders.order_create import NewLine, place_order
from sandbox.shopify.products.catalog import create_product
from tests.sandbox.shopify.front import Front
from tests.sandbox.shopify.told import Told

QUERY = """mutation($id: ID!, $tags: [String!]!) {
  answer: %s(id: $id, tags: $tags) {
    node { id ... on Customer { tags } ... on Order { tags } ... on Product { tags } }
    userErrors { field message }
  }
}"""


def tag(front: Front, mutation: str, gid: str, *tags: str) -> Any:
    return front.ask(QUERY % mutation, {"id": gid, "tags": list(tags)})["answer"]


def test_tags_are_added_and_removed_whatever_their_letter_case(front: Front) -> None:
    ada = customers.create(front.shop, first_name="Ada", tags=["VIP"])
    told = Told(front.shop)
    assert tag(front, "tagsAdd", ada.id, "vip", "gold, silver")["node"]["tags"] == ["gold", "silver", "VIP"]
    assert tag(front, "tagsRemove", ada.id, "vip", "none")["node"]["tags"] == ["gold", "silver"]
    tag(front, "tagsAdd", ada.id, "GOLD")
    assert told.topics == [
        "customers/update",
        "customer.tags_added",
        "customers/update",
        "customer.tags_removed",
    ]
    assert told.messages[1][1]["tags"] == ["gold", "silver"]


def test_orders_and_products_are_tagged_too(front: Front) -> None:
    product = create_product(front.shop, "Tote")
    order = place_order(front.shop, [NewLine(title="Tote", price=Decimal(5))])
    told = Told(front.shop)
    for node in (product, order):
        assert tag(front, "tagsAdd", node.id, "new")["node"] == {"id": node.id, "tags": ["new"]}
    assert told.topics == ["products/update", "orders/updated"]


def test_a_tagged_customer_is_found_by_its_tag_when_the_index_has_caught_up() -> None:
    front = Front({"search_lag": "0-60"})
    ada = customers.create(front.shop, first_name="Ada")
    front.wait(60)
    tag(front, "tagsAdd", ada.id, "gold")
    query = '{ customers(first: 5, query: "tag:gold") { nodes { id } } }'
    assert front.ask(query)["customers"]["nodes"] == []
    front.wait(60)
    assert front.ask(query)["customers"]["nodes"] == [{"id": ada.id}]


def test_limits_hold_for_the_sum(front: Front) -> None:
    ada = customers.create(front.shop, first_name="Ada", tags=[f"t{number}" for number in range(250)])
    payload = tag(front, "tagsAdd", ada.id, "more")
    assert payload["node"] is None
    assert [error["field"] for error in payload["userErrors"]] == [["tags"]]
    assert len(ada.tags) == 250


def test_what_is_not_there_or_has_no_tags_is_refused(front: Front) -> None:
    for gid in ("gid://shopify/Customer/1", "gid://shopify/Company/1"):
        assert tag(front, "tagsAdd", gid, "x")["userErrors"][0]["field"] == ["id"]
    answer = front.post(QUERY % "tagsAdd", {"id": "gid://shopify/DraftOrder/1", "tags": ["x"]})
    assert (answer.status_code, answer.json()["missing"]) == (501, "tags of DraftOrder")


def test_the_scope_is_that_of_the_record(front: Front) -> None:
    product = create_product(front.shop, "Tote")
    assert front.shopify.app.installation is not None
    front.shopify.app.installation.scopes = ("write_customers",)
    answer = front.post(QUERY % "tagsAdd", {"id": product.id, "tags": ["x"]}).json()
    assert answer["errors"][0]["extensions"]["code"] == "ACCESS_DENIED"
    assert product.tags == ()
