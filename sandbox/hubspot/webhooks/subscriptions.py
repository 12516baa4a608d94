"""An app's webhook component: where to send, and which events of which objects (reference §6.1)."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sandbox.hubspot.model import BY_NAME, COMPANY, CONTACT, LINE_ITEM, PRODUCT, Change, ObjectType

EVENTS = ("creation", "deletion", "propertyChange", "merge", "restore", "associationChange")
LEGACY = {
    CONTACT: EVENTS,
    COMPANY: EVENTS,
    PRODUCT: tuple(event for event in EVENTS if event != "associationChange"),
    LINE_ITEM: EVENTS,
}
"""Objects with event names of their own; orders and carts are found under `object.*` alone."""

MOST = 1_000
FEWEST_AT_ONCE = 5


Topic = tuple[str, str, str | None]
"""Event, type id, and the property where one changed."""


@dataclass(frozen=True, slots=True)
class Subscription:
    """One wish to be told. `type` is the name events carry, `object.propertyChange` or `contact.propertyChange`."""

    id: int
    type: str
    kind: ObjectType
    property_name: str | None = None
    active: bool = True

    @property
    def generic(self) -> bool:
        return self.type.startswith("object.")

    @property
    def topic(self) -> Topic:
        return self.type.partition(".")[2], self.kind.type_id, self.property_name


def topic(change: Change) -> Topic:
    name = str(change.details["propertyName"]) if change.what == "propertyChange" else None
    return change.what, change.record.kind.type_id, name


@dataclass(frozen=True, slots=True)
class Component:
    """The `config` of a webhooks component file, read and checked."""

    target_url: str
    at_once: int
    subscriptions: tuple[Subscription, ...]

    def by_topic(self) -> dict[Topic, list[Subscription]]:
        """The active ones."""
        found: dict[Topic, list[Subscription]] = {}
        for subscription in self.subscriptions:
            if subscription.active:
                found.setdefault(subscription.topic, []).append(subscription)
        return found


def component(config: dict[str, Any], first_id: int) -> Component:
    """Read a component's `config`. Raises ValueError for what HubSpot's upload would refuse."""
    settings = config.get("settings", {})
    url, at_once = settings.get("targetUrl", ""), settings.get("maxConcurrentRequests", 10)
    if not isinstance(url, str) or not url.startswith("https://"):
        raise ValueError(f"targetUrl must be a public https address, not {url!r}")
    if not isinstance(at_once, int) or at_once <= FEWEST_AT_ONCE:
        raise ValueError(f"maxConcurrentRequests must be above {FEWEST_AT_ONCE}, not {at_once!r}")
    found = tuple(
        Subscription(first_id + number, *row) for number, row in enumerate(_rows(config.get("subscriptions", {})))
    )
    if len(found) > MOST:
        raise ValueError(f"an app has at most {MOST} subscriptions, not {len(found)}")
    if len({(subscription.generic, subscription.topic) for subscription in found}) < len(found):
        raise ValueError("two subscriptions are for the same event of the same object and property")
    return Component(url, at_once, found)


Row = tuple[str, ObjectType, str | None, bool]


def _rows(subscriptions: dict[str, Any]) -> Iterator[Row]:
    for given in subscriptions.get("crmObjects", []):
        yield _row(given, given.get("subscriptionType", ""), given.get("objectType", ""), EVENTS)
    for given in subscriptions.get("legacyCrmObjects", []):
        name = given.get("subscriptionType", "").partition(".")[0]
        kind = BY_NAME.get(name)
        yield _row(given, given.get("subscriptionType", ""), name, LEGACY.get(kind, ()) if kind else ())
    for given in subscriptions.get("hubEvents", []):
        if given.get("subscriptionType") != "contact.privacyDeletion":
            raise ValueError(f"of hubEvents only contact.privacyDeletion is modelled, not {given!r}")
        yield "contact.privacyDeletion", CONTACT, None, given.get("active", True)


def _row(given: dict[str, Any], type_: str, object_type: str, events: tuple[str, ...]) -> Row:
    prefix, _, what = type_.partition(".")
    kind = BY_NAME.get(object_type)
    if kind is None or object_type == kind.plural or what not in events or prefix not in {"object", kind.singular}:
        raise ValueError(f"no such subscription: {given!r}")
    property_name = given.get("propertyName")
    if (what == "propertyChange") is not isinstance(property_name, str):
        raise ValueError(f"propertyName belongs to propertyChange, and only there: {given!r}")
    return type_, kind, property_name, given.get("active", True)
