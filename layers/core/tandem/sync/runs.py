"""What runs of reconciliation came to: a note of each, kept for 90 days, the latest first."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from tandem.sync.worker import World

REPORT = "runs"
KEPT = timedelta(days=90)
SHOWN = 50
LATEST = 10**13
"""Milliseconds no time reaches: names are counted down from it, so that the latest is read first."""


async def note(shop: str, action: str, began: datetime, came_to: Mapping[str, Any], world: World) -> None:
    """Write a run down. `came_to` holds counts, ids and reasons, no value of anybody's."""
    name = f"{action}#{LATEST - int(began.timestamp() * 1000):013d}"
    now = world.clock.now()
    run = {"began": began.isoformat(), "seconds": round((now - began).total_seconds(), 1), **came_to}
    await world.store.put_notes(shop, REPORT, {name: run}, now + KEPT)


async def latest(shop: str, action: str, world: World, limit: int = SHOWN) -> list[dict[str, Any]]:
    return [run for _, run in await world.store.notes_after(shop, REPORT, f"{action}#", None, limit)]
