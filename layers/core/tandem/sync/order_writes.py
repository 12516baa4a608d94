"""Writes planned orders or carts to HubSpot: the records, their lines, and what each is associated with."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from tandem.errors import Rejected
from tandem.model import KEY, Kind, Mark, NotWritten, Ref, Write, Written
from tandem.portal import Portal
from tandem.ports import HubSpot
from tandem.sync.announce import announce
from tandem.sync.contacts import PENDING
from tandem.sync.lookups import linked_customers
from tandem.sync.plan import OBJECTS, Plan, left_key
from tandem.sync.worker import World
from tandem.together import together

Answers = Mapping[str, Written | NotWritten]
"""By what each record was written with: its id, or our key."""
Pairs = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Ends:
    """What records are associated with: HubSpot ids of contacts and companies by Shopify's ids, of orders by carts'."""

    contacts: Mapping[str, str | None]
    companies: Mapping[str, str]
    orders: Mapping[str, str] = field(default_factory=dict)

    def of(self, one: Plan) -> dict[str, str]:
        """By object, what there is for a record."""
        contact = self.contacts.get(one.target.contact or "")
        company = self.companies.get(one.target.company or "")
        ends = (("contacts", contact), ("companies", company), ("orders", self.orders.get(one.row.ref.id)))
        return {name: id_ for name, id_ in ends if id_ and id_ != PENDING}


async def write_records(plans: Sequence[Plan], hubspot: HubSpot) -> Answers:
    new = [one.record for one in plans if one.existing is None]
    known = [one.record for one in plans if one.existing is not None]
    return await _both(hubspot, _object(plans), new, known)


async def write_lines(plans: Sequence[Plan], hubspot: HubSpot) -> Answers:
    """Of records that were written: a line without its order would count as revenue of nobody's."""
    new = [write for one in plans for write in one.lines_by_key]
    known = [write for one in plans for write in one.lines]
    return await _both(hubspot, "line_items", new, known)


def _object(plans: Sequence[Plan]) -> str:
    return OBJECTS[plans[0].row.ref.kind] if plans else ""


async def _both(hubspot: HubSpot, name: str, new: Sequence[Write], known: Sequence[Write]) -> Answers:
    """New records by our key, known ones by id, side by side."""
    calls = [hubspot.upsert(name, new)] if new else []
    calls += [hubspot.update(name, known)] if known else []
    return {key: answer for answers in await together(*calls) for key, answer in answers.items()}


async def associate(
    plans: Sequence[Plan], lines: Answers, ends: Ends, portal: Portal, hubspot: HubSpot, world: World
) -> None:
    """Link what must be linked, unlink what we linked before, and let lines go that left their records."""
    if not plans:
        return
    name = _object(plans)
    to_lines = [
        (one.link, answer.id)
        for one in plans
        for write in (*one.lines_by_key, *(one.lines if one.row.link is None else ()))
        if isinstance(answer := lines[write.key], Written)
    ]
    contacts, no_contacts = _changes(plans, ends, "contacts")
    companies, no_companies = _changes(plans, ends, "companies")
    orders, no_orders = _changes(plans, ends, "orders")
    no_contacts += await _strangers(plans, ends, hubspot)
    for other, pairs in (("contacts", no_contacts), ("companies", no_companies), ("orders", no_orders)):
        if pairs:  # before anything is linked: once merged, what was linked and what will be are the same record
            await hubspot.dissociate(name, other, pairs)
    label = portal.order_company if name == "orders" else None
    calls = [
        hubspot.associate(name, "line_items", to_lines, None) if to_lines else None,
        _to_contacts(plans, contacts, hubspot, world) if contacts else None,
        hubspot.associate(name, "companies", companies, label) if companies else None,
        hubspot.associate(name, "orders", orders, None) if orders else None,
        let_go(plans, hubspot),
    ]
    await together(*(call for call in calls if call is not None))


async def _strangers(plans: Sequence[Plan], ends: Ends, hubspot: HubSpot) -> Pairs:
    """Links to other customers' contacts: of orders that were just found, and of those that may have got such since."""
    pairs = [(one.link, id_) for one in plans for id_ in one.strangers]
    doubtful = [one for one in plans if one.row.link and _may_have_strangers(one, ends)]
    if doubtful:
        linked = await linked_customers(doubtful[0].row.ref, [one.link for one in doubtful], hubspot)
        pairs += [
            (one.link, id_)
            for one in doubtful
            for customer, id_ in linked.get(one.link, {}).items()
            if customer != one.target.contact and id_ != ends.of(one).get("contacts")
        ]
    return pairs


def _may_have_strangers(one: Plan, ends: Ends) -> bool:
    """Its contact is another now, or people merged it with another order, or what was written last is not known."""
    turns = ends.of(one).get("contacts") != one.row.associated.get("contacts")
    return turns or one.link != one.row.link or one.row.digest is None


def _changes(plans: Sequence[Plan], ends: Ends, name: str) -> tuple[Pairs, Pairs]:
    """Pairs to link and pairs to unlink. A contact that is still being made says nothing yet."""
    link, unlink = [], []
    for one in plans:
        was, now = one.row.associated.get(name), ends.of(one).get(name)
        if name == "contacts" and ends.contacts.get(one.target.contact or "") == PENDING:
            continue
        if now and (now != was or one.link != one.row.link or one.row.digest is None):
            link.append((one.link, now))
        if was and was != now and one.link == one.row.link:
            unlink.append((one.link, was))
    return link, unlink


async def _to_contacts(plans: Sequence[Plan], pairs: Pairs, hubspot: HubSpot, world: World) -> None:
    """A contact that was deleted in HubSpot does not hold up its orders: its own row is told, and says so."""
    name = _object(plans)
    try:
        await hubspot.associate(name, "contacts", pairs, None)
    except Rejected:
        there = await hubspot.read("contacts", sorted({contact for _, contact in pairs}), [])
        left = [pair for pair in pairs if pair[1] in there]
        if len(left) == len(pairs):
            raise
        if left:
            await hubspot.associate(name, "contacts", left, None)
        lost = {record for record, contact in pairs if contact not in there}
        customers = {one.target.contact: one.row.ref.shop for one in plans if one.link in lost and one.target.contact}
        marks = [
            Mark(Ref(shop, Kind.CONTACT, id_), "deleted in HubSpot?", fields={"digest": None})
            for id_, shop in customers.items()
        ]
        await announce(marks, world)


async def let_go(plans: Sequence[Plan], hubspot: HubSpot) -> None:
    """Archive the lines that leave. An archived record keeps its unique value: a line could not return.

    So it gets another key first, by which it is found if the worker ends in between; if a line of that key has left
    before, one by its HubSpot id.
    """
    ids = {id_: key for one in plans for id_, key in one.leaving.items()}
    if not ids:
        return
    answers = await hubspot.update("line_items", [Write(id_, {KEY: left_key(key)}) for id_, key in ids.items()])
    again = [id_ for id_, answer in answers.items() if isinstance(answer, NotWritten) and answer.code == "conflict"]
    if again:
        await hubspot.update("line_items", [Write(id_, {KEY: left_key(f"{ids[id_]}:{id_}")}) for id_ in again])
    await hubspot.archive("line_items", list(ids))
