"""Whatever comes to the door for webhooks: nothing breaks it, and what is not signed has no effect.

`FUZZ=20000 python -m pytest tests/functions -k fuzz` tries more than a CI run does.
"""

import base64
import hashlib
import hmac
import json
import os
from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from sandbox.cloud.account import environment
from tandem.shopify.topics import TOPICS
from tests.canaries import CANARIES, leaks
from tests.functions.account import Account
from tests.functions.process import Process
from tests.functions.webhook_events import SHOP, Event, path

NEW, OLD = "shpss_0123456789abcdefkanari", "shpss_fedcba9876543210kanari"
SECRETS = (NEW, OLD)
WHOLE: Event = json.loads(path("order_created").read_text())
MANY = settings(
    max_examples=int(os.environ.get("FUZZ", "1500")),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)

words = st.sampled_from([*CANARIES.values(), "", "1", "x" * 300, "\ud800", "\x00", "#1001", SHOP]) | st.text(max_size=8)
numbers = st.sampled_from([0, 1, -1, 7, 10**18, 10**19, 10**40, 1.5, True]) | st.integers()
times = st.sampled_from(
    ["2026-11-02T09:00:00Z", "9999-12-31T23:59:59-23:59", "0001-01-01T00:00:00+23:59", "2026-11-02", "never", 5]
)
leaves = st.none() | numbers | words | times
anything = st.recursive(leaves, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3))
ids = (
    st.integers(1, 99)
    | st.integers(1, 99).map(str)
    | st.integers(1, 99).map("gid://shopify/Order/{}?key=1".format)
    | anything
)
NAMED = ("id", "admin_graphql_api_id", "order_id", "customer_id", "customerId", "name", "token", "updated_at")
bodies = st.fixed_dictionaries(
    {},
    optional={
        **dict.fromkeys(NAMED, ids),
        "updated_at": times,
        "order": st.fixed_dictionaries({}, optional={"id": ids}) | anything,
        "order_edit": st.fixed_dictionaries({}, optional={"order_id": ids}) | anything,
        "token": st.sampled_from(["f00dfeed", "12345", "a#b", "t" * 201]) | anything,
        "customer": st.just({name: CANARIES[name] for name in ("first", "mail", "phone")}),
        "note": st.just(CANARIES["note"]),
    },
)
raw = st.sampled_from([b"", b"{", b"\xff\xfe", b"[" * 100_000, b"NaN", b'{"id":' + b"9" * 5_000 + b"}", b"\x00"])
jsons = (bodies | bodies | bodies | anything).map(lambda body: json.dumps(body).encode())
payloads = jsons | jsons | raw | st.binary(max_size=9)
topics = st.sampled_from([*TOPICS, "themes/publish", "ORDERS/CREATE", ""]) | words


class Case(NamedTuple):
    """An event, and whether it is one that Shopify has signed for this shop."""

    event: Any
    good: bool


def signed(secret: str, body: bytes) -> str:
    return base64.b64encode(hmac.digest(secret.encode(), body, hashlib.sha256)).decode()


def spelled(name: str, how: int) -> str:
    """In any case."""
    return "".join(letter.upper() if how >> place & 1 else letter for place, letter in enumerate(name))


spellings = st.integers(0, 2**26 - 1)


@st.composite
def signatures(draw: st.DrawFn, body: bytes) -> tuple[Any, bool]:
    """What stands for a signature, and whether it is one."""
    right = signed(draw(st.sampled_from(SECRETS)), body)
    forged = [
        right[:-1],
        right + "=",
        f" {right}",
        right.lower(),
        right.swapcase(),
        signed("shpss_other", body),
        signed("", body),
        signed(NEW, body + b" "),
        base64.b64decode(right).hex(),
        base64.urlsafe_b64encode(base64.b64decode(right) + b"\xff\xff").decode(),
        f"{right},{right}",
        "\ud800",
        "",
        None,
        [right],
        NEW,
    ]
    return draw(st.sampled_from([(right, True)] * 12 + [(one, False) for one in forged]))


def _is_text(body: bytes) -> bool:
    """An HTTP API passes on what is not as base64."""
    try:
        body.decode()
    except UnicodeDecodeError:
        return False
    return True


