"""Contacts: each due one is read from Shopify, found or made in HubSpot, and written when it differs."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from tandem.mapping.contacts import contact
from tandem.model import Kind, Mark, Node, NotWritten, Priority, Record, Ref, Write, Written
from tandem.portal import Portal
from tandem.ports import HubSpot
from tandem.sync.announce import announce
from tandem.sync.identity import Linked, address_hash, buyer, has_identity, lifecycle, resolve
from tandem.sync.outcome import UNANSWERED, Done, Failed, Later, Outcome, left_out
from tandem.sync.plan import contact_digest
from tandem.sync.shop import portal_of
from tandem.sync.worker import Outcomes, Vendors, World

PENDING = "pending"
"""Stands for the id of a contact that another worker is making right now."""
PAUSE = timedelta(seconds=5)
LOOKS, LOOK_PAUSE = 15, 0.2
"""How often, and after how many seconds each, to look for a contact that another worker is making."""
DELETED = "The contact was deleted in HubSpot. Restore it there, or leave it: its orders then have no contact."


async def sync(rows: Sequence[Record], vendors: Vendors, world: World) -> Outcomes:
    """Bring these contacts in step with their customers."""
    portal = await portal_of(world.store, rows[0].ref.shop)
    nodes = await vendors.shopify.customers([row.ref.id for row in rows])
    outcomes: dict[Ref, Outcome] = {}
    linked: dict[str, Record] = {}
    unlinked: dict[str, Record] = {}
    for row in rows:
        outcome = _settled(row, nodes[row.ref.id], portal) if row.ref.id in nodes else UNANSWERED
        if outcome is not None:
            outcomes[row.ref] = outcome
        elif row.link is None:
            unlinked[row.ref.id] = row
        elif row.link in linked:
            outcomes[row.ref] = Later("two customers are one contact: one after the other", PAUSE)
        else:
            linked[row.link] = row
    if unlinked:
        outcomes |= await _find_or_make(unlinked, nodes, portal, vendors.hubspot, world)
    if linked:
        outcomes |= await _update(linked, nodes, portal, vendors.hubspot)
    return outcomes


def _settled(row: Record, node: Node | None, portal: Portal) -> Outcome | None:
    """What can be said without HubSpot; None when there is something to write. Deletes never propagate."""
    if node is None:
        return Done("gone")
    if not has_identity(node, portal) and row.link is None:
        return Done("skipped", {"version": _version(node)}, ("no e-mail",))
    if row.link and row.digest == contact_digest(contact(node, portal)) and not _first_order(row, node):
        return Done("unchanged", {"version": _version(node)})
    return None


def _version(node: Node) -> datetime:
    return datetime.fromisoformat(node["updatedAt"])


def _first_order(row: Record, node: Node) -> bool:
    return buyer(node) and not row.facts.get("buyer")


async def _find_or_make(
    unlinked: Mapping[str, Record], nodes: Mapping[str, Node | None], portal: Portal, hubspot: HubSpot, world: World
) -> Outcomes:
    wanted = {id_: node for id_, node in nodes.items() if id_ in unlinked and node is not None}
    resolved = await resolve(next(iter(unlinked.values())).ref.shop, wanted, portal, hubspot, world)
    outcomes: dict[Ref, Outcome] = {}
    for id_, row in unlinked.items():
        answer = resolved[id_]
        if isinstance(answer, Linked):
            outcomes[row.ref] = Done("written", {**answer.fields, "version": _version(wanted[id_])}, ("contact",))
        elif isinstance(answer, NotWritten):
            outcomes[row.ref] = Failed(answer.code, answer.text)
        else:
            outcomes[row.ref] = Later("another worker is making this contact", PAUSE)
    return outcomes


async def _update(
    linked: Mapping[str, Record], nodes: Mapping[str, Node | None], portal: Portal, hubspot: HubSpot
) -> Outcomes:
    """Write to contacts by their ids. A first order moves the life-cycle stage, if it is one to be moved."""
    customers = {link: nodes[row.ref.id] or {} for link, row in linked.items()}
    firsts = [link for link, row in linked.items() if _first_order(row, customers[link])]
    stages = await hubspot.read("contacts", firsts, ["lifecyclestage"]) if firsts else {}
    writes = []
    for link, row in linked.items():
        properties = contact(customers[link], portal)
        if row.facts.get("secondary") == address_hash(customers[link]):
            properties.pop("email", None)
        if link in stages:
            properties |= lifecycle(customers[link], stages[link].properties.get("lifecyclestage"))
        writes.append(Write(link, properties))
    answers = await hubspot.update("contacts", writes)
    return {
        row.ref: _updated(row, customers[link], answers[link], contact_digest(contact(customers[link], portal)))
        for link, row in linked.items()
    }


def _updated(row: Record, node: Node, answer: Written | NotWritten, digest: str) -> Outcome:
    if isinstance(answer, NotWritten):
        gone = answer.code == "gone"
        return Failed(answer.code, DELETED if gone else answer.text, final=gone)
    facts = {**row.facts, "buyer": buyer(node)}
    fields = {"link": answer.id, "digest": digest, "version": _version(node), "facts": facts}
    return Done("written", fields, ("contact", *left_out(answer)))


async def link_contacts(
    shop: str,
    buyers: Mapping[str, Node],
    priority: Priority,
    portal: Portal,
    hubspot: HubSpot,
    world: World,
) -> dict[str, str | None]:
    """HubSpot contact ids of an order's buyers, by customer id; made when there is none yet. None: no contact.

    A contact that cannot be written, or was deleted in HubSpot, does not hold up its orders: its own row tells of it.
    """
    rows = await world.store.read([Ref(shop, Kind.CONTACT, id_) for id_ in buyers])
    links: dict[str, str | None] = {}
    unknown: dict[str, Node] = {}
    tell: dict[str, Mapping[str, object]] = {}
    for id_, node in buyers.items():
        row = rows.get(Ref(shop, Kind.CONTACT, id_))
        if row and row.parked_at:
            links[id_] = None
        elif row and row.link:
            links[id_] = row.link
            if _first_order(row, node):
                tell[id_] = {}
        elif not has_identity(node, portal):
            links[id_] = None
        else:
            unknown[id_] = node
    pending: list[str] = []
    if unknown:
        for id_, answer in (await resolve(shop, unknown, portal, hubspot, world)).items():
            if answer is None:
                pending.append(id_)
            else:
                links[id_] = answer.id if isinstance(answer, Linked) else None
                tell[id_] = answer.fields if isinstance(answer, Linked) else {}
    await _tell(shop, tell, priority, world)
    return links | await _made_elsewhere(shop, pending, world)


async def _made_elsewhere(shop: str, pending: Sequence[str], world: World) -> dict[str, str | None]:
    """The links of contacts that another worker is making: it is about to be done, as a rule."""
    refs = {Ref(shop, Kind.CONTACT, id_): id_ for id_ in pending}
    links: dict[str, str | None] = dict.fromkeys(pending, PENDING)
    for _ in range(LOOKS):
        waiting = [ref for ref, id_ in refs.items() if links[id_] == PENDING]
        if not waiting:
            break
        await world.clock.sleep(LOOK_PAUSE)
        rows = await world.store.read(waiting)
        links |= {refs[ref]: row.link for ref, row in rows.items() if row.link}
    return links


async def _tell(shop: str, tell: Mapping[str, Mapping[str, object]], priority: Priority, world: World) -> None:
    """What an order found out about its buyer goes to the contact's row, which is then due for the rest."""
    marks = [Mark(Ref(shop, Kind.CONTACT, id_), "order", priority, fields=fields) for id_, fields in tell.items()]
    await announce(marks, world)
