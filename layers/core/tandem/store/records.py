"""Record rows: marked, found, read, claimed and committed."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta

from tandem.model import Commit, Committed, Kind, Lane, Lease, Mark, Priority, Record, Ref, lane_of
from tandem.store import keys
from tandem.store.rows import checked, record_of
from tandem.store.table import Attributes, Conflict, Table, item_key, plain

CHUNK = 100
"""Keys of one BatchGetItem."""


class Records(Table):
    """The part of the store that is about record rows."""

    async def mark(self, mark: Mark, now: datetime) -> bool:
        """One write. An answer lost and asked for again says False: the sweep rings instead."""
        put = checked(mark.fields) | {"cause": mark.cause}
        if mark.seen:
            put["seen"] = mark.seen
        if mark.deleted:
            put["deleted"] = True
        first = {"due_at": now, "due_since": now}
        lane = {"due_lane": keys.due_lane(lane_of(mark.ref, self.shards), mark.priority)}
        live = mark.priority is Priority.LIVE  # before all others, so that it need not be known what there was
        condition = ""
        if mark.version:
            put["facts_version"] = mark.version
            condition = "attribute_not_exists(#facts_version) OR #facts_version <= :facts_version"
        try:
            old = await self.update(
                keys.record(mark.ref),
                put=put | lane if live else put,
                first=first if live else first | lane,
                add={"marks": 1},
                remove=("parked_at", "parked_shop"),
                condition=condition,
                returns="UPDATED_OLD",
            )
        except Conflict:
            return False
        if "due_at" not in old:
            return True
        there = keys.priority_of(old["due_lane"])
        if not mark.priority.before(there):
            return False
        return live or await self._raise(mark.ref, lane, old["due_lane"])

    async def _raise(self, ref: Ref, lane: Attributes, there: str) -> bool:
        """Move a due row to another priority, unless somebody else has moved it."""
        try:
            await self.update(keys.record(ref), put=lane, condition="#due_lane = :there", given={"there": there})
        except Conflict:
            return False
        return True

    async def mark_many(self, marks: Sequence[Mark], now: datetime) -> int:
        return sum(await asyncio.gather(*(self.mark(mark, now) for mark in marks)))

    async def due(self, lane: Lane, priority: Priority, now: datetime, limit: int) -> list[Ref]:
        given = {"due_lane": keys.due_lane(lane, priority), "now": now}
        found = await self.query("#due_lane = :due_lane AND #due_at <= :now", given, limit, IndexName=keys.DUE)
        return [_ref(item) for item in found]

    async def read(self, refs: Sequence[Ref]) -> dict[Ref, Record]:
        wanted = [item_key(keys.record(ref)) for ref in dict.fromkeys(refs)]
        chunks = [wanted[start : start + CHUNK] for start in range(0, len(wanted), CHUNK)]
        answers = await asyncio.gather(
            *(self.batch("batch_get_item", "UnprocessedKeys", {"Keys": c, "ConsistentRead": True}) for c in chunks)
        )
        found = [record_of(plain(item)) for items in answers for item in items]
        return {record.ref: record for record in found}

    async def commit(self, commits: Sequence[Commit], lease: Lease) -> dict[Ref, Committed]:
        outcomes = await asyncio.gather(*(self._commit(commit, lease.fence) for commit in commits))
        return {commit.ref: outcome for commit, outcome in zip(commits, outcomes, strict=True)}

    async def _commit(self, commit: Commit, fence: int) -> Committed:
        """Always on condition of the counter as it stands, so that a write that straggles cannot bury a later one."""
        marks = commit.marks
        while True:
            put, first, outcome = self._settled(commit, marked=marks != commit.marks)
            try:
                await self.update(
                    keys.record(commit.ref),
                    put=put | {"fence": fence},
                    first=first,
                    condition="(attribute_not_exists(#fence) OR #fence <= :fence) AND "
                    + ("#marks = :read" if marks else "attribute_not_exists(#marks)"),
                    given={"read": marks} if marks else {},
                )
            except Conflict as conflict:
                if conflict.item.get("fence", 0) > fence:
                    return Committed.LOST
                marks = conflict.item.get("marks", 0)
            else:
                return outcome

    def _settled(self, commit: Commit, marked: bool) -> tuple[Attributes, Attributes, Committed]:
        """What to set, what to set if it is not there, and how the row then stands. A due row is never parked."""
        put = {"parked_at": None, "parked_shop": None} | checked(commit.fields)
        if commit.due_at:
            lane = keys.due_lane(lane_of(commit.ref, self.shards), Priority.LIVE)
            first = {"due_since": commit.due_at, "due_lane": lane}
            return put | {"due_at": commit.due_at, "parked_at": None}, first, Committed.LATER
        if marked:
            return put | {"parked_at": None}, {}, Committed.AGAIN
        if put["parked_at"]:
            put["parked_shop"] = commit.ref.shop
        clean = dict.fromkeys(("due_at", "due_since", "due_lane", "attempts"))
        return put | clean, {}, Committed.CLEAN

    async def claim(self, ref: Ref, owner: str, now: datetime, seconds: float) -> bool:
        free = "attribute_not_exists(#claimed_by) OR #claimed_by = :claimed_by OR #claimed_until < :now"
        try:
            await self.update(
                keys.record(ref),
                put={"claimed_by": owner, "claimed_until": now + timedelta(seconds=seconds)},
                condition=f"attribute_not_exists(#link) AND ({free})",
                given={"now": now},
            )
        except Conflict:
            return False
        return True

    async def rows(self, shop: str, kind: Kind, after: str | None, limit: int) -> tuple[list[Record], str | None]:
        condition, given = "#pk = :pk", {"pk": keys.records(shop, kind)}
        if after:
            condition, given = f"{condition} AND #sk > :after", given | {"after": after}
        page = [record_of(item) for item in await self.query(condition, given, limit, ConsistentRead=True)]
        return page, page[-1].ref.id if len(page) == limit else None

    async def parked(self, shop: str, limit: int) -> list[Record]:
        """From an index that may lag: a row parked just now may be missing, one revived is left out."""
        found = await self.query("#parked_shop = :shop", {"shop": shop}, limit, IndexName=keys.PARKED)
        refs = [_ref(item) for item in found]
        rows = await self.read(refs)
        return [rows[ref] for ref in refs if ref in rows and rows[ref].parked_at]


def _ref(item: Attributes) -> Ref:
    return keys.ref_of((item["pk"], item["sk"]))
