"""Orders: each due one is read from Shopify, compared by digest, written whole, and its stage row marked, last."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from tandem.mapping.orders import OrderTarget, order
from tandem.model import Kind, Mark, Node, NotWritten, Record, Ref, Write, Written
from tandem.portal import Portal
from tandem.ports import HubSpot
from tandem.sync.announce import announce
from tandem.sync.contacts import PENDING, link_contacts
from tandem.sync.lookups import companies, find_orders, products
from tandem.sync.outcome import Done, Failed, Later, Outcome
from tandem.sync.plan import KEY, OrderPlan, digest, line_key, plan
from tandem.sync.shop import portal_of
from tandem.sync.together import together
from tandem.sync.worker import Outcomes, Vendors, World

STALE = timedelta(seconds=2)
"""Shopify answered an older state than its webhook told of: look again after this."""
STALE_LIMIT = timedelta(minutes=1)
"""After this long the answer is believed: the webhook may have told of a change since undone."""
CONTACT_PENDING = timedelta(seconds=5)
DELETED = {"hs_external_order_status": "deleted"}


async def sync(rows: Sequence[Record], vendors: Vendors, world: World) -> Outcomes:
    """Bring these orders in step."""
    portal = await portal_of(world.store, rows[0].ref.shop)
    nodes = await vendors.shopify.orders([row.ref.id for row in rows])
    outcomes: dict[Ref, Outcome] = {}
    wanting: list[tuple[Record, OrderTarget]] = []
    gone: list[Record] = []
    for row in rows:
        node = nodes.get(row.ref.id)
        if node is None:
            gone.append(row)
            continue
        target = order(node, portal)
        outcome = _settled(row, target, node, portal, world.clock.now())
        if outcome is None:
            wanting.append((row, target))
        else:
            outcomes[row.ref] = outcome
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
        return Done("unchanged", {"version": target.version})
    return None


async def _mark_deleted(rows: Sequence[Record], hubspot: HubSpot) -> Outcomes:
    """Orders that Shopify no longer answers. Deleted ones are marked in HubSpot; nothing is ever taken away there."""
    outcomes: dict[Ref, Outcome] = {}
    for row in rows:
        if row.link is None:
            outcomes[row.ref] = Done("gone")
        elif not row.deleted:
            text = "Shopify does not show this order (older than 60 days without read_all_orders?); HubSpot's is kept."
            outcomes[row.ref] = Done("unreadable", {"error": text})
        elif row.digest == "deleted":
            outcomes[row.ref] = Done("unchanged")
    deleted = [row for row in rows if row.ref not in outcomes and row.link]
    written = await hubspot.update("orders", [Write(row.link or "", DELETED) for row in deleted]) if deleted else {}
    for row in deleted:
        answer = written[row.link or ""]
        outcomes[row.ref] = (
            Done("marked deleted", {"digest": "deleted"}, tuple(DELETED))
            if isinstance(answer, Written) or answer.code == "gone"
            else Failed(answer.code, answer.text)
        )
    return outcomes


@dataclass(frozen=True, slots=True)
class _Lines:
    """What became of the lines of a batch: HubSpot ids by our key, and refusals."""

    ids: Mapping[str, str]
    refusals: Mapping[str, NotWritten]


async def _write(
    wanting: Sequence[tuple[Record, OrderTarget]],
    nodes: Mapping[str, Node | None],
    portal: Portal,
    vendors: Vendors,
    world: World,
) -> Outcomes:
    shop = wanting[0][0].ref.shop
    buyers = {target.contact: (nodes[row.ref.id] or {})["customer"] for row, target in wanting if target.contact}
    (contacts, firms, plans, (orders, lines)) = await _look_up_and_write(shop, wanting, buyers, portal, vendors, world)
    refused = {one.row.ref: orders[one.order.key] for one in plans}
    outcomes: dict[Ref, Outcome] = {
        ref: Failed(answer.code, answer.text) for ref, answer in refused.items() if isinstance(answer, NotWritten)
    }
    whole = [one for one in plans if one.row.ref not in outcomes]
    links = {one.row.ref: _link(orders, one) for one in whole}
    await _associate(whole, links, lines, contacts, firms, portal, vendors.hubspot)
    await _hand_over(whole, links, world)
    for one in whole:
        outcomes[one.row.ref] = _outcome(one, links[one.row.ref], lines, contacts, firms)
    return outcomes


async def _look_up_and_write(
    shop: str,
    wanting: Sequence[tuple[Record, OrderTarget]],
    buyers: Mapping[str, Node],
    portal: Portal,
    vendors: Vendors,
    world: World,
) -> tuple[
    dict[str, str | None],
    dict[str, str],
    list[OrderPlan],
    tuple[dict[str, Written | NotWritten], _Lines],
]:
    """Buyers and companies are seen to beside the orders and their lines: only associations need both."""

    async def orders_and_lines() -> tuple[list[OrderPlan], tuple[dict[str, Written | NotWritten], _Lines]]:
        skus = {line.sku for _, target in wanting for line in target.lines.values() if line.sku}
        known, by_sku = await together(
            find_orders([row for row, _ in wanting if not row.link], portal, vendors.hubspot),
            products(skus, portal, vendors.hubspot),
        )
        known = replace(known, products=by_sku)
        plans = [plan(row, target, portal, known) for row, target in wanting]
        orders = await _write_orders(plans, vendors.hubspot)
        return plans, (orders, await _write_lines(plans, orders, vendors.hubspot))

    firm_ids = {target.company for _, target in wanting if target.company}
    contacts, firms, (plans, written) = await together(
        link_contacts(shop, buyers, wanting[0][0].priority, portal, vendors.hubspot, world),
        companies(shop, firm_ids, vendors.hubspot, world.store),
        orders_and_lines(),
    )
    return contacts, firms, plans, written


async def _write_orders(plans: Sequence[OrderPlan], hubspot: HubSpot) -> dict[str, Written | NotWritten]:
    """By our key; orders of another integration by their id, which gives them our key. Answered by our key."""
    adopted = {one.by_id: one for one in plans if one.by_id}
    by_key = [one.order for one in plans if not one.by_id]
    by_id = [Write(id_, one.order.properties) for id_, one in adopted.items()]
    upserted, updated = await together(
        hubspot.upsert("orders", by_key) if by_key else _nothing(),
        hubspot.update("orders", by_id) if by_id else _nothing(),
    )
    return {**upserted, **{adopted[id_].order.key: answer for id_, answer in updated.items()}}


async def _nothing() -> dict[str, Written | NotWritten]:
    return {}


async def _write_lines(
    plans: Sequence[OrderPlan], orders: Mapping[str, Written | NotWritten], hubspot: HubSpot
) -> _Lines:
    """Only of orders that were written: a line without its order would count as revenue of nobody's."""
    good = [one for one in plans if isinstance(orders[one.order.key], Written)]
    keys = [write for one in good for write in one.lines_by_id]
    if keys:
        await hubspot.update("line_items", keys)
    writes = [write for one in good for write in one.lines]
    answers = await hubspot.upsert("line_items", writes) if writes else {}
    ids = {key: answer.id for key, answer in answers.items() if isinstance(answer, Written)}
    return _Lines(ids, {key: answer for key, answer in answers.items() if isinstance(answer, NotWritten)})


