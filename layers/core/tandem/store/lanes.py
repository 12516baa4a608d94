"""Lanes: the lease that lets one worker at a time drain, the bells rung for it in vain, the breaker."""

from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta

from tandem.model import Lane, Lease, Refused
from tandem.store import keys
from tandem.store.table import Attributes, Conflict, Table
from tandem.store.wire import time_text

OPEN = "attribute_not_exists(#closed_until) OR #closed_until <= :now"
FREE = "attribute_not_exists(#owner) OR #owner = :owner OR #until < :now"
FURTHER = "attribute_not_exists(#fence) OR #fence < :fence"
MINE = "#owner = :holder AND #fence = :held"


class Lanes(Table):
    """The part of the store that is about lanes."""

    async def lease(self, lane: Lane, owner: str, now: datetime, seconds: float) -> Lease | Refused:
        until, fence = now + timedelta(seconds=seconds), fence_at(now)
        while True:
            try:
                item = await self.update(
                    keys.lane(lane),
                    put={"owner": owner, "until": until, "fence": fence},
                    add={"bells": 0},
                    condition=f"({OPEN}) AND ({FREE}) AND ({FURTHER})",
                    given={"now": now},
                    returns="ALL_NEW",
                )
                return Lease(lane, owner, fence, until, item["bells"])
            except Conflict as conflict:
                item = conflict.item
            if closed := _closed(item, now):
                return closed
            if _held(item, owner, now) and await self._ring(lane, item):
                return Refused(None, "held by another worker")
            fence = max(fence, item["fence"] + 1)

    async def _ring(self, lane: Lane, held: Attributes) -> bool:
        """Count a bell for the worker that holds the lane; False when it has gone and nobody would hear it."""
        try:
            await self.update(
                keys.lane(lane),
                add={"bells": 1},
                condition=MINE,
                given={"holder": held["owner"], "held": held["fence"]},
            )
        except Conflict:
            return False
        return True

    async def renew(self, lease: Lease, now: datetime, seconds: float) -> Lease | None:
        until = now + timedelta(seconds=seconds)
        try:
            item = await self.update(
                keys.lane(lease.lane),
                put={"until": until},
                condition=MINE,
                given={"holder": lease.owner, "held": lease.fence},
                returns="ALL_NEW",
            )
        except Conflict:
            return None
        return replace(lease, until=until, bells=item["bells"])

    async def release(self, lease: Lease, anyway: bool = False) -> bool:
        heard = "" if anyway else " AND #bells = :bells"
        bells = {} if anyway else {"bells": lease.bells}
        try:
            await self.update(
                keys.lane(lease.lane),
                remove=("owner", "until"),
                condition=MINE + heard,
                given={"holder": lease.owner, "held": lease.fence, **bells},
            )
        except Conflict as conflict:
            return (conflict.item.get("owner"), conflict.item.get("fence")) != (lease.owner, lease.fence)
        return True

    async def close(self, lease: Lease, until: datetime, reason: str) -> None:
        with suppress(Conflict):
            await self.update(
                keys.lane(lease.lane),
                put={"closed_until": until, "reason": reason},
                remove=("owner", "until"),
                condition=MINE,
                given={"holder": lease.owner, "held": lease.fence},
            )

    async def closed(self, lane: Lane, now: datetime) -> Refused | None:
        return _closed(await self.get(keys.lane(lane)) or {}, now)


def fence_at(now: datetime) -> int:
    """The least fence of a lease taken now: milliseconds since 1970.

    So a record's next lease has a higher one than its last, even if it is another lane's since there are more shards.
    """
    return int(now.timestamp() * 1000)


def _held(item: Attributes, owner: str, now: datetime) -> bool:
    return "owner" in item and item["owner"] != owner and bool(item["until"] >= time_text(now))


def _closed(item: Attributes, now: datetime) -> Refused | None:
    if item.get("closed_until", "") <= time_text(now):
        return None
    return Refused(datetime.fromisoformat(item["closed_until"]), item["reason"])
