"""Bodies of the company topics: they name records by global id alone."""

from typing import Any

from sandbox.shopify.bodies.values import local
from sandbox.shopify.customers.countries import COUNTRIES, province_name
from sandbox.shopify.model import (
    Company,
    CompanyAddress,
    CompanyContact,
    CompanyContactRole,
    CompanyContactRoleAssignment,
    CompanyLocation,
)
from sandbox.shopify.shop import Shop

Body = dict[str, Any]


def company(shop: Shop, row: Company) -> Body:
    return {
        "name": row.name,
        "note": row.note,
        "external_id": row.external_id,
        "main_contact_admin_graphql_api_id": row.main_contact.id if row.main_contact else None,
        "created_at": local(shop, row.created_at),
        "updated_at": local(shop, row.updated_at),
        "customer_since": local(shop, row.customer_since),
        "admin_graphql_api_id": row.id,
    }


def contact(shop: Shop, row: CompanyContact) -> Body:
    return {
        "customer_admin_graphql_api_id": row.customer.id,
        "title": row.title,
        "locale": row.locale,
        "created_at": local(shop, row.created_at),
        "updated_at": local(shop, row.updated_at),
        "admin_graphql_api_id": row.id,
        "company": company(shop, row.company),
    }


def location(shop: Shop, row: CompanyLocation) -> Body:
    return {
        "name": row.name,
        "external_id": row.external_id,
        "phone": row.phone,
        "locale": row.locale,
        "created_at": local(shop, row.created_at),
        "updated_at": local(shop, row.updated_at),
        "note": row.note,
        "buyer_experience_configuration": {
            "checkout_to_draft": False,
            "editable_shipping_address": False,
            "payment_terms_template_admin_graphql_api_id": None,
        },
        "admin_graphql_api_id": row.id,
        "tax_exemptions": list(row.tax_exemptions),
        "tax_settings": {
            "tax_registration_id": row.tax_registration_id,
            "tax_exempt": row.tax_exempt,
            "tax_exemptions": list(row.tax_exemptions),
        },
        "company": company(shop, row.company),
        "billing_address": address(shop, row.billing_address),
        "shipping_address": address(shop, row.shipping_address),
        "tax_registration": {"tax_id": row.tax_registration_id},
    }


def address(shop: Shop, row: CompanyAddress | None) -> Body | None:
    if row is None:
        return None
    return {
        "address1": row.address1,
        "city": row.city,
        "province": province_name(row.country_code, row.zone_code),
        "country": COUNTRIES[row.country_code],
        "zip": row.zip,
        "recipient": row.recipient,
        "first_name": row.first_name,
        "last_name": row.last_name,
        "address2": row.address2,
        "phone": row.phone,
        "zone_code": row.zone_code,
        "country_code": row.country_code,
        "created_at": local(shop, row.created_at),
        "updated_at": local(shop, row.updated_at),
        "admin_graphql_api_id": row.id,
        "company_admin_graphql_api_id": row.company.id,
    }


def assignment(shop: Shop, row: CompanyContactRoleAssignment) -> Body:
    """company_contact_roles/assign and revoke."""
    return {
        "company_contact": contact(shop, row.contact),
        "company_location": location(shop, row.location),
        "company_contact_role": role(shop, row.role),
        "admin_graphql_api_id": row.id,
    }


def role(shop: Shop, row: CompanyContactRole) -> Body:
    return {
        "name": row.name,
        "note": row.note,
        "created_at": local(shop, row.created_at),
        "updated_at": local(shop, row.updated_at),
        "admin_graphql_api_id": row.id,
    }
