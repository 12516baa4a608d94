"""HubSpot's side of an audit: all records listed, a note of each of ours, and what is amiss without asking Shopify."""

from collections.abc import Mapping
from typing import Any

from tandem.model import KEY, Listed
from tandem.sync.audit_run import OBJECTS, Run, Stepped
from tandem.sync.lookups import of_this_shop

LINKED = {"contacts": (), "orders": ("contacts", "companies", "line_items"), "line_items": ("orders",)}
SOURCE = {"contacts": "tandem_customer_id", "orders": "hs_external_order_id"}
"""The property that names a record's source where our key does not."""


async def listing(run: Run, name: str, after: str | None) -> Stepped:
    """One page of 100. Reading it again writes the same notes again."""
    page, following = await run.vendors.hubspot.listed(name, run.names(name), after, linked=LINKED[name])
    start = run.start(name)
    keyed = {key.removeprefix(start): one for one in page if (key := one.properties.get(KEY) or "").startswith(start)}
    there = await run.notes(f"{name}#{id_}" for id_ in keyed)
    notes: dict[str, Mapping[str, Any]] = {}
    for one in page:
        key = one.properties.get(KEY) or ""
        if key.startswith(start):
            id_ = key.removeprefix(start)
            first = notes.get(f"{name}#{id_}") or there.get(f"{name}#{id_}")
            if first is not None and first["id"] != one.id:
                notes[f"twins#{name}#{id_}#{one.id}"] = {"id": one.id}
                continue
            notes[f"{name}#{id_}"] = run.as_note(name, one.id, one.properties, one.linked)
            if name == "line_items" and not one.linked["orders"]:
                notes[f"loose#{one.id}"] = {"id": one.id, "line": id_}
        elif not key and (source := _source(run, name, one)):
            notes[f"twins#{name}#{source}#{one.id}"] = {"id": one.id}
    await run.put(notes)
    return Stepped(following, {f"{name} listed": len(page), f"{name} of the shop": len(keyed)})


def _source(run: Run, name: str, one: Listed) -> str | None:
    """Whose copy a record without a key is, made by a person or another integration."""
    id_ = one.properties.get(SOURCE.get(name, "")) or ""
    if not id_.isdecimal() or (name == "orders" and not of_this_shop(one, run.portal)):
        return None
    return id_


LISTINGS = tuple(OBJECTS)
