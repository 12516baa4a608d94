"""Properties: what may be defined, changed and archived, and what becomes of the values."""

from typing import Any

import pytest

from tests.sandbox.hubspot.account import Account

ORDERS = "/crm/properties/2026-09/orders"
DAY = 86_400
YES_NO = [
    {"label": "Yes", "value": "true", "displayOrder": 0, "hidden": False},
    {"label": "No", "value": "false", "displayOrder": 1, "hidden": False},
]
COLOURS = [
    {"label": "Red", "value": "red", "displayOrder": 0, "hidden": False},
    {"label": "Blue", "value": "blue", "displayOrder": 1, "hidden": True, "description": "of the sea"},
]


def body(name: str = "shop_key", **more: Any) -> dict[str, Any]:
    return {
        "name": name,
        "label": "Shop key",
        "type": "string",
        "fieldType": "text",
        "groupName": "order_information",
        **more,
    }


def choice(name: str = "colour", **more: Any) -> dict[str, Any]:
    return body(name, type="enumeration", fieldType="select", options=COLOURS, **more)


@pytest.fixture
def account() -> Account:
    return Account()


def test_a_property_comes_back_as_it_was_defined(account: Account) -> None:
    sent = choice(description="Of the box", displayOrder=3, hidden=True, formField=True, textDisplayHint="email")
    made = account.post(ORDERS, sent)

    assert account.get(f"{ORDERS}/colour") == made
    assert {name: made[name] for name in sent if name != "options"} == {n: v for n, v in sent.items() if n != "options"}
    assert made["options"] == [COLOURS[0], COLOURS[1]]
    assert made["modificationMetadata"] == {
        "archivable": True,
        "readOnlyDefinition": False,
        "readOnlyOptions": False,
        "readOnlyValue": False,
    }
    assert (made["hubspotDefined"], made["calculated"], made["archived"], made["externalOptions"]) == (False,) * 4
    assert made["createdAt"] == made["updatedAt"] == "2026-11-02T09:00:00Z"
    assert made in account.get(ORDERS)["results"]


def test_hubspots_own_properties_tell_nothing_of_archived(account: Account) -> None:
    account.post(ORDERS, body())

    assert "archived" not in account.get(f"{ORDERS}/hs_tax")
    assert account.get(f"{ORDERS}/shop_key")["archived"] is False


def test_a_create_says_where_the_property_is(account: Account) -> None:
    response = account.client.post(ORDERS, json=body())

    assert response.headers["Location"] == f"https://api.hubapi.com{ORDERS}/shop_key"


@pytest.mark.parametrize("object_type", ["orders", "order", "0-123"])
@pytest.mark.parametrize("version", ["2026-09", "2026-03"])
def test_an_object_has_three_names_and_every_version_serves_it(object_type: str, version: str) -> None:
    account = Account()
    account.post(f"/crm/properties/{version}/{object_type}", body())

    assert account.get(f"/crm/v3/properties/{object_type}/shop_key")["name"] == "shop_key"


def test_a_new_property_can_be_read_and_written_only_after_a_moment() -> None:
    account = Account(property_lag="1")
    order = account.record("orders", hs_order_name="#1")
    account.post(ORDERS, body())
    value = {"properties": {"shop_key": "1"}}

    account.get(f"{ORDERS}/shop_key", status=404)
    account.patch(f"/crm/objects/2026-09/orders/{order}", value, status=400)
    account.post(ORDERS, body(), status=409)
    account.hubspot.clock.advance(1)

    account.get(f"{ORDERS}/shop_key")
    account.patch(f"/crm/objects/2026-09/orders/{order}", value)


def test_the_moment_is_drawn_from_the_seed_by_default() -> None:
    account = Account(property_lag="0-1")
    account.post(ORDERS, body())

    due = account.hubspot.clock.next_due
    assert due is not None
    assert 0 < (due - account.hubspot.clock.now).total_seconds() <= 1


