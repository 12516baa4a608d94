"""What checks read of HubSpot: records by link or key, what they are linked to, their lines, whose links are wrong."""

from collections.abc import Collection, Iterable, Mapping, Sequence

from tandem.model import KEY, Found, Kind, Ref
from tandem.sync.audit_run import NAMES, Run
from tandem.sync.compare import There, normal
from tandem.sync.identity import key_owner
from tandem.sync.plan import line_key
from tandem.together import together

WRONG = {"contacts": Kind.CONTACT, "companies": Kind.COMPANY, "orders": Kind.ORDER}
"""Objects of which a record has one at most, and what they stand for."""


async def found(
    run: Run, name: str, keys: Mapping[str, tuple[str | None, str]], beside: Sequence[str] = ()
) -> dict[str, Found]:
    """Records as their rows say, else by our key; both are given for each."""
    names = [*run.names(name), *beside]
    links = {id_: link for id_, (link, _) in keys.items() if link}
    by_link = await run.vendors.hubspot.read(name, sorted(set(links.values())), names) if links else {}
    there = {id_: by_link[link] for id_, link in links.items() if link in by_link}
    others = {key: id_ for id_, (_, key) in keys.items() if id_ not in there}
    by_key = await run.vendors.hubspot.read(name, list(others), names, by=KEY) if others else {}
    return there | {others[key]: one for key, one in by_key.items()}


async def whole(run: Run, name: str, ends: Sequence[str], records: Mapping[str, Found]) -> dict[str, There]:
    """Records with what they are associated with."""
    ids = sorted({one.id for one in records.values()})
    answers = await together(*(run.vendors.hubspot.associated(name, end, ids) for end in ends)) if ids else []
    linked = dict(zip(ends, answers, strict=bool(ids)))
    return {
        id_: There(
            one.id,
            normal(one.properties, run.portal, name),
            {end: tuple(dict.fromkeys(some[one.id])) for end, some in linked.items()},
        )
        for id_, one in records.items()
    }


async def lines_of(run: Run, wanted: Mapping[Ref, Iterable[str]]) -> dict[str, dict[str, There]]:
    """The lines that are wanted and are there, by the record's id and their own: by our key."""
    keys = {line_key(ref, line): (ref.id, line) for ref, lines in wanted.items() for line in lines}
    names = run.names("line_items")
    read = await run.vendors.hubspot.read("line_items", list(keys), names, by=KEY) if keys else {}
    lines: dict[str, dict[str, There]] = {}
    for key, one in read.items():
        id_, line = keys[key]
        lines.setdefault(id_, {})[line] = There(one.id, normal(one.properties, run.portal, "line_items"))
    return lines


async def living(run: Run, kind: Kind, ids: Iterable[str]) -> dict[str, str]:
    """HubSpot ids of the live contacts of customers, or of live orders: as their rows say, else by our key."""
    name = NAMES[kind]
    refs = {id_: Ref(run.shop, kind, id_) for id_ in ids}
    rows = await run.world.store.read(list(refs.values())) if refs else {}
    links = {id_: link for id_, ref in refs.items() if ref in rows and (link := rows[ref].link)}
    there = await run.vendors.hubspot.read(name, sorted(set(links.values())), []) if links else {}
    known = {id_: there[link].id for id_, link in links.items() if link in there}
    keys = {refs[id_].key: id_ for id_ in refs if id_ not in links}
    keyed = await run.vendors.hubspot.read(name, list(keys), [], by=KEY) if keys else {}
    return known | {keys[key]: one.id for key, one in keyed.items()}


async def wrongly_linked(
    run: Run, wanted: Mapping[str, Collection[str | None]], there: Mapping[str, There]
) -> dict[str, dict[str, list[str]]]:
    """Links to what stands for somebody or something else in the store. Others, people may have made."""
    wrong: dict[str, dict[str, list[str]]] = {}
    for name, kind in WRONG.items():
        others = {
            (id_, other)
            for id_, one in there.items()
            for other in one.linked.get(name, ())
            if other not in wanted.get(id_, ())
        }
        ids = sorted({other for _, other in others})
        read = await run.vendors.hubspot.read(name, ids, [KEY]) if ids else {}
        for id_, other in sorted(others):
            record = read.get(other)
            if record is None or record.id in wanted.get(id_, ()):
                continue
            key = record.properties.get(KEY) or ""
            if key_owner(run.shop, record) if kind is Kind.CONTACT else key.startswith(Ref(run.shop, kind, "").key):
                wrong.setdefault(id_, {}).setdefault(name, []).append(other)
    return wrong
