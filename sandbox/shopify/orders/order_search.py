"""What search knows of an order: every filter of `orders`, and its sort keys."""

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from sandbox.shopify.api.connections import Order as SortOrder
from sandbox.shopify.api.connections import by_id, by_instant, by_number, by_text
from sandbox.shopify.api.listings import SortKeys, by_update
from sandbox.shopify.api.search import Exact, Filters, Flag, Id, Instant, Kind, Number, Text
from sandbox.shopify.api.unmodelled import Unmodelled
from sandbox.shopify.orders.order_model import Order
from sandbox.shopify.orders.order_money import current_total, total_price
from sandbox.shopify.orders.order_names import channel_of, confirmation_number
from sandbox.shopify.orders.order_status import display_financial_status, display_fulfillment_status, return_status
from sandbox.shopify.shop import Shop

SHIPPING_WORDS = {
    # displayFulfillmentStatus: the words of the filter fulfillment_status
    "UNFULFILLED":              ("unfulfilled", "unshipped"),
    "PARTIALLY_FULFILLED":      ("partial",),
    "FULFILLED":                ("fulfilled", "shipped"),
    "ON_HOLD":                  ("on_hold", "unshipped"),
    "SCHEDULED":                ("scheduled", "unshipped"),
    "IN_PROGRESS":              ("in_progress", "unshipped"),
    "REQUEST_DECLINED":         ("request_declined", "unshipped"),
    "FULFILLMENT_NOT_REQUIRED": ("fulfillment_not_required",),
}  # fmt: skip


class OrderTerms(Mapping[str, Any]):
    """The state of an order as it goes into the index: what may change is copied, the rest read off the order."""

    __slots__ = (
        "closed",
        "current_total_price",
        "customer_id",
        "email",
        "financial_status",
        "fulfillment_status",
        "lines",
        "order",
        "po_number",
        "return_status",
        "tags",
        "transactions",
        "updated_at",
    )

    def __init__(self, shop: Shop, order: Order) -> None:
        self.order = order
        self.updated_at = order.updated_at
        self.email = order.email
        self.tags = order.tags
        self.po_number = order.po_number
        self.customer_id = order.customer.legacy_resource_id if order.customer else None
        self.financial_status = display_financial_status(order)
        self.fulfillment_status = display_fulfillment_status(shop, order)
        self.return_status = return_status(order)
        self.current_total_price: Decimal = current_total(order).shop
        self.closed = (order.cancelled_at is not None, order.closed_at is not None)
        self.lines = len(order.lines)
        self.transactions = len(order.transactions)

    def __getitem__(self, name: str) -> Any:
        return READ[name](self)

    def get(self, name: str, default: Any = None) -> Any:
        read = READ.get(name)
        return read(self) if read else default

    def __iter__(self) -> Iterator[str]:
        return iter(READ)

    def __len__(self) -> int:
        return len(READ)


def _status(terms: OrderTerms) -> tuple[str, ...]:
    cancelled, closed = terms.closed
    if cancelled:
        return ("any", "cancelled", "closed") if closed else ("any", "cancelled", "not_closed")
    return ("any", "closed") if closed else ("any", "open", "not_closed")


def _default(terms: OrderTerms) -> tuple[str, ...]:
    customer = terms.order.customer
    people = (customer.first_name or "", customer.last_name or "") if customer else ()
    goods = [part for line in terms.order.lines[: terms.lines] for part in (line.title, line.sku or "")]
    return (terms.order.name, terms.email or "", *people, *goods)


def _codes(terms: OrderTerms) -> str | None:
    """Only the first code of an order can be searched for (schema)."""
    return next((one.label for one in terms.order.discount_applications if one.is_code), None)


def _paid(terms: OrderTerms, name: str) -> list[str]:
    return [getattr(one, name) for one in terms.order.transactions[: terms.transactions]]


def _units(terms: OrderTerms) -> int:
    return sum(line.quantity for line in terms.order.lines[: terms.lines])


Read = Callable[[OrderTerms], Any]

