"""Carts, looked at by id on both sides: those that rows know of, for a checkout does not say what became of it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from tandem.mapping.cart_life import EXPIRED, FINISHED, CartRules, Seen, fits, state
from tandem.mapping.carts import cart, lived
from tandem.mapping.orders import OrderTarget
from tandem.model import KEY, Kind, Mark, Node, Priority, Record, Ref
from tandem.recovery_link import token_of as token_in
from tandem.sync.audit_reads import contact_ids, found, lines_of, whole, wrongly_linked
from tandem.sync.audit_run import Rows, Run, Stepped
from tandem.sync.audit_verdict import CAUSE, Verdict
from tandem.sync.cart_rows import number_of, other_of, token_of
from tandem.sync.compare import ASSOCIATED, MISSING, Difference, There, Wanted, differences, normal
from tandem.sync.plan import line_key, record_key
from tandem.sync.resync import FORGET
from tandem.sync.shop import cart_rules_of
from tandem.sync.worker import HEARTBEAT

ENDS = ("contacts", "companies", "line_items", "orders")
ROWS = 250
STATE = "hs_external_status"


@dataclass(frozen=True, slots=True)
class Cart:
    """A cart as it should be. `target` None: its checkout is listed no more. `makes`: one is made if there is none."""

    row: Record
    node: Node | None
    name: str
    target: OrderTarget | None
    life: Mapping[str, str]
    order: str | None
    makes: bool


async def walk(run: Run, after: str | None) -> Stepped:
    """Suspect every cart that has a row of its own."""
    if not run.portal.carts:
        return Stepped(None)
    rows, following = await run.world.store.rows(run.shop, Kind.CART, after, ROWS)
    await run.put(
        {
            f"suspects#carts#{row.ref.id}": {"why": "known"}
            for row in rows
            if not other_of(row) and row.ref.id != HEARTBEAT
        }
    )
    return Stepped(following)


async def check_carts(run: Run, ids: Sequence[str], rows: Rows) -> tuple[dict[str, Verdict], dict[str, list[Ref]]]:
    """A verdict on each, and the rows that must have stood still for it to hold."""
    refs = {id_: Ref(run.shop, Kind.CART, id_) for id_ in ids}
    known = {id_: rows.get(ref, Record(ref)) for id_, ref in refs.items()}
    numbers = {id_: number for id_, row in known.items() if (number := number_of(row))}
    nodes = await run.vendors.shopify.checkouts(sorted(set(numbers.values())))
    orders = await run.vendors.shopify.orders(sorted({row.order for row in known.values() if row.order}))
    order_refs = {id_: Ref(run.shop, Kind.ORDER, row.order) for id_, row in known.items() if row.order}
    order_rows = await run.world.store.read(sorted(set(order_refs.values()))) if order_refs else {}
    rules = await cart_rules_of(run.world.store, run.shop)
    carts = {
        id_: _cart(run, row, nodes.get(numbers.get(id_, "")), orders, order_rows, rules) for id_, row in known.items()
    }
    verdicts = await _judged(run, carts)
    silent = [id_ for id_, number in numbers.items() if number not in nodes]
    verdicts |= {id_: Verdict(skipped="Shopify fails to answer it") for id_ in silent}
    relied_on = {id_: [refs[id_], *([order_refs[id_]] if id_ in order_refs else [])] for id_ in ids}
    return verdicts, relied_on


def _cart(
    run: Run, row: Record, node: Node | None, orders: Mapping[str, Node | None], order_rows: Rows, rules: CartRules
) -> Cart:
    name = state(Seen(node, row.stage, bool(row.order), row.deleted, rules, run.world.clock.now()))
    order_row = order_rows.get(Ref(run.shop, Kind.ORDER, row.order or ""))
    link = order_row.link if order_row else None
    life = lived(name, node, orders.get(row.order or ""), known=bool(row.order))
    if node is None:
        return Cart(row, None, name, None, life, link, makes=False)
    token = token_in(node["abandonedCheckoutUrl"]) or token_of(row)
    makes = name != EXPIRED and row.stage not in FINISHED and fits(node, rules)
    return Cart(row, node, name, cart(node, token, life, link, run.portal), life, link, makes)


async def _judged(run: Run, carts: Mapping[str, Cart]) -> dict[str, Verdict]:
    targets = {id_: one.target for id_, one in carts.items() if one.target}
    contacts = await contact_ids(run, {target.contact for target in targets.values() if target.contact})
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
    fields: dict[str, object] = dict(FORGET[Kind.CART])
    if there is None or wanted is None:
        if not one.makes:
            return Verdict()
        mark = Mark(one.row.ref, CAUSE, Priority.RECONCILE, fields=fields)
        return Verdict([Difference(MISSING, "cart")], marks=[mark])
    if one.row.stage and one.name != one.row.stage == there.values.get(STATE):
        return Verdict(skipped="its time has just come")

    def may_stay(name: str, linked: Collection[str]) -> set[str]:
        return set(linked) - set(wrong.get(name, ()))

    differ = differences(wanted, there, lines, may_stay)
    if one.target is None:
        differ = [each for each in differ if not each.what.startswith("line_items ")]
    if not differ:
        return Verdict()
    if any(each.finding == ASSOCIATED for each in differ):
        fields = {**fields, "associated": {name: min(others) for name, others in wrong.items()} or None}
    mark = Mark(one.row.ref, CAUSE, Priority.RECONCILE, fields=fields)
    return Verdict(differ, hubspot=[there.id], marks=[mark])
