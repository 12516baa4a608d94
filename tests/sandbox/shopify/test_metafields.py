"""Metafields: set all or nothing, compared before set, typed, owned by apps, unique where a definition says so."""

from typing import Any

import pytest

from sandbox.shopify.apps.installations import add_app
from sandbox.shopify.companies import companies
from sandbox.shopify.customers import customers
from sandbox.shopify.model import Customer
from sandbox.shopify.products.catalog import create_product
from tests.sandbox.shopify.front import Front
from tests.sandbox.shopify.told import Told

SET = """mutation($metafields: [MetafieldsSetInput!]!) {
  metafieldsSet(metafields: $metafields) {
    metafields { id namespace key type value compareDigest ownerType sizeInBytes jsonValue }
    userErrors { field message code elementIndex }
  }
}"""
DELETE = """mutation($metafields: [MetafieldIdentifierInput!]!) {
  metafieldsDelete(metafields: $metafields) { deletedMetafields { ownerId namespace key } userErrors { message } }
}"""
DEFINE = """mutation($definition: MetafieldDefinitionInput!) {
  metafieldDefinitionCreate(definition: $definition) {
    createdDefinition {
      id namespace type { name category } metafieldsCount capabilities { uniqueValues { enabled eligible } }
    }
    userErrors { field message code }
  }
}"""
UNDEFINE = """mutation($id: ID!, $all: Boolean) {
  metafieldDefinitionDelete(id: $id, deleteAllAssociatedMetafields: $all) {
    deletedDefinitionId userErrors { field code }
  }
}"""


@pytest.fixture
def ada(front: Front) -> Customer:
    return customers.create(front.shop, first_name="Ada")


def given(owner: Any, value: str = "gold", **more: Any) -> dict[str, Any]:
    plain = {"namespace": "custom", "key": "tier", "type": "single_line_text_field"}
    return {"ownerId": owner.id, "value": value, **plain, **more}


def set_all(front: Front, *metafields: dict[str, Any]) -> Any:
    return front.ask(SET, {"metafields": list(metafields)})["metafieldsSet"]


def values(front: Front, owner: Any) -> dict[str, str]:
    query = """query($id: ID!) { node(id: $id) { ... on HasMetafields {
      metafields(first: 50) { nodes { namespace key value } }
    } } }"""
    nodes = front.ask(query, {"id": owner.id})["node"]["metafields"]["nodes"]
    return {f"{node['namespace']}.{node['key']}": node["value"] for node in nodes}


def test_what_is_set_can_be_read(front: Front, ada: Customer) -> None:
    payload = set_all(front, given(ada, "7", type="number_integer"))
    [made] = payload["metafields"]
    assert payload["userErrors"] == []
    assert (made["type"], made["value"], made["jsonValue"]) == ("number_integer", "7", 7)
    assert (made["ownerType"], made["sizeInBytes"]) == ("CUSTOMER", 1)
    assert values(front, ada) == {"custom.tier": "7"}


def test_all_are_set_or_none(front: Front, ada: Customer) -> None:
    payload = set_all(front, given(ada), given(ada, "x", key="age", type="number_integer"))
    assert payload["metafields"] == []
    assert [error["field"] for error in payload["userErrors"]] == [["metafields", "1", "value"]]
    assert values(front, ada) == {}


def test_twenty_five_at_most(front: Front, ada: Customer) -> None:
    payload = set_all(front, *(given(ada, key=f"key{number}") for number in range(26)))
    assert [(error["field"], error["code"]) for error in payload["userErrors"]] == [
        (["metafields"], "LESS_THAN_OR_EQUAL_TO")
    ]
    assert len(set_all(front, *(given(ada, key=f"key{number}") for number in range(25)))["metafields"]) == 25


