"""Options of a product and the values variants choose of them; productOptionsCreate."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import product as combinations
from typing import Any

from sandbox.shopify.api.context import Info, shop_of
from sandbox.shopify.api.problems import Problem, Refused, refuse_any, user_errors
from sandbox.shopify.api.schema import Resolver
from sandbox.shopify.products.catalog import MAX_OPTIONS, MAX_VARIANTS, add_variant, changed, product_by_id
from sandbox.shopify.products.product_model import Product, ProductOption, ProductOptionValue, ProductVariant
from sandbox.shopify.products.product_search import only_default_variant
from sandbox.shopify.shop import Shop

Values = tuple[str, ...]
"""What a variant chose, in the order of the options."""


def values_of(variant: ProductVariant) -> Values:
    return tuple(value for _, value in variant.selected_options)


def choose(variant: ProductVariant, values: Values) -> None:
    """Give a variant its values, and the title they make. Values new to an option are appended to it by `ensure`."""
    options = variant.product.options
    variant.selected_options = tuple((option.name, value) for option, value in zip(options, values, strict=True))
    variant.title = " / ".join(values)


def ensure(shop: Shop, product: Product, values: Values) -> None:
    """Let the options hold these values."""
    for option, value in zip(product.options, values, strict=True):
        if all(known.name != value for known in option.option_values):
            option.option_values.append(ProductOptionValue(shop.new_id(), value))


def chosen(product: Product, asked: Iterable[Mapping[str, Any]], before: Values | None = None) -> Values:
    """The values that `optionValues` name, by option id or name and value id or name.

    `before` are a variant's present values, which stay where none is given. Raises Refused with codes of the bulk
    mutations; the wording is inferred, the codes are the schema's.
    """
    found: dict[str, str] = {}
    unknown = 0
    for entry in asked:
        option = _option(product, entry)
        if option is None:
            unknown += 1
        else:
            found[option.name] = _value(option, entry)
    if unknown:
        text = f"Option values provided for {unknown} unknown option(s)"
        raise Refused(Problem((), text, "OPTION_VALUES_FOR_NUMBER_OF_UNKNOWN_OPTIONS"))
    kept = dict(zip((option.name for option in product.options), before or (), strict=False))
    missing = [option.name for option in product.options if option.name not in {**kept, **found}]
    if missing:
        raise Refused(
            Problem((), f"You need to add option values for {', '.join(missing)}", "NEED_TO_ADD_OPTION_VALUES")
        )
    return tuple({**kept, **found}[option.name] for option in product.options)


def _option(product: Product, entry: Mapping[str, Any]) -> ProductOption | None:
    gid, name = entry.get("option_id"), entry.get("option_name")
    return next((o for o in product.options if (o.id == gid if gid else o.name == name)), None)


def _value(option: ProductOption, entry: Mapping[str, Any]) -> str:
    if not entry.get("id"):
        return str(entry.get("name") or "").strip()
    for value in option.option_values:
        if value.id == entry["id"]:
            return value.name
    raise Refused(Problem((), "Option value does not exist", "OPTION_VALUE_DOES_NOT_EXIST"))


def option_problems(asked: Sequence[Mapping[str, Any]], present: int, field: str) -> Iterator[Problem]:
    """What is wrong with options to be added to `present` ones. Wording inferred, codes the schema's."""
    if present + len(asked) > MAX_OPTIONS:
        yield Problem((field,), f"Can only specify a maximum of {MAX_OPTIONS} options", "OPTIONS_OVER_LIMIT")
    names: set[str] = set()
    for index, option in enumerate(asked):
        place = (field, str(index))
        name = (option.get("name") or "").strip()
        if name.lower() in names:
            yield Problem(place, "Duplicated option name.", "DUPLICATED_OPTION_NAME")
        names.add(name.lower())
        values = [(value.get("name") or "").strip().lower() for value in option.get("values") or ()]
        if not values:
            text = "Each option must have at least one option value specified."
            yield Problem((*place, "values"), text, "OPTION_VALUES_MISSING")
        elif len(set(values)) < len(values):
            yield Problem((*place, "values"), "Duplicated option value.", "DUPLICATED_OPTION_VALUE")


def create_options(shop: Shop, product: Product, asked: Sequence[Mapping[str, Any]], strategy: str) -> None:
    """Add options. The "Title" option of a product without real ones goes; variants take each first value.

    CREATE also makes the missing combinations. Raises Refused.
    """
    replaced = only_default_variant(product)
    present = [] if replaced else product.options
    refuse_any(_creation_problems(asked, present))
    if strategy == "CREATE":
        _refuse_too_many(product, asked)
    combined = [values_of(variant) if not replaced else () for variant in product.variants]
    added = [
        ProductOption(shop.new_id(), product, option["name"].strip(), [
            ProductOptionValue(shop.new_id(), value["name"].strip()) for value in option["values"]
        ])
        for option in asked
    ]  # fmt: skip
    product.options = [*present, *added]
    firsts = tuple(option.option_values[0].name for option in added)
    for variant, values in zip(product.variants, combined, strict=True):
        choose(variant, (*values, *firsts))
    touched = list(product.variants)
    if strategy == "CREATE":
        _combine(shop, product, combined, added)
    changed(shop, product, touched)


def _creation_problems(asked: Sequence[Mapping[str, Any]], present: Sequence[ProductOption]) -> Iterator[Problem]:
    names = {option.name.lower() for option in present}
    for index, option in enumerate(asked):
        if not (option.get("name") or "").strip():
            yield Problem(("options", str(index)), "Each option must have a name specified.", "OPTION_NAME_MISSING")
        elif option["name"].strip().lower() in names:
            text = f"Option '{option['name'].strip()}' already exists."
            yield Problem(("options", str(index)), text, "OPTION_ALREADY_EXISTS")
    yield from option_problems(asked, len(present), "options")


def _combine(shop: Shop, product: Product, combined: Sequence[Values], added: Sequence[ProductOption]) -> None:
    """Add what is missing of every old combination with every new value, priced as the first variant."""
    there = {values_of(variant) for variant in product.variants}
    model = product.variants[0]
    for values in combined:
        for more in combinations(*([value.name for value in option.option_values] for option in added)):
            if (*values, *more) not in there:
                whole = (*values, *more)
                add_variant(shop, product, {"options": whole, "price": model.price, "tracked": model.tracked})


def _refuse_too_many(product: Product, asked: Sequence[Mapping[str, Any]]) -> None:
    number = len(product.variants)
    for option in asked:
        number *= len(option["values"])
    if number > MAX_VARIANTS:
        text = f"The product cannot have more than {MAX_VARIANTS} variants"
        raise Refused(Problem(("options",), text, "TOO_MANY_VARIANTS_CREATED"))


def _options_create(
    _root: Any,
    info: Info,
    product_id: str,
    options: Sequence[Mapping[str, Any]],
    variant_strategy: str | None = "LEAVE_AS_IS",
) -> dict[str, Any]:
    shop = shop_of(info)
    product = product_by_id(shop, product_id)
    try:
        if product is None:
            raise Refused(Problem(("productId",), "Product does not exist", "PRODUCT_DOES_NOT_EXIST"))
        create_options(shop, product, options, variant_strategy or "LEAVE_AS_IS")
    except Refused as refused:
        return {"product": product, "userErrors": user_errors(refused)}
    return {"product": product, "userErrors": []}


RESOLVERS: dict[str, Resolver] = {"Mutation.productOptionsCreate": _options_create}
