"""Two records become one: whose values stay, what moves, and under which id it lives on (reference §5.8)."""

from sandbox.http import Reply
from sandbox.hubspot.errors import HubSpotError
from sandbox.hubspot.model import CART, CONTACT, Record, Source, Store
from sandbox.hubspot.portal import NOTHING, Portal
from sandbox.hubspot.reading import require, text
from sandbox.hubspot.records.representation import envelope
from sandbox.hubspot.records.unique import ADDITIONAL, EMAIL, addresses, reindex
from sandbox.hubspot.refusals import INVALID, not_found
from sandbox.hubspot.routing import Call
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
    return Reply.json(200, envelope(portal, survivor, survivor.properties))


def merge_records(portal: Portal, store: Store, primary: Record, other: Record, source: Source) -> Record:
    """Merge `other` into `primary` and tell so; 414 when more than 250 ids would lead to the survivor."""
    as_new = portal.switches["merged_id"] == "new"
    merged = (*primary.merged, *other.merged, other.id, *([primary.id] if as_new else []))
    if len(merged) > MOST_IDENTITIES:
        raise HubSpotError(414, INVALID, f"A record can have at most {MOST_IDENTITIES} merged identities.")
    reindex(store, other, other.properties, NOTHING)
    survivor = _renewed(portal, store, primary) if as_new else primary
    survivor.merged = merged
    gaps = {name: value for name, value in other.properties.items() if name not in primary.properties}
    portal.put(survivor, {**gaps, **_joined(store, primary, other), MERGED: ";".join(merged)}, source)
    _keep_history(store, survivor, other, gaps)
    _keep_keys(portal, store, survivor, other)
    for gone in (primary, other) if as_new else (other,):
        _leave(portal, store, gone, survivor, source)
    for id_ in merged:
        store.aliases[id_] = survivor.id
    portal.tell(
        "merge",
        survivor,
        source,
        primaryObjectId=int(primary.id),
        mergedObjectIds=[int(other.id)],
        newObjectId=int(survivor.id),
        numberOfPropertiesMoved=len(gaps),
    )
    return survivor


def _live(store: Store, id_: str) -> Record:
    record = store.find(id_)
    if record is None or record.archived is not None:
        raise not_found(id_)
    return record


def _renewed(portal: Portal, store: Store, primary: Record) -> Record:
    """The primary under a new id, with its values and their history."""
    survivor = Record(portal.new_id(), store.kind, primary.properties, primary.created, primary.source, primary.updated)
    survivor.written = dict(primary.written) if primary.written else None
    survivor.past = {name: list(past) for name, past in primary.past.items()} if primary.past else None
    reindex(store, primary, primary.properties, NOTHING)
    store.add(survivor)
    reindex(store, survivor, NOTHING, survivor.properties)
    return survivor


def _keep_keys(portal: Portal, store: Store, survivor: Record, other: Record) -> None:
    """Let the other's unique values lead to the survivor, where the switch `merged_key` says so."""
    if portal.switches["merged_key"] == "resolves":
        for name, holders in store.unique.items():
            if name in other.properties:
                holders.setdefault(other.properties[name], survivor.id)


def _keep_history(store: Store, survivor: Record, other: Record, moved: dict[str, str]) -> None:
    """The other's values join the history, those `moved` as the current ones; of two at one moment the primary's
    stays (HubSpot's changelog on merges).
    """
    past, written = dict(survivor.past or {}), dict(survivor.written or {})
    for name in dict.fromkeys((*other.properties, *(other.past or {}))):
        definition = store.schema.get(name)
        if definition is None or definition.read_only:
            continue
        versions = other.history(name)
        if name in moved:
            current = versions.pop(0)
            written[name] = current.at, current.source
        taken = {version.at for version in survivor.history(name)}
        older = [version for version in versions if version.at not in taken]
        if older:
            past[name] = sorted((*past.get(name, ()), *older), key=lambda version: version.at)
    survivor.past, survivor.written = past, written


def _joined(store: Store, primary: Record, other: Record) -> dict[str, str]:
    """Values to which both records add: the further lifecycle stage, every address."""
    values = {}
    if (found := store.schema.get("lifecyclestage")) is not None:
        held = {record.properties.get("lifecyclestage") for record in (primary, other)}
        if reached := [option.value for option in found.options if option.value in held]:
            values["lifecyclestage"] = reached[-1]
    if store.kind is CONTACT:
        first = primary.properties.get(EMAIL) or other.properties.get(EMAIL)
        every = (primary.properties.get(ADDITIONAL), other.properties.get(EMAIL), other.properties.get(ADDITIONAL))
        listed = dict.fromkeys(address for text in every for address in addresses(text) if address != first)
        values[ADDITIONAL] = ";".join(listed)
    return values


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
