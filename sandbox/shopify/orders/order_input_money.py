"""Which money orderCreate takes: none below zero, none in a currency that is not the order's."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sandbox.shopify.api.problems import Problem
from sandbox.shopify.money import Rate
from sandbox.simulator import NotModelled

Given = Mapping[str, Any]
Path = tuple[str, ...]
GRAPHQL = {
    "amount_set": "amountSet", "discount_code": "discountCode", "line_items": "lineItems", "price_set": "priceSet",
    "item_fixed_discount_code": "itemFixedDiscountCode", "shipping_lines": "shippingLines", "tax_lines": "taxLines",
    "transactions": "transactions",
}  # fmt: skip
"""The fields of the input with money in them or below them, as a path names them."""


def money_problems(rate: Rate, given: Given) -> Iterator[Problem]:
    """Wordings are inferred. Raises NotModelled for a sum in another currency than the order's."""
    for path, amount in _amounts(given):
        for side, currency in (("shop_money", rate.shop), ("presentment_money", rate.presentment)):
            one = amount.get(side)
            if one is not None and one["currency_code"] != currency:
                raise NotModelled(f"{'.'.join(path)} in {one['currency_code']} of an order in {currency}")
            if one is not None and one["amount"] < 0:
                yield Problem(path, "Amount must be greater than or equal to 0", "INVALID")
    share = ((given.get("discount_code") or {}).get("item_percentage_discount_code") or {}).get("percentage") or 0
    if not 0 <= share <= 100:
        path = ("discountCode", "itemPercentageDiscountCode", "percentage")
        yield Problem(path, "Percentage must be between 0 and 100", "INVALID")


def _amounts(given: Given, path: Path = ()) -> Iterator[tuple[Path, Given]]:
    for name, shown in GRAPHQL.items():
        value = given.get(name)
        if isinstance(value, Mapping):
            yield from [((*path, shown), value)] if "shop_money" in value else _amounts(value, (*path, shown))
        elif isinstance(value, Sequence):
            for number, one in enumerate(value):
                yield from _amounts(one, (*path, shown, str(number)))
