"""Links: their types and directions, labels, primary companies, batches, and what is refused."""

from typing import Any

import pytest

from tests.sandbox.hubspot.account import Account

OBJECTS = "/crm/objects/2026-09"
LINKS = "/crm/associations/2026-09"


def spec(type_id: int, category: str = "HUBSPOT_DEFINED") -> dict[str, Any]:
    return {"associationCategory": category, "associationTypeId": type_id}


def link(from_id: str, to_id: str, *types: int) -> dict[str, Any]:
    ends: dict[str, Any] = {"from": {"id": from_id}, "to": {"id": to_id}}
    return ends | ({"types": [spec(type_id) for type_id in types]} if types else {})


def types_of(account: Account, kind: str, record_id: str, other: str) -> dict[str, set[int]]:
    """Type ids by linked id, as one side sees them."""
    results = account.get(f"{OBJECTS}/{kind}/{record_id}/associations/{other}")["results"]
    return {row["toObjectId"]: {t["typeId"] for t in row["associationTypes"]} for row in results}


@pytest.fixture
def account() -> Account:
    return Account(first_company="plain")


@pytest.fixture
def order(account: Account) -> str:
    return account.record("orders", hs_order_name="#1")


@pytest.fixture
def contact(account: Account) -> str:
    return account.record("contacts", firstname="Ada")


@pytest.fixture
def company(account: Account) -> str:
    return account.record("companies", name="Example Ltd")


# types


@pytest.mark.parametrize(
    ("source", "target", "expected"),
    [
        # reference §4
        ("orders", "contacts", {507: None}),
        ("contacts", "orders", {508: None}),
        ("orders", "companies", {934: None, 509: "Primary", 2692: "Billing Company"}),
        ("companies", "orders", {935: None, 510: "Order with Primary Company", 2693: "Order with Billing Company"}),
        ("orders", "line_items", {513: None}),
        ("line_items", "orders", {514: None}),
        ("orders", "carts", {593: None}),
        ("carts", "orders", {592: None}),
        ("carts", "contacts", {586: None}),
        ("contacts", "carts", {587: None}),
        ("carts", "companies", {936: None, 760: "Primary"}),
        ("companies", "carts", {937: None, 761: "Cart with Primary Company"}),
        ("carts", "line_items", {590: None}),
        ("line_items", "carts", {591: None}),
        ("contacts", "companies", {279: None, 1: "Primary", 931: "Billing Contact"}),
        ("companies", "contacts", {280: None, 2: "Contact with Primary Company", 930: "Billing Contact"}),
        ("companies", "companies", {450: None, 13: "Child Company", 14: "Parent Company"}),
        ("products", "line_items", {}),
        ("line_items", "products", {}),
    ],
)
def test_types_between_two_objects(account: Account, source: str, target: str, expected: dict[int, str | None]) -> None:
    rows = account.get(f"{LINKS}/{source}/{target}/labels")["results"]

    assert {row["typeId"]: row["label"] for row in rows} == expected
    assert {row["category"] for row in rows} <= {"HUBSPOT_DEFINED"}


def test_2026_09_describes_types_with_two_fields_more(account: Account) -> None:
    newer = account.get("/crm/associations/2026-09/orders/contacts/labels")["results"][0]
    older = account.get("/crm/v4/associations/orders/contacts/labels")["results"][0]

    assert newer == older | {"fromObjectTypeId": None, "toObjectTypeId": None}


# one link


def test_the_default_link_is_written_in_both_directions(account: Account, order: str, contact: str) -> None:
    answer = account.put(f"{OBJECTS}/orders/{order}/associations/default/contacts/{contact}")

    assert answer["status"] == "COMPLETE"
    assert answer["results"] == [
        {"from": {"id": order}, "to": {"id": contact}, "associationSpec": spec(507)},
        {"from": {"id": contact}, "to": {"id": order}, "associationSpec": spec(508)},
    ]
    assert types_of(account, "orders", order, "contacts") == {contact: {507}}
    assert types_of(account, "contacts", contact, "orders") == {order: {508}}


def test_repeating_a_link_changes_nothing_and_tells_nobody(account: Account, order: str, contact: str) -> None:
    path = f"{OBJECTS}/orders/{order}/associations/default/contacts/{contact}"
    first = account.put(path)
    heard: list[str] = []
    account.portal.listeners.append(lambda change: heard.append(change.what))

    assert account.put(path) == first
    assert heard == []


