"""Setup: what it makes, that repeating it makes nothing, and that a dry run tells of it all and touches nothing."""

import json
from datetime import timedelta

import pytest

from tandem.hubspot.pipelines import PIPELINE
from tandem.mapping.properties import OWN_PROPERTIES
from tandem.model import KEY
from tests.sync.owner import URL, Owner, levels, run, told


def test_a_fresh_account_is_made_ready() -> None:
    owner = Owner()
    report = owner.setup()
    assert report["ok"], report
    assert report["stored"]
    assert set(levels(report).values()) == {"ok"}, report
    for store in owner.hubspot.portal.stores.values():
        own = {definition["name"] for definition in OWN_PROPERTIES[store.kind.plural]}
        assert own <= store.schema.keys()
        assert store.schema[KEY].unique
    assert {row.uri for row in owner.shopify.shop.table("WebhookSubscription").rows.values()} == {URL}
    json.dumps(report)


def test_the_portal_document_says_what_was_found() -> None:
    owner = Owner()
    owner.setup()
    portal = owner.portal
    assert portal is not None
    assert (portal.shop, portal.portal_id) == (owner.shop, owner.hubspot.portal.id)
    assert (portal.home_currency, sorted(portal.currencies)) == ("USD", ["CAD", "EUR", "USD"])
    assert portal.shop_currency == owner.shopify.shop.settings.currency
    assert owner.shop in portal.shop_names
    assert (portal.pipeline, portal.first_stage) == (PIPELINE, portal.stage_id("open"))
    assert portal.order_company == 509
    assert (portal.requests_per_10_seconds, portal.points_per_second) == (190, 100)
    assert (portal.adopt, portal.off) == (False, None)
    assert portal.properties["orders"][KEY].unique
    assert portal.properties["products"]["hs_sku"].unique
    assert {"hs_pipeline_stage", "hs_total_price", "tandem_tax"} <= portal.properties["orders"].keys()
    assert not {"hs_closed_date"} & portal.properties["orders"].keys()


def test_a_smaller_plan_is_kept_to() -> None:
    owner = Owner()
    owner.hubspot.actions["set_plan"](tier="starter")
    owner.setup()
    assert owner.portal is not None
    assert owner.portal.requests_per_10_seconds == 100


@pytest.mark.parametrize("pipeline", ["default", "four-stage", "none"])
def test_a_second_run_writes_nothing(pipeline: str) -> None:
    owner = Owner(order_pipeline=pipeline)
    assert owner.setup()["ok"]
    assert owner.written()
    before, state = owner.portal, owner.state()
    assert owner.setup()["ok"]
    assert owner.written() == []
    assert (owner.portal, owner.state()) == (before, state)


@pytest.mark.parametrize("pipeline", ["default", "four-stage", "none"])
def test_a_dry_run_changes_nothing_and_tells_what_would_be(pipeline: str) -> None:
    owner = Owner(order_pipeline=pipeline)
    before = owner.state()
    report = owner.setup(dry_run=True)
    assert report["ok"], report
    assert not report["stored"]
    assert owner.written() == []
    assert owner.state() == before
    assert f"{len(OWN_PROPERTIES['orders'])} would be made" in told(report, "properties of orders")
    assert "would be subscribed: ORDERS_CREATE" in told(report, "Shopify webhooks")
    assert ("ours would be made" in told(report, "order pipeline")) == (pipeline == "none")


def test_a_dry_run_leaves_a_running_sync_alone() -> None:
    owner = Owner()
    owner.setup()
    owner.shopify_token = "shpat_wrong"
    assert not owner.setup(dry_run=True)["ok"]
    assert owner.portal is not None
    assert owner.portal.off is None


@pytest.mark.parametrize(
    ("switch", "id_", "names"),
    [
        ("default", PIPELINE, ["open", "processed", "shipped", "delivered", "cancelled"]),
        ("four-stage", PIPELINE, ["open", "processed", "shipped", "cancelled"]),
        ("none", "tandem_orders", ["open", "processed", "shipped", "delivered", "cancelled"]),
    ],
)
def test_the_pipeline_of_each_kind_of_account(switch: str, id_: str, names: list[str]) -> None:
    owner = Owner(order_pipeline=switch)
    report = owner.setup()
    assert levels(report)["order pipeline"] == "ok"
    assert owner.portal is not None
    assert owner.portal.pipeline == id_
    assert [stage.name for stage in owner.portal.stages] == names


