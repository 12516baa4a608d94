"""Reading the input of a variant: its own fields, those of its inventory item, limits."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from sandbox.shopify.api.problems import Problem
from sandbox.shopify.shop import Shop

TOO_MUCH = Decimal(10) ** 18
LONGEST = 255

# path in the input                              attribute
FIELDS = {
    ("barcode",):                                "barcode",
    ("compare_at_price",):                       "compare_at_price",
    ("price",):                                  "price",
    ("taxable",):                                "taxable",
    ("inventory_policy",):                       "inventory_policy",
    ("inventory_item", "sku"):                   "sku",
    ("sku",):                                    "sku",
    ("inventory_item", "tracked"):               "tracked",
    ("inventory_item", "requires_shipping"):     "requires_shipping",
    ("inventory_item", "cost"):                  "unit_cost",
    ("inventory_item", "measurement", "weight"): "weight",
}  # fmt: skip
TEXTS = {"sku": ("SKU", "inventoryItem", "sku"), "barcode": ("Barcode", "barcode")}
NULLABLE = {"barcode", "compare_at_price", "sku", "unit_cost"}


def variant_attributes(asked: Mapping[str, Any]) -> dict[str, Any]:
    """The attributes of ProductVariant that an input sets. A null where none can be means: as it was."""
    found: dict[str, Any] = {}
    for path, attribute in FIELDS.items():
        given, value = _at(asked, path)
        if given and (value is not None or attribute in NULLABLE):
            found[attribute] = value
    for text in TEXTS:
        if text in found:
            found[text] = found[text] or None
    if weight := found.get("weight"):
        found["weight"] = Decimal(str(weight["value"]))
        found["weight_unit"] = weight["unit"]
    return found


def _at(asked: Mapping[str, Any], path: tuple[str, ...]) -> tuple[bool, Any]:
    value: Any = asked
    for step in path:
        if not isinstance(value, Mapping) or step not in value:
            return False, None
        value = value[step]
    return True, value


def variant_problems(asked: Mapping[str, Any]) -> Iterator[Problem]:
    """In the order in which Shopify tells them: sizes first (capture product-variants-bulk-update-…-error-order).

    Codes are those of the bulk mutations.
    """
    prices = {"compareAtPrice": asked.get("compare_at_price"), "price": asked.get("price")}
    for field, price in prices.items():
        if price is not None and price >= TOO_MUCH:
            yield Problem((field,), f"must be less than {TOO_MUCH}", "INVALID_INPUT")
    if prices["price"] is not None and prices["price"] < 0:
        yield Problem(("price",), "Price must be greater than or equal to 0", "GREATER_THAN_OR_EQUAL_TO")
    if prices["compareAtPrice"] is not None and prices["compareAtPrice"] < 0:
        text = "Compare at price must be greater than or equal to 0"
        yield Problem(("compareAtPrice",), text, "GREATER_THAN_OR_EQUAL_TO")
    attributes = variant_attributes(asked)
    for attribute, (label, *place) in TEXTS.items():
        if len(attributes.get(attribute) or "") > LONGEST:
            yield Problem(tuple(place), f"{label} is too long (maximum is {LONGEST} characters)", "INVALID_INPUT")


def places(asked: Mapping[str, Any]) -> dict[str, int] | None:
    """The quantities asked for, by the numeric id of the location; None if none are."""
    given = asked.get("inventory_quantities")
    if given is None:
        return None
    return {
        entry["location_id"].rpartition("/")[2]: entry.get("quantity", entry.get("available_quantity"))
        for entry in given
    }


def place_problem(shop: Shop, asked: Mapping[str, Any], code: str) -> Problem | None:
    """A location that the store has not."""
    known = shop.table("Location").rows
    if all(place in known for place in places(asked) or ()):
        return None
    text = "Quantity could not be set. The location was not found."
    return Problem(("inventoryQuantities",), text, code)