@pytest.mark.parametrize(
    ("more", "field", "code"),
    [
        ({"type": None}, "type", "BLANK"),
        ({"type": "text"}, "type", "INCLUSION"),
        ({"type": "id"}, "type", "INVALID_TYPE"),
        ({"key": "a"}, "key", "TOO_SHORT"),
        ({"key": "k" * 65}, "key", "TOO_LONG"),
        ({"key": "a b"}, "key", "INVALID"),
        ({"namespace": "ab"}, "namespace", "TOO_SHORT"),
        ({"namespace": "app--1"}, "namespace", "APP_NOT_AUTHORIZED"),
        ({"value": " "}, "value", "BLANK"),
        ({"value": "two\nlines"}, "value", "INVALID_VALUE"),
        ({"value": "1.5", "type": "number_integer"}, "value", "INVALID_VALUE"),
        ({"value": "yes", "type": "boolean"}, "value", "INVALID_VALUE"),
        ({"value": "2026-02-30", "type": "date"}, "value", "INVALID_VALUE"),
        ({"value": "{", "type": "json"}, "value", "INVALID_VALUE"),
        ({"value": "[1.5]", "type": "list.number_integer"}, "value", "INVALID_VALUE"),
        ({"value": "red", "type": "color"}, "value", "INVALID_VALUE"),
        ({"value": "ftp", "type": "url"}, "value", "INVALID_VALUE"),
        ({"value": "€" * 5_462}, "value", "TOO_LONG"),
        ({"ownerId": "gid://shopify/Customer/1"}, "ownerId", "INVALID"),
        ({"compareDigest": "gold"}, "compareDigest", "INVALID_COMPARE_DIGEST"),
    ],
)
def test_faulty_metafields_are_refused(
    front: Front, ada: Customer, more: dict[str, Any], field: str, code: str
) -> None:
    [error] = set_all(front, given(ada, **more))["userErrors"]
    assert (error["field"], error["code"]) == (["metafields", "0", field], code)


def test_json_may_be_longer_than_text(front: Front, ada: Customer) -> None:
    text = '"' + "x" * 100_000 + '"'
    assert set_all(front, given(ada, text, type="json"))["userErrors"] == []


@pytest.mark.parametrize(
    ("more", "missing"),
    [
        ({"type": "money"}, "metafields of type money"),
        ({"ownerId": "gid://shopify/DraftOrder/1"}, "metafields of DraftOrder"),
    ],
)
def test_what_the_sandbox_lacks_is_refused_loudly(
    front: Front, ada: Customer, more: dict[str, Any], missing: str
) -> None:
    answer = front.post(SET, {"metafields": [given(ada, **more)]})
    assert (answer.status_code, answer.json()["missing"]) == (501, missing)


def test_a_digest_is_compared_before_a_value_is_set(front: Front, ada: Customer) -> None:
    [first] = set_all(front, given(ada, "gold", compareDigest=None))["metafields"]
    [error] = set_all(front, given(ada, "silver", compareDigest=None))["userErrors"]
    assert (error["field"], error["code"]) == (["metafields", "0"], "STALE_OBJECT")
    [second] = set_all(front, given(ada, "silver", compareDigest=first["compareDigest"]))["metafields"]
    assert second["id"] == first["id"]
    assert second["compareDigest"] != first["compareDigest"]
    [error] = set_all(front, given(ada, "bronze", compareDigest=first["compareDigest"]))["userErrors"]
    assert error["code"] == "STALE_OBJECT"
    assert values(front, ada) == {"custom.tier": "silver"}
    assert set_all(front, given(ada, "bronze"))["userErrors"] == []