def test_a_name_in_use_is_refused_and_changes_nothing(account: Account) -> None:
    made = account.post(ORDERS, body())
    refusal = account.post(ORDERS, body(label="Other"), status=409)

    assert refusal["category"] == "OBJECT_ALREADY_EXISTS"
    assert refusal["subCategory"] == "Properties.PROPERTY_WITH_NAME_EXISTS"
    assert refusal["message"] == "A property named 'shop_key' already exists."
    assert account.get(f"{ORDERS}/shop_key") == made


@pytest.mark.parametrize("name", ["Shop", "1shop", "shop key", "shop-key", "", "_shop", "hs_shop", "größe"])
def test_names_are_lower_case_start_with_a_letter_and_leave_hs_to_hubspot(account: Account, name: str) -> None:
    refusal = account.post(ORDERS, body(name), status=400)

    assert refusal["category"] == "VALIDATION_ERROR"
    assert len([row for row in account.get(ORDERS)["results"] if not row["hubspotDefined"]]) == 0


@pytest.mark.parametrize("field", ["name", "label", "type", "fieldType", "groupName"])
def test_five_fields_are_required(account: Account, field: str) -> None:
    refusal = account.post(ORDERS, {k: v for k, v in body().items() if k != field}, status=400)

    assert field in refusal["message"]


@pytest.mark.parametrize(
    ("type_", "field_type"),
    [
        ("string", "select"),
        ("number", "text"),
        ("datetime", "text"),
        ("date", "datetime"),
        ("bool", "text"),
        ("json", "text"),
        ("object_coordinates", "text"),
        ("enumeration", "text"),
    ],
)
def test_a_type_takes_only_its_own_field_types(account: Account, type_: str, field_type: str) -> None:
    options = {"bool": YES_NO, "enumeration": COLOURS}.get(type_, [])

    account.post(ORDERS, body(type=type_, fieldType=field_type, options=options), status=400)


@pytest.mark.parametrize(
    "options",
    [
        None,
        [],
        YES_NO[:1],
        [*YES_NO, COLOURS[0]],
        [{**YES_NO[0], "value": "yes"}, {**YES_NO[1], "value": "no"}],
        [{**YES_NO[0], "value": "True"}, YES_NO[1]],
    ],
)
def test_a_bool_has_exactly_the_options_true_and_false(account: Account, options: object) -> None:
    sent = body(type="bool", fieldType="booleancheckbox", options=options)

    refusal = account.post(ORDERS, sent, status=400)
    assert [error["code"] for error in refusal["errors"]] == ["INVALID_BOOLEAN_OPTION"]
    account.post(ORDERS, sent | {"options": YES_NO})


def test_an_enumeration_needs_options_of_distinct_values_and_labels(account: Account) -> None:
    account.post(ORDERS, choice() | {"options": []}, status=400)
    account.post(ORDERS, choice() | {"options": [COLOURS[0], COLOURS[0] | {"label": "Crimson"}]}, status=400)
    account.post(ORDERS, choice() | {"options": [COLOURS[0], COLOURS[0] | {"value": "crimson"}]}, status=400)
    account.post(ORDERS, body(options=COLOURS), status=400)


@pytest.mark.parametrize("field", ["displayOrder", "hidden"])
def test_only_2026_09_wants_all_four_fields_of_an_option(account: Account, field: str) -> None:
    bare = [{k: v for k, v in option.items() if k != field} for option in COLOURS]

    assert field in account.post(ORDERS, choice() | {"options": bare}, status=400)["message"]
    account.post("/crm/properties/2026-03/orders", choice() | {"options": bare})


def test_an_unknown_group_or_object_is_refused(account: Account) -> None:
    account.post(ORDERS, body(groupName="nowhere"), status=400)
    message = account.get("/crm/properties/2026-09/gadgets", status=400)["message"]

    assert message == "Unable to infer object type from: gadgets"


