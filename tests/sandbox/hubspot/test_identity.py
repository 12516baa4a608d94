"""Who a unique value belongs to: addresses first and additional, SKUs, keys of an account's own."""

from typing import Any

import pytest

from tests.sandbox.hubspot.account import Account

CONTACTS = "/crm/objects/2026-09/contacts"
PRODUCTS = "/crm/objects/2026-09/products"


def contact(account: Account, **properties: str) -> str:
    found: str = account.post(CONTACTS, {"properties": properties})["id"]
    return found


def emails(account: Account, id_: str) -> tuple[Any, Any]:
    read = account.get(f"{CONTACTS}/{id_}?properties=email,hs_additional_emails")["properties"]
    return read["email"], read["hs_additional_emails"]


def test_an_address_is_stored_in_lower_case() -> None:
    account = Account()
    assert emails(account, contact(account, email="Jane.Doe@Example.COM")) == ("jane.doe@example.com", None)


@pytest.mark.parametrize(
    "address",
    ["jane", "@example.com", "jane@", "jane@example", "j a@example.com", "a@b@example.com", "a@.com", "a@x.1"],
)
def test_an_improper_address_is_refused(address: str) -> None:
    refused = Account().post(CONTACTS, {"properties": {"email": address}}, status=400)
    assert refused["errors"][0]["code"] == "INVALID_EMAIL"
    assert refused["errors"][0]["message"] == f"Email address {address} is invalid"


def test_a_taken_address_is_refused_with_the_id_of_who_has_it() -> None:
    account = Account()
    first = contact(account, email="jane@example.com")
    refused = account.post(CONTACTS, {"properties": {"email": "JANE@example.com"}}, status=409)
    assert refused["message"] == f"Contact already exists. Existing ID: {first}"
    other = contact(account, firstname="Jan")
    account.patch(f"{CONTACTS}/{other}", {"properties": {"email": "jane@example.com"}}, status=409)
    account.patch(f"{CONTACTS}/{first}", {"properties": {"email": "jane@example.com", "lastname": "Doe"}})


@pytest.mark.parametrize("status", [409, 400])
def test_an_additional_address_is_taken_too(status: int) -> None:
    account = Account(secondary_email_conflict=str(status))
    first = contact(account, email="jane@example.com", hs_additional_emails="j@example.com")
    refused = account.post(CONTACTS, {"properties": {"email": "j@example.com"}}, status=status)
    assert first in refused["message"]
    assert refused["category"] == ("CONFLICT" if status == 409 else "VALIDATION_ERROR")
    wanted = {"firstname": "Jan", "hs_additional_emails": "x@example.com;jane@example.com"}
    account.post(CONTACTS, {"properties": wanted}, status=409)


def test_additional_addresses_are_a_list() -> None:
    account = Account()
    id_ = contact(
        account, email="jane@example.com", hs_additional_emails=" A@example.com; b@example.com ;a@example.com"
    )
    assert emails(account, id_) == ("jane@example.com", "a@example.com;b@example.com")
    account.patch(f"{CONTACTS}/{id_}", {"properties": {"hs_additional_emails": ";c@example.com"}})
    assert emails(account, id_)[1] == "a@example.com;b@example.com;c@example.com"
    account.patch(f"{CONTACTS}/{id_}", {"properties": {"hs_additional_emails": "b@example.com"}})
    contact(account, email="a@example.com")
    account.patch(f"{CONTACTS}/{id_}", {"properties": {"hs_additional_emails": "nonsense"}}, status=400)


def test_additional_addresses_can_be_cleared() -> None:
    account = Account()
    id_ = contact(account, email="jane@example.com", hs_additional_emails="a@example.com")
    account.patch(f"{CONTACTS}/{id_}", {"properties": {"hs_additional_emails": ""}})
    assert emails(account, id_) == ("jane@example.com", None)
    contact(account, email="a@example.com")


