"""The people records can belong to: `GET /crm/owners/{V}`."""

from typing import Any

from sandbox.http import Reply
from sandbox.hubspot.errors import HubSpotError
from sandbox.hubspot.model import Owner
from sandbox.hubspot.portal import Portal
from sandbox.hubspot.reading import query_flag, whole
from sandbox.hubspot.routing import Call, Route

PAGE = 100
MOST = 500


def _shown(portal: Portal, owner: Owner) -> dict[str, Any]:
    body: dict[str, Any] = {
        "id": owner.id,
        "email": owner.email,
        "type": "PERSON",
        "firstName": owner.first_name,
        "lastName": owner.last_name,
        "userIdIncludingInactive": int(owner.user_id),
        "createdAt": portal.iso(owner.created),
        "updatedAt": portal.iso(owner.updated),
        "archived": owner.archived,
    }
    return body if owner.archived else body | {"userId": int(owner.user_id)}


def list_owners(call: Call) -> Reply:
    """Active or archived owners, or the one of an address, in order of id."""
    email, after = call.request.parameter("email"), call.request.parameter("after") or "0"
    limit = whole({"limit": call.request.parameter("limit")}, "limit", PAGE)
    if not 1 <= limit <= MOST or not after.isdecimal():
        raise HubSpotError(400, "VALIDATION_ERROR", f"limit must be between 1 and {MOST}, after a cursor")
    archived = query_flag(call, "archived")
    found = [
        owner
        for owner in sorted(call.portal.owners, key=lambda owner: int(owner.id))
        if owner.archived == archived
        and int(owner.id) > int(after)
        and (email is None or owner.email.casefold() == email.casefold())
    ]
    body: dict[str, Any] = {"results": [_shown(call.portal, owner) for owner in found[:limit]]}
    if len(found) > limit:
        last = found[limit - 1].id
        body["paging"] = {"next": {"after": last, "link": f"https://api.hubapi.com{call.request.path}?after={last}"}}
    return Reply.json(200, body)


def read(call: Call) -> Reply:
    """One owner, by its id or, with `idProperty=userId`, that of the user."""
    by = call.request.parameter("idProperty") or "id"
    if by not in ("id", "userId"):
        raise HubSpotError(400, "VALIDATION_ERROR", f"idProperty must be id or userId, not {by}")
    archived = query_flag(call, "archived")
    for owner in call.portal.owners:
        if owner.archived == archived and call.parts["id"] == (owner.id if by == "id" else owner.user_id):
            return Reply.json(200, _shown(call.portal, owner))
    raise HubSpotError(404, "OBJECT_NOT_FOUND", f"Owner {call.parts['id']} does not exist")


ROUTES = (
    Route("GET", "/crm/owners/{V}", list_owners, ("crm.objects.owners.read",)),
    Route("GET", "/crm/owners/{V}/{id}", read, ("crm.objects.owners.read",)),
)
