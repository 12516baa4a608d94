"""From what Shopify holds and what is known of HubSpot to the writes of orders and carts. Pure: no I/O, no clock."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Any

from tandem.mapping.orders import OrderTarget
from tandem.mapping.version import MAPPING_VERSION
from tandem.model import KEY, Found, Kind, Record, Ref, Write
from tandem.portal import Portal

OBJECTS = {Kind.ORDER: "orders", Kind.CART: "carts"}
"""What has lines."""
LINES = {Kind.ORDER: "line", Kind.CART: "cartline"}
"""What their keys say; an order has lines of its own, and not those of its cart."""
LEFT = ":left"
PARTS = ("order", "lines", "facts")
"""Of a digest, so that lines and stage are only touched when they change."""
LINE_MATCHES = (("hs_sku", "price", "quantity"), ("name", "price", "quantity"), ("hs_sku",), ("name",))
"""By what a line that another integration made is recognised: the surest first."""


@dataclass(frozen=True, slots=True)
class Known:
    """What was looked up for one batch. `records` by our key, of those not yet linked. `lines` by HubSpot record id.

    `adopted` are the orders among them that another integration may have made. `customers` are, by HubSpot record id,
    those whose contacts are linked, with the contact's id. `products` by SKU.
    """

    records: Mapping[str, str] = field(default_factory=dict)
    adopted: frozenset[str] = frozenset()
    lines: Mapping[str, list[Found]] = field(default_factory=dict)
    customers: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    products: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Plan:
    """The writes of one order or cart. Those to records known by id go by id, `by_key` are the new ones.

    So that nothing hangs on how soon HubSpot's check of unique values sees a record just made. `line_ids` are the known
    lines, by Shopify line id; `leaving` those that are no longer in it, by HubSpot id with keys. `strangers`
    are HubSpot ids of other customers' contacts. `link` is the record's HubSpot id once it is written.
    """

    row: Record
    target: OrderTarget
    digest: str
    existing: str | None
    record: Write
    lines: tuple[Write, ...]
    lines_by_key: tuple[Write, ...]
    line_ids: Mapping[str, str]
    leaving: Mapping[str, str]
    strangers: tuple[str, ...]
    new_facts: bool
    link: str = ""

    @property
    def lines_change(self) -> bool:
        return bool(self.lines or self.lines_by_key or self.leaving)


def line_key(ref: Ref, line: str) -> str:
    return f"{ref.shop}:{LINES[ref.kind]}:{line}"


def record_key(row: Record) -> str:
    """A cart made before its token was known keeps the key it got then."""
    named = row.facts.get("key") if row.ref.kind is Kind.CART else None
    return replace(row.ref, id=named).key if named else row.ref.key


def left_key(line: str) -> str:
    """In place of its own, the key of a line that left its order and may return as another record."""
    return line if line.endswith(LEFT) else line + LEFT


def digest(target: OrderTarget) -> str:
    """The three parts of what HubSpot should hold, joined by dots."""
    order = [MAPPING_VERSION, target.properties, target.contact, target.company]
    lines = [MAPPING_VERSION, {name: line.properties for name, line in target.lines.items()}]
    return ".".join(_hash(part) for part in (order, lines, [MAPPING_VERSION, target.facts]))


def gone_digest(values: Mapping[str, str], order: str | None) -> str:
    """Of a cart whose checkout is gone. It has no parts: should the checkout return, all of it is written."""
    return _hash([MAPPING_VERSION, values, order])


def _parts(digest: str | None) -> list[str]:
    """Of an order never written whole, or marked as deleted, every part is to be written."""
    parts = (digest or "").split(".")
    return parts if len(parts) == len(PARTS) else [""] * len(PARTS)


def _hash(part: Any) -> str:
    return sha256(json.dumps(part, sort_keys=True, default=str).encode()).hexdigest()[:20]


def plan(row: Record, target: OrderTarget, portal: Portal, known: Known) -> Plan:
    """What to write for an order or a cart whose digest differs from the row's."""
    new = digest(target)
    facts_digest, facts_were = _parts(new)[2], _parts(row.digest)[2]
    key = record_key(row)
    existing = row.link or known.records.get(key)
    found = known.lines.get(existing, []) if existing else []
    adopted = row.ref.key in known.adopted
    line_ids = _line_ids(row, target, found, adopted=adopted)
    lines = dict(_lines(row.ref, target, portal, known)) if lines_differ(row, target) else {}
    return Plan(
        row=row,
        target=target,
        digest=new,
        existing=existing,
        record=Write(existing or key, _properties(row, target, portal, is_new=existing is None)),
        lines=tuple(Write(line_ids[line], one) for line, one in lines.items() if line in line_ids),
        lines_by_key=tuple(Write(one[KEY], one) for line, one in lines.items() if line not in line_ids),
        line_ids=line_ids,
        leaving=dict(_leaving(row, target, found, set(line_ids.values()), all_of_it=adopted)),
        strangers=tuple(id_ for one, id_ in known.customers.get(existing or "", {}).items() if one != target.contact),
        new_facts=row.link is None or facts_were != facts_digest,
    )


