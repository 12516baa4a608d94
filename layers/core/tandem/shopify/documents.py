"""The GraphQL documents Tandem sends, each with the points it costs. Their texts are in queries/."""

import re
from dataclasses import dataclass, field
from pathlib import Path

VERSION = "2026-10"
QUERIES = Path(__file__).parent / "queries"
NAME = re.compile(r"fragment (\w+)")
SPREAD = re.compile(r"\.\.\.(\w+)")
FRAGMENTS = {
    NAME.match(text)[1]: text  # type: ignore[index]  # a text without a name is no fragment
    for text in re.split(r"\n(?=fragment )", (QUERIES / "fragments.graphql").read_text())
}


@dataclass(frozen=True, slots=True)
class Document:
    """`cost` is its `requestedQueryCost`. A `change` is not sent again once it may have been carried out."""

    name: str
    cost: int
    change: bool = False
    text: str = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "text", _with_fragments((QUERIES / f"{self.name}.graphql").read_text()))


def inner(name: str) -> str:
    """The text that a bulk operation runs: no variables, connections by `edges`, fragments written out."""
    text = (QUERIES / "bulk" / f"{name}.graphql").read_text()
    while found := SPREAD.search(text):
        text = text[: found.start()] + FRAGMENTS[found[1]].partition("{")[2].rpartition("}")[0] + text[found.end() :]
    return text


def _with_fragments(text: str) -> str:
    """The document and the fragments it spreads, those that they spread included."""
    used: dict[str, str] = {}
    unread = SPREAD.findall(text)
    while unread:
        name = unread.pop()
        if name not in used:
            used[name] = FRAGMENTS[name]
            unread += SPREAD.findall(FRAGMENTS[name])
    return "\n".join([text, *used.values()])


ORDERS_BY_ID = Document("orders_by_id", 85)
ORDER_LINES = Document("order_lines", 69)
CUSTOMERS_BY_ID = Document("customers_by_id", 4)
ORDERS_PAGE = Document("orders_page", 13)
CUSTOMERS_PAGE = Document("customers_page", 13)
PRODUCTS_PAGE = Document("products_page", 13)
COMPANIES_PAGE = Document("companies_page", 13)
ABANDONED_PAGE = Document("abandoned_page", 13)
CHECKOUTS_BY_ID = Document("checkouts_by_id", 40)
CHECKOUTS_FOUND = Document("checkouts_found", 162)
CHECKOUT_LINES = Document("checkout_lines", 49)
ORDERS_OF_CHECKOUT = Document("orders_of_checkout", 6)
INSTALLATION = Document("installation", 6)
SUBSCRIPTIONS = Document("subscriptions", 24)
SUBSCRIBE = Document("subscribe", 10, change=True)
UNSUBSCRIBE = Document("unsubscribe", 10, change=True)
PRESENT = Document("present", 1)
DESTROYED = Document("destroyed", 13)
BULK_STATE = Document("bulk_state", 1)
BULK_BEGIN = Document("bulk_begin", 10, change=True)

ALL = (
    ORDERS_BY_ID,
    ORDER_LINES,
    CUSTOMERS_BY_ID,
    ORDERS_PAGE,
    CUSTOMERS_PAGE,
    PRODUCTS_PAGE,
    COMPANIES_PAGE,
    ABANDONED_PAGE,
    CHECKOUTS_BY_ID,
    CHECKOUTS_FOUND,
    CHECKOUT_LINES,
    ORDERS_OF_CHECKOUT,
    INSTALLATION,
    SUBSCRIPTIONS,
    SUBSCRIBE,
    UNSUBSCRIBE,
    PRESENT,
    DESTROYED,
    BULK_STATE,
    BULK_BEGIN,
)
