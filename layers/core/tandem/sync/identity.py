"""Which HubSpot contact is a customer: by e-mail, else one made under our key. One worker at a time for each."""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from tandem.mapping.contacts import LIFECYCLE_STAGE, contact, email
from tandem.model import KEY, Found, Kind, Node, NotWritten, Ref, Write, Written
from tandem.portal import Portal
from tandem.ports import HubSpot
from tandem.sync.outcome import STRAGGLE
from tandem.sync.plan import contact_digest
from tandem.sync.worker import World
from tandem.together import together

CLAIM_SECONDS = STRAGGLE.total_seconds() + 80
"""A claim outlasts the run that took it and whatever that may have left under way."""
BEFORE_CUSTOMER = ("", "subscriber", "lead", "marketingqualifiedlead", "salesqualifiedlead", "opportunity")
"""Life-cycle stages that a first order moves to `customer`. HubSpot's only move forward; others are left alone."""
ADDITIONAL = "hs_additional_emails"


@dataclass(frozen=True, slots=True)
class Linked:
    """A contact found or made, and the row's fields that say so."""

    id: str
    fields: Mapping[str, Any]


def has_identity(node: Node, portal: Portal) -> bool:
    return email(node) is not None or portal.contacts_without_email


def buyer(node: Node) -> bool:
    return int(node.get("numberOfOrders") or 0) > 0


def lifecycle(node: Node, now: str | None) -> Mapping[str, str]:
    """What a first order says of a contact whose stage is `now`."""
    return LIFECYCLE_STAGE if buyer(node) and (now or "") in BEFORE_CUSTOMER else {}


async def resolve(
    shop: str, nodes: Mapping[str, Node], portal: Portal, hubspot: HubSpot, world: World
) -> dict[str, Linked | NotWritten | None]:
    """Find or make the contacts of customers without a link, by customer id; None: another worker is at it."""
    claimed = await _claim(shop, nodes, world)
    mine = {id_: node for id_, node in nodes.items() if claimed[id_]}
    found = await _found(shop, mine, hubspot)
    unknown = {id_: node for id_, node in mine.items() if id_ not in found}
    secondary = {id_: one for id_, one in found.items() if _is_additional(mine[id_], one)}
    primary = {id_: one for id_, one in found.items() if id_ not in secondary}
    answers = await together(
        _make(shop, unknown, portal, hubspot),
        _adopt(shop, primary, nodes, portal, hubspot),
        _adopt(shop, secondary, nodes, portal, hubspot, secondary=True),
    )
    return {**dict.fromkeys(nodes), **{id_: answer for some in answers for id_, answer in some.items()}}


async def _found(shop: str, nodes: Mapping[str, Node], hubspot: HubSpot) -> dict[str, Found]:
    """Contacts that are there: by our key, else by e-mail.

    One with our key that no row knows of was written by a worker that died before it could note it, or the table was
    lost.
    """
    if not nodes:
        return {}
    keys = {Ref(shop, Kind.CONTACT, id_).key: id_ for id_ in nodes}
    addresses = {address: id_ for id_, node in nodes.items() if (address := email(node))}
    names = [KEY, "lifecyclestage", ADDITIONAL]
    by_key, by_email = await together(
        hubspot.read("contacts", list(keys), names, by=KEY),
        hubspot.read("contacts", list(addresses), names, by="email"),
    )
    found = {addresses[address]: one for address, one in by_email.items()}
    return found | {keys[key]: one for key, one in by_key.items()}


def _is_additional(node: Node, found: Found) -> bool:
    """Whether the customer's address is not the contact's main one, and so shall not become it."""
    return email(node) in (found.properties.get(ADDITIONAL) or "").casefold().split(";")


async def _claim(shop: str, nodes: Mapping[str, Node], world: World) -> dict[str, bool]:
    """Two lanes may want to make one contact: its row says who does."""
    owner, now = world.ids.new(), world.clock.now()
    granted = await together(
        *(world.store.claim(Ref(shop, Kind.CONTACT, id_), owner, now, CLAIM_SECONDS) for id_ in nodes)
    )
    return dict(zip(nodes, granted, strict=True))


