"""Bugs in how orders, their lines, stages and links are planned and written."""

import asyncio
import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from sandbox.world.perils import GONE
from sandbox.world.plan import OLDER
from tandem.hubspot.answers import Refusal, rows, texts
from tandem.mapping.stages import DEFAULT_RULES, decide
from tandem.model import KEY, Found, Kind, NotWritten, Record, Write, Written
from tandem.sync.order_writes import Pairs
from tandem.sync.plan import Known, Plan
from tandem.sync.worker import World
from tests.zoo.planting import Function, bug


@bug(
    "a record is made twice, by two or by one's own late write",
    "I1",
    "hubspot.client:HubSpotClient.upsert",
    "sandbox.hubspot.records.writing:conflict",
)
def search_then_create(_: Function, conflict: Function) -> tuple[Function, Function]:
    """And our key is no property of unique values."""

    async def upsert(self: Any, name: str, writes: Sequence[Write]) -> dict[str, Written | NotWritten]:
        made: dict[str, Written | NotWritten] = {}
        for one in writes:
            wanted = [{"propertyName": KEY, "operator": "EQ", "value": one.key}]
            found, _ = await self.search(name, wanted, [KEY])
            if found:
                answers = await self.update(name, [replace(one, key=found[0].id)])
                made[one.key] = answers[found[0].id]
                continue
            path = f"/crm/objects/{self.api_version}/{name}"
            answer = await self._calls.write("POST", path, {"properties": {**one.properties, KEY: one.key}})
            made[one.key] = (
                NotWritten(answer.code, answer.text, answer.existing)
                if isinstance(answer, Refusal)
                else Written(texts(answer["id"])[0], new=True)
            )
        return made

    def allowed(portal: Any, store: Any, draft: Any, claims: Any) -> Any:
        refused = conflict(portal, store, draft, claims)
        return None if refused and draft.values.get(KEY) else refused

    return upsert, allowed


@bug("one record's id or refusal is taken for another's", "I4", "hubspot.writing:_settle", seed=16)
def results_matched_by_position(original: Function) -> Function:
    async def settle(writes: Sequence[Write], by: str | None, send: Any) -> Any:
        answer = await send(writes)
        results = [] if isinstance(answer, Refusal) else rows(answer, "results")
        if len(results) < len(writes):
            return await original(writes, by, send)
        return {
            one.key: Written(texts(row.get("id"))[0], row.get("new") is True)
            for one, row in zip(writes, results, strict=False)
        }

    return settle


@bug("a record that was refused counts as written", "I2", "hubspot.client:HubSpotClient.update")
def partial_success_taken_for_success(original: Function) -> Function:
    async def update(self: Any, name: str, writes: Sequence[Write]) -> dict[str, Written | NotWritten]:
        answers = await original(self, name, writes)
        return {one.key: a if isinstance(a := answers[one.key], Written) else Written(one.key) for one in writes}

    return update


@bug("a late payload overwrites newer ones", "I8", "shopify.webhooks:receive", "sync.orders:order", seed=20)
def payload_applied(receive: Function, order: Function) -> tuple[Function, Function]:
    """The note is taken from the body, as it came."""
    notes: dict[str, str] = {}

    def received(headers: Any, body: bytes, *rest: Any) -> Any:
        got, payload = receive(headers, body, *rest), json.loads(body)
        if got.mark and got.mark.ref.kind is Kind.ORDER and "note" in payload:
            notes[got.mark.ref.id] = payload["note"] or ""
        return got

    def mapped(node: Any, portal: Any) -> Any:
        target = order(node, portal)
        note = notes.get(target.properties["hs_external_order_id"])
        return target if note is None else replace(target, properties={**target.properties, "hs_order_note": note})

    return received, mapped


@bug("an order is left as it was before its webhook", "I3", "sync.orders:too_soon", needs=OLDER)
def stale_answers_are_believed(_: Function) -> Function:
    return lambda row, target, world: None


@bug("a record that Shopify failed to answer is taken for gone", "I2", "shopify.client:ShopifyClient._nodes")
def unanswered_taken_for_gone(original: Function) -> Function:
    async def nodes(self: Any, document: Any, kind: str, ids: Sequence[str]) -> Any:
        return {**dict.fromkeys(ids), **await original(self, document, kind, ids)}

    return nodes


@bug("a line gets what another one is", "I6", "sync.plan:_line_ids", needs="edit_lines")
def lines_matched_by_position(_: Function) -> Function:
    def line_ids(row: Record, target: Any, found: list[Found], *, adopted: bool) -> dict[str, str]:
        there = list(filter(None, row.children.values())) or [line.id for line in found]
        return dict(zip(target.lines, there, strict=False))

    return line_ids


@bug("lines that were edited away stay", "I6", "sync.plan:_leaving", seed=17)
def lines_that_left_stay(_: Function) -> Function:
    return lambda *_, **__: ()


