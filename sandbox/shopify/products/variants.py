"""productVariantsBulkCreate, -Update, -Delete (capture product-variants-bulk-update-allow-partial-and-error-order)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sandbox.shopify.api.context import Info, shop_of
from sandbox.shopify.api.problems import Problem, Refused, refuse_any, under, user_errors
from sandbox.shopify.api.schema import Resolver
from sandbox.shopify.products.catalog import (
    MAX_VARIANTS,
    NewVariant,
    add_variant,
    changed,
    delete_variants,
    product_by_id,
)
from sandbox.shopify.products.product_model import Product, ProductVariant
from sandbox.shopify.products.product_options import Values, choose, chosen, ensure, values_of
from sandbox.shopify.products.product_search import only_default_variant
from sandbox.shopify.products.variant_input import place_problem, places, variant_attributes, variant_problems
from sandbox.shopify.shop import Shop

Input = Mapping[str, Any]
NO_PRODUCT = Problem(("productId",), "Product does not exist", "PRODUCT_DOES_NOT_EXIST")


@dataclass(frozen=True, slots=True)
class Change:
    """One variant of a bulk update, found right."""

    variant: ProductVariant
    asked: Input
    values: Values


def bulk_create(
    shop: Shop, product: Product, asked: Sequence[Input], strategy: str = "DEFAULT"
) -> list[ProductVariant]:
    """Append variants, all or none. Raises Refused. A standalone default variant makes way unless it is to stay."""
    refuse_any(_creation_problems(shop, product, asked))
    leaving = list(product.variants) if _gives_way(product, strategy) else []
    taken = {values_of(variant) for variant in product.variants if variant not in leaving}
    wanted = []
    for index, entry in enumerate(asked):
        values = _free_values(product, entry, taken, index)
        taken.add(values)
        wanted.append(values)
    delete_variants(shop, product, leaving)
    made = [_created(shop, product, entry, values) for entry, values in zip(asked, wanted, strict=True)]
    changed(shop, product)
    return made


def _creation_problems(shop: Shop, product: Product, asked: Sequence[Input]) -> Iterator[Problem]:
    if len(product.variants) + len(asked) > MAX_VARIANTS:
        text = f"The product cannot have more than {MAX_VARIANTS} variants"
        yield Problem(("variants",), text, "INVALID_INPUT")
    for index, entry in enumerate(asked):
        for problem in _own_problems(shop, entry):
            yield Problem(("variants", str(index), *(problem.field or ())), problem.message, problem.code)


def _own_problems(shop: Shop, entry: Input) -> Iterator[Problem]:
    if entry.get("id"):
        yield Problem(("id",), "On create, this key cannot be used.", "NO_KEY_ON_CREATE")
    yield from variant_problems(entry)
    if problem := place_problem(shop, entry, "TRACKED_VARIANT_LOCATION_NOT_FOUND"):
        yield problem


def _gives_way(product: Product, strategy: str) -> bool:
    """Whether the one variant that stands alone is replaced by those created."""
    if len(product.variants) != 1 or strategy == "PRESERVE_STANDALONE_VARIANT":
        return False
    return strategy == "REMOVE_STANDALONE_VARIANT" or only_default_variant(product)


def _free_values(product: Product, entry: Input, taken: set[Values], index: int) -> Values:
    with under("variants", str(index)):
        values = chosen(product, entry.get("option_values") or ())
    if values in taken:
        text = f"The variant '{' / '.join(values)}' already exists. Please change at least one option value."
        raise Refused(Problem(("variants", str(index)), text, "VARIANT_ALREADY_EXISTS_CHANGE_OPTION_VALUE"))
    return values


def _created(shop: Shop, product: Product, entry: Input, values: Values) -> ProductVariant:
    ensure(shop, product, values)
    new: NewVariant = {"options": values, "tracked": shop.switches["new_variant_tracked"] == "yes"}
    new.update(variant_attributes(entry))  # type: ignore[typeddict-item]  # its keys are NewVariant's
    if (quantities := places(entry)) is not None:
        new["quantities"] = quantities
    return add_variant(shop, product, new)


def bulk_update(
    shop: Shop, product: Product, asked: Sequence[Input], *, partial: bool = False
) -> tuple[list[ProductVariant] | None, list[Problem]]:
    """Change variants: all or none, or with `partial` those that are right. Returns the variants named, and problems.

    A failing update of all names none; a partial one names every variant that exists, changed or not (captured).
    """
    changes, problems = _changes(product, asked)
    if problems and not partial:
        return None, problems
    for change in changes:
        _apply(shop, change)
    if changes:
        changed(shop, product, [change.variant for change in changes])
    named = [_variant(product, entry) for entry in asked]
    return [variant for variant in named if variant is not None], problems


def _changes(product: Product, asked: Sequence[Input]) -> tuple[list[Change], list[Problem]]:
    changes: list[Change] = []
    problems: list[Problem] = []
    holders = {values_of(variant): variant for variant in product.variants}
    for index, entry in enumerate(asked):
        try:
            change = _change(product, entry, holders)
        except Refused as refused:
            problems += refused.under("variants", str(index)).problems
            continue
        del holders[values_of(change.variant)]
        holders[change.values] = change.variant
        changes.append(change)
    return changes, problems


def _change(product: Product, entry: Input, holders: Mapping[Values, ProductVariant]) -> Change:
    if not entry.get("id"):
        raise Refused(Problem(("id",), "Product variant is missing ID attribute", "PRODUCT_VARIANT_ID_MISSING"))
    variant = _variant(product, entry)
    if variant is None:
        raise Refused(Problem(("id",), "Product variant does not exist", "PRODUCT_VARIANT_DOES_NOT_EXIST"))
    if entry.get("inventory_quantities"):
        text = (
            "Inventory quantities can only be provided during create. "
            "To update inventory for existing variants, use inventoryAdjustQuantities."
        )
        raise Refused(Problem(("inventoryQuantities",), text, "NO_INVENTORY_QUANTITIES_ON_VARIANTS_UPDATE"))
    refuse_any(variant_problems(entry))
    values = chosen(product, entry.get("option_values") or (), values_of(variant))
    if holders.get(values, variant) is not variant:
        text = f"The variant '{' / '.join(values)}' already exists. Please change at least one option value."
        raise Refused(Problem((), text, "VARIANT_ALREADY_EXISTS"))
    return Change(variant, entry, values)


def _variant(product: Product, entry: Input) -> ProductVariant | None:
    return next((variant for variant in product.variants if variant.id == entry.get("id")), None)


def _apply(shop: Shop, change: Change) -> None:
    ensure(shop, change.variant.product, change.values)
    choose(change.variant, change.values)
    for attribute, value in variant_attributes(change.asked).items():
        setattr(change.variant, attribute, value)


def bulk_delete(shop: Shop, product: Product, ids: Sequence[str]) -> None:
    """Remove variants, all or none; at least one must stay (inferred). Raises Refused."""
    gone = [variant for variant in product.variants if variant.id in set(ids)]
    if len(gone) < len(set(ids)):
        text = "At least one variant does not belong to the product"
        raise Refused(Problem(("variantsIds",), text, "AT_LEAST_ONE_VARIANT_DOES_NOT_BELONG_TO_THE_PRODUCT"))
    if len(gone) == len(product.variants):
        raise Refused(Problem(("variantsIds",), "Cannot delete default variant", "CANNOT_DELETE_LAST_VARIANT"))
    delete_variants(shop, product, gone)
    changed(shop, product)


def _create(
    _root: Any, info: Info, product_id: str, variants: Sequence[Input], strategy: str | None = None
) -> dict[str, Any]:
    shop = shop_of(info)
    product = product_by_id(shop, product_id)
    try:
        if product is None:
            raise Refused(NO_PRODUCT)
        made = bulk_create(shop, product, variants, strategy or "DEFAULT")
    except Refused as refused:
        return {"product": product, "productVariants": None, "userErrors": user_errors(refused)}
    return {"product": product, "productVariants": made, "userErrors": []}


def _update(
    _root: Any, info: Info, product_id: str, variants: Sequence[Input], allow_partial_updates: bool | None = False
) -> dict[str, Any]:
    shop = shop_of(info)
    product = product_by_id(shop, product_id)
    if product is None:
        return {"product": None, "productVariants": None, "userErrors": user_errors(Refused(NO_PRODUCT))}
    named, problems = bulk_update(shop, product, variants, partial=bool(allow_partial_updates))
    return {"product": product, "productVariants": named, "userErrors": user_errors(Refused(*problems))}


def _delete(_root: Any, info: Info, product_id: str, variants_ids: Sequence[str]) -> dict[str, Any]:
    shop = shop_of(info)
    product = product_by_id(shop, product_id)
    try:
        if product is None:
            raise Refused(NO_PRODUCT)
        bulk_delete(shop, product, variants_ids)
    except Refused as refused:
        return {"product": product, "userErrors": user_errors(refused)}
    return {"product": product, "userErrors": []}


RESOLVERS: dict[str, Resolver] = {
    "Mutation.productVariantsBulkCreate": _create,
    "Mutation.productVariantsBulkUpdate": _update,
    "Mutation.productVariantsBulkDelete": _delete,
}
