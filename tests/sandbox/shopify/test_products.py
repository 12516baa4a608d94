"""Products: handles, limits, deletion, what moves them and who hears of it, how they are found."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from sandbox.shopify.products import catalog, products
from sandbox.shopify.products.handles import free_handle, normalised
from sandbox.shopify.products.product_model import Product
from tests.sandbox.shopify.front import Front

CREATE = """
mutation($product: ProductCreateInput, $input: ProductInput, $media: [CreateMediaInput!]) {
  productCreate(product: $product, input: $input, media: $media) {
    product { id title handle vendor tags status category { id } metafield(namespace: "custom", key: "care") { value }
      options { name values } media(first: 5) { nodes { status preview { image { url } } } }
      variants(first: 5) { nodes { title } } }
    userErrors { field message }
  }
}"""
UPDATE = """
mutation($product: ProductUpdateInput, $identifier: ProductUpdateIdentifiers) {
  productUpdate(product: $product, identifier: $identifier) {
    product { title handle vendor } userErrors { field message } } }"""
DELETE = """
mutation($id: ID!, $synchronous: Boolean) { productDelete(input: {id: $id}, synchronous: $synchronous) {
  deletedProductId userErrors { field message } } }"""
FIND = "query($query: String!) { products(first: 50, query: $query) { nodes { title } } }"


def heard(front: Front) -> list[tuple[str, Any]]:
    """Every topic from now on, with its body."""
    told: list[tuple[str, Any]] = []
    front.shop.listeners.append(lambda topic, body: told.append((topic, body())))
    return told


def create(front: Front, **asked: Any) -> Any:
    return front.ask(CREATE, {"product": asked})["productCreate"]


def found(front: Front, query: str) -> list[str]:
    return [node["title"] for node in front.ask(FIND, {"query": query})["products"]["nodes"]]


@pytest.mark.parametrize(
    ("text", "handle"),
    [
        ("Linen Notebook", "linen-notebook"),
        ("  Weird Handle / 100%  ", "weird-handle-100"),
        ("Men's “Größe” (XL)", "mens-grosse-xl"),
        ("Crème brûlée", "creme-brulee"),
        ("名入れ ノート", "名入れ-ノート"),
        ("%%%", "product"),
        ("   ", ""),
    ],
)
def test_handles_are_made_of_letters_digits_and_hyphens(text: str, handle: str) -> None:
    assert normalised(text) == handle


@pytest.mark.parametrize(
    ("wanted", "taken", "free"),
    [
        ("potion", [], "potion"),
        ("potion", ["potion"], "potion-1"),
        ("potion", ["potion", "potion-1"], "potion-2"),
        ("set-9", ["set-9", "set-10"], "set-11"),
        ("a5", ["a5"], "a5-1"),
    ],
)
def test_a_taken_handle_counts_up(wanted: str, taken: list[str], free: str) -> None:
    assert free_handle(wanted, taken.__contains__) == free


def test_a_handle_from_a_title_makes_way_and_one_that_was_asked_for_is_refused() -> None:
    front = Front()
    assert create(front, title="Linen Notebook")["product"]["handle"] == "linen-notebook"
    assert create(front, title="Linen Notebook")["product"]["handle"] == "linen-notebook-1"
    refused = create(front, title="Another", handle="Linen Notebook!")
    message = "Handle 'linen-notebook' already in use. Please provide a new handle."
    assert refused == {"product": None, "userErrors": [{"field": ["input", "handle"], "message": message}]}
    catalog.delete_product(front.shop, _by_handle(front, "linen-notebook"))
    assert create(front, title="Another", handle="linen-notebook")["userErrors"] == []


def _by_handle(front: Front, handle: str) -> Product:
    product = catalog.by_handle(front.shop, handle)
    assert product is not None
    return product


def test_a_title_changed_later_leaves_the_handle() -> None:
    front = Front()
    gid = create(front, title="Linen Notebook")["product"]["id"]
    changed = front.ask(UPDATE, {"product": {"id": gid, "title": "Wax Seal"}})["productUpdate"]
    assert changed["product"]["handle"] == "linen-notebook"
    front.ask(UPDATE, {"product": {"id": gid, "handle": "Wax Seal"}})
    assert catalog.by_handle(front.shop, "linen-notebook") is None
    assert _by_handle(front, "wax-seal").id == gid


def test_a_product_is_made_with_one_variant_of_the_first_values() -> None:
    front = Front()
    sizes = {"name": "Size", "values": [{"name": "A5"}, {"name": "A4"}]}
    product = create(front, title="Linen Notebook", productOptions=[sizes])["product"]
    assert product["variants"]["nodes"] == [{"title": "A5"}]
    assert product["options"] == [{"name": "Size", "values": ["A5"]}]


def test_what_is_given_is_brought_into_form() -> None:
    front = Front()
    care = {"namespace": "custom", "key": "care", "type": "single_line_text_field", "value": "Keep dry"}
    made = create(
        front,
        title="Pen",
        vendor="",
        tags=["Zebra, ink", " ink ", "Ink"],
        category="gid://shopify/TaxonomyCategory/aa-1",
        metafields=[care],
    )
    assert made["userErrors"] == []
    product = made["product"]
    assert (product["vendor"], product["tags"], product["status"]) == ("Cedar & Quill", ["ink", "Zebra"], "ACTIVE")
    assert product["metafield"] == {"value": "Keep dry"}
    assert product["category"] == {"id": "gid://shopify/TaxonomyCategory/aa-1"}


def test_an_unknown_category_is_refused_loudly() -> None:
    asked = {"product": {"title": "Pen", "category": "gid://shopify/TaxonomyCategory/zz-9"}}
    response = Front().post(CREATE, asked)
    assert response.status_code == 501
    assert response.json()["missing"] == "the product category zz-9"


@pytest.mark.parametrize(
    ("asked", "field", "message"),
    [
        ({}, "title", "Title can't be blank"),
        ({"title": " "}, "title", "Title can't be blank"),
        ({"title": "x" * 256}, "title", "Title is too long (maximum is 255 characters)"),
        (
            {"title": "Pen", "productType": "x" * 256},
            "productType",
            "Product type is too long (maximum is 255 characters)",
        ),
        ({"title": "Pen", "tags": ["x" * 256]}, "tags", "Tags is too long (maximum is 255 characters)"),
    ],
)
def test_faulty_input_writes_nothing(asked: dict[str, Any], field: str, message: str) -> None:
    front = Front()
    answer = create(front, **asked)
    assert answer == {"product": None, "userErrors": [{"field": [field], "message": message}]}
    assert not front.shop.products.rows


def test_exactly_one_of_input_and_product_must_be_given() -> None:
    front = Front()
    for asked in ({}, {"product": {"title": "Pen"}, "input": {"title": "Pen"}}):
        [error] = front.post(CREATE, asked).json()["errors"]
        assert error["message"] == "productCreate must include exactly one of the following arguments: input, product."
        assert error["extensions"]["code"] == "INVALID_FIELD_ARGUMENTS"
    assert front.ask(CREATE, {"input": {"title": "Pen"}})["productCreate"]["product"]["title"] == "Pen"


def test_a_product_is_updated_by_id_or_handle() -> None:
    front = Front()
    pen = catalog.create_product(front.shop, "Pen")
    front.ask(UPDATE, {"identifier": {"handle": "pen"}, "product": {"title": "Fountain Pen"}})
    assert pen.title == "Fountain Pen"
    unknown = {"id": "gid://shopify/Product/1", "title": "Pen"}
    refused = front.ask(UPDATE, {"product": unknown})["productUpdate"]
    assert refused["userErrors"] == [{"field": ["id"], "message": "Product does not exist"}]


@pytest.mark.parametrize(("setting", "extra"), [("silent", []), ("events", ["PRODUCT_VARIANT"] * 2)])
def test_a_deletion_leaves_null_an_event_and_a_short_body(setting: str, extra: list[str]) -> None:
    front = Front({"deleted_product_variants": setting})
    variants: list[catalog.NewVariant] = [{"options": ("S",)}, {"options": ("L",)}]
    pen = catalog.create_product(front.shop, "Pen", options=[("Size", ("S", "L"))], variants=variants)
    told = heard(front)
    gids = [pen.id, *(variant.id for variant in pen.variants)]
    assert front.ask(DELETE, {"id": pen.id})["productDelete"] == {"deletedProductId": pen.id, "userErrors": []}
    assert front.ask("query($ids: [ID!]!) { nodes(ids: $ids) { id } }", {"ids": gids})["nodes"] == [None, None, None]
    assert told == [("products/delete", {"id": int(pen.legacy_resource_id)})]
    subjects = [event.subject_type for event in front.shop.events if event.action == "destroy"]
    assert subjects == [*extra, "PRODUCT"]
    again = front.ask(DELETE, {"id": pen.id})["productDelete"]
    assert again["userErrors"] == [{"field": ["id"], "message": "Product does not exist"}]


def test_what_lives_inside_a_product_is_a_node_too() -> None:
    front = Front()
    pen = catalog.create_product(front.shop, "Pen", images=["https://cdn.example.com/pen.png"])
    [option] = pen.options
    gids = [pen.media[0].id, option.id, option.option_values[0].id, "gid://shopify/ProductOption/1"]
    document = """query($ids: [ID!]!) { nodes(ids: $ids) { __typename id
      ... on ProductOption { name } ... on ProductOptionValue { hasVariants } } }"""
    nodes = front.ask(document, {"ids": gids})["nodes"]
    assert [node and (node["__typename"], node["id"]) for node in nodes] == [
        ("MediaImage", gids[0]), ("ProductOption", gids[1]), ("ProductOptionValue", gids[2]), None,
    ]  # fmt: skip
    assert (nodes[1]["name"], nodes[2]["hasVariants"]) == ("Title", True)


def test_an_asynchronous_deletion_leaves_the_product_readable_for_a_moment() -> None:
    front = Front()
    pen = catalog.create_product(front.shop, "Pen")
    told = heard(front)
    front.ask(DELETE, {"id": pen.id, "synchronous": False})
    assert found(front, "id:" + pen.legacy_resource_id) == ["Pen"]
    assert told == []
    busy = front.ask(DELETE, {"id": pen.id})["productDelete"]["userErrors"]
    text = "Another operation already in progress. Please wait until current one is finished."
    assert busy == [{"field": None, "message": text}]
    front.wait(2)
    assert found(front, "id:" + pen.legacy_resource_id) == []
    assert [topic for topic, _ in told] == ["products/delete"]


def test_an_image_comes_after_products_create() -> None:
    front = Front()
    told = heard(front)
    image = {"mediaContentType": "IMAGE", "originalSource": "https://cdn.example.com/pen.png", "alt": "A pen"}
    made = front.ask(CREATE, {"product": {"title": "Pen"}, "media": [image]})["productCreate"]
    assert made["product"]["media"]["nodes"] == [{"status": "PROCESSING", "preview": {"image": None}}]
    front.wait(5)
    [(created, before), (updated, after)] = told
    assert (created, before["image"]) == ("products/create", None)
    assert (updated, after["image"]["src"]) == ("products/update", "https://cdn.example.com/pen.png")
    assert after["updated_at"] > before["updated_at"]


def tracked(front: Front, *, tracked: bool = True) -> Product:
    variant: catalog.NewVariant = {"quantity": 10, "tracked": tracked, "sku": "PEN"}
    return catalog.create_product(front.shop, "Pen", variants=[variant])


@pytest.mark.parametrize("is_tracked", [True, False])
def test_a_sale_moves_a_tracked_product_and_tells_of_it(is_tracked: bool) -> None:
    front = Front()
    pen = tracked(front, tracked=is_tracked)
    before = pen.updated_at
    told = heard(front)
    front.wait(60)
    products.sold(front.shop, pen.variants[0], 3)
    assert (pen.updated_at > before) is is_tracked
    assert [topic for topic, _ in told] == ["products/update"] * is_tracked
    if is_tracked:
        [variant] = told[0][1]["variants"]
        assert (variant["old_inventory_quantity"], variant["inventory_quantity"]) == (10, 7)


def test_publication_and_metafields_move_a_product() -> None:
    front = Front()
    pen = catalog.create_product(front.shop, "Pen")
    told = heard(front)
    stamps = [pen.updated_at]
    set_one = """mutation($id: ID!) { metafieldsSet(metafields: [{ownerId: $id, namespace: "custom", key: "care",
      type: "single_line_text_field", value: "Keep dry"}]) { userErrors { message } } }"""
    for act in (
        lambda: catalog.publish_product(front.shop, pen),
        lambda: front.ask(set_one, {"id": pen.id}),
        lambda: front.ask(set_one, {"id": pen.variants[0].id}),
        lambda: catalog.publish_product(front.shop, pen, published=False),
    ):
        front.wait(1)
        act()
        stamps.append(pen.updated_at)
    assert stamps == sorted(set(stamps))
    assert [topic for topic, _ in told] == ["products/update"] * 4
    assert [body["published_at"] is not None for _, body in told] == [True, True, True, False]


def test_tags_are_added_and_removed_one_by_one(shared: Path) -> None:
    front = Front()
    pen = catalog.create_product(front.shop, "Pen", tags=("ink",))
    told = heard(front)
    for name, tags in (("tags_add", ["gift", "Ink"]), ("tags_remove", ["ink"])):
        document = (shared / f"specs/shopify/queries/{name}.graphql").read_text()
        front.ask(document, {"id": pen.id, "tags": tags})
    assert (pen.tags, found(front, "tag:gift"), found(front, "tag:ink")) == (("gift",), ["Pen"], [])
    assert [body["tags"] for _, body in told] == ["gift, ink", "gift"]


TOTAL = "query($id: ID!) { product(id: $id) { totalInventory variants(first: 1) { nodes { inventoryQuantity } } } }"


@pytest.mark.parametrize(("lag", "seen"), [("5", 10), ("0", 7)])
def test_the_total_lags_behind_its_variants(lag: str, seen: int) -> None:
    front = Front({"total_inventory_lag": lag})
    pen = tracked(front)
    products.sold(front.shop, pen.variants[0], 3)
    product = front.ask(TOTAL, {"id": pen.id})["product"]
    assert (product["totalInventory"], product["variants"]["nodes"][0]["inventoryQuantity"]) == (seen, 7)
    front.wait(5)
    assert front.ask(TOTAL, {"id": pen.id})["product"]["totalInventory"] == 7


LEVELS = """query($id: ID!) { productVariant(id: $id) { inventoryItem { inventoryLevels(first: 1) { nodes {
  quantities(names: ["available", "committed", "on_hand"]) { name quantity } } } } } }"""


def test_stock_is_available_then_committed_then_gone() -> None:
    front = Front()
    variant = tracked(front).variants[0]

    def stock() -> list[int]:
        item = front.ask(LEVELS, {"id": variant.id})["productVariant"]["inventoryItem"]
        return [one["quantity"] for one in item["inventoryLevels"]["nodes"][0]["quantities"]]

    products.sold(front.shop, variant, 3)
    assert stock() == [7, 3, 10]
    products.shipped(front.shop, variant, 3)
    assert stock() == [7, 0, 7]
    products.restocked(front.shop, variant, 1)
    assert stock() == [8, 0, 8]
    response = front.post(LEVELS.replace("on_hand", "elsewhere"), {"id": variant.id})
    assert response.status_code == 501


@pytest.mark.parametrize(("setting", "titles"), [("all", ["Live", "Draft"]), ("active", ["Live"])])
def test_without_a_status_all_products_are_listed_or_active_ones(setting: str, titles: list[str]) -> None:
    front = Front({"products_default_status": setting})
    catalog.create_product(front.shop, "Live")
    catalog.create_product(front.shop, "Draft", status="DRAFT")
    listed = front.ask("{ products(first: 5) { nodes { title } } productsCount { count } }")
    assert [node["title"] for node in listed["products"]["nodes"]] == titles
    assert listed["productsCount"]["count"] == len(titles)
    assert found(front, "status:active,draft") == ["Live", "Draft"]


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("title:notebook", ["Linen Notebook"]),
        ("vendor:'Cedar & Quill'", ["Linen Notebook"]),
        ("product_type:Pens,Notebooks", ["Linen Notebook", "Fountain Pen"]),
        ("tag:ink", ["Fountain Pen"]),
        ("tag_not:ink", ["Linen Notebook"]),
        ("sku:NB", ["Linen Notebook"]),
        ("sku:NB-2", ["Linen Notebook"]),
        ("sku:NB-3", []),
        ("barcode:4006381333931", ["Fountain Pen"]),
        ("handle:fountain-pen", ["Fountain Pen"]),
        ("price:>20", ["Fountain Pen"]),
        ("inventory_total:>=4", ["Linen Notebook"]),
        ("tracks_inventory:false", ["Fountain Pen"]),
        ("is_price_reduced:true", ["Fountain Pen"]),
        ("has_only_default_variant:true", ["Fountain Pen"]),
        ("category_id:os-1-1", ["Linen Notebook"]),
        ("published_status:published", ["Fountain Pen"]),
        ("variant_title:A4", ["Linen Notebook"]),
        ("created_at:<2020-01-01", []),
        ("pen ink", ["Fountain Pen"]),
    ],
)
def test_products_are_found_by_their_filters(query: str, titles: list[str]) -> None:
    front = Front()
    sizes: list[catalog.NewVariant] = [
        {"options": ("A5",), "sku": "NB-1", "price": Decimal(9), "tracked": True, "quantity": 3},
        {"options": ("A4",), "sku": "NB-2", "price": Decimal(12), "tracked": True, "quantity": 1},
    ]
    catalog.create_product(
        front.shop, "Linen Notebook", options=[("Size", ("A5", "A4"))], variants=sizes, product_type="Notebooks",
        category="os-1-1",
    )  # fmt: skip
    pen: catalog.NewVariant = {"price": Decimal(30), "compare_at_price": Decimal(35), "barcode": "4006381333931"}
    catalog.create_product(
        front.shop, "Fountain Pen", variants=[pen], vendor="Iron & Oak", product_type="Pens", tags=("ink",),
        published_at=front.shop.now,
    )  # fmt: skip
    assert found(front, query) == titles


def test_a_filter_that_is_not_modelled_is_refused_and_one_that_is_none_warns() -> None:
    front = Front()
    catalog.create_product(front.shop, "Pen")
    assert front.post(FIND, {"query": "collection_id:1"}).status_code == 501
    answer = front.post(FIND, {"query": "colour:red"}).json()
    assert [node["title"] for node in answer["data"]["products"]["nodes"]] == ["Pen"]
    assert answer["extensions"]["search"][0]["warnings"][0]["field"] == "colour"


def test_search_lags_behind_what_is_written() -> None:
    front = Front({"search_lag": "1-20"})
    pen = catalog.create_product(front.shop, "Pen", tags=("old",))
    assert found(front, "tag:old") == []
    front.wait(20)
    assert found(front, "tag:old") == ["Pen"]
    catalog.update_product(front.shop, pen, tags=("new",))
    assert found(front, "tag:old") == ["Pen"]
    front.wait(20)
    assert found(front, "tag:old") == []


@pytest.mark.parametrize("topic", ["products_create", "products_update"])
def test_the_body_has_the_keys_and_types_of_the_sample(shared: Path, topic: str) -> None:
    sample = json.loads((shared / f"specs/shopify/webhook-samples/{topic}.json").read_text())
    front = Front()
    told = heard(front)
    images = ["https://cdn.example.com/moss.png"] if topic == "products_update" else []
    product = catalog.create_product(
        front.shop, "Linen Notebook", options=[("Size", ("A5", "A4")), ("Colour", ("Moss",))], images=images,
        variants=[{"options": ("A5", "Moss"), "sku": "A"}, {"options": ("A4", "Moss"), "sku": "B"}], tags=("linen",),
        category="os-1-1", published_at=front.shop.now if images else None,
    )  # fmt: skip
    for image in product.media:
        image.alt = "Moss notebook"
    if images:
        catalog.changed(front.shop, product)
    assert shape(told[-1][1]) == shape(sample)
    assert told[-1][1]["created_at"] == "2026-11-02T01:00:00-08:00"


def shape(value: Any) -> Any:
    """Keys and JSON types."""
    if isinstance(value, dict):
        return {key: shape(item) for key, item in value.items()}
    if isinstance(value, list):
        return [shape(item) for item in value]
    return type(value).__name__


QUERIES = {
    "products_page": {"first": 5, "query": "status:active,draft,archived,unlisted"},
    "product_detail": {"id": "product"},
    "product_variants_page": {"first": 5, "query": "product_status:ACTIVE"},
    "product_variants_by_sku": {"query": "sku:PEN"},
    "nodes_batch_products": {"ids": ["product", "variant"]},
    "product_create": {"product": {"title": "Ruler"}},
    "product_update": {"product": {"id": "product", "title": "Quill"}},
    "product_variants_bulk_update": {"productId": "product", "variants": [{"id": "variant", "price": "2.50"}]},
    "product_set": {"input": {"title": "Eraser"}},
    "product_delete": {"input": {"id": "product"}},
}


def test_the_documents_of_the_product_run(shared: Path) -> None:
    """One after the other on one store; each finds or changes the pen, or makes something."""
    front = Front()
    pen = tracked(front)
    ids = {"product": pen.id, "variant": pen.variants[0].id}

    def own(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: own(item) for key, item in value.items()}
        return [own(item) for item in value] if isinstance(value, list) else ids.get(value, value)

    for name, variables in QUERIES.items():
        document = (shared / f"specs/shopify/queries/{name}.graphql").read_text()
        text = json.dumps(front.ask(document, own(variables)))
        assert '"userErrors": []' in text or "userErrors" not in text, name
        assert "gid://shopify/Product" in text, name
    assert sorted(product.title for product in front.shop.products.rows.values()) == ["Eraser", "Ruler"]
