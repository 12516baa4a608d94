"""Order edits over GraphQL: nothing happens to the order before the commit (reference §9, §10 trap 22)."""

from typing import Any

import pytest

from sandbox.shopify.orders.order_cancel import cancel
from sandbox.shopify.orders.order_create import NewLine, place_order
from sandbox.shopify.orders.order_model import Order
from tests.sandbox.shopify.front import Front
from tests.sandbox.shopify.goods import variant

BEGIN = """mutation($id: ID!) { orderEditBegin(id: $id) {
  calculatedOrder {
    id originalOrder { id }
    lineItems(first: 9) { nodes { id title quantity editableQuantity variant { id } } }
  }
  userErrors { field message }
} }"""
SHOWN = """
  calculatedOrder {
    totalPriceSet { shopMoney { amount } } totalOutstandingSet { shopMoney { amount } } subtotalLineItemsQuantity
  }"""
SET = f"""mutation($id: ID!, $line: ID!, $quantity: Int!, $restock: Boolean) {{
  orderEditSetQuantity(id: $id, lineItemId: $line, quantity: $quantity, restock: $restock) {{
    calculatedLineItem {{ quantity editableQuantity editableQuantityBeforeChanges restocking }} {SHOWN}
    userErrors {{ field message }}
  }}
}}"""
ADD_VARIANT = f"""mutation($id: ID!, $variant: ID!, $quantity: Int!, $twice: Boolean) {{
  orderEditAddVariant(id: $id, variantId: $variant, quantity: $quantity, allowDuplicates: $twice) {{
    calculatedLineItem {{ id title sku }} {SHOWN} userErrors {{ field message }}
  }}
}}"""
ADD_CUSTOM = f"""mutation($id: ID!, $title: String!, $quantity: Int!, $price: MoneyInput!) {{
  orderEditAddCustomItem(id: $id, title: $title, quantity: $quantity, price: $price) {{
    calculatedLineItem {{ id }} {SHOWN} userErrors {{ field message }}
  }}
}}"""
DISCOUNT = f"""mutation($id: ID!, $line: ID!, $discount: OrderEditAppliedDiscountInput!) {{
  orderEditAddLineItemDiscount(id: $id, lineItemId: $line, discount: $discount) {{
    calculatedLineItem {{ hasStagedLineItemDiscount discountedUnitPriceSet {{ shopMoney {{ amount }} }} }} {SHOWN}
    userErrors {{ field message }}
  }}
}}"""
SHIP = f"""mutation($id: ID!, $line: OrderEditAddShippingLineInput!) {{
  orderEditAddShippingLine(id: $id, shippingLine: $line) {{
    calculatedShippingLine {{ id title stagedStatus }} {SHOWN} userErrors {{ field message code }}
  }}
}}"""
COMMIT = """mutation($id: ID!) { orderEditCommit(id: $id, notifyCustomer: false) {
  order {
    edited displayFinancialStatus totalPriceSet { shopMoney { amount } } currentTotalPriceSet { shopMoney { amount } }
    lineItems(first: 9) { nodes { title quantity currentQuantity unfulfilledQuantity } }
  }
  successMessages
  userErrors { field message }
} }"""


def paid(front: Front, quantity: int = 2) -> Order:
    return place_order(front.shop, [NewLine(variant(front.shop, sku="NB", tracked=True, quantity=10), quantity)])


def begun(front: Front, order: Order) -> Any:
    return front.ask(BEGIN, {"id": order.id})["orderEditBegin"]["calculatedOrder"]


def total_of(payload: Any) -> str:
    amount: str = payload["calculatedOrder"]["totalPriceSet"]["shopMoney"]["amount"]
    return amount


def test_an_edit_shows_the_order_as_it_is(front: Front) -> None:
    order = paid(front)
    edit = begun(front, order)
    assert edit["originalOrder"] == {"id": order.id}
    [line] = edit["lineItems"]["nodes"]
    assert (line["title"], line["quantity"], line["editableQuantity"]) == ("Linen Notebook", 2, 2)


