"""Independent calls side by side, none of them abandoned half-way."""

import asyncio
from collections.abc import Awaitable
from typing import Any

from tandem.errors import Misconfigured, OutcomeUnknown, OutOfTime, Unavailable

GRAVITY = (OutcomeUnknown, Misconfigured, Unavailable, OutOfTime)
"""Which failure is told of when several calls failed: an unknown outcome first, for it makes all of them wait."""


async def together(*calls: Awaitable[Any]) -> list[Any]:
    """The results in order. Waits for every call to end; then raises the gravest failure, if there was one."""
    results = await asyncio.gather(*calls, return_exceptions=True)
    failures = [result for result in results if isinstance(result, BaseException)]
    if failures:
        raise min(failures, key=_gravity)
    return list(results)


def _gravity(failure: BaseException) -> int:
    """Anything unforeseen comes before all."""
    return next((place for place, kind in enumerate(GRAVITY) if isinstance(failure, kind)), -1)
