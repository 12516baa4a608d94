"""The store in memory and the table give the same answers to any sequence of calls."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from sandbox.memory import MemoryStore
from tandem.errors import OnHold
from tandem.model import Commit, Entry, Job, Kind, Lane, Lease, Mark, Priority, Rate, Ref
from tandem.ports import Store
from tandem.store.dynamodb import DynamoStore
from tests.store.table import Meddler

START = datetime(2026, 11, 2, 9, tzinfo=UTC)
RATE = Rate(per_second=2, burst=10)
KINDS = (Kind.ORDER, Kind.CONTACT)
SHARDS = 2
Step = tuple[str, Mapping[str, Any]]

shops = count()
moments = st.none() | st.integers(-100, 100).map(lambda seconds: START + timedelta(seconds=seconds))
changes = st.fixed_dictionaries(
    {},
    optional={
        "link": st.none() | st.sampled_from(["7", "8"]),
        "digest": st.none() | st.just("d"),
        "version": moments,
        "facts": st.none() | st.just({"tags": ("a", "b"), "n": 1, "inner": {"x": None}}),
        "children": st.none() | st.dictionaries(st.sampled_from("ab"), st.just("9")),
        "error": st.none() | st.just("why"),
        "attempts": st.integers(0, 3),
        "deleted": st.none() | st.booleans(),
        "claimed_by": st.none(),
        "written_at": moments,
    },
)
ids = st.sampled_from("12")
kinds = st.sampled_from(KINDS)
workers = st.sampled_from("ab")
seconds = st.sampled_from([0.5, 5, 60])


def step(name: str, **arguments: st.SearchStrategy[Any]) -> st.SearchStrategy[Step]:
    return st.tuples(st.just(name), st.fixed_dictionaries(arguments))


steps = st.lists(
    st.one_of(
        step(
            "mark",
            kind=kinds,
            id=ids,
            priority=st.sampled_from(Priority),
            seen=moments,
            deleted=st.booleans(),
            fields=changes,
            version=moments,
        ),
        step("lease", kind=kinds, shard=st.integers(0, SHARDS - 1), worker=workers, seconds=seconds),
        step("renew", worker=workers, seconds=seconds),
        step("release", worker=workers, anyway=st.booleans()),
        step("close", worker=workers, seconds=seconds),
        step(
            "commit",
            kind=kinds,
            id=ids,
            worker=workers,
            behind=st.sampled_from([0, 0, 1]),
            fields=changes,
            end=st.sampled_from(["clean", "later", "parked"]),
        ),
        step("claim", kind=kinds, id=ids, worker=workers, seconds=seconds),
        step("draw", tokens=st.integers(1, 10), patience=st.integers(0, 8)),
        step("hold", seconds=seconds),
        step("probe", seconds=seconds),
        step("lift"),
        step("save", revision=st.integers(0, 3), cursor=st.none() | st.just("9")),
        step("put", value=st.just({"on": [1.5, None]})),
        step("pass", seconds=seconds),
    ),
    max_size=40,
)


class Play:
    """One run of steps against one store, and all it answers."""

    def __init__(self, store: Store, shop: str) -> None:
        self.store = store
        self.shop = shop
        self.refs = [Ref(shop, kind, id_) for kind in KINDS for id_ in "123"]
        self.now = START
        self.leases: dict[str, Lease] = {}
        self.answers: list[Any] = []

    async def play(self, steps: Sequence[Step]) -> list[Any]:
        for name, arguments in steps:
            # no two rows become due at one instant, where the order between them is nobody's promise
            self.now += timedelta(milliseconds=1)
            answer = await getattr(self, f"_{name}")(**arguments)
            self.answers.append((name, answer, await self.store.read(self.refs)))
        return [*self.answers, await self._seen()]

    async def _seen(self) -> list[Any]:
        """All that can be seen from outside."""
        rows = [await self.store.rows(self.shop, kind, None, 9) for kind in KINDS]
        lanes = [Lane(self.shop, kind, shard) for kind in KINDS for shard in range(SHARDS)]
        due = [await self.store.due(lane, priority, self.now, 9) for lane in lanes for priority in Priority]
        closed = [await self.store.closed(lane, self.now) for lane in lanes]
        kept = await self.store.setting(self.shop, "portal"), await self.store.job(self.shop, "resync")
        return [rows, due, closed, await self.store.parked(self.shop, 9), kept]

    def _later(self, seconds: float) -> datetime:
        return self.now + timedelta(seconds=seconds)

    def _lease_of(self, worker: str) -> Lease:
        """The last this worker was given; before that, one it only believes to have."""
        return self.leases.get(worker, Lease(Lane(self.shop, Kind.ORDER), worker, 1, self.now, 0))

    async def _mark(self, kind: Kind, id: str, **words: Any) -> bool:  # noqa: A002 - the model's own name
        return await self.store.mark(Mark(Ref(self.shop, kind, id), "x", **words), self.now)

    async def _lease(self, kind: Kind, shard: int, worker: str, seconds: float) -> Any:
        answer = await self.store.lease(Lane(self.shop, kind, shard), worker, self.now, seconds)
        if isinstance(answer, Lease):
            self.leases[worker] = answer
        return answer

    async def _renew(self, worker: str, seconds: float) -> Any:
        answer = await self.store.renew(self._lease_of(worker), self.now, seconds)
        if answer:
            self.leases[worker] = answer
        return answer

    async def _release(self, worker: str, anyway: bool) -> bool:
        return await self.store.release(self._lease_of(worker), anyway)

    async def _close(self, worker: str, seconds: float) -> None:
        await self.store.close(self._lease_of(worker), self._later(seconds), "outage")

    async def _commit(self, kind: Kind, id: str, worker: str, behind: int, fields: Any, end: str) -> Any:  # noqa: A002
        ref = Ref(self.shop, kind, id)
        row = (await self.store.read([ref])).get(ref)
        read = max((row.marks if row else 0) - behind, 0)
        parked = {"parked_at": self.now} if end == "parked" else {}
        commit = Commit(ref, read, {**fields, **parked}, self._later(5) if end == "later" else None)
        return await self.store.commit([commit], self._lease_of(worker))

    async def _claim(self, kind: Kind, id: str, worker: str, seconds: float) -> bool:  # noqa: A002
        return await self.store.claim(Ref(self.shop, kind, id), worker, self.now, seconds)

    async def _draw(self, tokens: int, patience: int) -> float | datetime | None:
        try:
            return await self.store.draw(self.shop, tokens, RATE, self.now, patience)
        except OnHold as hold:
            return hold.until

    async def _probe(self, seconds: float) -> bool:
        return await self.store.probe(self.shop, self.now, seconds)

    async def _lift(self) -> None:
        await self.store.lift(self.shop)

    async def _hold(self, seconds: float) -> None:
        await self.store.hold(self.shop, self._later(seconds))

    async def _save(self, revision: int, cursor: str | None) -> bool:
        job = Job(self.shop, "resync", {"ids": ("1", "2")}, cursor, {"marked": 2}, revision=revision)
        return await self.store.save_job(job)

    async def _put(self, value: Any) -> None:
        await self.store.put_setting(self.shop, "portal", value)
        await self.store.note([Entry(Ref(self.shop, Kind.ORDER, "1"), self.now, "x", "clean")])

    async def _pass(self, seconds: float) -> None:
        self.now = self._later(seconds)


MARK: dict[str, Any] = {
    "kind": Kind.ORDER,
    "id": "1",
    "priority": Priority.BULK,
    "seen": None,
    "deleted": False,
    "fields": {},
}
COMMIT: dict[str, Any] = {
    "kind": Kind.ORDER,
    "id": "1",
    "worker": "a",
    "behind": 0,
    "fields": {"attempts": 2},
    "end": "parked",
}


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@example([("mark", MARK | {"version": None}), ("commit", COMMIT), ("mark", MARK | {"version": START})])
@given(steps)
def test_both_stores_answer_alike(dynamodb: Any, steps: list[Step]) -> None:
    shop = f"twins-{next(shops)}.myshopify.com"
    in_memory = asyncio.run(Play(MemoryStore(SHARDS), shop).play(steps))
    in_the_table = asyncio.run(Play(DynamoStore(Meddler(dynamodb), "tandem", SHARDS), shop).play(steps))
    for mine, theirs in zip(in_memory, in_the_table, strict=True):
        assert mine == theirs


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
