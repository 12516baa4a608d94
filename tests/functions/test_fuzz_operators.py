"""Whatever a person or a queue hands to a function: it is done, or an answer says what is allowed; nothing raises.

`FUZZ=5000 python -m pytest tests/functions -k fuzz` tries more than a CI run does.
"""

import json
import os
from collections.abc import Mapping
from typing import Any

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from sandbox.shopify.simulator import CLIENT_SECRET
from tests.canaries import CANARIES, leaks
from tests.functions.stack import EVENTS, Stack

MANY = settings(
    max_examples=int(os.environ.get("FUZZ", "300")),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
BELL: dict[str, Any] = json.loads((EVENTS / "order_sync.bell.json").read_text())["Records"][0]

words = st.sampled_from([*CANARIES.values(), "", "1", "x" * 2_000, "\ud800", "\x00"]) | st.text(max_size=8)
numbers = st.sampled_from([0, 1, -1, 1_000, 10**18, 10**400, 1.5, True]) | st.integers()
leaves = st.none() | numbers | words | st.booleans()
unknown = st.sampled_from(["what", "Action", "Records", "records", "", "x" * 500])
anything = st.recursive(leaves, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(unknown, inner, max_size=3))
days = st.sampled_from(["2026-01-31", "2026-11-02T09:00:00Z", "0001-01-01", "9999-12-31", "2026-02-30", 5]) | anything


def asked(**words: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Any of these words, one in a while with one that is not known."""
    known = st.fixed_dictionaries({}, optional=words)
    return (
        known
        | known
        | st.tuples(known, st.dictionaries(unknown, anything, max_size=1)).map(lambda parts: {**parts[1], **parts[0]})
    )


kinds = st.sampled_from(["contact", "order", "stage", "cart", "company", None])
pages = {"after": st.none() | st.sampled_from(["suspects#", "loose#1", "~", "suspects#orders#" + "9" * 1_020]) | words}
cart_rules = asked(
    abandon_minutes=st.integers(0, 60) | anything,
    expire_days=st.integers(0, 60) | anything,
    email_only=st.booleans() | anything,
    minimum=st.sampled_from(["25.00", "-1", "1e400", "NaN", 0, "9" * 4_000]) | anything,
    unfit=st.sampled_from(["keep", "expire"]) | anything,
)
stages = st.sampled_from(["shipped", ["delivered", "shipped"], "skip", "nowhere", "s" * 400_000])
stage_rules = st.lists(
    asked(
        stage=stages,
        payment=st.sampled_from([["PAID"], "PAID", [], ["SETTLED"]]) | anything,
        cancelled=st.booleans() | anything,
        tags=st.lists(words, max_size=2) | anything,
    ),
    max_size=3,
)

ASKED: Mapping[str, st.SearchStrategy[Any]] = {
    "cart_sync": asked(
        action=st.sampled_from(["check", "rules", "rules", "rules"]) | words, rules=cart_rules | anything
    ),
    "order_stages": asked(
        action=st.sampled_from(["check", "refresh", "rules", "rules", "rules"]) | words, rules=stage_rules | anything
    ),
    "reconcile": asked(
        action=st.sampled_from(["findings", "report", "continue", "windows"]) | words,
        kinds=st.lists(kinds, max_size=3) | anything,
        limit=st.sampled_from([0, 1, 1_000, 1_001]) | anything,
        heal=st.booleans() | anything,
        **pages,
    ),
    "resync": asked(
        kind=kinds | anything,
        ids=st.lists(st.sampled_from(["1", "5551", "f00", "1" * 20, "", "a b"]) | words, max_size=3) | anything,
        since=days,
        force=st.booleans() | anything,
        status=st.booleans() | anything,
    ),
    "setup": asked(
        dry_run=st.just(value=True),
        pipeline=st.sampled_from(["Orders", "", "p" * 2_000]) | numbers,
        default_stage=st.sampled_from(["open", "", "nowhere"]) | numbers,
        test_orders=anything,
    ),
    "sweep": anything,
    "order_sync": anything,
    "contact_sync": anything,
}
events = st.one_of(*[st.tuples(st.just(name), some | some | some | anything) for name, some in ASKED.items()])


def refusal(answer: Any) -> str | None:
    """What an answer says when it was not understood."""
    return answer.get("error") if isinstance(answer, dict) else None


def told_nothing(stack: Stack) -> None:
    """No personal data and no secret in a log, and no fault that was swallowed on the way."""
    printed = stack.printed()
    assert "Traceback" not in printed
    assert leaks(printed) == []
    assert CLIENT_SECRET not in printed
    assert stack.hubspot.app.token not in printed


def test_fuzz_whatever_is_asked_is_done_or_answered_with_what_is_allowed(stack: Stack) -> None:
    ask(stack)
    assert stack.invoke("setup.first")["ok"]
    ask(stack)
    told_nothing(stack)


def ask(stack: Stack) -> None:
    """Every function of everything, as the stack now is."""
    met: set[tuple[str, bool]] = set()

    @MANY
    @example(("reconcile", {"action": "findings", "after": "suspects#orders#" + "9" * 1_020}))
    @example(("order_stages", {"action": "rules", "rules": [{"stage": "s" * 400_000}]}))
    @example(("cart_sync", None))
    @example(("reconcile", {"action": "report"}))
    @example(("resync", {}))
    @example(("setup", {"dry_run": True}))
    @given(events)
    def run(event: tuple[str, Any]) -> None:
        name, request = event
        stack.account.calls.clear()
        outcome = stack.function(name).invoke(request)
        assert "answer" in outcome, (outcome, stack.function(name).printed[-3:])
        said = refusal(outcome["answer"])
        met.add((name, said is None))
        if said is not None:
            assert said
            assert leaks(said) == []
            if "must be one of" in said or "Allowed: " in said:
                assert not stack.account.calls.keys() & {"UpdateItem", "BatchWriteItem", "SendMessage"}

    run()
    assert met >= {(name, False) for name in ASKED if name not in ("sweep", "order_stages", "setup")}
    assert met >= {(name, True) for name in ("resync", "reconcile", "sweep", "setup")}


lanes = st.fixed_dictionaries(
    {
        "shop": st.just("OURS") | words,
        "kind": kinds,
        "shard": st.sampled_from([0, 0, 0, 1, -1, True, None, "0", 10**30]),
    }
)
contents = lanes | lanes | st.fixed_dictionaries({"job": st.sampled_from(["resync order"]) | words}) | anything
texts = contents.map(json.dumps) | st.sampled_from(["", "{", "[" * 100_000, "NaN"]) | words
batches = st.lists(texts, min_size=1, max_size=4)


QUEUES = {"order": "order_sync", "contact": "contact_sync", "stage": "order_stages", "cart": "cart_sync"}


def test_fuzz_of_a_batch_of_messages_those_fail_that_name_no_lane(stack: Stack) -> None:
    stack.invoke("setup.first")
    met: set[bool] = set()

    @MANY
    @given(st.sampled_from([*QUEUES]), batches)
    def run(name: str, texts: list[str]) -> None:
        bodies = [text.replace("OURS", stack.shop) for text in texts]
        records = [{**BELL, "messageId": str(number), "body": body} for number, body in enumerate(bodies)]
        answer = stack.function(QUEUES[name]).invoke({"Records": records})["answer"]
        failed = {one["itemIdentifier"] for one in answer["batchItemFailures"]}
        sound = {str(number) for number, body in enumerate(bodies) if names_a_lane(body, stack.shop, name)}
        assert failed == {record["messageId"] for record in records} - sound
        met.update({bool(sound), bool(failed)})

    run()
    assert met == {True, False}
    told_nothing(stack)


def names_a_lane(body: str, shop: str, kind: str) -> bool:
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        return False
    match said:
        case {"shop": one, "kind": word, "shard": int()}:
            return bool(one == shop and word == kind)
    return False


def test_fuzz_a_broken_message_about_a_job_starts_none_and_the_next_is_worked_on(stack: Stack) -> None:
    function = stack.function("resync")
    assert stack.invoke("resync.order")["ok"]

    @settings(MANY, max_examples=MANY.max_examples // 4)
    @given(texts)
    def run(text: str) -> None:
        stack.account.calls.clear()
        outcome = function.invoke({"Records": [{**BELL, "body": text}]})
        assert outcome.keys() <= {"answer", "raised"}
        assert not stack.account.calls.keys() & {"UpdateItem", "SendMessage"}

    run()
    assert stack.invoke("resync.continued") == {"batchItemFailures": []}
    told_nothing(stack)
