"""All orders of a store, and what goes on around them: numbers, edits under way, exchange rates."""

from collections import defaultdict
from collections.abc import Callable
from decimal import Decimal
from typing import TYPE_CHECKING, Any, cast

from sandbox.shopify.model import CompanyLocation, Customer
from sandbox.shopify.orders.order_model import Order
from sandbox.shopify.orders.refund_model import Refund
from sandbox.shopify.shop import Shop, Table, Terms

if TYPE_CHECKING:
    from sandbox.shopify.orders.order_edit_session import CalculatedOrder


class OrderTable(Table[Order]):
    """Every order of a store, and what goes on around them.

    `exchange` holds today's value of one unit of a buyer's currency in shop currency, where it differs from the rate
    an order was placed at. `auto_close` and `auto_fulfill_gift_cards` are settings of the merchant. Whoever is in
    `units_changed` is told of an order that has more or fewer units to send than before. `parts` finds what orders are
    sent and returned in by its numeric id: parcels, fulfillment orders, returns, and what is in them.
    """

    def __init__(self, terms: Callable[[Order], Terms]) -> None:
        super().__init__(terms)
        self.last_number = 1000
        self.exchange: dict[str, Decimal] = {}
        self.auto_close = True
        self.auto_fulfill_gift_cards = True
        self.units_changed: list[Callable[[Shop, Order], None]] = []
        self.by_customer: defaultdict[str, list[Order]] = defaultdict(list)
        self.by_company_location: defaultdict[str, list[Order]] = defaultdict(list)
        self.edits: dict[str, CalculatedOrder] = {}
        self.refunds_by_key: dict[str, Refund] = {}
        self.parts: dict[str, Any] = {}

    def of_customer(self, customer: Customer) -> list[Order]:
        """A customer's orders, in the order they were placed."""
        return list(self.by_customer.get(customer.legacy_resource_id, ()))

    def of_company_location(self, location: CompanyLocation) -> list[Order]:
        return list(self.by_company_location.get(location.legacy_resource_id, ()))

    def give_to(self, order: Order, customer: Customer | None) -> None:
        """Set whose order it is."""
        if order.customer is not None:
            self.by_customer[order.customer.legacy_resource_id].remove(order)
        order.customer = customer
        if customer is not None:
            self.by_customer[customer.legacy_resource_id].append(order)


def orders_of(shop: Shop) -> OrderTable:
    return cast(OrderTable, shop.tables["Order"])