def test_an_apps_own_metafields_are_invisible_to_others(front: Front, ada: Customer) -> None:
    own = {"ownerId": ada.id, "key": "contact_id", "type": "single_line_text_field"}
    set_all(front, {**own, "value": "1"}, {**own, "namespace": "$app:crm", "value": "2"})
    installed = front.shopify.app.legacy_resource_id
    assert values(front, ada) == {f"app--{installed}.contact_id": "1", f"app--{installed}--crm.contact_id": "2"}
    query = """query($id: ID!) { customer(id: $id) {
      one: metafield(namespace: "$app", key: "contact_id") { value }
      two: metafield(namespace: "$app:crm", key: "contact_id") { value }
      keyed: metafields(first: 5, keys: ["$app:crm.contact_id"]) { nodes { value } }
    } }"""
    shown = {"one": {"value": "1"}, "two": {"value": "2"}, "keyed": {"nodes": [{"value": "2"}]}}
    assert front.ask(query, {"id": ada.id})["customer"] == shown

    other = add_app(front.shop, "Other", client_id="other", client_secret="shpss_other")
    front.shopify.tokens.add_static(other, "shpat_other")
    front.http.headers["X-Shopify-Access-Token"] = "shpat_other"
    assert values(front, ada) == {}
    [error] = set_all(front, {**own, "namespace": f"app--{installed}", "value": "3"})["userErrors"]
    assert error["code"] == "APP_NOT_AUTHORIZED"


def test_deleting_names_what_was_there(front: Front, ada: Customer) -> None:
    set_all(front, given(ada))
    places = [{"ownerId": ada.id, "namespace": "custom", "key": key} for key in ("tier", "none")]
    gone = [{**places[0]}, None]
    assert front.ask(DELETE, {"metafields": places})["metafieldsDelete"]["deletedMetafields"] == gone
    assert values(front, ada) == {}


def define(front: Front, **more: Any) -> Any:
    plain = {"name": "Contact", "namespace": "crm", "key": "contact_id", "ownerType": "CUSTOMER", "type": "id"}
    return front.ask(DEFINE, {"definition": {**plain, **more}})["metafieldDefinitionCreate"]


def crm(owner: Any, value: str) -> dict[str, Any]:
    return {"ownerId": owner.id, "namespace": "crm", "key": "contact_id", "value": value}


def test_a_definition_gives_the_type_and_keeps_values_unique(front: Front, ada: Customer) -> None:
    made = define(front)["createdDefinition"]
    assert made["type"] == {"name": "id", "category": "ID"}
    assert made["capabilities"]["uniqueValues"] == {"enabled": True, "eligible": True}
    bo = customers.create(front.shop, first_name="Bo")
    assert set_all(front, crm(ada, "7"))["metafields"][0]["type"] == "id"
    [error] = set_all(front, crm(bo, "7"))["userErrors"]
    assert (error["field"], error["code"]) == (["metafields", "0", "value"], "TAKEN")
    [error] = set_all(front, {**crm(bo, "8"), "type": "number_integer"})["userErrors"]
    assert error["code"] == "INVALID_TYPE"
    set_all(front, crm(ada, "9"))
    assert set_all(front, crm(bo, "7"))["userErrors"] == []
    customers.delete(front.shop, bo)
    assert set_all(front, crm(ada, "7"))["userErrors"] == []


def test_a_unique_value_finds_its_customer(front: Front, ada: Customer) -> None:
    define(front, namespace="$app")
    set_all(front, {**crm(ada, "7"), "namespace": "$app"})
    query = """query($value: String!) {
      customerByIdentifier(identifier: {customId: {key: "contact_id", value: $value}}) { firstName }
    }"""
    assert front.ask(query, {"value": "7"})["customerByIdentifier"] == {"firstName": "Ada"}
    assert front.ask(query, {"value": "8"})["customerByIdentifier"] is None


@pytest.mark.parametrize(
    ("more", "field", "code"),
    [
        ({"capabilities": {"uniqueValues": {"enabled": False}}}, ["definition"], "CAPABILITY_REQUIRED_BUT_DISABLED"),
        (
            {"type": "json", "capabilities": {"uniqueValues": {"enabled": True}}},
            ["definition"],
            "INVALID_CAPABILITY",
        ),
        ({"key": "k"}, ["definition", "key"], "TOO_SHORT"),
        ({"type": "text"}, ["definition", "type"], "INCLUSION"),
        ({"namespace": "taken"}, ["definition", "key"], "TAKEN"),
    ],
)
def test_faulty_definitions_are_refused(front: Front, more: dict[str, Any], field: list[str], code: str) -> None:
    define(front, namespace="taken")
    payload = define(front, **more)
    assert payload["createdDefinition"] is None
    assert [(error["field"], error["code"]) for error in payload["userErrors"]] == [(field, code)]


