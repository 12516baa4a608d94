"""Variants: made, changed and deleted in bulk; options; inventory items."""

from decimal import Decimal
from typing import Any

import pytest

from sandbox.shopify.products import catalog
from sandbox.shopify.products.product_model import Product
from tests.sandbox.shopify.front import Front
from tests.sandbox.shopify.test_products import heard

VARIANTS = "productVariants { id title sku price }"
CREATE = f"""
mutation($id: ID!, $variants: [ProductVariantsBulkInput!]!, $strategy: ProductVariantsBulkCreateStrategy) {{
  productVariantsBulkCreate(productId: $id, variants: $variants, strategy: $strategy) {{
    {VARIANTS} userErrors {{ field code }} }} }}"""
UPDATE = f"""
mutation($id: ID!, $variants: [ProductVariantsBulkInput!]!, $partial: Boolean) {{
  productVariantsBulkUpdate(productId: $id, variants: $variants, allowPartialUpdates: $partial) {{
    product {{ id }} {VARIANTS} userErrors {{ field code }} }} }}"""
DELETE = """
mutation($id: ID!, $variants: [ID!]!) { productVariantsBulkDelete(productId: $id, variantsIds: $variants) {
  product { id } userErrors { field code } } }"""
OPTIONS = """
mutation($id: ID!, $options: [OptionCreateInput!]!, $strategy: ProductOptionCreateVariantStrategy) {
  productOptionsCreate(productId: $id, options: $options, variantStrategy: $strategy) {
    product { options { name values } variants(first: 10) { nodes { title } } } userErrors { field code } } }"""


def notebook(front: Front) -> Product:
    """In two sizes."""
    sizes: list[catalog.NewVariant] = [{"options": (size,), "sku": size, "price": Decimal(9)} for size in ("A5", "A4")]
    return catalog.create_product(front.shop, "Notebook", options=[("Size", ("A5", "A4"))], variants=sizes)


def sized(name: str, **more: Any) -> dict[str, Any]:
    return {"optionValues": [{"optionName": "Size", "name": name}], **more}


def titles(product: Product) -> list[str]:
    return [variant.title for variant in product.variants]


def test_new_variants_follow_the_old_ones_and_bring_new_values() -> None:
    front = Front()
    product = notebook(front)
    made = front.ask(CREATE, {"id": product.id, "variants": [sized("A6", price="7.00"), sized("A3")]})
    assert made["productVariantsBulkCreate"]["userErrors"] == []
    assert titles(product) == ["A5", "A4", "A6", "A3"]
    assert [variant.position for variant in product.variants] == [1, 2, 3, 4]
    assert product.options[0].used_values == ["A5", "A4", "A6", "A3"]


@pytest.mark.parametrize(
    ("strategy", "left"),
    [
        ("DEFAULT", ["A5"]),
        ("REMOVE_STANDALONE_VARIANT", ["A5"]),
        ("PRESERVE_STANDALONE_VARIANT", ["Default Title", "A5"]),
    ],
)
def test_a_standalone_default_variant_makes_way(strategy: str, left: list[str]) -> None:
    front = Front()
    product = catalog.create_product(front.shop, "Notebook")
    title = {"optionValues": [{"optionName": "Title", "name": "A5"}]}
    front.ask(CREATE, {"id": product.id, "variants": [title], "strategy": strategy})
    assert titles(product) == left


@pytest.mark.parametrize(("strategy", "left"), [("DEFAULT", ["A5", "A4"]), ("REMOVE_STANDALONE_VARIANT", ["A4"])])
def test_a_standalone_custom_variant_stays_unless_it_is_to_go(strategy: str, left: list[str]) -> None:
    front = Front()
    product = catalog.create_product(front.shop, "Notebook", options=[("Size", ("A5",))])
    front.ask(CREATE, {"id": product.id, "variants": [sized("A4")], "strategy": strategy})
    assert titles(product) == left


