"""productSet: whole products, found by id, handle or custom id; lists given replace, at once or in a moment."""

from typing import Any

import pytest

from sandbox.shopify.products import catalog
from sandbox.shopify.products.product_model import Product
from tests.sandbox.shopify.front import Front
from tests.sandbox.shopify.test_products import heard

SET = """
mutation($identifier: ProductSetIdentifiers, $input: ProductSetInput!, $synchronous: Boolean) {
  productSet(identifier: $identifier, input: $input, synchronous: $synchronous) {
    product { id title handle }
    productSetOperation { id status product { id } userErrors { code } }
    userErrors { field message code }
  }
}"""
OPERATION = """query($id: ID!) { productOperation(id: $id) { __typename status product { id title }
  ... on ProductSetOperation { userErrors { field message code } } } }"""


def put(front: Front, asked: dict[str, Any], **identifier: Any) -> Any:
    return front.ask(SET, {"identifier": identifier or None, "input": asked})["productSet"]


def size(name: str, **more: Any) -> dict[str, Any]:
    return {"optionValues": [{"optionName": "Size", "name": name}], **more}


def sizes(*names: str) -> list[dict[str, Any]]:
    return [{"name": "Size", "values": [{"name": name} for name in names]}]


def notebook(front: Front) -> Product:
    """In two sizes."""
    variants: list[catalog.NewVariant] = [{"options": (name,), "sku": name} for name in ("A5", "A4")]
    options = [("Size", ("A5", "A4"))]
    return catalog.create_product(front.shop, "Notebook", options=options, variants=variants, tags=("paper",))


def test_variants_that_are_not_listed_are_deleted() -> None:
    front = Front()
    product = notebook(front)
    a5, a4 = product.variants
    told = heard(front)
    asked = {"productOptions": sizes("A4", "A3"), "variants": [size("A3"), size("A4", id=a4.id, price="12.00")]}
    assert put(front, asked, id=product.id)["userErrors"] == []
    assert [(variant.title, variant.position) for variant in product.variants] == [("A3", 1), ("A4", 2)]
    assert product.variants[1] is a4
    assert (a4.sku, str(a4.price)) == ("A4", "12.00")
    assert front.shop.node(a5.id) is None
    [event] = front.shop.events
    assert (event.subject_type, event.subject_id) == ("PRODUCT_VARIANT", a5.id)
    assert [topic for topic, _ in told] == ["products/update"]


def test_lists_that_are_not_given_stay() -> None:
    front = Front()
    product = notebook(front)
    before = list(product.variants)
    put(front, {"title": "Sketchbook"}, id=product.id)
    assert (product.title, product.handle, product.tags) == ("Sketchbook", "notebook", ("paper",))
    assert product.variants == before
    put(front, {"tags": []}, id=product.id)
    assert product.tags == ()


@pytest.mark.parametrize(("setting", "kept"), [("options", True), ("id", False)])
def test_whether_a_variant_without_id_is_the_old_one_is_a_switch(setting: str, kept: bool) -> None:
    front = Front({"product_set_variant_match": setting})
    product = notebook(front)
    before = [variant.id for variant in product.variants]
    put(front, {"productOptions": sizes("A5", "A4"), "variants": [size("A5"), size("A4")]}, id=product.id)
    assert ([variant.id for variant in product.variants] == before) is kept
    assert [variant.title for variant in product.variants] == ["A5", "A4"]


def test_options_keep_their_ids_by_id_or_name() -> None:
    front = Front()
    product = notebook(front)
    [option] = product.options
    a5 = option.option_values[0]
    asked = {
        "productOptions": [
            {"id": option.id, "name": "Format", "values": [{"id": a5.id, "name": "Small"}, {"name": "A4"}]}
        ],
        "variants": [{"optionValues": [{"optionId": option.id, "id": a5.id}]}],
    }
    assert put(front, asked, id=product.id)["userErrors"] == []
    assert product.options == [option]
    assert (option.name, option.option_values[0], a5.name) == ("Format", a5, "Small")
    assert product.variants[0].selected_options == (("Format", "Small"),)


