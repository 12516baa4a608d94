"""Shopify's standard product categories: the few this sandbox knows."""

from dataclasses import dataclass
from typing import ClassVar

from sandbox.simulator import NotModelled

PREFIX = "gid://shopify/TaxonomyCategory/"

# id          name                                leaf
CATEGORIES = {
    "aa":     ("Apparel & Accessories",           False),
    "aa-1":   ("Clothing",                        False),
    "aa-1-1": ("Activewear",                      False),
    "gc":     ("Gift Cards",                      True),
    "na":     ("Uncategorized",                   True),
    "os":     ("Office Supplies",                 False),
    "os-1":   ("General Office Supplies",         False),
    "os-1-1": ("Notebooks & Notepads",            True),
    "sg":     ("Sporting Goods",                  False),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class TaxonomyCategory:
    """One category by its short id, e.g. "aa-1-1"; every part of the id is a level (capture product-set-parity)."""

    typename: ClassVar[str] = "TaxonomyCategory"
    short_id: str

    @property
    def id(self) -> str:
        return PREFIX + self.short_id

    @property
    def name(self) -> str:
        return CATEGORIES[self.short_id][0]

    @property
    def is_leaf(self) -> bool:
        return CATEGORIES[self.short_id][1]

    @property
    def level(self) -> int:
        return self.short_id.count("-") + 1

    @property
    def parent_id(self) -> str | None:
        parent = self.short_id.rpartition("-")[0]
        return PREFIX + parent if parent else None

    @property
    def full_name(self) -> str:
        parts = self.short_id.split("-")
        return " > ".join(CATEGORIES["-".join(parts[: n + 1])][0] for n in range(len(parts)))


def category(short_id: str) -> TaxonomyCategory:
    """The category of a short or global id. Raises NotModelled for one that is not in the table."""
    short_id = short_id.removeprefix(PREFIX)
    if short_id not in CATEGORIES:
        raise NotModelled(f"the product category {short_id}")
    return TaxonomyCategory(short_id)
