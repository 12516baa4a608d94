"""The page as text: everything is escaped, counted, and linked."""

import httpx
import pytest

from sandbox.mounts import Transport
from tests.sandbox.toy import Toy


def page(toy: Toy, path: str = "/") -> httpx.Response:
    return httpx.Client(transport=Transport(toy), base_url="https://toy.example.com").get(path)


def test_the_root_and_the_control_plane_show_the_page() -> None:
    for path in ("/", "/__sandbox", "/__sandbox/"):
        response = page(Toy(), path)
        assert response.status_code == 200
        assert response.headers["content-type"] == "text/html;charset=utf-8"
        assert "<h1>toy sandbox</h1>" in response.text


def test_whatever_a_record_holds_is_escaped() -> None:
    text = page(Toy()).text
    assert "<td>&lt;b&gt;</td><td>&amp;</td>" in text
    assert "<td><b>" not in text


def test_the_latest_calls_stand_first_and_name_their_fault() -> None:
    toy = Toy()
    toy.faults.add("lose", "POST /lost")
    client = httpx.Client(transport=Transport(toy), base_url="https://toy.example.com")
    client.post("/add")
    with pytest.raises(httpx.ReadTimeout):
        client.post("/lost")
    text = page(toy).text
    assert text.index("/lost") < text.index("/add")
    assert "<td>/lost</td><td>-</td><td>lose</td>" in text
    assert "Latest calls (2)" in text


def test_the_clock_and_the_seed_are_told() -> None:
    toy = Toy(seed=42)
    toy.clock.advance(61)
    assert "2026-11-02 09:01:01 UTC, seed 42" in page(toy).text
