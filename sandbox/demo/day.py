"""A day in the shop: what buyers and staff do, one after the other with each order, many orders side by side."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from sandbox.shopify.shop import Shop

ADDRESS = {"first_name": "Ada", "last_name": "Holm", "address1": "7 Mill Lane", "city": "Leeds", "country_code": "GB"}
SHARED_SKU = "SKU-COMMON"

Fields = Mapping[str, Any]
Of = Callable[[str], Fields]
"""The fields of an action, from the name of the story's order."""


@dataclass(frozen=True, slots=True)
class Step:
    """One action of the simulator. With `of_customer` it is the customer that must then be complete, not the order."""

    told: str
    action: str
    fields: Of = field(default=lambda order: {"order": order})
    of_customer: bool = False


Story = tuple[Step, ...]


def stories(shop: Shop) -> list[Story]:
    """Each with an order of its own."""
    buyers = islice(plain_buyers(shop), 10)
    desk, lamp, throw = islice(goods(shop), 3)
    firm = next(iter(shop.companies.rows.values()))
    two = [{"variant": desk, "quantity": 2}, {"variant": lamp}]

    def placed(told: str, **more: Any) -> Step:
        given = {"lines": two, "shipping": "7.50", "tax_rate": "0.085", "address": ADDRESS, **more}
        return Step(told, "place_order", lambda _: given)

    def ordered(told: str, action: str, **more: Any) -> Step:
        return Step(told, action, lambda order: {"order": order, **more})

    def parcel(told: str, action: str, **more: Any) -> Step:
        return Step(told, action, lambda order: {"fulfillment": f"{order}.1", **more})

    sent = ordered("sent with UPS", "fulfill_order", numbers=["1Z065886609877687"], company="UPS")
    arrived = parcel("delivered", "add_fulfillment_event", status="DELIVERED")
    new = {"first_name": "Noor", "last_name": "Berger", "email": "noor.berger@example.net", "tags": ["new"]}
    return [
        (
            placed("placed and paid", customer=next(buyers)),
            sent,
            parcel("in transit", "add_fulfillment_event", status="IN_TRANSIT"),
            arrived,
        ),
        (
            placed("placed, to be paid later", customer=next(buyers), payment="pending"),
            ordered("paid", "pay_order"),
            ordered(
                "edited: one line less, another more", "edit_order", quantities={lamp: 0}, add=[{"variant": throw}]
            ),
            ordered("5.00 given back", "refund_order", amount="5", note="Goodwill"),
        ),
        (placed("placed and paid", customer=next(buyers)), ordered("cancelled by the buyer", "cancel_order")),
        (
            placed("placed by a guest", email="guest.7@example.com"),
            sent,
            parcel("parcel taken back", "cancel_fulfillment"),
            ordered("sent again", "fulfill_order", numbers=["H1002003004"], company="Hermes"),
        ),
        (
            placed(
                "placed by a company",
                company_contact=firm.contacts[0].legacy_resource_id,
                company_location=firm.locations[0].legacy_resource_id,
                payment="pending",
            ),
            ordered("paid by transfer", "pay_order"),
        ),
        (
            placed(
                "placed in euros, with a code", customer=next(buyers), currency="EUR", rate="0.92", discount_code="MAY"
            ),
            ordered("told more: a note, tags", "edit_order_details", note="Leave with a neighbour", tags=["gift"]),
            ordered("all given back", "refund_order"),
        ),
        (
            Step("a new customer", "create_customer", lambda _: new, of_customer=True),
            placed("placed by them", customer=new["email"]),
            Step(
                "customer changed their name",
                "edit_customer",
                lambda _: {"customer": new["email"], "last_name": "Holm-Berger", "note": "Calls first"},
                of_customer=True,
            ),
        ),
        (
            placed("placed, payment held", customer=next(buyers), payment="authorized"),
            ordered("put on hold", "hold_order"),
            ordered("released", "release_order"),
            ordered("payment captured", "capture_payment"),
            sent,
        ),
        (
            placed("placed and paid", customer=next(buyers), lines=[*two, {"title": "Engraving", "price": "12.50"}]),
            sent,
            arrived,
            ordered("a return begun", "request_return", lines={desk: 1}, approved=True),
        ),
        (
            placed("placed, payment held", customer=next(buyers), payment="authorized"),
            ordered("payment let go", "void_payment"),
            ordered("cancelled: a fraud", "cancel_order", reason="FRAUD"),
        ),
    ]


def plain_buyers(shop: Shop) -> Iterator[str]:
    """E-mail addresses of customers of no company, the youngest first."""
    customers = reversed(shop.customers.rows.values())
    return (one.email for one in customers if one.email is not None and one.contact is None)


def goods(shop: Shop) -> Iterator[str]:
    """SKUs of one variant each."""
    known = (variant.sku for variant in shop.variants.rows.values() if variant.sku)
    return (sku for sku in dict.fromkeys(known) if sku != SHARED_SKU)
