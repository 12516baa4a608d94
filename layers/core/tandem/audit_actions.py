"""What schedules and operators ask of the function `reconcile` about audits and rebuilds.

{"action": "audit"} begins one and works on it; {"action": "rebuild"} is like it. {"action": "continue"}, sent each
minute, goes on with what is under way and not being worked on, and does nothing where there is none.
{"action": "findings"} shows the last audit's report, a page at a time.
"""

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Annotated, Any

import httpx
from aws_lambda_powertools.metrics import MetricUnit
from pydantic import BaseModel, ConfigDict, Field

from tandem import http, runtime
from tandem.actions import Actions, Answer
from tandem.model import Priority
from tandem.settings import settings
from tandem.shopify.bulk import Bulk
from tandem.shopify.client import ShopifyClient
from tandem.shopify.graphql import Api
from tandem.sync import audit, rebuild
from tandem.sync.asked import understood
from tandem.sync.steps import Progress, is_left
from tandem.vendors import crm, limits_of, opener, store_api, world

AUDIT = '{"action": "audit"}, with "heal": true or false'
FINDINGS = '{"action": "findings"}, with "after": the last answer\'s "next", and "limit": 1 to 1000'
ALL_ORDERS = "read_all_orders"
LONGEST = 250
"""Letters of a note's name: four bytes each still make a key."""
IDLE: Answer = {"ended": "nothing to go on with, or another run is on it"}


class Asked(BaseModel):
    """`heal`: let the workers put right what they can; else it is only reported."""

    model_config = ConfigDict(extra="forbid")

    action: str
    heal: bool = False


class Page(BaseModel):
    """Which part of a report."""

    model_config = ConfigDict(extra="forbid")

    action: str
    after: Annotated[str, Field(max_length=LONGEST)] | None = None
    limit: Annotated[int, Field(ge=1, le=1_000)] = 200


@cache
def _files() -> httpx.AsyncClient:
    """What fetches the output of bulk operations, from wherever Shopify has it lie."""
    return http.client("")


async def _audit(event: Mapping[str, Any], deadline: datetime) -> Answer:
    asked, shop = understood(Asked, event, AUDIT), settings().shop
    granted = (await ShopifyClient(await _api(deadline)).installation()).scopes
    await audit.start(shop, world(), heal=asked.heal, sees_all=ALL_ORDERS in granted)
    return await _go_on_auditing(deadline)


async def _rebuild(_event: Mapping[str, Any], deadline: datetime) -> Answer:
    await rebuild.start(settings().shop, world())
    return await _go_on_rebuilding(deadline)


async def _continue(_event: Mapping[str, Any], deadline: datetime) -> Answer:
    return {audit.JOB: await _go_on_auditing(deadline), rebuild.JOB: await _go_on_rebuilding(deadline)}


async def _go_on_auditing(deadline: datetime) -> Answer:
    shop = settings().shop
    if not await is_left(shop, audit.JOB, world()):
        return IDLE
    vendors = (await opener(shop))(Priority.BULK, deadline)
    progress = await audit.work(shop, vendors, Bulk(await _api(deadline), _files()), world(), deadline)
    return _told(progress, audit.summary(progress.job)) if progress else IDLE


async def _go_on_rebuilding(deadline: datetime) -> Answer:
    shop = settings().shop
    if not await is_left(shop, rebuild.JOB, world()):
        return IDLE
    hubspot = crm(await limits_of(shop), Priority.BULK, deadline)
    progress = await rebuild.work(shop, hubspot, world(), deadline)
    return _told(progress, {"done": progress.job.done, "counts": dict(progress.job.counts)}) if progress else IDLE


async def _api(deadline: datetime) -> Api:
    shop = settings().shop
    return store_api(shop, await limits_of(shop), Priority.BULK, deadline)


async def _findings(event: Mapping[str, Any], _deadline: datetime) -> Answer:
    asked = understood(Page, event, FINDINGS)
    report, found, following = await audit.findings(settings().shop, world(), asked.after, asked.limit)
    if report is None:
        return {"error": 'there was no audit yet: send {"action": "audit"}'}
    return {"report": report, "findings": found, "next": following}


def _told(progress: Progress, report: Mapping[str, Any]) -> Answer:
    """The answer of a run, its log line, and what it found as a metric once it is done."""
    answer = {"ended": progress.ended, **({"reason": progress.reason} if progress.reason else {}), **report}
    runtime.logger.info(progress.job.name, extra={"run": answer})
    if progress.ended == "done" and "found" in report:
        runtime.metrics.add_metric("DriftFound", MetricUnit.Count, sum(report["found"].values()))
        runtime.metrics.flush_metrics()
    return answer


ACTIONS: Actions = {"audit": _audit, "rebuild": _rebuild, "continue": _continue, "findings": _findings}
