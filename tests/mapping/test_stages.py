"""Every order has a stage: the native integration's unless a rule says otherwise."""

from itertools import product
from pathlib import Path
from typing import Any

import pytest
from graphql import GraphQLEnumType
from hypothesis import given
from hypothesis import strategies as st

from tandem.mapping.facts import DISPLAYED, FULFILLMENTS, NONE, PAYMENTS, RETURNS, SHIPMENTS, facts, shipment, tag_mark
from tandem.mapping.stages import DEFAULT_RULES, BadRules, decide, parse_rules
from tandem.portal import Portal, Stage
from tests.mapping import samples
from tests.mapping.samples import DELIVERED, Node, account, parcel, stages
from tests.sandbox.shopify.official import official

GONE = {"status": "CANCELLED", "displayStatus": "CANCELED"}
PARCELS: dict[str, list[Node]] = {
    "none": [],
    "all cancelled": [parcel(**GONE)],
    "in transit": [parcel()],
    "delivered": [parcel(**DELIVERED), parcel(displayStatus="PICKED_UP")],
    "delivered, one cancelled": [parcel(**DELIVERED), parcel(**GONE)],
    "delivered by date": [parcel(deliveredAt="2026-11-05T10:30:00Z", displayStatus=None)],
    "partly delivered": [parcel(**DELIVERED), parcel()],
    "failed": [parcel(displayStatus="FAILURE")],
    "no word": [parcel(displayStatus=None)],
    "new word": [parcel(displayStatus="DRONE_CIRCLING")],
}
ALL_DELIVERED = {"delivered", "delivered, one cancelled", "delivered by date"}
PAYMENT_WORDS = [*sorted(PAYMENTS), None, "SETTLED"]
FULFILLMENT_WORDS = [*sorted(FULFILLMENTS), "BEAMED"]
DEFAULT = account()


def stage_of(portal: Portal = DEFAULT, rules: Any = None, **changes: Any) -> str | None:
    """The name of the stage an order goes to."""
    chosen = DEFAULT_RULES if rules is None else parse_rules(rules)
    decision = decide(facts(samples.order(**changes)), chosen, portal)
    return next((stage.name for stage in portal.stages if stage.id == decision.stage), None)


def expected(payment: str | None, fulfillment: str, cancelled: bool, parcels: str) -> str:
    """The six rows of the native integration's rule, in other words."""
    if cancelled:
        return "cancelled"
    if fulfillment == "FULFILLED":
        return "delivered" if parcels in ALL_DELIVERED else "shipped"
    if payment in ("PAID", "PARTIALLY_REFUNDED", "REFUNDED") and fulfillment in FULFILLMENTS:
        return "processed"
    return "open"


@pytest.mark.parametrize("parcels", PARCELS)
@pytest.mark.parametrize("cancelled", [False, True])
def test_all_pairs_map_to_the_native_stage(cancelled: bool, parcels: str) -> None:
    for payment, fulfillment in product(PAYMENT_WORDS, FULFILLMENT_WORDS):
        stage = stage_of(
            displayFinancialStatus=payment,
            displayFulfillmentStatus=fulfillment,
            cancelledAt="2026-11-04T00:00:00Z" if cancelled else None,
            fulfillments=PARCELS[parcels],
        )
        assert stage == expected(payment, fulfillment, cancelled, parcels), (payment, fulfillment)


@pytest.mark.parametrize(
    ("changes", "stage"),
    [
        ({"cancelledAt": "2026-11-04T00:00:00Z", "displayFulfillmentStatus": "FULFILLED"}, "cancelled"),
        ({"displayFulfillmentStatus": "FULFILLED", "fulfillments": [parcel(**DELIVERED)]}, "delivered"),
        ({"displayFulfillmentStatus": "FULFILLED", "fulfillments": [parcel()]}, "shipped"),
        ({"displayFulfillmentStatus": "FULFILLED", "fulfillments": []}, "shipped"),
        ({"displayFulfillmentStatus": "PARTIALLY_FULFILLED"}, "processed"),
        ({"displayFinancialStatus": "REFUNDED", "displayFulfillmentStatus": "ON_HOLD"}, "processed"),
        ({"displayFulfillmentStatus": "FULFILLMENT_NOT_REQUIRED"}, "processed"),
        ({"displayFinancialStatus": "PENDING"}, "open"),
        ({"displayFinancialStatus": "VOIDED"}, "open"),
        ({"displayFinancialStatus": None}, "open"),
    ],
)
def test_the_native_rows(changes: Node, stage: str) -> None:
    assert stage_of(**changes) == stage


