"""Recorded answers about parcels and fulfillment orders, given again by the simulated store."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from sandbox.shopify.products.product_model import Location
from tests.sandbox.shopify.front import Front
from tests.sandbox.shopify.replay import recorded
from tests.sandbox.shopify.steps import Steps

CREATE = """mutation($fulfillment: FulfillmentInput!, $message: String) {
  fulfillmentCreate(fulfillment: $fulfillment, message: $message) {
    fulfillment {
      id status displayStatus trackingInfo(first: 5) { number url company }
      fulfillmentLineItems(first: 5) { nodes { id quantity lineItem { id title } } }
    }
    userErrors { field message }
  }
}"""


class Store(Steps):
    """The recorded store: Canadian, in the month of the recording, by which old versions fall forward."""

    def __init__(self, version: str) -> None:
        super().__init__(Front(start=datetime(2026, 7, 11, 6, 29, tzinfo=UTC)), 1)
        self.front.graphql = f"/admin/api/{version}/graphql.json"
        self.front.shop.settings.country = "CA"
        self.front.shop.settings.currency = "CAD"

    def step(self, step: dict[str, Any], **options: Any) -> Any:
        """One recorded call, whichever way it was filed."""
        response = step["response"]
        body = response.get("payload") or response.get("body") or response
        return self.play(step["query"], step["variables"], {"data": body["data"]}, **options)


def test_fulfillment_multi_tracking_info(shared: Path) -> None:
    capture = recorded(shared, "fulfillment-multi-tracking-info")
    store = Store(capture["apiVersion"])
    for step in capture["setup"].values():
        store.step(step, differs={"name"})
    for name in (
        "fulfillmentCreate",
        "fulfillmentTrackingInfoUpdate",
        "downstreamRead",
        "fulfillmentTrackingInfoUpdateV2",
        "downstreamReadAfterV2",
    ):
        store.step(capture[name])
    for step in capture["cleanup"].values():
        store.step(step)


@pytest.fixture
def multi_group(shared: Path) -> tuple[dict[str, Any], Store]:
    """The recorded orders, one of them split, one partly moved."""
    capture = recorded(shared, "fulfillment-create-multi-group")
    store = Store(capture["apiVersion"])
    store.front.shop.settings.currency = "USD"
    shop = store.front.shop
    other = Location("113884102962", "Warehouse", shop.now, shop.now)  # its id is the lower one, as recorded
    shop.save(other)
    store.ids["gid://shopify/Location/113884102962"] = other.id
    setup = capture["setup"]
    for step in (*setup["orders"].values(), *setup["differentLocation"].values(), *setup["valid"].values()):
        store.step(step, differs={"name"})
    return capture, store


def test_fulfillment_create_multi_group(multi_group: tuple[dict[str, Any], Store]) -> None:
    capture, store = multi_group
    for call in capture["upstreamCalls"][:8]:
        store.step(call, differs={"name"})
    for case in capture["cases"].values():
        store.step({"query": CREATE, **case})
        if "downstreamRead" in case:
            store.step(case["downstreamRead"])
    for steps in capture["cleanup"].values():
        for step in steps.values():
            store.step(step)
