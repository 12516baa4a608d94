"""productSet: a product as it shall be. A list that is given replaces the old one; variants not listed are deleted.

Reference §4.3, capture product-set-parity. Error codes are the schema's; words not captured there are inferred.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sandbox.shopify.api.context import Info, shop_of
from sandbox.shopify.api.problems import Problem, Refused, under, user_errors
from sandbox.shopify.api.schema import Resolver
from sandbox.shopify.metafields.metafield_rules import resolved_namespace, write
from sandbox.shopify.model import Node
from sandbox.shopify.products.catalog import (
    DEFAULT_OPTIONS,
    NewVariant,
    add_variant,
    changed,
    create_product,
    delete_variants,
    product_by_id,
)
from sandbox.shopify.products.handles import normalised
from sandbox.shopify.products.inventory import count_stock
from sandbox.shopify.products.product_deletion import refuse_busy
from sandbox.shopify.products.product_identity import product_by_identifier
from sandbox.shopify.products.product_media import attach_images
from sandbox.shopify.products.product_model import Product, ProductOption, ProductOptionValue
from sandbox.shopify.products.product_options import choose
from sandbox.shopify.products.product_set_plan import OptionPlan, Plan, VariantPlan, planned
from sandbox.shopify.products.variant_input import places, variant_attributes
from sandbox.shopify.shop import Shop

Input = Mapping[str, Any]
OPERATION_SECONDS = 2.0

RULES = {
    "ID_NOT_ALLOWED": "The id field is not allowed if identifier is provided.",
    "NOT_FOUND": "Resource matching the identifier was not found.",
    "MISSING_FIELD_REQUIRED": "The input field corresponding to the identifier is required.",
    "INPUT_MISMATCH": "The identifier value does not match the value of the corresponding field in the input.",
    "METAFIELD_MISMATCH": "The input argument `metafields` (if present) must contain the `customId` value.",
}
"""The words of customerSet, which shares these codes (capture customer-set-parity)."""


@dataclass(slots=True, eq=False)
class ProductSetOperation(Node):
    typename = "ProductSetOperation"
    legacy_resource_id: str
    product: Product | None
    status: str = "ACTIVE"
    user_errors: Sequence[Input] = field(default=())


def product_set(shop: Shop, asked: Input, identifier: Input | None, app_id: str) -> Product:
    """Bring a product into the state asked for, or make it. Raises Refused, and then nothing was written."""
    product = target(shop, asked, identifier, app_id)
    if product is not None:
        refuse_busy(product)
    plan = _checked(shop, product, asked, app_id)
    if product is None:
        product = _make(shop, plan)
    else:
        _change(shop, product, plan)
    _write_metafields(shop, product, plan)
    if "files" in asked:
        product.media = []
        attach_images(shop, product, asked["files"] or ())
    return product


def target(shop: Shop, asked: Input, identifier: Input | None, app_id: str) -> Product | None:
    """The product meant; None where one is to be made. Raises Refused."""
    if identifier is None:
        product = product_by_id(shop, asked["id"]) if asked.get("id") else None
        if product is None and asked.get("id"):
            raise Refused(Problem(("input", "id"), "Product does not exist", "PRODUCT_DOES_NOT_EXIST"))
        return product
    if asked.get("id"):
        raise _broken("ID_NOT_ALLOWED")
    if (handle := identifier.get("handle")) is not None:
        if not asked.get("handle"):
            raise _broken("MISSING_FIELD_REQUIRED")
        if normalised(asked["handle"]) != normalised(handle):
            raise _broken("INPUT_MISMATCH")
    product = product_by_identifier(shop, identifier, app_id)
    if product is None and "id" in identifier:
        raise _broken("NOT_FOUND")
    if "custom_id" in identifier and not _states(asked, identifier["custom_id"], app_id):
        raise _broken("METAFIELD_MISMATCH" if asked.get("metafields") else "MISSING_FIELD_REQUIRED")
    return product


def _broken(code: str) -> Refused:
    return Refused(Problem(("input",), RULES[code], code))


def _states(asked: Input, custom: Input, app_id: str) -> bool:
    """Whether the input's metafields hold the custom id."""
    wanted = (resolved_namespace(custom.get("namespace"), app_id), custom["key"], custom["value"])
    return any(
        (resolved_namespace(entry.get("namespace"), app_id), entry.get("key"), entry.get("value")) == wanted
        for entry in asked.get("metafields") or ()
    )


def _checked(shop: Shop, product: Product | None, asked: Input, app_id: str) -> Plan:
    with under("input"):
        return planned(shop, product, asked, app_id)


