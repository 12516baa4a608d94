"""Consent to marketing by e-mail, SMS and WhatsApp."""

from pathlib import Path
from typing import Any

import pytest

from sandbox.shopify.customers import customers
from sandbox.shopify.model import Customer
from tests.sandbox.shopify.front import Front
from tests.sandbox.shopify.told import Told, sample, shape

EMAIL = """mutation($input: CustomerEmailMarketingConsentUpdateInput!) {
  customerEmailMarketingConsentUpdate(input: $input) {
    customer { updatedAt defaultEmailAddress { marketingState marketingOptInLevel marketingUpdatedAt } }
    userErrors { field message code }
  }
}"""
SMS = """mutation($input: CustomerSmsMarketingConsentUpdateInput!) {
  customerSmsMarketingConsentUpdate(input: $input) {
    customer { defaultPhoneNumber { smsMarketingConsent { state optInLevel updatedAt collectedFrom } } }
    userErrors { field message code }
  }
}"""
WHATS_APP = """mutation($input: CustomerWhatsAppMarketingConsentUpdateInput!) {
  customerWhatsAppMarketingConsentUpdate(input: $input) {
    customerPhoneNumber { whatsAppMarketingConsent { state optInLevel updatedAt collectedFrom } }
    userErrors { field message code }
  }
}"""


@pytest.fixture
def ada(front: Front) -> Customer:
    return customers.create(front.shop, email="ada@example.com", phone="+15035550142")


def by_email(front: Front, customer: Customer, **consent: Any) -> Any:
    given = {"customerId": customer.id, "emailMarketingConsent": consent}
    return front.ask(EMAIL, {"input": given})["customerEmailMarketingConsentUpdate"]


def by_sms(front: Front, customer: Customer, **consent: Any) -> Any:
    given = {"customerId": customer.id, "smsMarketingConsent": consent}
    return front.ask(SMS, {"input": given})["customerSmsMarketingConsentUpdate"]


def by_whats_app(front: Front, customer: Customer, **consent: Any) -> Any:
    given = {"customerId": customer.id, "whatsAppMarketingConsent": consent}
    return front.ask(WHATS_APP, {"input": given})["customerWhatsAppMarketingConsentUpdate"]


def test_consent_without_a_time_is_of_now(front: Front, ada: Customer) -> None:
    front.wait(30)
    payload = by_email(front, ada, marketingState="SUBSCRIBED", marketingOptInLevel="CONFIRMED_OPT_IN")
    assert payload["userErrors"] == []
    assert payload["customer"] == {
        "updatedAt": "2026-11-02T09:00:30Z",
        "defaultEmailAddress": {
            "marketingState": "SUBSCRIBED",
            "marketingOptInLevel": "CONFIRMED_OPT_IN",
            "marketingUpdatedAt": "2026-11-02T09:00:30Z",
        },
    }


def test_an_unsubscription_needs_no_level_and_keeps_the_one_there_was(front: Front, ada: Customer) -> None:
    by_email(front, ada, marketingState="SUBSCRIBED", marketingOptInLevel="CONFIRMED_OPT_IN")
    payload = by_email(front, ada, marketingState="UNSUBSCRIBED")
    assert payload["userErrors"] == []
    shown = payload["customer"]["defaultEmailAddress"]
    assert (shown["marketingState"], shown["marketingOptInLevel"]) == ("UNSUBSCRIBED", "CONFIRMED_OPT_IN")


def test_sms_consent_has_newer_words(front: Front, ada: Customer) -> None:
    read = """query($id: ID!) { customer(id: $id) {
      smsMarketingConsent { marketingState consentCollectedFrom }
      defaultPhoneNumber { marketingState smsMarketingConsent { state } whatsAppMarketingConsent { state } }
    } }"""
    assert front.ask(read, {"id": ada.id})["customer"] == {
        "smsMarketingConsent": {"marketingState": "NOT_SUBSCRIBED", "consentCollectedFrom": "OTHER"},
        "defaultPhoneNumber": {
            "marketingState": "NOT_SUBSCRIBED",
            "smsMarketingConsent": {"state": "NEVER_SUBSCRIBED"},
            "whatsAppMarketingConsent": {"state": "NEVER_SUBSCRIBED"},
        },
    }
    payload = by_sms(front, ada, marketingState="SUBSCRIBED", marketingOptInLevel="SINGLE_OPT_IN")
    assert payload["customer"]["defaultPhoneNumber"]["smsMarketingConsent"] == {
        "state": "SUBSCRIBED",
        "optInLevel": "SINGLE_OPT_IN",
        "updatedAt": "2026-11-02T09:00:00Z",
        "collectedFrom": "OTHER",
    }


