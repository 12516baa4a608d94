"""Upserts and updates: how many calls they take, and that every input is answered for itself."""

from math import ceil, log2
from random import Random
from typing import Any

import pytest

from tandem.errors import Misconfigured, OutcomeUnknown
from tandem.model import NotWritten, Write, Written
from tests.hubspot.account import KEY, Account, behind

POISON = "half a pair \ud83d"
"""HubSpot refuses the whole batch that has this in it, and does not say where."""


def orders(count: int) -> list[Write]:
    return [Write(f"acme:order:{n}", {"hs_order_name": f"#{n}"}) for n in range(count)]


def ids(answers: dict[str, Written | NotWritten]) -> dict[str, str]:
    return {key: answer.id for key, answer in answers.items() if isinstance(answer, Written)}


@pytest.mark.parametrize(("count", "calls"), [(0, 0), (1, 1), (100, 1), (101, 2), (250, 3)])
def test_an_upsert_takes_a_call_for_each_hundred(count: int, calls: int) -> None:
    account = Account()
    answers = account.run(account.client.upsert("orders", orders(count)))
    assert account.calls().get("batch/upsert", 0) == sum(account.drawn.values()) == calls
    assert len(answers) == count
    for key, id_ in ids(answers).items():
        assert account.values("orders", id_)[KEY] == key
        assert account.values("orders", id_)["hs_order_name"] == f"#{key.rpartition(':')[2]}"


def test_an_upsert_tells_what_is_new_and_repeats_without_a_trace() -> None:
    account = Account()
    first = account.run(account.client.upsert("orders", orders(3)))
    again = account.run(account.client.upsert("orders", orders(4)))
    assert ids(first).items() < ids(again).items()
    assert [answer.new for answer in first.values() if isinstance(answer, Written)] == [True] * 3
    assert {key: answer.new for key, answer in again.items() if isinstance(answer, Written)} == {
        **dict.fromkeys(first, False),
        "acme:order:3": True,
    }


@pytest.mark.parametrize("fills", ["yes", "no"])
def test_a_new_record_has_its_key_whoever_fills_it(fills: str) -> None:
    account = Account(upsert_fills_key=fills)
    answers = account.run(account.client.upsert("carts", [Write("acme:cart:1", {})]))
    assert account.values("carts", ids(answers)["acme:cart:1"])[KEY] == "acme:cart:1"


def test_equal_writes_of_one_key_are_one_and_different_ones_a_bug() -> None:
    account = Account()
    account.run(account.client.upsert("orders", [*orders(2), *orders(2)]))
    assert len(account.live("orders")) == 2
    with pytest.raises(ValueError, match="acme:order:0"):
        account.run(account.client.upsert("orders", [*orders(1), Write("acme:order:0", {"hs_order_name": "secret"})]))


def test_an_update_takes_a_call_for_each_hundred_and_tells_what_is_gone() -> None:
    account = Account()
    there = [account.record("orders", hs_order_name="old") for _ in range(150)]
    gone = account.record("orders", hs_order_name="old")
    account.hubspot.actions["archive"]("orders", gone)
    writes = [Write(id_, {"hs_order_name": f"new {id_}"}) for id_ in [*there, gone, "987654321"]]
    answers = account.run(account.client.update("orders", writes))
    assert account.calls() == {"batch/update": 2}
    assert ids(answers) == {id_: id_ for id_ in there}
    assert {account.values("orders", id_)["hs_order_name"] for id_ in there} == {f"new {id_}" for id_ in there}
    for missing in (gone, "987654321"):
        answer = answers[missing]
        assert isinstance(answer, NotWritten)
        assert answer.code == "gone"


@pytest.mark.parametrize("merged_id", ["new", "primary"])
def test_an_update_by_an_old_id_answers_under_it_with_the_survivors(merged_id: str) -> None:
    account = Account(merged_id=merged_id)
    one, other = (account.record("orders", hs_order_name=name) for name in "ab")
    survivor = account.hubspot.actions["merge"]("orders", one, other)["id"]
    answers = account.run(account.client.update("orders", [Write(other, {"hs_order_note": "gift"})]))
    assert ids(answers) == {other: survivor}
    assert account.values("orders", survivor)["hs_order_note"] == "gift"


