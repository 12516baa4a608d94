"""Orders: each due one is read from Shopify, compared by digest, written whole, and its stage row marked, last."""

from collections.abc import Mapping, Sequence

from tandem.mapping.orders import OrderTarget, order
from tandem.model import KEY, Kind, Mark, Node, NotWritten, Record, Ref, Write, Written
from tandem.portal import Portal
from tandem.ports import HubSpot
from tandem.sync.announce import announce
from tandem.sync.intent import intend
from tandem.sync.lookups import find_orders
from tandem.sync.outcome import UNANSWERED, Done, Failed, Later, Outcome
from tandem.sync.plan import Plan, digest
from tandem.sync.recovered import tell_carts
from tandem.sync.shop import portal_of
from tandem.sync.whole import AGAIN, FORGET, Around, contact_has_come, too_soon, unchanged, write_whole, written
from tandem.sync.worker import Outcomes, Vendors, World

DELETED = {"hs_external_order_status": "deleted"}


async def sync(rows: Sequence[Record], vendors: Vendors, world: World) -> Outcomes:
    """Bring these orders in step."""
    portal = await portal_of(world.store, rows[0].ref.shop)
    nodes = await vendors.shopify.orders([row.ref.id for row in rows])
    outcomes: dict[Ref, Outcome] = {}
    targets: dict[Ref, OrderTarget] = {}
    gone: list[Record] = []
    for row in rows:
        if row.ref.id not in nodes:
            outcomes[row.ref] = UNANSWERED
            continue
        node = nodes[row.ref.id]
        if node is None:
            gone.append(row)
            continue
        targets[row.ref] = order(node, portal)
        outcome = _settled(row, targets[row.ref], node, portal, world)
        if outcome is not None:
            outcomes[row.ref] = outcome
    for ref in await contact_has_come(rows, targets, outcomes, world):
        del outcomes[ref]
    await tell_carts([(row, nodes[row.ref.id]) for row in rows if _left_out(outcomes.get(row.ref))], portal, world)
    wanting = [(row, targets[row.ref]) for row in rows if row.ref in targets and row.ref not in outcomes]
    outcomes |= await _mark_deleted(gone, vendors.hubspot)
    if wanting:
        outcomes |= await _write(wanting, nodes, portal, vendors, world)
    return outcomes


def _settled(row: Record, target: OrderTarget, node: Node, portal: Portal, world: World) -> Outcome | None:
    """What can be said without HubSpot; None when there is something to write."""
    if later := too_soon(row, target, world):
        return later
    if node.get("test") and not portal.test_orders and not row.link:
        return Done("skipped", {"version": target.version}, ("test order",))
    if row.digest == digest(target):
        return unchanged(target)
    return None


def _left_out(outcome: Outcome | None) -> bool:
    """A test order is none of HubSpot's, and recovers its cart all the same."""
    return isinstance(outcome, Done) and outcome.word == "skipped"


async def _mark_deleted(rows: Sequence[Record], hubspot: HubSpot) -> Outcomes:
    """Orders that Shopify no longer answers. Deleted ones are marked in HubSpot; nothing is ever taken away there.

    One without a link may be there all the same: a worker that ended before it could note the link leaves such.
    """
    outcomes: dict[Ref, Outcome] = {}
    keys = [row.ref.key for row in rows if row.link is None and row.deleted]
    found = await hubspot.read("orders", keys, [], by=KEY) if keys else {}
    links = {row.ref: row.link or found[row.ref.key].id for row in rows if row.link or row.ref.key in found}
    for row in rows:
        if row.ref not in links:
            outcomes[row.ref] = Done("gone")
        elif not row.deleted:
            text = "Shopify does not show this order (older than 60 days without read_all_orders?); HubSpot's is kept."
            outcomes[row.ref] = Done("unreadable", {"error": text})
        elif row.digest == "deleted":
            outcomes[row.ref] = Done("unchanged")
    deleted = [ref for ref in links if ref not in outcomes]
    written = await hubspot.update("orders", [Write(links[ref], DELETED) for ref in deleted]) if deleted else {}
    for ref in deleted:
        answer = written[links[ref]]
        outcomes[ref] = (
            Done("marked deleted", {"link": links[ref], "digest": "deleted"}, tuple(DELETED))
            if isinstance(answer, Written) or answer.code == "gone"
            else Failed(answer.code, answer.text)
        )
    return outcomes


async def _write(
    wanting: Sequence[tuple[Record, OrderTarget]],
    nodes: Mapping[str, Node | None],
    portal: Portal,
    vendors: Vendors,
    world: World,
) -> Outcomes:
    """The orders themselves; then others are told."""
    buyers = {target.contact: (nodes[row.ref.id] or {})["customer"] for row, target in wanting if target.contact}
    unlinked = {row.ref: target for row, target in wanting if row.link is None}
    await intend([row for row, _ in wanting], world)
    find = find_orders(unlinked, portal, vendors.hubspot)
    wrote = await write_whole(wanting, Around(buyers), find, portal, vendors, world)
    await _hand_over(wrote.whole, world)
    linked = {one.row.ref for one in wrote.whole if one.link != one.row.link}
    await tell_carts([(one.row, nodes[one.row.ref.id]) for one in wrote.whole], portal, world, linked)
    outcomes: dict[Ref, Outcome] = {ref: _refused(answer) for ref, answer in wrote.refused.items()}
    return outcomes | {one.row.ref: written(one, wrote) for one in wrote.whole}


def _refused(answer: NotWritten) -> Outcome:
    """Of an order. One that somebody deleted in HubSpot is forgotten, and written anew next time."""
    if answer.code != "gone":
        return Failed(answer.code, answer.text)
    return Later("the order was deleted in HubSpot", AGAIN, FORGET)


async def _hand_over(plans: Sequence[Plan], world: World) -> None:
    """Tell the stage rows, before the orders are committed: what is told twice does no harm.

    An order that was made anew stands in the first stage, whatever stage its row knows.
    """
    marks = [
        Mark(
            Ref(one.row.ref.shop, Kind.STAGE, one.row.ref.id),
            one.row.cause,
            one.row.priority,
            fields={"link": one.link, "facts": one.target.facts, **({"stage": None} if _is_another(one) else {})},
            version=one.target.version,
        )
        for one in plans
        if one.new_facts or _is_another(one)
    ]
    await announce(marks, world)


def _is_another(one: Plan) -> bool:
    return one.link != one.row.link
