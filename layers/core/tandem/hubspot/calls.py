"""One call to HubSpot: paced, repeated where that is safe, and answered or failed by what the caller does about it."""

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx

from tandem.errors import Misconfigured, OutcomeUnknown, Unavailable
from tandem.http import Answer, Outcome, fetch, outcome
from tandem.hubspot.answers import Refusal, refusal, scopes
from tandem.ports import Clock

Take = Callable[[float], Awaitable[None]]
"""Draws so many tokens from a budget, waiting for them. Raises OutOfTime."""
Seen = Callable[[Mapping[str, str]], None]

LONGEST_PAUSE = 10.0
LONGEST_REST = 86_400.0

# By the policyName of a 429 (reference §5.3): what is used up, pauses before further tries, rest after them.
LIMITS = {
    "TEN_SECONDLY_ROLLING": ("its calls in 10 seconds",                        (5.0, 10.0),     10.0),
    "SECONDLY":             ("its searches in a second",                       (1.0, 1.0, 1.0), 1.0),
    "DAILY":                ("its calls of the day, which ends at the account's midnight", (),  None),
}  # fmt: skip
BAD_CREDENTIAL = (
    "HubSpot refuses the token: look up the app's token in HubSpot (Development, the app, Auth) and put it into "
    "the stack's HubSpot secret."
)


@dataclass(frozen=True, slots=True)
class Trouble:
    """Nothing was written, and another try may help: after each of `pauses`, or `asked` seconds if HubSpot says so.

    `rest` is how long to let HubSpot be once the tries are used up; None leaves it to the caller.
    """

    text: str
    pauses: tuple[float, ...] = ()
    asked: float | None = None
    rest: float | None = None


BRIEFLY = (0.3, 1.0)
LOCKED = (2.0, 2.0)


class Calls:
    """`read` and `search` may be repeated at will; a `write` never is once it may have been done."""

    def __init__(
        self,
        http: httpx.AsyncClient,
        token: Callable[[], Awaitable[str]],
        take: Take,
        take_search: Take,
        clock: Clock,
        seen: Seen | None = None,
    ) -> None:
        self._http, self._token, self._clock = http, token, clock
        self._take, self._take_search, self._seen = take, take_search, seen

    async def read(self, method: str, path: str, body: Any = None, params: Any = None) -> dict[str, Any] | Refusal:
        return await self._persist(self._take, False, method, path, body, params)

    async def search(self, path: str, body: Any) -> dict[str, Any] | Refusal:
        return await self._persist(self._take_search, False, "POST", path, body)

    async def write(self, method: str, path: str, body: Any) -> dict[str, Any] | Refusal:
        return await self._persist(self._take, True, method, path, body)

    async def _persist(
        self, take: Take, writes: bool, method: str, path: str, body: Any, params: Any = None
    ) -> dict[str, Any] | Refusal:
        tries = 0
        while True:
            await take(1)
            result = await self._try(writes, method, path, body, params)
            if not isinstance(result, Trouble):
                return result
            if tries >= len(result.pauses) or (result.asked or 0) > LONGEST_PAUSE:
                # a search has a limit of its own, and says nothing of other calls
                raise self._given_up(result, "hubspot" if take is self._take else "")
            await self._clock.sleep(result.pauses[tries] if result.asked is None else result.asked)
            tries += 1

    def _given_up(self, trouble: Trouble, vendor: str) -> Unavailable:
        rest = trouble.rest if trouble.asked is None else trouble.asked
        return Unavailable(trouble.text, None if rest is None else self._clock.now() + timedelta(seconds=rest), vendor)

    async def _try(
        self, writes: bool, method: str, path: str, body: Any, params: Any
    ) -> dict[str, Any] | Refusal | Trouble:
        token = await self._token()
        if not (token.isascii() and token.isprintable()):
            raise Misconfigured(BAD_CREDENTIAL)
        request = self._http.build_request(
            method,
            path,
            params=params,
            content=None if body is None else json.dumps(body, separators=(",", ":")),
            headers={
                "Authorization": f"Bearer {token}",
                "Accept": "application/json",
                "Content-Type": "application/json",
            },
        )
        # Raised further down: the error of the call knows the request, and with it the token.
        try:
            answer = await fetch(self._http, request)
        except httpx.RequestError as error:
            result, known, what = None, outcome(error), type(error).__name__
        else:
            if self._seen is not None:
                self._seen(answer.headers)
            known, what = outcome(answer.status), f"status {answer.status}"
            result = _read(answer, path) if known is Outcome.ANSWERED else None
        if result is not None:
            return result
        if writes and known is not Outcome.NOTHING_SENT:
            raise OutcomeUnknown(f"HubSpot may have done {method} {path}, or may do it yet ({what}).")
        return Trouble(f"HubSpot cannot be reached or fails at {method} {path} ({what}).", BRIEFLY)


def _read(answer: Answer, path: str) -> dict[str, Any] | Refusal | Trouble | None:
    """What an answer says; None where it should be JSON and is not. Status by status: reference §5.4."""
    body = _json(answer.body)
    match answer.status:
        case 204:
            return {}
        case status if 200 <= status < 300:
            return body
        case 401:
            raise Misconfigured(BAD_CREDENTIAL)
        case 403:
            needed = ", ".join(scopes(body or {})) or "HubSpot does not say which"
            raise Misconfigured(f"HubSpot's app lacks a scope for {path}; one of these is needed: {needed}.")
        case 423:
            return Trouble("HubSpot has locked the record for a bulk operation.", LOCKED, _asked(answer))
        case 429:
            return _over(body or {}, _asked(answer))
        case 477:
            return Trouble("HubSpot is moving the account to another data centre.", (), _asked(answer))
        case status if status < 400:
            return Trouble(f"HubSpot answers {path} with status {status}.")
    return refusal(body or {}, answer.status, answer.headers.get("x-hubspot-correlation-id"))


def _over(body: Mapping[str, Any], asked: float | None) -> Trouble:
    which, pauses, rest = LIMITS.get(str(body.get("policyName")), LIMITS["TEN_SECONDLY_ROLLING"])
    return Trouble(f"HubSpot's limit is reached: the account has used up {which}.", pauses, asked, rest)


def _asked(answer: Answer) -> float | None:
    """Seconds of Retry-After, a day at most."""
    told = answer.headers.get("retry-after", "").strip()
    return min(float(told), LONGEST_REST) if told.isdecimal() and told.isascii() else None


def _json(body: bytes) -> dict[str, Any] | None:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None
