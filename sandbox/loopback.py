"""A simulator on a loopback port: uvicorn in front, the clock paced by real time, webhooks to loopback only."""

import asyncio
import socket
from collections.abc import Iterable
from contextlib import suppress
from ipaddress import ip_address

import httpx
import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from sandbox.mounts import Scope, application
from sandbox.outbox import ANSWER_SECONDS, CONNECT_SECONDS
from sandbox.simulator import Simulator

TICK = 0.02
"""Seconds between two looks at the clock."""
MAX_HEAD = 1_000_000
"""Bytes of request line and headers; beyond it is uvicorn's own 400, below it the vendor answers."""


class Server:
    """Serves one simulator on 127.0.0.1. `port` 0 takes a free one; `pace` False leaves the clock to callers."""

    def __init__(self, simulator: Simulator, port: int = 0, *, pace: bool = True) -> None:
        self._simulator = simulator
        self._pace = pace
        self._connections: dict[tuple[str, int], asyncio.Transport] = {}
        self._socket = socket.create_server(("127.0.0.1", port))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        config = uvicorn.Config(
            application(simulator, self._hang_up),
            http=self._protocol(),
            log_level="critical",
            lifespan="off",
            access_log=False,
            h11_max_incomplete_event_size=MAX_HEAD,
        )
        self._server = uvicorn.Server(config)

    def _protocol(self) -> type[H11Protocol]:
        connections = self._connections

        class Protocol(H11Protocol):
            """Uvicorn's own, remembering each transport so that a fault can close it without an answer."""

            def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
                super().connection_made(transport)
                if self.client:
                    connections[self.client] = transport

            def connection_lost(self, exc: Exception | None) -> None:
                connections.pop(self.client, None)  # type: ignore[arg-type]
                super().connection_lost(exc)

        return Protocol

    def _hang_up(self, scope: Scope) -> None:
        if (transport := self._connections.get(tuple(scope["client"]))) is not None:
            transport.abort()

    def stop(self) -> None:
        self._server.should_exit = True

    async def run(self) -> None:
        """Serve until stopped. A timer that fails ends it and is raised: a sandbox whose time stood still would lie."""
        timeout = httpx.Timeout(ANSWER_SECONDS, connect=CONNECT_SECONDS)
        async with httpx.AsyncClient(timeout=timeout, trust_env=False) as client:

            async def send(request: httpx.Request) -> httpx.Response:
                local = routed(request, self._simulator.routes.items())
                return await asyncio.wait_for(client.send(local), ANSWER_SECONDS)

            self._simulator.connect(send)
            running = asyncio.create_task(self._keep_time())
            running.add_done_callback(lambda _: self.stop())
            try:
                await self._server.serve(sockets=[self._socket])
            finally:
                running.cancel()
                with suppress(asyncio.CancelledError):
                    await running

    async def _keep_time(self) -> None:
        loop = asyncio.get_running_loop()
        sending: set[asyncio.Task[int]] = set()
        last = loop.time()
        while True:
            await asyncio.sleep(TICK)
            now = loop.time()
            if self._pace:
                self._simulator.clock.advance(now - last)
            last = now
            if self._simulator.outbox.ready:
                task = asyncio.create_task(self._simulator.outbox.flush())
                sending.add(task)
                task.add_done_callback(sending.discard)


def routed(request: httpx.Request, routes: Iterable[tuple[str, str]]) -> httpx.Request:
    """The request at its loopback address; ConnectError when the address is neither routed nor loopback.

    The headers, Host included, stay those of the public address: it is what the vendor signs.
    """
    url = str(request.url)
    for public, local in routes:
        if url.startswith(public):
            url = local + url.removeprefix(public)
            break
    target = httpx.URL(url)
    if not _loopback(target.host):
        raise httpx.ConnectError(f"{target.host} is not this machine; route it with PUT /__sandbox/routes")
    return httpx.Request(request.method, target, headers=request.headers, content=request.content)


def _loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
