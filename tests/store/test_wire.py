"""Values survive the table, and the order of times as text is the order of time."""

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tandem.model import Kind, Lane, Priority, Ref
from tandem.store import keys
from tandem.store.rows import record_of
from tandem.store.wire import decode, encode, time_text

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

zones = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
times = st.builds(
    lambda microseconds, zone: (EPOCH + timedelta(microseconds=microseconds)).astimezone(zone),
    st.integers(0, 4 * 10**15),
    zones,
)
leaves = st.none() | st.booleans() | st.integers(-(10**30), 10**30) | st.text() | st.decimals("-1e9", "1e9", places=4)
values = st.recursive(
    leaves, lambda inner: st.lists(inner) | st.dictionaries(st.text(min_size=1), inner), max_leaves=12
)


@given(values)
def test_a_value_comes_back_as_it_was(value: Any) -> None:
    assert decode(encode(value)) == value


@given(times, times)
def test_texts_of_times_sort_as_times_do(one: datetime, other: datetime) -> None:
    assert (time_text(one) < time_text(other)) == (one < other)
    assert datetime.fromisoformat(time_text(one)) == one


@pytest.mark.parametrize("value", [1.5, {"price": 0.1}, {1, 2}, b"x"])
def test_what_would_come_back_as_something_else_is_refused(value: Any) -> None:
    with pytest.raises(TypeError, match="cannot be stored"):
        encode(value)


def test_a_whole_number_comes_back_as_one() -> None:
    assert type(decode(encode(Decimal("3.00")))) is int
    assert decode(encode(Decimal("3.10"))) == Decimal("3.1")


@pytest.mark.parametrize("kind", list(Kind))
def test_a_key_tells_its_record_and_a_lane_its_priority(kind: Kind) -> None:
    ref = Ref("acme.myshopify.com", kind, "5551234567890")
    assert keys.ref_of(keys.record(ref)) == ref
    for priority in Priority:
        assert keys.priority_of(keys.due_lane(Lane(ref.shop, kind, 3), priority)) is priority


def test_keys_of_all_things_differ() -> None:
    shop = "acme.myshopify.com"
    ref = Ref(shop, Kind.ORDER, "order#0")
    found = [keys.record(ref), keys.lane(Lane(shop, Kind.ORDER)), keys.setting(shop, "order"), keys.job(shop, "order")]
    assert len({*found, keys.budget(shop), (keys.history(ref), "")}) == 6


def test_an_attribute_that_a_later_release_wrote_is_passed_over() -> None:
    item = {
        "pk": "acme.myshopify.com#order",
        "sk": "1",
        "marks": 2,
        "mood": "fine",
        "seen": time_text(datetime(2026, 1, 1, tzinfo=UTC)),
    }
    row = record_of(item)
    assert (row.ref.id, row.marks, row.seen) == ("1", 2, datetime(2026, 1, 1, tzinfo=UTC))
