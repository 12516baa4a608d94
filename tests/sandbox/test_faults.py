"""Fault rules: which calls they hit, how often, and that a seed repeats them."""

from random import Random

import pytest

from sandbox.faults import CALL_FAULTS, WEBHOOK_FAULTS, Faults


def faults(seed: int = 1) -> Faults:
    return Faults(Random(seed))


@pytest.mark.parametrize("kind", CALL_FAULTS)
def test_a_call_fault_hits_calls_and_no_webhooks(kind: str) -> None:
    world = faults()
    world.add(kind)
    hit = world.for_call("POST /orders")
    assert hit is not None
    assert hit.kind == kind
    assert world.for_webhook("webhook orders") is None
    assert world.hits == {kind: 1}


@pytest.mark.parametrize("kind", WEBHOOK_FAULTS)
def test_a_webhook_fault_hits_webhooks_and_no_calls(kind: str) -> None:
    world = faults()
    world.add(kind)
    hit = world.for_webhook("webhook orders")
    assert hit is not None
    assert hit.kind == kind
    assert world.for_call("POST /orders") is None


def test_the_endpoint_is_a_glob() -> None:
    world = faults()
    world.add("refuse", "POST */batch/*")
    assert world.for_call("POST /orders/batch/upsert") is not None
    assert world.for_call("GET /orders/batch/upsert") is None
    assert world.for_call("POST /orders") is None


def test_times_counts_hits_down_and_the_rule_goes() -> None:
    world = faults()
    world.add("lose", times=2)
    assert [world.for_call("GET /") is not None for _ in range(4)] == [True, True, False, False]
    assert world.rules == []


def test_a_call_that_does_not_match_uses_up_no_time() -> None:
    world = faults()
    world.add("lose", "POST *", times=1)
    assert world.for_call("GET /") is None
    assert world.for_call("POST /") is not None


def test_the_first_rule_that_matches_wins() -> None:
    world = faults()
    world.add("lose", "POST /a")
    world.add("refuse")
    assert [world.for_call(name).kind for name in ("POST /a", "POST /b")] == ["lose", "refuse"]  # type: ignore[union-attr]


def test_probability_is_kept_and_the_seed_repeats_it() -> None:
    def hits(seed: int) -> list[bool]:
        world = faults(seed)
        world.add("refuse", probability=0.3)
        return [world.for_call("GET /") is not None for _ in range(2_000)]

    first = hits(7)
    assert 500 < sum(first) < 700
    assert hits(7) == first
    assert hits(8) != first


def test_never_means_never() -> None:
    world = faults()
    world.add("refuse", probability=0)
    assert not any(world.for_call("GET /") for _ in range(100))


def test_seconds_are_drawn_from_their_range() -> None:
    world = faults()
    fault = world.add("delay", seconds=[2, 3])
    drawn = [fault.draw_seconds(Random(n)) for n in range(50)]
    assert all(2 <= seconds <= 3 for seconds in drawn)
    assert len(set(drawn)) > 1


@pytest.mark.parametrize(
    "options",
    [
        {"kind": "flood"},
        {"kind": "lose", "probability": 1.5},
        {"kind": "delay", "seconds": [5, 1]},
        {"kind": "delay", "seconds": [-1, 1]},
        {"kind": "status", "status": 42},
        {"kind": "status", "status": "503"},
        {"kind": "lose", "times": "often"},
        {"kind": "lose", "endpoint": 5},
    ],
)
def test_an_impossible_rule_is_refused(options: dict[str, object]) -> None:
    world = faults()
    with pytest.raises(ValueError):
        world.add(**options)  # type: ignore[arg-type]
    assert world.rules == []


def test_json_lists_rules_hits_and_what_there_is() -> None:
    world = faults()
    world.add("status", "POST *", status=429, times=3)
    world.for_call("POST /x")
    told = world.as_json()
    assert told["rules"][0]["status"] == 429
    assert told["rules"][0]["times"] == 2
    assert told["hits"] == {"status": 1}
    assert set(told["kinds"]) == {*CALL_FAULTS, *WEBHOOK_FAULTS}
