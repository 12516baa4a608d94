"""What counts as a difference, and what HubSpot merely spells otherwise."""

import pytest

from tandem.portal import Portal, Property
from tandem.sync.compare import (
    ASSOCIATED,
    DIFFERENT,
    MISSING,
    MOVED,
    SURPLUS,
    Difference,
    There,
    Wanted,
    differences,
    differing,
    normal,
    packed,
    prints,
    unpacked,
)

TYPES = {
    "text": "string",
    "number": "number",
    "moment": "datetime",
    "day": "date",
    "flag": "bool",
    "word": "enumeration",
}


def account() -> Portal:
    properties = {"orders": {name: Property(type=type_) for name, type_ in TYPES.items()}}
    return Portal(shop="acme.myshopify.com", portal_id="1", properties=properties, pipeline="1", stages=())


def same(name: str, wanted: str, there: str | None) -> bool:
    return not differing(normal({name: wanted}, account(), "orders"), normal({name: there}, account(), "orders"))


@pytest.mark.parametrize(
    ("name", "wanted", "there"),
    [
        ("number", "119.9", "119.90"),
        ("number", "120", "120.0"),
        ("number", "-5", "-5.00"),
        ("number", "0", "-0.0"),
        ("number", "1000", "1E+3"),
        ("number", "0.000001", "1E-6"),
        ("number", "12345678901234567890123456789012345.6", "12345678901234567890123456789012345.60"),
        ("moment", "2026-11-02T09:00:00Z", "2026-11-02T09:00:00.000Z"),
        ("moment", "2026-11-02T09:00:00Z", "2026-11-02T10:00:00+01:00"),
        ("moment", "2026-11-02T09:00:00Z", "1793610000000"),
        ("day", "2026-11-02", "2026-11-02T00:00:00Z"),
        ("day", "2026-11-02", "1793577600000"),
        ("flag", "true", "TRUE"),
        ("text", "", None),
        ("number", "", ""),
        ("unknown", "a", "a"),
    ],
)
def test_another_spelling_is_no_difference(name: str, wanted: str, there: str | None) -> None:
    assert same(name, wanted, there)


@pytest.mark.parametrize(
    ("name", "wanted", "there"),
    [
        ("number", "119.9", "119.91"),
        ("number", "12345678901234567890123456789012345.6", "12345678901234567890123456789012345.7"),
        ("number", "0", None),
        ("number", "", "0"),
        ("number", "1", "one"),
        ("moment", "2026-11-02T09:00:00Z", "2026-11-02T09:00:01Z"),
        ("moment", "2026-11-02T09:00:00Z", "soon"),
        ("day", "2026-11-02", "2026-11-03"),
        ("flag", "true", "false"),
        ("text", "10", "10.0"),
        ("text", "Ann", "ann"),
        ("text", "Ann", "Ann "),
        ("word", "a", "A"),
        ("text", "", "typed"),
    ],
)
def test_another_value_is_one(name: str, wanted: str, there: str | None) -> None:
    assert not same(name, wanted, there)


def test_what_is_not_wanted_is_not_compared() -> None:
    assert differing({"a": "1"}, {"a": "1", "b": "2"}) == []


ORDER = There("7", {"name": "#1", "hs_pipeline_stage": "open"}, {"contacts": ("1",), "line_items": ("5", "6")})
LINES = {"50": There("5", {"price": "1"}), "60": There("6", {"price": "2"})}
WANTED = Wanted(
    {"name": "#1", "hs_pipeline_stage": "open"}, {"50": {"price": "1"}, "60": {"price": "2"}}, {"contacts": "1"}
)


def test_what_agrees_has_no_difference() -> None:
    assert differences(WANTED, ORDER, LINES) == []


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        (Wanted({"name": "#2"}, WANTED.lines, WANTED.ends), Difference(DIFFERENT, "name")),
        (Wanted({"hs_pipeline_stage": "shipped"}, WANTED.lines, WANTED.ends), Difference(MOVED, "stage")),
        (Wanted({}, {**WANTED.lines, "70": {}}, WANTED.ends), Difference(MISSING, "line 70")),
        (Wanted({}, {"50": {"price": "1"}}, WANTED.ends), Difference(SURPLUS, "line_items 6")),
        (Wanted({}, {**WANTED.lines, "60": {"price": "3"}}, WANTED.ends), Difference(DIFFERENT, "line 60 price")),
        (Wanted({}, WANTED.lines, {"contacts": "2"}), Difference(ASSOCIATED, "contacts")),
        (Wanted({}, WANTED.lines, {"contacts": None}), Difference(ASSOCIATED, "contacts")),
        (Wanted({}, WANTED.lines, {"companies": "9"}), Difference(ASSOCIATED, "companies")),
    ],
)
def test_each_kind_of_difference_is_named(wanted: Wanted, said: Difference) -> None:
    assert differences(wanted, ORDER, LINES) == [said]


def test_a_line_that_is_there_and_not_associated() -> None:
    order = There("7", ORDER.values, {"contacts": ("1",), "line_items": ("5",)})
    assert differences(WANTED, order, LINES) == [Difference(ASSOCIATED, "line 60")]


def test_what_people_linked_beside_may_stay_but_stands_for_nothing() -> None:
    order = There("7", ORDER.values, {"contacts": ("1", "2"), "line_items": ("5", "6")})
    assert differences(WANTED, order, LINES) == [Difference(ASSOCIATED, "contacts")]
    assert differences(WANTED, order, LINES, lambda _, ids: ids) == []
    without = There("7", ORDER.values, {"contacts": ("2",), "line_items": ("5", "6")})
    assert differences(WANTED, without, LINES, lambda _, ids: ids) == [Difference(ASSOCIATED, "contacts")]


def test_prints_compare_as_values_do_and_tell_nothing_of_them() -> None:
    values = {"name": "Jane Example", "note": "", "price": "9.5"}
    names = ["name", "note", "other", "price"]
    text = packed(prints(values, "salt"), names)
    there = unpacked(text, names)
    assert differing(prints(values, "salt"), there) == []
    assert differing(prints({**values, "price": "9.6"}, "salt"), there) == ["price"]
    assert differing(prints({**values, "note": "x"}, "salt"), there) == ["note"]
    assert differing(prints({**values, "note": "", "name": ""}, "salt"), there) == ["name"]
    assert "Jane" not in text
    assert packed(prints(values, "pepper"), names) != text
    assert prints({"a": "1", "b": "1"}, "s")["a"] != prints({"a": "1", "b": "1"}, "s")["b"]
