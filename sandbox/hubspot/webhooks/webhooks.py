"""Webhooks: what apps subscribed to, gathered into batches of any order, signed and repeated (reference §6)."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sandbox.hubspot.account.apps import App
from sandbox.hubspot.model import LINE_ITEM, PRODUCT, Change, ObjectType
from sandbox.hubspot.portal import Portal
from sandbox.hubspot.webhooks import signatures
from sandbox.hubspot.webhooks.subscriptions import Component, Subscription, Topic, component, topic
from sandbox.outbox import Outbox, Webhook

BATCH = 100
WAITS = (60, 120, 300, 900, 1_800, 3_600, 7_200, 14_400, 21_600, 28_800)
"""Seconds before each of ten retries, each shortened or stretched a little; all within 24 h."""
REPEATED_EVENT_IDS = 0.02
"""How often an event bears the id of the one before: HubSpot does not promise that ids differ."""

Event = dict[str, Any]


@dataclass(slots=True, eq=False)
class Receiver:
    """One app's component, and the events gathered for it."""

    app_id: str
    component: Component
    wishes: dict[Topic, list[Subscription]]
    events: list[Event] = field(default_factory=list)


class Webhooks:
    """All subscriptions of the apps in an account."""

    def __init__(self, portal: Portal, outbox: Outbox) -> None:
        self._portal = portal
        self._outbox = outbox
        self._receivers: dict[str, Receiver] = {}
        self._next_id = 2_200_001
        self._event_id = 0

    def deploy(self, app_id: str, config: dict[str, Any]) -> tuple[Subscription, ...]:
        """Put the `config` of a webhooks component file in the place of what the app had.

        Raises ValueError for a config HubSpot would refuse, and for an app that has no webhooks.
        """
        app = self._app(app_id)
        if app is None:
            raise ValueError(f"no app {app_id!r} is installed")
        if app.kind == "service_key":
            raise ValueError("a service key has no webhooks")
        made = component(config, self._next_id)
        self._next_id += len(made.subscriptions)
        self._receivers[app_id] = Receiver(app_id, made, made.by_topic())
        for subscription in made.subscriptions:
            if subscription.property_name is not None:
                self._portal.watched.setdefault(subscription.kind.type_id, set()).add(subscription.property_name)
        return made.subscriptions

    def hear(self, change: Change) -> None:
        """Gather an event for every subscription that wants this change and whose app may read the object."""
        for receiver in self._receivers.values():
            wanting = receiver.wishes.get(topic(change))
            if wanting and self._may_read(receiver.app_id, change.record.kind):
                if not receiver.events:
                    self._send_soon(receiver)
                receiver.events += [self._event(receiver.app_id, s, change) for s in wanting]

    def _app(self, app_id: str) -> App | None:
        return next((app for app in reversed(self._portal.apps.values()) if app.app_id == app_id), None)

    def _may_read(self, app_id: str, kind: ObjectType) -> bool:
        app = self._app(app_id)
        scopes = {f"crm.objects.{kind.plural}.read"} | ({"e-commerce"} if kind in {PRODUCT, LINE_ITEM} else set())
        return app is not None and not app.scopes.isdisjoint(scopes)

    def _send_soon(self, receiver: Receiver) -> None:
        low, _, high = self._portal.switches["webhook_delay"].partition("-")
        delay = self._portal.random.uniform(float(low), float(high or low))
        self._portal.clock.call_later(delay, lambda: self._send(receiver))

    def _event(self, app_id: str, subscription: Subscription, change: Change) -> Event:
        """One event as §6.2 shows it; `attemptNumber` is filled in when it leaves."""
        record, source = change.record, change.source
        event: Event = {
            "eventId": self._new_event_id(),
            "subscriptionId": subscription.id,
            "portalId": int(self._portal.id),
            "appId": int(app_id),
            "occurredAt": change.at,
            self._portal.switches["webhook_type_key"]: subscription.type,
            "attemptNumber": 0,
        }
        if change.what != "associationChange":
            event["objectId"] = int(record.id)
            if subscription.generic:
                event["objectTypeId"] = record.kind.type_id
        event |= self._details(change)
        event["changeSource"] = source.kind
        if source.id is not None:
            event["sourceId"] = source.id
        return event

    def _details(self, change: Change) -> dict[str, Any]:
        details = dict(change.details)
        if change.what == "propertyChange":
            limit = self._portal.switches["webhook_value_limit"]
            if limit != "none":
                details["propertyValue"] = str(details["propertyValue"])[: int(limit)]
            details["isSensitive"] = False
        return details

    def _new_event_id(self) -> int:
        random = self._portal.random
        if not self._event_id or random.random() >= REPEATED_EVENT_IDS:
            self._event_id = random.getrandbits(32)
        return self._event_id

    def _send(self, receiver: Receiver) -> None:
        """Hand what was gathered to the outbox, shuffled over as few batches as will hold it."""
        events, receiver.events = receiver.events, []
        app = self._app(receiver.app_id)
        if app is None:
            return
        self._portal.random.shuffle(events)
        for start in range(0, len(events), BATCH):
            self._outbox.post(self._webhook(app, receiver.component, events[start : start + BATCH]))

    def _webhook(self, app: App, to: Component, events: list[Event]) -> Webhook:
        random = self._portal.random
        return Webhook(
            endpoint=f"webhook {app.app_id}",
            url=to.target_url,
            request=self._request(app.client_secret, to.target_url, events),
            waits=tuple(wait * random.uniform(0.8, 1.05) for wait in WAITS),
            at_once=to.at_once,
            retries_4xx=self._portal.switches["webhook_retries_4xx"] == "yes",
        )

    def _request(self, secret: str, url: str, events: list[Event]) -> Callable[[int], tuple[dict[str, str], bytes]]:
        def attempt(number: int) -> tuple[dict[str, str], bytes]:
            body = json.dumps(
                [{**event, "attemptNumber": number} for event in events], ensure_ascii=False, separators=(",", ":")
            ).encode()
            return self._headers(secret, url, body), body

        return attempt

    def _headers(self, secret: str, url: str, body: bytes) -> dict[str, str]:
        timestamp = str(self._portal.now)
        headers = {
            "Content-Type": "application/json",
            "X-HubSpot-Request-Timestamp": timestamp,
            "X-HubSpot-Signature-v3": signatures.v3(secret, url, body, timestamp),
        }
        older = self._portal.switches["webhook_signatures"].removeprefix("v3").removeprefix("+")
        if older:
            signature = signatures.v1(secret, body) if older == "v1" else signatures.v2(secret, url, body)
            headers |= {"X-HubSpot-Signature": signature, "X-HubSpot-Signature-Version": older}
        return headers
