"""One request through a simulator: every kind of fault, the log, what is not modelled, bugs; seeds repeat it all."""

import json
from typing import Any
from uuid import UUID

import pytest

from sandbox.faults import CALL_FAULTS
from sandbox.http import Request
from sandbox.log import KEPT
from sandbox.serving import Outcome, serve
from tests.sandbox.toy import Toy


def call(toy: Toy, path: str = "/add", method: str = "POST") -> Outcome:
    return serve(toy, Request(method, f"https://toy.example.com{path}", {}))


def said(outcome: Outcome) -> Any:
    assert outcome.reply is not None
    return json.loads(outcome.reply.body)


def test_a_call_does_its_work_and_is_logged() -> None:
    toy = Toy()
    assert said(call(toy))["count"] == 1
    [logged] = toy.log.calls
    assert (logged.endpoint, logged.status, logged.fault, logged.at) == ("POST /add", 200, None, toy.clock.now)


@pytest.mark.parametrize(
    ("kind", "done"),
    [
        ("refuse", 0),
        ("status", 0),
        ("late", 0),
        ("delay", 1),
        ("cut", 1),
        ("lose", 1),
        ("status_after", 1),
        ("truncate", 1),
        ("html", 1),
    ],
)
def test_whether_the_work_was_done(kind: str, done: int) -> None:
    toy = Toy()
    toy.faults.add(kind, times=1)
    call(toy)
    assert toy.count == done
    assert toy.log.calls[-1].fault == kind
    assert said(call(toy))["count"] == done + 1
    assert toy.log.calls[-1].fault is None


def test_every_kind_of_fault_is_told_above() -> None:
    told = test_whether_the_work_was_done.pytestmark[0].args[1]  # type: ignore[attr-defined]
    assert {kind for kind, _ in told} == set(CALL_FAULTS)


def test_late_work_is_done_later_with_nobody_listening() -> None:
    toy = Toy()
    toy.faults.add("late", seconds=[30, 60])
    assert call(toy).failure == "lost"
    toy.clock.advance(29.9)
    assert toy.count == 0
    toy.clock.advance(30.2)
    assert toy.count == 1


def test_a_broken_connection_shows_no_status_in_the_log() -> None:
    toy = Toy()
    for kind in ("refuse", "lose", "cut"):
        toy.faults.add(kind, times=1)
        call(toy)
    assert [(logged.fault, logged.status) for logged in toy.log.calls] == [
        ("refuse", None),
        ("lose", None),
        ("cut", None),
    ]


def test_the_vendor_words_its_refusal() -> None:
    toy = Toy()
    toy.faults.add("status", status=429)
    outcome = call(toy)
    assert outcome.reply is not None
    assert (outcome.reply.status, said(outcome)) == (429, {"refused": 429})


def test_truncated_json_has_status_200_and_half_a_body() -> None:
    toy = Toy()
    toy.faults.add("truncate")
    outcome = call(toy)
    assert outcome.reply is not None
    assert outcome.reply.status == 200
    with pytest.raises(ValueError):
        said(outcome)


def test_what_is_not_modelled_is_501_and_named() -> None:
    outcome = call(Toy(), "/missing", "GET")
    assert outcome.reply is not None
    assert outcome.reply.status == 501
    assert said(outcome) == {"sandbox": "not modelled", "vendor": "toy", "missing": "the missing thing"}


def test_a_bug_of_the_sandbox_is_500_and_admits_it() -> None:
    outcome = call(Toy(), "/bug", "GET")
    assert outcome.reply is not None
    assert outcome.reply.status == 500
    assert said(outcome) == {"sandbox": "a bug of its own", "vendor": "toy", "error": "ZeroDivisionError"}


def test_the_control_plane_is_neither_hit_by_faults_nor_logged() -> None:
    toy = Toy()
    toy.faults.add("refuse")
    outcome = call(toy, "/__sandbox/state", "GET")
    assert said(outcome) == {"count": 0}
    assert list(toy.log.calls) == []


def trace(seed: int) -> list[Any]:
    """Everything a caller sees of a run with every kind of fault drawn at random."""
    toy = Toy(seed=seed)
    for kind in CALL_FAULTS:
        toy.faults.add(kind, probability=0.1)
    seen: list[Any] = []
    for _ in range(300):
        outcome = call(toy)
        seen.append((outcome.failure, outcome.seconds, outcome.reply and (outcome.reply.status, outcome.reply.body)))
        toy.clock.advance(1)
    return [*seen, toy.count, toy.log.as_json(1_000)]


def test_same_seed_and_same_calls_give_the_same_trace() -> None:
    assert trace(11) == trace(11)


def test_another_seed_gives_another_trace() -> None:
    assert trace(11) != trace(12)


def test_a_reset_starts_the_same_run_again() -> None:
    toy = Toy(seed=3)
    first = [call(toy).reply, call(toy).reply]
    toy.clock.advance(60)
    toy.faults.add("refuse")
    toy.reset(3)
    assert toy.count == 0
    assert list(toy.log.calls) == []
    assert [call(toy).reply, call(toy).reply] == first
    assert toy.clock.now == Toy().clock.now


def test_a_reset_keeps_switches_and_the_receiver() -> None:
    toy = Toy(switches={"step": "2"})
    sender = toy.outbox.send
    toy.reset(9)
    assert toy.switches["step"] == "2"
    assert toy.outbox.send is sender
    assert said(call(toy))["count"] == 2


def test_the_log_keeps_the_latest_calls_and_counts_them_all() -> None:
    toy = Toy()
    for _ in range(KEPT + 50):
        call(toy)
    assert len(toy.log.calls) == KEPT
    assert toy.log.calls[-1].number == toy.log.counts["POST /add"] == KEPT + 50


def test_ids_are_uuids_that_a_seed_repeats() -> None:
    ids = [Toy(seed=1).uuid() for _ in range(2)] + [Toy(seed=2).uuid()]
    assert ids[0] == ids[1] != ids[2]
    for id_ in ids:
        assert (str(UUID(id_)), UUID(id_).version) == (id_, 4)
