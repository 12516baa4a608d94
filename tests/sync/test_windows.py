"""Windows: what no webhook told of is found within a period, whatever befalls the run; what is in step is let be."""

import pytest

from tests.sync.weeks import LAG, PERIOD, Week, played


@pytest.mark.parametrize("seed", [1, 2])
def test_without_webhooks_every_period_ends_in_agreement(seed: int) -> None:
    week = Week(seed)

    async def play() -> None:
        await week.begin()
        for period in range(12):
            week.trade()
            await week.live(LAG)
            assert all(one.ended == "done" for one in await week.windows())
            await week.settle()
            verdict = week.verdict()
            assert verdict.agrees, (period, list(map(str, verdict.differences)))
            await week.live(PERIOD.total_seconds() - LAG)
        assert not week.parked()

    played(week, play())
