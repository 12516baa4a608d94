"""Every topic's body, fired by a real change in the store, against the sample of that topic: keys and JSON types.

A null on either side fits anything; an empty list says nothing of its entries.
"""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from sandbox.shopify.webhooks.topics import COMPLIANCE, TOPICS
from tests.sandbox.shopify.front import Front

LINES = [{"variant": "NB-1", "quantity": 2}]
ADDRESS = {
    "first_name": "Mira",
    "last_name": "Okonjo",
    "address1": "48 Harbour Lane",
    "address2": "Flat 3",
    "city": "Portland",
    "province_code": "OR",
    "country_code": "US",
    "zip": "97205",
    "phone": "+15035550142",
}

Do = Callable[[Front], Any]


def order(front: Front, **given: Any) -> str:
    """A full order; its name."""
    full = {
        "lines": LINES,
        "email": "ana@example.com",
        "customer": person(front),
        "address": ADDRESS,
        "shipping": "7.50",
    }
    full |= {"discount_code": "TEN", "tax_rate": "0.08", "tags": ["a", "b"], "note": "n", **given}
    return str(front.act("place_order", **full)["name"])


def person(front: Front) -> str:
    known = [row.legacy_resource_id for row in front.shop.customers.rows.values() if row.email == "ana@example.com"]
    fields = {"first_name": "Ana", "last_name": "B", "email": "ana@example.com", "phone": "+15035550143"}
    return known[0] if known else str(front.act("create_customer", **fields, addresses=[ADDRESS])["id"])


def newcomer(front: Front) -> str:
    """Somebody without an address."""
    return str(front.act("create_customer", first_name="Cy", email="cy@example.com")["id"])


def company(front: Front) -> str:
    location = {"name": "HQ", "billing_address": ADDRESS, "shipping_address": ADDRESS}
    contact = {"email": "bo@example.com", "first_name": "Bo", "last_name": "C", "phone": "+15035550144"}
    return str(front.act("create_company", name="Quill Ltd", contact=contact, location=location)["id"])


def checkout(front: Front) -> str:
    said = {"email": "ana@example.com", "customer": person(front), "address": ADDRESS}
    return str(front.act("open_checkout", lines=LINES, **said)["token"])


def bulk(front: Front) -> None:
    run = "mutation($query: String!) { bulkOperationRunQuery(query: $query) { userErrors { message } } }"
    front.ask(run, {"query": "{ products { edges { node { id } } } }"})
    front.wait(5)


def merge(front: Front) -> None:
    other = front.act("create_customer", email="other@example.com")["id"]
    front.act("merge_customers", one=person(front), two=other)
    front.wait(60)


def leave(front: Front) -> None:
    front.act("uninstall_app")
    front.wait(48 * 3_600)


def sent(front: Front, **given: Any) -> str:
    """A parcel; its name."""
    name = order(front)
    tracked = {"numbers": ["DEMO00012345"], "company": "UPS"}
    made = front.act("fulfill_order", order=name, **tracked, **given)
    return f"{name}.{made['number']}"


def asked_back(front: Front, **given: Any) -> str:
    """A return; its name."""
    name = sent(front).partition(".")[0]
    front.act("request_return", order=name, lines={"NB-1": 1}, reason="SIZE_TOO_SMALL", note="Wrong size", **given)
    return f"{name}-R1"


