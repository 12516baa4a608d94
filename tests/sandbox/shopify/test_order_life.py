"""An order lives at random through all that can be done to it, and after every step its numbers agree."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import pytest

from sandbox.shopify.money import EXPONENTS, Rate
from sandbox.shopify.orders.order_create import NewLine, NewShipping, place_order
from sandbox.shopify.orders.order_discounts import NewDiscount
from sandbox.shopify.orders.order_model import Order, TaxLine
from sandbox.shopify.orders.order_money import (
    adjustments,
    capturable,
    net_payment,
    outstanding,
)
from sandbox.shopify.orders.payments import NewTransaction
from sandbox.shopify.orders.refunds import shipping_to_refund
from sandbox.shopify.orders.sums import converted
from sandbox.shopify.people import actions
from tests.sandbox.shopify.front import Front
from tests.sandbox.shopify.goods import variant
from tests.sandbox.shopify.told import Told

LIVES, STEPS = 60, 12
RATES = (Rate("USD", "USD"), Rate("USD", "EUR", Decimal("0.913")), Rate("USD", "JPY", Decimal("151.37")))
PRICES = ("0", "0.01", "3.33", "9.99", "24.00", "199.95")
FINANCIAL = {
    None, "AUTHORIZED", "EXPIRED", "PAID", "PARTIALLY_PAID", "PARTIALLY_REFUNDED", "PENDING", "REFUNDED", "VOIDED",
}  # fmt: skip
FULFILLMENT = {
    "UNFULFILLED", "PARTIALLY_FULFILLED", "FULFILLED", "IN_PROGRESS", "ON_HOLD", "SCHEDULED",
    "FULFILLMENT_NOT_REQUIRED",
}  # fmt: skip
RETURN = {"NO_RETURN", "RETURN_REQUESTED", "IN_PROGRESS", "RETURNED"}
NEVER_BELOW_ZERO = (
    "totalPriceSet", "subtotalPriceSet", "totalTaxSet", "totalDiscountsSet", "totalShippingPriceSet",
    "currentTotalPriceSet", "currentSubtotalPriceSet", "currentTotalTaxSet", "currentTotalDiscountsSet",
    "currentShippingPriceSet", "totalReceivedSet", "totalRefundedSet", "totalRefundedShippingSet", "netPaymentSet",
)  # fmt: skip
SIDES = ("shopMoney", "presentmentMoney")


class Life:
    """One order in a store of its own; `story` is what was done to it."""

    def __init__(self, seed: int, detail: str) -> None:
        self.random, self.detail = Random(seed), detail
        self.front = Front(seed=seed)
        self.acts = actions.bound(self.front.shopify)
        self.told = Told(self.front.shop)
        self.story: list[str] = []
        self.order = self._place()

    def _place(self) -> Order:
        random, shop = self.random, self.front.shop
        self.rate = rate = random.choice(RATES)
        tracked = [
            variant(shop, random.choice(PRICES), f"Mug {i}", sku=f"M{i}", tracked=True, quantity=9) for i in "ab"
        ]
        lines = [NewLine(one, random.randint(1, 4)) for one in tracked]
        lines.append(NewLine(title="Engraving", price=Decimal("7.77"), quantity=random.randint(1, 3)))
        discounts = [
            NewDiscount("TENTH", percentage=Decimal("12.5")),
            NewDiscount("FIVE", amount=Decimal(5)),
            NewDiscount("Mugs", percentage=Decimal(20), kind="AutomaticDiscountApplication", lines=(0,)),
            NewDiscount("POST", percentage=Decimal(50), shipping=True),
        ]
        postage = NewShipping(
            "Post", Decimal("6.49"), tax_lines=(TaxLine("Tax", None, converted(rate, Decimal("0.55"))),)
        )
        paid: list[list[NewTransaction]] = [
            [],
            [NewTransaction()],
            [NewTransaction("AUTHORIZATION")],
            [NewTransaction(amount=converted(rate, Decimal("2.50")))],
        ]
        return place_order(
            shop,
            lines,
            rate=rate,
            email="ada@example.com",
            shipping=[postage][: random.randint(0, 1)],
            discounts=random.sample(discounts, random.randint(0, 2)),
            taxes=[("VAT", Decimal("0.085"))],
            taxes_included=random.random() < 0.3,
            tip=converted(rate, Decimal(random.choice(("0", "1.15")))),
            transactions=random.choice(paid),
        )

    def amount(self, most: Decimal) -> str:
        """Some of a sum in the buyer's currency."""
        places = EXPONENTS.get(self.rate.presentment, 2)
        return str(round(most * self.random.randint(1, 10) / 10, places))

    def some(self, most: Decimal) -> dict[str, Any]:
        """All of it, or an amount."""
        return self.random.choice(({}, {"amount": self.amount(max(most, Decimal(1)))}))

    def units(self, quantity: str) -> dict[str, int]:
        line = self.random.choice(self.order.lines)
        return {line.id: self.random.randint(1, max(1, getattr(line, quantity)))}

    def step(self) -> None:
        """Try one thing; what cannot be done is refused, and changes nothing."""
        random, order, name = self.random, self.order, self.random.choice(sorted(GIVEN))
        given = {"order": order.name, **GIVEN[name](self)}
        before = self.numbers()
        self.story.append(f"{name} {given}")
        try:
            self.acts[name](**given)
        except (ValueError, KeyError) as refused:
            self.story[-1] += f": {refused}"
            assert self.numbers() == before
        if random.random() < 0.3:
            self.front.wait(86_400)

    def end_part(self) -> None:
        """Take a parcel or a return of the order a step on."""
        random, order = self.random, self.order
        try:
            if order.fulfillments and random.random() < 0.3:
                self.acts["cancel_fulfillment"](fulfillment=random.choice(order.fulfillments).name)
                self.story.append("cancel_fulfillment")
            if order.returns and random.random() < 0.6:
                verb = random.choice(("close_return", "cancel_return", "approve_return", "reopen_return"))
                self.acts[verb](return_name=random.choice(order.returns).name)
                self.story.append(verb)
        except ValueError:
            pass

    def numbers(self) -> Any:
        order = self.order
        lines = [
            (one.quantity, one.current_quantity, one.refundable_quantity, one.unfulfilled_quantity)
            for one in order.lines
        ]
        return lines, outstanding(order), net_payment(order), len(order.transactions), len(order.refunds)

    def shown(self) -> Any:
        return self.front.ask(self.detail, {"id": self.order.id})["order"]


