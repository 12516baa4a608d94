"""The store's token: pasted or granted, shared by all functions, replaced in time, and seen by nobody."""

import asyncio
import logging
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from sandbox.shopify.simulator import CLIENT_ID, CLIENT_SECRET, STATIC_TOKEN
from tandem.errors import Misconfigured, Unavailable
from tandem.shopify.auth import Tokens
from tandem.shopify.client import ShopifyClient
from tandem.shopify.graphql import Api
from tests.shopify.store import Store, run

GRANT = "POST /admin/oauth/access_token"
APP = {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}
EVERY = timedelta(seconds=20)


class Functions:
    """A store and the two secrets of its stack; each `tokens()` is another function's."""

    def __init__(self, credentials: Mapping[str, Any] = APP, **switches: str) -> None:
        self.store = Store(**switches)
        self.credentials = dict(credentials)
        self.saved: dict[str, Any] = {}
        self._next = self.store.time.now()

    def tokens(self) -> Tokens:
        async def credentials() -> Mapping[str, Any]:
            return self.credentials

        async def load() -> Mapping[str, Any]:
            return dict(self.saved)

        async def save(value: Mapping[str, Any]) -> None:
            self.saved = dict(value)

        return Tokens(self.store.http, credentials, load, save, self._exclusive, self.store.time)

    async def _exclusive(self) -> bool:
        if self.store.time.now() < self._next:
            return False
        self._next = self.store.time.now() + EVERY
        return True

    @property
    def grants(self) -> int:
        return self.store.calls(GRANT)

    def works(self, token: str) -> bool:
        return self.store.shopify.tokens.look_up(token) is not None


@pytest.fixture
def functions() -> Functions:
    return Functions()


def test_a_pasted_token_is_used_as_it_is() -> None:
    functions = Functions({"token": STATIC_TOKEN, "client_secret": CLIENT_SECRET})
    assert run(functions.tokens().get()) == STATIC_TOKEN
    assert functions.grants == 0
    with pytest.raises(Misconfigured, match="paste"):
        run(functions.tokens().get(STATIC_TOKEN))


def test_a_token_is_asked_for_once_and_shared(functions: Functions) -> None:
    one, other = functions.tokens(), functions.tokens()
    first = run(one.get())
    assert functions.works(first)
    assert {run(one.get()), run(other.get())} == {first}
    assert functions.grants == 1


def test_callers_side_by_side_ask_once(functions: Functions) -> None:
    tokens = functions.tokens()

    async def all_at_once() -> list[str]:
        return await asyncio.gather(*(tokens.get() for _ in range(20)))

    assert len(set(run(all_at_once()))) == 1
    assert functions.grants == 1


@pytest.mark.parametrize(("left", "asks"), [(11, 1), (9, 2)])
def test_a_token_is_replaced_when_ten_minutes_are_left(functions: Functions, left: int, asks: int) -> None:
    tokens = functions.tokens()
    run(tokens.get())
    functions.store.shopify.clock.advance(86_399 - left * 60)
    assert functions.works(run(tokens.get()))
    assert functions.grants == asks


def test_while_another_asks_the_old_token_does_to_its_end(functions: Functions) -> None:
    tokens = functions.tokens()
    first = run(tokens.get())
    functions.store.shopify.clock.advance(86_399 - 300)
    run(functions._exclusive())
    assert run(tokens.get()) == first
    assert functions.store.time.slept == []


def test_who_may_not_ask_takes_what_another_gets(functions: Functions) -> None:
    granted = run(functions.tokens().get())
    kept, functions.saved = functions.saved, {}
    functions.store.shopify.clock.call_later(3, lambda: functions.saved.update(kept))
    assert run(functions.tokens().get()) == granted
    assert functions.store.time.slept == [1, 1, 1]
    assert functions.grants == 1


def test_who_waits_in_vain_says_when_to_come_back(functions: Functions) -> None:
    functions._next += timedelta(days=1)
    with pytest.raises(Unavailable) as failure:
        run(functions.tokens().get())
    assert failure.value.until == functions.store.time.now() + EVERY
    assert functions.grants == 0


def test_a_token_that_another_function_replaced_is_taken_over(functions: Functions) -> None:
    one, other = functions.tokens(), functions.tokens()
    first = run(one.get())
    functions.store.shopify.clock.advance(60)
    second = run(other.get(first))
    assert run(one.get(first)) == second != first
    assert functions.grants == 2


def test_orders_are_read_through_a_revoked_token() -> None:
    functions = Functions()
    store = functions.store
    api = Api(store.http, functions.tokens().get, store.time, store._take)
    order = store.order().legacy_resource_id
    assert run(ShopifyClient(api).orders([order]))[order] is not None
    store.shopify.clock.advance(60)
    store.shopify.tokens.revoke_all(store.shopify.app)
    assert run(ShopifyClient(api).orders([order]))[order] is not None
    assert functions.grants == 2


def test_a_new_app_in_the_secret_counts_at_once(functions: Functions) -> None:
    tokens = functions.tokens()
    first = run(tokens.get())
    functions.credentials = {"client_id": "second", "client_secret": "shpss_second"}
    functions.store.shopify.actions["create_app"](title="Second", **functions.credentials)
    functions.store.shopify.clock.advance(60)
    assert run(tokens.get()) != first


@pytest.mark.parametrize("fault", ["lose", "cut", "refuse", "status"])
def test_a_grant_is_tried_three_times(functions: Functions, fault: str) -> None:
    functions.store.shopify.faults.add(fault, GRANT, times=2)
    assert functions.works(run(functions.tokens().get()))
    functions.saved.clear()
    functions.store.shopify.clock.advance(60)
    functions.store.shopify.faults.add(fault, GRANT)
    with pytest.raises(Unavailable):
        run(functions.tokens().get())


@pytest.mark.parametrize(
    ("credentials", "word"),
    [
        ({}, "client_id and client_secret"),
        ({"client_id": CLIENT_ID}, "client_id and client_secret"),
        ({"client_id": 5, "client_secret": CLIENT_SECRET}, "client_id and client_secret"),
        ({**APP, "client_secret": "shpss_wrong"}, "client secret is wrong"),
        ({**APP, "client_id": "nobody"}, "no app with this client id"),
        ({"token": "shpat_with\nline"}, "no token has"),
    ],
)
def test_what_is_wrong_with_the_secret_is_said(credentials: dict[str, Any], word: str) -> None:
    with pytest.raises(Misconfigured, match=word) as failure:
        run(Functions(credentials).tokens().get())
    assert not any(str(value) in str(failure.value) for value in credentials.values())


def test_an_app_that_is_not_installed_is_told_of(functions: Functions) -> None:
    functions.store.shopify.actions["uninstall_app"]()
    with pytest.raises(Misconfigured, match="not installed"):
        run(functions.tokens().get())


@pytest.mark.parametrize("body", [{"access_token": 5}, {"expires_at": "x"}, {"access_token": "t", "expires_at": None}])
def test_what_else_may_lie_in_the_tokens_secret_is_no_token(functions: Functions, body: dict[str, Any]) -> None:
    functions.saved = body
    assert functions.works(run(functions.tokens().get()))


def test_nothing_shows_the_token(functions: Functions, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, logger="tandem")
    tokens = functions.tokens()
    value = run(tokens.get())
    assert value not in repr(tokens) + repr(tokens._held) + str(tokens._held)
    assert value not in caplog.text
