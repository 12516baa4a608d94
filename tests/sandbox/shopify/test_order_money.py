"""Sums of orders: totals, what is current, what is owed, in two currencies (reference §4.4, §10 traps 14 and 29)."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.shopify.money import Rate
from sandbox.shopify.orders import order_money as money
from sandbox.shopify.orders.order_create import NewLine, NewShipping, place_order
from sandbox.shopify.orders.order_discounts import NewDiscount
from sandbox.shopify.orders.order_model import Order
from sandbox.shopify.orders.payments import NewTransaction
from sandbox.shopify.orders.refunds import NewRefundLine, NewRefundTransaction, refund
from sandbox.shopify.orders.sums import Sum, share, spread, total, unit
from sandbox.shopify.shop import Shop
from sandbox.shopify.simulator import Shopify
from tests.sandbox.shopify.front import Front
from tests.sandbox.shopify.goods import variant

USD = Rate("USD", "USD")


@pytest.fixture
def shop() -> Shop:
    return Shopify().shop


def one(amount: str) -> Sum:
    value = Decimal(amount)
    return Sum(value, value)


def autumn(shop: Shop, **about: object) -> Order:
    """Two notebooks and a case with 10 % off everything, shipping and tax."""
    lines = [NewLine(variant(shop), 2), NewLine(variant(shop, "38.50", "Brass Pencil Case"), 1)]
    return place_order(
        shop,
        lines,
        shipping=[NewShipping("Standard", Decimal("7.50"))],
        discounts=[NewDiscount("AUTUMN10", percentage=Decimal(10))],
        taxes=[("Oregon Demo Tax", Decimal("0.085"))],
        **about,  # type: ignore[arg-type]  # whatever place_order takes
    )


def test_an_order_adds_up_discounts_before_tax_and_shipping_beside_them(shop: Shop) -> None:
    order = autumn(shop)
    assert money.line_items_price(order) == one("86.50")
    assert money.total_discounts(order) == one("8.65")
    assert money.subtotal(order) == one("77.85")
    assert [money.line_tax(line).shop for line in order.lines] == [Decimal("3.67"), Decimal("2.95")]
    assert money.total_price(order) == one("91.97")
    assert money.current_total(order) == money.total_price(order) == money.received(order)
    assert money.outstanding(order) == one("0")


def test_taxes_that_are_included_are_part_of_the_price(shop: Shop) -> None:
    order = autumn(shop, taxes_included=True)
    assert money.total_price(order) == money.subtotal(order) + one("7.50")
    assert money.total_tax(order).shop == Decimal("3.38") + Decimal("2.71")


def test_a_tip_belongs_to_the_total_but_to_no_line(shop: Shop) -> None:
    order = place_order(shop, [NewLine(variant(shop, "29.00"))], tip=one("3.00"))
    assert money.subtotal(order) == one("29.00")
    assert money.total_price(order) == money.received(order) == one("32.00")


def test_the_sum_of_the_lines_is_not_the_total(shop: Shop) -> None:
    order = autumn(shop, tip=one("1.00"))
    lines = total(money.line_net(line) for line in order.lines)
    assert money.total_price(order) - lines == one("7.50") + one("1.00") + money.total_tax(order)


def test_a_code_over_the_order_is_no_discount_of_a_line_but_lowers_its_unit_price(shop: Shop) -> None:
    line = autumn(shop).lines[0]
    assert money.line_level_discount(line, codes=True) == one("0")
    assert money.discounted_unit_price(line) == one("21.60")


def test_a_line_discount_is_shown_on_its_line_alone(shop: Shop) -> None:
    lines = [NewLine(variant(shop), 2), NewLine(variant(shop, "10.00"), 1)]
    order = place_order(
        shop, lines, discounts=[NewDiscount("VIP", amount=Decimal(5), kind="ManualDiscountApplication", lines=(1,))]
    )
    assert [money.line_level_discount(line, codes=False) for line in order.lines] == [one("0"), one("5")]
    [application] = order.discount_applications
    assert (application.allocation_method, application.target_selection) == ("EACH", "EXPLICIT")


def test_free_shipping_is_a_discount_of_shipping(shop: Shop) -> None:
    order = place_order(
        shop,
        [NewLine(variant(shop))],
        shipping=[NewShipping("Standard", Decimal("7.50"))],
        discounts=[NewDiscount("FREESHIP", percentage=Decimal(100), shipping=True)],
    )
    assert money.total_shipping(order) == one("7.50")
    assert money.current_shipping_price(order) == one("0.00")
    assert money.total_discounts(order) == one("7.50")
    assert money.total_price(order) == one("24.00")


def test_a_fixed_amount_over_equal_lines_gives_its_odd_cents_to_the_first() -> None:
    """As Shopify's own REST samples have it."""
    assert spread(USD, one("10.00"), [one("199")] * 3) == [one("3.34"), one("3.33"), one("3.33")]


