"""The door for Shopify's webhooks: what Shopify signed marks one row due and rings one bell."""

import base64
from typing import Any

from aws_lambda_powertools.metrics import MetricUnit

from tandem import runtime
from tandem.errors import Misconfigured
from tandem.model import Mark, lane_of
from tandem.runtime import logger, metrics
from tandem.settings import settings
from tandem.shopify.webhooks import Received, delivered, receive


def lambda_handler(event: Any, _context: object) -> dict[str, Any] | None:
    """An HTTP API event is answered with a status. One of the partner event bus may raise: then it comes again."""
    match event:
        case {"requestContext": _}:
            return {"statusCode": _over_http(event), "body": ""}
        case {"detail": detail}:
            _note(delivered(detail, settings().shop))
        case _:
            _note(delivered(None, settings().shop))
    return None


def _over_http(event: dict[str, Any]) -> int:
    """503 for every fault of our own, so that Shopify sends the webhook again."""
    try:
        return _note(receive(_headers(event), _body(event), _secrets(), settings().shop))
    except Exception as fault:
        logger.error("a webhook could not be noted", extra={"fault": type(fault).__name__, "text": _told(fault)})
        return 503


def _told(fault: Exception) -> str:
    return str(fault) if isinstance(fault, Misconfigured) else ""


def _headers(event: dict[str, Any]) -> dict[str, Any]:
    headers = event.get("headers")
    return headers if isinstance(headers, dict) else {}


def _body(event: dict[str, Any]) -> bytes:
    """The bytes that were signed; none where the event has no such text."""
    text = event.get("body")
    if not isinstance(text, str):
        return b""
    if not event.get("isBase64Encoded"):
        return text.encode("utf-8", "surrogatepass")
    try:
        return base64.b64decode(text)
    except ValueError:
        return b""


def _secrets() -> list[str]:
    """The client secret, and during a rotation the one before it. An empty one would let anybody sign."""
    value = runtime.secret(settings().shopify_secret)
    secrets = [value.get(name) for name in ("client_secret", "previous_client_secret")]
    live = [secret for secret in secrets if isinstance(secret, str) and secret]
    if not live:
        raise Misconfigured("the Shopify secret lacks client_secret; README.md, Deploying, shows what it holds")
    return live


def _note(received: Received) -> int:
    """Mark what was received, and ring when it was not yet due."""
    if received.status != 200:
        _count("RejectedWebhooks")
        logger.warning("webhook rejected", extra={"reason": received.reason})
    elif received.mark is None:
        _count("IgnoredWebhooks")
        logger.warning("webhook ignored", extra={"reason": received.reason})
    else:
        runtime.run(_mark(received.mark))
    return received.status


async def _mark(mark: Mark) -> None:
    """A bell that fails is made good by the sweep: the mark is durable, and the webhook need not come again."""
    if not await runtime.store().mark(mark, runtime.clock().now()):
        return
    try:
        await runtime.bell().ring(lane_of(mark.ref, settings().shards))
    except Exception as fault:
        _count("LostBells")
        logger.warning("bell not rung", extra={"fault": type(fault).__name__})


def _count(name: str) -> None:
    """Written at once: most runs have nothing to count."""
    metrics.add_metric(name, MetricUnit.Count, 1)
    metrics.flush_metrics()
