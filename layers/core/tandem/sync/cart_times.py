"""Finds carts whose state changes because time went by: abandoned after a while, expired after a longer one."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from tandem.mapping.cart_life import ABANDONED, OPEN, CartRules
from tandem.model import Kind, Mark, Priority, Record
from tandem.sync.announce import announce
from tandem.sync.shop import cart_rules_of, portal_of
from tandem.sync.worker import World

CAUSE = "time"
ROWS = 250


async def look(shop: str, world: World, deadline: datetime) -> Mapping[str, int]:
    """Mark them, by what their rows know. How many carts were looked at, and how many marked."""
    counts = {"looked at": 0, "marked": 0}
    portal = await portal_of(world.store, shop)
    rules = await cart_rules_of(world.store, shop)
    after: str | None = None
    while portal.carts:
        rows, after = await world.store.rows(shop, Kind.CART, after, ROWS)
        now = world.clock.now()
        ripe = [row for row in rows if not row.due_at and is_ripe(row, rules, now)]
        await announce([Mark(row.ref, CAUSE, Priority.RECONCILE) for row in ripe], world)
        counts = {"looked at": counts["looked at"] + len(rows), "marked": counts["marked"] + len(ripe)}
        if after is None or now >= deadline:  # what is left is found next time, if it is still so
            break
    return counts


def is_ripe(row: Record, rules: CartRules, now: datetime) -> bool:
    """Whether a cart that is under way has rested for long enough to become something else."""
    if row.link is None or row.version is None:
        return False
    rested = now - row.version
    expired = row.stage in (OPEN, ABANDONED) and rested >= timedelta(days=rules.expire_days)
    return expired or (row.stage == OPEN and rested >= timedelta(minutes=rules.abandon_minutes))
