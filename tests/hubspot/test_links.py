"""Links: made, read and ended in batches of their own sizes."""

import pytest

from tandem.errors import OutcomeUnknown, Rejected
from tests.hubspot.account import Account, behind


def linked(account: Account, source: str, id_: str, target: str) -> dict[str, tuple[int, ...]]:
    portal = account.hubspot.portal
    record = portal.store(source).find(id_)
    assert record is not None
    return portal.linked(record, portal.store(target).kind)


def contacts(account: Account, count: int) -> list[str]:
    return [account.record("contacts", lastname=str(n)) for n in range(count)]


@pytest.mark.parametrize(("count", "calls"), [(0, 0), (1, 1), (2_000, 1), (2_001, 2)])
def test_links_are_made_two_thousand_a_call(count: int, calls: int) -> None:
    account = Account()
    order = account.record("orders", hs_order_name="#1")
    pairs = [(order, id_) for id_ in contacts(account, count)]
    account.run(account.client.associate("orders", "contacts", pairs, None))
    assert len(linked(account, "orders", order, "contacts")) == count
    assert account.calls().get("batch/associate/default", 0) == calls


def test_making_a_link_again_does_no_harm() -> None:
    account = Account()
    order, buyer = account.record("orders", hs_order_name="#1"), account.record("contacts", lastname="a")
    for pairs in ([(order, buyer)], [(order, buyer), (order, buyer)]):
        account.run(account.client.associate("orders", "contacts", pairs, None))
    assert linked(account, "orders", order, "contacts") == {buyer: (507,)}


@pytest.mark.parametrize("first", ["primary", "plain"])
@pytest.mark.parametrize("label", [509, None])
def test_a_link_may_carry_a_label(first: str, label: int | None) -> None:
    account = Account(first_company=first)
    order = account.record("orders", hs_order_name="#1")
    firms = [account.record("companies", name=name) for name in "ab"]
    account.run(account.client.associate("orders", "companies", [(order, firm) for firm in firms], label))
    assert set(linked(account, "orders", order, "companies")) == set(firms)
    assert (509 in linked(account, "orders", order, "companies")[firms[-1]]) == (label == 509)


@pytest.mark.parametrize("label", [509, None])
def test_a_refused_link_is_named_and_the_others_are_made(label: int | None) -> None:
    account = Account()
    order = account.record("orders", hs_order_name="#1")
    good, gone = (account.record("companies", name=name) for name in "ab")
    account.hubspot.actions["archive"]("companies", gone)
    with pytest.raises(Rejected, match=f"{order} to {gone}"):
        account.run(account.client.associate("orders", "companies", [(order, gone), (order, good)], label))
    assert set(linked(account, "orders", order, "companies")) == {good}


@pytest.mark.parametrize("label", [509, None])
def test_a_link_to_a_merged_record_is_made_to_its_survivor(label: int | None) -> None:
    account = Account()
    order = account.record("orders", hs_order_name="#1")
    one, other = (account.record("companies", name=name) for name in "ab")
    survivor = account.hubspot.actions["merge"]("companies", one, other)["id"]
    account.run(account.client.associate("orders", "companies", [(order, other)], label))
    assert set(linked(account, "orders", order, "companies")) == {survivor}


@pytest.mark.parametrize("label", [509, None])
def test_a_link_left_out_of_the_answer_has_an_unknown_outcome(label: int | None) -> None:
    account, between = behind()
    order = account.record("orders", hs_order_name="#1")
    pairs = [(order, account.record("companies", name=name)) for name in "ab"]
    between.rewrite = lambda body: {**body, "results": [row for row in body["results"] if pairs[0][1] not in str(row)]}
    with pytest.raises(OutcomeUnknown):
        account.run(account.client.associate("orders", "companies", pairs, label))


def test_links_are_ended_a_hundred_records_a_call() -> None:
    account = Account()
    orders = [account.record("orders", hs_order_name=str(n)) for n in range(101)]
    one, other, kept = contacts(account, 3)
    pairs = [(order, buyer) for order in orders for buyer in (one, other, kept)]
    account.run(account.client.associate("orders", "contacts", pairs, None))
    ending = [pair for pair in pairs if pair[1] != kept]
    account.run(account.client.dissociate("orders", "contacts", [*ending, *ending]))
    assert all(set(linked(account, "orders", order, "contacts")) == {kept} for order in orders)
    assert account.calls()["batch/archive"] == 2
    account.run(account.client.dissociate("orders", "contacts", ending))


def test_linked_records_are_read_page_by_page_and_every_id_is_answered() -> None:
    account = Account()
    big, small, alone = (account.record("orders", hs_order_name=name) for name in "abc")
    many, few = contacts(account, 1_200), contacts(account, 2)
    pairs = [(big, id_) for id_ in many] + [(small, id_) for id_ in few]
    account.run(account.client.associate("orders", "contacts", pairs, None))
    found = account.run(account.client.associated("orders", "contacts", [big, small, alone, "987654321"]))
    assert {id_: sorted(others, key=int) for id_, others in found.items()} == {
        big: many,
        small: few,
        alone: [],
        "987654321": [],
    }
    assert account.calls()["batch/read"] == 3


def test_links_are_read_a_thousand_records_a_call() -> None:
    account = Account()
    found = account.run(account.client.associated("orders", "contacts", [str(n) for n in range(1_001)]))
    assert len(found) == 1_001
    assert account.calls() == {"batch/read": 2}


def test_records_are_archived_a_hundred_a_call_known_or_not() -> None:
    account = Account()
    ids = [account.record("line_items", name=str(n)) for n in range(150)]
    account.run(account.client.archive("line_items", [*ids, *ids, "987654321"]))
    assert account.live("line_items") == []
    assert account.calls() == {"batch/archive": 2}
    account.run(account.client.archive("line_items", []))
    assert account.calls() == {"batch/archive": 2}
