"""Orders over GraphQL: made by apps, read in all their parts (reference §4.4)."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from sandbox.shopify.customers import customers
from sandbox.shopify.model import Company, CompanyLocation
from sandbox.shopify.orders.order_create import NewLine, place_order
from sandbox.shopify.orders.order_lookup import order_by_gid
from sandbox.shopify.orders.order_model import RiskAssessment
from sandbox.shopify.orders.refunds import NewRefundTransaction, refund
from sandbox.shopify.products import catalog
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


def usd(amount: str) -> dict[str, Any]:
    return {"shopMoney": {"amount": amount, "currencyCode": "USD"}}


def book(**more: Any) -> dict[str, Any]:
    return {"title": "Book", "quantity": 1, "priceSet": usd("10.00"), **more}


VAT = {"title": "VAT", "rate": "0.1", "priceSet": usd("1.00")}


def create(front: Front, *, options: dict[str, Any] | None = None, **given: Any) -> Any:
    given.setdefault("lineItems", [book()])
    return front.ask(CREATE, {"order": given, "options": options})["orderCreate"]


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
    web = place_order(
        shop, lines, landing_site=landing, referring_site="https://mail.example.org/", accepts_marketing=True
    )
    till = place_order(shop, lines, source_name="pos")
    query = """query($id: ID!) { order(id: $id) { attribution { handle displayName } app { name }
      customerAcceptsMarketing
      customerJourneySummary { ready firstVisit { source utmParameters { source campaign medium } }
        lastVisit { landingPage referrerUrl } } } }"""
    utm = {"source": "newsletter", "campaign": "autumn", "medium": None}
    assert front.ask(query, {"id": web.id})["order"] == {
        "attribution": {"handle": "web", "displayName": "Online Store"},
        "app": {"name": "Online Store"},
        "customerAcceptsMarketing": True,
        "customerJourneySummary": {
            "ready": True,
            "firstVisit": {"source": "newsletter", "utmParameters": utm},
            "lastVisit": {"landingPage": landing, "referrerUrl": "https://mail.example.org/"},
        },
    }
    assert front.ask(query, {"id": till.id})["order"] == {
        "attribution": {"handle": "pos", "displayName": "Point of Sale"},
        "app": {"name": "Point of Sale"},
        "customerAcceptsMarketing": False,
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
