"""What the tests of the stack do with it: act in the shop, look into the CRM and at the rows."""

import asyncio
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

import httpx

from sandbox.cloud.stack import Cloud
from tandem.model import Kind, Record, Ref
from tandem.store.dynamodb import DynamoStore

T = TypeVar("T")
PATIENCE = 30.0
BUYER = "buyer@example.com"


def eventually(look: Callable[[], T | None], seconds: float = PATIENCE) -> T:
    """What `look` finds, as soon as it finds something that is not false."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := look():
            return found
        time.sleep(0.2)
    raise AssertionError(f"nothing came of it in {seconds} s")


@dataclass(frozen=True)
class Deployed:
    cloud: Cloud
    shop: str
    shopify_url: str
    hubspot_url: str
    hubspot_token: str

    def deploy(self) -> None:
        self.cloud.deploy({"ShopDomain": self.shop, "ShopifyUrl": self.shopify_url, "HubSpotUrl": self.hubspot_url})

    @property
    def store(self) -> DynamoStore:
        return DynamoStore(self.cloud.client("dynamodb"), self.cloud.outputs["TableName"])

    def row(self, kind: Kind, record_id: str) -> Record | None:
        ref = Ref(self.shop, kind, record_id)
        return asyncio.run(self.store.read([ref])).get(ref)

    def control(self, method: str, what: str, body: Mapping[str, Any] | None = None, url: str = "") -> Any:
        """A call of a simulator's control plane, Shopify's unless `url` says otherwise."""
        answer = httpx.request(method, f"{url or self.shopify_url}/__sandbox/{what}", json=body, trust_env=False)
        answer.raise_for_status()
        return answer.json()

    def place_order(self, title: str) -> str:
        """The id of a new paid order; Shopify tells the stack of it by a webhook."""
        lines = [{"title": title, "price": "12.50", "quantity": 2}, {"title": "Card", "price": "3.00"}]
        order = self.control("POST", "actions/place_order", {"lines": lines, "customer": BUYER})
        return str(order["id"]).rpartition("/")[2]

    def crm_order(self, order_id: str) -> dict[str, Any] | None:
        """The order in HubSpot with its associations; None before it is there."""
        answer = httpx.get(
            f"{self.hubspot_url}/crm/objects/2026-09/orders/{self.shop}:order:{order_id}",
            params={
                "idProperty": "tandem_key",
                "properties": "hs_order_name,hs_pipeline_stage,hs_total_price",
                "associations": "line_items,contacts",
            },
            headers={"Authorization": f"Bearer {self.hubspot_token}"},
            trust_env=False,
        )
        if answer.status_code == 404:
            return None
        found: dict[str, Any] = answer.raise_for_status().json()
        return found

    def synced(self, order_id: str) -> bool:
        """Content and stage are both in step."""
        order, stage = self.row(Kind.ORDER, order_id), self.row(Kind.STAGE, order_id)
        return all(row is not None and row.due_at is None and row.parked_at is None for row in (order, stage))

    def ring(self, queue: str, kind: Kind, shop: str = "") -> None:
        body = json.dumps({"shop": shop or self.shop, "kind": kind, "shard": 0})
        self.cloud.client("sqs").send_message(QueueUrl=self.cloud.physical[queue], MessageBody=body)

    def waiting(self, queue: str) -> int:
        attributes = self.cloud.client("sqs").get_queue_attributes(
            QueueUrl=self.cloud.physical[queue], AttributeNames=["ApproximateNumberOfMessages"]
        )
        return int(attributes["Attributes"]["ApproximateNumberOfMessages"])
