"""What a vendor's answer, or its absence, says of the work behind a call."""

import asyncio
import gzip

import httpx
import pytest

from tandem import http
from tandem.http import Outcome

REQUEST = httpx.Request("POST", "https://vendor.example/")


@pytest.mark.parametrize("kind", [httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout])
def test_without_a_connection_nothing_was_sent(kind: type[httpx.RequestError]) -> None:
    assert http.outcome(kind("", request=REQUEST)) is Outcome.NOTHING_SENT


@pytest.mark.parametrize(
    "kind",
    [
        httpx.ReadTimeout,
        httpx.WriteTimeout,
        httpx.ReadError,
        httpx.WriteError,
        httpx.CloseError,
        httpx.RemoteProtocolError,
        httpx.DecodingError,
    ],
)
def test_once_connected_the_work_may_be_done(kind: type[httpx.RequestError]) -> None:
    assert http.outcome(kind("", request=REQUEST)) is Outcome.UNKNOWN


@pytest.mark.parametrize("status", [408, 500, 501, 502, 503, 504, 520, 524])
def test_a_failing_server_may_have_done_the_work(status: int) -> None:
    assert http.outcome(status) is Outcome.UNKNOWN


@pytest.mark.parametrize("status", [200, 201, 204, 207, 302, 400, 401, 404, 409, 423, 429, 477])
def test_any_other_status_is_an_answer(status: int) -> None:
    assert http.outcome(status) is Outcome.ANSWERED


def test_the_client_follows_no_redirect_and_no_proxy_and_never_waits_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    asked: list[httpx.Request] = []

    def redirect(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(302, headers={"Location": "https://elsewhere.example/"})

    async def call() -> http.Answer:
        async with http.client("https://vendor.example", httpx.MockTransport(redirect)) as web:
            return await http.fetch(web, web.build_request("GET", "/path"))

    assert asyncio.run(call()).status == 302
    assert [str(request.url) for request in asked] == ["https://vendor.example/path"]
    assert asked[0].extensions["timeout"] == {"connect": 3, "read": 10, "write": 10, "pool": 10}
    assert not http.client("https://vendor.example")._mounts, "a proxy of the environment is used"


@pytest.mark.parametrize("packed", [False, True])
def test_an_endless_answer_is_given_up(packed: bool) -> None:
    long = b" " * (http.LARGEST + 1)
    content = gzip.compress(long) if packed else long
    headers = {"Content-Encoding": "gzip"} if packed else {}

    async def call() -> http.Answer:
        transport = httpx.MockTransport(lambda _: httpx.Response(200, headers=headers, content=content))
        async with http.client("https://vendor.example", transport) as web:
            return await http.fetch(web, web.build_request("GET", "/"))

    with pytest.raises(httpx.ReadError) as error:
        asyncio.run(call())
    assert http.outcome(error.value) is Outcome.UNKNOWN


def test_an_answer_is_read_to_its_end() -> None:
    async def call() -> http.Answer:
        transport = httpx.MockTransport(lambda _: httpx.Response(207, headers={"X-Left": "3"}, content=b'{"a": 1}'))
        async with http.client("https://vendor.example", transport) as web:
            return await http.fetch(web, web.build_request("POST", "/"))

    answer = asyncio.run(call())
    assert (answer.status, answer.headers["x-left"], answer.body) == (207, "3", b'{"a": 1}')
