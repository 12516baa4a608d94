"""Two records become one: whose values stay, what moves, and under which id it lives on (reference §5.8)."""

from sandbox.http import Reply
from sandbox.hubspot.errors import HubSpotError
from sandbox.hubspot.model import CART, CONTACT, Record, Source, Store
from sandbox.hubspot.portal import NOTHING, Portal
from sandbox.hubspot.reading import require, text
from sandbox.hubspot.refusals import INVALID, not_found
from sandbox.hubspot.representation import envelope
from sandbox.hubspot.routing import Call
from sandbox.hubspot.unique import ADDITIONAL, EMAIL, addresses, reindex
from sandbox.simulator import NotModelled

MOST_IDENTITIES = 250
MERGED = "hs_merged_object_ids"


def merge(call: Call) -> Reply:
    body = call.mapping()
    require(body, "primaryObjectId", "objectIdToMerge")
    portal, store = call.portal, call.portal.store(call.parts["type"])
    if store.kind is CART:
        raise NotModelled("merging carts")
    primary, other = (_live(store, text(body, name)) for name in ("primaryObjectId", "objectIdToMerge"))
    if primary is other:
        raise HubSpotError(400, INVALID, "A record cannot be merged with itself.")
    survivor = merge_records(portal, store, primary, other, call.app.source)
    return Reply.json(200, envelope(portal, survivor, dict(survivor.properties)))


def merge_records(portal: Portal, store: Store, primary: Record, other: Record, source: Source) -> Record:
    """Merge `other` into `primary` and tell so; 414 when more than 250 ids would lead to the survivor."""
    merged = (*primary.merged, *other.merged, other.id)
    survivor = primary
    if portal.switches["merged_id"] == "new":
        survivor = Record(portal.new_id(), store.kind, {}, primary.created, primary.source, portal.now)
        merged = (*merged, primary.id)
    if len(merged) > MOST_IDENTITIES:
        raise HubSpotError(414, INVALID, f"A record can have at most {MOST_IDENTITIES} merged identities.")
    moved = [name for name in other.properties if name not in primary.properties]
    values = _values(store, primary, other) | {MERGED: ";".join(merged), "hs_object_id": survivor.id}
    kept_keys = {name: other.properties[name] for name in store.unique if name in other.properties}
    for gone in (other, primary):
        reindex(store, gone, gone.properties, NOTHING)
    _become(portal, store, survivor, primary, values, merged)
    for name in moved:
        survivor.written = survivor.written if survivor.written is not None else {}
        survivor.written[name] = (portal.now, source)
    reindex(store, survivor, NOTHING, values)
    if portal.switches["merged_key"] == "resolves":
        for name, value in kept_keys.items():
            store.unique[name].setdefault(value, survivor.id)
    for gone in (primary, other):
        if gone is not survivor:
            _leave(portal, store, gone, survivor, source)
    for id_ in merged:
        store.aliases[id_] = survivor.id
    portal.index(survivor)
    portal.tell(
        "merge",
        survivor,
        source,
        primaryObjectId=int(primary.id),
        mergedObjectIds=[int(other.id)],
        newObjectId=int(survivor.id),
        numberOfPropertiesMoved=len(moved),
    )
    return survivor


def _live(store: Store, id_: str) -> Record:
    record = store.find(id_)
    if record is None or record.archived is not None:
        raise not_found(id_)
    return record


def _values(store: Store, primary: Record, other: Record) -> dict[str, str]:
    """The primary's values, the other's in the gaps; the further lifecycle stage; all addresses."""
    values = {**other.properties, **primary.properties}
    found, stages = store.schema.get("lifecyclestage"), (primary, other)
    if found is not None:
        order = {option.value: at for at, option in enumerate(found.options)}
        held = [s for record in stages if (s := record.properties.get("lifecyclestage")) in order]
        if held:
            values["lifecyclestage"] = max(held, key=lambda s: order[s])
    if store.kind is CONTACT:
        every = [a for r in stages for a in (r.properties.get(EMAIL), *addresses(r.properties.get(ADDITIONAL))) if a]
        others = [address for address in dict.fromkeys(every) if address != values.get(EMAIL)]
        if others:
            values[ADDITIONAL] = ";".join(others)
    return values


def _become(
    portal: Portal, store: Store, survivor: Record, primary: Record, values: dict[str, str], merged: tuple[str, ...]
) -> None:
    """Give the survivor its values and, where it is a new record, the primary's history."""
    if survivor is not primary:
        survivor.written = dict(primary.written) if primary.written else None
        survivor.past = {name: list(past) for name, past in primary.past.items()} if primary.past else None
        store.add(survivor)
    survivor.updated = portal.now
    values[store.kind.modified] = portal.iso(portal.now)
    survivor.properties = values
    survivor.merged = merged


def _leave(portal: Portal, store: Store, gone: Record, survivor: Record, source: Source) -> None:
    """Hand the links over, one primary company at most, and go without a trace but the alias."""
    gone.archived = portal.now
    portal.index(gone)
    del store.records[gone.id]
    types = portal.association_types
    for type_id, others in (gone.links or {}).items():
        for other_id, ids in others.items():
            other = portal.stores[type_id].records.get(other_id)
            if other is None or other.links is None:
                continue
            other.links[store.kind.type_id].pop(gone.id, None)
            if other is survivor:
                continue
            held = {t for ts in (survivor.links or {}).get(type_id, {}).values() for t in ts}
            taken = any(types[id_].primary for id_ in held)
            kept = [id_ for id_ in ids if not (taken and types[id_].primary)]
            portal.link(survivor, other, kept, [types[id_].inverse for id_ in kept], source)
