"""Webhook subscriptions over GraphQL: create, update, delete, read, list, count."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from sandbox.shopify.api.connections import Connection, by_id, by_instant
from sandbox.shopify.api.context import Info, shop_of, user_error
from sandbox.shopify.api.listings import SortKeys, counted, listing
from sandbox.shopify.api.schema import Resolver
from sandbox.shopify.api.search import Exact, Filters, Id, Instant
from sandbox.shopify.apps.apps import WebhookSubscription
from sandbox.shopify.apps.versions import public_api_version
from sandbox.shopify.shop import Shop, Terms
from sandbox.shopify.webhooks import subscriptions
from sandbox.shopify.webhooks.topics import BY_HEADER, BY_NAME, TOPICS

FILTERS: Filters = {"id": Id(), "created_at": Instant(), "updated_at": Instant()}
COUNT_FILTERS: Filters = {**FILTERS, "endpoint": Exact(), "topic": Exact()}
SORT_KEYS: SortKeys = {"CREATED_AT": by_instant(lambda subscription: subscription.created_at), "ID": by_id()}


def _mine(info: Info) -> Callable[[WebhookSubscription], bool]:
    client_id = info.context.access.client_id
    return lambda subscription: subscription.app.api_key == client_id


def _create(_root: object, info: Info, topic: str, webhook_subscription: Mapping[str, Any]) -> dict[str, Any]:
    shop = shop_of(info)
    app = shop.apps[info.context.access.client_id]
    opened = BY_NAME[topic]
    if opened.scopes and app.granted.isdisjoint(opened.scopes) and _refuses(shop):
        allowed = sorted(t.header for t in TOPICS if not t.scopes or not app.granted.isdisjoint(t.scopes))
        message = (
            f"Invalid topic specified: {opened.header}. Does it exist? Is there a missing access scope? "
            f"Topics allowed: {', '.join(allowed)}"
        )
        return {"webhookSubscription": None, "userErrors": [user_error(["topic"], message)]}
    made = WebhookSubscription(shop.new_id(), shop.now, shop.now, app, opened.header, "")
    return _kept(info, _changed(made, webhook_subscription), None)


def _refuses(shop: Shop) -> bool:
    return shop.switches["subscription_without_scope"] == "refused"


def _update(_root: object, info: Info, id: str, webhook_subscription: Mapping[str, Any]) -> dict[str, Any]:  # noqa: A002
    found = _read(_root, info, id)
    if found is None:
        return {"webhookSubscription": None, "userErrors": [_no_such()]}
    return _kept(info, _changed(found, webhook_subscription), found)


def _kept(info: Info, wanted: WebhookSubscription, current: WebhookSubscription | None) -> dict[str, Any]:
    """Save `wanted` in place of `current`, or say why not. Retries under way keep the old address (documented)."""
    shop = shop_of(info)
    table = shop.table(WebhookSubscription.typename)
    mine = _mine(info)
    others = [row for row in table.rows.values() if mine(row) and row is not current]
    if faults := subscriptions.refusals(wanted, others):
        return {"webhookSubscription": None, "userErrors": [user_error(path, text) for path, text in faults]}
    shop.save(wanted)
    return {"webhookSubscription": wanted, "userErrors": []}


def _changed(subscription: WebhookSubscription, given: Mapping[str, Any]) -> WebhookSubscription:
    """A copy with what was given; what was not stays."""
    changes: dict[str, Any] = {key: given[key] for key in ("filter", "name") if key in given}
    if (uri := given.get("uri", given.get("callback_url"))) is not None:
        changes["uri"] = uri
    if given.get("format") is not None:
        changes["format"] = given["format"]
    for key in ("include_fields", "metafield_namespaces"):
        if key in given:
            changes[key] = tuple(given[key] or ())
    if "metafields" in given:
        changes["metafields"] = tuple((one.get("namespace") or "", one["key"]) for one in given["metafields"] or ())
    return replace(subscription, **changes)


def _delete(_root: object, info: Info, id: str) -> dict[str, Any]:  # noqa: A002
    found = _read(_root, info, id)
    if found is None:
        return {"deletedWebhookSubscriptionId": None, "userErrors": [_no_such()]}
    shop_of(info).remove(found)
    return {"deletedWebhookSubscriptionId": found.id, "userErrors": []}


def _no_such() -> Mapping[str, Any]:
    return user_error(["id"], "Webhook subscription does not exist")


def _read(_root: object, info: Info, id: str) -> WebhookSubscription | None:  # noqa: A002
    found = shop_of(info).node(id)
    return found if isinstance(found, WebhookSubscription) and _mine(info)(found) else None


def _list(
    _root: object,
    info: Info,
    *,
    topics: list[str] | None = None,
    format: str | None = None,  # noqa: A002
    uri: str | None = None,
    callback_url: str | None = None,
    **asked: Any,
) -> Connection:
    """Only this app's, only those made through the API (reference §4.7)."""
    mine, address = _mine(info), uri if uri is not None else callback_url
    headers = None if topics is None else {BY_NAME[topic].header for topic in topics}

    def visible(row: WebhookSubscription) -> bool:
        wanted = (headers is None or row.header in headers) and (address is None or row.uri == address)
        return wanted and (format is None or row.format == format) and mine(row)

    shop = shop_of(info)
    table = shop.table(WebhookSubscription.typename)
    return listing(shop, table, FILTERS, SORT_KEYS, info, visible=visible, exact=True, **asked)


def _count(_root: object, info: Info, **asked: Any) -> dict[str, Any]:
    shop = shop_of(info)
    table = shop.table(WebhookSubscription.typename)
    return counted(shop, table, COUNT_FILTERS, info, visible=_mine(info), exact=True, **asked)


def _endpoint(subscription: WebhookSubscription, _info: Info) -> dict[str, str]:
    uri = subscription.uri
    if uri.startswith("arn:"):
        return {"__typename": "WebhookEventBridgeEndpoint", "arn": uri}
    if uri.startswith("pubsub://"):
        project, _, topic = uri.removeprefix("pubsub://").partition(":")
        return {"__typename": "WebhookPubSubEndpoint", "pubSubProject": project, "pubSubTopic": topic}
    return {"__typename": "WebhookHttpEndpoint", "callbackUrl": uri}


RESOLVERS: dict[str, Resolver] = {
    "QueryRoot.webhookSubscription": _read,
    "QueryRoot.webhookSubscriptions": _list,
    "QueryRoot.webhookSubscriptionsCount": _count,
    "Mutation.webhookSubscriptionCreate": _create,
    "Mutation.webhookSubscriptionUpdate": _update,
    "Mutation.webhookSubscriptionDelete": _delete,
    "WebhookSubscription.apiVersion": lambda row, info: public_api_version(
        row.app.webhook_api_version, shop_of(info).clock.now
    ),
    "WebhookSubscription.callbackUrl": lambda row, _info: row.uri,
    "WebhookSubscription.endpoint": _endpoint,
    "WebhookSubscription.metafields": lambda row, _info: [{"namespace": n, "key": k} for n, k in row.metafields],
    "WebhookSubscription.topic": lambda row, _info: BY_HEADER[row.header].name,
}


def _terms(row: WebhookSubscription) -> Terms:
    return {
        "created_at": row.created_at,
        "updated_at": row.updated_at,
        "endpoint": row.uri,
        "topic": BY_HEADER[row.header].name,
    }


def register(shop: Shop) -> None:
    shop.add_table(WebhookSubscription.typename, _terms)
