"""Recorded answers about returns, given again by the simulated store."""

from pathlib import Path
from typing import Any

from tests.sandbox.shopify.captures.test_fulfillments import Store
from tests.sandbox.shopify.replay import recorded


def test_order_return_status_lifecycle(shared: Path) -> None:
    """Every state of a return, and what the order makes of them."""
    capture = recorded(shared, "order-return-status-lifecycle")
    store = Store(capture["apiVersion"])
    zero = capture["zeroCase"]
    store.step(zero["orderCreate"], differs={"name"})
    search(store, zero)
    store.step(zero["readAfterCreate"], differs={"name"})
    for case in ("mixed", "declined", "canceled", "removed"):
        for name in ("orderCreate", "fulfillmentCreate", "orderReadAfterFulfillment"):
            store.step(capture["setup"][case][name], differs={"name"})
    for call in capture["upstreamCalls"]:
        store.step(call, differs={"name"})
    for name in ("mixedCase", "declinedCase", "canceledCase", "removedCase"):
        case = capture[name]
        search(store, case)
        for step in (step for step in case.values() if isinstance(step, dict)):
            store.step(step, differs={"name"})
    for step in capture["cleanup"].values():
        store.step(step)


def search(store: Store, case: dict[str, Any]) -> None:
    """Let the recorded search for an order by its name find ours."""
    reads = [step["variables"] for name, step in case.items() if name.startswith("readAfter")]
    gid = reads[0]["orderId"]
    number = store.ids[gid].rpartition("/")[2]
    store.ids[case["orderQuery"]] = f"name:{store.front.shop.tables['Order'].rows[number].name}"


def test_fulfillment_return_node_read_after_write(shared: Path) -> None:
    """Each record was read at once after it was written."""
    capture = recorded(shared, "fulfillment-return-node-read-after-write")
    store = Store(capture["apiVersion"])
    reads = {
        "fulfillmentOrderHold": "fulfillmentOrderNodeRead",
        "fulfillmentOrderReleaseHold": "releasedHoldNodeRead",
        "fulfillmentTrackingUpdate": "fulfillmentNodeRead",
        "returnableFulfillments": "returnableFulfillmentNodeRead",
        "reverseDeliveryUpdate": "returnReverseNodeRead",
        "returnClose": "returnClosedNodeRead",
        "returnReopen": "returnReopenedNodeRead",
    }
    for name, step in capture["setup"].items():
        store.step(step, differs={"name"})
        if name in reads:
            store.step(capture["nodeReads"][reads[name]], differs={"name"})
    store.step(capture["nodeReads"]["missingNodes"])
    store.step(capture["cleanup"])
