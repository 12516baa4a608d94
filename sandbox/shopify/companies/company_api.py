"""Companies in the GraphQL schema: look-ups, lists, fields. All of it is denied while B2B is off."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import wraps
from typing import Any, TypeVar

from sandbox.shopify.api.connections import (
    Connection,
    Edge,
    Order,
    PageInfo,
    by_id,
    by_instant,
    by_number,
    by_text,
    by_words,
    connection,
)
from sandbox.shopify.api.context import Info, shop_of, top_level_error
from sandbox.shopify.api.listings import SortKeys, by_update, counted, listing
from sandbox.shopify.api.schema import Resolver
from sandbox.shopify.api.search import Exact, Filters, Id, Instant, Number, Text
from sandbox.shopify.api.unmodelled import Unmodelled
from sandbox.shopify.companies import company_mutations
from sandbox.shopify.companies.companies import default_role
from sandbox.shopify.companies.company_rules import company_claims, location_claims, locations_of
from sandbox.shopify.customers.addresses import formatted_area
from sandbox.shopify.customers.countries import COUNTRIES, province_name
from sandbox.shopify.customers.durations import in_words
from sandbox.shopify.model import (
    Company,
    CompanyAddress,
    CompanyContact,
    CompanyContactRole,
    CompanyLocation,
    Node,
)
from sandbox.shopify.money import Money
from sandbox.shopify.shop import Shop, Terms
from sandbox.shopify.unique import UniqueTable

N = TypeVar("N", bound=Node)


def orders_count(company: Company) -> int:
    return sum(location.orders_count for location in company.locations)


def total_spent(company: Company) -> Decimal:
    return sum((location.total_spent for location in company.locations), Decimal(0))


COMPANY_FILTERS: Filters = {
    "default": Text(),
    "active_customers_count": Number(),
    "created_at": Instant(),
    "external_id": Exact(),
    "id": Id(),
    "name": Text(),
    "ordering_status": Unmodelled("companies"),
    "since_date": Instant(),
    "updated_at": Instant(),
}
LOCATION_FILTERS: Filters = {
    "default": Text(),
    "company_id": Id(),
    "created_at": Instant(),
    "external_id": Exact(),
    "id": Id(),
    "ids": Id(),
    "name": Text(),
    "updated_at": Instant(),
}
COMPANY_SORT_KEYS: SortKeys = {
    "CREATED_AT": by_instant(lambda company: company.created_at),
    "ID": by_id(),
    "NAME": by_text(lambda company: company.name.lower()),
    "ORDER_COUNT": by_number(orders_count),
    "SINCE_DATE": by_instant(lambda company: company.customer_since),
    "TOTAL_SPENT": Order(total_spent, str, Decimal),
    "UPDATED_AT": by_update(),
}
LOCATION_SORT_KEYS: SortKeys = {
    "COMPANY_AND_LOCATION_NAME": by_words(lambda one: [one.company.name.lower(), one.name.lower()]),
    "COMPANY_ID": by_number(lambda location: int(location.company.legacy_resource_id)),
    "CREATED_AT": by_instant(lambda location: location.created_at),
    "ID": by_id(),
    "NAME": by_text(lambda location: location.name.lower()),
    "UPDATED_AT": by_update(),
}


def company_terms(company: Company) -> Terms:
    return {
        "default": [text for text in (company.name, company.external_id) if text],
        "active_customers_count": len(company.contacts),
        "created_at": company.created_at,
        "external_id": company.external_id,
        "name": company.name,
        "since_date": company.customer_since,
        "updated_at": company.updated_at,
    }


def location_terms(location: CompanyLocation) -> Terms:
    return {
        "default": [text for text in (location.name, location.external_id, location.company.name) if text],
        "company_id": location.company.legacy_resource_id,
        "created_at": location.created_at,
        "external_id": location.external_id,
        "ids": location.legacy_resource_id,
        "name": location.name,
        "updated_at": location.updated_at,
    }


def companies(_root: Any, info: Info, **asked: Any) -> Connection:
    shop = shop_of(info)
    return listing(shop, shop.companies, COMPANY_FILTERS, COMPANY_SORT_KEYS, info, **asked)


def companies_count(_root: Any, info: Info, **asked: Any) -> dict[str, Any]:
    shop = shop_of(info)
    return counted(shop, shop.companies, COMPANY_FILTERS, info, **asked)


@dataclass(frozen=True, slots=True)
class Page:
    """A page that says of itself what it is told to."""

    nodes: list[Any]
    edges: list[Edge]
    page_info: PageInfo


def company_locations(_root: Any, info: Info, **asked: Any) -> Connection | Page:
    """A later page may claim one more than there is (reference §10 trap 25)."""
    shop = shop_of(info)
    page = listing(shop, shop.company_locations, LOCATION_FILTERS, LOCATION_SORT_KEYS, info, **asked)
    if shop.switches["locations_extra_page"] == "yes" and asked.get("after") and page.nodes:
        return Page(page.nodes, page.edges, replace(page.page_info, has_next_page=True))
    return page


def _found(kind: type[N]) -> Resolver:
    def resolve(_root: Any, info: Info, id: str) -> N | None:  # noqa: A002  the argument's name
        found = shop_of(info).node(id)
        return found if isinstance(found, kind) else None

    return resolve


def _spent(amount: Callable[[Any], Decimal]) -> Resolver:
    return lambda row, info: Money(amount(row), shop_of(info).settings.currency)


def _since(start: Callable[[Any], Any]) -> Resolver:
    return lambda row, info: in_words(start(row), shop_of(info).clock.now)


def _nested(rows: Callable[[Any], Any]) -> Resolver:
    return lambda row, _info, **page: connection(rows(row), **page)


def _exactly(number: Callable[[Any], int]) -> Resolver:
    return lambda row, _info: {"count": number(row), "precision": "EXACT"}


def _tax_settings(location: CompanyLocation, _info: Info) -> dict[str, Any]:
    return {
        "taxExempt": location.tax_exempt,
        "taxExemptions": location.tax_exemptions,
        "taxRegistrationId": location.tax_registration_id,
    }


def _address_by_id(shop: Shop, legacy_id: str) -> CompanyAddress | None:
    location = locations_of(shop).holder("address", legacy_id)
    pair = (location.billing_address, location.shipping_address) if location else ()
    return next((one for one in pair if one is not None and one.legacy_resource_id == legacy_id), None)


def _where_b2b_is_on(path: str, resolve: Resolver) -> Resolver:
    """Denied in a store without B2B (schema 2026-10; the wording follows other denials)."""
    field = path.partition(".")[2]
    verb = "read" if path.startswith("QueryRoot.") else "write"
    needed = (
        f"`{verb}_customers` access scope or `{verb}_companies` access scope. Also: The shop must have access to B2B."
    )

    @wraps(resolve)
    def guarded(root: Any, info: Info, **arguments: Any) -> Any:
        if not shop_of(info).settings.b2b:
            message = f"Access denied for {field} field. Required access: {needed}"
            raise top_level_error(message, "ACCESS_DENIED", requiredAccess=needed)
        return resolve(root, info, **arguments)

    return guarded


def register(shop: Shop) -> None:
    shop.tables["Company"] = UniqueTable(company_terms, company_claims)
    shop.tables["CompanyLocation"] = UniqueTable(location_terms, location_claims)
    for typename in ("CompanyContact", "CompanyContactRole", "CompanyContactRoleAssignment"):
        shop.add_table(typename, lambda _row: {})
    shop.derived["CompanyAddress"] = lambda legacy_id: _address_by_id(shop, legacy_id)


_ROOTS: dict[str, Resolver] = {
    "QueryRoot.companies": companies,
    "QueryRoot.companiesCount": companies_count,
    "QueryRoot.company": _found(Company),
    "QueryRoot.companyContact": _found(CompanyContact),
    "QueryRoot.companyContactRole": _found(CompanyContactRole),
    "QueryRoot.companyLocation": _found(CompanyLocation),
    "QueryRoot.companyLocations": company_locations,
    **company_mutations.RESOLVERS,
}

RESOLVERS: dict[str, Resolver] = {
    **{path: _where_b2b_is_on(path, resolve) for path, resolve in _ROOTS.items()},
    "Company.contactRoles": _nested(lambda company: company.contact_roles),
    "Company.contacts": _nested(lambda company: company.contacts),
    "Company.contactsCount": _exactly(lambda company: len(company.contacts)),
    "Company.defaultRole": lambda company, _info: default_role(company),
    "Company.lifetimeDuration": _since(lambda company: company.customer_since),
    "Company.locations": _nested(lambda company: company.locations),
    "Company.locationsCount": _exactly(lambda company: len(company.locations)),
    "Company.ordersCount": _exactly(orders_count),
    "Company.totalSpent": _spent(total_spent),
    "CompanyAddress.companyName": lambda address, _info: address.company.name,
    "CompanyAddress.country": lambda address, _info: COUNTRIES[address.country_code],
    "CompanyAddress.formattedArea": lambda a, _info: formatted_area(a.city, a.country_code, a.zone_code),
    "CompanyAddress.province": lambda address, _info: province_name(address.country_code, address.zone_code),
    "CompanyContact.isMainContact": lambda contact, _info: contact.company.main_contact is contact,
    "CompanyContact.lifetimeDuration": _since(lambda contact: contact.created_at),
    "CompanyContact.roleAssignments": _nested(lambda contact: contact.role_assignments),
    "CompanyContactRoleAssignment.companyContact": lambda assignment, _info: assignment.contact,
    "CompanyContactRoleAssignment.companyLocation": lambda assignment, _info: assignment.location,
    "CompanyLocation.currency": lambda _location, info: shop_of(info).settings.currency,
    "CompanyLocation.ordersCount": _exactly(lambda location: location.orders_count),
    "CompanyLocation.roleAssignments": _nested(lambda location: location.role_assignments),
    "CompanyLocation.taxSettings": _tax_settings,
    "CompanyLocation.totalSpent": _spent(lambda location: location.total_spent),
}
