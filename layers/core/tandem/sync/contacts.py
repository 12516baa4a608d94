"""Contacts: each due one is read from Shopify, found or made in HubSpot, and written when it differs."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from tandem.mapping.contacts import contact
from tandem.model import KEY, Found, Kind, Mark, Node, NotWritten, Priority, Record, Ref, Write, Written
from tandem.portal import Portal
from tandem.ports import HubSpot
from tandem.sync.announce import announce
from tandem.sync.identity import Linked, address_hash, buyer, has_identity, key_owner, lifecycle, resolve
from tandem.sync.intent import intend
from tandem.sync.outcome import UNANSWERED, Done, Failed, Later, Outcome, left_out
from tandem.sync.plan import contact_digest
from tandem.sync.shop import portal_of
from tandem.sync.worker import Outcomes, Vendors, World

PENDING = "pending"
"""Stands for the id of a contact that another worker is making right now."""
PAUSE = timedelta(seconds=5)
NOW = timedelta()
ONCE_MORE = "the contact was there already: it is looked at once more"
WAITING = 200
"""Of a buyer's orders that go without a contact, how many are called when there is one: a row has room for no more."""
LOOKS, LOOK_PAUSE = 15, 0.2
"""How often, and after how many seconds each, to look for a contact that another worker is making."""
DELETED = "The contact was deleted in HubSpot. Restore it there, or leave it: its orders then have no contact."


async def sync(rows: Sequence[Record], vendors: Vendors, world: World) -> Outcomes:
    """Bring these contacts in step with their customers."""
    portal = await portal_of(world.store, rows[0].ref.shop)
    nodes = await vendors.shopify.customers([row.ref.id for row in rows])
    outcomes: dict[Ref, Outcome] = {}
    linked: list[Record] = []
    unlinked: dict[str, Record] = {}
    for row in rows:
        outcome = _settled(row, nodes[row.ref.id], portal) if row.ref.id in nodes else UNANSWERED
        if outcome is not None:
            outcomes[row.ref] = outcome
        elif row.link is None:
            unlinked[row.ref.id] = row
        else:
            linked.append(row)
    if unlinked:
        outcomes |= await _find_or_make(unlinked, nodes, portal, vendors.hubspot, world)
    if linked:
        await intend(linked, world)
        outcomes |= await _update(linked, nodes, portal, vendors)
    return await _call_orders(rows, outcomes, world)


async def _call_orders(rows: Sequence[Record], outcomes: Outcomes, world: World) -> Outcomes:
    """Orders and carts that were written while their buyer had no contact are due as soon as there is one."""
    told: dict[Ref, Outcome] = dict(outcomes)
    marks: list[Mark] = []
    for row in rows:
        outcome = told[row.ref]
        if row.children and isinstance(outcome, Done) and outcome.fields.get("link", row.link):
            marks += [Mark(_waiter(row.ref.shop, word), "contact", row.priority) for word in row.children]
            told[row.ref] = replace(outcome, fields={**outcome.fields, "children": None})
    await announce(marks, world)
    return told


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
            fields = {**answer.fields, "version": _version(wanted[id_])}
            whole = answer.fields["digest"] is not None
            outcomes[row.ref] = Done("written", fields, ("contact",)) if whole else Later(ONCE_MORE, NOW, fields)
        elif isinstance(answer, NotWritten):
            outcomes[row.ref] = Failed(answer.code, answer.text)
        else:
            outcomes[row.ref] = Later("another worker is making this contact", PAUSE)
    return outcomes