@given(
    st.text(),
    st.text(),
    st.text(),
    st.booleans(),
    st.booleans(),
    st.lists(st.text()),
    st.sampled_from(sorted(SHIPMENTS)),
)
def test_whatever_the_words_an_order_has_a_stage(
    payment: str, fulfillment: str, returned: str, cancelled: bool, closed: bool, tags: list[str], sent: str
) -> None:
    known = {
        "payment": payment,
        "fulfillment": fulfillment,
        "shipment": sent,
        "shipments": [],
        "return": returned,
        "cancelled": cancelled,
        "closed": closed,
        "tags": tags,
    }
    assert decide(known, DEFAULT_RULES, DEFAULT).stage in {stage.id for stage in DEFAULT.stages}


def test_words_nobody_knows_are_reported_and_take_the_default_stage() -> None:
    known = facts(
        samples.order(
            displayFinancialStatus="SETTLED",
            displayFulfillmentStatus="BEAMED",
            returnStatus="ODD",
            fulfillments=PARCELS["new word"],
        )
    )
    decision = decide(known, DEFAULT_RULES, account(default_stage="processed"))
    assert decision.stage == account().stage_id("processed")
    assert decision.unknown == ("payment:SETTLED", "fulfillment:BEAMED", "return:ODD", "shipment:DRONE_CIRCLING")


def test_known_words_are_not_reported() -> None:
    for parcels in ("none", "in transit", "delivered", "failed", "no word"):
        known = facts(samples.order(displayFinancialStatus=None, fulfillments=PARCELS[parcels]))
        assert decide(known, DEFAULT_RULES, DEFAULT).unknown == ()


def test_a_custom_stage_by_a_rule_of_ones_own() -> None:
    portal = account(stages=(*stages(), Stage(id="9001", label="Review")))
    rules = [
        {"stage": "9001", "tags": ["Check Me"], "cancelled": False},
        {"stage": "cancelled", "cancelled": True},
        {"stage": "processed"},
    ]
    known = facts(samples.order(tags=["vip", " check me"]))
    assert decide(known, parse_rules(rules), portal).stage == "9001"
    assert stage_of(portal, rules, tags=["vip"]) == "processed"
    assert stage_of(portal, rules, tags=["check me"], cancelledAt="2026-11-04T00:00:00Z") == "cancelled"


@pytest.mark.parametrize(
    ("test", "holds", "fails"),
    [
        ({"payment": ["paid"]}, {}, {"displayFinancialStatus": "PENDING"}),
        ({"payment": ["NONE"]}, {"displayFinancialStatus": None}, {}),
        ({"fulfillment": ["ON_HOLD", "SCHEDULED"]}, {"displayFulfillmentStatus": "SCHEDULED"}, {}),
        ({"shipment": ["FAILED"]}, {"fulfillments": PARCELS["failed"]}, {"fulfillments": PARCELS["in transit"]}),
        ({"return": ["RETURNED"]}, {"returnStatus": "RETURNED"}, {}),
        ({"cancelled": True}, {"cancelledAt": "2026-11-04T00:00:00Z"}, {}),
        ({"closed": False}, {}, {"closedAt": "2026-11-04T00:00:00Z"}),
        ({"tags": ["VIP"]}, {"tags": ["vip"]}, {"tags": ["vipp"]}),
    ],
)
def test_each_test_of_a_rule(test: Node, holds: Node, fails: Node) -> None:
    rules = [{"stage": "delivered", **test}, {"stage": "open"}]
    assert stage_of(rules=rules, **holds) == "delivered"
    assert stage_of(rules=rules, **fails) == "open"


def test_a_skipped_stage_leaves_the_order_where_it_is() -> None:
    known = facts(samples.order(tags=["hands off"]))
    decision = decide(known, parse_rules([{"stage": "skip", "tags": ["hands off"]}, {"stage": "open"}]), DEFAULT)
    assert (decision.stage, decision.skipped, decision.unknown) == (None, True, ())


@pytest.mark.parametrize("given_", [{"writable": False}, None], ids=["not writable", "missing"])
def test_a_stage_that_cannot_be_had_leaves_the_order_and_is_reported(given_: Any) -> None:
    rest = tuple(stage for stage in stages() if stage.name != "shipped")
    shipped = account().stage_id("shipped")
    assert shipped is not None
    locked = (Stage(id=shipped, label="Shipped", name="shipped", **given_),) if given_ else ()
    known = facts(samples.order(displayFulfillmentStatus="FULFILLED", fulfillments=[parcel()]))
    decision = decide(known, DEFAULT_RULES, account(stages=(*rest, *locked)))
    assert (decision.stage, decision.skipped, decision.unknown) == (None, False, ("stage:shipped",))


