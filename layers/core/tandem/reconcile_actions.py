"""What schedules and operators ask of the function `reconcile`.

{"action": "windows"} walks what changed in the store, of some "kinds" alone; {"action": "hubspot"} what changed in the
account.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal

from aws_lambda_powertools.metrics import MetricUnit
from pydantic import BaseModel, ConfigDict

from tandem import audit_actions, runtime
from tandem.actions import Actions, Answer
from tandem.model import Kind, Priority
from tandem.settings import settings
from tandem.shopify.client import ShopifyClient
from tandem.sync import hubspot_changes, windows
from tandem.sync.asked import understood
from tandem.sync.shop import portal_of
from tandem.sync.windows import Walked
from tandem.vendors import limits_of, opener, store_api, world

WINDOWS = '{"action": "windows"}, with "kinds": some of ["contact", "order", "cart"]'


class Asked(BaseModel):
    """Which windows."""

    model_config = ConfigDict(extra="forbid")

    action: str
    kinds: list[Literal["contact", "order", "cart"]] = ["contact", "order", "cart"]


async def _windows(event: Mapping[str, Any], deadline: datetime) -> Answer:
    """Mark what changed in the store and no webhook told of."""
    asked, shop = understood(Asked, event, WINDOWS), settings().shop
    portal = await portal_of(runtime.store(), shop)
    api = store_api(shop, await limits_of(shop), Priority.RECONCILE, deadline)
    kinds = [kind for kind in map(Kind, asked.kinds) if kind is not Kind.CART or portal.carts]
    walked = [await windows.walk(kind, shop, ShopifyClient(api), world(), deadline) for kind in kinds]
    _measured(walked)
    return _told("windows", {one.kind.value: _answer(one.ended, one.counts, one.reason) for one in walked})


def _measured(walked: list[Walked]) -> None:
    for one in walked:
        runtime.metrics.add_metric("ReconcileLagSeconds", MetricUnit.Seconds, one.lag.total_seconds())
        if one.ended == "done":
            runtime.metrics.add_metric("ReconcileMissed", MetricUnit.Count, one.counts.get("missed", 0))
    if walked:
        runtime.metrics.flush_metrics()


async def _hubspot(_event: Mapping[str, Any], deadline: datetime) -> Answer:
    """Have put back what people changed in the account."""
    shop = settings().shop
    vendors = (await opener(shop))(Priority.RECONCILE, deadline)
    looked = await hubspot_changes.look(shop, vendors, world(), deadline)
    return _told("hubspot", {one.name: _answer(one.ended, one.counts, one.reason) for one in looked})


def _answer(ended: str, counts: Mapping[str, int], reason: str) -> Answer:
    return {**counts, "ended": ended, **({"reason": reason} if reason else {})}


def _told(name: str, answer: Answer) -> Answer:
    runtime.logger.info(f"reconciled: {name}", extra={"run": answer})
    return answer


ACTIONS: Actions = {"windows": _windows, "hubspot": _hubspot, **audit_actions.ACTIONS}
