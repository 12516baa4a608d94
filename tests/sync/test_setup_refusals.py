"""What setup finds in the way: told with what to do, nothing stored, and a sync that was running turned off."""

from typing import Any

import pytest

from tandem.mapping.properties import GROUP
from tandem.model import KEY
from tandem.sync.asked import NotUnderstood, understood
from tandem.sync.setup import ALLOWED, Request
from tests.sync.owner import Owner, levels, told

PROPERTIES = "/crm/properties/2026-09/{}"
ENOUGH = ("read_orders", "read_customers")


def define(owner: Owner, name: str, definition: dict[str, Any]) -> None:
    owner.post(PROPERTIES.format(name) + "/groups", GROUP)
    owner.post(PROPERTIES.format(name), {"label": definition["name"], "groupName": "tandem", **definition})


def refused(owner: Owner, name: str, *words: str) -> dict[str, Any]:
    """The report of a setup that this check blocks."""
    report = owner.setup()
    assert levels(report)[name] == "blocked", report
    assert not report["ok"]
    assert not report["stored"]
    assert owner.portal is None
    text = told(report, name)
    for word in words:
        assert word in text
    assert "invoke setup again" in text
    assert owner.shopify.shop.table("WebhookSubscription").rows == {}, "nobody is told to send"
    return report


def test_a_wrong_shopify_token() -> None:
    owner = Owner()
    owner.shopify_token = "shpat_wrong"
    report = refused(owner, "Shopify token", "Shopify secret")
    assert levels(report)["HubSpot token"] == "ok", "the other side is looked at all the same"
    assert owner.written() == []


def test_a_wrong_hubspot_token() -> None:
    owner = Owner()
    owner.hubspot_token = "pat-wrong"
    report = refused(owner, "HubSpot token", "HubSpot secret")
    assert levels(report)["Shopify token"] == "ok"
    assert owner.written() == []


def test_another_store_than_the_stack_was_deployed_for() -> None:
    owner = Owner(shop="other.myshopify.com")
    refused(owner, "Shopify store", "ShopDomain=", "other.myshopify.com")
    assert owner.written() == []


def test_another_account_than_the_records_are_linked_to() -> None:
    owner = Owner()
    owner.setup()
    owner.hubspot.portal.id = "999"
    report = owner.setup()
    assert levels(report)["HubSpot token"] == "blocked"
    assert "account 999" in told(report, "HubSpot token")
    assert owner.portal is not None
    assert owner.portal.off


def test_missing_shopify_scopes() -> None:
    owner = Owner()
    owner.grant("read_orders")
    refused(owner, "Shopify scopes", "missing: read_customers")


def test_optional_shopify_scopes_are_told_and_their_topics_left_out() -> None:
    owner = Owner()
    owner.grant(*ENOUGH)
    report = owner.setup()
    assert report["ok"]
    assert levels(report)["Shopify scopes"] == "warning"
    assert "read_all_orders: without it orders older than 60 days are not seen" in told(report, "Shopify scopes")
    headers = {row.header for row in owner.shopify.shop.table("WebhookSubscription").rows.values()}
    assert "orders/create" in headers
    assert "fulfillments/create" not in headers
    assert "for want of scopes left out" in told(report, "Shopify webhooks")


def test_customer_data_that_is_withheld() -> None:
    owner = Owner()
    owner.shopify.shop.settings.protected_data = 0
    refused(owner, "Shopify records", "protected customer data")


@pytest.mark.parametrize(
    ("scopes", "names"),
    [
        (["crm.objects.orders.read", "crm.objects.orders.write"], ["orders", "crm.objects.orders.read"]),
        (["crm.objects.contacts.write"], ["contacts", "crm.objects.contacts.write"]),
        (["crm.objects.line_items.write", "e-commerce"], ["line_items", "crm.objects.line_items.write"]),
        (
            ["crm.objects.companies.read", "crm.objects.companies.write", "crm.objects.contacts.write"],
            ["companies", "crm.objects.companies.read", "contacts", "crm.objects.contacts.write"],
        ),
    ],
)
def test_missing_hubspot_scopes_are_named_together(scopes: list[str], names: list[str]) -> None:
    owner = Owner()
    owner.limit_scopes(*scopes)
    refused(owner, "HubSpot scopes", *names)
    assert owner.written() == []


def test_a_missing_scope_for_defining_properties() -> None:
    owner = Owner()
    owner.limit_scopes("crm.schemas.orders.write")
    refused(owner, "properties of orders", "crm.schemas.orders.write")


@pytest.mark.parametrize(
    "without", [("crm.objects.carts.read", "crm.objects.carts.write"), ("crm.schemas.carts.write",)]
)
def test_an_account_without_carts_goes_without_them(without: tuple[str, ...]) -> None:
    owner = Owner()
    owner.limit_scopes(*without)
    report = owner.setup()
    assert report["ok"], report
    assert "off" in told(report, "carts") + told(report, "properties of carts")
    assert owner.portal is not None
    assert "carts" not in owner.portal.properties
    assert "orders" in owner.portal.properties


