"""The answer to a batch: what succeeded and what did not, as 200, 201 or 207 (reference §5.6)."""

from typing import Any

from sandbox.http import Reply
from sandbox.hubspot.errors import HubSpotError
from sandbox.hubspot.portal import Portal


def item(error: HubSpotError) -> dict[str, Any]:
    """A refusal as one entry of a batch's `errors`: HubSpot's StandardError, which lacks the correlation id."""
    body: dict[str, Any] = {"status": "error", "category": error.category}
    if error.sub_category:
        body["subCategory"] = error.sub_category
    return body | {"message": error.message, "context": error.context, "errors": error.errors, "links": {}}


def batch(portal: Portal, results: list[dict[str, Any]], errors: list[HubSpotError], status: int = 200) -> Reply:
    now = portal.iso(portal.now)
    body: dict[str, Any] = {"status": "COMPLETE", "results": results, "startedAt": now, "completedAt": now}
    if not errors:
        return Reply.json(status, body)
    return Reply.json(207, body | {"numErrors": len(errors), "errors": [item(error) for error in errors]})
