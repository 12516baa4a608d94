"""From something that happened to signed messages on their way (reference §7.2-7.5)."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sandbox.outbox import Outbox, Webhook
from sandbox.shopify.apps.apps import App, WebhookSubscription
from sandbox.shopify.apps.versions import answering
from sandbox.shopify.shop import Body, Shop
from sandbox.shopify.webhooks import body_versions, filters, partner_events, shaping
from sandbox.shopify.webhooks.topics import BY_HEADER, COMPLIANCE
from sandbox.simulator import NotModelled

RETRY_WAITS = (60, 120, 240, 480, 900, 1_800, 3_600, 7_200)
"""Seconds before each retry. Eight over four hours, longer each time: documented; the single waits are inferred."""


@dataclass(frozen=True, slots=True)
class Event:
    """One thing a person or an app did. All deliveries that follow from it carry its id."""

    id: str
    triggered_at: str


class Deliveries:
    """Hears of every topic of a store and posts to those who subscribed."""

    def __init__(self, shop: Shop, outbox: Outbox, uuid: Callable[[], str]) -> None:
        self._shop = shop
        self._outbox = outbox
        self._uuid = uuid
        self._event: Event | None = None
        self._event_at: datetime | None = None
        shop.listeners.append(self.publish)
        shop.app_listeners.append(self.publish)

    @contextmanager
    def event(self) -> Iterator[None]:
        """All that is published inside is one event. Outside, what happens at one instant is: a world that calls the
        store's functions directly opens one for each thing that somebody does.
        """
        self._event = None
        try:
            yield
        finally:
            self._event = None

    def publish(self, topic: str, body: Body, app: App | None = None) -> None:
        """Post `topic` to its subscribers; with `app`, to that app alone. The body is built now, once, if needed.

        Raises NotModelled for a subscription to XML or Pub/Sub.
        """
        subscribers = [s for s in self._subscriptions() if s.header == topic and app in {None, s.app}]
        subscribers = [s for s in subscribers if self._permitted(s)]
        if not subscribers:
            return
        full = body()
        for subscription in subscribers:
            self._send(subscription, full)

    def _subscriptions(self) -> list[WebhookSubscription]:
        table = self._shop.tables.get(WebhookSubscription.typename)
        configured = [s for app in self._shop.apps.values() for s in app.configured_webhooks]
        return configured + (list(table.rows.values()) if table else [])

    def _permitted(self, subscription: WebhookSubscription) -> bool:
        if subscription.app.installation is None:
            return subscription.configured and subscription.header in COMPLIANCE
        if (topic := BY_HEADER.get(subscription.header)) is None or not topic.scopes:
            return True
        return not subscription.app.granted.isdisjoint(topic.scopes)

    def _send(self, subscription: WebhookSubscription, full: dict[str, Any]) -> None:
        if subscription.format != "JSON" or subscription.uri.startswith("pubsub:"):
            raise NotModelled(f"delivery of {subscription.format} to {subscription.uri}")
        version = self._version(subscription.app)
        full = body_versions.as_of(version, subscription.header, full, self._shop)
        shaped = shaping.shaped(self._shop, subscription, full)
        if subscription.filter and not filters.passes(subscription.filter, shaped):
            return
        raw = json.dumps(shaped, ensure_ascii=False, separators=(",", ":")).encode()
        if self._merged(subscription, raw):
            return
        self._outbox.post(self._message(subscription, shaped, raw))

    def _merged(self, subscription: WebhookSubscription, raw: bytes) -> bool:
        """Whether Shopify swallows this body: with includeFields, when it equals the one sent a moment ago."""
        if not subscription.include_fields:
            return False
        now = self._shop.clock.now
        window = timedelta(seconds=float(self._shop.switches["webhook_merge_window"]))
        digest = hashlib.sha256(raw).digest()
        before, subscription.last_sent = subscription.last_sent, (digest, now)
        return before is not None and before[0] == digest and now - before[1] < window

    def _message(self, subscription: WebhookSubscription, shaped: dict[str, Any], raw: bytes) -> Webhook:
        headers = self._headers(subscription)
        first_id = headers["X-Shopify-Webhook-Id"]
        posted_at = self._shop.clock.now
        event_id = self._uuid() if subscription.uri.startswith("arn:") else ""

        def request(attempt: int) -> tuple[dict[str, str], bytes]:
            fresh = attempt and self._shop.switches["webhook_id_over_retries"] == "new"
            sent = {**headers, "X-Shopify-Webhook-Id": self._uuid() if fresh else first_id}
            sent["X-Shopify-Hmac-Sha256"] = self._signature(subscription.app, raw)
            if not event_id:
                return sent, raw
            return partner_events.envelope(subscription.uri, event_id, posted_at, sent, shaped, raw)

        return Webhook(
            f"webhook {subscription.header}",
            subscription.uri,
            request,
            RETRY_WAITS,
            given_up=lambda: self._given_up(subscription, posted_at),
            delivered=lambda: self._delivered(subscription),
        )

    def _headers(self, subscription: WebhookSubscription) -> dict[str, str]:
        event = self._current_event()
        named = {"X-Shopify-Name": subscription.name} if subscription.name else {}
        return {
            "Content-Type": "application/json",
            "User-Agent": "Shopify-Captain-Hook",
            "X-Shopify-Topic": subscription.header,
            "X-Shopify-Shop-Domain": self._shop.settings.domain,
            "X-Shopify-API-Version": self._version(subscription.app),
            "X-Shopify-Webhook-Id": self._uuid(),
            "X-Shopify-Event-Id": event.id,
            "X-Shopify-Triggered-At": event.triggered_at,
            **named,
        }

    def _version(self, app: App) -> str:
        version = answering(app.webhook_api_version, self._shop.clock.now)
        assert version is not None, "an app's webhook version always exists"
        return version

    def _current_event(self) -> Event:
        now = self._shop.clock.now
        if self._event is None or self._event_at != now:
            nanoseconds = now.microsecond * 1_000 + self._shop.random.randrange(1_000)
            self._event = Event(self._uuid(), f"{now:%Y-%m-%dT%H:%M:%S}.{nanoseconds:09}Z")
            self._event_at = now
        return self._event

    def _signature(self, app: App, raw: bytes) -> str:
        secret = app.signing_secret(self._shop.clock.now, float(self._shop.switches["secret_lag"]))
        return base64.b64encode(hmac.new(secret.encode(), raw, hashlib.sha256).digest()).decode()

    def _delivered(self, subscription: WebhookSubscription) -> None:
        subscription.delivered_at = self._shop.clock.now

    def _given_up(self, subscription: WebhookSubscription, posted_at: datetime) -> None:
        """Eight failed retries in a row remove a subscription made through the API, and only such (documented)."""
        table = self._shop.table(WebhookSubscription.typename)
        succeeded_since = subscription.delivered_at is not None and subscription.delivered_at > posted_at
        if not subscription.configured and not succeeded_since and table.get(subscription.legacy_resource_id):
            table.remove(subscription, self._shop.clock.now)