# What is wrong with one input, and what becomes of it.
BAD: dict[str, tuple[dict[str, str], str]] = {
    "unknown": ({"no_such_property": "1"}, "PROPERTY_DOESNT_EXIST"),
    "locked": ({"hs_closed_date": "2026-11-02T09:00:00Z"}, "READ_ONLY_VALUE"),
    "no number": ({"hs_total_price": "12,50"}, "INVALID_LONG"),
    "no time": ({"hs_processed_date": "yesterday"}, "INVALID_DATE"),
    "no boolean": ({"hs_buyer_accepts_marketing": "perhaps"}, "INVALID_BOOLEAN"),
    "no option": ({"hubspot_owner_id": "77"}, "INVALID_OPTION"),
}


@pytest.mark.parametrize("what", BAD)
def test_a_property_at_fault_is_left_out_at_the_cost_of_one_call(what: str) -> None:
    account = Account()
    bad, code = BAD[what]
    writes = orders(100)
    writes[41] = Write(writes[41].key, {**writes[41].properties, "hs_order_note": "keep me", **bad})
    answers = account.run(account.client.upsert("orders", writes))
    assert account.calls() == {"batch/upsert": 2}
    left_out = {key: answer.left_out for key, answer in answers.items() if isinstance(answer, Written)}
    assert left_out == {**{one.key: {} for one in writes}, writes[41].key: dict.fromkeys(bad, code)}
    kept = account.values("orders", ids(answers)[writes[41].key])
    assert (kept["hs_order_name"], kept["hs_order_note"], kept[KEY]) == ("#41", "keep me", writes[41].key)


def test_an_update_of_nothing_but_a_property_at_fault_has_nothing_to_write() -> None:
    account = Account()
    id_ = account.record("orders", hs_order_name="#1")
    answers = account.run(account.client.update("orders", [Write(id_, {"no_such_property": "1"})]))
    assert answers == {id_: Written(id_, left_out={"no_such_property": "PROPERTY_DOESNT_EXIST"})}
    assert account.calls() == {"batch/update": 1}


def test_an_order_in_a_currency_the_account_lacks_is_refused_not_told_in_another() -> None:
    account = Account()
    write = Write("acme:order:1", {"hs_order_name": "#1", "hs_total_price": "9", "hs_currency_code": "XAF"})
    answer = account.run(account.client.upsert("orders", [write]))["acme:order:1"]
    assert isinstance(answer, NotWritten)
    assert (answer.code, "INVALID_OPTION at hs_currency_code" in answer.text) == ("invalid", True)
    assert account.live("orders") == []


def test_what_a_create_lacks_is_named_and_not_tried_again() -> None:
    account = Account()
    answer = account.run(account.client.upsert("orders", [Write("acme:order:1", {})]))["acme:order:1"]
    assert isinstance(answer, NotWritten)
    assert (answer.code, "REQUIRED_FIELD at hs_order_name" in answer.text) == ("invalid", True)
    assert account.calls() == {"batch/upsert": 1}


def test_a_required_property_that_is_cleared_is_not_left_out() -> None:
    """It would be kept as it is, and nobody would know that it should be empty."""
    account = Account()
    id_ = account.record("orders", hs_order_name="#1", hs_order_note="gift")
    account.hubspot.actions["require_property"]("orders", "hs_order_note")
    answer = account.run(account.client.update("orders", [Write(id_, {"hs_order_note": ""})]))[id_]
    assert isinstance(answer, NotWritten)
    assert "REQUIRED_FIELD at hs_order_note" in answer.text
    assert account.calls() == {"batch/update": 1}


