"""Orders over GraphQL: made, changed, found, deleted (reference §4.4)."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from sandbox.shopify import catalog, customers
from sandbox.shopify.model import Company, CompanyLocation, Customer
from sandbox.shopify.order_cancel import cancel, close
from sandbox.shopify.order_changes import update_order
from sandbox.shopify.order_create import NewLine, NewShipping, place_order
from sandbox.shopify.order_discounts import NewDiscount
from sandbox.shopify.order_lookup import order_by_gid
from sandbox.shopify.order_model import Order, RiskAssessment
from sandbox.shopify.payments import NewTransaction
from sandbox.shopify.refunds import NewRefundTransaction, refund
from tests.sandbox.shopify.front import Front
from tests.sandbox.shopify.goods import variant

CREATE = """mutation($order: OrderCreateOrderInput!, $options: OrderCreateOptionsInput) {
  orderCreate(order: $order, options: $options) {
    order {
      id name email sourceName test createdAt processedAt app { id } customer { id firstName }
      lineItems(first: 5) { nodes { title sku vendor variant { id } originalUnitPriceSet { shopMoney { amount } } } }
      totalTaxSet { shopMoney { amount } }
    }
    userErrors { field message code }
  }
}"""
UPDATE = """mutation($input: OrderInput!) { orderUpdate(input: $input) {
  order { note email phone poNumber tags customAttributes { key value } shippingAddress { city province } }
  userErrors { field message }
} }"""
CANCEL = """mutation($id: ID!, $refund: Boolean) {
  orderCancel(orderId: $id, reason: CUSTOMER, restock: true, refund: $refund, staffNote: "Changed their mind") {
    job { id done } orderCancelUserErrors { field message code }
  }
}"""
DELETE = "mutation($id: ID!) { orderDelete(orderId: $id) { deletedId userErrors { field message code } } }"


@pytest.fixture
def front() -> Front:
    return Front()


def usd(amount: str) -> dict[str, Any]:
    return {"shopMoney": {"amount": amount, "currencyCode": "USD"}}


def book(**more: Any) -> dict[str, Any]:
    return {"title": "Book", "quantity": 1, "priceSet": usd("10.00"), **more}


VAT = {"title": "VAT", "rate": "0.1", "priceSet": usd("1.00")}


def create(front: Front, *, options: dict[str, Any] | None = None, **given: Any) -> Any:
    given.setdefault("lineItems", [book()])
    return front.ask(CREATE, {"order": given, "options": options})["orderCreate"]


def found(front: Front, query: str, **page: Any) -> list[str]:
    """Names of the orders a search gives."""
    asked = {"query": query, "sortKey": "ID", **page}
    document = """query($query: String, $sortKey: OrderSortKeys, $reverse: Boolean) {
      orders(first: 50, query: $query, sortKey: $sortKey, reverse: $reverse) { nodes { name } }
    }"""
    answer = front.post(document, asked).json()
    assert "search" not in answer["extensions"], answer["extensions"]["search"]
    return [node["name"] for node in answer["data"]["orders"]["nodes"]]


# Made


def test_orders_are_numbered_from_1001(front: Front) -> None:
    assert [create(front)["order"]["name"] for _ in range(2)] == ["#1001", "#1002"]
    assert create(front, name="EXT-7")["order"]["name"] == "EXT-7"
    assert create(front)["order"]["name"] == "#1004"


def test_a_line_of_a_variant_takes_its_names_and_price_from_the_catalogue(front: Front) -> None:
    goods = variant(front.shop, sku="NB", vendor="Cedar & Quill")
    [line] = create(front, lineItems=[{"variantId": goods.id, "quantity": 1}])["order"]["lineItems"]["nodes"]
    assert line == {
        "title": "Linen Notebook",
        "sku": "NB",
        "vendor": "Cedar & Quill",
        "variant": {"id": goods.id},
        "originalUnitPriceSet": {"shopMoney": {"amount": "24.0"}},
    }


def test_an_app_is_the_source_of_what_it_makes(front: Front) -> None:
    made = create(front)["order"]
    assert made["app"]["id"] == f"gid://shopify/App/{made['sourceName']}"
    assert create(front, sourceName="amazon-us")["order"]["sourceName"] == "amazon-us"


def test_an_email_address_finds_its_customer_or_makes_one(front: Front) -> None:
    known = customers.create(front.shop, first_name="Ada", email="ada@example.com")
    assert create(front, email="ADA@example.com")["order"]["customer"]["id"] == known.id
    assert create(front, email="new@example.com")["order"]["customer"]["id"] != known.id
    assert create(front)["order"]["customer"] is None


def test_a_customer_is_associated_or_upserted(front: Front) -> None:
    known = customers.create(front.shop, first_name="Ada", email="ada@example.com")
    by_id = create(front, customer={"toAssociate": {"id": known.id}})["order"]
    assert (by_id["customer"]["id"], by_id["email"]) == (known.id, "ada@example.com")
    changed = create(front, customer={"toUpsert": {"id": known.id, "firstName": "Augusta"}})["order"]
    assert changed["customer"] == {"id": known.id, "firstName": "Augusta"}
    made = create(front, customer={"toUpsert": {"firstName": "Bo", "email": "bo@example.com"}})["order"]
    assert made["customer"]["firstName"] == "Bo"


def test_taxes_of_the_order_are_split_over_its_taxable_lines(front: Front) -> None:
    lines = [book(), book(priceSet=usd("20.00")), book(taxable=False)]
    tax = {"title": "VAT", "rate": "0.1", "priceSet": usd("3.00")}
    made = create(front, lineItems=lines, taxLines=[tax])["order"]
    assert made["totalTaxSet"]["shopMoney"]["amount"] == "3.0"
    order = order_by_gid(front.shop, made["id"])
    assert order is not None
    assert [[tax.price.shop for tax in line.tax_lines] for line in order.lines] == [[Decimal(1)], [Decimal(2)], []]


def test_an_order_may_be_processed_in_the_past_but_not_ahead(front: Front) -> None:
    made = create(front, processedAt="2024-01-01T00:00:00Z")["order"]
    assert made["processedAt"] == "2024-01-01T00:00:00Z" != made["createdAt"]
    ahead = create(front, processedAt="2099-01-01T00:00:00Z")["order"]
    assert ahead["processedAt"] == ahead["createdAt"]
    front.graphql = "/admin/api/2026-04/graphql.json"
    [error] = create(front, processedAt="2099-01-01T00:00:00Z")["userErrors"]
    assert (error["field"], error["code"]) == (["order", "processedAt"], "PROCESSED_AT_INVALID")


@pytest.mark.parametrize(
    ("given", "field", "code"),
    [
        ({"lineItems": []}, ["order", "lineItems"], "INVALID"),
        ({"lineItems": [book(quantity=0)]}, ["order", "lineItems", "0", "quantity"], "INVALID"),
        ({"lineItems": [book(), {"quantity": 1, "title": "B"}]}, ["order", "lineItems", "1", "priceSet"], "INVALID"),
        ({"lineItems": [book(title="")]}, ["order", "lineItems", "0", "title"], "INVALID"),
        ({"email": "no address"}, ["order", "email"], "INVALID"),
        ({"taxLines": [VAT], "lineItems": [book(taxLines=[VAT])]}, ["order", "taxLines"], "INVALID"),
        ({"note": "x" * 5001}, ["order", "note"], "INVALID"),
        (
            {"customerId": "gid://shopify/Customer/1", "customer": {"toAssociate": {"email": "a@example.com"}}},
            ["order", "customerId"],
            "REDUNDANT_CUSTOMER_FIELDS",
        ),
        ({"customer": {"toAssociate": {"email": "nobody@example.com"}}}, ["order", "customer"], "INVALID"),
    ],
)
def test_an_order_that_cannot_be_is_refused_whole(
    front: Front, given: dict[str, Any], field: list[str], code: str
) -> None:
    refused = create(front, **given)
    assert refused["order"] is None
    [error] = refused["userErrors"]
    assert (error["field"], error["code"]) == (field, code)
    assert front.ask("{ ordersCount { count } }")["ordersCount"]["count"] == 0


def test_stock_is_left_alone_taken_or_asked_for(front: Front) -> None:
    goods = variant(front.shop, tracked=True, quantity=1)
    line = [{"variantId": goods.id, "quantity": 1}]
    create(front, lineItems=line)
    assert goods.inventory_quantity == 1
    create(front, lineItems=line, options={"inventoryBehaviour": "DECREMENT_OBEYING_POLICY"})
    assert goods.inventory_quantity == 0
    refused = create(front, lineItems=line, options={"inventoryBehaviour": "DECREMENT_OBEYING_POLICY"})
    assert refused["userErrors"][0]["code"] == "INVENTORY_CLAIM_FAILED"
    create(front, lineItems=line, options={"inventoryBehaviour": "DECREMENT_IGNORING_POLICY"})
    assert goods.inventory_quantity == -1


# Read


def test_more_than_250_lines_are_paged(front: Front, shared: Path) -> None:
    order = place_order(front.shop, [NewLine(title=f"Line {n}", price=Decimal(1)) for n in range(301)])
    query = (shared / "specs/shopify/queries/order_line_items_page.graphql").read_text()
    first = front.ask(query, {"id": order.id, "first": 250})["order"]["lineItems"]
    assert first["pageInfo"]["hasNextPage"] is True
    after = first["pageInfo"]["endCursor"]
    rest = front.ask(query, {"id": order.id, "first": 250, "after": after})["order"]["lineItems"]
    titles = [node["title"] for node in first["nodes"] + rest["nodes"]]
    assert titles == [f"Line {n}" for n in range(301)]


def test_a_line_outlives_its_product(front: Front) -> None:
    goods = variant(front.shop, sku="NB")
    order = place_order(front.shop, [NewLine(goods)])
    catalog.delete_product(front.shop, goods.product)
    query = """query($id: ID!) { order(id: $id) {
      lineItems(first: 1) { nodes { title sku product { id } variant { id } } }
    } }"""
    [line] = front.ask(query, {"id": order.id})["order"]["lineItems"]["nodes"]
    assert line == {"title": "Linen Notebook", "sku": "NB", "product": None, "variant": None}


def test_who_buys_is_a_customer_or_a_company(front: Front) -> None:
    shop = front.shop
    company = Company(shop.new_id(), shop.now, shop.now, "Fernhill", shop.now)
    location = CompanyLocation(shop.new_id(), company, shop.now, shop.now, "Main")
    buyer = customers.create(shop, email="t@example.com")
    query = """query($id: ID!) { order(id: $id) { purchasingEntity {
      __typename ... on Customer { id } ... on PurchasingCompany { company { name } location { name } contact { id } }
    } } }"""
    orders = [
        place_order(shop, [NewLine(variant(shop))], **about)
        for about in ({}, {"customer": buyer}, {"customer": buyer, "company_location": location})
    ]
    entities = [front.ask(query, {"id": order.id})["order"]["purchasingEntity"] for order in orders]
    assert entities == [
        None,
        {"__typename": "Customer", "id": buyer.id},
        {
            "__typename": "PurchasingCompany",
            "company": {"name": "Fernhill"},
            "location": {"name": "Main"},
            "contact": None,
        },
    ]
    assert (location.orders_count, location.total_spent) == (1, Decimal("24.00"))


def test_the_way_to_the_store_is_told_of_web_orders_alone(front: Front) -> None:
    shop = front.shop
    landing = "/collections/notebooks?utm_source=newsletter&utm_campaign=autumn"
    lines = [NewLine(variant(shop))]
    web = place_order(shop, lines, landing_site=landing, referring_site="https://mail.example.org/")
    till = place_order(shop, lines, source_name="pos")
    query = """query($id: ID!) { order(id: $id) { attribution { handle displayName } app { name }
      customerJourneySummary { ready firstVisit { source utmParameters { source campaign medium } } } } }"""
    utm = {"source": "newsletter", "campaign": "autumn", "medium": None}
    assert front.ask(query, {"id": web.id})["order"] == {
        "attribution": {"handle": "web", "displayName": "Online Store"},
        "app": {"name": "Online Store"},
        "customerJourneySummary": {"ready": True, "firstVisit": {"source": "newsletter", "utmParameters": utm}},
    }
    assert front.ask(query, {"id": till.id})["order"] == {
        "attribution": {"handle": "pos", "displayName": "Point of Sale"},
        "app": {"name": "Point of Sale"},
        "customerJourneySummary": None,
    }


def test_the_worst_assessment_decides_what_is_recommended(front: Front) -> None:
    facts = (("NEGATIVE", "Card and address differ"),)
    risk = (RiskAssessment("LOW", provider_id="9", provider_title="Guard"), RiskAssessment("HIGH", facts))
    order = place_order(front.shop, [NewLine(variant(front.shop))], risk=risk)
    query = """query($id: ID!) { order(id: $id) { risk { recommendation assessments {
      riskLevel provider { id title } facts { description sentiment }
    } } } }"""
    assert front.ask(query, {"id": order.id})["order"]["risk"] == {
        "recommendation": "CANCEL",
        "assessments": [
            {"riskLevel": "LOW", "provider": {"id": "gid://shopify/App/9", "title": "Guard"}, "facts": []},
            {
                "riskLevel": "HIGH",
                "provider": None,
                "facts": [{"description": "Card and address differ", "sentiment": "NEGATIVE"}],
            },
        ],
    }


def test_parts_of_an_order_are_nodes(front: Front) -> None:
    orders = [place_order(front.shop, [NewLine(variant(front.shop))]) for _ in range(3)]
    made = refund(front.shop, orders[0], transactions=[NewRefundTransaction(Decimal(1))])
    ids = [orders[1].lines[0].id, orders[1].transactions[0].id, made.id, made.transactions[0].id]
    query = "query($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }"
    nodes = front.ask(query, {"ids": [*ids, "gid://shopify/LineItem/1"]})["nodes"]
    assert [node and node["id"] for node in nodes] == [*ids, None]


def test_an_order_is_found_by_a_value_of_its_own(front: Front) -> None:
    definition = {"name": "ERP", "namespace": "erp", "key": "number", "type": "id", "ownerType": "ORDER"}
    front.ask(
        """mutation($it: MetafieldDefinitionInput!) {
          metafieldDefinitionCreate(definition: $it) { userErrors { code } }
        }""",
        {"it": definition},
    )
    value = {"namespace": "erp", "key": "number", "value": "E-17"}
    made = create(front, metafields=[{**value, "type": "id"}])["order"]
    query = """query($identifier: OrderIdentifierInput!) {
      orderByIdentifier(identifier: $identifier) { id metafield(namespace: "erp", key: "number") { value } }
    }"""
    wanted = {"id": made["id"], "metafield": {"value": "E-17"}}
    for identifier in ({"customId": value}, {"id": made["id"]}):
        assert front.ask(query, {"identifier": identifier})["orderByIdentifier"] == wanted
    assert front.ask(query, {"identifier": {"customId": {**value, "value": "E-18"}}})["orderByIdentifier"] is None


# Changed


def test_an_update_changes_what_is_given_and_nothing_else(front: Front) -> None:
    order = place_order(front.shop, [NewLine(variant(front.shop))], note="old", tags=("b", "a"), email="a@example.com")
    given = {
        "tags": ["vip, repeat", "VIP"],
        "poNumber": " PO-1 ",
        "customAttributes": [{"key": "gift", "value": "yes"}],
        "phone": "(503) 555-0142",
        "shippingAddress": {"city": "Portland", "countryCode": "US", "provinceCode": "OR"},
    }
    updated = front.ask(UPDATE, {"input": {"id": order.id, **given}})["orderUpdate"]
    assert updated["userErrors"] == []
    assert updated["order"] == {
        "note": "old",
        "email": "a@example.com",
        "phone": "+15035550142",
        "poNumber": "PO-1",
        "tags": ["repeat", "vip"],
        "customAttributes": [{"key": "gift", "value": "yes"}],
        "shippingAddress": {"city": "Portland", "province": "Oregon"},
    }


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"email": "nowhere"}, ["email"]),
        ({"note": "x" * 5001}, ["note"]),
        ({"phone": "12"}, ["phone"]),
        (
            {"shippingAddress": {"city": "Here", "countryCode": "US", "provinceCode": "QQ"}},
            ["shippingAddress", "provinceCode"],
        ),
    ],
)
def test_an_update_that_cannot_be_changes_nothing(front: Front, given: dict[str, Any], field: list[str]) -> None:
    order = place_order(front.shop, [NewLine(variant(front.shop))], tags=("kept",))
    refused = front.ask(UPDATE, {"input": {"id": order.id, "tags": ["lost"], **given}})["orderUpdate"]
    assert [error["field"] for error in refused["userErrors"]] == [field]
    assert refused["order"]["tags"] == ["kept"]


def test_tags_are_added_to_orders_as_to_anything(front: Front) -> None:
    order = place_order(front.shop, [NewLine(variant(front.shop))], tags=("b",))
    query = """mutation($id: ID!, $tags: [String!]!) {
      tagsAdd(id: $id, tags: $tags) { node { id ... on Order { tags } } userErrors { message } }
    }"""
    assert front.ask(query, {"id": order.id, "tags": ["a"]})["tagsAdd"]["node"] == {"id": order.id, "tags": ["a", "b"]}


def test_an_order_changes_hands_and_the_counts_go_with_it(front: Front) -> None:
    shop = front.shop
    one, two = (customers.create(shop, email=f"{name}@example.com") for name in ("one", "two"))
    first, second = (place_order(shop, [NewLine(variant(shop, price))], customer=one) for price in ("10.00", "5.00"))
    move = """mutation($order: ID!, $customer: ID!) {
      orderCustomerSet(orderId: $order, customerId: $customer) { order { customer { id } } userErrors { code } }
    }"""
    moved = front.ask(move, {"order": second.id, "customer": two.id})["orderCustomerSet"]
    assert moved["order"]["customer"]["id"] == two.id
    assert counts(one) == (1, Decimal("10.00"), first.id)
    assert counts(two) == (1, Decimal("5.00"), second.id)
    drop = "mutation($order: ID!) { orderCustomerRemove(orderId: $order) { order { customer { id } } } }"
    assert front.ask(drop, {"order": second.id})["orderCustomerRemove"]["order"]["customer"] is None
    assert counts(two) == (0, Decimal(0), None)
    unknown = {"order": second.id, "customer": "gid://shopify/Customer/1"}
    assert front.ask(move, unknown)["orderCustomerSet"]["userErrors"] == [{"code": "NOT_FOUND"}]


def counts(customer: Customer) -> tuple[int, Decimal, str | None]:
    return customer.number_of_orders, customer.amount_spent, customer.last_order_id


# Ended


def test_cancelling_is_answered_with_a_job_and_done_right_after(front: Front) -> None:
    order = place_order(front.shop, [NewLine(variant(front.shop))], shipping=[NewShipping("Standard", Decimal(5))])
    answer = front.ask(CANCEL, {"id": order.id, "refund": True})["orderCancel"]
    assert answer["job"]["done"] is False
    assert answer["orderCancelUserErrors"] == []
    query = """query($id: ID!) { order(id: $id) {
      cancelledAt closedAt cancelReason cancellation { staffNote } displayFinancialStatus
      currentTotalPriceSet { shopMoney { amount } } totalOutstandingSet { shopMoney { amount } }
      lineItems(first: 1) { nodes { quantity currentQuantity } }
    } }"""
    after = front.ask(query, {"id": order.id})["order"]
    assert after.pop("cancelledAt") == after.pop("closedAt") is not None
    assert after == {
        "cancelReason": "CUSTOMER",
        "cancellation": {"staffNote": "Changed their mind"},
        "displayFinancialStatus": "REFUNDED",
        "currentTotalPriceSet": {"shopMoney": {"amount": "0.0"}},
        "totalOutstandingSet": {"shopMoney": {"amount": "0.0"}},
        "lineItems": {"nodes": [{"quantity": 1, "currentQuantity": 0}]},
    }


def test_cancelling_may_take_its_time() -> None:
    front = Front({"order_cancel_seconds": "5"})
    order = place_order(front.shop, [NewLine(variant(front.shop))])
    front.ask(CANCEL, {"id": order.id})
    assert order.cancelled_at is None
    front.wait(5)
    assert order.cancelled_at is not None


def send(order: Order) -> None:
    order.lines[0].fulfilled_quantity, order.lines[0].unfulfilled_quantity = 1, 0


def nothing(_order: Order) -> None: ...


@pytest.mark.parametrize(
    ("transactions", "before", "message"),
    [
        ((NewTransaction(),), send, "Cannot cancel an order that has outstanding fulfillments"),
        ((), send, None),
        ((NewTransaction(),), nothing, None),
    ],
)
def test_a_paid_order_that_was_sent_cannot_be_cancelled_an_unpaid_one_can(
    front: Front, transactions: tuple[NewTransaction, ...], before: Callable[[Order], None], message: str | None
) -> None:
    """Captures fulfillment-multi-tracking-info and order-return-status-lifecycle."""
    order = place_order(front.shop, [NewLine(variant(front.shop))], transactions=transactions)
    before(order)
    answer = front.ask(CANCEL, {"id": order.id})["orderCancel"]
    errors = [{"field": ["orderId"], "message": message, "code": "INVALID"}] if message else []
    assert answer["orderCancelUserErrors"] == errors
    assert (answer["job"] is None) is (message is not None)
    assert (order.cancelled_at is None) is (message is not None)


def test_nothing_is_cancelled_twice(front: Front) -> None:
    order = place_order(front.shop, [NewLine(variant(front.shop))])
    front.ask(CANCEL, {"id": order.id})
    codes = [
        front.ask(CANCEL, {"id": gid})["orderCancel"]["orderCancelUserErrors"][0]["code"]
        for gid in (order.id, "gid://shopify/Order/1")
    ]
    assert codes == ["INVALID", "NOT_FOUND"]


def test_a_cancelled_order_that_was_paid_and_not_refunded_owes_its_money(front: Front) -> None:
    order = place_order(front.shop, [NewLine(variant(front.shop))])
    front.ask(CANCEL, {"id": order.id, "refund": False})
    query = "query($id: ID!) { order(id: $id) { displayFinancialStatus totalOutstandingSet { shopMoney { amount } } } }"
    assert front.ask(query, {"id": order.id})["order"] == {
        "displayFinancialStatus": "PAID",
        "totalOutstandingSet": {"shopMoney": {"amount": "-24.0"}},
    }


def test_an_order_is_closed_and_opened_again(front: Front) -> None:
    order = place_order(front.shop, [NewLine(variant(front.shop))])
    answers = [
        front.ask(
            f"mutation($id: ID!) {{ {name}(input: {{id: $id}}) {{ order {{ closed }} userErrors {{ message }} }} }}",
            {"id": order.id},
        )[name]["order"]["closed"]
        for name in ("orderClose", "orderClose", "orderOpen", "orderOpen")
    ]
    assert answers == [True, True, False, False]


def test_a_deleted_order_is_gone_and_no_longer_counts(front: Front) -> None:
    buyer = customers.create(front.shop, email="ada@example.com")
    order = place_order(front.shop, [NewLine(variant(front.shop))], customer=buyer, transactions=())
    assert front.ask(DELETE, {"id": order.id})["orderDelete"] == {"deletedId": order.id, "userErrors": []}
    assert front.ask("query($id: ID!) { order(id: $id) { id } }", {"id": order.id})["order"] is None
    assert counts(buyer) == (0, Decimal(0), None)
    assert front.ask(DELETE, {"id": order.id})["orderDelete"]["userErrors"][0]["code"] == "NOT_FOUND"


def test_an_order_paid_in_earnest_by_card_cannot_be_deleted(front: Front) -> None:
    shop = front.shop
    card, manual, tried = (
        place_order(shop, [NewLine(variant(shop))], **about)
        for about in ({}, {"transactions": [NewTransaction(gateway="manual")]}, {"test": True})
    )
    deleted = [front.ask(DELETE, {"id": one.id})["orderDelete"]["deletedId"] for one in (card, manual, tried)]
    assert deleted == [None, manual.id, tried.id]


# Found


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
