"""The stack as `sam deploy` makes it, in an emulated account that enforces IAM. The last test deletes it."""

import asyncio
import json
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from sandbox.cloud.stack import NAME, ROOT
from tandem.model import Kind, Mark, Ref
from tandem.store.keys import record
from tandem.store.wire import time_text
from tandem.sync.outcome import PAUSES
from tests.stack.conftest import Run
from tests.stack.deployed import Deployed, eventually

EVENTS = sorted((ROOT / "events").glob("*.json"))
FUNCTIONS = {path.parent.name for path in ROOT.glob("functions/*/app.py")}
REFUSED = {"forged": 401, "other_shop": 401}
NOT_UNDERSTOOD = ("bad_rules",)
ASKED: list[tuple[str, Any]] = [
    ("setup", {"dry_run": True}),
    ("sweep", {}),
    ("resync", {"status": True}),
    ("order_stages", {"action": "refresh"}),
]
CHANGE = """
before = lambda_handler


def lambda_handler(event, context):
    return {**before(event, context), "changed": True}
"""
WORKERS = [
    ("order_sync", Kind.ORDER),
    ("order_stages", Kind.STAGE),
    ("contact_sync", Kind.CONTACT),
    ("cart_sync", Kind.CART),
]


@pytest.mark.parametrize(("function", "question"), ASKED)
def test_a_function_answers_its_owner(deployed: Deployed, function: str, question: Any) -> None:
    answer = deployed.cloud.invoke(function, question)
    assert "error" not in answer, answer


def test_there_is_an_event_of_each_function() -> None:
    assert {path.name.partition(".")[0] for path in EVENTS} == FUNCTIONS


@pytest.mark.parametrize("path", EVENTS, ids=lambda path: path.stem)
def test_a_built_function_answers_a_recorded_event(deployed: Deployed, run: Run, path: Path) -> None:
    """Under the real runtime client, the layers laid over each other; the first event of a function meets it cold."""
    function, case, _ = path.name.split(".")
    event = json.loads(path.read_text())
    for answer in (run(function).invoke(event), run(function).invoke(event)):
        if function == "shopify_webhook":
            assert answer == ({"statusCode": REFUSED.get(case, 200), "body": ""} if "headers" in event else None)
        elif "Records" in event:
            assert answer == {"batchItemFailures": []}
        else:
            assert ("error" in answer) == (case in NOT_UNDERSTOOD), answer
    if function == "setup":  # asked for a pipeline the account lacks, it has turned the sync off
        assert deployed.cloud.invoke("setup", {})["ok"]


def test_what_no_queue_sends_is_answered_with_what_to_do(run: Run) -> None:
    answer = run("order_sync").invoke({"Records": [{"eventSource": "aws:s3"}]})
    assert "resync" in answer["error"]
    assert run("order_sync").invoke(json.loads((ROOT / "events/order_sync.bell.json").read_text()))


@pytest.mark.parametrize(("function", "kind"), WORKERS)
def test_a_worker_answers_a_bell(deployed: Deployed, function: str, kind: Kind) -> None:
    body = json.dumps({"shop": deployed.shop, "kind": kind, "shard": 0})
    message = {"messageId": "1", "eventSource": "aws:sqs", "body": body}
    assert deployed.cloud.invoke(function, {"Records": [message]}) == {"batchItemFailures": []}


def test_the_emulator_still_leaves_out_the_routes_of_http_apis(deployed: Deployed) -> None:
    """When this fails the emulator has learnt to make them: delete sandbox/cloud/routes.py and what uses it."""
    assert deployed.cloud.added_routes == ["POST /webhooks/shopify"]


def test_a_webhook_becomes_a_complete_order(deployed: Deployed) -> None:
    order_id = deployed.place_order("Mug")
    eventually(lambda: deployed.synced(order_id))
    order = deployed.crm_order(order_id)
    assert order
    assert order["properties"]["hs_total_price"] == "28"
    assert len(order["associations"]["line items"]["results"]) == 2
    assert len(order["associations"]["contacts"]["results"]) == 1
    row = deployed.row(Kind.STAGE, order_id)
    assert row
    assert row.stage == order["properties"]["hs_pipeline_stage"]


def test_rules_that_are_saved_move_the_orders_there_are(deployed: Deployed) -> None:
    """From one function over the queue of another, which reads all rows, back to the first."""
    order_id = deployed.place_order("Teapot")
    eventually(lambda: deployed.synced(order_id))
    rules = deployed.cloud.invoke("order_stages", {"action": "rules"})["rules"]
    saved = deployed.cloud.invoke("order_stages", {"action": "rules", "rules": rules})
    assert saved["saved"] == len(rules)

    def done() -> bool:
        jobs = deployed.cloud.invoke("resync", {"status": True})["jobs"]
        return any(job["job"] == saved["job"] and job["done"] for job in jobs)

    eventually(done)
    eventually(lambda: deployed.synced(order_id))


