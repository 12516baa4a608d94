"""What drives the two sides apart behind Tandem's back: one record at a time, and what an audit must say of it."""

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from sandbox.hubspot.model import Record
from sandbox.shopify.checkouts.checkout_abandonment import forget
from sandbox.shopify.people.finding import checkout
from sandbox.world.world import LocalWorld
from tandem.mapping.properties import TABLES
from tandem.model import Kind, Ref

KEY = "tandem_key"
OTHERWISE: dict[str, Callable[[str], str]] = {
    # another value of the same type
    "string": lambda value: f"{value} typed over",
    "number": lambda value: str(Decimal(value) + 1),
    "datetime": lambda value: (datetime.fromisoformat(value) + timedelta(days=1)).isoformat(),
}
WRITTEN = {name: {row.property for row in table} - {"email"} for name, table in TABLES.items()}
WORD = {"orders": "order", "contacts": "contact", "carts": "cart"}

Finding = tuple[str, str, str]
"""Object, Shopify's id, what an audit must call it. Of lines it tells with their orders."""


def under_way(cart: Record) -> bool:
    return cart.properties["hs_external_status"] in ("open", "abandoned")


class Drift:
    """`drive` does one thing to a record that was left alone so far. `expected` is what an audit must find then."""

    def __init__(self, world: LocalWorld, seed: int = 0) -> None:
        self._world, self._random = world, Random(f"drift:{seed}")
        self._actions = world.hubspot.actions
        self._touched: set[str] = set()
        self.expected: set[Finding] = set()
        self.deleted: list[tuple[str, str]] = []
        self.copies: list[tuple[str, str]] = []

    def drive(self, what: str) -> None:
        """`what` is one of DRIVES. LookupError when every record was touched before."""
        getattr(self, f"_{what.replace(' ', '_')}")()

    def _edit_order(self) -> None:
        self._expect("different", self._edited(self._one("orders"), "orders"))

    def _edit_line(self) -> None:
        order, line = self._lined()
        self._edited(line, "line_items")
        self._expect("different", order)

    def _edit_contact(self) -> None:
        self._expect("different", self._edited(self._one("contacts"), "contacts"))

    def _delete_order(self) -> None:
        """One whose carts are as they were: with it goes every link to it."""
        order = self._free_of("orders", "carts")
        self._expect("missing", self._archived(order, "orders"))

    def _delete_line(self) -> None:
        order, line = self._lined()
        self._archived(line, "line_items")
        self._expect("missing", order)

    def _delete_contact(self) -> None:
        """One whose orders and carts are as they were: with it goes every link to it."""
        contact = self._free_of("contacts", "orders", "carts")
        self._expect("missing", self._archived(contact, "contacts"))

    def _unlink_contact(self) -> None:
        linked = lambda order: bool(self._linked(order, "contacts"))  # noqa: E731
        order = self._one("orders", linked)
        contact = self._linked(order, "contacts")[0]
        self._touched.add(contact)
        self._unlinked(order, "contacts", contact)
        self._expect("wrongly associated", order)

    def _unlink_line(self) -> None:
        order, line = self._lined()
        self._unlinked(order, "line_items", line.id)
        self._expect("wrongly associated", order)

    def _link_stranger(self) -> None:
        """Another customer's contact."""
        order = self._one("orders")
        other = self._one("contacts", lambda one: one.id not in self._linked(order, "contacts"))
        self._actions["associate"](object_type="orders", record_id=order.id, to_type="contacts", to_id=other.id)
        self._expect("wrongly associated", order)

    def _move_order(self) -> None:
        order = self._one("orders")
        [stages] = [
            pipeline["stages"]
            for pipeline in self._world.hubspot.state("account")["pipelines"]["orders"].values()
            if order.properties["hs_pipeline_stage"] in pipeline["stages"]
        ]
        others = [stage for stage in stages if stage != order.properties["hs_pipeline_stage"]]
        self._actions["move_order"](record_id=order.id, stage=self._random.choice(others))
        self._expect("moved", order)

    def _copy_order(self) -> None:
        order = self._one("orders")
        names = ("hs_order_name", "hs_external_order_id", "hs_source_store")
        self._copied("orders", {name: order.properties[name] for name in names})
        self._expect("duplicated", order)

    def _copy_contact(self) -> None:
        contact = self._one("contacts")
        held = contact.properties
        named = held.get("firstname") or "Copy"  # a contact without any name is refused
        self._copied("contacts", {"firstname": named, "tandem_customer_id": held.get("tandem_customer_id", "")})
        self._expect("duplicated", contact)

    def _edit_a_cart(self) -> None:
        self._expect("different", self._edited(self._one("carts"), "carts"))

    def _delete_a_cart(self) -> None:
        """One that is not finished: the others are left deleted."""
        self._expect("missing", self._archived(self._one("carts", under_way), "carts"))

    def _edit_a_line_of_a_cart(self) -> None:
        cart, line = self._lined("carts")
        self._edited(line, "line_items")
        self._expect("different", cart)

    def _unlink_a_line_of_a_cart(self) -> None:
        cart, line = self._lined("carts")
        self._unlinked(cart, "line_items", line.id)
        self._expect("wrongly associated", cart)

    def _unlink_a_buyer_of_a_cart(self) -> None:
        cart = self._one("carts", lambda cart: bool(self._linked(cart, "contacts")))
        self._unlinked(cart, "contacts", self._linked(cart, "contacts")[0])
        self._expect("wrongly associated", cart)

    def _link_a_stranger_to_a_cart(self) -> None:
        """Another customer's contact."""
        cart = self._one("carts")
        other = self._one("contacts", lambda one: one.id not in self._linked(cart, "contacts"))
        self._actions["associate"](object_type="carts", record_id=cart.id, to_type="contacts", to_id=other.id)
        self._expect("wrongly associated", cart)

    def _link_an_order_to_a_cart(self) -> None:
        """One that did not recover it."""
        cart = self._one("carts")
        other = self._one("orders", lambda one: one.id not in self._linked(cart, "orders"))
        self._actions["associate"](object_type="carts", record_id=cart.id, to_type="orders", to_id=other.id)
        self._expect("wrongly associated", cart)

    def _unlink_an_order_of_a_cart(self) -> None:
        cart = self._one("carts", lambda cart: bool(self._linked(cart, "orders")))
        self._unlinked(cart, "orders", self._linked(cart, "orders")[0])
        self._expect("wrongly associated", cart)

    def _copy_a_cart(self) -> None:
        cart = self._one("carts")
        names = ("hs_cart_name", "hs_external_cart_id", "hs_external_token", "hs_source_store")
        self._copied("carts", {name: cart.properties.get(name, "") for name in names})
        self._expect("duplicated", cart)

    def _forget_a_cart(self) -> None:
        """It goes, and every row that tells of its checkout with it."""
        cart = self._one("carts", under_way)
        self._expect("missing", self._archived(cart, "carts"))
        for id_ in (cart.properties[KEY].rpartition(":")[2], cart.properties["hs_external_cart_id"]):
            self._world.store.records.pop(Ref(self._world.shop, Kind.CART, id_), None)

    def _strand_a_cart(self) -> None:
        """A cart with a key of ours stands for no checkout."""
        token = f"stray{len(self.copies)}"
        known = {"hs_external_cart_id": f"{9_000_000_000 + len(self.copies)}", "hs_external_status": "abandoned"}
        self._copied("carts", {KEY: f"{self._world.shop}:cart:{token}", **known})
        self.expected.add(("carts", token, "orphaned"))

    def _lose_the_checkout_of_a_cart(self) -> None:
        """Shopify lists it no more, and no webhook tells."""
        cart = self._one("carts", under_way)
        shop = self._world.shopify.shop
        forget(shop, checkout(shop, cart.properties["hs_external_cart_id"]))
        self._expect("different", cart)

    def ours(self, name: str) -> list[Record]:
        start = f"{self._world.shop}:{WORD[name]}:"
        records = self._world.hubspot.portal.store(name).records.values()
        return [one for one in records if one.archived is None and one.properties.get(KEY, "").startswith(start)]

    def _one(self, name: str, fits: Callable[[Record], bool] = lambda _: True) -> Record:
        record = self._random.choice([one for one in self.ours(name) if one.id not in self._touched and fits(one)])
        self._touched.add(record.id)
        return record

    def _free_of(self, name: str, *others: str) -> Record:
        """A record that none is linked to that was touched. These are left alone from now on."""

        def linked(one: Record) -> list[str]:
            return [id_ for other in others for id_ in self._linked(one, other)]

        record = self._one(name, lambda one: self._touched.isdisjoint(linked(one)))
        self._touched.update(linked(record))
        return record

    def _lined(self, name: str = "orders") -> tuple[Record, Record]:
        order = self._one(name, lambda one: bool(self._linked(one, "line_items")))
        line = self._world.hubspot.portal.store("line_items").find(
            self._random.choice(self._linked(order, "line_items"))
        )
        assert line is not None
        return order, line

    def _linked(self, record: Record, name: str) -> list[str]:
        portal = self._world.hubspot.portal
        return list(portal.linked(record, portal.store(name).kind))

    def _edited(self, record: Record, name: str) -> Record:
        """One of the properties that were written and are not empty."""
        definitions = self._world.hubspot.portal.store(name).schema
        names = [
            one
            for one, value in sorted(record.properties.items())
            if value and definitions[one].type in OTHERWISE and one in WRITTEN[name]
        ]
        chosen = self._random.choice(names)
        value = OTHERWISE[definitions[chosen].type](record.properties[chosen])
        self._actions["edit"](object_type=name, record_id=record.id, properties={chosen: value})
        return record

    def _archived(self, record: Record, name: str) -> Record:
        self._actions["archive"](object_type=name, record_id=record.id)
        self.deleted.append((name, record.id))
        return record

    def _unlinked(self, record: Record, name: str, id_: str) -> None:
        kind = record.kind.plural
        self._actions["dissociate"](object_type=kind, record_id=record.id, to_type=name, to_id=id_)

    def _copied(self, name: str, properties: dict[str, Any]) -> None:
        made = self._actions["create"](object_type=name, properties=properties)
        self._touched.add(made["id"])
        self.copies.append((name, made["id"]))

    def _expect(self, finding: str, record: Record) -> None:
        _, kind, id_ = record.properties[KEY].split(":")
        self.expected.add(({"order": "orders", "contact": "contacts", "cart": "carts"}[kind], id_, finding))


VERBS = ("_edit_", "_delete_", "_unlink_", "_link_", "_move_", "_copy_", "_forget_", "_strand_", "_lose_")
DRIVES = tuple(name[1:].replace("_", " ") for name in vars(Drift) if name.startswith(VERBS))
OF_CARTS = tuple(name for name in DRIVES if name.endswith("a cart"))
KINDS = tuple(name for name in DRIVES if name not in OF_CARTS)
