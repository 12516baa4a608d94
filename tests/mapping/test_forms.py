"""The forms of values: exact, stable when applied twice, never more than HubSpot takes."""

from decimal import Decimal, localcontext
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tandem.mapping import forms
from tandem.mapping.contacts import address_of

AMOUNTS = st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=Decimal("-1e30"), max_value=10**30)


@pytest.mark.parametrize(
    ("given_", "written"),
    [
        ("119.90", "119.9"),
        ("120.0", "120"),
        ("1000", "1000"),
        ("0.00", "0"),
        ("-0.0", "0"),
        ("-5.50", "-5.5"),
        ("1E+3", "1000"),
        ("0.000001", "0.000001"),
        ("12345678901234567890123456789012345678.90", "12345678901234567890123456789012345678.9"),
        (0.1, "0.1"),
        (12, "12"),
        (None, ""),
    ],
)
def test_amounts(given_: Any, written: str) -> None:
    assert forms.amount(given_) == written


@given(AMOUNTS)
def test_an_amount_is_exact_and_plain(value: Decimal) -> None:
    written = forms.amount(str(value))
    assert Decimal(written).compare(value) == 0
    assert not set(written) - set("-.0123456789")
    assert written == forms.amount(written)


@given(st.lists(AMOUNTS.map(str), max_size=30))
def test_sums_are_exact(values: list[str]) -> None:
    with localcontext(prec=100):
        assert Decimal(forms.summed(values)) == sum(map(Decimal, values), Decimal(0))


@pytest.mark.parametrize(
    ("whole", "part", "parts", "written"),
    [
        ("10", 1, 3, "3.333333"),
        ("20", 1, 3, "6.666667"),
        ("0.000001", 1, 2, "0.000001"),
        ("-0.000001", 1, 2, "-0.000001"),
        ("9.90", 2, 3, "6.6"),
        ("9.90", 3, 3, "9.9"),
        ("9.90", 1, 0, "0"),
        ("0", 1, 3, "0"),
    ],
)
def test_shares_round_half_up_at_six_decimals(whole: str, part: int, parts: int, written: str) -> None:
    assert forms.share(Decimal(whole), part, parts) == written


@given(AMOUNTS, st.integers(1, 10_000))
def test_a_unit_share_times_the_units_is_the_whole(whole: Decimal, parts: int) -> None:
    with localcontext(prec=100):
        assert abs(Decimal(forms.share(whole, 1, parts)) * parts - whole) <= Decimal("0.0000005") * parts


@given(st.text())
def test_text_is_a_fixpoint_that_can_be_sent(value: str) -> None:
    written = forms.text(value)
    assert forms.text(written) == written
    assert "\0" not in written
    assert written.encode() is not None


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (" a\0b \n", "ab"),
        ("\ud800x", "x"),
        ("x" * 70_000, "x" * 65_536),
        ("x" * 65_535 + "  y", "x" * 65_535),
        ("😀" * 65_537, "😀" * 65_536),
        ("\0 \0", ""),
        (None, ""),
        (5, "5"),
    ],
    ids=["NUL", "surrogate", "long", "blank-at-cut", "astral", "nothing", "null", "number"],
)
def test_texts(value: Any, written: str) -> None:
    assert forms.text(value) == written


@given(st.lists(st.text() | st.none()))
def test_what_is_joined_can_be_sent(values: list[str | None]) -> None:
    written = forms.joined(values)
    assert written == forms.text(written)


def test_joined_drops_blanks_and_repeats() -> None:
    assert forms.joined(["b", " ", None, "a", "b "]) == "b, a"
    assert forms.joined(None) == ""


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("2026-11-02T09:00:00Z", "2026-11-02T09:00:00Z"),
        ("2026-11-02T10:00:00+01:00", "2026-11-02T09:00:00Z"),
        ("2026-11-01T23:30:00.999-05:30", "2026-11-02T05:00:00Z"),
        (None, ""),
    ],
)
def test_moments(value: str | None, written: str) -> None:
    assert forms.moment(value) == written


@pytest.mark.parametrize(
    ("value", "written"),
    [("PARTIALLY_PAID", "Partially paid"), ("PAID", "Paid"), ("SOME_NEW_WORD", "Some new word"), (None, "")],
)
def test_words(value: str | None, written: str) -> None:
    assert forms.words(value) == written


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (" Ada.Quill@Example.COM\0", "ada.quill@example.com"),
        ("e\u0301@example.com", "\u00e9@example.com"),
        ("\u0130\u00c9@EXAMPLE.com", "\u0130\u00c9@example.com"),
        ("  ", ""),
        (None, ""),
    ],
    ids=["plain", "NFC", "ASCII-only", "blank", "null"],
)
def test_email_addresses(value: str | None, written: str) -> None:
    assert address_of(value) == written


@given(st.text())
def test_an_address_is_a_fixpoint(value: str) -> None:
    assert address_of(address_of(value)) == address_of(value)
