"""Reading the input of a product: defaults, limits, handle (capture product-create-parity)."""

from collections.abc import Iterator, Mapping
from typing import Any

from sandbox.shopify.api.problems import Problem, refuse_any
from sandbox.shopify.metafields.tags import normal_tags, tag_problem
from sandbox.shopify.products.catalog import by_handle
from sandbox.shopify.products.handles import free_handle, normalised
from sandbox.shopify.products.product_model import Product
from sandbox.shopify.products.taxonomy import category
from sandbox.shopify.shop import Shop

LONGEST = 255
LIMITED = {"title": "Title", "handle": "Handle", "vendor": "Vendor", "product_type": "Product type"}

# input field                  attribute                       when null
PLAIN = {
    "description_html":          ("description_html",           ""),
    "gift_card":                 ("is_gift_card",               False),
    "gift_card_template_suffix": ("gift_card_template_suffix",  None),
    "product_type":              ("product_type",               ""),
    "requires_selling_plan":     ("requires_selling_plan",      False),
    "status":                    ("status",                     "ACTIVE"),
    "template_suffix":           ("template_suffix",            None),
}  # fmt: skip


def product_attributes(shop: Shop, asked: Mapping[str, Any], product: Product | None) -> dict[str, Any]:
    """The attributes of Product that an input sets, for a new product (None) or this one.

    Raises Refused: codes are those of productSet; the other mutations show none.
    """
    refuse_any(_problems(shop, asked, product))
    found = {attribute: asked[name] or empty for name, (attribute, empty) in PLAIN.items() if name in asked}
    if "title" in asked:
        found["title"] = asked["title"]
    if "vendor" in asked:
        found["vendor"] = asked["vendor"] or shop.settings.name
    if "tags" in asked:
        found["tags"] = normal_tags(asked["tags"] or ())
    if "category" in asked:
        found["category"] = category(asked["category"]).short_id if asked["category"] else None
    if seo := asked.get("seo"):
        found.update({f"seo_{part}": text or None for part, text in seo.items()})
    if (handle := _handle(shop, asked, product)) is not None:
        found["handle"] = handle
    return found


def _problems(shop: Shop, asked: Mapping[str, Any], product: Product | None) -> Iterator[Problem]:
    if (product is None or "title" in asked) and not (asked.get("title") or "").strip():
        yield Problem(("title",), "Title can't be blank", "INVALID_PRODUCT")
    for name, label in LIMITED.items():
        if len(asked.get(name) or "") > LONGEST:
            text = f"{label} is too long (maximum is {LONGEST} characters)"
            yield Problem((_camel(name),), text, "INVALID_PRODUCT")
    if problem := tag_problem(normal_tags(asked.get("tags") or ())):
        yield problem
    handle = asked.get("handle") or ""
    holder = by_handle(shop, normalised(handle)) if _says_something(handle) else None
    if holder is not None and holder is not product:
        text = f"Handle '{holder.handle}' already in use. Please provide a new handle."
        yield Problem(("handle",), text, "HANDLE_NOT_UNIQUE")


def _handle(shop: Shop, asked: Mapping[str, Any], product: Product | None) -> str | None:
    """The handle to set: a new product always gets one, an old one only if asked; signs alone make a free "product"."""
    given = asked.get("handle") or ""
    if _says_something(given):
        return normalised(given)
    wanted = normalised(given) or (normalised(asked["title"]) if product is None else "")
    return free_handle(wanted, lambda handle: by_handle(shop, handle)) if wanted else None


def _says_something(handle: str) -> bool:
    return any(sign.isalnum() for sign in handle)


def _camel(name: str) -> str:
    head, *tail = name.split("_")
    return head + "".join(part.title() for part in tail)
