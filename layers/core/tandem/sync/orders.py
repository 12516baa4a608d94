"""Orders: each due one is read from Shopify, compared by digest, written whole, and its stage row marked, last."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from tandem.mapping.orders import OrderTarget, order
from tandem.model import KEY, Kind, Mark, Node, NotWritten, Record, Ref, Write, Written
from tandem.portal import Portal
from tandem.ports import HubSpot
from tandem.sync.announce import announce
from tandem.sync.contacts import PENDING, link_contacts
from tandem.sync.intent import intend
from tandem.sync.lookups import companies, find_orders, find_strays, products
from tandem.sync.order_writes import Answers, Ends, associate, let_go, write_lines, write_orders
from tandem.sync.outcome import UNANSWERED, Done, Failed, Later, Outcome, left_out
from tandem.sync.plan import OrderPlan, digest, line_key, plan
from tandem.sync.shop import portal_of
from tandem.sync.worker import Outcomes, Vendors, World
from tandem.together import together

STALE = timedelta(seconds=2)
"""Shopify answered an older state than its webhook told of: look again after this."""
STALE_LIMIT = timedelta(minutes=1)
"""After this long the answer is believed: the webhook may have told of a change since undone."""
CONTACT_PENDING = timedelta(seconds=5)
AGAIN = timedelta(seconds=2)
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
        outcome = _settled(row, targets[row.ref], node, portal, world.clock.now())
        if outcome is not None:
            outcomes[row.ref] = outcome
    for ref in await _contact_has_come(rows, targets, outcomes, world):
        del outcomes[ref]
    wanting = [(row, targets[row.ref]) for row in rows if row.ref in targets and row.ref not in outcomes]
    outcomes |= await _mark_deleted(gone, vendors.hubspot)
    if wanting:
        outcomes |= await _write(wanting, nodes, portal, vendors, world)
    return outcomes


def _settled(row: Record, target: OrderTarget, node: Node, portal: Portal, now: datetime) -> Outcome | None:
    """What can be said without HubSpot; None when there is something to write."""
    if row.seen and target.version < row.seen and now - (row.due_since or now) < STALE_LIMIT:
        return Later("Shopify still answers an older state than its webhook told of", STALE)
    if node.get("test") and not portal.test_orders and not row.link:
        return Done("skipped", {"version": target.version}, ("test order",))
    if row.digest == digest(target):
        return _unchanged(target)
    return None


async def _contact_has_come(
    rows: Sequence[Record], targets: Mapping[Ref, OrderTarget], outcomes: Outcomes, world: World
) -> list[Ref]:
    """Orders that are in step but for their contact: there was none when they were written, and now there is."""
    buyers = {
        row.ref: Ref(row.ref.shop, Kind.CONTACT, contact)
        for row in rows
        if row.link and row.ref in outcomes and row.ref in targets and "contacts" not in row.associated
        if (contact := targets[row.ref].contact)
    }
    found = await world.store.read(sorted(set(buyers.values()))) if buyers else {}
    linked = {ref for ref, contact in found.items() if contact.link and not contact.parked_at}
    return [ref for ref, buyer in buyers.items() if buyer in linked and outcomes[ref] == _unchanged(targets[ref])]


def _unchanged(target: OrderTarget) -> Done:
    return Done("unchanged", {"version": target.version})


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
    """Buyers and companies are seen to beside the orders and their lines: only associations need both."""
    shop, priority = wanting[0][0].ref.shop, wanting[0][0].priority
    buyers = {target.contact: (nodes[row.ref.id] or {})["customer"] for row, target in wanting if target.contact}
    bought: dict[str, list[str]] = {}
    for row, target in wanting:
        bought.setdefault(target.contact or "", []).append(row.ref.id)
    await intend([row for row, _ in wanting], world)
    firms = {target.company for _, target in wanting if target.company}
    contacts, companies_, (plans, orders, lines) = await together(
        link_contacts(shop, buyers, bought, priority, portal, vendors.hubspot, world),
        companies(shop, firms, vendors.hubspot, world.store),
        _write_records(wanting, portal, vendors.hubspot),
    )
    outcomes: dict[Ref, Outcome] = {}
    whole: list[OrderPlan] = []
    gone: list[OrderPlan] = []
    for one in plans:
        answer = orders[one.order.key]
        if isinstance(answer, NotWritten):
            outcomes[one.row.ref] = _refused(answer)
            gone += [one] if answer.code == "gone" else []
        else:
            whole.append(replace(one, link=answer.id))
    ends = Ends(contacts, companies_)
    await associate(whole, lines, ends, portal, vendors.hubspot, world)
    await let_go(gone, vendors.hubspot)  # the order that is made in its place will not know of them
    await _hand_over(whole, world)
    for one in whole:
        outcomes[one.row.ref] = _outcome(one, orders, lines, ends)
    return outcomes


async def _write_records(
    wanting: Sequence[tuple[Record, OrderTarget]], portal: Portal, hubspot: HubSpot
) -> tuple[list[OrderPlan], Answers, Answers]:
    """Plan, then orders, then lines."""
    skus = {line.sku for _, target in wanting for line in target.lines.values() if line.sku}
    unlinked = {row.ref: target for row, target in wanting if row.link is None}
    linked = [(row, target) for row, target in wanting if row.link]
    known, strays, by_sku = await together(
        find_orders(unlinked, portal, hubspot), find_strays(linked, hubspot), products(skus, portal, hubspot)
    )
    known = replace(known, lines={**known.lines, **strays}, products=by_sku)
    plans = [plan(row, target, portal, known) for row, target in wanting]
    orders = await write_orders(plans, hubspot)
    good = [one for one in plans if isinstance(orders[one.order.key], Written)]
    return plans, orders, await write_lines(good, hubspot)


def _refused(answer: NotWritten) -> Outcome:
    """Of an order. One that somebody deleted in HubSpot is forgotten, and written anew next time."""
    if answer.code != "gone":
        return Failed(answer.code, answer.text)
    forget = {"link": None, "digest": None, "associated": None}
    return Later("the order was deleted in HubSpot", AGAIN, forget)


async def _hand_over(plans: Sequence[OrderPlan], world: World) -> None:
    """Tell the stage rows, before the orders are committed: what is told twice does no harm."""
    marks = [
        Mark(
            Ref(one.row.ref.shop, Kind.STAGE, one.row.ref.id),
            one.row.cause,
            one.row.priority,
            fields={"link": one.link, "facts": one.target.facts},
            version=one.target.version,
        )
        for one in plans
        if one.new_facts or one.link != one.row.link
    ]
    await announce(marks, world)


def _outcome(one: OrderPlan, orders: Answers, lines: Answers, ends: Ends) -> Outcome:
    written = {
        line: answer.id
        for line in one.target.lines
        for name in (one.line_ids.get(line), line_key(one.row.ref, line))
        if isinstance(answer := lines.get(name or ""), Written)
    }
    fields = {
        "link": one.link,
        "version": one.target.version,
        "children": {**one.line_ids, **written},
        "associated": ends.of(one),
    }
    for write in (*one.lines, *one.lines_by_key):
        answer = lines[write.key]
        if isinstance(answer, NotWritten):
            return _line_refused(one, write, answer, fields)
    if one.existing is None and not any(answer.new for answer in _answers(one, orders, {})):
        return Later("the order was there already: it is looked at once more", AGAIN, {**fields, "digest": None})
    if ends.contacts.get(one.target.contact or "") == PENDING:
        return Later("another worker is making this order's contact", CONTACT_PENDING, {**fields, "digest": None})
    what = (*(("order",) if one.row.link is None else ()), *(("lines",) if one.lines_change else ()))
    missing = [word for answer in _answers(one, orders, lines) for word in left_out(answer)]
    return Done("written", {**fields, "digest": one.digest}, (*what, *dict.fromkeys(missing)))


def _answers(one: OrderPlan, orders: Answers, lines: Answers) -> list[Written]:
    found = [orders[one.order.key], *(lines.get(write.key) for write in (*one.lines, *one.lines_by_key))]
    return [answer for answer in found if isinstance(answer, Written)]


def _line_refused(one: OrderPlan, write: Write, answer: NotWritten, fields: Mapping[str, object]) -> Outcome:
    """The order is kept as far as it came. A line that somebody deleted in HubSpot is written anew next time."""
    line = write.properties["tandem_key"].rpartition(":")[2]
    if answer.code != "gone":
        return Failed(answer.code, f"line {line}: {answer.text}", {**fields, "digest": None})
    others = {id_: there for id_, there in one.line_ids.items() if id_ != line}
    return Later("a line was deleted in HubSpot", AGAIN, {**fields, "children": others, "digest": None})
