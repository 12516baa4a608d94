"""Both simulators on loopback in a process of their own, with buyers; told what to do by lines of JSON on stdin.

Each names a method and what it takes: {"shop": [20, 60]} is answered when the last of these orders is placed.
"""

import asyncio
import json
import sys
import time
from datetime import UTC, datetime
from typing import Any

from bench.shopping import Shopping, WatchedHubSpot
from sandbox.loopback import Server
from sandbox.oracle.judge import judge
from sandbox.oracle.views import crm, here, store
from sandbox.shopify.simulator import STATIC_TOKEN, Shopify


class Served:
    """The vendors, and what this process answers of them."""

    def __init__(self) -> None:
        now = datetime.now(UTC)
        self.shopify, self.hubspot = Shopify(start=now), WatchedHubSpot(start=now)
        self.shopping = Shopping(self.shopify, time.time)
        self.hubspot.watch(self.shopify, time.time)
        self.servers = [Server(self.shopify), Server(self.hubspot)]

    def addresses(self) -> dict[str, Any]:
        return {
            "shopify": self.servers[0].url,
            "hubspot": self.servers[1].url,
            "domain": self.shopify.shop.settings.domain,
            "secret": self.shopify.app.secret,
            "shopify_token": STATIC_TOKEN,
            "hubspot_token": self.hubspot.app.token,
            "customers": self.shopping.customers,
        }

    async def shop(self, rate: float, seconds: float) -> dict[str, Any]:
        began = time.monotonic()
        for number in range(int(rate * seconds)):
            await asyncio.sleep(max(0.0, began + number / rate - time.monotonic()))
            self.shopping.place()
        return {"took": time.monotonic() - began}

    async def tell(self) -> dict[str, Any]:
        placed, complete = self.shopping.placed, self.hubspot.complete
        verdict = judge(store(here(self.shopify)), crm(here(self.hubspot)))
        return {
            "placed": placed,
            "complete": complete,
            "incomplete": self.hubspot.incomplete(list(placed)),
            "differences": [str(one) for one in verdict.differences],
            "log": self.hubspot.log.as_json(0),
            "cpu": time.process_time(),
        }

    async def forget(self) -> dict[str, Any]:
        """The next orders are counted anew."""
        self.shopping.placed.clear()
        self.hubspot.forget()
        self.hubspot.log.clear()
        return {}

    async def left(self) -> dict[str, Any]:
        """Orders that are not complete, and webhooks to be sent, some of them again."""
        outbox = self.shopify.outbox
        orders = self.shopping.placed.keys() - self.hubspot.complete.keys()
        return {"left": len(orders) + len(outbox.ready) + outbox.waiting}

    async def obey(self) -> None:
        """Until stdin ends."""
        say(self.addresses())
        while line := await asyncio.to_thread(sys.stdin.readline):
            [(name, given)] = json.loads(line).items()
            say(await getattr(self, name)(*given))
        for server in self.servers:
            server.stop()


def say(answer: dict[str, Any]) -> None:
    print(json.dumps(answer), flush=True)


async def main() -> None:
    served = Served()
    await asyncio.gather(served.obey(), *(server.run() for server in served.servers))


if __name__ == "__main__":
    asyncio.run(main())
