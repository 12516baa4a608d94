"""An account and Shopify's answers for one order, one line and one customer, to be changed by each test."""

from collections.abc import Mapping
from typing import Any

from sandbox.hubspot.model import CART, COMPANY, CONTACT, LINE_ITEM, ORDER, PRODUCT
from sandbox.hubspot.schema.native import FIELDS, NATIVE
from sandbox.hubspot.schema.native_orders import STAGES
from tandem.mapping.properties import OWN_PROPERTIES
from tandem.portal import Portal, Property, Stage

KINDS = {
    "contacts": CONTACT,
    "companies": COMPANY,
    "products": PRODUCT,
    "orders": ORDER,
    "line_items": LINE_ITEM,
    "carts": CART,
}
CODES = {"hs_currency_code", "hs_line_item_currency_code"}
Node = dict[str, Any]


def native(name: str) -> dict[str, Property]:
    """HubSpot's own properties of an object, as the simulator has them."""
    return {
        row[0]: Property(
            type=FIELDS[row[2]][0],
            writable=not row[3].strip("u"),
            options=frozenset({"USD", "EUR"}) if row[0] in CODES else None,
        )
        for row in NATIVE[KINDS[name]][2]
    }


def own(name: str) -> dict[str, Property]:
    return {each["name"]: Property(type=each["type"]) for each in OWN_PROPERTIES[name]}


def account(properties: Mapping[str, Mapping[str, Property | None]] | None = None, **changes: Any) -> Portal:
    """An account in US dollars and euros. `properties` change single ones; None takes one away."""
    known: dict[str, dict[str, Property]] = {name: {**native(name), **own(name)} for name in KINDS}
    for name, changed in (properties or {}).items():
        for property_, definition in changed.items():
            known[name].pop(property_, None)
            if definition is not None:
                known[name][property_] = definition
    given: dict[str, Any] = {
        "shop": "acme.myshopify.com",
        "portal_id": "1",
        "currencies": frozenset({"EUR"}),
        "properties": known,
        "pipeline": "pipeline",
        "stages": tuple(stages()),
        **changes,
    }
    return Portal(**given)


def stages() -> list[Stage]:
    return [Stage(id=id_, label=label, name=label.lower(), closed=state == "CLOSED") for id_, label, state in STAGES]


def money(shop: str | None, presentment: str | None = None) -> Node:
    return {
        "shopMoney": {"amount": shop, "currencyCode": "EUR"},
        "presentmentMoney": {"amount": presentment or shop, "currencyCode": "CHF"},
    }


def address(**changes: Any) -> Node:
    return {
        "name": "Ada Quill",
        "firstName": "Ada",
        "lastName": "Quill",
        "company": "Quill & Co",
        "address1": "1 Long Lane",
        "address2": "Floor 2",
        "city": "Bath",
        "province": "Somerset",
        "country": "United Kingdom",
        "zip": "BA1",
        "phone": "+441225000000",
        **changes,
    }


def parcel(**changes: Any) -> Node:
    return {
        "name": "#1042-F1",
        "status": "SUCCESS",
        "displayStatus": "IN_TRANSIT",
        "createdAt": "2026-11-03T08:00:00Z",
        "deliveredAt": None,
        "trackingInfo": [{"company": "UPS", "number": "1Z999", "url": "https://ups.example/1Z999"}],
        **changes,
    }


DELIVERED = {"displayStatus": "DELIVERED", "deliveredAt": "2026-11-05T10:30:00Z"}


def line(**changes: Any) -> Node:
    return {
        "id": "gid://shopify/LineItem/7001",
        "name": "Mug - Blue",
        "title": "Mug",
        "variantTitle": "Blue",
        "sku": "MUG-B",
        "vendor": "Holm",
        "quantity": 3,
        "currentQuantity": 3,
        "isGiftCard": False,
        "requiresShipping": True,
        "product": {"id": "gid://shopify/Product/81"},
        "variant": {"id": "gid://shopify/ProductVariant/82"},
        "customAttributes": [{"key": "engraving", "value": "A. Q."}],
        "originalUnitPriceSet": money("20.0", "21.50"),
        "discountAllocations": [],
        "taxLines": [],
        **changes,
    }


def order(**changes: Any) -> Node:
    """Order #1042 in euros, paid, unfulfilled, bought by customer 31 in francs."""
    return {
        "id": "gid://shopify/Order/5551",
        "name": "#1042",
        "createdAt": "2026-11-02T09:00:00Z",
        "processedAt": "2026-11-02T09:00:01Z",
        "updatedAt": "2026-11-02T09:00:02Z",
        "closedAt": None,
        "cancelledAt": None,
        "cancelReason": None,
        "cancellation": None,
        "test": False,
        "displayFinancialStatus": "PAID",
        "displayFulfillmentStatus": "UNFULFILLED",
        "returnStatus": "NO_RETURN",
        "sourceName": "web",
        "app": {"name": "Online Store"},
        "attribution": {"displayName": "Web shop"},
        "poNumber": None,
        "cartToken": None,
        "checkoutToken": None,
        "statusPageUrl": "https://acme.example/orders/1",
        "email": "ada@example.com",
        "note": None,
        "tags": [],
        "customAttributes": [],
        "customerAcceptsMarketing": True,
        "currencyCode": "EUR",
        "presentmentCurrencyCode": "CHF",
        "taxesIncluded": False,
        "paymentGatewayNames": [],
        "discountCodes": [],
        "totalPriceSet": money("120.0"),
        "currentTotalPriceSet": money("119.90", "125.5"),
        "currentSubtotalPriceSet": money("100.00", "104.0"),
        "currentTotalTaxSet": money("9.90", "10.0"),
        "currentTotalDiscountsSet": money("0.0"),
        "currentTotalDutiesSet": None,
        "currentShippingPriceSet": money("10.0", "11.5"),
        "totalTipReceivedSet": money("0.0"),
        "totalRefundedSet": money("0.0"),
        "totalOutstandingSet": money("0.0"),
        "netPaymentSet": money("119.90"),
        "taxLines": [],
        "discountApplications": {"nodes": []},
        "shippingLines": {"nodes": []},
        "shippingAddress": address(),
        "billingAddress": address(),
        "fulfillments": [],
        "refunds": [],
        "customerJourneySummary": None,
        "risk": {"recommendation": "NONE", "assessments": []},
        "customer": {"id": "gid://shopify/Customer/31"},
        "purchasingEntity": {},
        "lineItems": {"nodes": [line()]},
        **changes,
    }


def customer(**changes: Any) -> Node:
    return {
        "id": "gid://shopify/Customer/31",
        "createdAt": "2025-01-02T03:04:05Z",
        "updatedAt": "2026-11-02T09:00:02Z",
        "firstName": "Ada",
        "lastName": "Quill",
        "locale": "en",
        "note": "Prefers mail",
        "state": "ENABLED",
        "tags": ["vip", "wholesale"],
        "numberOfOrders": "12",
        "amountSpent": {"amount": "1200.50", "currencyCode": "EUR"},
        "defaultEmailAddress": {
            "emailAddress": " Ada@Example.com ",
            "marketingState": "NOT_SUBSCRIBED",
            "marketingOptInLevel": "SINGLE_OPT_IN",
            "marketingUpdatedAt": "2026-01-01T00:00:00Z",
        },
        "defaultPhoneNumber": {
            "phoneNumber": "+441225111111",
            "smsMarketingConsent": {
                "state": "NEVER_SUBSCRIBED",
                "optInLevel": None,
                "updatedAt": "2026-02-01T00:00:00Z",
            },
        },
        "defaultAddress": address(),
        **changes,
    }