def test_a_link_does_not_move_the_modified_date(account: Account, order: str, contact: str) -> None:
    before = account.get(f"{OBJECTS}/orders/{order}?properties=hs_lastmodifieddate")
    account.hubspot.clock.advance(60)
    account.put(f"{OBJECTS}/orders/{order}/associations/default/contacts/{contact}")

    assert account.get(f"{OBJECTS}/orders/{order}?properties=hs_lastmodifieddate") == before


def test_a_link_is_told_once_for_each_direction(account: Account, company: str, contact: str) -> None:
    told: list[dict[str, Any]] = []
    account.portal.listeners.append(lambda change: told.append(change.details))
    account.put(f"{OBJECTS}/contacts/{contact}/associations/companies/{company}", [spec(1)], status=201)

    assert [(row["associationType"], row["isPrimaryAssociation"]) for row in told] == [
        ("CONTACT_TO_COMPANY", True),
        ("COMPANY_TO_CONTACT", True),
    ]


def test_a_labelled_put_replaces_the_labels_and_keeps_the_plain_link(
    account: Account, order: str, company: str
) -> None:
    path = f"{OBJECTS}/orders/{order}/associations/companies/{company}"
    answer = account.put(path, [spec(509), spec(2692)], status=201)
    assert answer == {
        "fromObjectTypeId": "0-123",
        "fromObjectId": order,
        "toObjectTypeId": "0-2",
        "toObjectId": company,
        "labels": ["Primary", "Billing Company"],
    }
    assert types_of(account, "companies", company, "orders") == {order: {935, 510, 2693}}

    assert account.put(path, [spec(2692)], status=201)["labels"] == ["Billing Company"]
    assert types_of(account, "orders", order, "companies") == {company: {934, 2692}}
    assert types_of(account, "companies", company, "orders") == {order: {935, 2693}}


def test_version_4_writes_ids_as_numbers(account: Account, order: str, company: str) -> None:
    path = f"/crm/v4/objects/order/{order}/associations/company/{company}"
    answer = account.put(path, [spec(934)], status=201)

    assert (answer["fromObjectId"], answer["toObjectId"]) == (int(order), int(company))
    (row,) = account.get(f"/crm/v4/objects/orders/{order}/associations/companies")["results"]
    assert row["toObjectId"] == int(company)


def test_a_new_primary_company_demotes_the_old_one(account: Account, order: str, company: str) -> None:
    other = account.record("companies", name="Other Ltd")
    account.put(f"{OBJECTS}/orders/{order}/associations/companies/{company}", [spec(509)], status=201)
    account.put(f"{OBJECTS}/orders/{order}/associations/companies/{other}", [spec(509)], status=201)

    assert types_of(account, "orders", order, "companies") == {company: {934}, other: {934, 509}}
    assert types_of(account, "companies", company, "orders") == {order: {935}}


def test_a_primary_set_from_the_companys_side_demotes_as_well(account: Account, contact: str, company: str) -> None:
    other = account.record("companies", name="Other Ltd")
    account.post(f"{LINKS}/contacts/companies/batch/create", {"inputs": [link(contact, company, 1)]})
    account.post(f"{LINKS}/companies/contacts/batch/create", {"inputs": [link(other, contact, 2)]})

    assert types_of(account, "contacts", contact, "companies") == {company: {279}, other: {279, 1}}


def test_a_company_may_be_primary_for_many(account: Account, company: str, order: str, contact: str) -> None:
    second = account.record("contacts", firstname="Grace")
    inputs = [link(contact, company, 1), link(second, company, 1)]
    account.post(f"{LINKS}/contacts/companies/batch/create", {"inputs": inputs})

    assert types_of(account, "companies", company, "contacts") == {contact: {280, 2}, second: {280, 2}}


def test_the_first_company_of_a_record_becomes_its_primary_one_by_itself() -> None:
    account = Account()
    order = account.record("orders", hs_order_name="#1")
    first, second = account.record("companies", name="A"), account.record("companies", name="B")
    for company in (first, second):
        account.put(f"{OBJECTS}/orders/{order}/associations/default/companies/{company}")

    assert types_of(account, "orders", order, "companies") == {first: {934, 509}, second: {934}}


