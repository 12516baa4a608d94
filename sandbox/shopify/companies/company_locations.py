"""Locations of companies: made, changed, deleted, given addresses."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from sandbox.shopify.api.problems import Problem, Refused, under
from sandbox.shopify.bodies import companies as bodies
from sandbox.shopify.companies.company_rules import NOTHING_GIVEN, Values, address_values, location_values, zone
from sandbox.shopify.customers.addresses import camel
from sandbox.shopify.metafields import metafield_rules
from sandbox.shopify.model import Company, CompanyAddress, CompanyLocation
from sandbox.shopify.shop import Shop

MOST = 10_000
"""Locations of one company (reference §4.2)."""

KINDS = {"BILLING": "billing_address", "SHIPPING": "shipping_address"}

Given = Mapping[str, Any]


def values_of(shop: Shop, company: Company, given: Given) -> Values:
    """Everything a new location will hold, addresses included. Raises Refused with nothing done."""
    if len(company.locations) >= MOST:
        raise Refused(Problem((), f"A company can have at most {MOST} locations.", "LIMIT_REACHED"))
    values = {"name": company.name} | {n: v for n, v in location_values(shop, given).items() if v is not None}
    for kind in KINDS.values():
        if given.get(kind) is not None:
            values[kind] = _new_address(shop, company, kind, given[kind])
    if given.get("billing_same_as_shipping") and values.get("shipping_address"):
        values["billing_address"] = replace(values["shipping_address"], legacy_resource_id=shop.new_id())
    return values


def _new_address(shop: Shop, company: Company, kind: str, given: Given) -> CompanyAddress:
    with under(camel(kind)):
        values = address_values(given, whole=True)
        values["zone_code"] = zone(values["country_code"], values.get("zone_code"))
    return CompanyAddress(shop.new_id(), company, shop.now, shop.now, **values)


def add(shop: Shop, company: Company, values: Values) -> CompanyLocation:
    """Give a company a location of checked values."""
    location = CompanyLocation(shop.new_id(), company, shop.now, shop.now, **values)
    company.locations.append(location)
    shop.save(location)
    shop.publish("company_locations/create", lambda: bodies.location(shop, location))
    return location


def create(shop: Shop, company: Company, **given: Any) -> CompanyLocation:
    """Make a location; without a name it bears the company's. Raises Refused."""
    return add(shop, company, values_of(shop, company, given))


def update(shop: Shop, location: CompanyLocation, **given: Any) -> None:
    """Change what is given. Raises Refused."""
    if not given:
        raise Refused(NOTHING_GIVEN)
    apply(shop, location, location_values(shop, given, location))


def apply(shop: Shop, location: CompanyLocation, values: Values) -> None:
    """Set attributes that passed the checks; nothing happens if none of them is new."""
    changed = {name: value for name, value in values.items() if getattr(location, name) != value}
    if not changed:
        return
    for name, value in changed.items():
        setattr(location, name, value)
    touched(shop, location)


def touched(shop: Shop, location: CompanyLocation) -> None:
    shop.save(location)
    shop.publish("company_locations/update", lambda: bodies.location(shop, location))


def assign_address(shop: Shop, location: CompanyLocation, given: Given, kinds: Sequence[str]) -> list[CompanyAddress]:
    """Set the BILLING or SHIPPING address, or both: what is given changes the one that is there. Raises Refused."""
    made: dict[str, CompanyAddress] = {}
    for kind in (KINDS[word] for word in dict.fromkeys(kinds)):
        before: CompanyAddress | None = getattr(location, kind)
        values = address_values(given, whole=before is None)
        country = values.get("country_code") or (before.country_code if before else "")
        if before is None or "zone_code" in values or country != before.country_code:
            values["zone_code"] = zone(country, values.get("zone_code"))
        if before is None:
            made[kind] = CompanyAddress(shop.new_id(), location.company, shop.now, shop.now, **values)
        else:
            made[kind] = replace(before, updated_at=shop.now, **values)
    apply(shop, location, dict(made))
    return list(made.values())


def remove_address(shop: Shop, location: CompanyLocation, address: CompanyAddress) -> None:
    apply(shop, location, {kind: None for kind in KINDS.values() if getattr(location, kind) is address})


def has_history(shop: Shop, location: CompanyLocation) -> bool:
    """Whether orders stand in the way of a deletion, or did a moment ago (capture company-delete-failed-…)."""
    if location.orders_count:
        return True
    gone = location.orders_deleted_at
    return gone is not None and shop.clock.now < gone + timedelta(seconds=float(shop.switches["order_history_lag"]))


def delete(shop: Shop, location: CompanyLocation) -> None:
    """Delete a location and the roles held there. Raises Refused if it has orders."""
    if has_history(shop, location):
        raise Refused(Problem(None, "Failed to delete the company location.", "FAILED_TO_DELETE"))
    remove(shop, location)


def remove(shop: Shop, location: CompanyLocation) -> None:
    """Take a location away, whatever stands against it."""
    for assignment in location.role_assignments:
        assignment.contact.role_assignments.remove(assignment)
        shop.remove(assignment)
    location.role_assignments.clear()
    location.company.locations.remove(location)
    metafield_rules.release_all(shop, location)
    shop.delete(location, "")
    shop.publish("company_locations/delete", lambda: bodies.location(shop, location))