TERMS: dict[str, tuple[Kind, Read]] = {
    # filter                       compared as  with
    "default":                     (Text(),    _default),
    "cart_token":                  (Exact(),   lambda t: t.order.cart_token),
    "channel":                     (Exact(),   lambda t: channel_of(t.order)[0]),
    "checkout_token":              (Exact(),   lambda t: t.order.checkout_token),
    "confirmation_number":         (Exact(),   lambda t: confirmation_number(t.order)),
    "created_at":                  (Instant(), lambda t: t.order.created_at),
    "current_total_price":         (Number(),  lambda t: t.current_total_price),
    "customer_id":                 (Id(),      lambda t: t.customer_id),
    "discount_code":               (Exact(),   _codes),
    "email":                       (Text(),    lambda t: t.email),
    "financial_status":            (Exact(),   lambda t: t.financial_status),
    "fulfillment_status":          (Exact(),   lambda t: SHIPPING_WORDS[t.fulfillment_status]),
    "gateway":                     (Exact(),   lambda t: _paid(t, "gateway")),
    "id":                          (Id(),      lambda t: t.order.legacy_resource_id),
    "location_id":                 (Id(),      lambda t: t.order.location_id),
    "name":                        (Exact(),   lambda t: (t.order.name, t.order.name.removeprefix("#"))),
    "payment_id":                  (Exact(),   lambda t: _paid(t, "payment_id")),
    "po_number":                   (Exact(),   lambda t: t.po_number),
    "processed_at":                (Instant(), lambda t: t.order.processed_at),
    "return_status":               (Exact(),   lambda t: t.return_status),
    "risk_level":                  (Exact(),   lambda t: [one.risk_level for one in t.order.risk]),
    "sales_channel":               (Exact(),   lambda t: channel_of(t.order)),
    "sku":                         (Text(),    lambda t: [line.sku for line in t.order.lines[: t.lines] if line.sku]),
    "source_identifier":           (Exact(),   lambda t: t.order.source_identifier),
    "source_name":                 (Exact(),   lambda t: t.order.source_name),
    "status":                      (Exact(),   _status),
    "subtotal_line_items_quantity": (Number(), _units),
    "tag":                         (Exact(),   lambda t: t.tags),
    "test":                        (Flag(),    lambda t: t.order.test),
    "updated_at":                  (Instant(), lambda t: t.updated_at),
}  # fmt: skip
READ: dict[str, Read] = {name: read for name, (_, read) in TERMS.items()}


NOT_BACKED = (
    "channel_id",
    "chargeback_status",
    "credit_card_last4",
    "delivery_method",
    "fraud_protection_level",
    "fulfillment_location_id",
    "payment_provider_id",
    "reference_location_id",
    "total_weight",
)
FILTERS: Filters = {name: kind for name, (kind, _) in TERMS.items()} | dict.fromkeys(NOT_BACKED, Unmodelled("orders"))


def _name(order: Order) -> str | None:
    customer = order.customer
    return f"{customer.last_name or ''}, {customer.first_name or ''}" if customer else None


SORT_KEYS: SortKeys = {
    "CREATED_AT": by_instant(lambda order: order.created_at),
    "CURRENT_TOTAL_PRICE": by_number(lambda order: current_total(order).shop),
    "CUSTOMER_NAME": by_text(_name),
    "ID": by_id(),
    "ORDER_NUMBER": by_number(lambda order: order.number),
    "PO_NUMBER": by_text(lambda order: order.po_number),
    "PROCESSED_AT": by_instant(lambda order: order.processed_at),
    "TOTAL_ITEMS_QUANTITY": by_number(lambda order: sum(line.quantity for line in order.lines)),
    "TOTAL_PRICE": by_number(lambda order: total_price(order).shop),
    "UPDATED_AT": by_update(),
}

BY_LINE: SortOrder = by_number(lambda line: int(line.legacy_resource_id))
"""Lines, and what else hangs on an order, page by their id, written as a number (captured)."""
