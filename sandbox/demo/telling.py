"""Plays stories and measures how long HubSpot takes to have all of each step."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from sandbox.demo.day import Step, Story
from sandbox.demo.screen import Screen
from sandbox.demo.sides import Sides
from sandbox.oracle.verdict import Verdict

LATEST = 90.0
"""Seconds in which a step must be complete in HubSpot."""
LOOK = 0.02
APART = 0.7
"""Seconds between the beginnings of two stories."""


class Late(Exception):
    """HubSpot did not get what it should within LATEST; the text says what."""


async def complete(sides: Sides, judged: Callable[[], Verdict], called: str) -> None:
    """Wait until HubSpot has all of it. Raises Late."""
    end = time.monotonic() + LATEST
    seen, verdict = -1, Verdict()
    while time.monotonic() < end:
        if seen != sides.calls():  # nothing changes without a call
            seen = sides.calls()
            verdict = judged()
            if verdict.agrees:
                return
        await asyncio.sleep(LOOK)
    lacking = "; ".join(map(str, verdict.differences[:3]))
    raise Late(f"{called}: not complete in HubSpot after {LATEST:.0f} s: {lacking}")


@dataclass(slots=True)
class Teller:
    """`seconds` from what was done in the shop to the whole of it in HubSpot."""

    sides: Sides
    screen: Screen
    seconds: list[float] = field(default_factory=list)

    async def tell(self, stories: list[Story]) -> list[str]:
        """All of them side by side; the ids of their orders."""
        telling = [self._one(story, number * APART) for number, story in enumerate(stories)]
        return await asyncio.gather(*telling)

    async def _one(self, story: Story, pause: float) -> str:
        await asyncio.sleep(pause)
        name = id_ = ""
        for step in story:
            began = time.monotonic()
            done = self.sides.shopify.actions[step.action](**step.fields(name))
            if step.action == "place_order":
                name, id_ = done["name"], done["legacy_resource_id"]
            customer = done["legacy_resource_id"] if step.of_customer else None
            await complete(self.sides, self._judged(id_, customer), f"{name} {step.told}")
            self.seconds.append(time.monotonic() - began)
            self._show(step, name, id_, self.seconds[-1], customer)
        return id_

    def _judged(self, order: str, customer: str | None) -> Callable[[], Verdict]:
        return lambda: self.sides.judge_customer(customer) if customer else self.sides.judge_order(order)

    def _show(self, step: Step, name: str, id_: str, seconds: float, customer: str | None) -> None:
        stage = "" if customer else self.sides.stage_of(id_)
        self.screen.line(f"    {name:<8}{step.told:<42}{seconds:6.2f} s   {stage}")
