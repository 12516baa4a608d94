"""An audit over the table itself: its notes, its findings and what it heals are read back from there."""

from typing import Any

from sandbox.seed import Size
from sandbox.world.auditing import all_findings, audited
from sandbox.world.drift import Drift
from sandbox.world.loop import run
from sandbox.world.world import LocalWorld
from tandem.model import Kind, Record, Ref
from tandem.store.dynamodb import DynamoStore
from tandem.store.rows import record_of
from tandem.store.table import plain
from tandem.sync import audit
from tests.store.conftest import TABLE
from tests.sync.test_audit import in_step, told

SIZE = Size(customers=4, products=3, orders=8, companies=1, checkouts=8)
DRIVES = ("edit order", "delete order", "unlink line", "move order", "edit contact", "edit a cart", "copy a cart")


class Immediate(DynamoStore):
    """The table in a world of virtual time, which would run on while a thread waits for an answer."""

    async def call(self, operation: str, **arguments: Any) -> Any:
        return getattr(self._client, operation)(**arguments)

    @property
    def records(self) -> dict[Ref, Record]:
        """All rows, for the world to see what still waits."""
        pages = self._client.get_paginator("scan").paginate(TableName=self.name)
        items = [plain(item) for page in pages for item in page["Items"]]
        kinds = {str(kind) for kind in Kind}
        rows = [record_of(item) for item in items if item["pk"].rpartition("#")[2] in kinds and "marks" in item]
        return {row.ref: row for row in rows}


def test_an_audit_over_the_table_finds_heals_and_keeps_what_one_in_memory_does(dynamodb: Any) -> None:
    world = LocalWorld(seed=5, switches={"archived_keeps_key": "no"})
    world.store = Immediate(dynamodb, TABLE)  # type: ignore[assignment]
    drift = Drift(world)

    async def play() -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
        await in_step(world, SIZE)
        await audited(world)
        assert await all_findings(world) == []
        for what in DRIVES:
            drift.drive(what)
        job = await audited(world, heal=True)
        assert await world.store.job(world.shop, audit.JOB) == job
        first = await all_findings(world, page=2)
        assert sum(audit.summary(job)["found"].values()) == len(drift.expected)
        await world.settle()
        await audited(world)
        return first, await all_findings(world)

    first, rest = run(world.clock, play())
    assert told(first) == drift.expected
    assert told(rest) == {one for one in drift.expected if one[2] == "duplicated"}
    assert world.verdict().agrees
