"""Setup, resync and sweep as their owner invokes them: processes of their own, an emulated account, both vendors."""

import asyncio
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from sandbox.shopify.simulator import CLIENT_SECRET
from tandem.model import Job, Kind, Mark, Ref
from tandem.portal import PORTAL, Portal
from tandem.sync.resync import Request
from tests.functions.stack import EVENTS, WEBHOOKS, Stack

IDLE = {"ended": "nothing to go on with, or another run is on it"}


def test_setup_answers_with_a_report_and_stores_what_it_found(stack: Stack) -> None:
    assert stack.invoke("setup.dry_run")["stored"] is False
    assert asyncio.run(stack.account.store.setting(stack.shop, PORTAL)) is None
    report = stack.invoke("setup.first")
    assert report["ok"], report
    portal = Portal.model_validate(asyncio.run(stack.account.store.setting(stack.shop, PORTAL)))
    assert (portal.shop, portal.portal_id) == (stack.shop, stack.hubspot.portal.id)
    assert {row.uri for row in stack.shopify.shop.table("WebhookSubscription").rows.values()} == {WEBHOOKS}
    again = stack.invoke("setup.first")
    assert again["ok"]
    assert "subscribed" not in str(again)
    assert stack.hubspot.app.token not in stack.printed()
    assert CLIENT_SECRET not in stack.printed()


def test_setup_names_a_pipeline_that_is_not_there(stack: Stack) -> None:
    report = stack.invoke("setup.own_pipeline")
    assert report["ok"] is False
    assert "there is no 'Wholesale orders'" in str(report)


def test_resync_marks_and_rings(stack: Stack) -> None:
    answer = stack.invoke("resync.everything")
    assert (answer["ok"], answer["ended"], answer["done"]) == (True, "done", True)
    assert answer["marked"] == {"contact": len(stack.customers()), "order": len(stack.orders()), "cart": 0}
    assert stack.due(Kind.CONTACT, stack.customers()) == stack.customers()
    assert stack.due(Kind.ORDER, stack.orders()) == stack.orders()
    assert stack.account.bells("contact") == [{"shop": stack.shop, "kind": "contact", "shard": 0}]
    assert stack.account.bells("order") == [{"shop": stack.shop, "kind": "order", "shard": 0}]
    assert [job["job"] for job in stack.invoke("resync.status")["jobs"]] == ["resync everything"]


def test_resync_of_one_order_since_a_day_and_of_stages(stack: Stack) -> None:
    assert stack.invoke("resync.order") == {"ok": True, "marked": 1}
    assert stack.due(Kind.ORDER, {"8000000262309"}) == {"8000000262309"}
    assert stack.invoke("resync.orders_since")["marked"] == {"order": len(stack.orders())}
    assert stack.invoke("resync.stages")["marked"] == {"stage": 0}


def test_resync_of_carts_lists_what_the_store_has_and_what_is_known_here(stack: Stack) -> None:
    checkout = stack.abandon()
    assert stack.invoke("resync.cart") == {"ok": True, "marked": 1}
    answer = stack.invoke("resync.carts")
    assert (answer["done"], answer["marked"]) == (True, {"cart": 2})
    assert stack.due(Kind.CART, {checkout["legacy_resource_id"]})


def test_cart_sync_makes_a_cart_and_keeps_its_rules(stack: Stack) -> None:
    stack.invoke("setup.first")
    checkout = stack.abandon()
    mark = Mark(
        Ref(stack.shop, Kind.CART, checkout["token"]), "test", fields={"checkout": checkout["legacy_resource_id"]}
    )
    asyncio.run(stack.account.store.mark(mark, datetime.now(UTC)))
    assert stack.invoke("cart_sync.bell") == {"batchItemFailures": []}
    [cart] = stack.hubspot.portal.store("carts").records.values()
    assert cart.properties["hs_external_status"] == "abandoned"
    assert stack.invoke("cart_sync.show_rules")["rules"]["abandon_minutes"] == 10
    saved = stack.invoke("cart_sync.rules")
    assert (saved["saved"]["minimum"], saved["job"]) == ("25.00", "resync cart")
    assert stack.account.bells("resync") == [{"job": "resync cart"}]
    assert stack.invoke("cart_sync.show_rules")["rules"] == saved["saved"]
    refused = stack.invoke("cart_sync.bad_rules")["error"]
    assert "abandon_minutes: " in refused
    assert "unfit: " in refused
    assert '"keep" or "expire"' in refused
    assert stack.invoke("cart_sync.show_rules")["rules"] == saved["saved"]
    assert stack.invoke("cart_sync.check") == {"looked at": 2, "marked": 0}