FIRED: dict[str, Do] = {
    "app_scopes_update": lambda f: f.act("grant_scopes", scopes=[*f.shopify.app.scopes, "read_themes"]),
    "app_uninstalled": lambda f: f.act("uninstall_app"),
    "bulk_operations_finish": bulk,
    "checkouts_create": checkout,
    "checkouts_delete": lambda f: f.act("delete_checkout", checkout=checkout(f)),
    "checkouts_update": lambda f: f.act("update_checkout", checkout=checkout(f), note="n"),
    "checkouts_update__completed": lambda f: f.act("complete_checkout", checkout=checkout(f)),
    "companies_create": company,
    "companies_delete": lambda f: f.act("delete_company", company=company(f)),
    "companies_update": lambda f: f.act("edit_company", company=company(f), note="n"),
    "company_contact_roles_assign": company,
    "company_contact_roles_revoke": lambda f: (company(f), f.act("delete_company_contact", contact="bo@example.com")),
    "company_contacts_create": company,
    "company_contacts_delete": lambda f: (company(f), f.act("delete_company_contact", contact="bo@example.com")),
    "company_contacts_update": lambda f: (
        company(f),
        f.act("edit_company_contact", contact="bo@example.com", title="Buyer"),
    ),
    "company_locations_create": company,
    "company_locations_delete": lambda f: (
        f.act("add_company_location", company=company(f), name="Mill", billing_address=ADDRESS),
        f.act("delete_company_location", location="Mill"),
    ),
    "company_locations_update": lambda f: (company(f), f.act("edit_company_location", location="HQ", note="n")),
    "customer.tags_added": lambda f: f.act("edit_customer", customer=person(f), tags=["vip"]),
    "customer.tags_removed": lambda f: (
        f.act("edit_customer", customer=person(f), tags=["vip"]),
        f.act("edit_customer", customer=person(f), tags=[]),
    ),
    "customers_create": person,
    "customers_data_request": lambda f: (order(f), f.act("request_customer_data", customer_id=_number(person(f)))),
    "customers_delete": lambda f: f.act("delete_customer", customer=person(f)),
    "customers_disable": lambda f: (
        f.act("set_customer_state", customer=person(f), state="ENABLED"),
        f.act("set_customer_state", customer=person(f), state="DISABLED"),
    ),
    "customers_email_marketing_consent_update": lambda f: f.act(
        "set_email_consent", customer=person(f), state="SUBSCRIBED"
    ),
    "customers_enable": lambda f: f.act("set_customer_state", customer=person(f), state="ENABLED"),
    "customers_marketing_consent_update": lambda f: f.act("set_sms_consent", customer=person(f), state="SUBSCRIBED"),
    "customers_merge": merge,
    "customers_purchasing_summary": order,
    "customers_redact": lambda f: (order(f), f.act("redact_customer", customer_id=_number(person(f)))),
    "customers_update": lambda f: f.act("edit_customer", customer=person(f), note="n"),
    "customers_update__phone_only": lambda f: (
        f.act("create_customer", phone="+15035550145"),
        f.act("edit_customer", customer="+15035550145", note="n"),
    ),
    "customers_whats_app_marketing_consent_update": lambda f: f.act(
        "set_whats_app_consent", customer=person(f), state="SUBSCRIBED"
    ),
    "fulfillment_events_create": lambda f: f.act(
        "add_fulfillment_event", fulfillment=sent(f), status="OUT_FOR_DELIVERY", days_to_delivery=1
    ),
    "fulfillments_create": sent,
    "fulfillments_update": lambda f: f.act("add_fulfillment_event", fulfillment=sent(f), status="DELIVERED"),
    "order_transactions_create": order,
    "orders_cancelled": lambda f: f.act("cancel_order", order=order(f)),
    "orders_create": order,
    "orders_create__b2b_payment_terms": lambda f: (
        company(f),
        order(f, company_contact="bo@example.com", company_location="HQ", customer=None, payment="pending"),
    ),
    "orders_create__multi_currency": lambda f: order(f, currency="EUR", rate="0.9", customer=newcomer(f)),
    "orders_create__pos_guest_gift_card": lambda f: order(f, source_name="pos", customer=None, email=None),
    "orders_delete": lambda f: f.act("delete_order", order=order(f, payment="pending")),
    "orders_edited": lambda f: f.act("edit_order", order=order(f), quantities={"NB-1": 1}),
    "orders_fulfilled": sent,
    "orders_paid": order,
    "orders_partially_fulfilled": lambda f: sent(f, lines={"NB-1": 1}),
    "orders_updated": lambda f: f.act("edit_order_details", order=order(f), note="m"),
    "orders_updated__partially_refunded": lambda f: f.act(
        "refund_order", order=order(f), lines={"NB-1": 1}, amount="5", restock=True
    ),
    "products_create": lambda f: f.act("create_product", title="Shirt", sku="S", quantity=2),
    "products_delete": lambda f: f.act("delete_product", product="Notebook"),
    "products_update": lambda f: f.act("edit_product", product="Notebook", vendor="Quill"),
    "refunds_create": lambda f: f.act("refund_order", order=order(f), lines={"NB-1": 1}, amount="5", restock=True),
    "returns_approve": lambda f: f.act("approve_return", return_name=asked_back(f)),
    "returns_cancel": lambda f: f.act("cancel_return", return_name=asked_back(f)),
    "returns_close": lambda f: f.act("close_return", return_name=asked_back(f, approved=True)),
    "returns_decline": lambda f: f.act("decline_return", return_name=asked_back(f), note="Past 30 days"),
    "returns_reopen": lambda f: (
        name := asked_back(f, approved=True),
        f.act("close_return", return_name=name),
        f.act("reopen_return", return_name=name),
    ),
    "returns_request": asked_back,
    "returns_update": lambda f: f.act("shrink_return", return_name=asked_back(f), lines={"NB-1": 1}),
    "shop_redact": leave,
    "shop_update": lambda f: f.act("update_shop", name="Cedar"),
    "tender_transactions_create": order,
}
"""What is done in the store so that the topic of a sample fires."""

