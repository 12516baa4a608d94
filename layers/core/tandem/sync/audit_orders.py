"""Suspected orders, looked at by id on both sides."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from tandem.mapping.orders import OrderTarget, order
from tandem.model import Kind, Mark, Node, Priority, Record, Ref
from tandem.sync.audit_reads import found, lines_of, living, whole, wrongly_linked
from tandem.sync.audit_run import Run
from tandem.sync.audit_verdict import CAUSE, ORPHANED, Verdict, contact_marks, order_marks
from tandem.sync.audit_wanted import order_wanted
from tandem.sync.compare import ASSOCIATED, DIFFERENT, MISSING, Difference, There, differences
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
    target, there = sides.targets.get(id_), sides.there.get(id_)
    if id_ not in sides.nodes:
        return Verdict(skipped="Shopify fails to answer it")
    if target is None:
        return _gone(run, row, there)
    if (sides.nodes[id_] or {})["test"] and not run.portal.test_orders and not row.link:
        return Verdict(skipped="a test order")
    if run.is_recent(target.version):
        return Verdict(skipped="changed lately")
    if there is None:
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

    differ = differences(wanted, there, sides.lines.get(id_, {}), may_stay)
    if not differ:
        return Verdict()
    stage = rows.get(Ref(ref.shop, Kind.STAGE, id_))
    turned = {name: min(others) for name, others in wrong.items()}
    marks = order_marks(ref, differ, turned, staged=stage is not None and stage.link is not None)
    if target.contact and Difference(ASSOCIATED, "contacts") in differ:
        marks += contact_marks(Ref(ref.shop, Kind.CONTACT, target.contact))  # were its row parked, it would get none
    return Verdict(differ, hubspot=[there.id], marks=marks)


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
    nodes, read = await together(
        run.vendors.shopify.orders(ids), found(run, "orders", _keys(run, ids, rows), [CREATED])
    )
    targets = {id_: order(node, run.portal) for id_, node in nodes.items() if node}
    buyers = {target.contact for target in targets.values() if target.contact}
    contacts = await living(run, Kind.CONTACT, buyers)
    firms = await run.companies(target.company for target in targets.values() if target.company)
    products = await run.products(line.sku for target in targets.values() for line in target.lines.values())
    there = await whole(run, "orders", ENDS, read)
    lines = await lines_of(
        run, {Ref(run.shop, Kind.ORDER, id_): one.lines for id_, one in targets.items() if id_ in there}
    )
    wanted = {
        id_: {contacts.get(target.contact or ""), firms.get(target.company or "")} for id_, target in targets.items()
    }
    wrong = await wrongly_linked(run, wanted, there)
    return Sides(nodes, targets, there, lines, contacts, firms, products, wrong)


def _keys(run: Run, ids: Sequence[str], rows: Rows) -> dict[str, tuple[str | None, str]]:
    refs = {id_: Ref(run.shop, Kind.ORDER, id_) for id_ in ids}
    return {id_: (rows[ref].link if ref in rows else None, ref.key) for id_, ref in refs.items()}
