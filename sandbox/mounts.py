"""The two mounts of a simulator: an httpx transport in process, an ASGI application on loopback."""

from collections.abc import Awaitable, Callable, Generator, MutableMapping
from typing import Any

import httpx

from sandbox.http import MAX_BODY, Request
from sandbox.serving import Outcome, serve
from sandbox.simulator import Simulator

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Hangup = Callable[[Scope], None]


class Transport(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """Mounts a simulator in process: `httpx.Client(transport=Transport(shopify))`, or AsyncClient.

    A delayed answer moves the simulator's clock. With `shared_clock` the caller's scheduler moves it, and the
    async client waits; one that waits longer than its read timeout gets httpx.ReadTimeout, as on a network.
    """

    def __init__(self, simulator: Simulator, *, shared_clock: bool = False) -> None:
        self.simulator = simulator
        self._shared_clock = shared_clock

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        outcome = serve(self.simulator, _received(request, request.read()))
        self.simulator.clock.advance(min(outcome.seconds, _patience(request)))
        return _response(outcome, request)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        outcome = serve(self.simulator, _received(request, await request.aread()))
        seconds = min(outcome.seconds, _patience(request))
        if self._shared_clock and seconds:
            await self.simulator.clock.sleep(seconds)
        else:
            self.simulator.clock.advance(seconds)
        return _response(outcome, request)


def _received(request: httpx.Request, body: bytes) -> Request:
    return Request(
        request.method,
        str(request.url),
        {name.lower(): value for name, value in request.headers.items()},
        body[:MAX_BODY],
        oversized=len(body) > MAX_BODY,
    )


def _patience(request: httpx.Request) -> float:
    read: float | None = request.extensions.get("timeout", {}).get("read")
    return float("inf") if read is None else read


def _response(outcome: Outcome, request: httpx.Request) -> httpx.Response:
    if outcome.failure == "refused":
        raise httpx.ConnectError("connection refused", request=request)
    if outcome.failure == "lost" or outcome.seconds > _patience(request):
        raise httpx.ReadTimeout("no answer", request=request)
    assert outcome.reply is not None
    body: bytes | _Cut = outcome.reply.body
    headers = {**outcome.reply.headers, "Content-Length": str(len(outcome.reply.body))}
    if outcome.failure == "cut":
        body = _Cut(outcome.reply.body[: len(outcome.reply.body) // 2], request)
    if isinstance(body, _Cut):
        return httpx.Response(outcome.reply.status, headers=headers, stream=body, request=request)
    return httpx.Response(outcome.reply.status, headers=headers, content=body, request=request)


class _Cut(httpx.SyncByteStream, httpx.AsyncByteStream):
    """A body that breaks off."""

    def __init__(self, sent: bytes, request: httpx.Request) -> None:
        self._sent = sent
        self._request = request

    def _break(self) -> httpx.RemoteProtocolError:
        return httpx.RemoteProtocolError("peer closed connection in the middle of the body", request=self._request)

    def __iter__(self) -> Generator[bytes, None, None]:
        yield self._sent
        raise self._break()

    async def __aiter__(self) -> Any:
        yield self._sent
        raise self._break()


def application(simulator: Simulator, hang_up: Hangup) -> Callable[[Scope, Receive, Send], Awaitable[None]]:
    """The same simulator as an ASGI application. `hang_up` closes a caller's connection without an answer.

    Delays are waited for on the simulator's clock, so somebody must let it run.
    """

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            raise NotImplementedError(f"the sandbox speaks HTTP only, not {scope['type']}")
        outcome = serve(simulator, await _read(scope, receive))
        if outcome.seconds:
            await simulator.clock.sleep(outcome.seconds)
        if outcome.reply is None:
            hang_up(scope)
            return
        body = outcome.reply.body
        headers = {**outcome.reply.headers, "Content-Length": str(len(body))}
        raw = [(name.lower().encode(), value.encode("latin-1")) for name, value in headers.items()]
        await send({"type": "http.response.start", "status": outcome.reply.status, "headers": raw})
        if outcome.failure == "cut":
            await send({"type": "http.response.body", "body": body[: len(body) // 2], "more_body": True})
            hang_up(scope)
            return
        await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})

    return app


async def _read(scope: Scope, receive: Receive) -> Request:
    body = bytearray()
    oversized = False
    while True:
        message = await receive()
        chunk: bytes = message.get("body", b"")
        oversized = oversized or len(body) + len(chunk) > MAX_BODY
        if not oversized:
            body += chunk
        if not message.get("more_body"):
            break
    headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
    host = headers.get("host", "127.0.0.1")
    target = scope["raw_path"].decode("latin-1") or "/"
    if scope["query_string"]:
        target += "?" + scope["query_string"].decode("latin-1")
    return Request(scope["method"], f"{scope['scheme']}://{host}{target}", headers, bytes(body), oversized)
