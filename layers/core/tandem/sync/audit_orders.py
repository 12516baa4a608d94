"""Suspected orders, looked at by id on both sides."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from tandem.mapping.orders import OrderTarget, order
from tandem.model import KEY, Found, Kind, Mark, Node, Priority, Record, Ref
from tandem.sync.audit_run import Run
from tandem.sync.audit_verdict import CAUSE, ORPHANED, Verdict, contact_marks, order_marks
from tandem.sync.audit_wanted import order_wanted
from tandem.sync.compare import ASSOCIATED, DIFFERENT, MISSING, Difference, There, differences, normal
from tandem.sync.identity import key_owner
from tandem.sync.plan import line_key
from tandem.together import together

Rows = Mapping[Ref, Record]
ENDS = ("contacts", "companies", "line_items")
VISIBLE = timedelta(days=60)
"""How far back an app without `read_all_orders` sees (reference §3)."""
STATUS, CREATED = "hs_external_order_status", "hs_external_created_date"


@dataclass(frozen=True, slots=True)
class Sides:
    """What was read for a batch of suspects. `contacts`, `firms` and `products` are HubSpot's ids.

    `lines` are by order and Shopify's line id; `wrong` by order and object, links to what is another customer's.
    """

    nodes: Mapping[str, Node | None]
    targets: Mapping[str, OrderTarget]
    there: Mapping[str, There]
    lines: Mapping[str, Mapping[str, There]]
    contacts: Mapping[str, str]
    firms: Mapping[str, str]
    products: Mapping[str, str]
    wrong: Mapping[str, Mapping[str, Sequence[str]]]


async def check_orders(run: Run, ids: Sequence[str], rows: Rows) -> tuple[dict[str, Verdict], dict[str, list[Ref]]]:
    """A verdict on each, and the rows that must have stood still for it to hold."""
    sides = await _read(run, ids, rows)
    verdicts, relied_on = {}, {}
    for id_ in ids:
        ref = Ref(run.shop, Kind.ORDER, id_)
        verdicts[id_] = _judge(run, rows.get(ref, Record(ref)), sides, rows)
        relied_on[id_] = [ref, Ref(run.shop, Kind.STAGE, id_)]
        if (target := sides.targets.get(id_)) and target.contact:
            relied_on[id_].append(Ref(run.shop, Kind.CONTACT, target.contact))
    return verdicts, relied_on


def _judge(run: Run, row: Record, sides: Sides, rows: Rows) -> Verdict:
    ref, id_ = row.ref, row.ref.id
    target, found = sides.targets.get(id_), sides.there.get(id_)
    if id_ not in sides.nodes:
        return Verdict(skipped="Shopify fails to answer it")
    if target is None:
        return _gone(run, row, found)
    if (sides.nodes[id_] or {})["test"] and not run.portal.test_orders and not row.link:
        return Verdict(skipped="a test order")
    if run.is_recent(target.version):
        return Verdict(skipped="changed lately")
    if found is None:
        missing = [Difference(MISSING, "order")]
        return Verdict(missing, marks=order_marks(ref, missing, {}, staged=False))
    ends = {
        "contacts": sides.contacts.get(target.contact or ""),
        "companies": sides.firms.get(target.company or ""),
    }
    wanted = order_wanted(ref, target, run.portal, run.rules, ends, sides.products)
    wrong = {name: others for name, others in sides.wrong.get(id_, {}).items() if others}

    def may_stay(name: str, linked: Collection[str]) -> set[str]:
        return set(linked) - set(wrong.get(name, ()))

    differ = differences(wanted, found, sides.lines.get(id_, {}), may_stay)
    if not differ:
        return Verdict()
    stage = rows.get(Ref(ref.shop, Kind.STAGE, id_))
    turned = {name: min(others) for name, others in wrong.items()}
    marks = order_marks(ref, differ, turned, staged=stage is not None and stage.link is not None)
    if target.contact and Difference(ASSOCIATED, "contacts") in differ:
        marks += contact_marks(Ref(ref.shop, Kind.CONTACT, target.contact))  # were its row parked, it would get none
    return Verdict(differ, hubspot=[found.id], marks=marks)


def _gone(run: Run, row: Record, found: There | None) -> Verdict:
    """Shopify does not show it. One it once told to be deleted must say so in HubSpot."""
    if found is None or found.values.get(STATUS) == "deleted":
        return Verdict(skipped="deleted in Shopify")
    if row.deleted:
        mark = Mark(row.ref, CAUSE, Priority.RECONCILE, deleted=True, fields={"digest": None})
        return Verdict([Difference(DIFFERENT, STATUS)], hubspot=[found.id], marks=[mark])
    created = found.values.get(CREATED)
    old = created is None or run.world.clock.now() - datetime.fromisoformat(created) > VISIBLE
    if old and not run.job.request["sees all"]:
        return Verdict(skipped="older than 60 days, which the app may not read without read_all_orders")
    return Verdict([Difference(ORPHANED, "order")], hubspot=[found.id])


async def _read(run: Run, ids: Sequence[str], rows: Rows) -> Sides:
    nodes, found = await together(run.vendors.shopify.orders(ids), _found(run, ids, rows))
    targets = {id_: order(node, run.portal) for id_, node in nodes.items() if node}
    buyers = {target.contact for target in targets.values() if target.contact}
    contacts = await contact_ids(run, buyers)
    firms = await run.companies(target.company for target in targets.values() if target.company)
    products = await run.products(line.sku for target in targets.values() for line in target.lines.values())
    linked = await _linked(run, [one.id for one in found.values()])
    there = {
        id_: There(one.id, normal(one.properties, run.portal, "orders"), linked[one.id]) for id_, one in found.items()
    }
    lines = await _lines(run, targets, there)
    wrong = await _wrong(run, targets, there, contacts, firms)
    return Sides(nodes, targets, there, lines, contacts, firms, products, wrong)


async def _found(run: Run, ids: Sequence[str], rows: Rows) -> dict[str, Found]:
    """As their rows say, else by our key."""
    names = [*run.names("orders"), CREATED]
    refs = {id_: Ref(run.shop, Kind.ORDER, id_) for id_ in ids}
    links = {id_: row.link for id_, ref in refs.items() if (row := rows.get(ref)) and row.link}
    by_link = await run.vendors.hubspot.read("orders", sorted(set(links.values())), names) if links else {}
    found = {id_: by_link[link] for id_, link in links.items() if link in by_link}
    others = {refs[id_].key: id_ for id_ in ids if id_ not in found}
    by_key = await run.vendors.hubspot.read("orders", list(others), names, by=KEY) if others else {}
    return found | {others[key]: one for key, one in by_key.items()}


async def _linked(run: Run, ids: Sequence[str]) -> dict[str, dict[str, tuple[str, ...]]]:
    """By HubSpot order id and object."""
    answers = await together(*(run.vendors.hubspot.associated("orders", name, ids) for name in ENDS)) if ids else []
    linked = dict(zip(ENDS, answers, strict=bool(ids)))
    return {id_: {name: tuple(dict.fromkeys(some[id_])) for name, some in linked.items()} for id_ in ids}


async def _lines(
    run: Run, targets: Mapping[str, OrderTarget], there: Mapping[str, There]
) -> dict[str, dict[str, There]]:
    """The lines that are wanted and are there, by order: by our key."""
    keys = {
        line_key(Ref(run.shop, Kind.ORDER, id_), line): (id_, line)
        for id_, target in targets.items()
        if id_ in there
        for line in target.lines
    }
    names = run.names("line_items")
    found = await run.vendors.hubspot.read("line_items", list(keys), names, by=KEY) if keys else {}
    lines: dict[str, dict[str, There]] = {}
    for key, one in found.items():
        id_, line = keys[key]
        lines.setdefault(id_, {})[line] = There(one.id, normal(one.properties, run.portal, "line_items"))
    return lines


async def contact_ids(run: Run, customers: Iterable[str]) -> dict[str, str]:
    """HubSpot ids of the live contacts of customers: as their rows say, else by our key."""
    refs = {id_: Ref(run.shop, Kind.CONTACT, id_) for id_ in customers}
    rows = await run.world.store.read(list(refs.values())) if refs else {}
    links = {id_: link for id_, ref in refs.items() if ref in rows and (link := rows[ref].link)}
    there = await run.vendors.hubspot.read("contacts", sorted(set(links.values())), []) if links else {}
    found = {id_: there[link].id for id_, link in links.items() if link in there}
    keys = {refs[id_].key: id_ for id_ in refs if id_ not in links}
    keyed = await run.vendors.hubspot.read("contacts", list(keys), [], by=KEY) if keys else {}
    return found | {keys[key]: one.id for key, one in keyed.items()}


async def _wrong(
    run: Run,
    targets: Mapping[str, OrderTarget],
    there: Mapping[str, There],
    contacts: Mapping[str, str],
    firms: Mapping[str, str],
) -> dict[str, dict[str, list[str]]]:
    """Links to contacts and companies that stand for somebody else in the store. Others, people may have made."""
    wanted = {
        id_: {contacts.get(target.contact or ""), firms.get(target.company or "")} for id_, target in targets.items()
    }
    found: dict[str, dict[str, list[str]]] = {}
    for name, prefix in (("contacts", None), ("companies", Ref(run.shop, Kind.COMPANY, "").key)):
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
            if key_owner(run.shop, record) if prefix is None else key.startswith(prefix):
                found.setdefault(id_, {}).setdefault(name, []).append(other)
    return found
