"""Trade in a generated store: orders of every kind, and what becomes of them. Shares are those of the constants."""

from collections.abc import Sequence
from decimal import Decimal
from random import Random

from sandbox.goods import Goods
from sandbox.shopify.checkouts.checkouts import open_checkout, update_checkout
from sandbox.shopify.model import Company, Customer
from sandbox.shopify.money import Rate
from sandbox.shopify.orders.order_cancel import cancel
from sandbox.shopify.orders.order_create import PAID, NewLine, NewShipping, place_order
from sandbox.shopify.orders.order_discounts import NewDiscount
from sandbox.shopify.orders.order_model import Order
from sandbox.shopify.orders.payments import NewTransaction
from sandbox.shopify.orders.refunds import NewRefundLine, NewRefundTransaction, refund
from sandbox.shopify.products.product_model import Product, ProductVariant
from sandbox.shopify.shop import Shop

RATES = {"EUR": Decimal("0.92"), "CAD": Decimal("1.37"), "JPY": Decimal("151.4"), "BHD": Decimal("0.376")}
ABROAD = 0.2
GUEST = 0.08
TILL = 0.05
B2B = 0.03
TEST = 0.01
FREE = 0.005
GREAT = 0.0005
GREAT_LINES = 260
"""Lines of a great order: more than a page of 250 holds."""
DISCOUNTED = 0.15
MORE_LINES = 0.55
"""The chance of yet another line: 2.2 on average, 2.5 with bundles and great orders."""
REFUNDED = 0.06
CANCELLED = 0.03

CREDIT = (NewTransaction(status="PENDING", gateway="manual"),)
HELD = (NewTransaction(kind="AUTHORIZATION"),)
PAYMENTS = ((0.88, PAID), (0.95, HELD), (1.0, CREDIT))
"""Upper bound of the draw, and how the order is paid."""


class Trade:
    """The buying and selling of one store. A few buyers and goods come up again and again, most rarely (Zipf)."""

    def __init__(
        self,
        shop: Shop,
        random: Random,
        buyers: Sequence[Customer],
        firms: Sequence[Company],
        stock: Sequence[tuple[Product, Goods]],
    ) -> None:
        self._shop = shop
        self._random = random
        self._buyers = buyers
        self._firms = firms
        self._stock = stock

    def order(self) -> Order:
        """One order, from a buyer, a guest, a till or a company, and what soon became of it."""
        draw = self._random.random
        kind = draw()
        if kind < TILL:
            order = self._sold_at_the_till()
        elif kind < TILL + B2B and self._firms:
            order = self._sold_to_a_company()
        else:
            order = self._sold_online(None if kind < TILL + B2B + GUEST else self._buyer())
        fate = draw()
        if fate < CANCELLED:
            cancel(self._shop, order, reason="CUSTOMER", refund=True, restock=True)
        elif fate < CANCELLED + REFUNDED and order.transactions and order.transactions[0].kind == "SALE":
            self._take_back(order)
        return order

    def leave_a_checkout(self) -> None:
        """A checkout that nobody completed; one in three without a contact."""
        buyer = self._buyer()
        checkout = open_checkout(self._shop, [(self._variant(), 1 + self._random.randrange(3))], rate=self._rate())
        if self._random.random() < 0.67:
            update_checkout(
                self._shop, checkout, customer=buyer, email=buyer.email, shipping_address=buyer.default_address
            )

    def _sold_online(self, buyer: Customer | None) -> Order:
        draw = self._random.random()
        guest = f"guest.{self._random.randrange(10**9)}@example.com" if buyer is None else None
        address = buyer.default_address if buyer else None
        lines = self._lines(free=draw < FREE)
        return place_order(
            self._shop,
            lines,
            customer=buyer,
            email=guest,
            rate=self._rate(),
            shipping=() if draw < FREE else (NewShipping("Standard", Decimal("7.50"), code="STD"),),
            discounts=(NewDiscount("WELCOME10", percentage=Decimal(10)),) if draw > 1 - DISCOUNTED else (),
            taxes=(("Sales tax", Decimal("0.085")),),
            transactions=PAID if draw < FREE else self._payment(),
            shipping_address=address,
            billing_address=address,
            cart_token=f"c1-{self._token()}",
            checkout_token=self._token(),
            landing_site="/?utm_source=newsletter" if draw < 0.3 else "/",
            referring_site="https://search.example.com/" if draw < 0.2 else "",
            note="Bitte klingeln 🔔" if draw < 0.05 else None,
            tags=("vip",) if 0.1 < draw < 0.13 else (),
            test=draw > 1 - TEST,
            accepts_marketing=buyer is not None and buyer.email_consent.state == "SUBSCRIBED",
        )

    def _sold_at_the_till(self) -> Order:
        return place_order(
            self._shop, self._lines(), source_name="pos", taxes=(("Sales tax", Decimal("0.085")),), transactions=PAID
        )

    def _sold_to_a_company(self) -> Order:
        firm = self._random.choice(self._firms)
        contact, location = firm.contacts[0], firm.locations[0]
        return place_order(
            self._shop,
            self._lines(),
            customer=contact.customer,
            company_contact=contact,
            company_location=location,
            po_number=f"PO-{self._random.randrange(10_000)}",
            transactions=CREDIT,
        )

    def _take_back(self, order: Order) -> None:
        """Half of the refunds are of one unit and its price, the others a sum of money for nothing in return."""
        line = order.lines[0]
        paid = order.transactions[0]
        price = min(line.price.presentment, paid.amount.presentment)
        if price <= 0:
            return
        lines = (NewRefundLine(line, 1, "RETURN"),) if self._random.random() < 0.5 else ()
        money = NewRefundTransaction(price, gateway=paid.gateway, parent=paid)
        refund(self._shop, order, lines=lines, transactions=(money,), note="Arrived broken")

    def _lines(self, *, free: bool = False) -> list[NewLine]:
        if self._random.random() < GREAT:
            return [NewLine(self._variant()) for _ in range(GREAT_LINES)]
        lines = self._goods()
        while self._random.random() < MORE_LINES:
            lines += self._goods()
        if free:
            lines = [NewLine(line.variant, line.quantity, price=Decimal(0)) for line in lines]
        return lines

    def _goods(self) -> list[NewLine]:
        """One line; a bundle brings its parts, each told which bundle it belongs to."""
        product, wares = self._stock[self._rank(len(self._stock))]
        if wares.is_bundle:
            return [NewLine(variant, attributes=(("_bundle", product.title),)) for variant in product.variants[:3]]
        return [NewLine(self._random.choice(product.variants), 1 + self._rank(5))]

    def _variant(self) -> ProductVariant:
        product, _ = self._stock[self._rank(len(self._stock))]
        return self._random.choice(product.variants)

    def _buyer(self) -> Customer:
        return self._buyers[self._rank(len(self._buyers))]

    def _rank(self, size: int) -> int:
        """0 .. size-1, rank k drawn in proportion to 1/(k+1)."""
        return int((size + 1) ** self._random.random()) - 1

    def _rate(self) -> Rate:
        home = self._shop.settings.currency
        if self._random.random() >= ABROAD:
            return Rate(home, home)
        currency = self._random.choice(tuple(RATES))
        return Rate(home, currency, RATES[currency])

    def _payment(self) -> Sequence[NewTransaction]:
        drawn = self._random.random()
        return next(transactions for bound, transactions in PAYMENTS if drawn <= bound)

    def _token(self) -> str:
        return f"{self._random.getrandbits(128):032x}"
