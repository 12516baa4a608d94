"""The functions that people and schedules invoke, in processes of their own, beside both vendors and an account."""

import asyncio
import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from sandbox.cloud.account import environment
from sandbox.hubspot.simulator import HubSpot
from sandbox.seed import Size, fill
from sandbox.shopify.simulator import CLIENT_ID, CLIENT_SECRET, Shopify
from sandbox.simulator import Simulator
from tandem.model import Kind, Ref
from tests.functions.account import Account
from tests.functions.process import ROOT, Process

EVENTS = ROOT / "events"
WEBHOOKS = "https://hooks.example.com/webhooks/shopify"


class Stack:
    """The functions that people and schedules invoke, beside a small store and a fresh account of HubSpot's."""

    def __init__(self, account: Account, serve: Callable[[Simulator], str]) -> None:
        self.account = account
        now = datetime.now(UTC)  # as the functions' own clock has it
        self.shopify = Shopify(start=now, switches={"search_lag": "0"})
        fill(self.shopify, Size(customers=3, products=2, orders=4, companies=0, checkouts=0), days=1)
        self.hubspot = HubSpot(start=now, switches={"property_lag": "0"})
        self.shop = self.shopify.shop.settings.domain
        credentials = {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}
        self._variables = {
            **account.variables(self.shop),
            "SHOPIFY_URL": serve(self.shopify),
            "HUBSPOT_URL": serve(self.hubspot),
            "SHOPIFY_SECRET": account.put_secret(json.dumps(credentials)),
            "HUBSPOT_SECRET": account.put_secret(json.dumps({"token": self.hubspot.app.token})),
            "SHOPIFY_TOKEN_SECRET": account.put_secret("{}"),
            "WEBHOOK_URL": WEBHOOKS,
        }
        self._processes: dict[str, Process] = {}

    def function(self, name: str) -> Process:
        if name not in self._processes:
            self._processes[name] = Process(name, environment(self.account.endpoint) | self._variables)
        return self._processes[name]

    def invoke(self, event: str) -> Any:
        """Send a recorded event to the function it is named for."""
        outcome = self.function(event.partition(".")[0]).invoke(json.loads((EVENTS / f"{event}.json").read_text()))
        assert "answer" in outcome, (outcome, self.printed())
        return outcome["answer"]

    def abandon(self) -> Any:
        """A checkout of the store's first customer with an address, left ten minutes ago."""
        variant = next(iter(self.shopify.shop.variants.rows.values()))
        buyer = next(one for one in self.shopify.shop.customers.rows.values() if one.email)
        lines = [{"variant": variant.legacy_resource_id, "quantity": 2}]
        opened = self.shopify.actions["open_checkout"](lines=lines, customer=buyer.legacy_resource_id)
        return self.shopify.actions["abandon_checkout"](checkout=opened["token"])

    def printed(self) -> str:
        return "".join(line for process in self._processes.values() for line in process.printed)

    def customers(self) -> set[str]:
        return {row.legacy_resource_id for row in self.shopify.shop.table("Customer").rows.values()}

    def orders(self) -> set[str]:
        return {row.legacy_resource_id for row in self.shopify.shop.table("Order").rows.values()}

    def due(self, kind: Kind, ids: set[str]) -> set[str]:
        rows = asyncio.run(self.account.store.read([Ref(self.shop, kind, id_) for id_ in ids]))
        return {ref.id for ref, row in rows.items() if row.due_at}

    def stop(self) -> None:
        for process in self._processes.values():
            process.stop()
