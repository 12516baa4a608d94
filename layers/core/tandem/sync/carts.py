"""Carts: each due checkout is read from Shopify, its state decided, compared by digest, and written whole."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from tandem.mapping.cart_life import EXPIRED, FINISHED, CartRules, Seen, fits, state
from tandem.mapping.carts import cart, lived
from tandem.mapping.orders import OrderTarget
from tandem.model import Node, NotWritten, Record, Ref
from tandem.portal import Portal
from tandem.recovery_link import token_of as token_in
from tandem.sync.cart_orders import Recovering, recovering
from tandem.sync.cart_rows import hand_over, not_listed, number_of, standing, token_of, waits
from tandem.sync.gone_carts import finish
from tandem.sync.intent import note
from tandem.sync.lookups import find_carts
from tandem.sync.outcome import UNANSWERED, Done, Failed, Later, Outcome
from tandem.sync.plan import Known, digest, record_key
from tandem.sync.shop import cart_rules_of, portal_of
from tandem.sync.whole import AGAIN, FORGET, Around, contact_has_come, too_soon, unchanged, write_whole, written
from tandem.sync.worker import Outcomes, Vendors, World


@dataclass(frozen=True, slots=True)
class Checkout:
    """A listed checkout on its way into HubSpot. `makes`: it gets a cart if it has none."""

    row: Record
    node: Node
    target: OrderTarget
    state: str
    makes: bool


async def sync(rows: Sequence[Record], vendors: Vendors, world: World) -> Outcomes:
    """Bring these carts in step."""
    portal = await portal_of(world.store, rows[0].ref.shop)
    if not portal.carts:
        return {row.ref: Done("off") for row in rows}
    rules = await cart_rules_of(world.store, rows[0].ref.shop)
    carts, outcomes = await standing(rows, world)
    now = world.clock.now()
    outcomes |= {row.ref: later for row in carts if (later := waits(row, now))}
    carts = [row for row in carts if row.ref not in outcomes]
    nodes = await vendors.shopify.checkouts(sorted({number for row in carts if (number := number_of(row))}))
    outcomes |= {row.ref: UNANSWERED for row in carts if (number := number_of(row)) and number not in nodes}
    listed = {row.ref: nodes.get(number_of(row) or "") for row in carts if row.ref not in outcomes}
    named = [
        (row, token)
        for row in carts
        if not token_of(row) and (node := listed.get(row.ref)) and (token := token_in(node["abandonedCheckoutUrl"]))
    ]
    outcomes |= await hand_over(named, world)
    carts = [row for row in carts if row.ref not in outcomes]
    orders = await recovering(carts, listed, vendors.shopify, world)
    outcomes |= orders.waiting
    return {**outcomes, **await _decide(carts, listed, orders, rules, portal, vendors, world)}


async def _decide(
    rows: Sequence[Record],
    nodes: Mapping[Ref, Node | None],
    orders: Recovering,
    rules: CartRules,
    portal: Portal,
    vendors: Vendors,
    world: World,
) -> Outcomes:
    outcomes: dict[Ref, Outcome] = {}
    checkouts: dict[Ref, Checkout] = {}
    gone: dict[Ref, tuple[Record, str]] = {}
    now = world.clock.now()
    for row in rows:
        if row.ref in orders.waiting:
            continue
        node = nodes[row.ref]
        name = state(Seen(node, row.stage, row.ref in orders.ids, row.deleted, rules, now))
        if node is not None:
            checkouts[row.ref] = _checkout(row, node, name, orders, rules, portal)
            outcome = _settled(checkouts[row.ref], world)
        elif row.link or row.deleted:
            gone[row.ref] = row, name
            continue
        else:
            outcome = not_listed(row, now) if number_of(row) else Done("unknown")
        if outcome is not None:
            outcomes[row.ref] = outcome
    targets = {ref: one.target for ref, one in checkouts.items()}
    for ref in await contact_has_come(rows, targets, outcomes, world):
        del outcomes[ref]
    wanting = [one for ref, one in checkouts.items() if ref not in outcomes]
    outcomes |= await finish(gone, orders, portal, vendors.hubspot, world)
    outcomes |= await _write(wanting, orders, portal, vendors, world)
    return {ref: orders.sought(ref, outcome) for ref, outcome in outcomes.items()}


def _checkout(row: Record, node: Node, name: str, orders: Recovering, rules: CartRules, portal: Portal) -> Checkout:
    token = token_in(node["abandonedCheckoutUrl"]) or token_of(row)
    order = orders.links.get(row.ref)
    target = cart(node, token, lived(name, node, orders.nodes.get(row.ref), known=row.ref in orders.ids), order, portal)
    left = tuple(line for line, id_ in row.children.items() if not id_ and line not in target.lines)
    makes = name != EXPIRED and row.stage not in FINISHED and fits(node, rules)
    return Checkout(row, node, replace(target, taken_out=left), name, makes)


def _settled(one: Checkout, world: World) -> Outcome | None:
    """What can be said without HubSpot; None when there is something to look for, or to write."""
    if later := too_soon(one.row, one.target, world):
        return later
    if one.row.digest == digest(one.target) and (one.row.link or not one.makes):
        return unchanged(one.target)
    return None


async def _write(
    wanting: Sequence[Checkout], orders: Recovering, portal: Portal, vendors: Vendors, world: World
) -> Outcomes:
    known = await find_carts(_keys(wanting), vendors.hubspot)
    outcomes: dict[Ref, Outcome] = {}
    writing: dict[Ref, Checkout] = {}
    for one in wanting:
        row = _named(one.row, known)
        if row.link or one.makes or record_key(row) in known.records:
            writing[row.ref] = replace(one, row=row)
        else:
            outcomes[row.ref] = _passed_over(one)
    if not writing:
        return outcomes
    await note([(one.row, _intent(one)) for one in writing.values()], world)
    customers = {one.target.contact: one.node["customer"] for one in writing.values() if one.target.contact}
    around = Around(customers, {ref.id: link for ref, link in orders.links.items()})
    pairs = [(one.row, one.target) for one in writing.values()]
    wrote = await write_whole(pairs, around, _known(known), portal, vendors, world)
    outcomes |= {ref: _refused(writing[ref], answer) for ref, answer in wrote.refused.items()}
    for plan in wrote.whole:
        one = writing[plan.row.ref]
        outcome = written(plan, wrote)
        fields = {**outcome.fields, "stage": one.state, "facts": one.row.facts}
        outcomes[plan.row.ref] = replace(outcome, fields=fields)
    return outcomes


def _keys(wanting: Sequence[Checkout]) -> dict[str, tuple[Ref, OrderTarget]]:
    """The keys that carts without a link may have."""
    refs = [(one, ref) for one in wanting if not one.row.link for ref in (_numbered(one.row), one.row.ref)]
    return {ref.key: (one.row.ref, one.target) for one, ref in refs}


def _numbered(row: Record) -> Ref:
    return replace(row.ref, id=number_of(row) or row.ref.id)


def _named(row: Record, known: Known) -> Record:
    """A cart that was found under its checkout's number alone keeps that key."""
    numbered = _numbered(row)
    if row.link or numbered.key not in known.records or row.ref.key in known.records:
        return row
    return replace(row, facts={**row.facts, "key": numbered.id})


async def _known(known: Known) -> Known:
    return known


def _intent(one: Checkout) -> dict[str, object]:
    """No digest until it is written, and the lines about to be made: a checkout does not tell of those that left it."""
    coming = dict.fromkeys(one.target.lines, "")
    return {"digest": None, "children": {**coming, **one.row.children}}


def _passed_over(one: Checkout) -> Done:
    why = "deleted in HubSpot" if one.row.stage in FINISHED else "expired" if one.state == EXPIRED else "does not fit"
    return Done("skipped", {"version": one.target.version, "digest": digest(one.target)}, (why,))


def _refused(one: Checkout, answer: NotWritten) -> Outcome:
    """A cart that somebody deleted in HubSpot is made anew while it is under way, and left when it is finished."""
    if answer.code != "gone":
        return Failed(answer.code, answer.text)
    if one.state in FINISHED:
        left = {**FORGET, "children": None, "stage": one.state, "digest": digest(one.target)}
        return Done("skipped", left, ("deleted in HubSpot",))
    return Later("the cart was deleted in HubSpot", AGAIN, FORGET)
