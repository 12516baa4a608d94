"""Shopify's side of an audit: exports read chunk by chunk and compared with the notes; what differs is suspected.

A suspicion is no finding: whatever is unusual is suspected here, and looked at by id later.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from tandem.errors import Misconfigured, Rejected
from tandem.mapping.orders import order
from tandem.model import Kind, Node, Ref
from tandem.sync.audit_cart_walks import exported
from tandem.sync.audit_run import KINDS, NAMES, Run, Stepped
from tandem.sync.audit_wanted import contact_wanted, order_wanted
from tandem.sync.compare import differences
from tandem.sync.identity import has_identity
from tandem.sync.steps import NotYet

TRIES = 3
"""Exports of a kind that may fail before it is given up."""
WALKED = 250


async def begin(run: Run, kind: Kind, _after: str | None) -> Stepped:
    if kind is Kind.CART and not run.portal.carts:
        return Stepped(None)
    try:
        id_ = await run.exports.begin(kind)
    except Misconfigured as failure:
        return _given_up(run, kind, str(failure))
    return Stepped(None, request={"exports": {**run.job.request["exports"], kind: id_}})


def _given_up(run: Run, kind: Kind, why: str) -> Stepped:
    """The rest is compared all the same."""
    told = f"those in Shopify were not read, for {why}"
    return Stepped(None, request={"not compared": {**run.job.request["not compared"], NAMES[kind]: told}})


def given_up(run: Run, kind: Kind) -> bool:
    return NAMES[kind] in run.job.request["not compared"]


async def compare(run: Run, kind: Kind, after: str | None) -> Stepped:
    """One chunk. Where the export failed or is there no more, another is begun, and its records counted anew."""
    if given_up(run, kind) or kind not in run.job.request["exports"]:
        return Stepped(None)
    if kind not in run.exported:
        export = await run.exports.state(run.job.request["exports"][kind])
        if export.fault:
            return await _anew(run, kind, export.fault)
        if not export.done:
            raise NotYet(f"Shopify still exports its {NAMES[kind]}")
        run.exported[kind] = export
    try:
        chunk = await run.chunk(kind, int(after or 0))
    except Rejected as gone:
        return await _anew(run, kind, str(gone))
    if not chunk:
        return Stepped(None)
    nodes = {one.id: one.node for one in chunk if one.node is not None}
    suspects = await COMPARED[kind](run, nodes) | {one.id for one in chunk if one.node is None}
    await run.put({f"suspects#{NAMES[kind]}#{id_}": {"why": "differs"} for id_ in sorted(suspects)})
    return Stepped(str(chunk[-1].end), {f"{NAMES[kind]} compared": len(nodes)})


async def _anew(run: Run, kind: Kind, why: str) -> Stepped:
    run.exported.pop(kind, None)
    tries = int(run.job.request["tries"].get(kind, 1))
    if tries >= TRIES:
        return _given_up(run, kind, f"its bulk operation failed {tries} times, the last with {why}")
    try:
        id_ = await run.exports.begin(kind)
    except Misconfigured as failure:
        return _given_up(run, kind, str(failure))
    request: dict[str, Any] = {
        "exports": {**run.job.request["exports"], kind: id_},
        "tries": {**run.job.request["tries"], kind: tries + 1},
    }
    counted = f"{NAMES[kind]} compared"
    return Stepped("0", {counted: -run.job.counts.get(counted, 0)}, request)


async def _contacts(run: Run, nodes: Mapping[str, Node]) -> set[str]:
    """Customers with something unusual about them. Two that are one contact are such."""
    notes = await run.notes(f"contacts#{id_}" for id_ in nodes)
    suspects = set()
    for id_, node in nodes.items():
        note = notes.get(f"contacts#{id_}")
        if note is None:
            if has_identity(node, run.portal):
                suspects.add(id_)
            continue
        wanted = contact_wanted(Ref(run.shop, Kind.CONTACT, id_), node, run.portal)
        if differences(run.printed(wanted), run.there("contacts", note), {}):
            suspects.add(id_)
    return suspects


async def _orders(run: Run, nodes: Mapping[str, Node]) -> set[str]:
    targets = {id_: order(node, run.portal) for id_, node in nodes.items()}
    lines = {line: f"line_items#{line}" for target in targets.values() for line in target.lines}
    buyers = {target.contact for target in targets.values() if target.contact}
    notes = await run.notes(
        [*(f"orders#{id_}" for id_ in nodes), *lines.values(), *(f"contacts#{id_}" for id_ in buyers)]
    )
    contacts = await _links(run, buyers, notes)
    firms = await run.companies(target.company for target in targets.values() if target.company)
    products = await run.products(line.sku for target in targets.values() for line in target.lines.values())
    suspects: set[str] = set()
    held: dict[str, Any] = {}
    for id_, target in targets.items():
        note = notes.get(f"orders#{id_}")
        if note is None and nodes[id_]["test"] and not run.portal.test_orders:
            continue
        mine = {line: run.there("line_items", notes[name]) for line in target.lines if (name := lines[line]) in notes}
        linked = note["to"].get("line_items", ()) if note else ()
        held |= {f"held#{line.id}": {} for line in mine.values() if line.id not in linked}
        ends = {"contacts": contacts.get(target.contact or ""), "companies": firms.get(target.company or "")}
        wanted = order_wanted(Ref(run.shop, Kind.ORDER, id_), target, run.portal, run.rules, ends, products)
        if note is None or differences(run.printed(wanted), run.there("orders", note), mine):
            suspects.add(id_)
    await run.put(held)
    return suspects


async def _links(run: Run, buyers: set[str], notes: Mapping[str, Any]) -> dict[str, str]:
    """HubSpot ids of customers' contacts: as listed by key, else as their rows say."""
    keyed = {id_: str(notes[name]["id"]) for id_ in buyers if (name := f"contacts#{id_}") in notes}
    refs = [Ref(run.shop, Kind.CONTACT, id_) for id_ in sorted(buyers - keyed.keys())]
    rows = await run.world.store.read(refs) if refs else {}
    return keyed | {ref.id: row.link for ref, row in rows.items() if row.link}


COMPARED = {Kind.CONTACT: _contacts, Kind.ORDER: _orders, Kind.CART: exported}


async def orphans(run: Run, kind: Kind, after: str | None) -> Stepped:
    """Walk the notes, and suspect those whose record Shopify does not show."""
    if given_up(run, kind):
        return Stepped(None)
    name = KINDS[kind]
    page: Sequence[tuple[str, Any]] = await run.after(f"{name}#", after, WALKED)
    ids = [note.partition("#")[2] for note, _ in page]
    present = await run.exports.present(kind, ids) if ids else set()
    absent = [id_ for id_ in ids if id_ not in present]
    await run.put({f"suspects#{name}#{id_}": {"why": "absent"} for id_ in absent})
    return Stepped(page[-1][0] if len(page) == WALKED else None)