GIVEN: Mapping[str, Callable[[Life], dict[str, Any]]] = {
    "pay_order": lambda life: life.some(outstanding(life.order).presentment),
    "capture_payment": lambda life: life.some(capturable(life.order).presentment),
    "void_payment": lambda _: {},
    "edit_order": lambda life: {
        "quantities": {life.random.choice(life.order.lines).id: life.random.randint(0, 5)},
        "add": life.random.choice([[], [{"title": "Wrap", "price": "2.22"}], [{"variant": "Ma", "quantity": 2}]]),
    },
    "refund_order": lambda life: {
        "lines": life.random.choice([{}, life.units("refundable_quantity")]),
        "amount": life.amount(net_payment(life.order).presentment),
        "shipping": life.random.choice([None, life.amount(shipping_to_refund(life.order))]),
        "restock": life.random.random() < 0.5,
    },
    "fulfill_order": lambda life: {"lines": life.random.choice([{}, life.units("unfulfilled_quantity")])},
    "request_return": lambda life: {"lines": life.units("fulfilled_quantity"), "approved": life.random.random() < 0.5},
    "cancel_order": lambda life: {"restock": life.random.random() < 0.5, "refund": life.random.random() < 0.5},
    "archive_order": lambda life: {"archived": life.random.random() < 0.5},
    "hold_order": lambda _: {},
    "release_order": lambda _: {},
}  # fmt: skip


@pytest.mark.parametrize("seed", range(LIVES))
def test_the_numbers_of_an_order_agree_whatever_is_done_to_it(seed: int, shared: Path) -> None:
    detail = (shared / "specs/shopify/queries/order_detail.graphql").read_text()
    life = Life(seed, detail)
    for _ in range(STEPS):
        shown = life.shown()
        try:
            agree(life, shown)
        except AssertionError as wrong:
            raise AssertionError("\n".join([*life.story, str(wrong)])) from wrong
        told = len(life.told.messages)
        life.step()
        life.end_part()
        if len(life.told.messages) > told:
            body = life.told.body("orders/updated")
            assert body["current_total_price"] is not None


