"""What schedules and operators ask of the function `reconcile`.

{"action": "windows"} walks what changed in the store, of some "kinds" alone; {"action": "hubspot"} what changed in the
account, and sends a heartbeat; {"action": "daily"} carries out the daily duties; {"action": "report"} shows the last
runs.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from aws_lambda_powertools.metrics import MetricUnit
from pydantic import BaseModel, ConfigDict

from tandem import audit_actions, runtime
from tandem.actions import Actions, Answer
from tandem.model import Kind, Priority
from tandem.portal import Portal
from tandem.settings import settings
from tandem.shopify.client import ShopifyClient
from tandem.sync import daily, hubspot_changes, runs, windows
from tandem.sync.asked import understood
from tandem.sync.doctor import Level, Report
from tandem.sync.heartbeat import Beat, beat
from tandem.sync.setup import Limits, Sides
from tandem.sync.shop import portal_of
from tandem.sync.windows import Walked
from tandem.vendors import crm, limits_of, opener, store_api, world

WINDOWS = '{"action": "windows"}, with "kinds": some of ["contact", "order", "cart"]'


class Asked(BaseModel):
    """Which windows."""

    model_config = ConfigDict(extra="forbid")

    action: str
    kinds: list[Literal["contact", "order", "cart"]] = ["contact", "order", "cart"]


@dataclass(slots=True)
class Budget:
    """What is left of HubSpot's requests of the day, in percent, as its answers tell; searches do not."""

    left: float | None = None

    def seen(self, headers: Mapping[str, str]) -> None:
        most, left = (headers.get(f"X-HubSpot-RateLimit-Daily{end}", "") for end in ("", "-Remaining"))
        if most.isdecimal() and left.isdecimal() and int(most):
            self.left = 100 * int(left) / int(most)

    def measure(self) -> None:
        if self.left is not None:
            runtime.metrics.add_metric("HubSpotBudgetLeft", MetricUnit.Percent, self.left)


async def _windows(event: Mapping[str, Any], deadline: datetime) -> Answer:
    """Mark what changed in the store and no webhook told of."""
    asked, shop, began = understood(Asked, event, WINDOWS), settings().shop, runtime.clock().now()
    portal = await portal_of(runtime.store(), shop)
    api = store_api(shop, await limits_of(shop), Priority.RECONCILE, deadline)
    kinds = [kind for kind in map(Kind, asked.kinds) if kind is not Kind.CART or portal.carts]
    walked = [await windows.walk(kind, shop, ShopifyClient(api), world(), deadline) for kind in kinds]
    _measured(walked)
    return await _told("windows", began, {one.kind.value: _walk(one) for one in walked})


def _measured(walked: list[Walked]) -> None:
    for one in walked:
        runtime.metrics.add_metric("ReconcileLagSeconds", MetricUnit.Seconds, one.lag.total_seconds())
        if one.ended == "done":
            runtime.metrics.add_metric("ReconcileMissed", MetricUnit.Count, one.counts.get("missed", 0))
    if walked:
        runtime.metrics.flush_metrics()


def _walk(one: Walked) -> Answer:
    return {**_answer(one.ended, one.counts, one.reason), "lag": round(one.lag.total_seconds())}


async def _hubspot(_event: Mapping[str, Any], deadline: datetime) -> Answer:
    """Have put back what people changed in the account."""
    shop, began, budget = settings().shop, runtime.clock().now(), Budget()
    portal = await portal_of(runtime.store(), shop)
    beats = await _beat(shop, portal)
    hubspot = crm(await limits_of(shop), Priority.RECONCILE, deadline, budget.seen)
    await hubspot.get(f"/account-info/{portal.api_version}/details")
    budget.measure()
    runtime.metrics.flush_metrics()
    vendors = (await opener(shop))(Priority.RECONCILE, deadline)
    looked = await hubspot_changes.look(shop, vendors, world(), deadline)
    answer = {one.name: _answer(one.ended, one.counts, one.reason) for one in looked}
    beside = {"heartbeats": {one.kind.value: one.seconds for one in beats}, "budget left": budget.left}
    return await _told("hubspot", began, answer, beside)


async def _beat(shop: str, portal: Portal) -> list[Beat]:
    """Send a heartbeat to each kind, and measure how the last ones fared."""
    kinds = [Kind.CONTACT, Kind.ORDER, Kind.STAGE, *([Kind.CART] if portal.carts else [])]
    beats = await beat(shop, kinds, world())
    for one in beats:
        if one.seconds is not None:
            runtime.metrics.add_metric("HeartbeatSeconds", MetricUnit.Seconds, one.seconds)
    runtime.metrics.add_metric("HeartbeatMissed", MetricUnit.Count, sum(one.missed for one in beats))
    runtime.metrics.flush_metrics()
    return beats


async def _daily(_event: Mapping[str, Any], deadline: datetime) -> Answer:
    """Look at what the sync stands on, and at what was deleted."""
    shop, began, budget, told = settings().shop, runtime.clock().now(), Budget(), Limits()

    def seen(headers: Mapping[str, str]) -> None:
        budget.seen(headers)
        told.hubspot(headers)

    limits = await limits_of(shop)
    sides = Sides(
        shop,
        store_api(shop, limits, Priority.RECONCILE, deadline, told.shopify),
        crm(limits, Priority.RECONCILE, deadline, seen),
        runtime.store(),
        runtime.clock(),
        settings().webhook_url,
        told,
    )
    secrets = {"Shopify": settings().shopify_secret, "HubSpot": settings().hubspot_secret}
    since = {vendor: runtime.secret_since(arn) for vendor, arn in secrets.items()}
    vendors = (await opener(shop))(Priority.RECONCILE, deadline)
    report = Report(await daily.look(daily.Day(sides, vendors, world(), since, deadline)))
    counts = Counter(check.level for check in report.checks)
    runtime.metrics.add_metric("DutyFailed", MetricUnit.Count, counts[Level.BLOCKED])
    runtime.metrics.add_metric("DutyWarned", MetricUnit.Count, counts[Level.WARNING])
    budget.measure()
    runtime.metrics.flush_metrics()
    return await _told("daily", began, report.as_json(), {"budget left": budget.left})


async def _report(_event: Mapping[str, Any], _deadline: datetime) -> Answer:
    """The last 50 runs of each action, the latest first."""
    shop = settings().shop
    return {action: await runs.latest(shop, action, world()) for action in ("windows", "hubspot", "daily")}


def _answer(ended: str, counts: Mapping[str, int], reason: str) -> Answer:
    return {**counts, "ended": ended, **({"reason": reason} if reason else {})}


async def _told(name: str, began: datetime, answer: Answer, beside: Mapping[str, Any] | None = None) -> Answer:
    """The answer of a run, which is written down with what is beside it."""
    runtime.logger.info(f"reconciled: {name}", extra={"run": {**answer, **(beside or {})}})
    await runs.note(settings().shop, name, began, {"came to": answer, **(beside or {})}, world())
    return answer


ACTIONS: Actions = {
    "windows": _windows,
    "hubspot": _hubspot,
    "daily": _daily,
    "report": _report,
    **audit_actions.ACTIONS,
}
