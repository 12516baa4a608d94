"""The process of `bench.served`, as those who use it see it."""

import asyncio
import json
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx

LONGEST = 1 << 26
"""Bytes of one answer."""


class ServedVendors:
    """Both simulators. `told` are their addresses, tokens and customers."""

    def __init__(self, process: Process, told: dict[str, Any]) -> None:
        self._process = process
        self.told = told

    async def ask(self, name: str, *given: Any) -> dict[str, Any]:
        assert self._process.stdin
        self._process.stdin.write(json.dumps({name: given}).encode() + b"\n")
        return await _answer(self._process)

    async def control(self, vendor: str, method: str, path: str, body: Any = None) -> None:
        """Something of a simulator's control plane."""
        async with httpx.AsyncClient(trust_env=False, timeout=60) as client:
            answer = await client.request(method, f"{self.told[vendor]}/__sandbox/{path}", json=body)
            answer.raise_for_status()

    async def delay(self, seconds: float) -> None:
        """Let either vendor take so long to answer a call."""
        for vendor, endpoint in (("shopify", "graphql *"), ("hubspot", "*")):
            fault = {"kind": "delay", "endpoint": endpoint, "seconds": [seconds, seconds]}
            await self.control(vendor, "POST", "faults", fault)


async def _answer(process: Process) -> dict[str, Any]:
    assert process.stdout
    line = await process.stdout.readline()
    if not line:
        raise RuntimeError("the process of the simulators has ended")
    answer: dict[str, Any] = json.loads(line)
    return answer


@asynccontextmanager
async def vendors() -> AsyncIterator[ServedVendors]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bench.served", stdin=PIPE, stdout=PIPE, limit=LONGEST
    )
    try:
        yield ServedVendors(process, await _answer(process))
    finally:
        assert process.stdin
        process.stdin.close()
        await process.wait()
