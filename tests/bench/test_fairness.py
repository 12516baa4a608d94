"""Live orders beside a backfill in small: whose seconds are counted, and what another app leaves."""

from bench.fairness import HALF, Figures, played, row


def test_live_orders_are_timed_for_as_long_as_the_backfill_runs() -> None:
    beside = played(1, 120, None)
    alone = played(1, 120, beside.live)
    found = row("beside", "120", beside, alone)
    assert not beside.differences
    assert not alone.differences
    assert len(beside.lags) == beside.live > 1
    assert (found.figures["never_whole"], found.figures["own_429"]) == (0, 0)
    assert float(found.figures["limit_left"]) >= 0.1
    assert float(found.figures["p99_ratio"]) >= 1
    assert row("alone", "120", alone, alone).figures["p99_ratio"] == 1


def test_another_app_takes_its_half_and_nobody_starves() -> None:
    found = played(1, 120, None, HALF)
    assert not found.differences
    assert len(found.lags) == found.live
    assert found.busiest - found.refused <= 95 + 1, "the account allows no more"


def test_several_runs_are_told_as_one() -> None:
    one, two = Figures([1.0], 1, 10, 5.0, 7, 30, 0), Figures([2.0], 1, 10, 5.0, 7, 40, 2)
    both = Figures.all([one, two])
    assert (both.lags, both.live, both.busiest, both.refused) == ([1.0, 2.0], 2, 40, 2)
