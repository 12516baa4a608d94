"""Two functions whose token ends ask for another: each gets one that works, whatever befalls the one that asks."""

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import httpx

from sandbox.shopify.simulator import CLIENT_ID, CLIENT_SECRET
from sandbox.world.loop import run
from sandbox.world.mortal import Killed, Life, Mortal, MortalTransport
from sandbox.world.world import LocalWorld
from tandem import http
from tandem.errors import Unavailable
from tandem.shopify.auth import Tokens
from tests.crash_points.explorer import Explorer

CREDENTIALS = {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}
EVERY = timedelta(seconds=20)


class Secrets:
    """The stack's secrets, and the right to ask for a token once in 20 s."""

    def __init__(self, world: LocalWorld) -> None:
        self._world = world
        self._saved: Mapping[str, Any] = {}
        self._next = world.clock.now

    async def credentials(self) -> Mapping[str, Any]:
        return CREDENTIALS

    async def load(self) -> Mapping[str, Any]:
        return self._saved

    async def save(self, value: Mapping[str, Any]) -> None:
        self._saved = value

    async def exclusive(self) -> bool:
        if self._world.clock.now < self._next:
            return False
        self._next = self._world.clock.now + EVERY
        return True


def token_refreshed(explorer: Explorer) -> list[str]:
    world = LocalWorld(seed=1)
    secrets = Secrets(world)
    held: list[str] = []

    async def one() -> None:
        while True:
            life = Life(explorer)
            kept: Any = Mortal(secrets, life)
            shop = http.client(f"https://{world.shop}", MortalTransport(world._transport(world.shopify, None), life))
            tokens = Tokens(shop, kept.credentials, kept.load, kept.save, kept.exclusive, world.time)
            try:
                held.append(await tokens.get())
            except (Killed, httpx.ReadTimeout, Unavailable):
                await world.time.sleep(1)
            else:
                return

    async def play() -> None:
        explorer.begin(world)
        await asyncio.gather(one(), one())
        world.clock.advance(86_400)
        await asyncio.gather(one(), one())

    run(world.clock, play())
    works = [world.shopify.tokens.look_up(token) is not None for token in held[-2:]]
    return [] if works == [True, True] else ["a token that is held does not work"]
