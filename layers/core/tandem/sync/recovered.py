"""Tells the rows of carts which orders carry their tokens. Nothing is told of checkouts that have no row."""

import re
from collections.abc import Collection, Sequence

from tandem.model import Kind, Mark, Node, Record, Ref
from tandem.portal import Portal
from tandem.recovery_link import OPAQUE
from tandem.sync.announce import announce
from tandem.sync.worker import World

TOKEN = re.compile(OPAQUE, re.ASCII)


async def tell_carts(
    orders: Sequence[tuple[Record, Node | None]], portal: Portal, world: World, linked: Collection[Ref] = ()
) -> None:
    """Each once, and again when it is `linked`: has come into HubSpot. Of two orders of a checkout the older counts."""
    tokens = {row.ref: (node or {}).get("checkoutToken") or "" for row, node in orders}
    carts = {ref: Ref(ref.shop, Kind.CART, token) for ref, token in tokens.items() if TOKEN.fullmatch(token)}
    if not (carts and portal.carts):
        return
    rows = await world.store.read(sorted(set(carts.values())))
    marks = {
        carts[row.ref]: Mark(carts[row.ref], "order", row.priority, fields={"order": row.ref.id})
        for row, _ in sorted(orders, key=lambda one: int(one[0].ref.id), reverse=True)
        if row.ref in carts and carts[row.ref] in rows and _is_news(row.ref, rows[carts[row.ref]], linked)
    }
    await announce(list(marks.values()), world)


def _is_news(order: Ref, cart: Record, linked: Collection[Ref]) -> bool:
    known = cart.order
    return known is None or int(order.id) < int(known) or (known == order.id and order in linked)