@bug(
    "a line without units stays",
    "I6",
    "sync.order_writes:let_go",
    "sync.whole:let_go",
    needs="edit_lines",
)
def lines_archived_with_their_key(*_: Function) -> tuple[Function, Function]:
    """One that comes back finds its key taken."""

    async def let_go(plans: Sequence[Plan], hubspot: Any) -> None:
        if ids := [id_ for one in plans for id_ in one.leaving]:
            await hubspot.archive("line_items", ids)

    return let_go, let_go


@bug(
    "lines of a deleted order are nobody's",
    "I6",
    "sync.whole:let_go",
    needs="person in HubSpot",
)
def lines_of_lost_orders_stay(_: Function) -> Function:
    async def let_go(plans: Sequence[Plan], hubspot: Any) -> None:
        return None

    return let_go


@bug("what a line was linked to is not found after a kill", "I2", "sync.whole:associate", seed=23)
def only_new_lines_are_linked(original: Function) -> Function:
    async def associate(plans: Any, lines: Mapping[str, Any], *rest: Any) -> None:
        new = {
            key: one if isinstance(one, NotWritten) or one.new else NotWritten("known", "")
            for key, one in lines.items()
        }
        await original(plans, new, *rest)

    return associate


@bug("an order that was there after a kill gets no contact", "I2", "sync.order_writes:_changes", seed=16)
def association_omitted_on_retry(original: Function) -> Function:
    def changes(plans: Sequence[Plan], ends: Any, name: str) -> tuple[Pairs, Pairs]:
        link, unlink = original(plans, ends, name)
        fresh = {one.link for one in plans if one.existing is None or one.row.associated.get(name)}
        return [pair for pair in link if pair[0] in fresh], unlink

    return changes


@bug(
    "an order keeps its old buyer beside the new one",
    "I2",
    "sync.order_writes:_changes",
    needs="merge_customers",
)
def old_buyers_stay_linked(original: Function) -> Function:
    return lambda plans, ends, name: (original(plans, ends, name)[0], [])


@bug("a link that a killed worker made to another buyer stays", "I2", "sync.order_writes:_strangers")
def strangers_stay_linked(_: Function) -> Function:
    async def strangers(*_: Any) -> Pairs:
        return []

    return strangers


@bug("links that were refused are never made", "I2", "hubspot.links:check_made")
def refused_links_count_as_made(_: Function) -> Function:
    return lambda answer, pairs: None


@bug("an order that is changed and changed back looks as if in step", "I2", "sync.orders:intend")
def digest_of_before_a_kill_is_believed(_: Function) -> Function:
    async def intend(*_: Any) -> None:
        return None

    return intend


@bug("a stage is lost with the worker that had not told it yet", "I11", "sync.orders:_hand_over")
def stage_told_in_the_background(original: Function) -> Function:
    async def hand_over(plans: Any, world: World) -> None:
        async def later() -> None:
            with suppress(*GONE):
                await world.clock.sleep(0.5)
                await original(plans, world)

        asyncio.get_running_loop().create_task(later())

    return hand_over


@bug("a workflow on a stage meets an order without its lines", "I11", "sync.plan:_properties")
def stage_before_lines(original: Function) -> Function:
    def properties(row: Record, target: Any, portal: Any, *, is_new: bool) -> dict[str, str]:
        found: dict[str, str] = original(row, target, portal, is_new=is_new)
        stage = decide(target.facts, DEFAULT_RULES, portal).stage
        return found | ({"hs_pipeline_stage": stage} if is_new and stage and row.ref.kind is Kind.ORDER else {})

    return properties


@bug("facts of a worker past its time replace newer ones", "I19", "sandbox.memory:MemoryStore.mark", needs="frozen")
def older_facts_are_taken(original: Function) -> Function:
    async def mark(self: Any, one: Any, now: Any) -> bool:
        row = self.records.get(one.ref)
        if row is not None and row.facts_version and one.version:
            self.records[one.ref] = replace(row, facts_version=None)
        return bool(await original(self, one, now))

    return mark


@bug("what was emptied in Shopify stays in HubSpot", "I2", "sync.plan:_properties", seed=28)
def empty_values_are_not_sent(original: Function) -> Function:
    def properties(*args: Any, is_new: bool) -> dict[str, str]:
        return {name: value for name, value in original(*args, is_new=is_new).items() if value}

    return properties


@bug("amounts are not exact", "I5", "mapping.line_items:share", "mapping.carts:share", seed=1)
def money_by_float(*_: Function) -> tuple[Function, Function]:
    def share(whole: Decimal, part: int, parts: int) -> str:
        return str(float(whole) * part / parts) if parts else "0"

    return share, share


@bug("a local time is taken for UTC", "I3", "shopify.webhooks:_time")
def time_zone_dropped(_: Function) -> Function:
    return lambda value: datetime.fromisoformat(value).replace(tzinfo=UTC) if value else None


@bug("a property HubSpot will not take holds up its order", "I20", "hubspot.writing:_at_fault")
def refused_properties_are_not_left_out(_: Function) -> Function:
    return lambda one, answer: {}


@bug("an order that was there keeps lines that left it", "I6", "sync.orders:find_orders")
def orders_are_not_looked_for(_: Function) -> Function:
    async def find_orders(*_: Any) -> Known:
        return Known()

    return find_orders
