"""A few long random days, beside the many short schedules: nothing is lost, doubled or left unexplained."""

from collections import Counter

import pytest

from sandbox.faults import CALL_FAULTS, WEBHOOK_FAULTS
from sandbox.world.mortal import Harm
from sandbox.world.promise import held
from tests.worlds.days import play

DAYS = range(12)
OUTCOMES = ("written", "unchanged", "later", "failed", "parked", "skipped", "gone")
ENDS = ("empty", "held", "unavailable", "out of time")
PEOPLE = ("move", "edit", "archive_order", "archive_line", "archive_contact", "restore", "merge_by_hand", "unlink")


@pytest.fixture(scope="module")
def met() -> Counter[str]:
    """How often each thing happened on the days that were played."""
    return Counter()


@pytest.mark.parametrize("seed", DAYS)
def test_a_day_ends_well(seed: int, met: Counter[str]) -> None:
    """To look into one: `python -m tests.worlds.days SEED`."""
    day = play(seed)
    met.update(day.done + day.outcomes() + day.fate.met)
    for vendor in (day.shopify, day.hubspot):
        met.update(vendor.faults.hits)
    assert not day.problems, (day.weather, day.problems)


def test_the_days_met_everything(met: Counter[str]) -> None:
    """Else the test above would say little. Run it with the whole file."""
    ends = {f"ended: {end}" for end in ENDS}
    wanted = {*CALL_FAULTS, *WEBHOOK_FAULTS, *OUTCOMES, *ends, *PEOPLE, *map(str, Harm)}
    assert wanted <= met.keys(), sorted(wanted - met.keys())


@pytest.mark.parametrize("seed", [3, 11])
def test_a_seed_is_a_day(seed: int) -> None:
    """The same calls, in the same order, with the same outcome."""
    assert play(seed).digest() == play(seed).digest()
    assert play(seed).digest() != play(seed + 1).digest()


def test_a_day_that_goes_wrong_is_told() -> None:
    """The judgement can fail: a record doubled, one changed behind our back, a row left due."""
    day = play(4)
    assert not day.problems
    order = next(
        one for one in day.hubspot.state("orders") if not one["archived"] and one["properties"].get("tandem_key")
    )
    day.hubspot.actions["edit"](object_type="orders", record_id=order["id"], properties={"hs_order_name": "wrong"})
    assert any("hs_order_name" in problem for problem in held(day))
