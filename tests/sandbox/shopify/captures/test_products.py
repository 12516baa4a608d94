"""Recorded answers about products, replayed against a store brought into the same state."""

import re
from pathlib import Path
from typing import Any

from sandbox.shopify.products import catalog
from sandbox.shopify.products.inventory import item_of
from sandbox.shopify.products.product_deletion import COMPLETE_SECONDS, GONE_SECONDS
from sandbox.shopify.products.product_model import Location, Product
from tests.sandbox.shopify.front import Front
from tests.sandbox.shopify.replay import mapped, recorded, replayed

SHOP = "shop { id name myshopifyDomain }"
ERRORS = "userErrors { field message }"
DETAIL = """id title handle status vendor productType tags descriptionHtml templateSuffix seo { title description }"""
CREATE = f"""
mutation($product: ProductCreateInput!) {{
  productCreate(product: $product) {{ product {{ {DETAIL} }} {SHOP} {ERRORS} }}
}}"""


def named(name: str) -> Front:
    """A store of the recorded one's name, which products take as their vendor."""
    front = Front()
    front.shop.settings.name = name
    return front


def data(answer: Any) -> Any:
    return {"data": answer}


def test_product_create_parity(shared: Path) -> None:
    capture = recorded(shared, "product-create-parity")
    front = named("harry-test-heelo")
    cases = [capture["mutation"], capture["validation"], *capture["handleValidation"].values()]
    for case in cases:
        answer = front.ask(CREATE, case["variables"])
        replayed(data(answer), case["response"], differs={"myshopifyDomain"})
    product = catalog.by_handle(front.shop, capture["downstreamRead"]["data"]["product"]["handle"])
    assert product is not None
    answer = front.ask(f"query($id: ID!) {{ product(id: $id) {{ {DETAIL} }} }}", {"id": product.id})
    replayed(data(answer), capture["downstreamRead"])


SET_MINIMAL = f"""
mutation($input: ProductSetInput!, $synchronous: Boolean!) {{
  productSet(input: $input, synchronous: $synchronous) {{ product {{ id title handle status }} {ERRORS} }}
}}"""
DELETED = f"deletedProductId {SHOP} productDeleteOperation {{ id status deletedProductId {ERRORS} }} {ERRORS}"
DELETE = {
    "mutation": f"""mutation($input: ProductDeleteInput!, $synchronous: Boolean) {{
      productDelete(input: $input, synchronous: $synchronous) {{ {DELETED} }} }}""",
    "renamedVariable": f"""mutation($input: ProductDeleteInput!, $runSynchronously: Boolean) {{
      productDelete(input: $input, synchronous: $runSynchronously) {{ {DELETED} }} }}""",
    "inlineFalse": f"""mutation($input: ProductDeleteInput!) {{
      productDelete(input: $input, synchronous: false) {{ {DELETED} }} }}""",
}
READ = "query($id: ID!) { product(id: $id) { id title handle status } }"
OPERATION = f"__typename ... on ProductDeleteOperation {{ id status deletedProductId {ERRORS} }}"
OPERATION_READ = f"query($id: ID!) {{ productOperation(id: $id) {{ {OPERATION} }} }}"
NODE_READ = f"query($id: ID!) {{ node(id: $id) {{ {OPERATION} }} }}"


def test_product_delete_async_operation(shared: Path) -> None:
    """Each case from the product's making to its end; the operation goes through the states at its own pace."""
    capture = recorded(shared, "product-delete-async-operation")
    front = named("harry-test-heelo")
    for name, document in DELETE.items():
        _delete_slowly(front, capture if name == "mutation" else capture[name], document)


