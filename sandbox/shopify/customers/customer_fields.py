"""The fields of a customer that are more than an attribute."""

from typing import Any

from sandbox.shopify.api.connections import Connection, connection
from sandbox.shopify.api.context import Info, shop_of
from sandbox.shopify.api.schema import Resolver
from sandbox.shopify.customers.consent import NEW_WORDS
from sandbox.shopify.customers.customers import can_delete
from sandbox.shopify.customers.durations import in_words
from sandbox.shopify.model import CompanyContact, Consent, Customer
from sandbox.shopify.money import Money

Fields = dict[str, Any]


def email_address(customer: Customer) -> Fields | None:
    """A CustomerEmailAddress."""
    if customer.email is None:
        return None
    return {
        "emailAddress": customer.email,
        "marketingState": customer.email_consent.state,
        "marketingOptInLevel": customer.email_consent.opt_in_level,
        "marketingUpdatedAt": customer.email_consent.updated_at,
        "validFormat": True,  # a malformed one is refused when it is written
    }


def phone_number(customer: Customer) -> Fields | None:
    """A CustomerPhoneNumber: SMS consent in older and newer words, WhatsApp consent."""
    if customer.phone is None:
        return None
    sms = customer.sms_consent
    return {
        "phoneNumber": customer.phone,
        "marketingState": sms.state,
        "marketingOptInLevel": sms.opt_in_level,
        "marketingUpdatedAt": sms.updated_at,
        "marketingCollectedFrom": sms.collected_from,
        "smsMarketingConsent": _newer(sms),
        "whatsAppMarketingConsent": _newer(customer.whats_app_consent),
    }


def _newer(consent: Consent) -> Fields:
    return {
        "state": NEW_WORDS.get(consent.state, consent.state),
        "optInLevel": consent.opt_in_level,
        "updatedAt": consent.updated_at,
        "collectedFrom": consent.collected_from,
    }


def _email_marketing_consent(customer: Customer, _info: Info) -> Fields | None:
    if customer.email is None:
        return None
    consent = customer.email_consent
    return {
        "marketingState": consent.state,
        "marketingOptInLevel": consent.opt_in_level,
        "consentUpdatedAt": consent.updated_at,
    }


def _sms_marketing_consent(customer: Customer, _info: Info) -> Fields | None:
    """Says OTHER even where nobody ever consented (capture customer-email-marketing-consent-update-parity)."""
    if customer.phone is None:
        return None
    consent = customer.sms_consent
    return {
        "marketingState": consent.state,
        "marketingOptInLevel": consent.opt_in_level,
        "consentUpdatedAt": consent.updated_at,
        "consentCollectedFrom": consent.collected_from or "OTHER",
    }


def _addresses(customer: Customer, _info: Info, **page: Any) -> Connection:
    return connection(customer.addresses, **page)


def _amount_spent(customer: Customer, info: Info) -> Money:
    return Money(customer.amount_spent, shop_of(info).settings.currency)


def _profiles(customer: Customer, _info: Info) -> list[CompanyContact]:
    """One at most: a customer belongs to one company (reference §4.2)."""
    return [customer.contact] if customer.contact else []


RESOLVERS: dict[str, Resolver] = {
    "Customer.addressesV2": _addresses,
    "Customer.amountSpent": _amount_spent,
    "Customer.canDelete": lambda customer, info: can_delete(shop_of(info), customer),
    "Customer.companyContactProfiles": _profiles,
    "Customer.defaultEmailAddress": lambda customer, _info: email_address(customer),
    "Customer.defaultPhoneNumber": lambda customer, _info: phone_number(customer),
    "Customer.emailMarketingConsent": _email_marketing_consent,
    "Customer.lifetimeDuration": lambda customer, info: in_words(customer.created_at, shop_of(info).clock.now),
    "Customer.smsMarketingConsent": _sms_marketing_consent,
}
