"""Finding orders: filters, sort keys, the lagging index, old orders (reference §4.4, §10)."""

from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from sandbox.shopify.customers import customers
from sandbox.shopify.orders.order_cancel import cancel, close
from sandbox.shopify.orders.order_changes import update_order
from sandbox.shopify.orders.order_create import NewLine, place_order
from sandbox.shopify.orders.order_discounts import NewDiscount
from sandbox.shopify.orders.order_model import RiskAssessment
from sandbox.shopify.orders.payments import NewTransaction
from tests.sandbox.shopify.front import Front
from tests.sandbox.shopify.goods import variant


def found(front: Front, query: str, **page: Any) -> list[str]:
    """Names of the orders a search gives."""
    asked = {"query": query, "sortKey": "ID", **page}
    document = """query($query: String, $sortKey: OrderSortKeys, $reverse: Boolean) {
      orders(first: 50, query: $query, sortKey: $sortKey, reverse: $reverse) { nodes { name } }
    }"""
    answer = front.post(document, asked).json()
    assert "search" not in answer["extensions"], answer["extensions"]["search"]
    return [node["name"] for node in answer["data"]["orders"]["nodes"]]


def sample(front: Front) -> None:
    """#1001 to #1005, each a day after the other."""
    shop = front.shop
    ada = customers.create(shop, first_name="Ada", last_name="Lovelace", email="ada@example.com")
    notebook, case = variant(shop, sku="CQ-NB"), variant(shop, "38.50", "Brass Pencil Case", sku="CQ-PC")
    place_order(
        shop, [NewLine(notebook)], customer=ada, tags=("vip", "repeat"), checkout_token="abc123", cart_token="c1"
    )
    front.wait(86_400)
    place_order(shop, [NewLine(case, 3)], source_name="pos", transactions=(), location_id="77", test=True)
    front.wait(86_400)
    held = place_order(
        shop,
        [NewLine(notebook)],
        discounts=[NewDiscount("AUTUMN", percentage=Decimal(10))],
        transactions=[NewTransaction("AUTHORIZATION", gateway="paypal")],
        po_number="PO-7",
        source_identifier="111-22",
        processed_at=shop.now - timedelta(days=400),
    )
    update_order(shop, held, tags=["late"])
    front.wait(86_400)
    cancel(shop, place_order(shop, [NewLine(case)], customer=ada, risk=(RiskAssessment("HIGH"),)))
    front.wait(86_400)
    close(shop, place_order(shop, [NewLine(notebook)], email="bob@example.org"))
    front.wait(60)


ALL = ["#1001", "#1002", "#1003", "#1004", "#1005"]

SEARCHES = [
    ("", ALL),
    ("name:1002", ["#1002"]),
    ("name:'#1002'", ["#1002"]),
    ("tag:vip", ["#1001"]),
    ("tag_not:vip", ["#1002", "#1003", "#1004", "#1005"]),
    ("email:ada@example.com", ["#1001", "#1004"]),
    ("checkout_token:abc123", ["#1001"]),
    ("cart_token:c1", ["#1001"]),
    ("checkout_token:other", []),
    ("financial_status:paid", ["#1001", "#1005"]),
    ("financial_status:authorized OR financial_status:refunded", ["#1003", "#1004"]),
    ("fulfillment_status:unfulfilled -status:open", ["#1004", "#1005"]),
    ("status:open", ["#1001", "#1002", "#1003"]),
    ("status:closed", ["#1004", "#1005"]),
    ("status:cancelled", ["#1004"]),
    ("status:not_closed", ["#1001", "#1002", "#1003"]),
    ("status:any", ALL),
    ("test:true", ["#1002"]),
    ("source_name:pos", ["#1002"]),
    ("channel:pos", ["#1002"]),
    ("location_id:77", ["#1002"]),
    ("sku:CQ-PC", ["#1002", "#1004"]),
    ("discount_code:autumn", ["#1003"]),
    ("gateway:paypal", ["#1003"]),
    ("po_number:PO-7", ["#1003"]),
    ("source_identifier:111-22", ["#1003"]),
    ("risk_level:high", ["#1004"]),
    ("current_total_price:>=30 current_total_price:<=200", ["#1002"]),
    ("subtotal_line_items_quantity:3", ["#1002"]),
    ("return_status:no_return tag:late", ["#1003"]),
    ("created_at:>'2026-11-04T00:00:00Z' created_at:<'2026-11-05T00:00:00Z'", ["#1003"]),
    ("processed_at:<2026-01-01", ["#1003"]),
    ("updated_at:>='2026-11-05T00:00:00Z'", ["#1004", "#1005"]),
    ("Lovelace", ["#1001", "#1004"]),
    ("brass", ["#1002", "#1004"]),
]


def test_every_filter_finds_its_orders(front: Front) -> None:
    sample(front)
    wrong = {query: got for query, names in SEARCHES if (got := found(front, query)) != names}
    assert wrong == {}


