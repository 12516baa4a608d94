"""The vendors, the store and the bell as one worker reaches them: at each call, a step, something may happen."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import httpx

from sandbox.mounts import Transport
from sandbox.simulator import Simulator
from sandbox.world.perils import Worker, refused
from sandbox.world.watch import WATCHED
from tandem.model import Lane

if TYPE_CHECKING:
    from sandbox.world.estate import Estate
    from sandbox.world.house import House

LISTS = re.compile(rb"(?<=\"limit\":)200\b|(?<=\(first: )250(?=, after: \$after, query)")
"""How many a search of HubSpot's asks for, or a listing of Shopify's."""
OLDER_OF = re.compile(rb'"ids": ?\["gid://shopify/Order/')
"""Reads that may be answered by an older state. A customer's is believed until the next walk; see docs/proof.md."""
OLDEST = timedelta(seconds=10)
"""So long after a change the state before it may be answered."""
PAGED = {"due": 3, "rows": 3, "notes_after": 4}
"""Calls that answer so many at most, and where among their arguments that number is."""


class Rows:
    """The Store port. What is watched is told to the world's watch before and after the call."""

    def __init__(self, hub: "Estate", worker: Worker) -> None:
        self._hub, self._worker = hub, worker

    def __getattr__(self, name: str) -> Callable[..., Any]:
        method, place = getattr(self._hub.store, name), PAGED.get(name)
        watch, worker, page = self._hub.watch, self._worker, self._hub.plan.page

        async def watched(*args: Any, **kwargs: Any) -> Any:
            watch.before(worker, args)
            result = await method(*args, **kwargs)
            watch.after(worker, name, (*args, *kwargs.values()), result)
            return result

        work = watched if name in WATCHED else method

        async def call(*args: Any, **kwargs: Any) -> Any:
            if place is not None:
                args = (*args[:place], min(args[place], page), *args[place + 1 :])
            return await worker.step(name, work, args, kwargs, kind="store")

        setattr(self, name, call)  # once for each worker
        return call


class Road(httpx.AsyncBaseTransport):
    """A vendor."""

    def __init__(self, hub: "Estate", vendor: Simulator, worker: Worker) -> None:
        self._inner, self._hub, self._worker = Transport(vendor, shared_clock=True), hub, worker

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        step = f"{request.method} {request.url.path}"
        answer: httpx.Response = await self._worker.step(step, self._call, (request,), sent=request.content)
        return answer

    async def _call(self, request: httpx.Request) -> httpx.Response:
        self._hub.watch.sent(self._worker, request)
        if self._hub.plan.listed:
            request = _short(request, self._hub.plan.listed)
        answer = await self._inner.handle_async_request(request)
        if self._hub.plan.mix.older and OLDER_OF.search(request.content) and answer.status_code == 200:
            return self._older(answer)
        return answer

    def _older(self, answer: httpx.Response) -> httpx.Response:
        """Some of its records as they were when they were last read."""
        try:
            body = answer.json()
            nodes = [one for one in body["data"]["nodes"] if one]
        except (ValueError, LookupError, TypeError, httpx.ResponseNotRead):
            return answer
        now, answers = self._hub.clock.now, self._hub.answers
        for one in nodes:
            was = answers.get(one["id"], one)
            fresh = now - datetime.fromisoformat(one["updatedAt"]) < OLDEST
            if was != one and fresh and self._hub.perils.draw("older", "order"):
                one.update(was)
            else:
                answers[one["id"]] = dict(one)
        return httpx.Response(200, json=body, request=answer.request)


def _short(request: httpx.Request, listed: int) -> httpx.Request:
    """The same, asking for so many records of a listing: small worlds fill no page."""
    body = LISTS.sub(str(listed).encode(), request.content)
    url = request.url.copy_set_param("limit", str(listed)) if "limit" in request.url.params else request.url
    if body == request.content and url == request.url:
        return request
    headers = {name: value for name, value in request.headers.items() if name.lower() != "content-length"}
    return httpx.Request(request.method, url, headers=headers, content=body, extensions=request.extensions)


class Bell:
    """The Bell port."""

    def __init__(self, house: "House", worker: Worker) -> None:
        self._house, self._worker = house, worker

    async def ring(self, lane: Lane) -> None:
        await self._worker.step(f"ring {lane.kind}/{lane.shard}", self._ring, (lane,))

    async def _ring(self, lane: Lane) -> None:
        drawn = self._house.hub.perils.draw("bells", lane.kind)
        match drawn:
            case ("bell lost", _):
                return None
            case ("bell refused", _):
                raise refused("ring")
            case ("bell late", size):
                return self._house.rung(lane, 60 * size)
            case ("bell doubled", _):
                self._house.rung(lane)
        return self._house.rung(lane)