NOT_FIRED = {
    "carts_create": "carts are not modelled: online store only, without customer or end",
    "carts_update": "carts are not modelled",
    "draft_orders_delete": "draft orders are not modelled",
    "draft_orders_update": "draft orders are not modelled",
    "inventory_levels_update": "stock shows in products/update; the topic of its own is not modelled",
}
"""Samples without a body of ours, and why."""

DIFFERS: dict[str, set[str]] = {
    "checkouts_delete": {".id", ".token"},  # the id left with 2026-04; Shopify's page still shows it (sample note D)
}
"""Paths at which a body knowingly differs from the sample, with the reason beside each."""


def _number(gid: str) -> str:
    return gid.rpartition("/")[2]


def samples(shared: Path) -> dict[str, Any]:
    folder = shared / "specs/shopify/webhook-samples"
    return {path.stem: json.loads(path.read_text()) for path in folder.glob("[!_]*.json")}


def differences(ours: Any, sample: Any, path: str = "") -> Iterator[str]:
    if ours is None or sample is None:
        return
    if isinstance(ours, dict) and isinstance(sample, dict):
        for key in sorted(sample.keys() - ours.keys()):
            yield f"{path}.{key}: missing"
        for key in sorted(ours.keys() - sample.keys()):
            yield f"{path}.{key}: not in the sample"
        for key in sorted(ours.keys() & sample.keys()):
            yield from differences(ours[key], sample[key], f"{path}.{key}")
    elif isinstance(ours, list) and isinstance(sample, list):
        for entry in ours if sample else []:
            yield from differences(entry, sample[0], f"{path}[]")
    elif type(ours) is not type(sample):
        yield f"{path}: {type(ours).__name__} {ours!r:.40}, in the sample {type(sample).__name__} {sample!r:.40}"


def topic_of(sample: str) -> str:
    """customers_email_marketing_consent_update -> the header word of that topic."""
    word = sample.partition("__")[0]
    headers = [*(topic.header for topic in TOPICS), *COMPLIANCE]
    return next(header for header in headers if header.replace("/", "_") == word)


@pytest.fixture
def front() -> Front:
    front = Front()
    front.act("create_product", title="Notebook", price="12.50", sku="NB-1", quantity=10, vendor="Quill")
    return front


@pytest.mark.parametrize("sample", FIRED)
def test_a_body_has_the_samples_keys_and_types(front: Front, sample: str, shared: Path) -> None:
    topic = topic_of(sample)
    front.act("configure_webhook", topic=topic, uri="https://hooks.example.com/bodies")
    FIRED[sample](front)
    front.wait()
    assert front.received, f"{topic} did not fire"
    assert {request.headers["X-Shopify-Topic"] for request in front.received} == {topic}
    found = set(differences(front.bodies()[-1], samples(shared)[sample]))
    assert {
        difference for difference in found if difference.partition(":")[0] not in DIFFERS.get(sample, set())
    } == set()


def test_every_sample_is_fired_or_told_why_not(shared: Path) -> None:
    assert samples(shared).keys() == FIRED.keys() | NOT_FIRED.keys()
    assert not FIRED.keys() & NOT_FIRED.keys()


def test_every_topic_is_fired_by_some_change_or_awaited() -> None:
    topics = {topic.header.replace("/", "_") for topic in TOPICS}
    awaited = {sample for sample, reason in NOT_FIRED.items() if reason.endswith("yet")}
    fired = {sample.partition("__")[0] for sample in FIRED}
    assert topics == (fired | awaited) - {topic.replace("/", "_") for topic in COMPLIANCE}