def test_an_account_may_leave_the_first_company_plain(account: Account, order: str, company: str) -> None:
    account.put(f"{OBJECTS}/companies/{company}/associations/default/orders/{order}")

    assert types_of(account, "orders", order, "companies") == {company: {934}}


def test_parent_and_child_see_each_other_by_different_types(account: Account, company: str) -> None:
    child = account.record("companies", name="Child Ltd")
    account.put(f"{OBJECTS}/companies/{company}/associations/companies/{child}", [spec(13)], status=201)

    assert types_of(account, "companies", company, "companies") == {child: {450, 13}}
    assert types_of(account, "companies", child, "companies") == {company: {450, 14}}


def test_deleting_takes_every_link_of_the_pair_and_never_complains(account: Account, order: str, company: str) -> None:
    path = f"{OBJECTS}/orders/{order}/associations/companies/{company}"
    account.put(path, [spec(509), spec(2692)], status=201)
    account.delete(path)

    assert types_of(account, "orders", order, "companies") == types_of(account, "companies", company, "orders") == {}
    account.delete(path)
    account.delete(f"{OBJECTS}/orders/1/associations/companies/2")


def test_links_to_archived_records_are_not_told(account: Account, order: str, contact: str) -> None:
    account.put(f"{OBJECTS}/orders/{order}/associations/default/contacts/{contact}")
    account.delete(f"{OBJECTS}/contacts/{contact}")

    assert types_of(account, "orders", order, "contacts") == {}
    account.get(f"{OBJECTS}/contacts/{contact}/associations/orders", status=404)
    account.put(f"{OBJECTS}/orders/{order}/associations/default/contacts/{contact}", status=400)


def test_links_come_in_pages(account: Account, order: str) -> None:
    lines = [account.record("line_items", name="Mug") for _ in range(5)]
    for line in lines:
        account.put(f"{OBJECTS}/line_items/{line}/associations/default/orders/{order}")
    path, seen, after = f"{OBJECTS}/orders/{order}/associations/line_items?limit=2", [], ""
    for _ in range(3):
        answer = account.get(path + after)
        seen += [row["toObjectId"] for row in answer["results"]]
        after = f"&after={answer['paging']['next']['after']}" if "paging" in answer else ""

    assert (seen, after) == (lines, "")
    assert "paging" not in account.get(f"{OBJECTS}/orders/{order}/associations/line_items?limit=5")
    account.get(f"{OBJECTS}/orders/{order}/associations/line_items?limit=501", status=400)
    account.get(f"{OBJECTS}/orders/{order}/associations/line_items?after=x", status=400)


# refusals


def test_a_record_that_is_not_there_is_named(account: Account, order: str) -> None:
    refusal = account.put(f"{OBJECTS}/orders/{order}/associations/default/contacts/1", status=400)

    assert (refusal["category"], refusal["message"]) == ("VALIDATION_ERROR", "One or more associations are invalid")
    assert refusal["context"] == {
        "INVALID_OBJECT_IDS": ["CONTACT=1 is not valid"],
        "objectId": ["1"],
        "objectType": ["CONTACT"],
    }
    missing = account.get(f"{OBJECTS}/orders/1/associations/contacts", status=404)
    assert missing["category"] == "OBJECT_NOT_FOUND"


@pytest.mark.parametrize("type_id", [510, 507, 1, 99_999])
def test_a_type_that_does_not_lead_there_is_refused(account: Account, order: str, company: str, type_id: int) -> None:
    path = f"{OBJECTS}/orders/{order}/associations/companies/{company}"
    refusal = account.put(path, [spec(type_id)], status=400)

    assert refusal["context"]["associationSpec"] == [f"HUBSPOT_DEFINED={type_id}"]
    account.put(path, [spec(509, "USER_DEFINED")], status=400)
    account.put(path, [], status=400)
    account.put(path, spec(509), status=400)
    assert types_of(account, "orders", order, "companies") == {}


@pytest.mark.parametrize("other", ["orders", "line_items", "contacts", "companies", "carts"])
def test_products_cannot_be_linked_to_anything(account: Account, other: str) -> None:
    product, record = account.record("products", name="Mug"), account.record(other)

    account.put(f"{OBJECTS}/products/{product}/associations/default/{other}/{record}", status=400)
    account.put(f"{OBJECTS}/{other}/{record}/associations/default/products/{product}", status=400)
    assert account.get(f"{OBJECTS}/products/{product}/associations/{other}")["results"] == []


