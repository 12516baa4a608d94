"""The control plane: what it tells, what it changes, and what it answers when asked for nonsense."""

from typing import Any

import httpx
import pytest

from sandbox.control import ROUTES
from sandbox.mounts import Transport
from tests.sandbox.toy import Toy


@pytest.fixture
def toy() -> Toy:
    return Toy(seed=5)


@pytest.fixture
def client(toy: Toy) -> httpx.Client:
    return httpx.Client(transport=Transport(toy), base_url="https://toy.example.com/")


def ask(client: httpx.Client, method: str, path: str, **body: Any) -> Any:
    response = client.request(method, f"/__sandbox/{path}", json=body or None)
    assert response.status_code == 200, response.text
    return response.json()


def test_state(client: httpx.Client) -> None:
    client.post("/add")
    assert ask(client, "GET", "state") == {"count": 1}
    assert client.get("/__sandbox/state/nothing").status_code == 404


def test_reset_takes_a_seed(client: httpx.Client, toy: Toy) -> None:
    client.post("/add")
    assert ask(client, "POST", "reset", seed=9) == {"seed": 9}
    assert (toy.count, toy.seed) == (0, 9)
    assert (
        client.post("/add").json()["id"]
        == httpx.Client(transport=Transport(Toy(seed=9)), base_url="https://toy.example.com").post("/add").json()["id"]
    )


def test_the_clock_is_told_moved_and_set(client: httpx.Client) -> None:
    assert ask(client, "GET", "clock") == {"now": "2026-11-02T09:00:00+00:00", "next_due": None}
    assert ask(client, "POST", "clock", advance=90)["now"] == "2026-11-02T09:01:30+00:00"
    assert ask(client, "POST", "clock", to="2026-11-03T00:00:00Z")["now"] == "2026-11-03T00:00:00+00:00"


def test_faults_are_added_told_and_cleared(client: httpx.Client) -> None:
    ask(client, "POST", "faults", kind="status", endpoint="POST *", status=500, times=1)
    assert client.post("/add").status_code == 500
    assert ask(client, "GET", "faults")["hits"] == {"status": 1}
    ask(client, "POST", "faults", kind="refuse")
    assert ask(client, "DELETE", "faults")["rules"] == []
    assert client.post("/add").status_code == 200


def test_switches_are_told_and_turned(client: httpx.Client, toy: Toy) -> None:
    assert ask(client, "GET", "switches")["step"]["value"] == "1"
    assert ask(client, "PATCH", "switches", step="2")["step"]["value"] == "2"
    assert client.post("/add").json()["count"] == 2
    assert client.patch("/__sandbox/switches", json={"step": "9"}).status_code == 400


def test_routes_are_replaced(client: httpx.Client, toy: Toy) -> None:
    first = {"https://hooks.example.com": "http://127.0.0.1:8080"}
    assert ask(client, "PUT", "routes", **first) == first
    second = {"https://other.example.com": "http://127.0.0.1:8081"}
    assert ask(client, "PUT", "routes", **second) == second
    assert ask(client, "GET", "routes") == toy.routes == second


def test_the_log_counts_by_endpoint_and_status(client: httpx.Client) -> None:
    for path in ("/add", "/add", "/bug"):
        client.post(path)
    told = ask(client, "GET", "log?latest=1")
    assert told["total"] == 3
    assert told["counts"] == {"POST /add": 2, "POST /bug": 1}
    assert told["statuses"] == {"POST /add 200": 2, "POST /bug 500": 1}
    assert [call["path"] for call in told["calls"]] == ["/bug"]
    assert ask(client, "DELETE", "log")["total"] == 0


def test_actions_tell_what_they_take_and_do(client: httpx.Client, toy: Toy) -> None:
    assert ask(client, "GET", "actions")["set"] == {
        "takes": "(count: int) -> dict[str, int]",
        "does": "Put the count somewhere else.",
    }
    assert ask(client, "POST", "actions/set", count=7) == {"count": 7}
    assert toy.count == 7


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("GET", "nothing", None, 404),
        ("DELETE", "clock", None, 405),
        ("POST", "clock", b"{", 400),
        ("POST", "clock", b"[1]", 400),
        ("POST", "clock", b"[" * 100_000, 400),
        ("POST", "clock", b"\xff\xfe", 400),
        ("POST", "clock", b'{"advance": -1}', 400),
        ("POST", "clock", b'{"advance": 1e308}', 400),
        ("POST", "clock", b'{"advance": "soon"}', 400),
        ("POST", "clock", b'{"to": "tomorrow"}', 400),
        ("POST", "clock", b'{"to": "2026-11-03T00:00:00"}', 400),
        ("POST", "faults", b'{"kind": "flood"}', 400),
        ("POST", "faults", b'{"kind": "lose", "how": "far"}', 400),
        ("POST", "faults", b"{}", 400),
        ("PATCH", "switches", b'{"tide": "high"}', 400),
        ("POST", "reset", b'{"seed": null}', 400),
        ("GET", "log?latest=all", None, 400),
        ("POST", "actions/unknown", b"{}", 404),
        ("POST", "actions/set", b'{"wrong": 1}', 400),
    ],
)  # fmt: skip
def test_nonsense_is_refused_in_words(
    client: httpx.Client, method: str, path: str, body: bytes | None, status: int
) -> None:
    response = client.request(method, f"/__sandbox/{path}", content=body)
    assert response.status_code == status
    assert response.json()["error"]


def test_every_part_is_in_the_module_docstring() -> None:
    from sandbox import control  # noqa: PLC0415

    assert control.__doc__ is not None
    for name, methods in ROUTES.items():
        assert f"/__sandbox/{name}" in control.__doc__
        for method in methods:
            assert method in control.__doc__
