"""What a person does in the admin: each action works over HTTP, refuses nonsense, and is one event."""

import json
from collections import Counter
from typing import Any

import pytest

from sandbox.shopify.people import actions
from tests.sandbox.shopify.front import Front

LINES = [{"variant": "NB-1", "quantity": 2}]


@pytest.fixture
def front() -> Front:
    front = Front()
    front.act("create_product", title="Notebook", price="12.50", sku="NB-1", quantity=10)
    return front


def topics(front: Front) -> Counter[str]:
    return Counter(request.headers["X-Shopify-Topic"] for request in front.received)


def refused(front: Front, action: str, **given: Any) -> str:
    response = front.http.post(f"/__sandbox/actions/{action}", json=given)
    assert response.status_code in {400, 404}, response.text
    return str(response.json()["error"])


def test_every_action_says_what_it_takes_and_does(front: Front) -> None:
    listed = front.http.get("/__sandbox/actions").json()
    assert listed.keys() == {act.__name__ for module in actions.MODULES for act in module.ACTIONS}
    for name, told in listed.items():
        assert told["does"], name
        assert "simulator" not in told["takes"], name
    assert listed["merge_customers"]["takes"].startswith("(one: str, two: str")


def test_a_customers_life(front: Front) -> None:
    made = front.act("create_customer", first_name="Ana", email="ana@example.com", tags=["vip"])
    front.act("edit_customer", customer="ana@example.com", note="calls on Mondays")
    front.act("set_email_consent", customer=made["id"], state="SUBSCRIBED")
    front.act("edit_customer", customer=made["id"], phone="+15035550142")
    front.act("set_sms_consent", customer="+15035550142", state="SUBSCRIBED")
    shown = front.act("set_customer_state", customer=made["legacy_resource_id"], state="ENABLED")
    assert (shown["note"], shown["email_consent"]["state"], shown["sms_consent"]["state"], shown["state"]) == (
        *("calls on Mondays", "SUBSCRIBED", "SUBSCRIBED"),
        "ENABLED",
    )
    other = front.act("create_customer", email="ana.b@example.com")
    merged = front.act("merge_customers", one=made["id"], two=other["id"])
    assert {merged["kept"], merged["lost"]} == {made["id"], other["id"]}
    assert front.act("delete_customer", customer=merged["kept"]) == {"deleted": merged["kept"]}
    assert front.http.get("/__sandbox/state").json()["Customer"] == 0


def test_a_companys_life(front: Front) -> None:
    made = front.act("create_company", name="Quill Ltd", contact={"email": "ana@example.com"}, location={"name": "HQ"})
    front.act("edit_company", company="Quill Ltd", note="key account")
    front.act("add_company_contact", company=made["id"], email="bo@example.com")
    front.act("edit_company_contact", contact="bo@example.com", title="Buyer", first_name="Bo")
    front.act("add_company_location", company=made["id"], name="Mill")
    front.act("edit_company_location", location="Mill", phone="+15035550142")
    front.act("delete_company_location", location="Mill")
    front.act("delete_company_contact", contact="bo@example.com")
    front.act("delete_company", company="Quill Ltd")
    assert front.http.get("/__sandbox/state").json()["Company"] == 0


def test_a_company_orders_at_one_of_its_locations(front: Front) -> None:
    front.act("create_company", name="Quill Ltd", contact={"email": "ana@example.com"}, location={"name": "HQ"})
    order = front.act("place_order", lines=LINES, company_contact="ana@example.com", company_location="HQ")
    assert order["company_location"].startswith("gid://shopify/CompanyLocation/")
    assert order["email"] == "ana@example.com"
    assert refused(front, "delete_company", company="Quill Ltd")


def test_a_products_life(front: Front) -> None:
    made = front.act("create_product", title="Shirt", price="20", option="Size", values=["S", "M"], tags=["summer"])
    assert [variant["price"] for variant in made["variants"]] == ["20", "20"]
    front.act("edit_product", product="shirt", status="DRAFT", vendor="Quill")
    first, second = [variant["id"] for variant in made["variants"]]
    front.act("edit_variant", variant=first, price="19.90", sku="SH-S")
    assert front.act("count_stock", variant="SH-S", quantity=7)["price"] == "19.90"
    front.act("publish_product", product=made["id"])
    front.act("delete_variant", variant=second)
    assert "at least one" in refused(front, "delete_variant", variant=first)
    front.act("delete_product", product="Shirt")
    assert front.http.get("/__sandbox/state").json()["Product"] == 1


