"""Calls to the one table: values encoded and decoded, an expression built, a lost race told from a failure."""

import asyncio
import re
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

from tandem.errors import Unavailable
from tandem.store.keys import Key
from tandem.store.wire import Item, decode, encode

SIDE_BY_SIDE = 16
"""Calls at once. The client should have as many connections."""
TRIES = 8
"""For what a batch call leaves undone; the pauses between sum up to about thirteen seconds."""

Attributes = dict[str, Any]
"""An item or a part of it, decoded; times are their texts."""


class Conflict(Exception):
    """The condition of a write did not hold. `item` is what stood there instead, {} for nothing."""

    def __init__(self, item: Attributes) -> None:
        super().__init__("the item has changed")
        self.item = item


class Table:
    """One table reached by a low-level boto3 client. Failures other than a lost race are the client's own."""

    def __init__(self, client: Any, name: str, shards: int = 1) -> None:
        self.name = name
        self.shards = shards
        self._client = client
        self._threads = ThreadPoolExecutor(SIDE_BY_SIDE, thread_name_prefix="dynamodb")

    async def call(self, operation: str, **arguments: Any) -> Any:
        method = partial(getattr(self._client, operation), **arguments)
        return await asyncio.get_running_loop().run_in_executor(self._threads, method)

    async def update(
        self,
        key: Key,
        *,
        put: Mapping[str, Any] | None = None,
        first: Mapping[str, Any] | None = None,
        add: Mapping[str, int] | None = None,
        remove: Iterable[str] = (),
        condition: str = "",
        given: Mapping[str, Any] | None = None,
        returns: str = "NONE",
    ) -> Attributes:
        """One UpdateItem; the attributes that `returns` asks for.

        `put` sets attributes (None removes one), `first` sets those that are not there, `add` counts. In `condition`,
        `#name` is an attribute and `:name` a value of these three or of `given`. Raises Conflict.
        """
        put, first, add, given = put or {}, first or {}, add or {}, given or {}
        sets = [f"#{name} = :{name}" for name, value in put.items() if value is not None]
        sets += [f"#{name} = if_not_exists(#{name}, :{name})" for name in first]
        removed = [f"#{name}" for name in (*remove, *(name for name, value in put.items() if value is None))]
        parts = {"SET": sets, "ADD": [f"#{name} :{name}" for name in add], "REMOVE": removed}
        expression = " ".join(f"{verb} {', '.join(terms)}" for verb, terms in parts.items() if terms)
        values = {**put, **first, **add, **given}
        arguments: dict[str, Any] = {
            "TableName": self.name,
            "Key": item_key(key),
            "UpdateExpression": expression,
            "ExpressionAttributeNames": names(f"{expression} {condition}"),
            "ReturnValues": returns,
        }
        if encoded := {f":{name}": encode(value) for name, value in values.items() if value is not None}:
            arguments["ExpressionAttributeValues"] = encoded
        if condition:
            arguments |= {"ConditionExpression": condition, "ReturnValuesOnConditionCheckFailure": "ALL_OLD"}
        try:
            answer = await self.call("update_item", **arguments)
        except self._client.exceptions.ConditionalCheckFailedException as failure:
            raise Conflict(plain(failure.response.get("Item", {}))) from None
        return plain(answer.get("Attributes", {}))

    async def get(self, key: Key) -> Attributes | None:
        """One item as it is now."""
        answer = await self.call("get_item", TableName=self.name, Key=item_key(key), ConsistentRead=True)
        return plain(answer["Item"]) if "Item" in answer else None

    async def query(self, condition: str, given: Mapping[str, Any], limit: int, **more: Any) -> list[Attributes]:
        """The first `limit` items in the order of the sort key, over as many pages as that takes."""
        arguments = {
            "TableName": self.name,
            "KeyConditionExpression": condition,
            "ExpressionAttributeNames": names(condition),
            "ExpressionAttributeValues": {f":{name}": encode(value) for name, value in given.items()},
            **more,
        }
        items: list[Attributes] = []
        while True:
            answer = await self.call("query", Limit=limit - len(items), **arguments)
            items += [plain(item) for item in answer["Items"]]
            if len(items) >= limit or "LastEvaluatedKey" not in answer:
                return items
            arguments["ExclusiveStartKey"] = answer["LastEvaluatedKey"]

    async def batch(self, operation: str, undone: str, requests: Any) -> list[Item]:
        """A batch call, repeated for what it left `undone`; the items it answered. Unavailable if that does not end."""
        items: list[Item] = []
        for attempt in range(TRIES):
            answer = await self.call(operation, RequestItems={self.name: requests})
            items += answer.get("Responses", {}).get(self.name, [])
            requests = answer.get(undone, {}).get(self.name)
            if not requests:
                return items
            await asyncio.sleep(0.05 * 2**attempt)
        raise Unavailable("DynamoDB leaves a part of each batch undone: the table is throttled")


def item_key(key: Key) -> Item:
    return {"pk": {"S": key[0]}, "sk": {"S": key[1]}}


def plain(item: Item) -> Attributes:
    return {name: decode(wire) for name, wire in item.items()}


def names(expression: str) -> dict[str, str]:
    """Every attribute by a placeholder, since many an everyday word is reserved."""
    return {f"#{name}": name for name in re.findall(r"#(\w+)", expression)}
