"""Every document of the project runs on a small store, with the scopes it says it needs and not with fewer."""

import re
from pathlib import Path
from typing import Any

import pytest

from tests.sandbox.shopify.small_store import ADDRESS, PLACE, SmallStore

VARIABLES: dict[str, dict[str, Any]] = {
    # document                              variables: "@name" is the id of that record, an empty one means none
    "abandoned_checkouts_page":             {"first": 10},
    "abandonment_by_checkout":              {"abandonedCheckoutId": "@checkout"},
    "bulk_operation":                       {"id": "@bulk"},
    "bulk_operation_cancel":                {"id": "@bulk"},
    "bulk_operations_running":              {"query": "operation_type:query"},
    "companies_page":                       {"first": 10, "query": "updated_at:>='2026-01-01T00:00:00Z'"},
    "company_assign_customer_as_contact":   {"companyId": "@company", "customerId": "@customer"},
    "company_contact_create":               {"companyId": "@company", "input": {"email": "new@example.com"}},
    "company_create":                       {"input": {"company": {"name": "Elm Works"}}},
    "company_detail":                       {"id": "@company"},
    "company_location_assign_address":      {"locationId": "@location", "address": PLACE, "addressTypes": ["BILLING"]},
    "company_location_update":              {"companyLocationId": "@location", "input": {"note": "back door"}},
    "company_locations_page":               {"first": 10},
    "company_update":                       {"companyId": "@company", "input": {"note": "key account"}},
    "counts":                               {},
    "customer_address_create":              {"customerId": "@customer", "address": {**ADDRESS, "zip": "97209"}},
    "customer_address_update":              {"customerId": "@customer", "addressId": "@address",
                                             "address": {"zip": "97210"}},
    "customer_by_identifier":               {"identifier": {"emailAddress": "ADA@example.com"}},
    "customer_create":                      {"input": {"email": "eve@example.com"}},
    "customer_email_marketing_consent_update": {"input": {"customerId": "@customer", "emailMarketingConsent": {
                                             "marketingState": "SUBSCRIBED", "marketingOptInLevel": "SINGLE_OPT_IN"}}},
    "customer_search_by_email":             {"query": "email:'ada@example.com'"},
    "customer_set":                         {"identifier": {"email": "ada@example.com"},
                                             "input": {"email": "ada@example.com", "lastName": "King"}},
    "customer_sms_marketing_consent_update": {"input": {"customerId": "@customer", "smsMarketingConsent": {
                                             "marketingState": "SUBSCRIBED", "marketingOptInLevel": "SINGLE_OPT_IN"}}},
    "customer_update":                      {"input": {"id": "@customer", "note": "called"}},
    "customers_page":                       {"first": 10, "query": "updated_at:>='2026-01-01'"},
    "deletion_events_page":                 {"first": 10, "query": "action:destroy subject_type:PRODUCT"},
    "health":                               {},
    "metafield_definition_create":          {"definition": {"name": "I", "namespace": "$app", "key": "hs", "type": "id",
                                             "ownerType": "PRODUCT"}},
    "metafields_set":                       {"metafields": [{"ownerId": "@company", "namespace": "$app", "key": "hs",
                                             "type": "single_line_text_field", "value": "1"}]},
    "nodes_batch_abandoned_checkouts":      {"ids": ["@checkout"]},
    "nodes_batch_companies":                {"ids": ["@company"]},
    "nodes_batch_customers":                {"ids": ["@customer"]},
    "nodes_batch_orders":                   {"ids": ["@order"]},
    "nodes_batch_products":                 {"ids": ["@product"]},
    "order_detail":                         {"id": "@order"},
    "order_line_items_page":                {"id": "@order", "first": 1},
    "order_refunds":                        {"id": "@order"},
    "order_returns":                        {"id": "@order"},
    "orders_by_checkout_token":             {"query": "checkout_token:@token"},
    "orders_page":                          {"first": 10, "query": "updated_at:>='2026-01-01T00:00:00Z'"},
    "product_create":                       {"product": {"title": "Oak bowl"}},
    "product_delete":                       {"input": {"id": "@product"}},
    "product_detail":                       {"id": "@product"},
    "product_set":                          {"input": {"title": "Set"}},
    "product_update":                       {"product": {"id": "@product", "title": "Cedar cup"}},
    "product_variants_bulk_update":         {"productId": "@product", "variants": [{"id": "@variant", "price": "8"}]},
    "product_variants_by_sku":              {"query": "sku:MUG-1"},
    "product_variants_page":                {"first": 10},
    "products_page":                        {"first": 10, "query": "status:active,draft,archived,unlisted"},
    "tags_add":                             {"id": "@customer", "tags": ["new"]},
    "tags_remove":                          {"id": "@customer", "tags": ["VIP"]},
    "webhook_subscription_create":          {"topic": "SHOP_UPDATE",
                                             "subscription": {"uri": "https://hooks.example.com/p"}},
    "webhook_subscription_delete":          {"id": "@subscription"},
    "webhook_subscription_update":          {"id": "@subscription",
                                             "subscription": {"uri": "https://hooks.example.com/q"}},
    "webhook_subscriptions_list":           {},
}  # fmt: skip
BULK = ("bulk_inner_companies", "bulk_inner_customers", "bulk_inner_orders", "bulk_inner_products")


