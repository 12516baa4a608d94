"""What may be written into a customer, and what becomes of it on the way (reference §4.1 and the captures named)."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from sandbox.shopify.api.problems import Problem, Refused, refuse_any
from sandbox.shopify.customers.addresses import camel, clean
from sandbox.shopify.customers.customer_table import clean_email, customer_table
from sandbox.shopify.customers.phones import e164
from sandbox.shopify.metafields.tags import normal_tags, tag_problem
from sandbox.shopify.model import Customer
from sandbox.shopify.shop import Shop

LONGEST = 255
LONGEST_NOTE = 5_000
NOBODY = Problem(None, "A name, phone number, or email address must be present", "INVALID")

_EMAIL = re.compile(r"[^@]+@[^@.]+(\.[^@.]+)+")
_LOCALE = re.compile(r"([a-z]{2,3})(-[a-z0-9]{2,4})?")

LANGUAGES = frozenset({
    "af", "ak", "am", "ar", "as", "az", "be", "bg", "bm", "bn", "bo", "br", "bs", "ca", "ce", "ckb", "cs", "cu", "cy",
    "da", "de", "dz", "ee", "el", "en", "eo", "es", "et", "eu", "fa", "ff", "fi", "fil", "fo", "fr", "fy", "ga", "gd",
    "gl", "gu", "gv", "ha", "he", "hi", "hr", "hu", "hy", "ia", "id", "ig", "ii", "is", "it", "ja", "jv", "ka", "ki",
    "kk", "kl", "km", "kn", "ko", "ks", "ku", "kw", "ky", "lb", "lg", "ln", "lo", "lt", "lu", "lv", "mg", "mi", "mk",
    "ml", "mn", "mr", "ms", "mt", "my", "nb", "nd", "ne", "nl", "nn", "no", "om", "or", "os", "pa", "pl", "ps", "pt",
    "qu", "rm", "rn", "ro", "ru", "rw", "sa", "sc", "sd", "se", "sg", "si", "sk", "sl", "sn", "so", "sq", "sr", "su",
    "sv", "sw", "ta", "te", "tg", "th", "ti", "tk", "to", "tr", "tt", "ug", "uk", "ur", "uz", "vi", "vo", "wo", "xh",
    "yi", "yo", "zh", "zu",
})  # fmt: skip

Values = dict[str, Any]
"""Attribute of a Customer -> what it becomes."""


def checked(shop: Shop, given: Mapping[str, Any], customer: Customer | None = None) -> Values:
    """The plain attributes that `given` names, as they will be kept. Raises Refused with every problem found.

    `customer` is the one being changed, None for a new one. Addresses, consent and metafields are not looked at.
    """
    refuse_any(_wrong_types(given))
    values = _values(shop, given)
    problems = [
        *_email_problems(shop, values, customer),
        *_phone_problems(shop, given, values, customer),
        *_text_problems(values),
    ]
    if "tags" in values and (problem := tag_problem(values["tags"])):
        problems.append(problem)
    if "locale" in values and not is_locale(values["locale"]):
        problems.append(Problem(("locale",), "Locale is invalid", "INVALID"))
    refuse_any(problems)
    if not any(
        values.get(name, getattr(customer, name, None)) for name in ("first_name", "last_name", "email", "phone")
    ):
        raise Refused(NOBODY)
    return values


def _wrong_types(given: Mapping[str, Any]) -> Iterator[Problem]:
    """A null where a column takes none is noticed before anything else (capture customer-set-parity)."""
    if "tax_exempt" in given and given["tax_exempt"] is None:
        yield Problem(("taxExempt",), "Tax exempt is of unexpected type NilClass", "INVALID")


def _values(shop: Shop, given: Mapping[str, Any]) -> Values:
    values: Values = {
        name: clean(given[name]) for name in ("first_name", "last_name", "multipass_identifier") if name in given
    }
    if "email" in given:
        values["email"] = clean_email(given["email"])
    if "phone" in given:
        text = clean(given["phone"])
        values["phone"] = e164(text, shop.settings.country) if text else None
    if "note" in given:
        values["note"] = given["note"]  # "" stays "" (capture customer-input-validation-parity)
    if "tags" in given:
        values["tags"] = normal_tags(given["tags"] or ())
    if "locale" in given:
        values["locale"] = clean(given["locale"]) or "en"
    if "tax_exempt" in given:
        values["tax_exempt"] = given["tax_exempt"]
    if "tax_exemptions" in given:
        values["tax_exemptions"] = tuple(dict.fromkeys(given["tax_exemptions"] or ()))
    return values


def _email_problems(shop: Shop, values: Values, customer: Customer | None) -> Iterator[Problem]:
    email = values.get("email")
    if email is None:
        return
    if len(email) > LONGEST:
        yield Problem(("email",), f"Email is too long (maximum is {LONGEST} characters)", "TOO_LONG")
    if len(email) > LONGEST or not _EMAIL.fullmatch(email):
        yield Problem(("email",), "Email is invalid", "INVALID")
    elif customer_table(shop).holder("email", email.lower()) not in {None, customer}:
        yield Problem(("email",), "Email has already been taken", "TAKEN")


def _phone_problems(
    shop: Shop, given: Mapping[str, Any], values: Values, customer: Customer | None
) -> Iterator[Problem]:
    phone = values.get("phone")
    if phone is None:
        if clean(given.get("phone")):
            yield Problem(("phone",), "Phone is invalid", "INVALID")
    elif customer_table(shop).holder("phone", phone) not in {None, customer}:
        yield Problem(("phone",), "Phone has already been taken", "TAKEN")


def _text_problems(values: Values) -> Iterator[Problem]:
    for name, label, longest in (
        ("first_name", "First name", LONGEST),
        ("last_name", "Last name", LONGEST),
        ("note", "Note", LONGEST_NOTE),
    ):
        if len(values.get(name) or "") > longest:
            yield Problem((camel(name),), f"{label} is too long (maximum is {longest} characters)", "TOO_LONG")


def is_locale(text: str) -> bool:
    """A known language, with a region or script perhaps: "en", "pt-BR", "zh-Hant"."""
    match = _LOCALE.fullmatch(text.lower())
    return match is not None and match[1] in LANGUAGES