def test_an_object_hubspot_has_and_the_sandbox_lacks_is_refused_as_such(account: Account) -> None:
    assert account.get("/crm/properties/2026-09/deals", status=501)["missing"] == "the object deals"


@pytest.mark.parametrize(
    "more",
    [
        {"calculationFormula": "hs_tax + 1"},
        {"fieldType": "calculation_equation"},
        {"externalOptions": True, "referencedObjectType": "OWNER"},
        {"dataSensitivity": "sensitive"},
        {"showCurrencySymbol": True},
    ],
)
def test_kinds_of_property_that_are_not_modelled_are_refused_loudly(account: Account, more: dict[str, Any]) -> None:
    account.post(ORDERS, body(**more), status=501)


def test_uniqueness_can_be_set_only_when_a_property_is_made(account: Account) -> None:
    account.post(ORDERS, body(hasUniqueValue=True))
    account.post(ORDERS, body("plain"))

    assert account.patch(f"{ORDERS}/shop_key", {"hasUniqueValue": False, "label": "New"})["hasUniqueValue"] is True
    assert account.patch(f"{ORDERS}/plain", {"hasUniqueValue": True})["hasUniqueValue"] is False
    assert account.get(f"{ORDERS}/shop_key")["label"] == "New"


def test_an_object_has_at_most_ten_unique_properties(account: Account) -> None:
    for number in range(10):
        account.post(ORDERS, body(f"key_{number}", hasUniqueValue=True))

    account.post(ORDERS, body("key_10", hasUniqueValue=True), status=400)
    account.post(ORDERS, body("key_10"))
    account.delete(f"{ORDERS}/key_0")
    account.post(ORDERS, body("key_11", hasUniqueValue=True))


def test_hubspots_own_unique_properties_do_not_count(account: Account) -> None:
    products = "/crm/properties/2026-09/products"
    for number in range(10):
        account.post(products, body(f"key_{number}", hasUniqueValue=True, groupName="productinformation"))
    account.post(products, body("key_10", hasUniqueValue=True, groupName="productinformation"), status=400)


def test_an_object_has_at_most_a_thousand_custom_properties(account: Account) -> None:
    for start in range(0, 1000, 100):
        wishes = [body(f"p{number}") for number in range(start, start + 100)]
        account.post(f"{ORDERS}/batch/create", {"inputs": wishes})

    account.post(ORDERS, body("one_more"), status=400)


def test_a_unique_property_admits_no_value_twice(account: Account) -> None:
    account.post(ORDERS, body(hasUniqueValue=True))
    values = {"properties": {"hs_order_name": "#1", "shop_key": "a"}}
    account.post("/crm/objects/2026-09/orders", values)

    assert "already has that value" in account.client.post("/crm/objects/2026-09/orders", json=values).text

    account.delete(f"{ORDERS}/shop_key")
    account.post(ORDERS, body())
    account.post("/crm/objects/2026-09/orders", values)


def test_a_patch_keeps_what_it_leaves_out_and_replaces_the_options_it_sends(account: Account) -> None:
    account.post(ORDERS, choice(description="Of the box"))
    account.hubspot.clock.advance(60)

    changed = account.patch(f"{ORDERS}/colour", {"options": [COLOURS[1]]})
    assert [option["value"] for option in changed["options"]] == ["blue"]
    assert (changed["description"], changed["fieldType"]) == ("Of the box", "select")
    assert (changed["createdAt"], changed["updatedAt"]) == ("2026-11-02T09:00:00Z", "2026-11-02T09:01:00Z")
    assert account.patch(f"{ORDERS}/colour", {"label": "Paint"})["options"] == changed["options"]


