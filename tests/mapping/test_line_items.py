"""Every property of a line item, row by row, and which lines there are."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tandem.mapping.line_items import LINE_ITEM_FIELDS, LineTarget
from tandem.mapping.orders import order
from tests.mapping import samples
from tests.mapping.samples import Node, account, line, money

NO_PRODUCT: Node = {"product": None, "variant": None}


def allocations(*sums: str) -> Node:
    return {"discountAllocations": [{"allocatedAmountSet": money(each)} for each in sums]}


def taxes(*sums: str) -> Node:
    return {"taxLines": [{"priceSet": money(each)} for each in sums]}


def mapped(*nodes: Node, **changes: Any) -> dict[str, LineTarget]:
    return dict(order(samples.order(lineItems={"nodes": list(nodes)}, **changes), account()).lines)


CASES: list[tuple[str, Node, str]] = [
    ("name", {}, "Mug - Blue"),
    ("name", {"name": ""}, "Mug"),
    ("quantity", {"quantity": 5, "currentQuantity": 2}, "2"),
    ("price", {}, "20"),
    ("discount", {}, "0"),
    ("discount", allocations("6.00", "0.30"), "2.1"),
    ("discount", allocations("10"), "3.333333"),
    ("discount", {**allocations("6"), "currentQuantity": 1}, "2"),
    ("tax", {}, "0"),
    ("tax", taxes("9.30", "0.60"), "9.9"),
    ("tax", {**taxes("9.90"), "currentQuantity": 1}, "3.3"),
    ("hs_sku", {}, "MUG-B"),
    ("hs_sku", {"sku": None}, ""),
    ("hs_line_item_currency_code", {}, "EUR"),
    ("tandem_kind", {}, "product"),
    ("tandem_kind", {"variant": None}, "product"),
    ("tandem_kind", NO_PRODUCT, "custom"),
    ("tandem_kind", {"isGiftCard": True}, "gift_card"),
    ("tandem_product_id", {}, "81"),
    ("tandem_product_id", NO_PRODUCT, ""),
    ("tandem_variant_id", {}, "82"),
    ("tandem_variant_title", {}, "Blue"),
    ("tandem_vendor", {}, "Holm"),
    ("tandem_gift_card", {"isGiftCard": True}, "true"),
    ("tandem_custom_attributes", {}, "engraving: A. Q."),
    ("tandem_ordered_quantity", {"currentQuantity": 1}, "3"),
    ("tandem_currency", {}, "EUR"),
    ("tandem_unit_price", {}, "20"),
    ("tandem_total_discount", allocations("10", "0.05"), "10.05"),
    ("tandem_total_discount", {}, "0"),
    ("tandem_total_tax", {**taxes("9.90"), "currentQuantity": 1}, "9.9"),
    ("tandem_presentment_currency", {}, "CHF"),
    ("tandem_presentment_unit_price", {}, "21.5"),
]


@pytest.mark.parametrize(("name", "changes", "written"), CASES)
def test_row(name: str, changes: Node, written: str) -> None:
    assert mapped(line(**changes))["7001"].properties[name] == written


def test_every_row_has_a_case() -> None:
    assert {row.property for row in LINE_ITEM_FIELDS} == {name for name, _, _ in CASES}


def test_lines_with_nothing_left_are_gone() -> None:
    gone = line(id="gid://shopify/LineItem/7002", currentQuantity=0)
    assert mapped(line(), gone).keys() == {"7001"}


def test_what_a_line_is_matched_by() -> None:
    found = mapped(line(), line(id="gid://shopify/LineItem/7002", sku=None, **NO_PRODUCT))
    assert [(each.sku, each.variant_id, each.product_id) for each in found.values()] == [
        ("MUG-B", "82", "81"),
        ("", None, None),
    ]


TIP: Node = {**NO_PRODUCT, "title": "Tip ", "name": "Tip", "requiresShipping": False, "sku": None}


@pytest.mark.parametrize(
    ("changes", "tipped", "written"),
    [
        (TIP, "2.0", False),
        ({**TIP, "title": "TIP"}, "2.0", False),
        (TIP, "0.0", True),
        ({**TIP, "requiresShipping": True}, "2.0", True),
        ({**TIP, "product": {"id": "gid://shopify/Product/1"}}, "2.0", True),
        ({**TIP, "title": "Tip jar"}, "2.0", True),
        ({**TIP, "isGiftCard": True}, "2.0", True),
        (NO_PRODUCT, "0.0", True),
        ({"isGiftCard": True}, "0.0", True),
    ],
    ids=["tip", "any case", "no tip received", "shipped", "a product", "another title", "gift card called tip",
         "custom line", "gift card"],
)  # fmt: skip
def test_tips_are_no_lines_and_all_else_is(changes: Node, tipped: str, written: bool) -> None:
    assert bool(mapped(line(**changes), totalTipReceivedSet=money(tipped))) is written


@given(
    st.decimals(0, 10_000, places=2),
    st.lists(st.decimals(0, 100, places=2), max_size=4),
    st.integers(1, 999),
)
def test_unit_discounts_add_up_to_the_total(price: Decimal, given_: list[Decimal], quantity: int) -> None:
    node = line(
        quantity=quantity,
        currentQuantity=quantity,
        originalUnitPriceSet=money(str(price)),
        **allocations(*map(str, given_)),
    )
    written = mapped(node)["7001"].properties
    net = quantity * (Decimal(written["price"]) - Decimal(written["discount"]))
    assert Decimal(written["tandem_total_discount"]) == sum(given_, Decimal(0))
    assert abs(net - (quantity * price - sum(given_))) <= Decimal("0.000001") * quantity