def test_a_definition_takes_in_what_is_there_and_goes_with_it(front: Front, ada: Customer) -> None:
    number = {"namespace": "crm", "key": "contact_id", "type": "number_integer"}
    set_all(front, given(ada, "7", **number))
    made = define(front, type="number_integer", capabilities={"uniqueValues": {"enabled": True}})["createdDefinition"]
    assert made["metafieldsCount"] == 1
    bo = customers.create(front.shop, first_name="Bo")
    assert [error["code"] for error in set_all(front, crm(bo, "7"))["userErrors"]] == ["TAKEN"]
    listed = '{ metafieldDefinitions(first: 5, ownerType: CUSTOMER, namespace: "crm") { nodes { key } } }'
    assert front.ask(listed)["metafieldDefinitions"]["nodes"] == [{"key": "contact_id"}]
    gone = front.ask(UNDEFINE, {"id": made["id"], "all": True})["metafieldDefinitionDelete"]
    assert gone == {"deletedDefinitionId": made["id"], "userErrors": []}
    assert values(front, ada) == {}
    [error] = front.ask(UNDEFINE, {"id": made["id"]})["metafieldDefinitionDelete"]["userErrors"]
    assert error["code"] == "NOT_FOUND"


def test_an_id_definition_goes_only_with_its_metafields(front: Front) -> None:
    made = define(front)["createdDefinition"]
    [error] = front.ask(UNDEFINE, {"id": made["id"]})["metafieldDefinitionDelete"]["userErrors"]
    assert error["code"] == "ID_TYPE_DELETION_ERROR"


@pytest.mark.parametrize(("setting", "moves"), [("yes", True), ("no", False)])
def test_whether_a_metafield_moves_its_owner(setting: str, moves: bool) -> None:
    front = Front({"metafield_moves_owner": setting})
    company = companies.create(front.shop, {"name": "Fernhill"})
    owners: list[Any] = [customers.create(front.shop, first_name="Ada"), company, company.locations[0]]
    front.wait(5)
    before = [owner.updated_at for owner in owners]
    told = Told(front.shop)
    for _ in range(2):
        assert set_all(front, *(given(owner) for owner in owners))["userErrors"] == []
    topics = ["customers/update", "companies/update", "company_locations/update"] if moves else []
    assert told.topics == topics
    assert all((owner.updated_at > was) is moves for owner, was in zip(owners, before, strict=True))


def test_a_products_metafield_always_moves_the_product(front: Front) -> None:
    product = create_product(front.shop, "Tote")
    told = Told(front.shop)
    set_all(front, given(product), given(product.variants[0]))
    assert told.topics == ["products/update", "products/update"]
    assert values(front, product.variants[0]) == {"custom.tier": "gold"}


def test_a_metafield_is_a_node_for_those_who_may_see_it(front: Front, ada: Customer) -> None:
    [own] = set_all(front, given(ada, namespace="$app"))["metafields"]
    query = """query($id: ID!) { node(id: $id) { ... on Metafield { value owner { ... on Customer { id } } } } }"""
    assert front.ask(query, {"id": own["id"]})["node"] == {"value": "gold", "owner": {"id": ada.id}}
    assert front.ask(query, {"id": "gid://shopify/Metafield/1"})["node"] is None

    other = add_app(front.shop, "Other", client_id="other", client_secret="shpss_other")
    front.shopify.tokens.add_static(other, "shpat_other")
    front.http.headers["X-Shopify-Access-Token"] = "shpat_other"
    assert front.ask(query, {"id": own["id"]})["node"] is None
    front.act("grant_scopes", scopes=["read_products"])
    front.act("create_static_token", token="shpat_products")
    front.http.headers["X-Shopify-Access-Token"] = "shpat_products"
    [error] = front.post(query, {"id": own["id"]}).json()["errors"]
    assert error["extensions"]["code"] == "ACCESS_DENIED"
