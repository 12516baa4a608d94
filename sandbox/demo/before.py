"""What a HubSpot account holds before Tandem comes: people, products, and orders that another integration made."""

from collections.abc import Iterator
from itertools import islice

from sandbox.hubspot.simulator import HubSpot
from sandbox.shopify.model import Customer
from sandbox.shopify.orders.order_model import LineItem, Order
from sandbox.shopify.shop import Shop

LINE_TO_ORDER, ORDER_TO_CONTACT = 514, 507
OPEN = "4b27b500-f031-4927-9811-68a0b525cbae"
PIPELINE = "14a2e10e-5471-408a-906e-c51f3b04369e"
ORDERS, PEOPLE, PRODUCTS = 20, 15, 12


def furnish(shop: Shop, hubspot: HubSpot) -> dict[str, int]:
    """How many records of each kind were there before."""
    for sku, title in islice(_skus(shop), PRODUCTS):
        _create(hubspot, "products", {"name": title, "hs_sku": sku, "price": "1"})
    contacts = _people(shop, hubspot)
    orders = [order for order in shop.table("Order").rows.values() if _could_be_native(order, contacts)][:ORDERS]
    for number, order in enumerate(orders):
        _order(shop, hubspot, order, contacts, complete=number % 4 != 0)
    return {"contacts": len(contacts) + 1, "products": PRODUCTS, "orders": len(orders)}


def _skus(shop: Shop) -> Iterator[tuple[str, str]]:
    """HubSpot holds a SKU once, so one that the store uses twice is none of these."""
    seen: dict[str, str] = {}
    twice = set()
    for variant in shop.variants.rows.values():
        if variant.sku in seen:
            twice.add(variant.sku)
        elif variant.sku:
            seen[variant.sku] = variant.product.title
    return ((sku, title) for sku, title in seen.items() if sku not in twice)


def _people(shop: Shop, hubspot: HubSpot) -> dict[str, str]:
    """Contact ids by customer id. One is known by an address that is not their main one; one is no customer at all."""
    known = [customer for customer in shop.customers.rows.values() if customer.email][:PEOPLE]
    contacts = {customer.legacy_resource_id: _contact(hubspot, customer) for customer in known[1:]}
    second = {"email": "front.office@example.org", "hs_additional_emails": known[0].email or "", "jobtitle": "Buyer"}
    contacts[known[0].legacy_resource_id] = _create(hubspot, "contacts", second)
    _create(hubspot, "contacts", {"email": "press@example.org", "firstname": "Press", "lifecyclestage": "other"})
    return contacts


def _contact(hubspot: HubSpot, customer: Customer) -> str:
    values = {"email": customer.email or "", "firstname": customer.first_name or "", "jobtitle": "Regular"}
    return _create(hubspot, "contacts", values | {"lifecyclestage": "lead"})


def _could_be_native(order: Order, contacts: dict[str, str]) -> bool:
    known = order.customer is not None and order.customer.legacy_resource_id in contacts
    return known and not order.test and order.cancelled_at is None


def _order(shop: Shop, hubspot: HubSpot, order: Order, contacts: dict[str, str], *, complete: bool) -> None:
    """As the native integration leaves one: no key, no variant. Where not `complete`, an old line has stayed."""
    assert order.customer
    values = {
        "hs_order_name": order.name,
        "hs_external_order_id": order.legacy_resource_id,
        "hs_source_store": shop.settings.domain,
        "hs_external_created_date": order.created_at.isoformat(),
        "hs_currency_code": order.rate.shop,
        "hs_payment_status": "Pending",
        "hs_fulfillment_status": "Unfulfilled",
        "hs_pipeline": PIPELINE,
        "hs_pipeline_stage": OPEN,
    }
    made = _create(
        hubspot, "orders", values, [("contacts", contacts[order.customer.legacy_resource_id], ORDER_TO_CONTACT)]
    )
    for line in order.lines:
        _create(hubspot, "line_items", _line_values(line), [("orders", made, LINE_TO_ORDER)])
    if not complete:
        gone = {"name": "Gift wrapping", "quantity": "1", "price": "3"}
        _create(hubspot, "line_items", gone, [("orders", made, LINE_TO_ORDER)])


def _line_values(line: LineItem) -> dict[str, str]:
    values = {"name": line.name, "quantity": str(line.quantity), "price": str(line.price.shop)}
    return values | ({"hs_sku": line.sku} if line.sku else {})


def _create(
    hubspot: HubSpot, name: str, values: dict[str, str], links: list[tuple[str, str, int]] | None = None
) -> str:
    """The id of a record that a person puts there."""
    associations = [
        {"to": {"id": id_}, "types": [{"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": type_id}]}
        for _, id_, type_id in links or ()
    ]
    made = hubspot.actions["create"](object_type=name, properties=values, associations=associations)
    return str(made["id"])