def test_an_additional_address_made_the_first_changes_places() -> None:
    account = Account()
    id_ = contact(account, email="jane@example.com", hs_additional_emails="j@example.com;k@example.com")
    account.patch(f"{CONTACTS}/{id_}", {"properties": {"email": "j@example.com"}})
    assert emails(account, id_) == ("j@example.com", "k@example.com;jane@example.com")
    account.patch(f"{CONTACTS}/{id_}", {"properties": {"email": "new@example.com"}})
    assert emails(account, id_) == ("new@example.com", "k@example.com;jane@example.com")
    contact(account, email="j@example.com")


@pytest.mark.parametrize(("setting", "status"), [("primary", 404), ("any", 200)])
def test_a_lookup_by_an_additional_address(setting: str, status: int) -> None:
    account = Account(email_lookup=setting)
    contact(account, email="jane@example.com", hs_additional_emails="j@example.com")
    account.get(f"{CONTACTS}/j@example.com?idProperty=email", status=status)


def test_the_address_of_an_archived_contact_is_free() -> None:
    account = Account()
    first = contact(account, email="jane@example.com", hs_additional_emails="j@example.com")
    account.delete(f"{CONTACTS}/{first}")
    account.get(f"{CONTACTS}/jane@example.com?idProperty=email", status=404)
    second = contact(account, email="jane@example.com")
    contact(account, email="j@example.com")
    assert account.get(f"{CONTACTS}/jane@example.com?idProperty=email")["id"] == second


def test_a_sku_belongs_to_one_product_until_it_is_given_up() -> None:
    account = Account()
    first = account.post(PRODUCTS, {"properties": {"name": "Mug", "hs_sku": "MUG"}})["id"]
    refused = account.post(PRODUCTS, {"properties": {"name": "Cup", "hs_sku": "MUG"}}, status=400)
    assert refused["message"].endswith(f"{first} already has that value.")
    assert refused["category"] == "VALIDATION_ERROR"
    account.post(PRODUCTS, {"properties": {"name": "Cup", "hs_sku": ""}})
    pot = account.post(PRODUCTS, {"properties": {"name": "Pot"}})["id"]
    account.patch(f"{PRODUCTS}/{pot}", {"properties": {"hs_sku": "MUG"}}, status=400)
    account.patch(f"{PRODUCTS}/{first}", {"properties": {"hs_sku": "MUG", "price": "1"}})
    account.patch(f"{PRODUCTS}/{first}", {"properties": {"hs_sku": "MUG-2"}})
    account.post(PRODUCTS, {"properties": {"name": "Cup", "hs_sku": "MUG"}})


def test_line_items_may_share_a_sku() -> None:
    account = Account()
    for _ in range(2):
        account.post("/crm/objects/2026-09/line_items", {"properties": {"name": "Mug", "hs_sku": "MUG"}})


@pytest.mark.parametrize(("setting", "status"), [("yes", 400), ("no", 201)])
def test_whether_an_archived_product_keeps_its_sku(setting: str, status: int) -> None:
    account = Account(archived_keeps_key=setting)
    first = account.post(PRODUCTS, {"properties": {"name": "Mug", "hs_sku": "MUG"}})["id"]
    account.delete(f"{PRODUCTS}/{first}")
    account.post(PRODUCTS, {"properties": {"name": "Mug", "hs_sku": "MUG"}}, status=status)
    account.hubspot.clock.advance(90 * 86_400)
    assert account.get(f"{PRODUCTS}?archived=true")["results"] == []
    account.post(PRODUCTS, {"properties": {"name": "Mug", "hs_sku": "MUG"}}, status=201 if status == 400 else 400)


def test_a_create_that_conflicts_uses_up_an_id() -> None:
    account = Account()
    first = int(account.post(PRODUCTS, {"properties": {"name": "Mug", "hs_sku": "MUG"}})["id"])
    message = account.post(PRODUCTS, {"properties": {"name": "Cup", "hs_sku": "MUG"}}, status=400)["message"]
    half_made = int(message.partition(" on ")[2].partition(".")[0])
    later = int(account.post(PRODUCTS, {"properties": {"name": "Pot"}})["id"])
    assert first < half_made < later
    account.get(f"{PRODUCTS}/{half_made}", status=404)