def _link(orders: Mapping[str, Written | NotWritten], one: OrderPlan) -> str:
    answer = orders[one.order.key]
    assert isinstance(answer, Written)
    return answer.id


async def _associate(
    plans: Sequence[OrderPlan],
    links: Mapping[Ref, str],
    lines: _Lines,
    contacts: Mapping[str, str | None],
    firms: Mapping[str, str],
    portal: Portal,
    hubspot: HubSpot,
) -> None:
    """Make what must be linked linked, and nothing else that we linked. Lines that left the order go."""
    to_lines = [
        (links[one.row.ref], lines.ids[write.key]) for one in plans for write in one.lines if write.key in lines.ids
    ]
    ends = {"contacts": _ends(plans, links, contacts, "contacts"), "companies": _ends(plans, links, firms, "companies")}
    leaving = [id_ for one in plans for id_ in one.leaving]
    calls = []
    if to_lines:
        calls.append(hubspot.associate("orders", "line_items", to_lines, None))
    for name, (new, old) in ends.items():
        if new:
            label = portal.order_company if name == "companies" else None
            calls.append(hubspot.associate("orders", name, new, label))
        if old:
            calls.append(hubspot.dissociate("orders", name, old))
    if leaving:
        calls.append(_let_go(leaving, hubspot))
    await together(*calls)


def _ends(
    plans: Sequence[OrderPlan], links: Mapping[Ref, str], known: Mapping[str, str | None], name: str
) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """Pairs to link and pairs to unlink."""
    new, old = [], []
    for one in plans:
        link, was = links[one.row.ref], one.row.associated.get(name)
        now = known.get((one.target.contact if name == "contacts" else one.target.company) or "")
        if now == PENDING:
            continue
        if now and (now != was or link != one.row.link):
            new.append((link, now))
        if was and was != now:
            old.append((link, was))
    return new, old


async def _let_go(ids: Sequence[str], hubspot: HubSpot) -> None:
    """Archive lines. An archived record keeps its unique value: without its key gone a line could never return."""
    await hubspot.update("line_items", [Write(id_, {KEY: ""}) for id_ in ids])
    await hubspot.archive("line_items", ids)


async def _hand_over(plans: Sequence[OrderPlan], links: Mapping[Ref, str], world: World) -> None:
    """Tell the stage rows, before the orders are committed: what is told twice does no harm."""
    marks = [
        Mark(
            Ref(one.row.ref.shop, Kind.STAGE, one.row.ref.id),
            one.row.cause,
            one.row.priority,
            fields={"link": links[one.row.ref], "facts": one.target.facts},
            version=one.target.version,
        )
        for one in plans
        if one.new_facts or links[one.row.ref] != one.row.link
    ]
    await announce(marks, world)


def _outcome(
    one: OrderPlan, link: str, lines: _Lines, contacts: Mapping[str, str | None], firms: Mapping[str, str]
) -> Outcome:
    kept = {line: id_ for line, id_ in one.row.children.items() if line in one.target.lines}
    written = {line: lines.ids.get(line_key(one.row.ref, line)) for line in one.target.lines}
    ends = (("contacts", contacts.get(one.target.contact or "")), ("companies", firms.get(one.target.company or "")))
    fields = {
        "link": link,
        "version": one.target.version,
        "children": kept | {line: id_ for line, id_ in written.items() if id_},
        "associated": {name: id_ for name, id_ in ends if id_ and id_ != PENDING},
    }
    refused = next((write.key for write in one.lines if write.key in lines.refusals), None)
    if refused is not None:
        answer = lines.refusals[refused]
        text = f"line {refused.rpartition(':')[2]}: {answer.text}"
        return Failed(answer.code, text, {**fields, "digest": None})
    if ends[0][1] == PENDING:
        return Later("another worker is making this order's contact", CONTACT_PENDING, {**fields, "digest": None})
    what = (*(("order",) if one.row.link is None else ()), *(("lines",) if one.lines or one.leaving else ()))
    return Done("written", {**fields, "digest": one.digest}, what)