def _make(shop: Shop, plan: Plan) -> Product:
    attributes = dict(plan.attributes)
    title = attributes.pop("title")
    if plan.options is None or plan.variants is None:
        return create_product(shop, title, **attributes)
    options = [(option.name, [name for _, name in option.values]) for option in plan.options]
    variants = [_new_variant(shop, variant) for variant in plan.variants] or [NewVariant()]
    return create_product(shop, title, options=options or DEFAULT_OPTIONS, variants=variants, **attributes)


def _new_variant(shop: Shop, plan: VariantPlan) -> NewVariant:
    new: NewVariant = {"options": plan.values, "tracked": shop.switches["new_variant_tracked"] == "yes"}
    new.update(variant_attributes(plan.asked))  # type: ignore[typeddict-item]  # its keys are NewVariant's
    if (quantities := places(plan.asked)) is not None:
        new["quantities"] = quantities
    return new


def _change(shop: Shop, product: Product, plan: Plan) -> None:
    for attribute, value in plan.attributes.items():
        setattr(product, attribute, value)
    if plan.options is None or plan.variants is None:
        changed(shop, product, reindex=True)
        return
    product.options = [_option(shop, product, option) for option in plan.options]
    kept = [variant.variant for variant in plan.variants if variant.variant is not None]
    delete_variants(shop, product, [variant for variant in product.variants if variant not in kept])
    product.variants = kept
    listed = []
    for one in plan.variants:
        variant = one.variant
        if variant is None:
            variant = add_variant(shop, product, _new_variant(shop, one))
        else:
            choose(variant, one.values)
            for attribute, value in variant_attributes(one.asked).items():
                setattr(variant, attribute, value)
            if (quantities := places(one.asked)) is not None:
                count_stock(shop, variant, quantities)
        listed.append(variant)
    product.variants = listed
    for position, variant in enumerate(listed, start=1):
        variant.position = position
    changed(shop, product, listed)


def _option(shop: Shop, product: Product, plan: OptionPlan) -> ProductOption:
    option = plan.option or ProductOption(shop.new_id(), product, plan.name, [])
    option.name = plan.name
    option.option_values = [value or ProductOptionValue(shop.new_id(), name) for value, name in plan.values]
    for value, (_, name) in zip(option.option_values, plan.values, strict=True):
        value.name = name
    return option


def _write_metafields(shop: Shop, product: Product, plan: Plan) -> None:
    for metafield in plan.metafields:
        write(shop, product, metafield)
    for variant, one in zip(product.variants, plan.variants or (), strict=False):
        for metafield in one.metafields:
            write(shop, variant, metafield)


def start_setting(shop: Shop, asked: Input, identifier: Input | None, app_id: str) -> ProductSetOperation:
    """Do it in a moment. What is wrong with the input is told at once (inferred): raises Refused."""
    product = target(shop, asked, identifier, app_id)
    if product is not None:
        refuse_busy(product)
    _checked(shop, product, asked, app_id)
    operation = ProductSetOperation(shop.new_id(), product)
    shop.table("ProductSetOperation").rows[operation.legacy_resource_id] = operation

    def work() -> None:
        if product is not None:
            product.busy = False
        try:
            operation.product = product_set(shop, asked, identifier, app_id)
        except Refused as refused:
            operation.user_errors = user_errors(refused)
        operation.status = "COMPLETE"

    if product is not None:
        product.busy = True
    shop.clock.call_later(OPERATION_SECONDS, work)
    return operation


def _product_set(
    _root: Any,
    info: Info,
    input: Input,  # noqa: A002  the argument's name in Shopify's schema
    identifier: Input | None = None,
    synchronous: bool | None = True,
) -> dict[str, Any]:
    shop, app_id = shop_of(info), info.context.access.app_id
    payload: dict[str, Any] = {"product": None, "productSetOperation": None, "userErrors": []}
    try:
        if synchronous is not False:
            return {**payload, "product": product_set(shop, input, identifier, app_id)}
        operation = start_setting(shop, input, identifier, app_id)
    except Refused as refused:
        return {**payload, "userErrors": user_errors(refused)}
    told = {"id": operation.id, "status": "CREATED", "product": operation.product, "userErrors": ()}
    return {**payload, "productSetOperation": told}


RESOLVERS: dict[str, Resolver] = {"Mutation.productSet": _product_set}


def register(shop: Shop) -> None:
    shop.add_table("ProductSetOperation", lambda _operation: {})
