"""The orders that recovered carts: known from their own sync, else looked for; read, and found in HubSpot."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from tandem.model import Kind, Node, Record, Ref
from tandem.ports import Shopify
from tandem.sync.cart_rows import STEPS, token_of
from tandem.sync.outcome import Done, Later, Outcome
from tandem.sync.worker import World

TOLD = timedelta(seconds=8)
"""So long after a checkout is completed its order tells of itself, as a rule; then it is searched for."""
SOUGHT = timedelta(seconds=90)
"""After this long it is given up: the search lags by less."""
SOON, LATER = timedelta(seconds=2), timedelta(seconds=30)
"""When to look again for an order: one that tells of itself is in HubSpot within seconds, as a rule."""
BEING_WRITTEN = timedelta(minutes=2)
"""An order that has been due for longer is not waited for: its own row tells why."""


@dataclass(frozen=True, slots=True)
class Recovering:
    """By cart: Shopify's id of its order, the order as read, its HubSpot id. `missing` are when to look again."""

    ids: Mapping[Ref, str]
    nodes: Mapping[Ref, Node]
    links: Mapping[Ref, str]
    waiting: Mapping[Ref, Outcome]
    missing: Mapping[Ref, timedelta]

    def sought(self, ref: Ref, outcome: Outcome) -> Outcome:
        """What became of a cart, with the order found for it, or with another look for that."""
        if isinstance(outcome, Done) and ref in self.missing and outcome.word != "skipped":
            return Later("its order is not to be found yet", self.missing[ref], outcome.fields)
        return replace(outcome, fields={**outcome.fields, "order": self.ids[ref]}) if ref in self.ids else outcome


async def recovering(
    rows: Sequence[Record], nodes: Mapping[Ref, Node | None], shopify: Shopify, world: World
) -> Recovering:
    ids = {row.ref: row.order for row in rows if row.order}
    missing: dict[Ref, timedelta] = {}
    now = world.clock.now()
    for row in rows:
        node = nodes[row.ref]
        if row.order or not (node and node["completedAt"] and token_of(row)):
            continue
        age = now - (row.due_since or now)
        found = await shopify.orders_of(token_of(row)) if age >= TOLD or row.cause not in STEPS else []
        if found:
            ids[row.ref] = found[0]
        elif age < SOUGHT:
            missing[row.ref] = SOON if age < SOON else max(TOLD - age, SOON) if age < TOLD else LATER
    read = await shopify.orders(sorted(set(ids.values()))) if ids else {}
    refs = {cart: Ref(cart.shop, Kind.ORDER, id_) for cart, id_ in ids.items()}
    there = await world.store.read(sorted(set(refs.values()))) if refs else {}
    waiting: dict[Ref, Outcome] = {
        cart: Later("its order is being written", SOON if age < TOLD else LATER)
        for cart, ref in refs.items()
        if ref in there and not there[ref].link and (age := _waited(there[ref], now)) < BEING_WRITTEN
    }
    orders = {cart: order for cart, id_ in ids.items() if (order := read.get(id_))}
    links = {cart: link for cart, ref in refs.items() if ref in there and (link := there[ref].link)}
    return Recovering(ids, orders, links, waiting, missing)


def _waited(order: Record, now: datetime) -> timedelta:
    """For how long it has been due; one that is not due is not being written."""
    return now - order.due_since if order.due_since else BEING_WRITTEN