def test_a_forged_webhook_is_turned_away_and_leaves_no_trace(deployed: Deployed) -> None:
    body = json.dumps({"id": 4711, "admin_graphql_api_id": "gid://shopify/Order/4711"})
    headers = {
        "X-Shopify-Topic": "orders/create",
        "X-Shopify-Shop-Domain": deployed.shop,
        "X-Shopify-Hmac-Sha256": "Zm9yZ2VkIGZvcmdlZCBmb3JnZWQgZm9yZ2VkIGZvcmc=",
    }
    answer = httpx.post(deployed.cloud.url, content=body, headers=headers, trust_env=False)
    assert answer.status_code == 401
    assert deployed.row(Kind.ORDER, "4711") is None


def test_nothing_else_is_reachable(deployed: Deployed) -> None:
    base = deployed.cloud.url.removesuffix("/webhooks/shopify")
    assert httpx.get(deployed.cloud.url, trust_env=False).status_code == 404
    assert httpx.post(f"{base}/setup", trust_env=False).status_code == 404


def test_a_record_that_is_refused_again_and_again_is_parked(deployed: Deployed) -> None:
    order_id = deployed.place_order("Lamp")
    eventually(lambda: deployed.synced(order_id))
    ref = Ref(deployed.shop, Kind.ORDER, order_id)
    refusal = {"kind": "status", "status": 400, "endpoint": "POST */batch/up*"}
    deployed.control("POST", "faults", refusal, deployed.hubspot_url)
    try:
        deployed.control("POST", "actions/edit_order_details", {"order": order_id, "note": "gift"})
        eventually(lambda: (row := deployed.row(Kind.ORDER, order_id)) and row.attempts)
        _tried_for_hours(deployed, ref)
        parked = eventually(lambda: asyncio.run(deployed.store.parked(deployed.shop, 10)))
    finally:
        deployed.control("DELETE", "faults", url=deployed.hubspot_url)
    assert [row.ref for row in parked] == [ref]
    assert parked[0].error
    answer = deployed.cloud.invoke("resync", {"kind": "order", "ids": [order_id]})
    assert "error" not in answer
    eventually(lambda: deployed.synced(order_id))


def _tried_for_hours(deployed: Deployed, ref: Ref) -> None:
    """The row has one attempt left, is due, and its lane is rung."""
    pk, sk = record(ref)
    deployed.cloud.client("dynamodb").update_item(
        TableName=deployed.cloud.outputs["TableName"],
        Key={"pk": {"S": pk}, "sk": {"S": sk}},
        UpdateExpression="SET attempts = :attempts, due_at = :now",
        ExpressionAttributeValues={":attempts": {"N": str(len(PAUSES))}, ":now": {"S": time_text(datetime.now(UTC))}},
    )
    deployed.ring("OrderQueue", ref.kind)


def test_a_bell_that_names_no_lane_ends_in_the_dead_letter_queue(deployed: Deployed) -> None:
    sqs = deployed.cloud.client("sqs")
    queue = deployed.cloud.physical["StageQueue"]
    before = deployed.waiting("StageDlq")
    sqs.set_queue_attributes(QueueUrl=queue, Attributes={"VisibilityTimeout": "0"})  # instead of an hour of patience
    deployed.ring("StageQueue", Kind.STAGE, shop="other.myshopify.com")
    eventually(lambda: deployed.waiting("StageDlq") > before, 60)
    sqs.set_queue_attributes(QueueUrl=queue, Attributes={"VisibilityTimeout": "360"})
    order_id = deployed.place_order("Vase")
    eventually(lambda: deployed.synced(order_id))


def test_a_lost_bell_is_made_good_by_the_schedule_even_while_a_change_is_deployed(
    deployed: Deployed, tmp_path: Path
) -> None:
    order_id = deployed.place_order("Clock")
    eventually(lambda: deployed.synced(order_id))
    mark = Mark(Ref(deployed.shop, Kind.ORDER, order_id), "test")
    assert asyncio.run(deployed.store.mark(mark, datetime.now(UTC) - timedelta(minutes=2)))
    for name in ("template.yaml", "functions", "layers"):
        source = ROOT / name
        (shutil.copytree if source.is_dir() else shutil.copy)(source, tmp_path / name)
    changed = tmp_path / "functions/resync/app.py"
    changed.write_text(f"{changed.read_text()}\n{CHANGE}")
    deployed.cloud.build(tmp_path)
    deployed.deploy()
    assert deployed.cloud.invoke("resync", {"status": True})["changed"]
    eventually(lambda: deployed.synced(order_id), 75)
    again = deployed.place_order("Plate")
    eventually(lambda: deployed.synced(again))


def test_the_stack_goes_and_what_is_the_owners_stays(deployed: Deployed) -> None:
    table = deployed.cloud.outputs["TableName"]
    deployed.cloud.delete()
    formation = deployed.cloud.client("cloudformation")
    gone = [stack for stack in formation.list_stacks()["StackSummaries"] if stack["StackName"] == NAME]
    assert all(stack["StackStatus"] == "DELETE_COMPLETE" for stack in gone)
    assert deployed.cloud.client("lambda").list_functions()["Functions"] == []
    assert table in deployed.cloud.client("dynamodb").list_tables()["TableNames"]