def test_each_channel_is_its_own(front: Front, ada: Customer) -> None:
    by_whats_app(front, ada, state="SUBSCRIBED", optInLevel="SINGLE_OPT_IN")
    assert ada.whats_app_consent.state == "SUBSCRIBED"
    assert (ada.email_consent.state, ada.sms_consent.state) == ("NOT_SUBSCRIBED", "NOT_SUBSCRIBED")


def test_sms_needs_a_phone_number_but_email_only_does_nothing(front: Front) -> None:
    with_email = customers.create(front.shop, email="b@example.com")
    payload = by_sms(front, with_email, marketingState="SUBSCRIBED", marketingOptInLevel="SINGLE_OPT_IN")
    assert payload["userErrors"] == [
        {
            "field": ["input", "smsMarketingConsent"],
            "message": "A phone number is required to set the SMS consent state.",
            "code": "INVALID",
        }
    ]
    with_phone = customers.create(front.shop, phone="+15035550143")
    payload = by_email(front, with_phone, marketingState="SUBSCRIBED", marketingOptInLevel="SINGLE_OPT_IN")
    assert payload["userErrors"] == []
    assert with_phone.email_consent.state == "NOT_SUBSCRIBED"


@pytest.mark.parametrize("state", ["NEVER_SUBSCRIBED", "REDACTED"])
def test_states_that_are_shopifys_to_set_are_refused_at_the_top(front: Front, ada: Customer, state: str) -> None:
    given = {"customerId": ada.id, "whatsAppMarketingConsent": {"state": state}}
    answer = front.post(WHATS_APP, {"input": given}).json()
    assert answer["errors"][0]["message"] == f"Cannot specify {state} as a marketing state input"
    assert answer["data"] == {"customerWhatsAppMarketingConsentUpdate": None}


@pytest.mark.parametrize(
    ("consent", "field", "code"),
    [
        ({"state": "PENDING"}, "optInLevel", "MISSING_ARGUMENT"),
        ({"state": "PENDING", "optInLevel": "UNKNOWN"}, "optInLevel", "INVALID"),
        ({"state": "UNSUBSCRIBED", "updatedAt": "2026-11-02T09:00:01Z"}, "updatedAt", "INVALID"),
    ],
)
def test_faulty_consent_changes_nothing(
    front: Front, ada: Customer, consent: dict[str, Any], field: str, code: str
) -> None:
    payload = by_whats_app(front, ada, **consent)
    assert [error["field"] for error in payload["userErrors"]] == [["input", "whatsAppMarketingConsent", field]]
    assert payload["userErrors"][0]["code"] == code
    assert payload["customerPhoneNumber"]["whatsAppMarketingConsent"]["state"] == "NEVER_SUBSCRIBED"


@pytest.mark.parametrize(("setting", "more"), [("any", ["customers/update"]), ("own fields", [])])
def test_consent_has_a_topic_of_its_own(setting: str, more: list[str]) -> None:
    front = Front({"customers_update_topic": setting})
    ada = customers.create(front.shop, email="ada@example.com")
    told = Told(front.shop)
    for _ in range(2):
        given = {"marketingState": "SUBSCRIBED", "marketingOptInLevel": "SINGLE_OPT_IN"}
        by_email(front, ada, **given, consentUpdatedAt="2026-11-01T00:00:00Z")
    assert told.topics == [*more, "customers_email_marketing_consent/update"]


def test_consent_given_on_creation_is_told_too(front: Front) -> None:
    told = Told(front.shop)
    consent = {"marketing_state": "SUBSCRIBED", "marketing_opt_in_level": "SINGLE_OPT_IN"}
    customers.create(front.shop, email="ada@example.com", email_marketing_consent=consent)
    assert told.topics == ["customers/create", "customers_email_marketing_consent/update"]


def test_webhook_bodies_are_shaped_like_shopifys(front: Front, ada: Customer, shared: Path) -> None:
    told = Told(front.shop)
    by_email(front, ada, marketingState="SUBSCRIBED", marketingOptInLevel="SINGLE_OPT_IN")
    by_sms(front, ada, marketingState="SUBSCRIBED", marketingOptInLevel="SINGLE_OPT_IN")
    by_whats_app(front, ada, state="UNSUBSCRIBED")
    for topic in ("email_marketing_consent", "marketing_consent", "whats_app_marketing_consent"):
        assert shape(told.body(f"customers_{topic}/update")) == shape(sample(shared, f"customers_{topic}_update"))
    assert told.body("customers_marketing_consent/update")["sms_marketing_consent"]["state"] == "subscribed"
