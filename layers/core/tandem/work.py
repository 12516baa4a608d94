"""What the worker functions share: bells in, lanes drained, the batch's answer out."""

from datetime import datetime, timedelta
from typing import Any

from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from tandem import runtime
from tandem.errors import Misconfigured
from tandem.model import Kind, Lane
from tandem.settings import settings
from tandem.sync.worker import Sync, Tally, drain
from tandem.vendors import opener, world

processor = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)


def deadline(context: LambdaContext) -> datetime:
    """When the last call to a vendor may begin."""
    left = timedelta(milliseconds=context.get_remaining_time_in_millis())
    return runtime.clock().now() + left - runtime.MARGIN


def of_queue(event: Any) -> bool:
    """Whether this is a batch as SQS hands it over; a person may hand over anything."""
    records = event.get("Records") if isinstance(event, dict) else None
    return isinstance(records, list) and bool(records) and all(map(_is_message, records))


def _is_message(record: Any) -> bool:
    match record:
        case {"messageId": str(), "body": str()}:
            return True
    return False


def answer_bells(event: Any, context: LambdaContext, kind: Kind, sync: Sync) -> dict[str, Any]:
    """Drain every lane that was rung for, each once. A bell that names no lane of ours fails, and ends in the DLQ."""
    if not of_queue(event):
        return {
            "error": f'only its queue calls this function; to have records looked at send resync {{"kind": "{kind}"}}'
        }
    drained: set[Lane] = set()

    def handle(record: SQSRecord) -> None:
        lane = _lane(record.json_body, kind)
        if lane not in drained:
            drained.add(lane)
            _report(lane, runtime.run(_drain(lane, sync, deadline(context))))

    return process_partial_response(event=event, record_handler=handle, processor=processor, context=context)  # type: ignore[return-value]


async def _drain(lane: Lane, sync: Sync, until: datetime) -> Tally:
    return await drain(lane, sync, await opener(lane.shop), world(), until)


def _lane(body: Any, kind: Kind) -> Lane:
    match body:
        case {"shop": str(shop), "kind": str(name), "shard": int(shard)} if name == kind and shop == settings().shop:
            return Lane(shop, kind, shard)
    raise Misconfigured(f"a message on the {kind} queue names no lane of this shop; it goes to the dead-letter queue")


def _report(lane: Lane, tally: Tally) -> None:
    """One log line and the metrics of a run."""
    runtime.logger.info(
        "lane drained",
        extra={
            "lane": f"{lane.kind}/{lane.shard}",
            "outcomes": dict(tally.outcomes),
            "ended": tally.ended,
            "reason": tally.reason,
        },
    )
    for outcome, count in tally.outcomes.items():
        runtime.metrics.add_metric("Records" + outcome.title().replace(" ", ""), MetricUnit.Count, count)
    for lag in tally.lags:
        runtime.metrics.add_metric("SyncSeconds", MetricUnit.Seconds, lag)
    closed = tally.ended in ("unavailable", "misconfigured")
    if closed:
        runtime.metrics.add_metric("LaneClosed", MetricUnit.Count, 1)
    if closed or tally.outcomes:  # with nothing to tell it would warn
        runtime.metrics.flush_metrics()
