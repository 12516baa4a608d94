"""Bodies of the customer topics. They hold no tags, no consent and no counts: those have topics of their own."""

from collections.abc import Iterable
from datetime import UTC
from decimal import Decimal
from typing import Any

from sandbox.shopify.bodies.values import local, number
from sandbox.shopify.customers.addresses import country_name
from sandbox.shopify.customers.consent import NEW_WORDS
from sandbox.shopify.customers.countries import province_name
from sandbox.shopify.model import Consent, Customer, MailingAddress
from sandbox.shopify.money import plain_text
from sandbox.shopify.shop import Shop

Body = dict[str, Any]


def customer(shop: Shop, row: Customer) -> Body:
    """customers/create, update, enable, disable. Without a default address the key is absent."""
    body: Body = {
        "id": number(row.legacy_resource_id),
        "created_at": local(shop, row.created_at),
        "updated_at": local(shop, row.updated_at),
        "first_name": row.first_name,
        "last_name": row.last_name,
        "state": row.state.lower(),
        "note": row.note,
        "verified_email": row.verified_email,
        "multipass_identifier": row.multipass_identifier,
        "tax_exempt": row.tax_exempt,
        "email": row.email,
        "phone": row.phone,
        "currency": shop.settings.currency,
        "addresses": [address(row, one) for one in row.addresses],
        "tax_exemptions": list(row.tax_exemptions),
        "admin_graphql_api_id": row.id,
    }
    if row.default_address is not None:
        body["default_address"] = address(row, row.default_address)
    return body


def address(row: Customer, one: MailingAddress) -> Body:
    return {
        "id": number(one.legacy_resource_id),
        "customer_id": number(row.legacy_resource_id),
        "first_name": one.first_name,
        "last_name": one.last_name,
        "company": one.company,
        "address1": one.address1,
        "address2": one.address2,
        "city": one.city,
        "province": province_name(one.country_code, one.province_code),
        "country": country_name(one),
        "zip": one.zip,
        "phone": one.phone,
        "name": one.name or "",
        "province_code": one.province_code,
        "country_code": one.country_code,
        "country_name": country_name(one),
        "default": one is row.default_address,
    }


def deleted(row: Customer) -> Body:
    return {
        "id": number(row.legacy_resource_id),
        "tax_exemptions": list(row.tax_exemptions),
        "admin_graphql_api_id": row.id,
    }


def tags(shop: Shop, row: Customer, which: Iterable[str]) -> Body:
    """customer.tags_added, customer.tags_removed: times in UTC."""
    return {"customerId": row.id, "tags": list(which), "occurredAt": _utc(shop)}


def email_consent(shop: Shop, row: Customer) -> Body:
    consent = row.email_consent
    return {
        "customer_id": number(row.legacy_resource_id),
        "email_address": row.email,
        "email_marketing_consent": {
            "state": consent.state.lower(),
            "opt_in_level": consent.opt_in_level.lower(),
            "consent_updated_at": local(shop, consent.updated_at),
        },
    }


def sms_consent(shop: Shop, row: Customer) -> Body:
    consent = row.sms_consent
    return {
        "id": number(row.legacy_resource_id),
        "phone": row.phone,
        "sms_marketing_consent": {
            "state": consent.state.lower(),
            "opt_in_level": consent.opt_in_level.lower(),
            "consent_updated_at": local(shop, consent.updated_at),
            "consent_collected_from": _origin(consent),
        },
    }


def whats_app_consent(shop: Shop, row: Customer) -> Body:
    consent = row.whats_app_consent
    return {
        "customer_id": number(row.legacy_resource_id),
        "phone_number": row.phone,
        "whats_app_marketing_consent": {
            "state": NEW_WORDS.get(consent.state, consent.state).lower(),
            "opt_in_level": consent.opt_in_level.lower(),
            "updated_at": local(shop, consent.updated_at),
            "collected_from": _origin(consent),
        },
    }


def _origin(consent: Consent) -> str:
    return (consent.collected_from or "OTHER").lower()


def purchasing_summary(shop: Shop, row: Customer) -> Body:
    spent: Decimal = row.amount_spent
    currency = shop.settings.currency
    return {
        "customerId": row.id,
        "numberOfOrders": row.number_of_orders,
        "amountSpent": {"amount": plain_text(spent, currency), "currencyCode": currency},
        "lastOrderId": row.last_order_id,
        "occurredAt": _utc(shop),
    }


def merged(kept: Customer, lost: Customer) -> Body:
    """customers/merge: `admin_graphql_api_job_id` is null in the reference sample."""
    return {
        "admin_graphql_api_customer_kept_id": kept.id,
        "admin_graphql_api_customer_deleted_id": lost.id,
        "admin_graphql_api_job_id": None,
        "status": "completed",
        "errors": [],
    }


def _utc(shop: Shop) -> str:
    return shop.now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
