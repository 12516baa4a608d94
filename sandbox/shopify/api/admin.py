"""The store itself, the calling app's installation, API versions, and records by global id."""

from typing import Any
from zoneinfo import ZoneInfo

from graphql import GraphQLError

from sandbox.shopify.api import events
from sandbox.shopify.api.access import check_record, is_readable
from sandbox.shopify.api.context import Context, Info, shop_of
from sandbox.shopify.api.schema import Resolver
from sandbox.shopify.apps.apps import App
from sandbox.shopify.apps.versions import public_api_versions
from sandbox.shopify.customers.countries import COUNTRIES
from sandbox.shopify.metafields.metafield_rules import is_foreign
from sandbox.shopify.model import Metafield
from sandbox.shopify.shop import Shop

PLANS = {
    # plan          shown as           plus
    "standard":     ("Basic",          False),
    "advanced":     ("Advanced",       False),
    "plus":         ("Shopify Plus",   True),
    "enterprise":   ("Enterprise",     True),
}  # fmt: skip


def shop_fields(shop: Shop) -> dict[str, Any]:
    """`shop`, field by field."""
    own = shop.settings
    offset = shop.clock.now.astimezone(ZoneInfo(own.iana_timezone)).strftime("%z")
    minutes = int(offset[:3]) * 60 + int(offset[0] + offset[3:])
    shown_as, plus = PLANS[own.plan]
    url = f"https://{own.primary_host}"
    return {
        "__typename": "Shop",
        "contactEmail": own.email,
        "createdAt": own.created_at,
        "currencyCode": own.currency,
        "customerAccountsV2": {"customerAccountsVersion": "NEW_CUSTOMER_ACCOUNTS" if own.b2b else "CLASSIC"},
        "email": own.email,
        "enabledPresentmentCurrencies": list(own.presentment_currencies),
        "ianaTimezone": own.iana_timezone,
        "id": f"gid://shopify/Shop/{own.shop_id}",
        "myshopifyDomain": own.domain,
        "name": own.name,
        "plan": {"partnerDevelopment": False, "publicDisplayName": shown_as, "shopifyPlus": plus},
        "primaryDomain": {
            "__typename": "Domain",
            "host": own.primary_host,
            "id": f"gid://shopify/Domain/{own.shop_id}",
            "sslEnabled": True,
            "url": url,
        },
        "shopAddress": {
            "__typename": "ShopAddress",
            "country": COUNTRIES[own.country],
            "countryCode": own.country,
            "countryCodeV2": own.country,
            "id": f"gid://shopify/ShopAddress/{own.shop_id}?model_name=Shop",
        },
        "taxesIncluded": own.taxes_included,
        "timezoneOffset": offset,
        "timezoneOffsetMinutes": minutes,
        "updatedAt": own.updated_at,
        "url": url,
    }


def _shop(_root: object, info: Info) -> dict[str, Any]:
    return shop_fields(shop_of(info))


def calling_app(context: Context) -> App:
    return context.shop.apps[context.access.client_id]


def _current_app_installation(_root: object, info: Info) -> dict[str, Any]:
    """The scopes are those of the token, which may lag behind what the merchant granted since."""
    app = calling_app(info.context)
    assert app.installation is not None, "a token of an app that is not installed opens nothing"
    scopes = info.context.access.scopes
    if info.context.shop.switches["access_scopes_listed"] == "granted":
        scopes = frozenset(s for s in scopes if s.replace("read_", "write_", 1) not in scopes - {s})
    return {
        "__typename": "AppInstallation",
        "accessScopes": [{"handle": handle} for handle in sorted(scopes)],
        "app": app,
        "id": app.installation.id,
    }


def _node(_root: object, info: Info, id: str) -> Any | None:  # noqa: A002  Shopify's name
    """Any record; null for an id that names none, or an order too old for the app."""
    return readable(info.context, "node", id)


def _nodes(_root: object, info: Info, ids: list[str]) -> list[Any]:
    """In the order asked for, doubles included; what may not be seen is null with an error of its own."""
    found: list[Any] = []
    for gid in ids:
        try:
            found.append(readable(info.context, "nodes", gid))
        except GraphQLError as refused:
            found.append(refused)
    return found


def readable(context: Context, field: str, gid: str) -> Any | None:
    """The record of a global id as this app may see it. Raises GraphQLError for a missing scope."""
    record = shop_fields(context.shop) if gid.startswith("gid://shopify/Shop/") else context.shop.node(gid)
    if record is None or isinstance(record, dict):
        return record if record is None or record["id"] == gid else None
    owner = context.shop.node(record.owner_id) if isinstance(record, Metafield) else record
    if isinstance(record, Metafield) and is_foreign(record.namespace, context.access.app_id):
        return None
    check_record(context, field, owner)
    return record if is_readable(context, owner) else None


RESOLVERS: dict[str, Resolver] = {
    "QueryRoot.currentAppInstallation": _current_app_installation,
    "QueryRoot.event": events.event,
    "QueryRoot.events": events.events,
    "QueryRoot.eventsCount": events.events_count,
    "QueryRoot.node": _node,
    "QueryRoot.nodes": _nodes,
    "QueryRoot.publicApiVersions": lambda _root, info: public_api_versions(shop_of(info).clock.now),
    "QueryRoot.shop": _shop,
}


def register(shop: Shop) -> None:
    """Events are nodes too."""
    shop.derived[events.TYPENAME] = lambda legacy_id: events.find(shop, legacy_id)
