"""Writes planned orders to HubSpot: the orders, their lines, and what each is associated with."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tandem.errors import Rejected
from tandem.model import KEY, Kind, Mark, NotWritten, Ref, Write, Written
from tandem.portal import Portal
from tandem.ports import HubSpot
from tandem.sync.announce import announce
from tandem.sync.contacts import PENDING
from tandem.sync.lookups import linked_customers
from tandem.sync.plan import OrderPlan, left_key
from tandem.sync.worker import World
from tandem.together import together

Answers = Mapping[str, Written | NotWritten]
"""By what each record was written with: its id, or our key."""
Pairs = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Ends:
    """What orders are associated with: HubSpot ids of contacts and companies by Shopify's ids."""

    contacts: Mapping[str, str | None]
    companies: Mapping[str, str]

    def of(self, one: OrderPlan) -> dict[str, str]:
        """By object, what there is for an order."""
        contact = self.contacts.get(one.target.contact or "")
        company = self.companies.get(one.target.company or "")
        ends = (("contacts", contact), ("companies", company))
        return {name: id_ for name, id_ in ends if id_ and id_ != PENDING}


async def write_orders(plans: Sequence[OrderPlan], hubspot: HubSpot) -> Answers:
    new = [one.order for one in plans if one.existing is None]
    known = [one.order for one in plans if one.existing is not None]
    return await _both(hubspot, "orders", new, known)


async def write_lines(plans: Sequence[OrderPlan], hubspot: HubSpot) -> Answers:
    """Of orders that were written: a line without its order would count as revenue of nobody's."""
    new = [write for one in plans for write in one.lines_by_key]
    known = [write for one in plans for write in one.lines]
    return await _both(hubspot, "line_items", new, known)


async def _both(hubspot: HubSpot, name: str, new: Sequence[Write], known: Sequence[Write]) -> Answers:
    """New records by our key, known ones by id, side by side."""
    calls = [hubspot.upsert(name, new)] if new else []
    calls += [hubspot.update(name, known)] if known else []
    return {key: answer for answers in await together(*calls) for key, answer in answers.items()}


async def associate(
    plans: Sequence[OrderPlan], lines: Answers, ends: Ends, portal: Portal, hubspot: HubSpot, world: World
) -> None:
    """Link what must be linked, unlink what we linked before, and let lines go that left their orders."""
    to_lines = [
        (one.link, answer.id)
        for one in plans
        for write in (*one.lines_by_key, *(one.lines if one.row.link is None else ()))
        if isinstance(answer := lines[write.key], Written)
    ]
    contacts, no_contacts = _changes(plans, ends, "contacts")
    companies, no_companies = _changes(plans, ends, "companies")
    no_contacts += await _strangers(plans, ends, hubspot)
    await _unlink("contacts", no_contacts, hubspot)
    await _unlink("companies", no_companies, hubspot)
    calls = [
        hubspot.associate("orders", "line_items", to_lines, None) if to_lines else None,
        _to_contacts(plans, contacts, hubspot, world) if contacts else None,
        hubspot.associate("orders", "companies", companies, portal.order_company) if companies else None,
        let_go(plans, hubspot),
    ]
    await together(*(call for call in calls if call is not None))


async def _unlink(name: str, pairs: Pairs, hubspot: HubSpot) -> None:
    """Before anything is linked: once merged, the record that was linked and the one that will be are the same."""
    if pairs:
        await hubspot.dissociate("orders", name, pairs)


async def _strangers(plans: Sequence[OrderPlan], ends: Ends, hubspot: HubSpot) -> Pairs:
    """Links to other customers' contacts. An order known by its row is looked at when it gets another contact."""
    pairs = [(one.link, id_) for one in plans for id_ in one.strangers]
    turned = [one for one in plans if one.link == one.row.link and _turns(one, ends)]
    if turned:
        linked = await linked_customers(turned[0].row.ref.shop, [one.link for one in turned], hubspot)
        pairs += [
            (one.link, id_)
            for one in turned
            for customer, id_ in linked.get(one.link, {}).items()
            if customer != one.target.contact
        ]
    return pairs


def _turns(one: OrderPlan, ends: Ends) -> bool:
    return ends.of(one).get("contacts") != one.row.associated.get("contacts")


def _changes(plans: Sequence[OrderPlan], ends: Ends, name: str) -> tuple[Pairs, Pairs]:
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


async def _to_contacts(plans: Sequence[OrderPlan], pairs: Pairs, hubspot: HubSpot, world: World) -> None:
    """A contact that was deleted in HubSpot does not hold up its orders: its own row is told, and says so."""
    try:
        await hubspot.associate("orders", "contacts", pairs, None)
    except Rejected:
        there = await hubspot.read("contacts", sorted({contact for _, contact in pairs}), [])
        left = [pair for pair in pairs if pair[1] in there]
        if len(left) == len(pairs):
            raise
        if left:
            await hubspot.associate("orders", "contacts", left, None)
        lost = {order for order, contact in pairs if contact not in there}
        customers = {one.target.contact: one.row.ref.shop for one in plans if one.link in lost and one.target.contact}
        marks = [
            Mark(Ref(shop, Kind.CONTACT, id_), "deleted in HubSpot?", fields={"digest": None})
            for id_, shop in customers.items()
        ]
        await announce(marks, world)


async def let_go(plans: Sequence[OrderPlan], hubspot: HubSpot) -> None:
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
