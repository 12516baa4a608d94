"""The access token of one store: pasted by the owner, or granted for a day to the app's own credentials."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from tandem.errors import Misconfigured, Unavailable
from tandem.http import Answer, fetch
from tandem.ports import Clock
from tandem.shopify.answers import json_object

EARLY = timedelta(minutes=10)
"""A token is replaced when it has less than this to live."""
PAUSES = (0.5, 2.0)
"""Seconds between the tries of one grant."""
LOOKS = 10
"""How often, once a second, to look for the token that another function is asking for."""
MENDS = {
    "invalid_client": "the client secret is wrong; put the app's present one into the Shopify secret",
    "application_cannot_be_found": "there is no app with this client id; put the app's own into the Shopify secret",
    "app_not_installed": "the app is not installed on this store; install it from its page in the Dev Dashboard",
    "shop_not_permitted": "app and store belong to different organisations; make the app in the store's own one",
}
"""By the code of a refusal (as third parties quote them)."""
PASTED = "Shopify refuses the token in the Shopify secret; paste the app's present one there"

Secret = Callable[[], Awaitable[Mapping[str, Any]]]
"""A secret's JSON: the app's `client_id` and `client_secret`, or a `token`; or what `save` was given last."""
Save = Callable[[Mapping[str, Any]], Awaitable[None]]
Exclusive = Callable[[], Awaitable[bool]]
"""Whether the caller, of all functions, may ask for a token now: true once in 20 s at most."""


@dataclass(frozen=True, slots=True)
class Token:
    """A granted token. `client_id` is the app it was granted to."""

    value: str = field(repr=False)
    expires_at: datetime
    client_id: str


class Tokens:
    """One store's token, kept in process and in a secret of its own, which all functions share."""

    def __init__(
        self, http: httpx.AsyncClient, credentials: Secret, load: Secret, save: Save, exclusive: Exclusive, clock: Clock
    ) -> None:
        self._http, self._clock = http, clock
        self._credentials, self._load, self._save = credentials, load, save
        self._exclusive = exclusive
        self._held: Token | None = None
        self._one_at_a_time = asyncio.Lock()

    async def get(self, refused: str | None = None) -> str:
        """The token; given one that Shopify refused, another. Raises Misconfigured, Unavailable."""
        credentials = await self._credentials()
        if pasted := credentials.get("token"):
            if refused == pasted:
                raise Misconfigured(PASTED)
            return _printable(pasted)
        client_id, client_secret = credentials.get("client_id"), credentials.get("client_secret")
        if not (isinstance(client_id, str) and client_id and isinstance(client_secret, str) and client_secret):
            raise Misconfigured("the Shopify secret lacks client_id and client_secret; README.md, Deploying, tells how")
        async with self._one_at_a_time:
            held = self._usable(self._held, client_id, refused)
            self._held = held or await self._another(client_id, client_secret, refused)
            return self._held.value

    def _usable(
        self, token: Token | None, client_id: str, refused: str | None, left: timedelta = EARLY
    ) -> Token | None:
        """The token, if it is this app's, was not refused, and has so much left to live."""
        if token is None or token.client_id != client_id or token.value == refused:
            return None
        return token if token.expires_at - self._clock.now() > left else None

    async def _another(self, client_id: str, client_secret: str, refused: str | None) -> Token:
        """The one that another function has got meanwhile, or a new one, asked for by one function at a time."""
        for _ in range(LOOKS):
            stored = _stored(await self._load())
            if token := self._usable(stored, client_id, refused):
                return token
            if await self._exclusive():
                return await self._granted(client_id, client_secret)
            if token := self._usable(stored, client_id, refused, timedelta()):
                return token
            await self._clock.sleep(1)
        raise Unavailable("another function is asking Shopify for a token", self._clock.now() + timedelta(seconds=20))

    async def _granted(self, client_id: str, client_secret: str) -> Token:
        form = {"grant_type": "client_credentials", "client_id": client_id, "client_secret": client_secret}
        answer = await self._asked(form)
        granted = json_object(answer.body)
        match granted:
            case {"access_token": str(value), "expires_in": int(seconds)} if answer.status == 200:
                token = Token(_printable(value), self._clock.now() + timedelta(seconds=seconds), client_id)
            case {"error": str(code)} if answer.status < 500:
                raise Misconfigured(f"Shopify grants no token ({_known(code)})")
            case _:
                raise Misconfigured(f"Shopify grants no token (HTTP {answer.status}); check the store's domain")
        await self._save(
            {"access_token": token.value, "expires_at": int(token.expires_at.timestamp()), "client_id": client_id}
        )
        return token

    async def _asked(self, form: Mapping[str, str]) -> Answer:
        """The answer to a request for a token; passing faults are tried again. Asking twice does no harm."""
        for pause in (*PAUSES, None):
            request = self._http.build_request(
                "POST", "/admin/oauth/access_token", data=form, headers={"Accept": "application/json"}
            )
            try:
                answer = await fetch(self._http, request)
            except httpx.RequestError as error:
                reason = type(error).__name__
            else:
                if answer.status < 500 and answer.status not in (408, 423, 429, 430):
                    return answer
                reason = f"HTTP {answer.status}"
            if pause is not None:
                await self._clock.sleep(pause)
        raise Unavailable(f"Shopify answers no request for a token ({reason})")


def _stored(value: Mapping[str, Any]) -> Token | None:
    match value:
        case {"access_token": str(token), "expires_at": int(until), "client_id": str(client_id)}:
            return Token(token, datetime.fromtimestamp(until, UTC), client_id)
    return None


def _known(code: str) -> str:
    """A refusal in words of ours: Shopify's own quote what was sent."""
    return MENDS.get(code, "for a reason not known here; check the app's credentials")


def _printable(token: str) -> str:
    if not (token.isascii() and token.isprintable()):
        raise Misconfigured("the Shopify token holds signs that no token has; paste it again")
    return token
