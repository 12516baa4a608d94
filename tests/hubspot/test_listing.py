"""Listings: every record once, page by page, with all its links."""

from datetime import UTC

import pytest

from tandem.errors import Unavailable
from tandem.model import Listed
from tests.hubspot.account import KEY, Account, behind


def everything(account: Account, name: str, *, archived: bool = False, **asked: list[str]) -> list[Listed]:
    found: list[Listed] = []
    after: str | None = None
    while True:
        page, after = account.run(account.client.listed(name, [KEY], after, archived=archived, **asked))
        found += page
        if after is None:
            return found


@pytest.mark.parametrize(("count", "calls"), [(0, 1), (1, 1), (100, 1), (101, 2), (250, 3)])
def test_a_listing_takes_a_call_for_each_hundred(count: int, calls: int) -> None:
    account = Account()
    ids = [account.record("orders", tandem_key=f"acme:order:{n}") for n in range(count)]
    found = everything(account, "orders")
    assert [(one.id, one.properties) for one in found] == [(id_, {KEY: f"acme:order:{n}"}) for n, id_ in enumerate(ids)]
    assert sum(account.calls().values()) == calls
    assert account.drawn["calls"] == calls


def test_links_come_with_their_records() -> None:
    account = Account()
    order, other = (account.record("orders", hs_order_name=name) for name in "ab")
    lines = [account.record("line_items", name=str(n)) for n in range(3)]
    firm = account.record("companies", name="a")
    account.run(account.client.associate("orders", "line_items", [(order, line) for line in lines], None))
    account.run(account.client.associate("orders", "companies", [(order, firm)], 509))
    found = {one.id: one.linked for one in everything(account, "orders", linked=["line_items", "companies"])}
    assert found == {
        order: {"line_items": tuple(lines), "companies": (firm,)},
        other: {"line_items": (), "companies": ()},
    }


def test_more_links_than_a_listing_tells_of_are_not_lost() -> None:
    account = Account()
    order, other = (account.record("orders", hs_order_name=name) for name in "ab")
    *lines, one = (account.record("line_items", name=str(n)) for n in range(1_202))
    pairs = [*((order, line) for line in lines), (other, one)]
    account.run(account.client.associate("orders", "line_items", pairs, None))
    found = {each.id: each.linked["line_items"] for each in everything(account, "orders", linked=["line_items"])}
    assert sorted(found[order]) == sorted(lines)
    assert found[other] == (one,)


def test_what_is_archived_is_listed_apart_and_says_when() -> None:
    account = Account()
    there, gone = (account.record("contacts", tandem_key=f"acme:contact:{n}") for n in "12")
    account.hubspot.actions["archive"]("contacts", gone)
    [live] = everything(account, "contacts")
    [archived] = everything(account, "contacts", archived=True)
    assert (live.id, live.archived_at) == (there, None)
    assert archived.id == gone
    assert archived.archived_at is not None
    assert archived.archived_at.tzinfo is UTC


def test_what_comes_while_it_is_listed_neither_hides_nor_repeats_another() -> None:
    account = Account()
    ids = [account.record("orders", hs_order_name=str(n)) for n in range(150)]
    page, after = account.run(account.client.listed("orders", [KEY]))
    account.hubspot.actions["archive"]("orders", ids[3])
    late = account.record("orders", hs_order_name="late")
    rest, after = account.run(account.client.listed("orders", [KEY], after))
    assert [one.id for one in (*page, *rest)] == [*ids, late]
    assert after is None


def test_an_answer_without_results_is_not_taken_for_an_empty_account() -> None:
    account, between = behind()
    between.rewrite = lambda body: {"status": "COMPLETE"}
    with pytest.raises(Unavailable):
        account.run(account.client.listed("orders", []))
