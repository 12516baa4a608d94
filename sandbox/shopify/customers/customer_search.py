"""How customers are searched and sorted."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from sandbox.shopify.api.connections import Order, by_id, by_instant, by_text
from sandbox.shopify.api.listings import SortKeys, by_update
from sandbox.shopify.api.search import Exact, Filters, Flag, Id, Instant, Number, Text
from sandbox.shopify.api.unmodelled import Unmodelled
from sandbox.shopify.customers.addresses import address_place, country_name
from sandbox.shopify.model import Customer

FILTERS: Filters = {
    "default": Text(),
    "accepts_marketing": Flag(),
    "country": Exact(),
    "customer_date": Instant(),
    "email": Text(),
    "first_name": Text(),
    "id": Id(),
    "last_abandoned_order_date": Unmodelled("customers"),
    "last_name": Text(),
    "name": Text(),
    "order_date": Unmodelled("customers"),
    "orders_count": Number(),
    "phone": Exact(),
    "state": Exact(),
    "tag": Exact(),
    "total_spent": Number(),
    "updated_at": Instant(days="customer_updated_at"),
}


class CustomerTerms(Mapping[str, Any]):
    """The state of a customer as it goes into the index. What a customer refers to is replaced, never changed."""

    __slots__ = (
        "addresses",
        "agreed",
        "created_at",
        "email",
        "first_name",
        "last_name",
        "orders",
        "phone",
        "spent",
        "state",
        "tags",
        "updated_at",
    )

    def __init__(self, customer: Customer) -> None:
        self.addresses = customer.addresses
        self.agreed = customer.email_consent.state == "SUBSCRIBED"
        self.created_at = customer.created_at
        self.email = customer.email
        self.first_name = customer.first_name
        self.last_name = customer.last_name
        self.orders = customer.number_of_orders
        self.phone = customer.phone
        self.spent = customer.amount_spent
        self.state = customer.state
        self.tags = customer.tags
        self.updated_at = customer.updated_at

    def __getitem__(self, name: str) -> Any:
        return TERMS[name](self)

    def __iter__(self) -> Iterator[str]:
        return iter(TERMS)

    def __len__(self) -> int:
        return len(TERMS)

    @property
    def name(self) -> str:
        return " ".join(part for part in (self.first_name, self.last_name) if part)

    @property
    def countries(self) -> list[str]:
        """By code and by name."""
        spellings = ((address.country_code, country_name(address)) for address in self.addresses)
        return [text for both in spellings for text in both if text]


TERMS: dict[str, Callable[[CustomerTerms], Any]] = {
    "default": lambda terms: [text for text in (terms.name, terms.email, terms.phone) if text],
    "accepts_marketing": lambda terms: terms.agreed,
    "country": lambda terms: terms.countries,
    "customer_date": lambda terms: terms.created_at,
    "email": lambda terms: terms.email,
    "first_name": lambda terms: terms.first_name,
    "last_name": lambda terms: terms.last_name,
    "name": lambda terms: terms.name,
    "orders_count": lambda terms: terms.orders,
    "phone": lambda terms: terms.phone,
    "state": lambda terms: terms.state,
    "tag": lambda terms: terms.tags,
    "total_spent": lambda terms: terms.spent,
    "updated_at": lambda terms: terms.updated_at,
}

_LAST = "\uffff"
"""Customers without an address come after all others in the order LOCATION."""

SORT_KEYS: SortKeys = {
    "CREATED_AT": by_instant(lambda customer: customer.created_at),
    "ID": by_id(),
    "LOCATION": Order(
        lambda customer: [part or _LAST for part in address_place(customer.default_address)],
        lambda place: [None if part == _LAST else part for part in place],
        lambda place: [part or _LAST for part in place],
    ),
    "NAME": by_text(lambda c: f"{c.last_name or ''}, {c.first_name or ''}".lower()),
    "UPDATED_AT": by_update(),
}