def test_objects_the_sandbox_lacks_are_refused_as_such(account: Account, order: str) -> None:
    account.put(f"{OBJECTS}/orders/{order}/associations/default/deals/1", status=501)
    account.get(f"{LINKS}/orders/gadgets/labels", status=400)


def test_a_record_is_not_linked_to_itself(account: Account, company: str) -> None:
    account.put(f"{OBJECTS}/companies/{company}/associations/default/companies/{company}", status=400)


def test_a_line_item_has_one_parent(account: Account, order: str) -> None:
    line, cart = account.record("line_items", name="Mug"), account.record("carts", hs_cart_name="C")
    second = account.record("orders", hs_order_name="#2")
    account.put(f"{OBJECTS}/orders/{order}/associations/default/line_items/{line}")

    account.put(f"{OBJECTS}/orders/{order}/associations/default/line_items/{line}")
    account.put(f"{OBJECTS}/orders/{second}/associations/default/line_items/{line}", status=400)
    account.put(f"{OBJECTS}/line_items/{line}/associations/default/carts/{cart}", status=400)
    account.delete(f"{OBJECTS}/orders/{order}/associations/line_items/{line}")
    account.put(f"{OBJECTS}/line_items/{line}/associations/default/carts/{cart}")


def test_an_account_may_allow_a_second_parent() -> None:
    account = Account(second_parent="allowed")
    line = account.record("line_items", name="Mug")
    orders = [account.record("orders", hs_order_name=name) for name in ("#1", "#2")]
    for order in orders:
        account.put(f"{OBJECTS}/orders/{order}/associations/default/line_items/{line}")

    assert types_of(account, "line_items", line, "orders") == {order: {514} for order in orders}
    both = [{"to": {"id": order}, "types": [spec(514)]} for order in orders]
    body = {"properties": {"name": "Cup"}, "associations": both}
    account.post(f"{OBJECTS}/line_items", body)


def test_a_record_has_no_more_links_than_the_limit() -> None:
    account = Account(association_limit="500")
    order = account.record("orders", hs_order_name="#1")
    lines = [account.record("line_items", name="Mug") for _ in range(501)]
    inputs = {"inputs": [link(order, line) for line in lines]}
    answer = account.post(f"{LINKS}/orders/line_items/batch/associate/default", inputs, status=207)

    assert answer["numErrors"] == 1
    assert len(types_of(account, "orders", order, "line_items")) == 500
    account.put(f"{OBJECTS}/orders/{order}/associations/default/line_items/{lines[0]}")
    again = {"to": {"id": order}, "types": [spec(514)]}
    account.post(f"{OBJECTS}/line_items", {"properties": {"name": "Cup"}, "associations": [again]}, status=400)


# links made with the record


def test_a_record_is_created_with_its_links(account: Account, order: str) -> None:
    parent = {"to": {"id": order}, "types": [spec(514)]}
    body = {"properties": {"name": "Mug"}, "associations": [parent]}
    line = account.post(f"{OBJECTS}/line_items", body)["id"]

    assert types_of(account, "orders", order, "line_items") == {line: {513}}


