"""Webhook bodies about the store and its apps: app/*, shop/*, bulk_operations/finish, the compliance topics."""

from collections.abc import Sequence
from datetime import UTC
from typing import Any
from zoneinfo import ZoneInfo

from sandbox.shopify.apps.apps import App
from sandbox.shopify.bodies.values import local
from sandbox.shopify.bulk.bulk_model import BulkOperation
from sandbox.shopify.model import Customer
from sandbox.shopify.shop import Shop

PLANS = {
    "basic": ("Basic", "basic"),
    "standard": ("Grow", "professional"),
    "advanced": ("Advanced", "unlimited"),
    "plus": ("Shopify Plus", "shopify_plus"),
}
"""How a plan is shown, and its older name that webhooks still use."""


def shop_body(shop: Shop) -> dict[str, Any]:
    """shop/update and app/uninstalled: the whole shop resource."""
    settings = shop.settings
    zone = ZoneInfo(settings.iana_timezone)
    offset = settings.created_at.astimezone(zone).strftime("%z")
    shown, older_name = PLANS.get(settings.plan, PLANS["standard"])
    symbol = f"${{{{amount}}}} {settings.currency}"
    return {
        "id": int(settings.shop_id),
        "name": settings.name,
        "email": settings.email,
        "domain": settings.primary_host,
        "province": "Oregon",
        "country": settings.country,
        "address1": "1 Mill Row",
        "zip": "97209",
        "city": "Portland",
        "source": None,
        "phone": "+15035550100",
        "latitude": 45.53,
        "longitude": -122.68,
        "primary_locale": "en",
        "address2": None,
        "created_at": local(shop, settings.created_at),
        "updated_at": local(shop, settings.updated_at),
        "country_code": settings.country,
        "country_name": "United States",
        "currency": settings.currency,
        "customer_email": settings.email,
        "timezone": f"(GMT{offset[:3]}:{offset[3:]}) {settings.iana_timezone}",
        "iana_timezone": settings.iana_timezone,
        "shop_owner": "Shop Owner",
        "money_format": "${{amount}}",
        "money_with_currency_format": symbol,
        "weight_unit": "lb",
        "province_code": "OR",
        "taxes_included": settings.taxes_included,
        "auto_configure_tax_inclusivity": None,
        "tax_shipping": None,
        "county_taxes": True,
        "plan_display_name": shown,
        "plan_name": older_name,
        "has_discounts": True,
        "has_gift_cards": True,
        "myshopify_domain": settings.domain,
        "google_apps_domain": None,
        "google_apps_login_enabled": None,
        "money_in_emails_format": "${{amount}}",
        "money_with_currency_in_emails_format": symbol,
        "eligible_for_payments": True,
        "requires_extra_payments_agreement": False,
        "password_enabled": False,
        "has_storefront": True,
        "finances": True,
        "primary_location_id": 61234500001,
        "checkout_api_supported": True,
        "multi_location_enabled": True,
        "setup_required": False,
        "pre_launch_enabled": False,
        "enabled_presentment_currencies": sorted(settings.presentment_currencies),
        "marketing_sms_consent_enabled_at_checkout": False,
        "transactional_sms_disabled": False,
    }


def scopes_updated(shop: Shop, app: App, previous: Sequence[str]) -> dict[str, Any]:
    """app/scopes_update. Time in UTC with milliseconds, unlike its neighbours (sample)."""
    assert app.installation is not None
    return {
        "id": app.installation.id,
        "shop_id": f"gid://shopify/Shop/{shop.settings.shop_id}",
        "previous": list(previous),
        "current": list(app.installation.scopes),
        "updated_at": f"{shop.now.astimezone(UTC):%Y-%m-%dT%H:%M:%S}.000Z",
    }


def bulk_operation_finished(shop: Shop, operation: BulkOperation) -> dict[str, Any]:
    """bulk_operations/finish: words in lower case, `completed_at` null unless it completed."""
    return {
        "admin_graphql_api_id": operation.id,
        "completed_at": local(shop, operation.completed_at),
        "created_at": local(shop, operation.created_at),
        "error_code": operation.error_code.lower() if operation.error_code else None,
        "status": operation.status.lower(),
        "type": operation.type.lower(),
    }


def shop_redact(shop: Shop) -> dict[str, Any]:
    return {"shop_id": int(shop.settings.shop_id), "shop_domain": shop.settings.domain}


def customer_data_request(shop: Shop, customer: Customer, order_ids: Sequence[str], request_id: str) -> dict[str, Any]:
    """customers/data_request: a customer wants to see what is stored."""
    return {
        **shop_redact(shop),
        "orders_requested": [int(order_id) for order_id in order_ids],
        "customer": _person(customer),
        "data_request": {"id": int(request_id)},
    }


def customer_redact(shop: Shop, customer: Customer, order_ids: Sequence[str]) -> dict[str, Any]:
    """customers/redact: a customer wants to be forgotten."""
    return {
        **shop_redact(shop),
        "customer": _person(customer),
        "orders_to_redact": [int(order_id) for order_id in order_ids],
    }


def _person(customer: Customer) -> dict[str, Any]:
    return {"id": int(customer.legacy_resource_id), "email": customer.email, "phone": customer.phone}