def test_a_handle_finds_a_product_or_makes_it() -> None:
    front = Front()
    made = put(front, {"title": "Pen", "handle": "my-pen"}, handle="my-pen")["product"]
    assert made["handle"] == "my-pen"
    again = put(front, {"title": "Quill", "handle": "my-pen"}, handle="my-pen")["product"]
    assert (again["id"], again["title"]) == (made["id"], "Quill")


DEFINE = """mutation { metafieldDefinitionCreate(definition: {name: "ERP", namespace: "erp", key: "id", type: "id",
  ownerType: PRODUCT, capabilities: {uniqueValues: {enabled: true}}}) { userErrors { message } } }"""


def test_a_custom_id_finds_a_product_or_makes_it() -> None:
    front = Front()
    front.ask(DEFINE)
    custom = {"namespace": "erp", "key": "id", "value": "P-1"}
    metafields = [{**custom, "type": "id"}]
    made = put(front, {"title": "Pen", "metafields": metafields}, customId=custom)
    assert made["userErrors"] == []
    again = put(front, {"title": "Quill", "metafields": metafields}, customId=custom)["product"]
    assert (again["id"], again["title"]) == (made["product"]["id"], "Quill")
    lookup = (
        "query($custom: UniqueMetafieldValueInput!) { productByIdentifier(identifier: {customId: $custom}) { id } }"
    )
    assert front.ask(lookup, {"custom": custom})["productByIdentifier"]["id"] == again["id"]
    other = put(front, {"title": "Quill", "metafields": [{**custom, "type": "id", "value": "P-2"}]}, customId=custom)
    assert other["userErrors"][0]["code"] == "METAFIELD_MISMATCH"


@pytest.mark.parametrize(
    ("asked", "identifier", "field", "code"),
    [
        ({"title": "Pen"}, {"id": "gid://shopify/Product/1"}, ["input"], "NOT_FOUND"),
        ({"id": "gid://shopify/Product/1"}, {}, ["input", "id"], "PRODUCT_DOES_NOT_EXIST"),
        ({"id": "gid://shopify/Product/1"}, {"handle": "notebook"}, ["input"], "ID_NOT_ALLOWED"),
        ({"title": "Pen"}, {"handle": "notebook"}, ["input"], "MISSING_FIELD_REQUIRED"),
        ({"title": "Pen", "handle": "pen"}, {"handle": "notebook"}, ["input"], "INPUT_MISMATCH"),
        ({"handle": "Notebook", "title": "Pen"}, {}, ["input", "handle"], "HANDLE_NOT_UNIQUE"),
        ({}, {}, ["input", "title"], "INVALID_PRODUCT"),
        ({"title": "Pen", "variants": [size("A5")]}, {}, ["input", "productOptions"], "PRODUCT_OPTIONS_INPUT_MISSING"),
        ({"title": "Pen", "productOptions": sizes("A5")}, {}, ["input", "variants"], "VARIANTS_INPUT_MISSING"),
    ],
)
def test_what_is_wrong_as_a_whole(asked: Any, identifier: Any, field: list[str], code: str) -> None:
    front = Front()
    notebook(front)
    answer = put(front, asked, **identifier)
    assert answer["product"] is None
    assert [(error["field"], error["code"]) for error in answer["userErrors"]] == [(field, code)]
    assert len(front.shop.products.rows) == 1