@pytest.mark.parametrize(
    "wish",
    [
        {"to": {"id": "1"}, "types": [{"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 514}]},
        {"to": {"id": "ORDER"}, "types": [{"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 513}]},
        {"to": {"id": "ORDER"}, "types": [spec(514), spec(591)]},
        {"to": {"id": "ORDER"}, "types": []},
        {"to": {"id": "ORDER"}},
        {"types": [{"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 514}]},
        {"to": {"id": "ORDER"}, "types": [{"associationTypeId": 514}]},
        "ORDER",
    ],
)
def test_a_create_with_a_bad_link_makes_nothing(account: Account, order: str, wish: Any) -> None:
    if isinstance(wish, dict) and wish.get("to") == {"id": "ORDER"}:
        wish = wish | {"to": {"id": order}}
    account.post(f"{OBJECTS}/line_items", {"properties": {"name": "Mug"}, "associations": [wish]}, status=400)

    assert account.get(f"{OBJECTS}/line_items")["results"] == []


def test_a_line_item_is_not_created_with_two_parents(account: Account, order: str) -> None:
    cart = account.record("carts", hs_cart_name="C")
    both = [{"to": {"id": order}, "types": [spec(514)]}, {"to": {"id": cart}, "types": [spec(591)]}]

    account.post(f"{OBJECTS}/line_items", {"properties": {"name": "Mug"}, "associations": both}, status=400)


# batches


def test_a_default_batch_tells_both_directions_of_each(account: Account, order: str, contact: str) -> None:
    body = {"inputs": [link(order, contact), link(order, "1")]}
    answer = account.post(f"{LINKS}/orders/contacts/batch/associate/default", body, status=207)

    assert [row["associationSpec"]["associationTypeId"] for row in answer["results"]] == [507, 508]
    assert answer["errors"][0]["context"]["objectId"] == ["1"]


def test_a_batch_adds_labels_to_what_is_there(account: Account, order: str, company: str) -> None:
    path = f"{LINKS}/orders/companies/batch/create"
    account.post(path, {"inputs": [link(order, company, 509)]})
    answer = account.post(path, {"inputs": [link(order, company, 2692)]})

    assert [row["labels"] for row in answer["results"]] == [["Primary", "Billing Company"]]
    assert {"startedAt", "completedAt", "status", "results"} == answer.keys()


def test_a_batch_create_goes_on_after_what_it_cannot_link(account: Account, order: str, company: str) -> None:
    inputs = [link("1", company, 934), link(order, company, 507), {"to": {"id": company}}, link(order, company, 934)]
    answer = account.post(f"{LINKS}/orders/companies/batch/create", {"inputs": inputs}, status=207)

    assert (len(answer["results"]), answer["numErrors"]) == (1, 3)
    assert {error["category"] for error in answer["errors"]} == {"VALIDATION_ERROR"}


@pytest.mark.parametrize(
    ("path", "limit", "status"),
    [("create", 2000, 207), ("read", 1000, 207), ("archive", 100, 204), ("labels/archive", 100, 204)],
)
def test_each_batch_has_its_own_size(account: Account, path: str, limit: int, status: int) -> None:
    wish = {"id": "1", "from": {"id": "1"}, "to": [{"id": "2"}] if path == "archive" else {"id": "2"}}
    wish["types"] = [spec(507)]

    account.post(f"{LINKS}/orders/contacts/batch/{path}", {"inputs": [wish] * limit}, status=status)
    refusal = account.post(f"{LINKS}/orders/contacts/batch/{path}", {"inputs": [wish] * (limit + 1)}, status=400)
    assert str(limit) in refusal["message"]


def test_records_without_links_are_errors_of_a_batch_read(account: Account, order: str, contact: str) -> None:
    account.put(f"{OBJECTS}/orders/{order}/associations/default/contacts/{contact}")
    lone = account.record("orders", hs_order_name="#2")
    inputs = {"inputs": [{"id": order}, {"id": lone}, {"id": "1"}]}
    answer = account.post(f"{LINKS}/orders/contacts/batch/read", inputs, status=207)

    described = {"category": "HUBSPOT_DEFINED", "typeId": 507, "label": None}
    assert answer["results"] == [
        {"from": {"id": order}, "to": [{"toObjectId": contact, "associationTypes": [described]}]}
    ]
    assert answer["numErrors"] == 2
    assert answer["errors"][0] == {
        "status": "error",
        "category": "OBJECT_NOT_FOUND",
        "subCategory": "crm.associations.NO_ASSOCIATIONS_FOUND",
        "message": f"No contact is associated with order {lone}.",
        "context": {"fromObjectId": [lone], "fromObjectType": ["order"], "toObjectType": ["contact"]},
        "errors": [],
        "links": {},
    }


def test_a_batch_read_gives_500_links_of_a_record_and_goes_on_from_its_cursor(account: Account, order: str) -> None:
    lines = [account.record("line_items", name="Mug") for _ in range(501)]
    inputs = [link(order, line) for line in lines]
    account.post(f"{LINKS}/orders/line_items/batch/associate/default", {"inputs": inputs}, status=200)
    path = f"{LINKS}/orders/line_items/batch/read"

    (first,) = account.post(path, {"inputs": [{"id": order}]}, status=200)["results"]
    after = first["paging"]["next"]["after"]
    (rest,) = account.post(path, {"inputs": [{"id": order, "after": after}]}, status=200)["results"]
    assert [row["toObjectId"] for row in first["to"] + rest["to"]] == lines
    assert (len(first["to"]), "paging" in rest) == (500, False)


def test_a_batch_archives_whole_links_and_ignores_the_unknown(account: Account, order: str) -> None:
    contacts = [account.record("contacts", firstname=name) for name in "ABC"]
    inputs = [link(order, contact) for contact in contacts]
    account.post(f"{LINKS}/orders/contacts/batch/associate/default", {"inputs": inputs}, status=200)
    ends = [{"from": {"id": order}, "to": [{"id": contacts[0]}, {"id": contacts[1]}, {"id": "1"}]}]
    account.post(f"{LINKS}/orders/contacts/batch/archive", {"inputs": ends}, status=204)

    assert types_of(account, "orders", order, "contacts") == {contacts[2]: {507}}


def test_taking_the_plain_type_takes_all_and_taking_a_label_leaves_the_rest(
    account: Account, order: str, company: str
) -> None:
    account.put(f"{OBJECTS}/orders/{order}/associations/companies/{company}", [spec(509), spec(2692)], status=201)
    path = f"{LINKS}/orders/companies/batch/labels/archive"

    account.post(path, {"inputs": [link(order, company, 509)]}, status=204)
    assert types_of(account, "orders", order, "companies") == {company: {934, 2692}}
    assert types_of(account, "companies", company, "orders") == {order: {935, 2693}}
    account.post(path, {"inputs": [link(order, company, 934)]}, status=204)
    assert types_of(account, "orders", order, "companies") == types_of(account, "companies", company, "orders") == {}


# version 3


def test_version_3_names_types_and_has_bodies_of_its_own(account: Account, order: str, company: str) -> None:
    path = "/crm/v3/associations/orders/companies"
    ends = link(order, company)
    made = account.post(f"{path}/batch/create", {"inputs": [ends | {"type": "order_to_company"}]})
    assert made["results"] == [ends | {"type": "order_to_company"}]

    read = account.post(f"{path}/batch/read", {"inputs": [{"id": order}]}, status=200)
    assert read["results"] == [
        {
            "from": {"id": order},
            "to": [
                {"id": company, "type": "order_to_company_unlabeled"},
                {"id": company, "type": "order_to_company"},
            ],
        }
    ]
    listed = account.get(f"/crm/v3/objects/orders/{order}/associations/companies")
    assert listed["results"] == read["results"][0]["to"]
    account.post(f"{path}/batch/archive", {"inputs": [ends | {"type": "order_to_company"}]}, status=204)
    assert types_of(account, "orders", order, "companies") == {company: {934}}


def test_version_3_knows_its_types_and_no_others(account: Account, order: str, contact: str) -> None:
    path = "/crm/v3/associations/orders/contacts"
    assert account.get(f"{path}/types")["results"] == [{"id": "507", "name": "order_to_contact"}]

    ends = link(order, contact)
    inputs = [ends | {"type": "507"}, ends | {"type": "contact_to_order"}, ends]
    answer = account.post(f"{path}/batch/create", {"inputs": inputs}, status=207)
    assert (answer["results"], answer["numErrors"]) == ([ends | {"type": "order_to_contact"}], 2)


def test_version_3_reads_100_links_and_overlooks_the_cursor(account: Account, order: str) -> None:
    lines = [account.record("line_items", name="Mug") for _ in range(101)]
    inputs = [link(order, line) for line in lines]
    account.post(f"{LINKS}/orders/line_items/batch/associate/default", {"inputs": inputs}, status=200)
    path = "/crm/v3/associations/orders/line_items/batch/read"

    (first,) = account.post(path, {"inputs": [{"id": order}]}, status=200)["results"]
    after = first["paging"]["next"]["after"]
    assert len(first["to"]) == 100
    assert account.post(path, {"inputs": [{"id": order, "after": after}]}, status=200)["results"] == [first]


def test_single_links_of_version_3_are_not_modelled(account: Account, order: str, contact: str) -> None:
    path = f"/crm/v3/objects/orders/{order}/associations/contacts/{contact}/order_to_contact"

    account.put(path, status=501)
    account.delete(path, status=501)


# labels


@pytest.fixture
def payer(account: Account) -> int:
    """The type that leads from an order to its payer, a label of the account."""
    body = {"name": "payer", "label": "Payer", "inverseLabel": "Paid order"}
    made = account.post(f"{LINKS}/orders/contacts/labels", body, status=200)["results"]
    assert [(row["label"], row["category"]) for row in made] == [
        ("Payer", "USER_DEFINED"),
        ("Paid order", "USER_DEFINED"),
    ]
    type_id: int = made[0]["typeId"]
    return type_id


def test_a_label_of_the_account_marks_links_both_ways(account: Account, payer: int, order: str, contact: str) -> None:
    path = f"{OBJECTS}/orders/{order}/associations/contacts/{contact}"
    assert account.put(path, [spec(payer, "USER_DEFINED")], status=201)["labels"] == ["Payer"]

    (row,) = account.get(f"{OBJECTS}/contacts/{contact}/associations/orders")["results"]
    assert [(t["category"], t["label"]) for t in row["associationTypes"]] == [
        ("HUBSPOT_DEFINED", None),
        ("USER_DEFINED", "Paid order"),
    ]
    account.put(path, [spec(payer)], status=400)


def test_a_label_can_be_renamed_and_without_inverse_gets_one_text(account: Account, payer: int) -> None:
    account.put(f"{LINKS}/orders/contacts/labels", {"associationTypeId": payer, "label": "Buyer"}, status=204)

    for path in ("orders/contacts", "contacts/orders"):
        rows = account.get(f"{LINKS}/{path}/labels")["results"]
        assert [row["label"] for row in rows] == [None, "Buyer"]
    account.put(f"{LINKS}/orders/contacts/labels", {"associationTypeId": 507, "label": "X"}, status=404)


def test_deleting_a_label_by_either_id_takes_both_and_leaves_the_links(
    account: Account, payer: int, order: str, contact: str
) -> None:
    account.put(f"{OBJECTS}/orders/{order}/associations/contacts/{contact}", [spec(payer, "USER_DEFINED")], status=201)
    back = account.get(f"{LINKS}/contacts/orders/labels")["results"][1]["typeId"]
    account.delete(f"{LINKS}/orders/contacts/labels/{back}")

    assert types_of(account, "orders", order, "contacts") == {contact: {507}}
    assert types_of(account, "contacts", contact, "orders") == {order: {508}}
    assert len(account.get(f"{LINKS}/orders/contacts/labels")["results"]) == 1
    account.delete(f"{LINKS}/orders/contacts/labels/{payer}", status=404)
    account.delete(f"{LINKS}/orders/contacts/labels/507", status=404)


def test_a_label_needs_a_name_of_its_own_and_a_text(account: Account, payer: int) -> None:
    path = f"{LINKS}/orders/contacts/labels"

    account.post(path, {"label": "X"}, status=400)
    account.post(path, {"name": "x"}, status=400)
    account.post(path, {"name": "payer", "label": "X"}, status=400)
    account.post(path, {"name": "x", "label": "Payer"}, status=400)
    account.post(f"{LINKS}/orders/products/labels", {"name": "x", "label": "X"}, status=400)


def test_the_51st_label_of_a_pair_is_answered_with_437(account: Account) -> None:
    path = f"{LINKS}/companies/companies/labels"
    for number in range(50):
        account.post(path, {"name": f"n{number}", "label": f"L{number}", "inverseLabel": f"I{number}"}, status=200)

    refusal = account.post(path, {"name": "one_more", "label": "One more"}, status=437)
    assert "No more than 50 association types" in refusal["message"]
    account.post(f"{LINKS}/contacts/companies/labels", {"name": "other_pair", "label": "O"}, status=200)


def test_limits_set_by_the_account_are_not_modelled(account: Account) -> None:
    definitions = f"{LINKS}/definitions/configurations"

    account.get(f"{definitions}/all", status=501)
    account.get(f"{definitions}/orders/contacts", status=501)
    account.post(f"{definitions}/orders/contacts/batch/update", {"inputs": []}, status=501)


def test_links_need_the_scopes_of_the_object_they_start_from(account: Account, order: str, contact: str) -> None:
    app = account.hubspot.app
    reader = type(app)(app.app_id, app.token, app.client_secret, frozenset({"crm.objects.orders.read"}))
    account.portal.apps[app.token] = reader

    account.get(f"{OBJECTS}/orders/{order}/associations/contacts")
    account.put(f"{OBJECTS}/orders/{order}/associations/default/contacts/{contact}", status=403)
