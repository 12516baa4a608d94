"""Every property of a contact, row by row; what an empty value does."""

from typing import Any

import pytest

from tandem.mapping.contacts import CONTACT_FIELDS, contact, email
from tandem.portal import Property
from tests.mapping import samples
from tests.mapping.samples import Node, account

LANGUAGES = account({"contacts": {"hs_language": Property(type="enumeration", options=frozenset({"en", "pt-br"}))}})
NOTHING: Node = {
    "firstName": None,
    "lastName": None,
    "locale": "",
    "note": None,
    "tags": [],
    "defaultEmailAddress": None,
    "defaultPhoneNumber": None,
    "defaultAddress": None,
}

CASES: list[tuple[str, Node, str]] = [
    ("email", {}, "ada@example.com"),
    ("firstname", {}, "Ada"),
    ("lastname", {}, "Quill"),
    ("phone", {}, "+441225111111"),
    ("phone", {"defaultPhoneNumber": None}, "+441225000000"),
    ("company", {}, "Quill & Co"),
    ("address", {}, "1 Long Lane, Floor 2"),
    ("city", {}, "Bath"),
    ("state", {}, "Somerset"),
    ("zip", {}, "BA1"),
    ("country", {}, "United Kingdom"),
    ("hs_language", {"locale": "pt-BR"}, "pt-br"),
    ("tandem_customer_id", {}, "31"),
    ("tandem_customer_created_date", {}, "2025-01-02T03:04:05Z"),
    ("tandem_tags", {}, "vip, wholesale"),
    ("tandem_orders_count", {}, "12"),
    ("tandem_total_spent", {}, "1200.5"),
    ("tandem_total_spent_currency", {}, "EUR"),
    ("tandem_email_consent", {}, "Not subscribed"),
    ("tandem_email_consent_level", {}, "Single opt in"),
    ("tandem_email_consent_date", {}, "2026-01-01T00:00:00Z"),
    ("tandem_sms_consent", {}, "Never subscribed"),
    ("tandem_sms_consent_level", {}, ""),
    ("tandem_sms_consent_date", {}, "2026-02-01T00:00:00Z"),
    ("tandem_locale", {"locale": "pt-BR"}, "pt-BR"),
    ("tandem_note", {}, "Prefers mail"),
    ("tandem_account_state", {}, "Enabled"),
]


@pytest.mark.parametrize(("name", "changes", "written"), CASES)
def test_row(name: str, changes: Node, written: str) -> None:
    assert contact(samples.customer(**changes), LANGUAGES)[name] == written


def test_every_row_has_a_case() -> None:
    assert {row.property for row in CONTACT_FIELDS} == {name for name, _, _ in CASES}


def test_what_shopify_has_empty_leaves_the_contact_s_own_fields() -> None:
    written = contact(samples.customer(**NOTHING), LANGUAGES)
    assert {name for name in written if not name.startswith("tandem_")} == set()
    assert {written[name] for name in ("tandem_note", "tandem_tags", "tandem_email_consent")} == {""}


def test_a_language_the_account_has_not_is_left_out() -> None:
    assert "hs_language" not in contact(samples.customer(locale="tlh"), LANGUAGES)


@pytest.mark.parametrize(
    ("address", "found"),
    [
        ({"emailAddress": "ADA@example.com"}, "ada@example.com"),
        ({"emailAddress": " "}, None),
        (None, None),
    ],
)
def test_email(address: Any, found: str | None) -> None:
    assert email(samples.customer(defaultEmailAddress=address)) == found
