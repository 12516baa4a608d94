"""Marketing consent by e-mail, SMS and WhatsApp: what may be set, in which order faults are told (captured)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from graphql import GraphQLError

from sandbox.shopify.api.context import top_level_error
from sandbox.shopify.api.problems import Problem, Refused, refuse_any, under
from sandbox.shopify.model import Consent
from sandbox.shopify.shop import Shop

SETTABLE = frozenset({"SUBSCRIBED", "UNSUBSCRIBED", "PENDING"})
"""All other states are Shopify's own to set."""


@dataclass(frozen=True, slots=True)
class Channel:
    """One way to reach a customer: where its consent is kept, and what its inputs and messages call things."""

    attribute: str
    """of Customer"""
    contact: str
    """attribute of Customer that it needs"""
    given: str
    """key of the inline input"""
    shown: str
    """the same in error paths"""
    state: str
    level: str
    updated_at: str
    without_contact: str
    mutation: str


EMAIL = Channel(
    "email_consent",
    "email",
    "email_marketing_consent",
    "emailMarketingConsent",
    "marketingState",
    "marketingOptInLevel",
    "consentUpdatedAt",
    "An email address is required to set the email marketing consent state.",
    "customerEmailMarketingConsentUpdate",
)
SMS = replace(
    EMAIL,
    attribute="sms_consent",
    contact="phone",
    given="sms_marketing_consent",
    shown="smsMarketingConsent",
    without_contact="A phone number is required to set the SMS consent state.",
    mutation="customerSmsMarketingConsentUpdate",
)
WHATS_APP = Channel(
    "whats_app_consent",
    "phone",
    "whats_app_marketing_consent",
    "whatsAppMarketingConsent",
    "state",
    "optInLevel",
    "updatedAt",
    "A phone number is required to set the WhatsApp consent state.",
    "customerWhatsAppMarketingConsentUpdate",
)
CHANNELS = (EMAIL, SMS, WHATS_APP)

NEW_WORDS = {"NOT_SUBSCRIBED": "NEVER_SUBSCRIBED"}
"""SMS and WhatsApp consent have a newer spelling beside the old one (reference §4.1)."""


def refuse_state(channel: Channel, given: Mapping[str, Any]) -> None:
    """Raise the top-level error for a state that nobody may set."""
    state = given[_snake(channel.state)]
    if state not in SETTABLE:
        raise _forbidden(state)


def _forbidden(state: str) -> GraphQLError:
    return top_level_error(f"Cannot specify {state} as a marketing state input", "INVALID")


def _snake(name: str) -> str:
    return "".join(f"_{sign.lower()}" if sign.isupper() else sign for sign in name)


def new_consent(shop: Shop, channel: Channel, given: Mapping[str, Any], before: Consent) -> Consent:
    """The consent that `given` asks for. Raises Refused with paths below the consent input."""
    state: str = given[_snake(channel.state)]
    level: str | None = given.get(_snake(channel.level))
    when: datetime | None = given.get(_snake(channel.updated_at))
    refuse_any(_problems(shop, channel, state, level, when))
    return Consent(state, level or before.opt_in_level, when or shop.now, "OTHER")


def _problems(shop: Shop, channel: Channel, state: str, level: str | None, when: datetime | None) -> Iterator[Problem]:
    if state != "UNSUBSCRIBED" and level is None:
        yield Problem((channel.level,), "Marketing opt in level must exist", "MISSING_ARGUMENT")
    elif state == "PENDING" and level != "CONFIRMED_OPT_IN":
        message = "Marketing opt in level must be confirmed opt-in for pending consent state"
        yield Problem((channel.level,), message, "INVALID")
    if when is not None and when > shop.clock.now:
        yield Problem((channel.updated_at,), "Consent updated at must not be in the future", "INVALID")


def inline(shop: Shop, given: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, Consent]:
    """Consent given while a customer is made, by attribute. `values` are the customer's own (its e-mail, its phone).

    Raises Refused, or GraphQLError for a forbidden state (capture customer-input-inline-consent-parity).
    """
    consents = {}
    for channel in CHANNELS:
        if (asked := given.get(channel.given)) is None:
            continue
        refuse_state(channel, asked)
        if values.get(channel.contact) is None:
            raise Refused(Problem((channel.shown,), channel.without_contact, "INVALID"))
        with under(channel.shown):
            consents[channel.attribute] = new_consent(shop, channel, asked, Consent())
    return consents


def refuse_inline(given: Mapping[str, Any]) -> None:
    """An update takes no consent: each channel has its own mutation (same capture). Raises Refused."""
    refuse_any(
        Problem((channel.shown,), f"To update {channel.shown}, please use the {channel.mutation} Mutation instead")
        for channel in CHANNELS
        if given.get(channel.given) is not None
    )
