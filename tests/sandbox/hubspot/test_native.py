"""What a fresh account has before anybody touched it."""

import pytest

from sandbox.hubspot.model import OBJECT_TYPES, ORDER
from sandbox.hubspot.schema.property_definitions import FIELD_TYPES
from tests.sandbox.hubspot.account import Account

PROPERTIES = "/crm/properties/2026-09"
PIPELINES = "/crm/pipelines/2026-09/orders"

# properties of the reference (§2.3-§2.7), by object, and what writers must know of them
NAMED = {
    "orders": """
        hs_order_name hs_external_order_id hs_external_order_status hs_external_order_url hs_external_cart_id
        hs_external_checkout_id hs_source_store hs_external_created_date hs_external_modified_date hs_processed_date
        hs_external_canceled_date hs_cancellation_reason hs_closed_date hs_is_closed hs_is_canceled hs_currency_code
        hs_exchange_rate hs_homecurrency_amount hs_total_price hs_subtotal_price hs_tax hs_shipping_cost
        hs_order_discount hs_refund_amount hs_payment_status hs_fulfillment_status hs_payment_processing_method
        hs_discount_codes hs_shipping_tracking_number hs_shipping_status_url hs_shipping_method hs_tags hs_order_note
        hs_landing_site hs_referring_site hs_buyer_accepts_marketing hs_shipping_address_postal_code
        hs_billing_address_email hs_pipeline hs_pipeline_stage hubspot_owner_id hs_createdate hs_lastmodifieddate
        hs_object_id hs_object_source hs_object_source_id hs_merged_object_ids
    """,
    "carts": """
        hs_cart_name hs_external_cart_id hs_external_token hs_external_status hs_cart_url hs_source_store
        hs_currency_code hs_total_price hs_subtotal_price hs_cart_discount hs_tax hs_shipping_cost hs_discount_codes
        hs_tags hs_external_created_date hs_external_modified_date hs_landing_site hs_referring_site hs_total_weight
        hs_buyer_accepts_marketing hs_shipping_address_name hs_billing_address_firstname hs_exchange_rate
        hs_homecurrency_amount
    """,
    "products": """
        name description hs_rich_text_description price hs_price_eur hs_price_cad hs_sku hs_url hs_images
        hs_product_type hs_status hs_cost_of_goods_sold hs_folder hs_pricing_model hs_recurring_billing_period
        recurringbillingfrequency hs_tax_category hs_bundle_type hs_product_classification hs_createdate
    """,
    "line_items": """
        name description quantity price hs_sku hs_url hs_product_type hs_line_item_currency_code tax
        hs_tax_rate_group_id createdate hs_product_id discount hs_discount_percentage amount hs_pre_discount_amount
        hs_total_discount hs_tax_amount hs_post_tax_amount hs_acv hs_arr hs_tcv hs_variant_id hs_external_id
    """,
    "contacts": """
        email firstname lastname phone mobilephone company address city state zip country website jobtitle hs_language
        hs_additional_emails hs_email_optout lifecyclestage hs_lead_status hubspot_owner_id createdate lastmodifieddate
        hs_searchable_calculated_phone_number
    """,
    "companies": """
        name domain hs_additional_domains phone address address2 city state zip country website industry
        numberofemployees annualrevenue description lifecyclestage hubspot_owner_id
    """,
}
READ_ONLY = {
    "orders": "hs_closed_date hs_is_closed hs_is_canceled hs_exchange_rate hs_homecurrency_amount hs_object_id",
    "carts": "hs_exchange_rate hs_homecurrency_amount hs_lastmodifieddate",
    "products": "hs_bundle_type hs_product_classification hs_createdate hs_object_source",
    "line_items": "amount hs_pre_discount_amount hs_total_discount hs_tax_amount hs_post_tax_amount hs_variant_id",
    "contacts": "hs_email_optout createdate lastmodifieddate hs_searchable_calculated_phone_number",
    "companies": "createdate hs_lastmodifieddate",
}


@pytest.mark.parametrize("plural", NAMED)
def test_every_property_of_the_reference_is_there(plural: str) -> None:
    names = {row["name"] for row in Account().get(f"{PROPERTIES}/{plural}")["results"]}

    assert set(NAMED[plural].split()) <= names


@pytest.mark.parametrize("plural", READ_ONLY)
def test_what_hubspot_works_out_itself_is_marked_as_read_only(plural: str) -> None:
    rows = {row["name"]: row for row in Account().get(f"{PROPERTIES}/{plural}")["results"]}

    for name in READ_ONLY[plural].split():
        assert rows[name]["modificationMetadata"]["readOnlyValue"], name
    writable = [row for row in rows.values() if not row["modificationMetadata"]["readOnlyValue"]]
    assert not any(row["calculated"] for row in writable)


def test_only_an_email_and_a_product_sku_are_unique_out_of_the_box() -> None:
    account = Account()
    unique = {
        (kind.plural, row["name"])
        for kind in OBJECT_TYPES
        for row in account.get(f"{PROPERTIES}/{kind.plural}")["results"]
        if row["hasUniqueValue"]
    }

    assert unique == {("contacts", "email"), ("products", "hs_sku")}


def test_types_field_types_and_options_of_native_properties_belong_together() -> None:
    account = Account()
    for kind in OBJECT_TYPES:
        groups = {group["name"] for group in account.get(f"{PROPERTIES}/{kind.plural}/groups")["results"]}
        for row in account.get(f"{PROPERTIES}/{kind.plural}")["results"]:
            assert row["fieldType"] in FIELD_TYPES[row["type"]], row["name"]
            assert row["groupName"] in groups
            assert row["hubspotDefined"]
            values = [option["value"] for option in row["options"]]
            assert len(set(values)) == len(values)
            assert not values or row["type"] in ("bool", "enumeration")
            assert row["type"] != "bool" or sorted(values) == ["false", "true"]


def test_currencies_to_choose_from_are_those_of_the_account() -> None:
    account = Account()
    details = account.get("/account-info/2026-09/details")
    codes = [option["value"] for option in account.get(f"{PROPERTIES}/orders/hs_currency_code")["options"]]

    assert codes == [details["companyCurrency"], *details["additionalCurrencies"]]


def test_a_fresh_account_has_the_order_pipeline_with_the_known_ids() -> None:
    (pipeline,) = Account().get(PIPELINES)["results"]

    assert (pipeline["id"], pipeline["label"]) == ("14a2e10e-5471-408a-906e-c51f3b04369e", "Order Pipeline")
    assert [(s["label"], s["id"][:8], s["metadata"]["state"]) for s in pipeline["stages"]] == [
        ("Open", "4b27b500", "OPEN"),
        ("Processed", "937ea84d", "OPEN"),
        ("Shipped", "aa99e8d0", "OPEN"),
        ("Delivered", "3725360f", "CLOSED"),
        ("Cancelled", "3c85a297", "CLOSED"),
    ]


@pytest.mark.parametrize(("setting", "stages"), [("default", 5), ("four-stage", 4), ("none", 0)])
def test_an_account_may_lack_a_stage_or_the_whole_order_pipeline(setting: str, stages: int) -> None:
    account = Account(order_pipeline=setting)

    found = [stage["label"] for pipeline in account.get(PIPELINES)["results"] for stage in pipeline["stages"]]
    options = account.portal.of(ORDER).schema["hs_pipeline_stage"].options

    assert len(found) == len(options) == stages
    assert ("Delivered" in found) == (setting == "default")