def _delete_slowly(front: Front, case: dict[str, Any], document: str) -> None:
    made = front.ask(SET_MINIMAL, case["setup"]["sourceCreate"]["variables"])
    replayed(data(made), case["setup"]["sourceCreate"]["response"])
    gid = made["productSet"]["product"]["id"]
    ids = {case["setup"]["sourceProductId"]: gid}
    replayed(data(front.ask(READ, {"id": gid})), case["setup"]["sourceReadBeforeDelete"])
    started = front.ask(document, mapped(case["mutation"]["variables"], ids))
    replayed(data(started), case["mutation"]["response"], differs={"myshopifyDomain"})
    if again := case.get("duplicateMutation"):
        answer = front.ask(document, mapped(again["variables"], ids))
        replayed(data(answer), again["response"], differs={"myshopifyDomain"})
    replayed(data(front.ask(READ, {"id": gid})), case["downstreamRead"]["response"])
    _follow(front, case, gid, {"id": started["productDelete"]["productDeleteOperation"]["id"]})


def _follow(front: Front, case: dict[str, Any], gid: str, operation: dict[str, str]) -> None:
    """The recorder's looks fell before or after the moment in which the product went."""
    gone = False
    for look, document in ((case["operationRead"], OPERATION_READ), (case["nodeRead"], NODE_READ)):
        [told] = look["response"]["data"].values()
        if told["deletedProductId"] and not gone:
            front.wait(GONE_SECONDS)
            gone = True
        replayed(data(front.ask(document, operation)), look["response"])
    [poll] = case["cleanup"]["polls"]
    front.wait(COMPLETE_SECONDS)
    replayed(data(front.ask(READ, {"id": gid})), poll["productRead"])
    replayed(data(front.ask(OPERATION_READ, operation)), poll["operationRead"])


OPTIONS = "options { id name values optionValues { id name hasVariants } }"
VARIANT = "id title sku price selectedOptions { name value }"
CREATE_TITLED = f"""
mutation($product: ProductCreateInput!) {{ productCreate(product: $product) {{ product {{ id title }} {ERRORS} }} }}
"""
CREATE_OPTIONS = f"""
mutation($productId: ID!, $options: [OptionCreateInput!]!) {{
  productOptionsCreate(productId: $productId, options: $options) {{
    product {{ id {OPTIONS} variants(first: 10) {{ nodes {{ {VARIANT} }} }} }} {ERRORS}
  }}
}}"""
CREATE_VARIANTS = f"""
mutation($productId: ID!, $variants: [ProductVariantsBulkInput!]!) {{
  productVariantsBulkCreate(productId: $productId, variants: $variants) {{
    product {{ id variants(first: 10) {{ nodes {{ {VARIANT} }} }} }} productVariants {{ {VARIANT} }} {ERRORS}
  }}
}}"""
UPDATE = """
mutation($productId: ID!, $variants: [ProductVariantsBulkInput!]!) {
  productVariantsBulkUpdate(productId: $productId, variants: $variants, allowPartialUpdates: true) {
    %s productVariants { %s } userErrors { field message code }
  }
}"""
READ_TWO = """
query($productId: ID!, $redVariantId: ID!, $blueVariantId: ID!) {
  red: productVariant(id: $redVariantId) { id sku price }
  blue: productVariant(id: $blueVariantId) { id sku price }
  product(id: $productId) { variants(first: 10) { nodes { id sku price } } }
}"""


