"""Batches: what fails together and what alone, results in any order, inputs that collapse."""

from typing import Any

import pytest

from tests.sandbox.hubspot.account import Account

ORDERS = "/crm/objects/2026-09/orders"
CONTACTS = "/crm/objects/2026-09/contacts"
LINES = "/crm/objects/2026-09/line_items"


@pytest.fixture
def account() -> Account:
    return Account()


def order(name: str, **more: Any) -> dict[str, Any]:
    return {"properties": {"hs_order_name": name}, **more}


def traced(*wishes: dict[str, Any]) -> dict[str, Any]:
    return {"inputs": [{**wish, "objectWriteTraceId": f"t{n}"} for n, wish in enumerate(wishes)]}


def names(answer: dict[str, Any]) -> list[str]:
    return [result["properties"]["hs_order_name"] for result in answer["results"]]


def count(account: Account, path: str) -> int:
    return len(account.get(f"{path}?limit=100")["results"])


def test_create_makes_all_and_answers_in_any_order(account: Account) -> None:
    wanted = [f"#{n}" for n in range(30)]
    answer = account.post(f"{ORDERS}/batch/create", {"inputs": [order(name) for name in wanted]})
    assert answer["status"] == "COMPLETE"
    assert "numErrors" not in answer
    assert sorted(names(answer)) == sorted(wanted)
    assert names(answer) != wanted
    again = Account().post(f"{ORDERS}/batch/create", {"inputs": [order(name) for name in wanted]})
    assert names(again) == names(answer)


def test_a_bad_input_without_trace_ids_fails_the_batch_and_nothing_is_written(account: Account) -> None:
    wishes = [order("#1"), {"properties": {"hs_order_name": "#2", "nope": "x"}}, {"properties": {"nada": "y"}}]
    refused = account.post(f"{ORDERS}/batch/create", {"inputs": wishes}, status=400)
    assert [(e["code"], e["context"]["propertyName"]) for e in refused["errors"]] == [
        ("PROPERTY_DOESNT_EXIST", ["nope"]),
        ("PROPERTY_DOESNT_EXIST", ["nada"]),
        ("REQUIRED_FIELD", ["hs_order_name"]),
    ]
    assert count(account, ORDERS) == 0


def test_trace_ids_on_every_input_let_the_good_ones_through(account: Account) -> None:
    answer = account.post(f"{ORDERS}/batch/create", traced(order("#1"), {"properties": {}}, order("#3")), status=207)
    assert sorted(names(answer)) == ["#1", "#3"]
    assert {r["objectWriteTraceId"] for r in answer["results"]} == {"t0", "t2"}
    assert answer["numErrors"] == 1
    [error] = answer["errors"]
    assert error["category"] == "VALIDATION_ERROR"
    assert error["context"]["objectWriteTraceId"] == ["t1"]
    assert count(account, ORDERS) == 2


@pytest.mark.parametrize("trace_ids", [("t0", None), ("t0", "t0"), (None, None)])
@pytest.mark.parametrize(("setting", "status", "written"), [("400", 400, 0), ("207", 207, 1)])
def test_a_batch_in_which_not_every_input_has_a_trace_id_of_its_own(
    trace_ids: tuple[str | None, str | None], setting: str, status: int, written: int
) -> None:
    account = Account(untraced_batch=setting)
    wishes = [order("#1"), {"properties": {}}]
    inputs = [w if t is None else {**w, "objectWriteTraceId": t} for w, t in zip(wishes, trace_ids, strict=True)]
    account.post(f"{ORDERS}/batch/create", {"inputs": inputs}, status=status)
    assert count(account, ORDERS) == written


def test_a_conflict_names_the_first_only_and_fails_all(account: Account) -> None:
    first = account.record("contacts", email="a@example.com")
    account.record("contacts", email="b@example.com")
    wishes = [{"properties": {"email": f"{name}@example.com"}} for name in "cab"]
    refused = account.post(f"{CONTACTS}/batch/create", {"inputs": wishes}, status=409)
    assert refused["message"] == f"Contact already exists. Existing ID: {first}"
    assert refused["category"] == "CONFLICT"
    assert count(account, CONTACTS) == 2


