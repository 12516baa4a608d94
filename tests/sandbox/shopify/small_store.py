"""A store with one of everything that the project's documents read, made through its front."""

from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from sandbox.shopify.apps.apps import OWN_SCOPES
from sandbox.shopify.checkouts.checkouts import complete_checkout, open_checkout
from sandbox.shopify.fulfillments.fulfillment_orders import fulfillment_orders_of, hold
from sandbox.shopify.fulfillments.sending import add_event, fulfil
from sandbox.shopify.fulfillments.tracking import tracking
from sandbox.shopify.orders.order_table import orders_of
from sandbox.shopify.orders.refunds import NewRefundLine, NewRefundTransaction, refund
from sandbox.shopify.returns.returning import NewReturnLine, create_return, decline_return, request_return
from tests.sandbox.shopify.front import Front

CATEGORY = "gid://shopify/TaxonomyCategory/os-1"


def money(amount: str) -> dict[str, Any]:
    return {"shopMoney": {"amount": amount, "currencyCode": "USD"}}


LINE = {"title": "Engraving", "quantity": 2, "priceSet": money("9.50")}
ADDRESS = {"address1": "1 Elm St", "city": "Portland", "provinceCode": "OR", "countryCode": "US", "zip": "97201"}
PLACE = {"address1": "2 Oak St", "city": "Portland", "zoneCode": "OR", "countryCode": "US", "zip": "97202"}
PLACE_ORDER = """mutation($order: OrderCreateOrderInput!) {
  orderCreate(order: $order) { order { id } userErrors { message } }
}"""

SEND_BACK = """mutation($id: ID!) {
  reverseDeliveryCreateWithShipping(
    reverseFulfillmentOrderId: $id, reverseDeliveryLineItems: [], trackingInput: {number: "R1"},
    labelInput: {fileUrl: "https://files.example.com/label.pdf"}) { reverseDelivery { id } }
}"""


