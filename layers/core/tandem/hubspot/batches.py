"""Many inputs in as few calls as HubSpot allows, side by side."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

from tandem.together import together

RECORDS = 100
LINKS_MADE = 2_000
LINKS_READ = 1_000
LINKS_ENDED = 100
"""Inputs of one call (reference §4, §5.6); of ended links, records they lead from."""

AT_ONCE = 4

T = TypeVar("T")
R = TypeVar("R")


async def in_batches(inputs: Sequence[T], size: int, call: Callable[[Sequence[T]], Awaitable[R]]) -> list[R]:
    """The answers of all calls. None is cut short by the failure of another; the gravest failure is raised at last."""
    gate = asyncio.Semaphore(AT_ONCE)

    async def one(part: Sequence[T]) -> R:
        async with gate:
            return await call(part)

    return await together(*(one(inputs[start : start + size]) for start in range(0, len(inputs), size)))
