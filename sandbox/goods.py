"""What is sold: product number n of a store, its variants, its SKUs, as tidy as real catalogues are."""

from dataclasses import dataclass
from decimal import Decimal
from random import Random

THINGS = ("Mug", "Linen Notebook", "Wax Seal Kit", "Tea Towel", "Desk Lamp", "Wool Throw", "Fountain Pen", "Candle",
          "Print", "Backpack", "Crème de café ☕", "手帳")  # fmt: skip
STYLES = ("Moss", "Slate", "Amber", "Ivory", "Midnight", "Rosé")
SIZES = ("S", "M", "L", "A5", "A4")
TYPES = ("Home", "Stationery", "Accessories", "")
NO_SKU = 0.1
SHARED_SKU = 0.05
GIFT_CARD = 0.02
BUNDLE = 0.03


@dataclass(frozen=True, slots=True)
class Goods:
    """One product to be made. `variants` are (style, size), price and SKU; a bundle is sold with its parts as lines."""

    title: str
    vendor: str
    product_type: str
    tags: tuple[str, ...]
    is_gift_card: bool
    is_bundle: bool
    variants: tuple[tuple[tuple[str, str], Decimal, str | None], ...]


def goods(number: int, store: int) -> Goods:
    """Product `number`: the same in every run. A SKU may be empty, shared in the store, or the same in two stores."""
    random = Random(f"goods:{number}:{store}")
    thing = random.choice(THINGS)
    kind = random.random()
    price = Decimal(random.randint(200, 18_000)) / 100
    styles = random.sample(STYLES, random.randint(1, 3))
    sizes = random.sample(SIZES, random.randint(1, 2))
    return Goods(
        f"{thing} {number}",
        random.choice(("Cedar & Quill", "Holm", "")),
        random.choice(TYPES),
        tuple(sorted(random.sample(("new", "sale", "gift", "été", "限定"), random.randint(0, 2)))),
        is_gift_card=kind < GIFT_CARD,
        is_bundle=GIFT_CARD <= kind < GIFT_CARD + BUNDLE,
        variants=tuple(
            ((style, size), price + 5 * place, _sku(random, number, f"{style[:2].upper()}-{size}"))
            for place, (style, size) in enumerate((style, size) for style in styles for size in sizes)
        ),
    )


def _sku(random: Random, number: int, suffix: str) -> str | None:
    drawn = random.random()
    if drawn < NO_SKU:
        return None
    return "SKU-COMMON" if drawn < NO_SKU + SHARED_SKU else f"CQ-{number}-{suffix}"
