"""Asks Shopify's Admin API: paced by points, patient with passing faults, one new token when the old one is refused."""

import json
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import httpx

from tandem.errors import Misconfigured, OutcomeUnknown, Unavailable
from tandem.http import Outcome, fetch, outcome
from tandem.ports import Clock
from tandem.shopify.answers import Again, Data, Throttle, TokenRefused, body_of, cost_of, data_of
from tandem.shopify.documents import VERSION, Document

logger = logging.getLogger(__name__)

RETRIES = 3
PAUSES = (0.3, 1.0, 3.0)
"""Seconds before each further try, where Shopify names no time."""
PATIENCE = 5.0
"""Seconds a try may be put off. A longer wait is the lane's, not the worker's."""

Token = Callable[[str | None], Awaitable[str]]
"""The access token; given one that was refused, another."""
Take = Callable[[float], Awaitable[None]]
Seen = Callable[[Throttle], Awaitable[None]]


@dataclass(slots=True)
class Learned:
    """What a process knows of a store, for longer than one run: what documents cost, and what it has logged."""

    costs: dict[str, float] = field(default_factory=dict)
    told: set[tuple[str, ...]] = field(default_factory=set)


class Api:
    """One store's Admin API. `http` has the store's address as its base; `seen` hears of the point bucket."""

    def __init__(
        self,
        http: httpx.AsyncClient,
        token: Token,
        clock: Clock,
        take: Take,
        seen: Seen | None = None,
        learned: Learned | None = None,
    ) -> None:
        self._http, self._token, self._clock = http, token, clock
        self._take, self._seen = take, seen
        self._learned = learned or Learned()

    async def ask(self, document: Document, variables: Mapping[str, Any] | None = None, retries: int = RETRIES) -> Data:
        """The data of an answer. Fields without their scope are null, and logged once.

        Raises Unavailable, Misconfigured, Faulty, for a change also OutcomeUnknown, and whatever `take` raises.
        """
        refused: str | None = None
        tries = 0
        while True:
            await self._take(self._learned.costs.get(document.name, document.cost))
            token = await self._token(refused)
            try:
                return await self._once(document, variables or {}, token)
            except TokenRefused:
                if refused is not None:
                    raise Misconfigured(
                        "Shopify refuses the app's new token too; check the app's credentials and that it is installed"
                    ) from None
                refused = token
            except Again as again:
                await self._pause(document, again, tries, retries)
                tries += 1

    async def _pause(self, document: Document, again: Again, tries: int, retries: int) -> None:
        """Wait for the next try. Raises Unavailable when there is none, OutcomeUnknown when there must be none."""
        if document.change and not again.undone:
            raise OutcomeUnknown(f"{document.name}: {again}; it may still have been carried out") from None
        if tries >= retries or again.seconds > PATIENCE:
            until = self._clock.now() + timedelta(seconds=again.seconds) if again.seconds else None
            raise Unavailable(f"{document.name}: {again}", until, "shopify") from None
        await self._clock.sleep(again.seconds or PAUSES[tries])

    async def _once(self, document: Document, variables: Mapping[str, Any], token: str) -> Data:
        request = self._http.build_request(
            "POST",
            f"/admin/api/{VERSION}/graphql.json",
            content=json.dumps({"query": document.text, "variables": variables}),
            headers={"Content-Type": "application/json", "X-Shopify-Access-Token": token},
        )
        trouble: Again | None = None
        try:
            answer = await fetch(self._http, request)
        except httpx.RequestError as error:
            undone = outcome(error) is Outcome.NOTHING_SENT
            trouble = Again(f"no answer ({type(error).__name__})", undone=undone)
        if trouble is not None:
            raise trouble  # out here, so that it does not keep the request, and with it the token
        self._look_at(answer.headers, document)
        body = body_of(answer)
        await self._account(document, body)
        return data_of(body, lambda field, needs: self._withheld(document, field, needs))

    async def _account(self, document: Document, body: Data) -> None:
        """Expect the next call to cost what this one was charged; when throttled, what it asked for."""
        cost = cost_of(body)
        if cost is not None:
            self._learned.costs[document.name] = cost.requested if cost.actual is None else cost.actual
            if self._seen is not None:
                await self._seen(cost.throttle)

    def _look_at(self, headers: httpx.Headers, document: Document) -> None:
        version = headers.get("X-Shopify-API-Version")
        if version not in (None, VERSION) and self._first("version"):
            logger.warning("Shopify answers by API version %s instead of %s: update Tandem", version, VERSION)
        reason = headers.get("X-Shopify-API-Deprecated-Reason")
        if reason is not None and self._first("deprecated", document.name):
            logger.warning("the document %s uses what Shopify will remove: %s", document.name, reason)

    def _withheld(self, document: Document, field: str, needs: str) -> None:
        if self._first("withheld", document.name, field):
            logger.warning("Shopify withholds %s of %s; the app needs %s", field, document.name, needs)

    def _first(self, *what: str) -> bool:
        """Whether this is told for the first time."""
        new = what not in self._learned.told
        self._learned.told.add(what)
        return new
