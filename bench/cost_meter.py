"""A DynamoDB client that bills what passes through it: units by the size of items and of what their indexes hold."""

import re
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from math import ceil
from typing import Any

WRITE, READ = 1024, 4096
"""Bytes of a write unit, and of a unit of consistent reading."""
INDEXES = {"due": ("due_lane", "due_at"), "parked": ("parked_shop", "parked_at")}
NOTHING: dict[str, Any] = {}

Item = dict[str, Any]


@dataclass(slots=True)
class Meter:
    """What was used, by what it is; and write units by who wrote which part of the table."""

    used: Counter[str] = field(default_factory=Counter)
    writes: defaultdict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))

    def add(self, what: str, amount: float = 1) -> None:
        self.used[what] += amount  # type: ignore[assignment]

    def wrote(self, who: str, part: str, units: int) -> None:
        self.add("write units", units)
        self.writes[who][part] += units

    def clear(self) -> None:
        self.used.clear()
        self.writes.clear()


class Metered:
    """The client of one function. `items` is what the table holds, shared by all that write to it."""

    def __init__(self, client: Any, items: dict[tuple[str, str], Item], meter: Meter, who: str) -> None:
        self._client, self._items, self._meter, self._who = client, items, meter, who
        self.exceptions = client.exceptions

    def __getattr__(self, name: str) -> Callable[..., Any]:
        bill = getattr(self, f"_{name}")

        def call(**arguments: Any) -> Any:
            self._meter.add("DynamoDB requests")
            return bill(**arguments)

        return call

    def _update_item(self, **arguments: Any) -> Any:
        key, wanted = _key(arguments["Key"]), arguments["ReturnValues"]
        old = self._items.get(key, NOTHING)
        try:
            new = self._client.update_item(**arguments | {"ReturnValues": "ALL_NEW"})["Attributes"]
        except self.exceptions.ConditionalCheckFailedException:
            self._meter.wrote(self._who, f"{part(key)}, refused", units(old, WRITE))
            raise
        self._wrote(key, old, new)
        if wanted == "ALL_NEW":
            return {"Attributes": new}
        if wanted == "NONE":
            return {}
        names = {arguments["ExpressionAttributeNames"][name] for name in _changed(arguments["UpdateExpression"])}
        return {"Attributes": {name: value for name, value in old.items() if name in names}}

    def _wrote(self, key: tuple[str, str], old: Item, new: Item) -> None:
        self._items[key] = new
        self._meter.wrote(self._who, part(key), max(units(old, WRITE), units(new, WRITE)))
        for attributes in INDEXES.values():
            before, after = (tuple(item.get(name, NOTHING).get("S") for name in attributes) for item in (old, new))
            moved = (None not in before) + (None not in after) if before != after else 0
            if moved:
                self._meter.wrote(self._who, "index", moved)

    def _batch_write_item(self, **arguments: Any) -> Any:
        answer = self._client.batch_write_item(**arguments)
        assert not any(answer["UnprocessedItems"].values())
        for puts in arguments["RequestItems"].values():
            for put in puts:
                item = put["PutRequest"]["Item"]
                self._wrote(_key(item), self._items.get(_key(item), NOTHING), item)
        return answer

    def _get_item(self, **arguments: Any) -> Any:
        answer = self._client.get_item(**arguments)
        self._read([answer.get("Item", NOTHING)])
        return answer

    def _batch_get_item(self, **arguments: Any) -> Any:
        answer = self._client.batch_get_item(**arguments)
        [(table, asked)] = arguments["RequestItems"].items()
        found = answer["Responses"][table]
        self._read([*found, *([NOTHING] * (len(asked["Keys"]) - len(found)))])
        return answer

    def _read(self, items: list[Item]) -> None:
        self._meter.add("read units", sum(units(item, READ) for item in items))

    def _query(self, **arguments: Any) -> Any:
        """By the sum of what was found; half for one that need not be consistent."""
        answer = self._client.query(**arguments)
        found = ceil(sum(size(item) for item in answer["Items"]) / READ) or 1
        self._meter.add("read units", found if arguments.get("ConsistentRead") else found / 2)
        return answer


def size(item: Item) -> int:
    """Bytes, by https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html."""
    return sum(len(name.encode()) + _bytes(value) for name, value in item.items())


def units(item: Item, each: int) -> int:
    return ceil(size(item) / each) or 1


def _bytes(value: dict[str, Any]) -> int:
    [(tag, inner)] = value.items()
    match tag:
        case "S":
            return len(inner.encode())
        case "N":
            return (len(Decimal(inner).as_tuple().digits) + 1) // 2 + 1
        case "M":
            return 3 + sum(1 + len(name.encode()) + _bytes(one) for name, one in inner.items())
        case "L":
            return 3 + sum(1 + _bytes(one) for one in inner)
        case "B":
            return len(inner)
    return 1


def part(key: tuple[str, str]) -> str:
    """Which part of the table an item belongs to."""
    first, *rest = key[0].split("#")
    if first == "budget":
        return "budgets"
    match rest:
        case ["lane"]:
            return "lanes"
        case ["setting" | "job" | "report", *_]:
            return "settings and jobs"
        case [_, _]:
            return "history"
    return "rows"


def _key(item: Item) -> tuple[str, str]:
    return item["pk"]["S"], item["sk"]["S"]


def _changed(expression: str) -> set[str]:
    return set(re.findall(r"(?:^|SET |ADD |REMOVE |, )(#\w+)", expression))
