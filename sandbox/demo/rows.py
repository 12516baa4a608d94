"""How much Tandem still has to do: its record rows, as the deployed table has them."""

from dataclasses import dataclass
from typing import Any

KINDS = ("contact", "order", "stage", "cart")
PRIORITIES = ("live", "reconcile", "bulk")


@dataclass(frozen=True, slots=True)
class Rows:
    """The table of one shop's stack."""

    dynamodb: Any
    table: str
    shop: str

    def waiting(self) -> str:
        """Rows of the first kind that has any due: `3 orders`; empty when nothing waits or is worked on."""
        for kind in KINDS:
            lanes = (f"{self.shop}#{kind}#0#{priority}" for priority in PRIORITIES)
            if number := sum(self._count("due", "due_lane", lane) for lane in lanes):
                return f"{number} {kind}s"
        return ""

    def parked(self) -> list[str]:
        """What is the matter with each row that was given up."""
        asked = self._asked("parked", "parked_shop", self.shop)
        keys = [{"pk": item["pk"], "sk": item["sk"]} for item in self.dynamodb.query(**asked)["Items"]]
        items = (self.dynamodb.get_item(TableName=self.table, Key=key).get("Item", {}) for key in keys)
        return [f"{item['pk']['S']}#{item['sk']['S']}: {item.get('error', {}).get('S', '')}" for item in items]

    def _count(self, index: str, name: str, value: str) -> int:
        pages = self.dynamodb.get_paginator("query").paginate(**self._asked(index, name, value), Select="COUNT")
        return sum(page["Count"] for page in pages)

    def _asked(self, index: str, name: str, value: str) -> dict[str, Any]:
        return {
            "TableName": self.table,
            "IndexName": index,
            "KeyConditionExpression": "#name = :value",
            "ExpressionAttributeNames": {"#name": name},
            "ExpressionAttributeValues": {":value": {"S": value}},
        }