def test_product_variants_bulk_update_allow_partial_and_error_order(shared: Path) -> None:
    """From the product's making; the documents of this capture were not recorded, but its upstream read was."""
    capture = recorded(shared, "product-variants-bulk-update-allow-partial-and-error-order")
    setup = capture["setup"]
    front = named("harry-test-heelo")
    title = setup["createProductResponse"]["data"]["productCreate"]["product"]["title"]
    made = front.ask(CREATE_TITLED, {"product": {"title": title, "status": "DRAFT"}})
    replayed(data(made), setup["createProductResponse"])
    product = {"productId": made["productCreate"]["product"]["id"]}
    options = [{"name": name, "values": [{"name": one} for one in values]} for name, values in MATRIX]
    replayed(data(front.ask(CREATE_OPTIONS, {**product, "options": options})), setup["setupOptionsResponse"])
    blue = {"price": "11.00", "inventoryItem": {"sku": "PVBU-901935-BLUE"}, "optionValues": [
        {"optionName": "Color", "name": "Blue"}, {"optionName": "Size", "name": "Large"},
    ]}  # fmt: skip
    added = front.ask(CREATE_VARIANTS, {**product, "variants": [blue]})
    replayed(data(added), setup["setupSecondVariantResponse"])
    red_id, blue_id = (node["id"] for node in added["productVariantsBulkCreate"]["product"]["variants"]["nodes"])
    ids = {setup["productId"]: product["productId"], setup["redVariantId"]: red_id, setup["blueVariantId"]: blue_id}
    _hydrated(front, capture["upstreamCalls"][0], ids)
    for case, document in (
        ("partialUpdate", UPDATE % ("product { id totalInventory tracksInventory }", "id sku price")),
        ("partialRead", READ_TWO),
        ("errorOrdering", UPDATE % ("", "id")),
    ):
        answer = front.ask(document, mapped(capture[case]["request"]["variables"], ids))
        replayed(data(answer), capture[case]["response"]["payload"])


MATRIX = (("Color", ("Red", "Blue")), ("Size", ("Small", "Large")))
UNMODELLED = {
    "requiresComponents",
    "showUnitPrice",
    "taxCode",
    "unitPriceMeasurement",
}
"""Fields of a variant that the recorder's own read asks for and the sandbox has not."""


def _hydrated(front: Front, call: dict[str, Any], ids: dict[str, str]) -> None:
    """The recorder's read of everything, less what is not modelled."""
    document = call["query"]
    for block in (r"taxCode\n", r"requiresComponents\n", r"showUnitPrice\n", r"unitPriceMeasurement \{[^}]*\}"):
        document = re.sub(block, "", document)
    document = re.sub(r"media\(first: 10\) \{\s*nodes \{\s*id\s*\}\s*\}", "", document)
    document = re.sub(r"\.\.\. on (?:ExternalVideo|Video|Model3d) \{(?:[^{}]|\{[^{}]*\})*\}", "", document)
    answer = front.ask(document, mapped(call["variables"], ids))
    recording = call["response"]["body"]
    for node in recording["data"]["product"]["variants"]["nodes"]:
        del node["media"]
    replayed(data(answer), recording, ignore=UNMODELLED)


SET = """
mutation($identifier: ProductSetIdentifiers, $input: ProductSetInput!, $synchronous: Boolean!) {
  productSet(identifier: $identifier, input: $input, synchronous: $synchronous) {
    product { %s } productSetOperation { id } userErrors { field message }
  }
}"""
LEVELS = """inventoryLevels(first: 10) { nodes {
  id location { id name } quantities(names: ["available", "on_hand", "incoming"]) { name quantity updatedAt } } }"""
SUMMARY = """id title handle status vendor productType %s tags %s
  options { id name position values optionValues { id name hasVariants } }
  variants(first: 10) { nodes { id title sku price %s selectedOptions { name value }
    inventoryItem { id tracked requiresShipping %s } } } %s"""
