"""Amounts of an order in the shop's and the buyer's currency, and how to divide them without losing a cent."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from sandbox.shopify.money import EXPONENTS, ZERO, Money, MoneyBag, Rate


@dataclass(slots=True, unsafe_hash=True)
class Sum:
    """One amount twice. Never changed once made; where shop and buyer use one currency, both sides are one object."""

    shop: Decimal
    presentment: Decimal

    def __add__(self, other: "Sum") -> "Sum":
        shop = self.shop + other.shop
        if self.presentment is self.shop and other.presentment is other.shop:
            return Sum(shop, shop)
        return Sum(shop, self.presentment + other.presentment)

    def __sub__(self, other: "Sum") -> "Sum":
        shop = self.shop - other.shop
        if self.presentment is self.shop and other.presentment is other.shop:
            return Sum(shop, shop)
        return Sum(shop, self.presentment - other.presentment)

    def __mul__(self, factor: Decimal | int) -> "Sum":
        shop = self.shop * factor
        return Sum(shop, shop if self.presentment is self.shop else self.presentment * factor)

    def __neg__(self) -> "Sum":
        return self * -1

    def __bool__(self) -> bool:
        return bool(self.shop) or bool(self.presentment)


NOTHING = Sum(ZERO, ZERO)

_UNITS = {currency: Decimal(1).scaleb(-places) for currency, places in EXPONENTS.items()}
_CENT = Decimal("0.01")


def unit(currency: str) -> Decimal:
    """The smallest amount of a currency."""
    return _UNITS.get(currency, _CENT)


def total(sums: Iterable[Sum]) -> Sum:
    """Added up without a Sum for each step: totals are what an order is asked for most."""
    shop = presentment = ZERO
    single = True
    for one in sums:
        if single and one.presentment is not one.shop:
            single, presentment = False, shop
        shop += one.shop
        if not single:
            presentment += one.presentment
    return Sum(shop, shop if single else presentment)


def converted(rate: Rate, amount: Decimal) -> Sum:
    """Both sides of an amount in shop currency, each rounded to its currency."""
    shop = amount.quantize(unit(rate.shop), ROUND_HALF_UP)
    if rate.presentment == rate.shop:
        return Sum(shop, shop)
    return Sum(shop, (amount * rate.rate).quantize(unit(rate.presentment), ROUND_HALF_UP))


def rounded(rate: Rate, amount: Sum) -> Sum:
    """Both sides to their currency's smallest unit, halves up."""
    shop = amount.shop.quantize(unit(rate.shop), ROUND_HALF_UP)
    if amount.presentment is amount.shop:
        return Sum(shop, shop)
    return Sum(shop, amount.presentment.quantize(unit(rate.presentment), ROUND_HALF_UP))


def bag(rate: Rate, amount: Sum) -> MoneyBag:
    """As GraphQL shows it: MoneyBag."""
    shop = Money(amount.shop, rate.shop)
    if rate.presentment == rate.shop:
        return MoneyBag(shop, shop)
    return MoneyBag(shop, Money(amount.presentment, rate.presentment))


def share(rate: Rate, whole: Sum, part: int, parts: int) -> Sum:
    """What falls to the first `part` of `parts` equal units. Taken step by step the pieces add up to the whole."""
    if part == parts or not whole:
        return whole
    return rounded(rate, Sum(whole.shop * part / parts, whole.presentment * part / parts)) if part else NOTHING


def spread(rate: Rate, amount: Sum, weights: Sequence[Sum]) -> list[Sum]:
    """Divide in proportion to `weights`; cents left over go to the first ones (10.00 over 3: 3.34, 3.33, 3.33)."""
    shop = _spread(amount.shop, [weight.shop for weight in weights], unit(rate.shop))
    if amount.presentment is amount.shop:
        return [Sum(one, one) for one in shop]
    presentment = _spread(amount.presentment, [weight.presentment for weight in weights], unit(rate.presentment))
    return [Sum(*pair) for pair in zip(shop, presentment, strict=True)]


def _spread(amount: Decimal, weights: Sequence[Decimal], step: Decimal) -> list[Decimal]:
    whole = sum(weights, ZERO)
    if not whole:
        return [ZERO for _ in weights]
    parts = [(amount * weight / whole) // step * step for weight in weights]
    left = amount - sum(parts, ZERO)
    for i, weight in enumerate(weights):
        if left <= 0:
            break
        if weight:
            parts[i] += min(step, left)
            left -= step
    return parts