def test_an_order_is_found_by_its_customer_confirmation_and_payment(front: Front) -> None:
    sample(front)
    query = """{ orders(first: 1) { nodes {
      confirmationNumber customer { legacyResourceId } transactions { paymentId }
    } } }"""
    document = query.replace("first: 1", 'first: 1, query: "name:1001"')
    [node] = front.ask(document)["orders"]["nodes"]
    assert found(front, f"confirmation_number:{node['confirmationNumber']}") == ["#1001"]
    assert found(front, f"customer_id:{node['customer']['legacyResourceId']}") == ["#1001", "#1004"]
    assert found(front, f"payment_id:'{node['transactions'][0]['paymentId']}'") == ["#1001"]


def test_a_filter_that_is_not_backed_is_refused_loudly(front: Front) -> None:
    response = front.post('{ orders(first: 1, query: "credit_card_last4:4242") { nodes { id } } }')
    assert response.status_code == 501
    assert "credit_card_last4" in response.text


def test_search_lags_behind_what_is_written() -> None:
    front = Front({"search_lag": "1-20"})
    order = place_order(front.shop, [NewLine(variant(front.shop))], tags=("new",))
    assert found(front, "tag:new") == []
    assert front.ask("query($id: ID!) { order(id: $id) { tags } }", {"id": order.id})["order"]["tags"] == ["new"]
    front.wait(20)
    assert found(front, "tag:new") == ["#1001"]
    update_order(front.shop, order, tags=["other"])
    assert found(front, "tag:new") == ["#1001"]
    front.wait(20)
    assert found(front, "tag:new") == []


@pytest.mark.parametrize(
    ("key", "names"),
    [
        ("ID", ["#1001", "#1002", "#1003", "#1004", "#1005"]),
        ("CREATED_AT", ["#1001", "#1002", "#1003", "#1004", "#1005"]),
        ("PROCESSED_AT", ["#1003", "#1001", "#1002", "#1004", "#1005"]),
        ("TOTAL_PRICE", ["#1003", "#1001", "#1005", "#1004", "#1002"]),
        ("CURRENT_TOTAL_PRICE", ["#1004", "#1003", "#1001", "#1005", "#1002"]),
        ("ORDER_NUMBER", ["#1001", "#1002", "#1003", "#1004", "#1005"]),
        ("TOTAL_ITEMS_QUANTITY", ["#1001", "#1003", "#1004", "#1005", "#1002"]),
        ("PO_NUMBER", ["#1001", "#1002", "#1004", "#1005", "#1003"]),
        ("CUSTOMER_NAME", ["#1002", "#1003", "#1005", "#1001", "#1004"]),
    ],
)
def test_orders_are_sorted(front: Front, key: str, names: list[str]) -> None:
    sample(front)
    assert found(front, "", sortKey=key) == names
    assert found(front, "", sortKey=key, reverse=True) == names[::-1]


def test_a_changed_order_moves_to_the_end_of_the_order_of_changes(front: Front) -> None:
    sample(front)
    update_order(front.shop, next(iter(front.shop.table("Order").rows.values())), note="touched")
    assert found(front, "", sortKey="UPDATED_AT")[-1] == "#1001"


def test_lists_start_with_what_was_processed_first_unless_told_otherwise(front: Front) -> None:
    sample(front)
    names = [node["name"] for node in front.ask("{ orders(first: 2) { nodes { name } } }")["orders"]["nodes"]]
    assert names == ["#1003", "#1001"]


def test_orders_older_than_60_days_need_a_scope_of_their_own(front: Front) -> None:
    sample(front)
    front.wait(61 * 86_400)
    place_order(front.shop, [NewLine(variant(front.shop))])
    front.wait(30)
    assert len(found(front, "")) == 6
    [app] = front.shop.apps.values()
    assert app.installation is not None
    app.installation.scopes = tuple(scope for scope in app.installation.scopes if scope != "read_all_orders")
    assert found(front, "") == ["#1006"]
    assert front.ask("{ ordersCount { count } }")["ordersCount"]["count"] == 1


def test_a_customer_shows_their_orders(front: Front) -> None:
    sample(front)
    query = """{ customers(first: 1, query: "email:ada@example.com") { nodes {
      numberOfOrders lastOrder { name } orders(first: 5, reverse: true) { nodes { name } }
    } } }"""
    [node] = front.ask(query)["customers"]["nodes"]
    assert node == {
        "numberOfOrders": "2",
        "lastOrder": {"name": "#1004"},
        "orders": {"nodes": [{"name": "#1004"}, {"name": "#1001"}]},
    }


def test_an_order_is_found_by_the_token_of_its_checkout(front: Front, shared: Path) -> None:
    sample(front)
    query = (shared / "specs/shopify/queries/orders_by_checkout_token.graphql").read_text()
    [order] = front.ask(query, {"query": "checkout_token:abc123"})["orders"]["nodes"]
    assert (order["name"], order["checkoutToken"], order["cartToken"]) == ("#1001", "abc123", "c1")
