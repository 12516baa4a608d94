"""Writes orders and carts whole: buyers and companies, the records with their lines, and what links them."""

from collections.abc import Awaitable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from tandem.mapping.orders import OrderTarget
from tandem.model import KEY, Kind, Node, NotWritten, Record, Ref, Write, Written
from tandem.portal import Portal
from tandem.ports import HubSpot
from tandem.sync.contacts import PENDING, link_contacts
from tandem.sync.lookups import companies, find_strays, products
from tandem.sync.order_writes import Answers, Ends, associate, let_go, write_lines, write_records
from tandem.sync.outcome import Done, Failed, Later, Outcome, left_out
from tandem.sync.plan import Known, Plan, line_key, plan
from tandem.sync.worker import Vendors, World
from tandem.together import together

STALE = timedelta(seconds=2)
"""Shopify answered an older state than its webhook told of: look again after this."""
STALE_LIMIT = timedelta(minutes=1)
"""After this long the answer is believed: the webhook may have told of a change since undone."""
CONTACT_PENDING = timedelta(seconds=5)
AGAIN = timedelta(seconds=2)
"""When what was just made shows in HubSpot, as a rule."""
FORGET = {"link": None, "digest": None, "associated": None}
"""Of a record that somebody deleted in HubSpot."""

Wanting = Sequence[tuple[Record, OrderTarget]]


@dataclass(frozen=True, slots=True)
class Wrote:
    """What one batch came to. `whole` are the records written, `refused` the others and why."""

    whole: tuple[Plan, ...]
    refused: Mapping[Ref, NotWritten]
    records: Answers
    lines: Answers
    ends: Ends


@dataclass(frozen=True, slots=True)
class Around:
    """What records are written beside: `customers` by id, `orders` in HubSpot by the ids of carts they recovered."""

    customers: Mapping[str, Node]
    orders: Mapping[str, str] = field(default_factory=dict)


def too_soon(row: Record, target: OrderTarget, world: World) -> Later | None:
    """Whether Shopify's answer is older than what its webhook told of, or HubSpot may not show our own lines yet."""
    now = world.clock.now()
    if row.seen and target.version < row.seen and now - (row.due_since or now) < STALE_LIMIT:
        return Later("Shopify still answers an older state than its webhook told of", STALE)
    if _lines_were_forgotten(row, target) and row.written_at and now - row.written_at < AGAIN:
        return Later("its lines were made a moment ago: HubSpot may not find them by their keys yet", AGAIN)
    return None


def _lines_were_forgotten(row: Record, target: OrderTarget) -> bool:
    """Whether they are to be found by their keys again, as by a forced resync."""
    return row.link is not None and bool(target.lines) and not row.children


def unchanged(target: OrderTarget) -> Done:
    return Done("unchanged", {"version": target.version})


async def contact_has_come(
    rows: Sequence[Record], targets: Mapping[Ref, OrderTarget], outcomes: Mapping[Ref, Outcome], world: World
) -> list[Ref]:
    """Records that are in step but for their contact: there was none when they were written, and now there is."""
    buyers = {
        row.ref: Ref(row.ref.shop, Kind.CONTACT, contact)
        for row in rows
        if row.link and row.ref in outcomes and row.ref in targets and "contacts" not in row.associated
        if (contact := targets[row.ref].contact)
    }
    found = await world.store.read(sorted(set(buyers.values()))) if buyers else {}
    linked = {ref for ref, contact in found.items() if contact.link and not contact.parked_at}
    return [ref for ref, buyer in buyers.items() if buyer in linked and outcomes[ref] == unchanged(targets[ref])]


