"""Postal addresses: reading what is given, naming countries and provinces, the one-line area."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sandbox.shopify.api.context import Info
from sandbox.shopify.api.problems import Problem, Refused, refuse_any
from sandbox.shopify.api.schema import Resolver
from sandbox.shopify.customers.countries import (
    COUNTRIES,
    SHOWN_IN_AREA,
    WITH_PROVINCES,
    country_code,
    province_code,
    province_name,
)
from sandbox.shopify.model import CompanyAddress, MailingAddress
from sandbox.shopify.shop import Shop

LONGEST = 255

TEXTS = {
    # given        in messages
    "first_name":  "First name",
    "last_name":   "Last name",
    "company":     "Company",
    "address1":    "Address1",
    "address2":    "Address2",
    "city":        "City",
    "zip":         "Zip",
    "phone":       "Phone",
}  # fmt: skip


def clean(text: str | None) -> str | None:
    """Trimmed; blank becomes None."""
    return (text.strip() or None) if text else None


def camel(name: str) -> str:
    """first_name -> firstName: how a field is called in an error's path."""
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)


def address_values(given: Mapping[str, Any]) -> dict[str, Any]:
    """The attributes of a MailingAddress that `given` (a MailingAddressInput) names. Raises Refused.

    Country and province may be given by code or by name. The wording of these refusals is inferred.
    """
    values = {name: clean(given[name]) for name in TEXTS if name in given}
    problems = [
        Problem((camel(name),), f"{TEXTS[name]} is too long (maximum is {LONGEST} characters)", "TOO_LONG")
        for name, value in values.items()
        if value is not None and len(value) > LONGEST
    ]
    if country := given.get("country_code") or clean(given.get("country")):
        values["country_code"] = country_code(country)
        if values["country_code"] is None:
            problems.append(Problem(("country",), "Country is invalid", "INVALID"))
    refuse_any(problems)
    return values


def new_address(shop: Shop, given: Mapping[str, Any], model_name: str = "CustomerAddress") -> MailingAddress:
    """An address from a MailingAddressInput. Raises Refused."""
    values = address_values(given)
    values["province_code"] = _province(values.get("country_code"), given)
    return MailingAddress(shop.new_id(), model_name=model_name, **values)


def changed_address(address: MailingAddress, given: Mapping[str, Any]) -> MailingAddress:
    """The same address with what is given changed. Raises Refused."""
    values = address_values(given)
    country = values.get("country_code", address.country_code)
    if country != address.country_code or "province_code" in given or "province" in given:
        values["province_code"] = _province(country, given)
    return replace(address, **values)


def is_same(one: MailingAddress, other: MailingAddress) -> bool:
    """Whether two addresses differ in nothing but their ids."""
    names = (*TEXTS, "province_code", "country_code")
    return all(getattr(one, name) == getattr(other, name) for name in names)


def _province(country: str | None, given: Mapping[str, Any]) -> str | None:
    text = clean(given.get("province_code")) or clean(given.get("province"))
    if text is None or country not in WITH_PROVINCES:
        return None
    code = province_code(country, text)
    if code is None:
        name = "provinceCode" if given.get("province_code") else "province"
        raise Refused(Problem((name,), f"Province is not valid in {COUNTRIES[country]}", "INVALID"))
    return code


def country_name(address: MailingAddress | CompanyAddress) -> str | None:
    return COUNTRIES.get(address.country_code or "")


def formatted_area(city: str | None, country: str | None, province: str | None) -> str | None:
    """ "Ottawa ON, Canada", "Ottawa, Canada" (captured); None for an address without any of it."""
    near = " ".join(part for part in (city, province if country in SHOWN_IN_AREA else None) if part)
    return ", ".join(part for part in (near, COUNTRIES.get(country or "")) if part) or None


def address_place(address: MailingAddress | None) -> list[str | None]:
    """Country, province and city in lower case: the sort key LOCATION (capture customers-sort-keys)."""
    if address is None:
        return [None, None, None]
    province = province_name(address.country_code, address.province_code)
    names = (country_name(address), province, address.city)
    return [name.lower() if name else None for name in names]


def _area(address: MailingAddress, _info: Info) -> str | None:
    return formatted_area(address.city, address.country_code, address.province_code)


RESOLVERS: dict[str, Resolver] = {
    "MailingAddress.country": lambda address, _info: country_name(address),
    "MailingAddress.countryCode": lambda address, _info: address.country_code,
    "MailingAddress.countryCodeV2": lambda address, _info: address.country_code,
    "MailingAddress.province": lambda a, _info: province_name(a.country_code, a.province_code),
    "MailingAddress.formattedArea": _area,
}
