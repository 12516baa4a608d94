"""What a person does with customers and companies. Fields are those of Shopify's inputs, in snake_case."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from sandbox.shopify.api.schema import snake
from sandbox.shopify.companies import companies, company_contacts, company_locations
from sandbox.shopify.customers import consent, customer_merge, customers
from sandbox.shopify.people import finding
from sandbox.shopify.views import shown

if TYPE_CHECKING:
    from sandbox.shopify.simulator import Shopify


def create_customer(simulator: "Shopify", **fields: Any) -> Any:
    """Add a customer: first_name, last_name, email, phone, note, tags, addresses…"""
    return shown(customers.create(simulator.shop, **fields), deep=True)


def edit_customer(simulator: "Shopify", customer: str, **fields: Any) -> Any:
    """Change a customer: first_name, last_name, email, phone, note, tags, addresses, locale…"""
    found = finding.customer(simulator.shop, customer)
    customers.update(simulator.shop, found, **fields)
    return shown(found, deep=True)


def set_email_consent(simulator: "Shopify", customer: str, state: str, level: str | None = "SINGLE_OPT_IN") -> Any:
    """Subscribe a customer to e-mail marketing, or the reverse: SUBSCRIBED, UNSUBSCRIBED, PENDING."""
    return _consent(simulator, customer, consent.EMAIL, state, level)


def set_sms_consent(simulator: "Shopify", customer: str, state: str, level: str | None = "SINGLE_OPT_IN") -> Any:
    """The same for text messages."""
    return _consent(simulator, customer, consent.SMS, state, level)


def set_whats_app_consent(simulator: "Shopify", customer: str, state: str, level: str | None = "SINGLE_OPT_IN") -> Any:
    """The same for WhatsApp."""
    return _consent(simulator, customer, consent.WHATS_APP, state, level)


def _consent(simulator: "Shopify", customer: str, channel: consent.Channel, state: str, level: str | None) -> Any:
    found = finding.customer(simulator.shop, customer)
    given = {snake(channel.state): state, snake(channel.level): level}
    customers.set_consent(simulator.shop, found, channel, given)
    return shown(found, deep=True)


def set_customer_state(simulator: "Shopify", customer: str, state: str) -> Any:
    """Enable, disable or invite a classic account: ENABLED, DISABLED, INVITED, DECLINED."""
    if state not in {"ENABLED", "DISABLED", "INVITED", "DECLINED"}:
        raise ValueError(f"no account state {state!r}")
    found = finding.customer(simulator.shop, customer)
    customers.set_state(simulator.shop, found, state)
    return shown(found, deep=True)


def merge_customers(simulator: "Shopify", one: str, two: str, override: Mapping[str, Any] | None = None) -> Any:
    """Merge two customers; one of them is gone afterwards."""
    shop = simulator.shop
    first, second = finding.customer(shop, one), finding.customer(shop, two)
    if first is second:
        raise ValueError(f"customer {one} cannot be merged with itself")
    done = customer_merge.merge(shop, first, second, override or {})
    return {"kept": done.kept_id, "lost": done.lost_id}


def delete_customer(simulator: "Shopify", customer: str) -> Any:
    """Delete a customer without orders."""
    found = finding.customer(simulator.shop, customer)
    customers.delete(simulator.shop, found)
    return {"deleted": found.id}


def create_company(
    simulator: "Shopify",
    name: str,
    contact: Mapping[str, Any] | None = None,
    location: Mapping[str, Any] | None = None,
    **fields: Any,
) -> Any:
    """Add a company: external_id, note, customer_since; with its first contact (email, first_name…) and location."""
    return shown(companies.create(simulator.shop, {"name": name, **fields}, contact, location), deep=True)


def edit_company(simulator: "Shopify", company: str, **fields: Any) -> Any:
    """Change a company: name, external_id, note, customer_since."""
    found = finding.company(simulator.shop, company)
    companies.update(simulator.shop, found, **fields)
    return shown(found, deep=True)


def delete_company(simulator: "Shopify", company: str) -> Any:
    """Delete a company without orders, its contacts and locations along with it."""
    found = finding.company(simulator.shop, company)
    companies.delete(simulator.shop, found)
    return {"deleted": found.id}


def add_company_contact(simulator: "Shopify", company: str, **fields: Any) -> Any:
    """Add a contact: email, first_name, last_name, phone, title; its customer is made, or found by the e-mail."""
    shop = simulator.shop
    return shown(company_contacts.create(shop, finding.company(shop, company), **fields), deep=True)


def edit_company_contact(simulator: "Shopify", contact: str, **fields: Any) -> Any:
    """Change a contact: title, locale, and through it the customer's email, first_name, last_name, phone."""
    found = finding.contact(simulator.shop, contact)
    company_contacts.update(simulator.shop, found, **fields)
    return shown(found, deep=True)


def delete_company_contact(simulator: "Shopify", contact: str) -> Any:
    """Take a contact away from its company; the customer stays."""
    found = finding.contact(simulator.shop, contact)
    company_contacts.delete(simulator.shop, found)
    return {"deleted": found.id}


def add_company_location(simulator: "Shopify", company: str, **fields: Any) -> Any:
    """Add a location: name, external_id, phone, note, billing_address, shipping_address…"""
    shop = simulator.shop
    return shown(company_locations.create(shop, finding.company(shop, company), **fields), deep=True)


def edit_company_location(simulator: "Shopify", location: str, **fields: Any) -> Any:
    """Change a location: name, external_id, phone, note…"""
    found = finding.location(simulator.shop, location)
    company_locations.update(simulator.shop, found, **fields)
    return shown(found, deep=True)


def delete_company_location(simulator: "Shopify", location: str) -> Any:
    """Delete a location without orders."""
    found = finding.location(simulator.shop, location)
    company_locations.delete(simulator.shop, found)
    return {"deleted": found.id}


ACTIONS: tuple[Callable[..., Any], ...] = (
    create_customer,
    edit_customer,
    set_email_consent,
    set_sms_consent,
    set_whats_app_consent,
    set_customer_state,
    merge_customers,
    delete_customer,
    create_company,
    edit_company,
    delete_company,
    add_company_contact,
    edit_company_contact,
    delete_company_contact,
    add_company_location,
    edit_company_location,
    delete_company_location,
)
