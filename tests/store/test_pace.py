"""A budget never gives out more than it has, nor less."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tandem.model import Rate
from tandem.store.pace import Spent, reserve

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
WINDOW = 10.0

rates = st.builds(Rate, per_second=st.floats(0.5, 100), burst=st.floats(1, 300))
draws = st.lists(
    st.tuples(st.floats(-0.5, 15), st.floats(0.01, 1), st.floats(0, 30)),
    min_size=1,
    max_size=60,
)
"""Seconds since the last, with clocks that differ; share of the burst; patience."""


@given(rates, draws)
def test_no_window_of_ten_seconds_sees_more_than_burst_and_rate(
    rate: Rate, draws: list[tuple[float, float, float]]
) -> None:
    spent, now = Spent(), NOW
    released: list[tuple[float, float]] = []
    for pause, share, patience in draws:
        now += timedelta(seconds=pause)
        taken, wait = reserve(spent, share * rate.burst, rate, now)
        if wait <= patience:
            at = now + timedelta(seconds=wait)
            spent = taken
            released.append(((at - NOW).total_seconds(), share * rate.burst))
    for start, _ in released:
        seen = sum(tokens for at, tokens in released if start <= at <= start + WINDOW)
        assert seen <= (rate.burst + WINDOW * rate.per_second) * (1 + 1e-6) + 0.01


@given(rates, st.lists(st.floats(0.01, 1), min_size=1, max_size=60))
def test_all_that_is_earned_can_be_had(rate: Rate, shares: list[float]) -> None:
    spent, wait, total = Spent(), 0.0, 0.0
    for share in shares:
        spent, wait = reserve(spent, share * rate.burst, rate, NOW)
        total += share * rate.burst
    assert wait <= max(0.0, (total - rate.burst) / rate.per_second) + 1e-3
    rested = NOW + timedelta(seconds=wait + rate.burst / rate.per_second + 1e-3)
    assert reserve(spent, rate.burst, rate, rested)[1] == 0


@pytest.mark.parametrize("tokens", [0, -1, 20.5])
def test_a_draw_of_nothing_or_of_more_than_the_burst_is_a_mistake(tokens: float) -> None:
    with pytest.raises(ValueError, match="burst of 20"):
        reserve(Spent(), tokens, Rate(per_second=10, burst=20), NOW)


def test_a_draw_leaves_a_hold_as_it_is() -> None:
    held = NOW + timedelta(seconds=15)
    assert reserve(Spent(held=held), 5, Rate(per_second=10, burst=20), NOW)[0].held == held