@pytest.mark.parametrize("seed", range(20))
def test_any_mix_of_good_and_bad_inputs_is_told_apart_in_any_order(seed: int) -> None:
    """Results come shuffled, by the simulator's own randomness."""
    account, random = Account(), Random(seed)
    taken = account.record("products", name="first", hs_sku="TAKEN")
    kinds = [random.choice(["good", "unknown", "sku", "price"]) for _ in range(100)]
    wrong = {"good": {}, "unknown": {"nonsense": "1"}, "sku": {"hs_sku": "TAKEN"}, "price": {"price": "dear"}}
    writes = [Write(f"acme:product:{n}", {"name": f"product {n}", **wrong[kind]}) for n, kind in enumerate(kinds)]
    answers = account.run(account.client.upsert("products", writes))
    assert account.calls()["batch/upsert"] == 2
    assert len(answers) == 100
    for n, kind in enumerate(kinds):
        answer = answers[f"acme:product:{n}"]
        if kind == "sku":
            assert isinstance(answer, NotWritten)
            assert (answer.code, answer.existing) == ("conflict", taken)
        else:
            assert isinstance(answer, Written)
            assert account.values("products", answer.id)["name"] == f"product {n}"
            assert list(answer.left_out) == {"good": [], "unknown": ["nonsense"], "price": ["price"]}[kind]


@pytest.mark.parametrize("status", ["400", "409"])
def test_a_taken_value_names_who_has_it(status: str) -> None:
    account = Account(unique_conflict=status)
    taken = account.record("products", name="first", hs_sku="MUG")
    for call in (account.client.upsert, account.client.update):
        key = "acme:product:2" if call == account.client.upsert else account.record("products", name="third")
        answer = account.run(call("products", [Write(key, {"name": "second", "hs_sku": "MUG"})]))[key]
        assert isinstance(answer, NotWritten)
        assert (answer.code, answer.existing) == ("conflict", taken)
        assert "its value of hs_sku" in answer.text


@pytest.mark.parametrize("status", ["409", "400"])
@pytest.mark.parametrize("where", ["email", "hs_additional_emails"])
def test_a_taken_address_names_the_contact(status: str, where: str) -> None:
    account = Account(secondary_email_conflict=status)
    values = {"email": "first@example.com", where: "jane@example.com"}
    made = account.run(account.client.upsert("contacts", [Write("acme:contact:1", values)]))
    write = Write("acme:contact:2", {"email": "jane@example.com", "firstname": "Jane"})
    answer = account.run(account.client.upsert("contacts", [write]))["acme:contact:2"]
    assert isinstance(answer, NotWritten)
    assert (answer.code, answer.existing) == ("conflict", ids(made)["acme:contact:1"])


@pytest.mark.parametrize("then", ["conflict", "write", "restore"])
def test_a_key_that_an_archived_record_holds(then: str) -> None:
    account = Account(archived_key_upsert=then)
    made = ids(account.run(account.client.upsert("orders", orders(1))))["acme:order:0"]
    account.hubspot.actions["archive"]("orders", made)
    answer = account.run(account.client.upsert("orders", orders(1)))["acme:order:0"]
    if then == "restore":
        assert answer == Written(made)
        assert len(account.live("orders")) == 1
    else:
        assert isinstance(answer, NotWritten)
        assert (answer.code, answer.existing) == ("conflict", made)
        assert account.live("orders") == []


@pytest.mark.parametrize("position", [0, 1, 49, 50, 98, 99])
def test_a_batch_refused_without_a_reason_is_halved_down_to_the_bad_one(position: int) -> None:
    account = Account()
    writes = orders(100)
    writes[position] = Write(writes[position].key, {"hs_order_name": POISON})
    answers = account.run(account.client.upsert("orders", writes))
    assert [key for key, answer in answers.items() if isinstance(answer, NotWritten)] == [writes[position].key]
    assert len(account.live("orders")) == 99
    assert account.calls()["batch/upsert"] <= 2 * ceil(log2(100)) + 1