@pytest.mark.parametrize(
    ("variant", "field", "code"),
    [
        (sized("A5"), ["variants", "0"], "VARIANT_ALREADY_EXISTS_CHANGE_OPTION_VALUE"),
        (sized("A6", price="-1"), ["variants", "0", "price"], "GREATER_THAN_OR_EQUAL_TO"),
        (sized("A6", id="gid://shopify/ProductVariant/1"), ["variants", "0", "id"], "NO_KEY_ON_CREATE"),
        ({"price": "1"}, ["variants", "0"], "NEED_TO_ADD_OPTION_VALUES"),
        (
            {"optionValues": [{"optionName": "Colour", "name": "Moss"}]},
            ["variants", "0"],
            "OPTION_VALUES_FOR_NUMBER_OF_UNKNOWN_OPTIONS",
        ),
        (
            sized("A6", inventoryQuantities=[{"locationId": "gid://shopify/Location/1", "availableQuantity": 1}]),
            ["variants", "0", "inventoryQuantities"],
            "TRACKED_VARIANT_LOCATION_NOT_FOUND",
        ),
    ],
)
def test_a_faulty_new_variant_spoils_all(variant: dict[str, Any], field: list[str], code: str) -> None:
    front = Front()
    product = notebook(front)
    told = heard(front)
    answer = front.ask(CREATE, {"id": product.id, "variants": [variant, sized("A2")]})["productVariantsBulkCreate"]
    assert answer["userErrors"][0] == {"field": field, "code": code}
    assert (titles(product), told) == (["A5", "A4"], [])


def test_no_product_has_more_than_2048_variants() -> None:
    front = Front()
    sizes = [str(number) for number in range(2_048)]
    many: list[catalog.NewVariant] = [{"options": (size,)} for size in sizes]
    product = catalog.create_product(front.shop, "Notebook", options=[("Size", sizes)], variants=many)
    answer = front.ask(CREATE, {"id": product.id, "variants": [sized("A5")]})["productVariantsBulkCreate"]
    assert answer["userErrors"] == [{"field": ["variants"], "code": "INVALID_INPUT"}]
    assert len(product.variants) == 2_048


@pytest.mark.parametrize(("setting", "tracked"), [("yes", True), ("no", False)])
def test_whether_new_variants_are_tracked_is_a_switch(setting: str, tracked: bool) -> None:
    front = Front({"new_variant_tracked": setting})
    product = notebook(front)
    front.ask(
        CREATE, {"id": product.id, "variants": [sized("A6"), sized("A3", inventoryItem={"tracked": not tracked})]}
    )
    assert [variant.tracked for variant in product.variants[2:]] == [tracked, not tracked]


def changes(product: Product) -> list[dict[str, Any]]:
    """The first right, the second not."""
    first, second = (variant.id for variant in product.variants)
    return [{"id": first, "price": "5.00"}, {"id": second, "price": "-5.00"}]


@pytest.mark.parametrize("partial", [False, True])
def test_one_faulty_change_spoils_all_unless_parts_are_allowed(partial: bool) -> None:
    front = Front()
    product = notebook(front)
    told = heard(front)
    asked = {"id": product.id, "variants": changes(product), "partial": partial}
    answer = front.ask(UPDATE, asked)["productVariantsBulkUpdate"]
    assert answer["userErrors"] == [{"field": ["variants", "1", "price"], "code": "GREATER_THAN_OR_EQUAL_TO"}]
    assert [str(variant.price) for variant in product.variants] == ["5.00" if partial else "9", "9"]
    assert [topic for topic, _ in told] == ["products/update"] * partial
    assert (answer["productVariants"] is None) is not partial


def test_unknown_and_missing_ids_are_told_one_by_one() -> None:
    front = Front()
    product = notebook(front)
    other = catalog.create_product(front.shop, "Pen").variants[0].id
    variants = [{"price": "1"}, {"id": other, "price": "1"}]
    answer = front.ask(UPDATE, {"id": product.id, "variants": variants})["productVariantsBulkUpdate"]
    assert answer["userErrors"] == [
        {"field": ["variants", "0", "id"], "code": "PRODUCT_VARIANT_ID_MISSING"},
        {"field": ["variants", "1", "id"], "code": "PRODUCT_VARIANT_DOES_NOT_EXIST"},
    ]
    answer = front.ask(UPDATE, {"id": "gid://shopify/Product/1", "variants": []})["productVariantsBulkUpdate"]
    assert answer["product"] is None
    assert answer["userErrors"] == [{"field": ["productId"], "code": "PRODUCT_DOES_NOT_EXIST"}]