METAFIELDS = "metafields(first: 10) { nodes { id namespace key type value } }"
FULL = SUMMARY % ("category { id fullName }", "totalInventory", "inventoryQuantity", LEVELS, METAFIELDS)
BRIEF = SUMMARY % ("", "", "", "", "")
DOWNSTREAM = f"""
query($id: ID!, $variantOneId: ID!, $inventoryItemOneId: ID!, $variantTwoId: ID!, $inventoryItemTwoId: ID!) {{
  product(id: $id) {{ id title handle status vendor productType category {{ id fullName }} tags totalInventory
    descriptionHtml templateSuffix seo {{ title description }} onlineStorePreviewUrl
    options {{ id name position values optionValues {{ id name hasVariants }} }}
    variants(first: 10) {{ nodes {{ id title sku barcode price compareAtPrice taxable inventoryPolicy
      inventoryQuantity selectedOptions {{ name value }}
      inventoryItem {{ id tracked requiresShipping measurement {{ weight {{ unit value }} }}
        countryCodeOfOrigin provinceCodeOfOrigin harmonizedSystemCode {LEVELS} }} }} }}
    collections(first: 5) {{ nodes {{ id }} }} media(first: 5) {{ nodes {{ id }} }}
    metafield(namespace: "custom", key: "material") {{ id namespace key type value }} {METAFIELDS} }}
  variantOne: productVariant(id: $variantOneId) {{ ...Variant }}
  stockOne: inventoryItem(id: $inventoryItemOneId) {{ ...Stock }}
  variantTwo: productVariant(id: $variantTwoId) {{ ...Variant }}
  stockTwo: inventoryItem(id: $inventoryItemTwoId) {{ ...Stock }}
}}
fragment Variant on ProductVariant {{
  id inventoryQuantity inventoryItem {{ id {LEVELS} }} product {{ id totalInventory }} }}
fragment Stock on InventoryItem {{
  id {LEVELS} variant {{ id inventoryQuantity product {{ id totalInventory }} }} }}
"""


def places(front: Front, capture: dict[str, Any]) -> dict[str, str]:
    """The two recorded locations, made here: their ids to ours."""
    found = {}
    for call in capture["upstreamCalls"]:
        if (location := call["response"]["body"]["data"].get("location")) is not None:
            ours = Location(front.shop.new_id(), location["name"], front.shop.now, front.shop.now)
            front.shop.save(ours)
            found[location["id"]] = ours.id
    return found


def test_product_set_parity(shared: Path) -> None:
    """Making, replacing, handles, totals that lag. Left out: reads of a location's address and rights."""
    capture = recorded(shared, "product-set-parity")
    front = named("harry-test-heelo")
    ids = places(front, capture)
    made = front.ask(SET % FULL, mapped(capture["mutation"]["variables"], ids))
    replayed(data(made), capture["mutation"]["response"])
    ids |= ids_of(capture["mutation"]["response"]["data"]["productSet"]["product"], made["productSet"]["product"])
    replayed(data(downstream(front, ids, capture["downstreamReadVariables"])), capture["downstreamRead"])
    front.wait(1)
    again = front.ask(SET % FULL, mapped(capture["mutation"]["variables"], ids))
    collision = capture["handleParity"]["productSetCreateCollision"]
    replayed(data(made), collision["firstCreate"])
    replayed(data(again), collision["secondCreate"])
    handles = [one["productSet"]["product"]["handle"] for one in (made, again)]
    assert handles == ["hermes-product-graph-1784466577198", "hermes-product-graph-1784466577199"]
    ids |= ids_of(collision["secondCreate"]["data"]["productSet"]["product"], again["productSet"]["product"])
    front.wait(1)
    update = capture["update"]
    changed = front.ask(SET % FULL, mapped(update["mutation"]["variables"], ids))
    replayed(data(changed), update["mutation"]["response"])
    replayed(data(downstream(front, ids, update["downstreamReadVariables"])), update["downstreamRead"])
    case = capture["handleParity"]["productSetExplicitNormalization"]
    replayed(data(front.ask(SET % FULL, mapped(case["variables"], ids))), case["response"])
    _pre_existing(front, capture, ids)
    _read_only(named("harry-test-heelo"), capture)


def _pre_existing(front: Front, capture: dict[str, Any], ids: dict[str, str]) -> None:
    """Seconds later the total has caught up; a product is found by id and by handle."""
    front.wait(5)
    for call, way in zip(capture["upstreamCalls"][3:], ("id", "handle"), strict=True):
        case = capture["preExistingUpdate"][way]
        hydrated = front.ask(call["query"], mapped(case["hydrate"]["variables"], ids))
        replayed(data(hydrated), case["hydrate"]["response"], ignore={"collections"})
        changed = front.ask(SET % BRIEF, mapped(case["mutation"]["variables"], ids))
        replayed(data(changed), case["mutation"]["response"])