def test_display_settings_are_kept_until_others_are_sent(account: Account) -> None:
    account.post(ORDERS, body(textDisplayHint="email"))

    assert account.patch(f"{ORDERS}/shop_key", {"label": "New", "textDisplayHint": None})["textDisplayHint"] == "email"
    account.patch(f"{ORDERS}/shop_key", {"textDisplayHint": ""}, status=400)
    changed = account.patch(f"{ORDERS}/shop_key", {"textDisplayHint": "postal_code"})
    assert changed["textDisplayHint"] == "postal_code"


def test_a_refused_patch_changes_nothing(account: Account) -> None:
    made = account.post(ORDERS, choice())
    account.patch(f"{ORDERS}/colour", {"label": "Paint", "displayOrder": 9, "type": "bool"}, status=400)
    account.patch(f"{ORDERS}/colour", {"label": "Paint", "hidden": "perhaps"}, status=400)
    account.patch(f"{ORDERS}/colour", {"label": "Paint", "groupName": "nowhere"}, status=400)

    assert account.get(f"{ORDERS}/colour") == made


def test_a_name_never_changes(account: Account) -> None:
    account.post(ORDERS, body())

    assert account.patch(f"{ORDERS}/shop_key", {"name": "other"})["name"] == "shop_key"


def test_the_definition_of_hubspots_own_properties_is_not_to_be_touched(account: Account) -> None:
    account.patch(f"{ORDERS}/hs_tax", {"label": "VAT"}, status=400)
    account.patch(f"{ORDERS}/hs_pipeline", {"options": COLOURS}, status=400)
    account.delete(f"{ORDERS}/hs_tax", status=400)

    assert account.get(f"{ORDERS}/hs_tax")["label"] == "Tax"


def test_a_product_type_can_be_added_to_those_of_hubspot(account: Account) -> None:
    path = "/crm/properties/2026-09/products/hs_product_type"
    options = account.get(path)["options"]
    account.patch(path, {"options": [*options, COLOURS[0] | {"displayOrder": 3}]})

    product = {"properties": {"name": "Mug", "hs_product_type": "red"}}
    assert account.post("/crm/objects/2026-09/products", product)["properties"]["hs_product_type"] == "red"


def test_an_archived_property_is_found_only_among_the_archived(account: Account) -> None:
    account.post(ORDERS, body())
    account.delete(f"{ORDERS}/shop_key")

    gone = account.get(f"{ORDERS}/shop_key", status=404)
    assert gone["category"] == "OBJECT_NOT_FOUND"
    assert account.delete(f"{ORDERS}/shop_key", status=404)["message"] == gone["message"]
    archived = account.get(f"{ORDERS}/shop_key?archived=true")
    assert (archived["archived"], archived["archivedAt"]) == (True, "2026-11-02T09:00:00Z")
    assert account.get(f"{ORDERS}?archived=true")["results"] == [archived]
    assert "shop_key" not in [row["name"] for row in account.get(ORDERS)["results"]]


def test_the_values_of_an_archived_property_vanish_and_can_no_longer_be_written(account: Account) -> None:
    account.post(ORDERS, body())
    order = account.record("orders", hs_order_name="#1", shop_key="a")
    path = f"/crm/objects/2026-09/orders/{order}"
    assert account.get(f"{path}?properties=shop_key")["properties"]["shop_key"] == "a"

    account.delete(f"{ORDERS}/shop_key")

    assert "shop_key" not in account.get(f"{path}?properties=shop_key")["properties"]
    refusal = account.patch(path, {"properties": {"shop_key": "b"}}, status=400)
    assert refusal["errors"][0]["code"] == "PROPERTY_DOESNT_EXIST"