async def _make(
    shop: str, nodes: Mapping[str, Node], portal: Portal, hubspot: HubSpot
) -> dict[str, Linked | NotWritten]:
    """Create by our key. An address that is another contact's additional one is answered with that contact's id."""
    refs = {Ref(shop, Kind.CONTACT, id_).key: id_ for id_ in nodes}
    writes = [
        Write(key, {KEY: key, **_values(contact(nodes[id_], portal)), **lifecycle(nodes[id_], None)})
        for key, id_ in refs.items()
    ]
    answers = await hubspot.upsert("contacts", writes) if writes else {}
    made: dict[str, Linked | NotWritten] = {}
    secondary: dict[str, str] = {}
    for key, answer in answers.items():
        id_ = refs[key]
        if isinstance(answer, Written):
            # what is empty was not sent, so one that was there may still hold something in its place
            made[id_] = _linked(answer.id, nodes[id_], portal, whole=answer.new)
        elif answer.existing:
            secondary[id_] = answer.existing
        else:
            made[id_] = answer
    if not secondary:
        return made
    existing = await hubspot.read("contacts", sorted(set(secondary.values())), [KEY, "lifecyclestage"])
    adopted = {id_: existing[found] for id_, found in secondary.items() if found in existing}
    hidden = {id_: answers[Ref(shop, Kind.CONTACT, id_).key] for id_ in secondary if id_ not in adopted}
    made |= {id_: answer for id_, answer in hidden.items() if isinstance(answer, NotWritten)}
    return made | await _adopt(shop, adopted, nodes, portal, hubspot, secondary=True)


async def _adopt(
    shop: str,
    adopted: Mapping[str, Found],
    nodes: Mapping[str, Node],
    portal: Portal,
    hubspot: HubSpot,
    *,
    secondary: bool = False,
) -> dict[str, Linked | NotWritten]:
    """Write to contacts that were there before. Our key goes to those that have none: another store's stays.

    Two customers may turn out to be one contact; the first of them is written, both are linked. To one that has another
    customer's key nothing is written here: the contact's own lane finds out whether that customer still lives.
    """
    writes: dict[str, Write] = {}
    theirs = {id_ for id_, found in adopted.items() if key_owner(shop, found) not in (None, id_)}
    for id_, found in adopted.items():
        if found.id in writes or id_ in theirs:
            continue
        stage = lifecycle(nodes[id_], found.properties.get("lifecyclestage"))
        properties = {**_values(contact(nodes[id_], portal)), **stage}
        if secondary:
            properties.pop("email", None)
        if not found.properties.get(KEY):
            properties[KEY] = Ref(shop, Kind.CONTACT, id_).key
        writes[found.id] = Write(found.id, properties)
    answers = await hubspot.update("contacts", list(writes.values())) if writes else {}
    linked: dict[str, Linked | NotWritten] = {}
    for id_, found in adopted.items():
        answer = Written(found.id) if id_ in theirs else answers[found.id]
        if isinstance(answer, Written):
            linked[id_] = _linked(answer.id, nodes[id_], portal, secondary=secondary, whole=id_ not in theirs)
        else:
            linked[id_] = answer
    return linked


def key_owner(shop: str, found: Found) -> str | None:
    """The customer of this shop whose key a contact has."""
    prefix, key = Ref(shop, Kind.CONTACT, "").key, found.properties.get(KEY) or ""
    return key.removeprefix(prefix) if key.startswith(prefix) else None


def _values(properties: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in properties.items() if value}


def _linked(id_: str, node: Node, portal: Portal, *, secondary: bool = False, whole: bool = True) -> Linked:
    """`whole`: all its properties are written."""
    facts = {"buyer": whole and buyer(node), **({"secondary": address_hash(node)} if secondary else {})}
    return Linked(
        id_, {"link": id_, "digest": contact_digest(contact(node, portal)) if whole else None, "facts": facts}
    )


def address_hash(node: Node) -> str:
    """Stands for the customer's address on a row, which holds nobody's data."""
    return sha256(f"{node['id']}:{email(node)}".encode()).hexdigest()[:20]