@st.composite
def cases(draw: st.DrawFn) -> Case:
    body = draw(payloads)
    signature, good = draw(signatures(body))
    shop = draw(st.sampled_from([SHOP] * 12 + ["other.myshopify.com", SHOP.upper(), "", None, f"{SHOP},{SHOP}"]))
    given = {"x-shopify-hmac-sha256": signature, "x-shopify-shop-domain": shop, "x-shopify-topic": draw(topics)}
    headers: dict[str, Any] = {"content-type": "application/json"}
    for name, value in given.items():
        headers[spelled(name, draw(spellings))] = value
        if draw(st.integers(0, 19)) == 0:  # once more, and differently
            headers[spelled(name, 2**26 - 1)] = f"{value}x"
            headers[spelled(name, 0)] = value
            good = good and name == "x-shopify-topic"
    for name in draw(st.lists(st.sampled_from([*given, "content-type"]), max_size=1) | st.just([])):
        lacking = [one for one in headers if one.lower() == name]
        for one in lacking:
            del headers[one]
        good = good and name in ("x-shopify-topic", "content-type")
    encoded = draw(st.booleans()) or not _is_text(body)
    text = base64.b64encode(body).decode() if encoded else body.decode()
    event = {**WHOLE, "headers": headers, "body": text, "isBase64Encoded": encoded}
    return Case(event, good and shop == SHOP)


broken = st.fixed_dictionaries(
    {"requestContext": anything},
    optional={"headers": anything, "body": anything, "isBase64Encoded": anything, "version": anything},
).map(lambda event: Case(event, False))
"""No event of an HTTP API's, but what somebody may invoke the function with."""

metadata = st.fixed_dictionaries(
    {},
    optional={
        "X-Shopify-Topic": topics,
        "X-Shopify-Shop-Domain": st.sampled_from([SHOP, SHOP, SHOP, "other.myshopify.com", None, 5]),
    },
)
details = st.fixed_dictionaries({"metadata": metadata | metadata | anything, "payload": bodies | anything})
over_the_bus = st.fixed_dictionaries({"detail": details | details | anything, "source": words})


@pytest.fixture
def door(account: Account) -> Iterator[Process]:
    secret = account.put_secret(json.dumps({"client_secret": NEW, "previous_client_secret": OLD}))
    variables = account.variables(SHOP) | {"SHOPIFY_SECRET": secret}
    process = Process("shopify_webhook", environment(account.endpoint) | variables)
    yield process
    process.stop()


def told_nothing(account: Account, door: Process) -> None:
    """No personal data and no secret in the log, in a bell or in a row; no fault that was swallowed on the way."""
    printed = "".join(door.printed)
    assert "Traceback" not in printed
    bells = json.dumps([account.bells(kind) for kind in ("order", "contact", "cart")])
    said = printed + bells + account.everything()
    assert leaks(said) == []
    assert [secret for secret in SECRETS if secret in said] == []


def test_fuzz_what_shopify_did_not_sign_has_no_effect_and_nothing_is_a_fault(account: Account, door: Process) -> None:
    met: set[tuple[int, bool]] = set()

    @MANY
    @example(Case({"requestContext": {}}, good=False))
    @given(cases() | cases() | cases() | broken)
    def run(case: Case) -> None:
        account.calls.clear()
        outcome = door.invoke(case.event)
        assert "answer" in outcome, (outcome, door.printed[-3:])
        status = outcome["answer"]["statusCode"]
        assert outcome["answer"] == {"statusCode": status, "body": ""}
        assert status == (200 if case.good else 401), door.printed[-1:]
        written = account.calls["UpdateItem"]
        assert account.calls.keys() <= {"GetSecretValue", "UpdateItem", "SendMessage"}
        assert written <= int(case.good)
        assert account.calls["SendMessage"] <= written
        met.add((status, bool(written)))

    run()
    assert met == {(200, True), (200, False), (401, False)}
    told_nothing(account, door)


def test_fuzz_what_comes_over_the_bus_is_never_a_fault(account: Account, door: Process) -> None:
    met: set[bool] = set()

    @MANY
    @given(over_the_bus | over_the_bus | over_the_bus | anything)
    def run(event: Any) -> None:
        account.calls.clear()
        assert door.invoke(event) == {"answer": None}
        ours = SHOP in json.dumps(event)
        assert account.calls.keys() <= ({"UpdateItem", "SendMessage"} if ours else set())
        met.add(account.calls["UpdateItem"] == 1)

    run()
    assert met == {True, False}
    told_nothing(account, door)
