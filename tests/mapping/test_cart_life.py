"""A cart's state: the first of its table that holds, and never one before that which it had."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import product
from typing import Any

import pytest
from pydantic import ValidationError

from tandem.mapping.cart_life import LIFE, CartRules, Seen, fits, state
from tests.mapping.samples import customer, money

STATES = ("open", "abandoned", "expired", "recovered")
NOW = datetime(2026, 11, 2, 12, tzinfo=UTC)


def checkout(rested: timedelta = timedelta(minutes=11), completed: bool = False, **changes: Any) -> dict[str, Any]:
    then = (NOW - rested).isoformat()
    return {
        "updatedAt": then,
        "completedAt": then if completed else None,
        "customer": customer(),
        "totalPriceSet": money("20.00"),
        **changes,
    }


def test_the_table_names_the_states_in_their_order() -> None:
    assert list(dict.fromkeys(name for name, _ in reversed(LIFE))) == list(STATES)


def test_a_cart_never_goes_back() -> None:
    nodes = [None, *(checkout(timedelta(days=days), done) for days in (0, 2, 40) for done in (False, True))]
    rules = [CartRules(), CartRules(abandon_minutes=6000, unfit="expire", minimum=Decimal(50))]
    for node, was, ordered, deleted, one in product(nodes, STATES, (False, True), (False, True), rules):
        now = state(Seen(node, was, ordered, deleted, one, NOW))
        assert STATES.index(now) >= STATES.index(was)
        if ordered or (node and node["completedAt"]):
            assert now == "recovered"


@pytest.mark.parametrize(
    ("rules", "rested", "expected"),
    [
        (CartRules(), timedelta(minutes=1), "abandoned"),
        (CartRules(abandon_minutes=60), timedelta(minutes=59), "open"),
        (CartRules(abandon_minutes=60), timedelta(minutes=60), "abandoned"),
        (CartRules(), timedelta(days=30), "expired"),
        (CartRules(expire_days=40), timedelta(days=30), "abandoned"),
    ],
)
def test_time_decides(rules: CartRules, rested: timedelta, expected: str) -> None:
    assert state(Seen(checkout(rested), None, ordered=False, deleted=False, rules=rules, now=NOW)) == expected


def test_what_fits() -> None:
    nobody = customer(defaultEmailAddress=None)
    assert fits(checkout(), CartRules(minimum=Decimal(20)))
    assert not fits(checkout(), CartRules(minimum=Decimal("20.01")))
    assert not fits(checkout(customer=None), CartRules())
    assert not fits(checkout(customer=nobody), CartRules())
    assert fits(checkout(customer=nobody), CartRules(email_only=False))


@pytest.mark.parametrize(
    "rules", [{"abandon_minutes": 9}, {"expire_days": 0}, {"minimum": "NaN"}, {"unfit": "x"}, {"more": 1}]
)
def test_bad_rules_are_refused(rules: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        CartRules.model_validate(rules)