def test_a_traced_conflict_carries_the_existing_id(account: Account) -> None:
    first = account.record("contacts", email="a@example.com")
    wishes = [{"properties": {"email": f"{name}@example.com"}} for name in "ca"]
    answer = account.post(f"{CONTACTS}/batch/create", traced(*wishes), status=207)
    assert answer["errors"][0]["context"] == {"objectWriteTraceId": ["t1"], "existingId": [first]}
    assert [r["properties"]["email"] for r in answer["results"]] == ["c@example.com"]


def test_two_inputs_cannot_claim_one_address(account: Account) -> None:
    wishes = [{"properties": {"email": "a@example.com", "firstname": n}} for n in "xy"]
    account.post(f"{CONTACTS}/batch/create", {"inputs": wishes}, status=409)
    answer = account.post(f"{CONTACTS}/batch/create", traced(*wishes), status=207)
    assert answer["errors"][0]["context"]["existingId"] == [answer["results"][0]["id"]]


@pytest.mark.parametrize(("setting", "lines", "orders"), [("line_items", 1, 2), ("all", 1, 1), ("none", 2, 2)])
def test_identical_inputs_collapse_without_a_word(setting: str, lines: int, orders: int) -> None:
    account = Account(identical_inputs=setting)
    line = {"properties": {"name": "Mug", "price": "9.95", "quantity": "1"}}
    answer = account.post(f"{LINES}/batch/create", {"inputs": [line, line]})
    assert len(answer["results"]) == count(account, LINES) == lines
    account.post(f"{ORDERS}/batch/create", {"inputs": [order("#1"), order("#1")]})
    assert count(account, ORDERS) == orders


def test_a_key_or_trace_id_of_its_own_keeps_equal_lines_apart(account: Account) -> None:
    line = {"properties": {"name": "Mug", "price": "9.95", "quantity": "1"}}
    account.post(f"{LINES}/batch/create", traced(line, line))
    assert count(account, LINES) == 2


