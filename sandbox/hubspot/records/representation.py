"""How records are written as JSON: which properties, their history, what they are linked to (reference §1.3, §5.6)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sandbox.hubspot.links.association_calls import PAGE, page
from sandbox.hubspot.model import CART, COMPANY, CONTACT, LINE_ITEM, ORDER, PRODUCT, ObjectType, Record, Store, Version
from sandbox.hubspot.portal import CALCULATED, Portal

# What a read shows when it is not told, beside the id and the times (HubSpot's search guide).
DEFAULTS = {
    CONTACT.type_id: ("email", "firstname", "lastname"),
    COMPANY.type_id: ("name", "domain"),
    PRODUCT.type_id: ("name", "description", "price"),
    LINE_ITEM.type_id: ("quantity", "amount", "price"),
    ORDER.type_id: (),
    CART.type_id: (),
}


def always(kind: ObjectType) -> tuple[str, ...]:
    """The properties that every answer shows."""
    return (kind.created, kind.modified, "hs_object_id")


def written(portal: Portal, record: Record, names: Iterable[str]) -> dict[str, Any]:
    """A record as the answer to a write: the values that were sent, as they now are, and those always shown."""
    values = record.properties
    shown = {name: values.get(name) for name in names}
    for name in always(record.kind):
        shown[name] = values.get(name)
    return envelope(portal, record, shown)


def envelope(portal: Portal, record: Record, properties: Mapping[str, str | None]) -> dict[str, Any]:
    body: dict[str, Any] = {
        "id": record.id,
        "properties": properties,
        "createdAt": portal.iso(record.created),
        "updatedAt": portal.iso(record.updated),
        "archived": record.archived is not None,
    }
    if record.archived is not None:
        body["archivedAt"] = portal.iso(record.archived)
    body["url"] = f"https://app.hubspot.com/contacts/{portal.id}/record/{record.kind.type_id}/{record.id}"
    return body


@dataclass(slots=True)
class View:
    """What a read asks to see of each record: values (null where there is none), history, links.

    Names that are no properties are left out without a word.
    """

    portal: Portal
    store: Store
    properties: list[str]
    history: list[str] = field(default_factory=list)
    associations: list[ObjectType] = field(default_factory=list)

    def __post_init__(self) -> None:
        asked = self.properties or DEFAULTS[self.store.kind.type_id]
        names = [name for name in asked if name in self.store.schema]
        self.properties = list(dict.fromkeys((*names, *always(self.store.kind))))
        self.history = [name for name in dict.fromkeys(self.history) if name in self.store.schema]

    def shown(self, record: Record) -> dict[str, Any]:
        values = record.properties
        body = envelope(self.portal, record, {name: values.get(name) for name in self.properties})
        if self.history:
            body["propertiesWithHistory"] = {name: self._versions(record, name) for name in self.history}
        links = {kind.plural.replace("_", " "): self._links(record, kind) for kind in self.associations}
        if any(links.values()):
            body["associations"] = {name: linked for name, linked in links.items() if linked}
        return body

    def _versions(self, record: Record, name: str) -> list[dict[str, Any]]:
        calculated = self.store.schema[name].calculated
        return [self._version(version, calculated) for version in record.history(name)]

    def _version(self, version: Version, calculated: bool) -> dict[str, Any]:
        source = CALCULATED if calculated else version.source
        body: dict[str, Any] = {
            "value": version.value or "",
            "timestamp": self.portal.iso(version.at),
            "sourceType": source.kind,
        }
        if source.id is not None:
            body["sourceId"] = source.id
        if source.user_id is not None:
            body["updatedByUserId"] = int(source.user_id)
        return body

    def _links(self, record: Record, kind: ObjectType) -> dict[str, Any]:
        rows, after = page(self.portal, record, kind, None, PAGE)
        results = [{"id": id_, "type": found.name} for id_, types in rows for found in types]
        if after is None:
            return {"results": results} if results else {}
        address = f"https://api.hubapi.com/crm/objects/2026-09/{record.kind.type_id}/{record.id}/associations/"
        link = f"{address}{kind.type_id}?after={after}"
        return {"results": results, "paging": {"next": {"after": after, "link": link}}}
