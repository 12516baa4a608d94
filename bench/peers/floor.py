"""The physical floor: no fewer calls bring a store's contacts, orders, lines and links to HubSpot by its batches.

Nothing but that: no rows, no look at what is there, no stages, a handful of properties. Whatever fails is lost.
"""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

import httpx

from bench.peers import export
from bench.peers.export import contact_values, line_values, number, order_values

KEY = "source_id"
"""A property with unique values that the account has on orders and line items."""
BATCH, LINKS = 100, 2_000
"""The most that HubSpot takes in a call."""
GAP = 1 / 18.9
"""Seconds between two calls, of which 190 in 10 s are allowed."""


class Script:
    """One run."""

    def __init__(self, hubspot: httpx.AsyncClient) -> None:
        self._hubspot, self._next = hubspot, 0.0

    async def run(self, shopify: httpx.AsyncClient) -> None:
        customers, orders = await export.customers(shopify), await export.orders(shopify)
        lines = [(number(order), line) for order in orders for line in order["lines"]]
        contact, order_, line_ = await asyncio.gather(
            self._upsert("contacts", "email", [contact_values(one) for one in customers]),
            self._upsert("orders", KEY, [order_values(one) | {KEY: number(one)} for one in orders]),
            self._upsert("line_items", KEY, [line_values(one) | {KEY: number(one)} for _, one in lines]),
        )
        bought = [(order_[number(one)], contact[who]) for one in orders if (who := export.email(one["customer"]))]
        held = [(order_[order], line_[number(line)]) for order, line in lines]
        await asyncio.gather(self._link("contacts", bought), self._link("line_items", held))

    async def _upsert(self, name: str, key: str, records: Sequence[Mapping[str, str]]) -> dict[str, str]:
        """HubSpot's ids by key."""
        inputs = [{"id": one[key], "idProperty": key, "properties": one} for one in records]
        answers = await self._all(f"/crm/v3/objects/{name}/batch/upsert", inputs, BATCH)
        return {one["properties"][key]: one["id"] for answer in answers for one in answer["results"]}

    async def _link(self, name: str, pairs: Sequence[tuple[str, str]]) -> None:
        inputs = [{"from": {"id": order}, "to": {"id": other}} for order, other in pairs]
        await self._all(f"/crm/v4/associations/orders/{name}/batch/associate/default", inputs, LINKS)

    async def _all(self, path: str, inputs: Sequence[Any], size: int) -> list[Any]:
        return await asyncio.gather(*(self._post(path, inputs[at : at + size]) for at in range(0, len(inputs), size)))

    async def _post(self, path: str, inputs: Sequence[Any]) -> Any:
        now = asyncio.get_running_loop().time()
        self._next = max(self._next, now) + GAP
        await asyncio.sleep(self._next - GAP - now)
        return (await self._hubspot.post(path, json={"inputs": inputs})).raise_for_status().json()
