"""What a productSet asks for, checked against the product as it is, before anything is written."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sandbox.shopify.api.problems import Problem, Refused, refuse_any, under
from sandbox.shopify.metafields.metafield_rules import Planned, plan_all
from sandbox.shopify.products.catalog import MAX_VARIANTS
from sandbox.shopify.products.product_input import product_attributes
from sandbox.shopify.products.product_model import Product, ProductOption, ProductOptionValue, ProductVariant
from sandbox.shopify.products.product_options import Values, option_problems, values_of
from sandbox.shopify.products.variant_input import place_problem, variant_problems
from sandbox.shopify.shop import Shop
from sandbox.simulator import NotModelled

Input = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class OptionPlan:
    """One option to be. `option` and the first of each pair are what is there already, or None."""

    option: ProductOption | None
    name: str
    values: tuple[tuple[ProductOptionValue | None, str], ...]


@dataclass(frozen=True, slots=True)
class VariantPlan:
    """One variant to be: an old one, or None for a new one."""

    variant: ProductVariant | None
    asked: Input
    values: Values
    metafields: list[Planned]


@dataclass(frozen=True, slots=True)
class Plan:
    """A product to be. `options` and `variants` are None where the old ones stay."""

    attributes: dict[str, Any]
    metafields: list[Planned]
    options: list[OptionPlan] | None
    variants: list[VariantPlan] | None


def planned(shop: Shop, product: Product | None, asked: Input, app_id: str) -> Plan:
    """Read the whole input for a new product (None) or this one. Raises Refused, paths below the input."""
    attributes = product_attributes(shop, asked, product)
    metafields = _metafields(shop, "Product", product, asked, app_id)
    given = asked.get("product_options"), asked.get("variants")
    if given[0] is None and given[1] is None:
        return Plan(attributes, metafields, None, None)
    if given[0] is None:
        text = "Product options input is required when updating variants"
        raise Refused(Problem(("productOptions",), text, "PRODUCT_OPTIONS_INPUT_MISSING"))
    if given[1] is None:
        text = "Variants input is required when updating product options"
        raise Refused(Problem(("variants",), text, "VARIANTS_INPUT_MISSING"))
    options = _options(product, given[0])
    refuse_any(_list_problems(shop, product, given[1]))
    variants = _variants(shop, product, options, given[1], app_id)
    return Plan(attributes, metafields, options, variants)


def _metafields(shop: Shop, typename: str, owner: Any | None, asked: Input, app_id: str) -> list[Planned]:
    try:
        return plan_all(shop, typename, owner, asked.get("metafields") or (), app_id)
    except Refused as refused:
        coded = [Problem(problem.field, problem.message, "INVALID_METAFIELD") for problem in refused.problems]
        raise Refused(*coded).under("metafields") from None


def _options(product: Product | None, asked: Sequence[Input]) -> list[OptionPlan]:
    placed = sorted(enumerate(asked), key=lambda pair: (pair[1].get("position") or pair[0] + 1, pair[0]))
    plans = [_option(product, index, option) for index, option in placed]
    names = [{"name": plan.name, "values": [{"name": name} for _, name in plan.values]} for plan in plans]
    refuse_any(option_problems(names, 0, "productOptions"))
    return plans


def _option(product: Product | None, index: int, asked: Input) -> OptionPlan:
    place = ("productOptions", str(index))
    old = product.options if product else []
    name = (asked.get("name") or "").strip()
    option = next((o for o in old if (o.id == asked["id"] if asked.get("id") else o.name == name)), None)
    if option is None and asked.get("id"):
        raise Refused(Problem((*place, "id"), "Option does not exist", "OPTION_DOES_NOT_EXIST"))
    values = [_value(option, (*place, "values", str(n)), value) for n, value in enumerate(asked.get("values") or ())]
    return OptionPlan(option, name or (option.name if option else ""), tuple(values))


def _value(option: ProductOption | None, place: tuple[str, ...], asked: Input) -> tuple[ProductOptionValue | None, str]:
    old = option.option_values if option else []
    name = (asked.get("name") or "").strip()
    value = next((v for v in old if (v.id == asked["id"] if asked.get("id") else v.name == name)), None)
    if value is None and asked.get("id"):
        raise Refused(Problem((*place, "id"), "Option value does not exist", "OPTION_VALUE_DOES_NOT_EXIST"))
    return value, name or (value.name if value else "")


def _list_problems(shop: Shop, product: Product | None, asked: Sequence[Input]) -> Iterator[Problem]:
    if len(asked) > MAX_VARIANTS:
        text = f"The product cannot have more than {MAX_VARIANTS} variants"
        yield Problem(("variants",), text, "VARIANTS_OVER_LIMIT")
    known = {variant.id for variant in product.variants} if product else set()
    for index, entry in enumerate(asked):
        place = ("variants", str(index))
        if entry.get("id") and entry["id"] not in known:
            yield Problem((*place, "id"), "Product variant does not exist", "PRODUCT_VARIANT_DOES_NOT_EXIST")
        for problem in variant_problems(entry):
            yield Problem((*place, *(problem.field or ())), problem.message, "INVALID_VARIANT")
        for quantity in entry.get("inventory_quantities") or ():
            if quantity["name"] != "available":
                raise NotModelled(f"setting the inventory quantity {quantity['name']!r}")
        if lost := place_problem(shop, entry, "INVALID_INPUT"):
            yield Problem((*place, *(lost.field or ())), lost.message, lost.code)


def _variants(
    shop: Shop, product: Product | None, options: list[OptionPlan], asked: Sequence[Input], app_id: str
) -> list[VariantPlan]:
    by_id = {variant.id: variant for variant in product.variants} if product else {}
    by_values = {values_of(variant): variant for variant in by_id.values()}
    named = {entry["id"] for entry in asked if entry.get("id")}
    plans: dict[Values, VariantPlan] = {}
    for index, entry in _in_position(asked):
        values = _chosen(options, index, entry.get("option_values") or ())
        if values in plans:
            text = f"The variant '{' / '.join(values)}' already exists. Please change at least one option value."
            raise Refused(Problem(("variants", str(index)), text, "INVALID_VARIANT"))
        variant = by_id.get(entry.get("id") or "")
        if variant is None and shop.switches["product_set_variant_match"] == "options":
            variant = by_values.get(values)
            variant = None if variant is not None and variant.id in named else variant
        with under("variants", str(index)):
            metafields = _metafields(shop, "ProductVariant", variant, entry, app_id)
        plans[values] = VariantPlan(variant, entry, values, metafields)
    return list(plans.values())


def _in_position(asked: Sequence[Input]) -> list[tuple[int, Input]]:
    return sorted(enumerate(asked), key=lambda pair: (pair[1].get("position") or pair[0] + 1, pair[0]))


def _chosen(options: list[OptionPlan], index: int, asked: Sequence[Input]) -> Values:
    """The value of each option to be, in their order."""
    return tuple(_one_chosen(option, ("variants", str(index), "optionValues"), asked) for option in options)


def _one_chosen(plan: OptionPlan, place: tuple[str, ...], asked: Sequence[Input]) -> str:
    old = plan.option.id if plan.option else None
    for index, entry in enumerate(asked):
        if entry.get("option_id", old) != old or (not entry.get("option_id") and entry.get("option_name") != plan.name):
            continue
        asked_id = entry.get("id")
        for value, name in plan.values:
            if (value is not None and value.id == asked_id) if asked_id else name == entry.get("name"):
                return name
        raise Refused(Problem((*place, str(index)), "Option value does not exist", "OPTION_VALUE_DOES_NOT_EXIST"))
    raise Refused(Problem(place, f"You need to add option values for {plan.name}", "INVALID_VARIANT"))
