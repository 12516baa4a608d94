"""Calling a vendor over HTTP: a client with safe defaults, and what is known of the work behind a call that failed."""

from dataclasses import dataclass
from enum import StrEnum

import httpx

TIMEOUT = httpx.Timeout(connect=3, read=10, write=10, pool=10)
LARGEST = 32 * 1024 * 1024
"""Bytes of an answer once unpacked; a longer one is given up, as if it had broken off."""


class Outcome(StrEnum):
    """NOTHING_SENT: safe to repeat. UNKNOWN: the work may be done, or be done later. ANSWERED: the vendor has said."""

    NOTHING_SENT = "nothing sent"
    UNKNOWN = "unknown"
    ANSWERED = "answered"


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: httpx.Headers
    body: bytes


def client(base_url: str, transport: httpx.AsyncBaseTransport | None = None) -> httpx.AsyncClient:
    """Follows no redirect and heeds no proxy or certificate variable; every phase of a call ends by itself."""
    return httpx.AsyncClient(
        base_url=base_url, transport=transport, timeout=TIMEOUT, follow_redirects=False, trust_env=False
    )


async def fetch(http: httpx.AsyncClient, request: httpx.Request) -> Answer:
    """The whole answer, whatever its status. Raises httpx.RequestError."""
    response = await http.send(request, stream=True)
    try:
        body = bytearray()
        async for part in response.aiter_bytes():
            body += part
            if len(body) > LARGEST:
                raise httpx.ReadError(f"the answer is longer than {LARGEST} bytes", request=request)
    finally:
        await response.aclose()
    return Answer(response.status_code, response.headers, bytes(body))


def outcome(result: httpx.RequestError | int) -> Outcome:
    """What an error, or the status of an answer, says of the work. A 2xx must still be read to the end and parse."""
    match result:
        case httpx.ConnectError() | httpx.ConnectTimeout() | httpx.PoolTimeout():
            return Outcome.NOTHING_SENT
        case httpx.RequestError():
            return Outcome.UNKNOWN
    return Outcome.UNKNOWN if result >= 500 or result == 408 else Outcome.ANSWERED