async def write_whole(
    wanting: Wanting, around: Around, find: Awaitable[Known], portal: Portal, vendors: Vendors, world: World
) -> Wrote:
    """Buyers and companies are seen to beside the records and their lines: only associations need both.

    `find` looks up those without a link.
    """
    shop, priority = wanting[0][0].ref.shop, wanting[0][0].priority
    bought: dict[str, list[Ref]] = {}
    for row, target in wanting:
        bought.setdefault(target.contact or "", []).append(row.ref)
    firms = {target.company for _, target in wanting if target.company}
    contacts, companies_, (plans, records, lines) = await together(
        link_contacts(shop, around.customers, bought, priority, portal, vendors.hubspot, world),
        companies(shop, firms, vendors.hubspot, world.store),
        _write_records(wanting, find, portal, vendors.hubspot),
    )
    answers = {one.row.ref: records[one.record.key] for one in plans}
    refused = {ref: answer for ref, answer in answers.items() if isinstance(answer, NotWritten)}
    whole = [replace(one, link=answer.id) for one in plans if isinstance(answer := answers[one.row.ref], Written)]
    ends = Ends(contacts, companies_, around.orders)
    await associate(whole, lines, ends, portal, vendors.hubspot, world)
    # the record that is made in place of one that is gone will not know of them
    gone = [one for one in plans if one.row.ref in refused and refused[one.row.ref].code == "gone"]
    await let_go(gone, vendors.hubspot)
    return Wrote(tuple(whole), refused, records, lines, ends)


async def _write_records(
    wanting: Wanting, find: Awaitable[Known], portal: Portal, hubspot: HubSpot
) -> tuple[list[Plan], Answers, Answers]:
    """Plan, then records, then lines."""
    skus = {line.sku for _, target in wanting for line in target.lines.values() if line.sku}
    linked = [(row, target) for row, target in wanting if row.link]
    known, strays, by_sku = await together(find, find_strays(linked, hubspot), products(skus, portal, hubspot))
    known = replace(known, lines={**known.lines, **strays}, products=by_sku)
    plans = [plan(row, target, portal, known) for row, target in wanting]
    records = await write_records(plans, hubspot)
    good = [one for one in plans if isinstance(records[one.record.key], Written)]
    return plans, records, await write_lines(good, hubspot)


def written(one: Plan, wrote: Wrote) -> Outcome:
    """Of a record that was written, with what its row keeps."""
    kind = one.row.ref.kind
    known = {
        line: answer.id
        for line in one.target.lines
        for name in (one.line_ids.get(line), line_key(one.row.ref, line))
        if isinstance(answer := wrote.lines.get(name or ""), Written)
    }
    fields: dict[str, Any] = {
        "link": one.link,
        "version": one.target.version,
        "children": {**one.line_ids, **known},
        "associated": wrote.ends.of(one),
    }
    for write in (*one.lines, *one.lines_by_key):
        answer = wrote.lines[write.key]
        if isinstance(answer, NotWritten):
            return _line_refused(one, write, answer, fields)
    if one.existing is None and not any(answer.new for answer in _answers(one, wrote.records, {})):
        return Later(f"the {kind} was there already: it is looked at once more", AGAIN, {**fields, "digest": None})
    if wrote.ends.contacts.get(one.target.contact or "") == PENDING:
        return Later(f"another worker is making this {kind}'s contact", CONTACT_PENDING, {**fields, "digest": None})
    what = (*((str(kind),) if one.row.link is None else ()), *(("lines",) if one.lines_change else ()))
    missing = [word for answer in _answers(one, wrote.records, wrote.lines) for word in left_out(answer)]
    return Done("written", {**fields, "digest": one.digest}, (*what, *dict.fromkeys(missing)))


def _answers(one: Plan, records: Answers, lines: Answers) -> list[Written]:
    found = [records[one.record.key], *(lines.get(write.key) for write in (*one.lines, *one.lines_by_key))]
    return [answer for answer in found if isinstance(answer, Written)]


def _line_refused(one: Plan, write: Write, answer: NotWritten, fields: Mapping[str, Any]) -> Outcome:
    """The record is kept as far as it came. A line that somebody deleted in HubSpot is written anew next time."""
    line = write.properties[KEY].rpartition(":")[2]
    if answer.code != "gone":
        return Failed(answer.code, f"line {line}: {answer.text}", {**fields, "digest": None})
    others = {id_: there for id_, there in one.line_ids.items() if id_ != line}
    return Later("a line was deleted in HubSpot", AGAIN, {**fields, "children": others, "digest": None})
