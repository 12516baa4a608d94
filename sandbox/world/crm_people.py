"""What people do in HubSpot's pages in a random day, beside Tandem and against it: one action at a time."""

from collections.abc import Callable
from random import Random
from typing import Any

from sandbox.hubspot.model import Record
from sandbox.hubspot.simulator import HubSpot

KEY = "tandem_key"
EDITS = {
    "orders": ("hs_order_note", "hs_order_name", "hs_external_order_status"),
    "line_items": ("name", "price"),
    "carts": ("hs_cart_name", "hs_external_status", "tandem_quantity"),
}
"""What they type over, by object, and is put back."""


class CrmPeople:
    """`act` does one thing and names it, or None where HubSpot refuses it. `deleted` are ids of what they deleted.

    They look at records whose keys begin with `prefix` alone; who they make up has an address of `domain`.
    """

    def __init__(self, hubspot: HubSpot, random: Random, prefix: str = "", domain: str = "example.com") -> None:
        self._hubspot, self._random, self._actions = hubspot, random, hubspot.actions
        self._prefix, self._domain = prefix, domain
        self.deleted: set[str] = set()
        self._all: dict[str, Callable[[], Any]] = {
            name.removeprefix("_do_"): getattr(self, name) for name in dir(self) if name.startswith("_do_")
        }

    def act(self) -> str | None:
        name = self._random.choice(list(self._all))
        return name if self._done(name) else None

    def do(self, name: str, random: Random) -> bool:
        """This, on records drawn from `random`. False where HubSpot refuses it."""
        self._random = random
        return self._done(name)

    def _done(self, name: str) -> bool:
        try:
            self._all[name]()
        except (ValueError, LookupError):
            return False
        return True

    def _does(self, name: str, **given: Any) -> Any:
        return self._actions[name](**given)

    def _records(self, name: str, *, archived: bool = False) -> list[Record]:
        """Ours, the live ones or the archived."""
        store = self._hubspot.portal.store(name)
        found = [
            one for one in store.records.values() if (key := one.properties.get(KEY)) and key.startswith(self._prefix)
        ]
        return [one for one in found if (one.archived is not None) is archived]

    def _one(self, name: str) -> str:
        return self._random.choice(self._records(name)).id

    def _do_move(self) -> None:
        stages = [stage for pipeline in self._pipelines() for stage in pipeline]
        self._does("move_order", record_id=self._one("orders"), stage=self._random.choice(stages))

    def _pipelines(self) -> list[list[str]]:
        return [list(pipeline["stages"]) for pipeline in self._hubspot.state("account")["pipelines"]["orders"].values()]

    def _do_edit(self) -> None:
        name = self._random.choice(list(EDITS))
        property_name = self._random.choice(EDITS[name])
        value = "7" if property_name in {"price", "tandem_quantity"} else "typed over"
        self._does("edit", object_type=name, record_id=self._one(name), properties={property_name: value})

    def _do_edit_contact(self) -> None:
        """Which is theirs as much as the shop's."""
        name = self._random.choice(("firstname", "city", "tandem_note"))
        self._does("edit", object_type="contacts", record_id=self._one("contacts"), properties={name: "typed over"})

    def _do_archive_order(self) -> None:
        self._archive("orders")

    def _do_archive_line(self) -> None:
        self._archive("line_items")

    def _do_archive_contact(self) -> None:
        self._archive("contacts")

    def _do_archive_cart(self) -> None:
        self._archive("carts")

    def _archive(self, name: str) -> None:
        id_ = self._one(name)
        self._does("archive", object_type=name, record_id=id_)
        self.deleted.add(id_)

    def _do_restore(self) -> None:
        """Not beside one that was made anew or has its address: that would be a duplicate of their making."""
        name = self._random.choice(("orders", "contacts", "line_items", "carts"))
        store = self._hubspot.portal.store(name)
        live = {value for one in store.records.values() if one.archived is None for value in _unique(one)}
        gone = [one for one in self._records(name, archived=True) if live.isdisjoint(_unique(one))]
        gone = [one for one in gone if not one.properties[KEY].endswith(":left")]  # which would be a stranger's again
        self._does("restore", object_type=name, record_id=self._random.choice(gone).id)

    def _do_merge_by_hand(self) -> None:
        """A record of ours with one made by hand, either way round."""
        name = self._random.choice(("orders", "contacts"))
        values = {"hs_order_name": "by hand"} if name == "orders" else {"email": self._address()}
        pair = [self._one(name), self._does("create", object_type=name, properties=values)["id"]]
        self._random.shuffle(pair)
        self._does("merge", object_type=name, primary_id=pair[0], other_id=pair[1])

    def _do_merge_contacts(self) -> None:
        one, other = self._random.sample(self._records("contacts"), 2)
        self._does("merge", object_type="contacts", primary_id=one.id, other_id=other.id)

    def _do_contact_by_hand(self) -> None:
        """With an address that a customer may have, or come to have."""
        self._does("create", object_type="contacts", properties={"email": self._address(), "firstname": "By hand"})

    def _do_unlink(self) -> None:
        name = self._random.choice(("orders", "carts"))
        one = self._random.choice(self._records(name))
        to = self._random.choice(("contacts", "line_items"))
        linked = [other for others in (one.links or {}).values() for other in others]
        self._does("dissociate", object_type=name, record_id=one.id, to_type=to, to_id=self._random.choice(linked))

    def _address(self) -> str:
        """Nobody's yet: two contacts of one address, made while HubSpot does not look, would be of their making."""
        taken = {one.properties.get("email") for one in self._hubspot.portal.store("contacts").records.values()}
        free = [name for number in range(40) if (name := f"buyer.{number}@{self._domain}") not in taken]
        return self._random.choice(free)


def _unique(record: Record) -> list[str]:
    values = record.properties
    addresses = [values.get("email", ""), *values.get("hs_additional_emails", "").split(";")]
    return [one for one in (values.get(KEY, ""), *addresses) if one]
