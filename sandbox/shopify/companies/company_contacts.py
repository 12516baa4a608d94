"""Contacts of companies, each around one customer, and the roles they hold at locations."""

from collections.abc import Mapping
from typing import Any

from sandbox.shopify.api.problems import Problem, Refused, refuse_any
from sandbox.shopify.bodies import companies as bodies
from sandbox.shopify.companies.company_rules import LONGEST, NOTHING_GIVEN, Values
from sandbox.shopify.customers import customers
from sandbox.shopify.customers.addresses import clean
from sandbox.shopify.customers.customer_rules import checked, is_locale
from sandbox.shopify.customers.customer_table import by_email
from sandbox.shopify.model import (
    Company,
    CompanyContact,
    CompanyContactRole,
    CompanyContactRoleAssignment,
    CompanyLocation,
    Customer,
)
from sandbox.shopify.shop import Shop

MOST = 10_000
MOST_AT_LOCATION = 50
"""Contacts of one company, and at one of its locations (reference §4.2)."""

OF_THE_CUSTOMER = ("first_name", "last_name", "email", "phone")

ALREADY = Problem(("companyId",), "Customer is already associated with a company contact.", "INVALID_INPUT")
NO_EMAIL = Problem(("companyId",), "Customer must have an email address.", "INVALID_INPUT")

Given = Mapping[str, Any]


def _own_values(given: Given) -> Values:
    """Title and locale, which are the contact's; all else is the customer's. Raises Refused."""
    values: Values = {}
    problems = []
    if "title" in given:
        values["title"] = clean(given["title"])
        if len(values["title"] or "") > LONGEST:
            problems.append(Problem(("title",), f"Title is too long (maximum is {LONGEST} characters)", "TOO_LONG"))
    if "locale" in given:
        values["locale"] = clean(given["locale"]) or "en"
        if not is_locale(values["locale"]):
            problems.append(Problem(("locale",), "Locale is invalid", "INVALID"))
    refuse_any(problems)
    return values


def check_new(shop: Shop, company: Company | None, given: Given) -> None:
    """Whether a contact can be made. Raises Refused with nothing done.

    An e-mail address is needed; that of a customer who is no contact yet makes this customer the contact.
    """
    _own_values(given)
    if company is not None and len(company.contacts) >= MOST:
        raise Refused(Problem((), f"A company can have at most {MOST} contacts.", "LIMIT_REACHED"))
    if clean(given.get("email")) is None:
        raise Refused(Problem(("email",), "Email can't be blank", "BLANK"))
    known = by_email(shop, given["email"])
    if known is not None and known.contact is not None:
        raise Refused(Problem(("email",), "Email address has already been taken.", "TAKEN"))
    checked(shop, _customer_fields(given), known)


def _customer_fields(given: Given) -> Values:
    return {name: given[name] for name in OF_THE_CUSTOMER if name in given}


def create(shop: Shop, company: Company, **given: Any) -> CompanyContact:
    """Make a contact, and its customer unless there is one with this e-mail address. Raises Refused."""
    check_new(shop, company, given)
    customer = by_email(shop, given["email"]) or customers.create(shop, **_customer_fields(given))
    return _add(shop, company, customer, _own_values(given))


def assign_customer(shop: Shop, company: Company, customer: Customer) -> CompanyContact:
    """Make a contact of a customer. Raises Refused (capture assign-customer-as-contact-no-email-invalid-input)."""
    if customer.contact is not None:
        raise Refused(ALREADY)
    if customer.email is None:
        raise Refused(NO_EMAIL)
    return _add(shop, company, customer, {})


def _add(shop: Shop, company: Company, customer: Customer, values: Values) -> CompanyContact:
    contact = CompanyContact(shop.new_id(), company, customer, shop.now, shop.now, **values)
    company.contacts.append(contact)
    customer.contact = contact
    shop.save(contact)
    shop.reindex(company)
    shop.publish("company_contacts/create", lambda: bodies.contact(shop, contact))
    return contact


def update(shop: Shop, contact: CompanyContact, **given: Any) -> None:
    """Change what is given; names, e-mail and phone go to the customer. Raises Refused with nothing done.

    Both company_contacts/update and customers/update fire (reference §8).
    """
    if not given:
        raise Refused(NOTHING_GIVEN)
    values = _own_values(given)
    if "email" in given and clean(given["email"]) is None:
        raise Refused(Problem(("email",), "Email can't be blank", "BLANK"))
    before = contact.customer.updated_at, {name: getattr(contact.customer, name) for name in OF_THE_CUSTOMER}
    customers.update(shop, contact.customer, **_customer_fields(given))
    after = contact.customer.updated_at, {name: getattr(contact.customer, name) for name in OF_THE_CUSTOMER}
    changed = {name: value for name, value in values.items() if getattr(contact, name) != value}
    for name, value in changed.items():
        setattr(contact, name, value)
    if changed or before != after:
        shop.save(contact)
        shop.publish("company_contacts/update", lambda: bodies.contact(shop, contact))


def delete(shop: Shop, contact: CompanyContact) -> None:
    """End a contact; the customer stays (inferred). If it was the main contact, the company has none."""
    for assignment in list(contact.role_assignments):
        revoke(shop, assignment)
    company = contact.company
    company.contacts.remove(contact)
    contact.customer.contact = None
    if company.main_contact is contact:
        set_main(shop, company, None)
    shop.remove(contact)
    shop.reindex(company)
    shop.publish("company_contacts/delete", lambda: bodies.contact(shop, contact))


def set_main(shop: Shop, company: Company, contact: CompanyContact | None) -> None:
    if company.main_contact is not contact:
        company.main_contact = contact
        shop.save(company)
        shop.publish("companies/update", lambda: bodies.company(shop, company))


def assign_role(
    shop: Shop, contact: CompanyContact, location: CompanyLocation, role: CompanyContactRole
) -> CompanyContactRoleAssignment:
    """Give a contact its one role at a location. Raises Refused."""
    if any(assignment.location is location for assignment in contact.role_assignments):
        message = "Company contact has already been assigned a role in that company location."
        raise Refused(Problem(None, message, "LIMIT_REACHED"))
    if len(location.role_assignments) >= MOST_AT_LOCATION:
        raise Refused(Problem(None, f"A location can have at most {MOST_AT_LOCATION} contacts.", "LIMIT_REACHED"))
    made = CompanyContactRoleAssignment(shop.new_id(), contact.company, contact, location, role, shop.now, shop.now)
    contact.role_assignments.append(made)
    location.role_assignments.append(made)
    shop.save(made)
    shop.publish("company_contact_roles/assign", lambda: bodies.assignment(shop, made))
    return made


def revoke(shop: Shop, assignment: CompanyContactRoleAssignment) -> None:
    assignment.contact.role_assignments.remove(assignment)
    assignment.location.role_assignments.remove(assignment)
    shop.remove(assignment)
    shop.publish("company_contact_roles/revoke", lambda: bodies.assignment(shop, assignment))