async def _update(
    rows: Sequence[Record], nodes: Mapping[str, Node | None], portal: Portal, vendors: Vendors
) -> Outcomes:
    """Write to contacts by their ids, as they are found: people may have deleted or merged them.

    Two customers may be one contact then. It says what the one says whose key it has, while that one lives.
    """
    hubspot, shop = vendors.hubspot, rows[0].ref.shop
    there = await hubspot.read("contacts", sorted({row.link or "" for row in rows}), [KEY, "lifecyclestage"])
    owners = {row.ref: key_owner(shop, there[row.link]) for row in rows if row.link in there}
    others = sorted({owner for ref, owner in owners.items() if owner and owner != ref.id})
    known = await vendors.shopify.customers(others) if others else {}
    living = {id_ for id_ in others if id_ not in known or known[id_] is not None}
    outcomes: dict[Ref, Outcome] = {}
    writes: dict[str, tuple[Record, Write]] = {}
    for row in rows:
        found, node = there.get(row.link or ""), nodes[row.ref.id] or {}
        if found is None:
            outcomes[row.ref] = Failed("gone", DELETED, {"digest": None}, final=True)
        elif owners[row.ref] in living - {row.ref.id}:
            outcomes[row.ref] = _of_another(found, node)
        elif found.id in writes:
            outcomes[row.ref] = Later("two customers are one contact: one after the other", PAUSE)
        else:
            writes[found.id] = row, _write(row, found, node, portal)
    answers = await hubspot.update("contacts", [write for _, write in writes.values()]) if writes else {}
    for id_, (row, _) in writes.items():
        node = nodes[row.ref.id] or {}
        outcomes[row.ref] = _updated(row, node, answers[id_], contact_digest(contact(node, portal)))
    return outcomes


def _of_another(found: Found, node: Node) -> Done:
    """Without a digest, so that each signal looks again whether the other customer still lives."""
    fields = {"link": found.id, "digest": None, "version": _version(node)}
    return Done("skipped", fields, ("another customer's contact",))


def _write(row: Record, found: Found, node: Node, portal: Portal) -> Write:
    """A first order moves the life-cycle stage, if it is one to be moved. Another store's key stays."""
    properties = contact(node, portal)
    if row.facts.get("secondary") == address_hash(node):
        properties.pop("email", None)
    if _first_order(row, node):
        properties |= lifecycle(node, found.properties.get("lifecyclestage"))
    owner = key_owner(row.ref.shop, found)
    if owner != row.ref.id and (owner or not found.properties.get(KEY)):
        properties[KEY] = row.ref.key
    return Write(found.id, properties)


def _updated(row: Record, node: Node, answer: Written | NotWritten, digest: str) -> Outcome:
    if isinstance(answer, NotWritten):
        gone = answer.code == "gone"
        return Failed(answer.code, DELETED if gone else answer.text, {"digest": None}, final=gone)
    facts = {**row.facts, "buyer": buyer(node)}
    fields = {"link": answer.id, "digest": digest, "version": _version(node), "facts": facts}
    return Done("written", fields, ("contact", *left_out(answer)))


async def link_contacts(
    shop: str,
    buyers: Mapping[str, Node],
    bought: Mapping[str, Sequence[Ref]],
    priority: Priority,
    portal: Portal,
    hubspot: HubSpot,
    world: World,
) -> dict[str, str | None]:
    """HubSpot contact ids of buyers, by customer id; made when there is none yet. None: no contact.

    A contact that cannot be written, or was deleted in HubSpot, does not hold up its orders: its own row tells of it,
    and of what they `bought` that goes without it.
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
    without = [Ref(shop, Kind.CONTACT, id_) for id_, link in links.items() if link is None]
    tell |= {ref.id: {"children": waiting} for ref in without if (waiting := _waiting(rows.get(ref), bought[ref.id]))}
    await _tell(shop, tell, priority, world)
    return links | await _made_elsewhere(shop, pending, world)


def _word(ref: Ref) -> str:
    """What stands on a contact's row for an order, or for another record, that waits for it."""
    return ref.id if ref.kind is Kind.ORDER else f"{ref.kind}:{ref.id}"


def _waiter(shop: str, word: str) -> Ref:
    kind, _, id_ = word.rpartition(":")
    return Ref(shop, Kind(kind or Kind.ORDER), id_)


def _waiting(row: Record | None, refs: Sequence[Ref]) -> dict[str, str]:
    """What waits for a contact, these among them; empty where its row knows already."""
    known = row.children if row else {}
    waiting = {**known, **dict.fromkeys(map(_word, refs), "")}
    return dict(list(waiting.items())[-WAITING:]) if waiting != known else {}


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
