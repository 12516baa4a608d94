"""A simulator on a socket: its clock keeps real time, its webhooks reach this machine and no other."""

import asyncio
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import httpx
import pytest

from sandbox.loopback import Server, routed
from sandbox.simulator import Simulator
from tests.sandbox.toy import Toy

Serve = Callable[[Simulator], str]


class Receiver(HTTPServer):
    """A webhook receiver on loopback."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, dict[str, str], bytes]] = []
        super().__init__(("127.0.0.1", 0), self._handler())
        self.url = f"http://127.0.0.1:{self.server_address[1]}"

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        heard = self.heard

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                heard.append((self.path, dict(self.headers), body))
                self.send_response(200)
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002
                pass

        return Handler


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def wait_until(true: Callable[[], bool], seconds: float = 5) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it never came"
        time.sleep(0.01)


def test_the_clock_keeps_real_time(serve: Serve) -> None:
    url = serve(Toy())
    clock = f"{url}/__sandbox/clock"
    first = httpx.get(clock, trust_env=False).json()["now"]
    wait_until(lambda: httpx.get(clock, trust_env=False).json()["now"] > first)


def test_a_webhook_for_a_public_address_takes_its_route(serve: Serve, receiver: Receiver) -> None:
    toy = Toy()
    url = serve(toy)
    httpx.put(f"{url}/__sandbox/routes", json={"https://hooks.example.com": receiver.url}, trust_env=False)
    toy.outbox.post(toy.webhook())
    wait_until(lambda: bool(receiver.heard))
    [(path, headers, body)] = receiver.heard
    assert (path, body) == ("/toy", b"toy 0")
    assert headers["Host"] == "hooks.example.com"
    assert headers["X-Attempt"] == "0"


def test_a_retry_follows_once_time_has_come(serve: Serve, receiver: Receiver) -> None:
    toy = Toy()
    url = serve(toy)
    toy.outbox.post(toy.webhook(waits=(3_600.0,)))
    wait_until(lambda: toy.outbox.waiting == 1)
    assert [call.fault for call in toy.log.calls] == ["ConnectError"]
    httpx.put(f"{url}/__sandbox/routes", json={"https://hooks.example.com": receiver.url}, trust_env=False)
    httpx.post(f"{url}/__sandbox/clock", json={"advance": 3_600}, trust_env=False)
    wait_until(lambda: bool(receiver.heard))
    assert receiver.heard[0][2] == b"toy 1"


def test_nothing_leaves_this_machine() -> None:
    request = httpx.Request("POST", "https://hooks.example.com/toy", content=b"x")
    with pytest.raises(httpx.ConnectError, match="route it with PUT /__sandbox/routes"):
        routed(request, [])
    with pytest.raises(httpx.ConnectError):
        routed(request, [("https://hooks.example.com", "https://elsewhere.example.org")])


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "127.8.9.1"])
def test_loopback_needs_no_route(host: str) -> None:
    request = httpx.Request("POST", f"http://{host}:8080/toy", content=b"x")
    assert routed(request, []).url == request.url


@pytest.fixture
def taken() -> Iterator[int]:
    """A port that somebody else listens on."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        yield other.getsockname()[1]


def test_a_taken_port_is_said_so(taken: int) -> None:
    with pytest.raises(OSError, match="in use"):
        Server(Toy(), taken)


def test_the_command_names_a_taken_port_and_how_to_choose_another(taken: int) -> None:
    command = [sys.executable, "-m", "sandbox", "hubspot", "--port", str(taken)]
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=60)
    assert done.returncode != 0
    assert str(taken) in done.stderr
    assert "--port" in done.stderr
    assert "Traceback" not in done.stderr


def test_garbage_instead_of_http_is_refused_and_the_server_goes_on(serve: Serve) -> None:
    url = httpx.URL(serve(Toy()))
    with socket.create_connection((url.host, url.port or 0), timeout=5) as connection:
        connection.sendall(b"\x16\x03\x01 not http at all\r\n\r\n")
        assert connection.recv(1_000).startswith(b"HTTP/1.1 400")
    assert httpx.get(url.join("/count"), trust_env=False).status_code == 200


def test_a_timer_that_fails_ends_the_server() -> None:
    def fail() -> None:
        raise ZeroDivisionError

    toy = Toy()
    toy.clock.call_later(0, fail)
    with pytest.raises(ZeroDivisionError):
        asyncio.run(Server(toy).run())
