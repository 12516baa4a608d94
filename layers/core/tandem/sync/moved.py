"""Finds orders that somebody moved by hand in HubSpot, and marks their stages due, to be put back."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from tandem.model import KEY, Found, Job, Kind, Mark, Ref
from tandem.ports import HubSpot
from tandem.sync.announce import announce
from tandem.sync.worker import World

JOB = "orders moved by hand"
OVERLAP = timedelta(minutes=10)
"""HubSpot's search lags; what changed shortly before the last look may show only now."""
FIRST_LOOK = timedelta(days=1)
MODIFIED = "hs_lastmodifieddate"
PAGES = 50
"""Of 200 orders: a search ends at 10,000, and goes on from the last time seen."""


async def look(shop: str, hubspot: HubSpot, world: World) -> dict[str, int]:
    """One look at the orders that changed since the last one. Raises Unavailable and its like; then it is repeated."""
    job = await world.store.job(shop, JOB) or Job(shop, JOB, {})
    since = datetime.fromisoformat(job.cursor) - OVERLAP if job.cursor else world.clock.now() - FIRST_LOOK
    counts = {"looked at": 0, "moved": 0}
    latest = since
    after: str | None = None
    for _ in range(PAGES):
        page, after = await hubspot.search("orders", _changed(shop, since), [KEY, "hs_pipeline_stage", MODIFIED], after)
        counts["looked at"] += len(page)
        counts["moved"] += await _mark(shop, page, world)
        latest = max([latest, *(datetime.fromisoformat(order.properties[MODIFIED] or "") for order in page)])
        if after is None:
            break
    await world.store.save_job(Job(shop, JOB, {}, latest.isoformat(), counts, True, job.revision))
    return counts


def _changed(shop: str, since: datetime) -> list[dict[str, Any]]:
    return [
        {"propertyName": MODIFIED, "operator": "GTE", "value": str(int(since.timestamp() * 1000))},
        {"propertyName": KEY, "operator": "HAS_PROPERTY"},
    ]


async def _mark(shop: str, page: Sequence[Found], world: World) -> int:
    """Mark those that stand elsewhere than where their rows say. A row about to be written anyway says nothing yet."""
    prefix = Ref(shop, Kind.ORDER, "").key
    stood = {
        Ref(shop, Kind.STAGE, key.removeprefix(prefix)): order.properties.get("hs_pipeline_stage")
        for order in page
        if (key := order.properties.get(KEY) or "").startswith(prefix)
    }
    rows = await world.store.read(list(stood)) if stood else {}
    marks = [
        Mark(ref, "moved by hand in HubSpot", fields={"stage": None})
        for ref, row in rows.items()
        if row.stage and row.due_at is None and stood[ref] != row.stage
    ]
    await announce(marks, world)
    return len(marks)