def test_stock_cannot_be_set_by_an_update() -> None:
    front = Front()
    product = notebook(front)
    place = catalog.main_location(front.shop).id
    quantities = [{"locationId": place, "availableQuantity": 3}]
    variants = [{"id": product.variants[0].id, "inventoryQuantities": quantities}]
    answer = front.ask(UPDATE, {"id": product.id, "variants": variants})["productVariantsBulkUpdate"]
    assert [error["code"] for error in answer["userErrors"]] == ["NO_INVENTORY_QUANTITIES_ON_VARIANTS_UPDATE"]


def test_an_option_value_is_changed_but_not_to_one_that_is_taken() -> None:
    front = Front()
    product = notebook(front)
    first = product.variants[0].id
    taken = front.ask(UPDATE, {"id": product.id, "variants": [{"id": first, **sized("A4")}]})
    assert taken["productVariantsBulkUpdate"]["userErrors"] == [
        {"field": ["variants", "0"], "code": "VARIANT_ALREADY_EXISTS"}
    ]
    front.ask(UPDATE, {"id": product.id, "variants": [{"id": first, **sized("A6")}]})
    assert titles(product) == ["A6", "A4"]


def test_variants_are_deleted_but_never_all() -> None:
    front = Front()
    product = notebook(front)
    first, second = product.variants
    all_of_them = front.ask(DELETE, {"id": product.id, "variants": [first.id, second.id]})
    assert all_of_them["productVariantsBulkDelete"]["userErrors"][0]["code"] == "CANNOT_DELETE_LAST_VARIANT"
    stranger = front.ask(DELETE, {"id": product.id, "variants": [first.id, "gid://shopify/ProductVariant/1"]})
    code = "AT_LEAST_ONE_VARIANT_DOES_NOT_BELONG_TO_THE_PRODUCT"
    assert stranger["productVariantsBulkDelete"]["userErrors"][0]["code"] == code
    told = heard(front)
    assert (
        front.ask(DELETE, {"id": product.id, "variants": [first.id]})["productVariantsBulkDelete"]["userErrors"] == []
    )
    assert (titles(product), second.position) == (["A4"], 1)
    [event] = front.shop.events
    assert (event.subject_type, event.subject_id) == ("PRODUCT_VARIANT", first.id)
    assert [topic for topic, _ in told] == ["products/update"]


BY_SKU = "query($query: String!) { productVariants(first: 10, query: $query) { nodes { sku title } } }"


def test_a_sku_may_be_empty_or_shared_and_is_searched_by_its_words() -> None:
    front = Front()
    skus = ["CQ-NB-A5", "CQ-NB-A5", "CQ-NB-A4", ""]
    variants: list[catalog.NewVariant] = [{"options": (str(n),), "sku": sku} for n, sku in enumerate(skus)]
    catalog.create_product(front.shop, "Notebook", options=[("No", ("0", "1", "2", "3"))], variants=variants)
    nodes = front.ask("{ productVariants(first: 10) { nodes { sku } } }")["productVariants"]["nodes"]
    assert [node["sku"] for node in nodes] == ["CQ-NB-A5", "CQ-NB-A5", "CQ-NB-A4", None]
    for query, number in (("sku:CQ-NB-A5", 2), ("sku:NB", 3), ("sku:A4-CQ", 1), ("sku:CQ-NB-A", 0)):
        assert len(front.ask(BY_SKU, {"query": query})["productVariants"]["nodes"]) == number, query


def test_variants_cannot_be_sorted_by_update() -> None:
    [error] = Front().post("{ productVariants(first: 1, sortKey: UPDATED_AT) { nodes { id } } }").json()["errors"]
    assert "UPDATED_AT" in error["message"]


