"""The door for Shopify's webhooks, in a process of its own and against an emulated account."""

import asyncio
import base64
import hashlib
import hmac
import json
import random
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from sandbox.cloud.account import environment
from sandbox.shopify.simulator import CLIENT_SECRET
from tandem.model import Kind, Priority, Record, Ref
from tests.functions import webhook_events
from tests.functions.account import Account
from tests.functions.process import ROOT, Process
from tests.functions.webhook_events import SHOP, Event, path

OLD, NEW = "shpss_past", CLIENT_SECRET
Open = Callable[[str], Process]


@pytest.fixture
def open_door(account: Account) -> Iterator[Open]:
    """A cold process whose Shopify secret holds the given text."""
    opened: list[Process] = []

    def start(secret: str) -> Process:
        variables = account.variables(SHOP) | {"SHOPIFY_SECRET": account.put_secret(secret)}
        opened.append(Process("shopify_webhook", environment(account.endpoint) | variables))
        return opened[-1]

    yield start
    for process in opened:
        process.stop()


@pytest.fixture
def door(open_door: Open) -> Process:
    return open_door(json.dumps({"client_id": "c", "client_secret": NEW, "previous_client_secret": OLD}))


def recorded(name: str) -> Event:
    event: Event = json.loads(path(name).read_text())
    return event


def webhook(body: bytes, topic: str = "orders/updated", secret: str = NEW) -> Event:
    """A good webhook with this body."""
    event = recorded("order_base64")
    signature = base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode()
    event["headers"] |= {"x-shopify-topic": topic, "x-shopify-hmac-sha256": signature}
    event["body"] = base64.b64encode(body).decode()
    return event


def order(id_: int, at: str = "2026-11-02T09:00:00Z", **more: Any) -> Event:
    return webhook(json.dumps({"id": id_, "updated_at": at, **more}).encode())


def status(outcome: dict[str, Any]) -> int:
    """Of an answer that tells nothing else."""
    assert outcome["answer"].keys() == {"statusCode", "body"}
    assert outcome["answer"]["body"] == ""
    return int(outcome["answer"]["statusCode"])


def row(account: Account, kind: Kind, id_: str) -> Record | None:
    ref = Ref(SHOP, kind, id_)
    return asyncio.run(account.store.read([ref])).get(ref)


def rows(account: Account) -> list[Record]:
    return [one for kind in Kind for one in asyncio.run(account.store.rows(SHOP, kind, None, 100))[0]]


def test_the_recorded_events_are_what_the_sandbox_sends() -> None:
    """When this fails: record them anew, `python -m tests.functions.webhook_events`."""
    events = webhook_events.record()
    assert {path(name) for name in events} == set(webhook_events.EVENTS.glob("shopify_webhook.*.json"))
    for name, event in events.items():
        assert path(name).read_text() == webhook_events.text(event), name


@pytest.mark.parametrize(
    ("name", "kind", "deleted"),
    [
        ("order_created", Kind.ORDER, False),
        ("order_base64", Kind.ORDER, False),
        ("order_updated", Kind.ORDER, False),
        ("order_deleted", Kind.ORDER, True),
        ("refunded", Kind.ORDER, False),
        ("shipped", Kind.ORDER, False),
        ("customer_created", Kind.CONTACT, False),
        ("checkout_created", Kind.CART, False),
        ("checkout_updated", Kind.CART, False),
        ("checkout_completed", Kind.CART, False),
        ("checkout_deleted", Kind.CART, True),
        ("eventbridge", Kind.ORDER, False),
        ("eventbridge_stub", Kind.ORDER, False),
    ],
)
def test_a_recorded_event_marks_one_row(account: Account, door: Process, name: str, kind: Kind, deleted: bool) -> None:
    outcome = door.invoke(recorded(name))
    if name.startswith("eventbridge"):
        assert outcome == {"answer": None}
    else:
        assert status(outcome) == 200
    [found] = rows(account)
    assert (found.ref.kind, found.deleted, found.marks) == (kind, deleted, 1)
    assert found.due_at is not None
    assert found.priority is Priority.LIVE
    assert account.bells(kind.value) == [{"shop": SHOP, "kind": kind.value, "shard": 0}]


@pytest.mark.parametrize(("name", "expected"), [("forged", 401), ("other_shop", 401), ("unused_topic", 200)])
def test_what_is_not_ours_has_no_effect(account: Account, door: Process, name: str, expected: int) -> None:
    assert status(door.invoke(recorded(name))) == expected
    assert account.calls.keys() <= {"GetSecretValue"}
    counted = "RejectedWebhooks" if expected == 401 else "IgnoredWebhooks"
    assert door.metrics() == {counted: 1}


def test_signed_nonsense_is_taken_and_has_no_effect(account: Account, door: Process) -> None:
    for body in (b"", b"{", b"\xff\xfe\x00", b"[" * 100_000, b'{"id":"x"}', b"null"):
        assert status(door.invoke(webhook(body))) == 200
    assert account.calls.keys() <= {"GetSecretValue"}
    assert door.metrics() == {"IgnoredWebhooks": 6}


def test_what_lacks_its_parts_is_refused(account: Account, door: Process) -> None:
    whole = recorded("order_created")
    for event in (
        {**whole, "headers": None},
        {**whole, "headers": {}},
        {**whole, "body": None},
        {name: value for name, value in whole.items() if name != "body"},
        {**whole, "body": whole["body"][:-1]},
        {**whole, "body": whole["body"] + "\ud800"},
        {**whole, "isBase64Encoded": True, "body": base64.b64encode(b"{}").decode()},
    ):
        assert status(door.invoke(event)) == 401
    assert account.calls.keys() <= {"GetSecretValue"}


