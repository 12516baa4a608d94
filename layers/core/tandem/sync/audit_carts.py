"""Carts, looked at by id on both sides: a checkout does not say what became of it, its row or its cart does."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from tandem.mapping.cart_life import EXPIRED, FINISHED, RECOVERED, CartRules, Seen, fits, state
from tandem.mapping.carts import cart, lived
from tandem.mapping.orders import OrderTarget
from tandem.model import KEY, Kind, Mark, Node, Priority, Record, Ref
from tandem.recovery_link import token_of as token_in
from tandem.sync.audit_reads import found, lines_of, living, whole, wrongly_linked
from tandem.sync.audit_run import Rows, Run
from tandem.sync.audit_verdict import CAUSE, ORPHANED, Verdict
from tandem.sync.cart_rows import number_of, token_of
from tandem.sync.compare import ASSOCIATED, MISSING, Difference, There, Wanted, differences, normal
from tandem.sync.plan import line_key, record_key
from tandem.sync.resync import FORGET
from tandem.sync.shop import cart_rules_of

ENDS = ("contacts", "companies", "line_items", "orders")
STATE = "hs_external_status"


@dataclass(frozen=True, slots=True)
class Cart:
    """A cart as it should be. `target` None: its checkout is listed no more. `makes`: one is made if there is none.

    Of one that is not `known` there is no row.
    """

    row: Record
    node: Node | None
    name: str
    target: OrderTarget | None
    life: Mapping[str, str]
    order: str | None
    makes: bool
    known: bool = True


async def check_carts(run: Run, ids: Sequence[str], rows: Rows) -> tuple[dict[str, Verdict], dict[str, list[Ref]]]:
    """A verdict on each, and the rows that must have stood still for it to hold."""
    refs = {id_: Ref(run.shop, Kind.CART, id_) for id_ in ids}
    known = {id_: rows[ref] for id_, ref in refs.items() if ref in rows}
    known |= await _unknown(run, [ref for ref in refs.values() if ref not in rows])
    numbers = {id_: number for id_, row in known.items() if (number := number_of(row))}
    nodes = await run.vendors.shopify.checkouts(sorted(set(numbers.values())))
    orders = await run.vendors.shopify.orders(sorted({row.order for row in known.values() if row.order}))
    order_refs = {id_: Ref(run.shop, Kind.ORDER, row.order) for id_, row in known.items() if row.order}
    links = await living(run, Kind.ORDER, {ref.id for ref in order_refs.values()})
    rules = await cart_rules_of(run.world.store, run.shop)
    carts = {id_: _cart(run, row, nodes.get(numbers.get(id_, "")), orders, links, rules) for id_, row in known.items()}
    carts = {id_: replace(one, known=refs[id_] in rows) for id_, one in carts.items()}
    verdicts = await _judged(run, carts)
    silent = [id_ for id_, number in numbers.items() if number not in nodes]
    verdicts |= {id_: Verdict(skipped="Shopify fails to answer it") for id_ in silent}
    relied_on = {id_: [refs[id_], *([order_refs[id_]] if id_ in order_refs else [])] for id_ in ids}
    return verdicts, relied_on


async def _unknown(run: Run, refs: Sequence[Ref]) -> dict[str, Record]:
    """What rows would say of carts that have none."""
    notes = await run.notes(f"suspects#carts#{ref.id}" for ref in refs)
    rows = {ref.id: Record(ref, checkout=notes[f"suspects#carts#{ref.id}"].get("number")) for ref in refs}
    tokens = {id_: token for id_, row in rows.items() if (token := token_of(row))}
    orders = {id_: await run.vendors.shopify.orders_of(token) for id_, token in tokens.items()}
    return {id_: replace(row, order=next(iter(orders.get(id_, ())), None)) for id_, row in rows.items()}


def _cart(
    run: Run,
    row: Record,
    node: Node | None,
    orders: Mapping[str, Node | None],
    links: Mapping[str, str],
    rules: CartRules,
) -> Cart:
    name = state(Seen(node, row.stage, bool(row.order), row.deleted, rules, run.world.clock.now()))
    link = links.get(row.order or "")
    life = lived(name, node, orders.get(row.order or ""), known=bool(row.order))
    if node is None:
        return Cart(row, None, name, None, life, link, makes=False)
    token = token_in(node["abandonedCheckoutUrl"]) or token_of(row)
    makes = name != EXPIRED and row.stage not in FINISHED and fits(node, rules)
    return Cart(row, node, name, cart(node, token, life, link, run.portal), life, link, makes)


async def _judged(run: Run, carts: Mapping[str, Cart]) -> dict[str, Verdict]:
    targets = {id_: one.target for id_, one in carts.items() if one.target}
    contacts = await living(run, Kind.CONTACT, {target.contact for target in targets.values() if target.contact})
    firms = await run.companies(target.company for target in targets.values() if target.company)
    products = await run.products(line.sku for target in targets.values() for line in target.lines.values())
    keys = {id_: (one.row.link, record_key(one.row)) for id_, one in carts.items()}
    there = await whole(run, "carts", ENDS, await found(run, "carts", keys))
    lines = await lines_of(run, {carts[id_].row.ref: one.lines for id_, one in targets.items() if id_ in there})
    wanted = {id_: _wanted(run, one, contacts, firms, products) for id_, one in carts.items() if id_ in there}
    wrong = await wrongly_linked(run, {id_: set(one.ends.values()) for id_, one in wanted.items()}, there)
    return {
        id_: _judge(run, one, wanted.get(id_), there.get(id_), lines.get(id_, {}), wrong.get(id_, {}))
        for id_, one in carts.items()
    }


def _wanted(
    run: Run, one: Cart, contacts: Mapping[str, str], firms: Mapping[str, str], products: Mapping[str, str]
) -> Wanted:
    """Of a checkout that is gone only its state and its order are known."""
    if one.target is None:
        return Wanted(normal(one.life, run.portal, "carts"), {}, {"orders": one.order})
    linkable = "hs_product_id" in run.portal.properties.get("line_items", {})
    lines = {}
    for id_, line in one.target.lines.items():
        product = products.get(line.sku) if linkable else None
        values = {**line.properties, KEY: line_key(one.row.ref, id_)} | ({"hs_product_id": product} if product else {})
        lines[id_] = normal(values, run.portal, "line_items")
    ends = {
        "contacts": contacts.get(one.target.contact or ""),
        "companies": firms.get(one.target.company or ""),
        "orders": one.order,
    }
    return Wanted(normal({**one.target.properties, KEY: record_key(one.row)}, run.portal, "carts"), lines, ends)


def _judge(
    run: Run,
    one: Cart,
    wanted: Wanted | None,
    there: There | None,
    lines: Mapping[str, There],
    wrong: Mapping[str, Sequence[str]],
) -> Verdict:
    if one.target and run.is_recent(one.target.version):
        return Verdict(skipped="changed lately")
    if one.node is None and not one.known:
        return _orphan(there)
    if there is None or wanted is None:
        return Verdict([Difference(MISSING, "cart")], marks=[_mark(one, {})]) if one.makes else Verdict()
    if _time_has_come(one) and one.row.stage == there.values.get(STATE):
        return Verdict(skipped="its time has just come")
    differ = _differ(one, wanted, there, lines, wrong)
    if not differ:
        return Verdict()
    linked = any(each.finding == ASSOCIATED for each in differ)
    fields = {"associated": {name: min(others) for name, others in wrong.items()} or None} if linked else {}
    return Verdict(differ, hubspot=[there.id], marks=[_mark(one, fields)])


def _differ(
    one: Cart, wanted: Wanted, there: There, lines: Mapping[str, There], wrong: Mapping[str, Sequence[str]]
) -> list[Difference]:
    """A cart whose checkout is gone keeps its lines and its links."""

    def may_stay(name: str, linked: Collection[str]) -> set[str]:
        return set(linked) - set(wrong.get(name, ()))

    if one.target is not None:
        return differences(wanted, there, lines, may_stay)
    differ = differences(wanted, there, lines, lambda _name, linked: linked)
    return [each for each in differ if not each.what.startswith("line_items ")]


def _mark(one: Cart, fields: Mapping[str, object]) -> Mark:
    """A row is made of what none knows yet."""
    number = None if one.known else number_of(one.row)
    made = {"checkout": number} if number else {}
    return Mark(one.row.ref, CAUSE, Priority.RECONCILE, fields={**FORGET[Kind.CART], **made, **fields})


def _orphan(there: There | None) -> Verdict:
    """Of a cart that no row knows, and whose checkout Shopify does not list. A finished one may well outlive both."""
    if there is None:
        return Verdict()
    if there.values.get(STATE) in FINISHED:
        return Verdict(skipped="finished, and its checkout is listed no more")
    return Verdict([Difference(ORPHANED, "cart")], hubspot=[there.id])


def _time_has_come(one: Cart) -> bool:
    """Whether time alone may have made it what it is now: nothing was to be heard of that."""
    return one.node is not None and one.row.stage not in (None, one.name) and one.name != RECOVERED
