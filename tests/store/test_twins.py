"""The store in memory and the table give the same answers to any play, and hold the same rows after each step of it."""

import asyncio
from datetime import timedelta
from typing import Any

from hypothesis import HealthCheck, example, given, settings

from sandbox.memory import MemoryStore
from tandem.model import Commit, Kind, Lane, Lease, Mark, Priority, Ref
from tests.store.calls import REFS, START, Race, Step
from tests.store.differential import play
from tests.store.steps import plays

MARK: dict[str, Any] = {"ref": REFS[0], "priority": Priority.BULK}
PARKED: dict[str, Any] = {"refs": [REFS[0]], "behind": 0, "fields": {"attempts": 2}, "end": "parked"}


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@example([Step("mark", "a", MARK), Step("commit", "a", PARKED), Step("mark", "a", MARK | {"version": START})])
@given(plays)
def test_both_stores_answer_alike_and_hold_the_same_rows(dynamodb: Any, steps: list[Step | Race]) -> None:
    play(dynamodb, steps)


def test_the_index_in_memory_can_lag(shop: str) -> None:
    ref = Ref(shop, Kind.ORDER, "1")
    lane = Lane(shop, Kind.ORDER)

    async def work() -> None:
        store = MemoryStore(lag=2)
        await store.mark(Mark(ref, "x"), START)
        assert await store.due(lane, Priority.LIVE, START + timedelta(seconds=1), 9) == []
        assert (await store.read([ref]))[ref].due_at == START, "only the index does"
        assert await store.due(lane, Priority.LIVE, START + timedelta(seconds=2), 9) == [ref]
        await store.commit([Commit(ref, 1)], Lease(lane, "a", 1, START, 0))
        assert await store.due(lane, Priority.LIVE, START + timedelta(seconds=3), 9) == [ref], "clean, and still there"
        assert await store.due(lane, Priority.LIVE, START + timedelta(seconds=4), 9) == []

    asyncio.run(work())
