"""Reads orders, customers, ids and the app's own standing from one Shopify store."""

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from tandem.errors import Rejected, Unavailable
from tandem.model import Kind, Node
from tandem.recovery_link import token_of
from tandem.shopify.answers import Faulty
from tandem.shopify.documents import (
    ABANDONED_PAGE,
    CHECKOUT_LINES,
    CHECKOUTS_BY_ID,
    CHECKOUTS_FOUND,
    COMPANIES_PAGE,
    CUSTOMERS_BY_ID,
    CUSTOMERS_PAGE,
    INSTALLATION,
    ORDER_LINES,
    ORDERS_BY_ID,
    ORDERS_OF_CHECKOUT,
    ORDERS_PAGE,
    PRODUCTS_PAGE,
    Document,
)
from tandem.shopify.graphql import RETRIES, Api

logger = logging.getLogger(__name__)

AT_ONCE = 50
"""Orders in one query: the charge is that of one, what grows is the answer."""
FOUND_AT_ONCE = 10
"""Checkouts in one search: each is charged."""
SIDE_BY_SIDE = 2
DOUBTS = 2
"""Records that may fail while none is answered, before it is held to be Shopify's own trouble."""
NUMBER = re.compile(r"[0-9]{1,19}")

PAGES: dict[Kind, tuple[str, Document, str]] = {
    # kind         list         document        what else the search must say
    Kind.ORDER:   ("orders",    ORDERS_PAGE,    ""),
    Kind.CONTACT: ("customers", CUSTOMERS_PAGE, ""),
    Kind.PRODUCT: ("products",  PRODUCTS_PAGE,  "status:active,draft,archived,unlisted"),
    Kind.COMPANY: ("companies", COMPANIES_PAGE, ""),
    Kind.CART:    ("abandonedCheckouts", ABANDONED_PAGE, ""),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Page:
    """Ids with their updatedAt; `next` continues the listing, None ends it."""

    ids: tuple[tuple[str, datetime], ...]
    next: str | None


@dataclass(frozen=True, slots=True)
class AbandonedCheckout:
    """One of a listing: its number, its token where the recovery link has one, its updatedAt."""

    number: str
    token: str | None
    updated: datetime


@dataclass(frozen=True, slots=True)
class AbandonedPage:
    """`next` continues the listing, None ends it."""

    checkouts: tuple[AbandonedCheckout, ...]
    next: str | None


@dataclass(frozen=True, slots=True)
class Installation:
    """The store, the app's scopes there (writing implies reading), and the API versions that live."""

    shop: Node
    scopes: frozenset[str]
    versions: frozenset[str]


class ShopifyClient:
    """One store. Ids are Shopify's numbers as text; every call may raise Unavailable or Misconfigured."""

    def __init__(self, api: Api) -> None:
        self._api = api
        self._places = asyncio.Semaphore(SIDE_BY_SIDE)

    async def orders(self, ids: Sequence[str]) -> dict[str, Node | None]:
        """Orders in full, all their lines included, by id; None for one that is gone or too old for the scopes."""
        found = await self._nodes(ORDERS_BY_ID, "Order", ids)
        long = [node for node in found.values() if node and node["lineItems"]["pageInfo"]["hasNextPage"]]
        await self._each(self._other_order_lines, long)
        for id_, node in found.items():
            if node and (node["fulfillmentsCount"] or {}).get("count", 0) > len(node["fulfillments"]):
                logger.warning("the order %s has more parcels than are read", id_)
        return found

    async def customers(self, ids: Sequence[str]) -> dict[str, Node | None]:
        """Customers by id; None for one that was deleted or merged away."""
        return await self._nodes(CUSTOMERS_BY_ID, "Customer", ids)

    async def checkouts(self, numbers: Sequence[str]) -> dict[str, Node | None]:
        """Abandoned checkouts in full, all their lines included, by number; None for one that Shopify does not list.

        Whether each is a node is not documented, so those that are none are searched for.
        """
        found = await self._nodes(CHECKOUTS_BY_ID, "AbandonedCheckout", numbers)
        missing = [id_ for id_, node in found.items() if node is None and NUMBER.fullmatch(id_)]

        async def search(some: Sequence[str]) -> None:
            query = " OR ".join(f"id:{id_}" for id_ in some)
            page = (await self._api.ask(CHECKOUTS_FOUND, {"query": query}))["abandonedCheckouts"]
            found.update({id_: node for node in page["nodes"] if (id_ := number(node["id"])) in some})

        starts = range(0, len(missing), FOUND_AT_ONCE)
        await self._each(search, [missing[start : start + FOUND_AT_ONCE] for start in starts])
        long = [node for node in found.values() if node and node["lineItems"]["pageInfo"]["hasNextPage"]]
        await self._each(self._other_checkout_lines, long)
        return found

    async def orders_of(self, token: str) -> list[str]:
        """Ids of the orders that carry a checkout's token, the oldest first. By search, which lags."""
        page = (await self._api.ask(ORDERS_OF_CHECKOUT, {"query": f"checkout_token:'{token}'"}))["orders"]
        return [number(node["id"]) for node in page["nodes"] if node["checkoutToken"] == token]

    async def ids(self, kind: Kind, after: str | None = None) -> Page:
        """All records of a kind by id, 250 at a time. `next` is an id, good for any time, and knows no 25,000 limit."""
        start = f"id:>={int(after) + 1}" if after else ""
        page = await self._page(kind, [start], "ID", None)
        more = page["pageInfo"]["hasNextPage"] and page["nodes"]
        ids = _ids(page["nodes"])
        return Page(ids, ids[-1][0] if more else None)

    async def updated(self, kind: Kind, since: datetime, after: str | None = None) -> Page:
        """Records changed since a time, longest ago first. `next` is Shopify's cursor, good for this walk alone.

        Shopify's search lags behind, takes customers' times for whole days, and ends at 25,000 records without a word.
        """
        page = await self._page(kind, [since_term("updated_at", since)], "UPDATED_AT", after)
        more = page["pageInfo"]["hasNextPage"] and page["nodes"]
        return Page(_ids(page["nodes"]), page["pageInfo"]["endCursor"] if more else None)

    async def abandoned(self, since: datetime, after: str | None = None) -> AbandonedPage:
        """Checkouts changed since a time that Shopify lists as abandoned, completed ones included, the oldest first.

        They cannot be sorted by change, and one may appear with an updatedAt of long ago: ask for a day and more.
        """
        page = await self._page(Kind.CART, [since_term("updated_at", since)], "CREATED_AT", after)
        found = tuple(
            AbandonedCheckout(number(node["id"]), token_of(node["abandonedCheckoutUrl"]), _time(node["updatedAt"]))
            for node in page["nodes"]
        )
        more = page["pageInfo"]["hasNextPage"] and found
        return AbandonedPage(found, page["pageInfo"]["endCursor"] if more else None)

    async def installation(self) -> Installation:
        data = await self._api.ask(INSTALLATION)
        granted = {scope["handle"] for scope in data["currentAppInstallation"]["accessScopes"]}
        implied = {f"read_{scope.removeprefix('write_')}" for scope in granted if scope.startswith("write_")}
        versions = frozenset(one["handle"] for one in data["publicApiVersions"] if one["supported"])
        return Installation(data["shop"], frozenset(granted | implied), versions)

    async def _page(self, kind: Kind, terms: Sequence[str], sort: str, after: str | None) -> Any:
        name, document, always = PAGES[kind]
        query = " ".join(term for term in (always, *terms) if term) or None
        try:
            return (await self._api.ask(document, {"after": after, "query": query, "sort": sort}))[name]
        except Faulty:
            if after is None:
                raise
            raise Rejected("Shopify does not go on from a cursor of a listing", "cursor") from None

    async def _nodes(self, document: Document, kind: str, ids: Sequence[str]) -> dict[str, Node | None]:
        """Records by id, in batches. Text that is no number names no record.

        One that Shopify fails to answer while it answers others is left out: a batch that fails is asked for in halves.
        """
        found: dict[str, Node | None] = dict.fromkeys(ids)
        asked = [id_ for id_ in found if NUMBER.fullmatch(id_)]
        failing: list[str] = []

        async def batch(some: Sequence[str], retries: int = RETRIES) -> None:
            try:
                found.update(await self._batch(document, kind, some, retries))
            except Unavailable as fault:
                if fault.until is not None:
                    raise
                if len(some) == 1:
                    failing.extend(some)
                    return
                if len(failing) >= DOUBTS and not any(found.values()):
                    raise  # nothing is answered: it is not the records
                half = len(some) // 2
                await batch(some[:half], 0)
                await batch(some[half:], 0)

        await self._each(batch, [asked[start : start + AT_ONCE] for start in range(0, len(asked), AT_ONCE)])
        if failing and len(failing) == len(asked):
            raise Unavailable(
                f"{document.name}: Shopify fails to answer, whatever record is asked for", None, "shopify"
            )
        for id_ in failing:
            del found[id_]
        return found

    async def _batch(self, document: Document, kind: str, ids: Sequence[str], retries: int) -> dict[str, Node | None]:
        data = await self._api.ask(document, {"ids": [f"gid://shopify/{kind}/{id_}" for id_ in ids]}, retries)
        if len(data["nodes"]) != len(ids):
            raise Unavailable(f"{document.name}: Shopify answered {len(data['nodes'])} records for {len(ids)}")
        return {number(node["id"]): node for node in data["nodes"] if node}

    async def _other_order_lines(self, order: Any) -> None:
        async def page(after: str) -> Any:
            return (await self._api.ask(ORDER_LINES, {"id": order["id"], "after": after}))["order"]

        await _other_lines(order, page)

    async def _other_checkout_lines(self, checkout: Any) -> None:
        async def page(after: str) -> Any:
            asked = {"query": f"id:{number(checkout['id'])}", "after": after}
            nodes = (await self._api.ask(CHECKOUT_LINES, asked))["abandonedCheckouts"]["nodes"]
            return next((node for node in nodes if node["id"] == checkout["id"]), None)

        await _other_lines(checkout, page)

    async def _each(self, work: Callable[[Any], Awaitable[None]], items: Iterable[Any]) -> None:
        """Work on all of them, a few side by side, and leave none running when one fails."""

        async def one(item: Any) -> None:
            async with self._places:
                await work(item)

        results = await asyncio.gather(*(one(item) for item in items), return_exceptions=True)
        for result in results:
            if isinstance(result, BaseException):
                raise result


async def _other_lines(node: Any, ask: Callable[[str], Awaitable[Any]]) -> None:
    """Add what did not fit on the first page of lines. `ask` answers the same record from a cursor on."""
    lines = node["lineItems"]
    page = lines["pageInfo"]
    while page["hasNextPage"]:
        again = await ask(page["endCursor"])
        if again is None:
            raise Unavailable("a record was deleted while its lines were read: look again")
        lines["nodes"] += again["lineItems"]["nodes"]
        page = again["lineItems"]["pageInfo"]
    lines["pageInfo"] = page


def number(gid: str) -> str:
    """The number at the end of a global id."""
    return gid.rpartition("/")[2].partition("?")[0]


def since_term(name: str, moment: datetime) -> str:
    """A term of Shopify's search."""
    return f"{name}:>='{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}'"


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _ids(nodes: Sequence[Any]) -> tuple[tuple[str, datetime], ...]:
    return tuple((number(node["id"]), _time(node["updatedAt"])) for node in nodes)
