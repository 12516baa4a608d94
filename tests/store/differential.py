"""Holds the store in memory to the table: random plays in both at once, answers and all rows compared at every step.

`python -m tests.store.differential 20000` plays so many, against an emulator of its own.
"""

import asyncio
import sys
from collections.abc import Callable, Sequence
from copy import deepcopy
from datetime import timedelta
from typing import Any
from uuid import uuid4

from hypothesis import given, settings

from sandbox.cloud.emulator import Emulator
from sandbox.memory import MemoryStore
from tandem.errors import OnHold
from tandem.ports import Store
from tandem.store.dynamodb import DynamoStore
from tests.store.calls import SHARDS, SKEW, TICK, Call, Race, Scene, Step
from tests.store.every_row import Rows, differences, of_memory, of_table
from tests.store.steps import plays
from tests.store.table import Meddler, connect, create

Outcome = tuple[str, Any]
"""`answered`, or how it failed, and with what."""


class Throttled(Exception):
    """DynamoDB has refused a write; nothing was done."""


class Twins:
    """A table of its own and a store in memory. Each worker is a process, with what it last saw of budgets."""

    def __init__(self, client: Any) -> None:
        self.client = client
        self.name = f"twins-{uuid4().hex}"
        create(client, self.name)
        self.meddlers = {who: Meddler(client) for who in SKEW}
        self.tables = {who: DynamoStore(meddler, self.name, SHARDS) for who, meddler in self.meddlers.items()}
        self.scene = Scene(MemoryStore(SHARDS))
        self.played: Sequence[Step | Race] = []

    async def play(self, steps: Sequence[Step | Race]) -> None:
        for number, step in enumerate(steps, 1):
            self.played = steps[:number]
            self.scene.now += TICK
            if isinstance(step, Race):
                await self._race(step)
            elif step.name == "pass":
                self._pass(**step.words)
            else:
                await self._take(step)

    def _pass(self, seconds: float) -> None:
        """0 seconds: to the instant, as `a` has it, at which something is over, in the next step."""
        over = self.scene.ends()
        self.scene.now = over[0] - TICK if over and not seconds else self.scene.now + timedelta(seconds=seconds)

    async def _take(self, step: Step) -> None:
        call = self.scene.call(step)
        theirs = await self._in_table(step, call)
        mine = theirs if theirs[0] == "throttled" else await _in_memory(step, call, self.scene.memory)
        assert _alike(step, mine, theirs), f"after {step}\n  in memory:    {mine}\n  in the table: {theirs}"
        self._same_rows(step)
        self.scene.learn(step.who, theirs[1])

    async def _in_table(self, step: Step, call: Call) -> Outcome:
        meddler = self.meddlers[step.who]
        meddler.lost = int(step.fault == "lost")
        meddler.rules = FAULTS.get(step.fault, {})
        outcome = await _outcome(call, self.tables[step.who])
        meddler.lost, meddler.rules = 0, {}
        return outcome

    def _same_rows(self, step: object) -> None:
        found = differences(of_memory(self.scene.memory), self._rows())
        assert not found, f"after {step}:\n" + "\n".join(found)

    def _rows(self) -> Rows:
        return of_table(self.client, self.name, SHARDS)

    async def _race(self, race: Race) -> None:
        """What becomes of the two must be what becomes of them one after the other, in either order."""
        first, second = self.scene.call(race.first), self.scene.call(race.second)
        rival = self.tables[race.second.who]
        came: list[Outcome] = []
        self.meddlers[race.first.who].before(
            *[None] * race.at, lambda: came.append(asyncio.run(_outcome(second, rival)))
        )
        answer = await _outcome(first, self.tables[race.first.who])
        self.meddlers[race.first.who].before()
        theirs = answer, came[0] if came else await _outcome(second, rival)
        for turns in ((0, 1), (1, 0)):
            memory = deepcopy(self.scene.memory)
            mine = {turn: await _outcome((first, second)[turn], memory) for turn in turns}
            if (mine[0], mine[1]) == theirs and not differences(of_memory(memory), self._rows()):
                self.scene.memory = memory
                break
        else:
            raise AssertionError(f"after {race}\n  which came to {theirs} and\n  {self._rows()}")
        self.scene.learn(race.first.who, theirs[0][1])
        self.scene.learn(race.second.who, theirs[1][1])


async def _outcome(call: Call, store: Store) -> Outcome:
    try:
        return "answered", await call(store)
    except OnHold as hold:
        return "on hold", hold.until
    except ValueError as error:
        return "not taken", str(error)
    except Throttled:
        return "throttled", None


async def _in_memory(step: Step, call: Call, memory: MemoryStore) -> Outcome:
    """A write whose answer is lost is sent again by the client, and so carried out twice; a job knows its saver."""
    if step.fault == "lost" and step.name != "save_job":
        await _outcome(call, memory)
    return await _outcome(call, memory)


def _alike(step: Step, mine: Outcome, theirs: Outcome) -> bool:
    """Whether a mark whose answer was lost made a row due is not known: the sweep rings."""
    return mine == theirs or (step.name == "mark" and step.fault == "lost" and mine[0] == theirs[0])


def _refuse(arguments: Any, method: Any) -> Any:
    raise Throttled


def _halves(left: str, part: Callable[[Any, slice], Any]) -> Callable[[Any, Any], Any]:
    """Of a batch of several only the first half is carried out."""

    def rule(arguments: dict[str, Any], method: Callable[..., Any]) -> Any:
        [(name, asked)] = arguments["RequestItems"].items()
        size = len(part(asked, slice(None))["Keys"] if isinstance(asked, dict) else asked)
        middle = (size + 1) // 2
        answer = method(RequestItems={name: part(asked, slice(middle))})
        return answer | ({left: {name: part(asked, slice(middle, None))}} if size > 1 else {})

    return rule


FAULTS: dict[str, dict[str, Callable[..., Any]]] = {
    "refused": {"update_item": _refuse},
    "undone": {
        "batch_get_item": _halves("UnprocessedKeys", lambda asked, some: asked | {"Keys": asked["Keys"][some]}),
        "batch_write_item": _halves("UnprocessedItems", lambda puts, some: puts[some]),
    },
}


def play(client: Any, steps: Sequence[Step | Race]) -> None:
    twins = Twins(client)
    try:
        asyncio.run(twins.play(steps))
    except AssertionError as difference:
        difference.add_note("\n".join(["the play:", *map(str, twins.played)]))
        raise
    finally:
        client.delete_table(TableName=twins.name)


def main(times: int) -> None:
    emulator = Emulator()
    emulator.start()
    client = connect(emulator.endpoint)

    @settings(max_examples=times, deadline=None, database=None, print_blob=False)
    @given(plays)
    def all_alike(steps: list[Step | Race]) -> None:
        play(client, steps)

    try:
        all_alike()
    finally:
        client.close()
        emulator.stop()
    print(f"{times} plays: both stores answered alike and held the same rows")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000)
