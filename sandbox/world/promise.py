"""What must hold after a random day: the oracle's verdict, less what only a person can put right and was told of."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Protocol

from sandbox.hubspot.model import Record as HubSpotRecord
from sandbox.hubspot.simulator import HubSpot
from sandbox.oracle import views
from sandbox.oracle.judge import judge
from sandbox.shopify.simulator import Shopify
from sandbox.world.merchants import Merchants
from tandem.mapping.cart_life import FINISHED
from tandem.model import Kind, Record

KEY = "tandem_key"
OBJECTS = ("contacts", "orders", "line_items", "carts")


class Judged(Protocol):
    """A store's world. `deleted` are ids of records that people deleted in HubSpot."""

    shopify: Shopify
    hubspot: HubSpot
    merchants: Merchants

    @property
    def deleted(self) -> set[str]: ...

    @property
    def shop(self) -> str: ...

    def rows(self) -> list[Record]: ...


def duplicates(day: Judged) -> list[str]:
    """Live records with one key."""
    found = []
    for name in OBJECTS:
        seen: dict[str, str] = {}
        for record in _records(day, name):
            key = record.properties.get(KEY)
            if record.archived is None and key and seen.setdefault(key, record.id) != record.id:
                found.append(f"{name} {seen[key]} and {record.id} are both {key}")
    return found


def held(day: Judged) -> list[str]:
    """What does not hold.

    A parked row is excused where its words fit what people did in HubSpot or the shop, and its record is then left out
    of the comparison, and only that.
    """
    rows = day.rows()
    due = [f"due: {row.ref.kind} {row.ref.id}" for row in rows if row.due_at]
    parked = [row for row in rows if row.parked_at]
    excused = [row for row in parked if _is_excused(day, row)]
    strange = [f"parked: {row.ref.kind} {row.ref.id}: {row.error}" for row in parked if row not in excused]
    return [*map(str, _differences(day, excused)), *strange, *due]


def excused_keys(day: Judged) -> set[str]:
    """Of what parked rows stand for, lines included."""
    parked = [row for row in day.rows() if row.parked_at]
    orders, contacts, carts = (
        {row.ref.id for row in parked if row.ref.kind is kind} for kind in (Kind.ORDER, Kind.CONTACT, Kind.CART)
    )
    return _keys(views.store(views.here(day.shopify)), orders, contacts, carts)


def _records(day: Judged, name: str) -> Iterator[HubSpotRecord]:
    return iter(day.hubspot.portal.store(name).records.values())


def _is_excused(day: Judged, row: Record) -> bool:
    """Whether what the row says is so."""
    error = row.error or ""
    if row.ref.kind is Kind.CONTACT:
        return _contact_is_deleted(day, row, error) or _address_is_taken(day, row, error)
    if row.ref.kind in {Kind.ORDER, Kind.CART}:
        return any(
            record.id in error and record.properties.get(KEY)
            for name in ("orders", "line_items", "carts")
            for record in _records(day, name)
            if record.archived is not None and record.id in day.deleted
        )
    return False


def _contact_is_deleted(day: Judged, row: Record, error: str) -> bool:
    gone = {one.id for one in _records(day, "contacts") if one.archived is not None}
    live = {one.id for one in _records(day, "contacts") if one.archived is None}
    aliases = day.hubspot.portal.store("contacts").aliases
    link = aliases.get(row.link or "", row.link)
    deleted = "deleted in HubSpot" in error and link in gone
    named = any(id_ in error for id_ in gone & day.deleted)
    return (deleted or named) and link not in live


def _address_is_taken(day: Judged, row: Record, error: str) -> bool:
    """Another contact, of nobody in the shop or of another customer, has the customer's address."""
    if "conflict" not in error or row.link is None:
        return False
    return any(one.id in error and one.id != row.link and one.archived is None for one in _records(day, "contacts"))