def lines_differ(row: Record, target: OrderTarget) -> bool:
    """Whether an order's lines are to be written."""
    return row.link is None or _parts(row.digest)[1] != _parts(digest(target))[1]


def _properties(row: Record, target: OrderTarget, portal: Portal, *, is_new: bool) -> dict[str, str]:
    """A new order begins in the first stage; an old one's stage is not ours to touch here."""
    properties = {**target.properties, KEY: record_key(row)}
    if not is_new:
        return properties
    stage = {"hs_pipeline": portal.pipeline, "hs_pipeline_stage": portal.first_stage}
    first = stage if row.ref.kind is Kind.ORDER else {}
    return {name: value for name, value in properties.items() if value} | first


def _lines(ref: Ref, target: OrderTarget, portal: Portal, known: Known) -> Iterable[tuple[str, dict[str, str]]]:
    """Line ids and properties, our key among them."""
    linkable = "hs_product_id" in portal.properties.get("line_items", {})
    for line_id, line in target.lines.items():
        properties = {**line.properties, KEY: line_key(ref, line_id)}
        product = known.products.get(line.sku)
        if product and linkable:
            properties["hs_product_id"] = product
        yield line_id, properties


def _line_ids(row: Record, target: OrderTarget, found: list[Found], *, adopted: bool) -> dict[str, str]:
    """HubSpot ids of the lines that are there: by the row, by their keys, in an adopted order by their looks."""
    by_key = {line.properties.get(KEY): line.id for line in found}
    keyed = {line: by_key[key] for line in target.lines if (key := line_key(row.ref, line)) in by_key}
    known = {line: id_ for line, id_ in row.children.items() if id_ and line in target.lines}
    return known | keyed | (_matches(target, found, set(keyed)) if adopted else {})


def _leaving(
    row: Record, target: OrderTarget, found: list[Found], taken: set[str], *, all_of_it: bool
) -> Iterable[tuple[str, str]]:
    """Lines we wrote that the order no longer has; of an adopted order also those that stand for nothing."""
    yield from (
        (id_, line_key(row.ref, line)) for line, id_ in row.children.items() if id_ and line not in target.lines
    )
    ours = {line_key(row.ref, line) for line in target.lines}
    for line in found:
        key = line.properties.get(KEY)
        if line.id not in taken and (key not in ours if key else all_of_it):
            yield line.id, key or line_key(row.ref, line.id)


def _matches(target: OrderTarget, found: list[Found], keyed: set[str]) -> dict[str, str]:
    """Line id to the HubSpot line that stands for it, one for one, the surest matches first."""
    wanting = {line: one.properties for line, one in target.lines.items() if line not in keyed}
    free = {line.id: line.properties for line in found if not line.properties.get(KEY)}
    matches: dict[str, str] = {}
    for names in LINE_MATCHES:
        for line, properties in wanting.items():
            same = (id_ for id_, has in free.items() if _same(properties, has, names))
            id_ = None if line in matches else next(same, None)
            if id_ is not None:
                matches[line] = id_
                del free[id_]
    return matches


def _same(wanted: Mapping[str, str], has: Mapping[str, str | None], names: tuple[str, ...]) -> bool:
    return all(wanted.get(name) and _plain(wanted[name]) == _plain(has.get(name)) for name in names)


def _plain(value: str | None) -> str:
    """Numbers come back reformatted: 10.00 and 10 are one."""
    text = (value or "").strip().casefold()
    return text.rstrip("0").rstrip(".") if "." in text else text


def contact_digest(properties: Mapping[str, str]) -> str:
    return _hash([MAPPING_VERSION, properties])
