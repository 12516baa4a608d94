"""Money as Shopify keeps it: exact, in the shop's currency and in the buyer's."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

ZERO = Decimal(0)
EXPONENTS = {"JPY": 0, "KRW": 0, "VND": 0, "CLP": 0, "ISK": 0, "BHD": 3, "KWD": 3, "JOD": 3, "OMR": 3, "TND": 3}
"""Decimal places of currencies that have not two (ISO 4217)."""


def rounded(amount: Decimal, currency: str) -> Decimal:
    """To the currency's smallest unit, halves up."""
    return amount.quantize(Decimal(1).scaleb(-EXPONENTS.get(currency, 2)), ROUND_HALF_UP)


def decimal_text(amount: Decimal) -> str:
    """As the Decimal scalar shows money: no trailing zeros, at least one place: "11884.9", "120.0" (captured)."""
    text = format(amount.normalize(), "f")
    return text if "." in text else text + ".0"


def plain_text(amount: Decimal, currency: str) -> str:
    """As webhook bodies show money: all places of the currency, "120.00"."""
    return format(rounded(amount, currency), "f")


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in one currency: MoneyV2."""

    amount: Decimal
    currency_code: str


@dataclass(frozen=True, slots=True)
class MoneyBag:
    """The same sum in the shop's and in the buyer's currency."""

    shop_money: Money
    presentment_money: Money


@dataclass(frozen=True, slots=True)
class Rate:
    """How an order's shop currency becomes the buyer's: `presentment = shop * rate`."""

    shop: str
    presentment: str
    rate: Decimal = Decimal(1)

    def bag(self, amount: Decimal) -> MoneyBag:
        """Both sides of an amount given in shop currency, each rounded to its currency."""
        return MoneyBag(
            Money(rounded(amount, self.shop), self.shop),
            Money(rounded(amount * self.rate, self.presentment), self.presentment),
        )