def _differences(day: Judged, excused: list[Record]) -> list[Any]:
    """Orders, carts and deleted contacts that are excused are left out whole; of other contacts only what they say.

    Two contacts of one address are told of by the row that cannot have it.
    Links that came to an order by a merge of contacts are people's, and stay.
    """
    books = views.store(views.here(day.shopify))
    crm = views.crm(views.here(day.hubspot))
    orders = {row.ref.id for row in excused if row.ref.kind is Kind.ORDER}
    carts = {row.ref.id for row in excused if row.ref.kind is Kind.CART} | _laid_to_rest(day)
    contacts = [row for row in excused if row.ref.kind is Kind.CONTACT]
    gone = {row.ref.id for row in contacts if _contact_is_deleted(day, row, row.error or "")}
    shared = _shared(day, {one["id"] for one in books["customers"]})
    rivals = {one.id for one in _records(day, "contacts") if any(one.id in (row.error or "") for row in contacts)}
    silent = {f"customer {id_}:" for id_ in ({row.ref.id for row in contacts} - gone) | shared.keys()}
    left_out = _keys(books, orders, gone, carts) | _lines_of_deleted(day, crm)
    books = {
        **books,
        "orders": [_bought(one, shared) for one in books["orders"] if one["id"] not in orders],
        "deleted_orders": [*books["deleted_orders"], *orders],
        "checkouts": [_bought(one, shared) for one in books["checkouts"] if not carts & {one["token"], one["id"]}],
        "customers": [one for one in books["customers"] if one["id"] not in gone],
    }
    records: dict[str, Mapping[str, Any]] = {
        name: {id_: one for id_, one in some.items() if _is_looked_at(one["properties"].get(KEY), day.shop, left_out)}
        for name, some in crm.records.items()
    }
    found = judge(books, replace(crm, records=records)).differences
    merged = {f": associated with contacts {one.id}, should not be" for one in _records(day, "contacts") if one.merged}
    return [
        one
        for one in found
        if not (one.text.startswith("one e-mail address") and one.id in rivals)
        and not one.text.startswith(tuple(silent) or ("-",))
        and not one.text.endswith(tuple(merged) or ("-",))
    ]


def _is_looked_at(key: str | None, shop: str, left_out: set[str]) -> bool:
    """Records of other stores are not, nor those that are excused."""
    return not key or (key.startswith(f"{shop}:") and key not in left_out)


def _lines_of_deleted(day: Judged, crm: views.Crm) -> set[str]:
    """Keys of lines whose order or checkout was deleted in the shop. A worker that ended between a new line and its
    link leaves it alone then: nothing knows of it any more.
    """
    keys = {f"{day.shop}:{line}{left}" for line in day.merchants.deleted_lines for left in ("", ":left")}
    lines = [one for one in crm.live("line_items") if one["properties"].get(KEY) in keys]
    alone = [one for one in lines if not crm.linked(one, "orders") and not crm.linked(one, "carts")]
    return {one["properties"][KEY] for one in alone}


def _laid_to_rest(day: Judged) -> set[str]:
    """Carts that people deleted when they were finished, which stay so: a row of theirs has no link any more."""
    prefix = f"{day.shop}:cart:"
    deleted = {
        one.properties.get(KEY, "").removeprefix(prefix) for one in _records(day, "carts") if one.id in day.deleted
    }
    rows = [row for row in day.rows() if row.ref.kind is Kind.CART]
    return {row.ref.id for row in rows if row.ref.id in deleted and row.link is None and row.stage in FINISHED}


def _shared(day: Judged, living: set[str]) -> dict[str, str]:
    """Customers whose contact people made one with another living customer's, and that customer."""
    store = day.hubspot.portal.store("contacts")
    prefix = f"{day.shop}:contact:"
    found = {}
    for row in day.rows():
        if row.ref.kind is Kind.CONTACT and row.link:
            contact = store.records.get(store.aliases.get(row.link, row.link))
            owner = (contact.properties.get(KEY) or "").removeprefix(prefix) if contact else ""
            if contact and contact.archived is None and owner in living - {row.ref.id}:
                found[row.ref.id] = owner
    return found


def _bought(one: Mapping[str, Any], shared: Mapping[str, str]) -> dict[str, Any]:
    """An order or checkout, of the customer whose contact its buyer shares."""
    return {**one, "customer": shared.get(one["customer"], one["customer"])}


def _keys(books: Mapping[str, Any], orders: set[str], contacts: set[str], carts: set[str]) -> set[str]:
    """Of excused records and their lines."""
    shop = books["domain"]
    lines = [f"line:{line['id']}" for one in books["orders"] if one["id"] in orders for line in one["lines"]]
    checkouts = [one for one in books["checkouts"] if carts & {one["token"], one["id"]}]
    lines += [f"cartline:{line['id']}" for one in checkouts for line in one["lines"]]
    return {
        *(f"{shop}:order:{id_}" for id_ in orders),
        *(f"{shop}:cart:{id_}" for id_ in carts),
        *(f"{shop}:{line}{left}" for line in lines for left in ("", ":left")),
        *(f"{shop}:contact:{id_}" for id_ in contacts),
    }