@dataclass
class SmallStore:
    """`ids` by a short name; `run` executes a document of the shared folder."""

    shared: Path
    front: Front = field(default_factory=lambda: Front({"search_lag": "0"}))
    ids: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.front.shop.settings.plan = "enterprise"
        self._people()
        self._goods()
        self._orders()
        self._parcels()
        self._checkout()
        self.ids["subscription"] = self.front.subscribe("ORDERS_UPDATED")
        started = self.ask("bulk_run_query", query=self.text("bulk_inner_products"))  # and still running
        self.ids["bulk"] = started["bulkOperationRunQuery"]["bulkOperation"]["id"]

    def text(self, name: str) -> str:
        return (self.shared / f"specs/shopify/queries/{name}.graphql").read_text()

    def run(self, name: str, **variables: Any) -> dict[str, Any]:
        """The whole answer."""
        answer = self.front.post(self.text(name), variables)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def ask(self, name: str, **variables: Any) -> Any:
        """The data of an answer without any error."""
        answer = self.run(name, **variables)
        assert "errors" not in answer, answer["errors"]
        for payload in answer["data"].values():
            assert not (isinstance(payload, dict) and payload.get("userErrors")), payload["userErrors"]
        return answer["data"]

    def limit(self, scopes: list[str]) -> None:
        """Go on as an app with these scopes; start again from all of them with OWN_SCOPES."""
        self.front.act("grant_scopes", scopes=scopes)
        token = f"shpat_{len(self.ids)}_{abs(hash(tuple(scopes)))}"
        self.front.act("create_static_token", token=token)
        self.front.http.headers["X-Shopify-Access-Token"] = token

    def unlimit(self) -> None:
        self.limit(list(OWN_SCOPES))

    def _people(self) -> None:
        given = {"email": "ada@example.com", "firstName": "Ada", "lastName": "Lovelace", "phone": "+15035550101"}
        created = self.ask("customer_create", input={**given, "tags": ["VIP"]})["customerCreate"]["customer"]
        self.ids["customer"] = created["id"]
        address = self.ask("customer_address_create", customerId=created["id"], address=ADDRESS, setAsDefault=True)
        self.ids["address"] = address["customerAddressCreate"]["address"]["id"]
        company = {
            "company": {"name": "Oak Works", "externalId": "oak-1"},
            "companyContact": {"email": "buyer@example.com", "firstName": "Bo"},
            "companyLocation": {"name": "Oak Works, Portland", "billingSameAsShipping": True, "shippingAddress": PLACE},
        }
        made = self.ask("company_create", input=company)["companyCreate"]["company"]
        self.ids |= {"company": made["id"], "location": made["locations"]["nodes"][0]["id"]}

    def _goods(self) -> None:
        definition = {
            "name": "HubSpot id",
            "namespace": "$app",
            "key": "hubspot_contact_id",
            "type": "id",
            "ownerType": "CUSTOMER",
            "capabilities": {"uniqueValues": {"enabled": True}},
        }
        self.ask("metafield_definition_create", definition=definition)
        metafield = {"ownerId": self.ids["customer"], "namespace": "$app", "key": "hubspot_contact_id", "value": "501"}
        self.ask("metafields_set", metafields=[metafield])
        mug = {"title": "Cedar mug", "vendor": "Cedar & Quill", "tags": ["mug"], "category": CATEGORY}
        picture = {"originalSource": "https://cdn.example.com/mug.jpg", "mediaContentType": "IMAGE"}
        product = self.ask("product_create", product=mug, media=[picture])
        self.ids["product"] = product["productCreate"]["product"]["id"]
        detail = self.ask("product_detail", id=self.ids["product"])["product"]
        self.ids["variant"] = detail["variants"]["nodes"][0]["id"]
        priced = {"id": self.ids["variant"], "price": "9.50", "inventoryItem": {"sku": "MUG-1"}}
        self.ask("product_variants_bulk_update", productId=self.ids["product"], variants=[priced])
        gone = self.ask("product_create", product={"title": "Gone"})["productCreate"]["product"]["id"]
        self.ask("product_delete", input={"id": gone})

    def _orders(self) -> None:
        known = {"variantId": self.ids["variant"], "quantity": 3}
        order = {
            "lineItems": [LINE, known],
            "customer": {"toAssociate": {"id": self.ids["customer"]}},
            "customAttributes": [{"key": "gift", "value": "yes"}],
            "discountCode": {"itemPercentageDiscountCode": {"code": "TENTH", "percentage": 10}},
            "taxLines": [{"title": "Tax", "rate": "0.05", "priceSet": money("2.38")}],
            "shippingAddress": ADDRESS,
            "tags": ["web"],
            "shippingLines": [{"title": "Post", "code": "P", "priceSet": money("4.00")}],
            "transactions": [{"kind": "SALE", "status": "SUCCESS", "gateway": "manual", "amountSet": money("51.50")}],
        }
        self.ids["order"] = self._place(order)
        self.ids["company_order"] = self._place({"lineItems": [known], "companyLocationId": self.ids["location"]})

    def _parcels(self) -> None:
        """Two units are sent; one came back, one was asked back in vain. The company's order waits."""
        shop = self.front.shop
        order, other = (orders_of(shop).rows[self.ids[name].rpartition("/")[2]] for name in ("order", "company_order"))
        parcel = fulfil(shop, order, [(order.lines[0], 2)], tracking=tracking(["1Z1", "1Z2"], "UPS"))
        add_event(shop, parcel, "IN_TRANSIT", message="Left Portland")
        back = create_return(shop, order, [NewReturnLine(parcel.lines[0], reason="DEFECTIVE")])
        money = NewRefundTransaction(Decimal(1), "manual", order.transactions[0])
        refund(shop, order, lines=[NewRefundLine(order.lines[0], 1, "RETURN")], transactions=[money], return_=back)
        declined = request_return(shop, order, [NewReturnLine(parcel.lines[0])])
        decline_return(shop, declined, note="Engraved")
        [waiting] = fulfillment_orders_of(shop, other)
        held = hold(shop, waiting, "AWAITING_PAYMENT", app_id=self.front.shopify.app.legacy_resource_id)
        self.ids |= {"fulfillment": parcel.id, "hold": held.id, "return": back.id, "declined": declined.id}
        expected = back.reverse_fulfillment_orders[0].id
        sent = self.front.ask(SEND_BACK, {"id": expected})["reverseDeliveryCreateWithShipping"]["reverseDelivery"]
        self.ids |= {"waiting": waiting.id, "expected": expected, "delivery": sent["id"]}

    def _place(self, order: dict[str, Any]) -> str:
        made = self.front.ask(PLACE_ORDER, {"order": order})["orderCreate"]
        assert made["userErrors"] == []
        return str(made["order"]["id"])

    def _checkout(self) -> None:
        shop = self.front.shop
        variant = shop.variants.rows[self.ids["variant"].rpartition("/")[2]]
        checkout = open_checkout(
            shop, [(variant, 1)], email="ada@example.com", customer=shop.node(self.ids["customer"])
        )
        self.ids["checkout"] = checkout.id
        bought = open_checkout(shop, [(variant, 1)], email="ada@example.com", customer=shop.node(self.ids["customer"]))
        complete_checkout(shop, bought)
        self.ids["token"] = bought.token
        self.front.wait(700)