def test_an_account_without_delivered_keeps_delivered_orders_in_shipped() -> None:
    portal = account(stages=tuple(stage for stage in stages() if stage.name != "delivered"))
    changes: Node = {"displayFulfillmentStatus": "FULFILLED", "fulfillments": PARCELS["delivered"]}
    assert stage_of(portal, **changes) == "shipped"


def test_no_rule_holding_takes_the_default_stage() -> None:
    assert stage_of(account(default_stage="processed"), [{"stage": "shipped", "tags": ["x"]}]) == "processed"


def test_a_missing_default_stage_is_reported() -> None:
    decision = decide(facts(samples.order()), parse_rules([{"stage": "open", "tags": ["x"]}]),
                      account(default_stage="nowhere"))  # fmt: skip
    assert (decision.stage, decision.unknown) == (None, ("stage:nowhere",))


@pytest.mark.parametrize(
    ("parcels", "word"),
    [
        ([], "NONE"),
        (None, "NONE"),
        ([parcel(**GONE)], "NONE"),
        ([parcel(**DELIVERED), parcel(**GONE)], "DELIVERED"),
        ([parcel(**DELIVERED), parcel(displayStatus="ATTEMPTED_DELIVERY")], "FAILED"),
        ([parcel(displayStatus="PICKED_UP"), parcel()], "PARTIALLY_DELIVERED"),
        ([parcel(displayStatus="OUT_FOR_DELIVERY"), parcel()], "OUT_FOR_DELIVERY"),
        ([parcel(displayStatus="READY_FOR_PICKUP"), parcel()], "READY_FOR_PICKUP"),
        ([parcel(displayStatus="DELAYED"), parcel(displayStatus="CONFIRMED")], "IN_TRANSIT"),
        ([parcel(displayStatus="LABEL_PRINTED")], "SHIPPED"),
        ([parcel(displayStatus="DRONE_CIRCLING")], "SHIPPED"),
        ([parcel(displayStatus="FAILURE", deliveredAt="2026-11-05T10:30:00Z")], "DELIVERED"),
    ],
)
def test_shipment_words(parcels: Any, word: str) -> None:
    assert shipment(parcels) == word
    assert word in SHIPMENTS


def test_facts_are_small_and_hold_no_person() -> None:
    known = facts(
        samples.order(
            closedAt="2026-11-09T00:00:00Z", tags=[" vip ", "", "b2b"], fulfillments=[parcel(), parcel(**GONE)]
        )
    )
    assert known == {
        "payment": "PAID",
        "fulfillment": "UNFULFILLED",
        "shipment": "IN_TRANSIT",
        "shipments": ["IN_TRANSIT"],
        "return": "NO_RETURN",
        "cancelled": False,
        "closed": True,
        "tags": sorted([tag_mark("b2b"), tag_mark("VIP")]),
    }
    assert "vip" not in str(known)


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ({"payment": ["PAID"]}, "row 2, stage"),
        ({"stage": "open", "payment": ["SETTLED"]}, "row 2, payment: .*SETTLED"),
        ({"stage": "open", "fulfillment": []}, "row 2, fulfillment"),
        ({"stage": "open", "shipment": "DELIVERED"}, "row 2, shipment"),
        ({"stage": "open", "return": ["ODD"]}, "row 2, return: .*ODD"),
        ({"stage": "open", "tag": ["x"]}, "row 2, tag"),
        ({"stage": [], "tags": ["x"]}, "row 2, stage"),
        ({"stage": ""}, "row 2, stage"),
        ("open", "row 2"),
    ],
)
def test_bad_rules_are_refused_by_row(row: Any, fault: str) -> None:
    with pytest.raises(BadRules, match=fault):
        parse_rules([{"stage": "open"}, row])


def test_no_rules_at_all_are_refused() -> None:
    with pytest.raises(BadRules, match="no row"):
        parse_rules([])


def test_rules_survive_being_saved() -> None:
    saved = [rule.model_dump(mode="json", by_alias=True, exclude_none=True) for rule in DEFAULT_RULES]
    assert parse_rules(saved) == DEFAULT_RULES


@pytest.mark.parametrize(
    ("enum", "words"),
    [
        ("OrderDisplayFinancialStatus", PAYMENTS),
        ("OrderDisplayFulfillmentStatus", FULFILLMENTS),
        ("OrderReturnStatus", RETURNS),
        ("FulfillmentDisplayStatus", DISPLAYED),
    ],
)
def test_shopify_says_these_words(enum: str, words: frozenset[str], shared: Path) -> None:
    found = official(shared).type_map[enum]
    assert isinstance(found, GraphQLEnumType)
    assert words == set(found.values)
    assert NONE not in words
