"""Merging customers: who survives, what becomes of both, who hears of it and when."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from sandbox.shopify.companies.companies import create as create_company
from sandbox.shopify.customers import customers
from sandbox.shopify.metafields import metafield_rules
from sandbox.shopify.model import Consent, Customer
from sandbox.shopify.orders.order_create import NewLine, place_order
from sandbox.shopify.orders.order_table import orders_of
from tests.sandbox.shopify.front import Front
from tests.sandbox.shopify.told import Told, sample, shape

MERGE = """mutation($one: ID!, $two: ID!, $override: CustomerMergeOverrideFields) {
  customerMerge(customerOneId: $one, customerTwoId: $two, overrideFields: $override) {
    resultingCustomerId job { id done } userErrors { field message code }
  }
}"""
STATUS = "query($id: ID!) { customerMergeJobStatus(jobId: $id) { status resultingCustomerId } }"


def merge(front: Front, one: Customer, two: Customer, **override: Any) -> Any:
    variables = {"one": one.id, "two": two.id, "override": override or None}
    return front.ask(MERGE, variables)["customerMerge"]


def make(front: Front, **given: Any) -> Customer:
    return customers.create(front.shop, **{"first_name": "Ada", **given})


SUBSCRIBED = {"email_consent": Consent("SUBSCRIBED")}
PENDING = {"email_consent": Consent("PENDING", "CONFIRMED_OPT_IN")}


@pytest.mark.parametrize(
    ("one", "two", "survivor"),
    [
        ({}, {}, "two"),
        ({"email": "one@example.com"}, {}, "one"),
        ({"email": "one@example.com"}, {"email": "two@example.com"}, "two"),
        ({"email": "one@example.com", "state": "ENABLED"}, {"email": "two@example.com"}, "one"),
        ({"email": "one@example.com", "state": "ENABLED"}, {"email": "two@example.com", **SUBSCRIBED}, "one"),
        ({"email": "one@example.com", "state": "INVITED"}, {"email": "two@example.com"}, "one"),
        ({"email": "one@example.com", "state": "INVITED"}, {"email": "two@example.com", **PENDING}, "two"),
        ({"email": "one@example.com", **SUBSCRIBED}, {"email": "two@example.com"}, "one"),
        ({"email": "one@example.com", **SUBSCRIBED}, {"email": "two@example.com", **PENDING}, "two"),
        ({"phone": "+15035550142", "state": "ENABLED"}, {}, "two"),
    ],
)
def test_who_survives_a_merge(front: Front, one: dict[str, Any], two: dict[str, Any], survivor: str) -> None:
    made = {}
    for name, given in (("one", one), ("two", two)):
        plain = {key: given[key] for key in ("email", "phone") if key in given}
        made[name] = make(front, **plain)
        for attribute in given.keys() - plain.keys():
            setattr(made[name], attribute, given[attribute])
    assert merge(front, made["one"], made["two"])["resultingCustomerId"] == made[survivor].id


def test_whoever_keeps_the_email_survives(front: Front) -> None:
    one, two = make(front, email="one@example.com"), make(front, email="two@example.com")
    two.state = "ENABLED"
    assert merge(front, one, two, customerIdOfEmailToKeep=one.id)["resultingCustomerId"] == one.id


def test_the_lost_id_reads_null_everywhere_and_its_things_belong_to_the_survivor(front: Front) -> None:
    lost = make(front, email="lost@example.com", tags=["b"], note="first", addresses=[{"city": "Salem"}])
    kept = make(front, email="kept@example.com", tags=["a"], note="second", first_name=None, last_name="King")
    planned = metafield_rules.Planned("custom", "size", "number_integer", "3")
    metafield_rules.write(front.shop, lost, planned)
    assert merge(front, lost, kept)["userErrors"] == []
    query = """query($id: ID!, $ids: [ID!]!) {
      customer(id: $id) { id } node(id: $id) { id } nodes(ids: $ids) { id }
      byId: customerByIdentifier(identifier: {id: $id}) { id }
      byEmail: customerByIdentifier(identifier: {emailAddress: "lost@example.com"}) { id }
    }"""
    gone = front.ask(query, {"id": lost.id, "ids": [lost.id, kept.id]})
    assert gone == {"customer": None, "node": None, "nodes": [None, {"id": kept.id}], "byId": None, "byEmail": None}
    query = """query($id: ID!) { customer(id: $id) {
      displayName email note tags addressesV2(first: 5) { nodes { city } }
      metafield(namespace: "custom", key: "size") { value owner { ... on Customer { id } } }
    } }"""
    assert front.ask(query, {"id": kept.id})["customer"] == {
        "displayName": "Ada King",
        "email": "kept@example.com",
        "note": "second first",
        "tags": ["a", "b"],
        "addressesV2": {"nodes": [{"city": "Salem"}]},
        "metafield": {"value": "3", "owner": {"id": kept.id}},
    }


def test_consent_goes_with_the_address_it_was_given_for(front: Front) -> None:
    one, two = make(front, email="one@example.com", phone="+15035550142"), make(front, email="two@example.com")
    one.email_consent = one.sms_consent = Consent("SUBSCRIBED")
    merge(front, one, two, customerIdOfEmailToKeep=two.id)
    assert (two.email_consent.state, two.sms_consent.state) == ("NOT_SUBSCRIBED", "SUBSCRIBED")
    assert two.phone == "+15035550142"


@pytest.mark.parametrize(("lag", "at_once"), [("30", "1"), ("0", "3")])
def test_the_survivors_order_count_is_late(lag: str, at_once: str) -> None:
    front = Front({"merge_count_lag": lag})
    one, two = make(front, email="one@example.com"), make(front, email="two@example.com")
    for customer, prices in ((one, ("5", "6")), (two, ("7",))):
        for price in prices:
            place_order(front.shop, [NewLine(title="Tote", price=Decimal(price))], customer=customer)
            front.wait(1)
    merge(front, one, two)
    read = """query($id: ID!) {
      customer(id: $id) { numberOfOrders amountSpent { amount } orders(first: 5) { nodes { id } } }
    }"""
    customer = front.ask(read, {"id": two.id})["customer"]
    assert customer["numberOfOrders"] == at_once
    assert customer["amountSpent"]["amount"] == "18.0"
    assert len(customer["orders"]["nodes"]) == 3
    assert orders_of(front.shop).of_customer(one) == []
    front.wait(31)
    assert front.ask(read, {"id": two.id})["customer"]["numberOfOrders"] == "3"


@pytest.mark.parametrize(("seconds", "status"), [("2", "IN_PROGRESS"), ("0", "COMPLETED")])
def test_a_merge_takes_a_moment(seconds: str, status: str) -> None:
    front = Front({"merge_seconds": seconds})
    one, two = make(front), make(front)
    told = Told(front.shop)
    job = merge(front, one, two)["job"]
    shown = front.ask(STATUS, {"id": job["id"]})["customerMergeJobStatus"]
    assert shown == {"status": status, "resultingCustomerId": two.id}
    assert job["done"] is (seconds == "0")
    assert ("customers/merge" in told.topics) is (seconds == "0")
    front.wait(2)
    assert front.ask(STATUS, {"id": job["id"]})["customerMergeJobStatus"]["status"] == "COMPLETED"
    assert told.topics.count("customers/merge") == 1
    assert front.ask(STATUS, {"id": "gid://shopify/Job/none"})["customerMergeJobStatus"] is None


@pytest.mark.parametrize(("setting", "deletes"), [("merge", 0), ("merge and delete", 1)])
def test_what_a_merge_tells(setting: str, deletes: int, shared: Path) -> None:
    front = Front({"merge_topics": setting})
    one, two = make(front, tags=["b"]), make(front, tags=["a"])
    told = Told(front.shop)
    merge(front, one, two)
    front.wait(2)
    assert told.topics.count("customers/delete") == deletes
    assert told.topics[:2] == ["customers/update", "customer.tags_added"]
    body = told.body("customers/merge")
    assert shape(body) == shape(sample(shared, "customers_merge"))
    assert body["admin_graphql_api_customer_deleted_id"] == one.id


def test_what_stands_in_the_way_of_a_merge(front: Front) -> None:
    create_company(front.shop, {"name": "Fernhill"}, contact={"email": "buyer@example.com"})
    [contact] = front.shop.company_contacts.rows.values()
    other, third = make(front), make(front)
    [error] = merge(front, contact.customer, other)["userErrors"]
    assert (error["field"], error["code"]) == (["customerOneId"], "INVALID_CUSTOMER")
    merge(front, third, other)
    [error] = merge(front, make(front), other)["userErrors"]
    assert (error["field"], error["code"]) == (["customerTwoId"], "INVALID_CUSTOMER")
    front.wait(2)
    assert merge(front, make(front), other)["userErrors"] == []


def test_overrides_must_fit(front: Front) -> None:
    one, two = make(front, email="one@example.com"), make(front)
    [error] = merge(front, one, two, customerIdOfEmailToKeep=two.id)["userErrors"]
    path = ["overrideFields", "customerIdOfEmailToKeep"]
    assert (error["field"], error["code"]) == (path, "MISSING_OVERRIDE_ATTRIBUTE")
    [error] = merge(front, one, two, customerIdOfEmailToKeep="gid://shopify/Customer/1")["userErrors"]
    assert (error["field"], error["code"]) == (path, "OVERRIDE_ATTRIBUTE_INVALID")
    assert len(front.shop.customers.rows) == 2


def test_tags_and_notes_that_do_not_fit_together_block(front: Front) -> None:
    one, two = make(front, note="n" * 3_000), make(front, note="m" * 3_000)
    query = """query($one: ID!, $two: ID!) { customerMergePreview(customerOneId: $one, customerTwoId: $two) {
      resultingCustomerId blockingFields { note tags } defaultFields { orderCount metafieldCount }
    } }"""
    preview = front.ask(query, {"one": one.id, "two": two.id})["customerMergePreview"]
    assert len(preview["blockingFields"]["note"]) == 6_001
    assert preview["blockingFields"]["tags"] == []
    assert preview["defaultFields"] == {"orderCount": "0", "metafieldCount": "0"}
    assert [error["code"] for error in merge(front, one, two)["userErrors"]] == ["INVALID_CUSTOMER"]
    assert merge(front, one, two, note="short")["userErrors"] == []