def test_a_body_too_large_for_any_lambda_is_refused(account: Account, door: Process) -> None:
    assert status(door.invoke(webhook(b" " * (6 * 1024 * 1024 + 1)))) == 413
    assert status(door.invoke(webhook(b'{"id":1,"note":"%s"}' % (b"n" * 4_000_000)))) == 200
    assert row(account, Kind.ORDER, "1") is not None


def test_a_webhook_costs_two_calls_and_its_repetitions_one(account: Account, door: Process) -> None:
    door.invoke(order(1))
    assert account.calls == {"GetSecretValue": 1, "UpdateItem": 1, "SendMessage": 1}
    account.calls.clear()
    door.invoke(order(2))
    assert account.calls == {"UpdateItem": 1, "SendMessage": 1}
    account.calls.clear()
    door.invoke(order(2))
    assert account.calls == {"UpdateItem": 1}


def test_storms_shuffled_and_doubled_are_one_row_and_one_bell_for_each_order(account: Account, door: Process) -> None:
    events = [order(id_, f"2026-11-02T09:00:{second:02}Z") for id_ in (1, 2, 3) for second in range(20)]
    random.Random(5).shuffle(events)
    assert {status(door.invoke(event)) for event in events} == {200}
    assert {(one.ref.id, one.marks) for one in rows(account)} == {("1", 20), ("2", 20), ("3", 20)}
    assert len(account.bells("order")) == 3


def test_a_replayed_webhook_under_another_topic_only_lets_the_record_be_read(account: Account, door: Process) -> None:
    event = recorded("order_created")
    event["headers"]["x-shopify-topic"] = "orders/updated"
    assert status(door.invoke(event)) == 200
    [found] = rows(account)
    assert (found.link, found.digest, found.facts) == (None, None, {})


def test_either_secret_of_a_rotation_opens_and_no_other(account: Account, door: Process) -> None:
    assert status(door.invoke(webhook(b'{"id":1}', secret=NEW))) == 200
    assert status(door.invoke(webhook(b'{"id":2}', secret=OLD))) == 200
    assert status(door.invoke(webhook(b'{"id":3}', secret="shpss_other"))) == 401
    assert {one.ref.id for one in rows(account)} == {"1", "2"}


@pytest.mark.parametrize(
    "secret", ["{}", "", "no JSON", "[]", '{"client_secret": ""}', '{"client_secret": null}', '{"client_secret": 5}']
)
def test_without_a_secret_nobody_is_let_in_and_nothing_is_lost(account: Account, open_door: Open, secret: str) -> None:
    door = open_door(secret or " ")
    assert status(door.invoke(webhook(b'{"id":1}', secret=""))) == 503
    assert status(door.invoke(recorded("order_created"))) == 503
    assert rows(account) == []


@pytest.mark.parametrize("operation", ["GetSecretValue", "UpdateItem"])
def test_faults_of_our_own_ask_shopify_to_come_again(account: Account, door: Process, operation: str) -> None:
    account.broken.add(operation)
    assert status(door.invoke(order(1))) == 503
    assert account.bells("order") == []
    account.broken.clear()
    assert status(door.invoke(order(1))) == 200
    assert len(account.bells("order")) == 1


def test_over_the_bus_such_a_fault_is_raised(account: Account, door: Process) -> None:
    account.broken.add("UpdateItem")
    assert "raised" in door.invoke(recorded("eventbridge"))
    account.broken.clear()
    assert door.invoke(recorded("eventbridge")) == {"answer": None}
    assert len(rows(account)) == 1


def test_a_bell_that_fails_after_the_mark_is_left_to_the_sweep(account: Account, door: Process) -> None:
    account.broken.add("SendMessage")
    assert status(door.invoke(order(1))) == 200
    found = row(account, Kind.ORDER, "1")
    assert found is not None
    assert found.due_at is not None
    assert door.metrics() == {"LostBells": 1}


def test_a_secret_that_cannot_be_read_anew_is_no_reason_to_refuse(account: Account, door: Process) -> None:
    assert status(door.invoke(order(1))) == 200
    account.broken.add("GetSecretValue")
    assert status(door.invoke(order(2))) == 200


def test_nothing_personal_and_no_secret_is_printed(account: Account, door: Process) -> None:
    canaries = ["Canarina", "canary@example.com", "+15035550199", "7 Canary Row"]
    person: dict[str, Any] = {
        "customer": {"first_name": canaries[0]},
        "email": canaries[1],
        "phone": canaries[2],
        "note": canaries[3],
    }
    good = order(1, **person)
    no_id = webhook(json.dumps(person).encode())
    cut = {**good, "body": good["body"][:-8]}
    for broken in ((), ("UpdateItem",), ("SendMessage",)):
        account.broken = set(broken)
        for event in (good, no_id, cut, webhook(b"{" + json.dumps(person).encode()), order(2, **person)):
            door.invoke(event)
    printed = "".join(door.printed)
    assert "webhook" in printed
    assert not [word for word in (*canaries, OLD, NEW) if word in printed]
    bells = json.dumps(account.bells("order"))
    assert not [word for word in canaries if word in bells]
    assert not [word for word in canaries if word in repr(rows(account))]


def test_heavy_libraries_stay_out_of_it() -> None:
    listed = subprocess.run(
        [sys.executable, "-c", "import app, json, sys; print(json.dumps(sorted(sys.modules)))"],
        env={"PYTHONPATH": f"{ROOT / 'functions/shopify_webhook'}:{ROOT / 'layers/core'}"},
        capture_output=True,
        text=True,
        check=True,
    )
    imported = {name.partition(".")[0] for name in json.loads(listed.stdout)}
    assert "tandem" in imported
    assert not imported & {"httpx", "pydantic", "pydantic_core", "graphql"}
