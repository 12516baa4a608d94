"""What people do with records in HubSpot's pages: the rules of the API, under a person's name, outside its limits."""

import json
from collections.abc import Callable
from typing import Any

from sandbox.http import Reply, Request
from sandbox.hubspot.account.apps import App
from sandbox.hubspot.errors import HubSpotError
from sandbox.hubspot.links import associations
from sandbox.hubspot.model import ORDER, Record, Store
from sandbox.hubspot.portal import KEPT_ARCHIVED, Portal
from sandbox.hubspot.records import merge, objects, privacy
from sandbox.hubspot.routing import VERSIONS, Call

USER = "52368047"

Handler = Callable[[Call], Reply]


def act(portal: Portal, handler: Handler, user_id: str, body: Any = None, **parts: str) -> Any:
    """Let a person do what an API call does. ValueError, in HubSpot's words, for what HubSpot refuses."""
    person = App("0", "", "", frozenset(), "person", user_id)
    request = Request("PATCH", "https://app.hubspot.com/", {}, json.dumps(body or {}).encode())
    try:
        reply = handler(Call(portal, person, request, parts, VERSIONS[0]))
    except HubSpotError as error:
        raise ValueError(f"HubSpot refuses: {error.message}") from error
    if reply.status >= 400:
        raise ValueError(f"HubSpot knows no {', '.join(parts.values())}")
    return reply.decoded() if reply.body else {}


def store_of(portal: Portal, object_type: str) -> Store:
    try:
        return portal.store(object_type)
    except HubSpotError as error:
        raise ValueError(error.message) from error


class People:
    """Each method is an action: JSON in, JSON out; `user_id` is who does it. ValueError for what cannot be done."""

    def __init__(self, portal: Portal) -> None:
        self._portal = portal

    def create(
        self,
        object_type: str,
        properties: dict[str, Any],
        associations: list[dict[str, Any]] | None = None,
        user_id: str = USER,
    ) -> Any:
        """Add a record; `associations` as the API takes them."""
        body = {"properties": properties, "associations": associations or []}
        return act(self._portal, objects.create, user_id, body, type=object_type)

    def edit(self, object_type: str, record_id: str, properties: dict[str, Any], user_id: str = USER) -> Any:
        """Type other values into a record; "" clears one."""
        body = {"properties": properties}
        return act(self._portal, objects.update, user_id, body, type=object_type, id=record_id)

    def move_order(self, record_id: str, stage: str, pipeline: str | None = None, user_id: str = USER) -> Any:
        """Drag an order to another stage, of another pipeline where one is named."""
        values = {"hs_pipeline_stage": stage} | ({"hs_pipeline": pipeline} if pipeline else {})
        return self.edit(ORDER.plural, record_id, values, user_id)

    def archive(self, object_type: str, record_id: str, user_id: str = USER) -> Any:
        """Delete a record; it can be restored for 90 days."""
        self._found(object_type, record_id, archived=False)
        return act(self._portal, objects.archive, user_id, type=object_type, id=record_id)

    def restore(self, object_type: str, record_id: str, user_id: str = USER) -> Any:
        """Bring back a record that was deleted at most 90 days ago."""
        record = self._found(object_type, record_id, archived=True)
        if self._portal.now - (record.archived or 0) > KEPT_ARCHIVED:
            raise ValueError(f"{object_type} {record_id} was deleted more than 90 days ago")
        self._portal.restore(record, App("0", "", "", frozenset(), "person", user_id).source)
        return {"id": record.id}

    def merge(self, object_type: str, primary_id: str, other_id: str, user_id: str = USER) -> Any:
        """Merge one record into another; shows the survivor, whose id may be new."""
        body = {"primaryObjectId": primary_id, "objectIdToMerge": other_id}
        return act(self._portal, merge.merge, user_id, body, type=object_type)

    def erase(self, record_id: str, user_id: str = USER) -> Any:
        """Delete a contact for good, as privacy law asks."""
        return act(self._portal, privacy.delete, user_id, {"objectId": record_id}, type="contacts")

    def associate(
        self,
        object_type: str,
        record_id: str,
        to_type: str,
        to_id: str,
        type_id: int | None = None,
        user_id: str = USER,
    ) -> Any:
        """Link two records, with the label of `type_id` where one is given."""
        handler: Handler = associations.associate_default
        body = None
        if type_id is not None:
            handler = associations.associate_labelled
            body = [{"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": type_id}]
        return act(self._portal, handler, user_id, body, type=object_type, id=record_id, to=to_type, to_id=to_id)

    def dissociate(self, object_type: str, record_id: str, to_type: str, to_id: str, user_id: str = USER) -> Any:
        """Remove every link between two records."""
        parts = {"type": object_type, "id": record_id, "to": to_type, "to_id": to_id}
        return act(self._portal, associations.archive, user_id, **parts)

    def _found(self, object_type: str, record_id: str, *, archived: bool) -> Record:
        record = store_of(self._portal, object_type).find(record_id)
        if record is None or (record.archived is not None) is not archived:
            raise ValueError(f"no {'deleted ' if archived else ''}{object_type} {record_id}")
        return record