def test_variants_are_found_by_what_their_product_has_since_become() -> None:
    front = Front()
    product = notebook(front)
    catalog.update_product(front.shop, product, status="DRAFT", tags=("paper",))
    for query, number in (("product_status:ACTIVE", 0), ("product_status:DRAFT", 2), ("tag:paper", 2)):
        assert len(front.ask(BY_SKU, {"query": query})["productVariants"]["nodes"]) == number, query


ITEM = """query($id: ID!) { productVariant(id: $id) { sku price compareAtPrice inventoryItem {
  sku tracked requiresShipping unitCost { amount currencyCode } measurement { weight { unit value } } } } }"""


def test_an_inventory_item_holds_cost_weight_and_sku() -> None:
    front = Front()
    product = notebook(front)
    variant = product.variants[0]
    item = {"sku": "NEW", "cost": "4.5", "tracked": True, "requiresShipping": False,
            "measurement": {"weight": {"unit": "OUNCES", "value": 2}}}  # fmt: skip
    front.ask(UPDATE, {"id": product.id, "variants": [{"id": variant.id, "inventoryItem": item}]})
    shown = front.ask(ITEM, {"id": variant.id})["productVariant"]
    assert shown["inventoryItem"] == {
        "sku": "NEW", "tracked": True, "requiresShipping": False, "unitCost": {"amount": "4.5", "currencyCode": "USD"},
        "measurement": {"weight": {"unit": "OUNCES", "value": 2.0}},
    }  # fmt: skip
    assert variant.weight_grams == 57
    assert (shown["price"], shown["compareAtPrice"]) == ("9.00", None)


@pytest.mark.parametrize(("currency", "price"), [("JPY", "1200"), ("BHD", "1200.000"), ("USD", "1200.00")])
def test_a_price_has_the_places_of_its_currency(currency: str, price: str) -> None:
    front = Front()
    front.shop.settings.currency = currency
    product = catalog.create_product(front.shop, "Notebook", variants=[{"price": Decimal(1200)}])
    assert front.ask(ITEM, {"id": product.variants[0].id})["productVariant"]["price"] == price


COLOURS = [{"name": "Colour", "values": [{"name": "Moss"}, {"name": "Ink"}]}]


@pytest.mark.parametrize(
    ("strategy", "left"),
    [("LEAVE_AS_IS", ["A5 / Moss", "A4 / Moss"]), ("CREATE", ["A5 / Moss", "A4 / Moss", "A5 / Ink", "A4 / Ink"])],
)
def test_an_option_is_added_with_or_without_its_combinations(strategy: str, left: list[str]) -> None:
    front = Front()
    product = notebook(front)
    answer = front.ask(OPTIONS, {"id": product.id, "options": COLOURS, "strategy": strategy})["productOptionsCreate"]
    assert answer["userErrors"] == []
    assert titles(product) == left
    assert answer["product"]["options"][1]["values"] == (["Moss", "Ink"] if strategy == "CREATE" else ["Moss"])


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ([{"name": "Size", "values": [{"name": "S"}]}], "OPTION_ALREADY_EXISTS"),
        ([{"name": "", "values": [{"name": "S"}]}], "OPTION_NAME_MISSING"),
        ([{"name": "Colour"}], "OPTION_VALUES_MISSING"),
        ([{"name": "Colour", "values": [{"name": "Ink"}, {"name": "ink"}]}], "DUPLICATED_OPTION_VALUE"),
        (COLOURS * 2, "DUPLICATED_OPTION_NAME"),
        ([{"name": str(n), "values": [{"name": "S"}]} for n in range(3)], "OPTIONS_OVER_LIMIT"),
    ],
)
def test_faulty_options_write_nothing(options: list[Any], code: str) -> None:
    front = Front()
    product = notebook(front)
    answer = front.ask(OPTIONS, {"id": product.id, "options": options})["productOptionsCreate"]
    assert answer["userErrors"][0]["code"] == code
    assert titles(product) == ["A5", "A4"]
