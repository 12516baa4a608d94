"""What HubSpot must say of a customer: docs/mapping.md, worked out from the store's books."""

import re
from unicodedata import normalize

from sandbox.oracle.forms import amount, joined, moment, text, words
from sandbox.oracle.views import JSON

CONTACT_KEPT = frozenset(
    "email firstname lastname phone company address city state zip country hs_language".split()  # noqa: SIM905
)


def email(customer: JSON) -> str:
    address = normalize("NFC", text(customer["email"]))
    return re.sub("[A-Z]+", lambda letters: letters[0].lower(), address)


def contact_values(customer: JSON, currency: str) -> dict[str, str]:
    """All properties of the table, but the key and the life-cycle stage."""
    place = customer["default_address"] or {}
    mail, sms = customer["email_consent"] or {}, customer["sms_consent"] or {}
    return {
        "email": email(customer),
        "firstname": text(customer["first_name"]),
        "lastname": text(customer["last_name"]),
        "phone": text(customer["phone"]) or text(place.get("phone")),
        "company": text(place.get("company")),
        "address": joined((place.get("address1"), place.get("address2"))),
        "city": text(place.get("city")),
        "state": text(place.get("province")),
        "zip": text(place.get("zip")),
        "country": text(place.get("country")),
        "hs_language": text(customer["locale"]),
        "tandem_customer_id": customer["id"],
        "tandem_customer_created_date": moment(customer["created_at"]),
        "tandem_tags": joined(customer["tags"]),
        "tandem_orders_count": amount(customer["number_of_orders"]),
        "tandem_total_spent": amount(customer["amount_spent"]),
        "tandem_total_spent_currency": currency,
        "tandem_email_consent": words(mail.get("state")),
        "tandem_email_consent_level": words(mail.get("level")),
        "tandem_email_consent_date": moment(mail.get("at")),
        "tandem_sms_consent": words(sms.get("newer_state")),
        "tandem_sms_consent_level": words(sms.get("level")),
        "tandem_sms_consent_date": moment(sms.get("at")),
        "tandem_locale": text(customer["locale"]),
        "tandem_note": text(customer["note"]),
        "tandem_account_state": words(customer["state"]),
    }
