"""What may be written into companies, their locations and addresses (captures b2b-*; other wording inferred)."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, cast

from sandbox.shopify.api.problems import Problem, Refused, refuse_any
from sandbox.shopify.customers.addresses import camel, clean
from sandbox.shopify.customers.countries import COUNTRIES, WITH_PROVINCES, province_code
from sandbox.shopify.customers.customer_rules import is_locale
from sandbox.shopify.customers.phones import e164
from sandbox.shopify.model import Company, CompanyLocation
from sandbox.shopify.shop import Shop
from sandbox.shopify.unique import UniqueTable

LONGEST = 255
LONGEST_NOTE = 5_000
LONGEST_EXTERNAL_ID = 64
SIGNS = "!@#$%^&*(){}[]\\/?<>_-~,.;:'`\""
"""What an external id may hold beside letters and digits."""

NOTHING_GIVEN = Problem((), "At least one attribute to change must be present.", "NO_INPUT")

_EXTERNAL_ID = re.compile(f"[A-Za-z0-9{re.escape(SIGNS)}]*")

Given = Mapping[str, Any]
Values = dict[str, Any]


def companies_of(shop: Shop) -> UniqueTable[Company]:
    return cast(UniqueTable[Company], shop.companies)


def locations_of(shop: Shop) -> UniqueTable[CompanyLocation]:
    return cast(UniqueTable[CompanyLocation], shop.company_locations)


def company_claims(company: Company) -> Iterator[tuple[str, str]]:
    if company.external_id:
        yield "external_id", company.external_id


def location_claims(location: CompanyLocation) -> Iterator[tuple[str, str]]:
    """The external id, and the addresses so that they are found by id."""
    if location.external_id:
        yield "external_id", location.external_id
    for address in (location.billing_address, location.shipping_address):
        if address is not None:
            yield "address", address.legacy_resource_id


def company_values(shop: Shop, given: Given, company: Company | None = None) -> Values:
    """The attributes of a company that `given` (a CompanyInput) names. Raises Refused."""
    values: Values = {name: clean(given[name]) for name in ("name", "external_id") if name in given}
    if "note" in given:
        values["note"] = given["note"]
    if given.get("customer_since") is not None:
        values["customer_since"] = given["customer_since"]
    problems = [*_text_problems(values, company is None), *_external_id_problems(companies_of(shop), values, company)]
    refuse_any(problems)
    return values


def location_values(shop: Shop, given: Given, location: CompanyLocation | None = None) -> Values:
    """The plain attributes of a location that `given` names. Raises Refused."""
    values: Values = {name: clean(given[name]) for name in ("name", "external_id") if name in given}
    if "note" in given:
        values["note"] = given["note"]
    phone = clean(given.get("phone"))
    if "phone" in given:
        values["phone"] = e164(phone, shop.settings.country) if phone else None
    if "locale" in given:
        values["locale"] = clean(given["locale"]) or "en"
    if given.get("tax_exempt") is not None:
        values["tax_exempt"] = given["tax_exempt"]
    if given.get("tax_exemptions") is not None:
        values["tax_exemptions"] = tuple(dict.fromkeys(given["tax_exemptions"]))
    if "tax_registration_id" in given:
        values["tax_registration_id"] = clean(given["tax_registration_id"])
    problems = [*_text_problems(values, False), *_external_id_problems(locations_of(shop), values, location)]
    if phone and values["phone"] is None:
        problems.append(Problem(("phone",), "Phone is invalid", "INVALID"))
    if "locale" in values and not is_locale(values["locale"]):
        problems.append(Problem(("locale",), "Locale is invalid", "INVALID"))
    refuse_any(problems)
    return values


def _text_problems(values: Values, name_needed: bool) -> Iterator[Problem]:
    if (name_needed or "name" in values) and not values.get("name"):
        yield Problem(("name",), "Name can't be blank", "BLANK")
    for name, longest in (("name", LONGEST), ("note", LONGEST_NOTE)):
        if len(values.get(name) or "") > longest:
            message = f"{name.capitalize()} is too long (maximum is {longest} characters)"
            yield Problem((name,), message, "TOO_LONG")


def _external_id_problems(
    table: UniqueTable[Any], values: Values, row: Company | CompanyLocation | None
) -> Iterator[Problem]:
    """Length, signs, uniqueness, in this order (capture b2b-external-id-validation)."""
    external_id = values.get("external_id")
    if external_id is None:
        return
    path = ("externalId",)
    if len(external_id) > LONGEST_EXTERNAL_ID:
        yield Problem(path, f"External Id must be {LONGEST_EXTERNAL_ID} characters or less.", "TOO_LONG")
    elif not _EXTERNAL_ID.fullmatch(external_id):
        message = f"External Id can only contain numbers, letters, and some special characters, including {SIGNS}"
        yield Problem(path, message, "INVALID")
    elif table.holder("external_id", external_id) not in {None, row}:
        yield Problem(path, "External id has already been taken.", "TAKEN")


def address_values(given: Given, *, whole: bool) -> Values:
    """The attributes of a CompanyAddress that `given` names; a `whole` one needs a street and a country.

    Raises Refused.
    """
    names = ("address1", "address2", "city", "zip", "phone", "recipient", "first_name", "last_name")
    values: Values = {name: clean(given[name]) for name in names if name in given}
    if given.get("country_code") is not None:
        values["country_code"] = given["country_code"]
    refuse_any(_address_problems(values, whole))
    if "zone_code" in given:
        values["zone_code"] = clean(given["zone_code"])
    return values


def _address_problems(values: Values, whole: bool) -> Iterator[Problem]:
    for name, label in (("address1", "Address1"), ("country_code", "Country code")):
        if not values.get(name) and (whole or name in values):
            yield Problem((camel(name),), f"{label} can't be blank", "BLANK")
    for name, value in values.items():
        if len(value or "") > LONGEST:
            message = f"{name.replace('_', ' ').capitalize()} is too long (maximum is {LONGEST} characters)"
            yield Problem((camel(name),), message, "TOO_LONG")


def zone(country: str, given: str | None) -> str | None:
    """The code of a zone of a country. Raises Refused for one that is not there."""
    if given is None or country not in WITH_PROVINCES:
        return None
    code = province_code(country, given)
    if code is None:
        raise Refused(Problem(("zoneCode",), f"Zone is not valid in {COUNTRIES[country]}", "INVALID"))
    return code