def test_an_orders_life(front: Front) -> None:
    front.act("create_customer", email="ana@example.com")
    order = front.act(
        "place_order",
        lines=[*LINES, {"title": "Engraving", "price": "5"}],
        customer="ana@example.com",
        shipping="7.50",
        discount_code="TEN",
        tax_rate="0.08",
        payment="authorized",
        address={"address1": "1 Mill Row", "city": "Portland", "country_code": "US", "province_code": "OR"},
    )
    name = order["name"]
    front.act("capture_payment", order=name, amount="10")
    front.act("capture_payment", order=name)
    front.act("edit_order_details", order=name, note="gift", tags=["gift"])
    edited = front.act("edit_order", order=name, quantities={"NB-1": 1}, add=[{"variant": "NB-1"}, {"title": "Card"}])
    assert [line["current_quantity"] for line in edited["lines"]] == [1, 1, 1, 1]
    front.act("refund_order", order=name, lines={"NB-1": 1}, amount="5", shipping="2")
    front.act("archive_order", order=name)
    front.act("archive_order", order=name, archived=False)
    shown = front.act("cancel_order", order=name, reason="FRAUD")
    assert (shown["cancel_reason"], bool(shown["cancelled_at"])) == ("FRAUD", True)
    assert "cannot be deleted" in refused(front, "delete_order", order=name)


def test_an_order_that_brought_no_money_can_be_deleted(front: Front) -> None:
    order = front.act("place_order", lines=LINES, payment="pending")
    front.act("cancel_order", order=order["name"])
    assert front.act("delete_order", order=order["name"])["deleted"] == order["id"]


def test_an_order_may_be_paid_later_in_parts_and_in_another_currency(front: Front) -> None:
    order = front.act("place_order", lines=LINES, payment="5", currency="EUR", rate="0.9", email="bo@example.com")
    assert len(order["transactions"]) == 1
    shown = front.act("pay_order", order=order["name"], amount="1")
    shown = front.act("pay_order", order=order["name"])
    assert len(shown["transactions"]) == 3


def test_an_authorisation_can_be_let_go(front: Front) -> None:
    order = front.act("place_order", lines=LINES, payment="authorized")
    shown = front.act("void_payment", order=order["name"])
    assert len(shown["transactions"]) == 2
    front.act("place_order", lines=LINES)
    assert "no open authorisation" in refused(front, "void_payment", order="#1002")


def test_a_checkouts_ways(front: Front) -> None:
    opened = front.act("open_checkout", lines=LINES)
    assert "nobody can be reminded" in refused(front, "abandon_checkout", checkout=opened["token"])
    front.act("update_checkout", checkout=opened["token"], email="ana@example.com", lines=[{"variant": "NB-1"}])
    assert front.act("abandon_checkout", checkout=opened["token"])["abandoned_at"]
    front.act("send_recovery_email", checkout=opened["token"])
    order = front.act("complete_checkout", checkout=opened["token"], by_recovery_link=True)
    assert (order["checkout_token"], order["email"]) == (opened["token"], "ana@example.com")
    other = front.act("open_checkout", lines=LINES, email="bo@example.com")
    assert front.act("delete_checkout", checkout=other["token"]) == {"deleted": other["token"]}
    assert refused(front, "update_checkout", checkout=other["token"], note="still there?")


def test_a_checkout_tells_all_that_an_order_may(front: Front) -> None:
    told = {"currency": "EUR", "rate": "0.8", "tax_rate": "0.2"}
    token = front.act("open_checkout", lines=LINES, email="ana@example.com", **told)["token"]
    attributes = [{"key": "gift", "value": "yes"}]
    front.act("update_checkout", checkout=token, discount_code="TEN", shipping="5", custom_attributes=attributes)
    front.act("update_checkout", checkout=token, address={"address1": "1 Mill Row", "city": "Leeds"})
    [checkout] = front.http.get("/__sandbox/state/ledger").json()["checkouts"]
    # 2 x 12.50 less 10 % is 22.50, with 20 % tax 27, with shipping 32: 25.60 euros
    assert checkout["sums"]["total"] == ["32.00", "25.60"]
    assert (checkout["codes"], checkout["attributes"]) == (["TEN"], [["gift", "yes"]])
    front.act("update_checkout", checkout=token, discount_code="")
    order = front.act("complete_checkout", checkout=token, payment="pending")
    assert (order["transactions"], len(order["lines"]), order["attributes"]) == ([], 1, [["gift", "yes"]])
    assert order["discount_applications"] == []
    assert "is completed" in refused(front, "update_checkout", checkout=token, note="late")
    assert "is completed" in refused(front, "complete_checkout", checkout=token)


def test_a_checkout_without_lines_cannot_be_paid(front: Front) -> None:
    token = front.act("open_checkout", lines=LINES, email="ana@example.com")["token"]
    front.act("update_checkout", checkout=token, lines=[])
    assert "no lines" in refused(front, "complete_checkout", checkout=token)


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"lines": [{"title": "Engraving", "price": "5"}]}, "a line of a checkout is"),
        ({"lines": [{"variant": "NB-1", "quantity": 0}]}, "a quantity of 1 or more"),
        ({"lines": [{"variant": "NB-1"}, {"variant": "NB-1"}]}, "one line for each variant"),
        ({"lines": [{"variant": "nothing"}]}, "nothing"),
        ({"lines": LINES, "customer": "nobody@example.com"}, "nobody@example.com"),
        ({"lines": LINES, "shipping": "much"}, "number"),
        ({"lines": LINES, "currency": "EUR", "rate": "0"}, "above zero"),
        ({"lines": LINES, "secret": "x"}, "there are: email"),
    ],
)
def test_what_no_buyer_can_tell_is_refused(front: Front, given: dict[str, Any], why: str) -> None:
    assert why in refused(front, "open_checkout", **given)
    assert front.http.get("/__sandbox/state/ledger").json()["checkouts"] == []


