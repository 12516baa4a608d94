"""A small judge for whoever brings a store to HubSpot: counts, sums of money, links. It knows nothing of our keys.

It asks less than the oracle, so that a plain script can satisfy it: each customer with an e-mail address is one
contact; each order but those of tests is one order of the same total, linked to its buyer alone and to as many lines of
the same worth; and there is nothing besides.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from decimal import Decimal

from sandbox.oracle.contacts import email
from sandbox.oracle.orders import kept_lines
from sandbox.oracle.views import JSON, Crm


def judge(books: JSON, crm: Crm) -> list[str]:
    """What is wrong."""
    wanted = [order for order in books["orders"] if not order["test"]]
    people = {one["id"]: email(one) for one in books["customers"] if email(one)}
    return [
        *_counts("contacts", len(people), crm),
        *_counts("orders", len(wanted), crm),
        *_counts("line_items", sum(len(list(kept_lines(order))) for order in wanted), crm),
        *_contacts(list(people.values()), crm),
        *_orders(wanted, people, crm),
        *_shared(crm),
    ]


def _counts(name: str, wanted: int, crm: Crm) -> Iterator[str]:
    there = sum(1 for _ in crm.live(name))
    if there != wanted:
        yield f"{there} {name}, should be {wanted}"


def _contacts(addresses: list[str], crm: Crm) -> Iterator[str]:
    there = {contact["properties"].get("email") for contact in crm.live("contacts")}
    yield from (f"{address} has no contact" for address in addresses if address not in there)


def _orders(wanted: list[JSON], people: Mapping[str, str], crm: Crm) -> Iterator[str]:
    found: dict[str, list[JSON]] = defaultdict(list)
    for record in crm.live("orders"):
        found[record["properties"].get("hs_external_order_id") or ""].append(record)
    for order in wanted:
        records = found[order["id"]]
        if len(records) != 1:
            yield f"order {order['name']} is there {len(records)} times"
            continue
        yield from (f"order {order['name']}: {text}" for text in _order(order, records[0], people, crm))


def _order(order: JSON, record: JSON, people: Mapping[str, str], crm: Crm) -> Iterator[str]:
    total = Decimal(record["properties"].get("hs_total_price") or 0)
    if total != Decimal(order["sums"]["current_total"][0]):
        yield f"total {total}, should be {order['sums']['current_total'][0]}"
    buyers = [crm.records["contacts"][id_]["properties"].get("email") for id_ in crm.linked(record, "contacts")]
    buyer = people.get(order["customer"] or "")
    if buyers != ([buyer] if buyer else []):
        yield f"linked to {len(buyers)} contacts, should be to {buyer or 'none'} alone"
    lines = [crm.records["line_items"][id_]["properties"] for id_ in crm.linked(record, "line_items")]
    standing = [line for line, _ in kept_lines(order)]
    if len(lines) != len(standing):
        yield f"linked to {len(lines)} lines, should be to {len(standing)}"
    worth = sum(Decimal(line["price"] or 0) * Decimal(line["quantity"] or 0) for line in lines)
    should = sum(Decimal(line["price"][0]) * line["current_quantity"] for line in standing)
    if worth != should:
        yield f"lines are worth {worth}, should be {should}"


def _shared(crm: Crm) -> Iterator[str]:
    for line in crm.live("line_items"):
        if len(orders := crm.linked(line, "orders")) != 1:
            yield f"line {line['id']} belongs to {len(orders)} orders"
