"""What an app may see and do: scopes, old orders, protected customer data."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from sandbox.shopify.api.access import READ, denied, write_scopes
from sandbox.shopify.domains import schema
from tests.sandbox.shopify.front import Front

OWNER = ("read_customers", "read_companies")


def scoped(*scopes: str) -> Front:
    """A store whose app has these scopes and no others."""
    front = Front()
    front.act("grant_scopes", scopes=list(scopes))
    return with_token(front)


def with_token(front: Front) -> Front:
    """A token made now carries the scopes granted now."""
    front.act("create_static_token", token="shpat_scoped")
    front.http.headers["X-Shopify-Access-Token"] = "shpat_scoped"
    return front


def customer(front: Front) -> Any:
    """A customer, kept as the merchant would."""
    create = (
        "mutation($input: CustomerInput!) { customerCreate(input: $input) { customer { id } userErrors { message } } }"
    )
    given = {"email": "ada@example.com", "firstName": "Ada", "phone": "+14155550100"}
    return front.ask(create, {"input": given})["customerCreate"]["customer"]["id"]


def test_a_field_without_its_scope_is_null_and_the_rest_stands() -> None:
    """The form of capture by-id-not-found-read."""
    front = scoped("read_products")
    answer = front.post('{ customer(id: "gid://shopify/Customer/1") { id } shop { currencyCode } }').json()
    assert answer["data"] == {"customer": None, "shop": {"currencyCode": "USD"}}
    assert answer["errors"] == [
        {
            "message": "Access denied for customer field. Required access: `read_customers` access scope.",
            "locations": [{"line": 1, "column": 3}],
            "extensions": {
                "code": "ACCESS_DENIED",
                "documentation": "https://shopify.dev/api/usage/access-scopes",
                "requiredAccess": "`read_customers` access scope.",
            },
            "path": ["customer"],
        }
    ]


@pytest.mark.parametrize("scope", ["read_customers", "write_customers", "read_companies", "write_companies"])
def test_any_of_several_scopes_will_do_and_writing_implies_reading(scope: str) -> None:
    answer = scoped(scope).post('{ company(id: "gid://shopify/Company/1") { id } }').json()
    assert "errors" not in answer


def test_a_list_that_may_not_be_null_takes_the_answer_with_it() -> None:
    answer = scoped("read_orders").post("{ customers(first: 1) { nodes { id } } }").json()
    assert answer["data"] is None
    assert answer["errors"][0]["extensions"]["code"] == "ACCESS_DENIED"


def test_reading_is_not_writing() -> None:
    front = scoped("read_customers")
    answer = front.post(
        'mutation { customerCreate(input: {email: "a@example.com"}) { userErrors { message } } }'
    ).json()
    assert answer["data"] == {"customerCreate": None}
    assert answer["errors"][0]["message"] == (
        "Access denied for customerCreate field. Required access: `write_customers` access scope."
    )
    assert not front.shop.customers.rows


def test_a_node_is_refused_by_its_kind() -> None:
    front = Front()
    gid = customer(front)
    front.act("grant_scopes", scopes=["read_products"])
    with_token(front)
    answer = front.post(
        "query($ids: [ID!]!) { nodes(ids: $ids) { id } shop { id } }", {"ids": [gid, "gid://shopify/Product/1"]}
    ).json()
    assert answer["data"]["nodes"] == [None, None]
    assert [error["path"] for error in answer["errors"]] == [["nodes", 0]]
    assert answer["data"]["shop"]["id"]


def test_alternatives_are_named() -> None:
    assert denied("companies", OWNER).message == (
        "Access denied for companies field. Required access: "
        "`read_customers` access scope or `read_companies` access scope."
    )


def mutations() -> Iterator[str]:
    root = schema().mutation_type
    assert root is not None
    yield from root.fields


FREE = {
    # decided by the owner of the metafields or tags
    "metafieldDefinitionCreate",
    "metafieldDefinitionDelete",
    "metafieldsDelete",
    "metafieldsSet",
    "tagsAdd",
    "tagsRemove",
    # need none
    "bulkOperationCancel",
    "bulkOperationRunQuery",
    "webhookSubscriptionCreate",
    "webhookSubscriptionDelete",
    "webhookSubscriptionUpdate",
}


@pytest.mark.parametrize("mutation", sorted(mutations()))
def test_every_mutation_has_its_scope(mutation: str) -> None:
    scopes = write_scopes(mutation)
    if mutation in FREE:
        assert scopes is None
    else:
        assert scopes is not None
        assert all(scope.startswith("write_") for scope in scopes)


def test_kinds_that_need_a_scope_exist() -> None:
    later = {"DraftOrder", "PaymentTerms"} - schema().type_map.keys()
    assert READ.keys() - schema().type_map.keys() == later


@pytest.mark.parametrize(
    ("level", "seen"),
    [
        (2, {"firstName": "Ada", "email": "ada@example.com", "numberOfOrders": "0"}),
        (1, {"firstName": None, "email": None, "numberOfOrders": "0"}),
    ],
)
def test_without_level_two_contact_details_are_null(level: int, seen: dict[str, Any]) -> None:
    front = Front()
    gid = customer(front)
    front.shop.settings.protected_data = level
    query = "query($id: ID!) { customer(id: $id) { firstName email numberOfOrders } }"
    assert front.ask(query, {"id": gid}) == {"customer": seen}


def test_without_any_approval_whole_objects_are_refused() -> None:
    front = Front()
    gid = customer(front)
    front.shop.settings.protected_data = 0
    for query in ("query($id: ID!) { customer(id: $id) { id } }", "query($id: ID!) { customer: node(id: $id) { id } }"):
        answer = front.post(query, {"id": gid}).json()
        assert answer["data"] == {"customer": None}
        assert answer["errors"][0]["extensions"] == {"code": "ACCESS_DENIED"}
        assert "not approved to access the Customer object" in answer["errors"][0]["message"]


ORDER = """mutation($order: OrderCreateOrderInput!) {
  orderCreate(order: $order) { order { id } userErrors { message } }
}"""


def ordered(front: Front, buyer: str | None = None) -> str:
    line = {"title": "Mug", "quantity": 1, "priceSet": {"shopMoney": {"amount": "9.00", "currencyCode": "USD"}}}
    order: dict[str, Any] = {"lineItems": [line]}
    if buyer is not None:
        order["customer"] = {"toAssociate": {"id": buyer}}
    made = front.ask(ORDER, {"order": order})["orderCreate"]
    assert made["userErrors"] == []
    return str(made["order"]["id"])


def test_orders_older_than_sixty_days_need_a_scope_of_their_own() -> None:
    front = Front()
    buyer = customer(front)
    old = ordered(front, buyer)
    front.shopify.clock.advance(timedelta(days=61).total_seconds())
    new = ordered(front, buyer)
    query = """query($old: ID!, $new: ID!, $buyer: ID!) {
      old: order(id: $old) { id } new: order(id: $new) { id } node(id: $old) { id } nodes(ids: [$old, $new]) { id }
      orders(first: 5) { nodes { id } } ordersCount { count }
      found: orders(first: 5, query: "test:false") { nodes { id } }
      customer(id: $buyer) { orders(first: 5) { nodes { id } } lastOrder { id } }
    }"""
    variables = {"old": old, "new": new, "buyer": buyer}
    both = front.ask(query, variables)
    assert [both["old"]["id"], both["new"]["id"], both["ordersCount"]["count"]] == [old, new, 2]
    front.act("grant_scopes", scopes=["read_orders", "read_customers"])
    with_token(front)
    assert front.ask(query, variables) == {
        "old": None,
        "new": {"id": new},
        "node": None,
        "nodes": [None, {"id": new}],
        "orders": {"nodes": [{"id": new}]},
        "ordersCount": {"count": 1},
        "found": {"nodes": [{"id": new}]},
        "customer": {"orders": {"nodes": [{"id": new}]}, "lastOrder": {"id": new}},
    }