@given(
    amount=st.decimals(0, 10_000, places=2),
    weights=st.lists(st.decimals(0, 500, places=2), min_size=1, max_size=12).filter(any),
)
def test_what_is_spread_is_all_there_and_never_below_zero(amount: Decimal, weights: list[Decimal]) -> None:
    parts = spread(USD, Sum(amount, amount), [Sum(weight, weight) for weight in weights])
    assert total(parts) == Sum(amount, amount)
    assert all(part.shop >= 0 for part in parts)


@given(amount=st.decimals(0, 10_000, places=2), parts=st.integers(1, 40))
def test_shares_taken_step_by_step_add_up_to_the_whole(amount: Decimal, parts: int) -> None:
    whole = Sum(amount, amount)
    steps = [share(USD, whole, n + 1, parts) - share(USD, whole, n, parts) for n in range(parts)]
    assert total(steps) == whole
    assert max(step.shop for step in steps) - min(step.shop for step in steps) <= 2 * unit("USD")


@settings(max_examples=30, deadline=None)
@given(st.data(), st.sampled_from(["USD", "EUR", "JPY", "BHD"]), st.lists(st.integers(1, 5), min_size=1, max_size=4))
def test_an_order_refunded_unit_by_unit_ends_at_nothing(data: st.DataObject, buyer: str, units: list[int]) -> None:
    """In any order and any currency: no cent is left over, none too many goes back."""
    shop = Shopify().shop
    rate = Rate(
        "USD",
        buyer,
        {"USD": Decimal(1), "EUR": Decimal("0.92"), "JPY": Decimal("151.37")}.get(buyer, Decimal("0.3769")),
    )
    order = place_order(
        shop,
        [NewLine(variant(shop, f"{7 + n}.{n}9"), quantity) for n, quantity in enumerate(units)],
        rate=rate,
        discounts=[NewDiscount("ODD", amount=Decimal("3.33"))],
        taxes=[("Tax", Decimal("0.0825"))],
    )
    paid = money.received(order)
    back = Sum(Decimal(0), Decimal(0))
    left = [line for line in order.lines for _ in range(line.quantity)]
    for line in data.draw(st.permutations(left)):
        [gone] = refund(shop, order, lines=[NewRefundLine(line, 1, "CANCEL")]).lines
        back += gone.subtotal + gone.tax
    assert back == paid == money.total_price(order)
    assert not money.current_total(order)
    assert all(line.current_quantity == 0 for line in order.lines)
    assert back.presentment == back.presentment.quantize(unit(buyer))


def test_yen_have_no_decimals_and_dinars_three(shop: Shop) -> None:
    yen = place_order(shop, [NewLine(variant(shop, "19.99"), 3)], rate=Rate("USD", "JPY", Decimal("151.37")))
    assert money.total_price(yen) == Sum(Decimal("59.97"), Decimal(9078))
    dinars = place_order(shop, [NewLine(variant(shop, "19.99"))], rate=Rate("USD", "BHD", Decimal("0.3769")))
    assert money.total_price(dinars).presentment == Decimal("7.534")


def test_amounts_are_decimals_in_both_currencies_over_graphql() -> None:
    front = Front()
    order = place_order(front.shop, [NewLine(variant(front.shop, "120.00"))], rate=Rate("USD", "JPY", Decimal(151)))
    query = """query($id: ID!) { order(id: $id) {
      currencyCode presentmentCurrencyCode
      totalPriceSet { shopMoney { amount currencyCode } presentmentMoney { amount currencyCode } }
    } }"""
    assert front.ask(query, {"id": order.id})["order"] == {
        "currencyCode": "USD",
        "presentmentCurrencyCode": "JPY",
        "totalPriceSet": {
            "shopMoney": {"amount": "120.0", "currencyCode": "USD"},
            "presentmentMoney": {"amount": "18120.0", "currencyCode": "JPY"},
        },
    }


def test_what_is_paid_in_part_leaves_the_rest_owed(shop: Shop) -> None:
    order = place_order(
        shop, [NewLine(variant(shop, "100.00"))], transactions=[NewTransaction(gateway="cash", amount=one("30.00"))]
    )
    assert money.outstanding(order) == one("70.00")
    assert not money.is_paid(order)


def test_an_authorised_sum_is_not_owed_though_not_received(shop: Shop) -> None:
    """Capture order-create-math-matrix."""
    order = place_order(shop, [NewLine(variant(shop, "18.00"))], transactions=[NewTransaction("AUTHORIZATION")])
    assert money.outstanding(order) == one("0.00")
    assert money.received(order) == one("0")
    assert money.capturable(order) == one("18.00")


def test_money_given_back_without_lines_lowers_the_current_total_too(shop: Shop) -> None:
    order = place_order(shop, [NewLine(variant(shop, "100.00"))])
    refund(shop, order, transactions=[NewRefundTransaction(Decimal(20))])
    assert money.total_price(order) == one("100.00")
    assert money.current_total(order) == money.net_payment(order) == one("80.00")
    assert money.outstanding(order) == one("0.00")


def test_taxes_of_the_lines_are_added_up_by_title_and_rate(shop: Shop) -> None:
    order = autumn(shop)
    [tax] = money.tax_lines(order)
    assert (tax.title, tax.price) == ("Oregon Demo Tax", one("6.62"))