def test_creating_an_archived_name_brings_it_back_with_its_values_and_the_new_definition(account: Account) -> None:
    account.post(ORDERS, body(formField=True, hasUniqueValue=True))
    order = account.record("orders", hs_order_name="#1", shop_key="a")
    account.delete(f"{ORDERS}/shop_key")
    account.hubspot.clock.advance(DAY)

    back = account.post(ORDERS, body(label="Other", fieldType="textarea", hasUniqueValue=True))

    assert (back["label"], back["fieldType"], back["formField"]) == ("Other", "textarea", False)
    assert back["createdAt"] == "2026-11-02T09:00:00Z"
    shown = account.get(f"/crm/objects/2026-09/orders/{order}?properties=shop_key")
    assert shown["properties"]["shop_key"] == "a"
    account.post("/crm/objects/2026-09/orders", {"properties": {"hs_order_name": "#2", "shop_key": "b"}})
    clash = {"properties": {"hs_order_name": "#3", "shop_key": "a"}}
    assert f"{order} already has that value" in account.client.post("/crm/objects/2026-09/orders", json=clash).text


def test_an_archived_property_is_gone_for_good_after_90_days(account: Account) -> None:
    account.post(ORDERS, body())
    order = account.record("orders", hs_order_name="#1", shop_key="a")
    account.delete(f"{ORDERS}/shop_key")
    account.hubspot.clock.advance(90 * DAY)

    account.get(f"{ORDERS}/shop_key?archived=true", status=404)
    assert account.post(ORDERS, body())["createdAt"] == "2027-01-31T09:00:00Z"
    shown = account.get(f"/crm/objects/2026-09/orders/{order}?properties=shop_key")
    assert shown["properties"]["shop_key"] is None


def test_archiving_anew_starts_the_90_days_anew(account: Account) -> None:
    account.post(ORDERS, body())
    account.delete(f"{ORDERS}/shop_key")
    account.hubspot.clock.advance(80 * DAY)
    account.post(ORDERS, body())
    account.delete(f"{ORDERS}/shop_key")
    account.hubspot.clock.advance(20 * DAY)

    account.get(f"{ORDERS}/shop_key?archived=true")


def test_a_property_that_a_list_uses_cannot_be_archived(account: Account) -> None:
    account.post(ORDERS, body())
    used_in = account.portal.store("orders").definitions["shop_key"].used_in
    used_in.append(("LIST", "Big spenders"))

    refusal = account.delete(f"{ORDERS}/shop_key", status=400)
    assert refusal["subCategory"] == "PropertyValidationError.CANNOT_DELETE_PROPERTY_IN_USE"
    assert refusal["errors"][0]["context"] == {"parentType": ["LIST"], "parentName": ["Big spenders"]}
    account.call("POST", f"{ORDERS}/batch/archive", {"inputs": [{"name": "shop_key"}]}, status=400)
    used_in.clear()
    account.delete(f"{ORDERS}/shop_key")


def test_a_batch_creates_what_it_can_and_names_the_rest(account: Account) -> None:
    wishes = [body("a"), body("a"), body("B"), choice("c")]
    answer = account.post(f"{ORDERS}/batch/create", {"inputs": wishes}, status=207)

    assert [row["name"] for row in answer["results"]] == ["a", "c"]
    assert answer["numErrors"] == 2
    assert [error["category"] for error in answer["errors"]] == ["OBJECT_ALREADY_EXISTS", "VALIDATION_ERROR"]
    whole = account.post(f"{ORDERS}/batch/create", {"inputs": [body("d")]})
    assert (whole["status"], "errors" in whole) == ("COMPLETE", False)
    account.post(f"{ORDERS}/batch/create", {"inputs": [body(f"p{n}") for n in range(101)]}, status=400)


def test_a_batch_reads_live_or_archived_properties(account: Account) -> None:
    account.post(f"{ORDERS}/batch/create", {"inputs": [body("a"), body("b")]})
    account.delete(f"{ORDERS}/b")
    names = {"inputs": [{"name": "a"}, {"name": "b"}]}

    live = account.post(f"{ORDERS}/batch/read", {**names, "archived": False}, status=207)
    gone = account.post(f"{ORDERS}/batch/read", {**names, "archived": True}, status=207)

    assert [row["name"] for row in live["results"]] == ["a"]
    assert [row["name"] for row in gone["results"]] == ["b"]
    assert live["errors"][0]["category"] == "OBJECT_NOT_FOUND"


