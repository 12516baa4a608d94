"""Companies: made with their first contact and location, changed, deleted.

Python callers pass the fields of CompanyCreateInput in snake_case:
`create(shop, {"name": "Fernhill"}, contact={"email": "buyer@example.com"}, location={"name": "Campus"})`.
"""

from collections.abc import Mapping
from typing import Any

from sandbox.shopify.api.problems import Problem, Refused, under
from sandbox.shopify.bodies import companies as bodies
from sandbox.shopify.companies import company_contacts, company_locations
from sandbox.shopify.companies.company_rules import NOTHING_GIVEN, company_values
from sandbox.shopify.metafields import metafield_rules
from sandbox.shopify.model import Company, CompanyContactRole, CompanyLocation
from sandbox.shopify.shop import Shop

ORDERING = "Ordering only"
ROLES = ("Location admin", ORDERING)
"""Every company is born with these."""

Given = Mapping[str, Any]


def create(shop: Shop, given: Given, contact: Given | None = None, location: Given | None = None) -> Company:
    """Make a company. Raises Refused with paths below the whole input.

    It always has a location, by default with its own name; a contact becomes the main one and may order there
    (captures b2b-company-create-lifecycle, b2b-company-roots-read).
    """
    with under("company"):
        values = company_values(shop, given)
    values.setdefault("customer_since", shop.now)
    company = Company(shop.new_id(), shop.now, shop.now, **values)
    if contact is not None:
        with under("companyContact"):
            company_contacts.check_new(shop, None, contact)
    with under("companyLocation"):
        place = company_locations.values_of(shop, company, location or {})
    for name in ROLES:
        note = f"System-defined {name} role"
        role = CompanyContactRole(shop.new_id(), company, shop.now, shop.now, name, note)
        company.contact_roles.append(role)
        shop.save(role)
    shop.save(company)
    shop.publish("companies/create", lambda: bodies.company(shop, company))
    made = company_locations.add(shop, company, place)
    if contact is not None:
        person = company_contacts.create(shop, company, **contact)
        company_contacts.set_main(shop, company, person)
        company_contacts.assign_role(shop, person, made, default_role(company))
    return company


def default_role(company: Company) -> CompanyContactRole:
    return next(role for role in company.contact_roles if role.name == ORDERING)


def update(shop: Shop, company: Company, **given: Any) -> None:
    """Change what is given. Raises Refused; nothing happens if nothing is new."""
    if not given:
        raise Refused(NOTHING_GIVEN)
    values = company_values(shop, given, company)
    changed = {name: value for name, value in values.items() if getattr(company, name) != value}
    if not changed:
        return
    for name, value in changed.items():
        setattr(company, name, value)
    shop.save(company)
    shop.publish("companies/update", lambda: bodies.company(shop, company))


def touched(shop: Shop, company: Company) -> None:
    """A metafield of the company changed."""
    if shop.switches["metafield_moves_owner"] == "yes":
        shop.save(company)
        shop.publish("companies/update", lambda: bodies.company(shop, company))


def location_touched(shop: Shop, location: CompanyLocation) -> None:
    """A metafield of the location changed."""
    if shop.switches["metafield_moves_owner"] == "yes":
        company_locations.touched(shop, location)


def delete(shop: Shop, company: Company) -> None:
    """Delete a company with its contacts and locations; the customers stay. Raises Refused if it has orders.

    Drafts and store credit stand in the way too (capture company-delete-failed-deletable-check); neither is modelled.
    """
    if any(company_locations.has_history(shop, location) for location in company.locations):
        raise Refused(Problem(None, "Failed to delete the company.", "FAILED_TO_DELETE"))
    company.main_contact = None
    for contact in list(company.contacts):
        company_contacts.delete(shop, contact)
    for location in list(company.locations):
        company_locations.remove(shop, location)
    for role in company.contact_roles:
        shop.remove(role)
    metafield_rules.release_all(shop, company)
    shop.delete(company, "")
    shop.publish("companies/delete", lambda: bodies.company(shop, company))
