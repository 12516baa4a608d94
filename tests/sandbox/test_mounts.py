"""Every kind of fault as a real client meets it: in process, blocking and async, and over a loopback socket."""

import asyncio
import time
from collections.abc import Callable

import httpx
import pytest

from sandbox.clock import START
from sandbox.faults import CALL_FAULTS
from sandbox.http import MAX_BODY
from sandbox.mounts import Transport
from sandbox.simulator import Simulator
from tests.sandbox.toy import Toy

BASE = "https://toy.example.com"
Serve = Callable[[Simulator], str]


def in_process(toy: Toy, timeout: float | None = 5.0) -> httpx.Client:
    return httpx.Client(transport=Transport(toy), base_url=BASE, timeout=timeout)


# kind, what the client meets: an exception, or a status; in process and over a socket
MET: dict[str, tuple[type[Exception] | int, type[Exception] | int]] = {
    "refuse":       (httpx.ConnectError,         httpx.TransportError),
    "delay":        (200,                        200),
    "cut":          (httpx.RemoteProtocolError,  httpx.RemoteProtocolError),
    "lose":         (httpx.ReadTimeout,          httpx.TransportError),
    "late":         (httpx.ReadTimeout,          httpx.TransportError),
    "status":       (503,                        503),
    "status_after": (503,                        503),
    "truncate":     (200,                        200),
    "html":         (200,                        200),
}  # fmt: skip


def check(client: httpx.Client, kind: str, met: type[Exception] | int) -> None:
    if isinstance(met, int):
        response = client.post("/add")
        assert response.status_code == met
        whole = kind in {"delay", "status", "status_after"}
        assert whole is (response.text.startswith("{") and response.text.endswith("}"))
        assert (kind == "html") is response.headers["content-type"].startswith("text/html")
    else:
        with pytest.raises(met):
            client.post("/add")


def test_the_table_has_every_kind() -> None:
    assert set(MET) == set(CALL_FAULTS)


@pytest.mark.parametrize("kind", MET)
def test_a_fault_in_process(kind: str) -> None:
    toy = Toy()
    toy.faults.add(kind, times=1, seconds=[0.05, 0.05])
    with in_process(toy) as client:
        check(client, kind, MET[kind][0])
        toy.clock.advance(0.1)
        count = toy.count
        assert client.post("/add").json()["count"] == count + 1
    assert count == (0 if kind in {"refuse", "status"} else 1)


@pytest.mark.parametrize("kind", MET)
def test_a_fault_in_process_for_an_async_client(kind: str) -> None:
    toy = Toy()
    toy.faults.add(kind, times=1, seconds=[0.05, 0.05])

    async def scene() -> int:
        async with httpx.AsyncClient(transport=Transport(toy), base_url=BASE) as client:
            return (await client.post("/add")).status_code

    met = MET[kind][0]
    if isinstance(met, int):
        assert asyncio.run(scene()) == met
    else:
        with pytest.raises(met):
            asyncio.run(scene())


@pytest.mark.parametrize("kind", MET)
def test_a_fault_over_loopback(kind: str, serve: Serve) -> None:
    toy = Toy()
    toy.faults.add(kind, times=1, seconds=[0.05, 0.05])
    with httpx.Client(base_url=serve(toy), trust_env=False) as client:
        check(client, kind, MET[kind][1])
        done = 0 if kind in {"refuse", "status"} else 1
        deadline = time.monotonic() + 5
        while toy.count < done and time.monotonic() < deadline:
            time.sleep(0.01)
        assert toy.count == done
        assert client.post("/add").json()["count"] == done + 1


def test_both_mounts_say_the_same(serve: Serve) -> None:
    with in_process(Toy(seed=4)) as inside, httpx.Client(base_url=serve(Toy(seed=4)), trust_env=False) as outside:
        for method, path in (("POST", "/add"), ("GET", "/count"), ("GET", "/missing"), ("GET", "/bug")):
            ours, theirs = inside.request(method, path), outside.request(method, path)
            assert (ours.status_code, ours.content) == (theirs.status_code, theirs.content)
            assert ours.headers["content-type"] == theirs.headers["content-type"]


def test_a_delayed_answer_takes_time_on_the_simulators_clock() -> None:
    toy = Toy()
    toy.faults.add("delay", seconds=[2, 2])
    with in_process(toy) as client:
        client.post("/add")
    assert (toy.clock.now - START).total_seconds() == 2


def test_a_client_leaves_when_its_patience_ends() -> None:
    toy = Toy()
    toy.faults.add("delay", seconds=[60, 60])
    with in_process(toy, timeout=3) as client, pytest.raises(httpx.ReadTimeout):
        client.post("/add")
    assert toy.count == 1
    assert (toy.clock.now - START).total_seconds() == 3


def test_with_a_shared_clock_others_go_on_while_one_waits() -> None:
    toy = Toy()
    toy.faults.add("delay", times=1, seconds=[10, 10])

    async def scene() -> list[int]:
        transport = Transport(toy, shared_clock=True)
        async with httpx.AsyncClient(transport=transport, base_url=BASE, timeout=None) as client:
            slow = asyncio.create_task(client.post("/add"))
            await asyncio.sleep(0)
            quick = await client.post("/add")
            assert not slow.done()
            toy.clock.advance(10)
            return [quick.json()["count"], (await slow).json()["count"]]

    assert asyncio.run(scene()) == [2, 1]


def test_an_oversized_body_reaches_the_vendor_as_such(serve: Serve) -> None:
    toy = Toy()
    body = b"x" * (MAX_BODY + 1)
    with in_process(toy) as client:
        assert client.post("/add", content=body).status_code == 413
        assert client.post("/add", content=body[:-1]).status_code == 200
    with httpx.Client(base_url=serve(toy), trust_env=False) as client:
        assert client.post("/add", content=body).status_code == 413


def test_an_asgi_server_may_only_bring_http() -> None:
    from sandbox.mounts import application  # noqa: PLC0415

    app = application(Toy(), lambda scope: None)
    with pytest.raises(NotImplementedError, match="websocket"):
        asyncio.run(app({"type": "websocket"}, None, None))  # type: ignore[arg-type]
