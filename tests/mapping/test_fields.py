"""Values are fitted to what an account's properties take, and left out where they cannot be."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tandem.mapping.contacts import contact
from tandem.mapping.fields import fit
from tandem.mapping.orders import order
from tandem.portal import Property
from tests.mapping import samples
from tests.mapping.samples import account

STATUSES = frozenset({"paid", "partially_paid", "Not-Paid"})


@pytest.mark.parametrize(
    ("value", "definition", "fitting"),
    [
        ("Paid", Property(type="enumeration", options=STATUSES), "paid"),
        ("Partially paid", Property(type="enumeration", options=STATUSES), "partially_paid"),
        ("not paid", Property(type="enumeration", options=STATUSES), "Not-Paid"),
        ("Voided", Property(type="enumeration", options=STATUSES), None),
        ("", Property(type="enumeration", options=STATUSES), ""),
        ("Voided", Property(type="enumeration"), "Voided"),
        ("Voided", Property(type="enumeration", options=frozenset()), "Voided"),
        ("119.9", Property(type="number"), "119.9"),
        ("119.9 EUR", Property(type="number"), None),
        ("NaN", Property(type="number"), None),
        ("", Property(type="number"), ""),
        ("true", Property(type="bool"), "true"),
        ("yes", Property(type="bool"), None),
        ("2026-11-02T09:00:00Z", Property(type="datetime"), "2026-11-02T09:00:00Z"),
        ("2026-11-02T09:00:00Z", Property(type="date"), "2026-11-02"),
        ("soon", Property(type="datetime"), None),
        ("soon", Property(type="date"), None),
        ("2026-11-02T09:00:00Z", Property(type="string"), "2026-11-02T09:00:00Z"),
        ("+44", Property(type="phone_number"), "+44"),
    ],
)
def test_fit(value: str, definition: Property, fitting: str | None) -> None:
    assert fit(value, definition) == fitting


@given(st.text(max_size=20), st.sampled_from(["string", "number", "bool", "date", "datetime", "enumeration"]))
def test_any_text_fits_or_does_not(value: str, type_: str) -> None:
    fitting = fit(value, Property(type=type_, options=STATUSES))
    assert fitting is None or isinstance(fitting, str)


@pytest.mark.parametrize("definition", [None, Property(type="string", writable=False)], ids=["missing", "read-only"])
def test_what_cannot_be_written_is_left_out(definition: Property | None) -> None:
    portal = account({"orders": {"hs_tags": definition, "hs_source_store": definition}})
    written = order(samples.order(tags=["vip"]), portal).properties
    assert not {"hs_tags", "hs_source_store"} & written.keys()
    assert "hs_order_name" in written


def test_an_account_without_anything_gets_nothing() -> None:
    portal = account().model_copy(update={"properties": {}})
    assert order(samples.order(), portal).properties == {}
    assert contact(samples.customer(), portal) == {}


TEXTS = st.text(max_size=50) | st.none()


@given(TEXTS, TEXTS, st.lists(st.text(max_size=20), max_size=5), TEXTS)
def test_whatever_people_type_every_value_is_text_that_can_be_sent(
    note: str | None, name: str | None, tags: list[str], city: str | None
) -> None:
    address = samples.address(name=name, city=city)
    target = order(samples.order(note=note, tags=tags, shippingAddress=address), account())
    for properties in (target.properties, *(line.properties for line in target.lines.values())):
        assert all(isinstance(value, str) and value.encode() is not None for value in properties.values())