def _read_only(front: Front, capture: dict[str, Any]) -> None:
    """A node of the taxonomy, and the list of all locations by name."""
    document, variables, answer = upstream(capture)
    replayed(data(front.ask(document, variables)), answer)
    catalogue = capture["readOnlyBaselines"]["locationsCatalog"]
    names = [edge["node"]["name"] for edge in catalogue["data"]["locations"]["edges"]]
    catalog.main_location(front.shop).name = names[0]
    for name in reversed(names[1:]):
        front.shop.save(Location(front.shop.new_id(), name, front.shop.now, front.shop.now))
    listed = front.ask("{ locations(first: 50) { edges { cursor node { id name isActive } } } }")
    replayed(data(listed), catalogue)
    assert [edge["node"]["name"] for edge in listed["locations"]["edges"]] == names


def ids_of(theirs: Any, ours: Any) -> dict[str, str]:
    """The recorded ids in one answer to those of ours, place by place."""
    if isinstance(theirs, list):
        return {key: value for pair in zip(theirs, ours, strict=True) for key, value in ids_of(*pair).items()}
    if not isinstance(theirs, dict):
        return {}
    found = {theirs["id"]: ours["id"]} if "id" in theirs else {}
    for key in theirs:
        found |= ids_of(theirs[key], ours[key])
    return found


def downstream(front: Front, ids: dict[str, str], variables: dict[str, Any]) -> Any:
    return front.ask(DOWNSTREAM, mapped(variables, ids))


def upstream(capture: dict[str, Any], number: int = 0) -> tuple[str, dict[str, Any], Any]:
    call = capture["upstreamCalls"][number]
    return call["query"], call["variables"], call["response"]["body"]


def test_product_detail(shared: Path) -> None:
    document, variables, answer = upstream(recorded(shared, "product-detail"))
    front = named("very-big-test-store")
    product = catalog.create_product(
        front.shop, "Test Product - 6635", handle="test-product-ge91cbbd6", category="na", published_at=front.shop.now
    )
    replayed(data(front.ask(document, mapped(variables, {variables["id"]: product.id}))), answer)
    url = answer["data"]["product"]["onlineStorePreviewUrl"]
    ours = front.ask(document, {"id": product.id})["product"]["onlineStorePreviewUrl"]
    assert ours.partition("/products/")[2] == url.partition("/products/")[2]


ITEM = """id tracked requiresShipping measurement { weight { unit value } }
  countryCodeOfOrigin provinceCodeOfOrigin harmonizedSystemCode
  inventoryLevels(first: 5) {
    edges { cursor node {
      id location { id name } quantities(names: ["available", "on_hand", "incoming"]) { name quantity updatedAt } } }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor } }"""
SOLD_BY = """id title sku barcode price compareAtPrice taxable inventoryPolicy inventoryQuantity
  selectedOptions { name value }"""
MATRIX_READ = f"""
query($productId: ID!, $variantId: ID!, $inventoryItemId: ID!) {{
  product(id: $productId) {{
    id title options {{ id name position optionValues {{ id name hasVariants }} }}
    variants(first: 5) {{ edges {{ node {{ {SOLD_BY} inventoryItem {{ {ITEM} }} }} }} }} }}
  variant: productVariant(id: $variantId) {{ {SOLD_BY} inventoryItem {{ {ITEM} }} product {{ id title }} }}
  stock: inventoryItem(id: $inventoryItemId) {{ {ITEM} }}
  stockBackreference: inventoryItem(id: $inventoryItemId) {{
    {ITEM} variant {{ id title sku inventoryQuantity product {{ id title }} }} }}
}}"""