def side(bag: Any, name: str) -> Decimal:
    return Decimal(bag[name]["amount"])


def agree(life: Life, shown: Any) -> None:
    order = life.order
    assert shown["displayFinancialStatus"] in FINANCIAL
    assert shown["displayFulfillmentStatus"] in FULFILLMENT
    assert shown["returnStatus"] in RETURN
    for line in order.lines:
        assert 0 <= line.unfulfilled_quantity <= line.current_quantity <= line.quantity, line
        assert 0 <= line.refundable_quantity <= line.current_quantity, line
        assert 0 <= line.fulfilled_quantity <= line.quantity, line
    for name in NEVER_BELOW_ZERO:
        for currency in SIDES:
            if currency == "presentmentMoney" or life.rate.shop == life.rate.presentment:
                assert side(shown[name], currency) >= 0, (name, currency, shown[name])
    for currency in SIDES:
        _sums(order, shown, currency)
    _paid(order, shown)
    _open_holds(order)


def _sums(order: Order, shown: Any, currency: str) -> None:
    def of(name: str) -> Decimal:
        return side(shown[name], currency)

    lines = shown["lineItems"]["nodes"]
    given = sum(side(part["allocatedAmountSet"], currency) for one in lines for part in one["discountAllocations"])
    nets = sum(side(one["originalTotalSet"], currency) for one in lines) - given
    assert of("subtotalPriceSet") == nets
    ways = shown["shippingLines"]["nodes"]
    post = sum(side(one["discountedPriceSet"], currency) for one in ways)
    taxes = [tax for one in (*lines, *ways) for tax in one["taxLines"]]
    assert of("totalTaxSet") == sum(side(tax["priceSet"], currency) for tax in taxes)
    assert of("totalTaxSet") == sum(side(tax["priceSet"], currency) for tax in shown["taxLines"])
    tax, current_tax = (Decimal(0),) * 2 if shown["taxesIncluded"] else (of("totalTaxSet"), of("currentTotalTaxSet"))
    assert of("totalPriceSet") == nets + post + tax + of("totalTipReceivedSet")
    extra = adjustments(order).shop if currency == "shopMoney" else adjustments(order).presentment
    current = of("currentSubtotalPriceSet") + of("currentShippingPriceSet") + current_tax
    assert of("currentTotalPriceSet") == max(Decimal(0), current + of("totalTipReceivedSet") + extra)
    assert of("netPaymentSet") == of("totalReceivedSet") - of("totalRefundedSet")
    assert of("totalRefundedSet") == sum(side(one["totalRefundedSet"], currency) for one in shown["refunds"])
    if all(not line.current_quantity for line in order.lines):
        assert of("currentSubtotalPriceSet") == 0


def _paid(order: Order, shown: Any) -> None:
    """What is owed, by the buyer's currency, which decides."""

    def of(name: str) -> Decimal:
        return side(shown[name], "presentmentMoney")

    owed = of("currentTotalPriceSet") - of("netPaymentSet") - capturable(order).presentment
    assert of("totalOutstandingSet") == owed
    status = shown["displayFinancialStatus"]
    if status == "PAID":
        assert of("currentTotalPriceSet") <= of("netPaymentSet")
    if status == "REFUNDED":
        assert of("netPaymentSet") == 0 < of("totalRefundedSet")
    if status == "PARTIALLY_PAID":
        assert 0 < of("netPaymentSet") < of("currentTotalPriceSet")


def _open_holds(order: Order) -> None:
    """No more is captured than was authorised, and nothing is voided that was captured whole."""
    for hold in (one for one in order.transactions if one.kind == "AUTHORIZATION"):
        children = [one for one in order.transactions if one.parent is hold]
        taken = sum(one.amount.presentment for one in children if one.kind == "CAPTURE")
        assert taken <= hold.amount.presentment
        assert sum(one.kind == "VOID" for one in children) <= (taken < hold.amount.presentment)
    assert all(one.amount.presentment >= 0 for one in order.transactions)
