"""The orders of the webhook samples: a paid one with a code, B2B, abroad, at the till, refunded, cancelled."""

from decimal import Decimal
from typing import Any

from sandbox.shopify.customers import customers
from sandbox.shopify.model import Company, CompanyLocation, MailingAddress
from sandbox.shopify.money import Rate
from sandbox.shopify.orders.order_cancel import cancel
from sandbox.shopify.orders.order_create import NewLine, NewShipping, place_order
from sandbox.shopify.orders.order_discounts import NewDiscount
from sandbox.shopify.orders.order_model import Order, PaymentTerms
from sandbox.shopify.orders.payments import NewTransaction
from sandbox.shopify.orders.refunds import NewRefundLine, NewRefundTransaction, refund
from sandbox.shopify.orders.sums import Sum
from sandbox.shopify.shop import Shop
from tests.sandbox.shopify.goods import variant


def address(shop: Shop) -> MailingAddress:
    return MailingAddress(
        shop.new_id(),
        first_name="Mira",
        last_name="Okonjo",
        address1="48 Harbour Lane",
        address2="Flat 3",
        city="Portland",
        province_code="OR",
        country_code="US",
        zip="97205",
        phone="+15035550142",
    )


def autumn(shop: Shop, **about: Any) -> Order:
    """The order of the sample orders_create: two lines, a code, shipping, tax."""
    given = {"address1": "48 Harbour Lane", "address2": "Flat 3", "city": "Portland", "zip": "97205"}
    given |= {"first_name": "Mira", "last_name": "Okonjo"}
    mira = customers.create(
        shop,
        first_name="Mira",
        last_name="Okonjo",
        email="mira.okonjo@example.com",
        phone="+15035550142",
        addresses=[{**given, "country_code": "US", "province_code": "OR", "phone": "+15035550142"}],
    )
    notebook = variant(shop, sku="CQ-NB-LIN-A5", tracked=True, quantity=9, weight=Decimal("0.24"))
    case = variant(shop, "38.50", "Brass Pencil Case", sku="CQ-PC-BRS", tracked=True, quantity=9)
    return place_order(
        shop,
        [NewLine(notebook, 2, variant_title="A5 / Moss", attributes=(("Engraving", "M.O."),)), NewLine(case, 1)],
        customer=mira,
        shipping=[NewShipping("Standard", Decimal("7.50"), "STD")],
        discounts=[NewDiscount("AUTUMN10", percentage=Decimal(10))],
        taxes=[("Oregon Demo Tax", Decimal("0.085"))],
        shipping_address=address(shop),
        billing_address=address(shop),
        attributes=(("gift_message", "Happy birthday!"),),
        tags=("newsletter",),
        landing_site="/collections/notebooks?utm_source=newsletter",
        referring_site="https://mail.example.org/",
        browser_ip="203.0.113.24",
        locale="en-US",
        cart_token="hWN1demo0CartToken4x7",
        checkout_token="3b9e7c41d05a4f1c8e62aa7190b4cd55",
        **about,
    )


def b2b(shop: Shop) -> Order:
    """Pending until its terms run out, with a line that is in no catalogue."""
    now = shop.now
    company = Company(shop.new_id(), now, now, "Fernhill Schools Trust", now)
    buyer = customers.create(shop, first_name="Tomas", last_name="Varga", email="t.varga@example.com")
    terms = PaymentTerms(shop.new_id(), shop.new_id(), "Net 30", "NET", 30, now, now)
    return place_order(
        shop,
        [
            NewLine(variant(shop, "18.00", tracked=True, quantity=90, sku="NB"), 40, variant_title="A5 / Moss"),
            NewLine(title="Logo embossing (one-off)", price=Decimal(120)),
        ],
        customer=buyer,
        transactions=(),
        given_status="PENDING",
        company_location=CompanyLocation(shop.new_id(), company, now, now, "Main"),
        payment_terms=terms,
        source_name="shopify_draft_order",
        po_number="PO-7781",
        tags=("wholesale",),
        shipping=[NewShipping("Freight", Decimal(0), "FRT")],
        shipping_address=address(shop),
        billing_address=address(shop),
        checkout_token="77aa0d9be5c14d4f8f0b9a6b7f1e2c30",
        locale="en-US",
        user_id="91234500007",
    )


def abroad(shop: Shop) -> Order:
    """Priced in euros."""
    case = variant(shop, "38.50", "Brass Pencil Case", sku="CQ-PC-BRS", tracked=True, quantity=9)
    return place_order(
        shop,
        [NewLine(case, 2)],
        customer=customers.create(shop, first_name="Lena", last_name="Brandt", email="l.brandt@example.com"),
        rate=Rate("USD", "EUR", Decimal("0.92")),
        shipping=[NewShipping("International", Decimal(12), "INTL")],
        shipping_address=address(shop),
        billing_address=address(shop),
        landing_site="/collections/notebooks",
        referring_site="https://mail.example.org/",
        browser_ip="203.0.113.24",
        locale="en-US",
        cart_token="hWN1demo0CartToken4x7",
        checkout_token="3b9e7c41d05a4f1c8e62aa7190b4cd55",
    )


def till(shop: Shop) -> Order:
    """A walk-in with a gift card and a tip."""
    card = variant(shop, "50.00", "Gift Card", is_gift_card=True, tracked=True, taxable=False)
    return place_order(
        shop,
        [NewLine(card, variant_title="$50.00"), NewLine(variant(shop, "29.00", "Wax Seal Kit", tracked=True, sku="W"))],
        source_name="pos",
        phone="+15035550199",
        taxes=[("Oregon Demo Tax", Decimal("0.085"))],
        tip=Sum(Decimal(3), Decimal(3)),
        transactions=[NewTransaction(gateway="cash")],
        location_id="61234500001",
        user_id="91234500007",
        locale="en-US",
    )


def one_back(shop: Shop) -> Order:
    order = autumn(shop)
    for line in order.lines:
        line.fulfilled_quantity, line.unfulfilled_quantity = line.quantity, 0
    money = NewRefundTransaction(Decimal("23.44"), "shopify_payments", order.transactions[0])
    lines = [NewRefundLine(order.lines[0], 1, "RETURN", "61234500001")]
    refund(shop, order, lines=lines, transactions=[money], note="Damaged in transit", user_id="91234500007")
    return order


def cancelled(shop: Shop) -> Order:
    order = autumn(shop)
    cancel(shop, order, "CUSTOMER")
    return order
