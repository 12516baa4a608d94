"""The store as a person sees it: state as JSON, tables for the page."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import islice
from typing import TYPE_CHECKING, Any

from sandbox.shopify.ledger import ledger
from sandbox.shopify.model import Node
from sandbox.shopify.money import plain_text
from sandbox.shopify.orders.order_money import current_total
from sandbox.shopify.orders.order_status import display_financial_status, display_fulfillment_status
from sandbox.shopify.shop import Shop
from sandbox.simulator import Section

if TYPE_CHECKING:
    from sandbox.shopify.simulator import Shopify

SHOWN = 50
NAMES = ("name", "display_name", "title", "header", "email", "status")
"""Where a record's own name is looked for, in this order."""

FACTS: dict[str, Callable[[Shop, Any], tuple[object, ...]]] = {
    "Customer": lambda _, row: (row.email, row.phone, *row.tags),
    "Product": lambda _, row: (row.status, row.vendor, row.product_type),
    "ProductVariant": lambda _, row: (row.price, row.sku),
    "Order": lambda shop, row: (
        display_financial_status(row),
        display_fulfillment_status(shop, row),
        plain_text(current_total(row).presentment, row.rate.presentment),
        row.rate.presentment,
        row.email,
        "cancelled" if row.cancelled_at else "",
    ),
}
"""What else a person looks for in a row, beside its name."""

TOKENS = ("token", "checkout_token", "cart_token")
"""What ties an order to its checkout."""


def state(simulator: "Shopify", path: str) -> Any:
    """`""`: how many of each kind; `Customer`: all of a kind; `Customer/123`: one; `events`, `apps`, `settings`.

    `ledger` is the whole of orders and customers, with what must be worked out.
    """
    shop = simulator.shop
    if not path:
        counts = {kind: len(table.rows) for kind, table in shop.tables.items()}
        return {**counts, "apps": len(shop.apps), "events": len(shop.events), "waiting webhooks": _waiting(simulator)}
    if path == "ledger":
        return ledger(shop)
    others = {"events": shop.events, "apps": list(shop.apps.values()), "settings": shop.settings}
    if path in others:
        return shown(others[path], deep=True)
    kind, _, legacy_id = path.partition("/")
    rows = shop.tables[kind].rows
    return shown(rows[legacy_id], deep=True) if legacy_id else [shown(row, deep=True) for row in rows.values()]


def _waiting(simulator: "Shopify") -> int:
    return len(simulator.outbox.ready) + simulator.outbox.waiting


def shown(value: Any, *, deep: bool = False) -> Any:
    """A value as JSON; records inside a record are named by their global ids."""
    if isinstance(value, Node) and not deep:
        return value.id
    if is_dataclass(value) and not isinstance(value, type):
        attributes = {field.name: shown(getattr(value, field.name)) for field in fields(value) if field.repr}
        return {"id": value.id, **attributes} if isinstance(value, Node) else attributes
    if isinstance(value, Mapping):
        return {_key(key): shown(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [shown(entry, deep=deep) for entry in value]
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    return value if isinstance(value, str | int | float | bool | None) else f"<{type(value).__name__}>"


def _key(key: Any) -> str:
    return ".".join(map(str, key)) if isinstance(key, tuple) else str(key)


def sections(shop: Shop) -> list[Section]:
    """One table for each kind of record that there is, the latest changed first; then the events."""
    kinds = [
        Section(
            kind,
            ("id", "name", "facts", "changed", "belongs to"),
            [_row(shop, table.rows[str(number)]) for _, number in islice(reversed(table.by_update), SHOWN)],
            len(table.rows),
        )
        for kind, table in shop.tables.items()
        if table.rows
    ]
    latest = [
        (f"{event.created_at:%Y-%m-%d %H:%M:%S}", event.action, event.subject_id, event.message)
        for event in islice(reversed(shop.events), SHOWN)
    ]
    return [*kinds, Section("Events", ("time", "action", "subject", "message"), latest, len(shop.events))]


def _row(shop: Shop, row: Any) -> tuple[str, ...]:
    name = next((str(found) for attribute in NAMES if (found := getattr(row, attribute, None))), "")
    changed = getattr(row, "updated_at", None)
    when = f"{changed:%Y-%m-%d %H:%M:%S}" if changed else ""
    told = FACTS[row.typename](shop, row) if row.typename in FACTS else ()
    facts = " · ".join(str(fact) for fact in told if fact)
    return row.legacy_resource_id, name, facts, when, ", ".join(_associations(row))


def _associations(row: Any) -> Iterator[str]:
    """`customer 8123…, line_items 3`: what a record points to, one by id, many by number."""
    for field in fields(row):
        value = getattr(row, field.name)
        if isinstance(value, Node):
            yield f"{field.name} {value.legacy_resource_id}"
        elif isinstance(value, list) and value and isinstance(value[0], Node):
            yield f"{field.name} {_listed(value)}"
        elif field.name in TOKENS and value:
            yield f"{field.name} {value}"


def _listed(nodes: Iterable[Node]) -> str:
    nodes = list(nodes)
    return " ".join(node.legacy_resource_id for node in nodes[:5]) + (
        f" and {len(nodes) - 5} more" if nodes[5:] else ""
    )