def test_the_books_keep_checkouts_that_are_gone(front: Front) -> None:
    token = front.act("open_checkout", lines=LINES, email="ana@example.com")["token"]
    front.act("abandon_checkout", checkout=token)
    front.act("delete_checkout", checkout=token)
    books = front.http.get("/__sandbox/state/ledger").json()
    assert books["checkouts"] == []
    [gone] = books["deleted_checkouts"]
    assert (gone["token"], gone["completed_at"], bool(gone["abandoned_at"])) == (token, None, True)


NONSENSE: dict[str, dict[str, Any]] = {
    "create_customer": {"email": "no address"},
    "edit_customer": {"customer": "nobody@example.com", "note": "x"},
    "set_customer_state": {"customer": "1", "state": "ASLEEP"},
    "edit_product": {"product": "Notebook", "colour": "red"},
    "create_product": {"title": "x", "price": "much"},
    "place_order": {"lines": [{"variant": "nothing"}]},
    "cancel_order": {"order": "#1"},
    "open_checkout": {"lines": [], "secret": "x"},
    "set_webhook_api_version": {"version": "1999-01"},
    "configure_webhook": {"topic": "themes/publish", "uri": "https://hooks.example.com"},
    "update_shop": {"colour": "red"},
    "create_app": {"title": "x", "client_id": "sandbox0client0id"},
    "fail_bulk_operation": {"operation_id": "gid://shopify/BulkOperation/1"},
    "revoke_client_secret": {"client_secret": "wrong"},
    "unicorn": {},
}


@pytest.mark.parametrize("action", NONSENSE)
def test_nonsense_is_refused_with_a_sentence(front: Front, action: str) -> None:
    assert refused(front, action, **NONSENSE[action])


def test_unknown_and_missing_keywords_are_refused(front: Front) -> None:
    assert "unicorn" in refused(front, "archive_order", order="#1001", unicorn=1)
    assert "title" in refused(front, "create_product")


def test_one_action_is_one_event_however_many_topics_it_fires(front: Front) -> None:
    for topic in ("ORDERS_CREATE", "ORDERS_UPDATED", "ORDERS_PAID", "PRODUCTS_UPDATE", "ORDER_TRANSACTIONS_CREATE"):
        front.subscribe(topic)
    front.act("place_order", lines=LINES)
    front.wait()
    assert {"orders/create", "orders/paid", "products/update"} <= topics(front).keys()
    assert len({request.headers["X-Shopify-Event-Id"] for request in front.received}) == 1


def test_compliance_requests_name_the_person_and_the_orders(front: Front) -> None:
    for topic in ("customers/data_request", "customers/redact"):
        front.act("configure_webhook", topic=topic, uri="https://hooks.example.com/compliance")
    customer = front.act("create_customer", email="ana@example.com")["legacy_resource_id"]
    order = front.act("place_order", lines=LINES, customer=customer)["legacy_resource_id"]
    front.act("request_customer_data", customer_id=customer)
    front.act("redact_customer", customer_id=customer)
    front.wait()
    asked, redacted = front.bodies()
    assert asked["orders_requested"] == redacted["orders_to_redact"] == [int(order)]
    assert asked["customer"] == {"id": int(customer), "email": "ana@example.com", "phone": None}


def test_a_changed_shop_tells_and_shows_it(front: Front) -> None:
    front.subscribe("SHOP_UPDATE")
    front.act("update_shop", name="Cedar & Sons", iana_timezone="Europe/Berlin", currency="EUR")
    front.wait()
    [body] = front.bodies()
    assert (body["name"], body["currency"], body["timezone"]) == ("Cedar & Sons", "EUR", "(GMT+01:00) Europe/Berlin")
    assert body["updated_at"] == "2026-11-02T10:00:00+01:00"
    assert front.ask("{ shop { name currencyCode } }") == {"shop": {"name": "Cedar & Sons", "currencyCode": "EUR"}}


def test_state_is_json_whatever_was_done(front: Front) -> None:
    front.act("create_company", name="Quill Ltd", contact={"email": "ana@example.com"})
    front.act("place_order", lines=LINES, email="ana@example.com")
    front.act("open_checkout", lines=LINES, email="bo@example.com")
    for kind in front.http.get("/__sandbox/state").json():
        if kind != "waiting webhooks":
            assert json.dumps(front.http.get(f"/__sandbox/state/{kind}").json())
    assert front.http.get("/__sandbox").status_code == 200
