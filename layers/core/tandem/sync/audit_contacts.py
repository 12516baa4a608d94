"""Suspected customers, looked at by id on both sides."""

from collections.abc import Mapping, Sequence

from tandem.mapping.contacts import email
from tandem.mapping.forms import instant
from tandem.model import KEY, Found, Kind, Node, Record, Ref
from tandem.sync.audit_run import Run
from tandem.sync.audit_verdict import ORPHANED, Verdict, contact_marks
from tandem.sync.audit_wanted import contact_wanted
from tandem.sync.compare import MISSING, Difference, There, Wanted, differences, normal
from tandem.sync.identity import ADDITIONAL, address_hash, has_identity, key_owner
from tandem.together import together

Rows = Mapping[Ref, Record]


async def check_contacts(run: Run, ids: Sequence[str], rows: Rows) -> tuple[dict[str, Verdict], dict[str, list[Ref]]]:
    """A verdict on each, and the rows that must have stood still for it to hold."""
    refs = {id_: Ref(run.shop, Kind.CONTACT, id_) for id_ in ids}
    nodes = await run.vendors.shopify.customers(ids)
    found = await _found(run, refs, nodes, rows)
    owners = {owner for one in found.values() if (owner := key_owner(run.shop, one))}
    living = await run.exports.present(Kind.CONTACT, sorted(owners - set(ids)))
    living |= {id_ for id_, node in nodes.items() if node}
    verdicts = {
        id_: _judge(run, rows.get(ref, Record(ref)), nodes, found.get(id_), living) for id_, ref in refs.items()
    }
    return verdicts, {id_: [ref] for id_, ref in refs.items()}


def _judge(run: Run, row: Record, nodes: Mapping[str, Node | None], found: Found | None, living: set[str]) -> Verdict:
    if row.ref.id not in nodes:
        return Verdict(skipped="Shopify fails to answer it")
    node = nodes[row.ref.id]
    if node is None:
        if found is None or row.deleted or key_owner(run.shop, found) != row.ref.id:
            return Verdict(skipped="deleted in Shopify")
        return Verdict([Difference(ORPHANED, "contact")], hubspot=[found.id])
    if run.is_recent(instant(node["updatedAt"])):
        return Verdict(skipped="changed lately")
    if found is None:
        if not has_identity(node, run.portal) and row.link is None:
            return Verdict(skipped="without e-mail")
        return Verdict([Difference(MISSING, "contact")], marks=contact_marks(row.ref))
    owner = key_owner(run.shop, found)
    if owner != row.ref.id and owner in living:
        return Verdict(skipped="another customer's contact")
    there = There(found.id, normal(found.properties, run.portal, "contacts"))
    differ = differences(_wanted(run, row, node, found), there, {})
    return Verdict(differ, hubspot=[found.id], marks=contact_marks(row.ref)) if differ else Verdict()


def _wanted(run: Run, row: Record, node: Node, found: Found) -> Wanted:
    """An address may be an additional one; another store's key stays."""
    values = dict(contact_wanted(row.ref, node, run.portal).values)
    additional = (found.properties.get(ADDITIONAL) or "").casefold().split(";")
    if email(node) in additional or row.facts.get("secondary") == address_hash(node):
        values.pop("email", None)
    key = found.properties.get(KEY)
    if key and not key_owner(run.shop, found):
        values.pop(KEY, None)
    return Wanted(values)


async def _found(run: Run, refs: Mapping[str, Ref], nodes: Mapping[str, Node | None], rows: Rows) -> dict[str, Found]:
    """As their rows say; of those without a link by our key, else by e-mail."""
    names = [*run.names("contacts"), ADDITIONAL]
    read = run.vendors.hubspot.read
    links = {id_: row.link for id_, ref in refs.items() if (row := rows.get(ref)) and row.link}
    keys = {ref.key: id_ for id_, ref in refs.items()}
    addresses = {address: id_ for id_, node in nodes.items() if id_ not in links and node and (address := email(node))}
    by_link, by_key, by_address = await together(
        read("contacts", sorted(set(links.values())), names),
        read("contacts", list(keys), names, by=KEY),
        read("contacts", list(addresses), names, by="email"),
    )
    found = {addresses[address]: one for address, one in by_address.items()}
    found |= {keys[key]: one for key, one in by_key.items()}
    return found | {id_: by_link[link] for id_, link in links.items() if link in by_link}
