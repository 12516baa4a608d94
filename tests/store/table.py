"""The table as template.yaml describes it, and a client whose calls can be counted, preceded and sent twice."""

import re
from collections import Counter
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config
from samtranslator.yaml_helper import yaml_parse

from sandbox.cloud.account import KEY, REGION, guard

TEMPLATE = Path(__file__).resolve().parents[2] / "template.yaml"
EXPRESSIONS = ("UpdateExpression", "ConditionExpression", "KeyConditionExpression")
CREATED = ("AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes", "BillingMode")


def connect(endpoint: str) -> Any:
    session = boto3.session.Session(aws_access_key_id=KEY, aws_secret_access_key=KEY, region_name=REGION)
    config = Config(max_pool_connections=16, proxies={}, retries={"total_max_attempts": 1})
    return session.client("dynamodb", endpoint_url=guard(endpoint), config=config)


@cache
def described() -> dict[str, Any]:
    """What a call that makes the table says of it."""
    [table] = [
        resource["Properties"]
        for resource in yaml_parse(TEMPLATE.read_text())["Resources"].values()
        if resource["Type"] == "AWS::DynamoDB::Table"
    ]
    return {key: table[key] for key in CREATED}


def create(client: Any, name: str) -> None:
    client.create_table(TableName=name, **described())


def refuse_overlap(expression: str) -> None:
    """DynamoDB refuses to change one attribute twice in one write; the emulator does not."""
    changed = re.findall(r"(?:^|SET |ADD |REMOVE |, )(#\w+)", expression)
    assert len(changed) == len(set(changed)), f"changed twice: {expression}"


def refuse_unused(arguments: dict[str, Any]) -> None:
    """DynamoDB refuses a value that no expression names; the emulator does not."""
    said = " ".join(arguments.get(name, "") for name in EXPRESSIONS)
    unused = arguments.get("ExpressionAttributeValues", {}).keys() - re.findall(r":\w+", said)
    assert not unused, f"never named: {sorted(unused)}"


class Meddler:
    """A client between the store and DynamoDB. Of the next `lost` writes that land the first answer is lost."""

    def __init__(self, client: Any, lost: int = 0) -> None:
        self.calls: Counter[str] = Counter()
        self.rules: dict[str, Callable[[dict[str, Any], Callable[..., Any]], Any]] = {}
        self.lost = lost
        self._client = client
        self._before: list[Callable[[], object] | None] = []

    def before(self, *actions: Callable[[], object] | None) -> None:
        """What happens just before each of the next writes."""
        self._before = list(actions)

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._client, name)
        if name == "exceptions":
            return method

        def call(**arguments: Any) -> Any:
            self.calls[name] += 1
            refuse_unused(arguments)
            if name == "update_item":
                refuse_overlap(arguments["UpdateExpression"])
                if self._before and (action := self._before.pop(0)):
                    action()
                if self.lost:
                    self._once(method, arguments)
            rule = self.rules.get(name)
            return rule(arguments, method) if rule else method(**arguments)

        return call

    def _once(self, method: Callable[..., Any], arguments: dict[str, Any]) -> None:
        try:
            method(**arguments)
        except self._client.exceptions.ConditionalCheckFailedException:
            return
        self.lost -= 1
