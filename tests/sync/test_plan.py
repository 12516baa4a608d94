"""What is written for an order or a cart: to which records, which lines, what leaves. No vendor takes part."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from tandem.mapping.line_items import LineTarget
from tandem.mapping.orders import OrderTarget
from tandem.model import KEY, Found, Kind, Record, Ref, Write
from tandem.portal import Portal
from tandem.sync.plan import Known, Plan, contact_digest, digest, gone_digest, left_key, lines_differ, plan, record_key
from tests.mapping.samples import account

SHOP = "acme.myshopify.com"
NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
ORDER, CART = Ref(SHOP, Kind.ORDER, "5"), Ref(SHOP, Kind.CART, "f00d")
PORTAL = account()
UNLINKABLE = account({"line_items": {"hs_product_id": None}})


def line(sku: str = "", **properties: str) -> LineTarget:
    return LineTarget({"name": "Cup", "price": "10.00", "quantity": "1", "hs_sku": sku, **properties}, sku, None, None)


TARGET = OrderTarget(
    properties={"hs_order_name": "#1001", "hs_order_note": ""},
    lines={"1": line("RED"), "2": line("BLUE")},
    contact="70",
    company="80",
    facts={"payment": "paid"},
    version=NOW,
)
WRITTEN = Record(ORDER, link="900", digest=digest(TARGET), children={"1": "901", "2": "902"})
"""The row of an order that is in step."""


def planned(row: Record, target: OrderTarget = TARGET, portal: Portal = PORTAL, **known: Any) -> Plan:
    return plan(row, target, portal, Known(**known))


def key_of(line_: str, ref: Ref = ORDER) -> str:
    return f"{SHOP}:{'line' if ref.kind is Kind.ORDER else 'cartline'}:{line_}"


def found(id_: str, key: str | None = None, **properties: str | None) -> Found:
    """A line as HubSpot has it."""
    return Found(id_, {KEY: key, **properties})


def test_an_order_nowhere_to_be_found_is_made_in_the_first_stage_with_all_its_lines() -> None:
    made = planned(Record(ORDER))
    first = {"hs_pipeline": "pipeline", "hs_pipeline_stage": PORTAL.first_stage}
    assert made == Plan(
        row=Record(ORDER),
        target=TARGET,
        digest=digest(TARGET),
        existing=None,
        record=Write(ORDER.key, {"hs_order_name": "#1001", KEY: ORDER.key, **first}),
        lines=(),
        lines_by_key=tuple(
            Write(key_of(one), {**TARGET.lines[one].properties, KEY: key_of(one)}) for one in TARGET.lines
        ),
        line_ids={},
        leaving={},
        strangers=(),
        new_facts=True,
    )
    assert made.lines_change


def test_a_cart_is_made_in_no_stage_and_its_lines_are_not_those_of_its_order() -> None:
    made = planned(Record(CART))
    assert made.record == Write(CART.key, {"hs_order_name": "#1001", KEY: CART.key})
    assert [write.key for write in made.lines_by_key] == [key_of("1", CART), key_of("2", CART)]
    assert all(write.properties[KEY] == write.key for write in made.lines_by_key)


def test_an_order_that_is_linked_is_written_by_its_id_and_empties_what_is_empty_now() -> None:
    made = planned(replace(WRITTEN, digest=None))
    assert (made.existing, made.record.key) == ("900", "900")
    assert made.record.properties == {"hs_order_name": "#1001", "hs_order_note": "", KEY: ORDER.key}
    assert [write.key for write in made.lines] == ["901", "902"]
    assert made.lines[0].properties == {**TARGET.lines["1"].properties, KEY: key_of("1")}
    assert (made.lines_by_key, made.leaving) == ((), {})
    assert made.lines_change


def test_an_order_found_by_its_key_is_written_by_id_and_its_stage_is_left() -> None:
    """A worker that ended before it could note the link leaves such."""
    lines = {"900": [found("901", key_of("1")), found("909", key_of("9"))], "1": [found("7", key_of("2"))]}
    made = planned(Record(ORDER), records={ORDER.key: "900"}, lines=lines)
    assert (made.existing, made.record.key) == ("900", "900")
    assert "hs_pipeline_stage" not in made.record.properties
    assert made.line_ids == {"1": "901"}
    assert [write.key for write in made.lines] == ["901"]
    assert [write.key for write in made.lines_by_key] == [key_of("2")]
    assert made.leaving == {"909": key_of("9")}, "a line of ours that is in the order no more"


def test_the_link_of_the_row_counts_for_more_than_what_the_key_finds() -> None:
    made = planned(WRITTEN, records={ORDER.key: "1"}, lines={"900": [found("905", key_of("1"))]})
    assert made.existing == "900"
    assert made.line_ids == {"1": "905", "2": "902"}, "and the line that has the key for more than the row's"


@pytest.mark.parametrize(
    ("changed", "lines", "facts"),
    [
        ({"properties": {"hs_order_name": "#1002"}}, False, False),
        ({"contact": "71"}, False, False),
        ({"company": None}, False, False),
        ({"facts": {"payment": "refunded"}}, False, True),
        ({"lines": {"1": line("RED"), "2": line("BLUE", quantity="2")}}, True, False),
        ({"lines": {"1": line("RED"), "3": line("BLUE")}}, True, False),
        ({"version": datetime(2027, 1, 1, tzinfo=UTC), "taken_out": ("9",)}, None, None),
    ],
)
def test_only_what_changed_is_written(changed: Mapping[str, Any], lines: bool | None, facts: bool | None) -> None:
    """Lines and stage are left alone when only the order changed, and a new version alone is nothing to write."""
    target = replace(TARGET, **changed)
    if lines is None:
        assert digest(target) == digest(TARGET)
        return
    assert digest(target) != digest(TARGET)
    made = planned(WRITTEN, target)
    assert lines_differ(WRITTEN, target) is lines
    assert bool(made.lines or made.lines_by_key) is lines
    assert made.lines_change is lines
    assert made.new_facts is facts
    assert made.digest == digest(target)


@pytest.mark.parametrize("before", [None, "", "deleted", "a.b", "a.b.c.d"])
def test_what_was_not_written_whole_or_was_marked_deleted_is_written_whole(before: str | None) -> None:
    made = planned(replace(WRITTEN, digest=before))
    assert len(made.lines) == 2
    assert made.new_facts


def test_an_order_without_a_link_is_written_whole_whatever_its_digest() -> None:
    row = replace(WRITTEN, link=None)
    assert lines_differ(row, TARGET)
    made = planned(row)
    assert made.new_facts
    assert len(made.lines) == 2


def test_a_line_that_left_its_order_leaves_with_the_key_it_had() -> None:
    target = replace(TARGET, lines={"2": TARGET.lines["2"]})
    lines = {
        "900": [found("902", key_of("2")), found("908", key_of("8")), found("907", "somebody's own"), found("906")]
    }
    made = planned(replace(WRITTEN, children={"1": "901", "2": "902", "3": ""}), target, lines=lines)
    assert made.leaving == {"901": key_of("1"), "908": key_of("8"), "907": "somebody's own"}
    assert made.lines_change
    bare = planned(replace(WRITTEN, children={"1": "901", "2": "902"}), target)
    assert [write.key for write in bare.lines] == ["902"]


def test_a_line_that_leaves_and_nothing_else_is_a_change_of_lines() -> None:
    assert planned(replace(WRITTEN, children={**WRITTEN.children, "9": "909"})).lines_change
    assert not planned(WRITTEN).lines_change


def test_a_line_whose_row_tells_no_id_is_made() -> None:
    made = planned(replace(WRITTEN, digest=None, children={"1": "", "2": "902"}))
    assert made.line_ids == {"2": "902"}
    assert [write.key for write in made.lines_by_key] == [key_of("1")]


def test_a_line_twice_there_is_kept_once() -> None:
    """Of a line whose row knows another record than the key: the record with the key stays, as all others are ours."""
    twice = {"900": [found("905", key_of("1"))]}
    assert planned(WRITTEN, lines=twice).leaving == {}
    assert planned(WRITTEN, replace(TARGET, lines={}), lines=twice).leaving == {
        "901": key_of("1"),
        "902": key_of("2"),
        "905": key_of("1"),
    }


def test_other_customers_contacts_are_strangers() -> None:
    customers = {"900": {"70": "c70", "71": "c71", "72": "c72"}, "1": {"73": "c73"}, "": {"74": "c74"}}
    assert planned(WRITTEN, customers=customers).strangers == ("c71", "c72")
    assert planned(WRITTEN, replace(TARGET, contact=None), customers=customers).strangers == ("c70", "c71", "c72")
    assert planned(WRITTEN).strangers == ()


def test_lines_are_linked_to_products_where_the_account_can() -> None:
    products = {"RED": "p1", "": "p2"}
    made = planned(Record(ORDER), products=products)
    assert [write.properties.get("hs_product_id") for write in made.lines_by_key] == ["p1", None]
    for portal in (UNLINKABLE, PORTAL.model_copy(update={"properties": {}})):
        bare = planned(Record(ORDER), portal=portal, products=products)
        assert [write.properties.get("hs_product_id") for write in bare.lines_by_key] == [None, None]


def adopted(lines: Mapping[str, LineTarget], *theirs: Found) -> Plan:
    """An order that another integration made, with its lines."""
    known: dict[str, Any] = {"records": {ORDER.key: "900"}, "adopted": frozenset({ORDER.key}), "lines": {"900": theirs}}
    return planned(Record(ORDER), replace(TARGET, lines=lines), **known)


def looks(id_: str, sku: str | None, name: str = "Cup", price: str = "10", quantity: str = "1") -> Found:
    return found(id_, hs_sku=sku, name=name, price=price, quantity=quantity)


@pytest.mark.parametrize(
    ("theirs", "same"),
    [
        (looks("1", "RED"), True),
        (looks("1", " red ", price="10.000"), True),
        (looks("1", None, name="CUP", price="10.0"), True),
        (looks("1", "RED", name="Mug", price="7", quantity="3"), True),
        (looks("1", None, price="7", quantity="3"), True),
        (looks("1", "BLUE", name="Mug"), False),
        (looks("1", None, name="Mug"), False),
        (looks("1", "RE"), True),
        (looks("1", "RE", name="Mug"), False),
    ],
)
def test_a_line_of_an_adopted_order_is_known_by_its_looks(theirs: Found, same: bool) -> None:
    made = adopted({"1": line("RED")}, theirs)
    assert made.line_ids == ({"1": "1"} if same else {})
    assert made.leaving == ({} if same else {"1": key_of("1")}), "what stands for nothing goes"


def test_numbers_are_alike_however_they_are_written_and_words_are_not() -> None:
    ten = {"1": line("", price="10", quantity="100")}
    assert adopted(ten, looks("1", "", name="", price="10.00", quantity="100")).line_ids == {}, "no name, no match"
    first, second = looks("1", "", price="1", quantity="1"), looks("2", "", price="10.0", quantity="100")
    assert adopted(ten, first, second).line_ids == {"1": "2"}
    assert adopted({"1": line("A.0", name="X")}, looks("1", "A", name="Y")).line_ids == {"1": "1"}
    assert adopted({"1": line("A0", name="X")}, looks("1", "A", name="Y")).line_ids == {}


def test_the_surest_matches_come_first_and_each_line_stands_for_one() -> None:
    lines = {"1": line("RED", price="9"), "2": line("RED"), "3": line("RED")}
    dear, cheap = looks("d", "RED", price="10"), looks("c", "RED", price="9")
    made = adopted(lines, dear, cheap)
    assert made.line_ids == {"1": "c", "2": "d"}
    assert [write.key for write in made.lines_by_key] == [key_of("3")]
    assert made.leaving == {}


def test_lines_of_an_adopted_order_that_have_our_key_are_known_by_it_alone() -> None:
    mine = replace(looks("m", "RED"), properties={**looks("m", "RED").properties, KEY: key_of("2")})
    made = adopted({"1": line("RED"), "2": line("RED")}, mine, looks("t", "RED"))
    assert made.line_ids == {"1": "t", "2": "m"}
    alone = adopted({"1": line("RED")}, mine)
    assert (alone.line_ids, alone.leaving) == ({}, {"m": key_of("2")})


def test_lines_of_an_order_that_is_ours_are_not_known_by_their_looks() -> None:
    made = planned(Record(ORDER), records={ORDER.key: "900"}, lines={"900": [looks("1", "RED")]})
    assert (made.line_ids, made.leaving) == ({}, {})


def test_a_cart_keeps_the_key_it_got_before_its_token_was_known() -> None:
    row = Record(CART, facts={"key": "3300"})
    assert record_key(row) == f"{SHOP}:cart:3300"
    made = planned(row, records={f"{SHOP}:cart:3300": "900"})
    assert made.existing == "900"
    assert made.record.properties[KEY] == f"{SHOP}:cart:3300"
    assert record_key(Record(CART)) == CART.key
    assert record_key(Record(ORDER, facts={"key": "3300"})) == ORDER.key, "an order's facts are its stage's"


def test_a_line_that_left_gets_a_key_by_which_it_is_known_as_such_and_keeps_it() -> None:
    assert left_key(key_of("1")) == f"{key_of('1')}:left"
    assert left_key(left_key(key_of("1"))) == left_key(key_of("1"))


def test_digests_stand_for_their_values_in_any_order() -> None:
    turned = replace(TARGET, properties=dict(sorted(TARGET.properties.items(), reverse=True)))
    assert digest(turned) == digest(TARGET)
    assert contact_digest({"a": "1", "b": "2"}) == contact_digest({"b": "2", "a": "1"}) != contact_digest({"a": "1"})
    assert digest(replace(TARGET, facts={"at": NOW})) == digest(replace(TARGET, facts={"at": NOW})) != digest(TARGET)
    gone = gone_digest({"state": "expired"}, "9")
    assert gone == gone_digest({"state": "expired"}, "9")
    assert len({gone, gone_digest({"state": "expired"}, None), gone_digest({"state": "recovered"}, "9")}) == 3
    assert planned(replace(WRITTEN, digest=gone)).new_facts, "should its checkout return, all of it is written"


@pytest.mark.parametrize("of", ["order", "contact", "gone"])
def test_a_new_mapping_rewrites_what_an_old_one_wrote(of: str, monkeypatch: pytest.MonkeyPatch) -> None:
    made = {
        "order": lambda: digest(TARGET).split("."),
        "contact": lambda: [contact_digest({"a": "1"})],
        "gone": lambda: [gone_digest({"a": "1"}, None)],
    }
    before = made[of]()
    monkeypatch.setattr("tandem.sync.plan.MAPPING_VERSION", "next")
    assert all(old != new for old, new in zip(before, made[of](), strict=True))
