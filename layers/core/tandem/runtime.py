"""Where a function's clients are made, once for each process, and a worker is put together."""

import asyncio
import json
import logging
from collections.abc import Coroutine
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, TypeVar
from uuid import uuid4

import boto3
from aws_lambda_powertools.logging import Logger
from aws_lambda_powertools.metrics import Metrics
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from tandem.bells import Bells
from tandem.errors import Misconfigured, Unavailable
from tandem.model import Lane
from tandem.settings import settings
from tandem.store.dynamodb import DynamoStore

T = TypeVar("T")

logger = Logger()
logging.getLogger("httpx").setLevel(logging.WARNING)  # it logs whole addresses
metrics = Metrics()

SECRET_FRESH = timedelta(minutes=5)
SECRET_KEPT = timedelta(hours=1)
"""For how long the last good value of a secret does while it cannot be read."""
MARGIN = timedelta(seconds=20)
"""Left of a function's time when its last call to a vendor begins: that call's own timeout, and the commits."""


class SystemClock:
    """Real time."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


class RandomIds:
    """Words nobody else has."""

    def new(self) -> str:
        return uuid4().hex


class SqsBell:
    """One queue for each kind; a message is only a lane's name."""

    def __init__(self) -> None:
        self._bells = Bells()

    async def ring(self, lane: Lane) -> None:
        now = clock().now()
        delay = self._bells.delay(lane, now)
        if delay is None:
            return
        body = json.dumps({"shop": lane.shop, "kind": lane.kind, "shard": lane.shard})
        url = settings().queues[lane.kind]
        await asyncio.to_thread(client("sqs").send_message, QueueUrl=url, MessageBody=body, DelaySeconds=delay)
        self._bells.sent(lane, now, delay)


async def continue_job(name: str) -> None:
    """Let another run of `resync` go on with a job."""
    url = settings().queues["resync"]
    await asyncio.to_thread(client("sqs").send_message, QueueUrl=url, MessageBody=json.dumps({"job": name}))


@cache
def client(service: str) -> Any:
    """A boto3 client that gives up in seconds: whoever waits for it has a deadline."""
    config = Config(
        connect_timeout=2, read_timeout=5, max_pool_connections=32, retries={"mode": "standard", "max_attempts": 3}
    )
    return boto3.client(service, config=config)


@cache
def store() -> DynamoStore:
    return DynamoStore(client("dynamodb"), settings().table, shards=settings().shards)


@cache
def clock() -> SystemClock:
    return SystemClock()


@cache
def bell() -> SqsBell:
    return SqsBell()


@cache
def _runner() -> asyncio.Runner:
    return asyncio.Runner()


def run(work: Coroutine[Any, Any, T]) -> T:
    """Run on the process's one event loop, to which its connections belong."""
    return _runner().run(work)


_secrets: dict[str, tuple[datetime, dict[str, Any]]] = {}


def secret(arn: str) -> dict[str, Any]:
    """A secret's JSON, read again every five minutes.

    Raises Unavailable when it cannot be read and none was within the hour, Misconfigured when it is no JSON object.
    """
    now = clock().now()
    at, value = _secrets.get(arn, (datetime.min.replace(tzinfo=UTC), {}))
    if now - at < SECRET_FRESH:
        return value
    try:
        text = client("secretsmanager").get_secret_value(SecretId=arn)["SecretString"]
    except (BotoCoreError, ClientError) as error:
        if now - at < SECRET_KEPT:
            return value
        raise Unavailable(f"the secret {arn} cannot be read ({type(error).__name__})") from None
    value = _json_object(arn, text)
    _secrets[arn] = (now, value)
    return value


def secret_since(arn: str) -> datetime | None:
    """When a secret was given its present value; None where that cannot be known."""
    try:
        created = client("secretsmanager").get_secret_value(SecretId=arn).get("CreatedDate")
    except (BotoCoreError, ClientError):
        return None
    return created if isinstance(created, datetime) else None


def _json_object(arn: str, text: str) -> dict[str, Any]:
    try:
        value = json.loads(text)
    except ValueError:
        value = None
    if not isinstance(value, dict):
        raise Misconfigured(f"the secret {arn} is no JSON object; README.md, Deploying, shows what it holds") from None
    return value
