"""A Shopify customer as a HubSpot contact."""

import re
from unicodedata import normalize

from tandem.mapping.fields import Field, at, walk
from tandem.mapping.forms import amount, first_of, joined, moment, number_of, street, text, words
from tandem.model import Node
from tandem.portal import Portal

LIFECYCLE_STAGE = {"lifecyclestage": "customer"}
"""What a first order says of its buyer. HubSpot's stages only move forward: one that is further is left alone."""

EMAIL = "defaultEmailAddress.emailAddress"


def address_of(value: str | None) -> str:
    """An e-mail address in the form contacts are matched by."""
    return re.sub("[A-Z]+", lambda letters: letters[0].lower(), normalize("NFC", text(value)))


def phone(node: Node) -> str:
    return first_of(at(node, "defaultPhoneNumber.phoneNumber"), at(node, "defaultAddress.phone"))


CONTACT_FIELDS = (
    Field("email",     EMAIL,                     address_of, clears=False),
    Field("firstname", "firstName",               text, clears=False),
    Field("lastname",  "lastName",                text, clears=False),
    Field("phone",     "{defaultPhoneNumber{phoneNumber} defaultAddress{phone}}", phone, clears=False),
    Field("company",   "defaultAddress.company",  text, clears=False),
    Field("address",   "defaultAddress{address1 address2}", street, clears=False),
    Field("city",      "defaultAddress.city",     text, clears=False),
    Field("state",     "defaultAddress.province", text, clears=False),
    Field("zip",       "defaultAddress.zip",      text, clears=False),
    Field("country",   "defaultAddress.country",  text, clears=False),
    Field("hs_language", "locale",                text, clears=False),
    Field("tandem_customer_id",           "id",                       number_of),
    Field("tandem_customer_created_date", "createdAt",                moment),
    Field("tandem_tags",                  "tags",                     joined),
    Field("tandem_orders_count",          "numberOfOrders",           amount),
    Field("tandem_total_spent",           "amountSpent.amount",       amount),
    Field("tandem_total_spent_currency",  "amountSpent.currencyCode", text),
    Field("tandem_email_consent",         "defaultEmailAddress.marketingState",               words),
    Field("tandem_email_consent_level",   "defaultEmailAddress.marketingOptInLevel",          words),
    Field("tandem_email_consent_date",    "defaultEmailAddress.marketingUpdatedAt",           moment),
    Field("tandem_sms_consent",           "defaultPhoneNumber.smsMarketingConsent.state",      words),
    Field("tandem_sms_consent_level",     "defaultPhoneNumber.smsMarketingConsent.optInLevel", words),
    Field("tandem_sms_consent_date",      "defaultPhoneNumber.smsMarketingConsent.updatedAt",  moment),
    Field("tandem_locale",                "locale",                   text),
    Field("tandem_note",                  "note",                     text),
    Field("tandem_account_state",         "state",                    words),
)  # fmt: skip


def contact(node: Node, portal: Portal) -> dict[str, str]:
    """The properties to write; what Shopify has empty is only in it where it clears HubSpot's."""
    return walk(CONTACT_FIELDS, node, portal, "contacts")


def email(node: Node) -> str | None:
    return address_of(at(node, EMAIL)) or None