@pytest.mark.parametrize("name", ["orders", "contacts", "line_items", "products", "companies"])
def test_a_key_that_is_not_unique(name: str) -> None:
    owner = Owner()
    define(owner, name, {"name": KEY, "type": "string", "fieldType": "text"})
    refused(owner, f"properties of {name}", "is not unique", f"archive what stands in the way of {KEY}")


def test_a_key_that_stops_being_one_turns_the_sync_off_until_it_is_mended() -> None:
    owner = Owner()
    owner.setup()
    owner.hubspot.portal.store("orders").definitions[KEY].unique = False
    assert not owner.setup()["ok"]
    assert owner.portal is not None
    assert "is not unique" in str(owner.portal.off)
    owner.hubspot.portal.store("orders").definitions[KEY].unique = True
    assert owner.setup()["ok"]
    assert owner.portal.off is None


def test_ten_unique_properties_leave_no_room_for_ours() -> None:
    owner = Owner()
    for number in range(10):
        definition = {"name": f"key_{number}", "type": "string", "fieldType": "text", "hasUniqueValue": True}
        if number == 0:
            define(owner, "orders", definition)
        else:
            owner.post(PROPERTIES.format("orders"), {"label": f"key {number}", "groupName": "tandem", **definition})
    assert not owner.setup(dry_run=True)["ok"], "a dry run foresees it"
    refused(owner, "properties of orders", "10 unique properties", "all HubSpot allows")


def test_a_property_in_use_for_something_else_is_told_and_stays() -> None:
    owner = Owner()
    define(owner, "orders", {"name": "tandem_tax", "type": "string", "fieldType": "text"})
    for _ in range(2):
        report = owner.setup()
        assert report["ok"]
        assert levels(report)["properties of orders"] == "warning"
        assert "tandem_tax is of type string instead of number" in told(report, "properties of orders")
    assert owner.written() == []
    assert owner.hubspot.portal.store("orders").schema["tandem_tax"].type == "string"
    assert owner.portal is not None
    assert "tandem_tax" not in owner.portal.properties["orders"]


def test_a_native_property_that_the_account_lacks() -> None:
    owner = Owner()
    del owner.hubspot.portal.store("orders").schema["hs_shipping_method"]
    report = owner.setup()
    assert report["ok"]
    assert "the account has no hs_shipping_method" in told(report, "properties of orders")
    assert owner.portal is not None
    assert "hs_shipping_method" not in owner.portal.properties["orders"]


def test_a_pipeline_that_is_not_there() -> None:
    owner = Owner()
    report = owner.setup(pipeline="Grosshandel")
    assert levels(report)["order pipeline"] == "blocked"
    assert "'Order Pipeline'" in told(report, "order pipeline")
    assert owner.portal is None


def test_a_pipeline_whose_first_stage_is_not_ours_to_write() -> None:
    owner = Owner()
    pipeline = next(iter(owner.hubspot.portal.store("orders").pipelines.values()))
    next(iter(pipeline.stages.values())).write_permissions = "READ_ONLY"
    refused(owner, "order pipeline", "no first stage that apps may write", '{"pipeline"')


def test_a_pipeline_that_was_deleted_gives_way_to_another() -> None:
    owner = Owner(order_pipeline="none")
    owner.setup()
    owner.hubspot.portal.store("orders").pipelines.clear()
    assert owner.setup()["ok"]
    assert list(owner.hubspot.portal.store("orders").pipelines) == ["tandem_orders"]


def test_a_currency_the_account_has_not() -> None:
    owner = Owner()
    owner.hubspot.actions["set_currencies"](company="CHF", additional=[])
    report = owner.setup()
    assert report["ok"]
    assert levels(report)["currency"] == "warning"
    assert "CHF" in told(report, "currency")


def test_an_api_version_that_is_retired() -> None:
    owner = Owner()
    owner.wait(days=400)
    report = owner.setup()
    assert levels(report)["Shopify API version"] == "warning"
    assert "update Tandem" in told(report, "Shopify API version")


@pytest.mark.parametrize("vendor", ["shopify", "hubspot"])
def test_an_outage_is_no_verdict(vendor: str) -> None:
    owner = Owner()
    owner.setup()
    getattr(owner, vendor).faults.add("status", status=503)
    report = owner.setup()
    assert not report["ok"]
    assert "wait a minute" in told(report, "setup")
    assert owner.portal is not None
    assert owner.portal.off is None, "a running sync goes on"


def test_no_token_is_in_a_report() -> None:
    owner = Owner()
    owner.shopify_token, owner.hubspot_token = "shpat_canary", "pat-canary"
    assert "canary" not in str(owner.setup())


@pytest.mark.parametrize(
    ("event", "words"),
    [
        ({"dryrun": True}, "dryrun"),
        ({"dry_run": "perhaps"}, "dry_run"),
        ({"pipeline": 7}, "pipeline"),
    ],
)
def test_what_is_not_understood_is_named(event: dict[str, Any], words: str) -> None:
    with pytest.raises(NotUnderstood, match=f"{words}.*Allowed: .*dry_run"):
        understood(Request, event, ALLOWED)
