"""Bugs in which HubSpot contact a customer is, and in how orders come by their buyers."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from tandem.model import NotWritten
from tandem.sync.worker import Outcomes, World
from tests.zoo.planting import Function, bug


@bug("two lanes make one contact twice", "I18", "sync.identity:_claim", seed=12)
def contact_made_without_a_claim(_: Function) -> Function:
    async def claim(shop: str, nodes: Mapping[str, Any], world: World) -> dict[str, bool]:
        return dict.fromkeys(nodes, True)

    return claim


@bug("a customer whose address another contact has gets none", "I2", "hubspot.writing:_told")
def conflict_is_not_adopted(original: Function) -> Function:
    def told(answer: Any, left_out: Any) -> Any:
        one = original(answer, left_out)
        return replace(one, existing=None) if isinstance(one, NotWritten) else one

    return told


@bug(
    "an additional address is made the main one, or taken",
    "I2",
    "sync.identity:_is_additional",
    needs="person in HubSpot",
)
def additional_addresses_are_ignored(_: Function) -> Function:
    return lambda node, found: False


@bug(
    "a contact that was merged is taken for deleted",
    "I4",
    "hubspot.reading:keyed_by",
    needs="person in HubSpot",
    seed=132,
)
def merges_are_ignored(original: Function) -> Function:
    return lambda by: () if by is None else original(by)


@bug("an order whose buyer is being made goes without", "I2", "sync.contacts:_made_elsewhere", seed=32)
def contacts_in_the_making_are_not_waited_for(original: Function) -> Function:
    async def made_elsewhere(shop: str, pending: Sequence[str], world: World) -> dict[str, str | None]:
        links = await original(shop, pending, world)
        return {id_: None if link == "pending" else link for id_, link in links.items()}

    return made_elsewhere


@bug("orders written before their buyer had a contact stay without", "I2", "sync.contacts:_call_orders")
def waiting_orders_are_not_called(_: Function) -> Function:
    async def call_orders(rows: Any, outcomes: Outcomes, world: World) -> Outcomes:
        return outcomes

    return call_orders


@bug(
    "two customers whose contact is one overwrite each other",
    "I4",
    "sync.contacts:key_owner",
    needs="person in HubSpot",
)
def owners_are_not_asked_for(_: Function) -> Function:
    return lambda shop, found: None


@bug("a contact that another made first lacks what is empty in Shopify", "I2", "sync.identity:_linked")
def found_contacts_count_as_whole(original: Function) -> Function:
    return lambda id_, node, portal, *, secondary=False, whole=True: original(id_, node, portal, secondary=secondary)
