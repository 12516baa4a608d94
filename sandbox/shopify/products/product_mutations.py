"""productCreate and productUpdate (capture product-create-parity)."""

from collections.abc import Mapping, Sequence
from typing import Any

from sandbox.shopify.api.admin import shop_fields
from sandbox.shopify.api.context import Info, shop_of, top_level_error
from sandbox.shopify.api.problems import Problem, Refused, refuse_any, user_errors
from sandbox.shopify.api.schema import Resolver
from sandbox.shopify.metafields.metafield_rules import plan_all, write
from sandbox.shopify.products.catalog import DEFAULT_OPTIONS, create_product, product_by_id, update_product
from sandbox.shopify.products.product_identity import product_by_identifier
from sandbox.shopify.products.product_input import product_attributes
from sandbox.shopify.products.product_media import attach_images
from sandbox.shopify.products.product_model import Product
from sandbox.shopify.products.product_options import option_problems
from sandbox.shopify.shop import Shop

Input = Mapping[str, Any]


def create_from_input(shop: Shop, asked: Input, media: Sequence[Input], app_id: str) -> Product:
    """Make a product with one variant, of the first value of each option (reference §4.3). Raises Refused."""
    attributes = _attributes(shop, asked, None)
    options = asked.get("product_options") or ()
    refuse_any(option_problems(options, 0, "productOptions"))
    metafields = plan_all(shop, "Product", None, asked.get("metafields") or (), app_id)
    named = [(option["name"], [value["name"] for value in option["values"]]) for option in options]
    title = attributes.pop("title")
    product = create_product(shop, title, options=named or DEFAULT_OPTIONS, **attributes)
    for metafield in metafields:
        write(shop, product, metafield)
    attach_images(shop, product, media)
    return product


def update_from_input(shop: Shop, product: Product, asked: Input, media: Sequence[Input], app_id: str) -> None:
    """Change what the input names. Raises Refused."""
    attributes = _attributes(shop, asked, product)
    for metafield in plan_all(shop, "Product", product, asked.get("metafields") or (), app_id):
        write(shop, product, metafield)
    attach_images(shop, product, media)
    update_product(shop, product, **attributes)


def _attributes(shop: Shop, asked: Input, product: Product | None) -> dict[str, Any]:
    """Only the handle's path begins with `input`, whichever argument was used (captured)."""
    try:
        return product_attributes(shop, asked, product)
    except Refused as refused:
        raise Refused(*(_at_input(p) if p.field == ("handle",) else p for p in refused.problems)) from None


def _at_input(problem: Problem) -> Problem:
    return Problem(("input", *(problem.field or ())), problem.message, problem.code)


def _one_of(mutation: str, old: Input | None, new: Input | None) -> Input:
    """`input` is the deprecated twin of `product` (capture graphql-base-validation-unhappy-paths)."""
    if (old is None) == (new is None):
        text = f"{mutation} must include exactly one of the following arguments: input, product."
        raise top_level_error(text, "INVALID_FIELD_ARGUMENTS")
    return new if new is not None else old  # type: ignore[return-value]  # one of them is there


def _create(
    _root: Any,
    info: Info,
    product: Input | None = None,
    input: Input | None = None,  # noqa: A002  the argument's name in Shopify's schema
    media: Sequence[Input] | None = None,
) -> dict[str, Any]:
    shop = shop_of(info)
    asked = _one_of("productCreate", input, product)
    try:
        made = create_from_input(shop, asked, media or (), info.context.access.app_id)
    except Refused as refused:
        return {"product": None, "shop": shop_fields(shop), "userErrors": user_errors(refused)}
    return {"product": made, "shop": shop_fields(shop), "userErrors": []}


def _update(
    _root: Any,
    info: Info,
    product: Input | None = None,
    input: Input | None = None,  # noqa: A002
    identifier: Input | None = None,
    media: Sequence[Input] | None = None,
) -> dict[str, Any]:
    shop, app_id = shop_of(info), info.context.access.app_id
    asked = _one_of("productUpdate", input, product)
    found = (
        product_by_identifier(shop, identifier, app_id) if identifier else product_by_id(shop, asked.get("id") or "")
    )
    try:
        if found is None:
            raise Refused(Problem(("id",), "Product does not exist"))
        update_from_input(shop, found, asked, media or (), app_id)
    except Refused as refused:
        return {"product": None, "userErrors": user_errors(refused)}
    return {"product": found, "userErrors": []}


RESOLVERS: dict[str, Resolver] = {"Mutation.productCreate": _create, "Mutation.productUpdate": _update}
