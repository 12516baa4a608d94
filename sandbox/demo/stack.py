"""The deployed stack as the demo uses it: brought up, set up, told to sync, watched until it has nothing to do."""

import asyncio
import time
from dataclasses import dataclass
from typing import Any

import httpx

from sandbox.cloud.stack import Cloud
from sandbox.demo.rows import Rows
from sandbox.demo.screen import Screen
from sandbox.demo.sides import Sides
from sandbox.shopify.simulator import CLIENT_ID, CLIENT_SECRET

QUIET = 2
"""How many looks in a row must find nothing to do."""
BETWEEN = 0.7
PATIENCE = 180.0
"""Seconds; a lane may stand still for two minutes after a worker was killed."""
DOORS = 4
"""Webhooks that come at once in the demo, and so environments of their function."""


class Stuck(Exception):
    """Something did not come to its end in time, or `setup` found a fault; the text says which."""


@dataclass(slots=True)
class Stack:
    """Every call blocks its thread alone: both vendors go on answering."""

    cloud: Cloud
    sides: Sides
    screen: Screen

    async def deploy(self) -> None:
        """`sam deploy` with the simulators' addresses, then what the owner does: secrets; and the way for webhooks."""
        addresses = {"ShopifyUrl": self.sides.shopify_url, "HubSpotUrl": self.sides.hubspot_url}
        await asyncio.to_thread(self.cloud.deploy, {"ShopDomain": self.sides.domain, **addresses})
        shopify = {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}
        app = self.sides.hubspot.app
        await asyncio.to_thread(self.cloud.fill_secret, "ShopifySecretArn", shopify)
        await asyncio.to_thread(self.cloud.fill_secret, "HubSpotSecretArn", {"token": app.token})
        self.sides.shopify.routes[self.cloud.outputs["WebhookUrl"]] = self.cloud.url

    async def invoke(self, function: str, payload: Any) -> Any:
        return await asyncio.to_thread(self.cloud.invoke, function, payload)

    async def set_up(self) -> list[dict[str, Any]]:
        """The doctor's checks. Raises Stuck with those that are blocked."""
        report = await self.invoke("setup", {})
        blocked = [f"{one['check']}: {one['found']}; {one['do']}" for one in report.get("checks", []) if not one["ok"]]
        if not report["ok"]:
            raise Stuck("setup: " + ("; ".join(blocked) or str(report.get("error"))))
        checks: list[dict[str, Any]] = report["checks"]
        return checks

    async def resync(self) -> None:
        """Mark everything due, and wait until all is done."""
        answer = await self.invoke("resync", {})
        if not answer["ok"]:
            raise Stuck(f"resync: {answer}")
        while not answer.get("done"):  # a large store takes more than one run; they follow by themselves
            await asyncio.sleep(1)
            jobs = (await self.invoke("resync", {"status": True}))["jobs"]
            answer = {"done": all(job["done"] for job in jobs)}
        await self.settle()

    async def reconcile(self) -> None:
        """What the schedule asks for every few minutes, and all that comes of it. Raises Stuck."""
        answer = await self.invoke("reconcile", {"action": "windows"})
        if "error" in answer or any(walked["ended"] != "done" for walked in answer.values()):
            raise Stuck(f"reconcile: {answer}")
        await self.settle()

    @property
    def rows(self) -> Rows:
        return Rows(self.cloud.client("dynamodb"), self.cloud.outputs["TableName"], self.sides.domain)

    async def warm(self) -> None:
        """Unsigned webhooks, side by side, until each has an environment: two cores cannot start them under load."""
        async with httpx.AsyncClient(timeout=60, trust_env=False) as client:
            answers = await asyncio.gather(*(client.post(self.cloud.url, content=b"{}") for _ in range(DOORS)))
        if wrong := [answer.status_code for answer in answers if answer.status_code != httpx.codes.UNAUTHORIZED]:
            raise Stuck(f"an unsigned webhook was answered {wrong[0]}, should be 401")

    async def settle(self) -> None:
        """Until no row is due. Raises Stuck when the same are due for PATIENCE."""
        end, before, quiet = 0.0, None, 0
        while quiet < QUIET:
            due = await asyncio.to_thread(self.rows.waiting)
            if due != before:
                end, before = time.monotonic() + PATIENCE, due
            quiet = 0 if due or self.sides.shopify.outbox.ready else quiet + 1
            there = self.sides.hubspot.state("")
            self.screen.moving(
                f"HubSpot has {there['orders']} orders, {there['contacts']} contacts; {due or 'nothing'} still due"
            )
            if time.monotonic() > end:
                raise Stuck(f"{due or 'webhooks'} have been due for {PATIENCE:.0f} s")
            await asyncio.sleep(BETWEEN)
