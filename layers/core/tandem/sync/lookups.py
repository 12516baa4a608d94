"""What a batch of orders or carts must know of HubSpot before it is planned: what is there, products, companies."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from tandem.mapping.orders import OrderTarget
from tandem.model import KEY, Found, Kind, Record, Ref
from tandem.portal import Portal
from tandem.ports import HubSpot, Store
from tandem.sync.identity import key_owner
from tandem.sync.plan import OBJECTS, Known, left_key, line_key, lines_differ
from tandem.together import together

LINE_PROPERTIES = (KEY, "name", "hs_sku", "price", "quantity")


async def find_orders(unlinked: Mapping[Ref, OrderTarget], portal: Portal, hubspot: HubSpot) -> Known:
    """Which of these HubSpot has: by our key, else made by another integration. With their lines."""
    if not unlinked:
        return Known()
    keys = {ref.key: ref for ref in unlinked}
    found = await hubspot.read("orders", list(keys), [KEY], by=KEY)
    orders = {key: order.id for key, order in found.items()}
    adopted: dict[str, str] = {}
    if portal.adopt:
        adopted = await _of_others([ref for ref in unlinked if ref.key not in orders], portal, hubspot)
    orders |= adopted
    lines = {orders[key]: _every(keys[key], unlinked[keys[key]]) for key in orders}
    found_lines, customers = await _belongings(next(iter(unlinked)), lines, hubspot)
    # one that has our key may have got it from a worker that ended before it came to the lines
    others = frozenset(orders) if portal.adopt else frozenset()
    return Known(orders, others, found_lines, customers)


async def find_carts(unlinked: Mapping[str, tuple[Ref, OrderTarget]], hubspot: HubSpot) -> Known:
    """Which of these, by the keys they may have, HubSpot has. With their lines."""
    if not unlinked:
        return Known()
    found = await hubspot.read("carts", list(unlinked), [KEY], by=KEY)
    carts = {key: cart.id for key, cart in found.items()}
    lines = {carts[key]: _every(*unlinked[key]) for key in carts}
    return Known(carts, frozenset(), *await _belongings(next(iter(unlinked.values()))[0], lines, hubspot))


async def _belongings(
    any_: Ref, lines: Mapping[str, Sequence[str]], hubspot: HubSpot
) -> tuple[dict[str, list[Found]], dict[str, dict[str, str]]]:
    """Lines and customers of records that were there; `lines` are the keys they may have, by HubSpot record id."""
    name = OBJECTS[any_.kind]
    found, owners = await together(_lines(name, lines, hubspot), linked_customers(any_, list(lines), hubspot))
    return found, owners


async def linked_customers(any_: Ref, ids: Sequence[str], hubspot: HubSpot) -> dict[str, dict[str, str]]:
    """By HubSpot record id: customers of the shop whose contacts are linked to it, with the contact's id.

    A worker that ended before it could note its link leaves such, and the order may have another buyer since.
    """
    linked = await hubspot.associated(OBJECTS[any_.kind], "contacts", ids) if ids else {}
    contacts = sorted({contact for some in linked.values() for contact in some})
    found = await hubspot.read("contacts", contacts, [KEY]) if contacts else {}
    owners = {id_: key_owner(any_.shop, contact) for id_, contact in found.items()}
    return {
        record: {owner: contact for contact in some if (owner := owners.get(contact))}
        for record, some in linked.items()
    }


def _every(ref: Ref, target: OrderTarget) -> list[str]:
    """The keys its lines may have."""
    return [*(line_key(ref, line) for line in target.lines), *_taken_out(ref, target)]


def _taken_out(ref: Ref, target: OrderTarget) -> list[str]:
    keys = [line_key(ref, line) for line in target.taken_out]
    return [*keys, *map(left_key, keys)]


async def find_strays(linked: Sequence[tuple[Record, OrderTarget]], hubspot: HubSpot) -> dict[str, list[Found]]:
    """All lines of records some of whose lines have left unknown to their rows, by HubSpot record id.

    A worker that ended after it wrote a line, and before it could note that, leaves such. A checkout does not tell of
    lines that left it, so one that was not written whole is looked at.
    """
    wanted = {
        row.link or "": _taken_out(row.ref, target)
        for row, target in linked
        if lines_differ(row, target)
        and (any(not row.children.get(line) for line in target.taken_out) or _interrupted(row))
    }
    return await _lines(OBJECTS[linked[0][0].ref.kind], wanted, hubspot) if wanted else {}


def _interrupted(row: Record) -> bool:
    return row.ref.kind is Kind.CART and row.digest is None


async def _of_others(refs: Sequence[Ref], portal: Portal, hubspot: HubSpot) -> dict[str, str]:
    """Orders that another integration made of these, by our key. Of two for one order the older is taken.

    By search, the one use of it on this path: its lag is harmless for records older than our first sync.
    """
    if not refs:
        return {}
    by_id = {ref.id: ref.key for ref in refs}
    filters: list[Mapping[str, Any]] = [
        {"propertyName": "hs_external_order_id", "operator": "IN", "values": sorted(by_id)},
        {"propertyName": KEY, "operator": "NOT_HAS_PROPERTY"},
    ]
    adopted: dict[str, str] = {}
    after: str | None = None
    while True:
        page, after = await hubspot.search("orders", filters, ["hs_external_order_id", "hs_source_store"], after)
        for order in sorted(page, key=lambda one: int(one.id)):
            key = by_id.get(order.properties.get("hs_external_order_id") or "")
            if key and of_this_shop(order, portal):
                adopted.setdefault(key, order.id)
        if after is None:
            return adopted


def of_this_shop(order: Found, portal: Portal) -> bool:
    """Shopify's order ids are unique over all shops, so an empty store name is no doubt; another's name is."""
    name = (order.properties.get("hs_source_store") or "").casefold()
    return not name or name.removeprefix("https://").rstrip("/") in {one.casefold() for one in portal.shop_names}


async def _lines(name: str, records: Mapping[str, Sequence[str]], hubspot: HubSpot) -> dict[str, list[Found]]:
    """The lines of these records: those associated with them, and those that carry the given keys though they are not.

    A worker that ended between a line and its association leaves such.
    """
    if not records:
        return {}
    keys = [key for some in records.values() for key in some]
    ids, keyed = await together(
        hubspot.associated(name, "line_items", list(records)),
        hubspot.read("line_items", keys, LINE_PROPERTIES, by=KEY),
    )
    wanted = sorted({line for lines in ids.values() for line in lines})
    found = await hubspot.read("line_items", wanted, LINE_PROPERTIES) if wanted else {}
    lines: dict[str, list[Found]] = {}
    for record, some in records.items():
        mine = [found[line] for line in ids.get(record, []) if line in found]
        lines[record] = list(
            {line.id: line for line in (*mine, *(keyed[key] for key in some if key in keyed))}.values()
        )
    return lines


async def products(skus: Iterable[str], portal: Portal, hubspot: HubSpot) -> dict[str, str]:
    """HubSpot products by SKU, where the account keeps SKUs unique."""
    wanted = sorted(set(skus))
    sku = portal.properties.get("products", {}).get("hs_sku")
    if not wanted or sku is None or not sku.unique:
        return {}
    found = await hubspot.read("products", wanted, ["hs_sku"], by="hs_sku")
    return {sku: product.id for sku, product in found.items()}


async def companies(shop: str, ids: Iterable[str], hubspot: HubSpot, store: Store) -> Mapping[str, str]:
    """HubSpot companies by Shopify company id: those linked, or that carry our key."""
    refs = [Ref(shop, Kind.COMPANY, id_) for id_ in sorted(set(ids))]
    if not refs:
        return {}
    rows = await store.read(refs)
    known = {ref.id: row.link for ref, row in rows.items() if row.link}
    unknown = [ref for ref in refs if ref.id not in known]
    if not unknown:
        return known
    found = await hubspot.read("companies", [ref.key for ref in unknown], [KEY], by=KEY)
    return known | {ref.id: found[ref.key].id for ref in unknown if ref.key in found}