@pytest.mark.parametrize(
    ("variants", "options", "field", "code"),
    [
        ([size("A5"), size("A5")], sizes("A5"), ["variants", "1"], "INVALID_VARIANT"),
        ([size("A6")], sizes("A5"), ["variants", "0", "optionValues", "0"], "OPTION_VALUE_DOES_NOT_EXIST"),
        ([{"optionValues": []}], sizes("A5"), ["variants", "0", "optionValues"], "INVALID_VARIANT"),
        ([size("A5", price="-1")], sizes("A5"), ["variants", "0", "price"], "INVALID_VARIANT"),
        (
            [size("A5", id="gid://shopify/ProductVariant/1")],
            sizes("A5"),
            ["variants", "0", "id"],
            "PRODUCT_VARIANT_DOES_NOT_EXIST",
        ),
        ([size("A5")], sizes("A5", "a5"), ["productOptions", "0", "values"], "DUPLICATED_OPTION_VALUE"),
        ([size("A5")], [{"name": "Size"}], ["productOptions", "0", "values"], "OPTION_VALUES_MISSING"),
        ([size("A5")], sizes("A5") * 2, ["productOptions", "1"], "DUPLICATED_OPTION_NAME"),
        (
            [size("A5")],
            [{"id": "gid://shopify/ProductOption/1", "values": [{"name": "A5"}]}],
            ["productOptions", "0", "id"],
            "OPTION_DOES_NOT_EXIST",
        ),
    ],
)
def test_what_is_wrong_with_the_lists(variants: Any, options: Any, field: list[str], code: str) -> None:
    """And then nothing at all is written."""
    front = Front()
    product = notebook(front)
    told = heard(front)
    answer = put(front, {"title": "New", "productOptions": options, "variants": variants}, id=product.id)
    assert (answer["userErrors"][0]["field"], answer["userErrors"][0]["code"]) == (["input", *field], code)
    assert (product.title, [variant.title for variant in product.variants], told) == ("Notebook", ["A5", "A4"], [])


def test_an_operation_that_is_not_waited_for_does_its_work_in_a_moment() -> None:
    front = Front()
    product = notebook(front)
    asked = {"identifier": {"id": product.id}, "input": {"title": "Sketchbook"}, "synchronous": False}
    answer = front.ask(SET, asked)["productSet"]
    operation = answer["productSetOperation"]
    assert (answer["product"], operation["status"]) == (None, "CREATED")
    assert front.ask(OPERATION, {"id": operation["id"]})["productOperation"]["status"] == "ACTIVE"
    assert product.title == "Notebook"
    [busy] = front.ask(SET, asked)["productSet"]["userErrors"]
    assert busy["message"] == "Another operation already in progress. Please wait until current one is finished."
    front.wait(2)
    done = front.ask(OPERATION, {"id": operation["id"]})["productOperation"]
    assert (done["__typename"], done["status"]) == ("ProductSetOperation", "COMPLETE")
    assert done["product"] == {"id": product.id, "title": "Sketchbook"}


def test_an_operation_tells_what_went_wrong_meanwhile() -> None:
    front = Front()
    asked = {"input": {"title": "Pen", "handle": "pen"}, "synchronous": False}
    operation = front.ask(SET, asked)["productSet"]["productSetOperation"]
    catalog.create_product(front.shop, "Pen")
    front.wait(2)
    done = front.ask(OPERATION, {"id": operation["id"]})["productOperation"]
    assert (done["status"], done["product"]) == ("COMPLETE", None)
    assert [error["code"] for error in done["userErrors"]] == ["HANDLE_NOT_UNIQUE"]


def test_metafields_come_with_a_product_and_its_variants() -> None:
    front = Front()
    care = {"namespace": "custom", "key": "care", "type": "single_line_text_field", "value": "Keep dry"}
    variants = [size("A5", metafields=[care]), size("A4")]
    asked = {"title": "Pad", "metafields": [care], "productOptions": sizes("A5", "A4"), "variants": variants}
    assert put(front, asked)["userErrors"] == []
    product = catalog.by_handle(front.shop, "pad")
    assert product is not None
    held = [product.metafields, *(variant.metafields for variant in product.variants)]
    assert [list(one or ()) for one in held] == [[("custom", "care")], [("custom", "care")], []]
    wrong = put(front, {"title": "Pad", "metafields": [{**care, "type": "integer"}]})
    assert wrong["userErrors"][0]["code"] == "INVALID_METAFIELD"


def test_files_replace_the_images() -> None:
    front = Front()
    product = catalog.create_product(front.shop, "Pen", images=["https://cdn.example.com/old.png"])
    put(front, {"files": [{"originalSource": "https://cdn.example.com/new.png"}]}, id=product.id)
    front.wait(5)
    assert [(image.url, image.status) for image in product.media] == [("https://cdn.example.com/new.png", "READY")]