def test_nothing_reaches_the_order_before_the_commit(front: Front) -> None:
    order = paid(front)
    edit = begun(front, order)
    line = edit["lineItems"]["nodes"][0]["id"]
    tried = front.ask(SET, {"id": edit["id"], "line": line, "quantity": 5})["orderEditSetQuantity"]
    assert total_of(tried) == "120.0"
    assert tried["calculatedOrder"]["totalOutstandingSet"]["shopMoney"]["amount"] == "72.0"
    assert (order.lines[0].quantity, order.edited) == (2, False)


def test_units_removed_stay_as_a_line_with_a_lower_current_quantity(front: Front) -> None:
    order = paid(front)
    edit = begun(front, order)
    line = edit["lineItems"]["nodes"][0]["id"]
    front.ask(SET, {"id": edit["id"], "line": line, "quantity": 0, "restock": True})
    done = front.ask(COMMIT, {"id": edit["id"]})["orderEditCommit"]["order"]
    assert done["lineItems"]["nodes"] == [
        {"title": "Linen Notebook", "quantity": 2, "currentQuantity": 0, "unfulfilledQuantity": 0}
    ]
    assert done["totalPriceSet"]["shopMoney"]["amount"] == "48.0"
    assert done["currentTotalPriceSet"]["shopMoney"]["amount"] == "0.0"
    assert front.shop.variants.rows[order.lines[0].variant_id or ""].inventory_quantity == 10


def test_units_added_make_a_paid_order_partly_paid(front: Front) -> None:
    order = paid(front)
    edit = begun(front, order)
    added = variant(front.shop, "10.00", "Brass Pencil Case", sku="PC")
    asked = {"id": edit["id"], "variant": added.id, "quantity": 1}
    assert front.ask(ADD_VARIANT, asked)["orderEditAddVariant"]["calculatedLineItem"]["sku"] == "PC"
    done = front.ask(COMMIT, {"id": edit["id"]})["orderEditCommit"]
    assert done["successMessages"] == ["Order updated"]
    assert done["order"]["displayFinancialStatus"] == "PARTIALLY_PAID"
    assert [line["title"] for line in done["order"]["lineItems"]["nodes"]] == ["Linen Notebook", "Brass Pencil Case"]
    assert order.edited
    assert order.lines[1].order is order


def test_a_variant_comes_twice_only_if_that_is_allowed(front: Front) -> None:
    order = paid(front)
    edit = begun(front, order)
    asked = {"id": edit["id"], "variant": f"gid://shopify/ProductVariant/{order.lines[0].variant_id}", "quantity": 1}
    [error] = front.ask(ADD_VARIANT, asked)["orderEditAddVariant"]["userErrors"]
    assert error["field"] == ["variantId"]
    assert front.ask(ADD_VARIANT, {**asked, "twice": True})["orderEditAddVariant"]["userErrors"] == []


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"quantity": 0}, ["quantity"]),
        ({"title": " "}, ["title"]),
        ({"price": {"amount": "-1", "currencyCode": "USD"}}, ["price"]),
        ({"price": {"amount": "1", "currencyCode": "EUR"}}, ["price"]),
    ],
)
def test_a_custom_item_that_cannot_be_is_refused(front: Front, given: dict[str, Any], field: list[str]) -> None:
    edit = begun(front, paid(front))
    asked = {"title": "Wrap", "quantity": 1, "price": {"amount": "5", "currencyCode": "USD"}, **given}
    [error] = front.ask(ADD_CUSTOM, {"id": edit["id"], **asked})["orderEditAddCustomItem"]["userErrors"]
    assert error["field"] == field


def test_units_that_were_sent_cannot_be_taken_off(front: Front) -> None:
    order = paid(front, 3)
    order.lines[0].fulfilled_quantity, order.lines[0].unfulfilled_quantity = 2, 1
    edit = begun(front, order)
    asked = {"id": edit["id"], "line": edit["lineItems"]["nodes"][0]["id"]}
    [error] = front.ask(SET, {**asked, "quantity": 1})["orderEditSetQuantity"]["userErrors"]
    assert error["field"] == ["quantity"]
    assert front.ask(SET, {**asked, "quantity": 2})["orderEditSetQuantity"]["userErrors"] == []


