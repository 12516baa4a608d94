"""Every key of the table, and every attribute an index is made of. A `#` never occurs in a shop's domain or an id."""

from datetime import datetime

from tandem.model import Entry, Kind, Lane, Priority, Ref
from tandem.store.wire import time_text

DUE = "due"
"""Index of rows to be worked on: `due_lane`, `due_at`. A clean row has neither and is not in it."""
PARKED = "parked"
"""Index of rows that need a person: `parked_shop`, `parked_at`."""

Key = tuple[str, str]
"""pk and sk."""


def records(shop: str, kind: Kind) -> str:
    """The pk that all rows of a kind share, so that they can be read in the order of their ids."""
    return f"{shop}#{kind}"


def record(ref: Ref) -> Key:
    return records(ref.shop, ref.kind), ref.id


def ref_of(key: Key) -> Ref:
    shop, kind = key[0].rsplit("#", 1)
    return Ref(shop, Kind(kind), key[1])


def due_lane(lane: Lane, priority: Priority) -> str:
    return f"{lane.shop}#{lane.kind}#{lane.shard}#{priority}"


def priority_of(due_lane: str) -> Priority:
    return Priority(due_lane.rsplit("#", 1)[1])


def lane(lane: Lane) -> Key:
    return f"{lane.shop}#lane", f"{lane.kind}#{lane.shard}"


def budget(name: str) -> Key:
    return f"budget#{name}", "budget"


def setting(shop: str, name: str) -> Key:
    return f"{shop}#setting", name


def job(shop: str, name: str) -> Key:
    return f"{shop}#job", name


def note(shop: str, report: str, name: str) -> Key:
    return f"{shop}#report#{report}", name


def history(ref: Ref) -> str:
    """The pk of all that became of one record; the sk begins with the time."""
    return f"{ref.shop}#{ref.kind}#{ref.id}"


def entry(entry: Entry, position: int) -> Key:
    """`position` among those noted together keeps two of one instant apart."""
    return history(entry.ref), f"{time_text(entry.at)}#{position}"


def expiry(at: datetime, days: int) -> int:
    """When TTL may delete an item, in seconds since 1970."""
    return int(at.timestamp()) + days * 86_400