def test_lines_are_linked_as_they_are_made(account: Account) -> None:
    parent = account.record("orders", hs_order_name="#1")
    types = [{"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 514}]
    wishes = [{"properties": {"name": name}, "associations": [{"to": {"id": parent}, "types": types}]} for name in "ab"]
    wrong = {"properties": {"name": "c"}, "associations": [{"to": {"id": "999"}, "types": types}]}
    answer = account.post(f"{LINES}/batch/create", traced(*wishes, wrong), status=207)
    assert answer["errors"][0]["context"]["objectWriteTraceId"] == ["t2"]
    linked = account.get(f"{ORDERS}/{parent}?associations=line_items")["associations"]["line items"]["results"]
    assert {row["id"] for row in linked} == {r["id"] for r in answer["results"]}
    assert len(linked) == 2


def test_read_answers_in_any_order(account: Account) -> None:
    ids = [account.record("orders", hs_order_name=f"#{n}") for n in range(30)]
    answer = account.post(f"{ORDERS}/batch/read", {"inputs": [{"id": id_} for id_ in ids]}, status=200)
    read = [result["id"] for result in answer["results"]]
    assert sorted(read, key=int) == ids
    assert read != ids


def test_read_tells_what_is_missing_in_one_error(account: Account) -> None:
    ids = [account.record("orders", hs_order_name=f"#{n}") for n in range(3)]
    body = {"inputs": [{"id": id_} for id_ in (*ids, "999", "x")], "properties": ["hs_order_name"]}
    answer = account.post(f"{ORDERS}/batch/read", body, status=207)
    assert sorted(names(answer)) == ["#0", "#1", "#2"]
    [error] = answer["errors"]
    assert error["context"]["ids"] == ["999", "x"]
    assert error["message"].startswith("Could not get some ORDER objects")
    assert account.post(f"{ORDERS}/batch/read", {"inputs": [{"id": ids[0]}]}, status=200)["results"]


def test_read_by_a_unique_property(account: Account) -> None:
    id_ = account.record("contacts", email="jane@example.com")
    wishes = [{"id": "jane@example.com"}, {"id": "nobody@example.com"}]
    answer = account.post(f"{CONTACTS}/batch/read", {"idProperty": "email", "inputs": wishes}, status=207)
    assert [r["id"] for r in answer["results"]] == [id_]
    assert answer["errors"][0]["context"]["ids"] == ["nobody@example.com"]
    account.post(f"{CONTACTS}/batch/read", {"idProperty": "lastname", "inputs": wishes}, status=400)


def test_read_of_archived_records_is_asked_for(account: Account) -> None:
    id_ = account.record("orders", hs_order_name="#1")
    account.delete(f"{ORDERS}/{id_}")
    account.post(f"{ORDERS}/batch/read", {"inputs": [{"id": id_}]}, status=207)
    [result] = account.post(f"{ORDERS}/batch/read?archived=true", {"inputs": [{"id": id_}]}, status=200)["results"]
    assert result["archived"] is True


def test_read_with_history_takes_fifty(account: Account) -> None:
    body: dict[str, Any] = {"inputs": [{"id": str(n)} for n in range(51)], "propertiesWithHistory": ["hs_tags"]}
    refused = account.post(f"{ORDERS}/batch/read", body, status=400)
    assert "property histories is 50" in refused["message"]
    body["inputs"].pop()
    account.post(f"{ORDERS}/batch/read", body, status=207)


def test_update_writes_what_is_there_and_tells_what_is_not(account: Account) -> None:
    id_ = account.record("orders", hs_order_name="#1")
    wishes = [{"id": id_, "properties": {"hs_tags": "vip"}}, {"id": "999", "properties": {"hs_tags": "x"}}]
    answer = account.post(f"{ORDERS}/batch/update", {"inputs": wishes}, status=207)
    assert [r["properties"]["hs_tags"] for r in answer["results"]] == ["vip"]
    assert answer["errors"][0]["category"] == "OBJECT_NOT_FOUND"
    assert answer["errors"][0]["context"] == {"ids": ["999"]}
    with_traces = account.post(f"{ORDERS}/batch/update", traced(*wishes), status=207)
    assert with_traces["errors"][0]["context"] == {"ids": ["999"], "objectWriteTraceId": ["t1"]}


def test_update_refuses_one_record_twice(account: Account) -> None:
    id_ = account.record("orders", hs_order_name="#1")
    wishes = [{"id": id_, "properties": {"hs_tags": tag}} for tag in "ab"]
    refused = account.post(f"{ORDERS}/batch/update", traced(*wishes), status=400)
    assert refused["message"] == f"Duplicate IDs found in batch input: [{id_}]. IDs must be unique"


def test_contacts_are_not_updated_by_email_in_batches(account: Account) -> None:
    account.record("contacts", email="jane@example.com")
    wish = {"id": "jane@example.com", "idProperty": "email", "properties": {"lastname": "Doe"}}
    refused = account.post(f"{CONTACTS}/batch/update", {"inputs": [wish]}, status=400)
    assert "non-unique 0-1 property email" in refused["message"]


def test_products_are_updated_by_sku(account: Account) -> None:
    account.record("products", name="Mug", hs_sku="MUG")
    wish = {"id": "MUG", "idProperty": "hs_sku", "properties": {"price": "9.95"}}
    answer = account.post("/crm/objects/2026-09/products/batch/update", {"inputs": [wish]}, status=200)
    assert answer["results"][0]["properties"]["price"] == "9.95"


def test_archive_says_nothing_even_of_unknown_ids(account: Account) -> None:
    id_ = account.record("orders", hs_order_name="#1")
    account.post(f"{ORDERS}/batch/archive", {"inputs": [{"id": id_}, {"id": "999"}]}, status=204)
    account.get(f"{ORDERS}/{id_}", status=404)


@pytest.mark.parametrize("call", ["create", "read", "update", "upsert", "archive"])
def test_a_batch_has_one_to_a_hundred_inputs(account: Account, call: str) -> None:
    path = f"{ORDERS}/batch/{call}"
    account.post(path, {"inputs": []}, status=400)
    wish = {"id": "1", "idProperty": "shop_key", **order("#1")}
    account.post(path, {"inputs": [wish] * 101}, status=400)
    if call == "create":
        account.post(path, {"inputs": [wish] * 100})
    broken_bodies: list[Any] = [{"inputs": [1]}, {"inputs": "x"}, {"inputs": None}, []]
    for broken in broken_bodies:
        account.post(path, broken, status=400)


@pytest.mark.parametrize(("setting", "fits"), [("ignored", True), ("400", False)])
def test_a_body_without_inputs(setting: str, fits: bool) -> None:
    account = Account(missing_inputs=setting)
    for call, status in (("create", 201), ("update", 200), ("upsert", 200)):
        answer = account.post(f"{ORDERS}/batch/{call}", order("#1"), status=status if fits else 400)
        assert answer["status"] == ("COMPLETE" if fits else "error")
    assert count(account, ORDERS) == 0