def test_reconcile_finds_what_no_webhook_told_of(stack: Stack) -> None:
    stack.invoke("setup.first")
    stack.abandon()
    placed = stack.shopify.actions["place_order"](lines=[{"title": "Mug", "price": "5"}])["legacy_resource_id"]
    found = stack.invoke("reconcile.windows")
    assert {kind: one["ended"] for kind, one in found.items()} == {"contact": "done", "order": "done"}
    assert found["order"]["marked"] == len(stack.orders())
    assert stack.due(Kind.ORDER, {placed}) == {placed}
    assert stack.account.bells("order") == [{"shop": stack.shop, "kind": "order", "shard": 0}]
    assert stack.invoke("reconcile.checkouts")["cart"]["marked"] == 1
    measured = stack.function("reconcile").metrics()
    assert {"ReconcileMissed", "ReconcileLagSeconds"} <= measured.keys()
    looked = stack.invoke("reconcile.hubspot")
    assert {name: one["ended"] for name, one in looked.items()} == dict.fromkeys(
        ("orders", "line_items", "carts"), "done"
    )


def test_reconcile_carries_out_its_daily_duties_and_reports_its_runs(stack: Stack) -> None:
    stack.invoke("setup.first")
    stack.shopify.shop.table("WebhookSubscription").rows.clear()
    report = stack.invoke("reconcile.daily")
    found = {check["check"]: check["found"] for check in report["checks"]}
    assert "subscribed anew: ORDERS_CREATE" in found["Shopify webhooks"], found
    assert {"deletions in Shopify", "deletions in HubSpot", "end of HubSpot's API version"} <= found.keys()
    stack.invoke("reconcile.hubspot")
    runs = stack.invoke("reconcile.report")
    assert {action: len(some) for action, some in runs.items()} == {"windows": 0, "hubspot": 1, "daily": 1}
    assert runs["daily"][0]["came to"] == report
    assert runs["hubspot"][0]["heartbeats"] == dict.fromkeys(("contact", "order", "stage", "cart"))
    measured = stack.function("reconcile").metrics()
    assert {"DutyFailed", "HeartbeatMissed", "HubSpotBudgetLeft"} <= measured.keys()
    assert measured["HeartbeatMissed"] == 0


def test_reconcile_compares_both_sides_and_makes_a_lost_table_anew(stack: Stack) -> None:
    stack.invoke("setup.first")
    assert "there was no audit yet" in stack.invoke("reconcile.findings")["error"]
    answer = stack.invoke("reconcile.audit")
    assert (answer["ended"], answer["done"]) == ("waiting", False)
    assert "Shopify still exports" in answer["reason"]
    assert stack.invoke("reconcile.findings")["report"]["report"] == answer["report"]
    assert stack.invoke("reconcile.continue") == dict.fromkeys(("audit", "rebuild"), IDLE)
    assert stack.invoke("reconcile.rebuild")["ended"] == "done"


def test_resync_goes_on_with_a_job_from_its_queue(stack: Stack) -> None:
    request = {"kinds": ["contact", "order"], "since": None}
    asyncio.run(stack.account.store.save_job(Job(stack.shop, "resync everything", request, cursor="order")))
    assert stack.invoke("resync.continued") == {"batchItemFailures": []}
    assert stack.due(Kind.ORDER, stack.orders()) == stack.orders()
    assert stack.due(Kind.CONTACT, stack.customers()) == set(), "that page was done"


def test_the_sweep_measures_each_time_and_lets_abandoned_jobs_go_on(stack: Stack) -> None:
    assert stack.invoke("sweep.tick") == {"rung": [], "jobs": [], "parked": 0}
    asyncio.run(stack.account.store.save_job(Job(stack.shop, "resync order", {"kinds": ["order"], "since": None})))
    late = stack.shopify.clock.now.replace(year=2025)
    asyncio.run(stack.account.store.mark(Mark(Ref(stack.shop, Kind.STAGE, "1"), "test"), late))
    assert stack.invoke("sweep.tick") == {"rung": ["stage/0"], "jobs": ["resync order"], "parked": 0}
    assert stack.account.bells("resync") == [{"job": "resync order"}]
    assert stack.account.bells("stage") == [{"shop": stack.shop, "kind": "stage", "shard": 0}]
    measured = stack.function("sweep").metrics()
    assert measured["OldestDueSeconds"] > 0
    assert {"OldestBulkDueSeconds", "ParkedRows", "ClosedLanes"} <= measured.keys()


@pytest.mark.parametrize("name", ["setup", "resync"])
def test_what_is_not_understood_is_answered_with_what_is_allowed(stack: Stack, name: str) -> None:
    answer = stack.function(name).invoke({"what": 1})["answer"]
    assert answer["ok"] is False
    assert "what: " in answer["error"]
    assert "Allowed: " in answer["error"]
    assert stack.account.calls.total() == 0


def test_every_recorded_event_is_tried() -> None:
    recorded = {
        path.name.removesuffix(".json")
        for name in ("setup", "resync", "sweep", "cart_sync", "reconcile")
        for path in EVENTS.glob(f"{name}.*.json")
    }
    source = Path(__file__).read_text()
    assert [name for name in sorted(recorded) if f'"{name}"' not in source] == []
    assert Request.model_validate(json.loads((EVENTS / "resync.order.json").read_text())).ids