def test_a_batch_archives_whatever_is_there(account: Account) -> None:
    account.post(f"{ORDERS}/batch/create", {"inputs": [body("a"), body("b")]})
    inputs = [{"name": name} for name in ("a", "a", "b", "never_was")]
    account.post(f"{ORDERS}/batch/archive", {"inputs": inputs}, status=204)

    assert {row["name"] for row in account.get(f"{ORDERS}?archived=true")["results"]} == {"a", "b"}


def test_sensitive_properties_there_are_none(account: Account) -> None:
    assert account.get(f"{ORDERS}?dataSensitivity=sensitive")["results"] == []
    account.get(f"{ORDERS}/hs_tax?dataSensitivity=highly_sensitive", status=404)
    assert account.get(f"{ORDERS}/hs_tax?dataSensitivity=non_sensitive")["dataSensitivity"] == "non_sensitive"


def test_a_group_can_be_made_renamed_and_archived_once_it_is_empty(account: Account) -> None:
    groups = f"{ORDERS}/groups"
    made = account.post(groups, {"name": "shop", "label": "Shop"})
    assert made == {"name": "shop", "label": "Shop", "displayOrder": -1, "archived": False}
    account.post(groups, {"name": "shop", "label": "Again"}, status=409)
    account.post(groups, {"name": "The shop", "label": "Bad"}, status=400)
    account.post(groups, {"name": "shop2"}, status=400)
    assert account.patch(f"{groups}/shop", {"displayOrder": 2})["label"] == "Shop"
    assert account.get(f"{groups}/shop")["displayOrder"] == 2
    account.post(ORDERS, body(groupName="shop"))

    refusal = account.delete(f"{groups}/shop", status=400)
    assert refusal["subCategory"] == "PropertyGroupError.GROUP_WITH_ACTIVE_PROPERTIES"
    assert refusal["message"].startswith("{")
    account.delete(f"{ORDERS}/shop_key")
    account.delete(f"{groups}/shop")

    account.delete(f"{groups}/shop", status=404)
    assert "shop" not in [group["name"] for group in account.get(groups)["results"]]
    account.post(ORDERS, body(groupName="shop"), status=400)
    assert account.post(groups, {"name": "shop", "label": "Anew"})["label"] == "Anew"


def test_rules_for_values_there_are_none_and_none_can_be_set(account: Account) -> None:
    path = "/crm/property-validations/2026-09/0-123"

    assert account.get(path) == account.get(f"{path}/hs_tax") == {"results": []}
    assert account.get("/crm/v3/property-validations/0-123") == {"results": []}
    account.get(f"{path}/never_was", status=404)
    account.put(f"{path}/hs_tax/rule-type/REGEX", {"ruleType": "REGEX", "ruleArguments": ["x"]}, status=501)


@pytest.mark.parametrize(
    ("path", "scopes", "status"),
    [
        ("orders", {"crm.schemas.orders.write"}, 201),
        ("orders", {"crm.objects.orders.read"}, 403),
        ("contacts", {"e-commerce"}, 403),
        ("products", {"e-commerce"}, 201),
        ("line_items", {"crm.objects.line_items.write"}, 403),
    ],
)
def test_scopes_of_the_schema_are_needed_to_define_properties(path: str, scopes: set[str], status: int) -> None:
    account = Account()
    token = account.hubspot.app.token
    app = account.portal.apps[token]
    group = next(iter(account.portal.store(path).groups))
    account.portal.apps[token] = type(app)(app.app_id, token, app.client_secret, frozenset(scopes))

    answer = account.post(f"/crm/properties/2026-09/{path}", body(groupName=group), status=status)
    if status == 403 and path != "contacts":
        required = answer["errors"][0]["context"]["requiredGranularScopes"]
        assert required == (["e-commerce"] if path == "line_items" else ["crm.schemas.orders.write"])
