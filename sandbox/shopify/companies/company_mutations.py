"""The mutations of companies, contacts, roles and locations."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from sandbox.shopify.api.context import Info, shop_of
from sandbox.shopify.api.mutations import answering
from sandbox.shopify.api.problems import Problem, Refused, under, user_errors
from sandbox.shopify.api.schema import Resolver
from sandbox.shopify.companies import companies, company_contacts, company_locations
from sandbox.shopify.companies.company_rules import locations_of
from sandbox.shopify.model import (
    Company,
    CompanyContact,
    CompanyContactRole,
    CompanyContactRoleAssignment,
    CompanyLocation,
    Customer,
    Node,
)
from sandbox.shopify.orders.order_table import orders_of
from sandbox.shopify.shop import Shop

Given = Mapping[str, Any]
Payload = dict[str, Any]
N = TypeVar("N", bound=Node)

LABELS = {
    Company: "Company",
    CompanyContact: "Company contact",
    CompanyContactRole: "Company role",
    CompanyContactRoleAssignment: "Company contact role assignment",
    CompanyLocation: "Company location",
    Customer: "Customer",
}


def _demanded(shop: Shop, kind: type[N], gid: str, *path: str) -> N:
    """The record of a global id. Raises Refused: "Company does not exist." is captured, the others go by it."""
    found = shop.node(gid)
    if not isinstance(found, kind):
        raise Refused(Problem(path, f"{LABELS[kind]} does not exist.", "RESOURCE_NOT_FOUND"))
    return found


@answering("company")
def company_create(shop: Shop, input: Given) -> Company:  # noqa: A002  the argument's name
    parts = (input["company"], input.get("company_contact"), input.get("company_location"))
    with under("input"):
        return companies.create(shop, *parts)


@answering("company")
def company_update(shop: Shop, company_id: str, input: Given) -> Company:  # noqa: A002
    company = _demanded(shop, Company, company_id, "companyId")
    with under("input"):
        companies.update(shop, company, **input)
    return company


@answering("deletedCompanyId")
def company_delete(shop: Shop, id: str) -> str:  # noqa: A002
    company = _demanded(shop, Company, id, "id")
    with under("id"):
        companies.delete(shop, company)
    return company.id


def companies_delete(_root: Any, info: Info, company_ids: Sequence[str]) -> Payload:
    """Each by itself: what can go goes, the rest is named by index (capture company-delete-failed-deletable-check)."""
    shop, deleted, errors = shop_of(info), [], []
    for number, gid in enumerate(company_ids):
        path = ("companyIds", str(number))
        company = shop.node(gid)
        try:
            if not isinstance(company, Company):
                raise Refused(Problem((), "Resource requested does not exist.", "RESOURCE_NOT_FOUND"))
            companies.delete(shop, company)
            deleted.append(company.id)
        except Refused as refused:
            errors += user_errors(refused.under(*path))
    return {"deletedCompanyIds": deleted, "userErrors": errors}


@answering("company")
def company_assign_main_contact(shop: Shop, company_id: str, company_contact_id: str) -> Company:
    company = _demanded(shop, Company, company_id, "companyId")
    contact = _demanded(shop, CompanyContact, company_contact_id, "companyContactId")
    if contact.company is not company:
        message = "The company contact does not belong to the company."
        raise Refused(Problem(("companyContactId",), message, "INVALID_INPUT"))
    company_contacts.set_main(shop, company, contact)
    return company


@answering("company")
def company_revoke_main_contact(shop: Shop, company_id: str) -> Company:
    company = _demanded(shop, Company, company_id, "companyId")
    company_contacts.set_main(shop, company, None)
    return company


@answering("companyContact")
def company_assign_customer(shop: Shop, company_id: str, customer_id: str) -> CompanyContact:
    company = _demanded(shop, Company, company_id, "companyId")
    customer = _demanded(shop, Customer, customer_id, "customerId")
    return company_contacts.assign_customer(shop, company, customer)


@answering("companyContact")
def contact_create(shop: Shop, company_id: str, input: Given) -> CompanyContact:  # noqa: A002
    company = _demanded(shop, Company, company_id, "companyId")
    with under("input"):
        return company_contacts.create(shop, company, **input)


@answering("companyContact")
def contact_update(shop: Shop, company_contact_id: str, input: Given) -> CompanyContact:  # noqa: A002
    contact = _demanded(shop, CompanyContact, company_contact_id, "companyContactId")
    with under("input"):
        company_contacts.update(shop, contact, **input)
    return contact


@answering("deletedCompanyContactId")
def contact_delete(shop: Shop, company_contact_id: str) -> str:
    """Refused for one who ordered (inferred); removing it from the company is not."""
    contact = _demanded(shop, CompanyContact, company_contact_id, "companyContactId")
    table = orders_of(shop)
    placed = (order for location in contact.company.locations for order in table.of_company_location(location))
    if any(order.company_contact is contact for order in placed):
        message = "Failed to delete the company contact."
        raise Refused(Problem(("companyContactId",), message, "FAILED_TO_DELETE"))
    company_contacts.delete(shop, contact)
    return contact.id


@answering("removedCompanyContactId")
def contact_remove(shop: Shop, company_contact_id: str) -> str:
    contact = _demanded(shop, CompanyContact, company_contact_id, "companyContactId")
    company_contacts.delete(shop, contact)
    return contact.id


@answering("companyContactRoleAssignment")
def contact_assign_role(
    shop: Shop, company_contact_id: str, company_contact_role_id: str, company_location_id: str
) -> CompanyContactRoleAssignment:
    contact = _demanded(shop, CompanyContact, company_contact_id, "companyContactId")
    return _assigned(shop, contact, company_contact_role_id, company_location_id)


def _assigned(
    shop: Shop, contact: CompanyContact, role_id: str, location_id: str, *path: str
) -> CompanyContactRoleAssignment:
    role = _demanded(shop, CompanyContactRole, role_id, *path, "companyContactRoleId")
    location = _demanded(shop, CompanyLocation, location_id, *path, "companyLocationId")
    for one, name in ((role.company, "companyContactRoleId"), (location.company, "companyLocationId")):
        if one is not contact.company:
            message = "The resource does not belong to the company of the contact."
            raise Refused(Problem((*path, name), message, "INVALID_INPUT"))
    return company_contacts.assign_role(shop, contact, location, role)


def contact_assign_roles(_root: Any, info: Info, company_contact_id: str, roles_to_assign: Sequence[Given]) -> Payload:
    """Each by itself, errors by index."""
    shop, made, errors = shop_of(info), [], []
    try:
        contact = _demanded(shop, CompanyContact, company_contact_id, "companyContactId")
    except Refused as refused:
        return {"roleAssignments": None, "userErrors": user_errors(refused)}
    for number, one in enumerate(roles_to_assign):
        path = ("rolesToAssign", str(number))
        try:
            made.append(_assigned(shop, contact, one["company_contact_role_id"], one["company_location_id"], *path))
        except Refused as refused:
            errors += user_errors(refused if refused.problems[0].field else refused.under(*path))
    return {"roleAssignments": made, "userErrors": errors}


@answering("revokedCompanyContactRoleAssignmentId")
def contact_revoke_role(shop: Shop, company_contact_id: str, company_contact_role_assignment_id: str) -> str:
    contact = _demanded(shop, CompanyContact, company_contact_id, "companyContactId")
    path = "companyContactRoleAssignmentId"
    assignment = _demanded(shop, CompanyContactRoleAssignment, company_contact_role_assignment_id, path)
    if assignment.contact is not contact:
        raise Refused(Problem((path,), "Role assignment does not belong to the company contact.", "INVALID_INPUT"))
    company_contacts.revoke(shop, assignment)
    return assignment.id


@answering("companyLocation")
def location_create(shop: Shop, company_id: str, input: Given) -> CompanyLocation:  # noqa: A002
    company = _demanded(shop, Company, company_id, "companyId")
    with under("input"):
        return company_locations.create(shop, company, **input)


@answering("companyLocation")
def location_update(shop: Shop, company_location_id: str, input: Given) -> CompanyLocation:  # noqa: A002
    location = _demanded(shop, CompanyLocation, company_location_id, "companyLocationId")
    with under("input"):
        company_locations.update(shop, location, **input)
    return location


@answering("deletedCompanyLocationId")
def location_delete(shop: Shop, company_location_id: str) -> str:
    location = _demanded(shop, CompanyLocation, company_location_id, "companyLocationId")
    with under("companyLocationId"):
        company_locations.delete(shop, location)
    return location.id


@answering("addresses")
def location_assign_address(shop: Shop, location_id: str, address: Given, address_types: Sequence[str]) -> list[Any]:
    location = _demanded(shop, CompanyLocation, location_id, "locationId")
    with under("address"):
        return list(company_locations.assign_address(shop, location, address, address_types))


@answering("deletedAddressId")
def address_delete(shop: Shop, address_id: str) -> str:
    location = locations_of(shop).holder("address", address_id.rpartition("/")[2])
    addresses = (location.billing_address, location.shipping_address) if location else ()
    address = next((one for one in addresses if one is not None and one.id == address_id), None)
    if location is None or address is None:
        raise Refused(Problem(("addressId",), "Company address does not exist.", "RESOURCE_NOT_FOUND"))
    company_locations.remove_address(shop, location, address)
    return address.id


RESOLVERS: dict[str, Resolver] = {
    "Mutation.companiesDelete": companies_delete,
    "Mutation.companyAddressDelete": address_delete,
    "Mutation.companyAssignCustomerAsContact": company_assign_customer,
    "Mutation.companyAssignMainContact": company_assign_main_contact,
    "Mutation.companyContactAssignRole": contact_assign_role,
    "Mutation.companyContactAssignRoles": contact_assign_roles,
    "Mutation.companyContactCreate": contact_create,
    "Mutation.companyContactDelete": contact_delete,
    "Mutation.companyContactRemoveFromCompany": contact_remove,
    "Mutation.companyContactRevokeRole": contact_revoke_role,
    "Mutation.companyContactUpdate": contact_update,
    "Mutation.companyCreate": company_create,
    "Mutation.companyDelete": company_delete,
    "Mutation.companyLocationAssignAddress": location_assign_address,
    "Mutation.companyLocationCreate": location_create,
    "Mutation.companyLocationDelete": location_delete,
    "Mutation.companyLocationUpdate": location_update,
    "Mutation.companyRevokeMainContact": company_revoke_main_contact,
    "Mutation.companyUpdate": company_update,
}