def test_product_variants_matrix(shared: Path) -> None:
    """The product, its variant, its stock, from every side. The recorded document is not the one that was answered."""
    capture = recorded(shared, "product-variants-matrix")
    front = named("very-big-test-store")
    product = catalog.create_product(front.shop, "Test Product - 6635")
    catalog.main_location(front.shop).name = "103 ossington"
    _, variables, answer = upstream(capture)
    [variant] = product.variants
    ids = dict(zip(variables.values(), (product.id, variant.id, item_of(variant).id), strict=True))
    found = front.ask(MATRIX_READ, mapped(variables, ids))
    replayed(data(found), answer)
    document, variables, answer = upstream(capture, 1)
    [level] = found["stock"]["inventoryLevels"]["edges"]
    replayed(data(front.ask(document, {"inventoryLevelId": level["node"]["id"]})), answer)
    document, variables, answer = upstream(capture, 2)
    hydrated = front.ask(document, mapped(variables, ids))
    replayed(data(hydrated), answer, ignore={"handle", "status", "totalInventory", "tracksInventory"})


def test_products_catalog_page(shared: Path) -> None:
    document, variables, answer = upstream(recorded(shared, "products-catalog-page"))
    front = named("very-big-test-store")
    catalog.create_product(front.shop, "Older")
    for node in [edge["node"] for edge in reversed(answer["data"]["products"]["edges"])]:
        front.wait(1)
        catalog.create_product(front.shop, node["title"], handle=node["handle"])
    replayed(data(front.ask(document, variables)), answer, differs={"count"})


def _goods(front: Front, title: str, vendor: str, kind: str, tags: tuple[str, ...]) -> Product:
    return catalog.create_product(
        front.shop, title, vendor=vendor, product_type=kind, tags=tags, published_at=front.shop.now
    )


def test_products_search_grammar(shared: Path) -> None:
    """A phrase, a bare word, two negations: one product of several that miss by one part each."""
    document, variables, answer = upstream(recorded(shared, "products-search-grammar"))
    front = named("very-big-test-store")
    tags = ("cap", "egnition-sample-data", "nike")
    _goods(front, "NIKE | SWOOSH PRO FLAT PEAK CAP", "NIKE", "ACCESSORIES", tags)
    _goods(front, "VANS | FLAT PEAK CAP", "VANS", "ACCESSORIES", ("cap",))
    _goods(front, "OTHER | FLAT PEAK CAP", "OTHER", "ACCESSORIES", ("cap", "vans"))
    _goods(front, "NIKE | PEAK FLAT CAP", "NIKE", "ACCESSORIES", ("cap",))
    _goods(front, "NIKE | FLAT PEAK CAP", "NIKE", "HATS", ("cap",))
    answered = front.ask(document, variables)
    replayed(data({key: answered[key] for key in answer["data"]}), answer)
    assert [len(answered[key]["edges"]) for key in ("notMatches", "tagNotMatches")] == [4, 4]


def test_products_search_pagination(shared: Path) -> None:
    document, variables, answer = upstream(recorded(shared, "products-search-pagination"))
    front = named("very-big-test-store")
    first, second = (answer["data"][page]["edges"][0]["node"] for page in ("firstPage", "nextPage"))
    for number in range(4):
        _goods(front, f"Other {number}", "OTHER", "ACCESSORIES", ("egnition-sample-data",))
    for node in (second, first):
        _goods(front, node["title"], node["vendor"], node["productType"], tuple(node["tags"]))
    _goods(front, "Shoes", "ADIDAS", "SHOES", ("egnition-sample-data",))
    edges = front.ask(LATEST, {"query": variables["query"]})["products"]["edges"]
    cursors = {"afterCursor": edges[0]["cursor"], "beforeCursor": edges[1]["cursor"]}
    replayed(data(front.ask(document, {**variables, **cursors})), answer)


LATEST = """
query($query: String!) { products(first: 2, query: $query, sortKey: UPDATED_AT, reverse: true) { edges { cursor } } }
"""
