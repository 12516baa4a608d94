"""What was deleted in the store, from its history, which goes back a year (reference §4.6)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from tandem.errors import Rejected
from tandem.model import Kind
from tandem.shopify.answers import Faulty
from tandem.shopify.client import number, since_term
from tandem.shopify.documents import DESTROYED
from tandem.shopify.graphql import Api

SUBJECTS: Mapping[str, Kind] = {"ORDER": Kind.ORDER, "CUSTOMER": Kind.CONTACT}


@dataclass(frozen=True, slots=True)
class Destroyed:
    """A page of what was deleted, the longest ago first; `next` continues it, None ends."""

    ids: tuple[tuple[Kind, str], ...]
    next: str | None


class Events:
    """A store's history. Every call may raise Unavailable or Misconfigured."""

    def __init__(self, api: Api) -> None:
        self._api = api

    async def destroyed(self, since: datetime, after: str | None = None) -> Destroyed:
        """It is read from the database, and does not lag. Raises Rejected for a cursor that Shopify knows no more."""
        subjects = " OR ".join(f"subject_type:{word}" for word in SUBJECTS)
        query = f"action:destroy ({subjects}) {since_term('created_at', since)}"
        try:
            page = (await self._api.ask(DESTROYED, {"after": after, "query": query}))["events"]
        except Faulty:
            if after is None:
                raise
            raise Rejected("Shopify does not go on from a cursor of its history", "cursor") from None
        ids = tuple(
            (SUBJECTS[node["subjectType"]], number(node["subjectId"]))
            for node in page["nodes"]
            if node.get("subjectId") and node.get("subjectType") in SUBJECTS
        )
        more = page["pageInfo"]["hasNextPage"] and page["nodes"]
        return Destroyed(ids, page["pageInfo"]["endCursor"] if more else None)
