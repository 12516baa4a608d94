"""Rings lanes whose rows wait too long and measures what waits; once a minute."""

from typing import Any

from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from tandem import runtime
from tandem.model import Lane, Priority
from tandem.runtime import logger, metrics, run
from tandem.settings import settings
from tandem.sync.sweep import SHOWN, Swept, sweep
from tandem.vendors import world


@logger.inject_lambda_context
def lambda_handler(_event: Any, _context: LambdaContext) -> dict[str, Any]:
    swept = run(sweep(settings().shop, world(), runtime.continue_job))
    _measure(swept)
    _tell(swept)
    return {"rung": [_name(lane) for lane in swept.rung], "jobs": swept.jobs, "parked": swept.parked_rows}


def _measure(swept: Swept) -> None:
    """Every time: a missing value tells of a dead sweep. Bulk work may wait for hours, and has a measure of its own."""
    metrics.add_metric("OldestDueSeconds", MetricUnit.Seconds, swept.oldest[Priority.LIVE].total_seconds())
    found = swept.oldest[Priority.RECONCILE]
    metrics.add_metric("OldestReconcileDueSeconds", MetricUnit.Seconds, found.total_seconds())
    metrics.add_metric("OldestBulkDueSeconds", MetricUnit.Seconds, swept.oldest[Priority.BULK].total_seconds())
    metrics.add_metric("ParkedRows", MetricUnit.Count, swept.parked_rows)
    metrics.add_metric("ClosedLanes", MetricUnit.Count, len(swept.closed))
    metrics.flush_metrics()


def _tell(swept: Swept) -> None:
    """The reasons say what to do."""
    for reason, records in swept.parked.items():
        logger.warning(
            "records parked", extra={"reason": reason, "count": len(records), "records": list(records[:SHOWN])}
        )
    for lane, closed in swept.closed.items():
        until = closed.closed_until.isoformat() if closed.closed_until else None
        logger.warning("lane closed", extra={"lane": _name(lane), "until": until, "reason": closed.reason})
    if swept.rung or swept.jobs:
        logger.info("rung", extra={"lanes": [_name(lane) for lane in swept.rung], "jobs": swept.jobs})


def _name(lane: Lane) -> str:
    return f"{lane.kind}/{lane.shard}"
