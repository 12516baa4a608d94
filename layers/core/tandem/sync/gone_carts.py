"""Finishes carts whose checkouts Shopify does not list any more: they expire, but for those that an order recovered."""

from collections.abc import Mapping

from tandem.mapping.carts import lived
from tandem.mapping.fields import fitted
from tandem.model import KEY, NotWritten, Record, Ref, Write
from tandem.portal import Portal
from tandem.ports import HubSpot
from tandem.sync.cart_orders import Recovering
from tandem.sync.intent import intend
from tandem.sync.outcome import Done, Failed, Outcome
from tandem.sync.plan import gone_digest, record_key
from tandem.sync.whole import FORGET
from tandem.sync.worker import Outcomes, World


async def finish(
    gone: Mapping[Ref, tuple[Record, str]], orders: Recovering, portal: Portal, hubspot: HubSpot, world: World
) -> Outcomes:
    """`gone` are rows and the states of their carts. One without a link may be there all the same."""
    keys = [record_key(row) for row, _ in gone.values() if not row.link]
    found = await hubspot.read("carts", keys, [], by=KEY) if keys else {}
    links = {ref: row.link or found[record_key(row)].id for ref, (row, _) in gone.items() if _is_there(row, found)}
    outcomes: dict[Ref, Outcome] = {ref: Done("gone") for ref in gone if ref not in links}
    writes: dict[Ref, Write] = {}
    digests: dict[Ref, str] = {}
    for ref, link in links.items():
        row, state = gone[ref]
        values = fitted(lived(state, None, orders.nodes.get(ref), known=ref in orders.ids), portal, "carts")
        writes[ref], digests[ref] = Write(link, values), gone_digest(values, orders.links.get(ref))
        if row.link and row.digest == digests[ref]:
            outcomes[ref] = Done("unchanged")
    writes = {ref: write for ref, write in writes.items() if ref not in outcomes}
    await intend([gone[ref][0] for ref in writes], world)
    answers = await hubspot.update("carts", list(writes.values())) if writes else {}
    good = {ref: answer.id for ref, write in writes.items() if not isinstance(answer := answers[write.key], NotWritten)}
    pairs = [(good[ref], link) for ref, link in orders.links.items() if ref in good]
    if pairs:
        await hubspot.associate("carts", "orders", pairs, None)
    for ref, write in writes.items():
        row, state = gone[ref]
        answer = answers[write.key]
        fields = {"digest": digests[ref], "stage": state}
        if not isinstance(answer, NotWritten):
            ends = {**row.associated, **({"orders": orders.links[ref]} if ref in orders.links else {})}
            outcomes[ref] = Done("written", {**fields, "link": answer.id, "associated": ends}, (state,))
        elif answer.code == "gone":
            outcomes[ref] = Done("skipped", {**FORGET, **fields}, ("deleted in HubSpot",))
        else:
            outcomes[ref] = Failed(answer.code, answer.text)
    return outcomes


def _is_there(row: Record, found: Mapping[str, object]) -> bool:
    return bool(row.link) or record_key(row) in found
