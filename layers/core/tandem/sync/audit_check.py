"""The last part of an audit: what is suspected is looked at by id on both sides, as it is now, and healed if asked for.

A suspect's note becomes its finding in one write: whoever repeats a step that was killed counts what is written there
and looks at nothing twice. Nothing is marked before all was looked at: due records cannot be judged.
"""

from collections import Counter
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from datetime import datetime

from tandem.model import KEY, Kind, Record, Ref
from tandem.sync.announce import announce
from tandem.sync.audit_cart_walks import standing
from tandem.sync.audit_carts import check_carts
from tandem.sync.audit_contacts import check_contacts
from tandem.sync.audit_orders import check_orders
from tandem.sync.audit_run import KEPT, NAMES, Note, Run, Stepped
from tandem.sync.audit_shopify import given_up
from tandem.sync.audit_verdict import DUPLICATED, ORPHANED, Verdict, marks_of
from tandem.sync.compare import Difference
from tandem.sync.plan import record_key

PAGE = 50
Rows = Mapping[Ref, Record]
Check = Callable[[Run, Sequence[str], Rows], Awaitable[tuple[dict[str, Verdict], dict[str, list[Ref]]]]]
CHECKS: Mapping[Kind, Check] = {Kind.CONTACT: check_contacts, Kind.ORDER: check_orders, Kind.CART: check_carts}
BORN = "hs_createdate"


async def suspects(run: Run, kind: Kind, after: str | None) -> Stepped:
    """Fifty suspected records."""
    prefix = f"suspects#{NAMES[kind]}#"
    page = await run.after(prefix, after, PAGE)
    ids = [name.removeprefix(prefix) for name, note in page if "checked" not in note]
    verdicts = await _verdicts(run, kind, ids) if ids else {}
    return await _settled(run, NAMES[kind], page, {f"{prefix}{id_}": one for id_, one in verdicts.items()})


async def _verdicts(run: Run, kind: Kind, ids: Sequence[str]) -> dict[str, Verdict]:
    """Those on records that stood still while both sides were read."""
    kinds = (kind, Kind.STAGE) if kind is Kind.ORDER else (kind,)
    before = await run.world.store.read([Ref(run.shop, one, id_) for one in kinds for id_ in ids])
    verdicts, relied_on = await CHECKS[kind](run, ids, before)
    after = await run.world.store.read(sorted({ref for refs in relied_on.values() for ref in refs}))
    return {
        id_: one if (why := _moving(relied_on[id_], before, after)) is None else Verdict(skipped=why)
        for id_, one in verdicts.items()
    }


def _moving(refs: Sequence[Ref], before: Rows, after: Rows) -> str | None:
    """Why nothing can be said of a record at this time."""
    rows = [after[ref] for ref in refs if ref in after]
    if any(row.due_at for row in rows):
        return "under way"
    moved = any(row.marks != before[row.ref].marks for row in rows if row.ref in before)
    return "under way" if moved else None


async def _settled(run: Run, name: str, page: Sequence[tuple[str, Note]], verdicts: Mapping[str, Verdict]) -> Stepped:
    """Write the verdicts down, then count; those of an earlier try among them."""
    notes = {of: {**dict(page)[of], **one.note()} for of, one in verdicts.items()}
    await run.put(notes, KEPT)
    settled = {of: notes.get(of, note) for of, note in page}
    counts: Counter[str] = Counter()
    for note in settled.values():
        for finding in note.get("findings", ()):
            counts[f"{name} {finding}"] += 1
        if "skipped" in note:
            counts[f"{name} skipped: {note['skipped']}"] += 1
    return Stepped(page[-1][0] if len(page) == PAGE else None, counts)


async def heal(run: Run, kind: Kind, after: str | None) -> Stepped:
    """Mark what its workers can put right. Marking it again does no harm."""
    if not run.job.request["heal"]:
        return Stepped(None)
    page = await run.after(f"suspects#{NAMES[kind]}#", after, PAGE)
    marks = [mark for _, note in page for mark in marks_of(run.shop, note)]
    await announce(marks, run.world)
    return Stepped(page[-1][0] if len(page) == PAGE else None, {f"{NAMES[kind]} marked": len(marks)})


async def twins(run: Run, kind: Kind, after: str | None) -> Stepped:
    """Copies of records: of those still there, the ones that are not the record itself."""
    name = NAMES[kind]
    page = await run.after(f"twins#{name}#", after, PAGE)
    open_ = {of: note["id"] for of, note in page if "checked" not in note}
    sources = {of: of.split("#")[2] for of in open_}
    rows = await _rows(run, kind, set(sources.values())) if sources else {}
    links = {link for row in rows.values() if (link := row.link)}
    there = await run.vendors.hubspot.read(name, sorted({*open_.values(), *links}), [KEY]) if open_ else {}
    keys = {of: record_key(rows.get(id_, Record(Ref(run.shop, kind, id_)))) for of, id_ in sources.items()}
    keyed = await run.vendors.hubspot.read(name, sorted(set(keys.values())), [], by=KEY) if keys else {}
    verdicts = {}
    for of, id_ in open_.items():
        row = rows.get(sources[of])
        linked, main = there.get(row.link or "") if row else None, keyed.get(keys[of])
        others = {one.id for one in (linked, main) if one} - {id_}
        is_copy = id_ in there and there[id_].id == id_ and bool(others)
        found = [Difference(DUPLICATED, name)] if is_copy else []
        verdicts[of] = Verdict(found, hubspot=[*sorted(others), id_] if is_copy else ())
    return await _settled(run, name, page, verdicts)


async def _rows(run: Run, kind: Kind, ids: Collection[str]) -> Mapping[str, Record]:
    """By the ids that records are known by."""
    if kind is Kind.CART:
        return await standing(run, ids)
    rows = await run.world.store.read(sorted(Ref(run.shop, kind, id_) for id_ in ids))
    return {ref.id: row for ref, row in rows.items()}


async def loose(run: Run, after: str | None) -> Stepped:
    """Lines of ours that no order has, and that no order is known to lack: known once all orders were compared."""
    if given_up(run, Kind.ORDER):
        return Stepped(None)
    page = await run.after("loose#", after, PAGE)
    wanted = await run.notes(f"held#{note['id']}" for _, note in page)
    open_ = {of: note["id"] for of, note in page if "checked" not in note}
    ids = [id_ for id_ in open_.values() if f"held#{id_}" not in wanted]
    there = await run.vendors.hubspot.read("line_items", ids, [KEY, BORN]) if ids else {}
    linked = await run.vendors.hubspot.associated("line_items", "orders", ids) if ids else {}
    verdicts = {}
    for of, id_ in open_.items():
        stands = id_ in there and not linked[id_] and not _is_new(run, there[id_].properties.get(BORN))
        found = [Difference(ORPHANED, "line")] if stands else []
        verdicts[of] = Verdict(found, hubspot=[id_] if stands else ())
    return await _settled(run, "line_items", page, verdicts)


def _is_new(run: Run, born: str | None) -> bool:
    return bool(born) and run.is_recent(datetime.fromisoformat(born or ""))