@pytest.fixture
def store(shared: Path) -> SmallStore:
    return SmallStore(shared)


def known(value: Any, ids: dict[str, str]) -> Any:
    if isinstance(value, dict):
        return {key: known(item, ids) for key, item in value.items()}
    if isinstance(value, list):
        return [known(item, ids) for item in value]
    return re.sub(r"@(\w+)$", lambda found: ids.get(found[1], found[0]), value) if isinstance(value, str) else value


def test_every_document_is_tried(shared: Path) -> None:
    there = {path.stem for path in (shared / "specs/shopify/queries").glob("*.graphql")}
    assert there == {*VARIABLES, *BULK, "bulk_run_query"}


@pytest.mark.parametrize("name", list(VARIABLES))
def test_a_document_runs(store: SmallStore, name: str) -> None:
    data = store.ask(name, **known(VARIABLES[name], store.ids))
    assert all(value is not None for value in data.values())
    pages = [value["nodes"] for value in data.values() if isinstance(value, dict) and "nodes" in value]
    assert all(pages), "a document that meets no record proves nothing"


@pytest.mark.parametrize("name", BULK)
def test_a_bulk_query_runs(store: SmallStore, name: str) -> None:
    started = store.ask("bulk_run_query", query=store.text(name))["bulkOperationRunQuery"]["bulkOperation"]
    store.front.wait(60)
    done = store.ask("bulk_operation", id=started["id"])["bulkOperation"]
    assert (done["status"], done["errorCode"]) == ("COMPLETED", None)
    assert int(done["rootObjectCount"]) >= 1
    lines = store.front.http.get(done["url"]).text.splitlines()
    assert len(lines) == int(done["objectCount"])


def stated(shared: Path, name: str) -> list[str]:
    """The scopes a document needs, by the table beside it."""
    for line in (shared / "specs/shopify/queries/README.md").read_text().splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) == 8 and cells[0] == name:
            return [scope for scope in cells[7].split(", ") if scope != "–"]
    raise LookupError(name)


@pytest.mark.parametrize("name", list(VARIABLES))
def test_a_document_needs_the_scopes_it_states(store: SmallStore, name: str) -> None:
    scopes = stated(store.shared, name)
    store.limit(scopes + OF_THE_OWNER.get(name, []))
    store.ask(name, **known(VARIABLES[name], store.ids))
    for kind in sorted({scope.partition("_")[2] for scope in scopes}):
        if f"{name} {kind}" not in SPARED:
            store.limit([scope for scope in scopes if scope.partition("_")[2] != kind])
            errors = store.run(name, **known(VARIABLES[name], store.ids)).get("errors", [])
            assert "ACCESS_DENIED" in {error["extensions"].get("code") for error in errors}, f"runs without {kind}"


OF_THE_OWNER = {
    "metafield_definition_create": ["write_products"],
    "metafields_set": ["write_customers"],
    "tags_add": ["write_customers"],
    "tags_remove": ["write_customers"],
}
"""The table names what is read; writing tags and metafields takes the owner's own scope."""

SPARED = {
    # an inventory item opens with read_products as well
    "product_variants_page inventory",
    # the record that would need it is not met: the owner is a customer
    "tags_add orders",
    "tags_add products",
    "tags_remove orders",
    "tags_remove products",
}
