"""The two accounts as plain JSON: of simulators in this process, or of served ones by their control planes."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import httpx

from sandbox.simulator import Simulator

JSON = Mapping[str, Any]
State = Callable[[str], Any]
"""What `/__sandbox/state/PATH` answers."""

OBJECTS = ("contacts", "companies", "products", "orders", "line_items", "carts")


@dataclass(frozen=True, slots=True)
class Crm:
    """A HubSpot account: `records` by object, then by record id, archived ones included; its settings."""

    account: JSON
    records: Mapping[str, Mapping[str, JSON]]

    def live(self, name: str) -> Iterator[JSON]:
        return (record for record in self.records[name].values() if not record["archived"])

    def linked(self, record: JSON, name: str) -> dict[str, tuple[int, ...]]:
        """The live records of an object that a record is associated with, and by which association types."""
        others: Mapping[str, list[int]] = record["associations"].get(name) or {}
        found = self.records[name]
        return {id_: tuple(types) for id_, types in others.items() if id_ in found and not found[id_]["archived"]}


def here(simulator: Simulator) -> State:
    return simulator.state


def served(url: str) -> State:
    """A simulator behind a loopback address."""

    def state(path: str) -> Any:
        answer = httpx.get(f"{url}/__sandbox/state/{path}", timeout=60, trust_env=False)
        answer.raise_for_status()
        return answer.json()

    return state


def store(shopify: State) -> JSON:
    """Every order and customer: see sandbox/shopify/ledger.py."""
    books: JSON = shopify("ledger")
    return books


def crm(hubspot: State) -> Crm:
    return Crm(hubspot("account"), {name: {one["id"]: one for one in hubspot(name)} for name in OBJECTS})