def test_a_discount_on_one_line(front: Front) -> None:
    order = paid(front)
    edit = begun(front, order)
    line = edit["lineItems"]["nodes"][0]["id"]
    given = {"id": edit["id"], "line": line, "discount": {"percentValue": 25.0, "description": "Scratched"}}
    tried = front.ask(DISCOUNT, given)["orderEditAddLineItemDiscount"]
    assert tried["calculatedLineItem"] == {
        "hasStagedLineItemDiscount": True,
        "discountedUnitPriceSet": {"shopMoney": {"amount": "18.0"}},
    }
    front.ask(COMMIT, {"id": edit["id"]})
    query = """query($id: ID!) { order(id: $id) {
      discountApplications(first: 3) { nodes { __typename ... on ManualDiscountApplication { title description } } }
      lineItems(first: 3) { nodes { totalDiscountSet { shopMoney { amount } } } }
    } }"""
    assert front.ask(query, {"id": order.id})["order"] == {
        "discountApplications": {
            "nodes": [{"__typename": "ManualDiscountApplication", "title": "Scratched", "description": "Scratched"}]
        },
        "lineItems": {"nodes": [{"totalDiscountSet": {"shopMoney": {"amount": "12.0"}}}]},
    }


def test_shipping_is_added_and_taken_off(front: Front) -> None:
    order = paid(front)
    edit = begun(front, order)
    line = {"title": "Express", "price": {"amount": "15.00", "currencyCode": "USD"}}
    added = front.ask(SHIP, {"id": edit["id"], "line": line})["orderEditAddShippingLine"]
    assert added["calculatedShippingLine"]["stagedStatus"] == "ADDED"
    assert total_of(added) == "63.0"
    front.ask(COMMIT, {"id": edit["id"]})
    edit = begun(front, order)
    remove = """mutation($id: ID!, $line: ID!) { orderEditRemoveShippingLine(id: $id, shippingLineId: $line) {
      calculatedOrder { totalPriceSet { shopMoney { amount } } shippingLines { stagedStatus } }
    } }"""
    shipping = f"gid://shopify/CalculatedShippingLine/{order.shipping_lines[0].legacy_resource_id}"
    removed = front.ask(remove, {"id": edit["id"], "line": shipping})["orderEditRemoveShippingLine"]
    assert removed["calculatedOrder"]["shippingLines"] == [{"stagedStatus": "REMOVED"}]
    assert total_of(removed) == "48.0"
    front.ask(COMMIT, {"id": edit["id"]})
    query = """query($id: ID!) { order(id: $id) {
      kept: shippingLines(first: 3) { nodes { title } }
      all: shippingLines(first: 3, includeRemovals: true) { nodes { title isRemoved } }
    } }"""
    assert front.ask(query, {"id": order.id})["order"] == {
        "kept": {"nodes": []},
        "all": {"nodes": [{"title": "Express", "isRemoved": True}]},
    }


def test_an_edit_that_changed_nothing_is_refused_and_stays_open(front: Front) -> None:
    """Capture money-bag-presentment-parity."""
    edit = begun(front, paid(front))
    for _ in range(2):
        refused = front.ask(COMMIT, {"id": edit["id"]})["orderEditCommit"]
        assert refused["order"] is None
        message = "There must be at least one change to be made."
        assert refused["userErrors"] == [{"field": ["id"], "message": message}]


def test_a_committed_edit_is_gone(front: Front) -> None:
    edit = begun(front, paid(front))
    line = edit["lineItems"]["nodes"][0]["id"]
    front.ask(SET, {"id": edit["id"], "line": line, "quantity": 1})
    front.ask(COMMIT, {"id": edit["id"]})
    [error] = front.ask(COMMIT, {"id": edit["id"]})["orderEditCommit"]["userErrors"]
    assert error["field"] == ["id"]


def test_cancelled_and_unknown_orders_cannot_be_edited(front: Front) -> None:
    order = paid(front)
    cancel(front.shop, order)
    for gid in (order.id, "gid://shopify/Order/1"):
        refused = front.ask(BEGIN, {"id": gid})["orderEditBegin"]
        assert refused["calculatedOrder"] is None
        assert refused["userErrors"][0]["field"] == ["id"]