@pytest.mark.parametrize("bad", [2, 5, 20])
def test_each_bad_one_costs_so_many_calls_at_most(bad: int) -> None:
    account = Account()
    spots = set(Random(bad).sample(range(100), bad))
    writes = [Write(one.key, {"hs_order_name": POISON}) if n in spots else one for n, one in enumerate(orders(100))]
    answers = account.run(account.client.upsert("orders", writes))
    assert {n for n, one in enumerate(writes) if isinstance(answers[one.key], NotWritten)} == spots
    assert account.calls()["batch/upsert"] <= bad * (2 * ceil(log2(100)) + 1)


@pytest.mark.parametrize("status", [400, 404, 409])
def test_a_refusal_that_passes_loses_nobody(status: int) -> None:
    account = Account()
    account.fault("status", "*upsert", status=status, times=1)
    answers = account.run(account.client.upsert("orders", orders(100)))
    assert len(ids(answers)) == 100
    assert account.calls() == {"batch/upsert": 3}


def without_traces(body: Any) -> Any:
    """As an account would have it that knows no trace ids."""
    for one in body["inputs"]:
        one.pop("objectWriteTraceId")
    return body


def test_an_account_that_knows_no_trace_ids_is_matched_by_key() -> None:
    account, between = behind()
    between.change = without_traces
    account.record("products", name="first", hs_sku="TAKEN")
    writes = [Write(f"acme:product:{n}", {"name": f"product {n}"}) for n in range(100)]
    writes[7] = Write(writes[7].key, {"name": "x", "hs_sku": "TAKEN"})
    writes[8] = Write(writes[8].key, {"name": "y", "price": "dear"})
    answers = account.run(account.client.upsert("products", writes))
    assert isinstance(answers[writes[7].key], NotWritten)
    assert all(account.values("products", id_)[KEY] == key for key, id_ in ids(answers).items())
    assert len(ids(answers)) == 99


def test_a_property_gone_from_the_account_costs_one_call_even_without_trace_ids() -> None:
    account, between = behind()
    between.change = without_traces
    writes = [
        Write(one.key, {**one.properties, "dropped": "1"} if n % 2 else one.properties)
        for n, one in enumerate(orders(100))
    ]
    answers = account.run(account.client.upsert("orders", writes))
    assert account.calls() == {"batch/upsert": 2}
    left_out = [dict(answer.left_out) for answer in answers.values() if isinstance(answer, Written)]
    assert left_out == [{}, {"dropped": "PROPERTY_DOESNT_EXIST"}] * 50


def test_errors_that_name_no_input_are_still_found_their_inputs() -> None:
    def anonymous(body: Any) -> Any:
        for error in body.get("errors", []):
            error["context"].pop("objectWriteTraceId", None)
        return body

    account, between = behind()
    between.rewrite = anonymous
    account.record("products", name="first", hs_sku="TAKEN")
    writes = [Write(f"acme:product:{n}", {"name": f"product {n}"}) for n in range(20)]
    for n, values in ((3, {"hs_sku": "TAKEN"}), (11, {"price": "dear"})):
        writes[n] = Write(writes[n].key, {**writes[n].properties, **values})
    answers = account.run(account.client.upsert("products", writes))
    conflict, repaired = answers[writes[3].key], answers[writes[11].key]
    assert isinstance(conflict, NotWritten)
    assert isinstance(repaired, Written)
    assert (conflict.code, list(repaired.left_out)) == ("conflict", ["price"])
    assert len(ids(answers)) == 19


def test_an_input_without_result_or_error_has_an_unknown_outcome() -> None:
    account, between = behind()
    between.rewrite = lambda body: {**body, "results": body["results"][1:]}
    with pytest.raises(OutcomeUnknown):
        account.run(account.client.upsert("orders", orders(10)))
    with pytest.raises(OutcomeUnknown):
        account.run(account.client.upsert("orders", orders(1)))


def test_without_a_unique_key_nothing_is_written_and_setup_is_named() -> None:
    account = Account()
    account.hubspot.actions["delete_property"]("orders", KEY)
    with pytest.raises(Misconfigured, match="setup"):
        account.run(account.client.upsert("orders", orders(100)))
    assert account.calls() == {"batch/upsert": 1}