def test_what_was_lost_is_made_again() -> None:
    owner = Owner()
    owner.setup()
    owner.hubspot.actions["delete_property"](object_type="orders", name="tandem_tax")
    table = owner.shopify.shop.table("WebhookSubscription")
    lost = next(row for row in table.rows.values() if row.header == "orders/create")
    table.remove(lost, owner.time.now())
    report = owner.setup()
    assert "1 made" in told(report, "properties of orders")
    assert "subscribed: ORDERS_CREATE." in told(report, "Shopify webhooks")
    assert owner.portal is not None
    assert "tandem_tax" in owner.portal.properties["orders"]


def test_the_owners_choices_are_kept() -> None:
    owner = Owner()
    owner.setup(test_orders=True, default_stage="processed")
    owner.setup(contacts_without_email=True)
    portal = owner.portal
    assert portal is not None
    assert (portal.test_orders, portal.contacts_without_email, portal.default_stage) == (True, True, "processed")


def test_a_default_stage_that_is_not_there_is_told() -> None:
    report = Owner().setup(default_stage="packed")
    assert levels(report)["default stage"] == "warning"
    assert "open, processed, shipped" in told(report, "default stage")


def test_a_pipeline_of_the_owners_is_used_and_remembered() -> None:
    owner = Owner()
    owner.setup()
    stages = [
        {"label": label, "displayOrder": place, "stageId": f"w_{place}", "metadata": {"state": "OPEN"}}
        for place, label in enumerate(("Open", "Packed", "Shipped"))
    ]
    body = {"label": "Wholesale", "displayOrder": 1, "pipelineId": "wholesale", "stages": stages}
    owner.post("/crm/pipelines/2026-09/orders", body)
    report = owner.setup(pipeline="wholesale")
    assert report["ok"]
    assert levels(report)["order pipeline"] == "warning"
    assert "no stage for: processed, cancelled" in told(report, "order pipeline")
    assert 'resync with {"kind": "stage"}' in told(report, "order pipeline")
    assert owner.setup()["ok"]
    assert owner.portal is not None
    assert owner.portal.pipeline == "wholesale"
    assert [stage.name for stage in owner.portal.stages] == ["open", None, "shipped"]


def test_orders_of_another_integration_are_noticed_until_they_have_our_key() -> None:
    owner = Owner()
    portal = owner.hubspot.portal
    source = owner.hubspot.app.source
    order = portal.create(portal.store("orders"), {"hs_order_name": "#1", "hs_external_order_id": "5551"}, source)
    owner.wait(minutes=1)
    report = owner.setup()
    assert levels(report)["other integrations"] == "warning", "it was made just now"
    assert owner.portal is not None
    assert owner.portal.adopt
    owner.wait(days=8)
    report = owner.setup()
    assert levels(report)["other integrations"] == "ok"
    assert "1 order(s)" in told(report, "other integrations")
    assert owner.portal.adopt
    portal.write(order, {KEY: f"{owner.shop}:order:5551"}, source)
    owner.wait(minutes=1)
    owner.setup()
    assert not owner.portal.adopt


def test_two_setups_at_once_make_one_set_of_everything() -> None:
    owner = Owner()
    reports = owner.setup_twice_at_once()
    assert any(report["stored"] for report in reports), reports
    assert owner.setup()["ok"]
    assert owner.written() == []
    addresses = [(row.header, row.uri) for row in owner.shopify.shop.table("WebhookSubscription").rows.values()]
    assert len(addresses) == len(set(addresses))


def test_a_setup_whose_outcome_is_unknown_is_begun_again() -> None:
    owner = Owner()
    owner.hubspot.faults.add("late", "POST /crm/properties/{V}/{type}/batch/create", times=1, seconds=(5, 5))
    report = owner.setup()
    assert not report["ok"]
    assert "wait a minute" in told(report, "setup")
    assert owner.portal is None
    owner.wait(minutes=1)
    assert owner.setup()["ok"]
    assert owner.portal is not None


def test_a_property_that_takes_its_time_is_waited_for() -> None:
    owner = Owner(property_lag="1")
    began = owner.time.now()
    assert owner.setup()["ok"]
    assert owner.time.now() - began >= timedelta(seconds=1)
    assert run(owner.store.setting(owner.shop, "portal"))
