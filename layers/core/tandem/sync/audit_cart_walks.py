"""Which carts an audit looks at: those that rows know of, those that HubSpot lists, those that Shopify lists.

Copies that people made stand beside them. A checkout does not say what became of it, so each cart is suspected.
"""

from collections.abc import Collection, Mapping
from typing import Any

from tandem.model import KEY, Kind, Listed, Node, Record, Ref
from tandem.recovery_link import token_of as token_in
from tandem.sync.audit_run import Rows, Run, Stepped
from tandem.sync.cart_rows import other_of
from tandem.sync.lookups import of_this_shop
from tandem.sync.worker import HEARTBEAT

ROWS = 250
NUMBER, TOKEN, STORE = "hs_external_cart_id", "hs_external_token", "hs_source_store"


async def known(run: Run, after: str | None) -> Stepped:
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


async def listed(run: Run, after: str | None) -> Stepped:
    """One page of HubSpot's carts: ours that no row knows, second ones of a row, copies without our key."""
    if not run.portal.carts:
        return Stepped(None)
    page, following = await run.vendors.hubspot.listed("carts", [KEY, NUMBER, TOKEN, STORE], after)
    start = Ref(run.shop, Kind.CART, "").key
    ours = {key.removeprefix(start): one for one in page if (key := one.properties.get(KEY) or "").startswith(start)}
    rows = await standing(run, ours)
    notes: dict[str, Mapping[str, Any]] = {}
    for id_, one in ours.items():
        row = rows.get(id_)
        if row is None:
            notes[f"suspects#carts#{id_}"] = {"why": "unknown", "number": one.properties.get(NUMBER)}
        elif row.link and row.link != one.id:
            notes[f"twins#carts#{row.ref.id}#{one.id}"] = {"id": one.id}
    for one in page:
        if source := _source(run, one):
            notes[f"twins#carts#{source}#{one.id}"] = {"id": one.id}
    await run.put(notes)
    return Stepped(following, {"carts listed": len(page), "carts of the shop": len(ours)})


def _source(run: Run, one: Listed) -> str | None:
    """Whose copy a cart without a key is."""
    if one.properties.get(KEY) or not of_this_shop(one, run.portal):
        return None
    id_ = one.properties.get(TOKEN) or one.properties.get(NUMBER)
    return id_ if id_ and "#" not in id_ else None


async def exported(run: Run, nodes: Mapping[str, Node]) -> set[str]:
    """Suspect listed checkouts that no row knows. Their notes hold what a row would."""
    tokens = {id_: token_in(node["abandonedCheckoutUrl"]) for id_, node in nodes.items()}
    rows = await standing(run, [*nodes, *(token for token in tokens.values() if token)])
    unknown = {id_: token or id_ for id_, token in tokens.items() if id_ not in rows and token not in rows}
    await run.put({f"suspects#carts#{name}": {"why": "unknown", "number": id_} for id_, name in unknown.items()})
    return set()


async def standing(run: Run, ids: Collection[str]) -> dict[str, Record]:
    """The rows that stand for carts, by the tokens or numbers they are known by."""
    refs = {id_: Ref(run.shop, Kind.CART, id_) for id_ in ids}
    rows: Rows = await run.world.store.read(sorted(set(refs.values()))) if refs else {}
    others = {ref: Ref(run.shop, Kind.CART, other) for ref, row in rows.items() if (other := other_of(row))}
    standing_ = await run.world.store.read(sorted(set(others.values()))) if others else {}
    return {
        id_: standing_.get(others[ref], rows[ref]) if ref in others else rows[ref]
        for id_, ref in refs.items()
        if ref in rows
    }
